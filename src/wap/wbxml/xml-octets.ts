/** Octets of XML to text: XML 1.0 §4.3.3 and appendix F. What the transport says has the last word (RFC 2376). */
import { DecodeError } from '../errors.js';
import { decodeLatin1 } from '../octets.js';
import { type Charset, charsetByName } from './charsets.js';

/** A byte order mark, and the encoding that it tells. */
const marks = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0x00, 0x00, 0xfe, 0xff], 'utf-32be'],
  [[0xff, 0xfe, 0x00, 0x00], 'utf-32le'],
  [[0xfe, 0xff], 'utf-16be'],
  [[0xff, 0xfe], 'utf-16le'],
] as const satisfies readonly (readonly [readonly number[], string])[];

/** The beginning `<?` or `<` of a text without a mark. */
const beginnings = [
  [[0x00, 0x00, 0x00, 0x3c], 'utf-32be'],
  [[0x3c, 0x00, 0x00, 0x00], 'utf-32le'],
  [[0x00, 0x3c], 'utf-16be'],
  [[0x3c, 0x00], 'utf-16le'],
] as const satisfies readonly (readonly [readonly number[], string])[];

/** Longest XML declaration that is looked at for the name of an encoding. */
const DECLARATION_OCTETS = 256;

/**
 * The text of an XML document, without its byte order mark.
 *
 * @param charset what the transport names: a parameter of the media type
 */
export function xmlText(octets: Uint8Array, charset?: string): string {
  const mark = marks.find(([mark]) => mark.every((octet, i) => octets[i] === octet));
  // Utf-16 and utf-32 leave the order of the octets open: the first character tells where no mark does.
  const open = charset !== undefined && /^utf-?(?:16|32)$/i.test(charset) && mark === undefined;
  const name = (open ? beginning(octets) : undefined) ?? charset ?? mark?.[1] ?? declared(octets) ?? 'utf-8';
  const known = charsetByName(name);
  if (known === undefined) throw new DecodeError('XML', 0, `the encoding ${name} is not supported`);
  const text = decode(octets.subarray(mark?.[1] === known.name ? mark[0].length : 0), known);
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function decode(octets: Uint8Array, charset: Charset): string {
  const text = charset.decode(octets);
  if (text === undefined) throw new DecodeError('XML', 0, `the text is not ${charset.name}`);
  return text;
}

function beginning(octets: Uint8Array): string | undefined {
  return beginnings.find(([start]) => start.every((octet, i) => octets[i] === octet))?.[1];
}

function declared(octets: Uint8Array): string | undefined {
  const wide = beginning(octets);
  if (wide !== undefined) return wide;
  const start = decodeLatin1(octets.subarray(0, DECLARATION_OCTETS));
  return /^<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][\w.-]*)["']/.exec(start)?.[1];
}
