/** Passwords as they are kept: scrypt (RFC 7914), salted. */
import { scrypt, timingSafeEqual } from 'node:crypto';
import { fromBase64, toBase64 } from '../wap/octets.js';
import type { Random } from '../wap/random.js';

/** RFC 7914 §2: 16 MiB and some tens of milliseconds a try. N is a power of two. */
const cost = { N: 16_384, r: 8, p: 1 } as const;
const SALT_OCTETS = 16;
const KEY_OCTETS = 32;

/** Longer than anyone types; keeps a request from buying much work. */
export const PASSWORD_MAX = 256;

function derive(password: string, salt: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, KEY_OCTETS, cost, (error, key) =>
      error === null ? resolve(new Uint8Array(key)) : reject(error),
    );
  });
}

/** What is stored in place of a password. */
export async function hashPassword(password: string, random: Random): Promise<string> {
  const salt = random.octets(SALT_OCTETS);
  return `scrypt$${toBase64(salt)}$${toBase64(await derive(password, salt))}`;
}

/**
 * Whether `password` is the one that `stored` was made of.
 * @param stored `undefined` for a user who does not exist: takes as long, so that nobody learns who does
 */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [scheme, saltText = '', keyText = ''] = (stored ?? '').split('$');
  const salt = fromBase64(saltText);
  const key = fromBase64(keyText);
  const known = scheme === 'scrypt' && salt?.length === SALT_OCTETS && key?.length === KEY_OCTETS;
  const derived = await derive(
    password.slice(0, PASSWORD_MAX),
    known && salt !== undefined ? salt : new Uint8Array(SALT_OCTETS),
  );
  return known && key !== undefined && timingSafeEqual(derived, key);
}
