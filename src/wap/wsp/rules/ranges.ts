/** Ranges: WAP-230-WSP §8.4.2.23 and §8.4.2.42. */
import { split } from '../header-text.js';
import { lengthValue } from '../header-values.js';
import type { Rule } from './rule.js';

const UNKNOWN_LENGTH = 0x80;

/** The last octet's position is not sent: it follows from the size of the body, which the caller adds. */
export const contentRange: Rule = {
  encode(value) {
    const match = /^bytes\s+(?:(\d{1,10})-(?:\d+|\*)|\*)\/(\d{1,10}|\*)$/i.exec(value);
    if (match === null) return undefined;
    const first = Number(match[1] ?? 0);
    const length = match[2] === '*' ? undefined : Number(match[2]);
    if (first > 0xffffffff || (length ?? 0) > 0xffffffff) return undefined;
    return lengthValue((writer) => {
      writer.uintvar(first);
      if (length === undefined) writer.uint8(UNKNOWN_LENGTH);
      else writer.uintvar(length);
    });
  },
  data(reader) {
    const first = reader.uintvar('First-byte-pos');
    if (reader.peek() !== UNKNOWN_LENGTH) return `bytes ${first}-*/${reader.uintvar('Entity-length')}`;
    reader.uint8('Unknown-length');
    return `bytes ${first}-*/*`;
  },
};

const BYTE_RANGE = 0x80;
const SUFFIX_BYTE_RANGE = 0x81;

export const range: Rule = {
  split: (value) =>
    /^bytes\s*=/i.test(value)
      ? split(value.replace(/^bytes\s*=/i, ''), ',').map((each) => `bytes=${each}`)
      : [value],
  encode(value) {
    const match = /^bytes=\s*(\d{0,10})\s*-\s*(\d{0,10})$/.exec(value);
    const [, first = '', last = ''] = match ?? [];
    if ((first === '' && last === '') || Number(first) > 0xffffffff || Number(last) > 0xffffffff)
      return undefined;
    return lengthValue((writer) => {
      writer.uint8(first === '' ? SUFFIX_BYTE_RANGE : BYTE_RANGE);
      if (first !== '') writer.uintvar(Number(first));
      if (last !== '') writer.uintvar(Number(last));
    });
  },
  data(reader) {
    const kind = reader.uint8('Byte-range');
    if (kind === SUFFIX_BYTE_RANGE) return `bytes=-${reader.uintvar('Suffix-length')}`;
    if (kind !== BYTE_RANGE) reader.fail('Range is neither Byte-range nor Suffix-byte-range');
    const first = reader.uintvar('First-byte-pos');
    return reader.left > 0 ? `bytes=${first}-${reader.uintvar('Last-byte-pos')}` : `bytes=${first}-`;
  },
};
