/** Push messages and what a proxy does to their headers: WAP-251, WAP-249 §5.1.2.1, WAP-235 §6.4. */
import { type Header, headerValue, withoutHeader } from '../wsp/header.js';
import {
  type ApplicationId,
  decodeApplicationId,
  encodeApplicationId,
  wmlUserAgent,
} from './application-id.js';
import { decodeMediaType, type Entity, withHeader } from './mime.js';

/** Bits of the Push-Flag header: WAP-235 §6.4.1.3. */
export const pushFlags = { authenticated: 1, trusted: 2, last: 4 } as const satisfies Record<string, number>;

export interface PushFlags {
  /** The proxy knows that the initiator is who the initiator URI says. */
  readonly authenticated?: boolean;
  readonly trusted?: boolean;
  /** As far as the proxy knows nothing follows: the terminal may leave the bearer. */
  readonly last?: boolean;
}

/** The value of Push-Flag; 0 stands for the header's absence. */
export function encodePushFlags(flags: PushFlags): number {
  return (
    (flags.authenticated ? pushFlags.authenticated : 0) +
    (flags.trusted ? pushFlags.trusted : 0) +
    (flags.last ? pushFlags.last : 0)
  );
}

export function decodePushFlags(value: number): Required<PushFlags> {
  return {
    authenticated: (value & pushFlags.authenticated) !== 0,
    trusted: (value & pushFlags.trusted) !== 0,
    last: (value & pushFlags.last) !== 0,
  };
}

/** WAP-251 §5.2.1: the headers of HTTP that mean something in a push message. */
const genericHeaders = [
  'Age',
  'Cache-Control',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Language',
  'Content-Length',
  'Content-Location',
  'Content-MD5',
  'Content-Range',
  'Content-Type',
  'Date',
  'Etag',
  'Expires',
  'Last-Modified',
  'Transfer-Encoding',
] as const;

/** Which application a message is for; without the header, the WML user agent. `undefined` where the header is no id. */
export function applicationOf(message: Entity): ApplicationId | undefined {
  const value = headerValue(message.headers, 'X-Wap-Application-Id');
  return value === undefined ? wmlUserAgent : decodeApplicationId(value);
}

/** WAP-249 §5.1.2.1.1: whether the body has to reach the terminal as it is. */
export function mustNotTransform(message: Entity): boolean {
  const directives = headerValue(message.headers, 'Cache-Control') ?? '';
  return directives.split(',').some((directive) => directive.trim().toLowerCase() === 'no-transform');
}

/**
 * The headers that travel over the air, Content-Type first. All that WAP-251 defines and all extensions go on (§6); what
 * belongs to the hop between initiator and proxy does not: Content-Length and Transfer-Encoding, which the datagram makes
 * superfluous, and Content-Transfer-Encoding, which was undone.
 * @param application the id that `applicationOf` settled; the default is left out, as WAP-249 §5.1.2.1.2 allows
 */
export function otaHeaders(
  message: Entity,
  application: ApplicationId,
  flags: PushFlags = {},
): readonly Header[] {
  const contentType = headerValue(message.headers, 'Content-Type') ?? 'application/octet-stream';
  let headers = message.headers;
  for (const name of [
    'Content-Type',
    'Content-Length',
    'Transfer-Encoding',
    'Content-Transfer-Encoding',
    'X-Wap-Application-Id',
    'Push-Flag',
  ]) {
    headers = withoutHeader(headers, name);
  }
  headers = [{ name: 'Content-Type', value: contentType }, ...headers.filter(({ name }) => travels(name))];
  if (application !== wmlUserAgent)
    headers = withHeader(headers, 'X-Wap-Application-Id', encodeApplicationId(application));
  const flag = encodePushFlags(flags);
  return flag === 0 ? headers : withHeader(headers, 'Push-Flag', String(flag));
}

/** A message whose body was transformed: its type revised, what described the old octets gone (WAP-249 §5.1.2.1.1). */
export function transformed(message: Entity, contentType: string, body: Uint8Array): Entity {
  let headers = message.headers;
  for (const name of [
    'Content-Length',
    'Content-MD5',
    'Content-Encoding',
    'Etag',
    'Content-Transfer-Encoding',
  ]) {
    headers = withoutHeader(headers, name);
  }
  return {
    headers: [{ name: 'Content-Type', value: contentType }, ...withoutHeader(headers, 'Content-Type')],
    body,
  };
}

/** The type of the body, without parameters, in small letters. */
export function contentTypeOf(message: Entity): string {
  return decodeMediaType(headerValue(message.headers, 'Content-Type') ?? '').type;
}

function travels(name: string): boolean {
  const wanted = name.toLowerCase();
  return wanted.startsWith('x-') || genericHeaders.some((known) => known.toLowerCase() === wanted);
}
