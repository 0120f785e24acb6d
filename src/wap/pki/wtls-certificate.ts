/** WTLS certificates: WAP-261 §10.5.2; what issues and verifies them: WAP-211 §6.6 and SIN 261_101. */
import {
  ecdsaSignSha1,
  ecdsaVerifySha1,
  type PrivateKey,
  type PublicKey,
  rsaSignBlock,
  rsaVerifyBlock,
  sha1,
  uncompressPoint,
} from '../crypto.js';
import { UsageError } from '../errors.js';
import {
  decodeLatin1,
  decodeUtf8,
  encodeUtf8,
  equalOctets,
  type Field,
  Reader,
  toHex,
  Writer,
} from '../octets.js';
import type { Millis } from '../time.js';
import { curveByNumber } from './curves.js';
import { KEY_HASH_OCTETS, keyHash } from './keys.js';
import { decodeName, formatName } from './name.js';

/** IdentifierType: §10.5.1.2. */
export const identifierTypes = {
  null: 0,
  text: 1,
  binary: 2,
  key_hash_sha: 254,
  x509_name: 255,
} as const satisfies Record<string, number>;

/** SignatureAlgorithm: §10.5.2. */
export const signatureAlgorithms = {
  anonymous: 0,
  ecdsa_sha: 1,
  rsa_sha: 2,
} as const satisfies Record<string, number>;

/** PublicKeyType: §10.5.2. */
export const publicKeyTypes = { rsa: 2, ecdh: 3, ecdsa: 4 } as const satisfies Record<string, number>;

/** IANA's number of UTF-8, which names SHOULD be in. */
export const UTF8_MIB_ENUM = 106;

/** A parameter index that says that the parameters follow. */
const EXPLICIT_PARAMETERS = 255;

export const WTLS_CERTIFICATE_VERSION = 1;

/** Names a party to a handshake or a certificate. */
export type Identifier =
  | { readonly type: 'null' }
  | { readonly type: 'text'; readonly characterSet: number; readonly name: Uint8Array }
  | { readonly type: 'binary'; readonly identifier: Uint8Array }
  | { readonly type: 'key_hash_sha'; readonly keyHash: Uint8Array }
  | { readonly type: 'x509_name'; readonly distinguishedName: Uint8Array };

/** Which curve or group: 0 is not applicable, 1 to 254 are Appendix A's numbers, 255 brings its parameters along. */
export interface ParameterSpecifier {
  readonly index: number;
  readonly explicit?: Uint8Array;
}

export type WtlsPublicKey =
  | { readonly type: 'rsa'; readonly exponent: Uint8Array; readonly modulus: Uint8Array }
  | { readonly type: 'ecdh' | 'ecdsa'; readonly point: Uint8Array };

export interface WtlsCertificate {
  readonly version: number;
  readonly signatureAlgorithm: keyof typeof signatureAlgorithms;
  readonly issuer: Identifier;
  /** Whole seconds since 1970, in milliseconds. */
  readonly notBefore: Millis;
  readonly notAfter: Millis;
  readonly subject: Identifier;
  readonly parameters: ParameterSpecifier;
  readonly publicKey: WtlsPublicKey;
  /** Absent when the algorithm is anonymous. */
  readonly signature?: Uint8Array;
}

export function decodeWtlsCertificate(octets: Uint8Array, record?: Field[]): WtlsCertificate {
  const reader = new Reader(octets, 'WTLS certificate', record);
  const certificate = readWtlsCertificate(reader);
  reader.end();
  return certificate;
}

/** Reads a certificate that has others behind it: the structure says itself where it ends. */
export function readWtlsCertificate(reader: Reader): WtlsCertificate {
  return reader.group('WTLSCertificate', (inner) => {
    const version = inner.uint8('certificate_version');
    if (version !== WTLS_CERTIFICATE_VERSION) inner.fail(`certificates of version ${version} are unknown`);
    const signatureAlgorithm = readNumber(inner, 'signature_algorithm', signatureAlgorithms);
    const issuer = readIdentifier(inner, 'issuer');
    const notBefore = inner.uint32('valid_not_before') * 1000;
    const notAfter = inner.uint32('valid_not_after') * 1000;
    const subject = readIdentifier(inner, 'subject');
    const type = readNumber(inner, 'public_key_type', publicKeyTypes);
    const parameters = readParameterSpecifier(inner);
    const publicKey = readPublicKey(inner, type);
    const fields = {
      version,
      signatureAlgorithm,
      issuer,
      notBefore,
      notAfter,
      subject,
      parameters,
      publicKey,
    };
    if (signatureAlgorithm === 'anonymous') return fields;
    return { ...fields, signature: opaque16(inner, 'signature', 0) };
  });
}

/** One of an enumeration; what follows an unknown one cannot be told. */
function readNumber<Table extends Record<string, number>>(
  reader: Reader,
  name: string,
  table: Table,
): keyof Table & string {
  const number = reader.uint8(name);
  const found = Object.keys(table).find((key) => table[key] === number);
  return found ?? reader.fail(`${name} ${number} is unknown`);
}

/** Identifier: §10.5.1.2. */
export function readIdentifier(reader: Reader, name: string): Identifier {
  return reader.group(name, (inner): Identifier => {
    const type = readNumber(inner, 'identifier_type', identifierTypes);
    switch (type) {
      case 'null':
        return { type };
      case 'text':
        return { type, characterSet: inner.uint16('character_set'), name: opaque8(inner, 'name') };
      case 'binary':
        return { type, identifier: opaque8(inner, 'identifier') };
      case 'key_hash_sha':
        return { type, keyHash: inner.octets('key_hash', KEY_HASH_OCTETS).slice() };
      case 'x509_name':
        return { type, distinguishedName: opaque8(inner, 'distinguished_name') };
    }
  });
}

/** ParameterSpecifier: §10.5.1.2. Explicit parameters are kept as they are: Appendix A's numbers SHOULD be used. */
export function readParameterSpecifier(reader: Reader): ParameterSpecifier {
  const index = reader.uint8('parameter_index');
  if (index !== EXPLICIT_PARAMETERS) return { index };
  return { index, explicit: opaque16(reader, 'parameter_set', 0) };
}

function readPublicKey(reader: Reader, type: keyof typeof publicKeyTypes): WtlsPublicKey {
  if (type !== 'rsa') return { type, point: opaque8(reader, 'point') };
  const exponent = opaque16(reader, 'rsa_exponent', 1);
  return { type, exponent, modulus: opaque16(reader, 'rsa_modulus', 1) };
}

function opaque8(reader: Reader, name: string): Uint8Array {
  const length = reader.uint8(`${name} length`);
  if (length === 0) reader.fail(`${name} is empty`);
  return reader.octets(name, length).slice();
}

function opaque16(reader: Reader, name: string, least: number): Uint8Array {
  const length = reader.uint16(`${name} length`);
  if (length < least) reader.fail(`${name} is empty`);
  return reader.octets(name, length).slice();
}

export function encodeWtlsCertificate(certificate: WtlsCertificate): Uint8Array {
  const writer = new Writer().octets(encodeToBeSigned(certificate));
  const { signature } = certificate;
  if (signature !== undefined) writer.uint16(signature.length).octets(signature);
  return writer.done();
}

/** ToBeSignedCertificate: the octets under the signature. */
export function encodeToBeSigned(certificate: Omit<WtlsCertificate, 'signature'>): Uint8Array {
  const { publicKey } = certificate;
  const writer = new Writer(256)
    .uint8(certificate.version)
    .uint8(signatureAlgorithms[certificate.signatureAlgorithm])
    .octets(encodeIdentifier(certificate.issuer))
    .uint32(certificate.notBefore / 1000)
    .uint32(certificate.notAfter / 1000)
    .octets(encodeIdentifier(certificate.subject))
    .uint8(publicKeyTypes[publicKey.type])
    .octets(encodeParameterSpecifier(certificate.parameters));
  if (publicKey.type === 'rsa') return writer.octets(encodeRsaKey(publicKey)).done();
  return writer.uint8(publicKey.point.length).octets(publicKey.point).done();
}

/** RSAPublicKey: §10.5.2; the form in which the card takes a public key, too (WAP-260 §11.4.4). */
export function encodeRsaKey(key: {
  readonly exponent: Uint8Array;
  readonly modulus: Uint8Array;
}): Uint8Array {
  const { exponent, modulus } = key;
  const writer = new Writer(4 + exponent.length + modulus.length);
  return writer.uint16(exponent.length).octets(exponent).uint16(modulus.length).octets(modulus).done();
}

export function encodeIdentifier(identifier: Identifier): Uint8Array {
  const writer = new Writer().uint8(identifierTypes[identifier.type]);
  switch (identifier.type) {
    case 'null':
      return writer.done();
    case 'text':
      writer.uint16(identifier.characterSet);
      return writer.uint8(identifier.name.length).octets(identifier.name).done();
    case 'binary':
      return writer.uint8(identifier.identifier.length).octets(identifier.identifier).done();
    case 'key_hash_sha':
      return writer.octets(identifier.keyHash).done();
    case 'x509_name':
      return writer.uint8(identifier.distinguishedName.length).octets(identifier.distinguishedName).done();
  }
}

export function encodeParameterSpecifier(parameters: ParameterSpecifier): Uint8Array {
  const { index, explicit } = parameters;
  if (explicit === undefined) return Uint8Array.of(index);
  return new Writer().uint8(EXPLICIT_PARAMETERS).uint16(explicit.length).octets(explicit).done();
}

/** A textual name in UTF-8, as §10.5.2 wants it structured: `service; organization; country`. */
export function textIdentifier(name: string): Identifier {
  const octets = encodeUtf8(name);
  if (octets.length === 0 || octets.length > 255) throw new UsageError('a name has 1 to 255 octets');
  return { type: 'text', characterSet: UTF8_MIB_ENUM, name: octets };
}

/** An identifier for a person to read. */
export function formatIdentifier(identifier: Identifier): string {
  switch (identifier.type) {
    case 'null':
      return '(nobody)';
    case 'text':
      return decodeUtf8(identifier.name) ?? decodeLatin1(identifier.name);
    case 'binary':
      return `#${toHex(identifier.identifier)}`;
    case 'key_hash_sha':
      return `key ${toHex(identifier.keyHash)}`;
    case 'x509_name':
      return formatDistinguished(identifier.distinguishedName);
  }
}

function formatDistinguished(octets: Uint8Array): string {
  try {
    return formatName(decodeName(octets));
  } catch {
    return `#${toHex(octets)}`;
  }
}

/** The fields of a structured name: `;;` stands for a semicolon in one of them. */
export function nameFields(name: string): readonly string[] {
  return name.split(/(?<!;);(?!;) ?/).map((field) => field.replaceAll(';;', ';'));
}

/** The key that the certificate binds; `undefined` where its curve is unknown or its point is on none. */
export function publicKeyOf(certificate: WtlsCertificate): PublicKey | undefined {
  const { publicKey } = certificate;
  if (publicKey.type === 'rsa') {
    const { modulus, exponent } = publicKey;
    return { type: 'rsa', modulus, exponent };
  }
  const curve = curveByNumber(certificate.parameters.index);
  const point = curve && uncompressPoint(curve, publicKey.point);
  return curve && point && { type: 'ec', curve, point };
}

export interface WtlsIssueRequest {
  readonly subject: Identifier;
  readonly publicKey: PublicKey;
  /** For keys on a curve: what the key will be used for. */
  readonly usage?: 'ecdh' | 'ecdsa';
  readonly notBefore: Millis;
  readonly notAfter: Millis;
}

/** A WTLS certificate that `issuer` signs. */
export function issueWtlsCertificate(
  issuer: { readonly name: Identifier; readonly privateKey: PrivateKey },
  request: WtlsIssueRequest,
): WtlsCertificate {
  const { publicKey: key, usage = 'ecdh' } = request;
  const { privateKey } = issuer;
  const fields: Omit<WtlsCertificate, 'signature'> = {
    version: WTLS_CERTIFICATE_VERSION,
    signatureAlgorithm: privateKey.type === 'rsa' ? 'rsa_sha' : 'ecdsa_sha',
    issuer: issuer.name,
    notBefore: wholeSeconds(request.notBefore),
    notAfter: wholeSeconds(request.notAfter),
    subject: request.subject,
    parameters: { index: key.type === 'rsa' ? 0 : key.curve.number },
    publicKey:
      key.type === 'rsa'
        ? { type: 'rsa', exponent: key.exponent, modulus: key.modulus }
        : { type: usage, point: key.point },
  };
  const octets = encodeToBeSigned(fields);
  // §11.1.1: block type 1 around the bare hash, without the DigestInfo that signText has.
  const signature =
    privateKey.type === 'rsa' ? rsaSignBlock(privateKey, sha1(octets)) : ecdsaSignSha1(privateKey, octets);
  return { ...fields, signature };
}

function wholeSeconds(time: Millis): Millis {
  return Math.floor(time / 1000) * 1000;
}

/** Whether `certificate` carries a signature that `key` made. */
export function isWtlsSignedBy(certificate: WtlsCertificate, key: PublicKey): boolean {
  const { signature, signatureAlgorithm } = certificate;
  if (signature === undefined) return false;
  if (signatureAlgorithm !== (key.type === 'rsa' ? 'rsa_sha' : 'ecdsa_sha')) return false;
  const octets = encodeToBeSigned(certificate);
  return key.type === 'rsa'
    ? rsaVerifyBlock(key, sha1(octets), signature)
    : ecdsaVerifySha1(key, octets, signature);
}

/** An authority as whoever verifies knows it: by name, by key, or by both. */
export interface WtlsTrust {
  readonly name: Identifier;
  readonly publicKey: PublicKey;
}

/** A name that only authorities below the root bear: §10.5.2. */
const AUTHORITY_EXTENSION = 'T=ca';

export type WtlsChain =
  | { readonly ok: true; readonly trust: WtlsTrust }
  | { readonly ok: false; readonly reason: string };

/** More certificates in a row than anyone sends. */
const CHAIN_MOST = 8;

/**
 * Follows a list as §10.5.2 orders it, the sender's certificate first and each certified by the next, to one of
 * `trusted`, at the time `at`.
 */
export function verifyWtlsChain(
  list: readonly WtlsCertificate[],
  trusted: readonly WtlsTrust[],
  at: Millis,
): WtlsChain {
  if (list.length === 0) return { ok: false, reason: 'there is no certificate' };
  if (list.length > CHAIN_MOST)
    return { ok: false, reason: `there are more than ${CHAIN_MOST} certificates` };
  for (const [position, certificate] of list.entries()) {
    const who = formatIdentifier(certificate.subject);
    if (at < certificate.notBefore)
      return { ok: false, reason: `the certificate of ${who} is not valid yet` };
    if (at > certificate.notAfter) return { ok: false, reason: `the certificate of ${who} expired` };
    if (position > 0 && !isAuthorityName(certificate.subject)) {
      return { ok: false, reason: `${who} has not the name of an authority (${AUTHORITY_EXTENSION})` };
    }
    const trust = trusted.find((it) => isNamedBy(certificate.issuer, it));
    if (trust !== undefined) {
      if (isWtlsSignedBy(certificate, trust.publicKey)) return { ok: true, trust };
      return { ok: false, reason: `the signature on the certificate of ${who} is wrong` };
    }
    const next = list[position + 1];
    if (next === undefined) break;
    const key = publicKeyOf(next);
    if (key === undefined || !isNamedBy(certificate.issuer, { name: next.subject, publicKey: key })) {
      return { ok: false, reason: `the certificate of ${who} was not issued by the one behind it` };
    }
    if (!isWtlsSignedBy(certificate, key)) {
      return { ok: false, reason: `the signature on the certificate of ${who} is wrong` };
    }
  }
  return { ok: false, reason: 'no authority of the chain is trusted' };
}

function isAuthorityName(identifier: Identifier): boolean {
  return identifier.type === 'text' && nameFields(formatIdentifier(identifier)).includes(AUTHORITY_EXTENSION);
}

/** By the hash of the key, or by the very same name. */
function isNamedBy(issuer: Identifier, trust: WtlsTrust): boolean {
  if (issuer.type === 'null') return false;
  if (issuer.type === 'key_hash_sha') return equalOctets(issuer.keyHash, keyHash(trust.publicKey));
  return equalOctets(encodeIdentifier(issuer), encodeIdentifier(trust.name));
}
