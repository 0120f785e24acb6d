/**
 * SHA-1 and MD5 for HMAC with keys that are used many times on short messages, as a handshake and its records do: there
 * the libraries take longer to begin than to calculate. No step depends on the octets that are hashed.
 */
import { compressSha1 } from './sha1-block.js';

const BLOCK = 64;
/** Octets before the length of the message, in its last block. */
const LENGTH_AT = BLOCK - 8;

interface Algorithm {
  readonly initial: readonly number[];
  /** Mixes the block at `at` of `octets` into the state. */
  readonly compress: (state: Int32Array, octets: Uint8Array, at: number) => void;
  readonly isLittleEndian: boolean;
  /** Of the digest. */
  readonly octets: number;
  /** Room for two digests. */
  readonly chain: Uint8Array;
  readonly piece: Uint8Array;
  /** `chain` as a message. */
  readonly links: readonly Uint8Array[];
}

const A = 0x67452301;
const B = 0xefcdab89 | 0;
const C = 0x98badcfe | 0;
const D = 0x10325476;

/** FIPS 180-1 §7; RFC 1321 §3.3. */
const algorithms: Readonly<Record<'sha1' | 'md5', Algorithm>> = {
  sha1: algorithm([A, B, C, D, 0xc3d2e1f0 | 0], compressSha1, false),
  md5: algorithm([A, B, C, D], compressMd5, true),
};

function algorithm(
  initial: Algorithm['initial'],
  compress: Algorithm['compress'],
  isLittleEndian: boolean,
): Algorithm {
  const octets = 4 * initial.length;
  const [chain, piece] = [new Uint8Array(octets), new Uint8Array(octets)];
  return { initial, compress, isLittleEndian, octets, chain, piece, links: [chain] };
}

// Nothing in here calls back: one place to work in is enough for all.
const words = new Int32Array(16);
const block = new Uint8Array(BLOCK);
const state = new Int32Array(5);

/** RFC 1321 §3.4: the table of sines, and by how much each step turns. */
const SINES = Int32Array.from({ length: 64 }, (_, i) => Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1))) | 0);
const TURNS = Uint8Array.of(7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21);

function compressMd5(into: Int32Array, octets: Uint8Array, at: number): void {
  for (let i = 0, from = at; i < 16; i++, from += 4) {
    words[i] =
      (octets[from] as number) |
      ((octets[from + 1] as number) << 8) |
      ((octets[from + 2] as number) << 16) |
      ((octets[from + 3] as number) << 24);
  }
  let a = into[0] as number;
  let b = into[1] as number;
  let c = into[2] as number;
  let d = into[3] as number;
  for (let i = 0; i < 64; i++) {
    const round = i >> 4;
    let mixed = 0;
    let word = i;
    if (round === 0) mixed = d ^ (b & (c ^ d));
    else if (round === 1) {
      mixed = c ^ (d & (b ^ c));
      word = 5 * i + 1;
    } else if (round === 2) {
      mixed = b ^ c ^ d;
      word = 3 * i + 5;
    } else {
      mixed = c ^ (b | ~d);
      word = 7 * i;
    }
    const sum = (a + mixed + (SINES[i] as number) + (words[word & 15] as number)) | 0;
    const turn = TURNS[(round << 2) | (i & 3)] as number;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0;
  }
  into[0] = ((into[0] as number) + a) | 0;
  into[1] = ((into[1] as number) + b) | 0;
  into[2] = ((into[2] as number) + c) | 0;
  into[3] = ((into[3] as number) + d) | 0;
}

/** HMAC (RFC 2104) with a key that is used many times: what the key adds to it is calculated once. */
export class KeyedHmac {
  readonly #algorithm: Algorithm;
  readonly #begun: Int32Array;

  /** @param key is not kept */
  constructor(hash: 'sha1' | 'md5', key: Uint8Array) {
    this.#algorithm = algorithms[hash];
    this.#begun = beginHmac(this.#algorithm, key);
  }

  /** Of the parts of a message, one behind the other. */
  digest(...message: readonly Uint8Array[]): Uint8Array {
    const digest = new Uint8Array(this.#algorithm.octets);
    hmacInto(this.#algorithm, this.#begun, digest, message);
    return digest;
  }

  /** P_hash (WAP-261 §11.3.2): as many octets as wanted, from the parts of a seed. */
  expand(seed: readonly Uint8Array[], length: number): Uint8Array {
    const algorithm = this.#algorithm;
    const { octets, chain, piece, links } = algorithm;
    const output = new Uint8Array(length);
    const message = [chain, ...seed];
    for (let made = 0; made < length; made += octets) {
      hmacInto(algorithm, this.#begun, chain, made === 0 ? seed : links);
      hmacInto(algorithm, this.#begun, piece, message);
      const most = Math.min(octets, length - made);
      for (let i = 0; i < most; i++) output[made + i] = piece[i] as number;
    }
    return output;
  }
}

/** Two states, one behind the other: after the inner block of the key, and after the outer one. */
function beginHmac(algorithm: Algorithm, key: Uint8Array): Int32Array {
  const { initial, compress, octets } = algorithm;
  const size = initial.length;
  let short = key;
  if (key.length > BLOCK) {
    short = new Uint8Array(octets);
    state.set(initial);
    end(algorithm, absorb(algorithm, key, 0), key.length);
    writeState(algorithm, short);
  }
  const begun = new Int32Array(2 * size);
  for (let from = 0; from < begun.length; from += size) {
    const pad = from === 0 ? 0x36 : 0x5c;
    for (let i = 0; i < BLOCK; i++) block[i] = (i < short.length ? (short[i] as number) : 0) ^ pad;
    state.set(initial);
    compress(state, block, 0);
    for (let i = 0; i < size; i++) begun[from + i] = state[i] as number;
  }
  return begun;
}

function hmacInto(
  algorithm: Algorithm,
  begun: Int32Array,
  into: Uint8Array,
  message: readonly Uint8Array[],
): void {
  const size = algorithm.initial.length;
  for (let i = 0; i < size; i++) state[i] = begun[i] as number;
  let filled = 0;
  let total = BLOCK;
  for (let i = 0; i < message.length; i++) {
    const part = message[i] as Uint8Array;
    filled = absorb(algorithm, part, filled);
    total += part.length;
  }
  end(algorithm, filled, total);
  writeState(algorithm, block);
  for (let i = 0; i < size; i++) state[i] = begun[size + i] as number;
  end(algorithm, algorithm.octets, BLOCK + algorithm.octets);
  writeState(algorithm, into);
}

/** A digest of something that goes on: what is behind it is hashed once. */
export class RunningDigest {
  readonly #algorithm: Algorithm;
  readonly #state: Int32Array;
  /** What does not fill a block yet, and how much that is. */
  readonly #rest = new Uint8Array(BLOCK);
  #filled = 0;
  #total = 0;

  constructor(hash: 'sha1' | 'md5') {
    this.#algorithm = algorithms[hash];
    this.#state = Int32Array.from(this.#algorithm.initial);
  }

  /** Another that goes on from here. */
  clone(): RunningDigest {
    const twin = new RunningDigest(this.#algorithm === algorithms.sha1 ? 'sha1' : 'md5');
    for (let i = 0; i < this.#state.length; i++) twin.#state[i] = this.#state[i] as number;
    for (let i = 0; i < this.#filled; i++) twin.#rest[i] = this.#rest[i] as number;
    twin.#filled = this.#filled;
    twin.#total = this.#total;
    return twin;
  }

  update(...parts: readonly Uint8Array[]): void {
    this.#resume(parts);
    for (let i = 0; i < this.#state.length; i++) this.#state[i] = state[i] as number;
    for (let i = 0; i < this.#filled; i++) this.#rest[i] = block[i] as number;
  }

  /** The digest of all so far. */
  digest(): Uint8Array {
    this.#resume([]);
    end(this.#algorithm, this.#filled, this.#total);
    const digest = new Uint8Array(this.#algorithm.octets);
    writeState(this.#algorithm, digest);
    return digest;
  }

  #resume(parts: readonly Uint8Array[]): void {
    for (let i = 0; i < this.#state.length; i++) state[i] = this.#state[i] as number;
    for (let i = 0; i < this.#filled; i++) block[i] = this.#rest[i] as number;
    for (const part of parts) {
      this.#filled = absorb(this.#algorithm, part, this.#filled);
      this.#total += part.length;
    }
  }
}

/** Hashes on from `state`, with `filled` octets in `block` already; how many are in it then. */
function absorb({ compress }: Algorithm, part: Uint8Array, filled: number): number {
  const { length } = part;
  let count = filled;
  let at = 0;
  while (at < length) {
    if (count === 0 && length - at >= BLOCK) {
      compress(state, part, at);
      at += BLOCK;
      continue;
    }
    block[count++] = part[at++] as number;
    if (count < BLOCK) continue;
    compress(state, block, 0);
    count = 0;
  }
  return count;
}

/** The last block, or the last two. @param total octets of the message */
function end({ compress, isLittleEndian }: Algorithm, filled: number, total: number): void {
  let at = filled;
  block[at++] = 0x80;
  if (at > LENGTH_AT) {
    while (at < BLOCK) block[at++] = 0;
    compress(state, block, 0);
    at = 0;
  }
  while (at < BLOCK) block[at++] = 0;
  // Bits, in 64 bits, of which a message here needs 32 at most.
  for (let i = 0; i < 4; i++)
    block[isLittleEndian ? LENGTH_AT + i : BLOCK - 1 - i] = (total << 3) >>> (8 * i);
  compress(state, block, 0);
}

function writeState({ initial, isLittleEndian }: Algorithm, into: Uint8Array): void {
  for (let i = 0, at = 0; i < initial.length; i++, at += 4) {
    const word = state[i] as number;
    into[isLittleEndian ? at : at + 3] = word;
    into[isLittleEndian ? at + 1 : at + 2] = word >>> 8;
    into[isLittleEndian ? at + 2 : at + 1] = word >>> 16;
    into[isLittleEndian ? at + 3 : at] = word >>> 24;
  }
}

/** Takes the time that so many blocks more of a message take. */
export function spendBlocks(hash: 'sha1' | 'md5', count: number): void {
  for (let i = 0; i < count; i++) algorithms[hash].compress(state, block, 0);
}
