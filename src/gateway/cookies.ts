/**
 * The cookie proxy: WAP-223_101-HTTPSM §9, RFC 2109. Keeps cookies for terminals that ask for it with X-Wap-Proxy-Cookie; for all
 * others it passes everything through. A client is a session: nobody else can speak on it, and cookies end with it.
 */
import type { Clock, Millis } from '../wap/time.js';
import { type Header, headerValue, headerValues, withoutHeader } from '../wap/wsp/index.js';

/** Cookies of one client: RFC 2109 §6.3 asks for 300 in all and 20 a host at least of browsers on desks. */
const MAX_COOKIES = 100;

/** Octets of one cookie (RFC 2109 §6.3). */
const MAX_COOKIE = 4096;

/** What §9.2 prints. */
const choices = ['cache', 'cache-has-state', 'session', 'session-has-state', 'delete', 'none'] as const;
type Choice = (typeof choices)[number];

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  /** Only for that very host: no Domain attribute. */
  readonly hostOnly: boolean;
  readonly path: string;
  /** `undefined`: it ends with the user agent's session. */
  readonly expires: Millis | undefined;
}

/** One exchange: what goes to the origin, and what of its response goes to the terminal. */
export interface CookieExchange {
  readonly headers: readonly Header[];
  respond(headers: readonly Header[]): readonly Header[];
}

export interface CookieProxy {
  /** @param client `undefined` for somebody anonymous, who gets no jar (§9.3) */
  exchange(client: string | undefined, url: URL, headers: readonly Header[]): CookieExchange;
  /** The client is gone, and its cookies with it. */
  forget(client: string): void;
}

export function cookieProxy(clock: Clock): CookieProxy {
  const jars = new Map<string, Cookie[]>();

  function manage(client: string, url: URL, headers: readonly Header[], choice: Choice): CookieExchange {
    const now = clock.now();
    const fresh = choice === 'cache' || choice === 'session';
    const kept = (jars.get(client) ?? []).filter(({ expires }) =>
      expires === undefined ? !fresh : expires > now,
    );
    jars.set(client, kept);
    const own = withoutHeader(headers, 'X-Wap-Proxy-Cookie');
    const sent = cookiesFor(kept, url, headerValues(own, 'Cookie'));
    const conflict = !fresh && kept.length === 0;
    return {
      headers: sent.length === 0 ? own : withCookies(own, sent),
      respond(received) {
        const passed: Header[] = [];
        let stored = false;
        for (const header of received) {
          const cookie =
            header.name.toLowerCase() === 'set-cookie' ? parse(header.value, url, now) : undefined;
          const persistent = cookie?.expires !== undefined;
          // §9.2: a secure cookie, and in session mode a lasting one, is the user agent's own.
          if (cookie === undefined || cookie.secure || (choice.startsWith('session') && persistent))
            passed.push(header);
          else {
            store(kept, cookie, now);
            stored = true;
          }
        }
        if (conflict && !stored) passed.push({ name: 'X-Wap-Proxy-Set-Cookie', value: 'error' });
        else if (stored || sent.length > 0) passed.push({ name: 'X-Wap-Proxy-Set-Cookie', value: 'state' });
        return passed;
      },
    };
  }

  return {
    exchange(client, url, headers) {
      const asked = headerValue(headers, 'X-Wap-Proxy-Cookie')?.trim().toLowerCase();
      const choice = choices.find((each) => each === asked) ?? 'none';
      if (client === undefined || choice === 'none') return { headers, respond: (received) => received };
      if (choice === 'delete')
        return {
          headers: withoutHeader(headers, 'X-Wap-Proxy-Cookie'),
          respond: (received) => withoutHeader(received, 'Set-Cookie'),
        };
      return manage(client, url, headers, choice);
    },
    forget: (client) => void jars.delete(client),
  };
}

/** Those that match host and path, longer paths first (RFC 2109 §4.3.4), without those that the terminal sends itself. */
function cookiesFor(jar: readonly Cookie[], url: URL, own: readonly string[]): readonly Cookie[] {
  const names = new Set(
    own.flatMap((value) => value.split(/[;,]/)).map((pair) => pair.split('=')[0]?.trim()),
  );
  return jar
    .filter(({ name, domain, hostOnly, path }) => {
      const there = hostOnly ? url.hostname === domain : domainMatches(url.hostname, domain);
      return there && pathMatches(url.pathname, path) && !names.has(name);
    })
    .sort((a, b) => b.path.length - a.path.length);
}

function withCookies(headers: readonly Header[], cookies: readonly Cookie[]): readonly Header[] {
  const pairs = cookies.map(({ name, value }) => `${name}=${value}`);
  return [
    ...withoutHeader(headers, 'Cookie'),
    { name: 'Cookie', value: [...headerValues(headers, 'Cookie'), ...pairs].join('; ') },
  ];
}

function store(jar: Cookie[], cookie: Cookie, now: Millis): void {
  const same = jar.findIndex(
    ({ name, domain, path }) => name === cookie.name && domain === cookie.domain && path === cookie.path,
  );
  if (same >= 0) jar.splice(same, 1);
  // RFC 2109 §4.2.2: Max-Age 0 discards.
  if (cookie.expires !== undefined && cookie.expires <= now) return;
  if (jar.length >= MAX_COOKIES) jar.shift();
  jar.push(cookie);
}

/** Reads Set-Cookie; `undefined` where the origin may not set it (RFC 2109 §4.3.2), which leaves it to the user agent. */
function parse(text: string, url: URL, now: Millis): (Cookie & { readonly secure: boolean }) | undefined {
  if (text.length > MAX_COOKIE) return undefined;
  const [pair = '', ...rest] = text.split(';');
  const [, name, value] = /^\s*([^\s=;,]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
  if (name === undefined || value === undefined) return undefined;
  const attributes = new Map(
    rest.map((part): [string, string] => {
      const [, key = '', given = ''] = /^\s*([^=]*?)\s*(?:=\s*"?(.*?)"?\s*)?$/.exec(part) ?? [];
      return [key.toLowerCase(), given];
    }),
  );
  const domain = attributes.get('domain')?.toLowerCase().replace(/^\./, '');
  if (
    domain !== undefined &&
    domain !== url.hostname &&
    !(domain.includes('.') && domainMatches(url.hostname, domain))
  )
    return undefined;
  const path = attributes.get('path') ?? '';
  return {
    name,
    value,
    domain: domain ?? url.hostname,
    hostOnly: domain === undefined,
    path: path.startsWith('/') ? path : url.pathname.slice(0, url.pathname.lastIndexOf('/') + 1),
    expires: expiry(attributes, now),
    secure: attributes.has('secure'),
  };
}

/** Max-Age of RFC 2109, or the Expires that came before it. */
function expiry(attributes: ReadonlyMap<string, string>, now: Millis): Millis | undefined {
  const age = attributes.get('max-age');
  if (age !== undefined && /^-?\d+$/.test(age)) return now + Number(age) * 1000;
  const date = Date.parse((attributes.get('expires') ?? '').replace(/-/g, ' '));
  return Number.isNaN(date) ? undefined : date;
}

/** An address is no domain. */
function domainMatches(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !/^[\d.]+$/.test(host));
}

function pathMatches(path: string, prefix: string): boolean {
  return (
    path.startsWith(prefix) &&
    (prefix.endsWith('/') || path.length === prefix.length || path[prefix.length] === '/')
  );
}
