/** The textual side of headers: the grammar of HTTP/1.1, RFC 2616 §2.2, §3.3.1 and §3.9. */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The last second of the year 9999: later ones have no HTTP-date. */
const LAST_SECOND = 253402300799;

export function isToken(text: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text);
}

/** The parts between separators that stand outside quoted strings; blanks around them and empty parts are dropped. */
export function split(text: string, separator: ',' | ';'): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (quoted && char === '\\') {
      part += char + text.charAt(++i);
      continue;
    }
    if (char === '"') quoted = !quoted;
    if (char === separator && !quoted) {
      parts.push(part.trim());
      part = '';
    } else part += char;
  }
  parts.push(part.trim());
  return parts.filter((each) => each !== '');
}

/** `name=value`, `name="value"` or `name`. The value is without its quotes. */
export interface TextParameter {
  readonly name: string;
  readonly value?: string;
  readonly quoted: boolean;
}

export function parseParameter(text: string): TextParameter {
  const equals = text.indexOf('=');
  if (equals < 0) return { name: text, quoted: false };
  const value = text.slice(equals + 1).trim();
  return {
    name: text.slice(0, equals).trim(),
    value: unquoted(value),
    quoted: value.startsWith('"'),
  };
}

/** `head; a=1; b="2"` in its parts. */
export function parseParameters(text: string): readonly [head: string, parameters: readonly TextParameter[]] {
  const [head = '', ...rest] = split(text, ';');
  return [head, rest.map(parseParameter)];
}

/** What a quoted-string says; other text as it is. */
export function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  const inner = text.length > 1 && text.endsWith('"') ? text.slice(1, -1) : text.slice(1);
  return inner.replace(/\\(.)/g, '$1');
}

export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

export function tokenOrQuoted(text: string): string {
  return isToken(text) ? text : quoted(text);
}

/** Challenges of RFC 2617 §1.2 in a list: a part that is not `name=value` starts the next one. */
export function splitChallenges(text: string): readonly string[] {
  const challenges: string[] = [];
  for (const part of split(text, ',')) {
    const last = challenges.length - 1;
    const goesOn = /^[^\s="]+\s*=(?!=*$)/.test(part);
    if (goesOn && last >= 0) challenges[last] += `, ${part}`;
    else challenges.push(part);
  }
  return challenges;
}

/** Seconds since 1970 of any of the three forms of RFC 2616 §3.3.1, or of the form that cookies use. */
export function parseHttpDate(text: string): number | undefined {
  const common =
    /^[A-Za-z]+, *(\d{1,2})[ -]([A-Z][a-z]{2})[ -](\d{2}|\d{4}) (\d{2}):(\d{2}):(\d{2})(?: GMT| UTC)?$/.exec(
      text,
    );
  if (common !== null) {
    const [, day, month = '', year = '', hours, minutes, seconds] = common;
    return secondsOf(year, month, day, hours, minutes, seconds);
  }
  const asctime = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/.exec(text);
  if (asctime === null) return undefined;
  const [, month = '', day, hours, minutes, seconds, year = ''] = asctime;
  return secondsOf(year, month, day, hours, minutes, seconds);
}

function secondsOf(
  year: string,
  month: string,
  ...rest: readonly (string | undefined)[]
): number | undefined {
  const [day = 0, hours = 0, minutes = 0, seconds = 0] = rest.map(Number);
  const index = months.indexOf(month);
  if (index < 0) return undefined;
  // Two digits are a year from 1970 to 2069: RFC 2616 §19.3.
  const full = year.length === 4 ? Number(year) : Number(year) + (Number(year) < 70 ? 2000 : 1900);
  const millis = Date.UTC(full, index, day, hours, minutes, seconds);
  return millis >= 0 ? millis / 1000 : undefined;
}

/** The preferred form of RFC 2616 §3.3.1; `undefined` beyond the year 9999. */
export function formatHttpDate(seconds: number): string | undefined {
  return seconds <= LAST_SECOND ? new Date(seconds * 1000).toUTCString() : undefined;
}

/** A quality factor in thousandths. */
export function parseQ(text: string): number | undefined {
  return /^(0(\.\d{0,3})?|1(\.0{0,3})?|\.\d{1,3})$/.test(text) ? Math.round(Number(text) * 1000) : undefined;
}
