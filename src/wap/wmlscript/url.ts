/**
 * URLs as the scripts' library and the machine need them: RFC 2396, the syntax that WAP-194 §10 and
 * WAP-193_101-WMLScript §8.3 refer to. Nothing is normalised: a part is returned as it is written.
 */

/** The parts of a URI reference. A part that is missing is `undefined`; one that is there may be empty. */
export interface Url {
  readonly scheme: string | undefined;
  readonly authority: string | undefined;
  /** With the parameters of its segments; empty where the part after the scheme is opaque. */
  readonly path: string;
  /** What follows the scheme where it does not begin with a slash: `mailto:` and the like. */
  readonly opaque: string | undefined;
  readonly query: string | undefined;
  readonly fragment: string | undefined;
}

/** RFC 2396 Appendix B. */
const parts = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([\s\S]*))?$/;

const schemeSyntax = /^[A-Za-z][A-Za-z0-9+.-]*$/;
/** unreserved, escaped, and the reserved characters that a part may have: RFC 2396 Appendix A. */
const uricSyntax = charactersOf(';/?:@&=+$,');
const pathSyntax = charactersOf('/;:@&=+$,');
const userInfoSyntax = charactersOf(';:&=+$,');
const registrySyntax = charactersOf('$,;:@&=+');
const hostPortSyntax =
  /^((?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?|[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+)(?::([0-9]*))?$/;

/** The parts of a URI reference, absolute or relative; `undefined` where its syntax is wrong. */
export function parseUrl(text: string): Url | undefined {
  const match = parts.exec(text);
  if (match === null) return undefined;
  const [, scheme, authority, rest = '', query, fragment] = match;
  if (scheme !== undefined && !schemeSyntax.test(scheme)) return undefined;
  if (authority !== undefined && !isAuthority(authority)) return undefined;
  if (query !== undefined && !uricSyntax.test(query)) return undefined;
  if (fragment !== undefined && !uricSyntax.test(fragment)) return undefined;
  if (scheme !== undefined && authority === undefined && !rest.startsWith('/')) {
    // opaque_part = uric_no_slash *uric, to which the query belongs.
    const opaque = query === undefined ? rest : `${rest}?${query}`;
    if (opaque === '' || !uricSyntax.test(opaque)) return undefined;
    return { scheme, authority, path: '', opaque, query: undefined, fragment };
  }
  if (!pathSyntax.test(rest)) return undefined;
  return { scheme, authority, path: rest, opaque: undefined, query, fragment };
}

/** Host and port of an authority; both empty where it names none. */
export function hostOf({ authority }: Url): { readonly host: string; readonly port: string } {
  const match = hostPortSyntax.exec(authority?.slice(authority.lastIndexOf('@') + 1) ?? '');
  return { host: match?.[1] ?? '', port: match?.[2] ?? '' };
}

/** The inverse of `parseUrl`. */
export function formatUrl(url: Url): string {
  return (
    (url.scheme === undefined ? '' : `${url.scheme}:`) +
    (url.authority === undefined ? '' : `//${url.authority}`) +
    (url.opaque ?? url.path) +
    (url.query === undefined ? '' : `?${url.query}`) +
    (url.fragment === undefined ? '' : `#${url.fragment}`)
  );
}

/** A URL without its fragment. */
export function withoutFragment(text: string): string {
  const at = text.indexOf('#');
  return at < 0 ? text : text.slice(0, at);
}

/**
 * The absolute URL that a reference means where `base` is the current document: RFC 2396 §5.2, with the path "/" for a
 * base that has none (WAP-194 §10.11). `undefined` where a syntax is wrong or the base is not absolute.
 */
export function resolveUrl(base: string, reference: string): string | undefined {
  const to = parseUrl(reference);
  const from = parseUrl(base);
  if (to === undefined || from === undefined) return undefined;
  if (to.scheme !== undefined) return reference;
  if (from.scheme === undefined || from.opaque !== undefined) return undefined;
  const basePath = from.path === '' ? '/' : from.path;
  if (to.authority === undefined && to.path === '' && to.query === undefined) {
    return formatUrl({ ...from, path: basePath, fragment: to.fragment });
  }
  if (to.authority !== undefined) return formatUrl({ ...to, scheme: from.scheme });
  const path = to.path.startsWith('/') ? to.path : mergePaths(basePath, to.path);
  return formatUrl({ ...to, scheme: from.scheme, authority: from.authority, path });
}

/**
 * The shortest reference that means `target` in a document at `base`, both absolute: WAP-194 §10.10, §11.6. It stays
 * absolute where scheme or authority differ.
 */
export function relativeUrl(base: string, target: string): string {
  const from = parseUrl(base);
  const to = parseUrl(target);
  if (from === undefined || to === undefined || from.opaque !== undefined || to.opaque !== undefined)
    return target;
  if (from.scheme !== to.scheme || from.authority !== to.authority) return target;
  const fromPath = from.path === '' ? '/' : from.path;
  const toPath = to.path === '' ? '/' : to.path;
  const tail = formatUrl({ ...to, scheme: undefined, authority: undefined, path: '' });
  const relative = relativePath(fromPath, toPath) + tail;
  const candidates = [relative, toPath + tail].sort((a, b) => a.length - b.length);
  if (to.fragment !== undefined) candidates.unshift(`#${to.fragment}`);
  // Paths with empty or dotted segments may mean something else when they are relative.
  const meant = formatUrl({ ...to, path: toPath });
  return candidates.find((candidate) => resolveUrl(base, candidate) === meant) ?? target;
}

function relativePath(from: string, to: string): string {
  const here = from.split('/').slice(0, -1);
  const there = to.split('/');
  const file = there.pop() ?? '';
  let common = 0;
  while (common < here.length && common < there.length && here[common] === there[common]) common++;
  const up = '../'.repeat(here.length - common);
  const down = [...there.slice(common), file].join('/');
  // An empty reference would mean the document itself, and a colon or slash first something else.
  if (up === '' && (down === '' || down.startsWith('/') || /^[^/]*:/.test(down))) return `./${down}`;
  return up + down;
}

/** RFC 2396 §5.2 step 6. What goes up beyond the root stays, as the examples of its §C.2 do. */
function mergePaths(base: string, reference: string): string {
  const segments = (base.slice(0, base.lastIndexOf('/') + 1) + reference).split('/');
  const merged: string[] = [];
  const last = segments.length - 1;
  for (const [i, segment] of segments.entries()) {
    const goesUp = segment === '..' && merged.length > 1 && merged.at(-1) !== '..';
    if (goesUp) merged.pop();
    if (segment !== '.' && !goesUp) merged.push(segment);
    else if (i === last) merged.push('');
  }
  return merged.join('/');
}

function isAuthority(authority: string): boolean {
  if (authority === '') return true;
  const at = authority.lastIndexOf('@');
  const isServer =
    (at < 0 || userInfoSyntax.test(authority.slice(0, at))) && hostPortSyntax.test(authority.slice(at + 1));
  return isServer || registrySyntax.test(authority);
}

/** Tells whether a text has only unreserved and escaped characters, and those given. */
function charactersOf(reserved: string): { test(text: string): boolean } {
  const other = new RegExp(`[^A-Za-z0-9_.!~*'()%${reserved}-]|%(?![0-9A-Fa-f]{2})`);
  return { test: (text) => !other.test(text) };
}
