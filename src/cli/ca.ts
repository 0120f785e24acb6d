/** `wapstack ca`: an authority in a folder, and what it issues. */
import { mkdir, writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { DecodeError, UsageError } from '../wap/errors.js';
import { toHex } from '../wap/octets.js';
import {
  type Certificate,
  createAuthority,
  curveByNumber,
  decodeCertificate,
  decodePublicKeyInfo,
  decodeWtlsCertificate,
  encodePrivateKeyInfo,
  encodeWtlsCertificate,
  formatIdentifier,
  formatName,
  generateEcKey,
  generateRsaKey,
  issueCertificate,
  issueWtlsCertificate,
  type PrivateKey,
  type PublicKey,
  pem,
  publicKeyOf,
  serialText,
  textIdentifier,
  validity,
  type WtlsCertificate,
} from '../wap/pki/index.js';
import { about, readInput } from './files.js';
import { parseInteger, readAuthority, readPem, writeAuthority, writeSecret } from './key-files.js';
import { systemRandom } from './system.js';

interface CreateOptions {
  readonly out: string;
  readonly subject: string;
  readonly bits: number;
  readonly curve?: number;
  readonly years: number;
}

const create = new Command('create')
  .description('make an authority: ca.pem, and ca.key for nobody else to read')
  .requiredOption('--out <folder>', 'where to; made where it is not there')
  .option('--subject <name>', 'its name', 'CN=wapstack root, O=wapstack')
  .option('--bits <n>', 'of the RSA key', parseInteger, 1024)
  .option('--curve <n>', 'ECDSA instead, on the curve with this number in WAP-261 Appendix A', parseInteger)
  .option('--years <n>', 'that it is valid', parseInteger, 20)
  .action(async ({ out, subject, bits, curve, years }: CreateOptions) => {
    const authority = createAuthority({
      random: systemRandom,
      now: Date.now(),
      subject,
      years,
      key: curve === undefined ? { rsaBits: bits } : { curve },
    });
    await mkdir(out, { recursive: true });
    const files = await writeAuthority(out, authority);
    process.stderr.write(`wrote ${files.join(' and ')}\n`);
  });

interface IssueOptions {
  readonly ca: string;
  readonly subject: string;
  readonly profile: 'signature' | 'authentication' | 'server' | 'authority';
  readonly out: string;
  readonly publicKey?: string;
  readonly keyOut?: string;
  readonly bits: number;
  readonly curve?: number;
  readonly dns: readonly string[];
  readonly years: number;
  readonly wtls?: true;
}

const issue = new Command('issue')
  .description('issue a certificate')
  .requiredOption('--ca <folder>', 'the authority')
  .requiredOption(
    '--subject <name>',
    'CN=Alice, C=FI; for a WTLS certificate: service; organization; country',
  )
  .requiredOption('--out <file>', 'the certificate: PEM, or octets with --wtls')
  .addOption(
    new Option('--profile <name>', 'what it is for')
      .choices(['signature', 'authentication', 'server', 'authority'])
      .default('signature'),
  )
  .option('--public-key <file>', 'whose certificate it is (PEM or DER)')
  .option('--key-out <file>', 'or: make a key, and write it there')
  .option('--bits <n>', 'of the RSA key that is made', parseInteger, 1024)
  .option('--curve <n>', 'a key on this curve of WAP-261 Appendix A instead', parseInteger)
  .option('--dns <name...>', 'names of a server', [])
  .option('--years <n>', 'that it is valid', parseInteger, 5)
  .option('--wtls', 'a WTLS certificate (WAP-261 §10.5.2)')
  .action(async (options: IssueOptions) => {
    const authority = await readAuthority(options.ca);
    const publicKey = await keyFor(options);
    const { subject, profile, years, dns: domainNames } = options;
    const period = validity(Date.now(), years);
    if (options.wtls) {
      const { octets } = authority.certificate.subject;
      const name = { type: 'x509_name', distinguishedName: octets } as const;
      const issuer = { name, privateKey: authority.privateKey };
      const wtls = issueWtlsCertificate(issuer, { subject: textIdentifier(subject), publicKey, ...period });
      await writeFile(options.out, encodeWtlsCertificate(wtls));
      return;
    }
    const request = { profile, subject, publicKey, domainNames, ...period };
    const certificate = issueCertificate(systemRandom, authority, request);
    await writeFile(options.out, pem('CERTIFICATE', certificate.octets));
  });

async function keyFor({ publicKey, keyOut, bits, curve }: IssueOptions): Promise<PublicKey> {
  if (publicKey !== undefined) {
    const [octets] = readPem(await readInput(publicKey), 'PUBLIC KEY');
    if (octets === undefined) throw new UsageError(`${publicKey} has no public key`);
    return decodePublicKeyInfo(octets);
  }
  if (keyOut === undefined) throw new UsageError('whose certificate? give --public-key or --key-out');
  const key = generate(bits, curve);
  await writeSecret(keyOut, pem('PRIVATE KEY', encodePrivateKeyInfo(key)));
  return key.publicKey;
}

function generate(bits: number, number: number | undefined): PrivateKey {
  if (number === undefined) return generateRsaKey(systemRandom, bits);
  const curve = curveByNumber(number);
  if (curve === undefined) throw new UsageError(`WAP-261 Appendix A has no curve ${number}`);
  return generateEcKey(systemRandom, curve);
}

const show = new Command('show')
  .description('print what a certificate says: X.509 (PEM, DER) or WTLS')
  .argument('[file]', 'the certificate; - or nothing: standard input', '-')
  .option('--json', 'as one JSON document')
  .action(async (file: string, { json }: { readonly json?: true }) => {
    const raw = await readInput(file);
    // A WTLS certificate begins with its version, 1; PEM with a dash, DER with SEQUENCE.
    const facts = about(file, () =>
      raw[0] === 1 ? wtlsFacts(decodeWtlsCertificate(raw)) : x509Facts(firstCertificate(raw)),
    );
    const lines = Object.entries(facts).map(([name, value]) => `${name.padEnd(12)}  ${value}`);
    process.stdout.write(json ? `${JSON.stringify(facts, undefined, 2)}\n` : `${lines.join('\n')}\n`);
  });

function firstCertificate(raw: Uint8Array): Certificate {
  const [octets] = readPem(raw, 'CERTIFICATE');
  if (octets === undefined) throw new DecodeError('X.509', 0, 'there is no certificate');
  return decodeCertificate(octets);
}

type Facts = Readonly<Record<string, string>>;

function x509Facts(certificate: Certificate): Facts {
  const { issuer, subject, notBefore, notAfter, publicKey, keyUsage, authority, octets } = certificate;
  return {
    format: `X.509 version ${certificate.version}, ${octets.length} octets`,
    subject: formatName(subject),
    issuer: formatName(issuer),
    serial: serialText(certificate),
    valid: periodText(notBefore, notAfter),
    key: keyText(publicKey),
    'key hash': toHex(certificate.keyHash),
    usage: [...(authority ? ['authority'] : []), ...(keyUsage ?? [])].join(', '),
  };
}

function wtlsFacts(certificate: WtlsCertificate): Facts {
  const { issuer, subject, notBefore, notAfter, signatureAlgorithm } = certificate;
  const key = publicKeyOf(certificate);
  return {
    format: `WTLS version ${certificate.version}, ${encodeWtlsCertificate(certificate).length} octets`,
    subject: formatIdentifier(subject),
    issuer: formatIdentifier(issuer),
    valid: periodText(notBefore, notAfter),
    key: key === undefined ? 'of no known curve' : keyText(key),
    signature: signatureAlgorithm,
  };
}

function periodText(from: number, to: number): string {
  return `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
}

function keyText(key: PublicKey): string {
  return key.type === 'rsa'
    ? `RSA, ${key.modulus.length * 8} bits`
    : `EC, curve ${key.curve.number} (${key.curve.openssl})`;
}

export const ca = new Command('ca')
  .description('certificates and who issues them')
  .addCommand(create)
  .addCommand(issue)
  .addCommand(show);
