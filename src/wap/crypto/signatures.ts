/** Signatures with whichever key there is: WAP-161 Appendix B. */
import { ecdsaSignSha1, ecdsaVerifySha1 } from './curves.js';
import type { PrivateKey, PublicKey } from './keys.js';
import { rsaSignSha1, rsaVerifySha1 } from './rsa.js';

/** A signature over `message` with SHA-1, of the form that the key's algorithm has in WAP-161 Appendix B. */
export function signSha1(key: PrivateKey, message: Uint8Array): Uint8Array {
  return key.type === 'rsa' ? rsaSignSha1(key, message) : ecdsaSignSha1(key, message);
}

export function verifySha1(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  return key.type === 'rsa'
    ? rsaVerifySha1(key, message, signature)
    : ecdsaVerifySha1(key, message, signature);
}
