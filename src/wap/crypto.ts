/**
 * The one door to cryptographic libraries: whoever needs a primitive gets it here. Nothing in here draws randomness of
 * its own: keys come from a `Random`, and ECDSA takes its secret number from the key and the digest (RFC 6979).
 *
 * NO CONSTANT TIME is claimed for key generation and for ECDSA, which calculate with bigint.
 */
import {
  checkPrimeSync,
  constants,
  createCipheriv,
  createDecipheriv,
  createDiffieHellman,
  createECDH,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type DiffieHellman,
  ECDH,
  type KeyObject,
  verify as nodeVerify,
  privateDecrypt,
  privateEncrypt,
  publicDecrypt,
  publicEncrypt,
  scryptSync,
} from 'node:crypto';
import { hmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { UsageError } from './errors.js';
import { concat, toBase64 } from './octets.js';
import { derBits, derNull, derOid, derSequence, derUnsigned, trimZeros } from './pki/der.js';
import type { Random } from './random.js';

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

/** Whether two secrets are equal, in a time that tells nothing but their lengths. */
export function equalSecrets(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

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

const PUBLIC_EXPONENT = 65537n;

/**
 * An RSA key pair. The same `Random` gives the same key: primes are drawn afresh until one passes.
 * @param bits of the modulus: an even number from 512 to 4096
 */
export function generateRsaKey(random: Random, bits = 1024): RsaPrivateKey {
  if (bits % 16 !== 0 || bits < 512 || bits > 4096)
    throw new UsageError(`no RSA keys of ${bits} bits are made`);
  const p = generatePrime(random, bits / 2);
  let q = generatePrime(random, bits / 2);
  while (q === p) q = generatePrime(random, bits / 2);
  return rsaKeyOfPrimes(p, q, PUBLIC_EXPONENT);
}

function rsaKeyOfPrimes(p: bigint, q: bigint, e: bigint): RsaPrivateKey {
  const d = invert(e, (p - 1n) * (q - 1n));
  return {
    type: 'rsa',
    publicKey: { type: 'rsa', modulus: toMagnitude(p * q), exponent: toMagnitude(e) },
    exponent: toMagnitude(d),
    primes: [toMagnitude(p), toMagnitude(q)],
  };
}

/** The two topmost bits are set, so that the product of two primes has all its bits. */
function generatePrime(random: Random, bits: number): bigint {
  for (;;) {
    const octets = random.octets(bits / 8).slice();
    octets[0] = (octets[0] ?? 0) | 0xc0;
    octets[octets.length - 1] = (octets[octets.length - 1] ?? 0) | 1;
    const candidate = toBigint(octets);
    if ((candidate - 1n) % PUBLIC_EXPONENT !== 0n && checkPrimeSync(candidate)) return candidate;
  }
}

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

/** The RSA key with these primes; `undefined` where they make none. */
export function rsaKeyFromPrimes(
  p: Uint8Array,
  q: Uint8Array,
  exponent: Uint8Array,
): RsaPrivateKey | undefined {
  const [first, second, e] = [toBigint(p), toBigint(q), toBigint(exponent)];
  if (first < 3n || second < 3n || e < 3n) return undefined;
  if (gcd(e, (first - 1n) * (second - 1n)) !== 1n) return undefined;
  return rsaKeyOfPrimes(first, second, e);
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

/** `data` in PKCS#1 block type 1, to the power of the private exponent. What `data` is, is the caller's affair. */
export function rsaSignBlock(key: RsaPrivateKey, data: Uint8Array): Uint8Array {
  if (data.length > key.publicKey.modulus.length - 11) throw new UsageError('too long for the RSA key');
  return new Uint8Array(
    privateEncrypt({ key: rsaPrivateObject(key), padding: constants.RSA_PKCS1_PADDING }, data),
  );
}

/**
 * Whether `signature` is block type 1 around exactly `data`. The whole block is built and compared, nothing in it is
 * looked for: no leniency that a forger of exponent-3 signatures could use.
 */
export function rsaVerifyBlock(key: RsaPublicKey, data: Uint8Array, signature: Uint8Array): boolean {
  const length = key.modulus.length;
  if (signature.length !== length || data.length > length - 11) return false;
  const expected = new Uint8Array(length).fill(0xff);
  expected.set([0x00, 0x01]);
  expected[length - data.length - 1] = 0;
  expected.set(data, length - data.length);
  const found = rsaPublicOperation(key, signature);
  return found !== undefined && equalSecrets(found, expected);
}

function rsaPublicOperation(key: RsaPublicKey, signature: Uint8Array): Uint8Array | undefined {
  try {
    return new Uint8Array(
      publicDecrypt({ key: publicObject(key), padding: constants.RSA_NO_PADDING }, signature),
    );
  } catch {
    // The number is not below the modulus, or the key is none.
    return undefined;
  }
}

/** DigestInfo of SHA-1, up to the digest: WAP-161 Appendix B.2. */
const SHA1_DIGEST_INFO = Uint8Array.of(
  ...[0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14],
);

/** The DER DigestInfo around a SHA-1 digest. */
export function sha1DigestInfo(digest: Uint8Array): Uint8Array {
  return concat([SHA1_DIGEST_INFO, digest]);
}

/** PKCS#1 v1.5 with SHA-1 over `message`. */
export function rsaSignSha1(key: RsaPrivateKey, message: Uint8Array): Uint8Array {
  return rsaSignBlock(key, sha1DigestInfo(sha1(message)));
}

export function rsaVerifySha1(key: RsaPublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  return rsaVerifyBlock(key, sha1DigestInfo(sha1(message)), signature);
}

/** PKCS#1 block type 2 around `data`, with padding drawn from `random`. */
export function rsaEncrypt(random: Random, key: RsaPublicKey, data: Uint8Array): Uint8Array {
  const length = key.modulus.length;
  if (data.length > length - 11) throw new UsageError('too long for the RSA key');
  const block = new Uint8Array(length);
  block[1] = 2;
  block.set(nonZeroOctets(random, length - data.length - 3), 2);
  block.set(data, length - data.length);
  return new Uint8Array(publicEncrypt({ key: publicObject(key), padding: constants.RSA_NO_PADDING }, block));
}

function nonZeroOctets(random: Random, count: number): Uint8Array {
  const octets = new Uint8Array(count);
  for (let at = 0; at < count; ) {
    for (const octet of random.octets(count - at)) if (octet !== 0) octets[at++] = octet;
  }
  return octets;
}

/**
 * The message inside PKCS#1 block type 2, for a length that is known beforehand; a pseudo-random one of that length
 * where the block is not well formed, always the same for the same cryptogram. So nobody learns from the answer, nor
 * from how long it takes, whether the padding was right.
 */
export function rsaDecryptSecret(key: RsaPrivateKey, cryptogram: Uint8Array, length: number): Uint8Array {
  const modulus = key.publicKey.modulus.length;
  const substitute = rejected(key, cryptogram, length);
  if (cryptogram.length !== modulus || length > modulus - 11) return substitute;
  const block = rsaPrivateOperation(key, cryptogram);
  if (block === undefined) return substitute;
  const start = modulus - length;
  let bad = (block[0] ?? 1) | ((block[1] ?? 0) ^ 2) | (block[start - 1] ?? 1);
  // 1 for zero, 0 for anything else, without a branch.
  for (let i = 2; i < start - 1; i++) bad |= (((block[i] ?? 0) - 1) >>> 8) & 1;
  const mask = bad === 0 ? 0xff : 0;
  return substitute.map((octet, i) => (octet & ~mask) | ((block[start + i] ?? 0) & mask));
}

/**
 * The message inside PKCS#1 block type 2, of whatever length; where the block is not well formed, a pseudo-random one
 * that is always the same for the same cryptogram (implicit rejection).
 */
export function rsaDecryptMessage(key: RsaPrivateKey, cryptogram: Uint8Array): Uint8Array {
  const modulus = key.publicKey.modulus.length;
  const most = modulus - 11;
  const random = rejected(key, cryptogram, most + 2);
  const length = (((random[0] ?? 0) << 8) | (random[1] ?? 0)) % (most + 1);
  const substitute = random.subarray(2, 2 + length);
  const block = cryptogram.length === modulus ? rsaPrivateOperation(key, cryptogram) : undefined;
  if (block === undefined) return substitute.slice();
  let end = 0;
  for (let i = modulus - 1; i >= 2; i--) end = block[i] === 0 ? i : end;
  const good = block[0] === 0 && block[1] === 2 && end >= 10;
  return good ? block.slice(end + 1) : substitute.slice();
}

/** Hashes of private exponents: the secrets from which rejected cryptograms get their substitutes. */
const rejectionSecrets = new WeakMap<RsaPrivateKey, Uint8Array>();

function rejected(key: RsaPrivateKey, cryptogram: Uint8Array, length: number): Uint8Array {
  const secret = rejectionSecrets.get(key) ?? sha256(key.exponent);
  rejectionSecrets.set(key, secret);
  const seed = hmacDigest('sha256', secret, cryptogram);
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    hmacDigest('sha256', seed, Uint8Array.of(i)),
  );
  return concat(blocks).slice(0, length);
}

function rsaPrivateOperation(key: RsaPrivateKey, cryptogram: Uint8Array): Uint8Array | undefined {
  try {
    // Padding is taken off here: Node refuses PKCS#1 v1.5 decryption (CVE-2023-46809).
    return new Uint8Array(
      privateDecrypt({ key: rsaPrivateObject(key), padding: constants.RSA_NO_PADDING }, cryptogram),
    );
  } catch {
    return undefined;
  }
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

/** A signature over `message` with SHA-1, of the form that the key's algorithm has in WAP-161 Appendix B. */
export function signSha1(key: PrivateKey, message: Uint8Array): Uint8Array {
  return key.type === 'rsa' ? rsaSignSha1(key, message) : ecdsaSignSha1(key, message);
}

export function verifySha1(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  return key.type === 'rsa'
    ? rsaVerifySha1(key, message, signature)
    : ecdsaVerifySha1(key, message, signature);
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

/** SubjectPublicKeyInfo (RFC 2459 §4.1.2.7) in DER. */
export function encodePublicKeyInfo(key: PublicKey): Uint8Array {
  if (key.type === 'rsa') {
    const body = derSequence(derUnsigned(key.modulus), derUnsigned(key.exponent));
    return derSequence(derSequence(derOid(OID_RSA), derNull), derBits(body));
  }
  return derSequence(derSequence(derOid(OID_EC), derOid(key.curve.oid)), derBits(key.point));
}

/** rsaEncryption. */
export const OID_RSA = '1.2.840.113549.1.1.1';
/** id-ecPublicKey. */
export const OID_EC = '1.2.840.10045.2.1';

/**
 * A key of 32 octets from a password, by scrypt with blocks of 1 KiB.
 * @param cost rounds, and KiB of memory, as a power of two: 14 takes about 50 ms
 */
export function deriveKey(password: Uint8Array, salt: Uint8Array, cost: number): Uint8Array {
  return new Uint8Array(scryptSync(password, salt, 32, { N: 2 ** cost, r: 8, p: 1, maxmem: 2 ** 28 }));
}

const GCM_TAG_OCTETS = 16;

/** AES-256-GCM: the cryptogram and, behind it, 16 octets that prove it whole. A nonce (12 octets) serves a key once. */
export function seal(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array, context: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(context);
  return concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** The opposite of `seal`; `undefined` where key, nonce, context or a bit of the cryptogram is wrong. */
export function unseal(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  context: Uint8Array,
): Uint8Array | undefined {
  const end = sealed.length - GCM_TAG_OCTETS;
  if (end < 0) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce);
  decipher.setAAD(context);
  decipher.setAuthTag(sealed.subarray(end));
  try {
    return concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
  } catch {
    return undefined;
  }
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

function publicObject(key: PublicKey): KeyObject {
  return remembered(key, (it) =>
    createPublicKey({ key: pem('PUBLIC KEY', encodePublicKeyInfo(it)), format: 'pem' }),
  );
}

function rsaPrivateObject(key: RsaPrivateKey): KeyObject {
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

/** Octets in base64 between lines that say what they are (RFC 1421). */
export function pem(label: string, octets: Uint8Array): string {
  const lines = toBase64(octets).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

function base64Url(octets: Uint8Array): string {
  return toBase64(octets).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Octets, big-endian, as a number. */
export function toBigint(octets: Uint8Array): bigint {
  let digits = '';
  for (const octet of octets) digits += octet.toString(16).padStart(2, '0');
  return digits === '' ? 0n : BigInt(`0x${digits}`);
}

/** A number that is not negative as `length` octets. */
export function toOctets(value: bigint, length: number): Uint8Array {
  const digits = value.toString(16).padStart(2 * length, '0');
  if (digits.length > 2 * length) throw new RangeError(`the number does not fit ${length} octets`);
  return Uint8Array.from({ length }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** A number that is not negative in as few octets as do. */
export function toMagnitude(value: bigint): Uint8Array {
  return trimZeros(toOctets(value, Math.ceil(value.toString(16).length / 2)));
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The inverse of `value` modulo `modulus`, which have no common factor. */
function invert(value: bigint, modulus: bigint): bigint {
  let [a, b] = [((value % modulus) + modulus) % modulus, modulus];
  let [x, y] = [1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
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

/** Triple DES in CBC over whole blocks, without padding. Three equal keys of 8 octets are single DES. */
export function tripleDesCbcEncrypt(key: Uint8Array, iv: Uint8Array, blocks: Uint8Array): Uint8Array {
  return createCipheriv('des-ede3-cbc', key, iv).setAutoPadding(false).update(blocks);
}

export function tripleDesCbcDecrypt(key: Uint8Array, iv: Uint8Array, blocks: Uint8Array): Uint8Array {
  return createDecipheriv('des-ede3-cbc', key, iv).setAutoPadding(false).update(blocks);
}

/** 04, x, y in its shorter form: 02 or 03, and x (X9.62 §4.3.6). */
export function compressPoint(curve: Curve, point: Uint8Array): Uint8Array {
  const converted = ECDH.convertKey(point, curve.openssl, undefined, undefined, 'compressed');
  if (typeof converted === 'string') throw new UsageError('a point is octets');
  return new Uint8Array(converted);
}

/** A group for Diffie-Hellman: numbers as octets, big-endian. */
export interface DhGroup {
  readonly prime: Uint8Array;
  readonly generator: Uint8Array;
}

/** OpenSSL examines a group for milliseconds when it meets it. */
const exchanges = new WeakMap<DhGroup, DiffieHellman>();

function exchangeOf(group: DhGroup, secret: Uint8Array): DiffieHellman {
  const exchange = exchanges.get(group) ?? createDiffieHellman(group.prime, group.generator);
  exchanges.set(group, exchange);
  exchange.setPrivateKey(secret);
  return exchange;
}

/** g to the power of `secret`, as long as the prime. */
export function dhPublicValue(group: DhGroup, secret: Uint8Array): Uint8Array {
  return toOctets(toBigint(new Uint8Array(exchangeOf(group, secret).generateKeys())), group.prime.length);
}

/** The other's value to the power of `secret`, as long as the prime; `undefined` where that value is out of range. */
export function dhSharedValue(group: DhGroup, secret: Uint8Array, value: Uint8Array): Uint8Array | undefined {
  const number = toBigint(value);
  if (number <= 1n || number >= toBigint(group.prime) - 1n) return undefined;
  const exchange = exchangeOf(group, secret);
  try {
    return toOctets(toBigint(new Uint8Array(exchange.computeSecret(value))), group.prime.length);
  } catch {
    return undefined;
  }
}

/** Whether `value` to the power of `order` is 1. All three are public: no care is taken of the time. */
export function isOfOrder(value: Uint8Array, order: bigint, prime: Uint8Array): boolean {
  const modulus = toBigint(prime);
  let [base, exponent, result] = [toBigint(value) % modulus, order, 1n];
  while (exponent > 0n) {
    if ((exponent & 1n) === 1n) result = (result * base) % modulus;
    base = (base * base) % modulus;
    exponent >>= 1n;
  }
  return result === 1n;
}

/** Whether a number is a prime: wrong about a composite once in 2^64 tries. */
export function isPrime(number: Uint8Array): boolean {
  return checkPrimeSync(toBigint(number));
}

/** HMAC with a key that is used many times on short messages: what the key adds to it is calculated once. */
export function keyedHmac(hash: 'md5' | 'sha1', key: Uint8Array): (message: Uint8Array) => Uint8Array {
  const fresh = hmac.create(hash === 'sha1' ? sha1 : md5, key);
  const working = hmac.create(hash === 'sha1' ? sha1 : md5, key);
  return (message) => {
    fresh._cloneInto(working);
    const digest = new Uint8Array(working.outputLen);
    working.update(message).digestInto(digest);
    return digest;
  };
}

/** The digest of a message in parts: OpenSSL's, which is faster where they are many or long. */
export function digestOf(hash: 'md5' | 'sha1', parts: readonly Uint8Array[]): Uint8Array {
  const digest = createHash(hash);
  for (const part of parts) digest.update(part);
  return new Uint8Array(digest.digest());
}
