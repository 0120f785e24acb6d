/** `wapstack terminal`: the phone as a process of its own, on a terminal or fed with lines. */
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { realScheduler } from '../bearer/index.js';
import { startPhone } from '../terminal/phone.js';
import { runTty } from '../terminal/tty.js';
import { UsageError } from '../wap/errors.js';
import { ports, portsFrom } from '../wap/ports.js';
import { importCard } from '../wap/wim/index.js';
import { portBaseOption } from './options.js';
import { standardOutput } from './output.js';
import { systemRandom } from './system.js';

interface TerminalOptions {
  readonly gateway: string;
  readonly msisdn?: string;
  readonly bearer: 'udp' | 'sms';
  readonly wim?: string;
  readonly portBase: number;
}

export const terminal = new Command('terminal')
  .description('a phone: browses WML, takes push messages, signs with its card')
  .argument('[url]', 'what to open first')
  .option('--gateway <host[:port]>', 'where the gateway takes sessions', `127.0.0.1:${ports.session}`)
  .option('--msisdn <number>', 'its telephone number')
  .addOption(
    new Option('--bearer <name>', 'what carries its datagrams').choices(['udp', 'sms']).default('udp'),
  )
  .option('--wim <file>', 'the card in its slot, as wapstack wim create writes one')
  .addOption(portBaseOption())
  .action(async (url: string | undefined, options: TerminalOptions) => {
    if (options.bearer === 'sms') throw new UsageError('--bearer sms is not there yet: only udp is');
    if (url !== undefined && !URL.canParse(url)) throw new UsageError(`${url} is no URL`);
    const moved = portsFrom(options.portBase);
    const card = options.wim === undefined ? undefined : importCard(readFileSync(options.wim), systemRandom);
    const phone = await startPhone({
      host: '127.0.0.1',
      pushPort: moved.push,
      gateway: hostAndPort(options.gateway, moved.session),
      ...(options.msisdn !== undefined && { msisdn: options.msisdn }),
      ...(card && { card: (apdu) => card.transmit(apdu) }),
      scheduler: realScheduler,
      random: systemRandom,
      watch: (event) => {
        if (event.type === 'failed') standardOutput.say(event.text);
      },
    });
    try {
      if (url !== undefined) phone.terminal.open(url);
      await runTty({ terminal: phone.terminal, input: process.stdin, output: process.stdout });
    } finally {
      await phone.close();
    }
  });

/** `127.0.0.1`, `127.0.0.1:9201`, `[::1]:9201`. */
function hostAndPort(text: string, port: number): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9A-Fa-f:]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || Number(match?.[3] ?? port) > 65_535)
    throw new UsageError(`--gateway ${text} is no host:port`);
  return { host, port: Number(match?.[3] ?? port) };
}
