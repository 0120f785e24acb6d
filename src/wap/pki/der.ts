/**
 * DER: ISO/IEC 8825-1, as far as certificates, PKCS#7 and PKCS#15 need it: definite lengths, tags in one octet.
 * Reading goes through `Reader`, so that every element has a name in errors and in the dissector.
 */
import { concat, type Reader } from '../octets.js';

/** Identifier octets: universal tags, the constructed bit set where DER wants it. */
export const TAG = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  'BIT STRING': 0x03,
  'OCTET STRING': 0x04,
  NULL: 0x05,
  'OBJECT IDENTIFIER': 0x06,
  ENUMERATED: 0x0a,
  UTF8String: 0x0c,
  NumericString: 0x12,
  PrintableString: 0x13,
  TeletexString: 0x14,
  IA5String: 0x16,
  UTCTime: 0x17,
  GeneralizedTime: 0x18,
  UniversalString: 0x1c,
  BMPString: 0x1e,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const satisfies Record<string, number>;

/** The identifier octet of `[number]`, in implicit tagging of a primitive type. */
export function contextTag(number: number): number {
  return 0x80 | number;
}

/** The identifier octet of `[number]` around a constructed value. */
export function constructedTag(number: number): number {
  return 0xa0 | number;
}

/** One element: identifier octet, length, contents. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, part) => sum + part.length, 0);
  return concat([Uint8Array.of(tag), encodeLength(length), ...contents]);
}

function encodeLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(0x80 | octets.length, ...octets);
}

export function derSequence(...contents: readonly Uint8Array[]): Uint8Array {
  return der(TAG.SEQUENCE, ...contents);
}

/** A SET OF: its elements in ascending order, compared as octet strings. */
export function derSet(...contents: readonly Uint8Array[]): Uint8Array {
  return der(TAG.SET, ...[...contents].sort(compareOctets));
}

function compareOctets(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** An INTEGER that is not negative, from its magnitude: leading zeros are of no consequence. */
export function derUnsigned(magnitude: Uint8Array): Uint8Array {
  const digits = trimZeros(magnitude);
  const first = digits[0] ?? 0;
  return first >= 0x80 || digits.length === 0
    ? der(TAG.INTEGER, Uint8Array.of(0), digits)
    : der(TAG.INTEGER, digits);
}

/** An INTEGER from 0 to 2^31-1. */
export function derInteger(value: number): Uint8Array {
  return derUnsigned(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));
}

/** Without its leading zero octets. */
export function trimZeros(magnitude: Uint8Array): Uint8Array {
  const first = magnitude.findIndex((octet) => octet !== 0);
  return first < 0 ? new Uint8Array(0) : magnitude.subarray(first);
}

export function derOctets(octets: Uint8Array): Uint8Array {
  return der(TAG['OCTET STRING'], octets);
}

/** A BIT STRING of whole octets. */
export function derBits(octets: Uint8Array): Uint8Array {
  return der(TAG['BIT STRING'], Uint8Array.of(0), octets);
}

/** A named-bit BIT STRING: trailing zero bits are left out, as DER wants. */
export function derNamedBits(numbers: readonly number[]): Uint8Array {
  const last = Math.max(-1, ...numbers);
  const octets = new Uint8Array((last + 8) >> 3);
  for (const number of numbers) octets[number >> 3] = (octets[number >> 3] ?? 0) | (0x80 >> (number & 7));
  return der(TAG['BIT STRING'], Uint8Array.of(octets.length * 8 - 1 - last), octets);
}

export function derBoolean(value: boolean): Uint8Array {
  return der(TAG.BOOLEAN, Uint8Array.of(value ? 0xff : 0));
}

export const derNull = Uint8Array.of(TAG.NULL, 0);

/** An OBJECT IDENTIFIER from dotted digits. */
export function derOid(oid: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = oid.split('.').map(Number);
  return der(TAG['OBJECT IDENTIFIER'], ...[first * 40 + second, ...rest].map(encodeArc));
}

function encodeArc(value: number): Uint8Array {
  const octets = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    octets.unshift(0x80 | (rest % 128));
  }
  return Uint8Array.from(octets);
}

/** The identifier octet of the next element; `undefined` at the end. */
export function nextTag(reader: Reader): number | undefined {
  return reader.peek();
}

/** An element with the identifier octet `tag`: `read` gets its contents and must use all of them. */
export function readElement<T>(reader: Reader, name: string, tag: number, read: (inner: Reader) => T): T {
  const found = reader.peek();
  if (found !== tag) {
    const instead = found === undefined ? 'nothing' : `tag ${found.toString(16).padStart(2, '0')}`;
    reader.fail(`${name} has ${instead} instead of tag ${tag.toString(16).padStart(2, '0')}`);
  }
  return readAny(reader, name, (inner) => read(inner));
}

/** The next element, whatever its tag. */
export function readAny<T>(reader: Reader, name: string, read: (inner: Reader, tag: number) => T): T {
  const tag = reader.uint8(`${name} tag`);
  if ((tag & 0x1f) === 0x1f) reader.fail(`${name} has a tag of more than one octet`);
  const length = readLength(reader, name);
  return reader.inside(name, length, (inner) => {
    const value = read(inner, tag);
    inner.end();
    return value;
  });
}

/** Skips an element: its contents. */
export function readContents(reader: Reader, name: string, tag: number): Uint8Array {
  return readElement(reader, name, tag, (inner) => inner.rest(name));
}

/** Lengths of more octets are longer than anything in memory. */
const LENGTH_OCTETS = 4;

function readLength(reader: Reader, name: string): number {
  const first = reader.uint8(`${name} length`);
  if (first < 0x80) return first;
  const count = first & 0x7f;
  if (count === 0) reader.fail(`${name} has an indefinite length`);
  if (count > LENGTH_OCTETS) reader.fail(`${name} has a length of ${count} octets`);
  const length = reader.octets(`${name} length`, count).reduce((sum, octet) => sum * 256 + octet, 0);
  if (length < 0x80 || length < 256 ** (count - 1))
    reader.fail(`${name} has a length that is not the shortest`);
  return length;
}

export function readSequence<T>(reader: Reader, name: string, read: (inner: Reader) => T): T {
  return readElement(reader, name, TAG.SEQUENCE, read);
}

/** All elements up to the end of `reader`. */
export function readList<T>(reader: Reader, read: (inner: Reader) => T): readonly T[] {
  const list: T[] = [];
  while (reader.left > 0) list.push(read(reader));
  return list;
}

/** The magnitude of an INTEGER that is not negative, without leading zeros. */
export function readUnsigned(reader: Reader, name: string): Uint8Array {
  return readElement(reader, name, TAG.INTEGER, (inner) => {
    const octets = inner.rest(name);
    if (octets.length === 0) inner.fail(`${name} is empty`);
    if ((octets[0] ?? 0) >= 0x80) inner.fail(`${name} is negative`);
    return trimZeros(octets);
  });
}

/** An INTEGER from 0 to 2^31-1. */
export function readInteger(reader: Reader, name: string, tag: number = TAG.INTEGER): number {
  return readElement(reader, name, tag, (inner) => {
    const octets = inner.rest(name);
    if (octets.length === 0 || octets.length > 4 || (octets[0] ?? 0) >= 0x80)
      inner.fail(`${name} is out of range`);
    return octets.reduce((sum, octet) => sum * 256 + octet, 0);
  });
}

export function readBoolean(reader: Reader, name: string): boolean {
  return readElement(reader, name, TAG.BOOLEAN, (inner) => inner.uint8(name) !== 0);
}

/** The octets of a BIT STRING that has no unused bits. */
export function readBits(reader: Reader, name: string): Uint8Array {
  return readElement(reader, name, TAG['BIT STRING'], (inner) => {
    if (inner.uint8('unused bits') !== 0) inner.fail(`${name} is not of whole octets`);
    return inner.rest(name);
  });
}

/** The numbers of the bits that are set in a named-bit BIT STRING. */
export function readNamedBits(reader: Reader, name: string): readonly number[] {
  return readElement(reader, name, TAG['BIT STRING'], (inner) => {
    if (inner.uint8('unused bits') > 7) inner.fail(`${name} has more than seven unused bits`);
    const numbers: number[] = [];
    inner.rest(name).forEach((octet, at) => {
      for (let bit = 0; bit < 8; bit++) if ((octet & (0x80 >> bit)) !== 0) numbers.push(at * 8 + bit);
    });
    return numbers;
  });
}

/** An OBJECT IDENTIFIER as dotted digits. */
export function readOid(reader: Reader, name: string): string {
  return readElement(reader, name, TAG['OBJECT IDENTIFIER'], (inner) => {
    const arcs: number[] = [];
    while (inner.left > 0) arcs.push(readArc(inner, name));
    const [head, ...rest] = arcs;
    if (head === undefined) return inner.fail(`${name} is empty`);
    const first = Math.min(2, Math.floor(head / 40));
    return [first, head - 40 * first, ...rest].join('.');
  });
}

/** Arcs beyond would lose digits in a number; none is assigned. */
const ARC_MOST = Number.MAX_SAFE_INTEGER;

function readArc(reader: Reader, name: string): number {
  let value = 0;
  for (;;) {
    const octet = reader.uint8(`${name} arc`);
    value = value * 128 + (octet & 0x7f);
    if (value > ARC_MOST) reader.fail(`${name} has an arc beyond ${ARC_MOST}`);
    if (octet < 0x80) return value;
  }
}
