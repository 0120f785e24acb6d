/** WMLScript tokens: WAP-193_101-WMLScript §6.1 and §7.2. */
import type { Findings } from './findings.js';

/** §7.2, Keyword. The two-part operator `div=` is one, too. */
const keywords = [
  ...['access', 'agent', 'break', 'continue', 'div', 'div=', 'domain', 'else', 'equiv', 'extern', 'for'],
  ...[
    'function',
    'header',
    'http',
    'if',
    'isvalid',
    'meta',
    'name',
    'path',
    'return',
    'typeof',
    'url',
    'use',
  ],
  ...['user', 'var', 'while'],
] as const;

/** §7.2, BooleanLiteral and InvalidLiteral. */
const literals = ['true', 'false', 'invalid'] as const;

/** §7.2, KeywordNotUsedByWMLScript and FutureReservedWord: no identifiers. */
const reservedWords = [
  ...['delete', 'in', 'lib', 'new', 'null', 'this', 'void', 'with'],
  ...['case', 'catch', 'class', 'const', 'debugger', 'default', 'do', 'enum', 'export', 'extends', 'finally'],
  ...['import', 'private', 'public', 'sizeof', 'struct', 'super', 'switch', 'throw', 'try'],
] as const;

/** §7.2, Punctuator. */
type Punctuator =
  | (
      | '='
      | '>'
      | '<'
      | '=='
      | '<='
      | '>='
      | '!='
      | ','
      | '!'
      | '~'
      | '?'
      | ':'
      | '.'
      | '&&'
      | '||'
      | '++'
      | '--'
    )
  | (
      | '+'
      | '-'
      | '*'
      | '/'
      | '&'
      | '|'
      | '^'
      | '%'
      | '<<'
      | '>>'
      | '>>>'
      | '+='
      | '-='
      | '*='
      | '/='
      | '&='
      | '|='
    )
  | ('^=' | '%=' | '<<=' | '>>=' | '>>>=' | '(' | ')' | '{' | '}' | ';' | '#');

/** Reserved words and punctuators are kinds of their own. */
export type TokenKind =
  | 'identifier'
  | 'integer'
  | 'float'
  | 'string'
  | 'reserved word'
  | 'end of file'
  | (typeof keywords)[number]
  | (typeof literals)[number]
  | Punctuator;

/** §6.2.7.1. */
const MAX_INTEGER = 2147483647;

const words: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  ...[...keywords, ...literals].map((word) => [word, word] as const),
  ...reservedWords.map((word) => [word, 'reserved word'] as const),
]);

const LETTER = 1;
const DIGIT = 2;
const BLANK = 4;
/** What an ASCII character may be part of: identifiers, numbers, white space (§7.2). */
const classes = new Uint8Array(128);
for (const letter of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_')
  classes[letter.charCodeAt(0)] = LETTER;
for (const digit of '0123456789') classes[digit.charCodeAt(0)] = DIGIT;
for (const blank of '\t\v\f \n\r') classes[blank.charCodeAt(0)] = BLANK;

/** §7.2, SingleEscapeCharacter. */
const escapes: ReadonlyMap<string, string> = new Map([
  ...(["'", '"', '\\', '/'] as const).map((char) => [char, char] as const),
  ...([
    ['b', '\b'],
    ['f', '\f'],
    ['n', '\n'],
    ['r', '\r'],
    ['t', '\t'],
  ] as const),
]);

/** Where a plain stretch of a string ends, by its quote. */
const stringStops = { '"': /["\\\n\r]/g, "'": /['\\\n\r]/g };
const digits = /[0-9]*/y;
const hexDigits = /[0-9a-fA-F]+/y;
const exponent = /[eE][+-]?[0-9]+/y;
const wordRest = /[A-Za-z_0-9]+/y;
const octalEscape = /[0-3][0-7]{2}|[0-7]{1,2}/y;
const twoHexDigits = /[0-9a-fA-F]{2}/y;
const fourHexDigits = /[0-9a-fA-F]{4}/y;
const loneSurrogate = /\p{Surrogate}/u;

/**
 * Reads tokens one after the other: the fields describe the current one. Mistakes go to the findings, and reading goes
 * on behind them; once the findings are stopped there is only the end.
 */
export class Lexer {
  kind: TokenKind = 'end of file';
  /** Where the token starts. */
  at = 0;
  /** Where it ends. */
  end = 0;
  /** Name of an identifier, spelling of a reserved word, value of a string. */
  text = '';
  /** Value of an integer or float. */
  value = 0;
  readonly #source: string;
  readonly #findings: Findings;

  constructor(source: string, findings: Findings) {
    this.#source = source;
    this.#findings = findings;
    // A byte order mark belongs to the encoding, not to the text.
    if (source.charCodeAt(0) === 0xfeff) this.end = 1;
    this.next();
  }

  /** Goes to the next token. */
  next(): void {
    const source = this.#source;
    for (;;) {
      const at = this.#skipBlanks(this.end);
      this.at = at;
      if (at >= source.length || this.#findings.stopped) {
        this.end = this.at = source.length;
        this.kind = 'end of file';
        return;
      }
      const code = source.charCodeAt(at);
      const kind = code < 128 ? this.#token(code, at) : undefined;
      if (kind !== undefined) {
        this.kind = kind;
        return;
      }
      this.#skipIllegal(at);
    }
  }

  /** The current token as a message names it. */
  describe(): string {
    switch (this.kind) {
      case 'identifier':
        return `'${this.text}'`;
      case 'reserved word':
        return `reserved word '${this.text}'`;
      case 'integer':
      case 'float':
      case 'string':
      case 'end of file':
        return this.kind;
      default:
        return `'${this.kind}'`;
    }
  }

  #skipBlanks(from: number): number {
    const source = this.#source;
    for (let at = from; at < source.length; ) {
      const code = source.charCodeAt(at);
      if (classes[code] === BLANK) {
        at++;
        continue;
      }
      if (code !== 0x2f) return at;
      const next = source.charCodeAt(at + 1);
      if (next === 0x2f) {
        at = this.#lineEnd(at);
      } else if (next === 0x2a) {
        const end = source.indexOf('*/', at + 2);
        if (end < 0) {
          this.#findings.report(at, "expected '*/' at the end of this comment");
          return source.length;
        }
        at = end + 2;
      } else {
        return at;
      }
    }
    return source.length;
  }

  #lineEnd(from: number): number {
    const source = this.#source;
    for (let at = from; at < source.length; at++) {
      const code = source.charCodeAt(at);
      if (code === 0x0a || code === 0x0d) return at;
    }
    return source.length;
  }

  /** §7.1.6: outside comments and strings a program is ASCII, and not all of it. */
  #skipIllegal(at: number): void {
    const char = String.fromCodePoint(this.#source.codePointAt(at) ?? 0);
    const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    this.#findings.report(at, `expected a token, found the character U+${code}`);
    this.end = at + char.length;
  }

  /** The kind of the token that starts with `code`, `end` moved behind it; `undefined`, and nothing moved, for none. */
  #token(code: number, at: number): TokenKind | undefined {
    const what = classes[code];
    if (what === LETTER) return this.#word(at);
    if (what === DIGIT) return this.#number(code, at);
    this.end = at;
    switch (code) {
      case 0x28:
        return this.#punctuator('(');
      case 0x29:
        return this.#punctuator(')');
      case 0x3b:
        return this.#punctuator(';');
      case 0x2c:
        return this.#punctuator(',');
      case 0x2e:
        return classes[this.#source.charCodeAt(at + 1)] === DIGIT
          ? this.#fraction(at, at)
          : this.#punctuator('.');
      case 0x22:
        return this.#string(at, '"');
      case 0x27:
        return this.#string(at, "'");
      case 0x3d:
        return this.#longest(at, '==', '=');
      case 0x7b:
        return this.#punctuator('{');
      case 0x7d:
        return this.#punctuator('}');
      case 0x2b:
        return this.#longest(at, '++', '+=', '+');
      case 0x2d:
        return this.#longest(at, '--', '-=', '-');
      case 0x2a:
        return this.#longest(at, '*=', '*');
      case 0x2f:
        return this.#longest(at, '/=', '/');
      case 0x3c:
        return this.#longest(at, '<<=', '<<', '<=', '<');
      case 0x3e:
        return this.#longest(at, '>>>=', '>>>', '>>=', '>>', '>=', '>');
      case 0x21:
        return this.#longest(at, '!=', '!');
      case 0x26:
        return this.#longest(at, '&&', '&=', '&');
      case 0x7c:
        return this.#longest(at, '||', '|=', '|');
      case 0x5e:
        return this.#longest(at, '^=', '^');
      case 0x25:
        return this.#longest(at, '%=', '%');
      case 0x7e:
        return this.#punctuator('~');
      case 0x3f:
        return this.#punctuator('?');
      case 0x3a:
        return this.#punctuator(':');
      case 0x23:
        return this.#punctuator('#');
      default:
        return undefined;
    }
  }

  #punctuator(kind: Punctuator): Punctuator {
    this.end += kind.length;
    return kind;
  }

  /** The first of these that stands here; the last one does. */
  #longest(at: number, ...kinds: readonly Punctuator[]): Punctuator | undefined {
    for (const kind of kinds) if (this.#source.startsWith(kind, at)) return this.#punctuator(kind);
    return undefined;
  }

  #word(at: number): TokenKind {
    const source = this.#source;
    let end = at + 1;
    while (((classes[source.charCodeAt(end)] ?? 0) & (LETTER | DIGIT)) !== 0) end++;
    const text = source.slice(at, end);
    const kind = words.get(text);
    this.text = text;
    this.end = end;
    if (kind === undefined) return 'identifier';
    // §7.2: `div=` is one keyword, without a blank inside.
    if (kind !== 'div' || source.charCodeAt(end) !== 0x3d) return kind;
    this.end = end + 1;
    return 'div=';
  }

  /** §7.2, NumericLiteral. */
  #number(code: number, at: number): TokenKind {
    const source = this.#source;
    const next = source.charCodeAt(at + 1);
    if (code === 0x30 && (next === 0x78 || next === 0x58)) {
      const end = this.#match(hexDigits, at + 2);
      if (end === at + 2)
        this.#findings.report(at, `expected hexadecimal digits after '${source.slice(at, end)}'`);
      return this.#integer(at, end, end === at + 2 ? 0 : Number(source.slice(at, end)));
    }
    const end = this.#match(digits, at + 1);
    if (code === 0x30 && end > at + 1) {
      const text = source.slice(at + 1, end);
      const octal = /^[0-7]+$/.test(text);
      if (!octal) this.#findings.report(at, `expected octal digits after '0', found '${text}'`);
      return this.#integer(at, end, octal ? Number.parseInt(text, 8) : 0);
    }
    const after = source.charCodeAt(end);
    if (after === 0x2e || this.#match(exponent, end) > end) return this.#fraction(at, end);
    return this.#integer(at, end, Number(source.slice(at, end)));
  }

  #integer(at: number, end: number, value: number): TokenKind {
    // The one literal beyond the range that may stand behind a minus sign is left to the parser.
    const fits = value <= MAX_INTEGER + 1;
    if (!fits) this.#findings.report(at, `integer literal is beyond ${MAX_INTEGER}`);
    this.value = fits ? value : 0;
    return this.#numberEnd(end, 'integer');
  }

  /** §7.2, DecimalFloatLiteral, from its point or exponent on. */
  #fraction(at: number, from: number): TokenKind {
    const afterPoint = this.#source.charCodeAt(from) === 0x2e ? this.#match(digits, from + 1) : from;
    const end = this.#match(exponent, afterPoint);
    // §6.1.5.2: underflow is zero, overflow a mistake.
    const value = Math.fround(Number(this.#source.slice(at, end)));
    const fits = Number.isFinite(value);
    if (!fits) this.#findings.report(at, 'floating-point literal is beyond 3.40282347E+38');
    this.value = fits ? value : 0;
    return this.#numberEnd(end, 'float');
  }

  /** §6.1.6: `3pieces` is neither a number nor an identifier. The word operator div may follow a digit. */
  #numberEnd(end: number, kind: 'integer' | 'float'): TokenKind {
    this.end = end;
    const rest = this.#match(wordRest, end);
    if (rest === end) return kind;
    const word = this.#source.slice(end, rest);
    if (word === 'div') return kind;
    this.#findings.report(end, `expected the end of the number, found '${word}'`);
    this.end = rest;
    return kind;
  }

  /** §6.1.5.3. */
  #string(at: number, quote: '"' | "'"): TokenKind {
    const source = this.#source;
    const stop = stringStops[quote];
    let text = '';
    for (let from = at + 1; ; ) {
      stop.lastIndex = from;
      const end = stop.exec(source)?.index ?? source.length;
      text = text === '' ? source.slice(from, end) : text + source.slice(from, end);
      const char = source[end];
      if (char === '\\') {
        text += this.#escape(end);
        from = this.end;
        continue;
      }
      const closed = char === quote;
      if (!closed) this.#findings.report(at, `expected ${quote} at the end of this string, on the same line`);
      if (loneSurrogate.test(text)) this.#findings.report(at, 'half a surrogate pair is no character');
      this.text = text;
      this.end = closed ? end + 1 : end;
      return 'string';
    }
  }

  /** §7.2, EscapeSequence; `end` is moved behind it. */
  #escape(at: number): string {
    const source = this.#source;
    const char = source[at + 1] ?? '';
    const single = escapes.get(char);
    this.end = at + 2;
    if (single !== undefined) return single;
    const octal = this.#match(octalEscape, at + 1);
    if (octal > at + 1) {
      this.end = octal;
      return String.fromCharCode(Number.parseInt(source.slice(at + 1, octal), 8));
    }
    const count = char === 'x' ? 2 : char === 'u' ? 4 : 0;
    if (count === 0) {
      // A line's end stays where it is, to end the string.
      this.end = at + 1;
      this.#findings.report(at, "expected one of ' \" \\ / b f n r t x u or an octal digit after '\\'");
      return '';
    }
    const end = this.#match(count === 2 ? twoHexDigits : fourHexDigits, at + 2);
    this.end = end;
    if (end > at + 2) return String.fromCharCode(Number.parseInt(source.slice(at + 2, end), 16));
    this.#findings.report(at, `expected ${count} hexadecimal digits after '\\${char}'`);
    return '';
  }

  /** Where what `pattern` (sticky) matches at `from` ends; `from` where it does not. */
  #match(pattern: RegExp, from: number): number {
    pattern.lastIndex = from;
    return pattern.test(this.#source) ? pattern.lastIndex : from;
  }
}
