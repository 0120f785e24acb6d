/** RSA: keys, and PKCS#1 blocks of both types. */
import {
  checkPrimeSync,
  constants,
  privateDecrypt,
  privateEncrypt,
  publicDecrypt,
  publicEncrypt,
} from 'node:crypto';
import { UsageError } from '../errors.js';
import { concat } from '../octets.js';
import type { Random } from '../random.js';
import { KeyedHmac } from './block-hash.js';
import { equalSecrets, sha1, sha256 } from './hash.js';
import { publicObject, type RsaPrivateKey, type RsaPublicKey, rsaPrivateObject } from './keys.js';
import { gcd, invert, toBigint, toMagnitude } from './numbers.js';

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
  for (let i = 0; i < length; i++) {
    substitute[i] = ((substitute[i] ?? 0) & ~mask) | ((block[start + i] ?? 0) & mask);
  }
  return substitute;
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
  return good ? Uint8Array.from(block.subarray(end + 1)) : substitute.slice();
}

/** HMAC with the hashes of private exponents: from it rejected cryptograms get their substitutes. */
const rejections = new WeakMap<RsaPrivateKey, KeyedHmac>();

function rejected(key: RsaPrivateKey, cryptogram: Uint8Array, length: number): Uint8Array {
  const hmac = rejections.get(key) ?? new KeyedHmac('sha1', sha256(key.exponent));
  rejections.set(key, hmac);
  const digest = hmac.digest(cryptogram);
  return length === digest.length ? digest : hmac.expand([digest], length);
}

function rsaPrivateOperation(key: RsaPrivateKey, cryptogram: Uint8Array): Uint8Array | undefined {
  try {
    // Padding is taken off here: Node refuses PKCS#1 v1.5 decryption (CVE-2023-46809).
    return privateDecrypt({ key: rsaPrivateObject(key), padding: constants.RSA_NO_PADDING }, cryptogram);
  } catch {
    return undefined;
  }
}
