/** `wapstack wim serve`: a card in a file, put into the virtual reader of vsmartcard-vpcd. */
import { Command } from 'commander';
import { insertCard, VPCD_PORT } from '../bearer/index.js';
import { toHex } from '../wap/octets.js';
import {
  ATR,
  decodeCommand,
  decodeResponse,
  describeCommand,
  describeStatus,
  inReader,
} from '../wap/wim/index.js';
import { readCard, writeCard } from './key-files.js';
import { portNumber } from './options.js';
import { untilStopped } from './until-stopped.js';

interface Options {
  readonly host: string;
  readonly port: number;
  readonly trace?: true;
}

export const serve = new Command('serve')
  .description(
    'put a card into the virtual reader of vsmartcard-vpcd, where opensc and any PC/SC program find it',
  )
  .argument('<file>', 'the card')
  .option('--host <name>', 'where the reader is', '127.0.0.1')
  .option('--port <n>', 'where vpcd listens', portNumber, VPCD_PORT)
  .option('--trace', 'print each command and response; PINs are left out')
  .action(async (file: string, { host, port, trace }: Options) => {
    const card = await readCard(file);
    const reader = inReader(card);
    let kept = card.image;
    const inserted = await insertCard(host, port, {
      atr: ATR,
      reset: () => void reader.reset(),
      async transmit(apdu) {
        const response = reader.transmit(apdu);
        if (trace) process.stderr.write(`${traceLine(apdu, response)}\n`);
        if (card.image !== kept) {
          // A try that was used has to be on the disk before anybody hears of it.
          kept = card.image;
          await writeCard(file, card);
        }
        return response;
      },
    }).catch((error: NodeJS.ErrnoException) => {
      throw new Error(
        `no virtual reader at ${host}:${port} (${error.code ?? error.message}): is pcscd running with vsmartcard-vpcd?`,
      );
    });
    process.stderr.write(`the card is in the reader at ${host}:${port}, answer to reset ${toHex(ATR)}\n`);
    const reason = await Promise.race([
      untilStopped().then(() => 'stopped' as const),
      inserted.closed.then(() => 'gone' as const),
    ]);
    inserted.remove();
    if (reason === 'gone') throw new Error('the reader is gone');
  });

/** An exchange as a line to read. Data are not printed: they may be a PIN. */
function traceLine(apdu: Uint8Array, octets: Uint8Array): string {
  const { data, sw } = decodeResponse(octets);
  return `${commandText(apdu)}: ${data.length > 0 ? `${data.length} octets, ` : ''}${describeStatus(sw)}`;
}

function commandText(apdu: Uint8Array): string {
  try {
    return describeCommand(decodeCommand(apdu));
  } catch {
    return `${apdu.length} octets that are no command`;
  }
}
