/** Decks in their compact binary form: WAP-191 §14. */
import { DecodeError } from '../errors.js';
import { type DecodeOptions, decodeWbxmlEvents, type WbxmlVisitor } from '../wbxml/decode.js';
import { documentType } from '../wbxml/document-type.js';
import { type EncodeOptions, encodeWbxml } from '../wbxml/encode.js';
import { noChildren, type Text } from '../wbxml/model.js';
import { documentTypeByPublicId } from '../wbxml/tables/index.js';
import { wml } from '../wbxml/tables/wml.js';
import { formatXml } from '../wbxml/xml.js';
import type { VText, WmlElement } from './model.js';

/** Formal public identifiers of the versions of WML, and of WTA-WML. */
export const wmlPublicIds = {
  '1.0': '-//WAPFORUM//DTD WML 1.0//EN',
  '1.1': '-//WAPFORUM//DTD WML 1.1//EN',
  '1.2': '-//WAPFORUM//DTD WML 1.2//EN',
  '1.3': '-//WAPFORUM//DTD WML 1.3//EN',
  'WTA-WML 1.2': '-//WAPFORUM//DTD WTA-WML 1.2//EN',
} as const;

export type WmlVersion = keyof typeof wmlPublicIds;

export interface EncodeWmlOptions extends Omit<EncodeOptions, 'publicId'> {
  /** The version of WML that the deck says it is; else 1.3, or WTA-WML 1.2 where the document element says so. */
  readonly wml?: WmlVersion;
}

/** A deck in WMLC. White space is compressed as §11.8.1 tells. */
export function encodeWml(document: WmlElement, options: EncodeWmlOptions = {}): Uint8Array {
  const publicId = wmlPublicIds[options.wml ?? versionOf(document)];
  return encodeWbxml({ publicId, root: document }, documentTypeByPublicId(publicId), options);
}

/** WMLC as a deck: any octets give one, or a `DecodeError`. What WML gives no meaning is left out. */
export function decodeWml(
  octets: Uint8Array,
  options: Omit<DecodeOptions, 'type' | 'fallback'> = {},
): WmlElement {
  const builder = new DeckBuilder();
  // §12.4: a deck of an unknown DTD is read with the tokens of WML.
  decodeWbxmlEvents(octets, builder, { ...options, fallback: documentType(wml) });
  const root = builder.root;
  if (root === undefined || !['wml', 'wta-wml', 'WML'].includes(root.name)) {
    throw new DecodeError('WML', 0, `the document element is ${root?.name}, not wml`);
  }
  return root;
}

/** A deck as XML text. */
export function formatWml(document: WmlElement, version: WmlVersion = versionOf(document)): string {
  const publicId = wmlPublicIds[version];
  return formatXml({ publicId, root: document }, documentTypeByPublicId(publicId));
}

function versionOf({ name }: WmlElement): WmlVersion {
  return name === 'wta-wml' ? 'WTA-WML 1.2' : name === 'WML' ? '1.0' : '1.3';
}

interface OpenElement extends WmlElement {
  readonly children: (WmlElement | VText)[];
}

class DeckBuilder implements WbxmlVisitor {
  root: OpenElement | undefined;
  readonly #open: OpenElement[] = [];
  #current: OpenElement | undefined;

  startElement(name: string, attributes: ReadonlyMap<string, Text>): void {
    const element: OpenElement = { name, attributes: deckAttributes(attributes), children: [] };
    if (this.#current === undefined) this.root = element;
    else {
      this.#current.children.push(element);
      this.#open.push(this.#current);
    }
    this.#current = element;
  }

  text(text: Text): void {
    const known = deckText(text);
    if (known.length > 0) this.#current?.children.push(known);
  }

  /** §7.8: WML makes no use of them. */
  processingInstruction(): void {}

  endElement(): void {
    this.#current = this.#open.pop();
  }
}

function isDeckText(text: Text): text is VText {
  return text.every((part) => typeof part === 'string' || 'variable' in part);
}

function deckText(text: Text): VText {
  if (isDeckText(text)) return text;
  const known = text.filter((part) => typeof part === 'string' || 'variable' in part);
  return known.length === 0 ? noChildren : known;
}

function isDeckAttributes(attributes: ReadonlyMap<string, Text>): attributes is ReadonlyMap<string, VText> {
  for (const value of attributes.values()) if (!isDeckText(value)) return false;
  return true;
}

function deckAttributes(attributes: ReadonlyMap<string, Text>): ReadonlyMap<string, VText> {
  if (isDeckAttributes(attributes)) return attributes;
  return new Map([...attributes].map(([name, value]) => [name, deckText(value)]));
}
