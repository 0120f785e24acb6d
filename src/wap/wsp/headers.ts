/**
 * Sets of headers between their textual and their binary form: WAP-230-WSP §8.4.
 *
 * What cannot be decoded is kept and shown: an unassigned number as `0x7B`, octets that break their header's grammar as
 * `octets:…` in hexadecimal. Only octets that break the framing itself (§8.4.1.2) are a DecodeError.
 */
import { DecodeError } from '../errors.js';
import { fromHex, type Reader, toHex, Writer } from '../octets.js';
import type { Header } from './header.js';
import { rules } from './header-rules.js';
import {
  fields,
  lengthValue,
  shortValue,
  textOf,
  textValue,
  unassigned,
  writeText,
} from './header-values.js';
import type { EncodingVersion } from './primitives.js';
import { contentType } from './rules/negotiation.js';
import type { Rule } from './rules/rule.js';
import { plainText } from './rules/simple.js';
import { encodingVersionText } from './rules/wap.js';

/** §8.4.2.70: what a peer that named no version is taken for. */
export const LOWEST_VERSION: EncodingVersion = '1.2';
/** The highest that this codec knows: OMA-WAP-TS-WSP-V1_0. */
export const HIGHEST_VERSION: EncodingVersion = '1.5';

/** A page of header names that both ends agreed on: §8.4.1.1. Their values are Text-strings or Integer-values. */
export interface CodePage {
  readonly code: number;
  readonly names: Readonly<Record<string, number>>;
}

export interface HeaderContext {
  /** What the recipient decodes; left out: 1.2. */
  readonly encodingVersion?: EncodingVersion;
  readonly codePages?: readonly CodePage[];
}

const DEFAULT_PAGE = 1;
const SHIFT_DELIMITER = 0x7f;
const LAST_SHORT_CUT = 0x1f;
const LENGTH_QUOTE = 0x1f;

/** Shows a name that no table has: `Unknown-0x7B`, on another page `Unknown-0x10-0x7B`. */
const unknownName = /^Unknown-(?:0x([0-9A-F]{2})-)?0x([0-9A-F]{2})$/;

export function encodeHeaders(headers: readonly Header[], context: HeaderContext = {}): Uint8Array {
  const writer = new Writer(128);
  writeHeaders(writer, headers, context);
  return writer.done();
}

/** The default page first: a shift lasts to the end of the set. */
export function writeHeaders(writer: Writer, headers: readonly Header[], context: HeaderContext): void {
  const { encodingVersion = LOWEST_VERSION, codePages = [] } = context;
  const shifted: { readonly page: number; readonly number: number; readonly value: string }[] = [];
  for (const header of headers) {
    const elsewhere = shiftedHeader(header, codePages);
    if (elsewhere === undefined) writeHeader(writer, header, encodingVersion);
    else shifted.push(elsewhere);
  }
  let page = DEFAULT_PAGE;
  for (const header of shifted.sort((a, b) => a.page - b.page)) {
    if (header.page !== page) writeShift(writer, header.page);
    page = header.page;
    writer.uint8(0x80 | header.number).octets(applicationValue(header.value));
  }
}

function shiftedHeader(
  { name, value }: Header,
  codePages: readonly CodePage[],
): { readonly page: number; readonly number: number; readonly value: string } | undefined {
  for (const { code, names } of codePages) {
    const number = Object.entries(names).find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];
    if (number !== undefined) return { page: code, number, value };
  }
  const [, page, number] = name.startsWith('Unknown-') ? (unknownName.exec(name) ?? []) : [];
  // A number that has a name goes by its name: nobody is to send a header past its grammar.
  if (number === undefined || (page === undefined && fields.nameOf(Number.parseInt(number, 16))))
    return undefined;
  return {
    page: page === undefined ? DEFAULT_PAGE : Number.parseInt(page, 16),
    number: Number.parseInt(number, 16) & 0x7f,
    value,
  };
}

function writeShift(writer: Writer, page: number): void {
  if (page > LAST_SHORT_CUT) writer.uint8(SHIFT_DELIMITER);
  writer.uint8(page);
}

/** A value whose grammar is not known: octets or an unassigned number as they were shown, an integer, or text. */
function applicationValue(value: string): Uint8Array {
  const octets = value.startsWith('octets:') ? fromHex(value.slice(7)) : undefined;
  if (octets !== undefined) return lengthValue((writer) => writer.octets(octets));
  return /^\d{1,3}$/.test(value) && Number(value) < 128 ? shortValue(Number(value)) : textValue(value);
}

/** §8.4.1.1: by number if the recipient knows it, otherwise, and where the value does not fit its grammar, as text. */
function writeHeader(writer: Writer, { name, value }: Header, version: EncodingVersion): void {
  const key = name.toLowerCase();
  const rule = rules.get(key) ?? plainText;
  const number = fields.numberOf(key, version);
  if (number === undefined) {
    writeText(writer, name);
    writer.octets(textValue(value));
    return;
  }
  const values = rule.split?.(value) ?? [value.trim()];
  // A list of nothing has no binary form, but it says something: an empty Accept-Encoding refuses all of them.
  if (values.length === 0) {
    writeText(writer, name);
    writer.octets(textValue(''));
  }
  for (const each of values) {
    const octets = rule.encode(each, version);
    if (octets === undefined) writeText(writer, name);
    else writer.uint8(0x80 | number);
    writer.octets(octets ?? textValue(each));
  }
}

/** All headers up to the end of `reader`. Never a name without its value. */
export function decodeHeaders(reader: Reader, context: HeaderContext = {}): readonly Header[] {
  const headers: Header[] = [];
  let page = DEFAULT_PAGE;
  while (reader.left > 0) {
    const first = reader.peek() ?? 0;
    if (first === 0) reader.fail('a header starts with the octet 0');
    else if (first <= LAST_SHORT_CUT) page = reader.uint8('Short-cut-shift-delimiter');
    else if (first === SHIFT_DELIMITER) page = readShift(reader);
    else headers.push(readHeader(reader, page, context));
  }
  return headers;
}

function readShift(reader: Reader): number {
  return reader.group('Shift-sequence', () => {
    reader.uint8('Shift-delimiter');
    const page = reader.uint8('Page-identity');
    if (page === 0) reader.fail('Page-identity is 0');
    return page;
  });
}

function readHeader(reader: Reader, page: number, context: HeaderContext): Header {
  return reader.group('Header', () => {
    if ((reader.peek() ?? 0) < 0x80) return readApplicationHeader(reader);
    const number = reader.uint8('Well-known-field-name') & 0x7f;
    if (page !== DEFAULT_PAGE) return readShifted(reader, page, number, context);
    const name = fields.nameOf(number);
    if (name === undefined) return { name: `Unknown-${unassigned(number)}`, value: readUnknown(reader) };
    return { name, value: readValue(reader, name, rules.get(name.toLowerCase()) ?? plainText) };
  });
}

function readApplicationHeader(reader: Reader): Header {
  const name = textOf(reader.terminated('Token-text'));
  const first = reader.peek() ?? 0;
  const value = readUnknown(reader);
  if (name.toLowerCase() !== 'encoding-version') return { name, value };
  return {
    name,
    value: first >= 0x80 ? encodingVersionText(String.fromCharCode(first)) : encodingVersionText(value),
  };
}

function readShifted(
  reader: Reader,
  page: number,
  number: number,
  { codePages = [] }: HeaderContext,
): Header {
  const names = codePages.find(({ code }) => code === page)?.names ?? {};
  const name = Object.entries(names).find(([, each]) => each === number)?.[0];
  const value = readUnknown(reader);
  return { name: name ?? `Unknown-${unassigned(page)}-${unassigned(number)}`, value };
}

/** A value by its framing alone. */
function readUnknown(reader: Reader): string {
  return readValue(reader, 'Application-specific-value', {
    encode: () => undefined,
    short: String,
    data: (inner) => inner.fail('its grammar is not known'),
  });
}

/** §8.4.1.2: the first octet says how long a value is, whatever it means. */
function readValue(reader: Reader, name: string, rule: Rule): string {
  const first = reader.peek() ?? reader.fail(`${name} has no value`);
  if (first >= 0x80) {
    const number = reader.uint8(name) & 0x7f;
    return rule.short?.(number) ?? unassigned(number);
  }
  if (first > LENGTH_QUOTE) {
    const octets = reader.terminated(name);
    const text = textOf(octets[0] === SHIFT_DELIMITER ? octets.subarray(1) : octets);
    return rule.text?.(text) ?? text;
  }
  reader.uint8('Value-length');
  const length = first === LENGTH_QUOTE ? reader.uintvar('Length') : first;
  return readData(reader, name, length, rule);
}

function readData(reader: Reader, name: string, length: number, rule: Rule): string {
  if (length > reader.left) reader.fail(`${name} is cut short`);
  // An empty Text-string at the start of a value looks like a length of 0.
  if (length === 0) return '';
  const octets = reader.ahead(length);
  try {
    return reader.inside(name, length, (inner) => {
      const value = rule.data?.(inner) ?? inner.fail(`${name} has no such form`);
      inner.end();
      return value;
    });
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return `octets:${toHex(octets)}`;
  }
}

/** §8.4.2.24, as it stands in the ContentType field of PDUs and multipart entries. */
export function encodeContentType(
  value: string,
  encodingVersion: EncodingVersion = LOWEST_VERSION,
): Uint8Array {
  return contentType.encode(value, encodingVersion) ?? textValue(value);
}

export function decodeContentType(reader: Reader): string {
  return readValue(reader, 'ContentType', contentType);
}
