/**
 * Documents of WML 2.0 (WAP-238-WML) as decks of WML 1.3: the way back of WAP-244-WMLTR, for what a user agent of WML 1.3 has a word
 * for. Style sheets, scripts and objects of XHTML are left out, its other blocks and phrases become paragraphs and plain text.
 */
import { DecodeError } from '../errors.js';
import { isElement as isXmlElement, type Text, type XmlElement } from '../wbxml/model.js';
import { parseVariables, type VariableError } from '../wbxml/variables.js';
import { parseXml } from '../wbxml/xml.js';
import type { VText, WmlElement } from './model.js';

/** §B: the namespace of the elements and attributes that WML adds to XHTML. */
const WML_NAMESPACE = 'http://www.wapforum.org/2001/wml';

/** What both languages have, by the same name. */
const phrases = new Set([
  ...['a', 'anchor', 'b', 'big', 'br', 'em', 'fieldset', 'i', 'img', 'input', 'optgroup', 'option', 'select'],
  ...['small', 'strong', 'table', 'td', 'tr', 'u'],
]);

/** What stands in a card beside paragraphs. */
const bindings = new Set(['do', 'onevent', 'timer']);

/** What has no words for a reader. */
const silent = new Set(['link', 'object', 'param', 'script', 'style', 'title']);

/** Blocks of XHTML that are paragraphs here; headings are strong ones. */
const paragraph = /^(?:p|div|address|blockquote|ul|ol|li|dl|dt|dd|hr|h[1-6])$/;

const tasks = new Set(['go', 'prev', 'noop', 'refresh', 'setvar', 'postfield']);

/** §5.6.1: events, by the names that they have in WML 1.3. */
const intrinsic = new Set(['enterforward', 'enterbackward', 'timer', 'pick']);

/** Nested deeper, no document is meant for a phone. */
const DEPTH_MAX = 64;

/** Reads application/wml+xml; throws `DecodeError` where it is not well-formed, or no document of WML 2.0. */
export function decodeWml2(source: string): WmlElement {
  const { root } = parseXml(source);
  if (root.name !== 'html')
    throw new DecodeError('WML 2.0', 0, `the document element is ${root.name}, not html`);
  return new Transformation(root).deck();
}

interface Form {
  readonly action: VText;
  readonly method: string;
  readonly fields: readonly string[];
}

class Transformation {
  readonly #root: XmlElement;
  /** In front of names of the WML namespace. */
  readonly #prefix: string;

  constructor(root: XmlElement) {
    this.#root = root;
    const declared = [...root.attributes].find(
      ([name, value]) => name.startsWith('xmlns:') && literal(value) === WML_NAMESPACE,
    );
    this.#prefix = `${declared?.[0].slice('xmlns:'.length) ?? 'wml'}:`;
  }

  deck(): WmlElement {
    const parts = this.#root.children.filter(isXmlElement);
    const head = parts.find(({ name }) => name === 'head');
    const body = parts.find(({ name }) => name === 'body');
    if (body === undefined) throw new DecodeError('WML 2.0', 0, 'the document has no body');
    const cards = body.children.filter(isXmlElement).filter((child) => this.#name(child) === 'card');
    const title = head?.children.filter(isXmlElement).find(({ name }) => name === 'title');
    const own = this.#attributes(body);
    if (title !== undefined && !own.has('title')) own.set('title', [wordsOf(title)]);
    // §6.2: a body without cards is one.
    const shown =
      cards.length > 0
        ? cards.map((card) => this.#card(card, this.#attributes(card)))
        : [this.#card(body, own)];
    const metas = (head?.children ?? []).filter(isXmlElement).flatMap((child) => {
      const name = this.#name(child);
      return name === 'meta' || name === 'access' ? [this.#plain(name, child)] : [];
    });
    const shared = parts.filter((child) => bindings.has(this.#name(child)));
    const events = [...this.#attributes(this.#root)].filter(([name]) => name.startsWith('on'));
    const template = element(
      'template',
      new Map(events),
      shared.flatMap((child) => this.#content(child, 1)),
    );
    return element('wml', new Map(), [
      ...(metas.length === 0 ? [] : [element('head', new Map(), metas)]),
      ...(template.children.length + template.attributes.size === 0 ? [] : [template]),
      ...shown,
    ]);
  }

  #card(source: XmlElement, attributes: Map<string, VText>): WmlElement {
    return element('card', attributes, inParagraphs(this.#children(source, 1)));
  }

  #children(parent: XmlElement, depth: number, form?: Form): readonly (WmlElement | VText)[] {
    if (depth > DEPTH_MAX)
      throw new DecodeError('WML 2.0', 0, `elements are nested deeper than ${DEPTH_MAX}`);
    return parent.children.flatMap((child) => {
      if (isXmlElement(child)) return this.#content(child, depth, form);
      // §5.5: text has no references but wml:getvar.
      return Array.isArray(child) ? [[literal(child)]] : [];
    });
  }

  /** What an element is in a deck of WML 1.3: nothing, itself, or what it holds. */
  #content(source: XmlElement, depth: number, form?: Form): readonly (WmlElement | VText)[] {
    const name = this.#name(source);
    const children = (): readonly (WmlElement | VText)[] => this.#children(source, depth + 1, form);
    if (silent.has(name)) return [];
    if (name === 'getvar') {
      const conversion = literal(source.attributes.get('conversion') ?? ['noesc']);
      const reference = variables(
        `$(${literal(source.attributes.get('name') ?? [])}:${conversion})`,
        'noesc',
      );
      return reference.some((part) => typeof part !== 'string') ? [reference] : [];
    }
    if (name === 'form') return this.#children(source, depth + 1, this.#form(source));
    if (name === 'pre') return [element('pre', this.#attributes(source), children())];
    if (paragraph.test(name)) {
      const held = children();
      const strong = /^h\d$/.test(name) ? [element('strong', new Map(), held)] : held;
      const attributes = name === 'p' ? this.#attributes(source) : new Map<string, VText>();
      return inParagraphs(strong, attributes);
    }
    if (name === 'input' && literal(source.attributes.get('type') ?? []) === 'submit' && form !== undefined)
      return [submission(form, this.#attributes(source).get('value') ?? ['Submit'])];
    if (name === 'textarea') return [element('input', this.#attributes(source), [])];
    if (name === 'th') return [element('td', this.#attributes(source), children())];
    if (phrases.has(name) || bindings.has(name) || tasks.has(name)) {
      const attributes = this.#attributes(source);
      const held = children();
      if (name === 'table') attributes.set('columns', [String(columnsOf(held))]);
      return [element(name, attributes, held)];
    }
    return children();
  }

  #plain(name: string, source: XmlElement): WmlElement {
    return element(name, this.#attributes(source), []);
  }

  #form(source: XmlElement): Form {
    const fields = (parent: XmlElement): readonly string[] =>
      parent.children.filter(isXmlElement).flatMap((child) => {
        const attributes = this.#attributes(child);
        const name = literal(attributes.get('name') ?? []);
        const isControl = ['input', 'select', 'textarea'].includes(child.name) && name !== '';
        return [...(isControl ? [name] : []), ...fields(child)];
      });
    return {
      action: this.#attributes(source).get('action') ?? [],
      method: literal(source.attributes.get('method') ?? ['get']).toLowerCase(),
      fields: fields(source),
    };
  }

  #name({ name }: XmlElement): string {
    return name.startsWith(this.#prefix) ? name.slice(this.#prefix.length) : name;
  }

  /** Attributes of WML win over those of XHTML by the same name: wml:name is the variable. */
  #attributes(source: XmlElement): Map<string, VText> {
    const attributes = new Map<string, VText>();
    const given = [...source.attributes].filter(([name]) => !name.startsWith('xmlns'));
    const isOwn = ([name]: readonly [string, Text]): boolean => name.startsWith(this.#prefix);
    for (const [name, value] of [...given.filter((each) => !isOwn(each)), ...given.filter(isOwn)]) {
      const plain = name.startsWith(this.#prefix) ? name.slice(this.#prefix.length) : name;
      const text = literal(value);
      const isUrl = ['href', 'src', 'action'].includes(plain) || plain.startsWith('on');
      attributes.set(plain, variables(text, isUrl ? 'escape' : 'noesc'));
    }
    const type = literal(attributes.get('type') ?? []);
    if (this.#name(source) === 'onevent' && intrinsic.has(type)) attributes.set('type', [`on${type}`]);
    if (attributes.has('multiple')) attributes.set('multiple', ['true']);
    return attributes;
  }
}

function element(
  name: string,
  attributes: ReadonlyMap<string, VText>,
  children: readonly (WmlElement | VText)[],
): WmlElement {
  return { name, attributes, children };
}

/** Text and phrases stand in paragraphs; what stands beside these stays where it is. */
function inParagraphs(
  children: readonly (WmlElement | VText)[],
  attributes: ReadonlyMap<string, VText> = new Map(),
): readonly WmlElement[] {
  const blocks: WmlElement[] = [];
  let run: (WmlElement | VText)[] = [];
  const flush = (): void => {
    const isBlank = run.every((child) => Array.isArray(child) && /^\s*$/.test(child.map(String).join('')));
    if (!isBlank) blocks.push(element('p', attributes, run));
    run = [];
  };
  for (const child of children) {
    const isBlock = 'name' in child && (['p', 'pre'].includes(child.name) || bindings.has(child.name));
    if (isBlock) {
      flush();
      blocks.push(child);
    } else run.push(child);
  }
  flush();
  return blocks;
}

/** A button that sends a form: a task with its fields. */
function submission({ action, method, fields }: Form, label: VText): WmlElement {
  const postfields = fields.map((name) =>
    element(
      'postfield',
      new Map<string, VText>([
        ['name', [name]],
        ['value', [{ variable: name, conversion: 'noesc' }]],
      ]),
      [],
    ),
  );
  const go = element(
    'go',
    new Map<string, VText>([
      ['href', action],
      ['method', [method]],
    ]),
    postfields,
  );
  return element('anchor', new Map(), [label, go]);
}

function columnsOf(rows: readonly (WmlElement | VText)[]): number {
  const counts = rows.map((row) =>
    'name' in row && row.name === 'tr'
      ? row.children.filter((cell) => 'name' in cell && cell.name === 'td').length
      : 0,
  );
  return Math.max(1, ...counts);
}

/** §5.5: references, also to parameters of events. What is none stays as it is. */
function variables(text: string, conversion: 'escape' | 'noesc'): VText {
  if (!text.includes('$')) return text === '' ? [] : [text];
  const errors: VariableError[] = [];
  return parseVariables(text, { conversion, parameters: true }, errors);
}

function literal(text: Text): string {
  return text.map((part) => (typeof part === 'string' ? part : '')).join('');
}

function wordsOf(source: XmlElement): string {
  return source.children
    .map((child) => (Array.isArray(child) ? literal(child) : ''))
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
}
