/** WML as a document: decks of elements, with variables in their text (WAP-191 §10.3). */
import type { Position, VariableReference } from '../wbxml/model.js';

export type { Conversion, Position, VariableReference } from '../wbxml/model.js';

/** Text with variables: strings, and references between them. Neighbouring strings are one; empty text has no parts. */
export type VText = readonly (string | VariableReference)[];

export interface WmlElement {
  readonly name: string;
  /** As written, in document order; `attributeOf` knows the defaults. */
  readonly attributes: ReadonlyMap<string, VText>;
  /** Text is an array, an element is not: see `isText`. */
  readonly children: readonly (WmlElement | VText)[];
  /** Where the start tag begins in the source text; absent where the deck was binary. */
  readonly position?: Position;
}

/** Whether a child is text. */
export function isText(node: WmlElement | VText): node is VText {
  return Array.isArray(node);
}

/** Whether a child is an element. */
export function isElement(node: WmlElement | VText): node is WmlElement {
  return !Array.isArray(node);
}
