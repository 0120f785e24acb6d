/**
 * The directory files of the card: PKCS#15 v1.0 §6 as profiled by WAP-260 §9.4 and §12. Card and terminal share these
 * functions, and nothing else: what the terminal knows it has read.
 */
import { decodeLatin1, decodeUtf8, encodeUtf8, Reader } from '../octets.js';
import {
  constructedTag,
  contextTag,
  der,
  derBoolean,
  derInteger,
  derNamedBits,
  derNull,
  derOctets,
  derOid,
  derSequence,
  nextTag,
  readAny,
  readBoolean,
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

type NamedBit = readonly [name: string, bit: number];

function bitsOf<Table extends readonly NamedBit[]>(
  table: Table,
  names: readonly Table[number][0][],
): readonly number[] {
  return table.filter(([name]) => names.includes(name)).map(([, bit]) => bit);
}

function namesOf<Table extends readonly NamedBit[]>(
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

function encodeCommon(attributes: CommonAttributes): Uint8Array {
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

function readCommon(reader: Reader): CommonAttributes {
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

function readLabel(reader: Reader, tag: number): string {
  const octets = readContents(reader, 'label', tag);
  return (decodeUtf8(octets) ?? decodeLatin1(octets)).trimEnd();
}

/** authId: one octet (§12.3). */
function readIdentifier(reader: Reader, name: string): number {
  return readElement(reader, name, TAG['OCTET STRING'], (inner) => inner.uint8(name));
}

function encodePath({ path, index, length }: Path): Uint8Array {
  if (index === undefined || length === undefined) return derSequence(derOctets(path));
  return derSequence(
    derOctets(path),
    der(TAG.INTEGER, Uint8Array.of(index >> 8, index & 0xff)),
    der(contextTag(0), Uint8Array.of(length >> 8, length & 0xff)),
  );
}

function readPath(reader: Reader): Path {
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

/** PKCS15KeyUsageFlags, by bit. */
const keyUsages = [
  ['decrypt', 1],
  ['sign', 2],
  ['derive', 8],
  ['nonRepudiation', 9],
] as const satisfies readonly NamedBit[];

export type CardKeyUsage = (typeof keyUsages)[number][0];

/** PKCS15KeyAccessFlags that every private key of a WIM has: sensitive, always so, never extractable (§12.2). */
const ACCESS_FLAGS = [0, 2, 3];

/** A record of a PrKDF: §9.4.2. */
export interface PrivateKeyObject extends CommonAttributes {
  readonly algorithm: 'rsa' | 'ec';
  /** The hash of the public key. */
  readonly id: Uint8Array;
  readonly usage: readonly CardKeyUsage[];
  readonly keyReference: number;
  readonly path: Path;
  /** Bits; RSA only. */
  readonly modulusLength?: number;
  /** The entry of supportedAlgorithms in EF(TokenInfo) that it works with. */
  readonly algorithmReference?: number;
}

export function encodePrivateKeyObject(object: PrivateKeyObject): Uint8Array {
  const { algorithm, algorithmReference } = object;
  const keyInfo = algorithmReference === undefined ? [] : [derInteger(algorithmReference)];
  const modulus = algorithm === 'rsa' ? [derInteger(object.modulusLength ?? 0)] : [];
  return der(
    algorithm === 'rsa' ? TAG.SEQUENCE : constructedTag(0),
    encodeCommon(object),
    derSequence(
      derOctets(object.id),
      derNamedBits(bitsOf(keyUsages, object.usage)),
      derNamedBits(ACCESS_FLAGS),
      derInteger(object.keyReference),
    ),
    der(constructedTag(1), derSequence(encodePath(object.path), ...modulus, ...keyInfo)),
  );
}

export function decodePrivateKeyObjects(octets: Uint8Array): readonly PrivateKeyObject[] {
  return records(octets, 'PrKDF', (reader) =>
    readAny(reader, 'PKCS15PrivateKey', (inner, tag): PrivateKeyObject | undefined => {
      if (tag !== TAG.SEQUENCE && tag !== constructedTag(0)) {
        inner.rest('a key of another kind');
        return undefined;
      }
      return readPrivateKeyObject(inner, tag === TAG.SEQUENCE ? 'rsa' : 'ec');
    }),
  );
}

function readPrivateKeyObject(reader: Reader, algorithm: 'rsa' | 'ec'): PrivateKeyObject {
  const common = readCommon(reader);
  const keyAttributes = readSequence(reader, 'commonKeyAttributes', (inner) => {
    const id = readContents(inner, 'iD', TAG['OCTET STRING']).slice();
    const usage = namesOf(keyUsages, readNamedBits(inner, 'usage'));
    if (nextTag(inner) === TAG.BOOLEAN) readBoolean(inner, 'native');
    if (nextTag(inner) === TAG['BIT STRING']) readNamedBits(inner, 'accessFlags');
    const keyReference = nextTag(inner) === TAG.INTEGER ? readInteger(inner, 'keyReference') : 0;
    inner.rest('dates');
    return { id, usage, keyReference };
  });
  // subClassAttributes, of which there are none
  if (nextTag(reader) === constructedTag(0)) readContents(reader, 'subClassAttributes', constructedTag(0));
  const type = readElement(reader, 'typeAttributes', constructedTag(1), (outer) =>
    readSequence(outer, 'keyAttributes', (inner) => {
      const path = readPath(inner);
      const modulusLength = algorithm === 'rsa' ? readInteger(inner, 'modulusLength') : undefined;
      const algorithmReference = nextTag(inner) === TAG.INTEGER ? readInteger(inner, 'keyInfo') : undefined;
      inner.rest('keyInfo');
      return {
        path,
        ...(modulusLength !== undefined && { modulusLength }),
        ...(algorithmReference !== undefined && { algorithmReference }),
      };
    }),
  );
  return { algorithm, ...common, ...keyAttributes, ...type };
}

/** PKCS15KeyIdentifier: the hash of the issuer's key. */
const ISSUER_KEY_HASH = 5;

/** A record of a CDF: §9.4.4. */
export interface CertificateObject extends CommonAttributes {
  readonly format: 'x509' | 'wtls';
  /** The hash of the public key in it. */
  readonly id: Uint8Array;
  readonly authority: boolean;
  /** requestId: the hash of the issuer's public key. */
  readonly issuerId?: Uint8Array;
  readonly value: Path | { readonly url: string };
}

export function encodeCertificateObject(object: CertificateObject): Uint8Array {
  const { issuerId, value } = object;
  const place = 'url' in value ? der(TAG.PrintableString, encodeUtf8(value.url)) : encodePath(value);
  return der(
    object.format === 'x509' ? TAG.SEQUENCE : constructedTag(3),
    encodeCommon(object),
    derSequence(
      derOctets(object.id),
      ...(object.authority ? [derBoolean(true)] : []),
      ...(issuerId ? [derSequence(derInteger(ISSUER_KEY_HASH), derOctets(issuerId))] : []),
    ),
    der(constructedTag(1), derSequence(place)),
  );
}

export function decodeCertificateObjects(octets: Uint8Array): readonly CertificateObject[] {
  return records(octets, 'CDF', (reader) =>
    readAny(reader, 'PKCS15Certificate', (inner, tag): CertificateObject | undefined => {
      if (tag !== TAG.SEQUENCE && tag !== constructedTag(3)) {
        inner.rest('a certificate of another kind');
        return undefined;
      }
      return readCertificateObject(inner, tag === TAG.SEQUENCE ? 'x509' : 'wtls');
    }),
  );
}

function readCertificateObject(reader: Reader, format: 'x509' | 'wtls'): CertificateObject {
  const common = readCommon(reader);
  const attributes = readSequence(reader, 'commonCertificateAttributes', (inner) => {
    const id = readContents(inner, 'iD', TAG['OCTET STRING']).slice();
    const authority = nextTag(inner) === TAG.BOOLEAN ? readBoolean(inner, 'authority') : false;
    const issuerId = nextTag(inner) === TAG.SEQUENCE ? readRequestId(inner) : undefined;
    inner.rest('thumbprint');
    return { id, authority, ...(issuerId !== undefined && { issuerId }) };
  });
  const value = readElement(reader, 'typeAttributes', constructedTag(1), (outer) =>
    readSequence(outer, 'certificateAttributes', (inner) => {
      const found =
        nextTag(inner) === TAG.PrintableString
          ? { url: decodeLatin1(readContents(inner, 'url', TAG.PrintableString)) }
          : readPath(inner);
      inner.rest('names');
      return found;
    }),
  );
  return { format, ...common, ...attributes, value };
}

function readRequestId(reader: Reader): Uint8Array | undefined {
  return readSequence(reader, 'requestId', (inner) => {
    const type = readInteger(inner, 'idType');
    const value = readContents(inner, 'idValue', TAG['OCTET STRING']).slice();
    return type === ISSUER_KEY_HASH ? value : undefined;
  });
}

/** PKCS15PinFlags, by bit. */
const pinFlags = [
  ['changeDisabled', 2],
  ['unblockDisabled', 3],
  ['initialized', 4],
  ['needsPadding', 5],
  ['disableAllowed', 8],
] as const satisfies readonly NamedBit[];

export type PinFlag = (typeof pinFlags)[number][0];

/** pinType ascii-numeric. */
const ASCII_NUMERIC = 1;

/** A record of an AODF: §9.4.6. */
export interface PinObject {
  readonly label: string;
  readonly authId: number;
  readonly flags: readonly PinFlag[];
  readonly minLength: number;
  readonly storedLength: number;
  readonly padChar: number;
  /** P2 of the commands that verify. */
  readonly pinReference: number;
  readonly path: Path;
}

export function encodePinObject(pin: PinObject): Uint8Array {
  return derSequence(
    encodeCommon({ label: pin.label, private: true, modifiable: false }),
    derSequence(derOctets(Uint8Array.of(pin.authId))),
    der(
      constructedTag(1),
      derSequence(
        derNamedBits(bitsOf(pinFlags, pin.flags)),
        der(TAG.ENUMERATED, Uint8Array.of(ASCII_NUMERIC)),
        derInteger(pin.minLength),
        derInteger(pin.storedLength),
        der(contextTag(0), Uint8Array.of(pin.pinReference)),
        derOctets(Uint8Array.of(pin.padChar)),
        encodePath(pin.path),
      ),
    ),
  );
}

export function decodePinObjects(octets: Uint8Array): readonly PinObject[] {
  return records(octets, 'AODF', (reader) =>
    readSequence(reader, 'PKCS15Authentication', (outer) => {
      const { label } = readCommon(outer);
      const authId = readSequence(outer, 'commonAuthenticationObjectAttributes', (inner) =>
        readIdentifier(inner, 'authId'),
      );
      return readElement(outer, 'typeAttributes', constructedTag(1), (type) =>
        readSequence(type, 'pinAttributes', (inner) => readPinAttributes(inner, label, authId)),
      );
    }),
  );
}

function readPinAttributes(reader: Reader, label: string, authId: number): PinObject {
  const flags = namesOf(pinFlags, readNamedBits(reader, 'pinFlags'));
  readInteger(reader, 'pinType', TAG.ENUMERATED);
  const minLength = readInteger(reader, 'minLength');
  const storedLength = readInteger(reader, 'storedLength');
  if (nextTag(reader) === TAG.INTEGER) readInteger(reader, 'maxLength');
  const pinReference = nextTag(reader) === contextTag(0) ? readReference(reader) : 0;
  const padChar = nextTag(reader) === TAG['OCTET STRING'] ? readIdentifier(reader, 'padChar') : 0xff;
  if (nextTag(reader) === TAG.GeneralizedTime) readContents(reader, 'lastPinChange', TAG.GeneralizedTime);
  const path = readPath(reader);
  return { label, authId, flags, minLength, storedLength, padChar, pinReference, path };
}

/** A number in one octet, as the card sees P2: cards leave out the sign octet that DER would want from 128 on. */
function readReference(reader: Reader): number {
  return readElement(reader, 'pinReference', contextTag(0), (inner) => {
    const octets = inner.rest('pinReference');
    return octets.at(-1) ?? inner.fail('pinReference is empty');
  });
}

/** A record of a DODF: an opaque data object, known by its object identifier (§9.4.5). */
export interface DataObject extends CommonAttributes {
  readonly oid: string;
  readonly path: Path;
}

export function encodeDataObject(object: DataObject): Uint8Array {
  return derSequence(
    encodeCommon(object),
    derSequence(derOid(object.oid)),
    der(constructedTag(1), encodePath(object.path)),
  );
}

export function decodeDataObjects(octets: Uint8Array): readonly DataObject[] {
  return records(octets, 'DODF', (reader) =>
    readSequence(reader, 'PKCS15Data', (outer) => {
      const common = readCommon(outer);
      const oid = readSequence(outer, 'commonDataObjectAttributes', (inner) => {
        if (nextTag(inner) === TAG.UTF8String) readLabel(inner, TAG.UTF8String);
        return inner.left > 0 ? readOid(inner, 'applicationOID') : '';
      });
      const path = readElement(outer, 'typeAttributes', constructedTag(1), readPath);
      return { ...common, oid, path };
    }),
  );
}

/** PKCS15Operations, by bit. */
const operations = [
  ['computeChecksum', 0],
  ['computeSignature', 1],
  ['verifySignature', 3],
  ['encipher', 4],
  ['decipher', 5],
] as const satisfies readonly NamedBit[];

export interface AlgorithmInfo {
  /** What PrKDF entries refer to. */
  readonly reference: number;
  /** PKCS#11's number of the mechanism. */
  readonly algorithm: number;
  /** The curve, by object identifier. */
  readonly curve?: string;
  readonly operations: readonly (typeof operations)[number][0][];
}

/** EF(TokenInfo): §9.4.7. */
export interface TokenInfo {
  readonly serialNumber: Uint8Array;
  readonly manufacturer: string;
  readonly label: string;
  /** Security environments: number and owner. */
  readonly environments: readonly { readonly number: number; readonly owner: string }[];
  readonly algorithms: readonly AlgorithmInfo[];
}

/** PKCS15TokenFlags: prnGeneration. */
const TOKEN_FLAGS = [2];

export function encodeTokenInfo(info: TokenInfo): Uint8Array {
  return derSequence(
    derInteger(0),
    derOctets(info.serialNumber),
    der(TAG.UTF8String, encodeUtf8(info.manufacturer)),
    der(contextTag(0), encodeUtf8(info.label)),
    derNamedBits(TOKEN_FLAGS),
    derSequence(
      ...info.environments.map(({ number, owner }) => derSequence(derInteger(number), derOid(owner))),
    ),
    der(
      constructedTag(2),
      ...info.algorithms.map((it) =>
        derSequence(
          derInteger(it.reference),
          derInteger(it.algorithm),
          it.curve === undefined ? derNull : derOid(it.curve),
          derNamedBits(bitsOf(operations, it.operations)),
        ),
      ),
    ),
  );
}

export function decodeTokenInfo(octets: Uint8Array): TokenInfo {
  const reader = new Reader(octets, 'TokenInfo');
  return readSequence(reader, 'PKCS15TokenInfo', (inner) => {
    readInteger(inner, 'version');
    const serialNumber = readContents(inner, 'serialNumber', TAG['OCTET STRING']).slice();
    const manufacturer = nextTag(inner) === TAG.UTF8String ? readLabel(inner, TAG.UTF8String) : '';
    const label = nextTag(inner) === contextTag(0) ? readLabel(inner, contextTag(0)) : '';
    readNamedBits(inner, 'tokenflags');
    const environments: { number: number; owner: string }[] = [];
    if (nextTag(inner) === TAG.SEQUENCE) {
      readSequence(inner, 'seInfo', (list) => {
        while (list.left > 0) environments.push(readEnvironment(list));
      });
    }
    if (nextTag(inner) === constructedTag(1)) readContents(inner, 'recordInfo', constructedTag(1));
    const algorithms: AlgorithmInfo[] = [];
    if (nextTag(inner) === constructedTag(2)) {
      readElement(inner, 'supportedAlgorithms', constructedTag(2), (list) => {
        while (list.left > 0) algorithms.push(readAlgorithmInfo(list));
      });
    }
    inner.rest('extensions');
    return { serialNumber, manufacturer, label, environments, algorithms };
  });
}

function readEnvironment(reader: Reader): { number: number; owner: string } {
  return readSequence(reader, 'PKCS15SecurityEnvironmentInfo', (inner) => ({
    number: readInteger(inner, 'se'),
    owner: readOid(inner, 'owner'),
  }));
}

function readAlgorithmInfo(reader: Reader): AlgorithmInfo {
  return readSequence(reader, 'PKCS15AlgorithmInfo', (inner) => {
    const reference = readInteger(inner, 'reference');
    const algorithm = readInteger(inner, 'algorithm');
    const curve =
      nextTag(inner) === TAG['OBJECT IDENTIFIER']
        ? readOid(inner, 'parameters')
        : readAny(inner, 'parameters', (parameters) => void parameters.rest('parameters'));
    const supported = namesOf(operations, readNamedBits(inner, 'supportedOperations'));
    inner.rest('algId');
    return { reference, algorithm, operations: supported, ...(curve !== undefined && { curve }) };
  });
}

/** A record of EF(UnusedSpace): §9.4.8. */
export interface UnusedSpace {
  readonly path: Path;
  readonly authId?: number;
}

export function encodeUnusedSpace({ path, authId }: UnusedSpace): Uint8Array {
  return derSequence(encodePath(path), ...(authId === undefined ? [] : [derOctets(Uint8Array.of(authId))]));
}

export function decodeUnusedSpaces(octets: Uint8Array): readonly UnusedSpace[] {
  return records(octets, 'UnusedSpace', (reader) =>
    readSequence(reader, 'PKCS15UnusedSpace', (inner) => {
      const path = readPath(inner);
      const authId = nextTag(inner) === TAG['OCTET STRING'] ? readIdentifier(inner, 'authId') : undefined;
      inner.rest('extensions');
      return { path, ...(authId !== undefined && { authId }) };
    }),
  );
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
function records<T>(
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
