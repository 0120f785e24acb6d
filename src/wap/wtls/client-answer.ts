/** How a client answers: who the server is, what both keep secret, and who the client is. WAP-261 §10.5.2 to §10.5.8. */
import type { Endpoint } from '../address.js';
import type { ParameterSpecifier } from '../pki/wtls-certificate.js';
import { authenticate, bearsName, isAcceptable } from './certificates.js';
import type { Handshake } from './client-handshake.js';
import { type Accepted, fitsSuite, type ServerFlight } from './client-hello.js';
import { encodeHandshake, type KeyExchangeId } from './handshake.js';
import {
  agreed,
  type ClientExchange,
  masterSecretWithout,
  type Randoms,
  type ServerPart,
  serverPoint,
} from './key-exchange.js';
import { hashMessages, type MasterSecret } from './keys.js';
import type { Identity, WtlsClientOptions } from './options.js';
import { isRefusal, type Refusal, refuse } from './refusal.js';
import type { KeyExchangeSuite } from './suites.js';

/** Certificate, ClientKeyExchange and CertificateVerify, as far as they are due. */
export interface Answer {
  readonly messages: readonly Uint8Array[];
  readonly masterSecret: MasterSecret;
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
