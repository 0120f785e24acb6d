/** `wapstack sign`: Crypto.signText from a command line, with a card in a file. */
import { Command } from 'commander';
import {
  beginSignText,
  INCLUDE_CERTIFICATE,
  INCLUDE_CONTENT,
  type SignTextDialogue,
} from '../terminal/sign-text.js';
import { UsageError } from '../wap/errors.js';
import { decodeLatin1, decodeUtf8, fromHex } from '../wap/octets.js';
import { readInput } from './files.js';
import { parseInteger, readCard, readPinLines, writeCard } from './key-files.js';
import { askPin } from './pin-prompt.js';

interface Options {
  readonly text?: string;
  readonly wim: string;
  readonly pinFile?: string;
  readonly options: number;
  readonly keyIdType: number;
  readonly keyId: string;
  readonly nonce?: true;
}

export const sign = new Command('sign')
  .description('sign a text with the key on a card: prints SignedContent (WAP-161) in base64')
  .argument('[file]', 'the text in UTF-8, signed to the last octet; - or nothing: standard input', '-')
  .option('--text <text>', 'the text itself, instead of a file')
  .requiredOption('--wim <file>', 'the card')
  .option('--pin-file <file>', 'its first line is the PIN; without it the PIN is asked for')
  .option(
    '--options <n>',
    '1: with the text, 2: with the key hash, 4: with the certificate; added up',
    parseInteger,
    INCLUDE_CONTENT | INCLUDE_CERTIFICATE,
  )
  .option(
    '--key-id-type <n>',
    '0: any key, 1: a key by its hash, 2: a key certified by an authority',
    parseInteger,
    0,
  )
  .option('--key-id <hex>', 'hashes of 20 octets, one behind the other', '')
  .option('--nonce', 'a nonce instead of the signing time')
  .action(async (file: string, options: Options) => {
    const octets = options.text === undefined ? await readInput(file) : undefined;
    const stringToSign = options.text ?? decodeUtf8(octets ?? new Uint8Array(0));
    if (stringToSign === undefined) throw new UsageError('the text is not UTF-8');
    const keyId = fromHex(options.keyId);
    if (keyId === undefined) throw new UsageError('the key id is not of hexadecimal digits');
    const card = await readCard(options.wim);
    const dialogue = beginSignText({
      stringToSign,
      options: options.options,
      keyIdType: options.keyIdType,
      keyId: decodeLatin1(keyId),
      transmit: (apdu) => card.transmit(apdu),
      clock: { now: () => Date.now() },
      ...(options.nonce && { attribute: 'nonce' }),
    });
    try {
      await answer(dialogue, options.pinFile);
    } finally {
      // Tries that were used stay used.
      await writeCard(options.wim, card);
    }
    process.stdout.write(`${resultOf(dialogue)}\n`);
  });

/** Approves, takes the first key that fits, and enters the PIN once. */
async function answer(dialogue: SignTextDialogue, pinFile: string | undefined): Promise<void> {
  dialogue.accept();
  dialogue.choose(0);
  const { prompt } = dialogue;
  if (prompt.kind !== 'pin') return;
  const [pin = ''] = pinFile === undefined ? [await askPin(prompt.label)] : await readPinLines(pinFile);
  dialogue.enterPin(pin);
}

function resultOf({ prompt }: SignTextDialogue): string {
  if (prompt.kind === 'pin')
    throw new Error(
      `the PIN is wrong, ${prompt.triesLeft === 1 ? '1 try is' : `${prompt.triesLeft ?? 'some'} tries are`} left`,
    );
  if (prompt.kind === 'blocked')
    throw new Error(`${prompt.label} is blocked; wapstack wim unblock sets a new one`);
  if (prompt.kind !== 'done') throw new Error('nothing was signed');
  const { result } = prompt;
  if (result.type === 'invalid') throw new UsageError(result.reason);
  if (result.value === 'error:noCert')
    throw new Error('error:noCert: the card has no key or certificate that fits');
  return result.value;
}
