/**
 * Expressions built from their parts, with constants folded where no interpreter could tell: WAP-193_101 §6.3, §6.9.
 * Left alone is what depends on the device: an integer-only one turns every float into invalid (§13), the text of a
 * float and the order of characters are its own choice (§6.8.2, §6.3.5), numbers below the normalised ones may be zero.
 */
import type { BinaryOperator, Constant, Expression, UnaryOperator } from './ast.js';

const MAX_INTEGER = 2147483647;
const MIN_INTEGER = -2147483648;

/** Least normalised single-precision number: §6.2.7.2. */
const MIN_FLOAT = 2 ** -126;

/** Up to here every integer is a single-precision number, too. */
const EXACT_INTEGERS = 2 ** 24;

const invalid: Constant = { kind: 'invalid' };

/** !(a < b) is a >= b: both are invalid if one operand is. */
const opposites: Readonly<Partial<Record<BinaryOperator, BinaryOperator>>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '==': '!=',
  '!=': '==',
};

export function constant(value: Constant): Expression {
  return { kind: 'constant', constant: value };
}

/** Boolean value of a constant as a condition (§6.8.5); `undefined` where only the interpreter knows. */
export function truth(value: Constant): boolean | 'invalid' | undefined {
  switch (value.kind) {
    case 'boolean':
      return value.value;
    case 'integer':
      return value.value !== 0;
    case 'string':
      return value.value !== '';
    case 'invalid':
      return 'invalid';
    case 'float':
      return undefined;
  }
}

export function unary(operator: UnaryOperator, operand: Expression): Expression {
  if (operand.kind === 'constant') {
    const folded = foldUnary(operator, operand.constant);
    if (folded !== undefined) return constant(folded);
  }
  if (operator === '!' && operand.kind === 'binary') {
    const opposite = opposites[operand.operator];
    if (opposite !== undefined) return { ...operand, operator: opposite };
  }
  return { kind: 'unary', operator, operand };
}

export function binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  if (right.kind !== 'constant') return { kind: 'binary', operator, left, right };
  if (left.kind === 'constant') {
    const folded = foldBinary(operator, left.constant, right.constant);
    if (folded !== undefined) return constant(folded);
  }
  // (x + "a") + "b" is x + "ab": once a string takes part all the rest is concatenation.
  if (operator === '+' && left.kind === 'binary' && left.operator === '+' && left.right.kind === 'constant') {
    const inner = left.right.constant;
    const tail = inner.kind === 'string' ? textOf(right.constant) : undefined;
    if (inner.kind === 'string' && tail !== undefined) {
      return { ...left, right: constant({ kind: 'string', value: inner.value + tail }) };
    }
  }
  return { kind: 'binary', operator, left, right };
}

export function logical(operator: '&&' | '||', left: Expression, right: Expression): Expression {
  if (left.kind !== 'constant') return { kind: 'logical', operator, left, right };
  const value = truth(left.constant);
  if (value === undefined) return { kind: 'logical', operator, left, right };
  if (value === 'invalid') return constant(invalid);
  if (value === (operator === '||')) return constant({ kind: 'boolean', value });
  // What remains is the right operand as a boolean.
  return unary('!', unary('!', right));
}

export function conditional(test: Expression, consequent: Expression, alternate: Expression): Expression {
  const value = test.kind === 'constant' ? truth(test.constant) : undefined;
  if (value === undefined) return { kind: 'conditional', test, consequent, alternate };
  return value === true ? consequent : alternate;
}

function foldUnary(operator: UnaryOperator, operand: Constant): Constant | undefined {
  switch (operator) {
    case 'typeof':
      return typeCode(operand);
    case 'isvalid':
      return operand.kind === 'float' ? undefined : { kind: 'boolean', value: operand.kind !== 'invalid' };
    case '!': {
      const value = truth(operand);
      if (value === undefined) return undefined;
      return value === 'invalid' ? invalid : { kind: 'boolean', value: !value };
    }
    case '~': {
      const value = integerOf(operand);
      if (value === undefined) return operand.kind === 'string' ? undefined : invalid;
      return { kind: 'integer', value: ~value };
    }
    case '+':
    case '-': {
      if (operand.kind === 'float') return float(operator === '-' ? -operand.value : operand.value);
      const value = integerOf(operand);
      if (value === undefined) return operand.kind === 'string' ? undefined : invalid;
      return integer(operator === '-' ? -value : value);
    }
  }
}

/** §6.3.9. */
function typeCode(operand: Constant): Constant | undefined {
  if (operand.kind === 'float') return undefined;
  const codes = { integer: 0, string: 2, boolean: 3, invalid: 4 };
  return { kind: 'integer', value: codes[operand.kind] };
}

function foldBinary(operator: BinaryOperator, left: Constant, right: Constant): Constant | undefined {
  // §6.8.6: none of these operators accepts invalid.
  if (left.kind === 'invalid' || right.kind === 'invalid') return invalid;
  if (left.kind === 'string' || right.kind === 'string') return foldStrings(operator, left, right);
  if (left.kind === 'float' || right.kind === 'float') return foldFloats(operator, left, right);
  const a = integerOf(left) ?? 0;
  const b = integerOf(right) ?? 0;
  return foldIntegers(operator, a, b);
}

function foldStrings(operator: BinaryOperator, left: Constant, right: Constant): Constant | undefined {
  if (operator !== '+') return undefined;
  const a = textOf(left);
  const b = textOf(right);
  return a === undefined || b === undefined ? undefined : { kind: 'string', value: a + b };
}

/** The text into which concatenation turns a constant, where it is the same everywhere. */
function textOf(value: Constant): string | undefined {
  return value.kind === 'invalid' || value.kind === 'float' ? undefined : String(value.value);
}

function foldFloats(operator: BinaryOperator, left: Constant, right: Constant): Constant | undefined {
  const a = floatOf(left);
  const b = floatOf(right);
  if (a === undefined || b === undefined) return undefined;
  switch (operator) {
    case '+':
      return float(a + b);
    case '-':
      return float(a - b);
    case '*':
      return float(a * b);
    case '/':
      return float(a / b);
    case '<':
    case '>':
    case '<=':
    case '>=':
    case '==':
    case '!=':
      return undefined;
    default:
      // §6.8.3: a float converts to no integer.
      return invalid;
  }
}

function foldIntegers(operator: BinaryOperator, a: number, b: number): Constant | undefined {
  switch (operator) {
    case '+':
      return integer(a + b);
    case '-':
      return integer(a - b);
    case '*':
      return integer(a * b);
    case '/':
      return Math.abs(a) <= EXACT_INTEGERS && Math.abs(b) <= EXACT_INTEGERS ? float(a / b) : undefined;
    case 'div':
      return b === 0 ? invalid : integer(Math.trunc(a / b));
    case '%':
      return b === 0 ? invalid : integer(a % b);
    case '<<':
      return shift(b, a << b);
    case '>>':
      return shift(b, a >> b);
    case '>>>':
      return shift(b, (a >>> b) | 0);
    case '&':
      return { kind: 'integer', value: a & b };
    case '|':
      return { kind: 'integer', value: a | b };
    case '^':
      return { kind: 'integer', value: a ^ b };
    case '<':
      return { kind: 'boolean', value: a < b };
    case '>':
      return { kind: 'boolean', value: a > b };
    case '<=':
      return { kind: 'boolean', value: a <= b };
    case '>=':
      return { kind: 'boolean', value: a >= b };
    case '==':
      return { kind: 'boolean', value: a === b };
    case '!=':
      return { kind: 'boolean', value: a !== b };
  }
}

/** §12.4.1.2: beyond the range is invalid. */
function integer(value: number): Constant {
  if (!(value >= MIN_INTEGER && value <= MAX_INTEGER)) return invalid;
  return { kind: 'integer', value: value + 0 };
}

/** The text gives amounts beyond the width no meaning. */
function shift(amount: number, value: number): Constant | undefined {
  return amount >= 0 && amount < 32 ? { kind: 'integer', value } : undefined;
}

/** §6.2.7.2: what is not finite is invalid; zero has no sign. */
function float(exact: number): Constant | undefined {
  const value = Math.fround(exact);
  if (!Number.isFinite(value)) return invalid;
  if (value !== 0 && Math.abs(value) < MIN_FLOAT) return undefined;
  if (value === 0 && exact !== 0) return undefined;
  return { kind: 'float', value: value + 0 };
}

/** §6.8.3, strings left to the interpreter. */
function integerOf(value: Constant): number | undefined {
  if (value.kind === 'integer') return value.value;
  return value.kind === 'boolean' ? Number(value.value) : undefined;
}

function floatOf(value: Constant): number | undefined {
  if (value.kind === 'float') return value.value;
  const whole = integerOf(value);
  return whole !== undefined && Math.abs(whole) <= EXACT_INTEGERS ? whole : undefined;
}
