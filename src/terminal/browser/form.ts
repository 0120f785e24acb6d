/** The fields of a go element on their way to the server: WAP-191 §9.5.1, SIN WAP-191_105, WAP-236 §6.9.5. */
import { encodeUtf8 } from '../../wap/octets.js';
import { type Charset, charsetByName } from '../../wap/wbxml/index.js';
import { encodeMultipart } from '../../wap/wsp/index.js';

export type Fields = readonly (readonly [name: string, value: string])[];

/** The binary form that a session carries; a gateway makes multipart/form-data of it. */
const MULTIPART = 'application/vnd.wap.multipart.form-data';

/**
 * What the go task's fields are sent in.
 * @param acceptCharset what the server takes, names between commas or blanks
 * @param deckCharset what the deck came in
 */
export function formCharset(
  fields: Fields,
  acceptCharset: string | undefined,
  deckCharset: string | undefined,
): Charset {
  const accepted = (acceptCharset ?? '')
    .split(/[\s,]+/)
    .map((entry) => entry.split(';', 1)[0] ?? '')
    .filter((name) => name !== '' && name.toLowerCase() !== 'unknown');
  const names = accepted.length > 0 ? accepted : [deckCharset ?? 'utf-8'];
  const fits = (charset: Charset): boolean =>
    fields.every((pair) => pair.every((text) => charset.encode(wellFormed(text)) !== undefined));
  const known = names.flatMap((name) => charsetByName(name) ?? []);
  return known.find(fits) ?? utf8;
}

const utf8: Charset = charsetByName('utf-8') ?? {
  mib: 106,
  name: 'utf-8',
  unit: 1,
  decode: () => undefined,
  encode: encodeUtf8,
};

/** application/x-www-form-urlencoded: a query, or the body of a POST. */
export function urlEncoded(fields: Fields, charset: Charset): string {
  return fields.map(([name, value]) => `${uriEscape(name, charset)}=${uriEscape(value, charset)}`).join('&');
}

/** multipart/form-data in its binary form, with its Content-Type. */
export function multipartForm(fields: Fields, charset: Charset): { type: string; body: Uint8Array } {
  const entries = fields.map(([name, value]) => ({
    headers: [
      { name: 'Content-Type', value: `text/plain; charset=${charset.name}` },
      { name: 'Content-Disposition', value: `form-data; name="${name.replace(/["\\\r\n]/g, '_')}"` },
    ],
    body: octets(value, charset),
  }));
  return { type: MULTIPART, body: encodeMultipart(entries) };
}

/** URI escaping: all but the unreserved characters of RFC 2396. */
function uriEscape(text: string, charset: Charset): string {
  let escaped = '';
  for (const octet of octets(text, charset)) {
    const character = String.fromCharCode(octet);
    escaped += /[A-Za-z0-9\-_.!~*'()]/.test(character)
      ? character
      : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}

function octets(text: string, charset: Charset): Uint8Array {
  return charset.encode(wellFormed(text)) ?? encodeUtf8(wellFormed(text));
}

/** Surrogates without their other half are no characters. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udfff]/gu, '\ufffd');
}
