/** Variables in their places: WAP-191 §10.3.1. */
import { decodeLatin1, decodeUtf8 } from '../octets.js';
import type { Conversion, VText } from './model.js';

/**
 * Text with the values of its variables.
 *
 * @param lookup the value of a variable; `undefined` and the empty string mean that it is not set
 */
export function substitute(text: VText, lookup: (variable: string) => string | undefined): string {
  let result = '';
  for (const part of text) {
    result += typeof part === 'string' ? part : convert(lookup(part.variable) ?? '', part.conversion);
  }
  return result;
}

/** Table 3: a value as it goes into the text. */
export function convert(value: string, conversion: Conversion): string {
  switch (conversion) {
    case 'noesc':
      return value;
    case 'escape':
      return escapeUrl(value);
    case 'unesc':
      return unescapeUrl(value);
  }
}

const loneSurrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** All that is not in the unreserved set of RFC 2396 §2.3 as %HH, by way of UTF-8. */
export function escapeUrl(value: string): string {
  return encodeURIComponent(value.replace(loneSurrogates, '\ufffd'));
}

/** %HH back: UTF-8 where the octets are that, else a character an octet. What is no %HH stays. */
export function unescapeUrl(value: string): string {
  return value.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    const octets = Uint8Array.from(run.slice(1).split('%'), (digits) => Number.parseInt(digits, 16));
    return decodeUtf8(octets) ?? decodeLatin1(octets);
  });
}
