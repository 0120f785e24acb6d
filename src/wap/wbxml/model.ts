/**
 * A document as elements, attributes and text: what XML text and WBXML have in common (WAP-192 §6.2).
 *
 * Character data is a list of parts: plain strings, and between them what WBXML has tokens of its own for.
 */

/** Where in the source text something begins: both count from 1, columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** How the value of a variable is changed where it is put in: WAP-191 §10.3.1, Table 3. */
export type Conversion = 'escape' | 'unesc' | 'noesc';

/** A reference to a variable, with the conversion that holds there (the context's own where the author names none). */
export interface VariableReference {
  readonly variable: string;
  readonly conversion: Conversion;
}

/** An extension token that the document type gives no meaning (§5.8.4.2); a string is inline, a number an EXT_T's. */
export interface Extension {
  readonly extension: 0 | 1 | 2;
  readonly value?: string | number;
}

/** Application-specific data (§5.8.4.6) that the document type gives no text form. */
export interface Opaque {
  readonly opaque: Uint8Array;
}

/** An attribute value token that the document type does not define: kept, never guessed. */
export interface UnknownValue {
  readonly page: number;
  readonly token: number;
}

export type Part = string | VariableReference | Extension | Opaque | UnknownValue;

/** Character data. Neighbouring strings are one string; empty text has no parts. */
export type Text = readonly Part[];

/** §5.8.4.4. */
export interface ProcessingInstruction {
  readonly target: string;
  readonly data: Text;
}

export interface XmlElement {
  readonly name: string;
  /** In document order. */
  readonly attributes: ReadonlyMap<string, Text>;
  readonly children: readonly XmlNode[];
  readonly position?: Position;
}

export type XmlNode = XmlElement | Text | ProcessingInstruction;

export interface XmlDocument {
  /** The formal public identifier of the document type, where it is known. */
  readonly publicId?: string;
  readonly systemId?: string;
  /** Processing instructions before and after the root element. */
  readonly before?: readonly ProcessingInstruction[];
  readonly root: XmlElement;
  readonly after?: readonly ProcessingInstruction[];
}

/** Whether a child, or an attribute value, is character data. */
export function isText(node: XmlNode): node is Text {
  return Array.isArray(node);
}

/** Whether a child is an element. */
export function isElement(node: XmlNode): node is XmlElement {
  return 'children' in node;
}

/** Shared by all elements that have none. */
export const noAttributes: ReadonlyMap<string, Text> = new Map();

/** Shared by all elements that have none. */
export const noChildren: readonly never[] = [];
