/** X.509 certificates by the profile of WAP-211 §6 (and RFC 2459, which it builds on): reading them. */
import { type PublicKey, toBigint, toOctets, verifySha1 } from '../crypto.js';
import { decodeLatin1, type Field, Reader } from '../octets.js';
import type { Millis } from '../time.js';
import {
  constructedTag,
  contextTag,
  derSequence,
  derUnsigned,
  nextTag,
  readAny,
  readBits,
  readBoolean,
  readContents,
  readElement,
  readInteger,
  readList,
  readNamedBits,
  readOid,
  readSequence,
  readUnsigned,
  TAG,
} from './der.js';
import { keyHash, readPublicKeyInfo } from './keys.js';
import { attributeOf, decodeName, formatName, type Name } from './name.js';
import { decodeLongTime, decodeUtcTime } from './utc-time.js';

/** WAP-211 §9.1: the two algorithms of the profile. */
export const OID_SHA1_RSA = '1.2.840.113549.1.1.5';
export const OID_SHA1_ECDSA = '1.2.840.10045.4.1';

/** RFC 2459 §4.2.1.3, in the order of its bits. */
export const keyUsages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsage = (typeof keyUsages)[number];

export const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
} as const;

/** id-kp-serverAuth: WAP-211 §6.4.7. */
export const OID_SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** A certificate as read: what the profile names, and everything else in `extensions`. */
export interface Certificate {
  /** The whole certificate in DER. */
  readonly octets: Uint8Array;
  /** What the issuer signed. */
  readonly toBeSigned: Uint8Array;
  readonly version: number;
  /** A magnitude, big-endian. */
  readonly serialNumber: Uint8Array;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: Millis;
  readonly notAfter: Millis;
  readonly publicKey: PublicKey;
  /** The SHA-1 hash by which WTLS, signText and the card know the public key. */
  readonly keyHash: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  readonly extensions: readonly Extension[];
  readonly keyUsage?: readonly KeyUsage[];
  readonly extKeyUsage?: readonly string[];
  /** Whether it may sign certificates; `pathLength` further authorities below it at most. */
  readonly authority: boolean;
  readonly pathLength?: number;
  readonly subjectKeyIdentifier?: Uint8Array;
  readonly authorityKeyIdentifier?: Uint8Array;
  /** dNSName and iPAddress choices of subjectAltName. */
  readonly domainNames: readonly string[];
  readonly addresses: readonly Uint8Array[];
}

/** Reads one certificate in DER. */
export function decodeCertificate(octets: Uint8Array, record?: Field[]): Certificate {
  const reader = new Reader(octets, 'X.509', record);
  const certificate = readSequence(reader, 'Certificate', (inner) => {
    const start = inner.offset;
    const body = readSequence(inner, 'tbsCertificate', (tbs) => readToBeSigned(tbs, octets));
    const toBeSigned = octets.subarray(start, inner.offset);
    const signatureAlgorithm = readAlgorithm(inner, 'signatureAlgorithm');
    const signature = readBits(inner, 'signatureValue');
    if (signatureAlgorithm !== body.innerAlgorithm) inner.fail('the two signature algorithms differ');
    const { innerAlgorithm: _, ...fields } = body;
    return { ...fields, octets, toBeSigned, signatureAlgorithm, signature };
  });
  reader.end();
  return certificate;
}

function readToBeSigned(tbs: Reader, octets: Uint8Array) {
  const version =
    nextTag(tbs) === constructedTag(0)
      ? readElement(tbs, 'version', constructedTag(0), (inner) => readInteger(inner, 'version')) + 1
      : 1;
  if (version > 3) tbs.fail(`certificates of version ${version} are unknown`);
  const serialNumber = readUnsigned(tbs, 'serialNumber');
  const innerAlgorithm = readAlgorithm(tbs, 'signature');
  const issuer = readName(tbs, 'issuer', octets);
  const [notBefore, notAfter] = readSequence(
    tbs,
    'validity',
    (inner) => [readTime(inner, 'notBefore'), readTime(inner, 'notAfter')] as const,
  );
  const subject = readName(tbs, 'subject', octets);
  const publicKey = readPublicKeyInfo(tbs);
  for (const [number, name] of [
    [1, 'issuerUniqueID'],
    [2, 'subjectUniqueID'],
  ] as const) {
    if (nextTag(tbs) === contextTag(number)) readContents(tbs, name, contextTag(number));
  }
  const extensions =
    nextTag(tbs) === constructedTag(3)
      ? readElement(tbs, 'extensions', constructedTag(3), (inner) =>
          readSequence(inner, 'Extensions', (list) => readList(list, readExtension)),
        )
      : [];
  return {
    innerAlgorithm,
    version,
    serialNumber,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    keyHash: keyHash(publicKey),
    extensions,
    ...knownExtensions(extensions),
  };
}

function readAlgorithm(reader: Reader, name: string): string {
  return readSequence(reader, name, (inner) => {
    const oid = readOid(inner, 'algorithm');
    if (inner.left > 0) readAny(inner, 'parameters', (parameters) => parameters.rest('parameters'));
    return oid;
  });
}

function readName(reader: Reader, name: string, octets: Uint8Array): Name {
  const start = reader.offset;
  readContents(reader, name, TAG.SEQUENCE);
  return decodeName(octets.subarray(start, reader.offset));
}

function readTime(reader: Reader, name: string): Millis {
  return readAny(reader, name, (inner, tag) => {
    const octets = inner.rest(name);
    if (octets.at(-1) !== 0x5a) inner.fail(`${name} does not end in Z`);
    const digits = octets.subarray(0, -1);
    const time =
      tag === TAG.UTCTime
        ? decodeUtcTime(digits)
        : tag === TAG.GeneralizedTime
          ? decodeLongTime(decodeLatin1(digits))
          : undefined;
    return time ?? inner.fail(`${name} is no time`);
  });
}

function readExtension(reader: Reader): Extension {
  return readSequence(reader, 'Extension', (inner) => {
    const oid = readOid(inner, 'extnID');
    const critical = nextTag(inner) === TAG.BOOLEAN ? readBoolean(inner, 'critical') : false;
    const value = readContents(inner, 'extnValue', TAG['OCTET STRING']);
    return { oid, critical, value };
  });
}

/** What the extensions say that WAP-211 §6.2.6, §6.4.7 and §6.6.6 want recognised. */
function knownExtensions(extensions: readonly Extension[]) {
  const read = <T>(oid: string, body: (reader: Reader) => T): T | undefined => {
    const extension = extensions.find((it) => it.oid === oid);
    if (extension === undefined) return undefined;
    const reader = new Reader(extension.value, 'X.509 extension');
    const value = body(reader);
    reader.end();
    return value;
  };
  const usage = read(EXTENSION.keyUsage, (reader) => readNamedBits(reader, 'keyUsage'));
  const keyUsage = usage && keyUsages.filter((_, bit) => usage.includes(bit));
  const extKeyUsage = read(EXTENSION.extKeyUsage, (reader) =>
    readSequence(reader, 'extKeyUsage', (inner) => readList(inner, (it) => readOid(it, 'KeyPurposeId'))),
  );
  const constraints = read(EXTENSION.basicConstraints, readBasicConstraints);
  const subjectKeyIdentifier = read(EXTENSION.subjectKeyIdentifier, (reader) =>
    readContents(reader, 'subjectKeyIdentifier', TAG['OCTET STRING']),
  );
  const authorityKeyIdentifier = read(EXTENSION.authorityKeyIdentifier, readAuthorityKeyIdentifier);
  const names = read(EXTENSION.subjectAltName, readGeneralNames) ?? [];
  return {
    ...(keyUsage && { keyUsage }),
    ...(extKeyUsage && { extKeyUsage }),
    authority: constraints?.authority ?? false,
    ...(constraints?.pathLength !== undefined && { pathLength: constraints.pathLength }),
    ...(subjectKeyIdentifier && { subjectKeyIdentifier }),
    ...(authorityKeyIdentifier && { authorityKeyIdentifier }),
    domainNames: names.filter(({ tag }) => tag === DNS_NAME).map(({ value }) => decodeLatin1(value)),
    addresses: names.filter(({ tag }) => tag === IP_ADDRESS).map(({ value }) => value),
  };
}

/** GeneralName choices: RFC 2459 §4.2.1.7. */
export const DNS_NAME = contextTag(2);
export const IP_ADDRESS = contextTag(7);

function readBasicConstraints(reader: Reader): { authority: boolean; pathLength?: number } {
  return readSequence(reader, 'basicConstraints', (inner) => {
    const authority = nextTag(inner) === TAG.BOOLEAN ? readBoolean(inner, 'cA') : false;
    return inner.left > 0
      ? { authority, pathLength: readInteger(inner, 'pathLenConstraint') }
      : { authority };
  });
}

function readAuthorityKeyIdentifier(reader: Reader): Uint8Array | undefined {
  return readSequence(reader, 'authorityKeyIdentifier', (inner) => {
    const tag = contextTag(0);
    const identifier = nextTag(inner) === tag ? readContents(inner, 'keyIdentifier', tag) : undefined;
    inner.rest('authorityCertIssuer and serial number');
    return identifier;
  });
}

function readGeneralNames(reader: Reader): readonly { tag: number; value: Uint8Array }[] {
  return readSequence(reader, 'GeneralNames', (inner) =>
    readList(inner, (it) =>
      readAny(it, 'GeneralName', (content, tag) => ({ tag, value: content.rest('value') })),
    ),
  );
}

/** Whether `certificate` carries a signature that `key` made. */
export function isSignedBy(certificate: Certificate, key: PublicKey): boolean {
  const algorithm = key.type === 'rsa' ? OID_SHA1_RSA : OID_SHA1_ECDSA;
  if (certificate.signatureAlgorithm !== algorithm) return false;
  if (key.type === 'rsa') return verifySha1(key, certificate.toBeSigned, certificate.signature);
  const signature = derToPlain(certificate.signature, key);
  return signature !== undefined && verifySha1(key, certificate.toBeSigned, signature);
}

/** ECDSA-Sig-Value in DER as r and s one behind the other; `undefined` where it is none. */
export function derToPlain(octets: Uint8Array, key: PublicKey & { type: 'ec' }): Uint8Array | undefined {
  const length = Math.ceil(key.curve.order.toString(2).length / 8);
  try {
    const reader = new Reader(octets, 'ECDSA-Sig-Value');
    const plain = readSequence(reader, 'ECDSA-Sig-Value', (inner) => {
      const r = readUnsigned(inner, 'r');
      const s = readUnsigned(inner, 's');
      if (r.length > length || s.length > length) inner.fail('a number is longer than the order');
      return Uint8Array.of(...toOctets(toBigint(r), length), ...toOctets(toBigint(s), length));
    });
    reader.end();
    return plain;
  } catch {
    return undefined;
  }
}

/** r and s one behind the other as ECDSA-Sig-Value in DER. */
export function plainToDer(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2;
  return derSequence(derUnsigned(signature.subarray(0, half)), derUnsigned(signature.subarray(half)));
}

/** The certificate's serial number in hexadecimal digits. */
export function serialText(certificate: Certificate): string {
  return toBigint(certificate.serialNumber).toString(16).toUpperCase();
}

/** A name for a person: the common name, or the whole distinguished name. */
export function displayName(name: Name): string {
  return attributeOf(name, 'CN') ?? attributeOf(name, 'serialNumber') ?? formatName(name);
}
