/** Cookies: WAP-230-WSP §8.4.2.68 and §8.4.2.69; the textual forms are those of RFC 2109 and of Netscape. */
import type { Reader, Writer } from '../../octets.js';
import { parseParameter, quoted, split, unquoted } from '../header-text.js';
import { lengthValue, readText, readVersion, writeText, writeVersion } from '../header-values.js';
import { readParameters, writeParameters } from '../parameters.js';
import type { Rule } from './rule.js';

const NETSCAPE = '0';
/** As cookies print them. */
const cookieAttributes = new Map(
  ['Comment', 'Domain', 'Max-Age', 'Path', 'Secure'].map((name) => [name.toLowerCase(), name]),
);

export const setCookie: Rule = {
  encode(value, version) {
    const [head, ...attributes] = split(value, ';');
    const equals = head?.indexOf('=') ?? -1;
    if (head === undefined || equals < 1) return undefined;
    const parameters = attributes.map(parseParameter);
    const cookieVersion = parameters.find(({ name }) => name.toLowerCase() === 'version')?.value ?? NETSCAPE;
    return lengthValue((writer) => {
      writeVersion(writer, cookieVersion);
      writeText(writer, head.slice(0, equals).trim());
      writeText(writer, head.slice(equals + 1).trim());
      const others = parameters.filter(({ name }) => name.toLowerCase() !== 'version');
      writeParameters(writer, others, version, '');
    });
  },
  data(reader) {
    const cookieVersion = readVersion(reader, 'Cookie-version');
    const name = readText(reader, 'Cookie-name');
    const parts = [`${name}=${readText(reader, 'Cookie-val')}`];
    for (const parameter of readParameters(reader)) parts.push(cookieAttribute(parameter));
    if (cookieVersion !== NETSCAPE) parts.push(`Version=${cookieVersion}`);
    return parts.join('; ');
  },
};

/** Browsers take quotation marks for a part of the value: there are some only where nothing else keeps it whole. */
function cookieAttribute(parameter: string): string {
  const { name, value } = parseParameter(parameter);
  const printed = cookieAttributes.get(name) ?? name;
  if (value === undefined) return printed;
  const bare = name.toLowerCase() === 'expires' || !/[;,\s"]/.test(value);
  return `${printed}=${bare ? value : quoted(value)}`;
}

export const cookie: Rule = {
  encode(value) {
    let version = NETSCAPE;
    const cookies: { name: string; value: string; path?: string; domain?: string }[] = [];
    for (const part of split(value, ';')) {
      const equals = part.indexOf('=');
      if (equals < 1) return undefined;
      const name = part.slice(0, equals).trim();
      const said = part.slice(equals + 1).trim();
      const last = cookies.at(-1);
      if (name.toLowerCase() === '$version') version = unquoted(said);
      else if (name.toLowerCase() === '$path' && last) last.path = unquoted(said);
      else if (name.toLowerCase() === '$domain' && last) last.domain = unquoted(said);
      else cookies.push({ name, value: said });
    }
    return lengthValue((writer) => {
      writeVersion(writer, version);
      for (const each of cookies) writeCookie(writer, each);
    });
  },
  data(reader) {
    const version = readVersion(reader, 'Cookie-version');
    const parts = version === NETSCAPE ? [] : [`$Version=${version}`];
    while (reader.left > 0) {
      const length = reader.uintvar('Cookie-length');
      parts.push(reader.inside('Cookie', length, readCookie));
    }
    return parts.join('; ');
  },
};

function writeCookie(
  writer: Writer,
  { name, value, path, domain }: { name: string; value: string; path?: string; domain?: string },
): void {
  const inner = lengthValue((each) => {
    writeText(each, name);
    writeText(each, value);
    if (path !== undefined || domain !== undefined) writeText(each, path ?? '');
    if (domain !== undefined) writeText(each, domain);
  });
  // Cookie-length is a uintvar, where a Value-length of 31 and more has its own mark.
  const octets = inner.subarray(inner[0] === 0x1f ? lengthOfLength(inner) : 1);
  writer.uintvar(octets.length).octets(octets);
}

function lengthOfLength(value: Uint8Array): number {
  let at = 1;
  while ((value[at] ?? 0) >= 0x80) at++;
  return at + 1;
}

function readCookie(reader: Reader): string {
  const name = readText(reader, 'Cookie-name');
  const parts = [`${name}=${readText(reader, 'Cookie-val')}`];
  const path = reader.left > 0 ? readText(reader, 'Path') : '';
  if (path !== '') parts.push(`$Path=${quoted(path)}`);
  if (reader.left > 0) parts.push(`$Domain=${quoted(readText(reader, 'Domain'))}`);
  return parts.join('; ');
}
