/**
 * What a client can do, as PAP carries it: the capabilities entity of WAP-247 §7.3, in the RDF of WAP-248 (UAProf). Of the RDF only the
 * attributes and their values are read, whatever component they belong to: names are unique over all of them (WAP-248 Appendix A).
 */
import { SaxesParser } from 'saxes';
import { DecodeError } from '../errors.js';
import { encodeUtf8 } from '../octets.js';

/** Attributes by their names without prefix: `Push-Accept` → its values, a single one for a literal. */
export type Capabilities = ReadonlyMap<string, readonly string[]>;

/** A profile is some kilobytes; nothing that describes a phone is larger. */
const MAX_DOCUMENT = 262_144;

/** RDF nests an attribute's value nine deep; the rest is room. */
const MAX_DEPTH = 32;

/** The namespace of the schema that is written. */
const SCHEMA = 'http://www.wapforum.org/profiles/UAPROF/ccppschema-20010430#';

const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';

/** Reads a profile; `DecodeError` where it is not well-formed. An attribute that is given twice keeps what came first (WAP-248 §6). */
export function decodeCapabilities(xml: string): Capabilities {
  if (xml.length > MAX_DOCUMENT)
    throw new DecodeError('UAProf', 0, `the profile is longer than ${MAX_DOCUMENT}`);
  const found = new Map<string, readonly string[]>();
  const path: string[] = [];
  let text = '';
  let items: string[] | undefined;
  const parser = new SaxesParser({ position: false });
  const fail = (rule: string): never => {
    throw new DecodeError('UAProf', 0, rule);
  };
  parser.on('error', (error) => fail(error.message));
  parser.on('text', (part) => {
    text += part;
  });
  parser.on('cdata', (part) => {
    text += part;
  });
  parser.on('opentag', ({ name }) => {
    if (path.push(localName(name)) > MAX_DEPTH) fail(`elements are nested deeper than ${MAX_DEPTH}`);
    text = '';
    if (containers.has(localName(name))) items = [];
  });
  parser.on('closetag', () => {
    const name = path.pop() ?? '';
    const value = text.trim();
    text = '';
    if (name === 'li') items?.push(value);
    else if (containers.has(name) || structure.has(name)) return;
    else {
      const values = items ?? (value === '' ? [] : [value]);
      items = undefined;
      if (values.length > 0 && !found.has(name)) found.set(name, values);
    }
  });
  parser.write(xml).close();
  return found;
}

const containers: ReadonlySet<string> = new Set(['Bag', 'Seq', 'Alt']);
const structure: ReadonlySet<string> = new Set([
  'RDF',
  'Description',
  'component',
  'type',
  'Defaults',
  'defaults',
]);

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** Which component of the schema an attribute that is written belongs to (WAP-248 Appendix A). */
const components = {
  SoftwarePlatform: ['CcppAccept', 'CcppAccept-Charset', 'CcppAccept-Encoding', 'CcppAccept-Language'],
  PushCharacteristics: [
    'Push-Accept',
    'Push-Accept-Charset',
    'Push-Accept-Encoding',
    'Push-Accept-Language',
    'Push-Accept-AppID',
    'Push-MsgSize',
    'Push-MaxPushReq',
  ],
} as const satisfies Record<string, readonly string[]>;

/** Writes what is known of a terminal: the attributes that concern pushes and what it accepts. Others are left out. */
export function encodeCapabilities(known: Capabilities): Uint8Array {
  const written = Object.entries(components).map(([component, names]) => {
    const attributes = names.map((name) => attribute(name, known.get(name))).join('');
    if (attributes === '') return '';
    const type = `<rdf:type rdf:resource="${SCHEMA}${component}"/>`;
    return `<prf:component><rdf:Description rdf:ID="${component}">${type}${attributes}</rdf:Description></prf:component>`;
  });
  return encodeUtf8(
    `<?xml version="1.0"?><rdf:RDF xmlns:rdf="${RDF}" xmlns:prf="${SCHEMA}"><rdf:Description rdf:ID="Profile">${written.join('')}` +
      '</rdf:Description></rdf:RDF>',
  );
}

function attribute(name: string, values: readonly string[] | undefined): string {
  const [only] = values ?? [];
  if (values === undefined || only === undefined) return '';
  const items = values.map((value) => `<rdf:li>${escaped(value)}</rdf:li>`).join('');
  return `<prf:${name}>${literals.has(name) ? escaped(only) : `<rdf:Bag>${items}</rdf:Bag>`}</prf:${name}>`;
}

/** Attributes that are a single value, not a list. */
const literals: ReadonlySet<string> = new Set(['Push-MsgSize', 'Push-MaxPushReq']);

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/**
 * The first attribute in which a client does less than was assumed of it (WAP-247 §10.3): a list that lacks a value, a number that is smaller.
 * What is not known of the client is not held against it.
 */
export function lacking(assumed: Capabilities, known: Capabilities): string | undefined {
  for (const [name, values] of assumed) {
    const has = known.get(name);
    if (has !== undefined && values.some((value) => !covers(has, value))) return name;
  }
  return undefined;
}

/** Whether a list of media ranges, languages, ids … has that value; of numbers, whether one is as large. */
function covers(has: readonly string[], wanted: string): boolean {
  const value = normal(wanted);
  if (/^\d+$/.test(value)) return has.some((each) => /^\d+$/.test(each) && Number(each) >= Number(value));
  return has.some((each) => {
    const range = normal(each);
    return (
      range === value ||
      /^\*(\/\*)?$/.test(range) ||
      (range.endsWith('/*') && value.startsWith(range.slice(0, -1)))
    );
  });
}

function normal(text: string): string {
  return (text.split(';')[0] ?? '').trim().toLowerCase();
}

/** Whether a client takes a type; `undefined` where it says nothing about types. */
export function takes(known: Capabilities, contentType: string): boolean | undefined {
  const list = known.get('Push-Accept');
  return list && covers(list, contentType);
}
