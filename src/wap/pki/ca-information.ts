/**
 * Telling a terminal whom to trust, over the air: WAP-217 §7.1.3 (checked against a hash that the user types in), §7.1.4
 * (signed by somebody who is trusted already) and §7.1.5 (the roll-over of a root's key).
 */
import {
  ecdsaSignSha1,
  ecdsaVerifySha1,
  equalSecrets,
  type PrivateKey,
  type PublicKey,
  rsaSignBlock,
  rsaVerifyBlock,
  sha1,
} from '../crypto.js';
import { concat, type Field, Reader, Writer } from '../octets.js';
import {
  type CertificateEntry,
  encodeCertificateEntry,
  readCertificateEntry,
  readShortText,
} from './certificate-entry.js';
import { isWtlsSignedBy, publicKeyOf, signatureAlgorithms } from './wtls-certificate.js';
import { decodeCertificate, isSignedBy } from './x509.js';

/** CertDisplayName: for a person to read. */
export interface DisplayName {
  /** IANA's number; 106 is UTF-8. */
  readonly characterSet: number;
  readonly name: Uint8Array;
}

/** TBHTrustedCAInfo: application/vnd.wap.hashed-certificate. */
export interface HashedCaInfo {
  readonly displayName: DisplayName;
  readonly certificate: CertificateEntry;
  readonly url: string;
}

/** SignedTrustedCAInfo: application/vnd.wap.signed-certificate. */
export interface SignedCaInfo extends HashedCaInfo {
  readonly signerCertificate: CertificateEntry;
  readonly signatureAlgorithm: 'ecdsa_sha' | 'rsa_sha';
  readonly signature: Uint8Array;
}

const VERSION = 1;
/** HashAlgorithm: SHA-1, the only one. */
const SHA1 = 0;

export function readDisplayName(reader: Reader): DisplayName {
  return reader.group('displayName', (inner) => {
    const characterSet = inner.uint16('character_set');
    const length = inner.uint8('displayName length');
    if (length === 0) inner.fail('the displayName is empty');
    return { characterSet, name: inner.octets('displayName', length).slice() };
  });
}

export function encodeDisplayName({ characterSet, name }: DisplayName): Uint8Array {
  return new Writer().uint16(characterSet).uint8(name.length).octets(name).done();
}

function readCommon(reader: Reader): HashedCaInfo {
  const version = reader.uint8('version');
  if (version !== VERSION) reader.fail(`version ${version} is unknown`);
  const displayName = readDisplayName(reader);
  const certificate = readCertificateEntry(reader, 'trustedCACert');
  return { displayName, certificate, url: readShortText(reader, 'cainfo_url') };
}

function encodeCommon({ displayName, certificate, url }: HashedCaInfo): Uint8Array {
  const text = Uint8Array.from(url, (character) => character.charCodeAt(0));
  const writer = new Writer().uint8(VERSION).octets(encodeDisplayName(displayName));
  return writer.octets(encodeCertificateEntry(certificate)).uint8(text.length).octets(text).done();
}

export function decodeHashedCaInfo(octets: Uint8Array, record?: Field[]): HashedCaInfo {
  const reader = new Reader(octets, 'TBHTrustedCAInfo', record);
  const info = readCommon(reader);
  const algorithm = reader.uint8('hash_alg');
  if (algorithm !== SHA1) reader.fail(`the hash algorithm ${algorithm} is unknown`);
  reader.end();
  return info;
}

export function encodeHashedCaInfo(info: HashedCaInfo): Uint8Array {
  return concat([encodeCommon(info), Uint8Array.of(SHA1)]);
}

/** What the user gets on paper: 30 digits, 5 groups of 16 bits of the hash and a check digit each (§7.1.3). */
export function displayHash(octets: Uint8Array): string {
  const hash = sha1(octets);
  return Array.from({ length: BLOCKS }, (_, i) => {
    const digits = String(((hash[2 * i] ?? 0) << 8) | (hash[2 * i + 1] ?? 0)).padStart(5, '0');
    return `${digits}${checkDigit(digits)}`;
  }).join(' ');
}

const BLOCKS = 5;

/**
 * Luhn's formula. The text's second example prints 32678 for 8000 hexadecimal, which is 32768; its check digit 5 is
 * right for the number printed.
 */
export function checkDigit(digits: string): number {
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return (10 - (sum % 10)) % 10;
}

/** What comes of digits that a user typed. */
export type EnteredHash =
  | { readonly ok: true; readonly bits: Uint8Array }
  /** The number of the group, from 0, that is mistyped; -1 where there are not 30 digits. */
  | { readonly ok: false; readonly group: number };

/** Checks the digits by themselves, before the information itself has come. */
export function readDisplayHash(entered: string): EnteredHash {
  const digits = entered.replace(/[\s-]/g, '');
  if (!/^[0-9]{30}$/.test(digits)) return { ok: false, group: -1 };
  const groups = digits.match(/.{6}/g) ?? [];
  const bits = new Uint8Array(2 * BLOCKS);
  for (const [at, group] of groups.entries()) {
    const value = Number(group.slice(0, 5));
    if (value > 0xffff || checkDigit(group.slice(0, 5)) !== Number(group[5])) return { ok: false, group: at };
    bits.set([value >> 8, value & 0xff], 2 * at);
  }
  return { ok: true, bits };
}

/** Whether information that came over the air is the one whose hash the user typed, and its certificate is its own. */
export function acceptHashedCaInfo(octets: Uint8Array, entered: string): string | undefined {
  const hash = readDisplayHash(entered);
  if (!hash.ok)
    return hash.group < 0 ? 'the hash has 30 digits' : `group ${hash.group + 1} of the hash is mistyped`;
  if (!equalSecrets(sha1(octets).subarray(0, 2 * BLOCKS), hash.bits))
    return 'the hash is that of something else';
  return isSelfSigned(decodeHashedCaInfo(octets).certificate)
    ? undefined
    : 'the certificate did not sign itself';
}

/** The key that an entry binds; `undefined` where there is none to be read. */
function keyOfEntry(entry: CertificateEntry): PublicKey | undefined {
  if (entry.format === 'WTLSCert') return publicKeyOf(entry.certificate);
  return entry.format === 'X509Cert' ? decodeCertificate(entry.octets).publicKey : undefined;
}

function isSelfSigned(entry: CertificateEntry): boolean {
  const key = keyOfEntry(entry);
  if (key === undefined) return false;
  if (entry.format === 'WTLSCert') return isWtlsSignedBy(entry.certificate, key);
  return entry.format === 'X509Cert' && isSignedBy(decodeCertificate(entry.octets), key);
}

function encodeToBeSigned(info: Omit<SignedCaInfo, 'signature'>): Uint8Array {
  const signer = encodeCertificateEntry(info.signerCertificate);
  return concat([encodeCommon(info), signer, Uint8Array.of(signatureAlgorithms[info.signatureAlgorithm])]);
}

export function encodeSignedCaInfo(info: SignedCaInfo): Uint8Array {
  const writer = new Writer().octets(encodeToBeSigned(info));
  return writer.uint16(info.signature.length).octets(info.signature).done();
}

function readSignedCaInfo(reader: Reader): SignedCaInfo {
  const common = readCommon(reader);
  const signerCertificate = readCertificateEntry(reader, 'signerCert');
  const number = reader.uint8('sig_alg');
  if (number !== signatureAlgorithms.rsa_sha && number !== signatureAlgorithms.ecdsa_sha) {
    reader.fail(`the signature algorithm ${number} is unknown`);
  }
  const signatureAlgorithm = number === signatureAlgorithms.rsa_sha ? 'rsa_sha' : 'ecdsa_sha';
  const signature = reader.octets('signature', reader.uint16('signature length')).slice();
  return { ...common, signerCertificate, signatureAlgorithm, signature };
}

export function decodeSignedCaInfo(octets: Uint8Array, record?: Field[]): SignedCaInfo {
  const reader = new Reader(octets, 'SignedTrustedCAInfo', record);
  const info = readSignedCaInfo(reader);
  reader.end();
  return info;
}

export function signCaInfo(info: HashedCaInfo, signer: CertificateEntry, key: PrivateKey): SignedCaInfo {
  const signatureAlgorithm = key.type === 'rsa' ? 'rsa_sha' : 'ecdsa_sha';
  const fields = { ...info, signerCertificate: signer, signatureAlgorithm } as const;
  const octets = encodeToBeSigned(fields);
  const signature = key.type === 'rsa' ? rsaSignBlock(key, sha1(octets)) : ecdsaSignSha1(key, octets);
  return { ...fields, signature };
}

/**
 * Why signed information is not to be believed; nothing where it is.
 * @param introducers keys that may introduce new authorities: not all that are trusted may (§7.1.4)
 */
export function faultInSignedCaInfo(
  info: SignedCaInfo,
  introducers: readonly PublicKey[],
): string | undefined {
  const { certificate, signerCertificate, signature } = info;
  const key = keyOfEntry(signerCertificate);
  if (key === undefined) return 'the signer has no usable certificate';
  const octets = encodeToBeSigned(info);
  const right =
    key.type === 'rsa'
      ? rsaVerifyBlock(key, sha1(octets), signature)
      : ecdsaVerifySha1(key, octets, signature);
  if (!right || (key.type === 'rsa') !== (info.signatureAlgorithm === 'rsa_sha'))
    return 'the signature is wrong';
  if (!introducers.some((it) => isIntroducedBy(signerCertificate, key, it))) {
    return 'the signer may not introduce authorities';
  }
  return isSelfSigned(certificate) ? undefined : 'the certificate did not sign itself';
}

/** The signer is the introducer, or certified by it. */
function isIntroducedBy(entry: CertificateEntry, key: PublicKey, introducer: PublicKey): boolean {
  if (sameKey(key, introducer)) return true;
  if (entry.format === 'WTLSCert') return isWtlsSignedBy(entry.certificate, introducer);
  return entry.format === 'X509Cert' && isSignedBy(decodeCertificate(entry.octets), introducer);
}

function sameKey(a: PublicKey, b: PublicKey): boolean {
  if (a.type === 'rsa')
    return b.type === 'rsa' && equalSecrets(a.modulus, b.modulus) && equalSecrets(a.exponent, b.exponent);
  return b.type === 'ec' && a.curve.number === b.curve.number && equalSecrets(a.point, b.point);
}

/** RootCertificateRolloverBlock: application/vnd.wap.rollover-certificate. */
export function decodeRollover(octets: Uint8Array, record?: Field[]): readonly SignedCaInfo[] {
  const reader = new Reader(octets, 'RootCertificateRolloverBlock', record);
  const list = reader.inside('signed_trusted_CA_information', reader.uint16('length'), (inner) => {
    const blocks: SignedCaInfo[] = [];
    while (inner.left > 0) blocks.push(readSignedCaInfo(inner));
    return blocks;
  });
  reader.end();
  return list;
}

export function encodeRollover(blocks: readonly SignedCaInfo[]): Uint8Array {
  const body = concat(blocks.map(encodeSignedCaInfo));
  return new Writer().uint16(body.length).octets(body).done();
}

/** Follows a roll-over from the root at hand: the last new root, or why there is none (§7.1.5). */
export function followRollover(
  blocks: readonly SignedCaInfo[],
  root: PublicKey,
): { readonly ok: true; readonly root: CertificateEntry } | { readonly ok: false; readonly reason: string } {
  let current = root;
  let latest: CertificateEntry | undefined;
  for (const block of blocks) {
    const fault = faultInSignedCaInfo(block, [current]);
    const key = keyOfEntry(block.certificate);
    if (fault !== undefined || key === undefined)
      return { ok: false, reason: fault ?? 'the new root has no usable key' };
    current = key;
    latest = block.certificate;
  }
  return latest === undefined ? { ok: false, reason: 'there is no new root' } : { ok: true, root: latest };
}
