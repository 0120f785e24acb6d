/**
 * The directory files of the card: PKCS#15 v1.0 §6 as profiled by WAP-260 §9.4 and §12. Card and terminal share these
 * functions, and nothing else: what the terminal knows it has read.
 */
import { decodeLatin1, decodeUtf8, encodeUtf8, Reader } from '../octets.js';
import {
  constructedTag,
  contextTag,
  der,
  derNamedBits,
  derOctets,
  derSequence,
  nextTag,
  readAny,
  readContents,
  readElement,
  readInteger,
  readNamedBits,
  readOid,
  readSequence,
  TAG,
} from '../pki/der.js';

/** wap-wsg: WAP-260 §9.3. */
const WAP_WSG = '2.23.43.1';

/** Security environments (§9.4.7) and WTLS data objects (§9.4.10). */
export const OID = {
  wtlsRsa: `${WAP_WSG}.1.1`,
  genericRsa: `${WAP_WSG}.1.2`,
  wtlsEcdh: `${WAP_WSG}.1.3`,
  genericEcc: `${WAP_WSG}.1.4`,
  peers: `${WAP_WSG}.2.1`,
  sessions: `${WAP_WSG}.2.2`,
  wimPath: `${WAP_WSG}.3`,
} as const;

export type NamedBit = readonly [name: string, bit: number];

export function bitsOf<Table extends readonly NamedBit[]>(
  table: Table,
  names: readonly Table[number][0][],
): readonly number[] {
  return table.filter(([name]) => names.includes(name)).map(([, bit]) => bit);
}

export function namesOf<Table extends readonly NamedBit[]>(
  table: Table,
  bits: readonly number[],
): readonly Table[number][0][] {
  return table.filter(([, bit]) => bits.includes(bit)).map(([name]) => name);
}

/** Where an object is: a file, and the part of it. */
export interface Path {
  /** File identifiers, two octets each. */
  readonly path: Uint8Array;
  readonly index?: number;
  readonly length?: number;
}

/** What all objects have. */
export interface CommonAttributes {
  readonly label: string;
  readonly private: boolean;
  readonly modifiable: boolean;
  /** The PIN that protects it. */
  readonly authId?: number;
}

/** §12.3: labels have 32 octets, padded with blanks. */
const LABEL_OCTETS = 32;

export function encodeCommon(attributes: CommonAttributes): Uint8Array {
  const flags = [...(attributes.private ? [0] : []), ...(attributes.modifiable ? [1] : [])];
  const { label, authId } = attributes;
  return derSequence(
    ...(label === '' ? [] : [der(TAG.UTF8String, paddedLabel(label))]),
    derNamedBits(flags),
    ...(authId === undefined ? [] : [derOctets(Uint8Array.of(authId))]),
  );
}

/** Cut between characters, never within one. */
function paddedLabel(label: string): Uint8Array {
  let octets = new Uint8Array(0);
  for (const character of label) {
    const longer = Uint8Array.of(...octets, ...encodeUtf8(character));
    if (longer.length > LABEL_OCTETS) break;
    octets = longer;
  }
  return Uint8Array.of(...octets, ...new Uint8Array(LABEL_OCTETS - octets.length).fill(0x20));
}

export function readCommon(reader: Reader): CommonAttributes {
  return readSequence(reader, 'commonObjectAttributes', (inner) => {
    const label = nextTag(inner) === TAG.UTF8String ? readLabel(inner, TAG.UTF8String) : '';
    const flags = nextTag(inner) === TAG['BIT STRING'] ? readNamedBits(inner, 'flags') : [];
    const authId = nextTag(inner) === TAG['OCTET STRING'] ? readIdentifier(inner, 'authId') : undefined;
    // userConsent and what later versions add
    inner.rest('extensions');
    return {
      label,
      private: flags.includes(0),
      modifiable: flags.includes(1),
      ...(authId !== undefined && { authId }),
    };
  });
}

export function readLabel(reader: Reader, tag: number): string {
  const octets = readContents(reader, 'label', tag);
  return (decodeUtf8(octets) ?? decodeLatin1(octets)).trimEnd();
}

/** authId: one octet (§12.3). */
export function readIdentifier(reader: Reader, name: string): number {
  return readElement(reader, name, TAG['OCTET STRING'], (inner) => inner.uint8(name));
}

export function encodePath({ path, index, length }: Path): Uint8Array {
  if (index === undefined || length === undefined) return derSequence(derOctets(path));
  return derSequence(
    derOctets(path),
    der(TAG.INTEGER, Uint8Array.of(index >> 8, index & 0xff)),
    der(contextTag(0), Uint8Array.of(length >> 8, length & 0xff)),
  );
}

export function readPath(reader: Reader): Path {
  return readSequence(reader, 'Path', (inner) => {
    const path = readContents(inner, 'path', TAG['OCTET STRING']).slice();
    if (path.length === 0 || path.length % 2 !== 0) inner.fail('a path is of file identifiers of two octets');
    if (nextTag(inner) !== TAG.INTEGER) return { path };
    const index = readInteger(inner, 'index');
    const length = readInteger(inner, 'length', contextTag(0));
    return { path, index, length };
  });
}

/** A file identifier as a path. */
export function pathOf(file: number): Uint8Array {
  return Uint8Array.of(file >> 8, file & 0xff);
}

/** What the directory EF(ODF) points to: PKCS#15 §6.5.1. */
export const odfTypes = {
  privateKeys: 0,
  publicKeys: 1,
  trustedPublicKeys: 2,
  secretKeys: 3,
  certificates: 4,
  trustedCertificates: 5,
  usefulCertificates: 6,
  dataObjects: 7,
  authObjects: 8,
} as const satisfies Record<string, number>;

export type OdfType = keyof typeof odfTypes;

const odfNames: ReadonlyMap<number, string> = new Map(
  Object.entries(odfTypes).map(([name, number]) => [number, name]),
);

export interface OdfEntry {
  readonly type: OdfType;
  readonly path: Path;
}

export function encodeOdf(entries: readonly OdfEntry[]): Uint8Array {
  return joined(entries.map(({ type, path }) => der(constructedTag(odfTypes[type]), encodePath(path))));
}

/** Records that hold objects themselves, or are of kinds that WAP-260 does not know, are passed over. */
export function decodeOdf(octets: Uint8Array): readonly OdfEntry[] {
  return records(octets, 'ODF', (reader) =>
    readAny(reader, 'PKCS15Objects', (inner, tag): OdfEntry | undefined => {
      const type = odfNames.get(tag & 0x1f);
      const known = isOdfType(type) && (tag & 0xe0) === 0xa0 && nextTag(inner) === TAG.SEQUENCE;
      if (known) return { type, path: readPath(inner) };
      inner.rest('objects');
      return undefined;
    }),
  );
}

/** The path of the application's directory, as EF(ODF) gives it in a data object of its own (§9.4.1). */
export function decodeWimPath(octets: Uint8Array): Uint8Array | undefined {
  const [path] = records(octets, 'ODF', (reader) =>
    readAny(reader, 'PKCS15Objects', (inner, tag): Uint8Array | undefined => {
      const objects = tag === constructedTag(odfTypes.dataObjects) && nextTag(inner) === constructedTag(0);
      if (objects) return readElement(inner, 'objects', constructedTag(0), readOpaquePath);
      inner.rest('path');
      return undefined;
    }),
  );
  return path;
}

/** The object, which some cards put into one SEQUENCE more. */
function readOpaquePath(reader: Reader): Uint8Array | undefined {
  const octets = readContents(reader, 'opaqueDO', TAG.SEQUENCE);
  reader.rest('more objects');
  const outer = new Reader(octets, 'ODF');
  const first = readContents(outer, 'commonObjectAttributes', TAG.SEQUENCE);
  return outer.left === 0 ? pathInObject(new Reader(first, 'ODF'), true) : pathInObject(outer, false);
}

function pathInObject(reader: Reader, withCommon: boolean): Uint8Array | undefined {
  if (withCommon) readContents(reader, 'commonObjectAttributes', TAG.SEQUENCE);
  const oid = readSequence(reader, 'classAttributes', (inner) => readOid(inner, 'applicationOID'));
  const value = readElement(reader, 'typeAttributes', constructedTag(1), (inner) =>
    readContents(inner, 'direct', TAG['OCTET STRING']).slice(),
  );
  return oid === OID.wimPath && value.length > 0 && value.length % 2 === 0 ? value : undefined;
}

function isOdfType(name: string | undefined): name is OdfType {
  return name !== undefined && name in odfTypes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.of(...parts.flatMap((part) => [...part]));
}

/** More records than any card has room for. */
const RECORDS_MOST = 1024;

/**
 * The records of a directory file. Octets FF between them are padding; a record whose tag was overwritten with 00 is
 * erased, its length still says where the next one starts (§9.1).
 */
export function records<T>(
  octets: Uint8Array,
  layer: string,
  read: (reader: Reader) => T | undefined,
): readonly T[] {
  const reader = new Reader(octets, layer);
  const list: T[] = [];
  while (reader.left > 0) {
    const tag = reader.peek();
    if (tag === 0xff) reader.uint8('padding');
    else if (tag === 0x00 && reader.left === 1) reader.uint8('erased');
    else if (tag === 0x00) skipErased(reader);
    else {
      const value = read(reader);
      if (value !== undefined) list.push(value);
      if (list.length > RECORDS_MOST) reader.fail(`more than ${RECORDS_MOST} records`);
    }
  }
  return list;
}

/** Files that never held anything are all zeros: an erased record of length 0 again and again. */
function skipErased(reader: Reader): void {
  readAny(reader, 'erased record', (inner) => inner.rest('erased'));
}
