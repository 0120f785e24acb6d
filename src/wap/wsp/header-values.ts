/** The basic rules of the header syntax, each as reader and writer: WAP-230-WSP §8.4.2.1–8.4.2.3. */
import { decodeLatin1, encodeLatin1, encodeUtf8, type Reader, Writer } from '../octets.js';
import { charsets, contentTypes, fieldNames, languages, type Rows } from './header-numbers.js';
import { formatHttpDate, parseQ } from './header-text.js';
import type { EncodingVersion } from './primitives.js';

/** A Long-integer has at most this many octets: §8.4.2.1. */
const LONG_INTEGER_OCTETS = 30;

/** So many octets fit into a number without loss. */
const EXACT_OCTETS = 6;

const QUOTE = 0x7f;
const LENGTH_QUOTE = 0x1f;

/** Whether a peer of encoding version `version` knows what came with `needed`. */
export function supports(version: EncodingVersion, needed: EncodingVersion): boolean {
  // Both of one digit each, as all that exist.
  if (version.length === 3 && needed.length === 3) return version >= needed;
  const [major, minor] = split(version);
  const [neededMajor, neededMinor] = split(needed);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}

/** The lower of the two. */
export function lowerVersion(a: EncodingVersion, b: EncodingVersion): EncodingVersion {
  return supports(a, b) ? b : a;
}

function split(version: EncodingVersion): readonly [number, number] {
  const [major = '0', minor = '0'] = version.split('.');
  return [Number(major), Number(minor)];
}

/** An assigned number that no table has, as it is shown: `0x7B`. */
export function unassigned(number: number | bigint): string {
  return `0x${number.toString(16).toUpperCase().padStart(2, '0')}`;
}

// Text. One character an octet, so that nothing is lost; control characters become blanks (they are no TEXT, and must
// not reach a HTTP message).

export function textOf(octets: Uint8Array): string {
  return withoutControls(decodeLatin1(octets));
}

/** Latin-1 where the text fits it, otherwise UTF-8. */
export function octetsOfText(text: string): Uint8Array {
  const clean = withoutControls(text);
  return encodeLatin1(clean) ?? encodeUtf8(clean);
}

function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replace(/[\0-\x1f\x7f]/g, ' ');
}

/** Text-string; also Token-text and Extension-media, which are Text-strings that need no Quote. */
export function readText(reader: Reader, name: string): string {
  const octets = reader.terminated(name);
  return textOf(octets[0] === QUOTE ? octets.subarray(1) : octets);
}

export function writeText(writer: Writer, text: string): void {
  const octets = octetsOfText(text);
  if ((octets[0] ?? 0) >= 0x80) writer.uint8(QUOTE);
  writer.terminated(octets);
}

// Integers.

/** Integer-value: exact, whatever its size. */
export function readInteger(reader: Reader, name: string): number | bigint {
  if ((reader.peek() ?? 0) < 0x80) return readLongInteger(reader, name);
  return reader.uint8(name) & 0x7f;
}

function readLongInteger(reader: Reader, name: string): number | bigint {
  const length = reader.uint8('Short-length');
  if (length === 0 || length > LONG_INTEGER_OCTETS) reader.fail(`${name} is no Long-integer`);
  return integerOf(reader.octets(name, length));
}

/** Multi-octet-integer. */
export function integerOf(octets: Uint8Array): number | bigint {
  if (octets.length <= EXACT_OCTETS) return octets.reduce((value, octet) => value * 256 + octet, 0);
  let value = 0n;
  for (const octet of octets) value = value * 256n + BigInt(octet);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

export function writeShortInteger(writer: Writer, value: number): void {
  writer.uint8(0x80 | value);
}

export function writeInteger(writer: Writer, value: number | bigint): void {
  if (value < 0x80) writeShortInteger(writer, Number(value));
  else writeLongInteger(writer, value);
}

/** In as few octets as do, but at least one. */
export function writeLongInteger(writer: Writer, value: number | bigint): void {
  const octets: number[] = [];
  if (typeof value === 'number') {
    for (let rest = value; rest > 0 || octets.length === 0; rest = Math.floor(rest / 256))
      octets.unshift(rest % 256);
    writer.uint8(octets.length).octets(Uint8Array.from(octets));
    return;
  }
  for (let rest = value; rest > 0n || octets.length === 0; rest /= 256n) octets.unshift(Number(rest % 256n));
  writer.uint8(octets.length).octets(Uint8Array.from(octets));
}

/** Decimal digits as an integer that a Long-integer can hold. */
export function parseInteger(text: string): number | bigint | undefined {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  if (!/^\d{1,72}$/.test(text)) return undefined;
  const value = BigInt(text);
  return value < 1n << BigInt(8 * LONG_INTEGER_OCTETS) ? value : undefined;
}

// Dates, quality factors, versions.

/** The HTTP-date of seconds since 1970. */
export function dateOf(seconds: number | bigint): string | undefined {
  return typeof seconds === 'number' ? formatHttpDate(seconds) : undefined;
}

export function readDate(reader: Reader, name: string): string {
  return dateOf(readLongInteger(reader, name)) ?? reader.fail(`${name} is beyond the year 9999`);
}

export function readQ(reader: Reader): string {
  const code = reader.uintvar('Q-value');
  if (code < 1 || code > 1099) reader.fail('Q-value is out of range');
  return String(code <= 100 ? (code - 1) / 100 : (code - 100) / 1000);
}

/** The number that stands for a quality factor; `undefined` for 1, which is never sent, and for what is none. */
export function qCode(text: string): number | undefined {
  const thousandths = parseQ(text);
  if (thousandths === undefined || thousandths === 1000) return undefined;
  return thousandths % 10 === 0 ? thousandths / 10 + 1 : thousandths + 100;
}

/** The seven bits of a Version-value. */
export function versionOf(number: number): string {
  const minor = number & 0x0f;
  return minor === 15 ? String(number >> 4) : `${number >> 4}.${minor}`;
}

/** `undefined` where the version needs a Text-string. */
export function versionNumber(text: string): number | undefined {
  const match = /^([1-7])(?:\.(\d|1[0-4]))?$/.exec(text);
  return match === null ? undefined : (Number(match[1]) << 4) | Number(match[2] ?? 15);
}

export function readVersion(reader: Reader, name: string): string {
  return (reader.peek() ?? 0) >= 0x80 ? versionOf(reader.uint8(name) & 0x7f) : readText(reader, name);
}

export function writeVersion(writer: Writer, text: string): void {
  const number = versionNumber(text);
  if (number === undefined) writeText(writer, text);
  else writeShortInteger(writer, number);
}

// Framing of whole values.

/** A value of one octet. */
export function shortValue(number: number): Uint8Array {
  return Uint8Array.of(0x80 | number);
}

export function textValue(text: string): Uint8Array {
  const writer = new Writer();
  writeText(writer, text.trim());
  return writer.done();
}

/** Value-length and what `write` writes. */
export function lengthValue(write: (writer: Writer) => void): Uint8Array {
  const inner = new Writer();
  write(inner);
  const octets = inner.done();
  const writer = new Writer(octets.length + 6);
  if (octets.length < LENGTH_QUOTE) writer.uint8(octets.length);
  else writer.uint8(LENGTH_QUOTE).uintvar(octets.length);
  return writer.octets(octets).done();
}

// Assigned numbers, both ways.

interface Numbered {
  /** The newest number that a peer of that version knows. */
  numberOf(name: string, version: EncodingVersion): number | undefined;
  nameOf(number: number | bigint): string | undefined;
}

function numbered(rows: Rows): Numbered {
  const names = new Map<number, string>();
  const numbers = new Map<string, (readonly [number, EncodingVersion])[]>();
  for (const [number, name, version] of rows) {
    names.set(number, name);
    const key = name.toLowerCase();
    numbers.set(key, [[number, version], ...(numbers.get(key) ?? [])]);
  }
  return {
    numberOf: (name, version) =>
      numbers.get(name.toLowerCase())?.find(([, since]) => supports(version, since))?.[0],
    nameOf: (number) => names.get(Number(number)),
  };
}

/** Table 39. */
export const fields = numbered(fieldNames);
/** Table 40. */
export const media = numbered(contentTypes);

function named(table: Readonly<Record<string, number>>): {
  numberOf(name: string): number | undefined;
  nameOf(number: number | bigint): string;
} {
  const numbers = new Map(Object.entries(table));
  const names = new Map([...numbers].map(([name, number]) => [number, name]));
  return {
    numberOf: (name) => numbers.get(name.toLowerCase()),
    nameOf: (number) => names.get(Number(number)) ?? unassigned(number),
  };
}

/** Table 42. */
export const charsetNumbers = named(charsets);
/** Table 41. */
export const languageNumbers = named(languages);

/** Well-known media as Integer-value, or Extension-media. */
export function readMedia(reader: Reader): string {
  const first = reader.peek() ?? 0;
  if (first >= 0x20 && first < 0x80) return readText(reader, 'Extension-media');
  const number = readInteger(reader, 'Well-known-media');
  return media.nameOf(number) ?? unassigned(number);
}

export function writeMedia(writer: Writer, name: string, version: EncodingVersion): void {
  const number = media.numberOf(name, version);
  if (number === undefined) writeText(writer, name);
  else writeInteger(writer, number);
}

/** Field-name: well-known on the default page, or Token-text. */
export function readFieldName(reader: Reader): string {
  if ((reader.peek() ?? 0) < 0x80) return readText(reader, 'Field-name');
  const number = reader.uint8('Field-name') & 0x7f;
  return fields.nameOf(number) ?? unassigned(number);
}

export function writeFieldName(writer: Writer, name: string, version: EncodingVersion): void {
  const number = fields.numberOf(name, version);
  if (number === undefined) writeText(writer, name);
  else writeShortInteger(writer, number);
}
