/** Multiparts between their MIME form and WSP's: WAP-236 §6.9, WAP-230 §8.5. */
import { DecodeError } from '../wap/errors.js';
import { decodeLatin1 } from '../wap/octets.js';
import {
  decodeMultipart,
  encodeMediaType,
  encodeMultipart,
  type MediaType,
  withHeader,
  withoutTransferEncoding,
} from '../wap/push/index.js';
import {
  binaryMultipartType,
  decodeMultipart as decodeBinary,
  encodeMultipart as encodeBinary,
  type Header,
  headerValue,
  mimeMultipartType,
} from '../wap/wsp/index.js';
import { adapt, type Content, type Conversion, type Conversions, type Converted } from './encode.js';

/** Kinds that terminals take. */
const kinds = ['mixed', 'related', 'alternative'] as const;

/** Conversions of multiparts whose entities are converted by `inner`. A multipart within a multipart stays as it is. */
export function multipartConversions(inner: Conversions): Conversions {
  const conversions: Record<string, readonly Conversion[]> = {};
  for (const kind of kinds) {
    conversions[`multipart/${kind}`] = [
      {
        to: `application/vnd.wap.multipart.${kind}`,
        convert: (body, type, wanted) => toBinary(body, type, wanted, inner),
      },
    ];
  }
  return conversions;
}

function toBinary(
  body: Uint8Array,
  type: MediaType,
  wanted: readonly Header[],
  inner: Conversions,
): Converted {
  const contentType = binaryMultipartType(encodeMediaType(type));
  if (contentType === undefined) return { problem: `${type.type} is no multipart` };
  const entries: Content[] = [];
  try {
    for (const entity of decodeMultipart(body, type.parameters.boundary ?? '')) {
      const adapted = adapt(withoutTransferEncoding(entity), wanted, inner);
      if ('content' in adapted) entries.push(adapted.content);
      // Of alternatives, those that cannot be shown are not missed (§6.9.4).
      else if (adapted.status !== 406 || type.type !== 'multipart/alternative')
        return { problem: adapted.problem };
    }
    return { contentType, body: encodeBinary(entries) };
  } catch (error) {
    if (error instanceof DecodeError) return { problem: `${type.type} is malformed: ${error.rule}` };
    throw error;
  }
}

/**
 * What a terminal sends in WSP's form, in MIME's (§6.9.5); anything else as it is.
 * Throws `DecodeError` where the body is not what its type says.
 */
export function toMime(content: Content): Content {
  const type = mimeMultipartType(headerValue(content.headers, 'Content-Type') ?? '');
  if (type === undefined) return content;
  const entities = decodeBinary(content.body);
  const boundary = freeBoundary(content.body);
  return {
    headers: withHeader(content.headers, 'Content-Type', `${type}; boundary=${boundary}`),
    body: encodeMultipart(entities, boundary),
  };
}

/** One that does not occur; the same for the same octets, so that a run can be repeated. */
function freeBoundary(body: Uint8Array): string {
  const text = decodeLatin1(body);
  for (let i = 0; ; i++) {
    const boundary = `wapstack-${i}-boundary`;
    if (!text.includes(boundary)) return boundary;
  }
}
