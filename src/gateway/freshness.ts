/** How old a response is, and how old it may get: RFC 2616 §13.2, §14.9. Names are those of the formulas there, in ms. */
import type { Millis } from '../wap/time.js';
import { type Header, headerValue, headerValues } from '../wap/wsp/index.js';

/** Directives of Cache-Control by their names in small letters; an argument without its quotes. */
export type Directives = ReadonlyMap<string, string>;

export function directives(headers: readonly Header[]): Directives {
  const found = new Map<string, string>();
  for (const value of headerValues(headers, 'Cache-Control')) {
    for (const [, name = '', quoted, plain] of value.matchAll(
      /([^\s=,;]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,]*)))?/g,
    ))
      found.set(name.toLowerCase(), quoted ?? plain ?? '');
  }
  return found;
}

/** A number of seconds; what is no number is as good as over (§14.9 wants caches to be careful). */
export function seconds(given: Directives, name: string): Millis | undefined {
  const text = given.get(name);
  if (text === undefined) return undefined;
  return /^\d{1,10}$/.test(text) ? Number(text) * 1000 : 0;
}

/** What a date says; `undefined` where it is none. */
export function dateIn(headers: readonly Header[], name: string): Millis | undefined {
  const value = headerValue(headers, name);
  const time = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

/** §13.2.3: the age of a response when it came. */
export function initialAge(headers: readonly Header[], requestTime: Millis, responseTime: Millis): Millis {
  const date = dateIn(headers, 'Date') ?? responseTime;
  const apparent = Math.max(0, responseTime - date);
  const told = Number(/^\s*(\d{1,10})\s*$/.exec(headerValue(headers, 'Age') ?? '')?.[1] ?? 0) * 1000;
  return Math.max(apparent, told) + (responseTime - requestTime);
}

/**
 * §13.2.4, for as long as the origin says itself. Printed: a cache may guess where it says nothing; here it is asked, since pages for phones
 * are made for one person more often than not.
 * @param shared whether others get the response, too
 */
export function lifetime(headers: readonly Header[], responseTime: Millis, shared: boolean): Millis {
  const given = directives(headers);
  if (given.has('no-cache') || /\bno-cache\b/i.test(headerValue(headers, 'Pragma') ?? '')) return 0;
  const told = (shared ? seconds(given, 's-maxage') : undefined) ?? seconds(given, 'max-age');
  if (told !== undefined) return told;
  const expires = headerValue(headers, 'Expires');
  if (expires === undefined) return 0;
  // §14.21: what is no date, "0" say, is in the past.
  const date = dateIn(headers, 'Date') ?? responseTime;
  return Math.max(0, (dateIn(headers, 'Expires') ?? date) - date);
}
