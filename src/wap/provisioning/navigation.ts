/** Navigation documents, which send a user agent to a subordinate pull proxy: WAP-187-TransportE2ESec-20010628-a §7 and §8.1. */
import { DecodeError } from '../errors.js';
import {
  type Characteristic,
  type ConnectivityDocument,
  decodeConnectivity,
  type LogicalProxy,
} from './document.js';
import { decodeDomain } from './selection.js';

export interface NavigationDocument extends ConnectivityDocument {
  /** Its one proxy. */
  readonly proxy: LogicalProxy;
  /** Its DOMAIN, empty where it has none. */
  readonly domain: string;
}

/** What a master pull proxy lets through: §8.1.1, whose recommendation is the default. */
export interface NavigationPolicy {
  readonly emptyDomain: boolean;
  readonly master: boolean;
  readonly accessPoints: boolean;
}

/** §8.1.1: nothing of that. */
export const defaultNavigationPolicy: NavigationPolicy = {
  emptyDomain: false,
  master: false,
  accessPoints: false,
};

/** Reads a navigation document in its textual form; throws `DecodeError` where it is malformed (§7). */
export function decodeNavigation(xml: string): NavigationDocument {
  const document = decodeConnectivity(xml);
  const [proxy, second] = document.proxies;
  if (proxy === undefined) return fail('there is no PXLOGICAL');
  if (second !== undefined) fail('there is more than one PXLOGICAL');
  for (const type of ['BOOTSTRAP', 'CLIENTIDENTITY']) {
    if (document.characteristics.some((each) => each.type === type)) fail(`${type} may not stand in it`);
  }
  if (proxy.trusted) fail('TRUST may not stand in it');
  const [domain = '', another] = proxy.domains;
  if (another !== undefined) fail('there is more than one DOMAIN');
  if (domain.trim() !== '' && decodeDomain(domain).authority === '') fail('DOMAIN has no authority');
  const physical = document.characteristics.flatMap(({ characteristics }) => characteristics);
  if (physical.some(outside(domain))) fail('PXPHYSICAL has a DOMAIN outside that of PXLOGICAL');
  return { ...document, proxy, domain };
}

/** WAP-183 §5.6.2: a physical proxy serves part of what its logical one does. */
function outside(domain: string): (physical: Characteristic) => boolean {
  const whole = decodeDomain(domain);
  return ({ type, parms }) =>
    type === 'PXPHYSICAL' &&
    (parms.get('DOMAIN') ?? []).some((text) => {
      const part = decodeDomain(text);
      const within = part.authority === whole.authority || part.authority.endsWith(whole.authority);
      return !within || (part.authority === whole.authority && !part.path.startsWith(whole.path));
    });
}

function fail(rule: string): never {
  throw new DecodeError('navigation document', 0, rule);
}

/** Why the policy refuses the document; nothing where it does not. */
export function refusedBy(policy: NavigationPolicy, document: NavigationDocument): string | undefined {
  if (!policy.emptyDomain && document.domain.trim() === '') return 'it claims every domain';
  if (!policy.master && document.proxy.master) return 'it makes its proxy a master';
  if (!policy.accessPoints && document.characteristics.some(({ type }) => type === 'NAPDEF'))
    return 'it defines network access points';
  return undefined;
}

/**
 * The basic domain check of §8.1.2, against redirection by a stranger: the requested authority as a whole stands in that of the domain,
 * the domain's path in the requested one. "Included as a whole" is read with the printed examples: what is included is an end of
 * the domain that begins at a label.
 * @param domain PXLOGICAL.DOMAIN
 * @param requested what the origin was asked for
 * @param certificateName CN of the origin's certificate, where TLS was used
 */
export function domainAllowed(domain: string, requested: URL, certificateName?: string): boolean {
  const { authority, path } = decodeDomain(domain);
  if (!includes(authority, requested.hostname)) return false;
  if (certificateName !== undefined && !includes(authority, certificateName)) return false;
  return path === '' || requested.pathname === path || requested.pathname.startsWith(`${path}/`);
}

/** `x.y.com` is included in `a.x.y.com`, `.x.y.com` and `x.y.com`, not in `.y.com`. */
function includes(authority: string, name: string): boolean {
  const whole = name.toLowerCase();
  return authority === whole || authority.endsWith(`.${whole}`);
}
