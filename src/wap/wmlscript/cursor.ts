/** What the parser does with tokens, and how it goes on after a mistake. */
import type { Findings } from './findings.js';
import { Lexer, type TokenKind } from './lexer.js';

/** Statements and expressions within each other: deeper is an attack on the stack, not a program. */
export const MAX_NESTING = 256;

/** The tokens of a source text, from one to the next. */
export class Cursor {
  readonly lexer: Lexer;
  readonly findings: Findings;
  /** Set from a mistake until the parser is where it can go on: nothing matches and nothing is reported meanwhile. */
  lost = false;
  #nesting = 0;

  constructor(source: string, findings: Findings) {
    this.findings = findings;
    this.lexer = new Lexer(source, findings);
  }

  /** Takes the token if it is of that kind. */
  accept(kind: TokenKind): boolean {
    if (this.lexer.kind !== kind || this.lost) return false;
    this.lexer.next();
    return true;
  }

  /** Takes the token; one of another kind is a mistake. */
  expect(kind: TokenKind): boolean {
    if (this.accept(kind)) return true;
    this.expected(`'${kind}'`);
    return false;
  }

  /** The name that comes next; an empty one for a mistake. */
  identifier(what: string): string {
    return this.#text('identifier', what);
  }

  /** The value of the string that comes next; an empty one for a mistake. */
  string(what: string): string {
    return this.#text('string', what);
  }

  /** The token is a mistake. */
  expected(what: string): void {
    if (this.lost) return;
    this.findings.report(this.lexer.at, `expected ${what}, found ${this.lexer.describe()}`);
    this.lost = true;
  }

  /** Skips to behind the next semicolon or before a token of these kinds. */
  recover(starts: ReadonlySet<TokenKind>): void {
    this.lost = false;
    while (!starts.has(this.lexer.kind)) {
      const done = this.lexer.kind === ';';
      this.lexer.next();
      if (done) return;
    }
  }

  /** Whether something may nest in what is being read; `leave` where it ends. */
  enter(): boolean {
    if (this.#nesting < MAX_NESTING) {
      this.#nesting++;
      return true;
    }
    this.findings.stop(this.lexer.at, `nested more than ${MAX_NESTING} deep`);
    // To the end of the file, which it is now.
    this.lexer.next();
    this.lost = true;
    return false;
  }

  leave(): void {
    this.#nesting--;
  }

  #text(kind: 'identifier' | 'string', what: string): string {
    const { text } = this.lexer;
    if (this.accept(kind)) return text;
    this.expected(what);
    return '';
  }
}
