/** RC5-32/r/16 (RFC 2040 §6): blocks of 64 bits, keys of 16 octets. Words are little-endian. */

/** Odd integers nearest to (e - 2) 2^32 and (phi - 1) 2^32. */
const P32 = 0xb7e15163;
const Q32 = 0x9e3779b9;

/** The expanded key: two words a round, and two more. */
export type Rc5Schedule = Int32Array;

export function rc5Schedule(key: Uint8Array, rounds: number): Rc5Schedule {
  const words = new Int32Array(Math.max(1, Math.ceil(key.length / 4)));
  for (let i = key.length - 1; i >= 0; i--) {
    words[i >> 2] = ((words[i >> 2] as number) << 8) | (key[i] as number);
  }
  const table = new Int32Array(2 * (rounds + 1));
  for (let i = 0, word = P32 | 0; i < table.length; i++, word = (word + Q32) | 0) table[i] = word;
  let a = 0;
  let b = 0;
  let i = 0;
  let j = 0;
  for (let step = 3 * Math.max(table.length, words.length); step > 0; step--) {
    const sum = ((table[i] as number) + a + b) | 0;
    a = (sum << 3) | (sum >>> 29);
    table[i] = a;
    const by = (a + b) | 0;
    const other = ((words[j] as number) + by) | 0;
    // Shift counts are taken modulo 32, as the machine does.
    b = (other << by) | (other >>> -by);
    words[j] = b;
    if (++i === table.length) i = 0;
    if (++j === words.length) j = 0;
  }
  return table;
}

/** @param output may be `blocks` itself */
export function rc5CbcEncrypt(
  table: Rc5Schedule,
  iv: Uint8Array,
  blocks: Uint8Array,
  output: Uint8Array = new Uint8Array(blocks.length),
): Uint8Array {
  let a = readWord(iv, 0);
  let b = readWord(iv, 4);
  for (let at = 0; at < blocks.length; at += 8) {
    a = ((a ^ readWord(blocks, at)) + (table[0] as number)) | 0;
    b = ((b ^ readWord(blocks, at + 4)) + (table[1] as number)) | 0;
    for (let i = 2; i < table.length; i += 2) {
      const mixed = a ^ b;
      a = (((mixed << b) | (mixed >>> -b)) + (table[i] as number)) | 0;
      const other = b ^ a;
      b = (((other << a) | (other >>> -a)) + (table[i + 1] as number)) | 0;
    }
    writeWord(output, at, a);
    writeWord(output, at + 4, b);
  }
  return output;
}

export function rc5CbcDecrypt(table: Rc5Schedule, iv: Uint8Array, blocks: Uint8Array): Uint8Array {
  const output = new Uint8Array(blocks.length);
  let before = readWord(iv, 0);
  let beforeToo = readWord(iv, 4);
  for (let at = 0; at < blocks.length; at += 8) {
    const first = readWord(blocks, at);
    const second = readWord(blocks, at + 4);
    let a = first;
    let b = second;
    for (let i = table.length - 2; i > 0; i -= 2) {
      const other = (b - (table[i + 1] as number)) | 0;
      b = ((other >>> a) | (other << -a)) ^ a;
      const mixed = (a - (table[i] as number)) | 0;
      a = ((mixed >>> b) | (mixed << -b)) ^ b;
    }
    writeWord(output, at, ((a - (table[0] as number)) | 0) ^ before);
    writeWord(output, at + 4, ((b - (table[1] as number)) | 0) ^ beforeToo);
    before = first;
    beforeToo = second;
  }
  return output;
}

function readWord(octets: Uint8Array, at: number): number {
  return (
    (octets[at] as number) |
    ((octets[at + 1] as number) << 8) |
    ((octets[at + 2] as number) << 16) |
    ((octets[at + 3] as number) << 24)
  );
}

function writeWord(octets: Uint8Array, at: number, word: number): void {
  octets[at] = word;
  octets[at + 1] = word >>> 8;
  octets[at + 2] = word >>> 16;
  octets[at + 3] = word >>> 24;
}
