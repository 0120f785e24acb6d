/** PAP over HTTP, also over TLS: WAP-247 §13. Initiators are known by a password or by a certificate. */
import { TLSSocket } from 'node:tls';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { decodeUtf8, fromBase64 } from '../../wap/octets.js';
import { sameText } from '../clients.js';
import type { Initiator } from './content.js';
import type { PushProxy } from './push-proxy.js';

/** Somebody who may submit: whoever knows the password, or has the key of the certificate. */
export interface InitiatorAccount {
  readonly name: string;
  readonly password?: string;
  /** SHA-256 of its certificate in hexadecimal digits, with or without colons: whoever issued it. */
  readonly fingerprint?: string;
  /** Subject of its certificate, `CN=shop,O=Example`, issued by one of the authorities that the server trusts. */
  readonly subject?: string;
  readonly trusted?: boolean;
}

export interface PapServerOptions {
  /** Empty: whoever reaches the port may submit. */
  readonly initiators: readonly InitiatorAccount[];
  /** Octets of a request. */
  readonly maxBody: number;
}

/**
 * The server: every POST, whatever its path, is a PAP message. HTTP's own statuses are about HTTP only; whatever PAP has to
 * say goes with 202 (§13.4.1).
 */
export function papServer(proxy: PushProxy, options: PapServerOptions): Hono {
  const app = new Hono();
  const tooLong = (c: Context) => c.text('the message is too long', 413);
  const counted = bodyLimit({ maxSize: options.maxBody, onError: tooLong });
  app.use((c, next) => {
    const length = c.req.header('Content-Length');
    // Where the length is told nothing has to be counted, and the body need not become a stream.
    if (length === undefined || c.req.header('Transfer-Encoding') !== undefined) return counted(c, next);
    return Number(length) > options.maxBody ? Promise.resolve(tooLong(c)) : next();
  });
  app.post('*', async (c) => {
    const initiator =
      byCertificate(options.initiators, certificateOf(c.env)) ??
      authenticated(options.initiators, c.req.header('Authorization'));
    if (initiator === undefined) {
      if (options.initiators.every(({ password }) => password === undefined))
        return c.text('your certificate is not known here', 403);
      return c.text('who are you?', 401, { 'WWW-Authenticate': 'Basic realm="wappush"' });
    }
    const body = new Uint8Array(await c.req.arrayBuffer());
    const answer = await proxy.handle(c.req.header('Content-Type') ?? '', body, c.req.url, initiator);
    return c.body(new Uint8Array(answer.body), 202, { 'Content-Type': answer.contentType });
  });
  app.all('*', (c) => c.text('PAP messages are posted', 405, { Allow: 'POST' }));
  return app;
}

/** HTTP Basic (RFC 2617 §2); `undefined` where somebody has to be known and is not. */
function authenticated(
  accounts: readonly InitiatorAccount[],
  authorization: string | undefined,
): Initiator | undefined {
  if (accounts.length === 0) return {};
  const octets = fromBase64(/^Basic\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1] ?? '');
  const credentials = octets && decodeUtf8(octets);
  const colon = credentials?.indexOf(':') ?? -1;
  if (credentials === undefined || colon < 0) return undefined;
  const account = accounts.find(
    ({ name, password }) =>
      password !== undefined &&
      sameText(name, credentials.slice(0, colon)) &&
      sameText(password, credentials.slice(colon + 1)),
  );
  return account && initiatorOf(account);
}

function initiatorOf({ name, trusted }: InitiatorAccount): Initiator {
  return { name, ...(trusted && { trusted: true }) };
}

/** A certificate whose key the client has proved to have in the handshake. */
interface ClientCertificate {
  /** Hexadecimal digits without colons, in small letters. */
  readonly fingerprint: string;
  /** `CN=shop,O=Example`; absent where none of the trusted authorities issued it: it could say anything. */
  readonly subject?: string;
}

/** What the connection says of its client, where it is one of TLS. @param env what the HTTP server hands to its pages */
function certificateOf(env: unknown): ClientCertificate | undefined {
  if (typeof env !== 'object' || env === null || !('incoming' in env)) return undefined;
  const { incoming } = env;
  if (typeof incoming !== 'object' || incoming === null || !('socket' in incoming)) return undefined;
  const { socket } = incoming;
  if (!(socket instanceof TLSSocket)) return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  return {
    fingerprint: plainDigits(certificate.fingerprint256),
    ...(socket.authorized && { subject: certificate.subject.split('\n').join(',') }),
  };
}

function byCertificate(
  accounts: readonly InitiatorAccount[],
  certificate: ClientCertificate | undefined,
): Initiator | undefined {
  if (certificate === undefined) return undefined;
  const { fingerprint, subject } = certificate;
  const account = accounts.find(
    (each) =>
      (each.fingerprint !== undefined && plainDigits(each.fingerprint) === fingerprint) ||
      (each.subject !== undefined && each.subject === subject),
  );
  return account && initiatorOf(account);
}

function plainDigits(fingerprint: string): string {
  return fingerprint.replace(/:/g, '').toLowerCase();
}
