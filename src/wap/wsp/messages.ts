/** What the users exchange, in and out of the PDUs' header and data fields: WAP-230-WSP §8.2.3 and §8.2.4. */
import { decodeLatin1, encodeLatin1, encodeUtf8, type Field, Reader, Writer } from '../octets.js';
import { type Header, headerValue, headerValues, withoutHeader } from './header.js';
import {
  decodeContentType,
  decodeHeaders,
  encodeContentType,
  type HeaderContext,
  LOWEST_VERSION,
  writeHeaders,
} from './headers.js';
import type { EncodingVersion } from './primitives.js';

export interface Message {
  /** Content-Type first, where there is one. */
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

export const NO_BODY = new Uint8Array(0);

/** The ContentType field cannot be left out. RFC 2616 §7.2.1 says what a body without a type is; no body is plain text. */
function contentTypeOf({ headers, body }: Message): string {
  return (
    headerValue(headers, 'Content-Type') ?? (body.length === 0 ? 'text/plain' : 'application/octet-stream')
  );
}

/** ContentType and Headers. The length is in the PDU, and so not sent again, except that of a body that is not there. */
export function encodeMessageHeaders(message: Message, context: HeaderContext): Uint8Array {
  const writer = new Writer(128);
  writer.octets(encodeContentType(contentTypeOf(message), context.encodingVersion));
  const others = withoutHeader(message.headers, 'Content-Type');
  // §8.4.2.20: in the reply to HEAD the client learns the length from the header.
  const kept = message.body.length === 0 ? others : withoutHeader(others, 'Content-Length');
  writeHeaders(writer, kept, context);
  return writer.done();
}

/** ContentType and Headers of a PDU whose data is `body`. */
export function decodeMessage(
  octets: Uint8Array,
  body: Uint8Array,
  context: HeaderContext,
  record?: Field[],
  base = 0,
): Message {
  const reader = new Reader(octets, 'WSP', record, base);
  const first: readonly Header[] =
    reader.left === 0 ? [] : [{ name: 'Content-Type', value: decodeContentType(reader) }];
  const others = decodeHeaders(reader, context);
  // The field of the PDU decides, whatever a peer repeats among the headers.
  const once = first.length > 0 ? withoutHeader(others, 'Content-Type') : others;
  return { headers: [...first, ...once].map((each) => withSize(each, body)), body };
}

/** §8.4.2.23: the last position of a Content-Range follows from the size of the body. */
function withSize(header: Header, body: Uint8Array): Header {
  const match = header.name === 'Content-Range' ? /^bytes (\d+)-\*\/(.*)$/.exec(header.value) : null;
  if (match === null) return header;
  const first = Number(match[1]);
  const positions = body.length === 0 ? '*' : `${first}-${first + body.length - 1}`;
  return { name: header.name, value: `bytes ${positions}/${match[2]}` };
}

/** A URI is octets on the wire (§6.2.6); one character an octet keeps them all. */
export function decodeUri(octets: Uint8Array): string {
  return decodeLatin1(octets);
}

export function encodeUri(uri: string): Uint8Array {
  return encodeLatin1(uri) ?? encodeUtf8(uri);
}

/** §8.4.2.70: the version that a peer names for the pages of the WAP Forum; 1.2 where it names none. */
export function encodingVersionIn(headers: readonly Header[]): EncodingVersion {
  for (const value of headerValues(headers, 'Encoding-Version')) {
    const version = value.trim();
    if (isEncodingVersion(version)) return version;
  }
  return LOWEST_VERSION;
}

function isEncodingVersion(text: string): text is EncodingVersion {
  return /^\d{1,3}\.\d{1,3}$/.test(text);
}

/** The headers, with an Encoding-Version where they have none. */
export function withEncodingVersion(headers: readonly Header[], version: EncodingVersion): readonly Header[] {
  if (headerValue(headers, 'Encoding-Version') !== undefined) return headers;
  return [...headers, { name: 'Encoding-Version', value: version }];
}

/**
 * Whether the headers have a binary encoding that nobody agreed on: a name without an assignment, or a page that was not
 * negotiated. §8.4.2.70 wants status 400 for it.
 */
export function hasUnsupportedEncoding(headers: readonly Header[]): boolean {
  return headers.some(
    ({ name, value }) => name.startsWith('Unknown-0x') || (name === 'Content-Type' && value.startsWith('0x')),
  );
}
