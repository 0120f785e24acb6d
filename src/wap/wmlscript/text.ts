/**
 * Strings as arrays of characters: WAP-194-WMLScriptLibraries §9. A character is one of Unicode, the machine's native
 * character set; one beyond 16 bits is two units of a JavaScript string, but one character here.
 */

const surrogate = /[\ud800-\udfff]/;

/** The characters of a text; the text itself where each unit is one. */
export function characters(text: string): string | readonly string[] {
  return surrogate.test(text) ? Array.from(text) : text;
}

/** How many characters a text has. */
export function lengthOf(text: string): number {
  return characters(text).length;
}

/** The characters from index `start` up to, not including, `end`. */
export function slice(text: string, start: number, end: number): string {
  const all = characters(text);
  return typeof all === 'string' ? all.slice(start, end) : all.slice(start, end).join('');
}

/** Index of a part of a text in characters; -1 where it is not in it. */
export function indexOf(text: string, part: string): number {
  let at = text.indexOf(part);
  // A match must not begin in the middle of a character.
  while (at > 0 && isLow(text, at) && isHigh(text, at - 1)) at = text.indexOf(part, at + 1);
  return at > 0 && surrogate.test(text) ? lengthOf(text.slice(0, at)) : at;
}

/** -1, 0 or 1: the order of the first characters that differ (§9.14). */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  // Units order as characters do, unless a character beyond 16 bits meets one of U+E000 to U+FFFF.
  if (!surrogate.test(a) && !surrogate.test(b)) return a < b ? -1 : 1;
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === end) return a.length < b.length ? -1 : 1;
  if (at > 0 && isHigh(a, at - 1)) at--;
  return (a.codePointAt(at) as number) < (b.codePointAt(at) as number) ? -1 : 1;
}

function isHigh(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800;
}

function isLow(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}

/** Whether every character has a code of at most `highest`. */
export function isWithin(text: string, highest: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > highest) return false;
  return true;
}

/** A part shorter than this is copied by the engines themselves, or is not worth the trouble. */
const SHORT = 1024;

/** A part of `source` keeps all of it alive in many engines; the result is a copy where that would cost much. */
export function compact(part: string, source: unknown): string {
  if (typeof source !== 'string' || source.length < SHORT || 2 * part.length > source.length) return part;
  let copy = '';
  for (let i = 0; i < part.length; i += SHORT) {
    const units = Array.from({ length: Math.min(SHORT, part.length - i) }, (_, j) => part.charCodeAt(i + j));
    copy += String.fromCharCode(...units);
  }
  return copy;
}
