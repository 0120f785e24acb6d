/** Times as SMPP 3.4 §7.1.1 writes them: relative ones and absolute ones, in sixteen characters. */
import type { Millis } from '../wap/time.js';

/** Days of a month and a year in relative times: the format counts both, the specification says neither. */
const DAYS_OF_MONTH = 30;
const DAYS_OF_YEAR = 365;
const DAY: Millis = 86_400_000;

/** The longest that two digits of years hold. */
const LONGEST: Millis = 99 * DAYS_OF_YEAR * DAY;

/** `YYMMDDhhmmss000R`; whole seconds, rounded up, so that nothing lives shorter than asked. */
export function relativeTime(after: Millis): string {
  let left = Math.ceil(Math.min(Math.max(after, 1000), LONGEST) / 1000);
  const parts = [DAYS_OF_YEAR * 86_400, DAYS_OF_MONTH * 86_400, 86_400, 3600, 60, 1].map((unit) => {
    const part = Math.floor(left / unit);
    left -= part * unit;
    return String(part).padStart(2, '0');
  });
  return `${parts.join('')}000R`;
}

/**
 * When that is; `undefined` for what is no time.
 * @param now what a relative time counts from
 */
export function decodeTime(text: string, now: Millis): Millis | undefined {
  const match = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d)(\d\d)([-+R])$/.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, tenth = 0, quarters = 0] = match
    .slice(1, 9)
    .map(Number);
  if (match[9] === 'R') {
    const days = year * DAYS_OF_YEAR + month * DAYS_OF_MONTH + day;
    return now + days * DAY + ((hour * 60 + minute) * 60 + second) * 1000;
  }
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59)
    return undefined;
  if (quarters > 48) return undefined;
  // Two digits of a year: GSM 03.40 and its kin mean those of this century up to 90.
  const century = year > 90 ? 1900 : 2000;
  const ahead = quarters * 15 * 60_000 * (match[9] === '+' ? 1 : -1);
  return Date.UTC(century + year, month - 1, day, hour, minute, second, tenth * 100) - ahead;
}

/** `YYMMDDhhmm` as receipts have it (SMPP 3.4 Appendix B), in UTC. */
export function receiptTime(at: Millis): string {
  return new Date(at).toISOString().replace(/[-T:]/g, '').slice(2, 12);
}
