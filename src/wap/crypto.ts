/**
 * The one door to cryptographic libraries: whoever needs a primitive gets it here. Nothing in here draws randomness of
 * its own: keys come from a `Random`, and ECDSA takes its secret number from the key and the digest (RFC 6979).
 *
 * NO CONSTANT TIME is claimed for key generation and for ECDSA, which calculate with bigint.
 */
export { KeyedHmac, RunningDigest, spendBlocks } from './crypto/block-hash.js';
export { deriveKey, seal, tripleDesCbcDecrypt, tripleDesCbcEncrypt, unseal } from './crypto/cipher.js';
export {
  compressPoint,
  ecdh,
  ecdsaSign,
  ecdsaSignSha1,
  ecdsaVerifySha1,
  ecKeyFromScalar,
  fieldOctets,
  generateEcKey,
  orderOctets,
  uncompressPoint,
} from './crypto/curves.js';
export { type DhGroup, dhPublicValue, dhSharedValue } from './crypto/diffie-hellman.js';
export {
  digestOf,
  equalSecrets,
  hmacDigest,
  hmacMd5,
  hmacSha1,
  hmacSha256,
  isSecretAt,
  md5,
  pHash,
  sha1,
  sha256,
} from './crypto/hash.js';
export {
  type Curve,
  type EcPrivateKey,
  type EcPublicKey,
  encodePublicKeyInfo,
  OID_EC,
  OID_RSA,
  type PrivateKey,
  type PublicKey,
  pem,
  type RsaPrivateKey,
  type RsaPublicKey,
} from './crypto/keys.js';
export { isOfOrder, isPrime, toBigint, toMagnitude, toOctets } from './crypto/numbers.js';
export {
  generateRsaKey,
  rsaDecryptMessage,
  rsaDecryptSecret,
  rsaEncrypt,
  rsaKeyFromPrimes,
  rsaSignBlock,
  rsaSignSha1,
  rsaVerifyBlock,
  rsaVerifySha1,
  sha1DigestInfo,
} from './crypto/rsa.js';
export { signSha1, verifySha1 } from './crypto/signatures.js';
