/** Certificates in a handshake: WAP-261 §10.5.2, §10.5.4, §10.5.6, SINs 261_100 and 261_102; chains are pki's affair. */
import { type PublicKey, rsaVerifyBlock } from '../crypto.js';
import { DecodeError } from '../errors.js';
import { decodeLatin1, equalOctets } from '../octets.js';
import { findChain } from '../pki/chain.js';
import { keyHash } from '../pki/keys.js';
import {
  encodeIdentifier,
  formatIdentifier,
  type Identifier,
  nameFields,
  publicKeyOf,
  verifyWtlsChain,
  type WtlsCertificate,
  type WtlsTrust,
} from '../pki/wtls-certificate.js';
import { type Certificate, decodeCertificate, displayName } from '../pki/x509.js';
import type { Millis } from '../time.js';
import type { HandshakeCertificate, KeyExchangeId } from './handshake.js';
import { type Refusal, refuse } from './refusal.js';
import type { KeyExchangeAlgorithm } from './suites.js';

/** The smallest field that signatures may be made in (Table 8). */
const ECDSA_FIELD_LEAST = 160;

/** Whom a chain may lead to. */
export interface Trust {
  readonly wtls: readonly WtlsTrust[];
  readonly x509: readonly Certificate[];
}

/** The other end, as its certificates show it. */
export interface Authenticated {
  readonly key: PublicKey;
  /** What the subject is called: the fields of a structured name, or a common name. */
  readonly names: readonly string[];
  readonly algorithm: 'ecdh' | 'ecdsa' | 'rsa' | 'x509';
}

/** Authorities of both kinds as handshakes name them. */
export function authoritiesOf(trust: Trust): readonly WtlsTrust[] {
  return [
    ...trust.wtls,
    ...trust.x509.map(
      (it): WtlsTrust => ({
        name: { type: 'x509_name', distinguishedName: it.subject.octets },
        publicKey: it.publicKey,
      }),
    ),
  ];
}

const hashes = new WeakMap<PublicKey, Uint8Array>();

/** The hash of a key that is asked for with every hello. */
function hashOf(key: PublicKey): Uint8Array {
  const hash = hashes.get(key) ?? keyHash(key);
  hashes.set(key, hash);
  return hash;
}

/** Whether an identifier of a list means that authority: by its key, or by its name. `null` means any. */
function isMeant(identifier: Identifier, authority: WtlsTrust): boolean {
  switch (identifier.type) {
    case 'null':
      return true;
    case 'key_hash_sha':
      return equalOctets(identifier.keyHash, hashOf(authority.publicKey));
    default:
      return equalOctets(encodeIdentifier(identifier), encodeIdentifier(authority.name));
  }
}

/** Whether one of the authorities is named. An empty list names nobody, and lets anything pass (SIN 261_100). */
export function isAcceptable(ids: readonly KeyExchangeId[], authorities: readonly WtlsTrust[]): boolean {
  if (ids.length === 0) return true;
  return ids.some(({ identifier }) => authorities.some((authority) => isMeant(identifier, authority)));
}

/** Whom a list of certificates proves, if it does: time, chain and algorithms (§10.5.2). */
export function authenticate(
  list: readonly HandshakeCertificate[],
  algorithm: KeyExchangeAlgorithm,
  trust: Trust,
  at: Millis,
): Authenticated | Refusal {
  const [first] = list;
  if (first === undefined) return refuse('bad_certificate', 'there is no certificate');
  switch (first.format) {
    case 'WTLSCert':
      return authenticateWtls(list, algorithm, trust, at);
    case 'X509Cert':
      return authenticateX509(list, algorithm, trust, at);
    case 'X968Cert':
      return refuse('unsupported_certificate', 'certificates after X9.68 were never defined');
    case 'CertURL':
      return refuse('unsupported_certificate', 'a certificate at a URL is not taken here');
  }
}

function authenticateWtls(
  list: readonly HandshakeCertificate[],
  algorithm: KeyExchangeAlgorithm,
  trust: Trust,
  at: Millis,
): Authenticated | Refusal {
  const chain: WtlsCertificate[] = [];
  for (const each of list) {
    if (each.format !== 'WTLSCert') return refuse('unsupported_certificate', 'the list mixes formats');
    chain.push(each.certificate);
  }
  const [own] = chain;
  const key = own && publicKeyOf(own);
  if (own === undefined || key === undefined) return refuse('bad_certificate', 'the key is none');
  const subject = formatIdentifier(own.subject);
  const old = chain.find((it) => at < it.notBefore || at > it.notAfter);
  if (old !== undefined) {
    return refuse(
      'certificate_expired',
      `the certificate of ${formatIdentifier(old.subject)} is not valid now`,
    );
  }
  const fault = algorithmFault(chain, key, algorithm);
  if (fault !== undefined) return refuse('unsupported_certificate', fault);
  const authorities = authoritiesOf(trust);
  const verdict = verifyWtlsChain(chain, authorities, at);
  if (!verdict.ok) {
    const known = chain.some(({ issuer }) => isIssuedByOne(issuer, authorities));
    const last = chain.length > 1 && !chainHolds(chain, at);
    return refuse(known || last ? 'bad_certificate' : 'unknown_ca', verdict.reason);
  }
  if (tooSmallToSign(verdict.trust.publicKey)) {
    return refuse('bad_certificate', 'the issuer signs in a field that is too small');
  }
  return { key, names: nameFields(subject), algorithm: own.publicKey.type };
}

function isIssuedByOne(issuer: Identifier, authorities: readonly WtlsTrust[]): boolean {
  return issuer.type !== 'null' && authorities.some((authority) => isMeant(issuer, authority));
}

/** Whether each certificate of the list was issued by the next: all that was missing is trust in the last. */
function chainHolds(chain: readonly WtlsCertificate[], at: Millis): boolean {
  const last = chain.at(-1);
  const publicKey = last && publicKeyOf(last);
  if (last === undefined || publicKey === undefined) return false;
  return verifyWtlsChain(chain.slice(0, -1), [{ name: last.subject, publicKey }], at).ok;
}

/** §10.5.2: RSA keys signed with RSA; or an ECDH key signed with ECDSA, certified by ECDSA keys. */
function algorithmFault(
  chain: readonly WtlsCertificate[],
  key: PublicKey,
  algorithm: KeyExchangeAlgorithm,
): string | undefined {
  const isRsa = algorithm === 'rsa';
  const wanted = isRsa ? 'rsa_sha' : 'ecdsa_sha';
  if (chain.some((it) => it.signatureAlgorithm !== wanted)) return `not all signatures are ${wanted}`;
  const [own, ...others] = chain;
  if (isRsa) return key.type === 'rsa' ? undefined : 'the key is not one of RSA';
  if (own?.publicKey.type !== 'ecdh') return 'the key is not for ECDH';
  for (const other of others) {
    const theirs = publicKeyOf(other);
    if (other.publicKey.type !== 'ecdsa' || theirs === undefined || tooSmallToSign(theirs)) {
      return 'an authority has no key for ECDSA';
    }
  }
  return undefined;
}

function tooSmallToSign(key: PublicKey): boolean {
  return key.type === 'ec' && key.curve.fieldBits < ECDSA_FIELD_LEAST;
}

function authenticateX509(
  list: readonly HandshakeCertificate[],
  algorithm: KeyExchangeAlgorithm,
  trust: Trust,
  at: Millis,
): Authenticated | Refusal {
  const chain: Certificate[] = [];
  for (const each of list) {
    if (each.format !== 'X509Cert') return refuse('unsupported_certificate', 'the list mixes formats');
    const certificate = readX509(each.octets);
    if (certificate === undefined) return refuse('bad_certificate', 'a certificate cannot be read');
    chain.push(certificate);
  }
  const [own, ...others] = chain;
  if (own === undefined) return refuse('bad_certificate', 'there is no certificate');
  if (own.publicKey.type !== (algorithm === 'rsa' ? 'rsa' : 'ec')) {
    return refuse('unsupported_certificate', 'the key is not one of the suite');
  }
  const old = chain.find((it) => at < it.notBefore || at > it.notAfter);
  if (old !== undefined) {
    return refuse('certificate_expired', `the certificate of ${displayName(old.subject)} is not valid now`);
  }
  const found = findChain(own, others, trust.x509, at);
  if (!found.ok) {
    const last = chain.at(-1) ?? own;
    const known = trust.x509.some((it) => equalOctets(it.subject.octets, last.issuer.octets));
    return refuse(known ? 'bad_certificate' : 'unknown_ca', found.reason);
  }
  if (found.path.some((it, i) => i > 0 && tooSmallToSign(it.publicKey))) {
    return refuse('bad_certificate', 'an issuer signs in a field that is too small');
  }
  return {
    key: own.publicKey,
    names: ['', '', '', displayName(own.subject), ...own.domainNames],
    algorithm: 'x509',
  };
}

function readX509(octets: Uint8Array): Certificate | undefined {
  try {
    return decodeCertificate(octets);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** The public key of the first certificate of a list, whoever issued it. */
export function certifiedKey(list: readonly HandshakeCertificate[]): PublicKey | undefined {
  const [first] = list;
  if (first?.format === 'WTLSCert') return publicKeyOf(first.certificate);
  return first?.format === 'X509Cert' ? readX509(first.octets)?.publicKey : undefined;
}

/**
 * Whether the subject bears one of `names` as common name, the fourth field (§10.5.2). One that bears none at all is
 * no contradiction.
 */
export function bearsName(subject: Authenticated, names: readonly string[]): boolean {
  const [, , , commonName = '', ...others] = subject.names;
  if (commonName === '' || (subject.algorithm !== 'x509' && commonName.includes('='))) return true;
  const alternatives = subject.algorithm === 'x509' ? [commonName, ...others] : [commonName];
  return names.some((name) => alternatives.some((it) => it.toLowerCase() === name.toLowerCase()));
}

/** §10.5.8, §11.1.1: block type 1 around the bare hash. */
export function isVerifiedBy(key: PublicKey, digest: Uint8Array, signature: Uint8Array): boolean {
  return key.type === 'rsa' && rsaVerifyBlock(key, digest, signature);
}

/** A certificate that was sent as a URL. */
export function urlOf(list: readonly HandshakeCertificate[]): string | undefined {
  const [only] = list;
  return only?.format === 'CertURL' && list.length === 1 ? decodeLatin1(only.url) : undefined;
}

/** The certificate that was fetched: X.509 in DER. */
export function fetched(octets: Uint8Array): readonly HandshakeCertificate[] {
  return [{ format: 'X509Cert', octets }];
}
