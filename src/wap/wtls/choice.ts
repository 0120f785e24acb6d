/** What a server chooses from a hello, as its keys and its policy allow: WAP-261 §10.3, §10.5.1, Appendix A. */
import type { PublicKey, RsaPrivateKey } from '../crypto.js';
import { curves } from '../pki/curves.js';
import type { Identifier } from '../pki/wtls-certificate.js';
import { type Authenticated, authenticate, fetched, isAcceptable, urlOf } from './certificates.js';
import {
  type ClientHello,
  type HandshakeCertificate,
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
  helloRandom,
  keyBits,
  masterSecretWithout,
  RANDOM_BYTES,
  type Randoms,
  rsaExchange,
  type ServerExchange,
} from './key-exchange.js';
import type { MasterSecret } from './keys.js';
import {
  type Identity,
  KEY_REFRESH,
  type ServerPolicy,
  usualCipherSuites,
  WTLS_VERSION,
  type WtlsServerOptions,
} from './options.js';
import { isRefusal, type Refusal, refuse } from './refusal.js';
import { type SecureSession, type SessionCache, sessionKey } from './sessions.js';
import {
  type CipherSpec,
  cipherSpecByNumbers,
  cipherSuiteNumbers,
  compressionMethods,
  type KeyExchangeSuite,
  keyExchangeByNumber,
  modeByNumber,
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
  readonly identity?: Identity | undefined;
  /** For a full handshake. */
  readonly exchange?: ServerExchange | undefined;
  /** For a short one: abbreviated, optimised, with a shared secret or with none. */
  readonly masterSecret?: MasterSecret | undefined;
  /** Whether the client is asked for a certificate. */
  readonly request: boolean;
  /** The client's certificates, where it named its key and the server knows it. */
  readonly known?: readonly HandshakeCertificate[] | undefined;
  readonly peerKey?: PublicKey | undefined;
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
  const drawn = options.random.octets(RANDOM_BYTES + SESSION_ID_MOST);
  const random = helloRandom(drawn, options.clock);
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
  const { choice, position } = exchange;
  const id = drawn.slice(RANDOM_BYTES);
  const serverHello = answer(hello, random, spec, position, id, options);
  const asks = policy.clientAuthentication !== undefined && isCertified(choice.suite);
  return {
    suite: choice.suite,
    spec,
    mode: modeOf(serverHello),
    serverHello,
    identity: choice.identity,
    exchange: choice.exchange,
    masterSecret: choice.masterSecret,
    request: asks && choice.masterSecret === undefined,
    known: choice.known,
    peerKey: choice.peerKey,
  };
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
  const allowed = isAmong(cipherSuites, session.spec);
  const proven = policy.clientAuthentication !== 'required' || session.peerKey !== undefined;
  return offered && allowed && proven ? session : undefined;
}

function isAmong(suites: typeof usualCipherSuites, { bulkCipher, mac }: CipherSpec): boolean {
  return suites.some(([cipher, digest]) => cipher === bulkCipher.name && digest === mac.name);
}

/** The first of the client's suites that the server takes. */
function chooseCipher(
  hello: ClientHello,
  { policy = {}, cipherSuites = usualCipherSuites }: WtlsServerOptions,
): CipherSpec | Refusal {
  const least = policy.leastCipherBits ?? LEAST_CIPHER_BITS;
  let weak = false;
  for (const suite of hello.cipherSuites) {
    const spec = cipherSpecByNumbers(suite);
    if (spec === undefined) continue;
    if (spec.bulkCipher.effectiveKeyBits < least) weak = true;
    else if (isAmong(cipherSuites, spec)) return spec;
  }
  return weak
    ? refuse('insufficient_security', `all ciphers offered have fewer than ${least} bits`)
    : refuse('handshake_failure', 'no cipher suite is common to both ends');
}

type ExchangeChoice = Pick<Chosen, 'suite' | 'identity' | 'exchange' | 'masterSecret' | 'known' | 'peerKey'>;

/** Why an entry of the client's list is not taken. */
type Unfit = 'not supported' | 'too weak' | 'unknown key' | 'unknown parameter index';

function chooseExchange(
  hello: ClientHello,
  options: WtlsServerOptions,
  randoms: Randoms,
): { readonly choice: ExchangeChoice; readonly position: number } | Refusal {
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
    if (typeof choice !== 'string') return { choice, position: i + 1 };
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
): ExchangeChoice | Unfit {
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
): ExchangeChoice | Unfit {
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
): ExchangeChoice | Unfit {
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
  if (known === undefined) return { suite, exchange, identity };
  return { suite, exchange, identity, known, ...optimised(identity, suite, known, options, randoms) };
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

/** Z of two keys that are both in certificates; nothing where they are on different curves. */
export function fixedAgreement(
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

/** Who a client's certificates say it is. */
export function authenticateClient(
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
