/** Elliptic curves: keys, points, ECDH and ECDSA. */
import { createECDH, ECDH, verify as nodeVerify } from 'node:crypto';
import { UsageError } from '../errors.js';
import { concat } from '../octets.js';
import type { Random } from '../random.js';
import { hmacSha1, sha1 } from './hash.js';
import { type Curve, type EcPrivateKey, type EcPublicKey, publicObject } from './keys.js';
import { invert, toBigint, toOctets } from './numbers.js';

/** A key pair on one of WAP-261's curves. */
export function generateEcKey(random: Random, curve: Curve): EcPrivateKey {
  // Eight octets more than the order: what remains of the bias is beyond measuring (FIPS 186-4 §B.4.1).
  const drawn = toBigint(random.octets(orderOctets(curve) + 8));
  return ecPrivateKey(curve, 1n + (drawn % (curve.order - 1n)));
}

function ecPrivateKey(curve: Curve, scalar: bigint): EcPrivateKey {
  return {
    type: 'ec',
    publicKey: { type: 'ec', curve, point: multiplyBase(curve, scalar) },
    scalar: toOctets(scalar, orderOctets(curve)),
  };
}

/** The private key on `curve` whose number is `scalar`; `undefined` where that is not from 1 to n-1. */
export function ecKeyFromScalar(curve: Curve, scalar: Uint8Array): EcPrivateKey | undefined {
  const number = toBigint(scalar);
  return number > 0n && number < curve.order ? ecPrivateKey(curve, number) : undefined;
}

/** scalar · G: 04, x, y. OpenSSL does the multiplication, on binary curves too. */
function multiplyBase(curve: Curve, scalar: bigint): Uint8Array {
  const ecdh = createECDH(curve.openssl);
  ecdh.setPrivateKey(toOctets(scalar, orderOctets(curve)));
  return new Uint8Array(ecdh.getPublicKey());
}

/** Octets of the order n: of r and of s in a signature (WAP-161 Appendix B.1). */
export function orderOctets(curve: Curve): number {
  return Math.ceil(curve.order.toString(2).length / 8);
}

/** Octets of a coordinate. */
export function fieldOctets(curve: Curve): number {
  return Math.ceil(curve.fieldBits / 8);
}

/**
 * ECDSA (X9.62) over a ready-made digest: r and s one behind the other, each as long as the order (WAP-161 B.1). The
 * secret number is RFC 6979's with HMAC-SHA-1, so the same key and digest give the same signature.
 */
export function ecdsaSign(key: EcPrivateKey, digest: Uint8Array): Uint8Array {
  const { curve } = key.publicKey;
  const { order } = curve;
  const length = orderOctets(curve);
  const e = digestNumber(curve, digest);
  const nextNumber = secretNumbers(curve, key.scalar, e);
  for (;;) {
    const k = nextNumber();
    const point = multiplyBase(curve, k);
    const r = toBigint(point.subarray(1, 1 + fieldOctets(curve))) % order;
    const s = (invert(k, order) * (e + r * toBigint(key.scalar))) % order;
    if (r !== 0n && s !== 0n) return concat([toOctets(r, length), toOctets(s, length)]);
  }
}

/** The leftmost bits of the digest, as many as the order has. */
function digestNumber(curve: Curve, digest: Uint8Array): bigint {
  const surplus = digest.length * 8 - curve.order.toString(2).length;
  return surplus > 0 ? toBigint(digest) >> BigInt(surplus) : toBigint(digest);
}

/** RFC 6979 §3.2. */
function secretNumbers(curve: Curve, scalar: Uint8Array, e: bigint): () => bigint {
  const length = orderOctets(curve);
  const bits = curve.order.toString(2).length;
  const seed = concat([scalar, toOctets(e % curve.order, length)]);
  let key = new Uint8Array(20);
  let value = new Uint8Array(20).fill(1);
  const turn = (...more: readonly Uint8Array[]) => {
    key = Uint8Array.from(hmacSha1(key, concat([value, ...more])));
    value = Uint8Array.from(hmacSha1(key, value));
  };
  turn(Uint8Array.of(0), seed);
  turn(Uint8Array.of(1), seed);
  let first = true;
  return () => {
    for (;;) {
      if (!first) turn(Uint8Array.of(0));
      first = false;
      let drawn = new Uint8Array(0);
      while (drawn.length < length) {
        value = Uint8Array.from(hmacSha1(key, value));
        drawn = Uint8Array.from(concat([drawn, value]));
      }
      const k = toBigint(drawn) >> BigInt(drawn.length * 8 - bits);
      if (k > 0n && k < curve.order) return k;
    }
  };
}

/** ECDSA with SHA-1 over `message`. */
export function ecdsaSignSha1(key: EcPrivateKey, message: Uint8Array): Uint8Array {
  return ecdsaSign(key, sha1(message));
}

/** Whether `signature`, r and s as long as the order, is one of `key` over `message` with SHA-1. */
export function ecdsaVerifySha1(key: EcPublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  const length = orderOctets(key.curve);
  if (signature.length !== 2 * length) return false;
  const r = toBigint(signature.subarray(0, length));
  const s = toBigint(signature.subarray(length));
  if (r === 0n || s === 0n || r >= key.curve.order || s >= key.curve.order) return false;
  try {
    return nodeVerify('sha1', message, { key: publicObject(key), dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    // The point is not on the curve.
    return false;
  }
}

/** The x coordinate of the shared point; `undefined` where the other's point is not on the curve. */
export function ecdh(key: EcPrivateKey, point: Uint8Array): Uint8Array | undefined {
  const exchange = createECDH(key.publicKey.curve.openssl);
  exchange.setPrivateKey(key.scalar);
  try {
    return new Uint8Array(exchange.computeSecret(point));
  } catch {
    return undefined;
  }
}

/** A point in any of its forms as 04, x, y; `undefined` where it is not on the curve. */
export function uncompressPoint(curve: Curve, point: Uint8Array): Uint8Array | undefined {
  try {
    const helper = createECDH(curve.openssl);
    helper.setPrivateKey(toOctets(1n, orderOctets(curve)));
    // Multiplying checks that the point is on the curve, which a mere conversion of 04, x, y would not.
    helper.computeSecret(point);
    const converted = ECDH.convertKey(point, curve.openssl, undefined, undefined, 'uncompressed');
    return typeof converted === 'string' ? undefined : new Uint8Array(converted);
  } catch {
    return undefined;
  }
}

/** 04, x, y in its shorter form: 02 or 03, and x (X9.62 §4.3.6). */
export function compressPoint(curve: Curve, point: Uint8Array): Uint8Array {
  const converted = ECDH.convertKey(point, curve.openssl, undefined, undefined, 'compressed');
  if (typeof converted === 'string') throw new UsageError('a point is octets');
  return new Uint8Array(converted);
}
