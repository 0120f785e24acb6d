/** The constants of a unit, each once: WAP-193_101-WMLScript §9.4. */
import { encodeLatin1 } from '../octets.js';
import type { Constant } from './bytecode.js';

/** §9.7. */
export const MAX_CONSTANTS = 65535;

/** Constants that LOAD_CONST_S reaches: §10.5.4.1. */
const SHORT_INDEXES = 16;

interface Entry {
  readonly constant: Constant;
  /** Octets that an index in reach of the short instructions saves. */
  weight: number;
  position: number;
}

/**
 * Constants are asked for with a weight, and get a number of their own; their place in the pool is known when all are.
 * A float is another constant than the integer of the same value.
 */
export class ConstantPool {
  readonly #entries: Entry[] = [];
  readonly #integers = new Map<number, number>();
  readonly #floats = new Map<number, number>();
  readonly #strings = new Map<string, number>();
  readonly #latin1: boolean;

  /** @param latin1 whether strings outside ASCII that ISO-8859-1 can hold are in it: an octet a character */
  constructor(latin1: boolean) {
    this.#latin1 = latin1;
  }

  get size(): number {
    return this.#entries.length;
  }

  integer(value: number, weight: number): number {
    const known = this.#known(this.#integers.get(value), weight);
    if (known !== undefined) return known;
    this.#integers.set(value, this.#entries.length);
    return this.#add({ type: integerType(value), value }, weight);
  }

  float(value: number, weight: number): number {
    const known = this.#known(this.#floats.get(value), weight);
    if (known !== undefined) return known;
    this.#floats.set(value, this.#entries.length);
    return this.#add({ type: 'float32', value }, weight);
  }

  /** Names of functions are ASCII, and so UTF-8 in any case, as §10.5.2.6 wants them. */
  string(value: string, weight: number): number {
    const known = this.#known(this.#strings.get(value), weight);
    if (known !== undefined) return known;
    this.#strings.set(value, this.#entries.length);
    return this.#add(this.#stringConstant(value), weight);
  }

  /** In the order of the pool: those that gain most by a short index first, where there are more than have one. */
  place(): readonly Constant[] {
    const placed = [...this.#entries];
    // Sorting is stable: among equals the first used comes first.
    if (placed.length > SHORT_INDEXES) placed.sort((a, b) => b.weight - a.weight);
    placed.forEach((entry, position) => {
      entry.position = position;
    });
    return placed.map(({ constant }) => constant);
  }

  /** Index in the pool, once placed. */
  position(number: number): number {
    return this.#entries[number]?.position ?? 0;
  }

  #known(number: number | undefined, weight: number): number | undefined {
    const entry = number === undefined ? undefined : this.#entries[number];
    if (entry !== undefined) entry.weight += weight;
    return number;
  }

  #add(constant: Constant, weight: number): number {
    return this.#entries.push({ constant, weight, position: 0 }) - 1;
  }

  #stringConstant(value: string): Constant {
    if (value === '') return { type: 'emptyString' };
    const latin1 = this.#latin1 && !isAscii(value) ? encodeLatin1(value) : undefined;
    return latin1 === undefined ? { type: 'stringUtf8', value } : { type: 'stringExt', value: latin1 };
  }
}

/** The smallest type that holds it: §9.4.1.1. */
function integerType(value: number): 'integer8' | 'integer16' | 'integer32' {
  if (value === (value << 24) >> 24) return 'integer8';
  return value === (value << 16) >> 16 ? 'integer16' : 'integer32';
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
