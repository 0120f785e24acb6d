/** Keys of both kinds: what they consist of, and their forms that OpenSSL reads. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { toBase64 } from '../octets.js';
import { derBits, derNull, derOid, derSequence, derUnsigned } from '../pki/der.js';
import { invert, toBigint, toMagnitude } from './numbers.js';

/** A curve of WAP-261 Appendix A: the table of them is pki/curves.ts. */
export interface Curve {
  /** The number that WTLS gives it. */
  readonly number: number;
  /** The name under which OpenSSL has exactly these parameters. */
  readonly openssl: string;
  readonly oid: string;
  readonly fieldBits: number;
  /** The order n of the base point. */
  readonly order: bigint;
}

/** Integers as magnitudes: big-endian, without leading zeros. */
export interface RsaPublicKey {
  readonly type: 'rsa';
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

export interface RsaPrivateKey {
  readonly type: 'rsa';
  readonly publicKey: RsaPublicKey;
  readonly exponent: Uint8Array;
  readonly primes: readonly [Uint8Array, Uint8Array];
}

export interface EcPublicKey {
  readonly type: 'ec';
  readonly curve: Curve;
  /** 04, x, y: each coordinate as long as the field. */
  readonly point: Uint8Array;
}

export interface EcPrivateKey {
  readonly type: 'ec';
  readonly publicKey: EcPublicKey;
  /** As long as the order of the curve. */
  readonly scalar: Uint8Array;
}

export type PublicKey = RsaPublicKey | EcPublicKey;

export type PrivateKey = RsaPrivateKey | EcPrivateKey;

/** rsaEncryption. */
export const OID_RSA = '1.2.840.113549.1.1.1';

/** id-ecPublicKey. */
export const OID_EC = '1.2.840.10045.2.1';

/** SubjectPublicKeyInfo (RFC 2459 §4.1.2.7) in DER. */
export function encodePublicKeyInfo(key: PublicKey): Uint8Array {
  if (key.type === 'rsa') {
    const body = derSequence(derUnsigned(key.modulus), derUnsigned(key.exponent));
    return derSequence(derSequence(derOid(OID_RSA), derNull), derBits(body));
  }
  return derSequence(derSequence(derOid(OID_EC), derOid(key.curve.oid)), derBits(key.point));
}

/** Octets in base64 between lines that say what they are (RFC 1421). */
export function pem(label: string, octets: Uint8Array): string {
  const lines = toBase64(octets).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** OpenSSL's forms of keys that were used before: making one takes longer than using it. */
const objects = new WeakMap<PublicKey | PrivateKey, KeyObject>();

function remembered<Key extends PublicKey | PrivateKey>(key: Key, make: (key: Key) => KeyObject): KeyObject {
  const found = objects.get(key);
  if (found !== undefined) return found;
  const made = make(key);
  objects.set(key, made);
  return made;
}

export function publicObject(key: PublicKey): KeyObject {
  return remembered(key, (it) =>
    createPublicKey({ key: pem('PUBLIC KEY', encodePublicKeyInfo(it)), format: 'pem' }),
  );
}

export function rsaPrivateObject(key: RsaPrivateKey): KeyObject {
  return remembered(key, ({ publicKey, exponent, primes: [p, q] }) => {
    const [d, first, second] = [toBigint(exponent), toBigint(p), toBigint(q)];
    const jwk = {
      kty: 'RSA',
      n: base64Url(publicKey.modulus),
      e: base64Url(publicKey.exponent),
      d: base64Url(exponent),
      p: base64Url(p),
      q: base64Url(q),
      dp: base64Url(toMagnitude(d % (first - 1n))),
      dq: base64Url(toMagnitude(d % (second - 1n))),
      qi: base64Url(toMagnitude(invert(second, first))),
    };
    return createPrivateKey({ key: jwk, format: 'jwk' });
  });
}

function base64Url(octets: Uint8Array): string {
  return toBase64(octets).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
