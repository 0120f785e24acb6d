/** The %Datetime; of PAP (WAP-247 §8.2) and SI (WAP-167 §5.2.1): `YYYY-MM-DDThh:mm:ssZ`, in UTC, whole seconds. */
import type { Millis } from './time.js';

/** A point of time as it is printed; milliseconds are dropped. Years 0000 to 9999. */
export function encodeDatetime(time: Millis): string {
  return `${new Date(Math.floor(time / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** The point of time that `text` prints; `undefined` where it is none, a 30th of February for example. */
export function decodeDatetime(text: string): Millis | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) || encodeDatetime(time) !== text ? undefined : time;
}
