/** Credentials and challenges: WAP-230-WSP §8.4.2.5. */
import { fromBase64, type Reader, toBase64 } from '../../octets.js';
import { parseParameter, quoted, split, splitChallenges } from '../header-text.js';
import { lengthValue, octetsOfText, readText, textOf, writeText } from '../header-values.js';
import { readParameters, writeParameter } from '../parameters.js';
import type { EncodingVersion } from '../primitives.js';
import type { Rule } from './rule.js';

const BASIC = 0x80;

export const credentials: Rule = {
  encode(value, version) {
    const [, scheme = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(value) ?? [];
    if (scheme.toLowerCase() === 'basic') return basicCookie(rest);
    return authentication(scheme, rest, version);
  },
  data(reader) {
    if (reader.peek() !== BASIC) return readScheme(reader, []);
    reader.uint8('Basic');
    const user = readText(reader, 'User-id');
    const pair = `${user}:${readText(reader, 'Password')}`;
    return `Basic ${toBase64(octetsOfText(pair))}`;
  },
};

function basicCookie(base64: string): Uint8Array | undefined {
  const octets = fromBase64(base64);
  const pair = octets && textOf(octets);
  const colon = pair?.indexOf(':') ?? -1;
  if (pair === undefined || colon < 0) return undefined;
  return lengthValue((writer) => {
    writer.uint8(BASIC);
    writeText(writer, pair.slice(0, colon));
    writeText(writer, pair.slice(colon + 1));
  });
}

function authentication(
  scheme: string,
  rest: string,
  version: EncodingVersion,
  realm?: string,
): Uint8Array | undefined {
  const parameters = split(rest, ',').map(parseParameter);
  if (scheme === '' || parameters.some(({ value }) => value === undefined)) return undefined;
  return lengthValue((writer) => {
    writeText(writer, scheme);
    if (realm !== undefined) writeText(writer, realm);
    for (const parameter of parameters) writeParameter(writer, parameter, version, scheme);
  });
}

function readScheme(reader: Reader, first: readonly string[]): string {
  const scheme = readText(reader, 'Authentication-scheme');
  return `${scheme} ${[...first, ...readParameters(reader)].join(', ')}`.trimEnd();
}

export const challenge: Rule = {
  split: splitChallenges,
  encode(value, version) {
    const [, scheme = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(value) ?? [];
    const parts = split(rest, ',');
    const realmPart = parts.find((part) => /^realm\s*=/i.test(part));
    if (realmPart === undefined) return undefined;
    const realm = parseParameter(realmPart).value ?? '';
    if (scheme.toLowerCase() === 'basic')
      return lengthValue((writer) => {
        writer.uint8(BASIC);
        writeText(writer, realm);
      });
    const others = parts.filter((part) => part !== realmPart).join(', ');
    return authentication(scheme, others, version, realm);
  },
  data(reader) {
    const basic = reader.peek() === BASIC;
    if (basic) reader.uint8('Basic');
    const scheme = basic ? 'Basic' : readText(reader, 'Authentication-scheme');
    const realm = readText(reader, 'Realm-value');
    return `${scheme} ${[`realm=${quoted(realm)}`, ...readParameters(reader)].join(', ')}`;
  },
};
