/**
 * SignedContent as PKCS#7 SignedData and back: WAP-161 §6.2. The signature covers DER attributes in either form, so
 * nothing is signed anew; what the short form leaves out is known beforehand.
 */

import { OID_RSA } from '../crypto.js';
import { UsageError } from '../errors.js';
import { concat, equalOctets, type Field, Reader } from '../octets.js';
import {
  constructedTag,
  der,
  derInteger,
  derNull,
  derOctets,
  derOid,
  derSequence,
  derSet,
  derUnsigned,
  nextTag,
  readContents,
  readElement,
  readInteger,
  readOid,
  readSequence,
  readUnsigned,
  TAG,
} from './der.js';
import {
  type AuthenticatedAttribute,
  attributesOfDigest,
  type ContentInfo,
  NONCE_OCTETS,
  type SignedContent,
  type SignerInfo,
  signedAttributes,
} from './signed-content.js';
import { decodeUtcTime } from './utc-time.js';
import {
  type Certificate,
  decodeCertificate,
  derToPlain,
  OID_SHA1_ECDSA,
  OID_SHA1_RSA,
  plainToDer,
} from './x509.js';

const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  sha1: '1.3.14.3.2.26',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signerNonce: '1.2.840.113549.1.9.25.3',
} as const;

const sha1Algorithm = derSequence(derOid(OID.sha1), derNull);

/** What the short form does not carry, and the long one needs. */
export interface Pkcs7Parts {
  /** The content, where `signedContent` has none; it is then left out here too. */
  readonly content?: Uint8Array;
  /** The signer's certificate: PKCS#7 knows a signer by issuer and serial number only. */
  readonly certificate: Certificate;
  /** Certificates of authorities that go along. */
  readonly authorities?: readonly Certificate[];
}

/** ContentInfo around SignedData (PKCS#7 §9.1) in DER. */
export function toPkcs7(signedContent: SignedContent, parts: Pkcs7Parts): Uint8Array {
  const { certificate, authorities = [] } = parts;
  const { contentInfo } = signedContent;
  const content = contentInfo.content ?? parts.content;
  if (content === undefined) throw new UsageError('PKCS#7 needs the content, for its digest');
  const [attribute] = signedContent.authenticatedAttributes;
  if (attribute === undefined)
    throw new UsageError('without a signing time or a nonce there is nothing signed');
  const enclosed = contentInfo.content === undefined ? [] : [der(constructedTag(0), derOctets(content))];
  const signedData = derSequence(
    derInteger(1),
    derSet(sha1Algorithm),
    derSequence(derOid(OID.data), ...enclosed),
    der(constructedTag(0), certificate.octets, ...authorities.map(({ octets }) => octets)),
    derSet(encodeSigner(signedContent, certificate, signedAttributes(content, attribute))),
  );
  return derSequence(derOid(OID.signedData), der(constructedTag(0), signedData));
}

function encodeSigner(
  signedContent: SignedContent,
  certificate: Certificate,
  attributes: Uint8Array,
): Uint8Array {
  const { signature } = signedContent;
  if (signature.algorithm === 'null') throw new UsageError('there is no signature');
  const rsa = signature.algorithm === 'rsa_sha_pkcs1';
  const tagged = attributes.slice();
  // In SignerInfo the SET becomes [0] IMPLICIT; signed is the SET (PKCS#7 §9.3).
  tagged[0] = constructedTag(0);
  return derSequence(
    derInteger(1),
    derSequence(certificate.issuer.octets, derUnsigned(certificate.serialNumber)),
    sha1Algorithm,
    tagged,
    rsa ? derSequence(derOid(OID_RSA), derNull) : derSequence(derOid(OID_SHA1_ECDSA)),
    derOctets(rsa ? signature.signature : plainToDer(signature.signature)),
  );
}

/** What a SignedData brought. */
export interface FromPkcs7 {
  readonly signedContent: SignedContent;
  /** The signer's certificate first. */
  readonly certificates: readonly Certificate[];
}

/** More certificates than any signature brings along. */
const CERTIFICATES_MOST = 16;

/**
 * SignedData (PKCS#7 §9.1) with one signer whose attributes are exactly those of WAP-161 §6.2: no other would verify
 * in the short form. The content is taken for text in UTF-8.
 */
export function fromPkcs7(octets: Uint8Array, record?: Field[]): FromPkcs7 {
  const reader = new Reader(octets, 'PKCS#7', record);
  const value = readSequence(reader, 'ContentInfo', (outer) => {
    expectOid(outer, 'contentType', OID.signedData);
    return readElement(outer, 'content', constructedTag(0), (inner) =>
      readSequence(inner, 'SignedData', (data) => readSignedData(data, octets)),
    );
  });
  reader.end();
  return value;
}

function expectOid(reader: Reader, name: string, expected: string): void {
  const found = readOid(reader, name);
  if (found !== expected) reader.fail(`${name} is ${found}, not ${expected}`);
}

function readSignedData(data: Reader, octets: Uint8Array): FromPkcs7 {
  readInteger(data, 'version');
  readContents(data, 'digestAlgorithms', TAG.SET);
  const content = readSequence(data, 'contentInfo', (info) => {
    expectOid(info, 'contentType', OID.data);
    if (info.left === 0) return undefined;
    return readElement(info, 'content', constructedTag(0), (inner) =>
      readContents(inner, 'content', TAG['OCTET STRING']).slice(),
    );
  });
  const certificates: Certificate[] = [];
  if (nextTag(data) === constructedTag(0)) {
    readElement(data, 'certificates', constructedTag(0), (inner) => {
      while (inner.left > 0) {
        if (certificates.length === CERTIFICATES_MOST)
          inner.fail(`more than ${CERTIFICATES_MOST} certificates`);
        const start = inner.offset;
        readContents(inner, 'Certificate', TAG.SEQUENCE);
        certificates.push(decodeCertificate(octets.slice(start, inner.offset)));
      }
    });
  }
  if (nextTag(data) === constructedTag(1)) readContents(data, 'crls', constructedTag(1));
  return readElement(data, 'signerInfos', TAG.SET, (inner) =>
    readSigner(inner, octets, content, certificates),
  );
}

function readSigner(
  reader: Reader,
  octets: Uint8Array,
  content: Uint8Array | undefined,
  certificates: readonly Certificate[],
): FromPkcs7 {
  return readSequence(reader, 'SignerInfo', (info) => {
    if (readInteger(info, 'version') !== 1) info.fail('the signer is not named by issuer and serial number');
    const signer = readIssuerAndSerial(info, octets, certificates);
    if (signer === undefined) return info.fail('the certificate of the signer is not there');
    readSequence(info, 'digestAlgorithm', (inner) => {
      expectOid(inner, 'algorithm', OID.sha1);
      inner.rest('parameters');
    });
    const attribute = readAttributes(info, content);
    const rsa = readSequence(info, 'digestEncryptionAlgorithm', (inner) => {
      const oid = readOid(inner, 'algorithm');
      inner.rest('parameters');
      return oid === OID_RSA || oid === OID_SHA1_RSA;
    });
    const encoded = readContents(info, 'encryptedDigest', TAG['OCTET STRING']).slice();
    if (info.left > 0) readContents(info, 'unauthenticatedAttributes', constructedTag(1));
    const { publicKey } = signer;
    const signature = publicKey.type === 'rsa' ? encoded : derToPlain(encoded, publicKey);
    if (signature === undefined || rsa !== (publicKey.type === 'rsa')) {
      return info.fail('the signature is not one of the kind that the certificate has a key for');
    }
    const contentInfo: ContentInfo = {
      type: 'text',
      encoding: 106,
      ...(content !== undefined && { content }),
    };
    const signerInfos: readonly SignerInfo[] = [{ type: 'x509_certificate', certificate: signer.octets }];
    return {
      signedContent: {
        version: 1,
        signature: { algorithm: rsa ? 'rsa_sha_pkcs1' : 'ecdsa_sha_p1363', signature },
        signerInfos,
        contentInfo,
        authenticatedAttributes: [attribute],
      },
      certificates: [signer, ...certificates.filter((it) => it !== signer)],
    };
  });
}

function readIssuerAndSerial(
  reader: Reader,
  octets: Uint8Array,
  certificates: readonly Certificate[],
): Certificate | undefined {
  return readSequence(reader, 'issuerAndSerialNumber', (inner) => {
    const start = inner.offset;
    readContents(inner, 'issuer', TAG.SEQUENCE);
    const issuer = octets.subarray(start, inner.offset);
    const serial = readUnsigned(inner, 'serialNumber');
    return certificates.find(
      (it) => equalOctets(it.issuer.octets, issuer) && equalOctets(it.serialNumber, serial),
    );
  });
}

/** The one attribute that can vary; the set must be, octet for octet, the template around it. */
function readAttributes(reader: Reader, content: Uint8Array | undefined): AuthenticatedAttribute {
  const body = readContents(reader, 'authenticatedAttributes', constructedTag(0));
  const set = concat([Uint8Array.of(TAG.SET, body.length), body]);
  // The templates end in the digest; the first has the time, the second the nonce, at a fixed place (§6.2).
  const digest = set.subarray(-20);
  const attribute = body.length === 0x5d ? timeIn(set) : body.length === 0x59 ? nonceIn(set) : undefined;
  if (attribute === undefined || !equalOctets(set, attributesOfDigest(digest, attribute))) {
    return reader.fail('the attributes are not those of WAP-161 §6.2');
  }
  // A content that is there but another: the short form would hide the contradiction.
  if (content !== undefined && !equalOctets(set, signedAttributes(content, attribute))) {
    return reader.fail('the digest is not that of the content');
  }
  return attribute;
}

function timeIn(set: Uint8Array): AuthenticatedAttribute | undefined {
  const time = decodeUtcTime(set.subarray(45, 57));
  return time === undefined ? undefined : { type: 'gmt_utc_time', time };
}

function nonceIn(set: Uint8Array): AuthenticatedAttribute {
  return { type: 'signer_nonce', nonce: set.slice(46, 46 + NONCE_OCTETS) };
}
