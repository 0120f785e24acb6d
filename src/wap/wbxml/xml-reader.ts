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

/** Is told what a text consists of. Places are indexes into the text. */
export interface XmlVisitor {
  /** The answer names the entities that may be referred to besides XML's own. */
  doctype(doctype: Doctype, at: number): Readonly<Record<string, string>> | undefined;
  xmlDeclaration(at: number): void;
  /**
   * @param at of `<`
   * @param values by name, in document order
   * @param ends where the value of each attribute ends, so that the next one's place can be found
   */
  startElement(
    name: string,
    values: Readonly<Record<string, string>>,
    at: number,
    ends: readonly number[],
  ): void;
  endElement(name: string, at: number): void;
  /** CDATA sections come as text of their own. */
  text(text: string, at: number): void;
  processingInstruction(target: string, data: string, at: number): void;
  /** Reading goes on after an error as well as it can. */
  error(message: string, at: number): void;
}

const xmlEntities = { amp: '&', gt: '>', lt: '<', quot: '"', apos: "'" } as const;

/** Reads a whole text. */
export function readXml(
  source: string,
  entities: Readonly<Record<string, string>>,
  visitor: XmlVisitor,
): void {
  const parser = new SaxesParser({ position: false, xmlns: false });
  parser.ENTITIES = { ...xmlEntities, ...entities };
  let depth = 0;
  let tagAt = 0;
  let textAt = 0;
  let ends: number[] = [];
  const failed = { depth: false };
  parser.on('error', (error) => visitor.error(error.message, parser.position));
  parser.on('xmldecl', () => {
    visitor.xmlDeclaration(0);
    textAt = parser.position;
  });
  parser.on('doctype', (text) => {
    const more = visitor.doctype(parseDoctype(text), source.lastIndexOf('<!DOCTYPE', parser.position));
    if (more !== undefined) parser.ENTITIES = { ...xmlEntities, ...more };
    textAt = parser.position;
  });
  parser.on('opentagstart', (tag) => {
    tagAt = source.lastIndexOf(`<${tag.name}`, parser.position);
    ends = [];
  });
  parser.on('attribute', () => ends.push(parser.position));
  parser.on('opentag', (tag) => {
    textAt = parser.position;
    if (++depth <= MAX_DEPTH) visitor.startElement(tag.name, tag.attributes, tagAt, ends);
    else if (!failed.depth) {
      failed.depth = true;
      visitor.error(`elements are nested more than ${MAX_DEPTH} deep`, tagAt);
    }
  });
  parser.on('closetag', (tag) => {
    if (depth-- <= MAX_DEPTH) visitor.endElement(tag.name, parser.position);
    textAt = parser.position;
  });
  parser.on('text', (text) => {
    if (depth > 0 && depth <= MAX_DEPTH) visitor.text(text, textAt);
  });
  parser.on('cdata', (text) => {
    const at = source.lastIndexOf('<![CDATA[', parser.position) + '<![CDATA['.length;
    if (depth > 0 && depth <= MAX_DEPTH) visitor.text(text, at);
    textAt = parser.position;
  });
  parser.on('comment', () => {
    textAt = parser.position;
  });
  parser.on('processinginstruction', ({ target, body }) => {
    visitor.processingInstruction(target, body, source.lastIndexOf('<?', parser.position));
    textAt = parser.position;
  });
  parser.write(source).close();
}

const doctypePattern =
  /^\s*([^\s[>]+)(?:\s+(?:PUBLIC\s*(?:"([^"]*)"|'([^']*)')|SYSTEM)(?:\s*(?:"([^"]*)"|'([^']*)'))?)?\s*(?:\[([\s\S]*)\])?\s*$/;

function parseDoctype(text: string): Doctype {
  const [, name = '', public1, public2, system1, system2, subset] = doctypePattern.exec(text) ?? [];
  const publicId = public1 ?? public2;
  const systemId = system1 ?? system2;
  return {
    name,
    ...(publicId !== undefined && { publicId: publicId.replace(/\s+/g, ' ').trim() }),
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

  /** Where the line that starts at `from` ends. */
  #end(from: number): number {
    const end = this.#source.indexOf('\n', from);
    return end < 0 ? Number.POSITIVE_INFINITY : end;
  }
}
