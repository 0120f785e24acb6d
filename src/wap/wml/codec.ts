/** Decks in their compact binary form: WAP-191 §14. */
import { DecodeError } from '../errors.js';
import { type DecodeOptions, decodeWbxml } from '../wbxml/decode.js';
import { documentType } from '../wbxml/document-type.js';
import { type EncodeOptions, encodeWbxml } from '../wbxml/encode.js';
import * as xml from '../wbxml/model.js';
import { documentTypeByPublicId } from '../wbxml/tables/index.js';
import { wml } from '../wbxml/tables/wml.js';
import { formatXml } from '../wbxml/xml.js';
import type { VText, WmlElement } from './model.js';

/** Formal public identifiers of the versions of WML. */
export const wmlPublicIds = {
  '1.0': '-//WAPFORUM//DTD WML 1.0//EN',
  '1.1': '-//WAPFORUM//DTD WML 1.1//EN',
  '1.2': '-//WAPFORUM//DTD WML 1.2//EN',
  '1.3': '-//WAPFORUM//DTD WML 1.3//EN',
} as const;

export type WmlVersion = keyof typeof wmlPublicIds;

export interface EncodeWmlOptions extends Omit<EncodeOptions, 'publicId'> {
  /** The version of WML that the deck says it is; 1.3 where nothing else is asked for. */
  readonly wml?: WmlVersion;
}

/** A deck in WMLC. White space is compressed as §11.8.1 tells. */
export function encodeWml(document: WmlElement, options: EncodeWmlOptions = {}): Uint8Array {
  const publicId = wmlPublicIds[options.wml ?? '1.3'];
  return encodeWbxml({ publicId, root: document }, documentTypeByPublicId(publicId), options);
}

/** WMLC as a deck: any octets give one, or a `DecodeError`. */
export function decodeWml(octets: Uint8Array, options: Omit<DecodeOptions, 'type'> = {}): WmlElement {
  const document = decodeWbxml(octets, options);
  const root =
    document.publicId === undefined
      ? decodeWbxml(octets, { ...options, type: documentType(wml) }).root
      : document.root;
  return deckOf(root);
}

/** A deck as XML text. */
export function formatWml(document: WmlElement, version: WmlVersion = '1.3'): string {
  const publicId = wmlPublicIds[version];
  return formatXml({ publicId, root: document }, documentTypeByPublicId(publicId));
}

/** The element without what WML gives no meaning: processing instructions (§7.8), opaque data, reserved tokens. */
function deckOf(element: xml.XmlElement): WmlElement {
  const children: (WmlElement | VText)[] = [];
  for (const child of element.children) {
    if (xml.isText(child)) {
      const text = vtext(child);
      if (text.length > 0) children.push(text);
    } else if (xml.isElement(child)) children.push(deckOf(child));
  }
  const attributes = new Map<string, VText>();
  for (const [name, value] of element.attributes) attributes.set(name, vtext(value));
  return { name: element.name, attributes, children };
}

function vtext(text: xml.Text): VText {
  const parts: VText[number][] = [];
  for (const part of text) if (typeof part === 'string' || 'variable' in part) parts.push(part);
  return parts;
}

/** Fails where a document is not a deck. */
export function requireDeck(element: WmlElement): WmlElement {
  if (element.name !== 'wml' && element.name !== 'wta-wml') {
    throw new DecodeError('WML', 0, `the document element is ${element.name}, not wml`);
  }
  return element;
}
