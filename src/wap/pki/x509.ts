/**
 * X.509 certificates by the profile of WAP-211 §6 (and RFC 2459, which it builds on): reading them, issuing them, and
 * following a chain to a trusted authority.
 */
import {
  encodePublicKeyInfo,
  generateEcKey,
  generateRsaKey,
  type PrivateKey,
  type PublicKey,
  signSha1,
  toBigint,
  toOctets,
  verifySha1,
} from '../crypto.js';
import { UsageError } from '../errors.js';
import { decodeLatin1, encodeUtf8, equalOctets, type Field, Reader } from '../octets.js';
import type { Random } from '../random.js';
import type { Millis } from '../time.js';
import { curveByNumber } from './curves.js';
import {
  constructedTag,
  contextTag,
  der,
  derBits,
  derBoolean,
  derInteger,
  derNamedBits,
  derNull,
  derOctets,
  derOid,
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
import { attributeOf, decodeName, formatName, type Name, parseName } from './name.js';
import { decodeLongTime, decodeUtcTime, digitsOf, encodeUtcTime } from './utc-time.js';

/** WAP-211 §9.1: the two algorithms of the profile. */
export const OID_SHA1_RSA = '1.2.840.113549.1.1.5';
export const OID_SHA1_ECDSA = '1.2.840.10045.4.1';

/** RFC 2459 §4.2.1.3, in the order of its bits. */
const keyUsages = [
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

const OID = {
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
  const usage = read(OID.keyUsage, (reader) => readNamedBits(reader, 'keyUsage'));
  const keyUsage = usage && keyUsages.filter((_, bit) => usage.includes(bit));
  const extKeyUsage = read(OID.extKeyUsage, (reader) =>
    readSequence(reader, 'extKeyUsage', (inner) => readList(inner, (it) => readOid(it, 'KeyPurposeId'))),
  );
  const constraints = read(OID.basicConstraints, readBasicConstraints);
  const subjectKeyIdentifier = read(OID.subjectKeyIdentifier, (reader) =>
    readContents(reader, 'subjectKeyIdentifier', TAG['OCTET STRING']),
  );
  const authorityKeyIdentifier = read(OID.authorityKeyIdentifier, readAuthorityKeyIdentifier);
  const names = read(OID.subjectAltName, readGeneralNames) ?? [];
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
const DNS_NAME = contextTag(2);
const IP_ADDRESS = contextTag(7);

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

/** What a certificate is for: the profiles of WAP-211 §6.2, §6.3, §6.4 and §6.6. */
export type Profile = 'authentication' | 'signature' | 'server' | 'authority';

/** Who issues: a certificate that may sign others, and the private key that goes with it. */
export interface Authority {
  readonly certificate: Certificate;
  readonly privateKey: PrivateKey;
}

/** What a certificate will say. */
export interface IssueRequest {
  readonly profile: Profile;
  /** `CN=Alice, O=Shop, C=FI`, or a name as read. */
  readonly subject: string | Name;
  readonly publicKey: PublicKey;
  readonly notBefore: Millis;
  readonly notAfter: Millis;
  /** dNSName of subjectAltName. */
  readonly domainNames?: readonly string[];
  readonly addresses?: readonly Uint8Array[];
}

const DAY: Millis = 24 * 60 * 60 * 1000;
const YEAR: Millis = 365 * DAY;

/** WAP-211 §6.2.1: serial numbers longer than 8 octets should be avoided; the topmost bit must not be set. */
const SERIAL_OCTETS = 8;

export interface AuthorityOptions {
  readonly random: Random;
  readonly now: Millis;
  readonly subject?: string;
  /** Of the RSA modulus; or the number of a curve in WAP-261 Appendix A. */
  readonly key?: { readonly rsaBits: number } | { readonly curve: number };
  readonly years?: number;
}

/** A new authority: its key, and a certificate that it signs itself (WAP-211 §6.6). */
export function createAuthority(options: AuthorityOptions): Authority {
  const {
    random,
    now,
    subject = 'CN=wapstack root, O=wapstack',
    key = { rsaBits: 1024 },
    years = 20,
  } = options;
  const privateKey =
    'rsaBits' in key ? generateRsaKey(random, key.rsaBits) : generateEcKey(random, curve(key.curve));
  const name = parseName(subject);
  const certificate = issue(random, privateKey, name, keyHash(privateKey.publicKey), {
    profile: 'authority',
    subject: name,
    publicKey: privateKey.publicKey,
    ...validity(now, years),
  });
  return { certificate, privateKey };
}

/** A key on the curve with this number. */
function curve(number: number) {
  const found = curveByNumber(number);
  if (found === undefined) throw new UsageError(`WAP-261 Appendix A has no curve ${number}`);
  return found;
}

/** From an hour before `now`, for clocks that are late, for `years` years. */
export function validity(
  now: Millis,
  years: number,
): { readonly notBefore: Millis; readonly notAfter: Millis } {
  const notBefore = now - 60 * 60 * 1000;
  return { notBefore, notAfter: notBefore + years * YEAR };
}

/** A certificate that `authority` signs. */
export function issueCertificate(random: Random, authority: Authority, request: IssueRequest): Certificate {
  const { certificate, privateKey } = authority;
  if (!certificate.authority) throw new UsageError('only an authority can issue certificates');
  return issue(random, privateKey, certificate.subject, certificate.keyHash, request);
}

function issue(
  random: Random,
  key: PrivateKey,
  issuer: Name,
  issuerHash: Uint8Array,
  request: IssueRequest,
): Certificate {
  const { publicKey, notBefore, notAfter } = request;
  const subject = typeof request.subject === 'string' ? parseName(request.subject) : request.subject;
  const serial = random.octets(SERIAL_OCTETS).slice();
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const algorithm =
    key.type === 'rsa' ? derSequence(derOid(OID_SHA1_RSA), derNull) : derSequence(derOid(OID_SHA1_ECDSA));
  const toBeSigned = derSequence(
    der(constructedTag(0), derInteger(2)),
    derUnsigned(serial),
    algorithm,
    issuer.octets,
    derSequence(derTime(notBefore), derTime(notAfter)),
    subject.octets,
    encodePublicKeyInfo(publicKey),
    der(constructedTag(3), derSequence(...extensionsFor(request, issuerHash))),
  );
  const plain = signSha1(key, toBeSigned);
  const signature = key.type === 'rsa' ? plain : plainToDer(plain);
  return decodeCertificate(derSequence(toBeSigned, algorithm, derBits(signature)));
}

/** UTCTime until 2049, GeneralizedTime from then on: RFC 2459 §4.1.2.5. */
function derTime(time: Millis): Uint8Array {
  const short = encodeUtcTime(time);
  const z = encodeUtf8('Z');
  return short === undefined
    ? der(TAG.GeneralizedTime, encodeUtf8(digitsOf(time)), z)
    : der(TAG.UTCTime, short, z);
}

function extensionsFor(request: IssueRequest, issuerHash: Uint8Array): readonly Uint8Array[] {
  const { profile, publicKey, domainNames = [], addresses = [] } = request;
  const extension = (oid: string, critical: boolean, value: Uint8Array) =>
    derSequence(derOid(oid), ...(critical ? [derBoolean(true)] : []), derOctets(value));
  const usage = usageFor(profile, publicKey).map((name) => keyUsages.indexOf(name));
  const extensions = [extension(OID.keyUsage, true, derNamedBits(usage))];
  if (profile === 'authority') {
    extensions.push(extension(OID.basicConstraints, true, derSequence(derBoolean(true))));
  }
  if (profile === 'server') {
    extensions.push(extension(OID.extKeyUsage, false, derSequence(derOid(OID_SERVER_AUTH))));
  }
  const names = [
    ...domainNames.map((name) => der(DNS_NAME, encodeUtf8(name))),
    ...addresses.map((address) => der(IP_ADDRESS, address)),
  ];
  if (names.length > 0) extensions.push(extension(OID.subjectAltName, false, derSequence(...names)));
  // WAP-211 §6.2.6: the identifiers are the hashes by which the card knows the keys (WAP-260 §9.4.4).
  extensions.push(extension(OID.subjectKeyIdentifier, false, derOctets(keyHash(publicKey))));
  const identifier = derSequence(der(contextTag(0), issuerHash));
  extensions.push(extension(OID.authorityKeyIdentifier, false, identifier));
  return extensions;
}

/** WAP-211 §6.2.6, §6.3, §6.6.6. */
function usageFor(profile: Profile, key: PublicKey): readonly KeyUsage[] {
  if (profile === 'authority') return ['keyCertSign', 'cRLSign'];
  if (profile === 'signature') return ['nonRepudiation'];
  if (key.type === 'ec') return ['digitalSignature', 'keyAgreement'];
  return ['digitalSignature', 'keyEncipherment'];
}

/** Certificates from the one asked about up to a trusted one, or why there is no such chain. */
export type Chain =
  | { readonly ok: true; readonly path: readonly Certificate[] }
  | { readonly ok: false; readonly reason: string };

/** More authorities in a row than anyone uses; WAP-211 §6.1 asks for three. */
const CHAIN_MOST = 8;

/** Signatures that are tried for one chain: certificates that sign each other would otherwise multiply the ways. */
const SIGNATURES_MOST = 64;

/** Extensions that, marked critical, do not end the processing: those that `decodeCertificate` reads. */
const understood: ReadonlySet<string> = new Set(Object.values(OID));

/**
 * Follows `certificate` to one of `trusted` through `others`: names, key identifiers, signatures, validity at `at`,
 * constraints and critical extensions of every link (RFC 2459 §6, within the limits of WAP-211 §6.1). Trusted
 * certificates are checked for validity too.
 */
export function findChain(
  certificate: Certificate,
  others: readonly Certificate[],
  trusted: readonly Certificate[],
  at: Millis,
): Chain {
  const own = linkFault(certificate, at);
  if (own !== undefined) return { ok: false, reason: own };
  const signatures = { left: SIGNATURES_MOST };
  const step = (path: readonly Certificate[]): Chain =>
    climb(path, [...trusted, ...others], trusted, at, signatures, step);
  return step([certificate]);
}

function climb(
  path: readonly Certificate[],
  issuers: readonly Certificate[],
  trusted: readonly Certificate[],
  at: Millis,
  signatures: { left: number },
  next: (path: readonly Certificate[]) => Chain,
): Chain {
  const last = path[path.length - 1];
  if (last === undefined) return { ok: false, reason: 'there is no certificate' };
  if (trusted.some((it) => equalOctets(it.octets, last.octets))) return { ok: true, path };
  if (path.length >= CHAIN_MOST)
    return { ok: false, reason: `the chain has more than ${CHAIN_MOST} certificates` };
  let reason = `no certificate of ${formatName(last.issuer)} is trusted`;
  for (const issuer of issuers) {
    if (!isIssuerOf(issuer, last) || path.includes(issuer)) continue;
    if (signatures.left-- === 0) return { ok: false, reason: 'too many certificates bear the same name' };
    const fault = issuerFault(issuer, last, path.length - 1, at);
    const chain: Chain = fault === undefined ? next([...path, issuer]) : { ok: false, reason: fault };
    if (chain.ok) return chain;
    reason = chain.reason;
  }
  return { ok: false, reason };
}

function isIssuerOf(issuer: Certificate, certificate: Certificate): boolean {
  if (!equalOctets(issuer.subject.octets, certificate.issuer.octets)) return false;
  const wanted = certificate.authorityKeyIdentifier;
  const found = issuer.subjectKeyIdentifier;
  return wanted === undefined || found === undefined || equalOctets(wanted, found);
}

function issuerFault(
  issuer: Certificate,
  certificate: Certificate,
  below: number,
  at: Millis,
): string | undefined {
  const name = formatName(issuer.subject);
  // A certificate of version 1 cannot say that it is an authority; only a trusted one would be believed, and is not.
  if (!issuer.authority) return `${name} is no authority`;
  if (issuer.keyUsage?.includes('keyCertSign') === false)
    return `the key of ${name} may not sign certificates`;
  if (issuer.pathLength !== undefined && issuer.pathLength < below) {
    return `${name} allows ${issuer.pathLength} authorities below it`;
  }
  if (!isSignedBy(certificate, issuer.publicKey)) {
    return `the signature of ${name} on the certificate of ${formatName(certificate.subject)} is wrong`;
  }
  return linkFault(issuer, at);
}

function linkFault(certificate: Certificate, at: Millis): string | undefined {
  const name = formatName(certificate.subject);
  if (at < certificate.notBefore) {
    return `the certificate of ${name} is not valid before ${new Date(certificate.notBefore).toISOString()}`;
  }
  if (at > certificate.notAfter) {
    return `the certificate of ${name} expired ${new Date(certificate.notAfter).toISOString()}`;
  }
  const unknown = certificate.extensions.find(({ oid, critical }) => critical && !understood.has(oid));
  return unknown && `the certificate of ${name} has the critical extension ${unknown.oid}, which is unknown`;
}

/** A name for a person: the common name, or the whole distinguished name. */
export function displayName(name: Name): string {
  return attributeOf(name, 'CN') ?? attributeOf(name, 'serialNumber') ?? formatName(name);
}
