/** Parameters of header values: WAP-230-WSP §8.4.2.4 and Table 38. */
import type { Reader, Writer } from '../octets.js';
import { type ParameterRule, parameterNames } from './header-numbers.js';
import { isToken, parseHttpDate, quoted, type TextParameter, tokenOrQuoted } from './header-text.js';
import {
  charsetNumbers,
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
  supports,
  unassigned,
  versionNumber,
  writeFieldName,
  writeInteger,
  writeLongInteger,
  writeMedia,
  writeShortInteger,
  writeText,
} from './header-values.js';
import type { EncodingVersion } from './primitives.js';

const QUOTED_STRING = 0x22;
const ANY_CHARSET = 0x80;

const byNumber = new Map<number, (typeof parameterNames)[number]>(parameterNames.map((row) => [row[0], row]));
const byName = new Map<string, (typeof parameterNames)[number][]>();
for (const row of parameterNames) {
  const key = row[1].toLowerCase();
  byName.set(key, [row, ...(byName.get(key) ?? [])]);
}

const related = /^(multipart\/|application\/vnd\.wap\.multipart\.)related$/i;
const connectivity = /^application\/vnd\.wap\.connectivity-wbxml$/i;

/** Table 38: parameters that have their number only with some content types. */
const onlyWith = new Map<number, RegExp>([
  [0x09, related],
  [0x0a, related],
  [0x0b, related],
  [0x11, connectivity],
  [0x12, connectivity],
  [0x19, related],
  [0x1a, related],
]);

/** The names that applications write in capitals; all others are lower case in HTTP. */
const capitals: ReadonlySet<string> = new Set(['SEC', 'MAC']);

/** What is left as parameters, each as `name=value`. */
export function readParameters(reader: Reader): readonly string[] {
  const parameters: string[] = [];
  while (reader.left > 0) parameters.push(readParameter(reader));
  return parameters;
}

export function readParameter(reader: Reader): string {
  return reader.group('Parameter', () => {
    const first = reader.peek() ?? 0;
    if (first >= 0x20 && first < 0x80) {
      const name = readText(reader, 'Token-text');
      return joined(name, readUntyped(reader));
    }
    const number = readInteger(reader, 'Well-known-parameter-token');
    const row = byNumber.get(Number(number));
    if (row === undefined) return joined(unassigned(number), readUntyped(reader));
    const [, name, , rule] = row;
    return joined(capitals.has(name) ? name : name.toLowerCase(), readTyped(reader, rule));
  });
}

function joined(name: string, value: string | undefined): string {
  return value === undefined ? name : `${name}=${value}`;
}

/** Untyped-value; also what can be said of a value whose type is not known. */
function readUntyped(reader: Reader): string | undefined {
  const first = reader.peek() ?? 0;
  if (first === 0 || (first >= 0x20 && first < 0x80)) return readTextValue(reader);
  return String(readInteger(reader, 'Integer-value'));
}

/** Text-value: nothing where it is No-value. */
function readTextValue(reader: Reader): string | undefined {
  const isQuoted = reader.peek() === QUOTED_STRING;
  const text = readText(reader, 'Text-value');
  if (text === '') return undefined;
  if (!isQuoted) return tokenOrQuoted(text);
  // A closing quotation mark does not belong here, but there are peers that send it.
  return quoted(text.length > 1 && text.endsWith('"') ? text.slice(1, -1) : text.slice(1));
}

/** Typed-value: the compact form where the first octet can start one, otherwise text. */
function readTyped(reader: Reader, rule: ParameterRule): string | undefined {
  if (rule === 'Q-value') return readQ(reader);
  const first = reader.peek() ?? 0;
  if (rule === 'Text-string' && first !== QUOTED_STRING)
    return tokenOrQuoted(readText(reader, 'Text-string'));
  if (first === 0 || (first >= 0x20 && first < 0x80)) return readTextValue(reader);
  switch (rule) {
    case 'Well-known-charset':
      if (first === ANY_CHARSET) {
        reader.uint8('Any-charset');
        return '*';
      }
      return charsetNumbers.nameOf(readInteger(reader, 'Well-known-charset'));
    case 'Version-value':
      return readVersion(reader, 'Version-value');
    case 'Field-name':
      return readFieldName(reader);
    case 'Constrained-encoding':
      return tokenOrQuoted(readMedia(reader));
    case 'Date-value':
      return quoted(readDate(reader, 'Date-value'));
    case 'Integer-value':
    case 'Short-integer':
    case 'Delta-seconds-value':
    case 'Text-string':
    case 'Text-value':
    case 'No-value':
      return String(readInteger(reader, 'Integer-value'));
  }
}

/** @param head what the parameters belong to: some have their number only with some content types */
export function writeParameters(
  writer: Writer,
  parameters: readonly TextParameter[],
  version: EncodingVersion,
  head: string,
): void {
  for (const parameter of parameters) writeParameter(writer, parameter, version, head);
}

/** By the newest number that a peer of that version knows and that the value fits, otherwise untyped. */
export function writeParameter(
  writer: Writer,
  parameter: TextParameter,
  version: EncodingVersion,
  head: string,
): void {
  if (parameter.name === '') return;
  for (const [number, , since, rule] of byName.get(parameter.name.toLowerCase()) ?? []) {
    if (!supports(version, since) || onlyWith.get(number)?.test(head) === false) continue;
    const write = typedWriter(parameter, rule, version);
    if (write === undefined) continue;
    writeShortInteger(writer, number);
    write(writer);
    return;
  }
  writeUntyped(writer, parameter);
}

/** Untyped-parameter: an integer where the text is one. */
export function writeUntyped(writer: Writer, parameter: TextParameter): void {
  writeText(writer, parameter.name);
  const { value } = parameter;
  const integer = parameter.quoted || value === undefined ? undefined : parseInteger(value);
  // A number with leading zeros would come out as another text.
  if (integer !== undefined && String(integer) === value) writeInteger(writer, integer);
  else writeTextValue(writer, parameter);
}

function writeTextValue(writer: Writer, { value, quoted: wasQuoted }: TextParameter): void {
  if (value === undefined) {
    writer.uint8(0);
    return;
  }
  if (!wasQuoted && isToken(value)) writeText(writer, value);
  else writer.uint8(QUOTED_STRING).terminated(octetsOfText(value));
}

/** Writes the value by `rule`; nothing where the value does not fit it. */
function typedWriter(
  parameter: TextParameter,
  rule: ParameterRule,
  version: EncodingVersion,
): ((writer: Writer) => void) | undefined {
  const { value } = parameter;
  if (value === undefined) return rule === 'Q-value' ? undefined : (writer) => writer.uint8(0);
  switch (rule) {
    case 'Q-value': {
      const code = qCode(value);
      return code === undefined ? undefined : (writer) => writer.uintvar(code);
    }
    case 'Well-known-charset': {
      if (value === '*') return (writer) => writer.uint8(ANY_CHARSET);
      const number = charsetNumbers.numberOf(value);
      if (number === undefined) return (writer) => writeTextValue(writer, parameter);
      return (writer) => writeInteger(writer, number);
    }
    case 'Version-value': {
      const number = versionNumber(value);
      if (number === undefined) return (writer) => writeTextValue(writer, parameter);
      return (writer) => writeShortInteger(writer, number);
    }
    case 'Integer-value':
    case 'Delta-seconds-value': {
      const integer = parseInteger(value);
      return integer === undefined ? undefined : (writer) => writeInteger(writer, integer);
    }
    case 'Short-integer': {
      const integer = /^\d{1,3}$/.test(value) ? Number(value) : 128;
      return integer > 127 ? undefined : (writer) => writeShortInteger(writer, integer);
    }
    case 'Text-string':
      // A text that starts with a quotation mark would be read as a Quoted-string.
      return value.startsWith('"') ? undefined : (writer) => writeText(writer, value);
    case 'Text-value':
      return (writer) => writeTextValue(writer, parameter);
    case 'Field-name':
      return isToken(value) ? (writer) => writeFieldName(writer, value, version) : undefined;
    case 'Constrained-encoding':
      // Extension-media is plain text, whatever HTTP has to quote.
      return value.startsWith('"') || value === ''
        ? undefined
        : (writer) => writeMedia(writer, value, version);
    case 'Date-value': {
      const seconds = parseHttpDate(value);
      return seconds === undefined ? undefined : (writer) => writeLongInteger(writer, seconds);
    }
    case 'No-value':
      return undefined;
  }
}
