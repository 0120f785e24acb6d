/**
 * The octets of a document as they are made: WAP-192 §5.8. Strings are written inline; when all are there it is known
 * which of them repeat, and those become references into the string table: see string-table.ts.
 */
import { encodeUtf8, uintvarLength } from '../octets.js';
import { globalTokens } from './tokens.js';

const { STR_I, LITERAL } = globalTokens;

/** Octets that are kept free behind a LITERAL for the index of its name: as many as the longest uintvar takes. */
const INDEX_OCTETS = 5;

export class Body {
  #octets = new Uint8Array(1024);
  #length = 0;
  /** Octets that end a string. */
  readonly #unit: number;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  constructor(unit: number) {
    this.#unit = unit;
  }

  get length(): number {
    return this.#length;
  }

  /** What is written, and what is behind it. */
  get buffer(): Uint8Array {
    return this.#octets;
  }

  /**
   * Where the octets of each string begin, in order: behind its token. A string of LITERAL is free space for its index.
   */
  get starts(): readonly number[] {
    return this.#starts;
  }

  /** Where they end: before the terminator. */
  get ends(): readonly number[] {
    return this.#ends;
  }

  octet(octet: number): void {
    this.#room(1);
    this.#octets[this.#length++] = octet;
  }

  /** Sets bits of an octet that stands already. */
  amend(at: number, bits: number): void {
    this.#octets[at] = (this.#octets[at] ?? 0) | bits;
  }

  octets(octets: Uint8Array): void {
    this.#room(octets.length);
    this.#octets.set(octets, this.#length);
    this.#length += octets.length;
  }

  /** LITERAL with an index that is not known yet; the answer is the number of the string. */
  literal(): number {
    this.#room(1 + INDEX_OCTETS);
    this.#octets[this.#length++] = LITERAL;
    const end = this.#length + INDEX_OCTETS;
    this.#ends.push(end);
    const number = this.#starts.push(this.#length) - 1;
    this.#length = end;
    return number;
  }

  /** A token and a string in octets. */
  string(token: number, octets: Uint8Array): void {
    this.#room(1 + octets.length + this.#unit);
    this.#octets[this.#length++] = token;
    this.#octets.set(octets, this.#length);
    this.#string(this.#length, this.#length + octets.length);
  }

  /** A token and a string in UTF-8: what stands in `text` from `from` to `to`. */
  utf8(token: number, text: string, from: number, to: number): void {
    this.#room(2 + 3 * (to - from));
    const octets = this.#octets;
    let at = this.#length;
    octets[at++] = token;
    const start = at;
    for (let i = from; i < to; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        const rest = encodeUtf8(text.slice(i, to));
        octets.set(rest, at);
        at += rest.length;
        break;
      }
      octets[at++] = code;
    }
    this.#string(start, at);
  }

  /**
   * STR_I and a string in US-ASCII, with a space for each run of white space; at the ends none, where asked for. Where
   * the string is not US-ASCII, the answer is false, and nothing was done.
   */
  compressed(text: string, trimStart: boolean, trimEnd: boolean): boolean {
    this.#room(2 + text.length);
    const octets = this.#octets;
    let at = this.#length;
    octets[at++] = STR_I;
    const start = at;
    let isSpace = trimStart;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      if (code > 0x20 || (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09)) {
        octets[at++] = code;
        isSpace = false;
      } else if (!isSpace) {
        octets[at++] = 0x20;
        isSpace = true;
      }
    }
    if (trimEnd && isSpace && at > start) at--;
    this.#string(start, at);
    return true;
  }

  #string(start: number, end: number): void {
    this.#starts.push(start);
    this.#ends.push(end);
    this.#length = end;
    for (let i = 0; i < this.#unit; i++) this.#octets[this.#length++] = 0;
  }

  /**
   * The first octets, with references for strings: each is at most as long as its string. What was there is gone.
   *
   * @param references an index into the string table for each string, -1 for one that stays
   */
  withReferences(length: number, references: Int32Array): Uint8Array {
    const octets = this.#octets;
    let to = 0;
    let from = 0;
    for (let i = 0; i < references.length; i++) {
      const start = this.#starts[i] ?? 0;
      const index = references[i] ?? -1;
      if (index < 0) continue;
      if (start > length) break;
      while (from < start) octets[to++] = octets[from++] ?? 0;
      const token = octets[to - 1] ?? 0;
      const isLiteral = (token & 0x3f) === LITERAL;
      // STR_T stands 0x80 above STR_I, EXT_T 0x40 above EXT_I.
      if (!isLiteral) octets[to - 1] = token + (token === STR_I ? 0x80 : 0x40);
      for (let shift = 7 * (uintvarLength(index) - 1); shift >= 0; shift -= 7) {
        octets[to++] = (shift > 0 ? 0x80 : 0) | ((index >>> shift) & 0x7f);
      }
      from = (this.#ends[i] ?? 0) + (isLiteral ? 0 : this.#unit);
    }
    while (from < length) octets[to++] = octets[from++] ?? 0;
    return octets.subarray(0, to);
  }

  #room(count: number): void {
    if (this.#length + count <= this.#octets.length) return;
    const wider = new Uint8Array(Math.max(2 * this.#octets.length, this.#length + count));
    wider.set(this.#octets.subarray(0, this.#length));
    this.#octets = wider;
  }
}
