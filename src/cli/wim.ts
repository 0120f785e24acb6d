/** `wapstack wim`: cards in files. They protect little: see src/wap/wim/image.ts. */
import { stat, writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { UsageError } from '../wap/errors.js';
import { toHex } from '../wap/octets.js';
import { type Authority, createAuthority, formatName, pem } from '../wap/pki/index.js';
import { randomBelow } from '../wap/random.js';
import {
  certificatesOf,
  newFinger,
  openWim,
  type PinObject,
  type PinResult,
  personaliseCard,
  type Wim,
} from '../wap/wim/index.js';
import {
  parseInteger,
  readAuthority,
  readCard,
  readFinger,
  readPinLines,
  writeCard,
  writeSecret,
} from './key-files.js';
import { systemRandom } from './system.js';
import { serve } from './wim-serve.js';

interface CreateOptions {
  readonly out: string;
  readonly pinFile: string;
  readonly ca?: string;
  readonly subject: string;
  readonly algorithm: 'rsa' | 'ecdsa';
  readonly bits: number;
  readonly curve: number;
  readonly finger?: string;
}

const create = new Command('create')
  .description('make a card with a key to sign with and one for WTLS')
  .requiredOption('--out <file>', 'the card')
  .requiredOption(
    '--pin-file <file>',
    'a line each: the PIN for signatures; PIN-G, else the same; the unblocking code, else one is drawn',
  )
  .option('--ca <folder>', 'the authority that issues the certificates; else one is made for this card')
  .option('--subject <name>', 'who holds the card', 'CN=Alice, C=FI')
  .addOption(new Option('--algorithm <name>', 'of the keys').choices(['rsa', 'ecdsa']).default('rsa'))
  .option('--bits <n>', 'of RSA keys', parseInteger, 1024)
  .option('--curve <n>', 'of ECDSA keys: a number of WAP-261 Appendix A', parseInteger, 7)
  .option('--finger <file>', 'enrol this finger, to stand in for the PINs; grown where the file is not there')
  .action(async (options: CreateOptions) => {
    const { out, subject, algorithm, bits, curve } = options;
    // A card is nothing to be overwritten: its keys are nowhere else.
    if (await exists(out)) throw new UsageError(`${out} is there already`);
    const [nonRepudiation = '', general = nonRepudiation, code] = await readPinLines(options.pinFile);
    const unblock = code ?? drawCode();
    const template = options.finger === undefined ? undefined : await fingerIn(options.finger);
    const authority = await authorityFor(options);
    const { card, signing } = personaliseCard({
      random: systemRandom,
      now: Date.now(),
      authority,
      subject,
      pins: { general, nonRepudiation, unblock },
      algorithm: algorithm === 'rsa' ? { rsaBits: bits } : { curve },
      ...(template && { enrolment: { template } }),
    });
    await writeCard(out, card);
    if (options.ca === undefined) {
      const file = `${out}.ca.pem`;
      await writeFile(file, pem('CERTIFICATE', authority.certificate.octets));
      process.stderr.write(`wrote ${file}: the authority made for this card\n`);
    }
    if (code === undefined) process.stderr.write(`unblocking code: ${unblock}\n`);
    process.stderr.write(`wrote ${out}: ${formatName(signing.subject)}, key ${toHex(signing.keyHash)}\n`);
  });

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** A finger of the simulated sensor, in hexadecimal digits. */
async function fingerIn(file: string): Promise<Uint8Array> {
  if (!(await exists(file))) await writeSecret(file, `${toHex(newFinger(systemRandom))}\n`);
  return readFinger(file);
}

function drawCode(): string {
  return String(randomBelow(systemRandom, 10 ** 8)).padStart(8, '0');
}

async function authorityFor({ ca }: CreateOptions): Promise<Authority> {
  if (ca !== undefined) return readAuthority(ca);
  return createAuthority({ random: systemRandom, now: Date.now() });
}

const show = new Command('show')
  .description('print what a card holds that is no secret')
  .argument('<file>', 'the card')
  .option('--json', 'as one JSON document')
  .option('--certificate', 'only the certificate of a key, as PEM')
  .addOption(
    new Option(
      '--key <name>',
      'with --certificate: the key that signs (what a directory of users needs), or the one that opens what is sealed to the card',
    )
      .choices(['signature', 'authentication'])
      .default('signature'),
  )
  .action(
    async (
      file: string,
      {
        json,
        certificate,
        key,
      }: { readonly json?: true; readonly certificate?: true; readonly key: KeyName },
    ) => {
      const card = await readCard(file);
      const wim = openWim({ transmit: (apdu) => card.transmit(apdu) });
      if (certificate) {
        process.stdout.write(certificateFor(wim, key));
        return;
      }
      const facts = describe(wim);
      process.stdout.write(json ? `${JSON.stringify(facts, undefined, 2)}\n` : toText(facts));
    },
  );

type KeyName = 'signature' | 'authentication';

function certificateFor(wim: Wim, name: KeyName): string {
  const key = wim.keys.find(({ usage }) => usage.includes('nonRepudiation') === (name === 'signature'));
  for (const certificate of key === undefined ? [] : certificatesOf(wim, key)) {
    const octets = wim.readCertificate(certificate);
    if (certificate.format === 'x509' && octets instanceof Uint8Array) return pem('CERTIFICATE', octets);
  }
  throw new Error(`the card holds no X.509 certificate of a key for ${name}`);
}

function describe(wim: Wim) {
  return {
    label: wim.tokenInfo.label,
    serialNumber: toHex(wim.tokenInfo.serialNumber),
    pins: wim.pins.map((pin) => ({ label: pin.label, triesLeft: wim.pinStatus(pin).triesLeft ?? null })),
    keys: wim.keys.map((key) => ({
      label: key.label,
      algorithm: key.algorithm,
      usage: key.usage,
      keyHash: toHex(key.id),
      pin: wim.pinOf(key)?.label ?? null,
    })),
    certificates: wim.certificates.map(({ label, kind, format, id, value }) => ({
      label,
      kind,
      format,
      keyHash: toHex(id),
      place: 'url' in value ? value.url : toHex(value.path),
    })),
  };
}

function toText(facts: ReturnType<typeof describe>): string {
  const { label, serialNumber, pins, keys, certificates } = facts;
  return [
    `${label}, serial number ${serialNumber}`,
    ...pins.map((pin) => `PIN          ${pin.label}, ${pin.triesLeft ?? 'no'} tries left`),
    ...keys.map(
      (key) => `key          ${key.label}, ${key.algorithm}, ${key.usage.join(' ')}, ${key.keyHash}`,
    ),
    ...certificates.map((it) => `certificate  ${it.label}, ${it.kind}, ${it.keyHash}`),
    '',
  ].join('\n');
}

const which = () =>
  new Option('--which <pin>', 'the PIN for signatures, or PIN-G')
    .choices(['signature', 'general'])
    .default('signature');

interface ChangeOptions {
  readonly pinFile: string;
  readonly newPinFile: string;
  readonly which: 'signature' | 'general';
}

const changePin = new Command('change-pin')
  .description('replace a PIN by another')
  .argument('<file>', 'the card')
  .requiredOption('--pin-file <file>', 'its first line is the PIN')
  .requiredOption('--new-pin-file <file>', 'its first line is the PIN to come')
  .addOption(which())
  .action(async (file: string, options: ChangeOptions) => {
    const [pin = ''] = await readPinLines(options.pinFile);
    const [replacement = ''] = await readPinLines(options.newPinFile);
    await withPin(file, options.which, (wim, object) => wim.changePin(object, pin, replacement));
  });

interface UnblockOptions {
  readonly codeFile: string;
  readonly newPinFile: string;
  readonly which: 'signature' | 'general';
}

const unblock = new Command('unblock')
  .description('set a new PIN with the unblocking code')
  .argument('<file>', 'the card')
  .requiredOption('--code-file <file>', 'its first line is the unblocking code')
  .requiredOption('--new-pin-file <file>', 'its first line is the PIN to come')
  .addOption(which())
  .action(async (file: string, options: UnblockOptions) => {
    const [code = ''] = await readPinLines(options.codeFile);
    const [replacement = ''] = await readPinLines(options.newPinFile);
    await withPin(file, options.which, (wim, object) => wim.unblockPin(object, code, replacement));
  });

async function withPin(
  file: string,
  name: 'signature' | 'general',
  act: (wim: Wim, pin: PinObject) => PinResult,
): Promise<void> {
  const card = await readCard(file);
  const wim = openWim({ transmit: (apdu) => card.transmit(apdu) });
  const [general] = wim.pins;
  const signing = wim.keys.find(({ usage }) => usage.includes('nonRepudiation'));
  const pin = name === 'general' ? general : signing && wim.pinOf(signing);
  if (pin === undefined) throw new UsageError('the card has no such PIN');
  const result = act(wim, pin);
  await writeCard(file, card);
  if (!result.ok) throw new Error(`refused: a wrong code, or a new PIN that has not 4 to 8 digits`);
}

export const wim = new Command('wim')
  .description('smart cards in files')
  .addCommand(create)
  .addCommand(show)
  .addCommand(changePin)
  .addCommand(unblock)
  .addCommand(serve);
