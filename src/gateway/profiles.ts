/**
 * User agent profiles between WSP's headers and those of HTTP: WAP-248 §9.2.3.3. A Profile-Diff comes in WBXML and goes on as text, with a
 * number and a digest that X-Wap-Profile refers to.
 */
import { digestOf } from '../wap/crypto.js';
import { DecodeError } from '../wap/errors.js';
import { encodeUtf8, fromHex, toBase64 } from '../wap/octets.js';
import { profileXml } from '../wap/uaprof/index.js';
import { type Header, headerValue } from '../wap/wsp/index.js';

/** Warnings that WSP has a code for (§9.2.2.3); others stay as they are. */
const warnings = new Set(['200', '201', '202', '203']);

/** Characters of a difference: origins take some 16,000 octets of headers in all, and the terminal's others are among them. */
const MAX_DIFFERENCE = 6144;

/** Differences of one request: three profiles and a change of each. */
const MAX_DIFFERENCES = 6;

/**
 * Rules 19 and 20: each Profile-Diff becomes an X-Wap-Profile-Diff, and one X-Wap-Profile lists profiles and differences of session
 * and request, in their order. One that the terminal wrote itself passes, and then nothing is added to it.
 */
export function toHttpProfile(headers: readonly Header[]): readonly Header[] {
  if (!headers.some(({ name }) => isProfile.test(name))) return headers;
  const others = headers.filter(({ name }) => !isProfile.test(name));
  if (headerValue(headers, 'X-Wap-Profile') !== undefined) return others;
  const references: string[] = [];
  const differences: Header[] = [];
  for (const { name, value } of headers) {
    if (/^profile$/i.test(name)) references.push(`"${value.replace(/["\\]/g, encodeURIComponent)}"`);
    if (!/^profile-diff$/i.test(name) || differences.length === MAX_DIFFERENCES) continue;
    const difference = differenceOf(value);
    if (difference === undefined) continue;
    const sequence = differences.length + 1;
    references.push(`"${sequence}-${difference.digest}"`);
    differences.push({ name: 'X-Wap-Profile-Diff', value: `${sequence};${difference.text}` });
  }
  if (references.length === 0) return others;
  return [...others, { name: 'X-Wap-Profile', value: references.join(', ') }, ...differences];
}

const isProfile = /^profile(-diff)?$/i;

interface Difference {
  readonly text: string;
  readonly digest: string;
}

/** Differences as text, by their octets: a session says the same one with each request. */
const known = new Map<string, Difference | undefined>();
/** More than the sessions that are busy at a time have; all are forgotten together. */
const MAX_KNOWN = 256;

/** The profile description with its digest (§9.1.1.1); `undefined` for what is none: no reference without what it refers to. */
function differenceOf(value: string): Difference | undefined {
  const found = known.get(value);
  if (found !== undefined || known.has(value)) return found;
  const text = textOf(value);
  const difference =
    text === undefined ? undefined : { text, digest: toBase64(digestOf('md5', [encodeUtf8(text)])) };
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(value, difference);
  return difference;
}

function textOf(value: string): string | undefined {
  const octets = value.startsWith('octets:') ? fromHex(value.slice(7)) : undefined;
  if (octets === undefined) return undefined;
  try {
    // A header has no other characters: XML can say them in these.
    const text = profileXml(octets).replace(/[^\x20-\x7e]/gu, (each) => `&#${each.codePointAt(0)};`);
    return text.length > MAX_DIFFERENCE ? undefined : text;
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** Rule 21: a warning of the origin in WSP's form, without its text. */
export function toWspWarning(headers: readonly Header[]): readonly Header[] {
  if (headerValue(headers, 'X-Wap-Profile-Warning') === undefined) return headers;
  return headers.map((header) => {
    const [code = ''] = /^\s*(\d{3})\b/.exec(header.value)?.slice(1) ?? [];
    const is = header.name.toLowerCase() === 'x-wap-profile-warning' && warnings.has(code);
    return is ? { name: 'Profile-Warning', value: code } : header;
  });
}

/** What Connect or Resume is answered where it brought a profile (§6.1.2): it is kept, and counts for all requests of the session. */
export function profileKept(headers: readonly Header[]): readonly Header[] {
  const brought = ['Profile', 'Profile-Diff'].some((name) => headerValue(headers, name) !== undefined);
  return brought ? [{ name: 'Profile-Warning', value: '100' }] : [];
}
