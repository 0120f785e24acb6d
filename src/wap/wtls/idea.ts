/** IDEA (Lai and Massey 1991): blocks of 64 bits, keys of 16 octets, 8½ rounds over words of 16 bits. */

const ROUNDS = 8;
const SUBKEYS = 6 * ROUNDS + 4;

/** The 52 subkeys. */
export type IdeaSchedule = Uint16Array;

export function ideaSchedule(key: Uint8Array): IdeaSchedule {
  const schedule = new Uint16Array(SUBKEYS);
  // Eight subkeys are the key as it stands; the next eight the key turned left by 25 bits; and so on.
  for (let i = 0; i < SUBKEYS; i++) {
    const bit = 16 * (i % 8) + 25 * Math.floor(i / 8);
    schedule[i] = keyBits(key, bit % 128);
  }
  return schedule;
}

/** Sixteen bits of the key from bit `from`, going round. */
function keyBits(key: Uint8Array, from: number): number {
  const octet = (i: number) => key[i % 16] as number;
  const at = from >> 3;
  const three = (octet(at) << 16) | (octet(at + 1) << 8) | octet(at + 2);
  return (three >> (8 - (from & 7))) & 0xffff;
}

/** The schedule that undoes `schedule`. */
export function ideaInverse(schedule: IdeaSchedule): IdeaSchedule {
  const inverse = new Uint16Array(SUBKEYS);
  const of = (i: number) => schedule[i] as number;
  for (let round = 0; round <= ROUNDS; round++) {
    const from = 6 * (ROUNDS - round);
    const to = 6 * round;
    // The two words in the middle change places, but for the first and the last round.
    const swap = round > 0 && round < ROUNDS ? 1 : 0;
    inverse[to] = invertMultiplication(of(from));
    inverse[to + 1] = -of(from + 1 + swap);
    inverse[to + 2] = -of(from + 2 - swap);
    inverse[to + 3] = invertMultiplication(of(from + 3));
    if (round === ROUNDS) break;
    inverse[to + 4] = of(from - 2);
    inverse[to + 5] = of(from - 1);
  }
  return inverse;
}

/** Modulo 2^16 + 1, where 0 stands for 2^16. */
function multiply(a: number, b: number): number {
  const product = (a === 0 ? 0x10000 : a) * (b === 0 ? 0x10000 : b);
  return (product % 0x10001) & 0xffff;
}

/** x to the power of 2^16 - 1, by Fermat: 2^16 + 1 is a prime. */
function invertMultiplication(x: number): number {
  let result = 1;
  let power = x;
  for (let bit = 0; bit < 16; bit++) {
    result = multiply(result, power);
    power = multiply(power, power);
  }
  return result;
}

/** One block at `at` of `words`, in place. */
function crypt(schedule: IdeaSchedule, words: Uint16Array): void {
  let a = words[0] as number;
  let b = words[1] as number;
  let c = words[2] as number;
  let d = words[3] as number;
  let k = 0;
  for (let round = 0; round < ROUNDS; round++, k += 6) {
    a = multiply(a, schedule[k] as number);
    b = (b + (schedule[k + 1] as number)) & 0xffff;
    c = (c + (schedule[k + 2] as number)) & 0xffff;
    d = multiply(d, schedule[k + 3] as number);
    const e = multiply(a ^ c, schedule[k + 4] as number);
    const f = multiply(((b ^ d) + e) & 0xffff, schedule[k + 5] as number);
    const g = (e + f) & 0xffff;
    a ^= f;
    d ^= g;
    const middle = b ^ g;
    b = c ^ f;
    c = middle;
  }
  words[0] = multiply(a, schedule[k] as number);
  words[1] = c + (schedule[k + 1] as number);
  words[2] = b + (schedule[k + 2] as number);
  words[3] = multiply(d, schedule[k + 3] as number);
}

/** @param output may be `blocks` itself */
export function ideaCbcEncrypt(
  schedule: IdeaSchedule,
  iv: Uint8Array,
  blocks: Uint8Array,
  output: Uint8Array = new Uint8Array(blocks.length),
): Uint8Array {
  const words = readWords(iv, 0);
  for (let at = 0; at < blocks.length; at += 8) {
    for (let i = 0; i < 4; i++) words[i] = (words[i] as number) ^ word(blocks, at + 2 * i);
    crypt(schedule, words);
    for (let i = 0; i < 4; i++) setWord(output, at + 2 * i, words[i] as number);
  }
  return output;
}

/** @param inverse what `ideaInverse` made of the schedule */
export function ideaCbcDecrypt(inverse: IdeaSchedule, iv: Uint8Array, blocks: Uint8Array): Uint8Array {
  const output = new Uint8Array(blocks.length);
  for (let at = 0; at < blocks.length; at += 8) {
    const words = readWords(blocks, at);
    crypt(inverse, words);
    const [before, from] = at === 0 ? [iv, 0] : [blocks, at - 8];
    for (let i = 0; i < 4; i++)
      setWord(output, at + 2 * i, (words[i] as number) ^ word(before, from + 2 * i));
  }
  return output;
}

function word(octets: Uint8Array, at: number): number {
  return ((octets[at] as number) << 8) | (octets[at + 1] as number);
}

function setWord(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >> 8;
  octets[at + 1] = value;
}

function readWords(octets: Uint8Array, at: number): Uint16Array {
  return Uint16Array.from([0, 2, 4, 6], (offset) => word(octets, at + offset));
}
