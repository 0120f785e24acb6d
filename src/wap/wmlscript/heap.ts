/** What the strings of an execution take: WAP-193_101-WMLScript §12.3.3.2. */
import { STRING_OVERHEAD } from './limits.js';
import type { Value } from './values.js';

/**
 * Strings are not freed one by one: when half a heap of them was made, those are counted that the operand stack still
 * holds, and what lies above it is forgotten.
 */
export class Heap {
  readonly #limit: number;
  readonly #stack: Value[];
  /** Octets of the strings made since the last count. */
  #made = 0;

  /** @param limit in octets */
  constructor(limit: number, stack: Value[]) {
    this.#limit = limit;
    this.#stack = stack;
  }

  /** Whether one string of so many characters may be made at all. */
  fits(characters: number): boolean {
    return 2 * characters <= this.#limit;
  }

  /**
   * Counts a new string; false where the heap is full.
   * @param sp how many values of the stack are in use
   */
  holds(characters: number, sp: number): boolean {
    this.#made += 2 * characters + STRING_OVERHEAD;
    if (this.#made <= this.#limit / 2) return true;
    this.#made = 0;
    this.#stack.length = sp;
    return this.#stack.reduce<number>(size, 0) <= this.#limit;
  }
}

function size(octets: number, value: Value): number {
  return typeof value === 'string' ? octets + 2 * value.length + STRING_OVERHEAD : octets;
}
