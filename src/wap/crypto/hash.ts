/** Digests, HMAC, and what is made of them. */
import { createHash, createHmac } from 'node:crypto';
import { hmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat } from '../octets.js';

export { md5, sha1, sha256 };

export function hmacSha1(key: Uint8Array, message: Uint8Array): Uint8Array {
  return hmac(sha1, key, message);
}

export function hmacMd5(key: Uint8Array, message: Uint8Array): Uint8Array {
  return hmac(md5, key, message);
}

export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  return hmac(sha256, key, message);
}

/** HMAC where it is needed for every record: OpenSSL's is several times as fast on long messages. */
export function hmacDigest(
  hash: 'md5' | 'sha1' | 'sha256',
  key: Uint8Array,
  ...message: readonly Uint8Array[]
): Uint8Array {
  const digest = createHmac(hash, key);
  for (const part of message) digest.update(part);
  return digest.digest();
}

/** The digest of a message in parts: OpenSSL's, which is faster where they are many or long. */
export function digestOf(hash: 'md5' | 'sha1', parts: readonly Uint8Array[]): Uint8Array {
  const digest = createHash(hash);
  for (const part of parts) digest.update(part);
  return new Uint8Array(digest.digest());
}

/** P_hash of WTLS (WAP-261 §11.3.2): as many octets as wanted, from a secret and a seed. */
export function pHash(
  hmacOf: (key: Uint8Array, message: Uint8Array) => Uint8Array,
  secret: Uint8Array,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  const parts: Uint8Array[] = [];
  let a = seed;
  for (let made = 0; made < length; ) {
    a = hmacOf(secret, a);
    const part = hmacOf(secret, concat([a, seed]));
    parts.push(part);
    made += part.length;
  }
  return concat(parts).slice(0, length);
}

/** Whether `secret` stands at `at` of `octets`, in a time that tells nothing but its length. */
export function isSecretAt(octets: Uint8Array, at: number, secret: Uint8Array): boolean {
  let difference = octets.length < at + secret.length ? 1 : 0;
  for (let i = 0; i < secret.length; i++) difference |= (octets[at + i] ?? 0) ^ (secret[i] ?? 0);
  return difference === 0;
}

/** Whether two secrets are equal, in a time that tells nothing but their lengths. */
export function equalSecrets(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}
