/** The hellos: what a client offers, and whether the server kept to it. WAP-261 §10.3, §10.5.1. */
import { equalOctets } from '../octets.js';
import { keyHash } from '../pki/keys.js';
import type { Identifier, ParameterSpecifier } from '../pki/wtls-certificate.js';
import { authoritiesOf } from './certificates.js';
import type {
  ClientHello,
  HandshakeCertificate,
  HandshakeMessage,
  KeyExchangeId,
  ServerHello,
} from './handshake.js';
import { helloRandom, RANDOM_BYTES } from './key-exchange.js';
import {
  type Identity,
  KEY_REFRESH,
  type KeyExchangeOffer,
  usualCipherSuites,
  WTLS_VERSION,
  type WtlsClientOptions,
} from './options.js';
import { type Refusal, refuse } from './refusal.js';
import type { SecureSession } from './sessions.js';
import {
  type CipherSpec,
  cipherSpecByName,
  cipherSpecByNumbers,
  cipherSuiteNumbers,
  compressionMethods,
  type KeyExchangeSuite,
  keyExchangeByName,
  modeByNumber,
  type SequenceNumberMode,
  sequenceNumberModes,
} from './suites.js';

/** One of the key exchanges that the hello offers, at the place that it has there. */
export interface Offer {
  readonly suite: KeyExchangeSuite;
  readonly parameters: ParameterSpecifier;
  /** Named in the hello by the hash of its key. */
  readonly identity?: Identity;
}

/** What a client said first. */
export interface Offered {
  readonly hello: ClientHello;
  readonly offers: readonly Offer[];
  readonly resuming?: SecureSession;
}

/** ClientHello, and what it offers. @param session which may be resumed */
export function clientHello(options: WtlsClientOptions, session: SecureSession | undefined): Offered {
  const { random, clock, cipherSuites = usualCipherSuites } = options;
  const offers = offersOf(options);
  const suites = cipherSuites.map(([cipher, mac]) => cipherSuiteNumbers(cipherSpecByName(cipher, mac)));
  const resumable =
    session !== undefined &&
    session.id.length > 0 &&
    suites.some((it) => isSpec(session.spec, it.bulkCipher, it.mac))
      ? session
      : undefined;
  const trust = { wtls: options.trusted ?? [], x509: options.trustedCertificates ?? [] };
  const hello: ClientHello = {
    type: 'client_hello',
    clientVersion: WTLS_VERSION,
    random: helloRandom(random.octets(RANDOM_BYTES), clock),
    sessionId: resumable?.id ?? new Uint8Array(0),
    clientKeyIds: offers.map(keyIdOf(options)),
    trustedKeyIds: authoritiesOf(trust).map(({ publicKey }) => ({
      keyExchangeSuite: keyExchangeByName(publicKey.type === 'rsa' ? 'RSA' : 'ECDH_ECDSA').number,
      parameters: { index: publicKey.type === 'rsa' ? 0 : publicKey.curve.number },
      identifier: { type: 'key_hash_sha', keyHash: keyHash(publicKey) },
    })),
    cipherSuites: suites,
    compressionMethods: [compressionMethods.NULL],
    sequenceNumberMode: sequenceNumberModes[options.sequenceNumberMode ?? 'explicit'],
    keyRefresh: options.keyRefresh ?? KEY_REFRESH,
  };
  return { hello, offers, ...(resumable && { resuming: resumable }) };
}

function isSpec(spec: CipherSpec, bulkCipher: number, mac: number): boolean {
  return spec.bulkCipher.number === bulkCipher && spec.mac.number === mac;
}

const certified: readonly KeyExchangeOffer[] = [
  { suite: 'RSA' },
  { suite: 'ECDH_ECDSA', parameter: 0 },
  { suite: 'ECDH_ECDSA_uncomp', parameter: 0 },
];

const anonymous: readonly KeyExchangeOffer[] = [
  { suite: 'ECDH_anon', parameter: 7 },
  { suite: 'RSA_anon' },
  { suite: 'DH_anon', parameter: 2 },
];

function offersOf(options: WtlsClientOptions): readonly Offer[] {
  const { trusted = [], trustedCertificates = [], identities = [], sharedSecret } = options;
  const usual = trusted.length + trustedCertificates.length > 0 ? certified : anonymous;
  const offers =
    options.keyExchanges ?? (sharedSecret ? [{ suite: 'SHARED_SECRET' } as const, ...usual] : usual);
  return offers.map(({ suite: name, parameter = 0 }) => {
    const suite = keyExchangeByName(name);
    const identity = options.announceIdentity ? identities.find((it) => fitsSuite(it, suite)) : undefined;
    return { suite, parameters: { index: parameter }, ...(identity && { identity }) };
  });
}

function keyIdOf({ sharedSecret }: WtlsClientOptions) {
  return ({ suite, parameters, identity }: Offer): KeyExchangeId => {
    const named: Identifier = identity
      ? { type: 'key_hash_sha', keyHash: keyHash(identity.publicKey) }
      : { type: 'null' };
    const identifier = suite.algorithm === 'shared_secret' ? (sharedSecret?.identifier ?? named) : named;
    return { keyExchangeSuite: suite.number, parameters, identifier };
  };
}

/** Whether a key can prove somebody in a suite: §10.5.6, §10.5.8. */
export function fitsSuite({ publicKey }: Identity, { algorithm }: KeyExchangeSuite): boolean {
  return algorithm === 'rsa'
    ? publicKey.type === 'rsa'
    : algorithm === 'ecdh_ecdsa' && publicKey.type === 'ec';
}

/** Messages of the server that came in one SDU. */
export interface ServerFlight {
  readonly hello: ServerHello;
  readonly messages: readonly Uint8Array[];
  readonly certificates?: readonly HandshakeCertificate[];
  readonly exchange?: Extract<HandshakeMessage, { type: 'server_key_exchange' }>;
  readonly request?: readonly KeyExchangeId[];
  readonly done?: true;
}

/** The flight with one message more, in the order of §10.3. */
export function addToFlight(
  flight: ServerFlight | undefined,
  message: HandshakeMessage,
  octets: Uint8Array,
): ServerFlight | Refusal {
  if (flight === undefined) {
    return message.type === 'server_hello'
      ? { hello: message, messages: [octets] }
      : refuse('unexpected_message', `${message.type} came before server_hello`);
  }
  const messages = [...flight.messages, octets];
  const { certificates, exchange, request, done } = flight;
  const later = exchange ?? request ?? done;
  if (message.type === 'certificate' && certificates === undefined && later === undefined) {
    return { ...flight, messages, certificates: message.list };
  }
  if (message.type === 'server_key_exchange' && later === undefined) {
    return { ...flight, messages, exchange: message };
  }
  if (message.type === 'certificate_request' && request === undefined && done === undefined) {
    return { ...flight, messages, request: message.trustedAuthorities };
  }
  if (message.type === 'server_hello_done' && done === undefined) return { ...flight, messages, done: true };
  return refuse('unexpected_message', `${message.type} came out of order`);
}

/** What the hellos agreed on. */
export interface Accepted {
  readonly serverHello: ServerHello;
  readonly spec: CipherSpec;
  readonly offer: Offer;
  readonly mode: SequenceNumberMode;
  readonly resumed: boolean;
}

/** §10.5.1.3: the server chooses among what was offered, and nothing else. */
export function checkServerHello(
  { hello: said, offers, resuming }: Offered,
  hello: ServerHello,
  leastMode: SequenceNumberMode,
): Accepted | Refusal {
  if (hello.serverVersion !== WTLS_VERSION) {
    return refuse('protocol_version', `the server wants version ${hello.serverVersion}`);
  }
  const { bulkCipher, mac } = hello.cipherSuite;
  const offered = said.cipherSuites.some((it) => it.bulkCipher === bulkCipher && it.mac === mac);
  const spec = cipherSpecByNumbers(hello.cipherSuite);
  if (!offered || spec === undefined) {
    return refuse('illegal_parameter', `cipher suite ${bulkCipher}, ${mac} was not offered`);
  }
  if (hello.compressionMethod !== compressionMethods.NULL) {
    return refuse('illegal_parameter', `compression ${hello.compressionMethod} was not offered`);
  }
  const mode = modeByNumber(hello.sequenceNumberMode);
  if (mode === undefined || hello.sequenceNumberMode < sequenceNumberModes[leastMode]) {
    return refuse('illegal_parameter', `sequence number mode ${hello.sequenceNumberMode} is not enough`);
  }
  if (hello.keyRefresh > said.keyRefresh) {
    return refuse('illegal_parameter', 'the keys would be refreshed less often than was asked for');
  }
  if (equalOctets(hello.random, said.random)) {
    return refuse('illegal_parameter', 'the server repeats the random of the client');
  }
  const resumed =
    resuming !== undefined && hello.sessionId.length > 0 && equalOctets(hello.sessionId, resuming.id);
  if (resumed) {
    if (!isSpec(resuming.spec, bulkCipher, mac)) {
      return refuse('illegal_parameter', 'a resumed session keeps its cipher suite');
    }
    const offer = { suite: resuming.suite, parameters: { index: 0 } };
    return { serverHello: hello, spec, offer, mode, resumed };
  }
  const offer = offers[hello.clientKeyId - 1];
  if (offer === undefined) {
    return refuse('illegal_parameter', `key exchange ${hello.clientKeyId} was not offered`);
  }
  return { serverHello: hello, spec, offer, mode, resumed };
}
