/** What describes an entity or a request: WAP-230-WSP §8.4.2.13, 8.4.2.22, 8.4.2.41, 8.4.2.53, 8.4.2.63 and 8.4.2.67. */
import { fromBase64, type Reader, toBase64 } from '../../octets.js';
import { parseParameter, parseParameters, quoted, unquoted } from '../header-text.js';
import {
  lengthValue,
  octetsOfText,
  readText,
  shortValue,
  textValue,
  unassigned,
  writeShortInteger,
  writeText,
} from '../header-values.js';
import { methodTypes } from '../numbers.js';
import { readParameters, writeParameters } from '../parameters.js';
import { commaSeparated, constants, type Rule } from './rule.js';

const methods = constants(methodTypes);

/** §8.4.2.13 has no textual form, §8.4.2.41 has one. */
export function method(textual: boolean): Rule {
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

export const contentMd5: Rule = {
  encode(value) {
    const digest = fromBase64(value);
    return digest?.length === 16 ? lengthValue((writer) => writer.octets(digest)) : undefined;
  },
  data: (reader) => toBase64(reader.octets('Digest', 16)),
};

const dispositions = constants({ 'form-data': 128, attachment: 129, inline: 130 });

export const contentDisposition: Rule = {
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

const CONTINUE = 0;

export const expect: Rule = {
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

/** §8.4.2.67: a Quoted-string around what RFC 2045 writes without quotation marks. */
export const contentId: Rule = {
  encode(value) {
    const id = octetsOfText(unquoted(value));
    return Uint8Array.of(0x22, ...id, 0);
  },
  text: (value) => (value.startsWith('"') ? unquoted(value) : value),
};
