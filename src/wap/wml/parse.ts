/** WML text to a deck, with everything that is wrong with it: WAP-191. */
import { noChildren } from '../wbxml/model.js';
import { parseVariables, type VariableContext, type VariableError } from '../wbxml/variables.js';
import {
  attributePlace,
  type Doctype,
  Places,
  readXml,
  tagPlace,
  type XmlAttributes,
  type XmlVisitor,
} from '../wbxml/xml-reader.js';
import { type Dtd, type DtdVersion, dtdOf, type ValueType } from './dtd.js';
import { type Finding, MAX_FINDINGS } from './findings.js';
import type { VText, WmlElement } from './model.js';
import { checkRules } from './rules.js';
import { normalized, Validator } from './validate.js';

/** A text and what is known of it. */
export interface ParsedWml {
  /** Absent where the text is not well-formed. */
  readonly document?: WmlElement;
  /** The formal public identifier that the DOCTYPE names. */
  readonly publicId?: string;
  /** In the order of the text. */
  readonly findings: readonly Finding[];
}

/** The DTDs that are known, by public identifier. */
const versions: ReadonlyMap<string, DtdVersion> = new Map<string, DtdVersion>([
  ['-//WAPFORUM//DTD WML 1.0//EN', '1.0'],
  ['-//WAPFORUM//DTD WML 1.1//EN', '1.1'],
  ['-//WAPFORUM//DTD WML 1.2//EN', '1.2'],
  ['-//WAPFORUM//DTD WML 1.3//EN', '1.3'],
  ['-//WAPFORUM//DTD WTA-WML 1.2//EN', '1.2'],
]);

/** Entities of all DTDs of WML beyond XML's own: §6.2. */
const entities = { nbsp: '\u00a0', shy: '\u00ad' } as const;

/** The deck that a text is, and what is wrong with it. */
export function parseWml(source: string): ParsedWml {
  const builder = new DeckBuilder(source);
  readXml(source, builder);
  return builder.result();
}

interface OpenElement extends WmlElement {
  readonly attributes: Map<string, VText>;
  readonly children: (WmlElement | VText)[];
}

/** A piece of text that began at `from` in the text, and at `at` in the source. */
interface Piece {
  readonly from: number;
  readonly at: number;
}

interface Problem {
  readonly at: number;
  readonly severity: Finding['severity'];
  readonly message: string;
  readonly section: string;
}

class DeckBuilder implements XmlVisitor {
  readonly #source: string;
  readonly #places: Places;
  readonly #problems: Problem[] = [];
  #doctype: Doctype | undefined;
  #wellFormed = true;
  #dtd: Dtd | undefined;
  #validator: Validator | undefined;
  /** Numbers name parameters in WTA only: WAP-266 §9.3. */
  #parameters = false;
  #root: OpenElement | undefined;
  readonly #open: OpenElement[] = [];
  #current: OpenElement | undefined;
  #text = '';
  /** Where pieces of the text begin: in the text, and in the source. */
  #pieces: Piece[] = [];

  constructor(source: string) {
    this.#source = source;
    this.#places = new Places(source);
  }

  entities(): Readonly<Record<string, string>> {
    return entities;
  }

  doctype(doctype: Doctype, at: number): void {
    this.#doctype = doctype;
    if (doctype.subset?.trim()) {
      this.#report('warning', at, 'declarations in the DOCTYPE are not read', 'XML 1.0 §2.8');
    }
  }

  startElement(name: string, attributes: XmlAttributes, end: number): void {
    const at = tagPlace(this.#source, end);
    this.#flush();
    if (this.#root === undefined) this.#begin(name, at);
    this.#validator?.startElement(name, attributes, at, (index) =>
      this.#isFull() ? at : attributePlace(this.#source, at, index),
    );
    const element: OpenElement = { name, attributes: new Map(), children: [], position: this.#places.of(at) };
    this.#attributes(element, attributes);
    if (this.#current !== undefined) {
      this.#current.children.push(element);
      this.#open.push(this.#current);
    } else this.#root ??= element;
    this.#current = element;
  }

  endElement(): void {
    this.#flush();
    this.#validator?.endElement();
    this.#current = this.#open.pop();
  }

  text(text: string, at: number): void {
    this.#validator?.text(text, at);
    this.#pieces.push({ from: this.#text.length, at });
    this.#text += text;
  }

  /** §7.8: WML makes no use of them. */
  processingInstruction(): void {}

  error(message: string, at: number): void {
    this.#problem('error', at, message, 'XML 1.0');
    this.#wellFormed = false;
    // What follows an error of syntax can be misunderstood: no more is said about validity.
    this.#validator = undefined;
  }

  result(): ParsedWml {
    const deck = this.#root;
    if (this.#wellFormed && deck !== undefined) {
      checkRules(
        deck,
        (severity, at, message, section) => this.#report(severity, at, message, section),
        (element, attribute) => this.#placeOf(element, attribute),
      );
    }
    const ordered = this.#problems.sort((a, b) => a.at - b.at);
    const findings = ordered.map(({ severity, at, message, section }): Finding => {
      const { line, column } = this.#places.of(at);
      return { severity, line, column, message, section };
    });
    const publicId = this.#doctype?.publicId;
    return {
      ...(this.#wellFormed && deck !== undefined && { document: deck }),
      ...(publicId !== undefined && { publicId }),
      findings,
    };
  }

  /** §11.1, and which DTD is meant. */
  #begin(root: string, at: number): void {
    const doctype = this.#doctype;
    if (!/^\s*<\?xml\s/.test(this.#source))
      this.#report('error', 0, 'the XML declaration is missing', '§11.1');
    if (doctype === undefined) this.#report('error', at, 'the document type declaration is missing', '§11.1');
    else if (doctype.name !== root) {
      this.#report('error', at, `the document element is ${root}, the DOCTYPE says ${doctype.name}`, '§11.1');
    }
    const publicId = doctype?.publicId;
    const version = publicId === undefined ? '1.3' : versions.get(publicId);
    this.#parameters = root === 'wta-wml';
    if (version === undefined) {
      const message = `the DTD "${publicId}" is not known: validity is not checked`;
      this.#report('warning', at, message, '§14.2.3');
      return;
    }
    this.#dtd = dtdOf(version);
    this.#validator = new Validator(this.#dtd, (severity, place, message, section) =>
      this.#report(severity, place, message, section),
    );
    if (root !== (version === '1.0' ? 'WML' : 'wml') && !this.#parameters) {
      this.#report('error', at, `the document element of a deck is wml, not ${root}`, '§11.2');
    }
  }

  #attributes(element: OpenElement, { count, names, values }: XmlAttributes): void {
    const declarations = this.#dtd?.get(element.name)?.attributes;
    for (let i = 0; i < count; i++) {
      const name = names[i] ?? '';
      const raw = values[i] ?? '';
      const type = declarations?.get(name)?.type;
      const value = type === undefined || isCdata(type) ? raw : normalized(raw);
      const text = value.includes('$')
        ? this.#vdata(value, name, type, element)
        : value === ''
          ? noChildren
          : [value];
      element.attributes.set(name, text);
    }
  }

  /** §10.3.5: references stand in vdata and HREF only, and have the right syntax. */
  #vdata(value: string, name: string, type: ValueType | undefined, element: OpenElement): VText {
    const errors: VariableError[] = [];
    const text = parseVariables(value, this.#context(type, name), errors);
    for (const { deprecated } of errors) {
      this.#variableProblem(this.#placeOf(element, name), deprecated);
    }
    // §14.2.3.2: an attribute that the DTD does not define is vdata.
    const isAllowed = type === undefined || type === 'vdata' || type === 'HREF';
    if (!isAllowed && text.some((part) => typeof part !== 'string')) {
      const message = `a variable may not stand in ${name}; for a dollar sign write $$`;
      this.#report('error', this.#placeOf(element, name), message, '§10.3.5');
    }
    return text;
  }

  #context(type: ValueType | undefined, name?: string): VariableContext {
    const isUrl =
      type === 'HREF' || (type === undefined && name !== undefined && urls.has(name.toLowerCase()));
    return { conversion: isUrl ? 'escape' : 'noesc', parameters: this.#parameters };
  }

  #variableProblem(at: number, deprecated: boolean): void {
    if (deprecated) {
      this.#report('warning', at, 'conversions are written escape, noesc and unesc', '§10.3.1');
    } else this.#report('error', at, 'a dollar sign begins no variable here; for itself write $$', '§10.3.1');
  }

  #flush(): void {
    const text = this.#text;
    if (text === '') return;
    const pieces = this.#pieces;
    this.#text = '';
    this.#pieces = [];
    if (this.#current === undefined) return;
    if (!text.includes('$')) {
      this.#current.children.push([text]);
      return;
    }
    const errors: VariableError[] = [];
    this.#current.children.push(parseVariables(text, this.#context(undefined), errors));
    if (errors.length > 0) this.#dollarProblems(text, errors, pieces);
  }

  /** Finds the dollar signs of text in its source, which entities have made longer: one pass over both. */
  #dollarProblems(text: string, errors: readonly VariableError[], pieces: readonly Piece[]): void {
    const dollars = /\$|&#0*36;|&#[xX]0*24;/g;
    let piece = 0;
    let next = 0;
    for (let at = text.indexOf('$'); at >= 0 && next < errors.length; at = text.indexOf('$', at + 1)) {
      while (piece < pieces.length && (pieces[piece]?.from ?? 0) <= at) {
        dollars.lastIndex = Math.max(dollars.lastIndex, pieces[piece]?.at ?? 0);
        piece++;
      }
      const place = dollars.exec(this.#source)?.index ?? 0;
      const error = errors[next];
      if (error?.at !== at) continue;
      this.#variableProblem(place, error.deprecated);
      next++;
    }
  }

  #placeOf(element: WmlElement, attribute?: string): number {
    // What is beyond the limit is not kept: its place does not matter.
    if (element.position === undefined || this.#isFull()) return 0;
    const at = this.#places.indexOf(element.position);
    if (attribute === undefined) return at;
    const index = [...element.attributes.keys()].indexOf(attribute);
    return attributePlace(this.#source, at, index < 0 ? element.attributes.size : index);
  }

  #report(severity: Finding['severity'], at: number, message: string, section: string): void {
    if (this.#wellFormed) this.#problem(severity, at, message, section);
  }

  #isFull(): boolean {
    return this.#problems.length >= MAX_FINDINGS;
  }

  #problem(severity: Finding['severity'], at: number, message: string, section: string): void {
    if (!this.#isFull()) this.#problems.push({ at, severity, message, section });
  }
}

const urls = new Set([
  'href',
  'src',
  'url',
  'onenterforward',
  'onenterbackward',
  'ontimer',
  'onpick',
  'onclick',
]);

function isCdata(type: ValueType): boolean {
  return type === 'CDATA' || type === 'vdata' || type === 'HREF' || type === 'length';
}
