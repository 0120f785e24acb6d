/** Several entities in one body: WAP-230-WSP §8.5, application/vnd.wap.multipart.*. */
import { type Field, Reader, Writer } from '../octets.js';
import { supports } from './header-values.js';
import { type HeaderContext, LOWEST_VERSION } from './headers.js';
import { decodeMessage, encodeMessageHeaders, type Message } from './messages.js';

/** An entity: Content-Type first, where there is one. */
export type MultipartEntry = Message;

export function encodeMultipart(entries: readonly MultipartEntry[], context: HeaderContext = {}): Uint8Array {
  const writer = new Writer(256);
  // §8.5.2: 0 to a peer above version 1.3, which has to step through the entries anyway.
  const counted = !supports(context.encodingVersion ?? LOWEST_VERSION, '1.4');
  writer.uintvar(counted ? entries.length : 0);
  for (const entry of entries) {
    const headers = encodeMessageHeaders(entry, context);
    writer.uintvar(headers.length).uintvar(entry.body.length).octets(headers).octets(entry.body);
  }
  return writer.done();
}

/** Entries to the end of the octets: nEntries is not looked at (§8.5.2). */
export function decodeMultipart(
  octets: Uint8Array,
  context: HeaderContext = {},
  record?: Field[],
  base = 0,
): readonly MultipartEntry[] {
  const reader = new Reader(octets, 'WSP multipart', record, base);
  reader.uintvar('nEntries');
  const entries: MultipartEntry[] = [];
  while (reader.left > 0) entries.push(reader.group('Entry', () => readEntry(reader, context)));
  return entries;
}

function readEntry(reader: Reader, context: HeaderContext): MultipartEntry {
  const headersLength = reader.uintvar('HeadersLen');
  const dataLength = reader.uintvar('DataLen');
  const headers = reader.octets('ContentType and Headers', headersLength);
  return decodeMessage(headers, reader.octets('Data', dataLength), context);
}

const prefix = 'application/vnd.wap.multipart.';

/** §8.5: `multipart/mixed` and its binary form `application/vnd.wap.multipart.mixed`, parameters and all. */
export function binaryMultipartType(contentType: string): string | undefined {
  const match = /^multipart\/([^;\s]+)(.*)$/i.exec(contentType.trim());
  return match === null ? undefined : `${prefix}${match[1]}${withoutBoundary(match[2] ?? '')}`;
}

/** The other way; the boundary is for the one who writes the MIME form. */
export function mimeMultipartType(contentType: string): string | undefined {
  const type = contentType.trim();
  return type.toLowerCase().startsWith(prefix) ? `multipart/${type.slice(prefix.length)}` : undefined;
}

/** The binary form has lengths instead. */
function withoutBoundary(parameters: string): string {
  return parameters.replace(/;\s*boundary=("[^"]*"|[^;]*)/i, '');
}
