/**
 * The gateway as a caching proxy: WAP-120 §4.2.2, RFC 2616 §13. An HTTP client that asks another one only where it has to.
 * What an origin means for one client alone is kept for that client's session alone, and goes with it.
 */
import type { Clock, Millis } from '../wap/time.js';
import { type Header, headerValue, headerValues, withoutHeader } from '../wap/wsp/index.js';
import type { Abandonment } from './abandonment.js';
import type { Converted } from './encode.js';
import { type Directives, dateIn, directives, initialAge, lifetime, seconds } from './freshness.js';
import type { HttpClient, HttpFailure, HttpRequest, HttpResponse } from './http.js';

export interface CacheOptions {
  readonly http: HttpClient;
  readonly clock: Clock;
  /** Octets of all that is stored. */
  readonly size: number;
  /** Told how each GET and HEAD was served. */
  readonly served?: (how: Served) => void;
}

/** `bypass`: the request may not be answered from a store, nor its response be stored. */
export type Served = 'hit' | 'validated' | 'miss' | 'bypass';

export interface CachingClient extends HttpClient {
  /** The client is gone, and what was stored for it alone. */
  forget(client: string): void;
  /** Octets that are stored now. */
  octets(): number;
}

/** What a stored response was converted to: as good as the response itself, until its validators change. */
export interface Forms {
  get(key: string): Converted | undefined;
  set(key: string, form: Converted): void;
}

interface Entry {
  readonly key: string;
  readonly url: string;
  /** The client that it is for; `undefined` for all. */
  readonly client: string | undefined;
  /** Request headers that the response depends on (§13.6), and their values in the request. */
  readonly vary: readonly (readonly [name: string, value: string])[];
  readonly status: number;
  headers: readonly Header[];
  readonly body: Uint8Array;
  readonly forms: Map<string, Converted>;
  responseTime: Millis;
  initialAge: Millis;
  octets: number;
}

/** §13.4: responses that may be stored without being told so. 206 is not put together here. */
const storable = new Set([200, 203, 300, 301, 410]);

/** Requests for a part, or under a condition that a stored response does not settle, are the origin's affair. */
const beyond = ['Authorization', 'Range', 'If-Range', 'If-Match', 'If-Unmodified-Since'];

/**
 * Origins for phones choose by these, most of them without Vary: a response is for those only who sent the same. It keeps a page that was made
 * for one model from another.
 */
const always = ['Accept', 'Accept-Charset', 'Accept-Language', 'User-Agent', 'X-Wap-Profile'];

/** An entry costs more than its octets. */
const ENTRY_COST = 512;

/** No response takes more of the store than this part. */
const LARGEST_PART = 8;

/** Converted forms of one response: terminals of a kind that accept different things. */
const MAX_FORMS = 4;

const NO_BODY = new Uint8Array(0);

export function cachingClient(options: CacheOptions): CachingClient {
  const { http, clock, size } = options;
  /** The one that was not used for longest first. */
  const entries = new Map<string, Entry>();
  const byUrl = new Map<string, Set<Entry>>();
  let stored = 0;

  function remove(entry: Entry): void {
    if (!entries.delete(entry.key)) return;
    stored -= entry.octets;
    const same = byUrl.get(entry.url);
    same?.delete(entry);
    if (same?.size === 0) byUrl.delete(entry.url);
  }

  function add(entry: Entry): void {
    const old = entries.get(entry.key);
    if (old !== undefined) remove(old);
    entries.set(entry.key, entry);
    const same = byUrl.get(entry.url) ?? new Set();
    byUrl.set(entry.url, same.add(entry));
    stored += entry.octets;
    shrink();
  }

  function shrink(): void {
    for (const entry of entries.values()) {
      if (stored <= size) return;
      remove(entry);
    }
  }

  /** §13.10: what a request that changes something makes invalid. */
  function invalidate(url: string): void {
    for (const entry of [...(byUrl.get(url) ?? [])]) remove(entry);
  }

  function find(request: HttpRequest): Entry | undefined {
    const own = request.client === undefined ? undefined : entries.get(keyOf(request, request.client));
    const all = entries.get(keyOf(request, undefined));
    const entry =
      own ?? (hasCookie(request) && all !== undefined && !isPublic(all.headers) ? undefined : all);
    if (entry === undefined || !entry.vary.every(([name, value]) => valueIn(request, name) === value))
      return undefined;
    entries.delete(entry.key);
    entries.set(entry.key, entry);
    return entry;
  }

  function store(request: HttpRequest, response: HttpResponse, requestTime: Millis): Entry | undefined {
    const responseTime = clock.now();
    const given = directives(response.headers);
    const vary = headerValues(response.headers, 'Vary').flatMap((value) =>
      value.split(',').map((name) => name.trim().toLowerCase()),
    );
    if (!storable.has(response.status) || given.has('no-store') || vary.includes('*')) return undefined;
    // A cookie is for one client, and setting it twice from a store means nothing.
    if (headerValue(response.headers, 'Set-Cookie') !== undefined) return undefined;
    const personal = given.has('private') || (hasCookie(request) && !isPublic(response.headers));
    if (personal && request.client === undefined) return undefined;
    const client = personal ? request.client : undefined;
    const useful = lifetime(response.headers, responseTime, !personal) > 0 || hasValidator(response.headers);
    const octets =
      ENTRY_COST + response.body.length + 2 * (request.url.href.length + textOf(response.headers));
    if (!useful || octets > size / LARGEST_PART) return undefined;
    // §14.18.1: a response without a date gets one from its first recipient.
    const dated = headerValue(response.headers, 'Date') === undefined;
    const date = { name: 'Date', value: new Date(responseTime).toUTCString() };
    const entry: Entry = {
      key: keyOf(request, client),
      url: request.url.href,
      client,
      vary: vary.map((name) => [name, valueIn(request, name)] as const),
      status: response.status,
      headers: dated ? [...response.headers, date] : response.headers,
      body: response.body,
      forms: new Map(),
      responseTime,
      initialAge: initialAge(response.headers, requestTime, responseTime),
      octets,
    };
    add(entry);
    return entry;
  }

  /** §13.5.3: headers of a 304 replace those that are stored. */
  function refresh(entry: Entry, headers: readonly Header[], requestTime: Millis): void {
    let kept = entry.headers;
    const fresh = headers.filter(({ name }) => !/^content-(?!location)/i.test(name));
    for (const { name } of fresh) kept = withoutHeader(kept, name);
    entry.responseTime = clock.now();
    if (dateIn(fresh, 'Date') === undefined) kept = withoutHeader(kept, 'Date');
    entry.headers = [...kept, ...fresh];
    entry.initialAge = initialAge(headers, requestTime, entry.responseTime);
  }

  function formsOf(entry: Entry): Forms {
    return {
      get: (key) => entry.forms.get(key),
      set(key, form) {
        if (entries.get(entry.key) !== entry || entry.forms.size >= MAX_FORMS || 'problem' in form) return;
        const octets = key.length * 2 + form.body.length + ENTRY_COST;
        if (entry.octets + octets > size / LARGEST_PART) return;
        entry.forms.set(key, form);
        entry.octets += octets;
        stored += octets;
        shrink();
      },
    };
  }

  /** The stored response as the answer to that request: all of it, its headers, or that it is still the same (§13.3). */
  function answer(entry: Entry, request: HttpRequest, stale: boolean): HttpResponse {
    const age = Math.floor(ageOf(entry, clock.now()) / 1000);
    const headers = [
      ...withoutHeader(entry.headers, 'Age'),
      { name: 'Age', value: String(age) },
      ...(stale ? [{ name: 'Warning', value: '110 wapstack "Response is stale"' }] : []),
    ];
    if (entry.status === 200 && holds(request, entry))
      return {
        status: 304,
        headers: headers.filter(({ name }) => !/^content-(?!location)/i.test(name)),
        body: NO_BODY,
      };
    if (request.method === 'HEAD') return { status: entry.status, headers, body: NO_BODY };
    return { status: entry.status, headers, body: entry.body, forms: formsOf(entry) };
  }

  async function get(request: HttpRequest, signal?: Abandonment): Promise<HttpResponse | HttpFailure> {
    const asked = directives(request.headers);
    const reload =
      asked.has('no-cache') || /\bno-cache\b/i.test(headerValue(request.headers, 'Pragma') ?? '');
    const entry = find(request);
    if (entry !== undefined && !reload) {
      const use = usable(entry, asked, clock.now());
      if (use !== 'no') {
        options.served?.('hit');
        return answer(entry, request, use === 'stale');
      }
    }
    if (asked.has('only-if-cached')) return { status: 504, headers: [], body: NO_BODY };
    const validates =
      entry !== undefined && !reload && request.method === 'GET' && hasValidator(entry.headers);
    const requestTime = clock.now();
    const outcome = await http.fetch(validates ? conditional(request, entry) : request, signal);
    if ('failure' in outcome) return outcome;
    if (validates && outcome.status === 304) {
      refresh(entry, outcome.headers, requestTime);
      options.served?.('validated');
      return answer(entry, request, false);
    }
    options.served?.('miss');
    if (request.method !== 'GET') return outcome;
    const fresh = store(request, outcome, requestTime);
    if (fresh === undefined) {
      // What is there now is not what was stored.
      if (entry !== undefined && outcome.status < 500 && outcome.status !== 304) remove(entry);
      return outcome;
    }
    if (validates && holds(request, fresh)) return answer(fresh, request, false);
    return { ...outcome, forms: formsOf(fresh) };
  }

  async function change(request: HttpRequest, signal?: Abandonment): Promise<HttpResponse | HttpFailure> {
    const outcome = await http.fetch(request, signal);
    if ('failure' in outcome || outcome.status >= 400 || /^(OPTIONS|TRACE)$/.test(request.method))
      return outcome;
    invalidate(request.url.href);
    for (const name of ['Location', 'Content-Location']) {
      const value = headerValue(outcome.headers, name);
      if (value === undefined || !URL.canParse(value, request.url.href)) continue;
      const other = new URL(value, request.url);
      // §13.10: of another host nobody may say that.
      if (other.host === request.url.host) invalidate(other.href);
    }
    return outcome;
  }

  return {
    fetch(request, signal) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return change(request, signal);
      if (mayServe(request)) return get(request, signal);
      options.served?.('bypass');
      return http.fetch(request, signal);
    },
    close() {
      http.close();
    },
    forget(client) {
      for (const entry of [...entries.values()]) if (entry.client === client) remove(entry);
    },
    octets: () => stored,
  };
}

/** §14.8, §14.9.2; what came over TLS is not kept beside what everybody reads. */
function mayServe({ headers, url }: HttpRequest): boolean {
  if (url.protocol !== 'http:' || directives(headers).has('no-store')) return false;
  return beyond.every((name) => headerValue(headers, name) === undefined);
}

function keyOf(request: HttpRequest, client: string | undefined): string {
  const values = always.map((name) => valueIn(request, name));
  return [client ?? '', request.url.href, ...values].join('\n');
}

function valueIn({ headers }: HttpRequest, name: string): string {
  return headerValues(headers, name).join(', ');
}

function hasCookie({ headers }: HttpRequest): boolean {
  return headerValue(headers, 'Cookie') !== undefined;
}

/** Whether the origin says that all may have it, though the request had a cookie. */
function isPublic(headers: readonly Header[]): boolean {
  const given = directives(headers);
  return given.has('public') || given.has('s-maxage');
}

function hasValidator(headers: readonly Header[]): boolean {
  return headerValue(headers, 'ETag') !== undefined || headerValue(headers, 'Last-Modified') !== undefined;
}

function textOf(headers: readonly Header[]): number {
  return headers.reduce((length, { name, value }) => length + name.length + value.length, 0);
}

function ageOf(entry: Entry, now: Millis): Millis {
  return entry.initialAge + Math.max(0, now - entry.responseTime);
}

/** §14.9.3, §14.9.4: what the client takes, within what the origin allows. */
function usable(entry: Entry, asked: Directives, now: Millis): 'fresh' | 'stale' | 'no' {
  const age = ageOf(entry, now);
  const left = lifetime(entry.headers, entry.responseTime, entry.client === undefined) - age;
  const most = seconds(asked, 'max-age');
  if (most !== undefined && age > most) return 'no';
  const least = seconds(asked, 'min-fresh') ?? 0;
  if (left > 0 && left >= least) return 'fresh';
  const given = directives(entry.headers);
  const strict = ['must-revalidate', 'proxy-revalidate', 's-maxage', 'no-cache'].some((name) =>
    given.has(name),
  );
  if (strict || least > 0 || !asked.has('max-stale')) return 'no';
  const late = asked.get('max-stale') === '' ? Number.POSITIVE_INFINITY : (seconds(asked, 'max-stale') ?? 0);
  return -left <= late ? 'stale' : 'no';
}

/** §13.3: our validators in the place of the client's, which are looked at when the answer is there. */
function conditional(request: HttpRequest, { headers }: Entry): HttpRequest {
  const own = withoutHeader(withoutHeader(request.headers, 'If-None-Match'), 'If-Modified-Since');
  const tag = headerValue(headers, 'ETag');
  const modified = headerValue(headers, 'Last-Modified');
  return {
    ...request,
    headers: [
      ...own,
      ...(tag === undefined ? [] : [{ name: 'If-None-Match', value: tag }]),
      ...(modified === undefined ? [] : [{ name: 'If-Modified-Since', value: modified }]),
    ],
  };
}

/** Whether the client has what is stored: §14.26 goes before §14.25. */
function holds({ headers }: HttpRequest, entry: Entry): boolean {
  const tags = headerValues(headers, 'If-None-Match').flatMap(
    (value) => value.match(/(?:W\/)?"[^"]*"|\*/g) ?? [],
  );
  if (tags.length > 0) {
    const own = headerValue(entry.headers, 'ETag')?.replace(/^W\//, '');
    return tags.some((tag) => tag === '*' || tag.replace(/^W\//, '') === own);
  }
  const since = dateIn(headers, 'If-Modified-Since');
  const modified = dateIn(entry.headers, 'Last-Modified');
  return since !== undefined && modified !== undefined && modified <= since;
}
