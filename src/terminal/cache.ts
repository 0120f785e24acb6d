/**
 * What the handset keeps of answers: the HTTP/1.1 caching model (RFC 2616 §13, §14.9) as WAP-120 asks for it, and Cache
 * Operations on it (WAP-175 §6). Kept in memory only, and gone when the handset is switched off.
 */
import type { Invalidation } from '../wap/push/index.js';
import type { Clock, Millis } from '../wap/time.js';
import { parseUrl } from '../wap/wmlscript/index.js';
import { type Header, headerValue, headerValues, withoutHeader } from '../wap/wsp/index.js';
import type { PageRequest } from './browser/context.js';
import type { Answer, Fetcher } from './fetcher.js';

/** Octets of bodies and headers: what a phone of the time had, a few times over. The least recently used goes first. */
export const CACHE_OCTETS_MAX = 256 * 1024;

/** How long an answer is good: RFC 2616 §13.2. */
export interface Freshness {
  readonly staleFrom: Millis;
  /** Once stale it must not be shown without asking, not even on the way back (WAP-120 §4.1.1). */
  readonly mustRevalidate: boolean;
}

interface Entry {
  readonly answer: Answer;
  readonly freshness: Freshness;
  /** The answer said no-cache: good for nothing without asking. */
  readonly noCache: boolean;
  /** Request headers that the answer depends on: Vary. */
  readonly selecting: readonly Header[];
  readonly octets: number;
}

/** Status codes whose answers may be kept without saying so: §13.4. */
const cacheable = new Set([200, 203, 300, 301, 410]);

export class ResponseCache {
  /** By URL; the order is that of use. */
  readonly #entries = new Map<string, Entry>();
  readonly #clock: Clock;
  #octets = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What is kept for a GET, fresh or not. */
  find({ url, headers }: PageRequest): { readonly answer: Answer; readonly fresh: boolean } | undefined {
    const entry = this.#entries.get(url);
    if (entry === undefined) return undefined;
    const same = entry.selecting.every(
      ({ name, value }) => headerValues(headers, name).join(', ').trim() === value,
    );
    if (!same) return undefined;
    this.#entries.delete(url);
    this.#entries.set(url, entry);
    const fresh = !entry.noCache && this.#clock.now() < entry.freshness.staleFrom;
    return { answer: { ...entry.answer, body: entry.answer.body.slice() }, fresh };
  }

  /** Keeps an answer where that is allowed. @returns it, with how long it is good */
  keep(request: PageRequest, answer: Answer, requestedAt: Millis): Answer {
    const control = directives(answer.headers);
    const freshness = freshnessOf(answer.headers, control, requestedAt, this.#clock.now());
    const told = { ...answer, freshness };
    if (request.method !== 'GET') {
      // §13.10: what a POST may have changed is not good any more.
      if (answer.status < 400) this.forget(request.url);
      return told;
    }
    const vary = headerValues(answer.headers, 'Vary').join(',');
    const unwanted = control.has('no-store') || directives(request.headers).has('no-store');
    if (!cacheable.has(answer.status) || unwanted || vary.includes('*')) {
      if (answer.status < 400 || unwanted) this.forget(request.url);
      return told;
    }
    const selecting = vary
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .map((name) => ({ name, value: headerValues(request.headers, name).join(', ').trim() }));
    const octets =
      answer.body.length +
      answer.headers.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
    this.forget(request.url);
    if (octets > CACHE_OCTETS_MAX) return told;
    this.#entries.set(request.url, {
      answer: { ...told, body: answer.body.slice() },
      freshness,
      noCache: control.has('no-cache'),
      selecting,
      octets,
    });
    this.#octets += octets;
    for (const url of this.#entries.keys()) {
      if (this.#octets <= CACHE_OCTETS_MAX) break;
      this.forget(url);
    }
    return told;
  }

  forget(url: string): void {
    this.#octets -= this.#entries.get(url)?.octets ?? 0;
    this.#entries.delete(url);
  }

  clear(): void {
    this.#entries.clear();
    this.#octets = 0;
  }

  /**
   * WAP-175 §6: what is invalidated is not used again.
   * @param base of relative URIs; without it they are ignored (§6.2)
   * @param date of the operation: what is newer than a delayed one stays (§6.1)
   * @param allowed which URIs the sender has a say about (§7)
   * @returns how many objects are gone
   */
  invalidate(
    operations: readonly Invalidation[],
    base: string | undefined,
    date: Millis | undefined,
    allowed: (uri: string) => boolean,
  ): number {
    let gone = 0;
    for (const { type, uri } of operations) {
      if (!URL.canParse(uri, base)) continue;
      const target = new URL(uri, base).href;
      if (!allowed(target)) continue;
      for (const [url, entry] of [...this.#entries]) {
        const meant = type === 'invalidate-object' ? isSame(target, url) : isWithin(target, url);
        if (!meant || (date !== undefined && isNewer(entry.answer, date))) continue;
        this.forget(url);
        gone++;
      }
    }
    return gone;
  }
}

/**
 * Answers from the cache where that is allowed; asks with what the cache knows where it has to.
 * @param steady measures how long an answer takes, where `clock` may be set right meanwhile
 */
export function cachingFetcher(
  fetcher: Fetcher,
  cache: ResponseCache,
  clock: Clock,
  steady = clock,
): Fetcher {
  /** The answer, and when it was asked for by the clock as it is now. */
  async function timed(request: PageRequest, signal: AbortSignal): Promise<readonly [Answer, Millis]> {
    const began = steady.now();
    const answer = await fetcher.fetch(request, signal);
    return [answer, clock.now() - (steady.now() - began)];
  }

  async function ask(request: PageRequest, signal: AbortSignal): Promise<Answer> {
    return cache.keep(request, ...(await timed(request, signal)));
  }

  return {
    async fetch(request, signal) {
      const control = directives(request.headers);
      if (request.method !== 'GET' || control.has('no-cache')) return ask(request, signal);
      const found = cache.find(request);
      if (found === undefined) return ask(request, signal);
      if (found.fresh) return found.answer;
      const validators = [
        ...validator(found.answer.headers, 'Etag', 'If-None-Match'),
        ...validator(found.answer.headers, 'Last-Modified', 'If-Modified-Since'),
      ];
      if (validators.length === 0) return ask(request, signal);
      const conditional = { ...request, headers: [...request.headers, ...validators] };
      const [answer, requestedAt] = await timed(conditional, signal);
      if (answer.status !== 304) return cache.keep(request, answer, requestedAt);
      return cache.keep(request, renewed(found.answer, answer.headers), requestedAt);
    },
    close: () => fetcher.close(),
  };
}

/** §10.3.5, §13.5.3: the headers of a 304 take the place of those kept. */
function renewed(kept: Answer, headers: readonly Header[]): Answer {
  const news = headers.filter(({ name }) => !/^content-/i.test(name));
  const old = news.reduce<readonly Header[]>((left, { name }) => withoutHeader(left, name), kept.headers);
  return { ...kept, headers: [...old, ...news] };
}

function validator(headers: readonly Header[], from: string, to: string): readonly Header[] {
  const value = headerValue(headers, from);
  return value === undefined ? [] : [{ name: to, value }];
}

/** Directives of Cache-Control with their values. */
function directives(headers: readonly Header[]): ReadonlyMap<string, string> {
  const control = headerValues(headers, 'Cache-Control').join(',');
  const found = new Map<string, string>();
  for (const directive of control.match(/(?:[^,"]|"[^"]*")+/g) ?? []) {
    const [name = '', value = ''] = directive.split('=', 2);
    if (name.trim() !== '') found.set(name.trim().toLowerCase(), value.trim().replace(/^"|"$/g, ''));
  }
  // §14.32: what Pragma says to servers of HTTP/1.0.
  if (control === '' && /\bno-cache\b/i.test(headerValue(headers, 'Pragma') ?? '')) found.set('no-cache', '');
  return found;
}

/** §13.2.3, §13.2.4. Nothing is guessed: an answer that does not say how long it is good is stale at once. */
function freshnessOf(
  headers: readonly Header[],
  control: ReadonlyMap<string, string>,
  requestedAt: Millis,
  receivedAt: Millis,
): Freshness {
  const date = dateOf(headers, 'Date') ?? receivedAt;
  const age = Number.parseInt(headerValue(headers, 'Age') ?? '', 10);
  const apparentAge = Math.max(0, receivedAt - date);
  const initialAge = Math.max(apparentAge, age >= 0 ? age * 1000 : 0) + (receivedAt - requestedAt);
  const maxAge = control.get('max-age');
  const seconds = Number.parseInt(maxAge ?? '', 10);
  const expires = headerValue(headers, 'Expires');
  let lifetime = 0;
  if (maxAge !== undefined) lifetime = seconds >= 0 ? seconds * 1000 : 0;
  // §14.21: a date that is none has passed.
  else if (expires !== undefined) lifetime = (dateOf(headers, 'Expires') ?? date) - date;
  return { staleFrom: receivedAt + lifetime - initialAge, mustRevalidate: control.has('must-revalidate') };
}

function dateOf(headers: readonly Header[], name: string): Millis | undefined {
  const value = Date.parse(headerValue(headers, name) ?? '');
  return Number.isNaN(value) ? undefined : value;
}

/** WAP-175 §6.1: whether an object came after an operation that was under way for long. */
function isNewer({ headers }: Answer, date: Millis): boolean {
  const own = dateOf(headers, 'Date') ?? dateOf(headers, 'Last-Modified');
  return own !== undefined && date < own;
}

/** WAP-175 §6.3, the comparison of RFC 2616 §3.2.3: `URL` has made one of equal ports, hosts and escapes. */
function isSame(one: string, other: string): boolean {
  return canonical(one) === canonical(other);
}

/** WAP-175 §6.4: same scheme and authority, and the path begins with all of these segments. The query is ignored. */
function isWithin(prefix: string, url: string): boolean {
  const [outer, inner] = [parseUrl(canonical(prefix)), parseUrl(canonical(url))];
  if (outer === undefined || inner === undefined) return false;
  if (outer.scheme !== inner.scheme || outer.authority !== inner.authority) return false;
  if (outer.path === inner.path) return true;
  return inner.path.startsWith(outer.path.endsWith('/') ? outer.path : `${outer.path}/`);
}

/** Escapes of characters that need none are the characters. */
function canonical(url: string): string {
  const { href } = new URL(url);
  return href.replace(/%([0-9A-Fa-f]{2})/g, (escaped, digits: string) => {
    const character = String.fromCharCode(Number.parseInt(digits, 16));
    return /[A-Za-z0-9\-_.!~*'()]/.test(character) ? character : escaped.toUpperCase();
  });
}
