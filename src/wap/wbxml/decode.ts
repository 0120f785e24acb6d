/** WBXML to events, and to a document: WAP-192 §5. The twin is encode.ts. */
import { type Field, Reader } from '../octets.js';
import { type Charset, charsetByMib, charsetByName, UNKNOWN_CHARSET, UTF_8 } from './charsets.js';
import { formatDateTime } from './date-time.js';
import type { DocumentType } from './document-type.js';
import { MAX_DEPTH, MAX_TABLE_TEXT } from './limits.js';
import {
  type Conversion,
  noAttributes,
  noChildren,
  type Part,
  type ProcessingInstruction,
  type Text,
  type XmlDocument,
} from './model.js';
import { unknownAttribute, unknownTag } from './names.js';
import { PUBLIC_ID_IN_STRING_TABLE, publicIdText, UNKNOWN_PUBLIC_ID } from './public-ids.js';
import { documentTypeByPublicId } from './tables/index.js';
import { globalTokens, TAG_HAS_ATTRIBUTES, TAG_HAS_CONTENT } from './tokens.js';
import { TreeBuilder } from './tree.js';
import { isVariableName } from './variables.js';

/** What stands before the body: §5.4 to §5.7. */
export interface Prologue {
  /** `1.3`. */
  readonly version: string;
  /** The formal public identifier; absent where it is unknown or its number is not assigned. */
  readonly publicId?: string;
  readonly charset: Charset;
  /** Gives the tokens their names; absent where the document type is not known. */
  readonly type?: DocumentType;
}

/** Is told what a document consists of, in order. */
export interface WbxmlVisitor {
  prologue?(prologue: Prologue): void;
  startElement(name: string, attributes: ReadonlyMap<string, Text>): void;
  /** Never twice in a row, never empty. */
  text(text: Text): void;
  processingInstruction(instruction: ProcessingInstruction): void;
  endElement(name: string): void;
}

export interface DecodeOptions {
  /** The document type, where it is known from elsewhere: a media type (§6.4). */
  readonly type?: DocumentType;
  /** The document type to go on with where the public identifier names none that is known. */
  readonly fallback?: DocumentType;
  /** The encoding that the transport names, for documents that name none (§5.2); UTF-8 where nobody does. */
  readonly charset?: string;
  /** Receives what was read from where, for a dissector. */
  readonly record?: Field[];
}

export interface WbxmlDocument extends XmlDocument {
  readonly version: string;
  /** The preferred MIME name. */
  readonly charset: string;
}

/** The whole document as a tree. */
export function decodeWbxml(octets: Uint8Array, options: DecodeOptions = {}): WbxmlDocument {
  const builder = new TreeBuilder();
  let prologue: Prologue | undefined;
  const visitor: WbxmlVisitor = {
    prologue: (given) => {
      prologue = given;
    },
    startElement: (name, attributes) => builder.startElement(name, attributes),
    text: (text) => builder.text(text),
    processingInstruction: (instruction) => builder.processingInstruction(instruction),
    endElement: () => builder.endElement(),
  };
  decodeWbxmlEvents(octets, visitor, options);
  const { version = '1.3', charset, publicId }: Partial<Prologue> = prologue ?? {};
  const document = builder.document() ?? {
    root: { name: '', attributes: noAttributes, children: noChildren },
  };
  return {
    version,
    charset: charset?.name ?? 'utf-8',
    ...(publicId !== undefined && { publicId }),
    ...document,
  };
}

/** The document as events, without a tree. */
export function decodeWbxmlEvents(
  octets: Uint8Array,
  visitor: WbxmlVisitor,
  options: DecodeOptions = {},
): void {
  new Decoder(octets, visitor, options).document();
}

const { SWITCH_PAGE, END, ENTITY, STR_I, LITERAL, PI, STR_T, OPAQUE } = globalTokens;

/** What XML takes for a name, but for rare letters of other scripts' extensions. */
const xmlName = /^[\p{L}_:][\p{L}\p{M}\p{N}_:.\u00b7-]*$/u;

const conversions: readonly Conversion[] = ['escape', 'unesc', 'noesc'];

class Decoder {
  readonly #reader: Reader;
  readonly #visitor: WbxmlVisitor;
  readonly #options: DecodeOptions;
  #type: DocumentType | undefined;
  #charset: Charset | undefined;
  /** Whether strings may be read as `Reader.utf8` reads them. */
  #utf8 = true;
  #table: Uint8Array = new Uint8Array(0);
  readonly #tableStrings = new Map<number, string>();
  #tableText = 0;
  #tagPage = 0;
  #attributePage = 0;
  /** The character data at hand: finished parts, and the string that may still grow. */
  #parts: Part[] = [];
  #string = '';

  constructor(octets: Uint8Array, visitor: WbxmlVisitor, options: DecodeOptions) {
    this.#reader = new Reader(octets, 'WBXML', options.record);
    this.#visitor = visitor;
    this.#options = options;
  }

  /** start = version publicid charset strtbl body; body = *pi element *pi */
  document(): void {
    this.#prologue();
    const reader = this.#reader;
    while (reader.peek() === PI) this.#processingInstruction();
    this.#root();
    while (reader.left > 0) {
      if (reader.peek() !== PI) reader.fail('something follows the document element');
      this.#processingInstruction();
    }
  }

  #prologue(): void {
    const reader = this.#reader;
    const version = reader.uint8('version');
    if (version > 0x0f) reader.fail(`version ${(version >> 4) + 1}.${version & 0x0f} is not understood`);
    const number = reader.uintvar('publicid');
    const index = number === PUBLIC_ID_IN_STRING_TABLE ? reader.uintvar('index') : undefined;
    // The first edition, 1.0, had no charset field.
    const mib = version === 0 ? UNKNOWN_CHARSET : reader.uintvar('charset');
    const known = mib === UNKNOWN_CHARSET ? this.#outerCharset() : charsetByMib(mib);
    const charset = known ?? reader.fail(`charset ${mib} is not supported`);
    this.#charset = charset;
    this.#utf8 = charset.mib === UTF_8;
    this.#table = reader.octets('strtbl', reader.uintvar('length'));
    const publicId =
      index !== undefined
        ? this.#tableString(index)
        : number === UNKNOWN_PUBLIC_ID
          ? undefined
          : publicIdText(number, this.#options.type?.table);
    const named = publicId === undefined ? undefined : documentTypeByPublicId(publicId);
    this.#type = this.#options.type ?? named ?? this.#options.fallback;
    this.#visitor.prologue?.({
      version: `1.${version}`,
      charset,
      ...(publicId !== undefined && { publicId }),
      ...(this.#type !== undefined && { type: this.#type }),
    });
  }

  #outerCharset(): Charset | undefined {
    return this.#options.charset === undefined ? charsetByMib(UTF_8) : charsetByName(this.#options.charset);
  }

  /** element = ([switchPage] stag) [ 1*attribute END ] [ *content END ], without recursion. */
  #root(): void {
    const reader = this.#reader;
    const open: string[] = [];
    while (reader.peek() === SWITCH_PAGE) this.#switchTagPage();
    this.#startTag(reader.uint8('stag'), open);
    while (open.length > 0) {
      const token = reader.uint8('token');
      if ((token & 0x3f) >= 5 || (token & 0x3f) === LITERAL) {
        this.#flushText();
        this.#startTag(token, open);
        continue;
      }
      switch (token) {
        case END:
          this.#flushText();
          this.#visitor.endElement(open.pop() ?? '');
          break;
        case SWITCH_PAGE:
          this.#tagPage = reader.uint8('pageindex');
          break;
        case PI:
          this.#flushText();
          this.#processingInstructionBody();
          break;
        default:
          this.#characterData(token, undefined);
      }
    }
  }

  #switchTagPage(): void {
    this.#reader.uint8('SWITCH_PAGE');
    this.#tagPage = this.#reader.uint8('pageindex');
  }

  #startTag(token: number, open: string[]): void {
    const identity = token & 0x3f;
    const reader = this.#reader;
    const name =
      identity >= 5
        ? (this.#type?.tagNames.get(this.#tagPage * 64 + identity) ?? unknownTag(this.#tagPage, identity))
        : identity === LITERAL
          ? this.#literalName()
          : reader.fail(`token ${token} stands where an element must begin`);
    const attributes = (token & TAG_HAS_ATTRIBUTES) === 0 ? noAttributes : this.#attributes();
    this.#visitor.startElement(name, attributes);
    if ((token & TAG_HAS_CONTENT) === 0) {
      this.#visitor.endElement(name);
      return;
    }
    if (open.length >= MAX_DEPTH) reader.fail(`elements are nested more than ${MAX_DEPTH} deep`);
    open.push(name);
  }

  /** 1*attribute END */
  #attributes(): ReadonlyMap<string, Text> {
    const reader = this.#reader;
    const attributes = new Map<string, Text>();
    let token = this.#attributeToken();
    while (token !== END) {
      const name = this.#attributeStart(token);
      token = this.#attributeValue(name);
      if (attributes.has(name)) reader.fail(`attribute ${name} stands twice`);
      attributes.set(name, this.#takeText());
    }
    return attributes;
  }

  /** The next token of the attribute state that is no SWITCH_PAGE. */
  #attributeToken(): number {
    const reader = this.#reader;
    let token = reader.uint8('attribute token');
    while (token === SWITCH_PAGE) {
      this.#attributePage = reader.uint8('pageindex');
      token = reader.uint8('attribute token');
    }
    return token;
  }

  /** attrStart = ([switchPage] ATTRSTART) | ( LITERAL index ); the beginning of the value becomes text. */
  #attributeStart(token: number): string {
    const reader = this.#reader;
    if (token === LITERAL) return this.#literalName();
    if (token >= 0x80 || (token & 0x3f) < 5)
      return reader.fail(`token ${token} stands where an attribute must begin`);
    const start = this.#type?.attributeStarts.get(this.#attributePage * 256 + token);
    if (start === undefined) return unknownAttribute(this.#attributePage, token);
    this.#string = start.prefix;
    return start.name;
  }

  /** §5.8.4.5: the name stands in the string table. */
  #literalName(): string {
    const name = this.#tableString(this.#reader.uintvar('index'));
    return xmlName.test(name) ? name : this.#reader.fail('a literal is no name');
  }

  /** *attrValue; the answer is the token that ends it. */
  #attributeValue(name: string): number {
    for (;;) {
      const token = this.#attributeToken();
      if (token === END || token === LITERAL) return token;
      if ((token & 0x3f) < 5) this.#characterData(token, name);
      else if (token < 0x80) return token;
      else this.#valueToken(token);
    }
  }

  #valueToken(token: number): void {
    const text = this.#type?.valueTexts.get(this.#attributePage * 256 + token);
    if (text !== undefined) this.#string += text;
    else this.#part({ page: this.#attributePage, token });
  }

  /** string | extension | entity | opaque, in content or in the value of `attribute`. */
  #characterData(token: number, attribute: string | undefined): void {
    const reader = this.#reader;
    switch (token) {
      case STR_I:
        this.#string += this.#inlineString('STR_I');
        return;
      case STR_T:
        this.#string += this.#tableString(reader.uintvar('index'));
        return;
      case ENTITY:
        this.#string += this.#entity();
        return;
      case OPAQUE:
        this.#opaque(attribute);
        return;
      case globalTokens.EXT_I_0:
      case globalTokens.EXT_I_1:
      case globalTokens.EXT_I_2:
        this.#extension(token & 3, this.#inlineString('EXT_I'));
        return;
      case globalTokens.EXT_T_0:
      case globalTokens.EXT_T_1:
      case globalTokens.EXT_T_2:
        this.#extension(token & 3, reader.uintvar('index'));
        return;
      case globalTokens.EXT_0:
      case globalTokens.EXT_1:
      case globalTokens.EXT_2:
        this.#extension(token & 3, undefined);
        return;
      default:
        reader.fail(`token ${token} stands where it has no meaning`);
    }
  }

  #entity(): string {
    const code = this.#reader.uintvar('entcode');
    const isCharacter =
      code >= 0x20
        ? code < 0xd800 || (code > 0xdfff && code < 0xfffe) || (code > 0xffff && code <= 0x10ffff)
        : code === 9 || code === 10 || code === 13;
    return isCharacter
      ? String.fromCodePoint(code)
      : this.#reader.fail(`entity ${code} is no character of XML`);
  }

  #opaque(attribute: string | undefined): void {
    const reader = this.#reader;
    const opaque = reader.octets('OPAQUE', reader.uintvar('length'));
    const isDateTime = attribute !== undefined && this.#type?.attributes.get(attribute)?.isDateTime;
    const text = isDateTime ? formatDateTime(opaque) : undefined;
    if (text !== undefined) this.#string += text;
    else this.#part({ opaque: opaque.slice() });
  }

  /** WAP-191 §14.3.1 where the document type has variables. */
  #extension(number: number, value: string | number | undefined): void {
    const conversion = conversions[number];
    if (conversion !== undefined && value !== undefined && this.#type?.table.variables !== undefined) {
      const variable = typeof value === 'string' ? value : this.#tableString(value);
      if (isVariableName(variable)) {
        this.#part({ variable, conversion });
        return;
      }
    }
    const extension = number === 0 ? 0 : number === 1 ? 1 : 2;
    this.#part(value === undefined ? { extension } : { extension, value });
  }

  /** pi = PI attrStart *attrValue END */
  #processingInstruction(): void {
    this.#reader.uint8('PI');
    this.#processingInstructionBody();
  }

  #processingInstructionBody(): void {
    const target = this.#attributeStart(this.#attributeToken());
    const token = this.#attributeValue(target);
    if (token !== END) this.#reader.fail('a processing instruction has no END');
    this.#visitor.processingInstruction({ target, data: this.#takeText() });
  }

  #part(part: Part): void {
    if (this.#string !== '') {
      this.#parts.push(this.#string);
      this.#string = '';
    }
    this.#parts.push(part);
  }

  #takeText(): Text {
    const parts = this.#parts;
    if (this.#string !== '') {
      parts.push(this.#string);
      this.#string = '';
    }
    if (parts.length === 0) return noChildren;
    this.#parts = [];
    return parts;
  }

  #flushText(): void {
    if (this.#string === '' && this.#parts.length === 0) return;
    this.#visitor.text(this.#takeText());
  }

  /** termstr: zero octets, as many as a code unit has, end it. */
  #inlineString(name: string): string {
    const reader = this.#reader;
    if (this.#utf8) return reader.utf8(name);
    const charset = this.#charset;
    const octets =
      charset === undefined || charset.unit === 1 ? reader.terminated(name) : this.#wideString(name, charset);
    return this.#decodeText(octets);
  }

  #wideString(name: string, charset: Charset): Uint8Array {
    const reader = this.#reader;
    const units: number[] = [];
    for (;;) {
      const unit = reader.octets(name, charset.unit);
      if (unit.every((octet) => octet === 0)) return Uint8Array.from(units);
      units.push(...unit);
    }
  }

  #decodeText(octets: Uint8Array): string {
    return this.#charset?.decode(octets) ?? this.#reader.fail(`a string is not ${this.#charset?.name}`);
  }

  /** The string at an offset of the string table. One without an end reaches to the end of the table. */
  #tableString(index: number): string {
    const known = this.#tableStrings.get(index);
    const text = known ?? this.#readTable(index);
    if (known === undefined) this.#tableStrings.set(index, text);
    this.#tableText += text.length;
    if (this.#tableText > MAX_TABLE_TEXT)
      this.#reader.fail('references into the string table add up to too much');
    return text;
  }

  #readTable(index: number): string {
    const table = this.#table;
    if (index >= table.length) return this.#reader.fail(`index ${index} lies outside the string table`);
    const unit = this.#charset?.unit ?? 1;
    let end = index;
    while (end < table.length) {
      if (table[end] === 0 && (unit === 1 || isZero(table, end, unit))) break;
      end += unit;
    }
    return this.#decodeText(table.subarray(index, Math.min(end, table.length)));
  }
}

function isZero(octets: Uint8Array, at: number, count: number): boolean {
  for (let i = at; i < at + count; i++) if (octets[i] !== 0) return false;
  return true;
}
