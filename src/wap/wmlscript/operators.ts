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
import { type Float, invalid, toFloat, toInteger, typeCodes, typeOf, type Value } from './values.js';

/** The instructions with two operands, by opcode: §10.5.5 to §10.5.7. */
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
  const operator = integerOperators.get(opcode);
  return operator ? integerOperation(a, b, operator) : comparison(opcode, compare(a, b, integerOnly));
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

/** Whether an instruction compares its two operands: §10.5.7. */
export function isComparison(opcode: number): boolean {
  return opcode >= opcodes.EQ.first && opcode <= opcodes.NE.first;
}

const integerOperators: ReadonlyMap<number, IntegerOperator> = new Map([
  [opcodes.IDIV.first, 'div'],
  [opcodes.REM.first, '%'],
  [opcodes.B_AND.first, '&'],
  [opcodes.B_OR.first, '|'],
  [opcodes.B_XOR.first, '^'],
  [opcodes.B_LSHIFT.first, '<<'],
  [opcodes.B_RSSHIFT.first, '>>'],
  [opcodes.B_RSZSHIFT.first, '>>>'],
]);

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
export function divide(a: Value, b: Value, integerOnly: boolean): Value {
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

export type IntegerOperator = 'div' | '%' | '&' | '|' | '^' | '<<' | '>>' | '>>>';

/** Rule 2, Integer(s). */
export function integerOperation(a: Value, b: Value, operator: IntegerOperator): Value {
  const first = convertToInteger(a);
  const second = convertToInteger(b);
  if (typeof first !== 'number' || typeof second !== 'number') return invalid;
  switch (operator) {
    case 'div':
      return second === 0 ? invalid : toInteger(Math.trunc(first / second));
    case '%':
      return second === 0 ? invalid : (first % second) | 0;
    case '&':
      return first & second;
    case '|':
      return first | second;
    case '^':
      return first ^ second;
    // The text says nothing of amounts beyond 31; as in ECMAScript, which it extends, their low five bits count.
    case '<<':
      return first << second;
    case '>>':
      return first >> second;
    // All 32 bits of the result count, and they are a signed integer again (§6.2.7.1).
    case '>>>':
      return (first >>> second) | 0;
  }
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
export function negate(value: Value, integerOnly: boolean): Value {
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
