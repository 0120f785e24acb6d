/** Keys as octets: SubjectPublicKeyInfo (RFC 2459 §4.1.2.7), PKCS#8, and the hash that WAP knows a key by. */
import {
  type Curve,
  ecKeyFromScalar,
  encodePublicKeyInfo,
  fieldOctets,
  OID_EC,
  OID_RSA,
  orderOctets,
  type PrivateKey,
  type PublicKey,
  type RsaPublicKey,
  rsaKeyFromPrimes,
  sha1,
  toBigint,
  toMagnitude,
  uncompressPoint,
} from '../crypto.js';
import { type Field, Reader } from '../octets.js';
import { curveByOid } from './curves.js';
import {
  constructedTag,
  derInteger,
  derNull,
  derOctets,
  derOid,
  derSequence,
  derUnsigned,
  nextTag,
  readBits,
  readContents,
  readElement,
  readInteger,
  readOid,
  readSequence,
  readUnsigned,
  TAG,
} from './der.js';

/** Octets of every key hash. */
export const KEY_HASH_OCTETS = 20;

/**
 * The SHA-1 hash by which WTLS (SIN 261_101), signText (WAP-161 §5.1.2) and the card (WAP-260 §9.4.2) know a public
 * key: over the modulus without a leading zero, or over the x coordinate.
 */
export function keyHash(key: PublicKey): Uint8Array {
  return sha1(key.type === 'rsa' ? key.modulus : key.point.subarray(1, 1 + fieldOctets(key.curve)));
}

/** A largest RSA modulus: Node would spend seconds on longer ones that a stranger sends. */
const MODULUS_OCTETS = 1024;

/** SubjectPublicKeyInfo, the element that comes next. */
export function readPublicKeyInfo(reader: Reader): PublicKey {
  return readSequence(reader, 'subjectPublicKeyInfo', (info) => {
    const curve = readSequence(info, 'algorithm', (algorithm) => readAlgorithm(algorithm));
    const octets = readBits(info, 'subjectPublicKey');
    if (curve === undefined) return readRsaPublicKey(new Reader(octets, 'X.509', undefined, info.offset));
    const point = uncompressPoint(curve, octets);
    return point === undefined ? info.fail('the point is not on its curve') : { type: 'ec', curve, point };
  });
}

/** The curve, or `undefined` for RSA. */
function readAlgorithm(algorithm: Reader): Curve | undefined {
  const oid = readOid(algorithm, 'algorithm');
  if (oid === OID_RSA) {
    // NULL, which some leave out
    if (algorithm.left > 0) readContents(algorithm, 'parameters', TAG.NULL);
    return undefined;
  }
  if (oid !== OID_EC) return algorithm.fail(`keys of the algorithm ${oid} are unknown`);
  const tag = nextTag(algorithm);
  if (tag !== TAG['OBJECT IDENTIFIER'])
    return algorithm.fail('the curve is not named by an object identifier');
  const name = readOid(algorithm, 'namedCurve');
  return curveByOid(name) ?? algorithm.fail(`the curve ${name} is none of WAP-261 Appendix A`);
}

/** RSAPublicKey (PKCS#1). */
function readRsaPublicKey(reader: Reader): RsaPublicKey {
  const key = readSequence(reader, 'RSAPublicKey', (inner): RsaPublicKey => {
    const modulus = readUnsigned(inner, 'modulus');
    const exponent = readUnsigned(inner, 'publicExponent');
    return { type: 'rsa', modulus, exponent };
  });
  checkRsa(reader, key);
  reader.end();
  return key;
}

/** Fails where no RSA key can be: what OpenSSL would refuse, refused with a reason. */
function checkRsa(reader: Reader, key: RsaPublicKey): void {
  if (key.modulus.length < 64 || key.modulus.length > MODULUS_OCTETS) {
    reader.fail(`an RSA modulus of ${key.modulus.length} octets is not accepted`);
  }
  if (((key.modulus.at(-1) ?? 0) & 1) === 0) reader.fail('the RSA modulus is even');
  // Longer exponents exist, but are only good for making a verifier slow.
  if (key.exponent.length === 0 || key.exponent.length > 8) reader.fail('the RSA exponent is not accepted');
}

export function decodePublicKeyInfo(octets: Uint8Array, record?: Field[]): PublicKey {
  const reader = new Reader(octets, 'SubjectPublicKeyInfo', record);
  const key = readPublicKeyInfo(reader);
  reader.end();
  return key;
}

export { encodePublicKeyInfo };

/** PrivateKeyInfo (PKCS#8) in DER. */
export function encodePrivateKeyInfo(key: PrivateKey): Uint8Array {
  if (key.type === 'ec') {
    const { curve } = key.publicKey;
    const body = derSequence(derInteger(1), derOctets(key.scalar));
    return derSequence(derInteger(0), derSequence(derOid(OID_EC), derOid(curve.oid)), derOctets(body));
  }
  const d = toBigint(key.exponent);
  const [p, q] = key.primes.map(toBigint);
  if (p === undefined || q === undefined) throw new RangeError('two primes are needed');
  const body = derSequence(
    derInteger(0),
    derUnsigned(key.publicKey.modulus),
    derUnsigned(key.publicKey.exponent),
    derUnsigned(key.exponent),
    derUnsigned(toMagnitude(p)),
    derUnsigned(toMagnitude(q)),
    derUnsigned(toMagnitude(d % (p - 1n))),
    derUnsigned(toMagnitude(d % (q - 1n))),
    derUnsigned(inverse(q, p)),
  );
  return derSequence(derInteger(0), derSequence(derOid(OID_RSA), derNull), derOctets(body));
}

/** q^-1 mod p, by Fermat: p is a prime. */
function inverse(q: bigint, p: bigint): Uint8Array {
  let [base, exponent, result] = [q % p, p - 2n, 1n];
  while (exponent > 0n) {
    if ((exponent & 1n) === 1n) result = (result * base) % p;
    base = (base * base) % p;
    exponent >>= 1n;
  }
  return toMagnitude(result);
}

/** PrivateKeyInfo (PKCS#8): an RSA key of two primes, or one on a curve of WAP-261. */
export function decodePrivateKeyInfo(octets: Uint8Array): PrivateKey {
  const reader = new Reader(octets, 'PKCS#8');
  const key = readSequence(reader, 'PrivateKeyInfo', (info) => {
    readInteger(info, 'version');
    const curve = readSequence(info, 'privateKeyAlgorithm', readAlgorithm);
    const read = readElement(info, 'privateKey', TAG['OCTET STRING'], (inner) =>
      curve === undefined ? readRsaPrivate(inner) : readEcPrivate(inner, curve),
    );
    // attributes, which nobody needs
    info.rest('attributes');
    return read;
  });
  reader.end();
  return key;
}

function readRsaPrivate(reader: Reader): PrivateKey {
  return readSequence(reader, 'RSAPrivateKey', (inner) => {
    if (readInteger(inner, 'version') !== 0) inner.fail('RSA keys of more than two primes are not accepted');
    const modulus = readUnsigned(inner, 'modulus');
    const exponent = readUnsigned(inner, 'publicExponent');
    readUnsigned(inner, 'privateExponent');
    const p = readUnsigned(inner, 'prime1');
    const q = readUnsigned(inner, 'prime2');
    for (const name of ['exponent1', 'exponent2', 'coefficient']) readUnsigned(inner, name);
    checkRsa(inner, { type: 'rsa', modulus, exponent });
    const key = rsaKeyFromPrimes(p, q, exponent);
    if (key === undefined || toBigint(key.publicKey.modulus) !== toBigint(modulus)) {
      return inner.fail('the primes do not make the modulus');
    }
    return key;
  });
}

function readEcPrivate(reader: Reader, curve: Curve): PrivateKey {
  return readSequence(reader, 'ECPrivateKey', (inner) => {
    readInteger(inner, 'version');
    const scalar = readContents(inner, 'privateKey', TAG['OCTET STRING']);
    // parameters [0] and publicKey [1] say again what is known
    for (const number of [0, 1]) {
      if (nextTag(inner) === constructedTag(number))
        readContents(inner, `[${number}]`, constructedTag(number));
    }
    if (scalar.length > orderOctets(curve)) inner.fail('the private number is longer than the order');
    return ecKeyFromScalar(curve, scalar) ?? inner.fail('the private number is not from 1 to n-1');
  });
}

/** Whether two public keys are the same. */
export function equalKeys(a: PublicKey, b: PublicKey): boolean {
  return toBigint(encodePublicKeyInfo(a)) === toBigint(encodePublicKeyInfo(b));
}
