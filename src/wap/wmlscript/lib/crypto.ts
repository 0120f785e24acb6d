/**
 * Crypto: WAP-161-WMLScriptCrypto §5.1.2. The host shows the text, finds the key and signs; errors in parameters never
 * reach it.
 */
import { isWithin } from '../text.js';
import { invalid } from '../values.js';
import { define, type Implementation } from './function.js';

/** §5.1.2: bits of the parameter options. */
export const signTextOptions = {
  INCLUDE_CONTENT: 0x0001,
  INCLUDE_KEY_HASH: 0x0002,
  INCLUDE_CERTIFICATE: 0x0004,
} as const;

/** §5.1.2: values of the parameter keyIdType. */
export const keyIdTypes = { NONE: 0, USER_KEY_HASH: 1, TRUSTED_KEY_HASH: 2 } as const;

/** Octets of a SHA-1 hash, each a character of keyId. */
const KEY_HASH_OCTETS = 20;

const allOptions = Object.values(signTextOptions).reduce((bits, bit) => bits | bit, 0);

export const crypto: Readonly<Record<string, Implementation>> = {
  signText: define(
    ['String', 'Integer', 'Integer', 'String'],
    (_, stringToSign, options, keyIdType, keyId) => {
      if ((options & ~allOptions) !== 0) return invalid;
      if (!isKeyId(keyIdType, keyId)) return invalid;
      return { host: 'Crypto.signText', args: [stringToSign, options, keyIdType, keyId] };
    },
  ),
};

/** Without a type keyId says nothing; with one it is one hash or several. */
function isKeyId(keyIdType: number, keyId: string): boolean {
  if (keyIdType === keyIdTypes.NONE) return true;
  if (keyIdType !== keyIdTypes.USER_KEY_HASH && keyIdType !== keyIdTypes.TRUSTED_KEY_HASH) return false;
  return keyId !== '' && keyId.length % KEY_HASH_OCTETS === 0 && isWithin(keyId, 0xff);
}
