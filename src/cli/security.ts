/** What the gateway proves itself with: files of the configuration, or an authority and a certificate made at first start. */
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyLogLine } from '../capture/keylog.js';
import type { Config } from '../config.js';
import type { GatewaySecurity } from '../gateway/secure.js';
import type { ConnectionSecurity } from '../terminal/security.js';
import { UsageError } from '../wap/errors.js';
import {
  type Authority,
  type Certificate,
  createAuthority,
  decodeCertificate,
  decodeWtlsCertificate,
  encodePrivateKeyInfo,
  encodeWtlsCertificate,
  equalKeys,
  formatIdentifier,
  formatName,
  generateRsaKey,
  issueWtlsCertificate,
  type PrivateKey,
  pem,
  publicKeyOf,
  textIdentifier,
  validity,
  type WtlsCertificate,
  type WtlsTrust,
} from '../wap/pki/index.js';
import {
  type HandshakeCertificate,
  type Identity,
  identityOf,
  type KeyExchangeName,
  type KeyLogEntry,
  keyExchangeSuites,
} from '../wap/wtls/index.js';
import { about, readInput } from './files.js';
import { readAuthority, readPem, readPrivateKey, writeAuthority, writeSecret } from './key-files.js';
import { systemRandom } from './system.js';

type Section = Config['security'];

const KEY_FILE = 'gateway.key';
const CERTIFICATE_FILE = 'gateway.wtls';

/** Years that the certificate of the gateway is good. */
const YEARS = 2;

/** Suites in which nobody proves anything. */
const anonymous = keyExchangeSuites.filter(({ algorithm }) => algorithm.endsWith('_anon'));

/** The section as the gateway takes it; `undefined` where it is switched off. @param say tells a person what was made */
export async function gatewaySecurity(
  section: Section,
  host: string,
  keyLog: ((entry: KeyLogEntry) => void) | undefined,
  say: (line: string) => void,
): Promise<GatewaySecurity | undefined> {
  if (!section.enabled) return undefined;
  const own = await ownIdentity(section, section.name ?? (isWildcard(host) ? '' : host), say);
  const given = await Promise.all(section.certificates.map(readIdentity));
  const clients =
    section.clientAuthorities === undefined
      ? section.folder === undefined
        ? []
        : [own.authority]
      : readPem(await readInput(section.clientAuthorities), 'CERTIFICATE').map((it) => decodeCertificate(it));
  const { clientCertificate, leastClass, limits } = section;
  const required = clientCertificate === 'require' || leastClass === 3;
  const keyExchanges = allowed(section);
  return {
    identities: [...given, own.identity],
    anonymousKeys: [own.privateKey],
    trustedCertificates: clients,
    policy: {
      leastCipherBits: section.leastCipherBits,
      leastModulusBits: section.leastModulusBits,
      ...(keyExchanges && { keyExchanges }),
      ...(required
        ? { clientAuthentication: 'required' as const }
        : clientCertificate === 'request' && { clientAuthentication: 'requested' as const }),
    },
    ...(section.cipherSuites && { cipherSuites: section.cipherSuites.map(([cipher, mac]) => [cipher, mac]) }),
    handshakesMost: limits.handshakes,
    connectionsMost: limits.connections,
    idleTime: limits.idle * 1000,
    ...(section.renew !== undefined && { renewAfter: section.renew * 1000 }),
    ...(keyLog && { keyLog }),
  };
}

/** Classes 2 and 3 have certificates: without class 1, the anonymous suites are left out. */
function allowed({ keyExchanges, leastClass }: Section): readonly KeyExchangeName[] | undefined {
  if (leastClass === 1) return keyExchanges;
  const names = keyExchanges ?? keyExchangeSuites.map(({ name }) => name).filter((name) => name !== 'NULL');
  return names.filter((name) => !anonymous.some((it) => it.name === name));
}

interface Own {
  readonly authority: Certificate;
  readonly privateKey: PrivateKey & { readonly type: 'rsa' };
  readonly identity: Identity;
}

/** From the folder, where it has been made before; otherwise it is made now. */
async function ownIdentity(
  { folder, bits }: Section,
  name: string,
  say: (line: string) => void,
): Promise<Own> {
  if (folder === undefined) {
    say("the gateway's certificate is of an authority made for this run; --keys FOLDER keeps one");
    return issued(createAuthority({ random: systemRandom, now: Date.now() }), newKey(bits), name);
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const authority = (await isThere(join(folder, 'ca.pem')))
    ? await readAuthority(folder)
    : await newAuthority(folder, say);
  const found = await existing(folder);
  if (found !== undefined) return ownOf(authority, found.privateKey, found.certificate);
  const made = issued(authority, newKey(bits), name);
  await writeSecret(join(folder, KEY_FILE), pem('PRIVATE KEY', encodePrivateKeyInfo(made.privateKey)));
  await writeFile(join(folder, CERTIFICATE_FILE), encodeWtlsCertificate(made.certificate));
  say(`made ${join(folder, CERTIFICATE_FILE)}; terminals trust ${join(folder, 'ca.pem')}`);
  return made;
}

function newKey(bits: number): PrivateKey & { readonly type: 'rsa' } {
  return generateRsaKey(systemRandom, bits);
}

async function newAuthority(folder: string, say: (line: string) => void): Promise<Authority> {
  const authority = createAuthority({ random: systemRandom, now: Date.now() });
  const files = await writeAuthority(folder, authority);
  say(`made an authority: ${files.join(' and ')}`);
  return authority;
}

/** The key and the certificate of an earlier start, as long as the certificate is good for another day. */
async function existing(
  folder: string,
): Promise<{ privateKey: PrivateKey & { readonly type: 'rsa' }; certificate: WtlsCertificate } | undefined> {
  const file = join(folder, CERTIFICATE_FILE);
  if (!(await isThere(file))) return undefined;
  const certificate = decodeWtlsCertificate(await readInput(file));
  const privateKey = await readPrivateKey(join(folder, KEY_FILE));
  if (certificate.notAfter < Date.now() + 86_400_000) return undefined;
  if (privateKey.type !== 'rsa') throw new UsageError(`${join(folder, KEY_FILE)} is no RSA key`);
  return { privateKey, certificate };
}

function issued(
  authority: Authority,
  privateKey: PrivateKey & { readonly type: 'rsa' },
  name: string,
): Own & { readonly certificate: WtlsCertificate } {
  const certificate = issueWtlsCertificate(
    // By the hash of its key: shorter than its name.
    {
      name: { type: 'key_hash_sha', keyHash: authority.certificate.keyHash },
      privateKey: authority.privateKey,
    },
    {
      subject: textIdentifier(`WAP gateway; wapstack; ; ${name.replaceAll(';', ';;')}`),
      publicKey: privateKey.publicKey,
      ...validity(Date.now(), YEARS),
    },
  );
  return { ...ownOf(authority, privateKey, certificate), certificate };
}

function ownOf(
  { certificate: authority }: Authority,
  privateKey: PrivateKey & { readonly type: 'rsa' },
  certificate: WtlsCertificate,
): Own {
  const sent: HandshakeCertificate = { format: 'WTLSCert', certificate };
  return { authority, privateKey, identity: identityOf(privateKey, [sent], [trustOf(authority)]) };
}

function trustOf({ subject, publicKey }: Certificate): WtlsTrust {
  return { name: { type: 'x509_name', distinguishedName: subject.octets }, publicKey };
}

/** A key with a certificate from files: a WTLS certificate as octets, or a chain of X.509 as PEM. */
async function readIdentity(files: Section['certificates'][number]): Promise<Identity> {
  const { certificate: file } = files;
  const privateKey = await readPrivateKey(files.key);
  const { trusted, trustedCertificates } = await readTrust(files.authority);
  const authorities = [...trusted, ...trustedCertificates.map(trustOf)];
  const octets = await readInput(file);
  if (octets[0] === WTLS_CERTIFICATE) {
    const certificate = decodeWtlsCertificate(octets);
    requireSame(publicKeyOf(certificate), privateKey, file);
    return identityOf(privateKey, [{ format: 'WTLSCert', certificate }], authorities);
  }
  const chain = readPem(octets, 'CERTIFICATE').map((it) => decodeCertificate(it));
  requireSame(chain[0]?.publicKey, privateKey, file);
  const sent = chain.map((it): HandshakeCertificate => ({ format: 'X509Cert', octets: it.octets }));
  return identityOf(privateKey, sent, authorities);
}

/** A WTLS certificate begins with its version. */
const WTLS_CERTIFICATE = 1;

function requireSame(certified: PrivateKey['publicKey'] | undefined, key: PrivateKey, file: string): void {
  if (certified === undefined || !equalKeys(certified, key.publicKey)) {
    throw new UsageError(`${file} certifies another key`);
  }
}

/** Authorities that a terminal trusts, from a file: X.509 as PEM or DER, or one WTLS certificate. */
export async function readTrust(
  file: string,
): Promise<{ readonly trusted: readonly WtlsTrust[]; readonly trustedCertificates: readonly Certificate[] }> {
  const octets = await readInput(file);
  if (octets[0] !== WTLS_CERTIFICATE) {
    const blocks = readPem(octets, 'CERTIFICATE');
    const certificates = about(file, () => blocks.map((it) => decodeCertificate(it)));
    return { trusted: [], trustedCertificates: certificates };
  }
  const certificate = about(file, () => decodeWtlsCertificate(octets));
  const publicKey = publicKeyOf(certificate);
  if (publicKey === undefined) throw new UsageError(`${file} has a key on an unknown curve`);
  return { trusted: [{ name: certificate.subject, publicKey }], trustedCertificates: [] };
}

/**
 * A client's key and X.509 certificate. A server names the authorities that it wants (§10.5.4): the issuer has to be in the file
 * behind the certificate, or among those that are trusted.
 */
export async function readClientIdentity(
  certificateFile: string,
  keyFile: string,
  trusted: readonly Certificate[],
): Promise<Identity> {
  const privateKey = await readPrivateKey(keyFile);
  const chain = readPem(await readInput(certificateFile), 'CERTIFICATE').map((it) => decodeCertificate(it));
  requireSame(chain[0]?.publicKey, privateKey, certificateFile);
  const sent = chain.map((it): HandshakeCertificate => ({ format: 'X509Cert', octets: it.octets }));
  const issuers = [...chain, ...trusted].filter(({ authority }) => authority);
  return identityOf(privateKey, sent, issuers.map(trustOf));
}

/** What a connection is, for a program to read. */
export function describeSecurity({ wtlsClass, keyExchange, spec, peerCertificates }: ConnectionSecurity) {
  return {
    class: wtlsClass,
    keyExchange,
    cipher: spec.bulkCipher.name,
    mac: spec.mac.name,
    ...(peerCertificates[0] && { peer: subjectOf(peerCertificates[0]) }),
  };
}

function subjectOf(sent: HandshakeCertificate): string {
  switch (sent.format) {
    case 'WTLSCert':
      return formatIdentifier(sent.certificate.subject);
    case 'X509Cert':
      return formatName(decodeCertificate(sent.octets).subject);
    default:
      return sent.format;
  }
}

/** Begins a key log, which only its owner may read; an existing file is continued. */
export function keyLogTo(file: string): (entry: KeyLogEntry) => void {
  closeSync(openSync(file, 'a', 0o600));
  return (entry) => appendFileSync(file, `${keyLogLine(entry)}\n`);
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
