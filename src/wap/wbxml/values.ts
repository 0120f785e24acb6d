/** Finds what value tokens stand for in the text of attribute values: WAP-192 §5.8.3. */
import type { PagedToken } from './document-type.js';

/** A value token and the text that it stands for. */
export interface ValueToken extends PagedToken {
  readonly text: string;
}

const BUCKETS = 128;

/** Texts by their first code unit, so that most places in a value cost one look. */
export class ValueFinder {
  /** The longest first; code units that are equal in their last seven bits share a bucket. */
  readonly #buckets: readonly (readonly ValueToken[])[];

  constructor(tokens: ReadonlyMap<string, PagedToken>) {
    const buckets: ValueToken[][] = Array.from({ length: BUCKETS }, () => []);
    for (const [text, { page, token }] of tokens) {
      if (text !== '') buckets[text.charCodeAt(0) % BUCKETS]?.push({ page, token, text });
    }
    for (const bucket of buckets) bucket.sort((a, b) => b.text.length - a.text.length);
    this.#buckets = buckets;
  }

  /** The leftmost place of such a text from an index on; -1 where there is none. */
  find(value: string, from: number): number {
    for (let at = from; at < value.length; at++) if (this.at(value, at) !== undefined) return at;
    return -1;
  }

  /** The longest text that stands at an index. */
  at(value: string, index: number): ValueToken | undefined {
    const bucket = this.#buckets[value.charCodeAt(index) % BUCKETS];
    if (bucket === undefined || bucket.length === 0) return undefined;
    // To compare a second code unit is cheaper than to call startsWith.
    const second = value.charCodeAt(index + 1);
    for (const token of bucket) {
      if (token.text.length > 1 && token.text.charCodeAt(1) !== second) continue;
      if (value.startsWith(token.text, index)) return token;
    }
    return undefined;
  }
}
