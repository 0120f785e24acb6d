/**
 * How the value of each well-known header is written: WAP-230-WSP §8.4.2.7–8.4.2.71, and OMA-WAP-TS-WSP-V1_0
 * §8.4.2.72–73. A printed grammar is two functions side by side, from text and to text.
 */
import { fromBase64, fromHex, type Reader, toBase64, toHex, type Writer } from '../octets.js';
import { applicationIds, profileWarningCodes, warningCodes } from './header-numbers.js';
import {
  isToken,
  parseHttpDate,
  parseParameter,
  parseParameters,
  quoted,
  split,
  splitChallenges,
  type TextParameter,
  unquoted,
} from './header-text.js';
import {
  charsetNumbers,
  dateOf,
  fields,
  integerOf,
  languageNumbers,
  lengthValue,
  media,
  octetsOfText,
  parseInteger,
  qCode,
  readDate,
  readFieldName,
  readInteger,
  readMedia,
  readQ,
  readText,
  readVersion,
  shortValue,
  textOf,
  textValue,
  unassigned,
  versionNumber,
  versionOf,
  writeFieldName,
  writeInteger,
  writeLongInteger,
  writeMedia,
  writeShortInteger,
  writeText,
  writeVersion,
} from './header-values.js';
import { methodTypes } from './numbers.js';
import {
  readParameter,
  readParameters,
  writeParameter,
  writeParameters,
  writeUntyped,
} from './parameters.js';
import type { EncodingVersion } from './primitives.js';

/** The grammar of one header's value. The first octet decides which of the three readers gets it (§8.4.1.2). */
export interface Rule {
  /** The value with its framing; nothing where the text does not fit, and has to go as text. */
  encode(text: string, version: EncodingVersion): Uint8Array | undefined;
  /** 128–255: seven bits. Nothing where the rule has no such value. */
  short?(number: number): string | undefined;
  /** 32–127. Left out: the text as it is. */
  text?(text: string): string;
  /** 0–31: what stands behind the length. */
  data?(reader: Reader): string;
  /** §8.4.1.3: a 1#rule of RFC 2616 becomes one header a value. Left out: it is none. */
  split?(text: string): readonly string[];
}

function commaSeparated(text: string): readonly string[] {
  return split(text, ',');
}

/** A known constant as one octet, otherwise what `other` makes of the text. */
function constants(table: Readonly<Record<string, number>>): {
  numberOf(text: string): number | undefined;
  nameOf(number: number): string | undefined;
} {
  const entries = Object.entries(table);
  const numbers = new Map(entries.map(([name, octet]) => [name.toLowerCase(), octet & 0x7f]));
  const names = new Map(entries.map(([name, octet]) => [octet & 0x7f, name]));
  return { numberOf: (text) => numbers.get(text.toLowerCase()), nameOf: (number) => names.get(number) };
}

// Simple values.

const text: Rule = { encode: textValue };
const textList: Rule = { encode: textValue, split: commaSeparated };

/** Entity tags. There are peers that put a Quoted-string's quotation mark before the tag's own. */
const entityTag: Rule = { encode: textValue, text: (value) => value.replace(/^""(?=.)/, '"') };
const entityTagList: Rule = { ...entityTag, split: commaSeparated };

const integer: Rule = {
  encode(value) {
    const number = parseInteger(value);
    if (number === undefined) return undefined;
    return number < 0x80n ? shortValue(Number(number)) : longValue(number);
  },
  short: String,
  data: (reader) => String(integerOf(reader.rest('Multi-octet-integer'))),
};

function longValue(number: number | bigint): Uint8Array {
  // A Long-integer's Short-length is at the same time the length of the whole value.
  return lengthValue((writer) => writeLongInteger(writer, number)).subarray(1);
}

const shortInteger: Rule = {
  encode: (value) => (/^\d{1,3}$/.test(value) && Number(value) < 128 ? shortValue(Number(value)) : undefined),
  short: String,
};

const date: Rule = {
  encode(value) {
    const seconds = parseHttpDate(value);
    return seconds === undefined ? undefined : longValue(seconds);
  },
  data: (reader) => dateIn(reader),
};

function dateIn(reader: Reader): string {
  const seconds = integerOf(reader.rest('Date-value'));
  return dateOf(seconds) ?? reader.fail('Date-value is beyond the year 9999');
}

/** RFC 2616 §14.21: a date that is none, "0" above all, has already passed. */
const expires: Rule = { ...date, encode: (value, version) => date.encode(value, version) ?? longValue(0) };

const ifRange: Rule = {
  ...date,
  encode: (value, version) => date.encode(value, version) ?? textValue(value),
};

/** §8.4.3.3: no date in a request. */
const xWapTod: Rule = {
  ...date,
  encode: (value, version) => (value === '' ? Uint8Array.of(0) : date.encode(value, version)),
};

/** One of some constants, or Token-text. */
function token(table: Readonly<Record<string, number>>, list: boolean): Rule {
  const { numberOf, nameOf } = constants(table);
  return {
    encode(value) {
      const number = numberOf(value);
      return number === undefined ? textValue(value) : shortValue(number);
    },
    short: nameOf,
    ...(list ? { split: commaSeparated } : {}),
  };
}

const contentCodings = { gzip: 128, compress: 129, deflate: 130 };

// Accept and its kin: §8.4.2.7–8.4.2.10.

const accept: Rule = {
  split: commaSeparated,
  encode(value, version) {
    const [name, parameters] = parseParameters(value);
    return mediaValue(name, withoutFullQuality(parameters), version);
  },
  short: mediaOf,
  data: readMediaAndParameters,
};

function mediaOf(number: number): string {
  return media.nameOf(number) ?? unassigned(number);
}

/** A quality factor of 1 is never sent: §8.4.2.3. */
function withoutFullQuality(parameters: readonly TextParameter[]): readonly TextParameter[] {
  return parameters.filter(({ name, value }) => name.toLowerCase() !== 'q' || Number(value) !== 1);
}

function mediaValue(
  name: string,
  parameters: readonly TextParameter[],
  version: EncodingVersion,
): Uint8Array | undefined {
  const number = media.numberOf(name, version);
  if (name === '') return undefined;
  if (parameters.length === 0) return number === undefined ? textValue(name) : shortValue(number);
  return lengthValue((writer) => {
    writeMedia(writer, name, version);
    writeParameters(writer, parameters, version, name);
  });
}

function readMediaAndParameters(reader: Reader): string {
  const name = readMedia(reader);
  return [name, ...readParameters(reader)].join('; ');
}

/** §8.4.2.24; also the ContentType field of the PDUs. */
export const contentType: Rule = {
  encode(value, version) {
    const [name, parameters] = parseParameters(value);
    return mediaValue(name, parameters, version);
  },
  short: mediaOf,
  data: readMediaAndParameters,
};

interface Choice {
  /** What only the form with a length can say: §8.4.2.9 has `*` there alone. */
  readonly onlyGeneral?: string;
  write(writer: Writer, name: string): void;
  short(number: number): string | undefined;
  read(reader: Reader): string;
}

/** A value with an optional quality factor: constrained without, with a length otherwise. */
function choice({ write, short, read, onlyGeneral }: Choice): Rule {
  return {
    split: commaSeparated,
    encode(value) {
      const [name, parameters] = parseParameters(value);
      if (name === '') return undefined;
      const q = parameters.find((parameter) => parameter.name.toLowerCase() === 'q')?.value;
      const code = q === undefined ? undefined : qCode(q);
      const general = lengthValue((writer) => {
        write(writer, name);
        if (code !== undefined) writer.uintvar(code);
      });
      // Without a factor, one octet or one text is the whole value; a Long-integer still needs the length around it.
      const bare = general.subarray(1);
      const first = bare[0] ?? 0;
      return code === undefined && first >= 0x20 && name !== onlyGeneral ? bare : general;
    },
    short,
    data(reader) {
      const name = read(reader);
      return reader.left > 0 ? `${name}; q=${readQ(reader)}` : name;
    },
  };
}

const ANY = 0x80;

/** Well-known numbers with 128 for `*`. */
function numberedChoice(table: {
  numberOf(name: string): number | undefined;
  nameOf(number: number | bigint): string;
}): Rule {
  return choice({
    write(writer, name) {
      const number = name === '*' ? 0 : table.numberOf(name);
      if (number === undefined) writeText(writer, name);
      else writeInteger(writer, number);
    },
    short: (number) => (number === 0 ? '*' : table.nameOf(number)),
    read(reader) {
      const first = reader.peek() ?? 0;
      if (first >= 0x20 && first < 0x80) return readText(reader, 'Token-text');
      const number = readInteger(reader, 'Well-known value');
      return first === ANY ? '*' : table.nameOf(number);
    },
  });
}

function codingChoice(table: Readonly<Record<string, number>>): Rule {
  const { numberOf, nameOf } = constants(table);
  return choice({
    onlyGeneral: '*',
    write(writer, name) {
      const number = numberOf(name);
      if (number === undefined) writeText(writer, name);
      else writeShortInteger(writer, number);
    },
    short: nameOf,
    read(reader) {
      if ((reader.peek() ?? 0) < 0x80) return readText(reader, 'Token-text');
      const number = reader.uint8('Content-encoding-value') & 0x7f;
      return nameOf(number) ?? unassigned(number);
    },
  });
}

/** §8.4.2.19: no quality factor, so a Long-integer stands alone. */
const contentLanguage: Rule = {
  split: commaSeparated,
  encode(value) {
    const number = value === '*' ? 0 : languageNumbers.numberOf(value);
    if (number === undefined) return textValue(value);
    return number < 0x80 ? shortValue(number) : longValue(number);
  },
  short: (number) => (number === 0 ? '*' : languageNumbers.nameOf(number)),
  data: (reader) => languageNumbers.nameOf(integerOf(reader.rest('Well-known-language'))),
};

// Methods.

const methods = constants(methodTypes);

/** §8.4.2.13 has no textual form, §8.4.2.41 has one. */
function method(textual: boolean): Rule {
  return {
    split: commaSeparated,
    encode(value) {
      const number = methods.numberOf(value);
      if (number !== undefined) return shortValue(number);
      return textual ? textValue(value) : undefined;
    },
    short: (number) => methods.nameOf(number) ?? unassigned(number),
  };
}

// Authorization: §8.4.2.5.

const BASIC = 0x80;

const credentials: Rule = {
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

const challenge: Rule = {
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

// Cache-Control: §8.4.2.15.

const directives = constants({
  'no-cache': 128,
  'no-store': 129,
  'max-age': 130,
  'max-stale': 131,
  'min-fresh': 132,
  'only-if-cached': 133,
  public: 134,
  private: 135,
  'no-transform': 136,
  'must-revalidate': 137,
  'proxy-revalidate': 138,
  's-maxage': 139,
});
const directivesWithFields: ReadonlySet<string> = new Set(['no-cache', 'private']);
const directivesWithSeconds: ReadonlySet<string> = new Set(['max-age', 'max-stale', 'min-fresh', 's-maxage']);

const cacheControl: Rule = {
  split: commaSeparated,
  encode(text, version) {
    const parameter = parseParameter(text);
    const { name, value } = parameter;
    const number = directives.numberOf(name);
    if (!isToken(name)) return undefined;
    if (value === undefined) return number === undefined ? textValue(name) : shortValue(number);
    if (number === undefined) return lengthValue((writer) => writeUntyped(writer, parameter));
    const directive = name.toLowerCase();
    if (directivesWithFields.has(directive))
      return lengthValue((writer) => {
        writeShortInteger(writer, number);
        for (const field of split(value, ',')) writeFieldName(writer, field, version);
      });
    const seconds = parseInteger(value);
    if (!directivesWithSeconds.has(directive) || seconds === undefined) return undefined;
    return lengthValue((writer) => {
      writeShortInteger(writer, number);
      writeInteger(writer, seconds);
    });
  },
  short: directives.nameOf,
  data(reader) {
    if ((reader.peek() ?? 0) < 0x80) return readParameter(reader);
    const number = reader.uint8('Cache-directive') & 0x7f;
    const name = directives.nameOf(number) ?? unassigned(number);
    if (reader.left === 0) return name;
    if (!directivesWithFields.has(name)) return `${name}=${readInteger(reader, 'Delta-second-value')}`;
    const names: string[] = [];
    while (reader.left > 0) names.push(readFieldName(reader));
    return `${name}=${quoted(names.join(', '))}`;
  },
};

// Ranges: §8.4.2.23 and §8.4.2.42.

const UNKNOWN_LENGTH = 0x80;

/** The last octet's position is not sent: it follows from the size of the body, which the caller adds. */
const contentRange: Rule = {
  encode(value) {
    const match = /^bytes\s+(?:(\d{1,10})-(?:\d+|\*)|\*)\/(\d{1,10}|\*)$/i.exec(value);
    if (match === null) return undefined;
    const first = Number(match[1] ?? 0);
    const length = match[2] === '*' ? undefined : Number(match[2]);
    if (first > 0xffffffff || (length ?? 0) > 0xffffffff) return undefined;
    return lengthValue((writer) => {
      writer.uintvar(first);
      if (length === undefined) writer.uint8(UNKNOWN_LENGTH);
      else writer.uintvar(length);
    });
  },
  data(reader) {
    const first = reader.uintvar('First-byte-pos');
    if (reader.peek() !== UNKNOWN_LENGTH) return `bytes ${first}-*/${reader.uintvar('Entity-length')}`;
    reader.uint8('Unknown-length');
    return `bytes ${first}-*/*`;
  },
};

const BYTE_RANGE = 0x80;
const SUFFIX_BYTE_RANGE = 0x81;

const range: Rule = {
  split: (value) =>
    /^bytes\s*=/i.test(value)
      ? split(value.replace(/^bytes\s*=/i, ''), ',').map((each) => `bytes=${each}`)
      : [value],
  encode(value) {
    const match = /^bytes=\s*(\d{0,10})\s*-\s*(\d{0,10})$/.exec(value);
    const [, first = '', last = ''] = match ?? [];
    if ((first === '' && last === '') || Number(first) > 0xffffffff || Number(last) > 0xffffffff)
      return undefined;
    return lengthValue((writer) => {
      writer.uint8(first === '' ? SUFFIX_BYTE_RANGE : BYTE_RANGE);
      if (first !== '') writer.uintvar(Number(first));
      if (last !== '') writer.uintvar(Number(last));
    });
  },
  data(reader) {
    const kind = reader.uint8('Byte-range');
    if (kind === SUFFIX_BYTE_RANGE) return `bytes=-${reader.uintvar('Suffix-length')}`;
    if (kind !== BYTE_RANGE) reader.fail('Range is neither Byte-range nor Suffix-byte-range');
    const first = reader.uintvar('First-byte-pos');
    return reader.left > 0 ? `bytes=${first}-${reader.uintvar('Last-byte-pos')}` : `bytes=${first}-`;
  },
};

// What else has a structure of its own.

const contentMd5: Rule = {
  encode(value) {
    const digest = fromBase64(value);
    return digest?.length === 16 ? lengthValue((writer) => writer.octets(digest)) : undefined;
  },
  data: (reader) => toBase64(reader.octets('Digest', 16)),
};

const NO_CACHE = 0;

const pragma: Rule = {
  split: commaSeparated,
  encode(value, version) {
    if (value.toLowerCase() === 'no-cache') return shortValue(NO_CACHE);
    const parameter = parseParameter(value);
    if (!isToken(parameter.name)) return undefined;
    return lengthValue((writer) => writeParameter(writer, parameter, version, ''));
  },
  short: (number) => (number === NO_CACHE ? 'no-cache' : undefined),
  data: readParameter,
};

const ABSOLUTE_TIME = 0x80;
const RELATIVE_TIME = 0x81;

const retryAfter: Rule = {
  encode(value) {
    const seconds = parseInteger(value);
    const moment = parseHttpDate(value);
    if (seconds === undefined && moment === undefined) return undefined;
    return lengthValue((writer) => {
      writer.uint8(seconds === undefined ? ABSOLUTE_TIME : RELATIVE_TIME);
      if (seconds !== undefined) writeInteger(writer, seconds);
      else writeLongInteger(writer, moment ?? 0);
    });
  },
  data(reader) {
    const kind = reader.uint8('Retry-after-value');
    if (kind === ABSOLUTE_TIME) return readDate(reader, 'Date-value');
    if (kind !== RELATIVE_TIME) reader.fail('Retry-after is neither absolute nor relative');
    return String(readInteger(reader, 'Delta-seconds-value'));
  },
};

const vary: Rule = {
  split: commaSeparated,
  encode(value, version) {
    const number = fields.numberOf(value, version);
    return number === undefined ? textValue(value) : shortValue(number);
  },
  short: (number) => fields.nameOf(number) ?? unassigned(number),
};

/** §8.4.2.65 says Integer-value where Vary has Short-integer; every assigned number fits both. */
const trailer: Rule = {
  ...vary,
  data: (reader) => {
    const number = integerOf(reader.rest('Well-known-header-field'));
    return fields.nameOf(number) ?? unassigned(number);
  },
};

const warning: Rule = {
  split: commaSeparated,
  encode(value) {
    const match = /^(\d{3})\s+(\S+)\s+("(?:[^"\\]|\\.)*")/.exec(value);
    const row = warningCodes.find(([code]) => code === Number(match?.[1] ?? value));
    if (row === undefined) return undefined;
    const [, number, standard] = row;
    const [, , agent = '-', said = ''] = match ?? [];
    if (match === null || (agent === '-' && unquoted(said) === standard)) return shortValue(number);
    return lengthValue((writer) => {
      writeShortInteger(writer, number);
      writeText(writer, agent);
      writeText(writer, unquoted(said));
    });
  },
  short(number) {
    const row = warningOf(number);
    return row && `${row[0]} - ${quoted(row[2])}`;
  },
  data(reader) {
    const number = reader.uint8('Warn-code') & 0x7f;
    const code = warningOf(number)?.[0] ?? unassigned(number);
    const agent = readText(reader, 'Warn-agent');
    return `${code} ${agent} ${quoted(readText(reader, 'Warn-text'))}`;
  },
};

function warningOf(number: number): (typeof warningCodes)[number] | undefined {
  return warningCodes.findLast((row) => row[1] === number);
}

const profileCodes = constants(profileWarningCodes);

const profileWarning: Rule = {
  split: commaSeparated,
  encode(value) {
    const [, code = '', target, dates = ''] = /^(\d{3})(?:\s+(\S+)((?:\s+"[^"]*")*))?$/.exec(value) ?? [];
    const number = profileCodes.numberOf(code);
    if (number === undefined) return undefined;
    if (target === undefined) return shortValue(number);
    const seconds = [...dates.matchAll(/"([^"]*)"/g)].map(([, each = '']) => parseHttpDate(each));
    return lengthValue((writer) => {
      writeShortInteger(writer, number);
      writeText(writer, target);
      for (const each of seconds) if (each !== undefined) writeLongInteger(writer, each);
    });
  },
  short: profileCodes.nameOf,
  data(reader) {
    const number = reader.uint8('Warn-code') & 0x7f;
    const parts = [profileCodes.nameOf(number) ?? unassigned(number), readText(reader, 'Warn-target')];
    while (reader.left > 0) parts.push(quoted(readDate(reader, 'Warn-date')));
    return parts.join(' ');
  },
};

const dispositions = constants({ 'form-data': 128, attachment: 129, inline: 130 });

const contentDisposition: Rule = {
  encode(value, version) {
    const [name, parameters] = parseParameters(value);
    if (name === '') return undefined;
    const number = dispositions.numberOf(name);
    return lengthValue((writer) => {
      if (number === undefined) writeText(writer, name);
      else writeShortInteger(writer, number);
      writeParameters(writer, parameters, version, name);
    });
  },
  data(reader) {
    const disposition = readDisposition(reader);
    return [disposition, ...readParameters(reader)].join('; ');
  },
};

function readDisposition(reader: Reader): string {
  if ((reader.peek() ?? 0) < 0x80) return readText(reader, 'Disposition');
  const number = reader.uint8('Disposition') & 0x7f;
  return dispositions.nameOf(number) ?? unassigned(number);
}

const applications = constants(applicationIds);

/** §8.4.2.54. The textual form is that of WAP-251 §5.2.2.1: a URI, a URI with its code, or a code in hexadecimal. */
const applicationId: Rule = {
  encode(value) {
    const [uri = '', encoding] = value.split(/;\s*app-encoding=/i);
    const code = encoding ?? uri;
    if (/^[0-9a-f]{1,8}$/i.test(code)) return integer.encode(String(Number.parseInt(code, 16)), '1.2');
    const number = applications.numberOf(uri);
    return number === undefined ? textValue(uri) : shortValue(number);
  },
  short: (number) => applications.nameOf(number) ?? number.toString(16),
  data: (reader) => integerOf(reader.rest('App-assigned-code')).toString(16),
};

/** §8.4.2.57: here 128 is `*`, which is also what the registered number 0 says. */
const acceptApplication: Rule = {
  ...applicationId,
  split: commaSeparated,
  encode: (value, version) => (value === '*' ? shortValue(0) : applicationId.encode(value, version)),
  short: (number) => (number === 0 ? '*' : applicationId.short?.(number)),
};

/** Octets that only another layer can read. Shown, and taken back, in hexadecimal. */
const opaque: Rule = {
  encode(value) {
    const octets = value.startsWith('octets:') ? fromHex(value.slice(7)) : undefined;
    return octets && lengthValue((writer) => writer.octets(octets));
  },
  data: (reader) => `octets:${toHex(reader.rest('Document'))}`,
};

const CONTINUE = 0;

const expect: Rule = {
  split: commaSeparated,
  encode(value) {
    if (value.toLowerCase() === '100-continue') return shortValue(CONTINUE);
    const [head, parameters] = parseParameters(value);
    const expression = parseParameter(head);
    if ([expression, ...parameters].some((each) => each.value === undefined)) return undefined;
    return lengthValue((writer) => {
      for (const each of [expression, ...parameters]) {
        writeText(writer, each.name);
        if (each.quoted) writer.uint8(0x22).terminated(octetsOfText(each.value ?? ''));
        else writeText(writer, each.value ?? '');
      }
    });
  },
  short: (number) => (number === CONTINUE ? '100-continue' : undefined),
  data(reader) {
    const parts: string[] = [];
    while (reader.left > 0) {
      const name = readText(reader, 'Expression-var');
      const value = readText(reader, 'Expression-value');
      parts.push(`${name}=${value.startsWith('"') ? quoted(value.slice(1)) : value}`);
    }
    return parts.join('; ');
  },
};

const transferCodings = constants({ chunked: 130, identity: 131, gzip: 132, compress: 133, deflate: 134 });
const TRAILERS = 1;
const Q_TOKEN = 0x80;

const te: Rule = {
  split: commaSeparated,
  encode(value) {
    if (value.toLowerCase() === 'trailers') return shortValue(TRAILERS);
    const [name, parameters] = parseParameters(value);
    if (name === '') return undefined;
    const number = transferCodings.numberOf(name);
    const q = parameters.find((parameter) => parameter.name.toLowerCase() === 'q')?.value;
    const code = q === undefined ? undefined : qCode(q);
    return lengthValue((writer) => {
      if (number === undefined) writeText(writer, name);
      else writeShortInteger(writer, number);
      if (code !== undefined) writer.uint8(Q_TOKEN).uintvar(code);
    });
  },
  short: (number) => (number === TRAILERS ? 'trailers' : transferCodings.nameOf(number)),
  data(reader) {
    const name = readTransferCoding(reader);
    if (reader.left === 0) return name;
    if (reader.uint8('Q-token') !== Q_TOKEN) reader.fail('Q-token is missing');
    return `${name}; q=${readQ(reader)}`;
  },
};

function readTransferCoding(reader: Reader): string {
  if ((reader.peek() ?? 0) < 0x80) return readText(reader, 'Token-text');
  const number = reader.uint8('Well-known-TE') & 0x7f;
  return transferCodings.nameOf(number) ?? unassigned(number);
}

/** §8.4.2.67: a Quoted-string around what RFC 2045 writes without quotation marks. */
const contentId: Rule = {
  encode(value) {
    const id = octetsOfText(unquoted(value));
    return Uint8Array.of(0x22, ...id, 0);
  },
  text: (value) => (value.startsWith('"') ? unquoted(value) : value),
};

// Cookies: §8.4.2.68 and §8.4.2.69; the textual forms are those of RFC 2109 and of Netscape.

const NETSCAPE = '0';
/** As cookies print them. */
const cookieAttributes = new Map(
  ['Comment', 'Domain', 'Max-Age', 'Path', 'Secure'].map((name) => [name.toLowerCase(), name]),
);

const setCookie: Rule = {
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

const cookie: Rule = {
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

// Encoding-Version: §8.4.2.70 and, for its text, §8.4.3.1.

const encodingVersion: Rule = {
  encode(value) {
    const [, page, version] = /^(?:([0-9a-f]{1,2})(?:\s+|$))?(\d+(?:\.\d+)?)?$/i.exec(value) ?? [];
    // "1" alone could be either; a page is always followed by a version or was negotiated, so it is a version here.
    if (page === undefined || version === undefined) {
      const number = versionNumber(value);
      return number === undefined ? textValue(value) : shortValue(number);
    }
    return lengthValue((writer) => {
      writeShortInteger(writer, Number.parseInt(page, 16) & 0x7f);
      writeVersion(writer, version);
    });
  },
  short: versionOf,
  text: encodingVersionText,
  data(reader) {
    const page = (reader.uint8('Code-page') & 0x7f).toString(16);
    return reader.left > 0 ? `${page} ${readVersion(reader, 'Version-value')}` : page;
  },
};

/** The textual form has a Short-integer in it where that is possible; the usual peers send "1.3". Both are understood. */
export function encodingVersionText(value: string): string {
  return value.replace(/[\x80-\xff]/g, (char) => versionOf(char.charCodeAt(0) & 0x7f));
}

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

export const plainText = text;
