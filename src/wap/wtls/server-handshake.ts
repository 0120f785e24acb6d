/** What a server chooses from a hello, and how it judges what the client answers: WAP-261 §10.3, §10.5. */
import { equalSecrets, type PublicKey, type RsaPrivateKey } from '../crypto.js';
import { curves } from '../pki/curves.js';
import { keyHash } from '../pki/keys.js';
import type { Identifier } from '../pki/wtls-certificate.js';
import type { Millis } from '../time.js';
import {
  type Authenticated,
  authenticate,
  authoritiesOf,
  fetched,
  isAcceptable,
  isVerifiedBy,
  urlOf,
} from './certificates.js';
import { helloRandom, modeByNumber } from './client-handshake.js';
import {
  type ClientHello,
  encodeHandshake,
  type HandshakeCertificate,
  type HandshakeMessage,
  type KeyExchangeId,
  SESSION_ID_MOST,
  type ServerHello,
} from './handshake.js';
import {
  agreed,
  anonymousDhExchange,
  anonymousEcExchange,
  anonymousRsaExchange,
  certifiedEcExchange,
  keyBits,
  masterSecretWithout,
  type Randoms,
  rsaExchange,
  type ServerExchange,
} from './key-exchange.js';
import { computeVerifyData, hashMessages, type MasterSecret } from './keys.js';
import type { Connection, Pending } from './line.js';
import {
  type Identity,
  KEY_REFRESH,
  type ServerPolicy,
  usualCipherSuites,
  WTLS_VERSION,
  type WtlsServerOptions,
} from './options.js';
import type { ReadState } from './protection.js';
import { isRefusal, type Refusal, refuse } from './refusal.js';
import { type SecureSession, type SessionCache, sessionKey } from './sessions.js';
import {
  type CipherSpec,
  cipherSpecByName,
  cipherSpecByNumbers,
  cipherSuiteNumbers,
  compressionMethods,
  type KeyExchangeSuite,
  keyExchangeByNumber,
  type SequenceNumberMode,
  sequenceNumberModes,
} from './suites.js';

/** Default of the policy: Table 5 warns of ciphers with 40 bits. */
const LEAST_CIPHER_BITS = 56;

/** The basic curves first (Table 8). */
const usualCurves: readonly number[] = [
  7,
  5,
  ...curves.map((it) => it.number).filter((it) => it !== 7 && it !== 5),
];
const usualGroups: readonly number[] = [2, 1];

/** What the server takes from a hello. */
export interface Chosen {
  readonly suite: KeyExchangeSuite;
  readonly spec: CipherSpec;
  readonly mode: SequenceNumberMode;
  readonly serverHello: ServerHello;
  /** The session that goes on. */
  readonly resumed?: SecureSession;
  /** For suites with certificates. */
  readonly identity?: Identity;
  /** For a full handshake. */
  readonly exchange?: ServerExchange;
  /** For a short one: abbreviated, optimised, with a shared secret or with none. */
  readonly masterSecret?: MasterSecret;
  /** Whether the client is asked for a certificate. */
  readonly request: boolean;
  /** The client's certificates, where it named its key and the server knows it. */
  readonly known?: readonly HandshakeCertificate[];
  readonly peerKey?: PublicKey;
}

/** Messages of the client that came in one SDU. */
export interface ClientFlight {
  readonly messages: readonly Uint8Array[];
  readonly certificates?: readonly HandshakeCertificate[];
  readonly key?: Extract<HandshakeMessage, { type: 'client_key_exchange' }>['key'];
  readonly signature?: Uint8Array;
}

export interface ServerHandshake {
  /** The SDU that the hello came in: the same again is a retransmission (§10.4). */
  readonly sdu: Uint8Array;
  readonly hello: ClientHello;
  readonly chosen: Chosen;
  readonly messages: readonly Uint8Array[];
  readonly carrier?: Connection;
  readonly flight?: ClientFlight | undefined;
  readonly masterSecret?: MasterSecret;
  readonly peer?: Peer;
  readonly pending?: Pending;
  readonly reading?: ReadState | undefined;
}

/** Who the client proved to be. */
export interface Peer {
  readonly key?: PublicKey;
  readonly certificates: readonly HandshakeCertificate[];
}

export function choose(
  hello: ClientHello,
  options: WtlsServerOptions,
  sessions: SessionCache,
): Chosen | Refusal {
  const { policy = {} } = options;
  if (hello.clientVersion < WTLS_VERSION) {
    return refuse('protocol_version', `version ${hello.clientVersion} is not supported`);
  }
  if (!hello.compressionMethods.includes(compressionMethods.NULL)) {
    return refuse('illegal_parameter', 'the client does not support NULL compression');
  }
  const random = helloRandom(options.random, options.clock);
  const resumed = findSession(hello, options, sessions);
  if (resumed !== undefined) {
    const serverHello = answer(hello, random, resumed.spec, 0, resumed.id, options);
    const { suite, spec, masterSecret } = resumed;
    return { suite, spec, mode: modeOf(serverHello), serverHello, resumed, masterSecret, request: false };
  }
  const spec = chooseCipher(hello, options);
  if (isRefusal(spec)) return spec;
  const randoms = { hash: spec.mac.hash, clientRandom: hello.random, serverRandom: random };
  const exchange = chooseExchange(hello, options, randoms);
  if (isRefusal(exchange)) return exchange;
  const { position, ...chosen } = exchange;
  const id = options.random.octets(SESSION_ID_MOST).slice();
  const serverHello = answer(hello, random, spec, position, id, options);
  const asks = policy.clientAuthentication !== undefined && isCertified(chosen.suite);
  const request = asks && chosen.masterSecret === undefined;
  return { ...chosen, spec, mode: modeOf(serverHello), serverHello, request };
}

function isCertified({ algorithm }: KeyExchangeSuite): boolean {
  return algorithm === 'rsa' || algorithm === 'ecdh_ecdsa';
}

function modeOf({ sequenceNumberMode }: ServerHello): SequenceNumberMode {
  return modeByNumber(sequenceNumberMode) ?? 'explicit';
}

function answer(
  hello: ClientHello,
  random: Uint8Array,
  spec: CipherSpec,
  clientKeyId: number,
  sessionId: Uint8Array,
  { sequenceNumberMode = 'explicit', keyRefresh = KEY_REFRESH }: WtlsServerOptions,
): ServerHello {
  const asked = modeByNumber(hello.sequenceNumberMode) ?? 'explicit';
  return {
    type: 'server_hello',
    serverVersion: WTLS_VERSION,
    random,
    sessionId,
    clientKeyId,
    cipherSuite: cipherSuiteNumbers(spec),
    compressionMethod: compressionMethods.NULL,
    // §10.5.1.3: who wants more numbering gets it.
    sequenceNumberMode: Math.max(sequenceNumberModes[asked], sequenceNumberModes[sequenceNumberMode]),
    keyRefresh: Math.min(hello.keyRefresh, keyRefresh),
  };
}

/** §10.3: a session that the client may go on with. */
function findSession(
  hello: ClientHello,
  { policy = {}, cipherSuites = usualCipherSuites }: WtlsServerOptions,
  sessions: SessionCache,
): SecureSession | undefined {
  if (hello.sessionId.length === 0) return undefined;
  const session = sessions.find(sessionKey(hello.sessionId));
  if (session === undefined) return undefined;
  const { bulkCipher, mac } = session.spec;
  const offered = hello.cipherSuites.some(
    (it) => it.bulkCipher === bulkCipher.number && it.mac === mac.number,
  );
  const allowed = cipherSuites.some(([cipher, digest]) => cipher === bulkCipher.name && digest === mac.name);
  const proven = policy.clientAuthentication !== 'required' || session.peerKey !== undefined;
  return offered && allowed && proven ? session : undefined;
}

/** The first of the client's suites that the server takes. */
function chooseCipher(
  hello: ClientHello,
  { policy = {}, cipherSuites = usualCipherSuites }: WtlsServerOptions,
): CipherSpec | Refusal {
  const least = policy.leastCipherBits ?? LEAST_CIPHER_BITS;
  const taken = cipherSuites
    .map(([cipher, mac]) => cipherSpecByName(cipher, mac))
    .filter(({ bulkCipher }) => bulkCipher.effectiveKeyBits >= least);
  let weak = false;
  for (const suite of hello.cipherSuites) {
    const spec = cipherSpecByNumbers(suite);
    if (spec === undefined) continue;
    const found = taken.find((it) => it.bulkCipher === spec.bulkCipher && it.mac === spec.mac);
    if (found !== undefined) return found;
    if (spec.bulkCipher.effectiveKeyBits < least) weak = true;
  }
  return weak
    ? refuse('insufficient_security', `all ciphers offered have fewer than ${least} bits`)
    : refuse('handshake_failure', 'no cipher suite is common to both ends');
}

type ExchangeChoice = Pick<
  Chosen,
  'suite' | 'identity' | 'exchange' | 'masterSecret' | 'known' | 'peerKey'
> & { readonly position: number };

/** Why an entry of the client's list is not taken. */
type Unfit = 'not supported' | 'too weak' | 'unknown key' | 'unknown parameter index';

function chooseExchange(
  hello: ClientHello,
  options: WtlsServerOptions,
  randoms: Randoms,
): ExchangeChoice | Refusal {
  const { policy = {} } = options;
  if (hello.clientKeyIds.length === 0) {
    return refuse('unknown_key_id', 'the session is gone, and no key exchange is offered');
  }
  if (
    policy.requireKnownKey &&
    !hello.clientKeyIds.some(({ identifier }) => knownCertificates(identifier, options))
  ) {
    return refuse('unknown_key_id', 'the client names no key that is known');
  }
  const reasons = new Set<Unfit>();
  for (const [i, id] of hello.clientKeyIds.entries()) {
    const suite = keyExchangeByNumber(id.keyExchangeSuite);
    const choice = suite ? tryExchange(id, suite, hello, options, randoms) : 'not supported';
    if (typeof choice !== 'string') return { ...choice, position: i + 1 };
    reasons.add(choice);
  }
  if (reasons.has('too weak'))
    return refuse('insufficient_security', 'all key exchanges offered are too weak');
  if (reasons.has('unknown key')) return refuse('unknown_key_id', 'the client names no key that is known');
  if (reasons.has('unknown parameter index')) {
    return refuse('unknown_parameter_index', 'there is no key on the curves that the client suggests');
  }
  return refuse('handshake_failure', 'no key exchange is common to both ends');
}

function tryExchange(
  id: KeyExchangeId,
  suite: KeyExchangeSuite,
  hello: ClientHello,
  options: WtlsServerOptions,
  randoms: Randoms,
): Omit<ExchangeChoice, 'position'> | Unfit {
  const { policy = {}, random } = options;
  if (!isAllowed(suite, policy)) return 'not supported';
  switch (suite.algorithm) {
    case 'null':
      return { suite, masterSecret: masterSecretWithout(randoms, new Uint8Array(0)) };
    case 'shared_secret': {
      const secret = options.sharedSecretFor?.(id.identifier);
      return secret === undefined
        ? 'unknown key'
        : { suite, masterSecret: masterSecretWithout(randoms, secret) };
    }
    case 'rsa_anon': {
      const key = largest(options.anonymousKeys ?? [], suite);
      return strongEnough(suite, key && anonymousRsaExchange(key, hello.clientVersion), policy);
    }
    case 'dh_anon': {
      const exchange = anonymousDhExchange(random, suite, id.parameters, options.groups ?? usualGroups);
      return strongEnough(suite, exchange, policy);
    }
    case 'ecdh_anon': {
      const exchange = anonymousEcExchange(random, suite, id.parameters, options.curves ?? usualCurves);
      return strongEnough(suite, exchange, policy);
    }
    case 'rsa':
    case 'ecdh_ecdsa':
      return certifiedExchange(id, suite, hello, options, randoms);
  }
}

function isAllowed(suite: KeyExchangeSuite, { keyExchanges, clientAuthentication }: ServerPolicy): boolean {
  if (clientAuthentication === 'required' && !isCertified(suite)) return false;
  // Appendix B.1: nothing that offers no security, unless it is asked for by name.
  if (keyExchanges === undefined) return suite.algorithm !== 'null';
  return keyExchanges.some((name) => name === suite.name);
}

function largest(keys: readonly RsaPrivateKey[], suite: KeyExchangeSuite): RsaPrivateKey | undefined {
  return keys
    .filter(({ publicKey }) => keyBits(publicKey) <= (suite.limit ?? Number.POSITIVE_INFINITY))
    .reduce<RsaPrivateKey | undefined>(
      (best, it) => (best === undefined || keyBits(it.publicKey) > keyBits(best.publicKey) ? it : best),
      undefined,
    );
}

function strongEnough(
  suite: KeyExchangeSuite,
  exchange: ServerExchange | undefined,
  policy: ServerPolicy,
): Omit<ExchangeChoice, 'position'> | Unfit {
  if (exchange === undefined) return 'not supported';
  const onCurve = suite.points !== undefined;
  const least = (onCurve ? policy.leastCurveBits : policy.leastModulusBits) ?? 0;
  return exchange.bits < least ? 'too weak' : { suite, exchange };
}

/** With a key whose certificate the client can check (SIN 261_100). */
function certifiedExchange(
  id: KeyExchangeId,
  suite: KeyExchangeSuite,
  hello: ClientHello,
  options: WtlsServerOptions,
  randoms: Randoms,
): Omit<ExchangeChoice, 'position'> | Unfit {
  const { identities = [], policy = {} } = options;
  const type = suite.algorithm === 'rsa' ? 'rsa' : 'ec';
  const usable = identities.filter(
    (it) =>
      it.publicKey.type === type &&
      keyBits(it.publicKey) <= (suite.limit ?? Number.POSITIVE_INFINITY) &&
      isAcceptable(hello.trustedKeyIds, it.authorities),
  );
  const { index } = id.parameters;
  const identity = usable.find(
    ({ publicKey }) => publicKey.type === 'rsa' || index === 0 || index === publicKey.curve.number,
  );
  if (identity === undefined) return usable.length > 0 ? 'unknown parameter index' : 'not supported';
  const exchange = exchangeOf(identity, suite, hello);
  const judged = strongEnough(suite, exchange, policy);
  if (typeof judged === 'string') return judged;
  const known = knownCertificates(id.identifier, options);
  return {
    ...judged,
    identity,
    ...(known && { known, ...optimised(identity, suite, known, options, randoms) }),
  };
}

function exchangeOf(
  { publicKey, decrypt, agree }: Identity,
  suite: KeyExchangeSuite,
  hello: ClientHello,
): ServerExchange | undefined {
  if (publicKey.type === 'rsa') return decrypt && rsaExchange(publicKey, hello.clientVersion, decrypt);
  return agree && certifiedEcExchange(suite, publicKey.curve, agree);
}

/** Figure 7: both keys are known, and agree at once. Nothing where they do not. */
function optimised(
  identity: Identity,
  suite: KeyExchangeSuite,
  known: readonly HandshakeCertificate[],
  options: WtlsServerOptions,
  randoms: Randoms,
): Pick<Chosen, 'masterSecret' | 'peerKey'> {
  if (suite.algorithm !== 'ecdh_ecdsa') return {};
  const client = authenticateClient(known, suite, options);
  if (isRefusal(client)) return {};
  const masterSecret = fixedAgreement(identity, client.key, randoms);
  return masterSecret === undefined || isRefusal(masterSecret) ? {} : { masterSecret, peerKey: client.key };
}

function fixedAgreement(
  { publicKey, agree }: Identity,
  client: PublicKey,
  randoms: Randoms,
): MasterSecret | Refusal | undefined {
  if (agree === undefined || publicKey.type !== 'ec' || client.type !== 'ec') return undefined;
  if (publicKey.curve.number !== client.curve.number) return undefined;
  return agreed(randoms, agree(client.point));
}

function knownCertificates(
  identifier: Identifier,
  { clientCertificatesFor }: WtlsServerOptions,
): readonly HandshakeCertificate[] | undefined {
  return identifier.type === 'null' ? undefined : clientCertificatesFor?.(identifier);
}

function authenticateClient(
  list: readonly HandshakeCertificate[],
  suite: KeyExchangeSuite,
  options: WtlsServerOptions,
): Authenticated | Refusal {
  const { trusted = [], trustedCertificates = [], clock, certificateAt } = options;
  const url = urlOf(list);
  const octets = url === undefined ? undefined : certificateAt?.(url);
  const certificates = octets === undefined ? list : fetched(octets);
  const trust = { wtls: trusted, x509: trustedCertificates };
  return authenticate(certificates, suite.algorithm, trust, clock.now());
}

/** ServerHello and Certificate*. */
export function helloMessages({ serverHello, identity, resumed }: Chosen): readonly Uint8Array[] {
  const hello = encodeHandshake(serverHello);
  if (identity === undefined || resumed !== undefined) return [hello];
  return [hello, certificateMessage(identity)];
}

const certificateMessages = new WeakMap<Identity, Uint8Array>();

/** The same for every client. */
function certificateMessage(identity: Identity): Uint8Array {
  const message =
    certificateMessages.get(identity) ??
    encodeHandshake({ type: 'certificate', list: identity.certificates });
  certificateMessages.set(identity, message);
  return message;
}

/** ServerKeyExchange*, CertificateRequest* and ServerHelloDone. */
export function exchangeMessages(
  { exchange, request, suite, known }: Chosen,
  { trusted = [], trustedCertificates = [] }: WtlsServerOptions,
): readonly Uint8Array[] {
  const trust = { wtls: trusted, x509: trustedCertificates };
  // Without authorities: prove the key that was named in the hello, whose certificate is known (§10.5.4).
  const authorities = known === undefined ? authoritiesOf(trust) : [];
  const trustedAuthorities = authorities.map(
    ({ publicKey }): KeyExchangeId => ({
      keyExchangeSuite: suite.number,
      parameters: { index: 0 },
      // SIN 261_102: an identifier of the list is a key hash, or none.
      identifier: { type: 'key_hash_sha', keyHash: keyHash(publicKey) },
    }),
  );
  return [
    ...(exchange?.message ? [encodeHandshake(exchange.message)] : []),
    ...(request ? [encodeHandshake({ type: 'certificate_request', trustedAuthorities })] : []),
    encodeHandshake({ type: 'server_hello_done' }),
  ];
}

/** The flight with one message more, in the order of §10.3. */
export function addToFlight(
  flight: ClientFlight | undefined,
  message: HandshakeMessage,
  octets: Uint8Array,
): ClientFlight | Refusal {
  const messages = [...(flight?.messages ?? []), octets];
  if (message.type === 'certificate' && flight === undefined) {
    return { messages, certificates: message.list };
  }
  if (
    message.type === 'client_key_exchange' &&
    flight?.key === undefined &&
    flight?.signature === undefined
  ) {
    return { ...flight, messages, key: message.key };
  }
  if (message.type === 'certificate_verify' && flight !== undefined && flight.signature === undefined) {
    return { ...flight, messages, signature: message.signature };
  }
  return refuse('unexpected_message', `${message.type} came out of order`);
}

/** The master secret, and who the client is: what ChangeCipherSpec ends. */
export function concludeFlight(
  { chosen, hello, messages }: ServerHandshake,
  flight: ClientFlight,
  options: WtlsServerOptions,
): { readonly masterSecret: MasterSecret; readonly peer: Peer } | Refusal {
  const { spec, suite, serverHello, exchange, identity, request } = chosen;
  const randoms: Randoms = {
    hash: spec.mac.hash,
    clientRandom: hello.random,
    serverRandom: serverHello.random,
  };
  if (request !== (flight.certificates !== undefined)) {
    return refuse(
      'unexpected_message',
      request ? 'the certificate is missing' : 'no certificate was asked for',
    );
  }
  const sent = flight.certificates ?? [];
  const claimed = sent.length > 0 ? sent : request ? (chosen.known ?? []) : [];
  const proof = claimed.length > 0 ? authenticateClient(claimed, suite, options) : undefined;
  if (proof !== undefined && isRefusal(proof)) return proof;
  if (flight.key === undefined) {
    const secret = identity && proof && fixedAgreement(identity, proof.key, randoms);
    if (secret === undefined) return refuse('unexpected_message', 'client_key_exchange is missing');
    if (isRefusal(secret)) return secret;
    return { masterSecret: secret, peer: { key: (proof as Authenticated).key, certificates: claimed } };
  }
  const masterSecret = exchange?.finish(flight.key, randoms);
  if (masterSecret === undefined) return refuse('unexpected_message', 'nothing was to be exchanged');
  if (isRefusal(masterSecret)) return masterSecret;
  const peer = provenPeer(flight, proof, claimed, [...messages, ...flight.messages], randoms);
  if (isRefusal(peer)) return peer;
  if (peer.key === undefined && options.policy?.clientAuthentication === 'required') {
    return refuse('handshake_failure', 'the client does not prove who it is');
  }
  return { masterSecret, peer };
}

/** §10.5.8: a key that signs has to. A certificate for a key on a curve beside a key of the moment proves nothing. */
function provenPeer(
  { signature, messages: sent }: ClientFlight,
  proof: Authenticated | undefined,
  certificates: readonly HandshakeCertificate[],
  messages: readonly Uint8Array[],
  { hash }: Randoms,
): Peer | Refusal {
  if (signature === undefined) {
    return proof?.key.type === 'rsa' && sent.length > 0
      ? refuse('unexpected_message', 'certificate_verify is missing')
      : { certificates: [] };
  }
  if (proof === undefined) return refuse('unexpected_message', 'certificate_verify came without certificate');
  const digest = hashMessages(hash, messages.slice(0, -1));
  return isVerifiedBy(proof.key, digest, signature)
    ? { key: proof.key, certificates }
    : refuse('decrypt_error', 'the signature of the client is wrong');
}

export function isClientFinished(
  handshake: ServerHandshake,
  messages: readonly Uint8Array[],
  verifyData: Uint8Array,
): boolean {
  const { masterSecret, chosen } = handshake;
  if (masterSecret === undefined) return false;
  const expected = computeVerifyData('client', chosen.spec.mac.hash, masterSecret, messages);
  return equalSecrets(expected, verifyData);
}

/** The session that a handshake made, or resumed. */
export function sessionOfServer(handshake: ServerHandshake, at: Millis): SecureSession | undefined {
  const { chosen, masterSecret, peer } = handshake;
  const { serverHello, suite, spec, resumed } = chosen;
  if (masterSecret === undefined) return undefined;
  if (resumed !== undefined) return { ...resumed, keyRefresh: serverHello.keyRefresh };
  const peerKey = peer?.key ?? chosen.peerKey;
  return {
    id: serverHello.sessionId,
    masterSecret,
    suite,
    spec,
    keyRefresh: serverHello.keyRefresh,
    ...(peerKey && { peerKey }),
    peerCertificates: peer?.certificates ?? (chosen.peerKey ? (chosen.known ?? []) : []),
    since: at,
  };
}
