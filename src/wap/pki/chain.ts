import { equalOctets } from '../octets.js';
import type { Millis } from '../time.js';
import { formatName } from './name.js';

import { type Certificate, EXTENSION, isSignedBy } from './x509.js';

/** Certificates from the one asked about up to a trusted one, or why there is no such chain. */
export type Chain =
  | { readonly ok: true; readonly path: readonly Certificate[] }
  | { readonly ok: false; readonly reason: string };

/** More authorities in a row than anyone uses; WAP-211 §6.1 asks for three. */
const CHAIN_MOST = 8;

/** Signatures that are tried for one chain: certificates that sign each other would otherwise multiply the ways. */
const SIGNATURES_MOST = 64;

/** Extensions that, marked critical, do not end the processing: those that `decodeCertificate` reads. */
const understood: ReadonlySet<string> = new Set(Object.values(EXTENSION));

/**
 * Follows `certificate` to one of `trusted` through `others`: names, key identifiers, signatures, validity at `at`,
 * constraints and critical extensions of every link (RFC 2459 §6, within the limits of WAP-211 §6.1). Trusted
 * certificates are checked for validity too.
 */
export function findChain(
  certificate: Certificate,
  others: readonly Certificate[],
  trusted: readonly Certificate[],
  at: Millis,
): Chain {
  const own = linkFault(certificate, at);
  if (own !== undefined) return { ok: false, reason: own };
  const signatures = { left: SIGNATURES_MOST };
  const step = (path: readonly Certificate[]): Chain =>
    climb(path, [...trusted, ...others], trusted, at, signatures, step);
  return step([certificate]);
}

function climb(
  path: readonly Certificate[],
  issuers: readonly Certificate[],
  trusted: readonly Certificate[],
  at: Millis,
  signatures: { left: number },
  next: (path: readonly Certificate[]) => Chain,
): Chain {
  const last = path[path.length - 1];
  if (last === undefined) return { ok: false, reason: 'there is no certificate' };
  if (trusted.some((it) => equalOctets(it.octets, last.octets))) return { ok: true, path };
  if (path.length >= CHAIN_MOST)
    return { ok: false, reason: `the chain has more than ${CHAIN_MOST} certificates` };
  let reason = `no certificate of ${formatName(last.issuer)} is trusted`;
  for (const issuer of issuers) {
    if (!isIssuerOf(issuer, last) || path.includes(issuer)) continue;
    if (signatures.left-- === 0) return { ok: false, reason: 'too many certificates bear the same name' };
    const fault = issuerFault(issuer, last, path.length - 1, at);
    const chain: Chain = fault === undefined ? next([...path, issuer]) : { ok: false, reason: fault };
    if (chain.ok) return chain;
    reason = chain.reason;
  }
  return { ok: false, reason };
}

function isIssuerOf(issuer: Certificate, certificate: Certificate): boolean {
  if (!equalOctets(issuer.subject.octets, certificate.issuer.octets)) return false;
  const wanted = certificate.authorityKeyIdentifier;
  const found = issuer.subjectKeyIdentifier;
  return wanted === undefined || found === undefined || equalOctets(wanted, found);
}

function issuerFault(
  issuer: Certificate,
  certificate: Certificate,
  below: number,
  at: Millis,
): string | undefined {
  const name = formatName(issuer.subject);
  // A certificate of version 1 cannot say that it is an authority; only a trusted one would be believed, and is not.
  if (!issuer.authority) return `${name} is no authority`;
  if (issuer.keyUsage?.includes('keyCertSign') === false)
    return `the key of ${name} may not sign certificates`;
  if (issuer.pathLength !== undefined && issuer.pathLength < below) {
    return `${name} allows ${issuer.pathLength} authorities below it`;
  }
  if (!isSignedBy(certificate, issuer.publicKey)) {
    return `the signature of ${name} on the certificate of ${formatName(certificate.subject)} is wrong`;
  }
  return linkFault(issuer, at);
}

function linkFault(certificate: Certificate, at: Millis): string | undefined {
  const name = formatName(certificate.subject);
  if (at < certificate.notBefore) {
    return `the certificate of ${name} is not valid before ${new Date(certificate.notBefore).toISOString()}`;
  }
  if (at > certificate.notAfter) {
    return `the certificate of ${name} expired ${new Date(certificate.notAfter).toISOString()}`;
  }
  const unknown = certificate.extensions.find(({ oid, critical }) => critical && !understood.has(oid));
  return unknown && `the certificate of ${name} has the critical extension ${unknown.oid}, which is unknown`;
}
