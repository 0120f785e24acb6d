/** HTTP/1.1 towards the origins: exact headers, kept connections, bounds on time and size. */
import type { lookup } from 'node:dns';
import type { Scheduler } from '../bearer/index.js';
import { DecodeError } from '../wap/errors.js';
import type { Millis } from '../wap/time.js';
import type { Header } from '../wap/wsp/index.js';
import type { Abandonment } from './abandonment.js';
import type { Forms } from './cache.js';
import {
  type Connection,
  type Connections,
  connections,
  Denied,
  type Place,
  type User,
} from './http-connections.js';
import { type Response, ResponseReader } from './http-response.js';
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
  fetch(request: HttpRequest, signal?: Abandonment): Promise<HttpResponse | HttpFailure>;
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
  let named: readonly string[] = [];
  for (const { name, value } of headers)
    if (name.length === 10 && name.toLowerCase() === 'connection')
      named = [
        ...named,
        ...value
          .toLowerCase()
          .split(',')
          .map((each) => each.trim()),
      ];
  return headers.filter(({ name }) => {
    const key = name.toLowerCase();
    return !hopByHop.has(key) && !named.includes(key);
  });
}

export function httpClient(options: HttpClientOptions): HttpClient {
  const { origins, ca, lookup: find } = options;
  const pool = connections({
    origins,
    most: options.maxSockets ?? 64,
    ...(find !== undefined && { lookup: find }),
    ...(ca !== undefined && { ca }),
  });

  return {
    fetch(request, signal) {
      const { protocol, port, hostname } = request.url;
      if (protocol !== 'http:' && protocol !== 'https:')
        return Promise.resolve({ failure: 'denied', text: `no gateway to ${protocol}` });
      const secure = protocol === 'https:';
      const place = {
        secure,
        host: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
        port: port === '' ? (secure ? 443 : 80) : Number(port),
      };
      if (!origins.permitsHost(hostname, place.port))
        return Promise.resolve({ failure: 'denied', text: `${request.url.host} may not be fetched from` });
      if (signal?.aborted) return Promise.resolve({ failure: 'aborted', text: 'given up by the terminal' });
      const head = requestHead(request);
      if (head === undefined)
        return Promise.resolve({ failure: 'malformed', text: 'HTTP cannot carry the method or a header' });
      return new Promise((resolve) => {
        new Exchange(request, head, place, pool, options, signal, resolve).start();
      });
    },
    close: () => pool.close(),
  };
}

/** One request and its response. */
class Exchange implements User {
  readonly #request: HttpRequest;
  readonly #head: string;
  readonly #place: Place;
  readonly #pool: Connections;
  readonly #maxBody: number;
  readonly #signal: Abandonment | undefined;
  readonly #resolve: (outcome: HttpResponse | HttpFailure) => void;
  readonly #cancelTimer: () => void;
  readonly #abort = () => this.#finish({ failure: 'aborted', text: 'given up by the terminal' });
  #connection: Connection | undefined;
  #reader: ResponseReader;
  #kept = false;
  #settled = false;

  constructor(
    request: HttpRequest,
    head: string,
    place: Place,
    pool: Connections,
    options: HttpClientOptions,
    signal: Abandonment | undefined,
    resolve: (outcome: HttpResponse | HttpFailure) => void,
  ) {
    this.#request = request;
    this.#head = head;
    this.#place = place;
    this.#pool = pool;
    this.#maxBody = options.maxBody;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reader = new ResponseReader(request.method, options.maxBody);
    const { timeout } = options;
    this.#cancelTimer = options.scheduler.schedule(timeout, () =>
      this.#fail('timeout', `did not answer within ${timeout / 1000} seconds`),
    );
    signal?.addEventListener('abort', this.#abort, { once: true });
  }

  start(): void {
    this.#pool.order(this.#place, this, false);
  }

  assigned(connection: Connection, kept: boolean): void {
    this.#connection = connection;
    this.#kept = kept;
    connection.write(this.#head, this.#request.body);
  }

  received(octets: Buffer): void {
    try {
      const taken = this.#reader.take(octets);
      if (taken === 'too big') this.#fail('too big', `sent more than ${this.#maxBody} octets`);
      else if (taken !== undefined) this.#answered(taken);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#fail('malformed', `does not speak HTTP: ${error.rule}`);
    }
  }

  ended(error?: Error): void {
    this.#connection = undefined;
    const complete = error === undefined ? this.#reader.end() : undefined;
    if (complete !== undefined) {
      this.#answered(complete);
      return;
    }
    // RFC 2616 §8.1.4: an origin may close a kept connection just as it is used again. Nothing was processed then.
    if (this.#kept && !this.#reader.begun && (error === undefined || isReset(error))) {
      this.#pool.order(this.#place, this, true);
      return;
    }
    if (error instanceof Denied) this.#fail('denied', 'leads to an address that may not be fetched from');
    else if (error !== undefined)
      this.#finish({ failure: 'unreachable', text: `${this.#request.url.host}: ${error.message}` });
    else this.#fail('unreachable', 'broke off its response');
  }

  #answered({ status, headers, body, persistent }: Response): void {
    const connection = this.#connection;
    const certificateName = connection?.certificateName();
    this.#connection = undefined;
    if (persistent) connection?.release();
    else connection?.destroy();
    this.#finish({
      status,
      headers: endToEnd(headers),
      body,
      ...(certificateName !== undefined && { certificateName }),
    });
  }

  /** @param what goes on from the name of the origin */
  #fail(failure: HttpFailure['failure'], what: string): void {
    this.#finish({ failure, text: `${this.#request.url.host} ${what}` });
  }

  #finish(outcome: HttpResponse | HttpFailure): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#cancelTimer();
    this.#signal?.removeEventListener('abort', this.#abort);
    // What is still under way serves nobody.
    if (this.#connection !== undefined) this.#connection.destroy();
    else this.#pool.withdraw(this.#place, this);
    this.#connection = undefined;
    this.#resolve(outcome);
  }
}

function isReset(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What a line of the head cannot carry. */
const uncarriable = /[^\t\x20-\x7e\x80-\xff]/;

/** Request line and headers, in the letters and the order given; `undefined` where HTTP cannot carry them. */
function requestHead({ method, url, headers, body }: HttpRequest): string | undefined {
  if (!token.test(method)) return undefined;
  let hasHost = false;
  let hasConnection = false;
  let hasLength = false;
  let lines = '';
  for (const { name, value } of headers) {
    if (!token.test(name) || uncarriable.test(value)) return undefined;
    lines += `${name}: ${value}\r\n`;
    // Few names are as long as one of these.
    if (name.length === 4) hasHost ||= name.toLowerCase() === 'host';
    else if (name.length === 10) hasConnection ||= name.toLowerCase() === 'connection';
    else if (name.length === 14) hasLength ||= name.toLowerCase() === 'content-length';
  }
  if (!hasHost) lines = `Host: ${url.host}\r\n${lines}`;
  if (!hasConnection) lines += 'Connection: keep-alive\r\n';
  if (!hasLength && (body !== undefined || method === 'POST' || method === 'PUT'))
    lines += `Content-Length: ${body?.length ?? 0}\r\n`;
  return `${method} ${url.pathname}${url.search} HTTP/1.1\r\n${lines}\r\n`;
}
