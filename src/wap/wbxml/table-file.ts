/** A token table in a JSON file: the same shape as `TokenTable`, numbers as 5 or as "0x05". */
import { UsageError } from '../errors.js';
import type { AttributeRow, CodePage, TagRow, TokenTable, ValueRow } from './document-type.js';
import { FIRST_APPLICATION_TOKEN, FIRST_ATTRIBUTE_VALUE } from './tokens.js';

/** The token table that a JSON text describes; what is wrong with it is a `UsageError`. */
export function parseTokenTable(json: string): TokenTable {
  const value = object(parse(json), 'the table');
  const pages: Record<number, CodePage> = {};
  for (const [key, page] of Object.entries(object(value.pages, 'pages'))) {
    pages[number(key, 'a code page', 0, 0xff)] = codePage(object(page, `pages.${key}`), `pages.${key}`);
  }
  const variables = value.variables === undefined ? undefined : object(value.variables, 'variables');
  const systemIds = optionalStrings(value.systemIds, 'systemIds');
  const dateTimes = optionalStrings(value.dateTimes, 'dateTimes');
  const elementContent = optionalStrings(value.elementContent, 'elementContent');
  return {
    name: string(value.name, 'name'),
    publicIds: optionalStrings(value.publicIds, 'publicIds') ?? [],
    root: string(value.root, 'root'),
    pages,
    ...(systemIds && { systemIds }),
    ...(variables && { variables: { escaped: strings(variables.escaped, 'variables.escaped') } }),
    ...(dateTimes && { dateTimes }),
    ...(elementContent && { elementContent }),
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new UsageError('the token table is not JSON', { cause });
  }
}

function codePage(page: Record<string, unknown>, where: string): CodePage {
  return {
    tags: rows(page.tags, `${where}.tags`).map((row, i): TagRow => {
      const place = `${where}.tags[${i}]`;
      return [token(row[0], place, 0x3f), name(row[1], place)];
    }),
    attributes: rows(page.attributes, `${where}.attributes`).map((row, i): AttributeRow => {
      const place = `${where}.attributes[${i}]`;
      return [
        token(row[0], place, 0x7f),
        name(row[1], place),
        row[2] === undefined ? '' : string(row[2], place),
      ];
    }),
    values: rows(page.values, `${where}.values`).map((row, i): ValueRow => {
      const place = `${where}.values[${i}]`;
      const code = token(row[0], place, 0xff);
      if (code < FIRST_ATTRIBUTE_VALUE) throw new UsageError(`${place}: an attribute value is 0x80 or more`);
      return [code, string(row[1], place) || fail(place, 'a text that is not empty')];
    }),
  };
}

/** The least six bits of 0 to 4 are the global tokens'. */
function token(value: unknown, where: string, most: number): number {
  const code = number(value, where, FIRST_APPLICATION_TOKEN, most);
  return (code & 0x3f) < FIRST_APPLICATION_TOKEN ? fail(where, 'a token that is not a global one') : code;
}

function number(value: unknown, where: string, least: number, most: number): number {
  const code = typeof value === 'string' ? Number(value) : value;
  if (typeof code !== 'number' || !Number.isInteger(code) || code < least || code > most) {
    return fail(where, `a number from ${least} to ${most}`);
  }
  return code;
}

function name(value: unknown, where: string): string {
  const text = string(value, where);
  return /^[^\s<>&"'/=]+$/.test(text) ? text : fail(where, 'a name');
}

function string(value: unknown, where: string): string {
  return typeof value === 'string' ? value : fail(where, 'a string');
}

function strings(value: unknown, where: string): readonly string[] {
  return Array.isArray(value) ? value.map((item) => string(item, where)) : fail(where, 'a list of strings');
}

function optionalStrings(value: unknown, where: string): readonly string[] | undefined {
  return value === undefined ? undefined : strings(value, where);
}

function rows(value: unknown, where: string): readonly (readonly unknown[])[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return fail(where, 'a list of rows');
  return value.map((row) => (Array.isArray(row) ? row : fail(where, 'a list of rows')));
}

function object(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(where, 'an object');
  return Object.fromEntries(Object.entries(value));
}

function fail(where: string, wanted: string): never {
  throw new UsageError(`the token table needs ${wanted} at ${where}`);
}
