/** UTCTime as WAP-161 Appendix C and RFC 2459 §4.1.2.5 want it: Greenwich, with seconds, YY from 1950 to 2049. */
import { decodeLatin1, encodeUtf8 } from '../octets.js';
import type { Millis } from '../time.js';

/** Years below are 20YY. */
const FIRST_YEAR = 1950;
const LAST_YEAR = FIRST_YEAR + 99;

/** `YYMMDDHHMMSS` (no Z) as a time; `undefined` where it is none. */
export function decodeUtcTime(octets: Uint8Array): Millis | undefined {
  const text = decodeLatin1(octets);
  if (!/^[0-9]{12}$/.test(text)) return undefined;
  const short = Number(text.slice(0, 2));
  return instant(short >= FIRST_YEAR % 100 ? 1900 + short : 2000 + short, text.slice(2));
}

/** `YYMMDDHHMMSS` (no Z); `undefined` where the year is not one of 1950 to 2049. */
export function encodeUtcTime(time: Millis): Uint8Array | undefined {
  const digits = digitsOf(time);
  const year = Number(digits.slice(0, 4));
  return year < FIRST_YEAR || year > LAST_YEAR ? undefined : encodeUtf8(digits.slice(2));
}

/** `YYYYMMDDHHMMSS` as a time; `undefined` where it is none. */
export function decodeLongTime(text: string): Millis | undefined {
  return /^[0-9]{14}$/.test(text) ? instant(Number(text.slice(0, 4)), text.slice(4)) : undefined;
}

/** `YYYYMMDDHHMMSS`. */
export function digitsOf(time: Millis): string {
  return new Date(time)
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/\D/g, '');
}

function instant(year: number, rest: string): Millis | undefined {
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = (rest.match(/../g) ?? []).map(Number);
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  time.setUTCHours(hour, minute, second);
  // 29 February of a common year, or 24:00, comes out as another day.
  return digitsOf(time.getTime()) === `${String(year).padStart(4, '0')}${rest}` ? time.getTime() : undefined;
}
