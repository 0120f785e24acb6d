/** `wapstack dissect`: what a capture says, layer by layer, that of WTLS with a key log. */
import { Command } from 'commander';
import { conversations } from '../capture/conversations.js';
import { type DissectedDatagram, formatFields } from '../capture/dissect.js';
import { emptyKeyLog, readKeyLog } from '../capture/keylog.js';
import { type CapturedPacket, readCapture } from '../capture/read.js';
import { UsageError } from '../wap/errors.js';
import { decodeLatin1, toHex } from '../wap/octets.js';
import { portsFrom } from '../wap/ports.js';
import { about, readInput } from './files.js';
import { portBaseOption } from './options.js';
import { type Output, standardOutput } from './output.js';

export interface DissectCommandOptions {
  readonly json?: boolean;
  readonly keylog?: string;
  readonly filter?: string;
  readonly verbose?: boolean;
  readonly portBase: number;
}

export const dissect = new Command('dissect')
  .description('print what the datagrams of a capture say')
  .argument('[file]', 'pcap or pcapng; - or nothing: standard input', '-')
  .option('--json', 'one JSON document a line')
  .option('--keylog <file>', 'the secrets of WTLS connections, as gateway --keylog writes them')
  .option('--filter <expression>', 'only lines that match this regular expression')
  .option('-v, --verbose', 'also every field, and content as text')
  .addOption(portBaseOption())
  .action((file: string, options: DissectCommandOptions) => runDissect(file, options, standardOutput));

/** Prints every datagram whose ports are those of a service, a line each; the others are counted. */
export async function runDissect(
  file: string,
  options: DissectCommandOptions,
  output: Output,
): Promise<void> {
  const { keylog } = options;
  const filter = expression(options.filter);
  const octets = await readInput(file);
  const packets = about(file, () => readCapture(octets));
  const text = keylog === undefined ? '' : decodeLatin1(await readInput(keylog));
  const log = keylog === undefined ? emptyKeyLog : about(keylog, () => readKeyLog(text));
  const reader = conversations(log, portsFrom(options.portBase));
  const start = packets[0]?.at ?? 0;
  let others = 0;
  for (const packet of packets) {
    const datagram = reader.read(packet);
    if (datagram === undefined) {
      others++;
      continue;
    }
    const line = lineOf(packet, datagram, start);
    if (filter !== undefined && !filter.test(line)) continue;
    if (options.json) output.out(JSON.stringify(documentOf(packet, datagram), plainValue));
    else output.out(options.verbose ? [line, ...details(datagram)].join('\n') : line);
  }
  if (others > 0) output.say(`${others} datagrams on other ports`);
}

function expression(text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    return new RegExp(text);
  } catch (error) {
    throw new UsageError(`--filter is no regular expression: ${text}`, { cause: error });
  }
}

/** `3  0.040  10.0.0.2:49152 > 10.0.0.1:9203  187  WTLS client_key_exchange + change_cipher_spec | WTP …`. */
function lineOf(packet: CapturedPacket, { layers, malformed }: DissectedDatagram, start: number): string {
  const { number, at, source, destination, octets } = packet;
  const said = layers.map(({ layer, summary }) => `${layer} ${summary}`);
  const faults = malformed === undefined ? [] : [`malformed: ${malformed}`];
  return [
    String(number).padStart(4),
    ((at - start) / 1000).toFixed(3).padStart(9),
    `${source.address}:${source.port} > ${destination.address}:${destination.port}`,
    String(octets.length).padStart(5),
    [...said, ...faults].join(' | '),
  ].join('  ');
}

function details({ layers }: DissectedDatagram): string[] {
  return layers.flatMap(({ layer, fields, text }) => [
    ...(fields.length > 0 ? [`      ${layer}`, formatFields(fields, '        ')] : []),
    ...(text === undefined ? [] : [text.replace(/^/gm, '        ')]),
  ]);
}

function documentOf(
  { number, at, source, destination, octets }: CapturedPacket,
  datagram: DissectedDatagram,
) {
  return {
    number,
    at,
    from: `${source.address}:${source.port}`,
    to: `${destination.address}:${destination.port}`,
    octets,
    ...datagram,
  };
}

/** Octets as hexadecimal digits; what JSON has no form for, as text. */
function plainValue(_name: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  return typeof value === 'bigint' ? String(value) : value;
}
