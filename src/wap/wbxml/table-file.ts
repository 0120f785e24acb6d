/** A token table in a JSON file: the same shape as `TokenTable`, numbers as 5 or as "0x05". */
import { UsageError } from '../errors.js';
import type { AttributeRow, CodePage, TagRow, TokenTable, ValueRow } from './document-type.js';
import { FIRST_APPLICATION_TOKEN, FIRST_ATTRIBUTE_VALUE } from './tokens.js';

/** What a table may have; anything else is a slip of the pen. */
const members: Readonly<Record<keyof TokenTable, true>> = {
  name: true,
  publicIds: true,
  systemIds: true,
  publicNumbers: true,
  root: true,
  mediaTypes: true,
  pages: true,
  variables: true,
  dateTimes: true,
  entities: true,
  elementContent: true,
  compress: true,
};

/** The token table that a JSON text describes; what is wrong with it is a `UsageError`. */
export function parseTokenTable(json: string): TokenTable {
  const value = object(parse(json), 'the table', members);
  const pages: Record<number, CodePage> = {};
  for (const [key, page] of Object.entries(object(value.pages, 'pages'))) {
    pages[number(key, 'a code page', 0, 0xff)] = codePage(page, `pages.${key}`);
  }
  const systemIds = optional(value.systemIds, strings, 'systemIds');
  const publicNumbers = optional(value.publicNumbers, publicIdNumbers, 'publicNumbers');
  const types = optional(value.mediaTypes, mediaTypes, 'mediaTypes');
  const references = optional(value.variables, variables, 'variables');
  const dateTimes = optional(value.dateTimes, strings, 'dateTimes');
  const named = optional(value.entities, entities, 'entities');
  const elementContent = optional(value.elementContent, strings, 'elementContent');
  const spaces = optional(value.compress, compress, 'compress');
  return {
    name: string(value.name, 'name'),
    publicIds: optional(value.publicIds, strings, 'publicIds') ?? [],
    root: string(value.root, 'root'),
    pages,
    ...(systemIds && { systemIds }),
    ...(publicNumbers && { publicNumbers }),
    ...(types && { mediaTypes: types }),
    ...(references && { variables: references }),
    ...(dateTimes && { dateTimes }),
    ...(named && { entities: named }),
    ...(elementContent && { elementContent }),
    ...(spaces && { compress: spaces }),
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new UsageError('the token table is not JSON', { cause });
  }
}

function codePage(value: unknown, where: string): CodePage {
  const page = object(value, where, { tags: true, attributes: true, values: true });
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

/** Numbers of the public identifiers, in their order; 0 and 1 say that there is none, or that it is a string. */
function publicIdNumbers(value: unknown, where: string): readonly number[] {
  if (!Array.isArray(value)) return fail(where, 'a list of numbers');
  return value.map((item, i) => number(item, `${where}[${i}]`, 2, 0xffff_ffff));
}

function mediaTypes(value: unknown, where: string): NonNullable<TokenTable['mediaTypes']> {
  const { text, binary } = object(value, where, { text: true, binary: true });
  return { text: string(text, `${where}.text`), binary: string(binary, `${where}.binary`) };
}

function variables(value: unknown, where: string): NonNullable<TokenTable['variables']> {
  const { escaped, parameters } = object(value, where, { escaped: true, parameters: true });
  if (parameters !== undefined && typeof parameters !== 'boolean') {
    return fail(`${where}.parameters`, 'true or false');
  }
  return {
    escaped: strings(escaped, `${where}.escaped`),
    ...(parameters !== undefined && { parameters }),
  };
}

function entities(value: unknown, where: string): Readonly<Record<string, string>> {
  const texts = Object.entries(object(value, where)).map(([key, text]): [string, string] => [
    name(key, where),
    string(text, `${where}.${key}`),
  ]);
  return Object.fromEntries(texts);
}

function compress(value: unknown, where: string): NonNullable<TokenTable['compress']> {
  const { preserve, inline } = object(value, where, { preserve: true, inline: true });
  return { preserve: strings(preserve, `${where}.preserve`), inline: strings(inline, `${where}.inline`) };
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

function optional<T>(
  value: unknown,
  read: (value: unknown, where: string) => T,
  where: string,
): T | undefined {
  return value === undefined ? undefined : read(value, where);
}

function rows(value: unknown, where: string): readonly (readonly unknown[])[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return fail(where, 'a list of rows');
  return value.map((row) => (Array.isArray(row) ? row : fail(where, 'a list of rows')));
}

/** @param known the names of its members, where there are no others */
function object(
  value: unknown,
  where: string,
  known?: Readonly<Record<string, true>>,
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(where, 'an object');
  const entries = Object.entries(value);
  for (const [key] of entries) {
    if (known !== undefined && !Object.hasOwn(known, key)) {
      throw new UsageError(
        `the token table has ${key} at ${where}; it can have ${Object.keys(known).join(', ')}`,
      );
    }
  }
  return Object.fromEntries(entries);
}

function fail(where: string, wanted: string): never {
  throw new UsageError(`the token table needs ${wanted} at ${where}`);
}
