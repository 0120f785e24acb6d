/** A document to WBXML: WAP-192 §5 and §6. The twin is decode.ts. */
import { UsageError } from '../errors.js';
import { concat, Writer } from '../octets.js';
import { Body } from './body.js';
import { type Charset, charsetByMib, charsetByName, UTF_8 } from './charsets.js';
import { encodeDateTime } from './date-time.js';
import type { AttributeStart, AttributeWords, DocumentType, ElementWords } from './document-type.js';
import { MAX_DEPTH } from './limits.js';
import {
  isElement,
  isText,
  type Part,
  type ProcessingInstruction,
  type Text,
  type XmlDocument,
  type XmlElement,
} from './model.js';
import { parseUnknownAttribute, parseUnknownTag } from './names.js';
import { PUBLIC_ID_IN_STRING_TABLE, publicIdNumber, UNKNOWN_PUBLIC_ID } from './public-ids.js';
import { compressed, compressSpace, isBlank } from './space.js';
import { stringTable } from './string-table.js';
import { globalTokens, TAG_HAS_ATTRIBUTES, TAG_HAS_CONTENT } from './tokens.js';
import type { DocumentVisitor } from './xml.js';

/** WBXML versions that can be written. */
export const wbxmlVersions = ['1.0', '1.1', '1.2', '1.3'] as const;
export type WbxmlVersion = (typeof wbxmlVersions)[number];

export interface EncodeOptions {
  /** 1.3 where nothing else is asked for. */
  readonly version?: WbxmlVersion;
  /** Formal public identifier; else the document's, else the document type's first. */
  readonly publicId?: string;
  /** Name of the character encoding; UTF-8 where nothing else is asked for. */
  readonly charset?: string;
  /** Whether strings that repeat go into the string table where that is shorter; yes, where not refused. */
  readonly stringTable?: boolean;
}

/** The document in WBXML, with the tokens of `type`; with literals only where the type is not known. */
export function encodeWbxml(
  document: XmlDocument,
  type: DocumentType | undefined,
  options: EncodeOptions = {},
): Uint8Array {
  const { before = [], root, after = [] } = document;
  const publicId = options.publicId ?? document.publicId;
  const encoder = new WbxmlEncoder(type, { ...options, ...(publicId !== undefined && { publicId }) });
  for (const instruction of before) encoder.processingInstruction(instruction);
  visit(root, encoder, 0);
  for (const instruction of after) encoder.processingInstruction(instruction);
  return encoder.done();
}

function visit({ name, attributes, children }: XmlElement, encoder: WbxmlEncoder, depth: number): void {
  if (depth > MAX_DEPTH) throw new UsageError(`elements are nested more than ${MAX_DEPTH} deep`);
  encoder.startElement(name, attributes);
  for (const child of children) {
    if (isText(child)) encoder.text(child);
    else if (isElement(child)) visit(child, encoder, depth + 1);
    else encoder.processingInstruction(child);
  }
  encoder.endElement();
}

const { SWITCH_PAGE, END, ENTITY, STR_I, EXT_I_0, EXT_T_0, EXT_0, PI, OPAQUE } = globalTokens;

const extensionNumbers = { escape: 0, unesc: 1, noesc: 2 } as const;

/** An element whose end has not come. */
interface OpenElement {
  readonly words: ElementWords | undefined;
  /** Whether white space stays as it is. */
  preserve: boolean;
  /** The place of its tag in the body. */
  readonly tag: number;
  /** How long the body was before its content. */
  content: number;
  /** Whether the last child is one within a line; absent before the first. */
  previous: boolean | undefined;
}

/** Takes the events of a document in order; `done` gives its WBXML. */
export class WbxmlEncoder implements DocumentVisitor {
  readonly #body: Body;
  /** Names that only the string table can give, by the numbers of the strings that they stand for. */
  readonly #literals = new Map<number, string>();
  readonly #type: DocumentType | undefined;
  readonly #charset: Charset;
  readonly #options: EncodeOptions;
  #tagPage = 0;
  #attributePage = 0;
  readonly #outer: OpenElement[] = [];
  #current: OpenElement | undefined;
  /** Whether the attributes of a tag have no END yet. */
  #inAttributes = false;
  /** Text waits until it is known what follows: that decides about white space. */
  #waiting: string | Text | undefined;
  #octets: Uint8Array | undefined;

  constructor(type: DocumentType | undefined, options: EncodeOptions = {}) {
    const charset = options.charset === undefined ? charsetByMib(UTF_8) : charsetByName(options.charset);
    if (charset === undefined) throw new UsageError(`character encoding ${options.charset} is not supported`);
    this.#type = type;
    this.#charset = charset;
    this.#options = options;
    this.#body = new Body(charset.unit);
  }

  startElement(name: string, attributes: ReadonlyMap<string, Text>): void {
    this.startTag(name);
    if (attributes.size > 0) for (const [attribute, value] of attributes) this.attribute(attribute, value);
  }

  /** The beginning of an element, whose attributes follow one by one. */
  startTag(name: string): void {
    const type = this.#type;
    const words = type?.elements.get(name);
    const isInline = words?.inline === true;
    this.#flush(isInline);
    const outer = this.#current;
    if (outer !== undefined) {
      outer.previous = isInline;
      this.#outer.push(outer);
    }
    const preserve = type === undefined || outer?.preserve === true || words?.preserve === true;
    // What the tag announces is known only when the content is: an element of white space alone has none.
    const tag = this.#tag(name, words);
    this.#current = { words, preserve, tag, content: this.#body.length, previous: undefined };
  }

  /** An attribute of the element that has just begun. */
  attribute(name: string, value: string | Text): void {
    const element = this.#current;
    if (element === undefined) return;
    if (!this.#inAttributes) {
      this.#inAttributes = true;
      this.#body.amend(element.tag, TAG_HAS_ATTRIBUTES);
    }
    const first = typeof value === 'string' ? value : value[0];
    if (name === 'xml:space' && this.#type !== undefined) {
      if (first === 'preserve') element.preserve = true;
      else if (first === 'default') element.preserve = false;
    }
    const text = typeof first === 'string' ? first : '';
    const words = this.#type?.attributes.get(name);
    let carried = this.#attributeStart(name, words, text);
    const isOne = typeof value === 'string' || value.length === 1;
    if (words?.isDateTime && isOne) {
      const octets = encodeDateTime(text);
      if (octets !== undefined) {
        this.#opaque(octets);
        return;
      }
    }
    // An unknown start may carry a value: nothing is added to it.
    if (value.length === 0 && parseUnknownAttribute(name) === undefined) this.#string('', 0);
    if (typeof value === 'string') {
      if (text.length > carried) this.#valueText(text, carried);
      return;
    }
    for (const part of value) {
      if (typeof part !== 'string') this.#part(part);
      else if (part.length > carried) this.#valueText(part, carried);
      carried = 0;
    }
  }

  text(text: string | Text): void {
    this.#flush(undefined);
    const first = text.length === 1 ? text[0] : undefined;
    this.#waiting = typeof first === 'string' ? first : text;
  }

  processingInstruction({ target, data }: ProcessingInstruction): void {
    this.#flush(false);
    if (this.#current !== undefined) this.#current.previous = false;
    this.#body.octet(PI);
    const carried = this.#attributeStart(target, this.#type?.attributes.get(target), '');
    for (const part of data) {
      if (typeof part === 'string') this.#valueText(part, carried);
      else this.#part(part);
    }
    this.#body.octet(END);
  }

  endElement(): void {
    this.#flush(undefined);
    const element = this.#current;
    this.#current = this.#outer.pop();
    if (element === undefined || this.#body.length === element.content) return;
    this.#body.octet(END);
    this.#body.amend(element.tag, TAG_HAS_CONTENT);
  }

  /** The whole document. */
  done(): Uint8Array {
    this.#octets ??= this.#finished();
    return this.#octets;
  }

  #finished(): Uint8Array {
    const body = this.#body;
    const { mib, unit } = this.#charset;
    const { version = '1.3', stringTable: isShortened = true } = this.#options;
    const known = this.#type?.table;
    const publicId = this.#options.publicId ?? known?.publicIds[0];
    const number = publicId === undefined ? UNKNOWN_PUBLIC_ID : publicIdNumber(publicId, known);
    const header = new Writer();
    header.uint8(wbxmlVersions.indexOf(version));
    // A public identifier without a number is the first string of the table.
    if (number === undefined) header.uint8(PUBLIC_ID_IN_STRING_TABLE).uintvar(0);
    else header.uintvar(number);
    if (version !== '1.0') header.uintvar(mib);
    const { length } = body;
    /** Names that must stand in the table, and their numbers among the strings. */
    const required = new Map<string, number>();
    if (number === undefined && publicId !== undefined) this.#require(publicId, required);
    for (const name of this.#literals.values()) this.#require(name, required);
    if (required.size === 0 && !isShortened) {
      return concat([header.uintvar(0).done(), body.buffer.subarray(0, length)]);
    }
    const { octets, references } = stringTable(body, required.size, isShortened, unit);
    for (const [literal, name] of this.#literals) {
      references[literal] = references[required.get(name) ?? 0] ?? 0;
    }
    header.uintvar(octets.length);
    return concat([header.done(), octets, body.withReferences(length, references)]);
  }

  #require(name: string, required: Map<string, number>): void {
    if (required.has(name)) return;
    required.set(name, this.#body.starts.length);
    this.#body.string(STR_I, encoded(name, this.#charset));
  }

  /** Writes the text that waits before `next`: whether an element is one within a line; `undefined` before the end. */
  #flush(next: boolean | undefined): void {
    const element = this.#current;
    if (element === undefined) return;
    if (this.#inAttributes) {
      this.#inAttributes = false;
      this.#body.octet(END);
      element.content = this.#body.length;
    }
    const text = this.#waiting;
    if (text === undefined) return;
    this.#waiting = undefined;
    if (element.preserve) this.#text(text);
    else if (isBlank(text)) this.#blank(text, element, next);
    else if (this.#type?.table.compress === undefined) this.#text(text);
    else {
      const isBlock = element.words?.inline !== true;
      const trimStart = isBlock && element.previous === undefined;
      const trimEnd = isBlock && next === undefined;
      if (typeof text !== 'string') this.#text(compressSpace(text, trimStart, trimEnd));
      else if (this.#charset.mib !== UTF_8 || !this.#body.compressed(text, trimStart, trimEnd)) {
        this.#string(compressed(text, trimStart, trimEnd), 0);
      }
    }
  }

  /** White space alone is insignificant in most places: §6.1, WAP-191 §11.8.1. */
  #blank(text: string | Text, { words, previous }: OpenElement, next: boolean | undefined): void {
    if (words?.elementContent === true) return;
    if (this.#type?.table.compress === undefined) this.#text(text);
    else if (previous === true && next === true) this.#string(' ', 0);
  }

  /** A tag without the bits for attributes and content; the answer is its place. */
  #tag(name: string, words: ElementWords | undefined): number {
    const tag = words?.tag ?? parseUnknownTag(name);
    if (tag === undefined) {
      const at = this.#body.length;
      this.#literals.set(this.#body.literal(), name);
      return at;
    }
    if (tag.page !== this.#tagPage) {
      this.#tagPage = tag.page;
      this.#body.octet(SWITCH_PAGE);
      this.#body.octet(tag.page);
    }
    this.#body.octet(tag.token);
    return this.#body.length - 1;
  }

  #text(text: string | Text): void {
    if (typeof text === 'string') {
      this.#string(text, 0);
      return;
    }
    for (const part of text) {
      if (typeof part === 'string') this.#string(part, 0);
      else this.#part(part);
    }
  }

  /** Writes the start that leaves least to be written; the answer is how much of `text` it carries. */
  #attributeStart(name: string, words: AttributeWords | undefined, text: string): number {
    let best: AttributeStart | undefined;
    let most = Number.NEGATIVE_INFINITY;
    if (words !== undefined) {
      const first = text.charCodeAt(0);
      for (const start of words.starts) {
        const { prefix, page } = start;
        // To compare a first code unit is cheaper than to call startsWith.
        if (prefix !== '' && (prefix.charCodeAt(0) !== first || !text.startsWith(prefix))) continue;
        const saved = prefix.length - (page === this.#attributePage ? 0 : 2);
        if (saved <= most) continue;
        best = start;
        most = saved;
      }
    }
    const start = best ?? parseUnknownAttribute(name);
    if (start === undefined) {
      this.#literals.set(this.#body.literal(), name);
      return 0;
    }
    this.#attributeToken(start.page, start.token);
    return best?.prefix.length ?? 0;
  }

  #attributeToken(page: number, token: number): void {
    if (page !== this.#attributePage) {
      this.#attributePage = page;
      this.#body.octet(SWITCH_PAGE);
      this.#body.octet(page);
    }
    this.#body.octet(token);
  }

  /**
   * What stands in an attribute value from `begin` on: its longest value tokens, where they are shorter than staying in
   * the string.
   */
  #valueText(text: string, begin: number): void {
    const values = this.#type?.values;
    let from = begin;
    for (let at = values?.find(text, begin) ?? -1; at >= 0; ) {
      const value = values?.at(text, at);
      if (value === undefined) break;
      const end = at + value.text.length;
      // A token between two strings costs a second STR_I and its end; one that is the whole string saves both.
      const ends = (at === from ? 1 : 0) + (end === text.length ? 1 : 0);
      const pageSwitch = value.page === this.#attributePage ? 0 : 2;
      if (value.text.length - 1 - pageSwitch + 2 * (ends - 1) > 0) {
        if (at > from) this.#string(text, from, at);
        this.#attributeToken(value.page, value.token);
        from = end;
      }
      at = values?.find(text, end) ?? -1;
    }
    if (from === begin || from < text.length) this.#string(text, from);
  }

  /** A string, or what stands in one between two places; characters that the encoding lacks become ENTITY (§6.1). */
  #string(whole: string, from: number, to = whole.length): void {
    if (this.#charset.mib === UTF_8) {
      this.#body.utf8(STR_I, whole, from, to);
      return;
    }
    const text = whole.slice(from, to);
    const octets = this.#charset.encode(text);
    if (octets !== undefined) {
      this.#body.string(STR_I, octets);
      return;
    }
    let run = '';
    for (const character of text) {
      if (this.#charset.encode(character) !== undefined) {
        run += character;
        continue;
      }
      if (run !== '') this.#body.string(STR_I, encoded(run, this.#charset));
      run = '';
      this.#body.octet(ENTITY);
      this.#uintvar(character.codePointAt(0) ?? 0);
    }
    if (run !== '') this.#body.string(STR_I, encoded(run, this.#charset));
  }

  #part(part: Exclude<Part, string>): void {
    if ('variable' in part) this.#extension(extensionNumbers[part.conversion], part.variable);
    else if ('opaque' in part) this.#opaque(part.opaque);
    else if ('token' in part) this.#attributeToken(part.page, part.token);
    else if (typeof part.value === 'string') this.#extension(part.extension, part.value);
    else if (part.value === undefined) this.#body.octet(EXT_0 + part.extension);
    else {
      this.#body.octet(EXT_T_0 + part.extension);
      this.#uintvar(part.value);
    }
  }

  #extension(extension: 0 | 1 | 2, text: string): void {
    const token = EXT_I_0 + extension;
    if (this.#charset.mib === UTF_8) this.#body.utf8(token, text, 0, text.length);
    else this.#body.string(token, encoded(text, this.#charset));
  }

  #opaque(octets: Uint8Array): void {
    this.#body.octet(OPAQUE);
    this.#uintvar(octets.length);
    this.#body.octets(octets);
  }

  #uintvar(value: number): void {
    this.#body.octets(new Writer(5).uintvar(value).done());
  }
}

function encoded(text: string, charset: Charset): Uint8Array {
  const octets = charset.encode(text);
  if (octets === undefined) throw new UsageError(`the name ${text} cannot be written in ${charset.name}`);
  return octets;
}
