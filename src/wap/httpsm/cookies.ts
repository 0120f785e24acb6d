/**
 * Cookies as a user agent keeps them: RFC 2109 §4.3, as WAP-223_101-HTTPSM §6 and §10.1 want it, and the older form that Netscape drew up
 * (RFC 2109 §10), which most origins still send. Handsets keep them, and cookie proxies on behalf of handsets.
 */
import type { Millis } from '../time.js';

/** What an origin asked to be told again. */
export interface Cookie {
  readonly name: string;
  /** As it came, with its quotation marks if it had any. */
  readonly value: string;
  /** 0: Netscape's form, without Version. */
  readonly version: number;
  readonly domain: string;
  /** Only for that very host: no Domain attribute. */
  readonly hostOnly: boolean;
  readonly path: string;
  /** Whether the origin named the path. */
  readonly pathGiven: boolean;
  /** Only over secure means. */
  readonly secure: boolean;
  /** `undefined`: it ends with the user agent's session. */
  readonly expires: Millis | undefined;
}

/** What cookies look at of an address. */
export interface CookieUrl {
  readonly protocol: string;
  readonly hostname: string;
  readonly pathname: string;
}

/** Octets of one cookie (RFC 2109 §6.3). */
const MAX_COOKIE = 4096;

/**
 * What Set-Cookie asks for, each cookie or `undefined` in its place: where the origin may not set it (§4.3.2), or where it is none.
 * Netscape's cookies may have a path elsewhere and a domain several labels up, as they always could.
 */
export function parseSetCookie(value: string, url: CookieUrl, now: Millis): readonly (Cookie | undefined)[] {
  // One header may list several (§4.2.2); the comma of a date is followed by no name and equals sign.
  const each = value.match(/(?:"[^"]*"|[^,"]|,(?!\s*[^\s=;,"]+\s*=)|")+/g) ?? [];
  return each.map((text) => parse(text, url, now));
}

function parse(text: string, url: CookieUrl, now: Millis): Cookie | undefined {
  if (text.length > MAX_COOKIE) return undefined;
  const [pair = '', ...rest] = text.match(/(?:"[^"]*"|[^;"]|")+/g) ?? [];
  const [name, value] = halves(pair);
  if (!/^[^\s=;,$][^\s=;,]*$/.test(name) || value === undefined) return undefined;
  const attributes = new Map(
    rest.map((part): [string, string] => {
      const [key, given = ''] = halves(part);
      return [key.toLowerCase(), given.replace(/^"|"$/g, '')];
    }),
  );
  const version = /^\d+$/.test(attributes.get('version') ?? '') ? Number(attributes.get('version')) : 0;
  const domain = attributes.get('domain')?.toLowerCase().replace(/^\./, '');
  if (domain !== undefined && !maySet(domain, url.hostname, version)) return undefined;
  const path = attributes.get('path') ?? '';
  const pathGiven = path.startsWith('/');
  if (version > 0 && pathGiven && !url.pathname.startsWith(path)) return undefined;
  return {
    name,
    value,
    version,
    domain: domain ?? url.hostname,
    hostOnly: domain === undefined,
    path: pathGiven ? path : url.pathname.slice(0, url.pathname.lastIndexOf('/') + 1),
    pathGiven,
    secure: attributes.has('secure'),
    expires: expiry(attributes, now),
  };
}

/** What stands before and after the first equals sign, without blanks around. */
function halves(text: string): readonly [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text.trim(), undefined] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/** §4.3.2: a domain with a dot inside, that the host belongs to; in the newer form directly. */
function maySet(domain: string, host: string, version: number): boolean {
  if (domain === host) return true;
  if (!domain.includes('.') || !domainMatches(host, domain)) return false;
  return version === 0 || !host.slice(0, -domain.length - 1).includes('.');
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
  return host === domain || (host.endsWith(`.${domain}`) && !/^[\d.]+$|:/.test(host));
}

function pathMatches(path: string, prefix: string): boolean {
  return (
    path.startsWith(prefix) &&
    (prefix.endsWith('/') || path.length === prefix.length || path[prefix.length] === '/')
  );
}

/** Those that go to an address, longer paths first (§4.3.4). */
export function cookiesFor(jar: readonly Cookie[], url: CookieUrl, now: Millis): readonly Cookie[] {
  return jar
    .filter(({ domain, hostOnly, path, secure, expires }) => {
      const there = hostOnly ? url.hostname === domain : domainMatches(url.hostname, domain);
      const safe = !secure || url.protocol === 'https:';
      return there && safe && pathMatches(url.pathname, path) && (expires === undefined || expires > now);
    })
    .sort((a, b) => b.path.length - a.path.length);
}

/** The value of Cookie (§4.3.4); where a cookie of Netscape's form is among them, in that form (§10.1.3). */
export function cookieValue(cookies: readonly Cookie[]): string {
  if (cookies.some(({ version }) => version === 0))
    return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const version = Math.min(...cookies.map((cookie) => cookie.version));
  const each = cookies.map(({ name, value, path, pathGiven, domain, hostOnly }) =>
    [
      `${name}=${value}`,
      ...(pathGiven ? [`$Path="${path}"`] : []),
      ...(hostOnly ? [] : [`$Domain=".${domain}"`]),
    ].join('; '),
  );
  return [`$Version="${version}"`, ...each].join('; ');
}

/** How many are kept: in all, and for one domain. What has been there longest goes first. */
export interface CookieRoom {
  readonly cookies: number;
  readonly ofDomain: number;
}

/** Puts a cookie into the jar, in the place of one of the same name, domain and path; one without life left takes that out (§4.2.2). */
export function storeCookie(jar: Cookie[], cookie: Cookie, now: Millis, room: CookieRoom): void {
  const same = jar.findIndex(
    ({ name, domain, path }) => name === cookie.name && domain === cookie.domain && path === cookie.path,
  );
  if (same >= 0) jar.splice(same, 1);
  if (cookie.expires !== undefined && cookie.expires <= now) return;
  const ofDomain = jar.filter(({ domain }) => domain === cookie.domain);
  const [eldest] = ofDomain;
  if (eldest !== undefined && ofDomain.length >= room.ofDomain) jar.splice(jar.indexOf(eldest), 1);
  if (jar.length >= room.cookies) jar.shift();
  jar.push(cookie);
}
