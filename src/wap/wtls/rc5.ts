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
  let [a, b, i, j] = [0, 0, 0, 0];
  for (let step = 3 * Math.max(table.length, words.length); step > 0; step--) {
    a = rotate(((table[i] as number) + a + b) | 0, 3);
    table[i] = a;
    b = rotate(((words[j] as number) + a + b) | 0, a + b);
    words[j] = b;
    i = (i + 1) % table.length;
    j = (j + 1) % words.length;
  }
  return table;
}

/** Shift counts are taken modulo 32, as the machine does. */
function rotate(value: number, by: number): number {
  return (value << by) | (value >>> -by);
}

export function rc5CbcEncrypt(table: Rc5Schedule, iv: Uint8Array, blocks: Uint8Array): Uint8Array {
  const input = new DataView(blocks.buffer, blocks.byteOffset, blocks.length);
  const output = new DataView(new ArrayBuffer(blocks.length));
  const start = new DataView(iv.buffer, iv.byteOffset, 8);
  let a = start.getInt32(0, true);
  let b = start.getInt32(4, true);
  for (let at = 0; at < blocks.length; at += 8) {
    a = ((a ^ input.getInt32(at, true)) + (table[0] as number)) | 0;
    b = ((b ^ input.getInt32(at + 4, true)) + (table[1] as number)) | 0;
    for (let i = 2; i < table.length; i += 2) {
      const mixed = a ^ b;
      a = (((mixed << b) | (mixed >>> -b)) + (table[i] as number)) | 0;
      const other = b ^ a;
      b = (((other << a) | (other >>> -a)) + (table[i + 1] as number)) | 0;
    }
    output.setInt32(at, a, true);
    output.setInt32(at + 4, b, true);
  }
  return new Uint8Array(output.buffer);
}

export function rc5CbcDecrypt(table: Rc5Schedule, iv: Uint8Array, blocks: Uint8Array): Uint8Array {
  const input = new DataView(blocks.buffer, blocks.byteOffset, blocks.length);
  const output = new DataView(new ArrayBuffer(blocks.length));
  const start = new DataView(iv.buffer, iv.byteOffset, 8);
  let before = start.getInt32(0, true);
  let beforeToo = start.getInt32(4, true);
  for (let at = 0; at < blocks.length; at += 8) {
    const first = input.getInt32(at, true);
    const second = input.getInt32(at + 4, true);
    let a = first;
    let b = second;
    for (let i = table.length - 2; i > 0; i -= 2) {
      const other = (b - (table[i + 1] as number)) | 0;
      b = ((other >>> a) | (other << -a)) ^ a;
      const mixed = (a - (table[i] as number)) | 0;
      a = ((mixed >>> b) | (mixed << -b)) ^ b;
    }
    output.setInt32(at, ((a - (table[0] as number)) | 0) ^ before, true);
    output.setInt32(at + 4, ((b - (table[1] as number)) | 0) ^ beforeToo, true);
    before = first;
    beforeToo = second;
  }
  return new Uint8Array(output.buffer);
}
