/** A client's handshake as a whole: what was said, what it comes to, and Finished. WAP-261 §10.3, §10.5.9. */
import type { Endpoint } from '../address.js';
import { equalSecrets, type PublicKey } from '../crypto.js';
import type { Millis } from '../time.js';
import { certifiedKey } from './certificates.js';
import {
  type Answer,
  answerRequest,
  authenticatedServer,
  masterSecretOfShortHandshake,
} from './client-answer.js';
import {
  type Accepted,
  checkServerHello,
  clientHello,
  type Offered,
  type ServerFlight,
} from './client-hello.js';
import { encodeHandshake, type HandshakeCertificate } from './handshake.js';
import { exchangeAsClient } from './key-exchange.js';
import { computeVerifyData, type MasterSecret } from './keys.js';
import { type Connection, type Pending, pendingStates } from './line.js';
import type { WtlsClientOptions } from './options.js';
import type { ReadState } from './protection.js';
import { isRefusal, type Refusal, refuse } from './refusal.js';
import type { SecureSession } from './sessions.js';
import { formatCipherSpec } from './suites.js';

export interface Handshake extends Offered {
  /** All handshake messages so far: what Finished vouches for. */
  readonly messages: readonly Uint8Array[];
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

export function startHandshake(
  options: WtlsClientOptions,
  session: SecureSession | undefined,
  carrier: Connection | undefined,
): Handshake {
  const offered = clientHello(options, session);
  return { ...offered, messages: [encodeHandshake(offered.hello)], ...(carrier && { carrier }) };
}

/** ChangeCipherSpec came after the hello: both ends know enough already. */
export function concludeShort(
  handshake: Handshake,
  flight: ServerFlight,
  options: WtlsClientOptions,
  remote: Endpoint,
): Handshake | Refusal {
  const accepted = checkServerHello(handshake, flight.hello, options.sequenceNumberMode ?? 'explicit');
  if (isRefusal(accepted)) return accepted;
  const masterSecret = masterSecretOfShortHandshake(handshake, flight, accepted, options, remote);
  if (isRefusal(masterSecret)) return masterSecret;
  const pending = pendingStates('client', accepted, handshake.hello, masterSecret);
  const { certificates } = flight;
  return { ...handshake, accepted, certificates, pending, reading: pending.read, masterSecret };
}

/** ServerHelloDone came: the client's part follows. */
export function concludeFull(
  handshake: Handshake,
  flight: ServerFlight,
  options: WtlsClientOptions,
  remote: Endpoint,
): Handshake | Refusal {
  const accepted = checkServerHello(handshake, flight.hello, options.sequenceNumberMode ?? 'explicit');
  if (isRefusal(accepted)) return accepted;
  if (accepted.resumed) return refuse('unexpected_message', 'a resumed session has no key exchange');
  const part = authenticatedServer(flight, accepted, options, remote);
  if (isRefusal(part)) return part;
  const { suite, parameters } = accepted.offer;
  const randoms = {
    hash: accepted.spec.mac.hash,
    clientRandom: handshake.hello.random,
    serverRandom: flight.hello.random,
  };
  const exchange = exchangeAsClient(options.random, suite, parameters, part, randoms, options.secretMaker);
  if (isRefusal(exchange)) return exchange;
  const answer = answerRequest(handshake, flight, accepted, part, exchange, randoms, options);
  if (isRefusal(answer)) return answer;
  const { masterSecret } = answer;
  return {
    ...handshake,
    messages: [...handshake.messages, ...flight.messages],
    accepted,
    certificates: flight.certificates,
    answer,
    masterSecret,
    pending: pendingStates('client', accepted, handshake.hello, masterSecret),
  };
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
  return `${resumed ? 'resumed' : offer.suite.name}, ${formatCipherSpec(spec)}`;
}
