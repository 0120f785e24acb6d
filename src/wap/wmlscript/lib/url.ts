/** URL: WAP-194-WMLScriptLibraries §10. */

import { isWithin } from '../text.js';
import type { Url } from '../url.js';
import { hostOf, parseUrl, relativeUrl, resolveUrl, withoutFragment } from '../url.js';
import { invalid } from '../values.js';
import { define, type Implementation, type Result } from './function.js';

/**
 * §10.12: control characters, space, reserved, unwise, delims, and what is not US-ASCII. The last are printed as 8F-FF;
 * here they are 80-FF, since US-ASCII ends at 7F.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are to be escaped
const special = /[\u0000-\u0020\u007f-\u00ff;/?:@&=+$,{}|\\^[\]`<>#%"]/g;

/** §10.14: one content type of the type text, without parameters; token as in RFC 2045, but no wildcard. */
const textType = /^text\/[!#$%&'+.^_`|~0-9A-Za-z-]+$/i;

export const url: Readonly<Record<string, Implementation>> = {
  isValid: define(['String'], (_, text) => parseUrl(text) !== undefined),
  getScheme: define(['String'], (_, text) => part(text, ({ scheme }) => scheme)),
  getHost: define(['String'], (_, text) => part(text, (parsed) => hostOf(parsed).host)),
  getPort: define(['String'], (_, text) => part(text, (parsed) => hostOf(parsed).port)),
  getPath: define(['String'], (_, text) =>
    part(text, ({ path }) =>
      path
        .split('/')
        .map((segment) => upTo(segment, ';'))
        .join('/'),
    ),
  ),
  getParameters: define(['String'], (_, text) =>
    part(text, ({ path }) => {
      const segment = path.slice(path.lastIndexOf('/') + 1);
      return segment.slice(upTo(segment, ';').length + 1);
    }),
  ),
  getQuery: define(['String'], (_, text) => part(text, ({ query }) => query)),
  getFragment: define(['String'], (_, text) => part(text, ({ fragment }) => fragment)),
  getBase: define([], (context) => withoutFragment(context.url())),
  getReferer: define([], (context) =>
    context.referer() === '' ? '' : relativeUrl(context.url(), context.referer()),
  ),
  resolve: define(['String', 'String'], (_, baseUrl, embeddedUrl) => {
    return resolveUrl(baseUrl, embeddedUrl) ?? invalid;
  }),
  escapeString: define(['String'], (_, text) => {
    if (!isWithin(text, 0xff)) return invalid;
    return text.replace(special, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
  }),
  unescapeString: define(['String'], (_, text) => {
    if (!isWithin(text, 0x7f)) return invalid;
    return text.replace(/%([0-9A-Fa-f]{2})/g, (_escape, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
  }),
  loadString: define(['String', 'String'], (_, from, contentType) => {
    if (!textType.test(contentType)) return invalid;
    // The url is an absolute one.
    if (parseUrl(from)?.scheme === undefined) return invalid;
    return { host: 'URL.loadString', args: [from, contentType] };
  }),
};

/** A part of a URL, empty where it is missing, invalid where the syntax is wrong. */
function part(text: string, pick: (parsed: Url) => string | undefined): Result {
  const parsed = parseUrl(text);
  return parsed ? (pick(parsed) ?? '') : invalid;
}

function upTo(text: string, end: string): string {
  const at = text.indexOf(end);
  return at < 0 ? text : text.slice(0, at);
}
