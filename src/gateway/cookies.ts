/**
 * The cookie proxy: WAP-223_101-HTTPSM §9, RFC 2109. Keeps cookies for terminals that ask for it with X-Wap-Proxy-Cookie; for all
 * others it passes everything through. A client is a session: nobody else can speak on it, and cookies end with it.
 */
import { type Cookie, cookiesFor, cookieValue, parseSetCookie, storeCookie } from '../wap/httpsm/index.js';
import type { Clock } from '../wap/time.js';
import { type Header, headerValue, headerValues, withoutHeader } from '../wap/wsp/index.js';

/** Cookies of one client: RFC 2109 §6.3 asks for 300 in all and 20 a host at least of browsers on desks. */
const MAX_COOKIES = 100;

/** Cookies of one client from one domain: RFC 2109 §6.3. */
const MAX_OF_DOMAIN = 20;

/** What §9.2 prints. */
const choices = ['cache', 'cache-has-state', 'session', 'session-has-state', 'delete', 'none'] as const;
type Choice = (typeof choices)[number];

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
    const sent = unlessOwn(cookiesFor(kept, url, now), headerValues(own, 'Cookie'));
    const conflict = !fresh && kept.length === 0;
    return {
      headers: sent.length === 0 ? own : withCookies(own, sent),
      respond(received) {
        const passed: Header[] = [];
        let stored = false;
        for (const header of received) {
          const cookies =
            header.name.toLowerCase() === 'set-cookie' ? parseSetCookie(header.value, url, now) : [];
          // §9.2: a secure cookie, and in session mode a lasting one, is the user agent's own; one that may not be set is its affair.
          const managed = cookies.every(
            (cookie) =>
              cookie !== undefined &&
              !cookie.secure &&
              !(choice.startsWith('session') && cookie.expires !== undefined),
          );
          if (cookies.length === 0 || !managed) {
            passed.push(header);
            continue;
          }
          for (const cookie of cookies) {
            if (cookie === undefined) continue;
            storeCookie(kept, cookie, now, { cookies: MAX_COOKIES, ofDomain: MAX_OF_DOMAIN });
          }
          stored = true;
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

/** Those of the jar without those that the terminal sends itself. */
function unlessOwn(cookies: readonly Cookie[], own: readonly string[]): readonly Cookie[] {
  const names = new Set(
    own.flatMap((value) => value.split(/[;,]/)).map((pair) => pair.split('=')[0]?.trim()),
  );
  return cookies.filter(({ name }) => !names.has(name));
}

function withCookies(headers: readonly Header[], cookies: readonly Cookie[]): readonly Header[] {
  return [
    ...withoutHeader(headers, 'Cookie'),
    { name: 'Cookie', value: [...headerValues(headers, 'Cookie'), cookieValue(cookies)].join('; ') },
  ];
}
