/**
 * How a server asks for a certificate: PKCS#10 (RFC 2314), as WAP-217 §7.2.1 has it, and the WTLS certificate that it gets.
 * The signature of the request proves that the key is the sender's.
 */
import {
  encodePublicKeyInfo,
  OID_RSA,
  type PrivateKey,
  type PublicKey,
  pem,
  signSha1,
  verifySha1,
} from '../crypto.js';
import { decodeLatin1, type Field, fromBase64, Reader } from '../octets.js';
import {
  constructedTag,
  der,
  derBits,
  derInteger,
  derNull,
  derOid,
  derSequence,
  nextTag,
  readBits,
  readContents,
  readInteger,
  readOid,
  readSequence,
  TAG,
} from './der.js';
import { readPublicKeyInfo } from './keys.js';
import { decodeName, type Name, parseName } from './name.js';
import { decodeWtlsCertificate, encodeWtlsCertificate, type WtlsCertificate } from './wtls-certificate.js';
import { derToPlain, OID_SHA1_ECDSA, OID_SHA1_RSA, plainToDer } from './x509.js';

export interface CertificationRequest {
  readonly subject: Name;
  readonly publicKey: PublicKey;
  /** Whether the sender has the private key. */
  readonly proven: boolean;
}

export function createCertificationRequest(subject: string, key: PrivateKey): Uint8Array {
  const info = derSequence(
    derInteger(0),
    parseName(subject).octets,
    encodePublicKeyInfo(key.publicKey),
    der(constructedTag(0)),
  );
  const plain = signSha1(key, info);
  const algorithm = key.type === 'rsa' ? [derOid(OID_SHA1_RSA), derNull] : [derOid(OID_SHA1_ECDSA)];
  return derSequence(
    info,
    derSequence(...algorithm),
    derBits(key.type === 'rsa' ? plain : plainToDer(plain)),
  );
}

export function decodeCertificationRequest(octets: Uint8Array, record?: Field[]): CertificationRequest {
  const reader = new Reader(octets, 'PKCS#10', record);
  const request = readSequence(reader, 'CertificationRequest', (outer) => {
    const start = outer.offset;
    const { subject, publicKey } = readSequence(outer, 'certificationRequestInfo', (inner) => {
      readInteger(inner, 'version');
      const from = inner.offset;
      readContents(inner, 'subject', TAG.SEQUENCE);
      const name = decodeName(octets.slice(from, inner.offset));
      const key = readPublicKeyInfo(inner);
      if (nextTag(inner) === constructedTag(0)) readContents(inner, 'attributes', constructedTag(0));
      return { subject: name, publicKey: key };
    });
    const info = octets.subarray(start, outer.offset);
    const algorithm = readSequence(outer, 'signatureAlgorithm', (inner) => {
      const oid = readOid(inner, 'algorithm');
      inner.rest('parameters');
      return oid;
    });
    const signature = readBits(outer, 'signature');
    return { subject, publicKey, proven: isProof(publicKey, algorithm, info, signature) };
  });
  reader.end();
  return request;
}

function isProof(key: PublicKey, algorithm: string, info: Uint8Array, signature: Uint8Array): boolean {
  if (key.type === 'rsa')
    return [OID_SHA1_RSA, OID_RSA].includes(algorithm) && verifySha1(key, info, signature);
  const plain = derToPlain(signature, key);
  return algorithm === OID_SHA1_ECDSA && plain !== undefined && verifySha1(key, info, plain);
}

/** The two forms in which §7.2.1 has them travel by mail or form. */
const REQUEST = 'CERTIFICATE REQUEST';
const WTLS = 'WTLS CERTIFICATE';

export function certificationRequestText(octets: Uint8Array): string {
  return pem(REQUEST, octets);
}

export function wtlsCertificateText(certificate: WtlsCertificate): string {
  return pem(WTLS, encodeWtlsCertificate(certificate));
}

/** The octets between the lines; `undefined` where the lines are not there. */
export function readCertificationRequestText(text: string): Uint8Array | undefined {
  return between(text, REQUEST);
}

export function readWtlsCertificateText(text: string): WtlsCertificate | undefined {
  const octets = between(text, WTLS);
  return octets && decodeWtlsCertificate(octets);
}

function between(text: string, label: string): Uint8Array | undefined {
  const body = new RegExp(`-----BEGIN ${label}-----([^-]*)-----END ${label}-----`).exec(text)?.[1];
  return body === undefined ? undefined : fromBase64(body);
}

/** What a server that fetches its short-lived certificate got (§7.2.3): the certificate, or why not, for a person. */
export function readShortLivedResponse(
  contentType: string,
  body: Uint8Array,
):
  | { readonly ok: true; readonly certificate: WtlsCertificate }
  | { readonly ok: false; readonly reason: string } {
  if (
    contentType === 'application/vnd.wap.wtls-user-certificate' ||
    contentType === 'application/vnd.wap.wtls-user-cert'
  ) {
    return { ok: true, certificate: decodeWtlsCertificate(body) };
  }
  return {
    ok: false,
    reason: contentType.startsWith('text/plain') ? decodeLatin1(body) : `unexpected ${contentType}`,
  };
}
