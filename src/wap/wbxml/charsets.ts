/**
 * Character encodings by IANA MIBEnum, the WBXML charset field: WAP-192 §5.6, WAP-230 Table 42.
 *
 * UTF-8, US-ASCII and ISO-8859-1 need nobody; iconv-lite, imported here only, knows the others.
 */
import iconv from 'iconv-lite';
import { decodeLatin1, decodeUtf8, encodeLatin1, encodeUtf8 } from '../octets.js';

/** §5.6: no information about the encoding. */
export const UNKNOWN_CHARSET = 0;
export const US_ASCII = 3;
export const ISO_8859_1 = 4;
export const UTF_8 = 106;
const UTF_16 = 1015;
const UTF_32 = 1017;

/** One character encoding. */
export interface Charset {
  readonly mib: number;
  /** The preferred MIME name. */
  readonly name: string;
  /** Octets of a code unit: as many zero octets end a string (§5.2). */
  readonly unit: 1 | 2 | 4;
  /** `undefined` where the octets are no text in this encoding. */
  readonly decode: (octets: Uint8Array) => string | undefined;
  /** `undefined` where the encoding lacks a character. */
  readonly encode: (text: string) => Uint8Array | undefined;
}

/** MIBEnum, preferred MIME name, octets a code unit, and iconv-lite's name where it differs. */
// biome-ignore format: a line is a registered row
const registry = [
  [3, 'us-ascii', 1],
  [4, 'iso-8859-1', 1],
  [5, 'iso-8859-2', 1],
  [6, 'iso-8859-3', 1],
  [7, 'iso-8859-4', 1],
  [8, 'iso-8859-5', 1],
  [9, 'iso-8859-6', 1],
  [10, 'iso-8859-7', 1],
  [11, 'iso-8859-8', 1],
  [12, 'iso-8859-9', 1],
  [13, 'iso-8859-10', 1],
  [17, 'shift_jis', 1],
  [18, 'euc-jp', 1],
  [36, 'ks_c_5601-1987', 1],
  [38, 'euc-kr', 1],
  [42, 'jis_c6220-1969-ro', 1],
  [56, 'gb_1988-80', 1],
  [57, 'gb_2312-80', 1],
  [84, 'iso-8859-8-e', 1],
  [85, 'iso-8859-8-i', 1],
  [103, 'unicode-1-1-utf-7', 1],
  [106, 'utf-8', 1],
  [109, 'iso-8859-13', 1],
  [110, 'iso-8859-14', 1],
  [111, 'iso-8859-15', 1],
  [112, 'iso-8859-16', 1],
  [113, 'gbk', 1],
  [114, 'gb18030', 1],
  [119, 'kz-1048', 1, 'rk1048'],
  [1000, 'iso-10646-ucs-2', 2, 'utf-16be'],
  [1001, 'iso-10646-ucs-4', 4, 'utf-32be'],
  [1012, 'utf-7', 1],
  [1013, 'utf-16be', 2],
  [1014, 'utf-16le', 2],
  [1015, 'utf-16', 2, 'utf-16be'],
  [1016, 'cesu-8', 1],
  [1017, 'utf-32', 4, 'utf-32be'],
  [1018, 'utf-32be', 4],
  [1019, 'utf-32le', 4],
  [1021, 'utf-7-imap', 1],
  [2004, 'hp-roman8', 1],
  [2009, 'ibm850', 1, 'cp850'],
  [2010, 'ibm852', 1, 'cp852'],
  [2011, 'ibm437', 1, 'cp437'],
  [2013, 'ibm862', 1, 'cp862'],
  [2024, 'windows-31j', 1],
  [2025, 'gb2312', 1],
  [2026, 'big5', 1],
  [2027, 'macintosh', 1],
  [2046, 'ibm855', 1, 'cp855'],
  [2047, 'ibm857', 1, 'cp857'],
  [2048, 'ibm860', 1, 'cp860'],
  [2049, 'ibm861', 1, 'cp861'],
  [2050, 'ibm863', 1, 'cp863'],
  [2051, 'ibm864', 1, 'cp864'],
  [2052, 'ibm865', 1, 'cp865'],
  [2054, 'ibm869', 1, 'cp869'],
  [2082, 'viscii', 1],
  [2084, 'koi8-r', 1],
  [2086, 'ibm866', 1, 'cp866'],
  [2087, 'ibm775', 1, 'cp775'],
  [2088, 'koi8-u', 1],
  [2089, 'ibm00858', 1, 'cp858'],
  [2101, 'big5-hkscs', 1],
  [2103, 'ptcp154', 1, 'pt154'],
  [2109, 'windows-874', 1],
  [2250, 'windows-1250', 1],
  [2251, 'windows-1251', 1],
  [2252, 'windows-1252', 1],
  [2253, 'windows-1253', 1],
  [2254, 'windows-1254', 1],
  [2255, 'windows-1255', 1],
  [2256, 'windows-1256', 1],
  [2257, 'windows-1257', 1],
  [2258, 'windows-1258', 1],
  [2259, 'tis-620', 1],
] as const satisfies readonly (readonly [number, string, 1 | 2 | 4, string?])[];

const charsets = new Map<number, Charset>();
const mibs = new Map<string, number>();
for (const [mib, name, unit, iconvName] of registry) {
  mibs.set(bare(name), mib);
  const known = iconvName ?? name;
  if (mib === UTF_8) charsets.set(mib, { mib, name, unit, decode: decodeUtf8, encode: encodeUtf8 });
  else if (mib === ISO_8859_1)
    charsets.set(mib, { mib, name, unit, decode: decodeLatin1, encode: encodeLatin1 });
  else if (mib === US_ASCII) charsets.set(mib, { mib, name, unit, decode: decodeAscii, encode: encodeAscii });
  else {
    // iconv-lite builds its tables when an encoding is first used.
    charsets.set(mib, {
      mib,
      name,
      unit,
      decode: (octets) =>
        iconv.decode(octets, startsLittleEndian(octets, mib) ? `${name}le` : known, { stripBOM: false }),
      encode: (text) => encodeExactly(text, known),
    });
  }
}

/** The encoding with this MIBEnum; `undefined` where it is not known here. */
export function charsetByMib(mib: number): Charset | undefined {
  return charsets.get(mib);
}

/** Other names of the registry that people use. */
for (const [name, mib] of [
  ['ascii', US_ASCII],
  ['latin1', ISO_8859_1],
  ['ucs2', 1000],
] as const) {
  mibs.set(name, mib);
}

/** The encoding with this name, in any case and with any punctuation; `undefined` where it is not known here. */
export function charsetByName(name: string): Charset | undefined {
  const mib = mibs.get(bare(name));
  return mib === undefined ? undefined : charsets.get(mib);
}

/** RFC 2978 compares without case; hyphens and underlines are what people get wrong. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** RFC 2781 §4.3: UTF-16, and UTF-32 like it, is big-endian where no byte order mark says otherwise. */
function startsLittleEndian(octets: Uint8Array, mib: number): boolean {
  const marked = (mib === UTF_16 && octets.length >= 2) || (mib === UTF_32 && octets.length >= 4);
  return marked && octets[0] === 0xff && octets[1] === 0xfe;
}

function decodeAscii(octets: Uint8Array): string | undefined {
  return octets.some((octet) => octet > 0x7f) ? undefined : decodeLatin1(octets);
}

function encodeAscii(text: string): Uint8Array | undefined {
  const octets = encodeLatin1(text);
  return octets?.some((octet) => octet > 0x7f) ? undefined : octets;
}

/** iconv-lite writes a question mark for what it cannot encode; here that is noticed. */
function encodeExactly(text: string, name: string): Uint8Array | undefined {
  const octets = Uint8Array.from(iconv.encode(text, name, { addBOM: false }));
  return iconv.decode(octets, name, { stripBOM: false }) === text ? octets : undefined;
}
