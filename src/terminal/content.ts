/** What comes for a page as a deck: WML in binary or in source, plain text. */

import { Reader } from '../wap/octets.js';
import { charsetByMib, xmlText } from '../wap/wbxml/index.js';
import { decodeWml, decodeWml2, parseWml, type WmlElement } from '../wap/wml/index.js';
import { type Deck, type Delivery, deckFrom } from './browser/deck.js';
import type { Answer } from './fetcher.js';
import { charsetOf, decodeText, mediaType } from './media.js';

/**
 * The deck in an answer; `undefined` where it holds none.
 * @param isWta whether it is for the WTA user agent: nothing else shows WTA-WML, and WML 2.0, which services are written in (WAP-266 §7)
 */
export function deckOf(
  { contentType, body, freshness }: Answer,
  url: string,
  isWta = false,
): Deck | undefined {
  const revalidateFrom = freshness?.mustRevalidate ? freshness.staleFrom : undefined;
  const deck = (root: WmlElement, charset: string | undefined): Deck | undefined => {
    const delivery: Delivery = {
      ...(charset !== undefined && { charset }),
      ...(revalidateFrom !== undefined && { revalidateFrom }),
    };
    return root.name === 'wta-wml' && !isWta ? undefined : deckFrom(url, root, delivery);
  };
  switch (mediaType(contentType)) {
    case 'application/vnd.wap.wmlc':
    case 'application/x-wap-wta-wmlc':
      return deck(decodeWml(body), wbxmlCharset(body));
    case 'text/vnd.wap.wml':
    case 'text/x-wap-wta-wml': {
      const { document, findings } = parseWml(xmlText(body, charsetOf(contentType)));
      const error = findings.find(({ severity }) => severity === 'error');
      if (error !== undefined) throw new Error(`The deck is wrong in line ${error.line}: ${error.message}`);
      return document && deck(document, charsetOf(contentType));
    }
    case 'application/wml+xml':
      return isWta
        ? deck(decodeWml2(xmlText(body, charsetOf(contentType))), charsetOf(contentType))
        : undefined;
    case 'text/plain':
      return deck(plainDeck(decodeText(body, charsetOf(contentType) ?? 'us-ascii')), undefined);
  }
  return undefined;
}

/** The character set field of a WBXML document that has been decoded: WAP-192 §5.6. */
function wbxmlCharset(octets: Uint8Array): string | undefined {
  const reader = new Reader(octets, 'WBXML');
  const version = reader.uint8('version');
  if (reader.uintvar('publicid') === 0) reader.uintvar('publicid index');
  return version === 0 ? undefined : charsetByMib(reader.uintvar('charset'))?.name;
}

/** Plain text as a deck of one card. */
function plainDeck(text: string): WmlElement {
  const none = new Map<string, never>();
  const pre: WmlElement = { name: 'pre', attributes: none, children: [[text]] };
  const card: WmlElement = { name: 'card', attributes: none, children: [pre] };
  return { name: 'wml', attributes: none, children: [card] };
}

/** The words of a deck's first card, for a notice. */
export function plainText(deck: Deck | undefined): string {
  const words = (element: WmlElement): string =>
    element.children
      .map((child) =>
        'children' in child ? words(child) : child.filter((part) => typeof part === 'string').join(''),
      )
      .join(' ');
  return deck === undefined ? '' : words(deck.cards[0]).replace(/\s+/g, ' ').trim();
}
