/** What a terminal accepts: WAP-236 §7.5.1, RFC 2616 §14.1 and §14.2. */
import { decodeMediaType } from '../wap/push/index.js';
import { type Header, headerValues } from '../wap/wsp/index.js';

/** An element of Accept or Accept-Charset. */
interface Range {
  readonly range: string;
  readonly q: number;
}

/**
 * How much a terminal wants a type: 1 to 0, where 0 is not at all. The most specific range decides. A terminal that says nothing
 * takes everything.
 */
export function typeQuality(headers: readonly Header[], type: string): number {
  return quality(ranges(headers, 'Accept'), [type, `${type.split('/')[0]}/*`, '*/*']);
}

/** Whether Accept has the type itself, without a wildcard. */
export function namesType(headers: readonly Header[], type: string): boolean {
  return ranges(headers, 'Accept').some(({ range, q }) => range === type && q > 0);
}

/** Whether Accept has the type, or all types of its kind. */
export function namesRange(headers: readonly Header[], type: string): boolean {
  return namesType(headers, type) || namesType(headers, `${type.split('/')[0]}/*`);
}

/** How much a terminal wants a character set. ISO-8859-1 is always good, unless it is mentioned (RFC 2616 §14.2). */
export function charsetQuality(headers: readonly Header[], charset: string): number {
  const wanted = ranges(headers, 'Accept-Charset');
  const found = quality(wanted, [charset, '*']);
  return found === 0 && charset === 'iso-8859-1' && !wanted.some(({ range }) => range === charset)
    ? 1
    : found;
}

/** Character sets that a terminal names, the most wanted first. */
export function acceptedCharsets(headers: readonly Header[]): readonly string[] {
  return ranges(headers, 'Accept-Charset')
    .filter(({ range, q }) => q > 0 && range !== '*')
    .sort((a, b) => b.q - a.q)
    .map(({ range }) => range);
}

function quality(wanted: readonly Range[], candidates: readonly string[]): number {
  if (wanted.length === 0) return 1;
  for (const candidate of candidates) {
    const found = wanted.find(({ range }) => range === candidate);
    if (found !== undefined) return found.q;
  }
  return 0;
}

/** What was read last of each: the headers of one request are asked about several times in a row, and never change. */
const last = {
  Accept: { headers: [] as readonly Header[], read: [] as readonly Range[] },
  'Accept-Charset': { headers: [] as readonly Header[], read: [] as readonly Range[] },
};

/** Texts that many terminals send, already read. */
const texts = new Map<string, readonly Range[]>();
/** Remembered texts: terminals say one of a few dozen things; the rest is read anew. */
const MAX_TEXTS = 256;

function ranges(headers: readonly Header[], name: 'Accept' | 'Accept-Charset'): readonly Range[] {
  const before = last[name];
  if (before.headers === headers) return before.read;
  const read = rangesIn(headerValues(headers, name).join(','));
  last[name] = { headers, read };
  return read;
}

function rangesIn(text: string): readonly Range[] {
  const before = texts.get(text);
  if (before !== undefined) return before;
  const found = parse(text);
  if (texts.size >= MAX_TEXTS) texts.clear();
  texts.set(text, found);
  return found;
}

function parse(text: string): readonly Range[] {
  return (text.match(/(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g) ?? [])
    .map((element) => {
      const { type, parameters } = decodeMediaType(element);
      const q = Number(parameters.q ?? 1);
      return { range: type, q: q >= 0 && q <= 1 ? q : 1 };
    })
    .filter(({ range }) => range !== '');
}
