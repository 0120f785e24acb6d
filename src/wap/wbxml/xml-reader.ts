/**
 * XML text as events with places: the one importer of saxes.
 *
 * The DTD is never read: no external entity is fetched, no declared entity is expanded. A reference to an entity that the
 * document type does not bring with it is an error.
 */
import { SaxesParser } from 'saxes';
import { MAX_DEPTH } from './limits.js';

/** What a DOCTYPE says. */
export interface Doctype {
  readonly name: string;
  readonly publicId?: string;
  readonly systemId?: string;
  /** The internal subset, without its brackets. */
  readonly subset?: string;
}

/** The attributes of a tag, in the order of the text. The lists are those of the next tag, too, and may be longer. */
export interface XmlAttributes {
  readonly count: number;
  readonly names: readonly string[];
  readonly values: readonly string[];
}

/** Is told what a text consists of. Places are indexes into the text. */
export interface XmlVisitor {
  /** The entities that may be referred to besides XML's own: asked at the DOCTYPE and at the document element. */
  entities(): Readonly<Record<string, string>> | undefined;
  doctype(doctype: Doctype, at: number): void;
  /** @param end behind `>`: see `tagPlace` */
  startElement(name: string, attributes: XmlAttributes, end: number): void;
  endElement(name: string): void;
  /** CDATA sections come as text of their own; `at` is where the text begins, or the markup right before it. */
  text(text: string, at: number): void;
  processingInstruction(target: string, data: string, at: number): void;
  /** Reading goes on after an error as well as it can. */
  error(message: string, at: number): void;
}

/**
 * Reads a whole text.
 *
 * The parser keeps its handlers as properties, and V8 makes all of its properties slow when there are more than seven of
 * them: there is none for what the text has not, and what comments and declarations would tell is found in the text.
 */
export function readXml(source: string, visitor: XmlVisitor): void {
  const parser = new SaxesParser({ position: false, xmlns: false });
  const attributes = new AttributeList();
  // Found sooner than what begins as every tag does.
  const hasCdata = source.includes('[CDATA[');
  const hasInstructions = !hasCdata || /<\?(?!xml[ \t\r\n])/.test(source);
  const hasEverything = hasCdata && hasInstructions;
  let depth = 0;
  let errors = 0;
  let tooDeep = false;
  let textAt = 0;
  parser.on('error', ({ message }) => {
    if (++errors > MAX_EXPLAINED) throw enough;
    const at = Math.max(0, Math.min(parser.position, source.length) - 1);
    const reference = /entity|unclosed|unexpected end/.test(message)
      ? brokenReference(source, textAt, at)
      : -1;
    if (reference >= 0) visitor.error('an ampersand begins no reference', reference);
    else {
      const start = message.includes('entity') ? '&' : /clos(?:e|ing) tag/.test(message) ? '<' : '';
      visitor.error(message.replace(/\.$/, ''), start === '' ? at : source.lastIndexOf(start, at));
    }
  });
  parser.on('doctype', (text) => {
    visitor.doctype(parseDoctype(text), source.lastIndexOf('<!DOCTYPE', parser.position));
    Object.assign(parser.ENTITIES, visitor.entities());
  });
  // Quicker than to go through the dictionary that the tag brings with it.
  if (!hasEverything) parser.on('attribute', ({ name, value }) => attributes.add(name, value));
  parser.on('opentag', (tag) => {
    const end = parser.position;
    textAt = end;
    if (hasEverything) for (const name in tag.attributes) attributes.add(name, tag.attributes[name] ?? '');
    if (++depth <= MAX_DEPTH) {
      visitor.startElement(tag.name, attributes, end);
      if (depth === 1) Object.assign(parser.ENTITIES, visitor.entities());
    } else if (!tooDeep) {
      tooDeep = true;
      visitor.error(`elements are nested more than ${MAX_DEPTH} deep`, tagPlace(source, end));
    }
    attributes.count = 0;
  });
  parser.on('closetag', (tag) => {
    textAt = parser.position;
    if (depth-- <= MAX_DEPTH) visitor.endElement(tag.name);
  });
  parser.on('text', (text) => {
    if (depth > 0 && depth <= MAX_DEPTH) visitor.text(text, textAt);
    textAt = parser.position - 1;
  });
  if (hasCdata) {
    parser.on('cdata', (text) => {
      textAt = parser.position;
      if (depth > 0 && depth <= MAX_DEPTH)
        visitor.text(text, source.lastIndexOf(CDATA, textAt) + CDATA.length);
    });
  }
  if (hasInstructions) {
    parser.on('processinginstruction', ({ target, body }) => {
      textAt = parser.position;
      visitor.processingInstruction(target, body, source.lastIndexOf('<?', textAt));
    });
  }
  try {
    parser.write(source).close();
  } catch (error) {
    if (error !== enough) throw error;
  }
}

class AttributeList implements XmlAttributes {
  count = 0;
  readonly names: string[] = [];
  readonly values: string[] = [];

  add(name: string, value: string): void {
    this.names[this.count] = name;
    this.values[this.count++] = value;
  }
}

/**
 * Errors of syntax after which reading ends: to find the place of each takes a look at all before it, and a text that is all errors
 * would take seconds a megabyte.
 */
const MAX_EXPLAINED = 100;

/** Thrown to leave the parser, which has no other way to be stopped. */
const enough = new Error('too many errors of syntax');

const CDATA = '<![CDATA[';

/**
 * The parser takes everything up to the next semicolon for the name of an entity, so that it sees a bare ampersand late.
 * This is its place, between two others; -1 where there is none.
 */
function brokenReference(source: string, from: number, to: number): number {
  const bare = /&(?!(?:#[0-9]+|#x[0-9a-fA-F]+|[\p{L}_:][\p{L}\p{N}_:.-]*);)/gu;
  bare.lastIndex = from;
  const at = bare.exec(source)?.index ?? -1;
  const isMarkup =
    source.lastIndexOf('<!--', at) > source.lastIndexOf('-->', at) ||
    source.lastIndexOf(CDATA, at) > source.lastIndexOf(']]>', at);
  return at < 0 || at > to || isMarkup ? -1 : at;
}

/** Where the tag begins that ends at `end`: no other `<` can stand within it. */
export function tagPlace(source: string, end: number): number {
  return source.lastIndexOf('<', end - 1);
}

/** Where the attribute with this number begins in a tag that begins at `at`; the tag itself where there is none. */
export function attributePlace(source: string, at: number, index: number): number {
  const attribute = /[ \t\r\n]+(?=[^ \t\r\n/>])(?:[^ \t\r\n="'>]+[ \t\r\n]*=[ \t\r\n]*(?:"[^"]*"|'[^']*'))?/y;
  const name = /<[^ \t\r\n/>]*/y;
  name.lastIndex = at;
  attribute.lastIndex = at + (name.exec(source)?.[0].length ?? 0);
  for (let i = 0; ; i++) {
    const match = attribute.exec(source);
    if (match === null) return at;
    if (i === index) return match.index + (/^[ \t\r\n]+/.exec(match[0])?.[0].length ?? 0);
  }
}

/** The words, quoted strings and the bracket of a DOCTYPE, in order; each octet is looked at once. */
function parseDoctype(text: string): Doctype {
  const words: string[] = [];
  const word = /"[^"]*"|'[^']*'|\[|[^\s"'[]+/g;
  let subset: string | undefined;
  for (let match = word.exec(text); match !== null; match = word.exec(text)) {
    if (match[0] === '[') {
      subset = text.slice(word.lastIndex, text.lastIndexOf(']'));
      break;
    }
    words.push(match[0]);
  }
  const [name = '', keyword, first, second] = words;
  const publicId = keyword === 'PUBLIC' ? first?.slice(1, -1).replace(/\s+/g, ' ').trim() : undefined;
  const systemId = (keyword === 'PUBLIC' ? second : keyword === 'SYSTEM' ? first : undefined)?.slice(1, -1);
  return {
    name,
    ...(publicId !== undefined && { publicId }),
    ...(systemId !== undefined && { systemId }),
    ...(subset !== undefined && { subset }),
  };
}

/** Lines and columns of indexes into a text, from 1. Quick where they are asked for in order. */
export class Places {
  readonly #source: string;
  #line = 1;
  #start = 0;
  #next: number;
  /** Where lines start; absent before the first question. */
  #starts: readonly number[] | undefined;

  constructor(source: string) {
    this.#source = source;
    this.#next = this.#end(0);
  }

  of(at: number): { readonly line: number; readonly column: number } {
    if (at < this.#start) {
      this.#line = 1;
      this.#start = 0;
      this.#next = this.#end(0);
    }
    while (at > this.#next) {
      this.#line++;
      this.#start = this.#next + 1;
      this.#next = this.#end(this.#start);
    }
    return { line: this.#line, column: at - this.#start + 1 };
  }

  /** The index of a place that `of` told. */
  indexOf({ line, column }: { readonly line: number; readonly column: number }): number {
    this.#starts ??= [0, ...[...this.#source.matchAll(/\n/g)].map(({ index }) => index + 1)];
    return (this.#starts[line - 1] ?? 0) + column - 1;
  }

  /** Where the line that starts at `from` ends. */
  #end(from: number): number {
    const end = this.#source.indexOf('\n', from);
    return end < 0 ? Number.POSITIVE_INFINITY : end;
  }
}
