/** PAP over HTTP: WAP-247 §13. */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { decodeUtf8, fromBase64 } from '../../wap/octets.js';
import { sameText } from '../clients.js';
import type { Initiator, PushProxy } from './push-proxy.js';

/** Somebody who may submit. */
export interface InitiatorAccount {
  readonly name: string;
  readonly password: string;
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
  app.use(bodyLimit({ maxSize: options.maxBody, onError: (c) => c.text('the message is too long', 413) }));
  app.post('*', async (c) => {
    const initiator = authenticated(options.initiators, c.req.header('Authorization'));
    if (initiator === undefined)
      return c.text('who are you?', 401, { 'WWW-Authenticate': 'Basic realm="wappush"' });
    const body = new Uint8Array(await c.req.arrayBuffer());
    const xml = proxy.handle(c.req.header('Content-Type') ?? '', body, c.req.url, initiator);
    return c.body(xml, 202, { 'Content-Type': 'application/xml; charset=utf-8' });
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
      sameText(name, credentials.slice(0, colon)) && sameText(password, credentials.slice(colon + 1)),
  );
  return account && { name: account.name, ...(account.trusted && { trusted: true }) };
}
