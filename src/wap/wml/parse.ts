/** WML text to a deck, with everything that is wrong with it: WAP-191. */
import { DecodeError } from '../errors.js';
import { isElement, isText, type Text, type XmlElement } from '../wbxml/model.js';
import { parseXml } from '../wbxml/xml.js';
import type { VText, WmlElement } from './model.js';

/** Something that is wrong with a deck, or unwise. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly message: string;
  /** Where the rule stands, in WAP-191 unless another document is named: `§9.7`. */
  readonly section?: string;
}

export interface ParsedWml {
  /** Absent where the text is not well-formed. */
  readonly document?: WmlElement;
  /** In the order of the text. */
  readonly findings: readonly Finding[];
}

/** The deck that a text is, and what is wrong with it. */
export function parseWml(source: string): ParsedWml {
  try {
    return { document: deckOf(parseXml(source).root), findings: [] };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { findings: [{ severity: 'error', line: 1, column: error.offset + 1, message: error.rule }] };
  }
}

function deckOf(element: XmlElement): WmlElement {
  const { name, position } = element;
  const children: (WmlElement | VText)[] = [];
  for (const child of element.children) {
    if (isText(child)) children.push(vtext(child));
    else if (isElement(child)) children.push(deckOf(child));
  }
  const attributes = new Map<string, VText>();
  for (const [key, value] of element.attributes) attributes.set(key, vtext(value));
  return { name, attributes, children, ...(position !== undefined && { position }) };
}

function vtext(text: Text): VText {
  const parts: VText[number][] = [];
  for (const part of text) if (typeof part === 'string' || 'variable' in part) parts.push(part);
  return parts;
}
