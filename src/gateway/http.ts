/** HTTP/1.1 towards the origins: exact headers, kept connections, bounds on time and size. */
import { lookup } from 'node:dns';
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { Scheduler } from '../bearer/index.js';
import { concat } from '../wap/octets.js';
import type { Millis } from '../wap/time.js';
import type { Header } from '../wap/wsp/index.js';
import type { Forms } from './cache.js';
import type { Origins } from './origins.js';

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  /** Sent as they are, in this order; Host and Connection are added where they are missing. */
  readonly headers: readonly Header[];
  readonly body?: Uint8Array;
  /** Whose request it is, where that is known: see cache.ts. */
  readonly client?: string;
}

export interface HttpResponse {
  readonly status: number;
  /** As received, without those that concern the connection only (RFC 2616 §13.5.1). */
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
  /** CN of the origin's certificate, where TLS was used. */
  readonly certificateName?: string;
  /** What it was converted to before, where it is stored. */
  readonly forms?: Forms;
}

/** Why there is no response. */
export interface HttpFailure {
  readonly failure: 'denied' | 'unreachable' | 'timeout' | 'too big' | 'malformed' | 'aborted';
  /** A sentence for a person. */
  readonly text: string;
}

export interface HttpClientOptions {
  readonly origins: Origins;
  readonly scheduler: Scheduler;
  /** From request to the last octet of the response. */
  readonly timeout: Millis;
  /** Octets of a response's body. */
  readonly maxBody: number;
  /** Finds the addresses of a name, anew for each connection. Default: the machine's way. */
  readonly lookup?: typeof lookup;
  /** Connections to one origin at the same time. */
  readonly maxSockets?: number;
  /** Certificates (PEM) of authorities that are trusted besides the machine's own. */
  readonly ca?: string;
}

export interface HttpClient {
  /** Never rejects: what goes wrong is a value. Aborting the signal ends the exchange at once. */
  fetch(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse | HttpFailure>;
  /** Closes the connections that are kept. */
  close(): void;
}

/** RFC 2616 §13.5.1 and §14.10: what concerns one connection only. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'trailers',
  'transfer-encoding',
  'upgrade',
]);

/** The headers without those that concern the connection, or that its Connection header names. */
export function endToEnd(headers: readonly Header[]): readonly Header[] {
  const named = headers
    .filter(({ name }) => name.toLowerCase() === 'connection')
    .flatMap(({ value }) =>
      value
        .toLowerCase()
        .split(',')
        .map((token) => token.trim()),
    );
  return headers.filter(
    ({ name }) => !hopByHop.has(name.toLowerCase()) && !named.includes(name.toLowerCase()),
  );
}

export function httpClient(options: HttpClientOptions): HttpClient {
  const kept = { keepAlive: true, maxSockets: options.maxSockets ?? 64, scheduling: 'lifo' } as const;
  const agents = {
    'http:': new HttpAgent(kept),
    'https:': new HttpsAgent({ ...kept, ...(options.ca !== undefined && { ca: options.ca }) }),
  };

  return {
    fetch(request, signal) {
      const { protocol, port, hostname } = request.url;
      if (protocol !== 'http:' && protocol !== 'https:')
        return Promise.resolve({ failure: 'denied', text: `no gateway to ${protocol}` });
      const at = port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port);
      if (!options.origins.permitsHost(hostname, at))
        return Promise.resolve({ failure: 'denied', text: `${request.url.host} may not be fetched from` });
      if (signal?.aborted) return Promise.resolve({ failure: 'aborted', text: 'given up by the terminal' });
      return exchange(request, agents[protocol], at, options, signal);
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

function exchange(
  request: HttpRequest,
  agent: HttpAgent,
  port: number,
  options: HttpClientOptions,
  signal: AbortSignal | undefined,
): Promise<HttpResponse | HttpFailure> {
  return new Promise((resolve) => {
    let outgoing: ClientRequest | undefined;
    let settled = false;

    const finish = (outcome: HttpResponse | HttpFailure) => {
      if (settled) return;
      settled = true;
      cancel();
      signal?.removeEventListener('abort', abort);
      resolve(outcome);
      // What is still under way serves nobody; a complete exchange leaves its connection to the next.
      if ('failure' in outcome) outgoing?.destroy();
    };
    const abort = () => finish({ failure: 'aborted', text: 'given up by the terminal' });
    const cancel = options.scheduler.schedule(options.timeout, () =>
      finish({
        failure: 'timeout',
        text: `${request.url.host} did not answer within ${options.timeout / 1000} seconds`,
      }),
    );
    signal?.addEventListener('abort', abort, { once: true });

    const start = (mayRepeat: boolean) => {
      let responded = false;
      const sent = send(request, agent, port, options, (response) => {
        responded = true;
        collect(response, request.url.host, options.maxBody, finish);
      });
      outgoing = sent;
      sent.on('error', (error) => {
        // RFC 2616 §8.1.4: an origin may close a kept connection just as it is used again. Nothing was processed then.
        if (!settled && !responded && mayRepeat && sent.reusedSocket && isReset(error)) start(false);
        else finish(failureOf(error, request.url.host));
      });
      sent.on('upgrade', (_, socket) => {
        socket.destroy();
        finish({ failure: 'malformed', text: `${request.url.host} wants to speak another protocol` });
      });
      sent.end(request.body);
    };

    try {
      start(true);
    } catch (error) {
      // node:http refuses methods and headers that HTTP cannot carry.
      finish({ failure: 'malformed', text: error instanceof Error ? error.message : String(error) });
    }
  });
}

function send(
  request: HttpRequest,
  agent: HttpAgent,
  port: number,
  { origins, lookup: find = lookup }: HttpClientOptions,
  respond: (response: IncomingMessage) => void,
): ClientRequest {
  const { url } = request;
  // @types/node does not know setDefaultHeaders yet.
  const options: RequestOptions & { readonly setDefaultHeaders: false } = {
    method: request.method,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    path: `${url.pathname}${url.search}`,
    agent,
    setDefaultHeaders: false,
    headers: rawHeaders(request),
    lookup: (host, wanted, done) => {
      find(host, { ...wanted, all: true }, (error, addresses) => {
        const permitted = error
          ? []
          : addresses.filter(({ address }) => origins.permitsAddress(host, port, address));
        const first = permitted[0];
        if (error) done(error, '');
        else if (first === undefined)
          done(new Denied(`${url.host} leads to an address that may not be fetched from`), '');
        else if (wanted.all) done(null, permitted);
        else done(null, first.address, first.family);
      });
    },
  };
  return url.protocol === 'https:' ? httpsRequest(options, respond) : httpRequest(options, respond);
}

function isReset(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

/** Told apart from what the network says; never leaves this file. */
class Denied extends Error {}

function failureOf(error: Error, host: string): HttpFailure {
  if (error instanceof Denied) return { failure: 'denied', text: error.message };
  if ('code' in error && String(error.code).startsWith('HPE_'))
    return { failure: 'malformed', text: `${host} does not speak HTTP: ${error.message}` };
  return { failure: 'unreachable', text: `${host}: ${error.message}` };
}

/** Name, value, name, value: the form in which node:http keeps letters and order. */
function rawHeaders({ url, headers, body, method }: HttpRequest): string[] {
  const has = (name: string) => headers.some((header) => header.name.toLowerCase() === name);
  const all = [...headers];
  if (!has('host')) all.unshift({ name: 'Host', value: url.host });
  if (!has('connection')) all.push({ name: 'Connection', value: 'keep-alive' });
  if (!has('content-length') && (body !== undefined || method === 'POST' || method === 'PUT'))
    all.push({ name: 'Content-Length', value: String(body?.length ?? 0) });
  return all.flatMap(({ name, value }) => [name, value]);
}

function collect(
  response: IncomingMessage,
  host: string,
  maxBody: number,
  finish: (outcome: HttpResponse | HttpFailure) => void,
): void {
  const parts: Uint8Array[] = [];
  let length = 0;
  response.on('data', (part: Uint8Array) => {
    length += part.length;
    if (length > maxBody) finish({ failure: 'too big', text: `${host} sent more than ${maxBody} octets` });
    else parts.push(part);
  });
  response.on('error', (error) => finish(failureOf(error, host)));
  response.on('close', () => finish({ failure: 'unreachable', text: `${host} broke off its response` }));
  response.on('end', () =>
    finish({
      status: response.statusCode ?? 0,
      headers: endToEnd(pairs(response.rawHeaders)),
      body: concat(parts),
      ...certificateName(response),
    }),
  );
}

function certificateName({ socket }: IncomingMessage): Pick<HttpResponse, 'certificateName'> {
  if (!(socket instanceof TLSSocket)) return {};
  const name: string | readonly string[] | undefined = socket.getPeerCertificate().subject?.CN;
  return typeof name === 'string' ? { certificateName: name } : {};
}

function pairs(raw: readonly string[]): Header[] {
  const headers: Header[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) headers.push({ name: raw[i] ?? '', value: raw[i + 1] ?? '' });
  return headers;
}
