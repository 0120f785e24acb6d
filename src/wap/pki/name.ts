/** Distinguished names: RFC 2459 §4.1.2.4, the attributes of WAP-211 §6.2 and §8.1, and their text after RFC 2253. */
import { UsageError } from '../errors.js';
import { decodeLatin1, decodeUtf8, encodeUtf8, Reader, toHex } from '../octets.js';
import {
  der,
  derOid,
  derSequence,
  derSet,
  readAny,
  readElement,
  readList,
  readOid,
  readSequence,
  TAG,
} from './der.js';

/** The short names: those that WAP-211 §6.2.3 requires come first, then others of RFC 2459 and X.520. */
// biome-ignore format: a line is a printed row
const attributeTypes = [
  ['C', '2.5.4.6'],
  ['O', '2.5.4.10'],
  ['OU', '2.5.4.11'],
  ['ST', '2.5.4.8'],
  ['CN', '2.5.4.3'],
  ['DC', '0.9.2342.19200300.100.1.25'],
  ['serialNumber', '2.5.4.5'],
  ['L', '2.5.4.7'],
  ['T', '2.5.4.12'],
  ['SN', '2.5.4.4'],
  ['GN', '2.5.4.42'],
  ['initials', '2.5.4.43'],
  ['generationQualifier', '2.5.4.44'],
  ['dnQualifier', '2.5.4.46'],
  ['name', '2.5.4.41'],
  ['street', '2.5.4.9'],
  ['UID', '0.9.2342.19200300.100.1.1'],
  ['emailAddress', '1.2.840.113549.1.9.1'],
] as const satisfies readonly (readonly [string, string])[];

const nameOfType: ReadonlyMap<string, string> = new Map(attributeTypes.map(([name, oid]) => [oid, name]));
const typeOfName: ReadonlyMap<string, string> = new Map(
  attributeTypes.map(([name, oid]) => [name.toLowerCase(), oid]),
);

export interface NameAttribute {
  /** Dotted digits. */
  readonly type: string;
  /** The text; in hexadecimal digits behind a # where it is none. */
  readonly value: string;
}

/** A distinguished name. */
export interface Name {
  /** A relative name has one attribute, seldom more. */
  readonly relative: readonly (readonly NameAttribute[])[];
  /** As encoded: names are equal when their octets are. */
  readonly octets: Uint8Array;
}

/** The octets of the Name that `reader` has next were `octets`. */
export function decodeName(octets: Uint8Array): Name {
  const reader = new Reader(octets, 'Name');
  const relative = readSequence(reader, 'Name', (inner) => readList(inner, readRelative));
  reader.end();
  return { relative, octets };
}

function readRelative(reader: Reader): readonly NameAttribute[] {
  return readElement(reader, 'RelativeDistinguishedName', TAG.SET, (set) => readList(set, readAttribute));
}

function readAttribute(reader: Reader): NameAttribute {
  return readSequence(reader, 'AttributeTypeAndValue', (inner) => ({
    type: readOid(inner, 'type'),
    value: readAny(inner, 'value', (content, tag) => readText(content.rest('value'), tag)),
  }));
}

/** Any of the string types; what is none of them, or breaks its type's rule, is shown in hexadecimal digits. */
function readText(octets: Uint8Array, tag: number): string {
  const digits = `#${toHex(octets)}`;
  if (tag === TAG.UTF8String) return decodeUtf8(octets) ?? digits;
  if (tag === TAG.BMPString)
    return octets.length % 2 === 0 ? new TextDecoder('utf-16be').decode(octets) : digits;
  const latin: readonly number[] = [TAG.PrintableString, TAG.NumericString, TAG.TeletexString, TAG.IA5String];
  return latin.includes(tag) ? decodeLatin1(octets) : digits;
}

/** `CN=Alice, O=Shop, C=FI`: the most special part first, as RFC 2253 prints names. */
export function formatName(name: Name): string {
  return [...name.relative]
    .reverse()
    .map((attributes) =>
      attributes.map(({ type, value }) => `${nameOfType.get(type) ?? type}=${escapeValue(value)}`).join('+'),
    )
    .join(', ');
}

function escapeValue(value: string): string {
  return value.replace(/[,+"\\<>;=]|^[ #]| $/g, '\\$&');
}

/** The first value of an attribute, by its short name: `attributeOf(name, 'CN')`. */
export function attributeOf(name: Name, short: string): string | undefined {
  const type = typeOfName.get(short.toLowerCase());
  return name.relative.flat().find((attribute) => attribute.type === type)?.value;
}

/** Reads `CN=Alice, O=Shop, C=FI`, with backslash escapes. */
export function parseName(text: string): Name {
  const parts = text.match(/(?:\\.|[^,\\])+/g) ?? [];
  const relative = parts.map((part) => {
    const attributes = part.match(/(?:\\.|[^+\\])+/g) ?? [];
    return attributes.map(parseAttribute);
  });
  if (relative.length === 0) throw new UsageError('a name needs at least one attribute, such as CN=Alice');
  return makeName(relative.reverse());
}

function parseAttribute(text: string): NameAttribute {
  const [, key = '', value = ''] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/s.exec(text) ?? [];
  const type = /^\d+(\.\d+)+$/.test(key) ? key : typeOfName.get(key.toLowerCase());
  if (type === undefined) throw new UsageError(`in a name, ${JSON.stringify(text.trim())} is no attribute`);
  return { type, value: value.replace(/\\(.)/gs, '$1') };
}

function makeName(relative: Name['relative']): Name {
  const octets = derSequence(
    ...relative.map((attributes) =>
      derSet(...attributes.map(({ type, value }) => derSequence(derOid(type), encodeText(type, value)))),
    ),
  );
  return { relative, octets };
}

/** PrintableString where X.520 demands it, IA5String for mail addresses and domains, else UTF8String (WAP-211 §6.2.3). */
function encodeText(type: string, value: string): Uint8Array {
  const printable = ['C', 'serialNumber', 'dnQualifier'].map((name) => typeOfName.get(name.toLowerCase()));
  const ia5 = ['DC', 'emailAddress'].map((name) => typeOfName.get(name.toLowerCase()));
  const tag = printable.includes(type)
    ? TAG.PrintableString
    : ia5.includes(type)
      ? TAG.IA5String
      : TAG.UTF8String;
  return der(tag, encodeUtf8(value));
}
