/** Caching, and what goes with it: WAP-230-WSP §8.4.2.15, 8.4.2.38, 8.4.2.44, 8.4.2.49, 8.4.2.51 and 8.4.2.65. */
import { warningCodes } from '../header-numbers.js';
import { isToken, parseHttpDate, parseParameter, quoted, split, unquoted } from '../header-text.js';
import {
  fields,
  integerOf,
  lengthValue,
  parseInteger,
  readDate,
  readFieldName,
  readInteger,
  readText,
  shortValue,
  textValue,
  unassigned,
  writeFieldName,
  writeInteger,
  writeLongInteger,
  writeShortInteger,
  writeText,
} from '../header-values.js';
import { readParameter, writeParameter, writeUntyped } from '../parameters.js';
import { commaSeparated, constants, type Rule } from './rule.js';

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

export const cacheControl: Rule = {
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

const NO_CACHE = 0;

export const pragma: Rule = {
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

export const retryAfter: Rule = {
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

export const vary: Rule = {
  split: commaSeparated,
  encode(value, version) {
    const number = fields.numberOf(value, version);
    return number === undefined ? textValue(value) : shortValue(number);
  },
  short: (number) => fields.nameOf(number) ?? unassigned(number),
};

/** §8.4.2.65 says Integer-value where Vary has Short-integer; every assigned number fits both. */
export const trailer: Rule = {
  ...vary,
  data: (reader) => {
    const number = integerOf(reader.rest('Well-known-header-field'));
    return fields.nameOf(number) ?? unassigned(number);
  },
};

export const warning: Rule = {
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
