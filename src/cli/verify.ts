/** `wapstack verify`: every check on a SignedContent, and its PKCS#7 form. */
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { UsageError } from '../wap/errors.js';
import { decodeLatin1, equalOctets, fromBase64 } from '../wap/octets.js';
import {
  type Certificate,
  decodeCertificate,
  decodeSignedContent,
  encodeSignedContent,
  fromPkcs7,
  keyHash,
  type SignedContent,
  toPkcs7,
  type Verdict,
  verifySignedContent,
} from '../wap/pki/index.js';
import { fetchCertificate } from './fetch-certificate.js';
import { readInput } from './files.js';
import { readCertificates, readPem } from './key-files.js';

interface Options {
  readonly content?: string;
  readonly ca?: string;
  readonly certificate?: string;
  readonly fetch?: true;
  readonly pkcs7?: string;
  readonly json?: true;
}

export const verify = new Command('verify')
  .description('check a signature made by signText: base64 or octets of SignedContent, or PKCS#7')
  .argument('[file]', 'the signature; - or nothing: standard input', '-')
  .option('--content <file>', 'the text that was to be signed')
  .option('--ca <file>', 'certificates of trusted authorities (PEM or DER)')
  .option('--certificate <file>', "the signer's certificate, where the signature does not bring it")
  .option('--fetch', 'fetch the certificate over HTTP, where the signature says only where it is')
  .option('--pkcs7 <file>', 'write the signature as PKCS#7 SignedData in DER')
  .option('--json', 'the verdict as one JSON document')
  .action(async (file: string, options: Options) => {
    const given = await readSignature(file);
    const content = options.content === undefined ? undefined : await readInput(options.content);
    const trusted = options.ca === undefined ? undefined : await readCertificates(options.ca);
    const own = options.certificate === undefined ? [] : await readCertificates(options.certificate);
    const certificates = [...own, ...given.certificates];
    const fetched = options.fetch ? await fetchAll(given.octets) : new Map<string, Uint8Array>();
    const verdict = verifySignedContent({
      signedContent: given.octets,
      certificates,
      certificateAt: (url) => fetched.get(url),
      at: Date.now(),
      ...(content !== undefined && { content }),
      ...(trusted !== undefined && { trusted }),
    });
    if (options.pkcs7 !== undefined) {
      await writeFile(options.pkcs7, asPkcs7(given.octets, certificates, content));
    }
    process.stdout.write(options.json ? `${JSON.stringify(verdict, undefined, 2)}\n` : toText(verdict));
    if (trusted === undefined) process.stderr.write('without --ca nobody vouches for the certificate\n');
    if (!verdict.valid) throw new Error(`not verified: ${verdict.checks.find(({ ok }) => !ok)?.text}`);
  });

/** What is at the URLs that a signature names; URLs that give nothing are left out, and the verdict says so. */
async function fetchAll(octets: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const url of urlsIn(octets)) {
    try {
      found.set(url, await fetchCertificate(url));
    } catch (error) {
      process.stderr.write(`${url}: ${error instanceof Error ? error.message : error}\n`);
    }
  }
  return found;
}

function urlsIn(octets: Uint8Array): readonly string[] {
  try {
    const { signerInfos } = decodeSignedContent(octets);
    return signerInfos.flatMap((info) => (info.type === 'certificate_url' ? [info.url] : []));
  } catch {
    // The verdict will say what is wrong with it.
    return [];
  }
}

interface Given {
  readonly octets: Uint8Array;
  readonly certificates: readonly Certificate[];
}

/** SEQUENCE: PKCS#7 begins with it, SignedContent with its version, 1. */
const PKCS7_BEGINS = 0x30;

async function readSignature(file: string): Promise<Given> {
  const raw = await readInput(file);
  const octets = fromBase64(decodeLatin1(raw)) ?? unwrap(raw);
  if (octets[0] !== PKCS7_BEGINS) return { octets, certificates: [] };
  const { signedContent, certificates } = fromPkcs7(octets);
  return { octets: encodeSignedContent(signedContent), certificates };
}

function unwrap(raw: Uint8Array): Uint8Array {
  const [octets] = readPem(
    raw,
    raw.includes(0x2d) && decodeLatin1(raw).includes('BEGIN CMS') ? 'CMS' : 'PKCS7',
  );
  return octets ?? raw;
}

function toText(verdict: Verdict): string {
  const lines = verdict.checks.map(
    ({ name, ok, text }) => `${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(10)}  ${text}`,
  );
  return [...lines, verdict.valid ? 'verified' : 'not verified', ''].join('\n');
}

function asPkcs7(
  octets: Uint8Array,
  certificates: readonly Certificate[],
  content: Uint8Array | undefined,
): Uint8Array {
  const signedContent = decodeSignedContent(octets);
  const certificate = signerOf(signedContent, certificates);
  return toPkcs7(signedContent, { certificate, ...(content !== undefined && { content }) });
}

function signerOf(signed: SignedContent, certificates: readonly Certificate[]): Certificate {
  for (const info of signed.signerInfos) {
    if (info.type === 'x509_certificate') return decodeCertificate(info.certificate);
    const found =
      info.type === 'sha_key_hash'
        ? certificates.find((it) => equalOctets(keyHash(it.publicKey), info.hash))
        : undefined;
    if (found !== undefined) return found;
  }
  const [first] = certificates;
  if (first === undefined) throw new UsageError('PKCS#7 names the signer by certificate: give --certificate');
  return first;
}
