/** Records under a cipher spec: WAP-261 §9.2.3, and the sequence numbers of a connection state (§9.1). */
import { isSecretAt, spendBlocks } from '../crypto.js';
import { BLOCK_OCTETS } from './cipher.js';
import {
  recordIv,
  refreshPoint,
  type SecurityParameters,
  type Side,
  type WriteKeys,
  writeKeys,
} from './keys.js';
import { beginRecord, recordType, SEQUENCE_MOST, type WtlsRecord } from './record.js';
import type { SequenceNumberMode } from './suites.js';
import { DuplicateWindow } from './window.js';

/** MAC input that is not the fragment: seq_number, record_type, length. */
function macHeader(sequence: number, type: number, length: number): Uint8Array {
  return Uint8Array.of(sequence >> 8, sequence & 0xff, type, length >> 8, length & 0xff);
}

/** A record under the keys: content, MAC, padding (§9.2.3.2, §9.2.3.3), all in the place where they are sent. */
function sealRecord(
  { spec }: SecurityParameters,
  keys: WriteKeys,
  counted: number,
  head: Omit<WtlsRecord, 'fragment'>,
  content: Uint8Array,
): Uint8Array {
  const { mac, bulkCipher } = spec;
  const length = content.length + mac.macSize;
  const isBlock = bulkCipher.type === 'block';
  // The octet that tells the padding's length is one of the padded length.
  const padding = isBlock ? BLOCK_OCTETS - 1 - (length % BLOCK_OCTETS) : 0;
  const [octets, at] = beginRecord(head, isBlock ? length + padding + 1 : length);
  octets.set(content, at);
  if (mac.macSize > 0) {
    const digest = keys.mac.digest(macHeader(counted, recordType(head), content.length), content);
    // The MAC of a suite may be shorter than what HMAC gives.
    for (let i = 0; i < mac.macSize; i++) octets[at + content.length + i] = digest[i] as number;
  }
  if (!isBlock) return octets;
  for (let i = at + length; i < octets.length; i++) octets[i] = padding;
  const blocks = octets.subarray(at);
  keys.cipher.encrypt(recordIv(keys.iv, counted), blocks, blocks);
  return octets;
}

/** Why a record cannot be read. Which of the two it is, a stranger could tell from its length alone. */
export type Unreadable = 'decryption_failed' | 'bad_record_mac';

/**
 * The content of a record. What is wrong with a padding is not told apart from a wrong MAC, which is looked at in any
 * case, over as many blocks of the hash as the longest content would have: nobody learns from the answer, nor from how
 * long it takes, whether the padding was right.
 */
function openFragment(
  { spec }: SecurityParameters,
  keys: WriteKeys,
  sequence: number,
  type: number,
  fragment: Uint8Array,
): Uint8Array | Unreadable {
  const { mac, bulkCipher } = spec;
  const isBlock = bulkCipher.type === 'block';
  if (fragment.length < mac.macSize + (isBlock ? 1 : 0)) return 'decryption_failed';
  if (isBlock && fragment.length % BLOCK_OCTETS !== 0) return 'decryption_failed';
  const plain = isBlock ? keys.cipher.decrypt(recordIv(keys.iv, sequence), fragment) : fragment;
  const most = plain.length - mac.macSize - (isBlock ? 1 : 0);
  const padding = isBlock ? paddingOf(plain, most) : 0;
  const length = most - Math.max(0, padding);
  const content = plain.subarray(0, length);
  if (mac.macSize > 0) {
    const digest = keys.mac.digest(macHeader(sequence, type, length), content);
    // As many as the longest content would take.
    spendBlocks(mac.hash, hashBlocks(most) - hashBlocks(length));
    const expected = mac.macSize === digest.length ? digest : digest.slice(0, mac.macSize);
    const genuine = isSecretAt(plain, length, expected);
    return genuine && padding >= 0 ? content : 'bad_record_mac';
  }
  return padding >= 0 ? content : 'bad_record_mac';
}

/** Octets of padding before the one that tells how many; -1 where they are not what they should be. No early exit. */
function paddingOf(plain: Uint8Array, most: number): number {
  const padding = plain[plain.length - 1] as number;
  let wrong = padding > most ? 1 : 0;
  const looked = Math.min(255, plain.length - 1);
  for (let i = 0; i < looked; i++) {
    const within = i < padding ? 0xff : 0;
    wrong |= ((plain[plain.length - 2 - i] as number) ^ padding) & within;
  }
  return wrong === 0 ? padding : -1;
}

const HASH_BLOCK = 64;
/** The MAC's own header, and the least that a hash appends. */
const HASHED_BESIDES = 5 + 9;

/** Blocks of the hash that a MAC over so many octets takes. */
function hashBlocks(octets: number): number {
  return Math.ceil((octets + HASHED_BESIDES) / HASH_BLOCK);
}

/** The current state of one direction: keys as of the last refresh, and the sequence number. */
export class WriteState {
  readonly #parameters: SecurityParameters;
  readonly #side: Side;
  readonly #mode: SequenceNumberMode;
  #next = 0;
  #keys: { readonly point: number; readonly keys: WriteKeys } | undefined;

  /** @param side who writes */
  constructor(parameters: SecurityParameters, side: Side, mode: SequenceNumberMode) {
    this.#parameters = parameters;
    this.#side = side;
    this.#mode = mode;
  }

  /** Records that may still be written: §9.2.3.1 ends a connection at the last sequence number. */
  get left(): number {
    return SEQUENCE_MOST + 1 - this.#next;
  }

  /**
   * One record, sealed.
   * @param last whether nothing follows in the SDU, so that the length can be left out
   * @param numbered whether the sequence number is written whatever the mode: handshake messages always have it
   */
  seal(contentType: number, content: Uint8Array, last: boolean, numbered = false): Uint8Array {
    const sequence = this.#next++;
    if (sequence > SEQUENCE_MOST) throw new RangeError('the sequence numbers are used up');
    const point = refreshPoint(sequence, this.#parameters.keyRefresh);
    if (this.#keys?.point !== point) {
      this.#keys = { point, keys: writeKeys(this.#parameters, this.#side, point) };
    }
    const explicit = numbered || this.#mode === 'explicit';
    const head = {
      contentType,
      sequence: explicit ? sequence : undefined,
      ciphered: true,
      withLength: !last,
    };
    // Without sequence numbers (off) the MAC has zero in their place; keys and IVs go by the count of records all the same.
    const counted = this.#mode === 'off' && !numbered ? 0 : sequence;
    return sealRecord(this.#parameters, this.#keys.keys, counted, head, content);
  }
}

/** How many sets of keys a reader keeps: a late record may still belong to the last one. */
const KEYS_KEPT = 2;

export type Opened =
  | { readonly content: Uint8Array }
  /** Received before, or too old to tell. */
  | { readonly duplicate: true }
  | { readonly unreadable: Unreadable };

export class ReadState {
  readonly #parameters: SecurityParameters;
  readonly #side: Side;
  readonly #mode: SequenceNumberMode;
  readonly #window = new DuplicateWindow();
  /** The number of the next record, where none is written. */
  #next = 0;
  #keys: { readonly point: number; readonly keys: WriteKeys }[] = [];

  /** @param side who writes what is read here */
  constructor(parameters: SecurityParameters, side: Side, mode: SequenceNumberMode) {
    this.#parameters = parameters;
    this.#side = side;
    this.#mode = mode;
  }

  /** A record that is found genuine is entered into the window; no other (Appendix B.4). */
  open(record: WtlsRecord): Opened {
    const sequence = record.sequence ?? this.#next;
    if (record.sequence === undefined && this.#mode === 'explicit') return { unreadable: 'bad_record_mac' };
    if (record.sequence !== undefined && !this.#window.isNew(sequence)) return { duplicate: true };
    if (sequence > SEQUENCE_MOST) return { unreadable: 'bad_record_mac' };
    const point = refreshPoint(sequence, this.#parameters.keyRefresh);
    const kept = this.#keys.find((it) => it.point === point);
    const keys = kept?.keys ?? writeKeys(this.#parameters, this.#side, point);
    const counted = this.#mode === 'off' && record.sequence === undefined ? 0 : sequence;
    const content = openFragment(this.#parameters, keys, counted, recordType(record), record.fragment);
    if (typeof content === 'string') return { unreadable: content };
    // Keys of numbers that a stranger made up push no others out.
    if (kept === undefined) this.#keys = [{ point, keys }, ...this.#keys].slice(0, KEYS_KEPT);
    this.#window.accept(sequence);
    this.#next = Math.max(this.#next, sequence + 1);
    return { content };
  }
}
