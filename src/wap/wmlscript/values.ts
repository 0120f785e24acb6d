/**
 * The values of a script: WAP-193_101-WMLScript §6.2.4, §6.2.7. An integer is a JavaScript number, so that the machine
 * computes on it without unpacking; a floating-point value is boxed, so that 2 and 2.0 stay two types.
 */

/** The single value of the type invalid. */
export const invalid: unique symbol = Symbol('invalid');
export type Invalid = typeof invalid;

/** A floating-point value: finite, single precision, never -0. Made by `toFloat` only. */
export interface Float {
  readonly float: number;
}

/** A value of one of the five types: a number is an integer of 32 bits. */
export type Value = number | Float | string | boolean | Invalid;

/** §6.3.9: the types and their codes. */
export const typeCodes = { integer: 0, float: 1, string: 2, boolean: 3, invalid: 4 } as const;
export type TypeName = keyof typeof typeCodes;

export function typeOf(value: Value): TypeName {
  switch (typeof value) {
    case 'number':
      return 'integer';
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'symbol':
      return 'invalid';
    case 'object':
      return 'float';
  }
}

export const MAX_INTEGER = 2147483647;
export const MIN_INTEGER = -2147483648;

/** §6.2.7.2: the largest single-precision value. */
export const MAX_FLOAT = 3.4028234663852886e38;

/**
 * §6.2.7.2: the smallest positive value. Printed "at least the normalised precision must be supported"; here it is exactly
 * that, and what is smaller underflows to 0.0 (§12.4.1.4).
 */
export const MIN_FLOAT = 1.1754943508222875e-38;

/** A floating-point value, rounded to single precision: too large is invalid, too small is 0.0 (§6.2.7.2). */
export function toFloat(value: number): Float | Invalid {
  const float = Math.fround(value);
  // Also false for what is not a number.
  if (!(float >= -MAX_FLOAT && float <= MAX_FLOAT)) return invalid;
  return { float: float > -MIN_FLOAT && float < MIN_FLOAT ? 0 : float };
}

/** An integer, or invalid where 32 bits do not hold it (§12.4.1.2). `value` is a whole number. */
export function toInteger(value: number): number | Invalid {
  return value >= MIN_INTEGER && value <= MAX_INTEGER ? value + 0 : invalid;
}

/** Whether something that came from outside is a value. */
export function isValue(value: unknown): value is Value {
  switch (typeof value) {
    case 'number':
      return (value | 0) === value && !Object.is(value, -0);
    case 'string':
    case 'boolean':
      return true;
    case 'object':
      return value !== null && 'float' in value && isFloatNumber(value.float);
    default:
      return value === invalid;
  }
}

function isFloatNumber(value: unknown): boolean {
  if (typeof value !== 'number') return false;
  const float = toFloat(value);
  return float !== invalid && Object.is(float.float, value);
}
