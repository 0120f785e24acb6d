/**
 * Whether a SignedContent is what it says it is (WAP-161 §6): a verdict that names every check that was made, so that a
 * person can read why, and a program which.
 */
import { equalSecrets, type PublicKey, verifySha1 } from '../crypto.js';
import { DecodeError } from '../errors.js';
import { equalOctets, toHex } from '../octets.js';
import type { Millis } from '../time.js';
import { isCertificateAt } from './certificate-url.js';
import { keyHash } from './keys.js';
import { formatName } from './name.js';
import {
  decodeSignedContent,
  type SignedContent,
  type SignerInfo,
  signedAttributes,
} from './signed-content.js';
import { decodeText, encodeText } from './text.js';
import {
  formatIdentifier,
  publicKeyOf,
  verifyWtlsChain,
  type WtlsCertificate,
  type WtlsTrust,
} from './wtls-certificate.js';
import { type Certificate, decodeCertificate, displayName, findChain, serialText } from './x509.js';

/** In the order in which they are made. One that needs what an earlier one did not find is not made. */
export type CheckName =
  /** The octets are a SignedContent. */
  | 'structure'
  /** There is exactly one signing time or nonce: the template of §6.2 has room for one. */
  | 'attributes'
  /** What was signed is known: it is in the structure, or the verifier holds it. */
  | 'content'
  /** What is in the structure, read in the character set that it names, is what the verifier holds. */
  | 'text'
  /** Everything that is said about the signer points to one key. */
  | 'signer'
  /** That key is the one that the directory has for the signer. */
  | 'key'
  | 'signature'
  /** The signing time does not lie in the future. */
  | 'time'
  /** The signer's certificate leads to a trusted authority, at the signing time. */
  | 'chain';

export interface Check {
  readonly name: CheckName;
  readonly ok: boolean;
  /** A sentence for a person. */
  readonly text: string;
}

/** Everything in it can be written as JSON. */
export interface Verdict {
  /** All checks are ok. */
  readonly valid: boolean;
  readonly checks: readonly Check[];
  readonly signer?: {
    /** Of the certificate's subject; absent where only the key is known. */
    readonly name?: string;
    readonly distinguishedName?: string;
    readonly issuer?: string;
    readonly serialNumber?: string;
    /** Hexadecimal digits. */
    readonly keyHash: string;
  };
  /** ISO 8601; it is the signer who says so. */
  readonly signingTime?: string;
  /** Hexadecimal digits. */
  readonly nonce?: string;
  /** What was signed, where it is text. */
  readonly text?: string;
}

export interface VerifyRequest {
  /** The octets of a SignedContent. */
  readonly signedContent: Uint8Array;
  /** What the verifier knows to have been asked for: text, or the very octets. */
  readonly content?: string | Uint8Array;
  /** Certificates at hand: of signers, to be found by key hash, and of authorities on the way to a trusted one. */
  readonly certificates?: readonly Certificate[];
  /** The octets of the certificate at a URL, where they were fetched. */
  readonly certificateAt?: (url: string) => Uint8Array | undefined;
  /** Authorities. Left out, no chain is looked for; a list without entries trusts nobody. */
  readonly trusted?: readonly Certificate[];
  /** Authorities that signed WTLS certificates, besides `trusted`. */
  readonly wtlsTrusted?: readonly WtlsTrust[];
  /** The verifier's clock. */
  readonly at: Millis;
  /** The time at which the chain has to hold, where it is not to be the signing time. */
  readonly chainAt?: Millis;
  /** The signer's key as the directory has it. */
  readonly expectedKey?: PublicKey;
}

/** The verifier's clock may be late by this much: clocks of handsets are set by hand. */
const CLOCK_TOLERANCE: Millis = 10 * 60 * 1000;

/** Bits of the smallest field that signatures may be made in: WAP-261 Appendix A, Table 8. */
const ECDSA_FIELD_LEAST = 160;

/** What is found about the signer. */
interface Signer {
  readonly key: PublicKey;
  readonly certificate?: Certificate;
  readonly wtls?: WtlsCertificate;
}

export function verifySignedContent(request: VerifyRequest): Verdict {
  const checks: Check[] = [];
  const check = (name: CheckName, ok: boolean, text: string): boolean => {
    checks.push({ name, ok, text });
    return ok;
  };
  const facts: { -readonly [Name in 'signer' | 'signingTime' | 'nonce' | 'text']?: Verdict[Name] } = {};
  examine(request, check, facts);
  const { signer, signingTime, nonce, text } = facts;
  return {
    valid: checks.every(({ ok }) => ok),
    checks,
    ...(signer && { signer }),
    ...(signingTime !== undefined && { signingTime }),
    ...(nonce !== undefined && { nonce }),
    ...(text !== undefined && { text }),
  };
}

type MakeCheck = (name: CheckName, ok: boolean, text: string) => boolean;
type Facts = { -readonly [Name in 'signer' | 'signingTime' | 'nonce' | 'text']?: Verdict[Name] };

function examine(request: VerifyRequest, check: MakeCheck, facts: Facts): void {
  const signed = parse(request.signedContent, check);
  if (signed === undefined) return;
  const attribute = onlyAttribute(signed, check);
  if (attribute?.type === 'gmt_utc_time') facts.signingTime = new Date(attribute.time).toISOString();
  if (attribute?.type === 'signer_nonce') facts.nonce = toHex(attribute.nonce);
  const content = findContent(signed, request, check);
  const text = content && decodeText(content, signed.contentInfo.encoding);
  if (text !== undefined && signed.contentInfo.type === 'text') facts.text = text;
  const signer = findSigner(signed, request, check);
  if (signer === undefined) return;
  facts.signer = describe(signer);
  if (request.expectedKey !== undefined) {
    const same = equalSecrets(keyHash(request.expectedKey), keyHash(signer.key));
    check(
      'key',
      same,
      same ? 'the key is the one in the directory' : 'the key is not the one in the directory',
    );
  }
  if (content !== undefined && attribute !== undefined) {
    checkSignature(signed, signer, signedAttributes(content, attribute), check);
  }
  const time = attribute?.type === 'gmt_utc_time' ? attribute.time : undefined;
  if (time !== undefined) {
    const past = time <= request.at + CLOCK_TOLERANCE;
    check('time', past, `signed ${new Date(time).toISOString()}${past ? '' : ', which is still to come'}`);
  }
  checkChain(signer, request, request.chainAt ?? time ?? request.at, check);
}

function parse(octets: Uint8Array, check: MakeCheck): SignedContent | undefined {
  try {
    const signed = decodeSignedContent(octets);
    check('structure', true, `${octets.length} octets of SignedContent, version ${signed.version}`);
    return signed;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    check('structure', false, error.message);
    return undefined;
  }
}

function onlyAttribute(signed: SignedContent, check: MakeCheck) {
  const { authenticatedAttributes: attributes } = signed;
  const [attribute] = attributes;
  if (attribute === undefined || attributes.length > 1) {
    check(
      'attributes',
      false,
      `${attributes.length} signing times and nonces, where the signed template has one`,
    );
    return undefined;
  }
  check('attributes', true, attribute.type === 'gmt_utc_time' ? 'a signing time' : "a signer's nonce");
  return attribute;
}

/** What was signed. What the structure holds decides, and must be what the verifier holds. */
function findContent(
  signed: SignedContent,
  request: VerifyRequest,
  check: MakeCheck,
): Uint8Array | undefined {
  const { content, encoding } = signed.contentInfo;
  const held = request.content;
  if (content === undefined) {
    const octets = typeof held === 'string' ? encodeText(held, encoding) : held;
    if (octets !== undefined) check('content', true, 'the content is the one held by the verifier');
    else if (held === undefined)
      check('content', false, 'the content is not included, and the verifier holds none');
    else check('content', false, `the text held cannot be written in the character set ${encoding}`);
    return octets;
  }
  check('content', true, `${content.length} octets of content are included`);
  if (held !== undefined) compareText(content, held, encoding, check);
  return content;
}

function compareText(
  content: Uint8Array,
  held: string | Uint8Array,
  encoding: number,
  check: MakeCheck,
): void {
  const same = typeof held === 'string' ? decodeText(content, encoding) === held : equalOctets(content, held);
  check('text', same, same ? 'the text is the one asked for' : 'the text is not the one asked for');
}

/**
 * Who signed. Every piece of information has to name the same key: a stranger's certificate beside the right one must
 * not be picked because its signature happens to fit.
 */
function findSigner(signed: SignedContent, request: VerifyRequest, check: MakeCheck): Signer | undefined {
  const { certificates = [], expectedKey } = request;
  const found = signed.signerInfos.map((info) => resolve(info, request));
  const fault = found.find((it) => typeof it === 'string');
  if (typeof fault === 'string') {
    check('signer', false, fault);
    return undefined;
  }
  const signers = found.filter((it) => it !== undefined && typeof it !== 'string');
  const hashes = new Set([
    ...signers.map(({ key }) => toHex(keyHash(key))),
    ...signed.signerInfos.flatMap((info) => (info.type === 'sha_key_hash' ? [toHex(info.hash)] : [])),
  ]);
  if (hashes.size > 1) {
    check('signer', false, `${hashes.size} different keys are named`);
    return undefined;
  }
  const best = signers.find((it) => it.certificate ?? it.wtls) ?? signers[0];
  const signer = best ?? impliedSigner(hashes, certificates, expectedKey);
  if (signer === undefined) {
    const [hash] = hashes;
    check(
      'signer',
      false,
      hash === undefined ? 'the signer is not named' : `no certificate has the key ${hash}`,
    );
    return undefined;
  }
  check('signer', true, `the signer is ${describe(signer).name ?? `the key ${toHex(keyHash(signer.key))}`}`);
  return signer;
}

/** The signer that one piece of information names; a sentence where it is no good; nothing where it says nothing. */
function resolve(info: SignerInfo, request: VerifyRequest): Signer | string | undefined {
  const { certificates = [], expectedKey } = request;
  switch (info.type) {
    case 'implicit':
      return undefined;
    case 'sha_key_hash': {
      const certificate = certificates.find((it) => equalOctets(it.keyHash, info.hash));
      if (certificate !== undefined) return { key: certificate.publicKey, certificate };
      const known = expectedKey !== undefined && equalOctets(keyHash(expectedKey), info.hash);
      return known ? { key: expectedKey } : undefined;
    }
    case 'wtls_certificate': {
      const key = publicKeyOf(info.certificate);
      return key === undefined ? 'the WTLS certificate has no usable key' : { key, wtls: info.certificate };
    }
    case 'x509_certificate':
      return readCertificate(info.certificate, 'the certificate');
    case 'x968_certificate':
      return 'certificates after X9.68 were never defined';
    case 'certificate_url': {
      const octets = request.certificateAt?.(info.url);
      if (octets === undefined) return `the certificate at ${info.url} was not fetched`;
      const found = readCertificate(octets, `the certificate at ${info.url}`);
      if (typeof found === 'string' || found.certificate === undefined) return found;
      return isCertificateAt(info.url, found.certificate)
        ? found
        : `the certificate at ${info.url} is another than the one named there`;
    }
  }
}

function readCertificate(octets: Uint8Array, what: string): Signer | string {
  try {
    const certificate = decodeCertificate(octets);
    return { key: certificate.publicKey, certificate };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return `${what} cannot be read: ${error.message}`;
  }
}

/** Without information: the directory's key, or the only certificate at hand. */
function impliedSigner(
  hashes: ReadonlySet<string>,
  certificates: readonly Certificate[],
  expectedKey: PublicKey | undefined,
): Signer | undefined {
  if (hashes.size > 0) return undefined;
  const candidates = certificates.filter(({ authority }) => !authority);
  if (expectedKey === undefined) {
    const [only] = candidates;
    return only !== undefined && candidates.length === 1
      ? { key: only.publicKey, certificate: only }
      : undefined;
  }
  const hash = keyHash(expectedKey);
  const certificate = candidates.find((it) => equalOctets(it.keyHash, hash));
  return certificate === undefined ? { key: expectedKey } : { key: certificate.publicKey, certificate };
}

function describe({ key, certificate, wtls }: Signer): NonNullable<Verdict['signer']> {
  const hash = toHex(keyHash(key));
  if (certificate !== undefined) {
    return {
      name: displayName(certificate.subject),
      distinguishedName: formatName(certificate.subject),
      issuer: formatName(certificate.issuer),
      serialNumber: serialText(certificate),
      keyHash: hash,
    };
  }
  if (wtls === undefined) return { keyHash: hash };
  return { name: formatIdentifier(wtls.subject), issuer: formatIdentifier(wtls.issuer), keyHash: hash };
}

function checkSignature(
  signed: SignedContent,
  signer: Signer,
  attributes: Uint8Array,
  check: MakeCheck,
): void {
  const { signature } = signed;
  if (signature.algorithm === 'null') {
    check('signature', false, 'there is no signature');
    return;
  }
  const { key } = signer;
  if (signature.algorithm !== (key.type === 'rsa' ? 'rsa_sha_pkcs1' : 'ecdsa_sha_p1363')) {
    check('signature', false, `the signature is ${signature.algorithm}, the key ${key.type.toUpperCase()}`);
    return;
  }
  if (key.type === 'ec' && key.curve.fieldBits < ECDSA_FIELD_LEAST) {
    check('signature', false, `curve ${key.curve.number} MUST NOT be used for signatures: it is too small`);
    return;
  }
  const right = verifySha1(key, attributes, signature.signature);
  const size =
    key.type === 'rsa' ? `RSA, ${key.modulus.length * 8} bits` : `ECDSA, curve ${key.curve.number}`;
  check('signature', right, `the signature is ${right ? 'right' : 'wrong'} (${size}, SHA-1)`);
}

function checkChain(signer: Signer, request: VerifyRequest, at: Millis, check: MakeCheck): void {
  const { certificate, wtls } = signer;
  const { trusted, certificates = [], wtlsTrusted = [] } = request;
  if (trusted === undefined) return;
  if (wtls !== undefined && certificate === undefined) {
    const chain = verifyWtlsChain([wtls], [...wtlsTrusted, ...trusted.map(asWtlsTrust)], at);
    check('chain', chain.ok, chain.ok ? `issued by ${formatIdentifier(chain.trust.name)}` : chain.reason);
    return;
  }
  if (certificate === undefined) {
    check('chain', false, 'there is no certificate of the signer');
    return;
  }
  if (
    certificate.keyUsage?.some((usage) => usage === 'digitalSignature' || usage === 'nonRepudiation') ===
    false
  ) {
    check('chain', false, 'the certificate is not for signatures');
    return;
  }
  const chain = findChain(certificate, certificates, trusted, at);
  check(
    'chain',
    chain.ok,
    chain.ok
      ? `${chain.path.map((it) => displayName(it.subject)).join(' < ')}, at ${new Date(at).toISOString()}`
      : chain.reason,
  );
}

/** An authority with an X.509 certificate, as issuer of WTLS certificates: WAP-211 §6.6. */
function asWtlsTrust(certificate: Certificate): WtlsTrust {
  return {
    name: { type: 'x509_name', distinguishedName: certificate.subject.octets },
    publicKey: certificate.publicKey,
  };
}
