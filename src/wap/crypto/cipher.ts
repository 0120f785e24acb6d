/** Ciphers of OpenSSL, and keys from passwords. */
import { createCipheriv, createDecipheriv, scryptSync } from 'node:crypto';
import { concat } from '../octets.js';

/** Triple DES in CBC over whole blocks, without padding. Three equal keys of 8 octets are single DES. */
export function tripleDesCbcEncrypt(key: Uint8Array, iv: Uint8Array, blocks: Uint8Array): Uint8Array {
  return createCipheriv('des-ede3-cbc', key, iv).setAutoPadding(false).update(blocks);
}

export function tripleDesCbcDecrypt(key: Uint8Array, iv: Uint8Array, blocks: Uint8Array): Uint8Array {
  return createDecipheriv('des-ede3-cbc', key, iv).setAutoPadding(false).update(blocks);
}

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
