/** `wapstack get`: a curl for WAP. */
import { lookup } from 'node:dns/promises';
import { Command, Option } from 'commander';
import { decodeText } from '../gateway/charset.js';
import { endpoint } from '../gateway/ppg/subscribers.js';
import { openWapClient, type WapRequest, type WapResponse } from '../terminal/fetch.js';
import { type ConnectionSecurity, type TerminalSecurity, terminalSecurity } from '../terminal/security.js';
import type { Endpoint } from '../wap/address.js';
import { DecodeError, UsageError } from '../wap/errors.js';
import type { Crossing } from '../wap/layer.js';
import { toBase64 } from '../wap/octets.js';
import { ports } from '../wap/ports.js';
import { decodeMediaType } from '../wap/push/index.js';
import { documentTypeByMediaType, wbxmlToXml } from '../wap/wbxml/index.js';
import { disassemble } from '../wap/wmlscript/index.js';
import { type Header, headerValue, statusCodes } from '../wap/wsp/index.js';
import { type Output, standardOutput } from './output.js';
import { describeSecurity, keyLogTo, readClientIdentity, readTrust } from './security.js';
import { systemClock } from './system.js';
import { readInput } from './wbxml.js';

export interface GetCommandOptions {
  readonly gateway: string;
  readonly mode: string;
  readonly header?: readonly string[];
  readonly post?: string;
  readonly raw?: boolean;
  readonly text?: boolean;
  readonly json?: boolean;
  readonly trace?: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly keylog?: string;
}

/** What a browser of the time would ask for. */
const defaultHeaders: readonly Header[] = [
  { name: 'Accept', value: 'application/vnd.wap.wmlc' },
  { name: 'Accept', value: 'application/vnd.wap.wmlscriptc' },
  { name: 'Accept', value: 'image/vnd.wap.wbmp' },
  { name: 'Accept', value: '*/*' },
  { name: 'Accept-Charset', value: 'utf-8' },
  { name: 'User-Agent', value: 'wapstack' },
];

export const get = new Command('get')
  .description('fetch a resource through a WAP gateway')
  .argument('<url>', 'http: or https:; wap: stands for http:')
  .option('--gateway <host:port>', 'the gateway; the port of the mode where none is given', '127.0.0.1')
  .addOption(
    new Option('--mode <mode>', 'connectionless or connection mode, plain or over WTLS')
      .choices(['cl', 'co', 'cl-secure', 'co-secure'])
      .default('co'),
  )
  .option('--header <line...>', "request headers, 'Name: value'; one of the same name replaces a default")
  .option('--post <file>', 'post this file; - for standard input')
  .option('--raw', 'print the body as it came')
  .option('--text', 'print decks as WML, scripts as a listing, text as text')
  .option('--json', 'print one JSON document')
  .option('--ca <file>', 'authorities that the gateway has to prove itself with: PEM, or a WTLS certificate')
  .option('--cert <file>', 'certificate (PEM) to prove oneself with where the gateway asks, with --key')
  .option('--key <file>', 'its private key (PEM)')
  .option('--keylog <file>', 'write the secrets of WTLS connections')
  .option('--trace', 'say what passes between the layers, on standard error')
  .action((url: string, options: GetCommandOptions) => runGet(url, options, standardOutput));

/** Fetches and prints. Rejects where no result came; a result with an error status is a result. */
export async function runGet(url: string, options: GetCommandOptions, output: Output): Promise<void> {
  const shapes = [options.raw, options.text, options.json].filter((given) => given === true);
  if (shapes.length > 1) throw new UsageError('one of --raw, --text and --json at most');
  const { mode, port, isSecure } = modeOf(options.mode);
  const gateway = await gatewayOf(options.gateway, port);
  const security = isSecure ? await securityOf(options, output) : undefined;
  const request = await requestOf(url, options);
  const started = Date.now();
  const client = await openWapClient({
    gateway: { host: gateway.address, port: gateway.port },
    mode,
    ...(security && { security }),
    headers: defaultHeaders.filter(({ name }) => headerValue(request.headers ?? [], name) === undefined),
    ...(options.trace && {
      observe: (crossing) => output.say(traceLine(crossing, Date.now() - started)),
      manage: ({ layer, text }) => output.say(`${layer}: ${text}`),
      onRedirect: ({ address, port }, permanent) =>
        output.say(`the gateway ${permanent ? 'has moved' : 'redirects'} to ${address}:${port}`),
    }),
  });
  try {
    print(await client.request(request), client.security(), options, output);
  } finally {
    await client.close();
  }
}

const modes = {
  cl: { mode: 'cl', port: ports.connectionless, isSecure: false },
  co: { mode: 'co', port: ports.session, isSecure: false },
  'cl-secure': { mode: 'cl', port: ports.secureConnectionless, isSecure: true },
  'co-secure': { mode: 'co', port: ports.secureSession, isSecure: true },
} as const;

function modeOf(name: string): (typeof modes)[keyof typeof modes] {
  for (const [mode, parts] of Object.entries(modes)) if (mode === name) return parts;
  throw new UsageError(`--mode is ${Object.keys(modes).join(', ')}, not ${name}`);
}

const noTrust = { trusted: [], trustedCertificates: [] };

/** Without --ca nobody can prove anything: what is said is hidden from listeners, but not from whoever answers in the gateway's place. */
async function securityOf(options: GetCommandOptions, output: Output): Promise<TerminalSecurity> {
  const { ca, cert, key, keylog } = options;
  if ((cert === undefined) !== (key === undefined)) throw new UsageError('--cert and --key go together');
  if (cert !== undefined && ca === undefined) throw new UsageError('--cert needs --ca');
  if (ca === undefined) {
    output.say(
      'warning: without --ca FILE the gateway proves nothing (anonymous key exchange, WTLS class 1)',
    );
  }
  const trust = ca === undefined ? noTrust : await readTrust(ca);
  return terminalSecurity(systemClock, {
    ...trust,
    ...(cert !== undefined &&
      key !== undefined && {
        identities: [await readClientIdentity(cert, key, trust.trustedCertificates)],
      }),
    ...(keylog !== undefined && { keyLog: keyLogTo(keylog) }),
  });
}

/** `host`, `host:port`, `[address]:port`; a name is looked up. */
async function gatewayOf(text: string, port: number): Promise<Endpoint> {
  const numeric = endpoint(text, port);
  if (numeric !== undefined) return numeric;
  const [, name, given] = /^([A-Za-z0-9][A-Za-z0-9.-]*)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const found = name === undefined ? undefined : await lookup(name).catch(() => undefined);
  const bracketed = found?.family === 6 ? `[${found.address}]` : found?.address;
  const resolved = bracketed && endpoint(given === undefined ? bracketed : `${bracketed}:${given}`, port);
  if (!resolved) throw new UsageError(`--gateway is no host and no host:port: ${text}`);
  return resolved;
}

async function requestOf(given: string, { header = [], post }: GetCommandOptions): Promise<WapRequest> {
  const url = given.replace(/^wap:/i, 'http:');
  if (!URL.canParse(url)) throw new UsageError(`no URL: ${given}`);
  const headers = header.map((line): Header => {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      throw new UsageError(`--header is 'Name: value', not ${line}`);
    return { name, value };
  });
  if (post === undefined) return { method: 'GET', url, headers };
  const typed = headerValue(headers, 'Content-Type') !== undefined;
  const type: Header = { name: 'Content-Type', value: 'application/x-www-form-urlencoded' };
  return { method: 'POST', url, headers: typed ? headers : [type, ...headers], body: await readInput(post) };
}

function print(
  response: WapResponse,
  security: ConnectionSecurity | undefined,
  options: GetCommandOptions,
  output: Output,
): void {
  const text = options.raw ? undefined : textOf(response);
  if (options.json) {
    output.out(JSON.stringify(documentOf(response, text, security)));
    return;
  }
  if (response.status !== 200)
    output.say(`status ${response.status}${known(response.status) ? '' : ', unassigned'}`);
  if (options.text && text === undefined)
    throw new DecodeError('get', 0, `${contentTypeOf(response)} has no text form; --raw prints it`);
  if (text === undefined) output.octets(response.body);
  else output.out(text.replace(/\n$/, ''));
}

/** Headers as most programs have them: by name in small letters, several of one name in one value. */
function documentOf(
  response: WapResponse,
  text: string | undefined,
  security: ConnectionSecurity | undefined,
) {
  const headers: Record<string, string> = {};
  for (const { name, value } of response.headers) {
    const key = name.toLowerCase();
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
  }
  return {
    status: response.status,
    headers,
    contentType: contentTypeOf(response),
    length: response.body.length,
    body: toBase64(response.body),
    ...(text !== undefined && { text }),
    ...(security && { security: describeSecurity(security) }),
  };
}

/** The source as far as it can be read back; `undefined` for what is no text. */
function textOf(response: WapResponse): string | undefined {
  const { type, parameters } = decodeMediaType(contentTypeOf(response));
  try {
    if (type === 'application/vnd.wap.wmlscriptc') return disassemble(response.body);
    if (documentTypeByMediaType(type)?.table.mediaTypes?.binary === type)
      return wbxmlToXml(response.body, { ...(parameters.charset && { charset: parameters.charset }) });
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
  if (!/^text\/|[/+]xml$|^application\/json$/.test(type)) return undefined;
  return decodeText(response.body, parameters.charset)?.text;
}

function contentTypeOf({ headers }: WapResponse): string {
  return headerValue(headers, 'Content-Type') ?? '';
}

function known(status: number): boolean {
  return Object.hasOwn(statusCodes, status);
}

/** `0.020  WSP>WTP  TR-Invoke.req  handle=I2 class=2 len=31`: a crossing is one line, its words are name=value without blanks. */
function traceLine({ from, to, primitive }: Crossing, after: number): string {
  const details = Object.entries(primitive)
    .filter(([name]) => name !== 'type')
    .flatMap(([name, value]) => detail(name, value));
  return [(after / 1000).toFixed(3), `${from}>${to}`, primitive.type, details.join(' ')].join('  ').trimEnd();
}

/** What the trace calls parameters that are on nearly every line. */
const shortNames: Readonly<Record<string, string>> = {
  userData: 'len',
  octets: 'len',
  classType: 'class',
  source: 'from',
  destination: 'to',
  peers: 'peer',
};

/** Octets by their number, lists by how many they have, ends by address and port. */
function detail(given: string, value: unknown): string[] {
  const name = shortNames[given] ?? given;
  if (value === undefined) return [];
  if (value instanceof Uint8Array || Array.isArray(value)) return [`${name}=${value.length}`];
  if (typeof value !== 'object' || value === null) return [`${name}=${String(value).replace(/\s/g, '_')}`];
  const end = 'remote' in value ? value.remote : value;
  return isEndpoint(end) ? [`${name}=${end.address}:${end.port}`] : [];
}

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && 'address' in value && 'port' in value;
}
