/** What a client accepts, and the types and codings of content: WAP-230-WSP §8.4.2.7–8.4.2.10, 8.4.2.18, 8.4.2.19, 8.4.2.24 and 8.4.2.64. */
import type { Reader, Writer } from '../../octets.js';
import { parseParameters, type TextParameter } from '../header-text.js';
import {
  integerOf,
  languageNumbers,
  lengthValue,
  media,
  qCode,
  readInteger,
  readMedia,
  readQ,
  readText,
  shortValue,
  textValue,
  unassigned,
  writeInteger,
  writeMedia,
  writeShortInteger,
  writeText,
} from '../header-values.js';
import { readParameters, writeParameters } from '../parameters.js';
import type { EncodingVersion } from '../primitives.js';
import { commaSeparated, constants, type Rule } from './rule.js';
import { longValue } from './simple.js';

export const contentCodings = { gzip: 128, compress: 129, deflate: 130 };

export const accept: Rule = {
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
export function numberedChoice(table: {
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

export function codingChoice(table: Readonly<Record<string, number>>): Rule {
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
export const contentLanguage: Rule = {
  split: commaSeparated,
  encode(value) {
    const number = value === '*' ? 0 : languageNumbers.numberOf(value);
    if (number === undefined) return textValue(value);
    return number < 0x80 ? shortValue(number) : longValue(number);
  },
  short: (number) => (number === 0 ? '*' : languageNumbers.nameOf(number)),
  data: (reader) => languageNumbers.nameOf(integerOf(reader.rest('Well-known-language'))),
};

const transferCodings = constants({ chunked: 130, identity: 131, gzip: 132, compress: 133, deflate: 134 });
const TRAILERS = 1;
const Q_TOKEN = 0x80;

export const te: Rule = {
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
