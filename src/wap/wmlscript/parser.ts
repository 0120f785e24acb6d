/**
 * The WMLScript grammar: WAP-193_101-WMLScript §7.3, with the rules of §6 that can be checked on the way: names are
 * declared before they are used, calls have the right number of arguments. Recursive descent; a mistake makes the
 * parser skip to the next statement and go on.
 */
import type {
  AccessControl,
  BinaryOperator,
  CompilationUnit,
  Expression,
  FunctionDeclaration,
  LocalCall,
  MetaInformation,
  Statement,
  UnaryOperator,
  VariableDeclaration,
} from './ast.js';
import type { Findings } from './findings.js';
import { binary, conditional, constant, logical, unary } from './fold.js';
import { Lexer, type TokenKind } from './lexer.js';
import { librariesByName } from './libraries.js';

/** Statements and expressions within each other: deeper is an attack on the stack, not a program. */
export const MAX_NESTING = 256;

/** §9.7. */
export const MAX_FUNCTIONS = 255;
export const MAX_FUNCTION_NAME = 255;
export const MAX_PARAMETERS = 255;
export const MAX_LOCALS = 255;
export const MAX_VARIABLES = 256;
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

/** Where reading goes on after a mistake inside a function. */
const statementStarts: ReadonlySet<TokenKind> = new Set<TokenKind>([
  ...(['{', '}', 'if', 'while', 'for', 'var', 'break', 'continue', 'return'] as const),
  ...(['function', 'extern', 'use', 'end of file'] as const),
]);

/** Where reading goes on after a mistake outside functions. */
const declarationStarts: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'function',
  'extern',
  'use',
  'end of file',
]);

/** Of a function whose head is wrong. */
const UNKNOWN_ARITY = -1;

const nothing: Expression = constant({ kind: 'invalid' });
const empty: Statement = { kind: 'empty' };

/** The compilation unit, complete only if nothing was reported. */
export function parse(source: string, findings: Findings): CompilationUnit {
  return new Parser(source, findings).compilationUnit();
}

class Parser {
  readonly #lexer: Lexer;
  readonly #findings: Findings;
  readonly #urls = new Map<string, string>();
  readonly #meta: MetaInformation[] = [];
  readonly #functions: FunctionDeclaration[] = [];
  readonly #arity = new Map<string, number>();
  readonly #calls: LocalCall[] = [];
  #access: AccessControl | undefined;
  #variables = new Map<string, number>();
  #parameters = 0;
  #loops = 0;
  #nesting = 0;
  /** Assignments seen so far: tells whether one is inside an expression. */
  #assignments = 0;
  /** Set from a mistake until the parser is where it can go on: nothing matches and nothing is reported meanwhile. */
  #lost = false;

  constructor(source: string, findings: Findings) {
    this.#findings = findings;
    this.#lexer = new Lexer(source, findings);
  }

  compilationUnit(): CompilationUnit {
    const lexer = this.#lexer;
    while (lexer.kind !== 'end of file') {
      if (lexer.kind === 'use') this.#pragma();
      else if (lexer.kind === 'function' || lexer.kind === 'extern') this.#function();
      else this.#expected("'function', 'extern' or 'use'");
      if (this.#lost) this.#recover(declarationStarts);
    }
    for (const { at, name, args } of this.#calls) this.#checkCall(at, name, args.length);
    if (this.#findings.none && !this.#functions.some(({ extern }) => extern)) {
      this.#findings.report(
        lexer.at,
        'expected at least one extern function: nothing could call this script',
      );
    }
    return { access: this.#access, meta: this.#meta, functions: this.#functions };
  }

  /** §6.7. */
  #pragma(): void {
    const lexer = this.#lexer;
    if (this.#functions.length > 0) this.#findings.report(lexer.at, 'expected pragmas before all functions');
    lexer.next();
    const { at } = lexer;
    if (this.#accept('url')) this.#urlPragma();
    else if (this.#accept('access')) this.#accessPragma(at);
    else if (this.#accept('meta')) this.#metaPragma();
    else this.#expected("'url', 'access' or 'meta'");
    this.#expect(';');
  }

  /** §6.7.1. */
  #urlPragma(): void {
    const { at } = this.#lexer;
    const name = this.#identifier('a name for the external compilation unit');
    const url = this.#string('the URL of the external compilation unit');
    if (this.#lost) return;
    if (this.#urls.has(name))
      this.#findings.report(at, `external compilation unit '${name}' is declared twice`);
    this.#urls.set(name, url);
  }

  /** §6.7.2. */
  #accessPragma(at: number): void {
    const domain = this.#accept('domain') ? this.#string('an access domain') : undefined;
    const path = this.#accept('path') ? this.#string('an access path') : undefined;
    if (domain === undefined && path === undefined) this.#expected("'domain' or 'path'");
    if (this.#lost) return;
    if (this.#access !== undefined) this.#findings.report(at, 'expected only one access control pragma');
    this.#access = { ...(domain !== undefined && { domain }), ...(path !== undefined && { path }) };
  }

  /** §6.7.3. */
  #metaPragma(): void {
    const kind = this.#metaKind();
    const propertyName = this.#string('a property name');
    const content = this.#string('the content of the property');
    const scheme = this.#lexer.kind === 'string' ? this.#string('a scheme') : undefined;
    if (!this.#lost)
      this.#meta.push({ kind, propertyName, content, ...(scheme !== undefined && { scheme }) });
  }

  #metaKind(): MetaInformation['kind'] {
    if (this.#accept('http')) {
      this.#expect('equiv');
      return 'http equiv';
    }
    if (this.#accept('user')) {
      this.#expect('agent');
      return 'user agent';
    }
    if (!this.#accept('name')) this.#expected("'name', 'http' or 'user'");
    return 'name';
  }

  /** §6.4.1. */
  #function(): void {
    const extern = this.#accept('extern');
    this.#expect('function');
    const { at } = this.#lexer;
    const name = this.#identifier('a function name');
    this.#variables = new Map();
    this.#parameters = 0;
    this.#loops = 0;
    this.#expect('(');
    if (this.#lexer.kind !== ')') {
      do this.#parameter();
      while (this.#accept(','));
    }
    this.#expect(')');
    this.#declare(at, name);
    if (this.#lost) this.#recoverBody();
    const body: Statement[] = [];
    this.#block(body);
    if (this.#lost) return;
    const locals = this.#variables.size - this.#parameters;
    this.#functions.push({ at, name, extern, parameters: this.#parameters, locals, body });
    this.#accept(';');
  }

  #declare(at: number, name: string): void {
    if (name === '') return;
    if (this.#arity.has(name)) this.#findings.report(at, `function '${name}' is declared twice`);
    if (name.length > MAX_FUNCTION_NAME) {
      this.#findings.report(at, `function name is longer than ${MAX_FUNCTION_NAME} characters`);
    }
    if (this.#arity.size === MAX_FUNCTIONS) {
      this.#findings.report(
        at,
        `function '${name}' is one more than the ${MAX_FUNCTIONS} that fit in a unit`,
      );
    }
    this.#arity.set(name, this.#lost ? UNKNOWN_ARITY : this.#parameters);
  }

  #parameter(): void {
    const { at } = this.#lexer;
    const name = this.#identifier('a parameter name');
    if (this.#lost) return;
    if (this.#parameters === MAX_PARAMETERS) {
      this.#findings.report(
        at,
        `parameter '${name}' is one more than the ${MAX_PARAMETERS} a function may have`,
      );
    }
    this.#variable(at, name);
    this.#parameters = this.#variables.size;
  }

  /** §6.2.2: the index of a new variable. */
  #variable(at: number, name: string): number {
    if (this.#variables.has(name)) this.#findings.report(at, `variable '${name}' is declared twice`);
    const vindex = this.#variables.size;
    if (vindex === MAX_VARIABLES || vindex - this.#parameters === MAX_LOCALS) {
      this.#findings.report(at, `variable '${name}' is one more than a function may have`);
    }
    this.#variables.set(name, vindex);
    return vindex;
  }

  #block(into: Statement[]): void {
    const lexer = this.#lexer;
    if (!this.#expect('{')) return;
    while (lexer.kind !== '}') {
      if (declarationStarts.has(lexer.kind)) {
        this.#expected("'}'");
        return;
      }
      into.push(this.#statement());
      if (this.#lost) {
        this.#recover(statementStarts);
        // Nothing more to say about a function that breaks off.
        this.#lost = declarationStarts.has(lexer.kind);
      }
    }
    lexer.next();
  }

  /** §6.5. */
  #statement(): Statement {
    const lexer = this.#lexer;
    if (this.#lost || !this.#enter()) return empty;
    const statement = this.#statementOf(lexer.kind, lexer.at);
    this.#nesting--;
    return statement;
  }

  #statementOf(kind: TokenKind, at: number): Statement {
    const lexer = this.#lexer;
    switch (kind) {
      case '{': {
        const body: Statement[] = [];
        this.#block(body);
        return { kind: 'block', body };
      }
      case ';':
        lexer.next();
        return empty;
      case 'var': {
        lexer.next();
        const statement = this.#declarations();
        this.#expect(';');
        return statement;
      }
      case 'if':
        return this.#if();
      case 'while':
        return this.#while();
      case 'for':
        return this.#for();
      case 'continue':
      case 'break':
        lexer.next();
        if (this.#loops === 0) this.#findings.report(at, `expected '${kind}' only inside while or for`);
        this.#expect(';');
        return { kind };
      case 'return': {
        lexer.next();
        const value = lexer.kind === ';' ? undefined : this.#expression();
        this.#expect(';');
        return { kind: 'return', value };
      }
      default: {
        const expression = this.#expression('a statement');
        this.#expect(';');
        return { kind: 'expression', expression };
      }
    }
  }

  #declarations(): Statement {
    const declarations: VariableDeclaration[] = [];
    do {
      const { at } = this.#lexer;
      const name = this.#identifier('a variable name');
      const value = this.#accept('=') ? this.#conditional('a value') : undefined;
      if (this.#lost) break;
      // §6.2.2: the variable lives from the end of its declaration on.
      declarations.push({ vindex: this.#variable(at, name), value, repeated: this.#loops > 0 });
    } while (this.#accept(','));
    return { kind: 'var', declarations };
  }

  #if(): Statement {
    const branches: { test: Expression; body: Statement }[] = [];
    do {
      this.#lexer.next();
      const test = this.#condition();
      branches.push({ test, body: this.#statement() });
      if (!this.#accept('else')) return { kind: 'if', branches, otherwise: undefined };
    } while (this.#lexer.kind === 'if');
    return { kind: 'if', branches, otherwise: this.#statement() };
  }

  #while(): Statement {
    this.#lexer.next();
    const test = this.#condition();
    return { kind: 'while', test, body: this.#loopBody() };
  }

  #for(): Statement {
    this.#lexer.next();
    this.#expect('(');
    const init = this.#forInit();
    this.#expect(';');
    const test = this.#lexer.kind === ';' ? undefined : this.#expression();
    this.#expect(';');
    const update = this.#lexer.kind === ')' ? undefined : this.#expression();
    this.#expect(')');
    return { kind: 'for', init, test, update, body: this.#loopBody() };
  }

  #forInit(): Statement {
    if (this.#accept('var')) return this.#declarations();
    if (this.#lexer.kind === ';') return empty;
    return { kind: 'expression', expression: this.#expression() };
  }

  #loopBody(): Statement {
    this.#loops++;
    const body = this.#statement();
    this.#loops--;
    return body;
  }

  #condition(): Expression {
    this.#expect('(');
    const test = this.#expression();
    this.#expect(')');
    return test;
  }

  /** §6.3.7. */
  #expression(what = 'an expression'): Expression {
    const only = this.#assignment(what);
    if (this.#lexer.kind !== ',') return only;
    const first: Expression[] = [];
    let last = only;
    while (this.#accept(',')) {
      first.push(last);
      last = this.#assignment('an expression');
    }
    return { kind: 'comma', first, last };
  }

  #assignment(what: string): Expression {
    const lexer = this.#lexer;
    const { kind, at } = lexer;
    if (this.#lost || !this.#enter()) return nothing;
    const left = this.#conditional(what);
    this.#nesting--;
    const operator = assignmentOperators.get(lexer.kind);
    if (operator === undefined || this.#lost) return left;
    if (kind !== 'identifier' || left.kind !== 'variable') {
      this.#findings.report(at, `expected a variable to the left of '${lexer.kind}'`);
    }
    lexer.next();
    if (!this.#enter()) return nothing;
    const before = ++this.#assignments;
    const value = this.#assignment('a value');
    this.#nesting--;
    const vindex = left.kind === 'variable' ? left.vindex : 0;
    return { kind: 'assignment', operator, vindex, value, quiet: this.#assignments === before };
  }

  /** §6.3.8. */
  #conditional(what: string): Expression {
    const test = this.#binary(this.#unary(what), 1);
    if (!this.#accept('?')) return test;
    const consequent = this.#assignment('an expression');
    this.#expect(':');
    const alternate = this.#assignment('an expression');
    return conditional(test, consequent, alternate);
  }

  /** What follows `operand`: operators that bind as tight as `least` or tighter. */
  #binary(operand: Expression, least: number): Expression {
    const lexer = this.#lexer;
    let left = operand;
    for (;;) {
      const operator = lexer.kind;
      const level = precedences.get(operator);
      if (level === undefined || level < least || this.#lost) return left;
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
    const lexer = this.#lexer;
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
        if (lexer.kind !== 'identifier') return this.#expected(`a variable after '${operator}'`);
        lexer.next();
        this.#assignments++;
        return { kind: 'step', operator, prefix: true, vindex: this.#lookUp(at, text) };
      }
      default:
        return this.#primary(what);
    }
  }

  #operand(operator: UnaryOperator): Expression {
    const lexer = this.#lexer;
    // §6.1.5.1 bounds integers by -2147483648: the literal beyond the others is one behind a minus sign.
    if (operator === '-' && lexer.kind === 'integer' && lexer.value === 2147483648) {
      lexer.next();
      return constant({ kind: 'integer', value: -2147483648 });
    }
    if (!this.#enter()) return nothing;
    const operand = this.#unary(`an operand after '${operator}'`);
    this.#nesting--;
    return unary(operator, operand);
  }

  #primary(what: string): Expression {
    const lexer = this.#lexer;
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
        if (value > 2147483647) this.#findings.report(at, 'integer literal is beyond 2147483647');
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
        const expression = this.#expression();
        this.#expect(')');
        return expression;
      }
      default:
        return this.#expected(what);
    }
  }

  /** What starts with an identifier: a variable, or one of the three calls of §6.4.2. */
  #named(at: number, name: string): Expression {
    const lexer = this.#lexer;
    switch (lexer.kind) {
      case '(': {
        const call: LocalCall = { kind: 'local call', at, name, args: this.#arguments() };
        this.#calls.push(call);
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
        return { kind: 'step', operator, prefix: false, vindex: this.#lookUp(at, name) };
      }
      default:
        return { kind: 'variable', vindex: this.#lookUp(at, name) };
    }
  }

  #libraryCall(at: number, name: string): Expression {
    const lexer = this.#lexer;
    lexer.next();
    const { at: functionAt } = lexer;
    const functionName = this.#identifier(`the name of a function of library '${name}'`);
    const args = this.#arguments();
    if (this.#lost) return nothing;
    const library = librariesByName.get(name);
    const found = library?.functions.get(functionName);
    if (library === undefined) this.#findings.report(at, `library '${name}' is unknown`);
    else if (found === undefined) {
      this.#findings.report(functionAt, `library '${name}' has no function '${functionName}'`);
    } else this.#checkArguments(functionAt, `${name}.${functionName}`, found.parameters, args.length);
    return { kind: 'library call', lindex: library?.id ?? 0, findex: found?.id ?? 0, args };
  }

  #externalCall(at: number, name: string): Expression {
    const lexer = this.#lexer;
    lexer.next();
    const functionName = this.#identifier(`the name of a function of '${name}'`);
    const args = this.#arguments();
    if (this.#lost) return nothing;
    const url = this.#urls.get(name);
    if (url === undefined)
      this.#findings.report(at, `external compilation unit '${name}' has no 'use url' pragma`);
    return { kind: 'external call', url: url ?? '', name: functionName, args };
  }

  #arguments(): Expression[] {
    const args: Expression[] = [];
    const { at } = this.#lexer;
    this.#expect('(');
    if (this.#accept(')')) return args;
    do args.push(this.#assignment('an argument'));
    while (this.#accept(','));
    this.#expect(')');
    if (args.length > MAX_ARGUMENTS) {
      this.#findings.report(at, `expected at most ${MAX_ARGUMENTS} arguments, found ${args.length}`);
    }
    return args;
  }

  #checkCall(at: number, name: string, count: number): void {
    const parameters = this.#arity.get(name);
    if (parameters === undefined) this.#findings.report(at, `function '${name}' is not declared`);
    else if (parameters !== UNKNOWN_ARITY) this.#checkArguments(at, name, parameters, count);
  }

  /** §6.4.1: exactly as many as declared. */
  #checkArguments(at: number, name: string, expected: number, found: number): void {
    if (expected === found) return;
    const words = `${expected} argument${expected === 1 ? '' : 's'}`;
    this.#findings.report(at, `expected ${words} for '${name}', found ${found}`);
  }

  #lookUp(at: number, name: string): number {
    const vindex = this.#variables.get(name);
    if (vindex !== undefined) return vindex;
    if (!this.#lost) this.#findings.report(at, `variable '${name}' is not declared`);
    return 0;
  }

  #identifier(what: string): string {
    const { kind, text } = this.#lexer;
    if (kind !== 'identifier' || this.#lost) {
      this.#expected(what);
      return '';
    }
    this.#lexer.next();
    return text;
  }

  #string(what: string): string {
    const { kind, text } = this.#lexer;
    if (kind !== 'string' || this.#lost) {
      this.#expected(what);
      return '';
    }
    this.#lexer.next();
    return text;
  }

  #accept(kind: TokenKind): boolean {
    if (this.#lexer.kind !== kind || this.#lost) return false;
    this.#lexer.next();
    return true;
  }

  #expect(kind: TokenKind): boolean {
    if (this.#accept(kind)) return true;
    this.#expected(`'${kind}'`);
    return false;
  }

  #expected(what: string): Expression {
    if (this.#lost) return nothing;
    this.#findings.report(this.#lexer.at, `expected ${what}, found ${this.#lexer.describe()}`);
    this.#lost = true;
    return nothing;
  }

  /** Skips to behind the next semicolon or before something in `starts`. */
  #recover(starts: ReadonlySet<TokenKind>): void {
    const lexer = this.#lexer;
    this.#lost = false;
    while (!starts.has(lexer.kind)) {
      const done = lexer.kind === ';';
      lexer.next();
      if (done) return;
    }
  }

  /** From a mistake in the head of a function to its body, if there is one. */
  #recoverBody(): void {
    const lexer = this.#lexer;
    while (lexer.kind !== '{' && !declarationStarts.has(lexer.kind)) lexer.next();
    this.#lost = lexer.kind !== '{';
  }

  #enter(): boolean {
    if (this.#nesting < MAX_NESTING) {
      this.#nesting++;
      return true;
    }
    this.#findings.stop(this.#lexer.at, `nested more than ${MAX_NESTING} deep`);
    // To the end of the file, which it is now.
    this.#lexer.next();
    this.#lost = true;
    return false;
  }
}
