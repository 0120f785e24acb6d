/** Decks and scripts for the phone: files of wml/ with holes in double braces, filled so that nothing breaks out. */
import { readFileSync } from 'node:fs';

/** Characters that XML 1.0 §2.2 does not allow, and halves of surrogate pairs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // An attribute's white space would be normalised (XML 1.0 §3.3.3).
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
  // Printed for every place where a variable could stand, and for all other attributes too: WAP-191 §10.3.3.
  $: '$$',
};

/** `text` as content or attribute value of a WML element. */
export function escapeWml(text: string): string {
  return text.replace(notXml, '?').replace(/[&<>"'\t\n\r$]/g, (character) => entities[character] ?? '?');
}

const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  "'": "\\'",
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** \uHHHH; a question mark for what needs five digits, which the language cannot write. */
function hexadecimal(character: string): string {
  return character.length > 1 ? '?' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * `text` between the quotes of a WMLScript string literal (WAP-193 §6.1.5.3). The result is ASCII, so that no compiler can
 * mistake the character set: Kannel's reads ISO-8859-1. A NUL or half a surrogate pair, which no string of a phone can
 * hold, becomes a question mark.
 */
export function escapeScript(text: string): string {
  return text
    .replace(/\p{Cs}|\0/gu, '?')
    .replace(/["'\\\b\f\n\r\t]|[^ -~]/gu, (character) => short[character] ?? hexadecimal(character));
}

/** Fills the holes; a hole without a filling, or a filling without a hole, is a mistake in this program. */
function template<const Name extends string>(
  file: string,
  names: readonly Name[],
  escaped: (text: string) => string,
) {
  const source = readFileSync(new URL(`../../../wml/${file}`, import.meta.url), 'utf8');
  const holes = new Set([...source.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name));
  const wanted = new Set<string | undefined>(names);
  if (holes.size !== wanted.size || [...holes].some((name) => !wanted.has(name)))
    throw new TypeError(`wml/${file} has the holes ${[...holes].join(', ')}`);
  return (fillings: Readonly<Record<Name, string>>): string => {
    const byName = new Map<string, string>(Object.entries(fillings));
    return source.replace(/\{\{(\w+)\}\}/g, (_, name: string) => escaped(byName.get(name) ?? ''));
  };
}

/** wml/sign.wml: the deck that asks for a signature. */
export const signDeck = template(
  'sign.wml',
  ['countersignature', 'shop', 'token', 'transaction', 'about', 'what'],
  escapeWml,
);

/** wml/sign.wmls: the script that asks the card. */
export const signScript = template('sign.wmls', ['text', 'options'], escapeScript);

/** wml/call.wml: what a call of the shop opens, kept on the phone. */
export const callDeck = template('call.wml', [], escapeWml);

/** wml/call.wmls: tells calls of the shop from others. */
export const callScript = template('call.wmls', ['prefix'], escapeScript);

/** wml/answer.wml: what the phone is told in the end. */
export const answerDeck = template('answer.wml', ['shop', 'headline', 'explanation'], escapeWml);
