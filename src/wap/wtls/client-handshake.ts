/** What a client says in a handshake, and how it judges what it hears: WAP-261 §10.5. */
import type { Endpoint } from '../address.js';
import { equalSecrets, type PublicKey } from '../crypto.js';
import { concat, equalOctets } from '../octets.js';
import { keyHash } from '../pki/keys.js';
import type { Identifier, ParameterSpecifier } from '../pki/wtls-certificate.js';
import type { Random } from '../random.js';
import type { Clock, Millis } from '../time.js';
import { authenticate, authoritiesOf, bearsName, certifiedKey, isAcceptable } from './certificates.js';
import {
  type ClientHello,
  encodeHandshake,
  type HandshakeCertificate,
  type HandshakeMessage,
  type KeyExchangeId,
  type ServerHello,
} from './handshake.js';
import {
  agreed,
  type ClientExchange,
  masterSecretWithout,
  type Randoms,
  type ServerPart,
  serverPoint,
} from './key-exchange.js';
import { computeVerifyData, hashMessages, type MasterSecret } from './keys.js';
import type { Connection, Pending } from './line.js';
import {
  type Identity,
  KEY_REFRESH,
  type KeyExchangeOffer,
  usualCipherSuites,
  WTLS_VERSION,
  type WtlsClientOptions,
} from './options.js';
import type { ReadState } from './protection.js';
import { isRefusal, type Refusal, refuse } from './refusal.js';
import type { SecureSession } from './sessions.js';
import {
  type CipherSpec,
  cipherSpecByName,
  cipherSpecByNumbers,
  cipherSuiteNumbers,
  compressionMethods,
  type KeyExchangeSuite,
  keyExchangeByName,
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

/** What the hellos agreed on. */
export interface Accepted {
  readonly serverHello: ServerHello;
  readonly spec: CipherSpec;
  readonly offer: Offer;
  readonly mode: SequenceNumberMode;
  readonly resumed: boolean;
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

/** Certificate, ClientKeyExchange and CertificateVerify, as far as they are due. */
export interface Answer {
  readonly messages: readonly Uint8Array[];
  readonly masterSecret: MasterSecret;
}

export interface Handshake {
  readonly hello: ClientHello;
  readonly offers: readonly Offer[];
  /** All handshake messages so far: what Finished vouches for. */
  readonly messages: readonly Uint8Array[];
  readonly resuming?: SecureSession;
  /** The connection under whose cipher spec the handshake runs; none: it is in cleartext. */
  readonly carrier?: Connection;
  readonly flight?: ServerFlight | undefined;
  readonly accepted?: Accepted;
  readonly certificates?: readonly HandshakeCertificate[] | undefined;
  readonly masterSecret?: MasterSecret;
  readonly answer?: Answer;
  readonly pending?: Pending;
  /** The read state that becomes current with Finished: ChangeCipherSpec has come. */
  readonly reading?: ReadState | undefined;
}

/** §10.5.1.2: the time, and twelve random octets. */
export function helloRandom(random: Random, clock: Clock): Uint8Array {
  const seconds = Math.floor(clock.now() / 1000) % 2 ** 32;
  const time = Uint8Array.of(seconds >>> 24, seconds >>> 16, seconds >>> 8, seconds);
  return concat([time, random.octets(12)]);
}

export function clientHello(
  options: WtlsClientOptions,
  session: SecureSession | undefined,
  carrier: Connection | undefined,
): Handshake {
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
    random: helloRandom(random, clock),
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
  return {
    hello,
    offers,
    messages: [encodeHandshake(hello)],
    ...(resumable && { resuming: resumable }),
    ...(carrier && { carrier }),
  };
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
function fitsSuite({ publicKey }: Identity, { algorithm }: KeyExchangeSuite): boolean {
  return algorithm === 'rsa'
    ? publicKey.type === 'rsa'
    : algorithm === 'ecdh_ecdsa' && publicKey.type === 'ec';
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

/** §10.5.1.3: the server chooses among what was offered, and nothing else. */
export function checkServerHello(
  handshake: Handshake,
  hello: ServerHello,
  leastMode: SequenceNumberMode,
): Accepted | Refusal {
  const { offers, resuming } = handshake;
  if (hello.serverVersion !== WTLS_VERSION) {
    return refuse('protocol_version', `the server wants version ${hello.serverVersion}`);
  }
  const { bulkCipher, mac } = hello.cipherSuite;
  const offered = handshake.hello.cipherSuites.some((it) => it.bulkCipher === bulkCipher && it.mac === mac);
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
  if (hello.keyRefresh > handshake.hello.keyRefresh) {
    return refuse('illegal_parameter', 'the keys would be refreshed less often than was asked for');
  }
  if (equalOctets(hello.random, handshake.hello.random)) {
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

export function modeByNumber(number: number): SequenceNumberMode | undefined {
  if (number === sequenceNumberModes.explicit) return 'explicit';
  if (number === sequenceNumberModes.implicit) return 'implicit';
  return number === sequenceNumberModes.off ? 'off' : undefined;
}

/** The server's part of the key exchange, once it is known to be the server's. */
export function authenticatedServer(
  flight: ServerFlight,
  { offer }: Accepted,
  options: WtlsClientOptions,
  remote: Endpoint,
): ServerPart | Refusal {
  const { certificates, exchange } = flight;
  const { algorithm } = offer.suite;
  if (algorithm !== 'rsa' && algorithm !== 'ecdh_ecdsa') {
    if (certificates !== undefined)
      return refuse('unexpected_message', 'an anonymous server sent a certificate');
    return exchange ?? refuse('unexpected_message', 'server_key_exchange is missing');
  }
  if (exchange !== undefined) {
    return refuse('unexpected_message', `server_key_exchange MUST NOT be sent for ${offer.suite.name}`);
  }
  if (certificates === undefined) return refuse('unexpected_message', 'the certificate is missing');
  const trust = { wtls: options.trusted ?? [], x509: options.trustedCertificates ?? [] };
  const server = authenticate(certificates, algorithm, trust, options.clock.now());
  if (isRefusal(server)) return server;
  const names = options.serverNames?.(remote) ?? [remote.address];
  if (!bearsName(server, names)) {
    return refuse('certificate_unknown', `the certificate is not for ${names.join(', ')}`);
  }
  return { certified: server.key };
}

/** §10.3: what ChangeCipherSpec right after the hello rests on. */
export function masterSecretOfShortHandshake(
  handshake: Handshake,
  flight: ServerFlight,
  accepted: Accepted,
  options: WtlsClientOptions,
  remote: Endpoint,
): MasterSecret | Refusal {
  if (flight.exchange ?? flight.request ?? flight.done) {
    return refuse('unexpected_message', 'ChangeCipherSpec came in the middle of a full handshake');
  }
  const { spec, offer, resumed, serverHello } = accepted;
  const { suite, identity } = offer;
  if (resumed) return handshake.resuming?.masterSecret ?? refuse('internal_error', 'the session is gone');
  const randoms: Randoms = {
    hash: spec.mac.hash,
    clientRandom: handshake.hello.random,
    serverRandom: serverHello.random,
  };
  if (suite.algorithm === 'null') return masterSecretWithout(randoms, new Uint8Array(0));
  if (suite.algorithm === 'shared_secret' && options.sharedSecret !== undefined) {
    return masterSecretWithout(randoms, options.sharedSecret.secret);
  }
  if (suite.algorithm !== 'ecdh_ecdsa' || identity?.agree === undefined) {
    return refuse('unexpected_message', `${suite.name} needs a full handshake`);
  }
  const part = authenticatedServer(flight, accepted, options, remote);
  if (isRefusal(part)) return part;
  return (
    fixedSecret(identity, suite, offer.parameters, part, randoms) ??
    refuse('illegal_parameter', 'the keys of the certificates are on different curves')
  );
}

/** Both keys are in certificates: nothing needs to be exchanged (§10.5.7). */
function fixedSecret(
  identity: Identity,
  suite: KeyExchangeSuite,
  asked: ParameterSpecifier,
  part: ServerPart,
  randoms: Randoms,
): MasterSecret | Refusal | undefined {
  const server = serverPoint(suite, asked, part);
  if (isRefusal(server)) return server;
  const { publicKey, agree } = identity;
  if (agree === undefined || publicKey.type !== 'ec' || publicKey.curve.number !== server.curve.number) {
    return undefined;
  }
  return agreed(randoms, agree(server.point));
}

/** Certificate*, ClientKeyExchange*, CertificateVerify*: §10.5.6 to §10.5.8. */
export function answerRequest(
  handshake: Handshake,
  flight: ServerFlight,
  { offer }: Accepted,
  part: ServerPart,
  exchange: ClientExchange,
  randoms: Randoms,
  options: WtlsClientOptions,
): Answer | Refusal {
  const exchangeMessage = exchange.message ? [encodeHandshake(exchange.message)] : [];
  if (flight.request === undefined) {
    return { messages: exchangeMessage, masterSecret: exchange.masterSecret };
  }
  const { suite, parameters } = offer;
  const known = flight.request.length === 0 ? offer.identity : undefined;
  const identity = known ?? chooseIdentity(options.identities ?? [], suite, flight.request);
  // Who is known by the hash of the key sends no certificate; who has none that fits neither (§10.5.4, §10.5.6).
  const list = known === undefined ? (identity?.certificates ?? []) : [];
  const nobody = encodeHandshake({ type: 'certificate', list: [] });
  const certificate = encodeHandshake({ type: 'certificate', list });
  if (suite.algorithm === 'ecdh_ecdsa' && identity !== undefined) {
    const secret = fixedSecret(identity, suite, parameters, part, randoms);
    if (secret !== undefined && isRefusal(secret)) return secret;
    if (secret !== undefined) return { messages: [certificate], masterSecret: secret };
    return { messages: [nobody, ...exchangeMessage], masterSecret: exchange.masterSecret };
  }
  if (identity?.sign === undefined) {
    return { messages: [nobody, ...exchangeMessage], masterSecret: exchange.masterSecret };
  }
  const messages = [certificate, ...exchangeMessage];
  const digest = hashMessages(randoms.hash, [...handshake.messages, ...flight.messages, ...messages]);
  const verify = encodeHandshake({ type: 'certificate_verify', signature: identity.sign(digest) });
  return { messages: [...messages, verify], masterSecret: exchange.masterSecret };
}

function chooseIdentity(
  identities: readonly Identity[],
  suite: KeyExchangeSuite,
  request: readonly KeyExchangeId[],
): Identity | undefined {
  return identities.find((it) => fitsSuite(it, suite) && isAcceptable(request, it.authorities));
}

/** §10.5.9. @param messages up to, but not including, this one */
export function computeClientFinished(handshake: Handshake, messages: readonly Uint8Array[]): Uint8Array {
  const { masterSecret, accepted } = handshake;
  if (masterSecret === undefined || accepted === undefined) throw new RangeError('nothing is agreed on');
  return computeVerifyData('client', accepted.spec.mac.hash, masterSecret, messages);
}

export function isServerFinished(
  handshake: Handshake,
  messages: readonly Uint8Array[],
  verifyData: Uint8Array,
): boolean {
  const { masterSecret, accepted } = handshake;
  if (masterSecret === undefined || accepted === undefined) return false;
  const expected = computeVerifyData('server', accepted.spec.mac.hash, masterSecret, messages);
  return equalSecrets(expected, verifyData);
}

/** The session that a handshake made, or resumed. */
export function sessionOf(handshake: Handshake, at: Millis): SecureSession | undefined {
  const { accepted, masterSecret, resuming, certificates = [] } = handshake;
  if (accepted === undefined || masterSecret === undefined) return undefined;
  const { serverHello, spec, offer, resumed } = accepted;
  // A new key refresh rate may be agreed on with every connection; all else stays as it is.
  if (resumed && resuming !== undefined) return { ...resuming, keyRefresh: serverHello.keyRefresh };
  const isCertified = offer.suite.algorithm === 'rsa' || offer.suite.algorithm === 'ecdh_ecdsa';
  const peerKey: PublicKey | undefined = isCertified ? certifiedKey(certificates) : undefined;
  return {
    id: serverHello.sessionId,
    masterSecret,
    spec,
    suite: offer.suite,
    keyRefresh: serverHello.keyRefresh,
    ...(peerKey && { peerKey }),
    peerCertificates: certificates,
    since: at,
  };
}

/** For the news: what is being agreed on. */
export function describe({ accepted }: Handshake): string {
  if (accepted === undefined) return 'asked for';
  const { spec, offer, resumed } = accepted;
  const how = resumed ? 'resumed' : offer.suite.name;
  return `${how}, ${spec.bulkCipher.name} with ${spec.mac.name}`;
}
