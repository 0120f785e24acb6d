/** Well-known public identifiers: WAP-192 §7.2.1, Table 5. */

import type { TokenTable } from './document-type.js';

/** 0: an index into the string table follows. */
export const PUBLIC_ID_IN_STRING_TABLE = 0;

/** 1: unknown or missing. */
export const UNKNOWN_PUBLIC_ID = 1;

// biome-ignore format: a line is a printed row
export const publicIds = [
  [0x02, '-//WAPFORUM//DTD WML 1.0//EN'],
  [0x03, '-//WAPFORUM//DTD WTA 1.0//EN'],
  [0x04, '-//WAPFORUM//DTD WML 1.1//EN'],
  [0x05, '-//WAPFORUM//DTD SI 1.0//EN'],
  [0x06, '-//WAPFORUM//DTD SL 1.0//EN'],
  [0x07, '-//WAPFORUM//DTD CO 1.0//EN'],
  [0x08, '-//WAPFORUM//DTD CHANNEL 1.1//EN'],
  [0x09, '-//WAPFORUM//DTD WML 1.2//EN'],
  [0x0a, '-//WAPFORUM//DTD WML 1.3//EN'],
  [0x0b, '-//WAPFORUM//DTD PROV 1.0//EN'],
  [0x0c, '-//WAPFORUM//DTD WTA-WML 1.2//EN'],
  [0x0d, '-//WAPFORUM//DTD CHANNEL 1.2//EN'],
] as const satisfies readonly (readonly [number, string])[];

const numbers = new Map<string, number>(publicIds.map(([number, text]) => [text, number]));
const texts = new Map<number, string>(publicIds);

/** The number of a public identifier; `undefined` where it has none and must go into the string table. */
export function publicIdNumber(text: string, table?: TokenTable): number | undefined {
  return table?.publicNumbers?.[table.publicIds.indexOf(text)] ?? numbers.get(text);
}

/** The public identifier that a number stands for; `undefined` where the number is not assigned. */
export function publicIdText(number: number, table?: TokenTable): string | undefined {
  return table?.publicIds[table.publicNumbers?.indexOf(number) ?? -1] ?? texts.get(number);
}
