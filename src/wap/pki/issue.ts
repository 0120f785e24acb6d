/** Issuing X.509 certificates by the profiles of WAP-211 §6. */
import {
  encodePublicKeyInfo,
  generateEcKey,
  generateRsaKey,
  type PrivateKey,
  type PublicKey,
  signSha1,
} from '../crypto.js';
import { UsageError } from '../errors.js';
import { encodeUtf8 } from '../octets.js';
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
  TAG,
} from './der.js';
import { keyHash } from './keys.js';
import { type Name, parseName } from './name.js';
import { digitsOf, encodeUtcTime } from './utc-time.js';

import {
  type Certificate,
  DNS_NAME,
  decodeCertificate,
  EXTENSION,
  IP_ADDRESS,
  type KeyUsage,
  keyUsages,
  OID_SERVER_AUTH,
  OID_SHA1_ECDSA,
  OID_SHA1_RSA,
  plainToDer,
} from './x509.js';

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
  const extensions = [extension(EXTENSION.keyUsage, true, derNamedBits(usage))];
  if (profile === 'authority') {
    extensions.push(extension(EXTENSION.basicConstraints, true, derSequence(derBoolean(true))));
  }
  if (profile === 'server') {
    extensions.push(extension(EXTENSION.extKeyUsage, false, derSequence(derOid(OID_SERVER_AUTH))));
  }
  const names = [
    ...domainNames.map((name) => der(DNS_NAME, encodeUtf8(name))),
    ...addresses.map((address) => der(IP_ADDRESS, address)),
  ];
  if (names.length > 0) extensions.push(extension(EXTENSION.subjectAltName, false, derSequence(...names)));
  // WAP-211 §6.2.6: the identifiers are the hashes by which the card knows the keys (WAP-260 §9.4.4).
  extensions.push(extension(EXTENSION.subjectKeyIdentifier, false, derOctets(keyHash(publicKey))));
  const identifier = derSequence(der(contextTag(0), issuerHash));
  extensions.push(extension(EXTENSION.authorityKeyIdentifier, false, identifier));
  return extensions;
}

/** WAP-211 §6.2.6, §6.3, §6.6.6. */
function usageFor(profile: Profile, key: PublicKey): readonly KeyUsage[] {
  if (profile === 'authority') return ['keyCertSign', 'cRLSign'];
  if (profile === 'signature') return ['nonRepudiation'];
  if (key.type === 'ec') return ['digitalSignature', 'keyAgreement'];
  return ['digitalSignature', 'keyEncipherment'];
}
