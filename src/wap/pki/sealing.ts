/**
 * A signing request that only the card can open: sealed to the user's key, so that a gateway on the way cannot read it
 * [211, 236]. A fresh key encrypts the text, and is itself encrypted under the RSA key
 * that the card has for decipherment (WAP-260 §11.4.7). The format is our own; no document of the suite has one.
 */
import { type RsaPublicKey, rsaEncrypt, seal, unseal } from '../crypto.js';
import { DecodeError } from '../errors.js';
import {
  decodeUtf8,
  encodeUtf8,
  equalOctets,
  type Field,
  fromBase64,
  Reader,
  toBase64,
  Writer,
} from '../octets.js';
import type { Random } from '../random.js';
import { KEY_HASH_OCTETS, keyHash } from './keys.js';

/**
 * What a script hands to Crypto.signText in place of a text: this, and the sealed text in base64. A terminal that does
 * not know it shows nothing that anybody would sign, and no server takes the signature of that.
 */
const SEALED_PREFIX = 'X-Wapstack-Sealed:';

const VERSION = 1;
const KEY_OCTETS = 32;
const NONCE_OCTETS = 12;

export interface SealedText {
  /** The hash of the public key that it is sealed to. */
  readonly keyHash: Uint8Array;
  /** The key of the text, in PKCS#1 block type 2. */
  readonly wrappedKey: Uint8Array;
  readonly nonce: Uint8Array;
  /** AES-256-GCM. */
  readonly cryptogram: Uint8Array;
}

export function sealText(random: Random, publicKey: RsaPublicKey, text: string): SealedText {
  const key = random.octets(KEY_OCTETS).slice();
  const nonce = random.octets(NONCE_OCTETS).slice();
  const hash = keyHash(publicKey);
  const wrappedKey = rsaEncrypt(random, publicKey, key);
  return { keyHash: hash, wrappedKey, nonce, cryptogram: seal(key, nonce, encodeUtf8(text), hash) };
}

/**
 * The text; `undefined` where it was not sealed to this key, or changed on the way.
 * @param decipher what the card does with its private key: `wim.decipher`
 */
export function openSealedText(
  sealed: SealedText,
  own: { readonly keyHash: Uint8Array; readonly decipher: (cryptogram: Uint8Array) => Uint8Array },
): string | undefined {
  if (!equalOctets(sealed.keyHash, own.keyHash)) return undefined;
  const key = own.decipher(sealed.wrappedKey);
  // A cryptogram that the card could not open comes out as something random, of any length.
  if (key.length !== KEY_OCTETS) return undefined;
  const octets = unseal(key, sealed.nonce, sealed.cryptogram, sealed.keyHash);
  return octets && decodeUtf8(octets);
}

export function encodeSealedText(sealed: SealedText): Uint8Array {
  const { wrappedKey, cryptogram } = sealed;
  const writer = new Writer()
    .uint8(VERSION)
    .octets(sealed.keyHash)
    .uint16(wrappedKey.length)
    .octets(wrappedKey);
  return writer.octets(sealed.nonce).uint16(cryptogram.length).octets(cryptogram).done();
}

export function decodeSealedText(octets: Uint8Array, record?: Field[]): SealedText {
  const reader = new Reader(octets, 'sealed text', record);
  const version = reader.uint8('version');
  if (version !== VERSION) throw new DecodeError('sealed text', 0, `version ${version} is unknown`);
  const sealed = {
    keyHash: reader.octets('key_hash', KEY_HASH_OCTETS).slice(),
    wrappedKey: reader.octets('wrapped key', reader.uint16('wrapped key length')).slice(),
    nonce: reader.octets('nonce', NONCE_OCTETS).slice(),
    cryptogram: reader.octets('cryptogram', reader.uint16('cryptogram length')).slice(),
  };
  reader.end();
  return sealed;
}

/** As a script hands it to Crypto.signText. */
export function sealedString(sealed: SealedText): string {
  return `${SEALED_PREFIX}${toBase64(encodeSealedText(sealed))}`;
}

/** Whether a script wants something signed that is sealed. */
export function isSealedString(text: string): boolean {
  return text.startsWith(SEALED_PREFIX);
}

/** What is sealed in there; DecodeError where it is broken. */
export function parseSealedString(text: string): SealedText {
  const octets = fromBase64(text.slice(SEALED_PREFIX.length));
  if (octets === undefined) throw new DecodeError('sealed text', 0, 'it is not base64');
  return decodeSealedText(octets);
}
