/** The sequence of Lang.random: WAP-194-WMLScriptLibraries §7.13, §7.14. The algorithm is the implementation's choice. */
import type { Random } from '../random.js';
import type { PseudoRandom } from './lib/function.js';

/** Step of a Weyl sequence: 2^32 divided by the golden ratio, odd. */
const WEYL = 0x9e3779b9;

/** A sequence that nobody knows until it is seeded. NO SECURITY: it is what a script may throw dice with. */
export function pseudoRandom(random: Random): PseudoRandom {
  let state: number | undefined;
  function seedRandomly(): number {
    return random.octets(4).reduce((bits, octet) => (bits << 8) | octet, 0);
  }
  return {
    next() {
      state = ((state ?? seedRandomly()) + WEYL) | 0;
      return scramble(state) / 2 ** 32;
    },
    seed(value) {
      state = value;
    },
    seedRandomly() {
      state = seedRandomly();
    },
  };
}

/** Spreads every bit of the state over all 32 bits of the result (the finalizer of MurmurHash3). */
function scramble(state: number): number {
  let bits = state;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
