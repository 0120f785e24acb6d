/** The layer: datagrams in, secure datagrams out, for as many peers as there are. WAP-261. */
import { endpointKey, type Peers, peersKey } from '../address.js';
import { DecodeError } from '../errors.js';
import type { Layer } from '../layer.js';
import type { DatagramIndication, DatagramRequest } from '../wdp/primitives.js';
import { ClientConnection } from './client.js';
import { handshakeTypes } from './handshake.js';
import { noConnectionAlert, parseTimer } from './line.js';
import {
  CONNECTIONS_MOST,
  HANDSHAKES_MOST,
  type SecurityInformation,
  type WtlsClientOptions,
  type WtlsServerOptions,
} from './options.js';
import type { SecurityRequest, WtlsEffect } from './primitives.js';
import { contentTypes, decodeRecords, type WtlsRecord } from './record.js';
import { ServerConnection } from './server.js';
import { sessionCache } from './sessions.js';

/** A layer for the slot between WDP and whoever works on datagrams. */
export type Wtls = Layer<
  DatagramRequest | SecurityRequest,
  DatagramIndication,
  DatagramIndication,
  DatagramRequest
> & {
  /** What was agreed on with a peer, and whom it proved to be; `undefined` without connection. */
  information(peers: Peers): SecurityInformation | undefined;
  /** Peers of which anything is remembered. */
  size(): number;
};

/** What a layer needs of the connections that it holds. */
interface Held {
  send(userData: Uint8Array): readonly WtlsEffect[];
  request(request: SecurityRequest): readonly WtlsEffect[];
  receive(sdu: Uint8Array): readonly WtlsEffect[];
  expired(timer: string): readonly WtlsEffect[];
  isIdle(): boolean;
  information(): SecurityInformation | undefined;
}

/** The client's end: a connection is made when there is something to send. */
export function wtlsClient(options: WtlsClientOptions): Wtls {
  const sessions = options.sessions ?? sessionCache(options.clock);
  const connections = new Map<string, ClientConnection>();
  return layer({
    connections,
    make: (peers) => new ClientConnection(peers, options, sessions),
    isWelcome: (sdu, { remote }) =>
      options.isProvisioned?.(remote) === true && startsWith(sdu, handshakeTypes.hello_request),
    settle: () => [],
  });
}

/** The server's end. What it remembers of strangers is bounded: first hellos in floods push each other out. */
export function wtlsServer(options: WtlsServerOptions): Wtls {
  const sessions = options.sessions ?? sessionCache(options.clock);
  const connections = new Map<string, ServerConnection>();
  const handshakes = new Map<string, ServerConnection>();
  const { handshakesMost = HANDSHAKES_MOST, connectionsMost = CONNECTIONS_MOST } = options;

  /** Keeps the books, and the limits. */
  function settle(key: string, connection: ServerConnection): readonly WtlsEffect[] {
    const effects: WtlsEffect[] = [];
    if (!connection.inHandshake()) handshakes.delete(key);
    else if (!handshakes.has(key)) {
      handshakes.set(key, connection);
      const [oldest] = handshakes;
      if (handshakes.size > handshakesMost && oldest !== undefined) {
        const [other, crowded] = oldest;
        handshakes.delete(other);
        effects.push(...crowded.abandon('other handshakes came'));
        if (crowded.isIdle()) connections.delete(other);
      }
    }
    // The map is in the order of use: who was silent longest is first.
    connections.delete(key);
    if (!connection.isIdle()) connections.set(key, connection);
    const [silent] = connections;
    if (connections.size > connectionsMost + handshakesMost && silent !== undefined) {
      const [other, closing] = silent;
      effects.push(...closing.abandon('other connections came'), ...closing.close());
      connections.delete(other);
      handshakes.delete(other);
    }
    return effects;
  }

  return layer({
    connections,
    make: (peers) => new ServerConnection(peers, options, sessions),
    isWelcome: (sdu) => startsWith(sdu, handshakeTypes.client_hello),
    settle,
  });
}

function layer<Connection extends Held>(parts: {
  readonly connections: Map<string, Connection>;
  make(peers: Peers): Connection;
  /** Whether something from a stranger is a reason to remember it. */
  isWelcome(sdu: Uint8Array, peers: Peers): boolean;
  settle(key: string, connection: Connection): readonly WtlsEffect[];
}): Wtls {
  const { connections } = parts;

  function done(key: string, connection: Connection, effects: readonly WtlsEffect[]): readonly WtlsEffect[] {
    const more = parts.settle(key, connection);
    if (connection.isIdle()) connections.delete(key);
    return more.length === 0 ? effects : [...effects, ...more];
  }

  function connectionTo(peers: Peers): readonly [key: string, connection: Connection] {
    const key = peersKey(peers);
    const found = connections.get(key) ?? parts.make(peers);
    connections.set(key, found);
    return [key, found];
  }

  return {
    name: 'WTLS',
    fromAbove(primitive) {
      if (primitive.type !== 'T-DUnitdata.req') {
        const [key, connection] = connectionTo(primitive.peers);
        return done(key, connection, connection.request(primitive));
      }
      const peers = { local: primitive.source, remote: primitive.destination };
      const [key, connection] = connectionTo(peers);
      return done(key, connection, connection.send(primitive.userData));
    },
    fromBelow(indication) {
      if (indication.type === 'T-DError.ind') return [{ up: indication }];
      const { source, destination, userData } = indication;
      const peers = { local: destination, remote: source };
      const key = peersKey(peers);
      const connection = connections.get(key);
      if (connection !== undefined) return done(key, connection, connection.receive(userData));
      if (!parts.isWelcome(userData, peers)) return toStranger(userData, peers);
      const [, made] = connectionTo(peers);
      return done(key, made, made.receive(userData));
    },
    expired(timer) {
      const [name, key] = parseTimer(timer);
      const connection = connections.get(key);
      return connection === undefined ? [] : done(key, connection, connection.expired(name));
    },
    information: (peers) => connections.get(peersKey(peers))?.information(),
    size: () => connections.size,
  };
}

/** The first record of an SDU; `undefined` where there is none. */
function firstRecord(sdu: Uint8Array): { record: WtlsRecord; octets: Uint8Array } | undefined {
  try {
    return decodeRecords(sdu)[0];
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** Whether an SDU begins with that handshake message in cleartext. */
function startsWith(sdu: Uint8Array, type: number): boolean {
  const first = firstRecord(sdu)?.record;
  return first?.contentType === contentTypes.handshake && !first.ciphered && first.fragment[0] === type;
}

/** §10.2.2: somebody believes in a connection that there is not. Alerts are not answered, or two ends would never stop. */
function toStranger(sdu: Uint8Array, { local, remote }: Peers): readonly WtlsEffect[] {
  const first = firstRecord(sdu);
  const text = `from ${endpointKey(remote)}, with whom there is no connection`;
  const news: WtlsEffect = { manage: { type: 'Refused', layer: 'WTLS', text } };
  const answers = first !== undefined && first.record.contentType !== contentTypes.alert;
  if (!answers) return [news];
  const userData = noConnectionAlert(first.octets);
  return [news, { down: { type: 'T-DUnitdata.req', source: local, destination: remote, userData } }];
}
