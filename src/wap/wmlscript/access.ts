/** Access control: WAP-193_101-WMLScript §6.7.2, §8.5. */
import { hostOf, parseUrl, resolveUrl, type Url } from './url.js';

/** The access control pragmas of a unit. */
export interface AccessControl {
  readonly accessDomain: string | undefined;
  readonly accessPath: string | undefined;
}

/**
 * Whether a unit may be called from elsewhere.
 * @param url of the unit
 * @param referer URL of the caller
 */
export function isAccessAllowed(
  { accessDomain, accessPath }: AccessControl,
  url: string,
  referer: string,
): boolean {
  // "By default, access control is disabled."
  if (accessDomain === undefined && accessPath === undefined) return true;
  const unit = parseUrl(url);
  const caller = parseUrl(referer);
  if (unit === undefined || caller === undefined) return false;
  const domain = accessDomain ?? hostOf(unit).host;
  const path = accessPath === undefined ? '/' : absolutePath(url, accessPath);
  return isSuffix(domain, hostOf(caller).host) && path !== undefined && isPrefix(path, pathOf(caller));
}

/** "www.wapforum.org shall match wapforum.org, but shall not match forum.org"; letters in any case (RFC 2396 §6). */
function isSuffix(domain: string, host: string): boolean {
  const suffix = domain.toLowerCase();
  const name = host.toLowerCase();
  return name === suffix || name.endsWith(`.${suffix}`);
}

/** "/X/Y matches /X, but does not match /XZ". */
function isPrefix(prefix: string, path: string): boolean {
  const whole = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return path === whole || path.startsWith(`${whole}/`);
}

function absolutePath(url: string, path: string): string | undefined {
  const resolved = resolveUrl(url, path);
  const parsed = resolved === undefined ? undefined : parseUrl(resolved);
  return parsed && pathOf(parsed);
}

function pathOf({ path }: Url): string {
  return path === '' ? '/' : path;
}
