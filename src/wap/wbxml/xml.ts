/** XML text to a document and back, with the words of a document type where it is known. */
import { DecodeError } from '../errors.js';
import { fromHex, toHex } from '../octets.js';
import { type DocumentType, variableContext } from './document-type.js';
import {
  isElement,
  isText,
  noAttributes,
  noChildren,
  type Part,
  type ProcessingInstruction,
  type Text,
  type XmlDocument,
  type XmlElement,
} from './model.js';
import { hexOctet } from './names.js';
import { documentTypeByPublicId, documentTypeByRoot } from './tables/index.js';
import { TreeBuilder } from './tree.js';
import { escapeDollars, formatVariable, parseVariables } from './variables.js';
import {
  type Doctype,
  Places,
  readXml,
  tagPlace,
  type XmlAttributes,
  type XmlVisitor,
} from './xml-reader.js';

/**
 * XML text as a document. Text that is not well-formed is a `DecodeError` whose offset counts UTF-16 code units.
 *
 * @param type the document type; else the one that the DOCTYPE or the document element names
 */
export function parseXml(source: string, type?: DocumentType): XmlDocument {
  return readDocument(source, type, (_, doctype) => new TreeVisitor(source, doctype)).document();
}

class TreeVisitor implements DocumentVisitor {
  readonly #source: string;
  readonly #doctype: Doctype | undefined;
  readonly #places: Places;
  readonly #builder = new TreeBuilder();
  /** Of the element that began last. */
  #attributes = new Map<string, Text>();

  constructor(source: string, doctype: Doctype | undefined) {
    this.#source = source;
    this.#doctype = doctype;
    this.#places = new Places(source);
  }

  startTag(name: string, count: number, end: number): void {
    const position = this.#places.of(tagPlace(this.#source, end));
    if (count > 0) this.#attributes = new Map();
    this.#builder.startElement(name, count > 0 ? this.#attributes : noAttributes, position);
  }

  attribute(name: string, value: string | Text): void {
    this.#attributes.set(name, typeof value === 'string' ? [value] : value);
  }

  text(text: string | Text): void {
    this.#builder.text(typeof text === 'string' ? [text] : text);
  }

  processingInstruction(instruction: ProcessingInstruction): void {
    this.#builder.processingInstruction(instruction);
  }

  endElement(): void {
    this.#builder.endElement();
  }

  document(): XmlDocument {
    const { publicId, systemId } = this.#doctype ?? {};
    const document = this.#builder.document();
    if (document === undefined) throw new DecodeError('XML', 0, 'there is no document element');
    return {
      ...(publicId !== undefined && { publicId }),
      ...(systemId !== undefined && { systemId }),
      ...document,
    };
  }
}

/** Is told what a document consists of, in the words of its document type. */
export interface DocumentVisitor {
  /**
   * @param count how many attributes follow
   * @param end in the source, behind the tag
   */
  startTag(name: string, count: number, end: number): void;
  /** A value that is one string comes as that. */
  attribute(name: string, value: string | Text): void;
  /** Never twice in a row, never empty; text that is one string comes as that. */
  text(text: string | Text): void;
  processingInstruction(instruction: ProcessingInstruction): void;
  endElement(): void;
}

/** Makes the visitor of a document when its type is known, or known not to be: when its document element begins. */
export type OpenDocument<V extends DocumentVisitor> = (
  type: DocumentType | undefined,
  doctype: Doctype | undefined,
  root: string,
) => V;

/**
 * XML text as events, without a tree; the answer is the visitor, when it has seen all. Text that is not well-formed is a
 * `DecodeError`, after the events before it.
 *
 * @param type the document type; else the one that the DOCTYPE or the document element names
 */
export function readDocument<V extends DocumentVisitor>(
  source: string,
  type: DocumentType | undefined,
  open: OpenDocument<V>,
): V {
  const reader = new DocumentReader(source, type, open);
  readXml(source, reader);
  if (reader.visitor === undefined) throw new DecodeError('XML', 0, 'there is no document element');
  return reader.visitor;
}

/** What a document is an instance of, by its public identifier or its document element. */
export function documentTypeOf(document: XmlDocument): DocumentType | undefined {
  const named = document.publicId === undefined ? undefined : documentTypeByPublicId(document.publicId);
  return named ?? documentTypeByRoot(document.root.name);
}

class DocumentReader<V extends DocumentVisitor> implements XmlVisitor {
  visitor: V | undefined;
  readonly #places: Places;
  /** Whether our notation for what XML has no words for can stand in the text at all. */
  readonly #hasParts: boolean;
  readonly #open: OpenDocument<V>;
  #type: DocumentType | undefined;
  #doctype: Doctype | undefined;
  /** Processing instructions before the document element. */
  readonly #before: ProcessingInstruction[] = [];
  #depth = 0;
  /** Text of the current element that may still grow, by a CDATA section for instance. */
  #text = '';
  #parts: Part[] = [];

  constructor(source: string, type: DocumentType | undefined, open: OpenDocument<V>) {
    this.#places = new Places(source);
    this.#hasParts = source.includes('?wbxml ');
    this.#type = type;
    this.#open = open;
  }

  entities(): Readonly<Record<string, string>> | undefined {
    return this.#type?.table.entities;
  }

  doctype(doctype: Doctype): void {
    this.#doctype = doctype;
    if (doctype.publicId !== undefined) this.#type ??= documentTypeByPublicId(doctype.publicId);
    this.#type ??= documentTypeByRoot(doctype.name);
  }

  startElement(name: string, { count, names, values }: XmlAttributes, end: number): void {
    this.#flush();
    const visitor = this.visitor ?? this.#opened(name);
    visitor.startTag(name, count, end);
    for (let i = 0; i < count; i++) {
      const attribute = names[i] ?? '';
      visitor.attribute(attribute, this.#value(values[i] ?? '', attribute));
    }
    this.#depth++;
  }

  endElement(): void {
    this.#flush();
    this.#depth--;
    this.visitor?.endElement();
  }

  text(text: string): void {
    this.#text += text;
  }

  processingInstruction(target: string, data: string): void {
    if (this.#depth > 0 && target === 'wbxml') {
      const part = parsePart(data);
      if (part !== undefined) {
        this.#closeText();
        this.#parts.push(part);
        return;
      }
    }
    this.#flush();
    const instruction = { target, data: data === '' ? [] : [data] };
    if (this.visitor === undefined) this.#before.push(instruction);
    else this.visitor.processingInstruction(instruction);
  }

  error(message: string, at: number): void {
    const { line, column } = this.#places.of(at);
    throw new DecodeError('XML', at, `${message} (line ${line}, column ${column})`);
  }

  /** The visitor, which is made when the document element begins. */
  #opened(name: string): V {
    this.#type ??= documentTypeByRoot(name);
    const visitor = this.#open(this.#type, this.#doctype, name);
    for (const instruction of this.#before) visitor.processingInstruction(instruction);
    this.visitor = visitor;
    return visitor;
  }

  #value(value: string, name: string): string | Text {
    if (this.#hasParts) return notedText(value, name, this.#type);
    if (value === '') return noChildren;
    return value.includes('$') ? plainText(value, name, this.#type) : value;
  }

  #closeText(): void {
    if (this.#text === '') return;
    const context = variableContext(this.#type);
    if (context === undefined || !this.#text.includes('$')) this.#parts.push(this.#text);
    else for (const part of parseVariables(this.#text, context)) this.#parts.push(part);
    this.#text = '';
  }

  #flush(): void {
    const text = this.#text;
    if (this.#parts.length === 0) {
      if (text === '') return;
      if (this.#depth > 0 && !text.includes('$')) {
        this.#text = '';
        this.visitor?.text(text);
        return;
      }
    }
    this.#closeText();
    if (this.#parts.length === 0) return;
    if (this.#depth > 0) this.visitor?.text(this.#parts);
    this.#parts = [];
  }
}

const partNotation = /<\?wbxml ([^?]*)\?>/g;

/** A string of an attribute value as parts; ours for what XML has no words for are found again. */
function notedText(value: string, name: string, type: DocumentType | undefined): Text {
  const parts: Part[] = [];
  let from = 0;
  for (const match of value.matchAll(partNotation)) {
    const part = parsePart(match[1] ?? '');
    if (part === undefined) continue;
    for (const before of plainText(value.slice(from, match.index), name, type)) parts.push(before);
    parts.push(part);
    from = match.index + match[0].length;
  }
  for (const rest of plainText(value.slice(from), name, type)) parts.push(rest);
  return parts;
}

function plainText(value: string, name: string, type: DocumentType | undefined): Text {
  if (value === '') return [];
  const context = variableContext(type, name);
  return context === undefined || !value.includes('$') ? [value] : parseVariables(value, context);
}

/** What XML has no words for, in ours: a processing instruction `wbxml`. */
function formatPart(part: Exclude<Part, string>): string {
  if ('variable' in part) return '';
  if ('opaque' in part) return `<?wbxml opaque ${toHex(part.opaque).toUpperCase()}?>`;
  if ('token' in part) return `<?wbxml value ${hexOctet(part.page)}-${hexOctet(part.token)}?>`;
  const { extension, value } = part;
  if (value === undefined) return `<?wbxml ext-${extension}?>`;
  if (typeof value === 'number') return `<?wbxml ext-t-${extension} ${value}?>`;
  return `<?wbxml ext-i-${extension} ${encodeURIComponent(value)}?>`;
}

const partPattern =
  /^(?:opaque ([0-9A-F]*)|value ([0-9A-F]{2})-([89A-F][0-9A-F])|ext-([012])|ext-t-([012]) (\d{1,10})|ext-i-([012]) ([\w.!~*'()%-]*))$/;

function parsePart(text: string): Part | undefined {
  const match = partPattern.exec(text);
  if (match === null) return undefined;
  const [, opaque, page, token, single, numbered, number, inline, string] = match;
  if (opaque !== undefined) {
    const octets = fromHex(opaque);
    return octets && { opaque: octets };
  }
  if (page !== undefined && token !== undefined) {
    return { page: Number.parseInt(page, 16), token: Number.parseInt(token, 16) };
  }
  if (single !== undefined) return { extension: extensionNumber(single) };
  if (numbered !== undefined) return { extension: extensionNumber(numbered), value: Number(number) };
  return { extension: extensionNumber(inline ?? ''), value: decodeURIComponent(string ?? '') };
}

function extensionNumber(digit: string): 0 | 1 | 2 {
  return digit === '0' ? 0 : digit === '1' ? 1 : 2;
}

/** The document as XML text: with declaration, DOCTYPE and, beyond that, nothing that is not in the document. */
export function formatXml(document: XmlDocument, type?: DocumentType): string {
  const { publicId, systemId, before = [], root, after = [] } = document;
  let text = '<?xml version="1.0"?>\n';
  if (publicId !== undefined) {
    const place = type?.table.publicIds.indexOf(publicId) ?? -1;
    const system = systemId ?? type?.table.systemIds?.[place] ?? '';
    text += `<!DOCTYPE ${root.name} PUBLIC "${publicId}" "${system}">\n`;
  }
  for (const instruction of before) text += `${formatInstruction(instruction, type)}\n`;
  text += `${formatElement(root, type)}\n`;
  for (const instruction of after) text += `${formatInstruction(instruction, type)}\n`;
  return text;
}

/** An element with all that is in it. */
export function formatElement(element: XmlElement, type?: DocumentType): string {
  const { name, attributes, children } = element;
  let text = `<${name}`;
  if (attributes.size > 0) for (const [key, value] of attributes) text += formatAttribute(key, value, type);
  if (children.length === 0) return `${text}/>`;
  text += '>';
  for (const child of children) {
    if (isText(child)) text += formatText(child, type);
    else if (isElement(child)) text += formatElement(child, type);
    else text += formatInstruction(child, type);
  }
  return `${text}</${name}>`;
}

/** An attribute with the space before it. */
function formatAttribute(name: string, value: Text, type: DocumentType | undefined): string {
  let text = ` ${name}="`;
  const context = variableContext(type, name);
  for (const part of value) {
    if (typeof part === 'string') text += escapeValue(context === undefined ? part : escapeDollars(part));
    else if ('variable' in part) text += formatVariable(part, context?.conversion ?? 'noesc');
    else text += escapeValue(formatPart(part));
  }
  return `${text}"`;
}

/** Character data of an element. */
function formatText(value: Text, type: DocumentType | undefined): string {
  let text = '';
  const context = variableContext(type);
  for (const part of value) {
    if (typeof part === 'string') text += escapeText(context === undefined ? part : escapeDollars(part));
    else if ('variable' in part) text += formatVariable(part, context?.conversion ?? 'noesc');
    else text += formatPart(part);
  }
  return text;
}

/** Data that would end the instruction is cut apart, as no escape exists. */
function formatInstruction({ target, data }: ProcessingInstruction, type: DocumentType | undefined): string {
  const text = data.map((part) => (typeof part === 'string' ? part : formatText([part], type))).join('');
  return text === '' ? `<?${target}?>` : `<?${target} ${clean(text).replaceAll('?>', '? >')}?>`;
}

/** XML 1.0 has no way to write these: the replacement character stands for them. */
const unwritable = '\\0-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff';
const unwritables = new RegExp(`[${unwritable}]`, 'g');
const special = new RegExp(`[&<>\\r${unwritable}]`);
const specialInValue = new RegExp(`[&<"\\t\\n\\r${unwritable}]`);

function clean(text: string): string {
  return text.replace(unwritables, '\ufffd');
}

function escapeText(text: string): string {
  if (!special.test(text)) return text;
  return clean(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

function escapeValue(text: string): string {
  if (!specialInValue.test(text)) return text;
  return clean(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#9;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\r', '&#13;');
}
