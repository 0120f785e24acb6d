/** Texts, numbers and dates: the values that are one of the basic rules of WAP-230-WSP §8.4.2.1. */
import type { Reader } from '../../octets.js';
import { parseHttpDate } from '../header-text.js';
import {
  dateOf,
  integerOf,
  lengthValue,
  parseInteger,
  shortValue,
  textValue,
  writeLongInteger,
} from '../header-values.js';
import { commaSeparated, type Rule } from './rule.js';

export const plainText: Rule = { encode: textValue };
export const textList: Rule = { encode: textValue, split: commaSeparated };

/** Entity tags. There are peers that put a Quoted-string's quotation mark before the tag's own. */
export const entityTag: Rule = { encode: textValue, text: (value) => value.replace(/^""(?=.)/, '"') };
export const entityTagList: Rule = { ...entityTag, split: commaSeparated };

export const integer: Rule = {
  encode(value) {
    const number = parseInteger(value);
    if (number === undefined) return undefined;
    return number < 0x80n ? shortValue(Number(number)) : longValue(number);
  },
  short: String,
  data: (reader) => String(integerOf(reader.rest('Multi-octet-integer'))),
};

export function longValue(number: number | bigint): Uint8Array {
  // A Long-integer's Short-length is at the same time the length of the whole value.
  return lengthValue((writer) => writeLongInteger(writer, number)).subarray(1);
}

export const shortInteger: Rule = {
  encode: (value) => (/^\d{1,3}$/.test(value) && Number(value) < 128 ? shortValue(Number(value)) : undefined),
  short: String,
};

export const date: Rule = {
  encode(value) {
    const seconds = parseHttpDate(value);
    return seconds === undefined ? undefined : longValue(seconds);
  },
  data: (reader) => dateIn(reader),
};

function dateIn(reader: Reader): string {
  const seconds = integerOf(reader.rest('Date-value'));
  return dateOf(seconds) ?? reader.fail('Date-value is beyond the year 9999');
}

/** RFC 2616 §14.21: a date that is none, "0" above all, has already passed. */
export const expires: Rule = {
  ...date,
  encode: (value, version) => date.encode(value, version) ?? longValue(0),
};

export const ifRange: Rule = {
  ...date,
  encode: (value, version) => date.encode(value, version) ?? textValue(value),
};

/** §8.4.3.3: no date in a request. */
export const xWapTod: Rule = {
  ...date,
  encode: (value, version) => (value === '' ? Uint8Array.of(0) : date.encode(value, version)),
};
