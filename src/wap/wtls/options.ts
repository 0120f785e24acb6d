/** What a provider of WTLS is told, and what it does when it is told nothing. */
import type { Endpoint, Peers } from '../address.js';
import {
  ecdh,
  type PrivateKey,
  type PublicKey,
  type RsaPrivateKey,
  type RsaPublicKey,
  rsaDecryptSecret,
  rsaSignBlock,
} from '../crypto.js';
import type { Identifier, WtlsTrust } from '../pki/wtls-certificate.js';
import type { Certificate } from '../pki/x509.js';
import type { Random } from '../random.js';
import { type Clock, type Millis, seconds } from '../time.js';
import type { HandshakeCertificate } from './handshake.js';
import type { MasterSecret } from './keys.js';
import type { SessionCache } from './sessions.js';
import type { BulkCipherName, CipherSpec, KeyExchangeName, MacName, SequenceNumberMode } from './suites.js';

/** The only version there is (§10.5.1.2). */
export const WTLS_VERSION = 1;

/** A handshake that does not get on is forgotten: the time that a user on SMS may need, and some. */
export const HANDSHAKE_TIME: Millis = seconds(120);

/** Handshakes under way at a server: some 3 KiB each. When another comes, the oldest gives way. */
export const HANDSHAKES_MOST = 1024;

/** Secure connections at once: some 5 KiB each. When another comes, the one that was silent longest gives way. */
export const CONNECTIONS_MOST = 20_000;

/** A secure connection that nothing was heard of for so long is closed; its session can be resumed. */
export const IDLE_TIME: Millis = seconds(3600);

/** Sessions that can be resumed: some 300 octets each. */
export const SESSIONS_MOST = 20_000;

/** How long a session can be resumed: afterwards its secret is forgotten. */
export const SESSION_LIFETIME: Millis = seconds(12 * 3600);

/** Datagrams that wait for a handshake, of one peer: what WTP sends before it hears anything, several times over. */
export const WAITING_MOST = 16;

/** Alerts in cleartext, and others that anyone can provoke, between two genuine records of one peer. */
export const PROVOKED_ALERTS_MOST = 4;

/** HelloRequests that a client heeds, and a server sends, in `HELLO_REQUEST_TIME` (Appendix B.4). */
export const HELLO_REQUEST_TIME: Millis = seconds(10);

/** Intervals after which a flight of the client is sent again: WTP's for IP (WAP-224 Appendix A). */
export const RETRANSMISSION_INTERVAL: Millis = seconds(5);
export const RETRANSMISSIONS_MOST = 8;

/** How long a client waits for data to send its Finished with, in an abbreviated handshake. */
export const PREPEND_TIME: Millis = 200;

/** New keys at least every 2^8 records. */
export const KEY_REFRESH = 8;

/** A line of the key log: who holds it reads the connection. */
export interface KeyLogEntry {
  readonly peers: Peers;
  readonly sessionId: Uint8Array;
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
  readonly masterSecret: Uint8Array;
}

/** What both ends share. */
export interface SecurityOptions {
  readonly random: Random;
  readonly clock: Clock;
  /** Authorities that issue WTLS certificates. */
  readonly trusted?: readonly WtlsTrust[];
  /** Authorities that issue X.509 certificates. */
  readonly trustedCertificates?: readonly Certificate[];
  /** Shared by several layers of one party, where sessions shall serve several connections (§11.1.4). */
  readonly sessions?: SessionCache;
  /** Hears of every master secret that is known here: `keyLog` gives the connections away. */
  readonly keyLog?: (entry: KeyLogEntry) => void;
  /** Cipher suites, the favourite first. */
  readonly cipherSuites?: readonly (readonly [cipher: BulkCipherName, mac: MacName])[];
  /** Keys change whenever this many low bits of the sequence number are zero; the smaller wish of both ends counts. */
  readonly keyRefresh?: number;
  /** Default: explicit, which datagrams need (§9.2.3.1). Anything less is for a transport that loses and reorders nothing. */
  readonly sequenceNumberMode?: SequenceNumberMode;
  readonly idleTime?: Millis;
}

/** A party to a handshake that can prove who it is. */
export interface Identity {
  readonly publicKey: PublicKey;
  /** Its own certificate first, each certified by the next (§10.5.2). */
  readonly certificates: readonly HandshakeCertificate[];
  /** Who issued the last of them, and is not in the list. */
  readonly authorities: readonly WtlsTrust[];
  /** PKCS#1 block type 1 around the digest as it is (§11.1.1). RSA only. */
  readonly sign?: (digest: Uint8Array) => Uint8Array;
  /** A secret of known length; a pseudo-random one where the cryptogram is none (§10.5.7.1). RSA only. */
  readonly decrypt?: (cryptogram: Uint8Array, length: number) => Uint8Array;
  /** The x coordinate of the shared point; `undefined` where the other's is on no curve. Elliptic curves only. */
  readonly agree?: (point: Uint8Array) => Uint8Array | undefined;
}

/** An identity whose private key is at hand. */
export function identityOf(
  privateKey: PrivateKey,
  certificates: readonly HandshakeCertificate[],
  authorities: readonly WtlsTrust[] = [],
): Identity {
  const shared = { publicKey: privateKey.publicKey, certificates, authorities };
  if (privateKey.type === 'rsa') {
    return {
      ...shared,
      sign: (digest) => rsaSignBlock(privateKey, digest),
      decrypt: (cryptogram, length) => rsaDecryptSecret(privateKey, cryptogram, length),
    };
  }
  return { ...shared, agree: (point) => ecdh(privateKey, point) };
}

/** A secret that two parties hold beforehand, and the name that it goes by (§10.3). */
export interface SharedSecret {
  readonly identifier: Identifier;
  readonly secret: Uint8Array;
}

/** A key exchange as a client offers it. @see keyExchangeSuites for the names */
export interface KeyExchangeOffer {
  readonly suite: KeyExchangeName;
  /** The number of a curve (Table 8) or a group (Table 9); 0: the server says. */
  readonly parameter?: number;
}

/** Where the client's secrets are made: for RSA, a card does it all and lets nothing out (WAP-260 §8.2). */
export interface SecretMaker {
  /**
   * Draws a secret, encrypts it for the server, and keeps it as the pre-master secret.
   * @param seed ClientHello.random and ServerHello.random
   */
  rsa(
    key: RsaPublicKey,
    clientVersion: number,
    seed: Uint8Array,
  ): { readonly encrypted: Uint8Array; readonly masterSecret: MasterSecret };
}

export interface WtlsClientOptions extends SecurityOptions {
  /**
   * The favourite first. Default: with trusted authorities the suites with certificates, without any the anonymous ones,
   * which protect from listeners only (Appendix B.2).
   */
  readonly keyExchanges?: readonly KeyExchangeOffer[];
  /** What the client can prove itself with, when a server asks (class 3). */
  readonly identities?: readonly Identity[];
  /** Whether the hello names the keys of the identities, in cleartext: a server that knows them saves a certificate. */
  readonly announceIdentity?: boolean;
  readonly sharedSecret?: SharedSecret;
  /** A card that makes the secrets of RSA key exchanges. */
  readonly secretMaker?: SecretMaker;
  /**
   * Names that the server may have in the `commonname` of its certificate (§10.5.2). Default: its address. A certificate
   * without common name is not held against them.
   */
  readonly serverNames?: (remote: Endpoint) => readonly string[];
  /** Whether a HelloRequest from there is heeded though there is no connection (Appendix B.4). Default: none is. */
  readonly isProvisioned?: (remote: Endpoint) => boolean;
  readonly retransmissionInterval?: Millis;
  readonly retransmissionsMost?: number;
  readonly prependTime?: Millis;
}

/** What a server insists on. */
export interface ServerPolicy {
  /** Key exchanges that are taken. Default: those that there are keys for; never NULL. */
  readonly keyExchanges?: readonly KeyExchangeName[];
  /** Effective bits of a bulk cipher's key. Default: 56, as Table 5 warns of ciphers with 40. */
  readonly leastCipherBits?: number;
  /** Bits of an RSA modulus, or of a prime, of key exchanges. Default: none. */
  readonly leastModulusBits?: number;
  /** Bits of the field of a curve. Default: none. */
  readonly leastCurveBits?: number;
  /** Whether a client has to prove itself with a certificate. Default: none is asked for. */
  readonly clientAuthentication?: 'requested' | 'required';
  /** Whether a client has to name a key that is known (§10.2.2, unknown_key_id). Default: no. */
  readonly requireKnownKey?: boolean;
}

export interface WtlsServerOptions extends SecurityOptions {
  readonly policy?: ServerPolicy;
  /** Keys with certificates: for RSA and ECDH_ECDSA. */
  readonly identities?: readonly Identity[];
  /** For RSA_anon: of those within the limit of the suite the largest is used. */
  readonly anonymousKeys?: readonly RsaPrivateKey[];
  /** Curves and groups for anonymous key exchanges, the favourite first. Default: curves 7, 5 and all others; groups 2 and 1. */
  readonly curves?: readonly number[];
  readonly groups?: readonly number[];
  readonly sharedSecretFor?: (identifier: Identifier) => Uint8Array | undefined;
  /** The client's certificates, of a key that it names in its hello: from a cache or a directory (§10.3). */
  readonly clientCertificatesFor?: (identifier: Identifier) => readonly HandshakeCertificate[] | undefined;
  /** The certificate at a URL that a client sent, where it was fetched. */
  readonly certificateAt?: (url: string) => Uint8Array | undefined;
  readonly handshakeTime?: Millis;
  readonly handshakesMost?: number;
  readonly connectionsMost?: number;
}

/** Default of both ends: the strongest first. All with SHA, which every implementation has (WTLS-C-131). */
export const usualCipherSuites: readonly (readonly [BulkCipherName, MacName])[] = [
  ['RC5_CBC', 'SHA'],
  ['3DES_CBC_EDE', 'SHA'],
  ['IDEA_CBC', 'SHA'],
  ['RC5_CBC_64', 'SHA'],
  ['IDEA_CBC_64', 'SHA'],
  ['RC5_CBC_56', 'SHA'],
  ['DES_CBC', 'SHA'],
  ['IDEA_CBC_56', 'SHA'],
];

/** What the two ends of a connection agreed on, for whoever is above. */
export interface SecurityInformation {
  readonly sessionId: Uint8Array;
  readonly keyExchange: KeyExchangeName | string;
  readonly spec: CipherSpec;
  readonly keyRefresh: number;
  /** The key that the other end proved to have. */
  readonly peerKey?: PublicKey;
  /** The other end's certificates. */
  readonly peerCertificates: readonly HandshakeCertificate[];
}
