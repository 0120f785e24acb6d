/** DTD validity, element by element as they are read: XML 1.0 §3, with the declarations of dtd.ts. */
import type { XmlAttributes } from '../wbxml/xml-reader.js';
import { type ContentModel, contentModel, type ModelState } from './content-model.js';
import type { AttributeDeclaration, Dtd, ElementDeclaration, ValueType } from './dtd.js';
import type { Report } from './findings.js';

interface OpenElement {
  readonly name: string;
  readonly at: number;
  /** Absent where the element is not declared: nothing is known of its content. */
  readonly model: ContentModel | undefined;
  state: ModelState;
  /** One finding an element about its content is enough. */
  failed: boolean;
}

/** The places of an element's attributes, by their number. */
export type AttributePlace = (index: number) => number;

const section = '§13.2';

export class Validator {
  readonly #dtd: Dtd;
  readonly #report: Report;
  readonly #open: OpenElement[] = [];
  readonly #ids = new Map<string, number>();

  constructor(dtd: Dtd, report: Report) {
    this.#dtd = dtd;
    this.#report = report;
  }

  startElement(name: string, attributes: XmlAttributes, at: number, place: AttributePlace): void {
    const declaration = this.#dtd.get(name);
    const parent = this.#open.at(-1);
    if (parent !== undefined) this.#child(parent, name, at);
    if (declaration === undefined) {
      this.#report('error', at, `element ${name} is not declared${this.#otherCase(name)}`, section);
    } else this.#attributes(declaration, attributes, at, place);
    const model = declaration && contentModel(declaration.content);
    this.#open.push({ name, at, model, state: 0, failed: false });
  }

  text(text: string, at: number): void {
    const parent = this.#open.at(-1);
    if (parent === undefined || parent.failed) return;
    const model = parent.model;
    if (model === undefined || model.kind === 'mixed') return;
    // White space may stand between elements, but not in an element that is declared EMPTY.
    if (model.kind === 'children' && !/[^ \t\r\n]/.test(text)) return;
    parent.failed = true;
    const message =
      model.kind === 'EMPTY' ? `${parent.name} must be empty` : `text may not stand in ${parent.name}`;
    this.#report('error', at, message, section);
  }

  endElement(): void {
    const element = this.#open.pop();
    if (element?.model === undefined || element.failed || element.model.complete(element.state)) return;
    const wanted = element.model.expected(element.state).join(' or ');
    this.#report('error', element.at, `${element.name} ends too early: it needs ${wanted}`, section);
  }

  #child(parent: OpenElement, name: string, at: number): void {
    const { model } = parent;
    if (model === undefined) return;
    const next = model.next(parent.state, name);
    if (next !== undefined) {
      parent.state = next;
      return;
    }
    if (parent.failed) return;
    // In mixed content every child is judged by itself.
    parent.failed = model.kind !== 'mixed';
    const expected = model.expected(parent.state);
    const wanted =
      model.kind === 'EMPTY'
        ? 'it must be empty'
        : expected.length === 0
          ? 'nothing may follow'
          : `allowed: ${expected.join(', ')}`;
    this.#report('error', at, `${name} may not stand here in ${parent.name}; ${wanted}`, section);
  }

  #attributes(
    element: ElementDeclaration,
    { count, names, values }: XmlAttributes,
    at: number,
    place: AttributePlace,
  ): void {
    for (let index = 0; index < count; index++) {
      const name = names[index] ?? '';
      const value = values[index] ?? '';
      const declaration = element.attributes.get(name);
      if (declaration === undefined) {
        this.#report('error', place(index), `attribute ${name} is not declared for ${element.name}`, section);
      } else this.#value(declaration, value, index, place);
    }
    for (const name of element.required) {
      const index = names.indexOf(name);
      if (index < 0 || index >= count) {
        this.#report('error', at, `${element.name} needs the attribute ${name}`, section);
      }
    }
  }

  #value(
    { name, type, fixed, value: declared }: AttributeDeclaration,
    text: string,
    index: number,
    place: AttributePlace,
  ): void {
    // vdata, HREF and CDATA, most of all values, take any text.
    if (type === 'vdata' || type === 'HREF') return;
    if (fixed && text !== declared) {
      this.#report('error', place(index), `${name} can only be "${declared}"`, section);
      return;
    }
    if (type === 'CDATA') return;
    const value = type === 'length' ? text : normalized(text);
    const wanted = mismatch(type, value);
    if (wanted !== undefined) {
      this.#report(
        'error',
        place(index),
        `${name}="${text}" is not ${wanted}`,
        sections[typeName(type)] ?? section,
      );
      return;
    }
    if (type === 'ID') this.#id(value, index, place);
  }

  #id(id: string, index: number, place: AttributePlace): void {
    if (this.#ids.has(id)) this.#report('error', place(index), `id="${id}" stands twice in the deck`, '§8.9');
    else this.#ids.set(id, this.#ids.size);
  }

  #otherCase(name: string): string {
    const other = name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase();
    return this.#dtd.has(other) ? `; WML is case sensitive: ${other}` : '';
  }
}

/** Attributes that are not CDATA lose white space at their ends: XML 1.0 §3.3.3. */
export function normalized(text: string): string {
  return text.includes(' ') ? text.trim().replace(/ +/g, ' ') : text;
}

const sections: Readonly<Record<string, string>> = { length: '§8.2', number: '§8.7' };

function typeName(type: ValueType): string {
  return typeof type === 'string' ? type : 'enumeration';
}

const nameCharacters = String.raw`[\p{L}\p{M}\p{N}_:.\u00b7-]`;
const nmtoken = new RegExp(`^${nameCharacters}+$`, 'u');
const xmlName = new RegExp(String.raw`^[\p{L}_:]${nameCharacters}*$`, 'u');

/** What the value should have been; `undefined` where it is that. */
function mismatch(type: ValueType, value: string): string | undefined {
  if (typeof type !== 'string') return type.includes(value) ? undefined : `one of ${type.join(', ')}`;
  switch (type) {
    case 'length':
      return /^[0-9]+%?$/.test(value) ? undefined : 'a number of pixels or a percentage';
    case 'number':
      return /^[0-9]+$/.test(value) ? undefined : 'a number';
    case 'NMTOKEN':
      return nmtoken.test(value) ? undefined : 'a name token';
    case 'ID':
      return xmlName.test(value) ? undefined : 'a name';
    case 'CDATA':
    case 'vdata':
    case 'HREF':
      return undefined;
  }
}
