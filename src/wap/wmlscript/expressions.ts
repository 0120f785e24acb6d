/** Expressions: WAP-193_101-WMLScript §6.3, §7.3. */
import type { BinaryOperator, Expression, LocalCall, UnaryOperator } from './ast.js';
import type { Cursor } from './cursor.js';
import { binary, conditional, constant, logical, unary } from './fold.js';
import type { TokenKind } from './lexer.js';
import type { Scope } from './scope.js';

/** Of an external call: §10.5.2.6. */
export const MAX_ARGUMENTS = 255;

/** §6.3.12: the tightest binary operators first. */
const precedences: ReadonlyMap<TokenKind, number> = new Map(
  (
    [
      [10, ['*', '/', 'div', '%']],
      [9, ['+', '-']],
      [8, ['<<', '>>', '>>>']],
      [7, ['<', '>', '<=', '>=']],
      [6, ['==', '!=']],
      [5, ['&']],
      [4, ['^']],
      [3, ['|']],
      [2, ['&&']],
      [1, ['||']],
    ] as const
  ).flatMap(([level, operators]) => operators.map((operator) => [operator, level] as const)),
);

/** §7.3, AssignmentOperator, with the operation that goes before the assignment. */
const assignmentOperators: ReadonlyMap<TokenKind, '=' | BinaryOperator> = new Map<
  TokenKind,
  '=' | BinaryOperator
>([
  ['=', '='],
  ['+=', '+'],
  ['-=', '-'],
  ['*=', '*'],
  ['/=', '/'],
  ['%=', '%'],
  ['<<=', '<<'],
  ['>>=', '>>'],
  ['>>>=', '>>>'],
  ['&=', '&'],
  ['^=', '^'],
  ['|=', '|'],
  ['div=', 'div'],
]);

const nothing: Expression = constant({ kind: 'invalid' });

/** Reads expressions, by recursive descent; names are resolved on the way. */
export class Expressions {
  readonly #cursor: Cursor;
  readonly #scope: Scope;
  /** Assignments seen so far: tells whether one is inside an expression. */
  #assignments = 0;

  constructor(cursor: Cursor, scope: Scope) {
    this.#cursor = cursor;
    this.#scope = scope;
  }

  /** §6.3.7. */
  expression(what = 'an expression'): Expression {
    const only = this.#assignment(what);
    if (this.#cursor.lexer.kind !== ',') return only;
    const first: Expression[] = [];
    let last = only;
    while (this.#cursor.accept(',')) {
      first.push(last);
      last = this.#assignment('an expression');
    }
    return { kind: 'comma', first, last };
  }

  #assignment(what: string): Expression {
    const { lexer } = this.#cursor;
    const { kind, at } = lexer;
    if (this.#cursor.lost || !this.#cursor.enter()) return nothing;
    const left = this.conditional(what);
    this.#cursor.leave();
    const operator = assignmentOperators.get(lexer.kind);
    if (operator === undefined || this.#cursor.lost) return left;
    if (kind !== 'identifier' || left.kind !== 'variable') {
      this.#cursor.findings.report(at, `expected a variable to the left of '${lexer.kind}'`);
    }
    lexer.next();
    if (!this.#cursor.enter()) return nothing;
    const before = ++this.#assignments;
    const value = this.#assignment('a value');
    this.#cursor.leave();
    const vindex = left.kind === 'variable' ? left.vindex : 0;
    return { kind: 'assignment', operator, vindex, value, quiet: this.#assignments === before };
  }

  /** §6.3.8. */
  conditional(what: string): Expression {
    const test = this.#binary(this.#unary(what), 1);
    if (!this.#cursor.accept('?')) return test;
    const consequent = this.#assignment('an expression');
    this.#cursor.expect(':');
    const alternate = this.#assignment('an expression');
    return conditional(test, consequent, alternate);
  }

  /** What follows `operand`: operators that bind as tight as `least` or tighter. */
  #binary(operand: Expression, least: number): Expression {
    const { lexer } = this.#cursor;
    let left = operand;
    for (;;) {
      const operator = lexer.kind;
      const level = precedences.get(operator);
      if (level === undefined || level < least || this.#cursor.lost) return left;
      lexer.next();
      let right = this.#unary('an operand');
      const next = precedences.get(lexer.kind);
      if (next !== undefined && next > level) right = this.#binary(right, level + 1);
      left =
        operator === '&&' || operator === '||'
          ? logical(operator, left, right)
          : binary(operator as BinaryOperator, left, right);
    }
  }

  #unary(what: string): Expression {
    const { lexer } = this.#cursor;
    const operator = lexer.kind;
    switch (operator) {
      case '-':
      case '+':
      case '!':
      case '~':
      case 'typeof':
      case 'isvalid':
        lexer.next();
        return this.#operand(operator);
      case '++':
      case '--': {
        lexer.next();
        const { at, text } = lexer;
        if (lexer.kind !== 'identifier') return this.#mistake(`a variable after '${operator}'`);
        lexer.next();
        this.#assignments++;
        return { kind: 'step', operator, prefix: true, vindex: this.#scope.variable(at, text) };
      }
      default:
        return this.#primary(what);
    }
  }

  #operand(operator: UnaryOperator): Expression {
    const { lexer } = this.#cursor;
    // §6.1.5.1 bounds integers by -2147483648: the literal beyond the others is one behind a minus sign.
    if (operator === '-' && lexer.kind === 'integer' && lexer.value === 2147483648) {
      lexer.next();
      return constant({ kind: 'integer', value: -2147483648 });
    }
    if (!this.#cursor.enter()) return nothing;
    const operand = this.#unary(`an operand after '${operator}'`);
    this.#cursor.leave();
    return unary(operator, operand);
  }

  #primary(what: string): Expression {
    const { lexer } = this.#cursor;
    const { kind, at, text, value } = lexer;
    switch (kind) {
      case 'identifier':
        lexer.next();
        return this.#named(at, text);
      case 'string':
        lexer.next();
        return constant({ kind, value: text });
      case 'integer':
        lexer.next();
        if (value > 2147483647) this.#cursor.findings.report(at, 'integer literal is beyond 2147483647');
        return constant({ kind, value });
      case 'float':
        lexer.next();
        return constant({ kind, value });
      case 'true':
      case 'false':
        lexer.next();
        return constant({ kind: 'boolean', value: kind === 'true' });
      case 'invalid':
        lexer.next();
        return nothing;
      case '(': {
        lexer.next();
        const expression = this.expression();
        this.#cursor.expect(')');
        return expression;
      }
      default:
        return this.#mistake(what);
    }
  }

  /** What starts with an identifier: a variable, or one of the three calls of §6.4.2. */
  #named(at: number, name: string): Expression {
    const { lexer } = this.#cursor;
    switch (lexer.kind) {
      case '(': {
        const call: LocalCall = { kind: 'local call', at, name, args: this.#arguments() };
        this.#scope.addCall(call);
        return call;
      }
      case '.':
        return this.#libraryCall(at, name);
      case '#':
        return this.#externalCall(at, name);
      case '++':
      case '--': {
        const operator = lexer.kind;
        lexer.next();
        this.#assignments++;
        return { kind: 'step', operator, prefix: false, vindex: this.#scope.variable(at, name) };
      }
      default:
        return { kind: 'variable', vindex: this.#scope.variable(at, name) };
    }
  }

  #libraryCall(at: number, name: string): Expression {
    const { lexer } = this.#cursor;
    lexer.next();
    const { at: functionAt } = lexer;
    const functionName = this.#cursor.identifier(`the name of a function of library '${name}'`);
    const args = this.#arguments();
    if (this.#cursor.lost) return nothing;
    const found = this.#scope.libraryFunction(at, name, functionAt, functionName, args.length);
    return { kind: 'library call', lindex: found?.library.id ?? 0, findex: found?.called.id ?? 0, args };
  }

  #externalCall(at: number, name: string): Expression {
    const { lexer } = this.#cursor;
    lexer.next();
    const functionName = this.#cursor.identifier(`the name of a function of '${name}'`);
    const args = this.#arguments();
    if (this.#cursor.lost) return nothing;
    return { kind: 'external call', url: this.#scope.url(at, name), name: functionName, args };
  }

  #arguments(): Expression[] {
    const args: Expression[] = [];
    const { at } = this.#cursor.lexer;
    this.#cursor.expect('(');
    if (this.#cursor.accept(')')) return args;
    do args.push(this.#assignment('an argument'));
    while (this.#cursor.accept(','));
    this.#cursor.expect(')');
    if (args.length > MAX_ARGUMENTS) {
      this.#cursor.findings.report(at, `expected at most ${MAX_ARGUMENTS} arguments, found ${args.length}`);
    }
    return args;
  }

  #mistake(what: string): Expression {
    this.#cursor.expected(what);
    return nothing;
  }
}
