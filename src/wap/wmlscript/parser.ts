/**
 * Compilation units, functions and statements: WAP-193_101-WMLScript §6.4 to §6.7, §7.3. Recursive descent; after a mistake
 * the parser skips to the next statement and goes on.
 */
import type {
  AccessControl,
  CompilationUnit,
  Expression,
  FunctionDeclaration,
  MetaInformation,
  Statement,
  VariableDeclaration,
} from './ast.js';
import { Cursor } from './cursor.js';
import { Expressions } from './expressions.js';
import type { Findings } from './findings.js';
import type { TokenKind } from './lexer.js';
import { Scope } from './scope.js';

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

const empty: Statement = { kind: 'empty' };

/** The compilation unit, complete only if nothing was reported. */
export function parse(source: string, findings: Findings): CompilationUnit {
  return new Parser(source, findings).compilationUnit();
}

class Parser {
  readonly #cursor: Cursor;
  readonly #scope: Scope;
  readonly #expressions: Expressions;
  readonly #meta: MetaInformation[] = [];
  readonly #functions: FunctionDeclaration[] = [];
  #access: AccessControl | undefined;
  #loops = 0;

  constructor(source: string, findings: Findings) {
    this.#cursor = new Cursor(source, findings);
    this.#scope = new Scope(findings);
    this.#expressions = new Expressions(this.#cursor, this.#scope);
  }

  compilationUnit(): CompilationUnit {
    const { lexer } = this.#cursor;
    while (lexer.kind !== 'end of file') {
      if (lexer.kind === 'use') this.#pragma();
      else if (lexer.kind === 'function' || lexer.kind === 'extern') this.#function();
      else this.#cursor.expected("'function', 'extern' or 'use'");
      if (this.#cursor.lost) this.#cursor.recover(declarationStarts);
    }
    this.#scope.checkCalls();
    if (this.#cursor.findings.none && !this.#functions.some(({ extern }) => extern)) {
      this.#cursor.findings.report(
        lexer.at,
        'expected at least one extern function: nothing could call this script',
      );
    }
    return { access: this.#access, meta: this.#meta, functions: this.#functions };
  }

  /** §6.7. */
  #pragma(): void {
    const { lexer } = this.#cursor;
    if (this.#functions.length > 0)
      this.#cursor.findings.report(lexer.at, 'expected pragmas before all functions');
    lexer.next();
    const { at } = lexer;
    if (this.#cursor.accept('url')) this.#urlPragma();
    else if (this.#cursor.accept('access')) this.#accessPragma(at);
    else if (this.#cursor.accept('meta')) this.#metaPragma();
    else this.#cursor.expected("'url', 'access' or 'meta'");
    this.#cursor.expect(';');
  }

  /** §6.7.1. */
  #urlPragma(): void {
    const { at } = this.#cursor.lexer;
    const name = this.#cursor.identifier('a name for the external compilation unit');
    const url = this.#cursor.string('the URL of the external compilation unit');
    if (this.#cursor.lost) return;
    this.#scope.declareUnit(at, name, url);
  }

  /** §6.7.2. */
  #accessPragma(at: number): void {
    const domain = this.#cursor.accept('domain') ? this.#cursor.string('an access domain') : undefined;
    const path = this.#cursor.accept('path') ? this.#cursor.string('an access path') : undefined;
    if (domain === undefined && path === undefined) this.#cursor.expected("'domain' or 'path'");
    if (this.#cursor.lost) return;
    if (this.#access !== undefined)
      this.#cursor.findings.report(at, 'expected only one access control pragma');
    this.#access = { ...(domain !== undefined && { domain }), ...(path !== undefined && { path }) };
  }

  /** §6.7.3. */
  #metaPragma(): void {
    const kind = this.#metaKind();
    const propertyName = this.#cursor.string('a property name');
    const content = this.#cursor.string('the content of the property');
    const scheme = this.#cursor.lexer.kind === 'string' ? this.#cursor.string('a scheme') : undefined;
    if (!this.#cursor.lost)
      this.#meta.push({ kind, propertyName, content, ...(scheme !== undefined && { scheme }) });
  }

  #metaKind(): MetaInformation['kind'] {
    if (this.#cursor.accept('http')) {
      this.#cursor.expect('equiv');
      return 'http equiv';
    }
    if (this.#cursor.accept('user')) {
      this.#cursor.expect('agent');
      return 'user agent';
    }
    if (!this.#cursor.accept('name')) this.#cursor.expected("'name', 'http' or 'user'");
    return 'name';
  }

  /** §6.4.1. */
  #function(): void {
    const extern = this.#cursor.accept('extern');
    this.#cursor.expect('function');
    const { at } = this.#cursor.lexer;
    const name = this.#cursor.identifier('a function name');
    this.#scope.startFunction();
    this.#loops = 0;
    this.#cursor.expect('(');
    if (this.#cursor.lexer.kind !== ')') {
      do this.#parameter();
      while (this.#cursor.accept(','));
    }
    this.#cursor.expect(')');
    this.#scope.declareFunction(at, name, !this.#cursor.lost);
    if (this.#cursor.lost) this.#recoverBody();
    const body: Statement[] = [];
    this.#block(body);
    if (this.#cursor.lost) return;
    const { parameters, locals } = this.#scope;
    this.#functions.push({ at, name, extern, parameters, locals, body });
    this.#cursor.accept(';');
  }

  #parameter(): void {
    const { at } = this.#cursor.lexer;
    const name = this.#cursor.identifier('a parameter name');
    if (!this.#cursor.lost) this.#scope.declareParameter(at, name);
  }

  /** From a mistake in the head of a function to its body, if there is one. */
  #recoverBody(): void {
    const { lexer } = this.#cursor;
    while (lexer.kind !== '{' && !declarationStarts.has(lexer.kind)) lexer.next();
    this.#cursor.lost = lexer.kind !== '{';
  }

  #block(into: Statement[]): void {
    const { lexer } = this.#cursor;
    if (!this.#cursor.expect('{')) return;
    while (lexer.kind !== '}') {
      if (declarationStarts.has(lexer.kind)) {
        this.#cursor.expected("'}'");
        return;
      }
      into.push(this.#statement());
      if (this.#cursor.lost) {
        this.#cursor.recover(statementStarts);
        // Nothing more to say about a function that breaks off.
        this.#cursor.lost = declarationStarts.has(lexer.kind);
      }
    }
    lexer.next();
  }

  /** §6.5. */
  #statement(): Statement {
    const { lexer } = this.#cursor;
    if (this.#cursor.lost || !this.#cursor.enter()) return empty;
    const statement = this.#statementOf(lexer.kind, lexer.at);
    this.#cursor.leave();
    return statement;
  }

  #statementOf(kind: TokenKind, at: number): Statement {
    const { lexer } = this.#cursor;
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
        this.#cursor.expect(';');
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
        if (this.#loops === 0)
          this.#cursor.findings.report(at, `expected '${kind}' only inside while or for`);
        this.#cursor.expect(';');
        return { kind };
      case 'return': {
        lexer.next();
        const value = lexer.kind === ';' ? undefined : this.#expressions.expression();
        this.#cursor.expect(';');
        return { kind: 'return', value };
      }
      default: {
        const expression = this.#expressions.expression('a statement');
        this.#cursor.expect(';');
        return { kind: 'expression', expression };
      }
    }
  }

  #declarations(): Statement {
    const declarations: VariableDeclaration[] = [];
    do {
      const { at } = this.#cursor.lexer;
      const name = this.#cursor.identifier('a variable name');
      const value = this.#cursor.accept('=') ? this.#expressions.conditional('a value') : undefined;
      if (this.#cursor.lost) break;
      // §6.2.2: the variable lives from the end of its declaration on.
      declarations.push({ vindex: this.#scope.declareVariable(at, name), value, repeated: this.#loops > 0 });
    } while (this.#cursor.accept(','));
    return { kind: 'var', declarations };
  }

  #if(): Statement {
    const branches: { test: Expression; body: Statement }[] = [];
    do {
      this.#cursor.lexer.next();
      const test = this.#condition();
      branches.push({ test, body: this.#statement() });
      if (!this.#cursor.accept('else')) return { kind: 'if', branches, otherwise: undefined };
    } while (this.#cursor.lexer.kind === 'if');
    return { kind: 'if', branches, otherwise: this.#statement() };
  }

  #while(): Statement {
    this.#cursor.lexer.next();
    const test = this.#condition();
    return { kind: 'while', test, body: this.#loopBody() };
  }

  #for(): Statement {
    this.#cursor.lexer.next();
    this.#cursor.expect('(');
    const init = this.#forInit();
    this.#cursor.expect(';');
    const test = this.#cursor.lexer.kind === ';' ? undefined : this.#expressions.expression();
    this.#cursor.expect(';');
    const update = this.#cursor.lexer.kind === ')' ? undefined : this.#expressions.expression();
    this.#cursor.expect(')');
    return { kind: 'for', init, test, update, body: this.#loopBody() };
  }

  #forInit(): Statement {
    if (this.#cursor.accept('var')) return this.#declarations();
    if (this.#cursor.lexer.kind === ';') return empty;
    return { kind: 'expression', expression: this.#expressions.expression() };
  }

  #loopBody(): Statement {
    this.#loops++;
    const body = this.#statement();
    this.#loops--;
    return body;
  }

  #condition(): Expression {
    this.#cursor.expect('(');
    const test = this.#expressions.expression();
    this.#cursor.expect(')');
    return test;
  }
}
