/** User agent profiles: reading, writing, checking (WAP-248-UAProf §7.4) and merging (§7.5). */
import { DecodeError } from '../errors.js';
import {
  documentType,
  formatElement,
  isElement,
  isText,
  parseXml,
  type Text,
  wbxmlToXml,
  type XmlElement,
  type XmlNode,
  xmlToWbxml,
} from '../wbxml/index.js';
import { uaprof } from '../wbxml/tables/uaprof.js';
import { attributeRow, type Container, namespaces, RDF, UAPROF, vocabulary } from './schema.js';

export interface ProfileValue {
  readonly container: Container;
  /** One where it is no container. Without blanks around, blanks inside are one (§7.1). */
  readonly values: readonly string[];
}

/** An instance of a component, or a fragment of one. */
export interface ProfileComponent {
  /** What the schema calls it: `HardwarePlatform`. */
  readonly type: string;
  /** What this profile calls it; another may call it otherwise. */
  readonly id: string;
  /** A profile with the component's default values (§7.4). */
  readonly defaults?: string;
  readonly attributes: ReadonlyMap<string, ProfileValue>;
}

export interface Profile {
  readonly id?: string;
  readonly components: readonly ProfileComponent[];
}

/** What is true in the end, by component type and attribute. */
export type MergedProfile = ReadonlyMap<string, ReadonlyMap<string, ProfileValue>>;

/** Components in a profile, fragments counted: six are defined. */
const MAX_COMPONENTS = 64;

/** Values of an attribute: an Accept of a desk's browser has a tenth of it. */
const MAX_VALUES = 256;

/** Deepest nesting of a profile: RDF, Description, component, Description, attribute, Bag, li, and room. */
const MAX_DEPTH = 16;

const type = documentType(uaprof);

/** A name with the namespace that its prefix stands for. */
interface Qualified {
  readonly uri: string;
  readonly local: string;
}

type Scope = ReadonlyMap<string, string>;

function qualified(name: string, scope: Scope): Qualified {
  const colon = name.indexOf(':');
  const prefix = colon < 0 ? '' : name.slice(0, colon);
  return { uri: scope.get(prefix) ?? '', local: name.slice(colon + 1) };
}

function isRdf(name: Qualified, local: string): boolean {
  return name.uri === RDF && name.local === local;
}

/** Profiles of any date of the Forum's schema. */
const isUaprof = (uri: string): boolean =>
  /^http:\/\/www\.wapforum\.org\/(profiles\/)?UAPROF\/ccppschema-\d{8}#$/.test(uri);

/** An attribute in the namespace of RDF or, as the Forum's own examples have it, without a prefix. */
function rdfAttribute(element: XmlElement, local: string, scope: Scope): string | undefined {
  for (const [name, value] of element.attributes) {
    const own = name.includes(':') ? isRdf(qualified(name, scope), local) : name === local;
    if (own) return value.join('');
  }
  return undefined;
}

/** Reads a profile, a part of one, or a document of defaults. Throws `DecodeError` for what is no RDF. */
export function decodeProfile(xml: string): Profile {
  const { root } = parseXml(xml);
  const scope = namespaces(root);
  if (!isRdf(qualified(root.name, scope), 'RDF'))
    throw new DecodeError('UAProf', 0, `${root.name} is no rdf:RDF`);
  const components: ProfileComponent[] = [];
  collect(root, scope, 0, components);
  const first = root.children.find(isElement);
  const id = rdfAttribute(root, 'ID', scope) ?? (first && rdfAttribute(first, 'ID', inside(first, scope)));
  return { ...(id !== undefined && { id }), components };
}

function inside(element: XmlElement, scope: Scope): Scope {
  const own = namespaces(element);
  return own.size === 0 ? scope : new Map([...scope, ...own]);
}

/** Descriptions with a type are components, wherever they stand (§7.4): what they are called does not count. */
function collect(element: XmlElement, outer: Scope, depth: number, into: ProfileComponent[]): void {
  if (depth > MAX_DEPTH) throw new DecodeError('UAProf', 0, 'elements are nested too deeply');
  const scope = inside(element, outer);
  for (const child of element.children.filter(isElement)) {
    const own = inside(child, scope);
    const component = isRdf(qualified(child.name, own), 'Description') ? componentOf(child, own) : undefined;
    if (component === undefined) collect(child, scope, depth + 1, into);
    else if (into.push(component) > MAX_COMPONENTS)
      throw new DecodeError('UAProf', 0, `there are more than ${MAX_COMPONENTS} components`);
  }
}

function componentOf(element: XmlElement, scope: Scope): ProfileComponent | undefined {
  let named: string | undefined;
  let defaults: string | undefined;
  const attributes = new Map<string, ProfileValue>();
  for (const child of element.children.filter(isElement)) {
    const own = inside(child, scope);
    const name = qualified(child.name, own);
    if (isRdf(name, 'type')) named ??= rdfAttribute(child, 'resource', own)?.split('#').at(-1);
    else if (!isUaprof(name.uri)) continue;
    else if (/^defaults?$/i.test(name.local)) defaults ??= rdfAttribute(child, 'resource', own);
    else if (name.local !== 'component') {
      const value = attributeValue(child, own);
      const before = attributes.get(name.local);
      attributes.set(
        name.local,
        before === undefined ? value : resolved(named ?? '', name.local, before, value),
      );
    }
  }
  if (named === undefined || named === '') return undefined;
  const id = rdfAttribute(element, 'ID', scope) ?? rdfAttribute(element, 'about', scope) ?? '';
  return { type: named, id, ...(defaults !== undefined && { defaults }), attributes };
}

function attributeValue(element: XmlElement, scope: Scope): ProfileValue {
  for (const child of element.children.filter(isElement)) {
    const own = inside(child, scope);
    const { uri, local } = qualified(child.name, own);
    if (uri !== RDF || (local !== 'Bag' && local !== 'Seq' && local !== 'Alt')) continue;
    const items = child.children.filter(isElement).filter((item) => isRdf(qualified(item.name, own), 'li'));
    if (items.length > MAX_VALUES)
      throw new DecodeError('UAProf', 0, `a list has more than ${MAX_VALUES} values`);
    return { container: local === 'Seq' ? 'Seq' : 'Bag', values: items.map(literal) };
  }
  return { container: 'one', values: [rdfAttribute(element, 'resource', scope) ?? literal(element)] };
}

function literal({ children }: XmlElement): string {
  const parts = children.filter((child: XmlNode): child is Text => isText(child)).flat();
  return normalized(parts.filter((part) => typeof part === 'string').join(''));
}

/** RFC 2616 §2.2, as §7.1 and §9.1.1.1 want it: no blanks around, one blank for many. */
export function normalized(text: string): string {
  return text.replace(/[\t\n\r ]+/g, ' ').replace(/^ | $/g, '');
}

/** A profile as a document, with the prefixes of Table 8.1. */
export function formatProfile({ id = 'Profile', components }: Profile): string {
  const blocks = components.map((component) => {
    const lines = [...component.attributes].map(([name, { container, values }]) =>
      element(`prf:${name}`, [
        container === 'one'
          ? [values[0] ?? '']
          : element(
              `rdf:${container}`,
              values.map((value) => element('rdf:li', [[value]])),
            ),
      ]),
    );
    const defaults = component.defaults;
    return element('prf:component', [
      element(
        'rdf:Description',
        [
          element('rdf:type', [], { 'rdf:resource': `${UAPROF}${component.type}` }),
          ...(defaults === undefined ? [] : [element('prf:defaults', [], { 'rdf:resource': defaults })]),
          ...lines,
        ],
        { ID: component.id },
      ),
    ]);
  });
  const root = element('rdf:RDF', [element('rdf:Description', blocks, { ID: id })], {
    'xmlns:rdf': RDF,
    'xmlns:prf': UAPROF,
  });
  return `<?xml version="1.0"?>${formatElement(root)}`;
}

function element(
  name: string,
  children: readonly XmlNode[],
  attributes: Readonly<Record<string, string>> = {},
): XmlElement {
  return {
    name,
    children,
    attributes: new Map(Object.entries(attributes).map(([key, value]) => [key, [value]])),
  };
}

/** A profile document in WBXML (§8); other prefixes for the namespaces of Table 8.1 become those (§8.2.1). */
export function encodeProfile(xml: string): Uint8Array {
  const { root } = parseXml(xml, type);
  return xmlToWbxml(formatElement(prefixed(root, new Map(), 0)), { type });
}

/** §8.2.1. Elements of other namespaces keep their prefixes and declarations. */
function prefixed(given: XmlElement, outer: Scope, depth: number): XmlElement {
  if (depth > MAX_DEPTH) throw new DecodeError('UAProf', 0, 'elements are nested too deeply');
  const scope = inside(given, outer);
  const renamed = (name: string, isAttribute: boolean): string => {
    if (isAttribute && !name.includes(':')) return name;
    const { uri, local } = qualified(name, scope);
    return uri === RDF ? `rdf:${local}` : isUaprof(uri) ? `prf:${local}` : name;
  };
  const attributes = new Map<string, Text>();
  for (const [name, value] of given.attributes) {
    const declared = name === 'xmlns' || name.startsWith('xmlns:') ? value.join('') : undefined;
    const own =
      declared === RDF ? 'xmlns:rdf' : declared !== undefined && isUaprof(declared) ? 'xmlns:prf' : undefined;
    attributes.set(own ?? (declared === undefined ? renamed(name, true) : name), value);
  }
  const children = given.children.map((child) =>
    isElement(child) ? prefixed(child, scope, depth + 1) : child,
  );
  return { name: renamed(given.name, false), attributes, children };
}

/** A profile document out of WBXML, as XML text on one line; throws `DecodeError` where it is none. */
export function profileXml(octets: Uint8Array): string {
  return normalized(wbxmlToXml(octets, { type }));
}

/** §7.3: the value after another came. */
function resolved(component: string, name: string, before: ProfileValue, after: ProfileValue): ProfileValue {
  const [, , resolution = 'Override'] = attributeRow(component, name) ?? [];
  if (resolution === 'Locked') return before;
  if (resolution === 'Override') return after;
  const values = [...before.values, ...after.values].slice(0, MAX_VALUES);
  return { container: before.container === 'one' ? after.container : before.container, values };
}

/**
 * §7.5, step 1: fragments are put together in their order, then default values are taken where nothing was said.
 * @param defaultsOf finds the profile that a component names for its defaults; without it they are as good as empty
 */
export function normalizeProfile(
  profile: Profile,
  defaultsOf: (uri: string) => Profile | undefined,
): MergedProfile {
  const merged = new Map<string, Map<string, ProfileValue>>();
  const defaults = new Map<string, string>();
  for (const { type: name, attributes, defaults: uri } of profile.components) {
    apply(merged, name, attributes);
    if (uri !== undefined && !defaults.has(name)) defaults.set(name, uri);
  }
  for (const [name, uri] of defaults) {
    // §7.4: a document of defaults describes one component, of that type, and names no defaults of its own.
    const found = defaultsOf(uri)?.components.filter((component) => component.type === name) ?? [];
    const loaded = new Map<string, Map<string, ProfileValue>>();
    for (const { attributes } of found) apply(loaded, name, attributes);
    merged.set(name, new Map([...(loaded.get(name) ?? []), ...(merged.get(name) ?? [])]));
  }
  return merged;
}

function apply(
  into: Map<string, Map<string, ProfileValue>>,
  component: string,
  attributes: ReadonlyMap<string, ProfileValue>,
): void {
  const known = into.get(component) ?? new Map<string, ProfileValue>();
  into.set(component, known);
  for (const [name, value] of attributes) {
    const before = known.get(name);
    known.set(name, before === undefined ? value : resolved(component, name, before, value));
  }
}

/** §7.5: each profile onto the result of those before it, in the order given. */
export function mergeProfiles(
  profiles: readonly Profile[],
  defaultsOf: (uri: string) => Profile | undefined,
): MergedProfile {
  const merged = new Map<string, Map<string, ProfileValue>>();
  for (const profile of profiles) {
    for (const [component, attributes] of normalizeProfile(profile, defaultsOf))
      apply(merged, component, attributes);
  }
  return merged;
}

/** Appendix A. `Literal` is narrower there than its own examples ("Pentium III"): here it is any text. */
// biome-ignore format: a line is a type
const forms = {
  Literal: /./,
  Number: /^[0-9]+$/,
  Boolean: /^(?:Yes|No)$/,
  Dimension: /^[0-9]+x[0-9]+$/,
} as const;

/** What §7.4 and the schema find wrong with a profile, a sentence each. */
export function checkProfile({ id, components }: Profile): readonly string[] {
  const findings: string[] = [];
  if (id === undefined || id === '') findings.push('the profile has no ID');
  const ids = new Map<string, string>();
  for (const { type: name, id: own, defaults, attributes } of components) {
    if (!Object.hasOwn(vocabulary, name)) findings.push(`${name} is no component of the schema`);
    const before = ids.get(name);
    if (before !== undefined && before !== own) findings.push(`${name} is called ${before} and ${own}`);
    if (before !== undefined && defaults !== undefined)
      findings.push(`a later fragment of ${name} names defaults`);
    ids.set(name, before ?? own);
    if (attributes.size === 0 && defaults === undefined) findings.push(`${name} has no attribute`);
    for (const [attribute, value] of attributes) findings.push(...checkValue(name, attribute, value));
  }
  if (components.length === 0) findings.push('there is no component');
  return findings;
}

function checkValue(component: string, name: string, { container, values }: ProfileValue): readonly string[] {
  const row = attributeRow(component, name);
  if (row === undefined) return [`${component} has no ${name}`];
  const [wanted, kind] = row;
  const wrong = values
    .filter((value) => !forms[wanted].test(value))
    .map((value) => `${name}: ${value} is no ${wanted}`);
  return container === kind ? wrong : [`${name} is ${kind === 'one' ? 'one value' : `a ${kind}`}`, ...wrong];
}
