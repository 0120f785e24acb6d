/** Secure sessions that can be resumed: WAP-261 §10, §11.1.4. */
import type { PublicKey } from '../crypto.js';
import { toHex } from '../octets.js';
import type { Clock, Millis } from '../time.js';
import type { HandshakeCertificate } from './handshake.js';
import type { MasterSecret } from './keys.js';
import { SESSION_LIFETIME, SESSIONS_MOST, type SecurityInformation } from './options.js';
import type { CipherSpec, KeyExchangeSuite } from './suites.js';

/** A secure session: many connections can be made from one. */
export interface SecureSession {
  /** Empty where the server does not want it resumed. */
  readonly id: Uint8Array;
  readonly masterSecret: MasterSecret;
  readonly spec: CipherSpec;
  readonly suite: KeyExchangeSuite;
  readonly keyRefresh: number;
  /** The key that the other end proved to have. */
  readonly peerKey?: PublicKey;
  readonly peerCertificates: readonly HandshakeCertificate[];
  readonly since: Millis;
}

export interface SessionCache {
  /** @param key a server's is the session's id, a client's the server's address */
  find(key: string): SecureSession | undefined;
  keep(key: string, session: SecureSession): void;
  /** Forgets the session itself, and not one that took its place. */
  forget(key: string, session: SecureSession): void;
  size(): number;
}

/** A cache in memory; when it is full, the oldest session gives way. */
export function sessionCache(
  clock: Clock,
  most: number = SESSIONS_MOST,
  lifetime: Millis = SESSION_LIFETIME,
): SessionCache {
  const sessions = new Map<string, SecureSession>();
  return {
    find(key) {
      const session = sessions.get(key);
      if (session === undefined || clock.now() - session.since < lifetime) return session;
      sessions.delete(key);
      return undefined;
    },
    keep(key, session) {
      sessions.delete(key);
      sessions.set(key, session);
      const [oldest] = sessions.keys();
      if (sessions.size > most && oldest !== undefined) sessions.delete(oldest);
    },
    forget(key, session) {
      if (sessions.get(key) === session) sessions.delete(key);
    },
    size: () => sessions.size,
  };
}

/** The key of a session in a server's cache. */
export function sessionKey(id: Uint8Array): string {
  return toHex(id);
}

/** What whoever is above may know of a session. */
export function informationOf(session: SecureSession): SecurityInformation {
  const { id, suite, spec, keyRefresh, peerKey, peerCertificates } = session;
  return {
    sessionId: id,
    keyExchange: suite.name,
    spec,
    keyRefresh,
    ...(peerKey && { peerKey }),
    peerCertificates,
  };
}
