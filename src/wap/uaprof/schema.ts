/** The vocabulary of user agent profiles: WAP-248-UAProf §7.2, §7.3 and Appendix A, and as a schema document (§7.1). */
import { isElement, parseXml, type XmlElement } from '../wbxml/index.js';

/** RDF, as §8.2.1 Table 8.1 names it. */
export const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';

/** The Forum's schema of 30 April 2001 (Table 8.1); profiles of other dates differ in the date only. */
export const UAPROF = 'http://www.wapforum.org/profiles/UAPROF/ccppschema-20010430#';

/** RDF Schema, in which schemas are written (Appendix A). */
export const RDFS = 'http://www.w3.org/2000/01/rdf-schema#';

/** What an attribute's value looks like (Appendix A). */
export type ValueType = 'Literal' | 'Number' | 'Boolean' | 'Dimension';

/** Whether it is a value, several without order, or several in order. */
export type Container = 'one' | 'Bag' | 'Seq';

/** What becomes of several values of one attribute (§7.3). */
export type Resolution = 'Locked' | 'Override' | 'Append';

export type AttributeRow = readonly [type: ValueType, container: Container, resolution: Resolution];

/** The attributes of each component, as Appendix A lists them. */
// biome-ignore format: a line is a printed property
export const vocabulary = {
  HardwarePlatform: {
    BluetoothProfile: ['Literal', 'Bag', 'Locked'],
    BitsPerPixel: ['Number', 'one', 'Override'],
    ColorCapable: ['Boolean', 'one', 'Override'],
    CPU: ['Literal', 'one', 'Locked'],
    ImageCapable: ['Boolean', 'one', 'Locked'],
    InputCharSet: ['Literal', 'Bag', 'Append'],
    Keyboard: ['Literal', 'one', 'Locked'],
    Model: ['Literal', 'one', 'Locked'],
    NumberOfSoftKeys: ['Number', 'one', 'Locked'],
    OutputCharSet: ['Literal', 'Bag', 'Append'],
    PixelAspectRatio: ['Dimension', 'one', 'Locked'],
    PointingResolution: ['Literal', 'one', 'Locked'],
    ScreenSize: ['Dimension', 'one', 'Locked'],
    ScreenSizeChar: ['Dimension', 'one', 'Locked'],
    StandardFontProportional: ['Boolean', 'one', 'Locked'],
    SoundOutputCapable: ['Boolean', 'one', 'Locked'],
    TextInputCapable: ['Boolean', 'one', 'Locked'],
    Vendor: ['Literal', 'one', 'Locked'],
    VoiceInputCapable: ['Boolean', 'one', 'Locked'],
  },
  SoftwarePlatform: {
    AcceptDownloadableSoftware: ['Boolean', 'one', 'Locked'],
    AudioInputEncoder: ['Literal', 'Bag', 'Append'],
    CcppAccept: ['Literal', 'Bag', 'Append'],
    'CcppAccept-Charset': ['Literal', 'Bag', 'Append'],
    'CcppAccept-Encoding': ['Literal', 'Bag', 'Append'],
    'CcppAccept-Language': ['Literal', 'Seq', 'Append'],
    DownloadableSoftwareSupport: ['Literal', 'Bag', 'Locked'],
    JavaEnabled: ['Boolean', 'one', 'Locked'],
    JavaPlatform: ['Literal', 'Bag', 'Append'],
    JVMVersion: ['Literal', 'Bag', 'Append'],
    MexeClassmarks: ['Literal', 'Bag', 'Locked'],
    MexeSpec: ['Literal', 'one', 'Locked'],
    MexeSecureDomains: ['Boolean', 'one', 'Locked'],
    OSName: ['Literal', 'one', 'Locked'],
    OSVendor: ['Literal', 'one', 'Locked'],
    OSVersion: ['Literal', 'one', 'Locked'],
    RecipientAppAgent: ['Literal', 'one', 'Locked'],
    SoftwareNumber: ['Literal', 'one', 'Locked'],
    VideoInputEncoder: ['Literal', 'Bag', 'Append'],
  },
  NetworkCharacteristics: {
    SupportedBluetoothVersion: ['Literal', 'one', 'Locked'],
    CurrentBearerService: ['Literal', 'one', 'Locked'],
    SecuritySupport: ['Literal', 'Bag', 'Locked'],
    SupportedBearers: ['Literal', 'Bag', 'Locked'],
  },
  BrowserUA: {
    BrowserName: ['Literal', 'one', 'Locked'],
    BrowserVersion: ['Literal', 'one', 'Locked'],
    DownloadableBrowserApps: ['Literal', 'Bag', 'Append'],
    FramesCapable: ['Boolean', 'one', 'Override'],
    HtmlVersion: ['Literal', 'one', 'Locked'],
    JavaAppletEnabled: ['Boolean', 'one', 'Locked'],
    JavaScriptEnabled: ['Boolean', 'one', 'Locked'],
    JavaScriptVersion: ['Literal', 'one', 'Locked'],
    PreferenceForFrames: ['Boolean', 'one', 'Locked'],
    TablesCapable: ['Boolean', 'one', 'Locked'],
    XhtmlVersion: ['Literal', 'one', 'Locked'],
    XhtmlModules: ['Literal', 'Bag', 'Append'],
  },
  WapCharacteristics: {
    SupportedPictogramSet: ['Literal', 'Bag', 'Append'],
    WapDeviceClass: ['Literal', 'one', 'Locked'],
    WapVersion: ['Literal', 'one', 'Locked'],
    WmlDeckSize: ['Number', 'one', 'Locked'],
    WmlScriptLibraries: ['Literal', 'Bag', 'Locked'],
    WmlScriptVersion: ['Literal', 'Bag', 'Append'],
    WmlVersion: ['Literal', 'Bag', 'Append'],
    WtaiLibraries: ['Literal', 'Bag', 'Locked'],
    WtaVersion: ['Literal', 'one', 'Locked'],
  },
  PushCharacteristics: {
    'Push-Accept': ['Literal', 'Bag', 'Override'],
    'Push-Accept-Charset': ['Literal', 'Bag', 'Override'],
    'Push-Accept-Encoding': ['Literal', 'Bag', 'Override'],
    'Push-Accept-Language': ['Literal', 'Seq', 'Override'],
    'Push-Accept-AppID': ['Literal', 'Bag', 'Override'],
    'Push-MsgSize': ['Number', 'one', 'Override'],
    'Push-MaxPushReq': ['Number', 'one', 'Override'],
  },
} as const satisfies Record<string, Record<string, AttributeRow>>;

/** A component that the schema defines. */
export type ComponentName = keyof typeof vocabulary;

/** The row of an attribute; `undefined` where the schema does not have it: then values override each other (§6.4.1). */
export function attributeRow(component: string, attribute: string): AttributeRow | undefined {
  const rows: Readonly<Record<string, AttributeRow>> = Object.hasOwn(vocabulary, component)
    ? ((vocabulary as Readonly<Record<string, Readonly<Record<string, AttributeRow>>>>)[component] ?? {})
    : {};
  return Object.hasOwn(rows, attribute) ? rows[attribute] : undefined;
}

/** The vocabulary as a schema document (§7.1): components are classes, attributes properties with a domain. */
export function formatSchema(): string {
  const components = Object.keys(vocabulary).map(
    (name) => `  <rdf:Description ID="${name}">
    <rdf:type rdf:resource="${RDFS}Class"/>
    <rdfs:subClassOf rdf:resource="#Component"/>
    <rdfs:label>Component: ${name}</rdfs:label>
  </rdf:Description>`,
  );
  const attributes = Object.entries(vocabulary).flatMap(([component, rows]) =>
    Object.entries(rows).map(([name, [type, container, resolution]]) => {
      const bag = container === 'one' ? '' : `\n    <rdf:type rdf:resource="${RDF}${container}"/>`;
      return `  <rdf:Description ID="${name}">
    <rdf:type rdf:resource="${RDFS}Property"/>${bag}
    <rdfs:domain rdf:resource="#${component}"/>
    <rdfs:comment>Type: ${type}${container === 'one' ? '' : ` (${container})`}; Resolution: ${resolution}</rdfs:comment>
  </rdf:Description>`;
    }),
  );
  return `<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="${RDF}" xmlns:rdfs="${RDFS}" xmlns:prf="${UAPROF}">
  <rdf:Description ID="Component">
    <rdf:type rdf:resource="${RDFS}Class"/>
    <rdfs:subClassOf rdf:resource="${RDFS}Resource"/>
    <rdfs:label>Component</rdfs:label>
  </rdf:Description>
${[...components, ...attributes].join('\n')}
</rdf:RDF>
`;
}

/** What §7.1 finds wrong with a schema document, a sentence each; none: it is a schema. Text that is no XML is a `DecodeError`. */
export function checkSchema(text: string): readonly string[] {
  const { root } = parseXml(text);
  const findings: string[] = [];
  const spaces = namespaces(root);
  if (root.name !== 'rdf:RDF') findings.push(`the root element is ${root.name}, not rdf:RDF`);
  if (spaces.get('rdf') !== RDF) findings.push('the prefix rdf does not stand for RDF');
  if (spaces.get('rdfs') !== RDFS) findings.push('the prefix rdfs does not stand for RDF Schema');
  for (const [prefix, uri] of spaces) {
    if (prefix !== 'rdf' && uri === RDF) findings.push(`${prefix || 'no prefix'} is an alias of rdf`);
    if (prefix !== 'rdfs' && uri === RDFS) findings.push(`${prefix || 'no prefix'} is an alias of rdfs`);
  }
  const classes: string[] = [];
  const labels = new Set<string>();
  for (const element of root.children.filter(isElement)) {
    findings.push(...nestedDeclarations(element));
    const children = element.children.filter(isElement);
    const isClass = children.some(
      (child) => child.name === 'rdf:type' && attribute(child, 'resource') === `${RDFS}Class`,
    );
    const parent = children.find(({ name }) => name === 'rdfs:subClassOf');
    if (!isClass || parent === undefined || attribute(parent, 'resource') !== '#Component') continue;
    const id = attribute(element, 'ID') ?? '';
    const label =
      children
        .find(({ name }) => name === 'rdfs:label')
        ?.children.flat()
        .join('') ?? '';
    if (label === '' || labels.has(label)) findings.push(`component ${id} has no label of its own`);
    labels.add(label);
    classes.push(id);
  }
  if (classes.length === 0) findings.push('there is no component');
  for (const element of root.children.filter(isElement)) {
    for (const child of element.children.filter(isElement)) {
      const domain =
        child.name === 'rdfs:domain' ? attribute(child, 'resource')?.replace(/^#/, '') : undefined;
      if (domain !== undefined && !classes.includes(domain))
        findings.push(
          `${attribute(element, 'ID') ?? 'a property'} belongs to ${domain}, which is no component`,
        );
    }
  }
  return findings;
}

/** Prefixes that an element declares; '' is the default. */
export function namespaces({ attributes }: XmlElement): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of attributes) {
    const [, prefix] = /^xmlns(?::(.+))?$/.exec(name) ?? [undefined, undefined];
    if (name === 'xmlns' || prefix !== undefined) found.set(prefix ?? '', value.join(''));
  }
  return found;
}

/** Declarations further down: they would be aliases (§7.1). */
function nestedDeclarations(element: XmlElement): string[] {
  const own = [...namespaces(element).keys()].map(
    (prefix) => `the namespace ${prefix || 'without prefix'} is declared at ${element.name}, not at the root`,
  );
  return [...own, ...element.children.filter(isElement).flatMap(nestedDeclarations)];
}

/** An attribute of RDF with its prefix or, as the Forum's own examples have it, without. */
export function attribute(element: XmlElement, name: string): string | undefined {
  const value = element.attributes.get(`rdf:${name}`) ?? element.attributes.get(name);
  return value?.join('');
}
