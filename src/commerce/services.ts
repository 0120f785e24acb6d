/**
 * The WTA server (WAP-266-WTA §4.1.2): the channel with the service for incoming calls, its deck and script, and where that service
 * asks for the order that a call stands for. The gateway fetches it all for phones on its secure WTA port.
 */
import { type Context, Hono } from 'hono';
import { md5 } from '../wap/crypto.js';
import { encodeUtf8, toBase64 } from '../wap/octets.js';
import { channelMediaTypes, encodeChannel } from '../wta/index.js';
import { transactionOf } from './call.js';
import type { Signing } from './signing.js';
import { answerDeck, callDeck, callScript } from './templates.js';

export interface ServicesParts {
  readonly signing: Signing;
  readonly name: string;
  /** What the shop's telephone numbers begin with. */
  readonly prefix: string;
  /** Where the phone's gateway reaches the shop, without a slash at the end. */
  readonly publicUrl: string;
}

/** The channel that binds incoming calls: its identity on phones. */
export const CALL_CHANNEL = 'wapstack-signing-by-call';

/** Octets of the deck and the script in their compact forms, and some more. */
const CALL_CHANNEL_SPACE = 4096;

/** The channel document, which is pushed to phones or fetched by them. */
export function callChannel(publicUrl: string, name: string): string {
  const url = (path: string): string => `${publicUrl}/wta/${path}`;
  return encodeChannel({
    channelid: CALL_CHANNEL,
    maxspace: CALL_CHANNEL_SPACE,
    eventid: 'wtaev-cc/ic',
    useraccessible: false,
    success: url('installed'),
    failure: url('failed'),
    title: `${name}: sign by call`,
    abstract: 'A call of the shop shows what there is to sign.',
    resources: [
      { url: url('call.wml'), fragment: '' },
      { url: url('call.wmls'), fragment: '' },
    ],
  });
}

export function servicesPages({ signing, name, prefix, publicUrl }: ServicesParts): Hono {
  const app = new Hono();
  const etag = (text: string): string => `"${toBase64(md5(encodeUtf8(text)))}"`;
  const deck = callDeck({});
  const script = callScript({ prefix });

  function resource(c: Context, text: string, type: string) {
    return c.body(text, 200, {
      'Content-Type': `${type}; charset=utf-8`,
      ETag: etag(text),
      'Cache-Control': 'no-cache',
    });
  }

  function say(c: Context, headline: string, explanation: string, status: 200 | 404 = 200) {
    return c.body(answerDeck({ shop: name, headline, explanation }), status, {
      'Content-Type': 'text/vnd.wap.wml; charset=utf-8',
      'Cache-Control': 'no-cache',
    });
  }

  app.get('/channel', (c) => resource(c, callChannel(publicUrl, name), channelMediaTypes.text));
  app.get('/call.wml', (c) => resource(c, deck, 'text/x-wap-wta-wml'));
  app.get('/call.wmls', (c) => resource(c, script, 'text/vnd.wap.wmlscript'));
  app.get('/installed', (c) => say(c, 'Installed', 'Calls of the shop show what there is to sign.'));
  app.get('/failed', (c) => say(c, 'Not installed', 'The service could not be installed.'));

  // The number is no secret: it leads to the text only, and nobody can sign it but the card of the order's user.
  app.get('/called', (c) => {
    const transaction = transactionOf(prefix, c.req.query('from') ?? '');
    const token = transaction && signing.tokenOf(transaction);
    if (!token) return say(c, 'Nothing to sign', 'No order waits for this call.', 404);
    return c.redirect(`${publicUrl}/sign/${token}`, 302);
  });
  return app;
}
