/** What every rule is made of: WAP-230-WSP §8.4.1.2 and §8.4.1.3. */
import type { Reader } from '../../octets.js';
import { split } from '../header-text.js';
import { shortValue, textValue } from '../header-values.js';
import type { EncodingVersion } from '../primitives.js';

/** The grammar of one header's value. The first octet decides which of the three readers gets it (§8.4.1.2). */
export interface Rule {
  /** The value with its framing; nothing where the text does not fit, and has to go as text. */
  encode(text: string, version: EncodingVersion): Uint8Array | undefined;
  /** 128–255: seven bits. Nothing where the rule has no such value. */
  short?(number: number): string | undefined;
  /** 32–127. Left out: the text as it is. */
  text?(text: string): string;
  /** 0–31: what stands behind the length. */
  data?(reader: Reader): string;
  /** §8.4.1.3: a 1#rule of RFC 2616 becomes one header a value. Left out: it is none. */
  split?(text: string): readonly string[];
}

export function commaSeparated(text: string): readonly string[] {
  return split(text, ',');
}

/** A known constant as one octet, otherwise what `other` makes of the text. */
export function constants(table: Readonly<Record<string, number>>): {
  numberOf(text: string): number | undefined;
  nameOf(number: number): string | undefined;
} {
  const entries = Object.entries(table);
  const numbers = new Map(entries.map(([name, octet]) => [name.toLowerCase(), octet & 0x7f]));
  const names = new Map(entries.map(([name, octet]) => [octet & 0x7f, name]));
  return { numberOf: (text) => numbers.get(text.toLowerCase()), nameOf: (number) => names.get(number) };
}

/** One of some constants, or Token-text. */
export function token(table: Readonly<Record<string, number>>, list: boolean): Rule {
  const { numberOf, nameOf } = constants(table);
  return {
    encode(value) {
      const number = numberOf(value);
      return number === undefined ? textValue(value) : shortValue(number);
    },
    short: nameOf,
    ...(list ? { split: commaSeparated } : {}),
  };
}
