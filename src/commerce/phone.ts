/** What the phone's gateway fetches: the signing deck, its script, and the answers. Plain HTTP, no cookies. */
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { encodeUtf8, fromBase64 } from '../wap/octets.js';
import { onPhone } from './sentences.js';
import { amount } from './signature-request.js';
import type { narrator, PhoneAnswer, Signing } from './signing.js';
import { answerDeck, signDeck, signScript } from './templates.js';

/**
 * The longest SignedContent that is looked at: a text, a certificate and a signature are about 2,000 octets; this leaves
 * room for long keys and two certificates.
 */
export const SIGNED_CONTENT_MAX = 8_192;

/** SignedContent in base64, every third character of it escaped, and the field's name. */
export const ANSWER_OCTETS_MAX = 32_768;

/** Options of Crypto.signText (WAP-161 §5.1.2): with the content as the card signed it, and with the certificate. */
const PLAIN_OPTIONS = '5';
/** With the certificate only: the content that was sealed on its way to the phone must not come back in the clear. */
const SEALED_OPTIONS = '4';

export interface PhoneParts {
  readonly signing: Signing;
  readonly name: string;
  readonly tell: ReturnType<typeof narrator>;
}

/**
 * The octets of the posted text. A plus sign that somebody forgot to escape has become a blank on the way; base64 has no
 * blanks of its own but line breaks. What is not base64 at all is passed on as it is, to be refused like any other
 * signature that is wrong.
 */
function toOctets(text: string): Uint8Array {
  const base64 = text
    .trim()
    .replace(/[\r\n]+/g, '')
    .replaceAll(' ', '+');
  return fromBase64(base64) ?? encodeUtf8(text);
}

export function phonePages({ signing, name, tell }: PhoneParts): Hono {
  const app = new Hono();

  function deck(c: Context, wml: string, status: 200 | 404 | 413 = 200) {
    // Fetched anew each time: the request may have ended meanwhile.
    return c.body(wml, status, {
      'Content-Type': 'text/vnd.wap.wml; charset=utf-8',
      'Cache-Control': 'no-cache, must-revalidate',
    });
  }

  function answer(c: Context, what: PhoneAnswer) {
    const [headline, explanation] = onPhone[what];
    return deck(c, answerDeck({ shop: name, headline, explanation }), what === 'unknown' ? 404 : 200);
  }

  app.get('/:token', (c) => {
    const token = c.req.param('token');
    const opened = signing.open(token);
    if (opened === undefined) return answer(c, 'unknown');
    const { request, order } = opened;
    const { transaction } = order;
    if (order.state === 'signed') return answer(c, 'already used');
    if (order.state === 'prepared') return answer(c, 'unknown');
    if (order.state !== 'awaiting signature') return answer(c, order.state);
    signing.reached(transaction);
    const wml = signDeck({
      countersignature: request.countersignature,
      shop: name,
      token,
      transaction,
      ...(signing.toSign(opened).sealed
        ? { about: 'Sealed:', what: 'only your card can open it' }
        : { about: 'Total EUR', what: amount(order.total) }),
    });
    tell('deck fetched', 'the phone asks what there is to sign', {
      transaction,
      octets: encodeUtf8(wml).length,
    });
    return deck(c, wml);
  });

  app.get('/:token/sign.wmls', (c) => {
    const opened = signing.open(c.req.param('token'));
    if (opened === undefined) return answer(c, 'unknown');
    const { text, sealed } = signing.toSign(opened);
    const script = signScript({ text, options: sealed ? SEALED_OPTIONS : PLAIN_OPTIONS });
    tell('script fetched', 'the phone fetches the script', {
      transaction: opened.order.transaction,
      octets: encodeUtf8(script).length,
    });
    return c.body(script, 200, {
      'Content-Type': 'text/vnd.wap.wmlscript; charset=utf-8',
      'Cache-Control': 'no-cache, must-revalidate',
    });
  });

  const limit = bodyLimit({
    maxSize: ANSWER_OCTETS_MAX,
    onError: (c) =>
      deck(c, answerDeck({ shop: name, headline: 'Too long', explanation: 'That answer is too long.' }), 413),
  });

  app.post('/:token', limit, async (c) => {
    const token = c.req.param('token');
    const form = new URLSearchParams(await c.req.text());
    const signedContent = form.get('signed');
    if (signedContent === null) return answer(c, signing.refuse(token, form.get('refusal') ?? ''));
    const octets = toOctets(signedContent);
    if (octets.length > SIGNED_CONTENT_MAX)
      return deck(c, answerDeck({ shop: name, headline: 'Too long', explanation: 'That is too long.' }), 413);
    return answer(c, await signing.receive(token, octets));
  });

  app.all('*', (c) => answer(c, 'unknown'));
  return app;
}
