/**
 * A method of a terminal becomes a request to an origin, and the response a result: WAP-236 §7, WAP-120 §4.2, WAP-223 §9.1.
 * Knows nothing of sessions and datagrams: see user.ts.
 */
import type { Endpoint } from '../wap/address.js';
import { DecodeError } from '../wap/errors.js';
import { encodeUtf8 } from '../wap/octets.js';
import type { Clock } from '../wap/time.js';
import { type Header, headerValue, headerValues, withoutHeader } from '../wap/wsp/index.js';
import type { Abandonment } from './abandonment.js';
import { charsetQuality, namesType, typeQuality } from './accept.js';
import type { Identify } from './clients.js';
import { unpacked } from './codings.js';
import type { Converter } from './converter.js';
import type { CookieProxy } from './cookies.js';
import { adapt, adaptElsewhere, type Content, type Conversions } from './encode.js';
import { errorDeck } from './error-deck.js';
import { endToEnd, type HttpClient, type HttpFailure, type HttpResponse } from './http.js';
import { toMime } from './multiparts.js';
import { defaultNavigation, type NavigationSettings, navigation } from './navigation.js';
import { toHttpProfile, toWspWarning } from './profiles.js';

/** What a terminal asks for. */
export interface ProxyRequest {
  readonly method: string;
  readonly uri: string;
  /** The request's own and, where it lacks them, those of the session (WAP-236 §7.1.4). */
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
  readonly client: Endpoint;
  /** Something that stays the same for a session and says nothing else. */
  readonly sessionId?: string;
  /** Octets of the whole result PDU that the terminal can take; 0 or nothing: no limit known. */
  readonly sduSize?: number;
  /** Whether WTLS protects the way to the terminal. */
  readonly secure?: boolean;
  /** Encoding version that the terminal speaks, for Via. */
  readonly encodingVersion?: string;
}

export interface ProxyResponse {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

export interface ProxyOptions {
  readonly http: HttpClient;
  readonly conversions: Conversions;
  readonly clock: Clock;
  /** How the gateway calls itself in Via. */
  readonly name: string;
  /** Length of what WSP makes of a result, so that it fits the terminal's SDU size. */
  readonly resultLength: (response: ProxyResponse) => number;
  readonly cookies: CookieProxy;
  /** What becomes of navigation documents. Default: as WAP-187 §8.1.1 recommends. */
  readonly navigation?: NavigationSettings;
  /** Left out: nobody has to say who they are. */
  readonly identify?: Identify;
  /** Converts where much is to be done at the same time. Left out: nothing else does. */
  readonly converter?: Converter;
}

/** Requests under way from which on another thread converts: a few are answered sooner without the way there and back. */
const MANY = 4;

/** Methods that RFC 2616 §9 has and WSP can ask for; others go on as extended methods if they are tokens. */
const methodsWithoutBody = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE', 'TRACE']);

/** Longest request URI: WAP-236 §7.2 wants at least 1024; servers of today refuse more than this. */
const MAX_URI = 8192;

/** Headers between terminal and gateway that no origin gets (WAP-230 §8.4.2.70, WAP-235 §6.4; the last is answered here). */
const ofTheHop = new Set([
  'encoding-version',
  'accept-application',
  'bearer-indication',
  'push-flag',
  'x-wap-tod',
  'host',
  'content-length',
  'accept-encoding',
]);

/** A proxy: it resolves for every request; `undefined` only where the terminal gave up. */
export type Forward = (request: ProxyRequest, signal: Abandonment) => Promise<ProxyResponse | undefined>;

export function proxy(options: ProxyOptions): Forward {
  const answer = answering(options);
  let underWay = 0;
  return async (request, signal) => {
    underWay++;
    try {
      return await answer(request, signal, underWay >= MANY ? options.converter : undefined);
    } finally {
      underWay--;
    }
  };
}

function answering(
  options: ProxyOptions,
): (
  request: ProxyRequest,
  signal: Abandonment,
  converter: Converter | undefined,
) => Promise<ProxyResponse | undefined> {
  return async (asked, signal, converter) => {
    const request = mimeRequest(asked);
    if (request === undefined)
      return finished(options, asked, failed(options, asked, 400, 'the multipart body is malformed'));
    const client = options.identify?.(request.headers);
    if (options.identify !== undefined && client === undefined)
      return finished(options, request, unidentified(options, request));
    const url = requestUrl(request.uri);
    if (typeof url === 'string') return finished(options, request, failed(options, request, 400, url));
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(request.method) || request.method === 'CONNECT')
      return finished(options, request, failed(options, request, 501, `${request.method} is not possible`));
    const exchange = options.cookies.exchange(
      client ?? request.sessionId,
      url,
      requestHeaders(request, options),
    );
    const outcome = await options.http.fetch(
      {
        method: request.method,
        url,
        headers: exchange.headers,
        ...(request.sessionId !== undefined && { client: request.sessionId }),
        ...(!methodsWithoutBody.has(request.method) && { body: request.body }),
      },
      signal,
    );
    if ('failure' in outcome) {
      if (outcome.failure === 'aborted') return undefined;
      return finished(
        options,
        request,
        failed(options, request, failureStatus[outcome.failure], outcome.text),
      );
    }
    const response = unpacked({ ...outcome, headers: exchange.respond(outcome.headers) });
    if (typeof response === 'string')
      return finished(options, request, failed(options, request, 502, `${url.host}: ${response}`));
    return finished(options, request, await adapted(options, request, url, response, converter));
  };
}

const failureStatus: Readonly<Record<Exclude<HttpFailure['failure'], 'aborted'>, number>> = {
  denied: 403,
  unreachable: 502,
  timeout: 504,
  'too big': 502,
  malformed: 502,
};

/** The request with a multipart body in MIME's form; `undefined` where it is malformed. */
function mimeRequest(request: ProxyRequest): ProxyRequest | undefined {
  try {
    const content = toMime(request);
    return content === request ? request : { ...request, ...content };
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** The URL to ask for, without its fragment, which is the user agent's affair; or what is wrong with it. */
function requestUrl(uri: string): URL | string {
  if (uri.length > MAX_URI) return `the address is longer than ${MAX_URI} characters`;
  const url = parsed(uri);
  if (url === undefined) return `no address: ${uri}`;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `no gateway to ${url.protocol}`;
  if (url.hash !== '') url.hash = '';
  return url;
}

function parsed(uri: string): URL | undefined {
  try {
    return new URL(uri);
  } catch {
    return undefined;
  }
}

/**
 * What the origin gets. Accept tells it that sources are welcome which the gateway converts (WAP-236 §7.5.1); Accept-Encoding is
 * left out, since a compressed deck could not be encoded; UAProf's headers become those of WAP-248 §9.1.
 */
export function requestHeaders(
  request: ProxyRequest,
  options: Pick<ProxyOptions, 'name' | 'conversions'>,
): Header[] {
  const headers = toHttpProfile(endToEnd(request.headers)).filter(
    ({ name }) => !ofTheHop.has(name.toLowerCase()),
  );
  const sent = sentHeaders(headers, request);
  const accepted = convertible(headers, options.conversions);
  if (headerValues(headers, 'Accept').length === 0)
    sent.push({ name: 'Accept', value: [...accepted, '*/*'].join(', ') });
  else for (const type of accepted) sent.push({ name: 'Accept', value: type });
  if (charsetQuality(headers, 'utf-8') === 0 || headerValues(headers, 'Accept-Charset').length === 0)
    sent.push({ name: 'Accept-Charset', value: 'utf-8' });
  const protocol = `${request.secure ? 'WSPS' : 'WSP'}/${request.encodingVersion ?? '1.2'}`;
  sent.push({ name: 'Via', value: `${protocol} ${options.name} (wapstack)` });
  sent.push({ name: 'X-Wap-Network-Client-Ip', value: request.client.address });
  if (request.sessionId !== undefined) sent.push({ name: 'X-Wap-Session-Id', value: request.sessionId });
  if (request.sduSize) sent.push({ name: 'X-Wap-Client-Sdu-Size', value: String(request.sduSize) });
  return sent;
}

/** Headers as HTTP can carry them: no line break smuggles another header in; a request without body has no type of it. */
function sentHeaders(headers: readonly Header[], request: ProxyRequest): Header[] {
  const bodiless = methodsWithoutBody.has(request.method);
  return headers
    .filter(({ name }) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
    .filter(({ name }) => !(bodiless && /^content-(type|md5)$/i.test(name)))
    .map(({ name, value }) => ({ name, value: value.replace(/[^\t\x20-\x7e\x80-\xff]+/g, ' ').trim() }));
}

/**
 * Types that become something acceptable here, and that the terminal does not name itself: decks and scripts wherever a wildcard
 * lets them through, the others only where their tokenised form is named.
 */
function convertible(headers: readonly Header[], conversions: Conversions): readonly string[] {
  const key = headerValues(headers, 'Accept').join(',');
  const known = welcome.get(conversions) ?? new Map<string, readonly string[]>();
  welcome.set(conversions, known);
  const found = known.get(key) ?? sourcesOf(headers, conversions);
  if (known.size >= MAX_WELCOME) known.clear();
  known.set(key, found);
  return found;
}

/** What comes of each Accept, by its text: most terminals say one of a few things. */
const welcome = new WeakMap<Conversions, Map<string, readonly string[]>>();
/** Remembered texts, for the same reason as in accept.ts. */
const MAX_WELCOME = 256;

function sourcesOf(headers: readonly Header[], conversions: Conversions): readonly string[] {
  return Object.entries(conversions)
    .filter(([from]) => !namesType(headers, from))
    .filter(([from, candidates]) =>
      candidates.some(
        ({ to }) => namesType(headers, to) || (common.has(from) && typeQuality(headers, to) > 0),
      ),
    )
    .map(([from]) => from);
}

const common = new Set(['text/vnd.wap.wml', 'text/vnd.wap.wmlscript']);

/** The origin's response as the terminal can take it. */
async function adapted(
  options: ProxyOptions,
  request: ProxyRequest,
  url: URL,
  response: HttpResponse,
  converter: Converter | undefined,
): Promise<ProxyResponse> {
  const { status } = response;
  const headers = toWspWarning(absoluteLocation(response.headers, url));
  const bodiless = request.method === 'HEAD' || status === 204 || status === 304;
  if (!bodiless && response.body.length === 0)
    return {
      status,
      headers: status < 400 ? headers : withoutHeader(headers, 'Content-Type'),
      body: response.body,
    };
  const navigated = bodiless
    ? undefined
    : navigation(
        options.navigation ?? defaultNavigation,
        url,
        { ...response, headers },
        request.headers,
        options.clock.now(),
      );
  if (navigated !== undefined && 'problem' in navigated)
    return failed(options, request, navigated.status, navigated.problem);
  const source = {
    headers: navigated?.headers ?? headers,
    body: bodiless ? new Uint8Array(0) : response.body,
  };
  const wanted = request.headers;
  const content = converter?.ready()
    ? await adaptElsewhere(source, wanted, options.conversions, response.forms, converter)
    : adapt(source, wanted, options.conversions, response.forms);
  if ('content' in content) return { status, ...content.content };
  // An error keeps its status: that its page cannot be shown is the lesser news.
  if (status >= 400) return errorResponse(options, request, status, phrase(url), headers);
  return failed(options, request, content.status, content.problem);
}

function phrase(url: URL): string {
  return `${url.host} answered with an error`;
}

/** Terminals resolve no relative Location (RFC 2616 §14.30 has it absolute; today's origins send others). */
function absoluteLocation(headers: readonly Header[], base: URL): readonly Header[] {
  return headers.map((header) =>
    header.name.toLowerCase() === 'location' && URL.canParse(header.value, base.href)
      ? { name: header.name, value: new URL(header.value, base).href }
      : header,
  );
}

/** A status of the gateway's own with its deck. */
function failed(options: ProxyOptions, request: ProxyRequest, status: number, text: string): ProxyResponse {
  return errorResponse(options, request, status, text, []);
}

/** RFC 2616 §14.33: who they are, the gateway wants to know. */
function unidentified(options: ProxyOptions, request: ProxyRequest): ProxyResponse {
  const challenge = { name: 'Proxy-Authenticate', value: `Basic realm="${options.name}"` };
  return errorResponse(options, request, 407, 'this gateway has to know who you are', [challenge]);
}

/** The deck in the form that the terminal takes; without a body where it takes neither form. */
function errorResponse(
  options: ProxyOptions,
  request: ProxyRequest,
  status: number,
  text: string,
  headers: readonly Header[],
): ProxyResponse {
  let kept = headers;
  for (const name of ['Content-Type', 'Content-Length', 'Content-MD5', 'Content-Encoding', 'Etag']) {
    kept = withoutHeader(kept, name);
  }
  const deck: Content = {
    headers: [{ name: 'Content-Type', value: 'text/vnd.wap.wml; charset=utf-8' }, ...kept],
    body: request.method === 'HEAD' ? new Uint8Array(0) : encodeUtf8(errorDeck(status, text)),
  };
  const content = adapt(deck, request.headers, options.conversions);
  if ('content' in content) return { status, ...content.content };
  return { status, headers: kept, body: new Uint8Array(0) };
}

/** The last touches: the time of day where it was asked for (WAP-120 §5.1), and a result that fits the terminal. */
function finished(options: ProxyOptions, request: ProxyRequest, response: ProxyResponse): ProxyResponse {
  const timed = withTime(options, request, response);
  const limit = request.sduSize ?? 0;
  if (limit === 0 || atMost(timed) <= limit || options.resultLength(timed) <= limit) return timed;
  const reason = `${timed.body.length} octets; the terminal takes ${limit}`;
  // 413 is about requests (RFC 2616 §10.4.14), so the origin's response is what cannot be passed on.
  const small = withTime(options, request, failed(options, request, 502, reason));
  return options.resultLength(small) <= limit ? small : { status: 502, headers: [], body: new Uint8Array(0) };
}

/** A bound that costs nothing: no binary header is longer than its text and eight octets. */
function atMost({ headers, body }: ProxyResponse): number {
  return (
    headers.reduce((length, { name, value }) => length + name.length + value.length + 8, 16) + body.length
  );
}

function withTime(options: ProxyOptions, request: ProxyRequest, response: ProxyResponse): ProxyResponse {
  if (headerValue(request.headers, 'X-Wap-Tod') === undefined) return response;
  const now = new Date(options.clock.now()).toUTCString();
  return { ...response, headers: [...response.headers, { name: 'X-Wap-Tod', value: now }] };
}
