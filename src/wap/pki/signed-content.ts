/**
 * SignedContent, the result of Crypto.signText: WAP-161 §6, in the presentation language of WTLS. What is signed is a
 * template of PKCS#7 attributes (§6.2), which `signedAttributes` fills in.
 */
import { sha1 } from '../crypto.js';
import { concat, encodeUtf8, type Field, Reader, Writer } from '../octets.js';
import type { Millis } from '../time.js';
import { decodeUtcTime, encodeUtcTime } from './utc-time.js';
import { encodeWtlsCertificate, readWtlsCertificate, type WtlsCertificate } from './wtls-certificate.js';

/** The only version of the structure. */
export const SIGNED_CONTENT_VERSION = 1;

/** DataSignatureAlgorithm: §6. */
export const dataSignatureAlgorithms = {
  null: 0,
  rsa_sha_pkcs1: 1,
  ecdsa_sha_p1363: 2,
} as const satisfies Record<string, number>;

/** SignerInfoType: §6. */
export const signerInfoTypes = {
  implicit: 0,
  sha_key_hash: 1,
  wtls_certificate: 2,
  x509_certificate: 3,
  x968_certificate: 4,
  certificate_url: 5,
} as const satisfies Record<string, number>;

/** ContentType: §6. */
export const contentTypes = { text: 1, data: 2 } as const satisfies Record<string, number>;

/** AttributeType: §6. */
export const attributeTypes = { gmt_utc_time: 1, signer_nonce: 2 } as const satisfies Record<string, number>;

/** The octets that a nonce has: §6. */
export const NONCE_OCTETS = 8;

export type Signature =
  | { readonly algorithm: 'null' }
  | { readonly algorithm: 'rsa_sha_pkcs1' | 'ecdsa_sha_p1363'; readonly signature: Uint8Array };

export type SignerInfo =
  | { readonly type: 'implicit' }
  | { readonly type: 'sha_key_hash'; readonly hash: Uint8Array }
  | { readonly type: 'wtls_certificate'; readonly certificate: WtlsCertificate }
  | { readonly type: 'x509_certificate'; readonly certificate: Uint8Array }
  | { readonly type: 'x968_certificate'; readonly certificate: Uint8Array }
  | { readonly type: 'certificate_url'; readonly url: string };

export interface ContentInfo {
  readonly type: 'text' | 'data';
  /** For text the IANA number of its character set (MIBEnum): 106 is UTF-8. Not protected by the signature. */
  readonly encoding: number;
  /** Left out where the verifier has it already. */
  readonly content?: Uint8Array;
}

export type AuthenticatedAttribute =
  | { readonly type: 'gmt_utc_time'; readonly time: Millis }
  | { readonly type: 'signer_nonce'; readonly nonce: Uint8Array };

export interface SignedContent {
  readonly version: typeof SIGNED_CONTENT_VERSION;
  readonly signature: Signature;
  readonly signerInfos: readonly SignerInfo[];
  readonly contentInfo: ContentInfo;
  readonly authenticatedAttributes: readonly AuthenticatedAttribute[];
}

/** Any octets give a SignedContent or a DecodeError. */
export function decodeSignedContent(octets: Uint8Array, record?: Field[]): SignedContent {
  const reader = new Reader(octets, 'SignedContent', record);
  const version = reader.uint8('version');
  if (version !== SIGNED_CONTENT_VERSION) reader.fail(`version ${version} is unknown`);
  const signature = reader.group('signature', readSignature);
  const signerInfos = reader.inside('signer_infos', reader.uint16('signer_infos length'), (inner) =>
    readAll(inner, readSignerInfo),
  );
  const contentInfo = reader.group('content_info', readContentInfo);
  const authenticatedAttributes = reader.inside(
    'authenticated_attributes',
    reader.uint8('authenticated_attributes length'),
    (inner) => readAll(inner, readAttribute),
  );
  reader.end();
  return { version: SIGNED_CONTENT_VERSION, signature, signerInfos, contentInfo, authenticatedAttributes };
}

function readAll<T>(reader: Reader, read: (reader: Reader) => T): readonly T[] {
  const list: T[] = [];
  while (reader.left > 0) list.push(read(reader));
  return list;
}

function readSignature(reader: Reader): Signature {
  const algorithm = reader.uint8('algorithm');
  switch (algorithm) {
    case dataSignatureAlgorithms.null:
      return { algorithm: 'null' };
    case dataSignatureAlgorithms.rsa_sha_pkcs1:
      return { algorithm: 'rsa_sha_pkcs1', signature: readOpaque16(reader, 'signature') };
    case dataSignatureAlgorithms.ecdsa_sha_p1363:
      return { algorithm: 'ecdsa_sha_p1363', signature: readOpaque16(reader, 'signature') };
    default:
      // What follows could be anything: the structure gives unknown algorithms no length that could be trusted.
      return reader.fail(`the signature algorithm ${algorithm} is unknown`);
  }
}

function readSignerInfo(reader: Reader): SignerInfo {
  const type = reader.uint8('signer_info_type');
  switch (type) {
    case signerInfoTypes.implicit:
      return { type: 'implicit' };
    case signerInfoTypes.sha_key_hash:
      return { type: 'sha_key_hash', hash: reader.octets('hash', 20).slice() };
    case signerInfoTypes.wtls_certificate:
      return { type: 'wtls_certificate', certificate: readWtlsCertificate(reader) };
    case signerInfoTypes.x509_certificate:
      return { type: 'x509_certificate', certificate: readOpaque16(reader, 'x509_certificate') };
    case signerInfoTypes.x968_certificate:
      return { type: 'x968_certificate', certificate: readOpaque16(reader, 'x968_certificate') };
    case signerInfoTypes.certificate_url:
      return { type: 'certificate_url', url: readUrl(reader) };
    default:
      return reader.fail(`the signer information ${type} is unknown`);
  }
}

function readUrl(reader: Reader): string {
  const octets = reader.octets('url', reader.uint8('url length'));
  // RFC 1738: printable ASCII and nothing else.
  if (octets.some((octet) => octet <= 0x20 || octet >= 0x7f))
    reader.fail('the url is not of printable ASCII');
  return String.fromCharCode(...octets);
}

function readContentInfo(reader: Reader): ContentInfo {
  const number = reader.uint8('content_type');
  if (number !== contentTypes.text && number !== contentTypes.data) {
    reader.fail(`the content type ${number} is unknown`);
  }
  const type = number === contentTypes.text ? 'text' : 'data';
  const encoding = reader.uint16('content_encoding');
  const present = reader.uint8('content_present');
  if (present > 1) reader.fail(`content_present is ${present}, neither true nor false`);
  return present === 1 ? { type, encoding, content: readOpaque16(reader, 'content') } : { type, encoding };
}

function readAttribute(reader: Reader): AuthenticatedAttribute {
  const type = reader.uint8('attribute_type');
  if (type === attributeTypes.signer_nonce) {
    return { type: 'signer_nonce', nonce: reader.octets('signer_nonce', NONCE_OCTETS).slice() };
  }
  if (type !== attributeTypes.gmt_utc_time) return reader.fail(`the attribute ${type} is unknown`);
  const time = decodeUtcTime(reader.octets('gmt_utc_time', 12));
  return { type: 'gmt_utc_time', time: time ?? reader.fail('gmt_utc_time is no time') };
}

/** A copy: what was decoded outlives the octets that it came from. */
function readOpaque16(reader: Reader, name: string): Uint8Array {
  return reader.octets(name, reader.uint16(`${name} length`)).slice();
}

export function encodeSignedContent(value: SignedContent): Uint8Array {
  const { signature, contentInfo } = value;
  const writer = new Writer().uint8(value.version).uint8(dataSignatureAlgorithms[signature.algorithm]);
  if (signature.algorithm !== 'null') writeOpaque16(writer, signature.signature);
  writeOpaque16(writer, concat(value.signerInfos.map(encodeSignerInfo)));
  writer.uint8(contentTypes[contentInfo.type]).uint16(contentInfo.encoding);
  writer.uint8(contentInfo.content === undefined ? 0 : 1);
  if (contentInfo.content !== undefined) writeOpaque16(writer, contentInfo.content);
  const attributes = concat(value.authenticatedAttributes.map(encodeAttribute));
  return writer.uint8(attributes.length).octets(attributes).done();
}

function writeOpaque16(writer: Writer, octets: Uint8Array): void {
  writer.uint16(octets.length).octets(octets);
}

function encodeSignerInfo(info: SignerInfo): Uint8Array {
  const writer = new Writer().uint8(signerInfoTypes[info.type]);
  switch (info.type) {
    case 'implicit':
      break;
    case 'sha_key_hash':
      if (info.hash.length !== 20) throw new RangeError('a key hash has 20 octets');
      writer.octets(info.hash);
      break;
    case 'wtls_certificate':
      writer.octets(encodeWtlsCertificate(info.certificate));
      break;
    case 'x509_certificate':
    case 'x968_certificate':
      writeOpaque16(writer, info.certificate);
      break;
    case 'certificate_url': {
      const url = encodeUtf8(info.url);
      writer.uint8(url.length).octets(url);
    }
  }
  return writer.done();
}

function encodeAttribute(attribute: AuthenticatedAttribute): Uint8Array {
  const writer = new Writer().uint8(attributeTypes[attribute.type]);
  const octets = attribute.type === 'gmt_utc_time' ? utcTime(attribute.time) : nonceOf(attribute.nonce);
  return writer.octets(octets).done();
}

function utcTime(time: Millis): Uint8Array {
  const octets = encodeUtcTime(time);
  if (octets === undefined) throw new RangeError('a signing time is from 1950 to 2049');
  return octets;
}

function nonceOf(nonce: Uint8Array): Uint8Array {
  if (nonce.length !== NONCE_OCTETS) throw new RangeError(`a nonce has ${NONCE_OCTETS} octets`);
  return nonce;
}

/** The two templates as printed in §6.2, up to what is filled in. */
// biome-ignore format: as printed
const TEMPLATE = {
  /** 95 octets, with the signing time. */
  timeHead: [
    0x31, 0x5d,
    0x30, 0x18, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03,
    0x31, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01,
    0x30, 0x1c, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05,
    0x31, 0x0f, 0x17, 0x0d,
  ],
  /** 91 octets, with the signer's nonce. */
  nonceHead: [
    0x31, 0x59,
    0x30, 0x18, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03,
    0x31, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01,
    0x30, 0x18, 0x06, 0x0a, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x19, 0x03,
    0x31, 0x0a, 0x04, 0x08,
  ],
  digestHead: [
    0x30, 0x23, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04,
    0x31, 0x16, 0x04, 0x14,
  ],
} as const;

const Z = 0x5a;

/**
 * What is hashed and signed: §6.2. Only the octets of the content go in: its character set does not, so that nobody
 * may rely on it.
 */
export function signedAttributes(content: Uint8Array, attribute: AuthenticatedAttribute): Uint8Array {
  return attributesOfDigest(sha1(content), attribute);
}

/** The same for a content of which only the SHA-1 digest is known. */
export function attributesOfDigest(digest: Uint8Array, attribute: AuthenticatedAttribute): Uint8Array {
  const { timeHead, nonceHead, digestHead } = TEMPLATE;
  return attribute.type === 'gmt_utc_time'
    ? Uint8Array.of(...timeHead, ...utcTime(attribute.time), Z, ...digestHead, ...digest)
    : Uint8Array.of(...nonceHead, ...nonceOf(attribute.nonce), ...digestHead, ...digest);
}
