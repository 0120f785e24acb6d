/** Character sets at the gateway: WAP-236 §7.4.1, RFC 3023, XML 1.0 Appendix F. */
import iconv from 'iconv-lite';
import { decodeLatin1, decodeUtf8 } from '../wap/octets.js';

/** Text and the name of the character set that it came in. */
export interface Decoded {
  readonly text: string;
  readonly charset: string;
}

/** Text in a named character set; `undefined` where the name is unknown or the octets are not in it. */
function decodeCharset(octets: Uint8Array, charset: string): string | undefined {
  const name = charset.trim().toLowerCase();
  if (name === 'utf-8' || name === 'utf8') return decodeUtf8(octets)?.replace(/^\u{feff}/u, '');
  // RFC 2781 §3.3: UTF-16 without a byte order mark is big-endian.
  const called = /^(utf-16|ucs-2|iso-10646-ucs-2)$/.test(name)
    ? isLittleEndian(octets)
      ? 'utf-16le'
      : 'utf-16be'
    : name;
  if (!iconv.encodingExists(called)) return undefined;
  return iconv.decode(Buffer.from(octets.buffer, octets.byteOffset, octets.length), called);
}

/** Text as octets of a named character set; `undefined` where the name is unknown or it lacks a character. */
export function encodeCharset(text: string, charset: string): Uint8Array | undefined {
  if (!iconv.encodingExists(charset)) return undefined;
  const octets = iconv.encode(text, charset);
  return iconv.decode(octets, charset) === text ? new Uint8Array(octets) : undefined;
}

/**
 * The text of a document. The charset parameter of its Content-Type wins (RFC 3023 §3), then a byte order mark, then what
 * the XML declaration says. Printed for text types without any of these: ISO-8859-1; here UTF-8 where the octets are that, since
 * XML without a declaration is, and ISO-8859-1 octets hardly ever look like it.
 */
export function decodeText(octets: Uint8Array, charset: string | undefined): Decoded | undefined {
  const declared = charset ?? byteOrderMark(octets) ?? xmlEncoding(octets);
  if (declared !== undefined) {
    const text = decodeCharset(octets, declared);
    return text === undefined ? undefined : { text, charset: declared.toLowerCase() };
  }
  const text = decodeUtf8(octets);
  if (text !== undefined) return { text, charset: 'utf-8' };
  return { text: decodeLatin1(octets), charset: 'iso-8859-1' };
}

function isLittleEndian(octets: Uint8Array): boolean {
  return (octets[0] === 0xff && octets[1] === 0xfe) || (octets[0] === 0x3c && octets[1] === 0x00);
}

function byteOrderMark(octets: Uint8Array): string | undefined {
  if (octets[0] === 0xef && octets[1] === 0xbb && octets[2] === 0xbf) return 'utf-8';
  if ((octets[0] === 0xfe && octets[1] === 0xff) || (octets[0] === 0xff && octets[1] === 0xfe))
    return 'utf-16';
  // `<?` in UTF-16 without a mark.
  const bare = (octets[0] === 0 && octets[1] === 0x3c) || (octets[0] === 0x3c && octets[1] === 0);
  return bare ? 'utf-16' : undefined;
}

function xmlEncoding(octets: Uint8Array): string | undefined {
  const start = decodeLatin1(octets.subarray(0, 256));
  return /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][\w.-]*)["']/.exec(start)?.[1];
}
