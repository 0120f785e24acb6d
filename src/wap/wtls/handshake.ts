/**
 * Handshake messages: WAP-261 §10.5. Decoder and encoder of each message stand side by side, in the order of their
 * numbers. What the key exchange messages hold depends on the suite that the hellos agreed on.
 */
import { type Field, Reader, Writer } from '../octets.js';
import {
  encodeIdentifier,
  encodeParameterSpecifier,
  encodeRsaKey,
  encodeWtlsCertificate,
  type Identifier,
  type ParameterSpecifier,
  readIdentifier,
  readParameterSpecifier,
  readWtlsCertificate,
  type WtlsCertificate,
} from '../pki/wtls-certificate.js';
import { VERIFY_DATA_OCTETS } from './keys.js';
import type { CipherSuiteNumbers, KeyExchangeAlgorithm } from './suites.js';

/** HandshakeType: §10.5. */
export const handshakeTypes = {
  hello_request: 0,
  client_hello: 1,
  server_hello: 2,
  certificate: 11,
  server_key_exchange: 12,
  certificate_request: 13,
  server_hello_done: 14,
  certificate_verify: 15,
  client_key_exchange: 16,
  finished: 20,
} as const satisfies Record<string, number>;

export type HandshakeType = keyof typeof handshakeTypes;

const nameOfType: ReadonlyMap<number, HandshakeType> = new Map(
  Object.entries(handshakeTypes).map(([name, number]) => [number, name as HandshakeType]),
);

/** CertificateFormat: §10.5.2. */
export const certificateFormats = {
  WTLSCert: 1,
  X509Cert: 2,
  X968Cert: 3,
  CertURL: 4,
} as const satisfies Record<string, number>;

export const RANDOM_OCTETS = 16;
export const SESSION_ID_MOST = 8;

/** Elements of one list of a hello: more than all that can be named. */
const LIST_MOST = 256;

/** KeyExchangeId: §10.5.1.2. */
export interface KeyExchangeId {
  readonly keyExchangeSuite: number;
  readonly parameters: ParameterSpecifier;
  readonly identifier: Identifier;
}

export type HandshakeCertificate =
  | { readonly format: 'WTLSCert'; readonly certificate: WtlsCertificate }
  | { readonly format: 'X509Cert' | 'X968Cert'; readonly octets: Uint8Array }
  | { readonly format: 'CertURL'; readonly url: Uint8Array };

export interface ClientHello {
  readonly type: 'client_hello';
  readonly clientVersion: number;
  /** gmt_unix_time and random_bytes. */
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly clientKeyIds: readonly KeyExchangeId[];
  readonly trustedKeyIds: readonly KeyExchangeId[];
  readonly cipherSuites: readonly CipherSuiteNumbers[];
  readonly compressionMethods: readonly number[];
  readonly sequenceNumberMode: number;
  readonly keyRefresh: number;
}

export interface ServerHello {
  readonly type: 'server_hello';
  readonly serverVersion: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  /** Which of the client's key exchange suites, counted from 1. */
  readonly clientKeyId: number;
  readonly cipherSuite: CipherSuiteNumbers;
  readonly compressionMethod: number;
  readonly sequenceNumberMode: number;
  readonly keyRefresh: number;
}

/** What travels in the key exchange messages; `opaque` where the suite is not known. */
export type ExchangeKey =
  | { readonly kind: 'rsa'; readonly exponent: Uint8Array; readonly modulus: Uint8Array }
  | { readonly kind: 'dh'; readonly value: Uint8Array }
  | { readonly kind: 'ec'; readonly point: Uint8Array }
  | { readonly kind: 'opaque'; readonly octets: Uint8Array };

export type HandshakeMessage =
  | { readonly type: 'hello_request' }
  | ClientHello
  | ServerHello
  | { readonly type: 'certificate'; readonly list: readonly HandshakeCertificate[] }
  | {
      readonly type: 'server_key_exchange';
      readonly parameters: ParameterSpecifier;
      readonly key: ExchangeKey;
    }
  | { readonly type: 'certificate_request'; readonly trustedAuthorities: readonly KeyExchangeId[] }
  | { readonly type: 'server_hello_done' }
  | { readonly type: 'certificate_verify'; readonly signature: Uint8Array }
  | {
      readonly type: 'client_key_exchange';
      readonly key:
        | { readonly kind: 'encrypted'; readonly secret: Uint8Array }
        | Exclude<ExchangeKey, { kind: 'rsa' }>;
    }
  | { readonly type: 'finished'; readonly verifyData: Uint8Array };

/** One handshake message that fills `octets`. @param algorithm of the suite, once the hellos agreed on it */
export function decodeHandshake(
  octets: Uint8Array,
  algorithm?: KeyExchangeAlgorithm,
  record?: Field[],
): HandshakeMessage {
  const reader = new Reader(octets, 'WTLS handshake', record);
  const number = reader.uint8('msg_type');
  const type = nameOfType.get(number);
  if (type === undefined) return reader.fail(`msg_type ${number} is unknown`);
  const length = reader.uint16('length');
  const message = reader.inside(type, length, (body) => {
    const value = readBody(body, type, algorithm);
    body.end();
    return value;
  });
  reader.end();
  return message;
}

function readBody(
  body: Reader,
  type: HandshakeType,
  algorithm: KeyExchangeAlgorithm | undefined,
): HandshakeMessage {
  switch (type) {
    case 'hello_request':
    case 'server_hello_done':
      return { type };
    case 'client_hello':
      return readClientHello(body);
    case 'server_hello':
      return readServerHello(body);
    case 'certificate':
      return { type, list: list16(body, 'certificate_list', readCertificate) };
    case 'server_key_exchange':
      return { type, ...readServerKeyExchange(body, algorithm) };
    case 'certificate_request':
      return { type, trustedAuthorities: list16(body, 'trusted_authorities', readKeyExchangeId) };
    case 'certificate_verify':
      return { type, signature: opaque16(body, 'signature') };
    case 'client_key_exchange':
      return { type, key: readClientKeyExchange(body, algorithm) };
    case 'finished':
      return { type, verifyData: body.octets('verify_data', VERIFY_DATA_OCTETS) };
  }
}

export function encodeHandshake(message: HandshakeMessage): Uint8Array {
  const body = encodeBody(message);
  return new Writer(3 + body.length)
    .uint8(handshakeTypes[message.type])
    .uint16(body.length)
    .octets(body)
    .done();
}

function encodeBody(message: HandshakeMessage): Uint8Array {
  switch (message.type) {
    case 'hello_request':
    case 'server_hello_done':
      return new Uint8Array(0);
    case 'client_hello':
      return encodeClientHello(message);
    case 'server_hello':
      return encodeServerHello(message);
    case 'certificate':
      return encodeList16(message.list, encodeCertificate);
    case 'server_key_exchange':
      return new Writer()
        .octets(encodeParameterSpecifier(message.parameters))
        .octets(encodeExchangeKey(message.key))
        .done();
    case 'certificate_request':
      return encodeList16(message.trustedAuthorities, encodeKeyExchangeId);
    case 'certificate_verify':
      return prefixed16(message.signature);
    case 'client_key_exchange':
      return message.key.kind === 'encrypted'
        ? prefixed16(message.key.secret)
        : encodeExchangeKey(message.key);
    case 'finished':
      return message.verifyData;
  }
}

/** §10.5.1.2. */
function readClientHello(body: Reader): ClientHello {
  const clientVersion = body.uint8('client_version');
  const random = readRandom(body);
  const sessionId = readSessionId(body);
  const clientKeyIds = list16(body, 'client_key_ids', readKeyExchangeId);
  const trustedKeyIds = list16(body, 'trusted_key_ids', readKeyExchangeId);
  const cipherSuites = list8(body, 'cipher_suites', readCipherSuite);
  const compressionMethods = list8(body, 'compression_methods', (inner) => inner.uint8('compression_method'));
  if (cipherSuites.length === 0) body.fail('cipher_suites is empty');
  if (compressionMethods.length === 0) body.fail('compression_methods is empty');
  return {
    type: 'client_hello',
    clientVersion,
    random,
    sessionId,
    clientKeyIds,
    trustedKeyIds,
    cipherSuites,
    compressionMethods,
    sequenceNumberMode: body.uint8('sequence_number_mode'),
    keyRefresh: body.uint8('key_refresh'),
  };
}

function encodeClientHello(hello: ClientHello): Uint8Array {
  const writer = new Writer(64).uint8(hello.clientVersion).octets(hello.random);
  writer.uint8(hello.sessionId.length).octets(hello.sessionId);
  writer.octets(encodeList16(hello.clientKeyIds, encodeKeyExchangeId));
  writer.octets(encodeList16(hello.trustedKeyIds, encodeKeyExchangeId));
  writer.uint8(2 * hello.cipherSuites.length);
  for (const suite of hello.cipherSuites) writer.uint8(suite.bulkCipher).uint8(suite.mac);
  writer.uint8(hello.compressionMethods.length);
  for (const method of hello.compressionMethods) writer.uint8(method);
  return writer.uint8(hello.sequenceNumberMode).uint8(hello.keyRefresh).done();
}

/** §10.5.1.3. */
function readServerHello(body: Reader): ServerHello {
  return {
    type: 'server_hello',
    serverVersion: body.uint8('server_version'),
    random: readRandom(body),
    sessionId: readSessionId(body),
    clientKeyId: body.uint8('client_key_id'),
    cipherSuite: readCipherSuite(body),
    compressionMethod: body.uint8('compression_method'),
    sequenceNumberMode: body.uint8('sequence_number_mode'),
    keyRefresh: body.uint8('key_refresh'),
  };
}

function encodeServerHello(hello: ServerHello): Uint8Array {
  return new Writer(40)
    .uint8(hello.serverVersion)
    .octets(hello.random)
    .uint8(hello.sessionId.length)
    .octets(hello.sessionId)
    .uint8(hello.clientKeyId)
    .uint8(hello.cipherSuite.bulkCipher)
    .uint8(hello.cipherSuite.mac)
    .uint8(hello.compressionMethod)
    .uint8(hello.sequenceNumberMode)
    .uint8(hello.keyRefresh)
    .done();
}

/** Random: the time, and twelve octets; both are one to the calculations. */
function readRandom(body: Reader): Uint8Array {
  const whole = body.ahead(RANDOM_OCTETS).slice();
  body.group('random', (inner) => {
    inner.uint32('gmt_unix_time');
    inner.octets('random_bytes', RANDOM_OCTETS - 4);
  });
  return whole;
}

function readSessionId(body: Reader): Uint8Array {
  const length = body.uint8('session_id length');
  if (length > SESSION_ID_MOST) body.fail(`session_id is longer than ${SESSION_ID_MOST} octets`);
  return body.octets('session_id', length).slice();
}

function readCipherSuite(reader: Reader): CipherSuiteNumbers {
  return reader.group('cipher_suite', (inner) => ({
    bulkCipher: inner.uint8('bulk_cipher_algorithm'),
    mac: inner.uint8('mac_algorithm'),
  }));
}

function readKeyExchangeId(reader: Reader): KeyExchangeId {
  return reader.group('KeyExchangeId', (inner) => ({
    keyExchangeSuite: inner.uint8('key_exchange_suite'),
    parameters: inner.group('parameter_specifier', readParameterSpecifier),
    identifier: readIdentifier(inner, 'identifier'),
  }));
}

function encodeKeyExchangeId(id: KeyExchangeId): Uint8Array {
  return new Writer(24)
    .uint8(id.keyExchangeSuite)
    .octets(encodeParameterSpecifier(id.parameters))
    .octets(encodeIdentifier(id.identifier))
    .done();
}

/** §10.5.2. */
function readCertificate(reader: Reader): HandshakeCertificate {
  return reader.group('Certificate', (inner): HandshakeCertificate => {
    const format = inner.uint8('certificate_format');
    switch (format) {
      case certificateFormats.WTLSCert:
        return { format: 'WTLSCert', certificate: readWtlsCertificate(inner) };
      case certificateFormats.X509Cert:
        return { format: 'X509Cert', octets: opaque16(inner, 'X509Certificate') };
      case certificateFormats.X968Cert:
        return { format: 'X968Cert', octets: opaque16(inner, 'X968Certificate') };
      case certificateFormats.CertURL: {
        const length = inner.uint8('url length');
        return { format: 'CertURL', url: inner.octets('url', length).slice() };
      }
      default:
        return inner.fail(`certificate_format ${format} is unknown`);
    }
  });
}

function encodeCertificate(certificate: HandshakeCertificate): Uint8Array {
  const writer = new Writer(512).uint8(certificateFormats[certificate.format]);
  switch (certificate.format) {
    case 'WTLSCert':
      return writer.octets(encodeWtlsCertificate(certificate.certificate)).done();
    case 'X509Cert':
    case 'X968Cert':
      return writer.octets(prefixed16(certificate.octets)).done();
    case 'CertURL':
      return writer.uint8(certificate.url.length).octets(certificate.url).done();
  }
}

/** §10.5.3. */
function readServerKeyExchange(
  body: Reader,
  algorithm: KeyExchangeAlgorithm | undefined,
): { readonly parameters: ParameterSpecifier; readonly key: ExchangeKey } {
  const parameters = body.group('parameter_specifier', readParameterSpecifier);
  switch (algorithm) {
    case 'rsa_anon': {
      const exponent = nonEmpty16(body, 'rsa_exponent');
      return { parameters, key: { kind: 'rsa', exponent, modulus: nonEmpty16(body, 'rsa_modulus') } };
    }
    case 'dh_anon':
      return { parameters, key: { kind: 'dh', value: nonEmpty16(body, 'dh_Y') } };
    case 'ecdh_anon':
      return { parameters, key: { kind: 'ec', point: readPoint(body) } };
    default:
      return { parameters, key: { kind: 'opaque', octets: body.rest('params').slice() } };
  }
}

type ClientKey = Extract<HandshakeMessage, { type: 'client_key_exchange' }>['key'];

/** §10.5.7. */
function readClientKeyExchange(body: Reader, algorithm: KeyExchangeAlgorithm | undefined): ClientKey {
  switch (algorithm) {
    case 'rsa':
    case 'rsa_anon':
      return { kind: 'encrypted', secret: opaque16(body, 'secret') };
    case 'dh_anon':
      return { kind: 'dh', value: nonEmpty16(body, 'dh_Y') };
    case 'ecdh_anon':
    case 'ecdh_ecdsa':
      return { kind: 'ec', point: readPoint(body) };
    default:
      return { kind: 'opaque', octets: body.rest('exchange_keys').slice() };
  }
}

function encodeExchangeKey(key: ExchangeKey): Uint8Array {
  switch (key.kind) {
    case 'rsa':
      return encodeRsaKey(key);
    case 'dh':
      return prefixed16(key.value);
    case 'ec':
      return new Writer(1 + key.point.length).uint8(key.point.length).octets(key.point).done();
    case 'opaque':
      return key.octets;
  }
}

function readPoint(body: Reader): Uint8Array {
  const length = body.uint8('point length');
  if (length === 0) body.fail('point is empty');
  return body.octets('point', length).slice();
}

function opaque16(reader: Reader, name: string): Uint8Array {
  return reader.octets(name, reader.uint16(`${name} length`)).slice();
}

function nonEmpty16(reader: Reader, name: string): Uint8Array {
  const octets = opaque16(reader, name);
  return octets.length === 0 ? reader.fail(`${name} is empty`) : octets;
}

function prefixed16(octets: Uint8Array): Uint8Array {
  return new Writer(2 + octets.length).uint16(octets.length).octets(octets).done();
}

function list16<T>(reader: Reader, name: string, read: (inner: Reader) => T): readonly T[] {
  return readList(reader, name, reader.uint16(`${name} length`), read);
}

function list8<T>(reader: Reader, name: string, read: (inner: Reader) => T): readonly T[] {
  return readList(reader, name, reader.uint8(`${name} length`), read);
}

function readList<T>(reader: Reader, name: string, length: number, read: (inner: Reader) => T): readonly T[] {
  return reader.inside(name, length, (inner) => {
    const values: T[] = [];
    while (inner.left > 0) {
      if (values.length === LIST_MOST) inner.fail(`${name} has more than ${LIST_MOST} elements`);
      values.push(read(inner));
    }
    return values;
  });
}

function encodeList16<T>(values: readonly T[], encode: (value: T) => Uint8Array): Uint8Array {
  const writer = new Writer(64);
  for (const value of values) writer.octets(encode(value));
  return prefixed16(writer.done());
}
