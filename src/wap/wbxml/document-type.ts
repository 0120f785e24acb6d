/**
 * What a document type adds to WBXML: names for the tokens of its code pages (WAP-192 §5.8), as data.
 *
 * Tables are looked up through `documentType`, which turns the rows round once.
 */

import { ValueFinder } from './values.js';
import type { VariableContext } from './variables.js';

/** A tag: token, name. */
export type TagRow = readonly [token: number, name: string];

/** An attribute start: token, name, and the beginning of the value that it carries. */
export type AttributeRow = readonly [token: number, name: string, prefix?: string];

/** An attribute value: token, text. */
export type ValueRow = readonly [token: number, text: string];

export interface CodePage {
  readonly tags?: readonly TagRow[];
  readonly attributes?: readonly AttributeRow[];
  readonly values?: readonly ValueRow[];
}

/** A document type as it is printed, or as a researcher writes it into a JSON file. */
export interface TokenTable {
  /** For people: `WML 1.3`. */
  readonly name: string;
  /** Formal public identifiers of the versions that share these tokens; the first is meant where none is named. */
  readonly publicIds: readonly string[];
  /** Where the DTD is said to be; what a DOCTYPE names beside the public identifier of the same place in the list. */
  readonly systemIds?: readonly string[];
  /** Numbers of the public identifiers where WAP-192 Table 5 does not give them. */
  readonly publicNumbers?: readonly number[];
  /** The document element. */
  readonly root: string;
  /** Media types of the textual and of the tokenised form. */
  readonly mediaTypes?: { readonly text: string; readonly binary: string };
  readonly pages: Readonly<Record<number, CodePage>>;
  /**
   * Extension tokens are references to variables (WAP-191 §14.3.1); `escaped` are the attributes of type %HREF,
   * `parameters` tells whether $0 names a parameter of a WTA event (WAP-266 §9.3).
   */
  readonly variables?: { readonly escaped: readonly string[]; readonly parameters?: boolean };
  /** Attributes whose values are %Datetime, encoded as OPAQUE (WAP-167 §8.2.2). */
  readonly dateTimes?: readonly string[];
  /** Named character entities of the DTD beyond XML's own. */
  readonly entities?: Readonly<Record<string, string>>;
  /** Elements with element content only: white space between their children means nothing. */
  readonly elementContent?: readonly string[];
  /**
   * White space may be compressed as WAP-191 §11.8.1 tells: not in the elements `preserve`, and a space between two of
   * the elements `inline` stays, as does one just within them.
   */
  readonly compress?: { readonly preserve: readonly string[]; readonly inline: readonly string[] };
}

export interface AttributeStart {
  readonly page: number;
  readonly token: number;
  readonly name: string;
  readonly prefix: string;
}

export interface PagedToken {
  readonly page: number;
  readonly token: number;
}

/** What is known of an element by its name. */
export interface ElementWords {
  /** Absent where the element has no token. */
  readonly tag: PagedToken | undefined;
  readonly elementContent: boolean;
  readonly preserve: boolean;
  readonly inline: boolean;
}

/** What is known of an attribute by its name. */
export interface AttributeWords {
  /** Those with the longest prefix first. */
  readonly starts: readonly AttributeStart[];
  readonly isDateTime: boolean;
}

/** A token table, turned round for looking up. */
export interface DocumentType {
  readonly table: TokenTable;
  /** Names by `page * 64 + identity`. */
  readonly tagNames: ReadonlyMap<number, string>;
  /** Attribute starts by `page * 256 + token`. */
  readonly attributeStarts: ReadonlyMap<number, AttributeStart>;
  /** Texts by `page * 256 + token`. */
  readonly valueTexts: ReadonlyMap<number, string>;
  readonly elements: ReadonlyMap<string, ElementWords>;
  readonly attributes: ReadonlyMap<string, AttributeWords>;
  /** Absent where there are no value tokens. */
  readonly values: ValueFinder | undefined;
  /** What a reference without a conversion means, by attribute; `undefined` where there are no variables. */
  readonly contexts: { readonly text: VariableContext; readonly url: VariableContext } | undefined;
  readonly escaped: ReadonlySet<string>;
}

const types = new WeakMap<TokenTable, DocumentType>();

/** The look-up form of a token table. */
export function documentType(table: TokenTable): DocumentType {
  const known = types.get(table);
  if (known !== undefined) return known;
  const tagNames = new Map<number, string>();
  const attributeStarts = new Map<number, AttributeStart>();
  const valueTexts = new Map<number, string>();
  const tagTokens = new Map<string, PagedToken>();
  const startsByName = new Map<string, AttributeStart[]>();
  const valueTokens = new Map<string, PagedToken>();
  for (const [number, codes] of Object.entries(table.pages)) {
    const page = Number(number);
    for (const [token, name] of codes.tags ?? []) {
      tagNames.set(page * 64 + token, name);
      if (!tagTokens.has(name)) tagTokens.set(name, { page, token });
    }
    for (const [token, name, prefix = ''] of codes.attributes ?? []) {
      const start = { page, token, name, prefix };
      attributeStarts.set(page * 256 + token, start);
      const starts = startsByName.get(name);
      if (starts === undefined) startsByName.set(name, [start]);
      else starts.push(start);
    }
    for (const [token, text] of codes.values ?? []) {
      valueTexts.set(page * 256 + token, text);
      if (!valueTokens.has(text)) valueTokens.set(text, { page, token });
    }
  }
  for (const starts of startsByName.values()) starts.sort((a, b) => b.prefix.length - a.prefix.length);
  const type: DocumentType = {
    table,
    tagNames,
    attributeStarts,
    valueTexts,
    elements: elementWords(table, tagTokens),
    attributes: attributeWords(table, startsByName),
    values: valueTokens.size === 0 ? undefined : new ValueFinder(valueTokens),
    contexts: table.variables && {
      text: { conversion: 'noesc', parameters: table.variables.parameters ?? false },
      url: { conversion: 'escape', parameters: table.variables.parameters ?? false },
    },
    escaped: new Set(table.variables?.escaped),
  };
  types.set(table, type);
  return type;
}

/** What a reference without a conversion means in an attribute, or in text; `undefined`: there are no variables. */
export function variableContext(
  type: DocumentType | undefined,
  attribute?: string,
): VariableContext | undefined {
  if (type?.contexts === undefined) return undefined;
  return attribute !== undefined && type.escaped.has(attribute) ? type.contexts.url : type.contexts.text;
}

function elementWords(
  { elementContent = [], compress }: TokenTable,
  tags: ReadonlyMap<string, PagedToken>,
): ReadonlyMap<string, ElementWords> {
  const { preserve = [], inline = [] } = compress ?? {};
  const names = new Set([...tags.keys(), ...elementContent, ...preserve, ...inline]);
  const words = (name: string): ElementWords => ({
    tag: tags.get(name),
    elementContent: elementContent.includes(name),
    preserve: preserve.includes(name),
    inline: inline.includes(name),
  });
  return new Map([...names].map((name) => [name, words(name)]));
}

function attributeWords(
  { dateTimes = [] }: TokenTable,
  starts: ReadonlyMap<string, readonly AttributeStart[]>,
): ReadonlyMap<string, AttributeWords> {
  const names = new Set([...starts.keys(), ...dateTimes]);
  const words = (name: string): AttributeWords => ({
    starts: starts.get(name) ?? [],
    isDateTime: dateTimes.includes(name),
  });
  return new Map([...names].map((name) => [name, words(name)]));
}
