/** Which grammar each well-known header has: WAP-230-WSP §8.4.2.7–8.4.2.71. */
import { charsetNumbers, languageNumbers } from './header-values.js';
import { challenge, credentials } from './rules/authentication.js';
import { cacheControl, pragma, retryAfter, trailer, vary, warning } from './rules/caching.js';
import { contentDisposition, contentId, contentMd5, expect, method } from './rules/content.js';
import { cookie, setCookie } from './rules/cookies.js';
import {
  accept,
  codingChoice,
  contentCodings,
  contentLanguage,
  contentType,
  numberedChoice,
  te,
} from './rules/negotiation.js';
import { contentRange, range } from './rules/ranges.js';
import { type Rule, token } from './rules/rule.js';
import {
  date,
  entityTag,
  entityTagList,
  expires,
  ifRange,
  integer,
  shortInteger,
  textList,
  xWapTod,
} from './rules/simple.js';
import { acceptApplication, applicationId, encodingVersion, opaque, profileWarning } from './rules/wap.js';

/** Each rule under the names of Table 39, in lower case. Headers of the table that are not here are plain text. */
export const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>(
  Object.entries({
    accept,
    'accept-charset': numberedChoice(charsetNumbers),
    'accept-encoding': codingChoice({ ...contentCodings, '*': 131 }),
    'accept-language': numberedChoice(languageNumbers),
    'accept-ranges': token({ none: 128, bytes: 129 }, true),
    age: integer,
    allow: method(false),
    authorization: credentials,
    'cache-control': cacheControl,
    connection: token({ close: 128 }, true),
    'content-encoding': token(contentCodings, true),
    'content-language': contentLanguage,
    'content-length': integer,
    'content-md5': contentMd5,
    'content-range': contentRange,
    'content-type': contentType,
    date,
    etag: entityTag,
    expires,
    'if-modified-since': date,
    'if-match': entityTagList,
    'if-none-match': entityTagList,
    'if-range': ifRange,
    'if-unmodified-since': date,
    'last-modified': date,
    'max-forwards': integer,
    pragma,
    'proxy-authenticate': challenge,
    'proxy-authorization': credentials,
    public: method(true),
    range,
    'retry-after': retryAfter,
    'transfer-encoding': token({ chunked: 128 }, true),
    upgrade: textList,
    vary,
    via: textList,
    warning,
    'www-authenticate': challenge,
    'content-disposition': contentDisposition,
    'x-wap-application-id': applicationId,
    'accept-application': acceptApplication,
    'bearer-indication': integer,
    'push-flag': shortInteger,
    'profile-diff': opaque,
    'profile-warning': profileWarning,
    expect,
    te,
    trailer,
    'x-wap-tod': xWapTod,
    'content-id': contentId,
    'set-cookie': setCookie,
    cookie,
    'encoding-version': encodingVersion,
    'x-wap-security': token({ 'Close-subordinate': 128 }, false),
    'x-wap-loc-invocation': opaque,
    'x-wap-loc-delivery': opaque,
  } satisfies Record<string, Rule>),
);
