/** Push messages as they reach the handset: which of its content types they are (WAP-251 §5, WAP-236 §7.3). */
import {
  applicationIds,
  applicationOf,
  decodeCo,
  decodePushFlags,
  decodeSi,
  decodeSl,
  type Invalidation,
  type ServiceIndication,
  type ServiceLoading,
  wmlUserAgent,
} from '../wap/push/index.js';
import type { Millis } from '../wap/time.js';
import { wbxmlToXml, xmlText } from '../wap/wbxml/index.js';
import { type Header, headerValue } from '../wap/wsp/index.js';
import { charsetOf, mediaType } from './media.js';

/** What a push message is for. */
export type Push =
  | { readonly type: 'indication'; readonly si: ServiceIndication }
  | { readonly type: 'loading'; readonly sl: ServiceLoading }
  | ({ readonly type: 'cache operation' } & CacheOperation);

export interface CacheOperation {
  readonly operations: readonly Invalidation[];
  readonly base: string | undefined;
  readonly date: Millis | undefined;
  /** WAP-175 §7: whose objects it may be about. */
  readonly allowed: (uri: string) => boolean;
}

/** The WML user agent, and whoever knows the content type (WAP-251 §5.2.2.1). */
const ours: readonly unknown[] = [wmlUserAgent, applicationIds['x-wap-application:*']];

/** Throws where the handset has no use for the message. @param applications those that it may be for */
export function decodePush(
  headers: readonly Header[],
  body: Uint8Array,
  applications: readonly unknown[] = ours,
): Push {
  const contentType = headerValue(headers, 'Content-Type') ?? '';
  const application = applicationOf({ headers, body });
  if (application !== undefined && !applications.includes(application)) {
    throw new Error('it is for an application that this handset does not have');
  }
  const text = (): string => xmlText(body, charsetOf(contentType));
  switch (mediaType(contentType)) {
    case 'application/vnd.wap.sic':
      return { type: 'indication', si: decodeSi(wbxmlToXml(body)) };
    case 'text/vnd.wap.si':
      return { type: 'indication', si: decodeSi(text()) };
    case 'application/vnd.wap.slc':
      return { type: 'loading', sl: decodeSl(wbxmlToXml(body)) };
    case 'text/vnd.wap.sl':
      return { type: 'loading', sl: decodeSl(text()) };
    case 'application/vnd.wap.coc':
      return { type: 'cache operation', ...pushed(headers, decodeCo(wbxmlToXml(body))) };
    case 'text/vnd.wap.co':
      return { type: 'cache operation', ...pushed(headers, decodeCo(text())) };
  }
  throw new Error(`${contentType} is no message for a handset`);
}

/** A Cache Operation that was asked for; `undefined` where the content is none. */
export function pulledCacheOperation(
  contentType: string,
  body: Uint8Array,
  headers: readonly Header[],
  url: string,
): CacheOperation | undefined {
  const type = mediaType(contentType);
  if (type !== 'application/vnd.wap.coc' && type !== 'text/vnd.wap.co') return undefined;
  const operations = decodeCo(type.endsWith('c') ? wbxmlToXml(body) : xmlText(body, charsetOf(contentType)));
  const location = headerValue(headers, 'Content-Location');
  return {
    operations,
    base: location !== undefined && URL.canParse(location, url) ? new URL(location, url).href : url,
    date: dateIn(headers),
    allowed: (uri) => authority(uri) === authority(url),
  };
}

function pushed(headers: readonly Header[], operations: readonly Invalidation[]): CacheOperation {
  const flags = decodePushFlags(Number(headerValue(headers, 'Push-Flag')) || 0);
  const initiator = headerValue(headers, 'X-Wap-Initiator-URI') ?? '';
  return {
    operations,
    // §6.2: X-Wap-Content-URI stands in for the address that a request would have had.
    base: [headerValue(headers, 'Content-Location'), headerValue(headers, 'X-Wap-Content-URI')].find(
      (uri) => uri !== undefined && URL.canParse(uri),
    ),
    date: dateIn(headers),
    allowed: (uri) => flags.trusted || (flags.authenticated && authority(uri) === authority(initiator)),
  };
}

function dateIn(headers: readonly Header[]): Millis | undefined {
  const date = Date.parse(headerValue(headers, 'Date') ?? '');
  return Number.isNaN(date) ? undefined : date;
}

function authority(uri: string): string | undefined {
  return URL.canParse(uri) ? new URL(uri).host : undefined;
}
