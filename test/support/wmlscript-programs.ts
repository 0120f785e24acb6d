/** Generated WMLScript programs: correct, and sure to end. */
import fc from 'fast-check';

const literals = [
  ...['0', '1', '2', '7', '31', '100000', '2147483647', '0x10', '017'],
  ...['0.0', '1.5', '.25', '1e10', '3e38', '1e-30', '16777217.0'],
  ...['""', '"a"', "'5'", '"1.5"', '"-3"', '"é"', 'true', 'false', 'invalid'],
];

const binaryOperators = [
  ...['*', '/', 'div', '%', '+', '+', '+', '-', '-', '<<', '>>', '>>>'],
  ...['<', '>', '<=', '>=', '==', '!=', '&', '^', '|', '&&', '||', '&&', '||'],
];

const unaryOperators = ['-', '+', '!', '~', 'typeof ', 'isvalid '];

const assignmentOperators = [
  '=',
  '+=',
  '-=',
  '*=',
  '/=',
  'div=',
  '%=',
  '<<=',
  '>>=',
  '>>>=',
  '&=',
  '^=',
  '|=',
];

/** Expressions of these leaves; every operand is in parentheses, so that no two operators touch. */
function expressions(
  leaves: fc.Arbitrary<string>,
  changes: readonly fc.Arbitrary<string>[],
): fc.Arbitrary<string> {
  const { expression } = fc.letrec<{ expression: string }>((tie) => {
    const inner = tie('expression').map((text) => `(${text})`);
    return {
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaves,
        fc.tuple(inner, fc.constantFrom(...binaryOperators), inner).map((parts) => parts.join(' ')),
        fc.tuple(fc.constantFrom(...unaryOperators), inner).map((parts) => parts.join('')),
        fc.tuple(inner, inner, inner).map(([a, b, c]) => `${a} ? ${b} : ${c}`),
        fc.tuple(inner, inner).map((parts) => parts.join(', ')),
        ...changes.map((change) => fc.tuple(change, inner).map(([head, value]) => head.replace('@', value))),
      ),
    };
  });
  return expression;
}

/** Expressions of literals only. */
export const constantExpression: fc.Arbitrary<string> = expressions(fc.constantFrom(...literals), []);

const variable = fc.constantFrom('x', 'y', 'z');

const expression = expressions(fc.oneof(fc.constantFrom(...literals), variable, variable), [
  fc
    .tuple(variable, fc.constantFrom(...assignmentOperators))
    .map(([name, operator]) => `${name} ${operator} @`),
  fc.tuple(variable, fc.constantFrom('++', '--')).map(([name, operator]) => `${name}${operator}, @`),
  fc.tuple(variable, fc.constantFrom('++', '--')).map(([name, operator]) => `@ - ${operator}${name}`),
  fc.tuple(variable, fc.constantFrom('++', '--')).map(([name, operator]) => `${name}${operator} + @`),
  fc.constantFrom('g(@)', 'Lang.max(@, 2)', 'String.length(@)', 'Lang.abs(@)', '-@'),
]);

/** Statements with loops that count `steps` down, so that all of them end. */
const { statement } = fc.letrec<{ statement: string }>((tie) => {
  const inner = tie('statement');
  const block = fc.array(inner, { maxLength: 3 }).map((parts) => `{ ${parts.join(' ')} }`);
  return {
    statement: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      expression.map((text) => `${text};`),
      fc.tuple(variable, expression).map(([name, text]) => `${name} = ${text};`),
      fc.tuple(expression, block).map(([test, body]) => `if (${test}) ${body}`),
      fc.tuple(expression, block, block).map(([test, body, other]) => `if (${test}) ${body} else ${other}`),
      fc.tuple(expression, block).map(([test, body]) => `while (steps-- > 0 && (${test})) ${body}`),
      fc
        .tuple(expression, expression, block)
        .map(([first, update, body]) => `for (${first}; steps-- > 0; ${update}) ${body}`),
      expression.map((text) => `while (steps-- > 0) { if (${text}) break; if (${text}) continue; x = y; }`),
      expression.map((text) => `return ${text};`),
      fc.constantFrom(';', 'return;'),
    ),
  };
});

/** `main()` returns a value, whatever it is. */
export const program: fc.Arbitrary<string> = fc.tuple(fc.array(statement, { maxLength: 6 }), expression).map(
  ([statements, result]) => `function g(x) { return x; }
extern function main() {
  var steps = 20, x = 1, y = "b", z;
  ${statements.join('\n  ')}
  return ${result};
}`,
);

/**
 * Whether a program of ours has `x += …` or `x -= …` where the right operand changes x. The left operand comes first
 * (WAP-193_101 §6.3.12): what x was before counts. wmlsc takes ADD_ASG and SUB_ASG, which read x last; with all other
 * operators, and with x = x - …, it reads x first, too.
 */
export function updatesWhatItReads(source: string): boolean {
  for (const { 1: name, index, 0: head } of source.matchAll(/\b([xyz]) [+-]= (?=\()/g)) {
    const operand = parenthesised(source, index + head.length);
    if (new RegExp(`\\b${name}(?: \\S*=|\\+\\+|--)|(?:\\+\\+|--)${name}\\b`).test(operand)) return true;
  }
  return false;
}

/** From the parenthesis at `from` to the one that closes it; no generated string has one. */
function parenthesised(source: string, from: number): string {
  let depth = 0;
  for (let at = from; at < source.length; at++) {
    if (source[at] === '(') depth++;
    else if (source[at] === ')' && --depth === 0) return source.slice(from, at + 1);
  }
  return source.slice(from);
}
