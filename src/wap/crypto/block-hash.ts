/**
 * SHA-1 and MD5 for HMAC with keys that are used many times on short messages, as a handshake and its records do: there
 * the libraries take longer to begin than to calculate. No step depends on the octets that are hashed.
 */

const BLOCK = 64;
/** Octets before the length of the message, in its last block. */
const LENGTH_AT = BLOCK - 8;

interface Algorithm {
  readonly initial: readonly number[];
  /** Mixes the block at `at` of `octets` into the state. */
  readonly compress: (state: Int32Array, octets: Uint8Array, at: number) => void;
  readonly isLittleEndian: boolean;
}

const A = 0x67452301;
const B = 0xefcdab89 | 0;
const C = 0x98badcfe | 0;
const D = 0x10325476;

/** FIPS 180-1 §7; RFC 1321 §3.3. */
const algorithms: Readonly<Record<'sha1' | 'md5', Algorithm>> = {
  sha1: { initial: [A, B, C, D, 0xc3d2e1f0 | 0], compress: compressSha1, isLittleEndian: false },
  md5: { initial: [A, B, C, D], compress: compressMd5, isLittleEndian: true },
};

// Nothing in here calls back: one place to work in is enough for all.
const words = new Int32Array(80);
const block = new Uint8Array(BLOCK);
const state = new Int32Array(5);

/** FIPS 180-1 §8. */
function compressSha1(into: Int32Array, octets: Uint8Array, at: number): void {
  for (let i = 0, from = at; i < 16; i++, from += 4) {
    words[i] =
      ((octets[from] as number) << 24) |
      ((octets[from + 1] as number) << 16) |
      ((octets[from + 2] as number) << 8) |
      (octets[from + 3] as number);
  }
  for (let i = 16; i < 80; i++) {
    const word =
      (words[i - 3] as number) ^
      (words[i - 8] as number) ^
      (words[i - 14] as number) ^
      (words[i - 16] as number);
    words[i] = (word << 1) | (word >>> 31);
  }
  let a = into[0] as number;
  let b = into[1] as number;
  let c = into[2] as number;
  let d = into[3] as number;
  let e = into[4] as number;
  for (let i = 0; i < 80; i++) {
    let mixed = 0;
    if (i < 20) mixed = ((d ^ (b & (c ^ d))) + 0x5a827999) | 0;
    else if (i < 40) mixed = ((b ^ c ^ d) + 0x6ed9eba1) | 0;
    else if (i < 60) mixed = (((b & c) | (d & (b | c))) + 0x8f1bbcdc) | 0;
    else mixed = ((b ^ c ^ d) + 0xca62c1d6) | 0;
    const next = ((((a << 5) | (a >>> 27)) + mixed) | 0) + ((e + (words[i] as number)) | 0);
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next | 0;
  }
  into[0] = ((into[0] as number) + a) | 0;
  into[1] = ((into[1] as number) + b) | 0;
  into[2] = ((into[2] as number) + c) | 0;
  into[3] = ((into[3] as number) + d) | 0;
  into[4] = ((into[4] as number) + e) | 0;
}

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

/** Hashes on from `state`, which has `done` octets behind it, to the end of the message. */
function finish(algorithm: Algorithm, parts: readonly Uint8Array[], done: number): void {
  const { compress, isLittleEndian } = algorithm;
  let filled = 0;
  let total = done;
  for (const part of parts) {
    const { length } = part;
    total += length;
    let at = 0;
    while (at < length) {
      if (filled === 0 && length - at >= BLOCK) {
        compress(state, part, at);
        at += BLOCK;
        continue;
      }
      block[filled++] = part[at++] as number;
      if (filled < BLOCK) continue;
      compress(state, block, 0);
      filled = 0;
    }
  }
  block[filled++] = 0x80;
  if (filled > LENGTH_AT) {
    block.fill(0, filled);
    compress(state, block, 0);
    filled = 0;
  }
  block.fill(0, filled);
  // Bits, in 64 bits; of which a message here needs 32 at most.
  for (let i = 0; i < 4; i++)
    block[isLittleEndian ? LENGTH_AT + i : BLOCK - 1 - i] = (total << 3) >>> (8 * i);
  compress(state, block, 0);
}

function writeState({ initial, isLittleEndian }: Algorithm, into: Uint8Array): void {
  for (let i = 0; i < initial.length; i++) {
    const word = state[i] as number;
    for (let j = 0; j < 4; j++) into[4 * i + j] = word >>> (isLittleEndian ? 8 * j : 24 - 8 * j);
  }
}

/** HMAC (RFC 2104) with a key that is used many times: what the key adds to it is calculated once. */
export function keyedHmac(
  hash: 'sha1' | 'md5',
  key: Uint8Array,
): (...message: readonly Uint8Array[]) => Uint8Array {
  const algorithm = algorithms[hash];
  const { initial, compress } = algorithm;
  const size = initial.length;
  const padded = new Uint8Array(BLOCK);
  if (key.length <= BLOCK) padded.set(key);
  else {
    state.set(initial);
    finish(algorithm, [key], 0);
    writeState(algorithm, padded);
  }
  // Two states: behind the inner block of the key, and behind the outer one.
  const begun = new Int32Array(2 * size);
  for (const [i, pad] of [0x36, 0x5c].entries()) {
    state.set(initial);
    compress(
      state,
      padded.map((octet) => octet ^ pad),
      0,
    );
    begun.set(state.subarray(0, size), i * size);
  }
  return (...message) => {
    const digest = new Uint8Array(4 * size);
    for (let i = 0; i < size; i++) state[i] = begun[i] as number;
    finish(algorithm, message, BLOCK);
    writeState(algorithm, digest);
    for (let i = 0; i < size; i++) state[i] = begun[size + i] as number;
    finish(algorithm, [digest], BLOCK);
    writeState(algorithm, digest);
    return digest;
  };
}

/** Takes the time that so many blocks more of a message take. */
export function spendBlocks(hash: 'sha1' | 'md5', count: number): void {
  for (let i = 0; i < count; i++) algorithms[hash].compress(state, block, 0);
}
