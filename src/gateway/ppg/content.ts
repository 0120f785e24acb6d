/** What a push proxy does to the content of a message before it goes over the air: WAP-249 §5.1.2.1. */
import { DecodeError } from '../../wap/errors.js';
import {
  applicationOf,
  contentTypeOf,
  decodeCo,
  decodeSi,
  decodeSl,
  type Entity,
  mustNotTransform,
  otaHeaders,
  type PapStatus,
  type PushFlags,
  transformed,
  withoutTransferEncoding,
} from '../../wap/push/index.js';
import { headerValue } from '../../wap/wsp/index.js';
import { decodeText } from '../charset.js';
import { adapt, type Conversions } from '../encode.js';

/** Who submits, as the HTTP layer found out. */
export interface Initiator {
  /** The name that it logged in with, or that its certificate stands for; absent where nobody has to. */
  readonly name?: string;
  /** Whether terminals are told to trust its content (WAP-235 §6.2.5). */
  readonly trusted?: boolean;
}

/** The message as it goes over the air: WAP-249 §5.1.2.1. */
export function prepare(
  content: Entity,
  initiator: Initiator,
  conversions: Conversions,
): Entity | { readonly code: PapStatus; readonly problem: string } {
  const message = withoutTransferEncoding(content);
  const application = applicationOf(message);
  if (application === undefined)
    return { code: '2000', problem: 'X-Wap-Application-Id is no application id' };
  if (headerValue(message.headers, 'Content-Type') === undefined)
    return { code: '2000', problem: 'the content entity has no Content-Type' };
  const problem = contentProblem(message);
  if (problem !== undefined) return { code: '3006', problem };
  const adapted = adapt(message, [], conversions);
  if ('problem' in adapted) return { code: '3006', problem: adapted.problem };
  const type = headerValue(adapted.content.headers, 'Content-Type') ?? '';
  const entity = adapted.changed ? transformed(message, type, adapted.content.body) : message;
  const flags: PushFlags = {
    authenticated:
      initiator.name !== undefined && headerValue(message.headers, 'X-Wap-Initiator-URI') !== undefined,
    trusted: initiator.trusted === true,
  };
  return { headers: otaHeaders(entity, application, flags), body: entity.body };
}

/** Readers that check against the DTD, by content type. */
const validated: Readonly<Record<string, (xml: string) => unknown>> = {
  'text/vnd.wap.si': decodeSi,
  'text/vnd.wap.sl': decodeSl,
  'text/vnd.wap.co': decodeCo,
};

/** Indications, loads and cache operations are checked before a phone has to (WAP-167 §8.2.1, WAP-168 §9.2.1, WAP-175 §9.2.1). */
function contentProblem(message: Entity): string | undefined {
  const type = contentTypeOf(message);
  const read = Object.hasOwn(validated, type) ? validated[type] : undefined;
  if (read === undefined || mustNotTransform(message)) return undefined;
  const decoded = decodeText(message.body, charsetOf(message));
  if (decoded === undefined) return 'the text is not in its character set';
  try {
    read(decoded.text);
    return undefined;
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
}

/** What the entity says of its character set. */
export function charsetOf(entity: Entity): string | undefined {
  const type = headerValue(entity.headers, 'Content-Type') ?? '';
  return /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(type)?.[1];
}
