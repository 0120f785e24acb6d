/** What the card says about itself: EF(TokenInfo) and EF(UnusedSpace), WAP-260 §9.4.7 and §9.4.8. */
import { encodeUtf8, Reader } from '../octets.js';
import {
  constructedTag,
  contextTag,
  der,
  derInteger,
  derNamedBits,
  derNull,
  derOctets,
  derOid,
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

import {
  bitsOf,
  encodePath,
  type NamedBit,
  namesOf,
  type Path,
  readIdentifier,
  readLabel,
  readPath,
  records,
} from './pkcs15.js';

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
