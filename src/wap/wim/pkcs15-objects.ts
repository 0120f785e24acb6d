/** The objects that directory files describe: private keys, certificates, PINs, data objects (PKCS#15 §6, WAP-260 §9.4.2 to §9.4.6). */
import { decodeLatin1, encodeUtf8, type Reader } from '../octets.js';
import {
  constructedTag,
  contextTag,
  der,
  derBoolean,
  derInteger,
  derNamedBits,
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

import {
  bitsOf,
  type CommonAttributes,
  encodeCommon,
  encodePath,
  type NamedBit,
  namesOf,
  type Path,
  readCommon,
  readIdentifier,
  readLabel,
  readPath,
  records,
} from './pkcs15.js';

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
    readAny(reader, 'PKCS15Authentication', (outer, tag): PinObject | undefined => {
      if (tag !== TAG.SEQUENCE) {
        outer.rest('another way to authenticate');
        return undefined;
      }
      const { label, authId } = readAuthentication(outer);
      return readElement(outer, 'typeAttributes', constructedTag(1), (type) =>
        readSequence(type, 'pinAttributes', (inner) => readPinAttributes(inner, label, authId)),
      );
    }),
  );
}

function readAuthentication(reader: Reader): { label: string; authId: number } {
  const { label } = readCommon(reader);
  const authId = readSequence(reader, 'commonAuthenticationObjectAttributes', (inner) =>
    readIdentifier(inner, 'authId'),
  );
  return { label, authId };
}

/**
 * A record of an AODF that WAP-260 does not have: biometricTemplate of PKCS#15 v1.1 §6.8, for terminals that look for it.
 * Terminals that know PINs only pass over it.
 */
export interface BiometricObject {
  readonly label: string;
  /** The identifier of the PIN for which it stands in. */
  readonly authId: number;
  /** P2 of VERIFY. */
  readonly reference: number;
  readonly path: Path;
}

/** biometricTemplate of PKCS15Authentication. */
const BIOMETRIC = constructedTag(0);

/** BioFlags: initialized. */
const BIO_FLAGS = [4];

/** FingerPrint: the right hand's index finger. */
const FINGER = der(
  TAG.SEQUENCE,
  der(TAG.ENUMERATED, Uint8Array.of(1)),
  der(TAG.ENUMERATED, Uint8Array.of(1)),
);

/** Patterns of features, in the arc for examples (X.660): the format is our own. */
const PATTERN_FORMAT = '2.999.1161055';

export function encodeBiometricObject(object: BiometricObject): Uint8Array {
  return der(
    BIOMETRIC,
    encodeCommon({ label: object.label, private: true, modifiable: false }),
    derSequence(derOctets(Uint8Array.of(object.authId))),
    der(
      constructedTag(1),
      derSequence(
        derNamedBits(BIO_FLAGS),
        derOid(PATTERN_FORMAT),
        FINGER,
        derInteger(object.reference),
        encodePath(object.path),
      ),
    ),
  );
}

export function decodeBiometricObjects(octets: Uint8Array): readonly BiometricObject[] {
  return records(octets, 'AODF', (reader) =>
    readAny(reader, 'PKCS15Authentication', (outer, tag): BiometricObject | undefined => {
      if (tag !== BIOMETRIC) {
        outer.rest('another way to authenticate');
        return undefined;
      }
      const { label, authId } = readAuthentication(outer);
      return readElement(outer, 'typeAttributes', constructedTag(1), (type) =>
        readSequence(type, 'biometricAttributes', (inner) => {
          readNamedBits(inner, 'bioFlags');
          readOid(inner, 'templateId');
          readAny(inner, 'bioType', (kind) => void kind.rest('bioType'));
          const reference = nextTag(inner) === TAG.INTEGER ? readInteger(inner, 'bioReference') : 0;
          if (nextTag(inner) === TAG.GeneralizedTime) readContents(inner, 'lastChange', TAG.GeneralizedTime);
          return { label, authId, reference, path: readPath(inner) };
        }),
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
