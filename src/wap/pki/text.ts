/** Text in the character sets that SignedContent names by their IANA numbers (MIBEnum). */
import { decodeLatin1, decodeUtf8, encodeLatin1, encodeUtf8 } from '../octets.js';

/** Those in which text is signed in practice; UTF-8 is recommended (WAP-161 §6). */
export const characterSets = {
  'us-ascii': 3,
  'iso-8859-1': 4,
  'utf-8': 106,
  'iso-10646-ucs-2': 1000,
} as const satisfies Record<string, number>;

/** The text; `undefined` where the octets are none in this character set, or the set is another. */
export function decodeText(octets: Uint8Array, mibEnum: number): string | undefined {
  switch (mibEnum) {
    case characterSets['us-ascii']:
      return octets.some((octet) => octet > 0x7f) ? undefined : decodeLatin1(octets);
    case characterSets['iso-8859-1']:
      return decodeLatin1(octets);
    case characterSets['utf-8']:
      return decodeUtf8(octets);
    case characterSets['iso-10646-ucs-2']:
      return octets.length % 2 === 0 ? decodeUcs2(octets) : undefined;
    default:
      return undefined;
  }
}

/** The octets; `undefined` where a character is not in this character set, or the set is another. */
export function encodeText(text: string, mibEnum: number): Uint8Array | undefined {
  switch (mibEnum) {
    case characterSets['us-ascii']:
      return /^[\0-\x7f]*$/.test(text) ? encodeUtf8(text) : undefined;
    case characterSets['iso-8859-1']:
      return encodeLatin1(text);
    case characterSets['utf-8']:
      return encodeUtf8(text);
    case characterSets['iso-10646-ucs-2']:
      return encodeUcs2(text);
    default:
      return undefined;
  }
}

function decodeUcs2(octets: Uint8Array): string {
  let text = '';
  for (let i = 0; i < octets.length; i += 2) {
    text += String.fromCharCode(((octets[i] ?? 0) << 8) | (octets[i + 1] ?? 0));
  }
  return text;
}

function encodeUcs2(text: string): Uint8Array {
  const octets = new Uint8Array(2 * text.length);
  for (let i = 0; i < text.length; i++)
    octets.set([text.charCodeAt(i) >> 8, text.charCodeAt(i) & 0xff], 2 * i);
  return octets;
}
