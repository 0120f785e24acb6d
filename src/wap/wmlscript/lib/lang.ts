/** Lang: WAP-194-WMLScriptLibraries §7. */
import { convertToString } from '../conversions.js';
import { compareNumbers } from '../operators.js';
import { invalid, MAX_INTEGER, MIN_INTEGER, toFloat, toInteger, type Value } from '../values.js';
import { define, type Implementation } from './function.js';

/** §7.4: leading white space and sign, then digits; whatever follows ends the parsing. */
const leadingInteger = /^[\t\v\f \n\r]*([+-]?[0-9]+)/;

/** §7.5: as far as each character may be part of a floating-point representation. */
const leadingFloat = /^[\t\v\f \n\r]*([+-]?(?:[0-9]+\.?|\.(?=[0-9]))[0-9]*)([eE][+-]?[0-9]*)?/;
const exponent = /^[eE][+-]?[0-9]+$/;

export const lang: Readonly<Record<string, Implementation>> = {
  abs: define(['Number'], (_, value) =>
    typeof value === 'number' ? toInteger(Math.abs(value)) : toFloat(Math.abs(value.float)),
  ),
  min: define(['Number, as it is', 'Number, as it is'], ({ integerOnly }, a, b) => {
    const order = compareNumbers(a, b, integerOnly);
    if (order === undefined) return invalid;
    return order <= 0 ? a : b;
  }),
  max: define(['Number, as it is', 'Number, as it is'], ({ integerOnly }, a, b) => {
    const order = compareNumbers(a, b, integerOnly);
    if (order === undefined) return invalid;
    return order >= 0 ? a : b;
  }),
  parseInt: define(['String'], (_, text) => parseInteger(text)),
  parseFloat: define(['String'], ({ integerOnly }, text) => (integerOnly ? invalid : parseFloating(text))),
  isInt: define(['String'], (_, text) => parseInteger(text) !== invalid),
  isFloat: define(['String'], ({ integerOnly }, text) =>
    integerOnly ? invalid : parseFloating(text) !== invalid,
  ),
  maxInt: define([], () => MAX_INTEGER),
  minInt: define([], () => MIN_INTEGER),
  float: define([], ({ integerOnly }) => !integerOnly),
  exit: define(['Any'], (_, value) => ({ exited: value })),
  abort: define(['Any'], (_, errorDescription) => ({
    aborted: convertToString(errorDescription) ?? 'invalid',
  })),
  random: define(['Number, Float.int()'], ({ pseudoRandom }, value) =>
    value < 0 ? invalid : Math.floor(pseudoRandom.next() * (value + 1)),
  ),
  seed: define(['Number, Float.int()'], ({ pseudoRandom }, value) => {
    if (value < 0) pseudoRandom.seedRandomly();
    else pseudoRandom.seed(value);
    return '';
  }),
  characterSet: define([], ({ characterSet }) => characterSet),
};

function parseInteger(text: string): Value {
  const digits = leadingInteger.exec(text)?.[1];
  return digits === undefined ? invalid : toInteger(Number(digits));
}

function parseFloating(text: string): Value {
  const match = leadingFloat.exec(text);
  if (match === null) return invalid;
  const [, mantissa = '', power = ''] = match;
  if (power !== '' && !exponent.test(power)) return invalid;
  return toFloat(Number(mantissa + power));
}
