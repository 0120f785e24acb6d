/**
 * A document type definition as data, for the small XML languages: PAP, SI, SL, CO, channels, provisioning. One declaration gives the
 * validity check, the attributes' types and both directions. No entity is ever expanded but XML's own five.
 */
import { SaxesParser } from 'saxes';
import { create } from 'xmlbuilder2';
import { decodeDatetime, encodeDatetime } from './datetime.js';
import { DecodeError } from './errors.js';
import { encodeUtf8 } from './octets.js';
import type { Millis } from './time.js';

/** Deepest nesting: PAP's own documents have four levels; more is an attack on whoever walks the tree. */
const MAX_DEPTH = 16;

/** Longest document in characters: a thousand recipients of one message take a tenth of it. */
const MAX_DOCUMENT = 1_048_576;

/** The declared type, and `#REQUIRED`, `#IMPLIED` or the default value, as printed. */
export type AttributeDeclaration = readonly [
  type: 'CDATA' | 'NMTOKEN' | '%Datetime;' | readonly string[],
  fallback: string,
];

export type AttributeList = Readonly<Record<string, AttributeDeclaration>>;

/** Content as printed: `EMPTY`, `(#PCDATA)`, or a content model such as `( address+, quality-of-service? )`. */
export interface ElementDeclaration {
  readonly content: string;
  readonly attributes: AttributeList;
}

export interface Dtd {
  /** Named in errors. */
  readonly layer: string;
  readonly root: string;
  readonly elements: Readonly<Record<string, ElementDeclaration>>;
}

/** `push-id` → `pushId`. */
type Camel<S extends string> = S extends `${infer Head}-${infer Rest}`
  ? `${Head}${Capitalize<Camel<Rest>>}`
  : S;

type ValueOf<T> = T extends '%Datetime;'
  ? Millis
  : T extends readonly ['true', 'false']
    ? boolean
    : T extends readonly string[]
      ? T[number]
      : string;

/** The attributes of an element by their names in camel case; `( true | false )` is a boolean, %Datetime; a time. */
export type AttributesOf<A extends AttributeList> = {
  readonly [K in keyof A & string as A[K][1] extends '#IMPLIED' ? never : Camel<K>]: ValueOf<A[K][0]>;
} & {
  readonly [K in keyof A & string as A[K][1] extends '#IMPLIED' ? Camel<K> : never]?: ValueOf<A[K][0]>;
};

/** A valid element: attributes have passed their declaration, defaults are filled in. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

export interface XmlDocument {
  readonly root: XmlElement;
  /** What stands between `<!DOCTYPE` and `>`; empty where there is none. */
  readonly doctype: string;
}

interface OpenElement {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/** Reads a document that is well-formed and valid against `dtd`; throws `DecodeError` with line and column. */
export function decodeXml(dtd: Dtd, xml: string): XmlDocument {
  const parser = new SaxesParser<{ position: true; xmlns: false }>({ position: true, xmlns: false });
  const open: OpenElement[] = [];
  let doctype = '';
  let root: XmlElement | undefined;

  function fail(rule: string): never {
    const offset = encodeUtf8(xml.slice(0, Math.min(parser.position, xml.length))).length;
    throw new DecodeError(dtd.layer, offset, `${rule} (line ${parser.line}, column ${parser.column})`);
  }

  function characters(text: string): void {
    const element = open.at(-1);
    if (element === undefined) return;
    const content = dtd.elements[element.name]?.content;
    if (content === '(#PCDATA)') element.text += text;
    else if (content === 'EMPTY') fail(`${element.name} is declared EMPTY`);
    else if (/\S/.test(text)) fail(`text stands in ${element.name}`);
  }

  if (xml.length > MAX_DOCUMENT) fail(`the document is longer than ${MAX_DOCUMENT} characters`);
  parser.on('error', (error) => fail(error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')));
  parser.on('doctype', (text) => {
    doctype = text;
  });
  parser.on('text', characters);
  parser.on('cdata', characters);
  parser.on('opentag', (tag) => {
    const declaration = Object.hasOwn(dtd.elements, tag.name) ? dtd.elements[tag.name] : undefined;
    if (declaration === undefined) fail(`${tag.name} is not declared`);
    if (open.length === 0 && tag.name !== dtd.root) fail(`the root is ${tag.name}, not ${dtd.root}`);
    if (open.length >= MAX_DEPTH) fail(`elements are nested deeper than ${MAX_DEPTH}`);
    const attributes = checkedAttributes(tag.name, declaration, tag.attributes, fail);
    open.push({ name: tag.name, attributes, children: [], text: '' });
  });
  parser.on('closetag', () => {
    const element = open.pop();
    if (element === undefined) return;
    checkChildren(dtd, element, fail);
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
  });
  parser.write(xml).close();
  if (root === undefined) return fail('there is no element');
  return { root, doctype };
}

function checkedAttributes(
  element: string,
  declaration: ElementDeclaration,
  given: Readonly<Record<string, string>>,
  fail: (rule: string) => never,
): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(declaration.attributes, name)) fail(`${element} has no attribute ${name}`);
  }
  for (const [name, [type, fallback]] of Object.entries(declaration.attributes)) {
    const value = given[name];
    if (value !== undefined) attributes[name] = normalized(element, name, type, value, fail);
    else if (fallback === '#REQUIRED') fail(`${element} lacks ${name}`);
    else if (fallback !== '#IMPLIED') attributes[name] = fallback;
  }
  return attributes;
}

function normalized(
  element: string,
  name: string,
  type: AttributeDeclaration[0],
  value: string,
  fail: (rule: string) => never,
): string {
  if (type === 'CDATA') return value;
  // XML 1.0 §3.3.3: white space around a tokenised value does not count.
  const token = value.trim();
  if (type === '%Datetime;' && decodeDatetime(token) === undefined)
    fail(`${name} of ${element} is not a date and time: ${token}`);
  if (type === 'NMTOKEN' && !/^[\p{L}\p{N}._:-]+$/u.test(token))
    fail(`${name} of ${element} is not a name token`);
  if (typeof type !== 'string' && !type.includes(token)) {
    fail(`${name} of ${element} is none of ${type.join(', ')}`);
  }
  return token;
}

function checkChildren(dtd: Dtd, element: OpenElement, fail: (rule: string) => never): void {
  const content = dtd.elements[element.name]?.content ?? 'EMPTY';
  if (content === 'EMPTY' || content === '(#PCDATA)') {
    if (element.children.length > 0) fail(`${element.name} may not contain ${element.children[0]?.name}`);
    return;
  }
  const names = element.children.map((child) => `${child.name}/`).join('');
  if (!contentModel(content).test(names)) fail(`the content of ${element.name} is not ${content}`);
}

const contentModels = new Map<string, RegExp>();

/** A content model as a regular expression over the children's names, each followed by a slash. */
function contentModel(content: string): RegExp {
  const known = contentModels.get(content);
  if (known !== undefined) return known;
  const pattern = content.replace(/[A-Za-z][\w-]*/g, '(?:$&/)').replace(/[\s,]/g, '');
  const model = new RegExp(`^(?:${pattern})$`);
  contentModels.set(content, model);
  return model;
}

/** The attributes of a valid element as values. */
export function attributeValues<A extends AttributeList>(declared: A, element: XmlElement): AttributesOf<A> {
  const values: Record<string, unknown> = {};
  for (const [name, [type]] of Object.entries(declared)) {
    const text = element.attributes[name];
    if (text !== undefined) values[camel(name)] = typedValue(type, text);
  }
  return values as AttributesOf<A>; // every name and type was checked against `declared` when the element was read
}

function typedValue(type: AttributeDeclaration[0], text: string): unknown {
  if (type === '%Datetime;') return decodeDatetime(text);
  return isBoolean(type) ? text === 'true' : text;
}

/** Attribute values as text, in the order of their declaration; a value that is the default is left out. */
export function attributeTexts(declared: AttributeList, values: object): Record<string, string> {
  const given = new Map<string, unknown>(Object.entries(values));
  const texts: Record<string, string> = {};
  for (const [name, [type, fallback]] of Object.entries(declared)) {
    const value = given.get(camel(name));
    if (value === undefined) continue;
    const text = type === '%Datetime;' && typeof value === 'number' ? encodeDatetime(value) : String(value);
    if (text !== fallback) texts[name] = xmlCharacters(text);
  }
  return texts;
}

/** An element to be written. */
export interface XmlNode {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly XmlNode[];
  readonly text?: string;
}

/** The element as XML, without a prolog. */
export function encodeElement(node: XmlNode): string {
  const document = create();
  append(document, node);
  return document.end({ headless: true });
}

function append(parent: ReturnType<typeof create>, node: XmlNode): void {
  const element = parent.ele(node.name, { ...node.attributes });
  if (node.text) element.txt(xmlCharacters(node.text));
  for (const child of node.children ?? []) append(element, child);
}

/** `text` without what may not stand in XML 1.0 at all (§2.2): most control characters, halves of surrogate pairs. */
function xmlCharacters(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '');
}

function camel(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function isBoolean(type: AttributeDeclaration[0]): boolean {
  return typeof type !== 'string' && type[0] === 'true' && type[1] === 'false';
}
