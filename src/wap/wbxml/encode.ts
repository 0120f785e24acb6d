/**
 * A document to WBXML: WAP-192 §5 and §6. The twin is decode.ts.
 *
 * The document becomes operations first, then octets: between the two it is known which strings repeat, and so which of
 * them the string table makes shorter.
 */
import { UsageError } from '../errors.js';
import { uintvarLength, Writer } from '../octets.js';
import { type Charset, charsetByMib, charsetByName, UTF_8 } from './charsets.js';
import { encodeDateTime } from './date-time.js';
import type { AttributeStart, DocumentType } from './document-type.js';
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
import { compressSpace, isBlank } from './space.js';
import { globalTokens, TAG_HAS_ATTRIBUTES, TAG_HAS_CONTENT } from './tokens.js';

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

const { SWITCH_PAGE, END, ENTITY, STR_I, LITERAL, EXT_I_0, EXT_T_0, EXT_0, PI, STR_T, OPAQUE } = globalTokens;

const extensionNumbers = { escape: 0, unesc: 1, noesc: 2 } as const;

/** A name that must stand in the string table, behind the token `literal`. */
interface LiteralName {
  readonly literal: number;
  readonly name: string;
}

/** A string behind EXT_I_`extension`, or its index behind EXT_T_`extension`. */
interface ExtensionString {
  readonly extension: 0 | 1 | 2;
  readonly name: string;
}

/** An octet; a string, inline or in the table; octets as they are; or what has an interface of its own. */
type Operation = number | string | Uint8Array | LiteralName | ExtensionString;

/** An element whose end has not come. */
interface OpenElement {
  readonly name: string;
  readonly preserve: boolean;
  /** The place of its tag among the operations. */
  readonly at: number;
  /** How many operations there were before its content. */
  readonly content: number;
  readonly token: number;
  /** The name of the last child, or `?`; absent before the first. */
  previous: string | undefined;
}

/** Takes the events of a document in order; `done` gives its WBXML. */
export class WbxmlEncoder {
  readonly #list: Operation[] = [];
  /** Names that only the string table can give. */
  readonly #literals: string[] = [];
  readonly #type: DocumentType | undefined;
  readonly #charset: Charset;
  readonly #options: EncodeOptions;
  #tagPage = 0;
  #attributePage = 0;
  readonly #outer: OpenElement[] = [];
  #current: OpenElement | undefined;
  /** Text waits until it is known what follows: that decides about white space. */
  #waiting: Text | undefined;

  constructor(type: DocumentType | undefined, options: EncodeOptions = {}) {
    const charset = options.charset === undefined ? charsetByMib(UTF_8) : charsetByName(options.charset);
    if (charset === undefined) throw new UsageError(`character encoding ${options.charset} is not supported`);
    this.#type = type;
    this.#charset = charset;
    this.#options = options;
  }

  startElement(name: string, attributes: ReadonlyMap<string, Text>): void {
    this.#flush(name);
    const preserve = this.#preserves(name, attributes, this.#current?.preserve ?? false);
    // What the tag announces is known only when the content is: an element of white space alone has none.
    const at = this.#startTag(name);
    if (attributes.size > 0) {
      for (const [attribute, value] of attributes) this.#attribute(attribute, value);
      this.#list.push(END);
    }
    if (this.#current !== undefined) {
      this.#current.previous = name;
      this.#outer.push(this.#current);
    }
    const token = attributes.size > 0 ? TAG_HAS_ATTRIBUTES : 0;
    this.#current = { name, preserve, at, content: this.#list.length, token, previous: undefined };
  }

  text(text: Text): void {
    this.#flush(undefined);
    this.#waiting = text;
  }

  processingInstruction({ target, data }: ProcessingInstruction): void {
    this.#flush('?');
    if (this.#current !== undefined) this.#current.previous = '?';
    this.#list.push(PI);
    const start = this.#attributeStart(target, '');
    for (const part of data) {
      if (typeof part === 'string') this.#valueText(part.slice(start));
      else this.#part(part);
    }
    this.#list.push(END);
  }

  endElement(): void {
    this.#flush(undefined);
    const element = this.#current;
    this.#current = this.#outer.pop();
    if (element === undefined) return;
    const hasContent = this.#list.length > element.content;
    if (hasContent) this.#list.push(END);
    const token = element.token | (hasContent ? TAG_HAS_CONTENT : 0);
    const tag = this.#list[element.at];
    if (typeof tag === 'number') this.#list[element.at] = tag | token;
    else if (typeof tag === 'object' && 'literal' in tag) {
      this.#list[element.at] = { literal: LITERAL | token, name: tag.name };
    }
  }

  /** The whole document. */
  done(): Uint8Array {
    const known = this.#type?.table;
    const publicId = this.#options.publicId ?? known?.publicIds[0];
    const number = publicId === undefined ? UNKNOWN_PUBLIC_ID : publicIdNumber(publicId, known);
    const table = new StringTable(this.#charset);
    if (number === undefined && publicId !== undefined) table.require(publicId);
    for (const name of this.#literals) table.require(name);
    if (this.#options.stringTable ?? true) table.shorten(this.#list);
    return write(this.#list, this.#charset, number ?? publicId ?? UNKNOWN_PUBLIC_ID, table, this.#options);
  }

  /** Writes the text that waits before `next`: an element, an instruction `?` or, `undefined`, the end. */
  #flush(next: string | undefined): void {
    const text = this.#waiting;
    const parent = this.#current;
    if (text === undefined || parent === undefined) return;
    this.#waiting = undefined;
    this.#text(parent.preserve ? text : this.#spaced(text, parent, next));
  }

  /** The place of the tag's operation, without the bits for attributes and content. */
  #startTag(name: string): number {
    const tag = this.#type?.tagTokens.get(name) ?? parseUnknownTag(name);
    if (tag === undefined) {
      this.#literals.push(name);
      return this.#list.push({ literal: LITERAL, name }) - 1;
    }
    if (tag.page !== this.#tagPage) {
      this.#tagPage = tag.page;
      this.#list.push(SWITCH_PAGE, tag.page);
    }
    return this.#list.push(tag.token) - 1;
  }

  #preserves(name: string, attributes: ReadonlyMap<string, Text>, inherited: boolean): boolean {
    if (this.#type === undefined) return true;
    const space = attributes.size === 0 ? undefined : attributes.get('xml:space')?.[0];
    if (space === 'preserve') return true;
    if (space === 'default') return false;
    return inherited || this.#type.compress?.preserve.has(name) === true;
  }

  /** The text that is left when insignificant white space is taken away: §6.1, WAP-191 §11.8.1. */
  #spaced(text: Text, { name, previous }: OpenElement, next: string | undefined): Text {
    const type = this.#type;
    if (type === undefined) return text;
    const blank = isBlank(text);
    if (blank && type.elementContent.has(name)) return [];
    if (type.compress === undefined) return text;
    const { inline } = type.compress;
    if (blank) return inline.has(previous ?? '') && inline.has(next ?? '') ? [' '] : [];
    const block = !inline.has(name);
    return compressSpace(text, block && previous === undefined, block && next === undefined);
  }

  #text(text: Text): void {
    for (const part of text) {
      if (typeof part === 'string') this.#string(part);
      else this.#part(part);
    }
  }

  #attribute(name: string, value: Text): void {
    const first = value[0] ?? '';
    const text = typeof first === 'string' ? first : '';
    const start = this.#attributeStart(name, text);
    if (this.#type?.dateTimes.has(name) && value.length === 1) {
      const octets = encodeDateTime(text);
      if (octets !== undefined) {
        this.#opaque(octets);
        return;
      }
    }
    // An unknown start may carry a value: nothing is added to it.
    if (value.length === 0 && parseUnknownAttribute(name) === undefined) this.#list.push('');
    let carried = start;
    for (const part of value) {
      if (typeof part !== 'string') this.#part(part);
      else if (part.length > carried) this.#valueText(carried === 0 ? part : part.slice(carried));
      carried = 0;
    }
  }

  /** Writes the start that leaves least to be written; the answer is how much of `text` it carries. */
  #attributeStart(name: string, text: string): number {
    const starts = this.#type?.startsByName.get(name);
    let best: AttributeStart | undefined;
    let most = Number.NEGATIVE_INFINITY;
    for (const start of starts ?? []) {
      if (!text.startsWith(start.prefix)) continue;
      const saved = start.prefix.length - (start.page === this.#attributePage ? 0 : 2);
      if (saved > most) {
        best = start;
        most = saved;
      }
    }
    const start = best ?? parseUnknownAttribute(name);
    if (start === undefined) {
      this.#literals.push(name);
      this.#list.push({ literal: LITERAL, name });
      return 0;
    }
    this.#attributeToken(start.page, start.token);
    return best?.prefix.length ?? 0;
  }

  #attributeToken(page: number, token: number): void {
    if (page !== this.#attributePage) {
      this.#attributePage = page;
      this.#list.push(SWITCH_PAGE, page);
    }
    this.#list.push(token);
  }

  /** A string in an attribute value: its longest value tokens, where they are shorter than staying in the string. */
  #valueText(text: string): void {
    const pattern = this.#type?.valuePattern;
    if (pattern === undefined) {
      this.#string(text);
      return;
    }
    let from = 0;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const [found] = match;
      const value = this.#type?.valueTokens.get(found);
      if (value === undefined) break;
      const end = match.index + found.length;
      // A token between two strings costs a second STR_I and its end; one that is the whole string saves both.
      const ends = (match.index === from ? 1 : 0) + (end === text.length ? 1 : 0);
      const pageSwitch = value.page === this.#attributePage ? 0 : 2;
      if (found.length - 1 - pageSwitch + 2 * (ends - 1) <= 0) continue;
      if (match.index > from) this.#string(text.slice(from, match.index));
      this.#attributeToken(value.page, value.token);
      from = end;
    }
    if (from === 0) this.#string(text);
    else if (from < text.length) this.#string(text.slice(from));
  }

  /** A string; characters that the encoding lacks become ENTITY (§6.1). */
  #string(text: string): void {
    if (text === '' || this.#charset.mib === UTF_8 || this.#charset.encode(text) !== undefined) {
      this.#list.push(text);
      return;
    }
    let run = '';
    for (const character of text) {
      if (this.#charset.encode(character) !== undefined) {
        run += character;
        continue;
      }
      if (run !== '') this.#list.push(run);
      run = '';
      this.#list.push(ENTITY);
      this.#uintvar(character.codePointAt(0) ?? 0);
    }
    if (run !== '') this.#list.push(run);
  }

  #part(part: Exclude<Part, string>): void {
    if ('variable' in part) {
      this.#list.push({ extension: extensionNumbers[part.conversion], name: part.variable });
    } else if ('opaque' in part) this.#opaque(part.opaque);
    else if ('token' in part) this.#attributeToken(part.page, part.token);
    else if (typeof part.value === 'string') this.#list.push({ extension: part.extension, name: part.value });
    else if (part.value === undefined) this.#list.push(EXT_0 + part.extension);
    else {
      this.#list.push(EXT_T_0 + part.extension);
      this.#uintvar(part.value);
    }
  }

  #opaque(octets: Uint8Array): void {
    this.#list.push(OPAQUE);
    this.#uintvar(octets.length);
    this.#list.push(octets);
  }

  #uintvar(value: number): void {
    this.#list.push(new Writer(5).uintvar(value).done());
  }
}

function write(
  operations: readonly Operation[],
  charset: Charset,
  publicId: number | string,
  table: StringTable,
  options: EncodeOptions,
): Uint8Array {
  const version = options.version ?? '1.3';
  const writer = new Writer(64 + 4 * operations.length + table.length);
  writer.uint8(wbxmlVersions.indexOf(version));
  if (typeof publicId === 'number') writer.uintvar(publicId);
  else writer.uint8(PUBLIC_ID_IN_STRING_TABLE).uintvar(table.offsets.get(publicId) ?? 0);
  if (version !== '1.0') writer.uintvar(charset.mib);
  writer.uintvar(table.length);
  table.write(writer);
  const end = new Uint8Array(charset.unit);
  for (const operation of operations) {
    if (typeof operation === 'number') writer.uint8(operation);
    else if (typeof operation === 'string') writeString(writer, operation, STR_I, STR_T);
    else if (operation instanceof Uint8Array) writer.octets(operation);
    else if ('literal' in operation) {
      writer.uint8(operation.literal).uintvar(table.offsets.get(operation.name) ?? 0);
    } else {
      const { extension, name } = operation;
      writeString(writer, name, EXT_I_0 + extension, EXT_T_0 + extension);
    }
  }
  return writer.done();

  function writeString(writer: Writer, text: string, inline: number, inTable: number): void {
    const offset = table.offsets.size === 0 ? undefined : table.offsets.get(text);
    if (offset !== undefined) writer.uint8(inTable).uintvar(offset);
    else if (charset.mib === UTF_8) writer.uint8(inline).utf8(text).uint8(0);
    else writer.uint8(inline).octets(encoded(text, charset)).octets(end);
  }
}

/** §5.7: strings that are referred to by their place. */
class StringTable {
  readonly offsets = new Map<string, number>();
  length = 0;
  readonly #charset: Charset;

  constructor(charset: Charset) {
    this.#charset = charset;
  }

  require(text: string): void {
    if (!this.offsets.has(text)) this.#add(text, this.#octets(text));
  }

  /** Takes the strings that repeat, where that is shorter. */
  shorten(operations: readonly Operation[]): void {
    const counts = new Map<string, number>();
    for (const operation of operations) {
      if (typeof operation === 'number' || operation instanceof Uint8Array) continue;
      if (typeof operation === 'object' && 'literal' in operation) continue;
      const text = typeof operation === 'string' ? operation : operation.name;
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    // The most used first: they get the shortest references. The sort is stable, so the output is, too.
    const repeated = [...counts].filter(([text, count]) => count > 1 && !this.offsets.has(text));
    repeated.sort(([, a], [, b]) => b - a);
    for (const [text, count] of repeated) {
      const octets = this.#octets(text);
      const inline = count * (1 + octets);
      if (octets + count * (1 + uintvarLength(this.length)) < inline) this.#add(text, octets);
    }
  }

  write(writer: Writer): void {
    const end = new Uint8Array(this.#charset.unit);
    for (const text of this.offsets.keys()) writer.octets(encoded(text, this.#charset)).octets(end);
  }

  #add(text: string, octets: number): void {
    this.offsets.set(text, this.length);
    this.length += octets;
  }

  /** Octets of a string with its end. */
  #octets(text: string): number {
    return encoded(text, this.#charset).length + this.#charset.unit;
  }
}

function encoded(text: string, charset: Charset): Uint8Array {
  const octets = charset.encode(text);
  if (octets === undefined) throw new UsageError(`the name ${text} cannot be written in ${charset.name}`);
  return octets;
}
