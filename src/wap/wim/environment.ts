/** Security environments of the card: WAP-260 §10, and the data objects that MSE and PSO carry (§11.3.6). */
import { DecodeError } from '../errors.js';
import { Reader } from '../octets.js';
import { SE } from './layout.js';
import { OID } from './pkcs15.js';

export type TemplateName = 'DST' | 'CT' | 'CCT';

/** P2 of MSE SET: §11.3.6.3. */
export const templateTags = { DST: 0xb6, CT: 0xb8, CCT: 0xb4 } as const satisfies Record<
  TemplateName,
  number
>;

export interface EnvironmentKind {
  readonly number: number;
  /** How EF(TokenInfo) names it. */
  readonly owner: string;
  readonly algorithm: 'rsa' | 'ec';
  readonly wtls: boolean;
  readonly templates: readonly TemplateName[];
}

/** §10.2, §10.3. */
// biome-ignore format: a line is an environment
export const environmentKinds: readonly EnvironmentKind[] = [
  { number: SE.wtlsRsa, owner: OID.wtlsRsa, algorithm: 'rsa', wtls: true, templates: ['DST', 'CT', 'CCT'] },
  { number: SE.genericRsa, owner: OID.genericRsa, algorithm: 'rsa', wtls: false, templates: ['DST', 'CT'] },
  { number: SE.wtlsEcdh, owner: OID.wtlsEcdh, algorithm: 'ec', wtls: true, templates: ['DST', 'CT', 'CCT'] },
  { number: SE.genericEcc, owner: OID.genericEcc, algorithm: 'ec', wtls: false, templates: ['DST', 'CT'] },
];

/** What is set in the templates of the current environment. All of it is forgotten when one is restored. */
export interface Environment {
  readonly kind: EnvironmentKind;
  readonly DST: Template;
  readonly CT: Template;
  readonly CCT: Template;
  /** Made by key exchange, used up by the derivation of a master secret. */
  preMasterSecret?: Uint8Array;
}

/** Attributes by the tag that sets them: Table 4. */
export interface Template {
  /** 81: the file of the private key. */
  keyFile?: number;
  /** 84: the private key; in the CCT the master secret to be made. */
  keyReference?: number;
  /** 83: a public key; in the CCT the master secret to be used. */
  publicKey?: Uint8Array;
  masterSecret?: number;
  /** 90: the digest whose signature is to be verified. Transient. */
  digest?: Uint8Array;
  /** 91 with a value: what goes before the random octets. Transient. */
  version?: number;
  /** 91 without a value: the card is to draw random octets. Transient. */
  drawRandom?: boolean;
  /** 94: the seed of a master secret. */
  seed?: Uint8Array;
  /** 96: the length of a checksum. */
  length?: number;
}

export function newEnvironment(kind: EnvironmentKind): Environment {
  return { kind, DST: {}, CT: {}, CCT: {} };
}

interface DataObject {
  readonly tag: number;
  readonly value: Uint8Array;
}

/** Data objects one behind the other (ISO 7816-4 Annex D): §11.3.6. */
export function readDataObjects(octets: Uint8Array): readonly DataObject[] {
  const reader = new Reader(octets, 'CRDO');
  const objects: DataObject[] = [];
  while (reader.left > 0) {
    const tag = reader.uint8('tag');
    const first = reader.uint8('length');
    if (first > 0x81 || first === 0x80) reader.fail(`a length that begins with ${first}`);
    const length = first === 0x81 ? reader.uint8('length') : first;
    objects.push({ tag, value: reader.octets('value', length).slice() });
  }
  return objects;
}

/** A data object with its tag and length. */
export function dataObject(tag: number, value: Uint8Array): Uint8Array {
  const length = value.length < 0x80 ? [value.length] : [0x81, value.length];
  return Uint8Array.of(tag, ...length, ...value);
}

/** Sets what `data` says in `template`; `false` where a tag or a length is none that the template knows (6A80). */
export function setTemplate(name: TemplateName, template: Template, data: Uint8Array): boolean {
  const objects = tryRead(data);
  if (objects === undefined || objects.length === 0) return false;
  const changed: Template = { ...template };
  if (!objects.every(({ tag, value }) => setAttribute(name, changed, tag, value))) return false;
  Object.assign(template, changed);
  return true;
}

function tryRead(data: Uint8Array): readonly DataObject[] | undefined {
  try {
    return readDataObjects(data);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** Table 4: which tag may stand in which template. */
function setAttribute(name: TemplateName, template: Template, tag: number, value: Uint8Array): boolean {
  const [first] = value;
  switch (tag) {
    case 0x81:
      if (name === 'CCT' || value.length < 2 || value.length > PATH_MOST || value.length % 2 !== 0)
        return false;
      template.keyFile = ((value.at(-2) ?? 0) << 8) | (value.at(-1) ?? 0);
      return true;
    case 0x83:
      if (name === 'CCT') return setNumber(value, (number) => (template.masterSecret = number));
      template.publicKey = value;
      return value.length > 0;
    case 0x84:
      return setNumber(value, (number) => (template.keyReference = number));
    case 0x90:
      template.digest = value;
      return name === 'DST' && value.length > 0;
    case 0x91:
      if (first === undefined) template.drawRandom = true;
      else template.version = first;
      return name === 'CT' && value.length <= 1;
    case 0x94:
      template.seed = value;
      return name === 'CCT';
    case 0x96:
      return name === 'CCT' && setNumber(value, (number) => (template.length = number));
    default:
      return false;
  }
}

/** §12.3: a path has 12 octets at most. */
const PATH_MOST = 12;

function setNumber(value: Uint8Array, set: (number: number) => void): boolean {
  const [number] = value;
  if (number === undefined || value.length !== 1) return false;
  set(number);
  return true;
}
