/** Which proxy is responsible for an address: WAP-185-ProvUAB-20010314-a §7, WAP-187-TransportE2ESec-20010628-a §9.6. */
import type { LogicalProxy } from './document.js';

/** Authority and path of a DOMAIN parameter: either may be empty. */
interface Domain {
  /** In small letters; with a full stop in front where it stands for all hosts beneath. */
  readonly authority: string;
  /** With its first slash, without the last; empty where all paths are meant. */
  readonly path: string;
}

/** How well a domain fits; more is better, authority before path. */
interface Match {
  readonly authority: number;
  readonly path: number;
}

/** §7.1 has the domain as authority and path, WAP-183 §5.6.1 also as an absolute URI. */
export function decodeDomain(text: string): Domain {
  const bare = text.trim().replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  const slash = bare.indexOf('/');
  const authority = (slash < 0 ? bare : bare.slice(0, slash)).toLowerCase();
  const path = slash < 0 ? '' : bare.slice(slash).replace(/\/+$/, '');
  return { authority: withoutPort(authority), path };
}

/** How DOMAIN fits the address; `undefined` where it does not. The port of the address does not count (§7.1). */
export function matchDomain(domain: string, url: URL): Match | undefined {
  const { authority, path } = decodeDomain(domain);
  const segments = authorityMatch(authority, url.hostname.toLowerCase());
  if (segments === undefined || !pathMatch(path, url.pathname)) return undefined;
  return { authority: segments, path: path.length };
}

/** Number of segments that fit; all of an address, and none where the domain leaves the authority open. */
function authorityMatch(authority: string, host: string): number | undefined {
  if (authority === '') return 0;
  if (authority === host) return labels(host) + 1;
  if (isAddress(host) || !authority.startsWith('.') || !host.endsWith(authority)) return undefined;
  return host.length > authority.length ? labels(authority) : undefined;
}

/** §7.2: whole segments only. */
function pathMatch(path: string, of: string): boolean {
  return path === '' || of === path || of.startsWith(`${path}/`);
}

/**
 * The proxies that fit best, in order of the list, which is that of priority (§7.3); none where no domain fits, and the user agent
 * goes on as it likes. Where domains are equal, a proxy that was discovered comes first (WAP-187 §9.3.1): list it first.
 */
export function selectProxies<P extends LogicalProxy>(proxies: readonly P[], url: URL): readonly P[] {
  let best: Match = { authority: -1, path: -1 };
  let selected: P[] = [];
  for (const proxy of proxies) {
    for (const domain of proxy.domains) {
      const match = matchDomain(domain, url);
      if (match === undefined) continue;
      const better = match.authority - best.authority || match.path - best.path;
      if (better < 0) continue;
      if (better > 0) selected = [];
      if (!selected.includes(proxy)) selected.push(proxy);
      best = match;
    }
  }
  return selected;
}

/**
 * The additional security match of WAP-187 §9.6 between the domain of a proxy that is no more and the address that is to be asked for:
 * selection's rules, and at most one label of difference.
 */
export function securityMatch(domain: string, url: URL): boolean {
  if (matchDomain(domain, url) === undefined) return false;
  const { authority } = decodeDomain(domain);
  return labels(url.hostname) - labels(authority) <= 1;
}

/** Whether two domains are equal but for the letters' case (WAP-187 §9.3.2). */
export function sameDomain(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}

function labels(authority: string): number {
  return authority.split('.').filter((label) => label !== '').length;
}

function isAddress(host: string): boolean {
  return host.startsWith('[') || /^\d+(\.\d+){3}$/.test(host);
}

/** The colons of an IPv6 address are none of a port. */
function withoutPort(authority: string): string {
  if (authority.startsWith('[')) return authority.replace(/\]:\d*$/, ']');
  const bare = authority.replace(/:\d*$/, '');
  return bare.includes(':') ? `[${authority}]` : bare;
}
