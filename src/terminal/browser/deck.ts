/** A deck as the user agent works with it: WAP-191 §11. */
import type { Millis } from '../../wap/time.js';
import { isElement, type VText, type WmlElement } from '../../wap/wml/index.js';
import type { Header } from '../../wap/wsp/index.js';

export interface Deck {
  /** Absolute, without fragment: the base of relative URLs. */
  readonly url: string;
  readonly root: WmlElement;
  readonly template: WmlElement | undefined;
  readonly cards: readonly [WmlElement, ...WmlElement[]];
  /** §11.3.1; `undefined` where access control is disabled. */
  readonly access: { readonly domain: string | undefined; readonly path: string | undefined } | undefined;
  /** `meta` elements with forua="true", by their property: what the server tells the user agent (§11.3.2). */
  readonly metas: ReadonlyMap<string, string>;
  /** Those of `metas` that stand for headers of the response (http-equiv). */
  readonly httpEquiv: readonly Header[];
  /** The encoding that it came in: what its forms are sent in. */
  readonly charset?: string;
  /** Going back to it after this moment has to ask its server again: WAP-120 §4.1.1. */
  readonly revalidateFrom?: Millis;
}

/** What its transport says about a deck. */
export type Delivery = Pick<Deck, 'charset' | 'revalidateFrom'>;

/** Document elements: of WML, and of WTA-WML, which the WTA user agent shows besides (WAP-266 §7.2). */
const roots: readonly string[] = ['wml', 'wta-wml'];

/** Finds the parts of a document; `undefined` where it has no card. */
export function deckFrom(url: string, root: WmlElement, delivery: Delivery = {}): Deck | undefined {
  const [first, ...others] = elements(root, 'card');
  if (!roots.includes(root.name) || first === undefined) return undefined;
  const head = elements(root, 'head')[0];
  const access = head && elements(head, 'access')[0];
  const metas = new Map<string, string>();
  const httpEquiv: Header[] = [];
  for (const meta of head === undefined ? [] : elements(head, 'meta')) {
    if (literal(meta, 'forua') !== 'true') continue;
    const header = literal(meta, 'http-equiv');
    const value = literal(meta, 'content') ?? '';
    const name = literal(meta, 'name') ?? header;
    if (name !== undefined) metas.set(name, value);
    if (header !== undefined) httpEquiv.push({ name: header, value });
  }
  return {
    url,
    root,
    template: elements(root, 'template')[0],
    cards: [first, ...others],
    access: access && { domain: literal(access, 'domain'), path: literal(access, 'path') },
    metas,
    httpEquiv,
    ...delivery,
  };
}

/** Children of one name. */
export function elements(parent: WmlElement, name: string): readonly WmlElement[] {
  return parent.children.filter(isElement).filter((child) => child.name === name);
}

/** An attribute that may not refer to variables. */
export function literal(element: WmlElement, name: string): string | undefined {
  const value = element.attributes.get(name);
  return value && literalText(value);
}

/** Character data as it stands. */
function literalText(text: VText): string {
  return text.map((part) => (typeof part === 'string' ? part : '')).join('');
}

/** Whether a deck may be entered from `referrer`, the URL of the deck that asks: §11.3.1. */
export function mayEnter(deck: Deck, referrer: string | undefined): boolean {
  if (deck.access === undefined || referrer === undefined) return true;
  const [to, from] = [new URL(deck.url), new URL(referrer)];
  const domain = (deck.access.domain ?? to.hostname).toLowerCase();
  const path = new URL(deck.access.path ?? '/', to).pathname;
  const host = from.hostname.toLowerCase();
  if (host !== domain && !host.endsWith(`.${domain}`)) return false;
  return from.pathname === path || from.pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}

/** §12.5.1 step 4: the card that the fragment names, or the first. */
export function findCard(deck: Deck, fragment: string): WmlElement {
  return deck.cards.find((card) => literal(card, 'id') === fragment) ?? deck.cards[0];
}
