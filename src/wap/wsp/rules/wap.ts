/** Headers of the WAP Forum: WAP-230-WSP §8.4.2.54, 8.4.2.57, 8.4.2.61, 8.4.2.62, 8.4.2.70, and OMA-WAP-TS-WSP-V1_0 §8.4.2.72–73. */
import { fromHex, toHex } from '../../octets.js';
import { applicationIds, profileWarningCodes } from '../header-numbers.js';
import { parseHttpDate, quoted } from '../header-text.js';
import {
  integerOf,
  lengthValue,
  readDate,
  readText,
  readVersion,
  shortValue,
  textValue,
  unassigned,
  versionNumber,
  versionOf,
  writeLongInteger,
  writeShortInteger,
  writeText,
  writeVersion,
} from '../header-values.js';
import { commaSeparated, constants, type Rule } from './rule.js';
import { integer } from './simple.js';

const profileCodes = constants(profileWarningCodes);

export const profileWarning: Rule = {
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

const applications = constants(applicationIds);

/** §8.4.2.54. The textual form is that of WAP-251 §5.2.2.1: a URI, a URI with its code, or a code in hexadecimal. */
export const applicationId: Rule = {
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
export const acceptApplication: Rule = {
  ...applicationId,
  split: commaSeparated,
  encode: (value, version) => (value === '*' ? shortValue(0) : applicationId.encode(value, version)),
  short: (number) => (number === 0 ? '*' : applicationId.short?.(number)),
};

/** Octets that only another layer can read. Shown, and taken back, in hexadecimal. */
export const opaque: Rule = {
  encode(value) {
    const octets = value.startsWith('octets:') ? fromHex(value.slice(7)) : undefined;
    return octets && lengthValue((writer) => writer.octets(octets));
  },
  data: (reader) => `octets:${toHex(reader.rest('Document'))}`,
};

export const encodingVersion: Rule = {
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
