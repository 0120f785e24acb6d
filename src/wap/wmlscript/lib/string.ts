/** String: WAP-194-WMLScriptLibraries §9. */
import { convertToString, WHITE_SPACE } from '../conversions.js';
import { characters, compareText, indexOf, lengthOf, slice } from '../text.js';
import { invalid } from '../values.js';
import { format } from './format.js';
import { define, type Implementation, outOfMemory } from './function.js';

const whiteSpaces = /[\t\v\f \n\r]+/g;

export const string: Readonly<Record<string, Implementation>> = {
  length: define(['String'], (_, text) => lengthOf(text)),
  isEmpty: define(['String'], (_, text) => text === ''),
  charAt: define(['String', 'Number, Float.int()'], (_, text, index) => characters(text)[index] ?? ''),
  subString: define(
    ['String', 'Number, Float.int()', 'Number, Float.int()'],
    (_, text, startIndex, length) => {
      const start = Math.max(startIndex, 0);
      return length <= 0 ? '' : slice(text, start, start + length);
    },
  ),
  find: define(['String', 'String'], (_, text, subString) =>
    subString === '' ? invalid : indexOf(text, subString),
  ),
  replace: define(['String', 'String', 'String'], (context, text, oldSubString, newSubString) => {
    if (oldSubString === '') return invalid;
    const between = text.split(oldSubString);
    const growth = (between.length - 1) * (newSubString.length - oldSubString.length);
    return context.fits(text.length + growth) ? between.join(newSubString) : outOfMemory;
  }),
  elements: define(['String', 'String'], (_, text, separator) =>
    separator === '' ? invalid : split(text, separator).length,
  ),
  elementAt: define(['String', 'Number, Float.int()', 'String'], (_, text, index, separator) => {
    if (separator === '') return invalid;
    const elements = split(text, separator);
    return elements[within(index, elements)] ?? '';
  }),
  removeAt: define(['String', 'Number, Float.int()', 'String'], (_, text, index, separator) => {
    if (separator === '') return invalid;
    const elements = split(text, separator);
    elements.splice(within(index, elements), 1);
    return elements.join(first(separator));
  }),
  replaceAt: define(
    ['String', 'String', 'Number, Float.int()', 'String'],
    (context, text, element, index, separator) => {
      if (separator === '') return invalid;
      if (!context.fits(text.length + element.length)) return outOfMemory;
      const elements = split(text, separator);
      elements[within(index, elements)] = element;
      return elements.join(first(separator));
    },
  ),
  insertAt: define(
    ['String', 'String', 'Number, Float.int()', 'String'],
    (context, text, element, index, separator) => {
      if (separator === '') return invalid;
      if (text === '') return element;
      if (!context.fits(text.length + element.length + 1)) return outOfMemory;
      const elements = split(text, separator);
      elements.splice(Math.max(index, 0), 0, element);
      return elements.join(first(separator));
    },
  ),
  squeeze: define(['String'], (_, text) => text.replace(whiteSpaces, ' ')),
  trim: define(['String'], (_, text) => trim(text)),
  compare: define(['String', 'String'], (_, a, b) => compareText(a, b)),
  toString: define(['Any'], (_, value) => convertToString(value) ?? 'invalid'),
  format: define(['String', 'Any'], format),
};

/** The first character of a separator is the one that separates. */
function first(separator: string): string {
  return slice(separator, 0, 1);
}

function split(text: string, separator: string): string[] {
  return text.split(first(separator));
}

/** By hand: a pattern for the white space at the end would look at every run of it within. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && WHITE_SPACE.includes(text.charAt(start))) start++;
  while (start < end && WHITE_SPACE.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** An index below the first element is the first one's, and one beyond the last is the last one's. */
function within(index: number, elements: readonly string[]): number {
  return Math.min(Math.max(index, 0), elements.length - 1);
}
