/**
 * User agent profiles between WSP's headers and those of HTTP: WAP-248 §9.2.3.3. A Profile-Diff is not translated: its WBXML has a token
 * table that nobody here reads yet, and its octets mean nothing to an origin.
 */
import { type Header, headerValue, headerValues } from '../wap/wsp/index.js';

/** Warnings that WSP has a code for (§9.2.2.3); others stay as they are. */
const warnings = new Set(['200', '201', '202', '203']);

/** Rule 20: one X-Wap-Profile lists the profiles of session and request, in their order. One that the terminal wrote itself passes. */
export function toHttpProfile(headers: readonly Header[]): readonly Header[] {
  const profiles = headerValues(headers, 'Profile');
  if (profiles.length === 0 && headerValue(headers, 'Profile-Diff') === undefined) return headers;
  const others = headers.filter(({ name }) => !/^profile(-diff)?$/i.test(name));
  if (profiles.length === 0 || headerValue(headers, 'X-Wap-Profile') !== undefined) return others;
  const value = profiles.map((uri) => `"${uri.replace(/["\\]/g, encodeURIComponent)}"`).join(', ');
  return [...others, { name: 'X-Wap-Profile', value }];
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
