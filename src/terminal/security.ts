/**
 * How a terminal secures its datagrams: it is the client of WTLS on every port, also on those where pushes come in (WAP-261 §6,
 * WAP-235 §6.2.1).
 */
import type { Peers } from '../wap/address.js';
import { ProtocolError } from '../wap/errors.js';
import type { Management } from '../wap/layer.js';
import { toHex } from '../wap/octets.js';
import type { Random } from '../wap/random.js';
import { type SecurityLayer, secure } from '../wap/stack.js';
import type { Clock } from '../wap/time.js';
import {
  type Identity,
  type SecurityInformation,
  type SecurityNews,
  type SessionCache,
  sessionCache,
  type WtlsClientOptions,
  wtlsClient,
} from '../wap/wtls/index.js';

/** WAP-261 §6.1: nobody, the server, or both ends have proved who they are. */
export type WtlsClass = 1 | 2 | 3;

/** What a terminal brings along: whom it trusts, who it is, what it offers. One for all of its ports. */
export interface TerminalSecurity extends Omit<WtlsClientOptions, 'random' | 'clock'> {
  /** Secure sessions with gateways: the next connection goes on with what an earlier one agreed on. */
  readonly sessions: SessionCache;
  /** Ids of the sessions that the terminal has proved itself in. */
  readonly proved: Set<string>;
}

/** @param clock tells when a session is too old to go on with, and whether certificates are valid */
export function terminalSecurity(
  clock: Clock,
  options: Omit<WtlsClientOptions, 'random' | 'clock'> = {},
): TerminalSecurity {
  return { sessions: sessionCache(clock, SESSIONS_MOST), ...options, proved: new Set() };
}

/** A terminal speaks with few gateways. */
const SESSIONS_MOST = 64;

/** An identity that says when it is used. */
function watched(identity: Identity, use: () => void): Identity {
  const { sign, agree } = identity;
  return {
    ...identity,
    ...(sign && {
      sign: (digest: Uint8Array) => {
        use();
        return sign(digest);
      },
    }),
    ...(agree && {
      agree: (point: Uint8Array) => {
        use();
        return agree(point);
      },
    }),
  };
}

/** What is known of a connection, for whoever asks: a user, a program, the WTA user agent (WAP-266 §5.2). */
export interface ConnectionSecurity extends SecurityInformation {
  readonly wtlsClass: WtlsClass;
}

/** WTLS of one port. */
export interface SecuredPort {
  readonly layer: SecurityLayer;
  /** `undefined` as long as there is no connection. */
  information(peers: Peers): ConnectionSecurity | undefined;
}

/** The layer for a port of a terminal. */
export function securedPort(security: TerminalSecurity, clock: Clock, random: Random): SecuredPort {
  const { identities, sessions, proved } = security;
  let used = false;
  const wtls = wtlsClient({
    ...security,
    clock,
    random,
    ...(identities && { identities: identities.map((identity) => watched(identity, () => (used = true))) }),
    sessions: {
      ...sessions,
      keep(key, session) {
        const id = toHex(session.id);
        if (used) proved.add(id);
        used = false;
        const [oldest] = proved;
        if (proved.size > SESSIONS_MOST && oldest !== undefined) proved.delete(oldest);
        sessions.keep(key, session);
      },
    },
  });
  function classOf({ peerKey, sessionId }: SecurityInformation): WtlsClass {
    if (peerKey === undefined) return 1;
    return proved.has(toHex(sessionId)) ? 3 : 2;
  }
  return {
    layer: secure(wtls),
    information(peers) {
      const information = wtls.information(peers);
      return information && { ...information, wtlsClass: classOf(information) };
    },
  };
}

/**
 * What the management entity hears when there will be no connection, as the error that requests end with (WAP-236 §7.2.2);
 * `undefined` for all other news. A connection that is closed in good order is made again when it is needed.
 */
export function handshakeFailure(news: Management): ProtocolError | undefined {
  if (!isSecurityNews(news)) return undefined;
  const { type, text, alert } = news;
  if (type === 'Refused' && alert !== undefined) {
    return new ProtocolError('WTLS', 'REFUSED', `there is no secure connection: ${text}`);
  }
  if (type !== 'SEC-Terminate.ind') return undefined;
  const { description } = alert ?? {};
  if (description === 'connection_close_notify' || description === 'session_close_notify') return undefined;
  const why = alert === undefined ? text : `the other end refuses: ${text}`;
  return new ProtocolError('WTLS', 'TERMINATED', `there is no secure connection: ${why}`);
}

function isSecurityNews(news: Management): news is SecurityNews {
  return news.layer === 'WTLS' && 'peers' in news;
}
