/** Float: WAP-194-WMLScriptLibraries §8. */
import { type Float, invalid, MAX_FLOAT, MIN_FLOAT, toFloat, toInteger, type Value } from '../values.js';
import { defineFloat, type Implementation } from './function.js';

export const float: Readonly<Record<string, Implementation>> = {
  int: defineFloat(['Number'], (_, value) => whole(value, Math.trunc)),
  floor: defineFloat(['Number'], (_, value) => whole(value, Math.floor)),
  ceil: defineFloat(['Number'], (_, value) => whole(value, Math.ceil)),
  pow: defineFloat(['Floating-point', 'Floating-point'], (_, base, power) => {
    if (base === 0 && power < 0) return invalid;
    if (base < 0 && !Number.isInteger(power)) return invalid;
    return toFloat(base ** power);
  }),
  // Of two integers equally close the larger one, which is what Math.round chooses too.
  round: defineFloat(['Number'], (_, value) => whole(value, Math.round)),
  sqrt: defineFloat(['Floating-point'], (_, value) => (value < 0 ? invalid : toFloat(Math.sqrt(value)))),
  maxFloat: defineFloat([], () => ({ float: MAX_FLOAT })),
  minFloat: defineFloat([], () => ({ float: MIN_FLOAT })),
};

function whole(value: number | Float, round: (value: number) => number): Value {
  return typeof value === 'number' ? value : toInteger(round(value.float));
}
