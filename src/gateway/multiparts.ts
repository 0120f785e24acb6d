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

/** Multiparts within multiparts: mail has two or three; what lies deeper stays as it is. */
const MAX_NESTED = 4;

/** Conversions of multiparts whose entities are converted by `inner`, and so are the multiparts among them. */
export function multipartConversions(inner: Conversions): Conversions {
  let nested = inner;
  for (let i = 1; i < MAX_NESTED; i++) nested = { ...inner, ...oneLevel(nested) };
  return oneLevel(nested);
}

function oneLevel(inner: Conversions): Conversions {
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
 * What a terminal sends in WSP's form, in MIME's (§6.9.5), with the multiparts in it; anything else as it is.
 * Throws `DecodeError` where the body is not what its type says.
 */
export function toMime(content: Content): Content {
  return mimeForm(content, 1);
}

function mimeForm(content: Content, depth: number): Content {
  const type = mimeMultipartType(headerValue(content.headers, 'Content-Type') ?? '');
  if (type === undefined) return content;
  if (depth > MAX_NESTED) throw new DecodeError('WSP', 0, 'multiparts are nested too deeply');
  const entities = decodeBinary(content.body).map((entity) => mimeForm(entity, depth + 1));
  const boundary = freeBoundary(entities);
  return {
    headers: withHeader(content.headers, 'Content-Type', `${type}; boundary=${boundary}`),
    body: encodeMultipart(entities, boundary),
  };
}

/** One that does not occur; the same for the same octets, so that a run can be repeated. */
function freeBoundary(entities: readonly Content[]): string {
  const texts = entities.map(({ body }) => decodeLatin1(body));
  for (let i = 0; ; i++) {
    const boundary = `wapstack-${i}-boundary`;
    if (texts.every((text) => !text.includes(boundary))) return boundary;
  }
}
