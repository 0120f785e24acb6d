/** What a server says in a handshake, and how it judges what the client answers: WAP-261 §10.3, §10.5. */
import { equalSecrets, type PublicKey } from '../crypto.js';
import { keyHash } from '../pki/keys.js';
import type { Millis } from '../time.js';
import { type Authenticated, authoritiesOf, isVerifiedBy } from './certificates.js';
import { authenticateClient, type Chosen, fixedAgreement } from './choice.js';
import {
  type ClientHello,
  encodeHandshake,
  type HandshakeCertificate,
  type HandshakeMessage,
  type KeyExchangeId,
} from './handshake.js';
import type { Randoms } from './key-exchange.js';
import { computeVerifyData, hashMessages, type MasterSecret } from './keys.js';
import type { Connection, Pending } from './line.js';
import type { Identity, WtlsServerOptions } from './options.js';
import type { ReadState } from './protection.js';
import { isRefusal, type Refusal, refuse } from './refusal.js';
import type { SecureSession } from './sessions.js';

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
