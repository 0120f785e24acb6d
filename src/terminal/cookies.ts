/**
 * Cookies of the handset: WAP-223_101-HTTPSM §10, RFC 2109. It keeps them itself, leaves them to the cookie proxy in the gateway, or both, as
 * the user chooses. Kept in memory only: what is to last longer than the handset is on, the cookie proxy keeps.
 */
import { type Cookie, cookiesFor, cookieValue, parseSetCookie, storeCookie } from '../wap/httpsm/index.js';
import type { Clock } from '../wap/time.js';
import { type Header, headerValue, headerValues, withoutHeader } from '../wap/wsp/index.js';
import type { PageRequest } from './browser/context.js';
import type { Fetcher } from './fetcher.js';

/** Where cookies are kept: here, in the gateway, or those that last here and the others there (§7.1 `session`). */
export type CookieKeeping = 'handset' | 'gateway' | 'both';

/** §10.1 asks for four of 125 octets; a handset of today has room for what a desk has a host (RFC 2109 §6.3), five times over. */
export const COOKIES_MAX = 100;

/** Cookies of one domain, so that no origin pushes out those of all others: RFC 2109 §6.3. */
export const COOKIES_OF_DOMAIN_MAX = 20;

/** What X-Wap-Proxy-Cookie says before and after the gateway has spoken of state (§10.2). */
const choices = {
  gateway: ['cache', 'cache-has-state'],
  both: ['session', 'session-has-state'],
} as const;

export class Cookies {
  keeping: CookieKeeping = 'handset';
  readonly #clock: Clock;
  readonly #jar: Cookie[] = [];
  /** Whether X-Wap-Proxy-Set-Cookie has come in this session of the user agent. */
  #proxyHasState = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Headers that a request for that address carries. */
  headers(url: string): readonly Header[] {
    const cookies = cookiesFor(this.#jar, new URL(url), this.#clock.now());
    const own = cookies.length === 0 ? [] : [{ name: 'Cookie', value: cookieValue(cookies) }];
    if (this.keeping === 'handset') return own;
    const [before, after] = choices[this.keeping];
    return [...own, { name: 'X-Wap-Proxy-Cookie', value: this.#proxyHasState ? after : before }];
  }

  /** What an answer from that address sets. A cookie that the proxy does not keep is kept here, whoever was asked (§10.2). */
  take(url: string, headers: readonly Header[]): void {
    if (headerValue(headers, 'X-Wap-Proxy-Set-Cookie') !== undefined) this.#proxyHasState = true;
    const now = this.#clock.now();
    for (const value of headerValues(headers, 'Set-Cookie')) {
      for (const cookie of parseSetCookie(value, new URL(url), now)) {
        if (cookie === undefined) continue;
        storeCookie(this.#jar, cookie, now, { cookies: COOKIES_MAX, ofDomain: COOKIES_OF_DOMAIN_MAX });
      }
    }
  }

  /** All that are kept here. */
  clear(): void {
    this.#jar.length = 0;
  }
}

/** A fetcher that tells origins what they asked to be told. */
export function cookieFetcher(fetcher: Fetcher, cookies: Cookies): Fetcher {
  return {
    async fetch(request: PageRequest, signal) {
      const headers = [...withoutHeader(request.headers, 'Cookie'), ...cookies.headers(request.url)];
      const answer = await fetcher.fetch({ ...request, headers }, signal);
      cookies.take(request.url, answer.headers);
      return answer;
    },
    close: () => fetcher.close(),
  };
}
