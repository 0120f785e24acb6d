/**
 * Headers and entities as MIME writes them (RFC 822 §3, RFC 2045 §5, RFC 2046 §5.1): what PAP's multipart/related
 * (WAP-247 §7) and the push message inside it (WAP-251 §5) are made of.
 */
import { DecodeError } from '../errors.js';
import { concat, decodeLatin1, encodeUtf8, fromBase64 } from '../octets.js';
import { type Header, headerValue, withoutHeader } from '../wsp/header.js';

/** Headers and a body. A push message (WAP-251 §5.1) is one. */
export interface Entity {
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

/** A media type with its parameters, names in small letters. */
export interface MediaType {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Entities of one multipart: PAP has three at most; more than this many is not a message for a phone. */
const MAX_ENTITIES = 64;

/** Header lines of one entity: WAP-251 defines 18 headers. */
const MAX_HEADERS = 128;

/** RFC 2046 §5.1.1. */
const MAX_BOUNDARY = 70;

/** The headers with `name` once, last, with that value. */
export function withHeader(headers: readonly Header[], name: string, value: string): readonly Header[] {
  return [...withoutHeader(headers, name), { name, value }];
}

/** Reads `text/plain; charset="utf-8"`. What is malformed behind the type is left out, as receivers do. */
export function decodeMediaType(text: string): MediaType {
  const parts = text.match(/(?:[^;"]|"(?:[^"\\]|\\.)*"?)+/g) ?? [];
  const parameters: Record<string, string> = {};
  for (const part of parts.slice(1)) {
    const [, name, value] = /^\s*([^\s=]+)\s*=\s*(.*?)\s*$/s.exec(part) ?? [];
    if (name === undefined || value === undefined) continue;
    parameters[name.toLowerCase()] = unquoted(value);
  }
  return { type: (parts[0] ?? '').trim().toLowerCase(), parameters };
}

/** Writes a media type; values that are no token are quoted. */
export function encodeMediaType({ type, parameters }: MediaType): string {
  const written = Object.entries(parameters).map(([name, value]) =>
    /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(value)
      ? `; ${name}=${value}`
      : `; ${name}="${value.replace(/[\\"]/g, '\\$&')}"`,
  );
  return type + written.join('');
}

/** Reads the entities of a multipart body; preamble and epilogue are skipped. */
export function decodeMultipart(body: Uint8Array, boundary: string): Entity[] {
  if (boundary.length === 0 || boundary.length > MAX_BOUNDARY)
    throw new DecodeError('MIME', 0, `a boundary has 1 to ${MAX_BOUNDARY} characters`);
  // One character an octet, so that an index into the text is an index into the octets.
  const text = decodeLatin1(body);
  const entities: Entity[] = [];
  let at = nextDelimiter(text, boundary, 0);
  if (at === undefined) throw new DecodeError('MIME', 0, 'the boundary does not occur');
  while (!at.last) {
    const end = nextDelimiter(text, boundary, at.end);
    if (end === undefined) throw new DecodeError('MIME', body.length, 'the closing boundary is missing');
    if (entities.length === MAX_ENTITIES)
      throw new DecodeError('MIME', at.end, `more than ${MAX_ENTITIES} entities`);
    entities.push(decodeEntity(body.subarray(at.end, Math.max(at.end, end.start)), at.end));
    at = end;
  }
  return entities;
}

/** Writes entities as a multipart body with CRLF line ends. The caller picks a boundary that occurs in no entity. */
export function encodeMultipart(entities: readonly Entity[], boundary: string): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const entity of entities) {
    parts.push(encodeUtf8(`--${boundary}\r\n`), encodeEntity(entity), encodeUtf8('\r\n'));
  }
  return concat([...parts, encodeUtf8(`--${boundary}--\r\n`)]);
}

/** Reads one entity: header lines, an empty line, octets. */
export function decodeEntity(octets: Uint8Array, base = 0): Entity {
  const text = decodeLatin1(octets);
  const headers: Header[] = [];
  let at = 0;
  for (;;) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end).replace(/\r$/, '');
    if (line === '') return { headers, body: octets.subarray(end < 0 ? text.length : end + 1) };
    if (headers.length === MAX_HEADERS)
      throw new DecodeError('MIME', base + at, `more than ${MAX_HEADERS} header lines`);
    readHeaderLine(line, headers, base + at);
    if (end < 0) return { headers, body: new Uint8Array(0) };
    at = end + 1;
  }
}

/** Writes one entity. */
export function encodeEntity({ headers, body }: Entity): Uint8Array {
  const lines = headers.map(({ name, value }) => `${name}: ${value.replace(/[\r\n]+\s*/g, ' ')}\r\n`);
  return concat([encodeUtf8(`${lines.join('')}\r\n`), body]);
}

/** The entity with its Content-Transfer-Encoding (RFC 2045 §6) undone, for hops that carry octets. */
export function withoutTransferEncoding(entity: Entity): Entity {
  const encoding = headerValue(entity.headers, 'Content-Transfer-Encoding')?.trim().toLowerCase();
  if (encoding === undefined) return entity;
  const headers = withoutHeader(entity.headers, 'Content-Transfer-Encoding');
  if (encoding === '7bit' || encoding === '8bit' || encoding === 'binary')
    return { headers, body: entity.body };
  const text = decodeLatin1(entity.body);
  const body = encoding === 'quoted-printable' ? quotedPrintable(text) : fromBase64(text);
  if (encoding !== 'quoted-printable' && encoding !== 'base64')
    throw new DecodeError('MIME', 0, `unknown Content-Transfer-Encoding ${encoding}`);
  if (body === undefined) throw new DecodeError('MIME', 0, 'the body is not base64');
  return { headers, body };
}

/** RFC 2045 §6.7; what is malformed stays as it is. */
function quotedPrintable(text: string): Uint8Array {
  const joined = text
    .replace(/[ \t]*=[ \t]*\r?\n/g, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return Uint8Array.from(joined, (character) => character.charCodeAt(0));
}

function readHeaderLine(line: string, headers: Header[], offset: number): void {
  const folded = /^[ \t]/.test(line);
  const last = headers.at(-1);
  if (folded && last !== undefined) {
    headers[headers.length - 1] = { name: last.name, value: `${last.value} ${line.trim()}`.trim() };
    return;
  }
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
  if (name === undefined || value === undefined)
    throw new DecodeError('MIME', offset, `not a header line: ${line.slice(0, 40)}`);
  headers.push({ name, value });
}

/** A delimiter line: where the line break before it starts, where the next line starts, whether it closes the multipart. */
interface Delimiter {
  readonly start: number;
  readonly end: number;
  readonly last: boolean;
}

function nextDelimiter(text: string, boundary: string, from: number): Delimiter | undefined {
  for (let at = text.indexOf(`--${boundary}`, from); at >= 0; at = text.indexOf(`--${boundary}`, at + 1)) {
    if (at > 0 && text[at - 1] !== '\n') continue;
    const lineEnd = text.indexOf('\n', at);
    const behind = text.slice(at + 2 + boundary.length, lineEnd < 0 ? text.length : lineEnd);
    if (!/^(--)?[ \t]*\r?$/.test(behind)) continue;
    const start = text[at - 2] === '\r' ? at - 2 : Math.max(0, at - 1);
    return { start, end: lineEnd < 0 ? text.length : lineEnd + 1, last: behind.startsWith('--') };
  }
  return undefined;
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1') : value;
}
