/** The body of a PAP message: WAP-247 §7. Control entity, then content entity, then capabilities entity. */
import { DecodeError } from '../errors.js';
import { encodeUtf8, toHex } from '../octets.js';
import type { Random } from '../random.js';
import { headerValue } from '../wsp/header.js';
import { decodeMediaType, decodeMultipart, type Entity, encodeMultipart } from './mime.js';

/** What one HTTP request or response carries. */
export interface PapEntities {
  /** The XML document of §7.1: octets, since its character set is the document's own affair. */
  readonly control: Entity;
  /** §7.2: a push message (WAP-251); in a push submission only. */
  readonly content?: Entity;
  /** §7.3: UAProf; third in a submission, second in an answer to a capabilities query. */
  readonly capabilities?: Entity;
}

/** A body and the Content-Type that goes with it. */
export interface PapBody {
  readonly contentType: string;
  readonly body: Uint8Array;
}

/**
 * Splits a PAP message. A message of control information only is a plain application/xml entity; text/xml is taken too.
 * Whether a second entity is content or capabilities follows from the control entity, so `answer` says which.
 */
export function decodePapEntities(
  contentType: string,
  body: Uint8Array,
  answer: 'submission' | 'answer' = 'submission',
): PapEntities {
  const { type, parameters } = decodeMediaType(contentType);
  if (type === 'application/xml' || type === 'text/xml')
    return { control: { headers: [{ name: 'Content-Type', value: contentType }], body } };
  if (type !== 'multipart/related' && type !== 'multipart/mixed')
    throw new DecodeError(
      'PAP',
      0,
      `${type || 'no content type'} is neither multipart/related nor application/xml`,
    );
  const [control, second, third] = decodeMultipart(body, parameters.boundary ?? '');
  if (control === undefined) throw new DecodeError('PAP', 0, 'the control entity is missing');
  if (second === undefined) return { control };
  if (answer === 'answer') return { control, capabilities: second };
  return { control, content: second, ...(third && { capabilities: third }) };
}

/** Joins a PAP message, of control information only as plain application/xml. */
export function encodePapEntities(control: string, others: readonly Entity[], random: Random): PapBody {
  const octets = encodeUtf8(control);
  if (others.length === 0) return { contentType: 'application/xml', body: octets };
  // 128 bits nobody can guess: no entity contains them.
  const boundary = `wapstack-${toHex(random.octets(16))}`;
  const first: Entity = {
    headers: [{ name: 'Content-Type', value: 'application/xml; charset=utf-8' }],
    body: octets,
  };
  return {
    contentType: `multipart/related; boundary=${boundary}; type="application/xml"`,
    body: encodeMultipart([first, ...others], boundary),
  };
}

/** The type of an entity, without parameters, in small letters. */
export function entityType(entity: Entity): string {
  return decodeMediaType(headerValue(entity.headers, 'Content-Type') ?? '').type;
}
