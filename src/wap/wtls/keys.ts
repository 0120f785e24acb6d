/** From a shared secret to the keys of records: WAP-261 §11. */
import { digestOf, KeyedHmac } from '../crypto.js';
import { concat, encodeUtf8 } from '../octets.js';
import { type KeyedCipher, keyedCipher } from './cipher.js';
import type { CipherSpec, Mac } from './suites.js';

export const MASTER_SECRET_OCTETS = 20;
export const VERIFY_DATA_OCTETS = 12;

type Hash = Mac['hash'];

/** The labels of §11, which every handshake needs. */
const labels: ReadonlyMap<string, Uint8Array> = new Map(
  ['master secret', 'client expansion', 'server expansion', 'client finished', 'server finished'].map(
    (label) => [label, encodeUtf8(label)],
  ),
);

/** §11.3.2: one hash algorithm, that of the MAC, where TLS mixes two. */
export function prf(
  hash: Hash,
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  return expandLabelled(new KeyedHmac(hash, secret), label, seed, length);
}

function expandLabelled(hmac: KeyedHmac, label: string, seed: Uint8Array, length: number): Uint8Array {
  return hmac.expand([labels.get(label) ?? encodeUtf8(label), seed], length);
}

const empty = new Uint8Array(0);

/** H(handshake_messages): §10.5.8, §10.5.9. */
export function hashMessages(hash: Hash, messages: readonly Uint8Array[]): Uint8Array {
  return digestOf(hash, messages);
}

/**
 * A master secret, wherever it is: in memory, or on a card that never gives it away and answers for it. A card knows
 * one hash algorithm only, SHA-1 (WAP-260 §11.3.6.10).
 */
export interface MasterSecret {
  /** PRF(master_secret, label, seed). */
  expand(hash: Hash, label: string, seed: Uint8Array, length: number): Uint8Array;
  /** The secret itself, where it is known. */
  readonly octets?: Uint8Array;
}

/** The 20 octets of a master secret (§11.1), as what the key derivation works with. */
export function masterSecretOf(octets: Uint8Array): MasterSecret {
  const hmacs: { [H in Hash]?: KeyedHmac } = {};
  return {
    octets,
    expand(hash, label, seed, length) {
      hmacs[hash] ??= new KeyedHmac(hash, octets);
      return expandLabelled(hmacs[hash], label, seed, length);
    },
  };
}

/** §11.1: 20 octets, whatever the length of the pre-master secret. */
export function computeMasterSecret(
  hash: Hash,
  preMasterSecret: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
): MasterSecret {
  const seed = concat([clientRandom, serverRandom]);
  return masterSecretOf(prf(hash, preMasterSecret, 'master secret', seed, MASTER_SECRET_OCTETS));
}

/** §10.5.9. @param messages all handshake messages up to, but not including, this one */
export function computeVerifyData(
  side: Side,
  hash: Hash,
  masterSecret: MasterSecret,
  messages: readonly Uint8Array[],
): Uint8Array {
  return verifyDataOf(side, hash, masterSecret, hashMessages(hash, messages));
}

/** @param digest H(handshake_messages) */
export function verifyDataOf(
  side: Side,
  hash: Hash,
  masterSecret: MasterSecret,
  digest: Uint8Array,
): Uint8Array {
  return masterSecret.expand(hash, `${side} finished`, digest, VERIFY_DATA_OCTETS);
}

/** Who writes. */
export type Side = 'client' | 'server';

export function otherSide(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}

/** SecurityParameters (§9.1) as far as keys depend on them. */
export interface SecurityParameters {
  readonly spec: CipherSpec;
  readonly masterSecret: MasterSecret;
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
  /** New keys whenever this many of the sequence number's low bits are zero. */
  readonly keyRefresh: number;
}

/** What protects records, from one refresh to the next. */
export interface WriteKeys {
  /** HMAC with the MAC secret. */
  readonly mac: KeyedHmac;
  readonly macSecret: Uint8Array;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly cipher: KeyedCipher;
}

/** The sequence number that the keys of record `sequence` were made from: §11.2. */
export function refreshPoint(sequence: number, keyRefresh: number): number {
  // Sequence numbers have 16 bits: more than that never come round.
  return keyRefresh >= 16 ? 0 : sequence - (sequence % 2 ** keyRefresh);
}

/** The keys with which `side` writes, from the record with the number `sequence` on: §11.2. */
export function writeKeys(parameters: SecurityParameters, side: Side, sequence: number): WriteKeys {
  const { spec, masterSecret, clientRandom, serverRandom } = parameters;
  const { bulkCipher, mac } = spec;
  const number = Uint8Array.of(sequence >> 8, sequence & 0xff);
  const { keySize } = mac;
  const { keyMaterial, ivSize } = bulkCipher;
  const block = masterSecret.expand(
    mac.hash,
    `${side} expansion`,
    concat([number, serverRandom, clientRandom]),
    keySize + keyMaterial + ivSize,
  );
  const macSecret = block.slice(0, keySize);
  const material = block.slice(keySize, keySize + keyMaterial);
  if (!bulkCipher.isExportable || bulkCipher.type === 'stream') {
    const iv = block.slice(keySize + keyMaterial);
    return {
      mac: new KeyedHmac(mac.hash, macSecret),
      macSecret,
      key: material,
      iv,
      cipher: keyedCipher(bulkCipher, material),
    };
  }
  const randoms = concat([clientRandom, serverRandom]);
  const key = prf(mac.hash, material, `${side} write key`, randoms, bulkCipher.expandedKeyMaterial);
  const iv = prf(mac.hash, empty, `${side} write IV`, concat([number, randoms]), ivSize);
  return {
    mac: new KeyedHmac(mac.hash, macSecret),
    macSecret,
    key,
    iv,
    cipher: keyedCipher(bulkCipher, key),
  };
}

/** record_IV = IV XOR S, where S repeats the sequence number: §11.2. */
export function recordIv(iv: Uint8Array, sequence: number): Uint8Array {
  const varied = new Uint8Array(iv.length);
  for (let i = 0; i < iv.length; i++) {
    varied[i] = (iv[i] as number) ^ (i % 2 === 0 ? sequence >> 8 : sequence & 0xff);
  }
  return varied;
}
