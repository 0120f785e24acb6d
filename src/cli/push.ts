/** `wapstack push`: submits a push message over PAP. */
import { randomBytes, randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { realScheduler } from '../bearer/index.js';
import { httpClient } from '../gateway/http.js';
import { origins } from '../gateway/origins.js';
import { papClient } from '../gateway/ppg/client.js';
import { ProtocolError, UsageError } from '../wap/errors.js';
import { encodeUtf8 } from '../wap/octets.js';
import {
  type CancelMessage,
  decodeApplicationId,
  decodeClientAddress,
  type Entity,
  encodeClientAddress,
  encodeSi,
  encodeSl,
  isSuccess,
  type PapMessage,
  type PushSubmission,
  papStatus,
  type StatusQueryMessage,
} from '../wap/push/index.js';
import type { Header } from '../wap/wsp/index.js';
import { readInput } from './files.js';
import { type Output, standardOutput } from './output.js';

export interface PushCommandOptions {
  readonly ppg: string;
  readonly to?: readonly string[];
  readonly si?: string;
  readonly href?: string;
  readonly sl?: string;
  readonly body?: string;
  readonly type?: string;
  readonly confirmed?: boolean;
  readonly appId?: string;
  readonly query?: string;
  readonly cancel?: string;
  readonly json?: boolean;
}

/** How long the push proxy may take to answer, in ms. */
const TIMEOUT = 30_000;

export const push = new Command('push')
  .description('submit a push message to a push proxy, ask about one, or call it back')
  .requiredOption('--ppg <url>', 'the push proxy, with user:password@ where it asks who you are')
  .option('--to <address...>', 'WAPPUSH=…/TYPE=…@ppg, a telephone number +…, or an IP address')
  .option('--si <text>', 'a service indication with this text')
  .option('--href <url>', 'what the indication leads to')
  .option('--sl <url>', 'a service loading of this URL')
  .option('--body <file>', 'any content; - for standard input')
  .option('--type <type>', 'its content type')
  .option('--confirmed', 'the terminal has to confirm')
  .option(
    '--app-id <id>',
    'the application on the terminal: a URI, a registered name such as wta.ua, or a hexadecimal number',
  )
  .option('--query <push-id>', 'ask what became of a message instead')
  .option('--cancel <push-id>', 'call a message back instead, where it has not been delivered yet')
  .option('--json', 'print the whole answer')
  .action((options: PushCommandOptions) => runPush(options, standardOutput));

/** Prints status and words of the answer; rejects where the message was not accepted, or what was asked refused. */
export async function runPush(options: PushCommandOptions, output: Output): Promise<void> {
  if (!URL.canParse(options.ppg)) throw new UsageError(`--ppg is no URL: ${options.ppg}`);
  const ask = asked(options);
  const submission = ask === undefined ? await submissionOf(options) : undefined;
  const http = httpClient({
    origins: origins({}),
    scheduler: realScheduler,
    timeout: TIMEOUT,
    maxBody: 1_000_000,
  });
  try {
    const client = papClient({ http, url: options.ppg, random: { octets: (count) => randomBytes(count) } });
    if (submission !== undefined)
      report(await client.push(submission.message, submission.content), submission.message, options, output);
    else if (ask !== undefined) tell(await client.ask(ask), ask, options, output);
  } finally {
    http.close();
  }
}

/** What to ask instead of pushing; `undefined` where something is to be pushed. */
function asked(options: PushCommandOptions): CancelMessage | StatusQueryMessage | undefined {
  const { query, cancel } = options;
  if (query === undefined && cancel === undefined) return undefined;
  const { si, sl, body } = options;
  if ([query, cancel, si, sl, body].filter((each) => each !== undefined).length > 1)
    throw new UsageError('one thing at a time: --query, --cancel or a message');
  const addresses = recipients(options);
  if (query !== undefined) return { type: 'statusquery-message', pushId: query, addresses };
  return { type: 'cancel-message', pushId: cancel ?? '', addresses };
}

async function submissionOf(
  options: PushCommandOptions,
): Promise<{ readonly message: PushSubmission; readonly content: Entity }> {
  const content = await contentOf(options);
  const addresses = recipients(options);
  if (addresses.length === 0) throw new UsageError('say for whom it is: --to');
  const message: PushSubmission = {
    type: 'push-message',
    pushId: `${randomUUID()}@wapstack`,
    replaceMethod: 'all',
    progressNotesRequested: options.json === true,
    addresses,
    ...(options.confirmed && {
      qualityOfService: {
        priority: 'medium',
        deliveryMethod: 'confirmed',
        networkRequired: false,
        bearerRequired: false,
      },
    }),
  };
  return { message, content };
}

function recipients({ to = [], ppg }: PushCommandOptions): readonly string[] {
  return to.map((address) => clientAddress(address, new URL(ppg).hostname));
}

/** A line a recipient; rejects where the push proxy knows no such message, or will not do it for one of them. */
function tell(
  answer: PapMessage,
  { type, pushId }: CancelMessage | StatusQueryMessage,
  options: PushCommandOptions,
  output: Output,
): void {
  if (options.json) output.out(JSON.stringify(answer));
  if (answer.type !== 'statusquery-response' && answer.type !== 'cancel-response')
    throw new ProtocolError('PAP', type, `the answer is a ${answer.type}`);
  for (const result of answer.results) {
    const { code, desc = wordsOf(code), addresses } = result;
    // An outcome that is no success is still an answer to who asks about it.
    const refused = 'messageState' in result ? result.messageState === 'unknown' : !isSuccess(code);
    if (refused) throw new ProtocolError('PAP', type, `${pushId}: refused with ${code} ${desc}`);
    const state = 'messageState' in result ? `${result.messageState} ` : '';
    if (!options.json) for (const address of addresses) output.out(`${state}${code} ${desc}, ${address}`);
  }
}

function wordsOf(code: string): string {
  return Object.entries(papStatus).find(([known]) => known === code)?.[1] ?? '';
}

function report(
  answer: PapMessage,
  message: PushSubmission,
  options: PushCommandOptions,
  output: Output,
): void {
  if (options.json) output.out(JSON.stringify(answer));
  if (answer.type !== 'push-response' && answer.type !== 'badmessage-response')
    throw new ProtocolError('PAP', 'push-message', `the answer is a ${answer.type}`);
  const { code, desc } = answer.type === 'push-response' ? answer.result : answer;
  const words = desc ?? wordsOf(code);
  if (!isSuccess(code)) throw new ProtocolError('PAP', 'push-message', `refused with ${code} ${words}`);
  if (!options.json) output.out(`${code} ${words}, push-id ${message.pushId}`);
}

async function contentOf(options: PushCommandOptions): Promise<Entity> {
  const given = [options.si, options.sl, options.body].filter((each) => each !== undefined);
  if (given.length !== 1) throw new UsageError('say what to push: one of --si, --sl and --body');
  if (options.appId !== undefined && decodeApplicationId(options.appId) === undefined)
    throw new UsageError(`--app-id is neither a URI nor a hexadecimal number: ${options.appId}`);
  const application: Header[] =
    options.appId === undefined ? [] : [{ name: 'X-Wap-Application-Id', value: options.appId }];
  const entity = (type: string, body: Uint8Array): Entity => ({
    headers: [{ name: 'Content-Type', value: type }, ...application],
    body,
  });
  if (options.si !== undefined) {
    const text = encodeSi({
      text: options.si,
      action: 'signal-medium',
      ...(options.href !== undefined && { href: options.href }),
    });
    return entity('text/vnd.wap.si; charset=utf-8', encodeUtf8(text));
  }
  if (options.sl !== undefined)
    return entity(
      'text/vnd.wap.sl; charset=utf-8',
      encodeUtf8(encodeSl({ href: options.sl, action: 'execute-low' })),
    );
  if (options.type === undefined) throw new UsageError('--body needs --type');
  return entity(options.type, await readInput(options.body ?? '-'));
}

/** The short forms: a number is of the PLMN, an address of IP. */
function clientAddress(text: string, ppg: string): string {
  const qualifiers = [] as const;
  const host = /^[A-Za-z0-9.-]+$/.test(ppg) ? ppg : 'ppg';
  if (/^\+[0-9.-]+$/.test(text))
    return encodeClientAddress({ addressType: 'PLMN', value: text, qualifiers, ppg: host });
  if (/^\d+(\.\d+){3}$/.test(text))
    return encodeClientAddress({ addressType: 'IPv4', value: text, qualifiers, ppg: host });
  try {
    decodeClientAddress(text);
  } catch (error) {
    throw new UsageError(`--to is no client address: ${text}`, { cause: error });
  }
  return text;
}
