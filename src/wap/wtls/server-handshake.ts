/** What a server says in a handshake, and how it judges what the client answers: WAP-261 §10.3, §10.5. */
import { equalSecrets, type PublicKey, type RunningDigest } from '../crypto.js';
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
import { type MasterSecret, type Side, verifyDataOf } from './keys.js';
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

/** A handshake under way; what changes is filled in as it goes on. */
export interface ServerHandshake {
  /** The SDU that the hello came in: the same again is a retransmission (§10.4). */
  readonly sdu: Uint8Array;
  readonly hello: ClientHello;
  readonly chosen: Chosen;
  /** The connection under whose cipher spec the handshake runs; none: it is in cleartext. */
  readonly carrier: Connection | undefined;
  /** Of all messages before the client's answer. */
  readonly said: RunningDigest;
  /** Of all messages with the client's answer: what Finished vouches for. */
  heard: RunningDigest | undefined;
  flight: ClientFlight | undefined;
  masterSecret: MasterSecret | undefined;
  peer: Peer | undefined;
  pending: Pending | undefined;
  /** The read state that becomes current with Finished: ChangeCipherSpec has come. */
  reading: ReadState | undefined;
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

const helloDone = encodeHandshake({ type: 'server_hello_done' });

/** ServerKeyExchange*, CertificateRequest* and ServerHelloDone. */
export function exchangeMessages(chosen: Chosen, options: WtlsServerOptions): readonly Uint8Array[] {
  const { exchange, request } = chosen;
  return [
    ...(exchange?.message ? [encodeHandshake(exchange.message)] : []),
    ...(request ? [requestMessage(chosen, options)] : []),
    helloDone,
  ];
}

function requestMessage(
  { suite, known }: Chosen,
  { trusted = [], trustedCertificates = [] }: WtlsServerOptions,
): Uint8Array {
  // Without authorities: prove the key that was named in the hello, whose certificate is known (§10.5.4).
  const authorities = known === undefined ? authoritiesOf({ wtls: trusted, x509: trustedCertificates }) : [];
  const trustedAuthorities = authorities.map(
    ({ publicKey }): KeyExchangeId => ({
      keyExchangeSuite: suite.number,
      parameters: { index: 0 },
      // SIN 261_102: an identifier of the list is a key hash, or none.
      identifier: { type: 'key_hash_sha', keyHash: keyHash(publicKey) },
    }),
  );
  return encodeHandshake({ type: 'certificate_request', trustedAuthorities });
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

/** What an answer of the client comes to. */
export interface Concluded {
  readonly masterSecret: MasterSecret;
  readonly peer: Peer;
  readonly heard: RunningDigest;
}

/** The master secret, and who the client is: what ChangeCipherSpec ends. */
export function concludeFlight(
  { chosen, hello, said }: ServerHandshake,
  flight: ClientFlight,
  options: WtlsServerOptions,
): Concluded | Refusal {
  const { spec, suite, serverHello, exchange, identity, request } = chosen;
  const heard = said.clone();
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
    heard.update(...flight.messages);
    return {
      masterSecret: secret,
      peer: { key: (proof as Authenticated).key, certificates: claimed },
      heard,
    };
  }
  const masterSecret = exchange?.finish(flight.key, randoms);
  if (masterSecret === undefined) return refuse('unexpected_message', 'nothing was to be exchanged');
  if (isRefusal(masterSecret)) return masterSecret;
  const peer = provenPeer(flight, proof, claimed, heard);
  if (isRefusal(peer)) return peer;
  if (peer.key === undefined && options.policy?.clientAuthentication === 'required') {
    return refuse('handshake_failure', 'the client does not prove who it is');
  }
  return { masterSecret, peer, heard };
}

/**
 * §10.5.8: a key that signs has to. A certificate for a key on a curve beside a key of the moment proves nothing.
 * @param heard is told the flight
 */
function provenPeer(
  { signature, messages }: ClientFlight,
  proof: Authenticated | undefined,
  certificates: readonly HandshakeCertificate[],
  heard: RunningDigest,
): Peer | Refusal {
  if (signature === undefined) {
    heard.update(...messages);
    return proof?.key.type === 'rsa' && messages.length > 0
      ? refuse('unexpected_message', 'certificate_verify is missing')
      : { certificates: [] };
  }
  if (proof === undefined) return refuse('unexpected_message', 'certificate_verify came without certificate');
  heard.update(...messages.slice(0, -1));
  const signed = heard.digest();
  heard.update(...messages.slice(-1));
  return isVerifiedBy(proof.key, signed, signature)
    ? { key: proof.key, certificates }
    : refuse('decrypt_error', 'the signature of the client is wrong');
}

/** What a Finished of that side has to say now: §10.5.9. */
export function serverVerifyData(handshake: ServerHandshake, side: Side): Uint8Array | undefined {
  const { chosen, said, heard = said } = handshake;
  const masterSecret = handshake.masterSecret ?? chosen.masterSecret;
  return masterSecret && verifyDataOf(side, chosen.spec.mac.hash, masterSecret, heard.digest());
}

export function isClientFinished(handshake: ServerHandshake, verifyData: Uint8Array): boolean {
  const expected = serverVerifyData(handshake, 'client');
  return expected !== undefined && equalSecrets(expected, verifyData);
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
