/**
 * A response of HTTP/1.0 or 1.1 out of the octets of a connection: RFC 2616 §4 and §6. Knows no socket: octets come as they arrive, in
 * any pieces.
 */
import { DecodeError } from '../wap/errors.js';
import { concat } from '../wap/octets.js';
import type { Header } from '../wap/wsp/index.js';

/** Octets of status line and headers, of a chunk's first line, and of trailers: more than any origin has, and an attack is cut short. */
export const MAX_HEAD = 65_536;

export interface Response {
  readonly status: number;
  /** As received. */
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
  /** Whether another request may follow on the connection: RFC 2616 §8.1. */
  readonly persistent: boolean;
}

type Framing =
  | { readonly is: 'length'; readonly octets: number }
  | { readonly is: 'chunked' }
  /** The end of the connection is the end of the body. */
  | { readonly is: 'close' };

type State = 'head' | 'body' | 'chunk size' | 'chunk' | 'chunk end' | 'trailers' | 'done';

interface Head {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly persistent: boolean;
}

/** Reads one response. More than a line break behind its end is an error: nobody asked for it. */
export class ResponseReader {
  readonly #bodiless: boolean;
  readonly #maxBody: number;
  #state: State = 'head';
  #head: Head | undefined;
  #framing: Framing = { is: 'close' };
  /** Octets that came and are not used yet. */
  #pending: Buffer = none;
  readonly #parts: Uint8Array[] = [];
  #length = 0;
  /** Octets of the chunk that is being read which are still to come. */
  #chunk = 0;

  /** @param method of the request: the response to HEAD has no body @param maxBody octets of a body */
  constructor(method: string, maxBody: number) {
    this.#bodiless = method === 'HEAD';
    this.#maxBody = maxBody;
  }

  /** Whether an octet has come. */
  get begun(): boolean {
    return this.#head !== undefined || this.#pending.length > 0;
  }

  /**
   * More octets: the response if they complete it, `too big` for a body beyond the limit. Throws `DecodeError`. The octets are the
   * reader's from then on.
   */
  take(octets: Buffer): Response | 'too big' | undefined {
    this.#pending = this.#pending.length === 0 ? octets : Buffer.concat([this.#pending, octets]);
    while (this.#step()) if (this.#length > this.#maxBody) return 'too big';
    return this.#length > this.#maxBody ? 'too big' : this.#response();
  }

  /** The connection has ended: the response where that was its end, `undefined` where something is missing. */
  end(): Response | undefined {
    if (this.#state !== 'body' || this.#framing.is !== 'close') return undefined;
    this.#state = 'done';
    return this.#response();
  }

  #response(): Response | undefined {
    if (this.#state !== 'done' || this.#head === undefined) return undefined;
    // A line break behind the body is an old custom; anything else is a second answer.
    if (this.#pending.some((octet) => octet !== 0x0d && octet !== 0x0a)) fail('it is longer than it says');
    const { status, headers, persistent } = this.#head;
    const [first] = this.#parts;
    const body = first !== undefined && this.#parts.length === 1 ? first : concat(this.#parts);
    return { status, headers, body, persistent: persistent && this.#pending.length === 0 };
  }

  /** Whether there is more to do with the octets that are here. */
  #step(): boolean {
    switch (this.#state) {
      case 'head':
        return this.#readHead();
      case 'body':
        return this.#readBody();
      case 'chunk size':
        return this.#readChunkSize();
      case 'chunk':
        return this.#readChunk();
      case 'chunk end':
        return this.#readChunkEnd();
      case 'trailers':
        return this.#readTrailers();
      case 'done':
        return false;
    }
  }

  #readHead(): boolean {
    const end = this.#pending.indexOf('\r\n\r\n');
    if (end < 0) {
      if (this.#pending.length > MAX_HEAD) fail('the headers are too long');
      if (this.#pending.length > 7 && !this.#pending.subarray(0, 7).equals(http1)) fail('no status line');
      return false;
    }
    const lines = this.#pending.toString('latin1', 0, end).split('\r\n');
    this.#pending = this.#pending.subarray(end + 4);
    const [, minor, code] = /^HTTP\/1\.(\d) (\d{3})(?: .*)?$/.exec(lines[0] ?? '') ?? fail('no status line');
    const status = Number(code);
    const headers = readHeaders(lines);
    // RFC 2616 §10.1: any number of interim responses may come first. Nobody asked for another protocol.
    if (status === 101) fail('it wants to speak another protocol');
    if (status < 100) fail(`status ${code}`);
    if (status < 200) return true;
    const framing = framingOf(headers);
    const ended = framing.is !== 'close' || this.#hasNoBody(status);
    this.#head = { status, headers, persistent: ended && keepsAlive(headers, minor !== '0') };
    this.#framing = framing;
    if (this.#hasNoBody(status)) this.#state = 'done';
    else if (framing.is === 'chunked') this.#state = 'chunk size';
    else this.#state = framing.is === 'length' && framing.octets === 0 ? 'done' : 'body';
    if (framing.is === 'length' && this.#state === 'body' && framing.octets > this.#maxBody)
      this.#length = framing.octets;
    return this.#state !== 'done';
  }

  #hasNoBody(status: number): boolean {
    return this.#bodiless || status === 204 || status === 304;
  }

  #readBody(): boolean {
    const left =
      this.#framing.is === 'length' ? this.#framing.octets - this.#length : Number.POSITIVE_INFINITY;
    this.#takeBody(left);
    if (this.#framing.is === 'length' && this.#length === this.#framing.octets) this.#state = 'done';
    return false;
  }

  /** Puts up to so many octets to the body. */
  #takeBody(most: number): number {
    const part = this.#pending.length > most ? this.#pending.subarray(0, most) : this.#pending;
    this.#pending = this.#pending.length > most ? this.#pending.subarray(most) : none;
    if (part.length > 0) this.#parts.push(part);
    this.#length += part.length;
    return part.length;
  }

  #readChunkSize(): boolean {
    const line = this.#readLine();
    if (line === undefined) return false;
    const [, size] = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/.exec(line) ?? fail('a chunk has no size');
    this.#chunk = Number.parseInt(size ?? '', 16);
    this.#state = this.#chunk === 0 ? 'trailers' : 'chunk';
    return true;
  }

  #readChunk(): boolean {
    this.#chunk -= this.#takeBody(this.#chunk);
    if (this.#chunk > 0) return false;
    this.#state = 'chunk end';
    return true;
  }

  #readChunkEnd(): boolean {
    const line = this.#readLine();
    if (line === undefined) return false;
    if (line !== '') fail('a chunk is longer than it says');
    this.#state = 'chunk size';
    return true;
  }

  /** They are not looked at: RFC 2616 §3.6.1 lets nobody depend on them. */
  #readTrailers(): boolean {
    const line = this.#readLine();
    if (line === undefined) return false;
    if (line === '') this.#state = 'done';
    return line !== '';
  }

  #readLine(): string | undefined {
    const end = this.#pending.indexOf('\r\n');
    if (end > MAX_HEAD || (end < 0 && this.#pending.length > MAX_HEAD)) fail('a line is too long');
    if (end < 0) return undefined;
    const line = this.#pending.toString('latin1', 0, end);
    this.#pending = this.#pending.subarray(end + 2);
    return line;
  }
}

const none = Buffer.alloc(0);
const http1 = Buffer.from('HTTP/1.');

function fail(rule: string): never {
  throw new DecodeError('HTTP', 0, rule);
}

const header = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;

/** Lines behind the status line. Printed: a line that starts with a blank continues the one before (§2.2); here as in RFC 9112 §5.2 none may. */
function readHeaders(lines: readonly string[]): Header[] {
  const headers: Header[] = [];
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const [, name, value] =
      (/[\0\r\n]/.test(line) ? undefined : header.exec(line)) ?? fail('a header is malformed');
    headers.push({ name: name ?? '', value: value ?? '' });
  }
  return headers;
}

/** RFC 2616 §4.4. */
function framingOf(headers: readonly Header[]): Framing {
  let length: string | undefined;
  let codings: string | undefined;
  for (const { name, value } of headers) {
    if (name.length === 14 && name.toLowerCase() === 'content-length') {
      if (!/^\d{1,15}$/.test(value) || (length !== undefined && length !== value))
        fail('Content-Length is no length');
      length = value;
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding')
      codings = codings === undefined ? value : `${codings}, ${value}`;
  }
  if (codings !== undefined && !/^identity$/i.test(codings)) {
    // With a length as well, what follows could be another response to whoever believes the length.
    if (length !== undefined) fail('Content-Length and Transfer-Encoding');
    if (!/^chunked$/i.test(codings)) fail(`Transfer-Encoding ${codings}`);
    return { is: 'chunked' };
  }
  return length === undefined ? { is: 'close' } : { is: 'length', octets: Number(length) };
}

/** RFC 2616 §8.1.2.1; origins of HTTP/1.0 say it where they keep a connection (RFC 2068 §19.7.1). */
function keepsAlive(headers: readonly Header[], is11: boolean): boolean {
  let keeps = is11;
  for (const { name, value } of headers) {
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue;
    if (/\bclose\b/i.test(value)) return false;
    if (/\bkeep-alive\b/i.test(value)) keeps = true;
  }
  return keeps;
}
