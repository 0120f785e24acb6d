/** The gateway as a master pull proxy: WAP-187-TransportE2ESec-20010628-a §8. */
import { DecodeError } from '../wap/errors.js';
import {
  connectivityMediaTypes,
  decodeNavigation,
  defaultNavigationPolicy,
  domainAllowed,
  type NavigationDocument,
  type NavigationPolicy,
  refusedBy,
} from '../wap/provisioning/index.js';
import { decodeMediaType } from '../wap/push/index.js';
import { wbxmlToXml } from '../wap/wbxml/index.js';
import { type Header, headerValue, headerValues, withoutHeader } from '../wap/wsp/index.js';
import { namesType } from './accept.js';
import { decodeText } from './charset.js';

/** What the owner of the gateway has decided. */
export interface NavigationSettings extends NavigationPolicy {
  /** Seconds that a navigation document is good at the longest; nothing: as long as its origin says. */
  readonly maxAge?: number;
}

/** §8.1.1: as recommended. */
export const defaultNavigation: NavigationSettings = defaultNavigationPolicy;

/** A response of an origin. */
interface Response {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
  /** CN of the origin's certificate, where TLS was used. */
  readonly certificateName?: string;
}

/** What the terminal gets: the headers that go on, or the status that says why there is nothing. */
export type NavigationVerdict =
  | { readonly headers: readonly Header[] }
  | { readonly status: 403 | 502; readonly problem: string };

/**
 * Examines a navigation document on its way to the terminal; `undefined` where the response is none.
 * @param url what the origin was asked for
 * @param wanted the terminal's request headers
 * @param now for what an Expires header means
 */
export function navigation(
  settings: NavigationSettings,
  url: URL,
  response: Response,
  wanted: readonly Header[],
  now: number,
): NavigationVerdict | undefined {
  const given = headerValue(response.headers, 'Content-Type');
  // §8.1: no other status carries a navigation document.
  if (response.status !== 300 || given === undefined) return undefined;
  const { type, parameters } = decodeMediaType(given);
  const { text, binary } = connectivityMediaTypes;
  if (type !== text && type !== binary) return undefined;
  if (!namesType(wanted, binary) && !namesType(wanted, text))
    return {
      status: 403,
      problem: 'a secure proxy is offered, and the terminal takes no navigation documents',
    };
  let document: NavigationDocument;
  try {
    const source =
      type === binary ? wbxmlToXml(response.body) : decodeText(response.body, parameters.charset)?.text;
    if (source === undefined)
      return { status: 502, problem: 'the navigation document is not in its character set' };
    document = decodeNavigation(source);
  } catch (error) {
    if (error instanceof DecodeError)
      return { status: 502, problem: `the navigation document is malformed: ${error.rule}` };
    throw error;
  }
  const refused = refusedBy(settings, document);
  if (refused !== undefined)
    return { status: 403, problem: `the navigation document is refused: ${refused}` };
  // An empty domain that the policy lets through names nobody whom it could have been taken from.
  if (document.domain.trim() !== '' && !domainAllowed(document.domain, url, response.certificateName))
    return { status: 403, problem: `${url.host} may not send navigation documents for ${document.domain}` };
  return { headers: lifetime(response.headers, settings.maxAge, now) };
}

/** §8.2: another validity than the origin proposed is said with max-age, which goes before Expires (RFC 2616 §14.9.3). */
function lifetime(headers: readonly Header[], maxAge: number | undefined, now: number): readonly Header[] {
  if (maxAge === undefined) return headers;
  const control = headerValues(headers, 'Cache-Control')
    .flatMap((value) => value.split(','))
    .map((directive) => directive.trim())
    .filter((directive) => directive !== '');
  const proposed = proposedAge(control, headerValue(headers, 'Expires'), now);
  if (proposed !== undefined && proposed <= maxAge) return headers;
  const others = control.filter((directive) => !/^(s-)?max-?age\b/i.test(directive));
  return [
    ...withoutHeader(headers, 'Cache-Control'),
    { name: 'Cache-Control', value: [...others, `max-age=${maxAge}`].join(', ') },
  ];
}

function proposedAge(
  control: readonly string[],
  expires: string | undefined,
  now: number,
): number | undefined {
  for (const directive of control) {
    const seconds = /^max-age\s*=\s*"?(\d+)/i.exec(directive)?.[1];
    if (seconds !== undefined) return Number(seconds);
  }
  const at = expires === undefined ? Number.NaN : Date.parse(expires);
  return Number.isNaN(at) ? undefined : (at - now) / 1000;
}
