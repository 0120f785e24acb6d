/**
 * Automatic conversions between the types: WAP-193_101-WMLScript §6.8, with the numeric string grammar of §7.4.
 *
 * A conversion has three outcomes: a value; `invalid` where it is legal but its value does not fit (§12.4.3); `undefined`
 * where it is illegal, so that §6.9 tries its next step. On an integer-only device (§13) those to and from floating-point
 * are all illegal.
 */
import { type Float, type Invalid, invalid, toFloat, toInteger, type Value } from './values.js';

/** §7.4 StrWhiteSpaceChar. */
export const WHITE_SPACE = '\t\v\f \n\r';

const decimalInteger = /^[\t\v\f \n\r]*([+-]?[0-9]+)[\t\v\f \n\r]*$/;
const decimalFloat =
  /^[\t\v\f \n\r]*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[\t\v\f \n\r]*$/;

/** Significant digits that tell any two single-precision values apart (IEEE 754). */
const FLOAT_DIGITS = 9;

/** §6.8.2. */
export function convertToString(value: Value): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'symbol':
      return undefined;
    case 'object':
      return floatText(value.float);
    default:
      return String(value);
  }
}

/** §6.8.3. */
export function convertToInteger(value: Value): number | Invalid | undefined {
  switch (typeof value) {
    case 'number':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    case 'string':
      return integerOfText(value);
    default:
      return undefined;
  }
}

/** §6.8.4. */
export function convertToFloat(value: Value, integerOnly: boolean): Float | Invalid | undefined {
  if (integerOnly) return undefined;
  switch (typeof value) {
    case 'object':
      return value;
    case 'number':
      return toFloat(value);
    case 'boolean':
      return { float: value ? 1 : 0 };
    case 'string':
      return floatOfText(value);
    case 'symbol':
      return undefined;
  }
}

/** §6.8.5. */
export function convertToBoolean(value: Value): boolean | undefined {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'number':
      return value !== 0;
    case 'string':
      return value !== '';
    case 'object':
      return value.float !== 0;
    case 'symbol':
      return undefined;
  }
}

/** §6.9, Integer or floating-point (unary): what a parameter of the type Number takes, too. */
export function convertToNumber(value: Value, integerOnly: boolean): number | Float | Invalid {
  if (typeof value === 'object') return integerOnly ? invalid : value;
  return convertToInteger(value) ?? convertToFloat(value, integerOnly) ?? invalid;
}

/** The shortest digits that read back as the same single-precision value: 3.14, 1e+20, 0.1. */
function floatText(float: number): string {
  for (let digits = 1; digits < FLOAT_DIGITS; digits++) {
    const text = Number(float.toPrecision(digits));
    if (Math.fround(text) === float) return String(text);
  }
  return String(Number(float.toPrecision(FLOAT_DIGITS)));
}

function integerOfText(text: string): number | Invalid | undefined {
  const digits = decimalInteger.exec(text)?.[1];
  return digits === undefined ? undefined : toInteger(Number(digits));
}

function floatOfText(text: string): Float | Invalid | undefined {
  const digits = decimalFloat.exec(text)?.[1];
  return digits === undefined ? undefined : toFloat(Number(digits));
}
