/**
 * The operators on values of any type: WAP-193_101-WMLScript §6.9, §10.1. The machine computes two integers itself and
 * comes here with everything else.
 */
import {
  convertToBoolean,
  convertToFloat,
  convertToInteger,
  convertToNumber,
  convertToString,
} from './conversions.js';
import { opcodes } from './opcodes.js';
import { compareText } from './text.js';
import {
  type Float,
  invalid,
  MIN_INTEGER,
  toFloat,
  toInteger,
  typeCodes,
  typeOf,
  type Value,
} from './values.js';

/**
 * The instructions with two operands, given two integers; DIV, whose result is none, is not among them. Opcodes are
 * literals here, as they are printed: engines make a table of those, and not of names.
 */
export function ofIntegers(opcode: number, a: number, b: number): Value {
  switch (opcode) {
    case 0x20: // ADD
      return a + b === ((a + b) | 0) ? a + b : invalid;
    case 0x21: // SUB
      return a - b === ((a - b) | 0) ? a - b : invalid;
    case 0x22: // MUL
      // Beyond 53 bits the product is not exact, but no integer either.
      return a * b === ((a * b) | 0) ? (a * b) | 0 : invalid;
    case 0x24: // IDIV
      return b === 0 || (b === -1 && a === MIN_INTEGER) ? invalid : (a / b) | 0;
    case 0x25: // REM
      return b === 0 ? invalid : (a % b) | 0;
    case 0x26: // B_AND
      return a & b;
    case 0x27: // B_OR
      return a | b;
    case 0x28: // B_XOR
      return a ^ b;
    // The text says nothing of amounts beyond 31; as in ECMAScript, which it extends, their low five bits count.
    case 0x2a: // B_LSHIFT
      return a << b;
    case 0x2b: // B_RSSHIFT
      return a >> b;
    case 0x2c: // B_RSZSHIFT
      // All 32 bits of the result count, and they are a signed integer again (§6.2.7.1).
      return (a >>> b) | 0;
    case 0x2d: // EQ
      return a === b;
    case 0x2e: // LE
      return a <= b;
    case 0x2f: // LT
      return a < b;
    case 0x30: // GE
      return a >= b;
    case 0x31: // GT
      return a > b;
    case 0x32: // NE
      return a !== b;
    default:
      return invalid;
  }
}

/** The instructions with two operands of any type, by opcode: §10.5.5 to §10.5.7. */
export function binary(opcode: number, a: Value, b: Value, integerOnly: boolean): Value {
  switch (opcode) {
    case opcodes.ADD.first:
      return add(a, b, integerOnly);
    case opcodes.SUB.first:
      return arithmetic(a, b, '-', integerOnly);
    case opcodes.MUL.first:
      return arithmetic(a, b, '*', integerOnly);
    case opcodes.DIV.first:
      return divide(a, b, integerOnly);
  }
  if (opcode >= opcodes.EQ.first) return comparison(opcode, compare(a, b, integerOnly));
  // Rule 2, Integer(s): all others.
  const first = convertToInteger(a);
  const second = convertToInteger(b);
  return typeof first === 'number' && typeof second === 'number'
    ? ofIntegers(opcode, first, second)
    : invalid;
}

/** The instructions that replace one operand: §10.5.5, §10.5.6, §10.5.8, §10.5.10. */
export function unary(opcode: number, value: Value, integerOnly: boolean): Value {
  switch (opcode) {
    case opcodes.INCR.first:
      return increase(value, 1, integerOnly);
    case opcodes.DECR.first:
      return increase(value, -1, integerOnly);
    case opcodes.UMINUS.first:
      return negate(value, integerOnly);
    case opcodes.B_NOT.first:
      return complement(value);
    case opcodes.TYPEOF.first:
      return typeCodes[typeOf(value)];
    case opcodes.ISVALID.first:
      return value !== invalid;
  }
  const truth = convertToBoolean(value);
  if (truth === undefined) return invalid;
  return opcode === opcodes.NOT.first ? !truth : truth;
}

/** §10.5.7, given how the operands compare. */
function comparison(opcode: number, order: number | undefined): Value {
  if (order === undefined) return invalid;
  switch (opcode) {
    case opcodes.EQ.first:
      return order === 0;
    case opcodes.LE.first:
      return order <= 0;
    case opcodes.LT.first:
      return order < 0;
    case opcodes.GE.first:
      return order >= 0;
    case opcodes.GT.first:
      return order > 0;
    default:
      return order !== 0;
  }
}

/** Rule 7, Integers, floating-points or strings. */
export function add(a: Value, b: Value, integerOnly: boolean): Value {
  if (typeof a !== 'string' && typeof b !== 'string') return arithmetic(a, b, '+', integerOnly);
  const first = convertToString(a);
  const second = convertToString(b);
  return first === undefined || second === undefined ? invalid : first + second;
}

/** Rule 6, Integers or floating-points: §6.9, without the step for strings that `add` has before it. */
export function arithmetic(a: Value, b: Value, operator: '+' | '-' | '*', integerOnly: boolean): Value {
  if (typeof a !== 'object' && typeof b !== 'object') {
    const first = convertToInteger(a);
    const second = convertToInteger(b);
    if (first === invalid || second === invalid) return invalid;
    if (first !== undefined && second !== undefined) return toInteger(compute(first, second, operator));
  }
  const floats = bothFloats(a, b, integerOnly);
  return floats ? toFloat(compute(floats[0].float, floats[1].float, operator)) : invalid;
}

/** Rule 6 with a floating-point result: §10.5.5.9. */
function divide(a: Value, b: Value, integerOnly: boolean): Value {
  if (integerOnly) return invalid;
  if (typeof a !== 'object' && typeof b !== 'object') {
    const first = convertToInteger(a);
    const second = convertToInteger(b);
    if (first === invalid || second === invalid) return invalid;
    if (first !== undefined && second !== undefined) return quotient(first, second);
  }
  const floats = bothFloats(a, b, integerOnly);
  return floats ? quotient(floats[0].float, floats[1].float) : invalid;
}

/** Rule 2 with one operand: §10.5.6.4. */
export function complement(value: Value): Value {
  const integer = convertToInteger(value);
  return typeof integer === 'number' ? ~integer : invalid;
}

/** Rule 5, Integer or floating-point (unary): increment and decrement. */
export function increase(value: Value, by: 1 | -1, integerOnly: boolean): Value {
  const number = convertToNumber(value, integerOnly);
  if (number === invalid) return invalid;
  return typeof number === 'number' ? toInteger(number + by) : toFloat(number.float + by);
}

/** Rule 5: unary minus. */
function negate(value: Value, integerOnly: boolean): Value {
  const number = convertToNumber(value, integerOnly);
  if (number === invalid) return invalid;
  return typeof number === 'number' ? toInteger(0 - number) : toFloat(-number.float);
}

/** Rule 7: negative, zero or positive as `a` is less than, equal to or greater than `b`; `undefined` is invalid. */
export function compare(a: Value, b: Value, integerOnly: boolean): number | undefined {
  if (typeof a === 'string' || typeof b === 'string') {
    const first = convertToString(a);
    const second = convertToString(b);
    return first === undefined || second === undefined ? undefined : compareText(first, second);
  }
  return compareNumbers(a, b, integerOnly);
}

/** Rule 6 for a comparison: also how Lang.min and Lang.max choose (WAP-194 §7.2). */
export function compareNumbers(a: Value, b: Value, integerOnly: boolean): number | undefined {
  if (typeof a !== 'object' && typeof b !== 'object') {
    const first = convertToInteger(a);
    const second = convertToInteger(b);
    if (first === invalid || second === invalid) return undefined;
    if (first !== undefined && second !== undefined) return first - second;
  }
  const floats = bothFloats(a, b, integerOnly);
  return floats && floats[0].float - floats[1].float;
}

function bothFloats(a: Value, b: Value, integerOnly: boolean): readonly [Float, Float] | undefined {
  const first = convertToFloat(a, integerOnly);
  const second = convertToFloat(b, integerOnly);
  if (first === undefined || second === undefined || first === invalid || second === invalid)
    return undefined;
  return [first, second];
}

function compute(a: number, b: number, operator: '+' | '-' | '*'): number {
  if (operator === '+') return a + b;
  return operator === '-' ? a - b : a * b;
}

function quotient(a: number, b: number): Value {
  return b === 0 ? invalid : toFloat(a / b);
}
