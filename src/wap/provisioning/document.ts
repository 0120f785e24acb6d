/** Connectivity documents: WAP-183-ProvCont-20010724-a §5, in UTF-8 as SIN WAP-183_005 wants. */

import { type Dtd, decodeXml, type XmlElement } from '../dtd.js';
import { DecodeError } from '../errors.js';

/** §5.1.2. */
export const provisioningDtd: Dtd = {
  layer: 'PROV',
  root: 'wap-provisioningdoc',
  elements: {
    'wap-provisioningdoc': { content: '(characteristic+)', attributes: { version: ['CDATA', '#IMPLIED'] } },
    characteristic: { content: '(parm*, characteristic*)', attributes: { type: ['CDATA', '#REQUIRED'] } },
    parm: { content: 'EMPTY', attributes: { name: ['CDATA', '#REQUIRED'], value: ['CDATA', '#IMPLIED'] } },
  },
};

/** §5.1.1.2, also of navigation documents (WAP-187 §7). */
export const connectivityMediaTypes = {
  text: 'text/vnd.wap.connectivity-xml',
  binary: 'application/vnd.wap.connectivity-wbxml',
} as const;

/** How often something may stand: `''` once, the others as printed (§5.2). */
type Occurrence = '' | '?' | '*' | '+' | '0 to 4';

interface CharacteristicModel {
  /** Types of characteristics that this one may stand in; `''` is the document. */
  readonly in: readonly string[];
  readonly parms: Readonly<Record<string, Occurrence>>;
}

/** §5.2, with the numbers of DOMAIN from §5.6.1. VENDORCONFIG may hold anything. */
// biome-ignore format: a line is a printed row
const dataModel: Readonly<Record<string, CharacteristicModel>> = {
  PXLOGICAL: { in: [''], parms: {
    'PROXY-ID': '', 'PROXY-PROVIDER-ID': '?', NAME: '', DOMAIN: '0 to 4', TRUST: '?', MASTER: '?', STARTPAGE: '?',
    'BASAUTH-ID': '?', 'BASAUTH-PW': '?', 'WSP-VERSION': '?', PUSHENABLED: '?',
  } },
  PXAUTHINFO: { in: ['PXLOGICAL'], parms: { 'PXAUTH-TYPE': '', 'PXAUTH-ID': '?', 'PXAUTH-PW': '?' } },
  PORT: { in: ['PXLOGICAL', 'PXPHYSICAL'], parms: { PORTNBR: '', SERVICE: '*' } },
  PXPHYSICAL: { in: ['PXLOGICAL'], parms: {
    'PHYSICAL-PROXY-ID': '', DOMAIN: '0 to 4', PXADDR: '', PXADDRTYPE: '?', 'WSP-VERSION': '?', PUSHENABLED: '?', 'TO-NAPID': '+',
  } },
  NAPDEF: { in: [''], parms: {
    NAPID: '', BEARER: '*', NAME: '', INTERNET: '?', 'NAP-ADDRESS': '', 'NAP-ADDRTYPE': '?', CALLTYPE: '?', 'LOCAL-ADDR': '?',
    'LOCAL-ADDRTYPE': '?', LINKSPEED: '?', DNLINKSPEED: '?', LINGER: '?', 'DELIVERY-ERR-SDU': '?', 'DELIVERY-ORDER': '?',
    'TRAFFIC-CLASS': '?', 'MAX-SDU-SIZE': '?', 'MAX-BITRATE-UPLINK': '?', 'MAX-BITRATE-DNLINK': '?', 'RESIDUAL-BER': '?',
    'SDU-ERROR-RATIO': '?', 'TRAFFIC-HANDL-PRIO': '?', 'TRANSFER-DELAY': '?', 'GUARANTEED-BITRATE-UPLINK': '?',
    'GUARANTEED-BITRATE-DNLINK': '?',
  } },
  NAPAUTHINFO: { in: ['NAPDEF'], parms: { AUTHTYPE: '', AUTHNAME: '?', AUTHSECRET: '?' } },
  VALIDITY: { in: ['NAPDEF'], parms: { COUNTRY: '?', NETWORK: '?', SID: '?', SOC: '?', VALIDUNTIL: '?' } },
  BOOTSTRAP: { in: [''], parms: {
    NAME: '?', NETWORK: '*', COUNTRY: '?', 'PROXY-ID': '*', PROVURL: '?', 'CONTEXT-ALLOW': '?',
  } },
  CLIENTIDENTITY: { in: [''], parms: { 'CLIENT-ID': '' } },
  VENDORCONFIG: { in: [''], parms: {} },
};

/** Highest number of times that each occurrence allows, and the least. */
const times: Readonly<Record<Occurrence, readonly [least: number, most: number]>> = {
  '': [1, 1],
  '?': [0, 1],
  '*': [0, Number.POSITIVE_INFINITY],
  '+': [1, Number.POSITIVE_INFINITY],
  '0 to 4': [0, 4],
};

/** A group of parameters, as it stands in the document. */
export interface Characteristic {
  readonly type: string;
  /** The values of each parameter, in order; one without a value has the empty string. */
  readonly parms: ReadonlyMap<string, readonly string[]>;
  readonly characteristics: readonly Characteristic[];
}

/** What a port is for: §5.6.4. */
export interface PortBinding {
  readonly port: number;
  /** Names as printed: `CL-WSP`, `CO-WSP`, `CL-SEC-WSP`, `CO-SEC-WSP`, `CO-SEC-WTA`, `CL-SEC-WTA`. */
  readonly services: readonly string[];
}

/** An instance of a logical proxy: §5.6.2. What it leaves out is the logical proxy's. */
export interface PhysicalProxy {
  readonly id: string;
  readonly domains: readonly string[];
  readonly address: string;
  readonly addressType: string;
  /** Those of the logical proxy first (§6.2). */
  readonly ports: readonly PortBinding[];
  /** Access points by preference; `INTERNET` is any that reaches it. */
  readonly accessPoints: readonly string[];
}

/** §5.6.1. */
export interface LogicalProxy {
  readonly id: string;
  /** Who the proxy's certificate must name. */
  readonly providerId?: string;
  readonly name: string;
  /** Never empty: a proxy without any is responsible for all (§5.6.1). */
  readonly domains: readonly string[];
  readonly trusted: boolean;
  /** May send navigation documents (WAP-187 §6). */
  readonly master: boolean;
  /** With a scheme. */
  readonly startpage?: string;
  readonly physical: readonly PhysicalProxy[];
}

/** A connectivity document that obeys the data model. */
export interface ConnectivityDocument {
  readonly characteristics: readonly Characteristic[];
  readonly proxies: readonly LogicalProxy[];
}

/** Reads text/vnd.wap.connectivity-xml; throws `DecodeError` where it breaks the DTD or the data model of §5. */
export function decodeConnectivity(xml: string): ConnectivityDocument {
  const { root } = decodeXml(provisioningDtd, xml);
  const version = root.attributes.version;
  // §5.4: another major version is another language.
  if (version !== undefined && !/^1(\.|$)/.test(version)) fail(`version ${version} is not 1.0`);
  const characteristics = root.children.map((child) => characteristic(child, ''));
  const proxies = characteristics.filter(({ type }) => type === 'PXLOGICAL').map(logicalProxy);
  return { characteristics, proxies };
}

function fail(rule: string): never {
  throw new DecodeError('PROV', 0, rule);
}

function characteristic(element: XmlElement, parent: string): Characteristic {
  const type = element.attributes.type ?? '';
  const model = Object.hasOwn(dataModel, type) ? dataModel[type] : undefined;
  if (model === undefined) return fail(`there is no characteristic ${type}`);
  if (!model.in.includes(parent)) fail(`${type} may not stand in ${parent || 'the document'}`);
  const parms = new Map<string, string[]>();
  for (const child of element.children) {
    if (child.name !== 'parm') continue;
    const name = child.attributes.name ?? '';
    const values = parms.get(name) ?? [];
    values.push(child.attributes.value ?? '');
    parms.set(name, values);
  }
  checkParms(type, model, parms);
  const characteristics = element.children
    .filter(({ name }) => name === 'characteristic')
    .map((child) => characteristic(child, type));
  return { type, parms, characteristics };
}

function checkParms(
  type: string,
  model: CharacteristicModel,
  parms: ReadonlyMap<string, readonly string[]>,
): void {
  if (type === 'VENDORCONFIG') return;
  for (const name of parms.keys()) {
    if (!Object.hasOwn(model.parms, name)) fail(`${type} has no parameter ${name}`);
  }
  for (const [name, occurrence] of Object.entries(model.parms)) {
    const count = parms.get(name)?.length ?? 0;
    const [least, most] = times[occurrence];
    if (count < least) fail(`${type} lacks ${name}`);
    if (count > most)
      fail(`${type} has ${name} ${count} times, and may have it ${most === 1 ? 'once' : 'four times'}`);
  }
}

function logicalProxy(logical: Characteristic): LogicalProxy {
  const providerId = parm(logical, 'PROXY-PROVIDER-ID');
  const startpage = parm(logical, 'STARTPAGE');
  const domains = logical.parms.get('DOMAIN') ?? [''];
  const ports = bindings(logical);
  const physical = logical.characteristics
    .filter(({ type }) => type === 'PXPHYSICAL')
    .map((each) => physicalProxy(each, domains, ports));
  if (physical.length === 0) fail('PXLOGICAL lacks PXPHYSICAL');
  return {
    id: parm(logical, 'PROXY-ID') ?? '',
    name: parm(logical, 'NAME') ?? '',
    domains,
    trusted: logical.parms.has('TRUST'),
    master: logical.parms.has('MASTER'),
    physical,
    ...(providerId !== undefined && { providerId }),
    ...(startpage !== undefined && { startpage: absolute(startpage) }),
  };
}

/** §5.6.1: without a scheme, http is meant. */
function absolute(startpage: string): string {
  const uri = /^[a-z][a-z0-9+.-]*:\/\//i.test(startpage) ? startpage : `http://${startpage}`;
  return URL.canParse(uri) ? uri : fail(`STARTPAGE is no address: ${startpage}`);
}

function physicalProxy(
  physical: Characteristic,
  domains: readonly string[],
  ports: readonly PortBinding[],
): PhysicalProxy {
  const own = bindings(physical);
  const twice = own.find(({ port }) => ports.some((other) => other.port === port));
  // §6.2: bindings that contradict each other are refused.
  if (twice !== undefined) fail(`port ${twice.port} is bound by PXLOGICAL and by PXPHYSICAL`);
  return {
    id: parm(physical, 'PHYSICAL-PROXY-ID') ?? '',
    domains: physical.parms.get('DOMAIN') ?? domains,
    address: parm(physical, 'PXADDR') ?? '',
    addressType: parm(physical, 'PXADDRTYPE') ?? 'IPV4',
    ports: [...ports, ...own],
    accessPoints: physical.parms.get('TO-NAPID') ?? [],
  };
}

function bindings(of: Characteristic): readonly PortBinding[] {
  const ports = of.characteristics
    .filter(({ type }) => type === 'PORT')
    .map(({ parms }) => ({
      port: portNumber(parms.get('PORTNBR')?.[0] ?? ''),
      services: parms.get('SERVICE') ?? [],
    }));
  if (new Set(ports.map(({ port }) => port)).size < ports.length) fail(`${of.type} binds a port twice`);
  return ports;
}

function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port > 0 && port < 65_536 ? port : fail(`PORTNBR is no port: ${text}`);
}

function parm(of: Characteristic, name: string): string | undefined {
  return of.parms.get(name)?.[0];
}
