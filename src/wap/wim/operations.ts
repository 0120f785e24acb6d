/** What the card does with its keys: WAP-260 §11.3.6. The secrets stay within these functions. */
import {
  ecdh,
  ecdsaSign,
  hmacSha1,
  type PrivateKey,
  pHash,
  type RsaPublicKey,
  rsaDecryptMessage,
  rsaEncrypt,
  rsaSignBlock,
  rsaVerifyBlock,
  toBigint,
} from '../crypto.js';
import { concat, encodeUtf8, Reader } from '../octets.js';
import { trimZeros } from '../pki/der.js';
import { decodePrivateKeyInfo } from '../pki/keys.js';
import type { Random } from '../random.js';
import { answer, type CommandApdu, type ResponseApdu, status } from './apdu.js';
import { type Environment, readDataObjects, type Template } from './environment.js';
import { type CardImage, openWith, type StoredKey, sealWith } from './image.js';
import { PIN_G } from './layout.js';

/** WTLS: a master secret has 20 octets, the random part of a pre-master secret 19. */
const MASTER_SECRET_OCTETS = 20;
const PRE_MASTER_RANDOM_OCTETS = 19;

/** What operations may see and do of the card. */
export interface Vault {
  readonly image: CardImage;
  readonly random: Random;
  readonly currentFile: number | undefined;
  /** What a PIN opens, if it was verified on this channel or need not be. */
  keyOf(reference: number): Uint8Array | undefined;
  /** Takes back what the PIN gave, on all channels. */
  forget(reference: number): void;
  storeMasterSecrets(secrets: CardImage['masterSecrets']): void;
}

/** §11.3.6.11: a master secret from the pre-master secret that the key exchange left. */
export function deriveKey(
  vault: Vault,
  environment: Environment,
  reference: number,
  seed: Uint8Array,
): ResponseApdu {
  const { CCT } = environment;
  delete CCT.keyReference;
  delete CCT.seed;
  const key = vault.keyOf(PIN_G.reference);
  if (key === undefined) return status('Security status not satisfied');
  if (reference < 1 || reference > vault.image.masterSecrets.length) return status('Reference not found');
  const { preMasterSecret } = environment;
  if (preMasterSecret === undefined) return status('Condition of use not satisfied');
  delete environment.preMasterSecret;
  const labelled = concat([encodeUtf8('master secret'), seed]);
  const secret = pHash(hmacSha1, preMasterSecret, labelled, MASTER_SECRET_OCTETS);
  const sealed = sealWith(vault.random, key, 'masterSecret', reference, secret);
  const masterSecrets = vault.image.masterSecrets.map((it, at) => (at === reference - 1 ? sealed : it));
  vault.storeMasterSecrets(masterSecrets);
  CCT.masterSecret = reference;
  return status('Normal ending');
}

/**
 * The key that a template refers to, opened; or the status that says why not. A key for non-repudiation does nothing
 * but that: no decipherment, no WTLS.
 */
function privateKey(
  vault: Vault,
  environment: Environment,
  template: Template,
): { readonly stored: StoredKey; readonly key: PrivateKey } | ResponseApdu {
  const inFile = vault.image.keys.filter(({ file }) => file === (template.keyFile ?? vault.currentFile));
  if (inFile.length === 0) return status('File not found');
  const stored = inFile.find(({ reference }) => reference === template.keyReference);
  if (stored === undefined) return status('Reference not found');
  if (stored.nonRepudiation && (environment.kind.wtls || template !== environment.DST)) {
    return status('Condition of use not satisfied');
  }
  const opener = vault.keyOf(stored.pinReference);
  if (opener === undefined) return status('Security status not satisfied');
  const octets = openWith(opener, 'key', stored.reference, stored.sealed);
  if (octets === undefined) return status('Memory failure');
  const key = decodePrivateKeyInfo(octets);
  return key.type === environment.kind.algorithm ? { stored, key } : status('Condition of use not satisfied');
}

/** §11.3.6.8. After a signature with a non-repudiation key its PIN has to be entered again (§12.1.4). */
export function sign({ data }: CommandApdu, vault: Vault, environment: Environment): ResponseApdu {
  if (data.length === 0) return status('Wrong length');
  const found = privateKey(vault, environment, environment.DST);
  if ('sw' in found) return found;
  const { stored, key } = found;
  const fits = key.type === 'rsa' ? data.length <= key.publicKey.modulus.length - 11 : data.length === 20;
  if (!fits) return status('Incorrect data');
  if (stored.nonRepudiation) vault.forget(stored.pinReference);
  return answer(key.type === 'rsa' ? rsaSignBlock(key, data) : ecdsaSign(key, data));
}

/** §11.3.6.9, RSA. The digest is what stands in the block: 20 octets, or a DigestInfo. */
export function verifySignature({ data }: CommandApdu, vault: Vault, environment: Environment): ResponseApdu {
  if (data.length === 0) return status('Wrong length');
  if (vault.keyOf(PIN_G.reference) === undefined) return status('Security status not satisfied');
  const { DST, kind } = environment;
  const { digest, publicKey } = DST;
  delete DST.digest;
  if (digest === undefined || publicKey === undefined || kind.algorithm !== 'rsa') {
    return status('Condition of use not satisfied');
  }
  const key = readRsaKey(publicKey);
  const signature = onlyObject(0x9e, data);
  const right = key !== undefined && signature !== undefined && rsaVerifyBlock(key, digest, signature);
  return status(right ? 'Normal ending' : 'Incorrect data');
}

/** §11.3.6.5 and §11.3.6.6: key transport or key agreement. The pre-master secret stays here. */
export function exchangeKey({ data, le }: CommandApdu, vault: Vault, environment: Environment): ResponseApdu {
  if (data.length > 0) return status('Wrong length');
  if (!environment.kind.wtls) return status('Condition of use not satisfied');
  if (environment.kind.algorithm === 'ec') return agree(vault, environment);
  if (vault.keyOf(PIN_G.reference) === undefined) return status('Security status not satisfied');
  const { CT } = environment;
  const { version, drawRandom, publicKey } = CT;
  delete CT.version;
  delete CT.drawRandom;
  if (version === undefined || drawRandom !== true || publicKey === undefined) {
    return status('Condition of use not satisfied');
  }
  const key = readRsaKey(publicKey);
  if (key === undefined) return status('Incorrect data');
  if (le === undefined || le < key.modulus.length + 1) return status('Wrong length');
  const secret = concat([Uint8Array.of(version), vault.random.octets(PRE_MASTER_RANDOM_OCTETS)]);
  const encrypted = rsaEncrypt(vault.random, key, secret);
  environment.preMasterSecret = concat([secret, publicKey]);
  return answer(concat([Uint8Array.of(0), encrypted]));
}

function agree(vault: Vault, environment: Environment): ResponseApdu {
  const found = privateKey(vault, environment, environment.CT);
  if ('sw' in found) return found;
  const { publicKey } = environment.CT;
  if (found.key.type !== 'ec' || publicKey === undefined) return status('Condition of use not satisfied');
  // As in WTLS the point has its length before it; without is understood too.
  const point = publicKey[0] === publicKey.length - 1 ? publicKey.subarray(1) : publicKey;
  const shared = ecdh(found.key, point);
  if (shared === undefined) return status('Incorrect data');
  environment.preMasterSecret = shared;
  return status('Normal ending');
}

/**
 * §11.3.6.7, RSA. Where the padding is wrong something random comes out, so that nobody can ask the card about
 * cryptograms of others (see `rsaDecryptMessage`).
 */
export function decipher({ data }: CommandApdu, vault: Vault, environment: Environment): ResponseApdu {
  if (data.length < 2) return status('Wrong length');
  if (environment.kind.wtls) return status('Condition of use not satisfied');
  const found = privateKey(vault, environment, environment.CT);
  if ('sw' in found) return found;
  const { key } = found;
  if (key.type !== 'rsa') return status('Condition of use not satisfied');
  if (data[0] !== 0 || data.length !== key.publicKey.modulus.length + 1) return status('Incorrect data');
  return answer(rsaDecryptMessage(key, data.subarray(1)));
}

/** §11.3.6.10: the pseudo-random function of WTLS with SHA-1. The label is part of the data. */
export function checksum({ data }: CommandApdu, vault: Vault, environment: Environment): ResponseApdu {
  if (data.length === 0) return status('Wrong length');
  const key = vault.keyOf(PIN_G.reference);
  if (key === undefined) return status('Security status not satisfied');
  const { masterSecret: reference, length } = environment.CCT;
  if (reference === undefined || length === undefined || length === 0) {
    return status('Condition of use not satisfied');
  }
  const sealed = vault.image.masterSecrets[reference - 1];
  if (sealed === undefined) return status('Reference not found');
  const secret = openWith(key, 'masterSecret', reference, sealed);
  return secret === undefined ? status('Memory failure') : answer(pHash(hmacSha1, secret, data, length));
}

/** RSAPublicKey of WTLS, the form in which commands carry public keys (§11.4.4). */
function readRsaKey(octets: Uint8Array): RsaPublicKey | undefined {
  try {
    const reader = new Reader(octets, 'KPub');
    const exponent = reader.octets('exponent', reader.uint16('exponent length'));
    const modulus = reader.octets('modulus', reader.uint16('modulus length'));
    reader.end();
    // What OpenSSL would not take for a key is none: a response is owed to any octets.
    const usable =
      modulus.length >= 64 &&
      modulus[0] !== 0 &&
      ((modulus.at(-1) ?? 0) & 1) === 1 &&
      exponent.length > 0 &&
      exponent.length <= 8 &&
      ((exponent.at(-1) ?? 0) & 1) === 1 &&
      toBigint(exponent) > 1n;
    return usable
      ? { type: 'rsa', modulus: modulus.slice(), exponent: trimZeros(exponent).slice() }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The value of the only data object in `data`, if it has this tag. */
function onlyObject(tag: number, data: Uint8Array): Uint8Array | undefined {
  try {
    const objects = readDataObjects(data);
    const [object] = objects;
    return objects.length === 1 && object?.tag === tag ? object.value : undefined;
  } catch {
    return undefined;
  }
}
