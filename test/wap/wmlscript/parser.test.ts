import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileWmlScript } from '../../../src/wap/wmlscript/compiler.js';
import { MAX_NESTING } from '../../../src/wap/wmlscript/cursor.js';
import { MAX_ERRORS } from '../../../src/wap/wmlscript/findings.js';
import { mistakes } from '../../support/wmlscript-compiler.js';

type Row = readonly [title: string, source: string, ...found: string[]];

function refused(title: string, table: readonly Row[]): void {
  describe(title, () => {
    for (const [name, source, ...found] of table) {
      it(`${name}: ${source.length < 100 ? source : `${source.slice(0, 60)} ...`}`, () =>
        assert.deepEqual(mistakes(source), found));
    }
  });
}

function accepted(title: string, table: readonly Row[]): void {
  refused(title, table);
}

/** The mistakes in the body of a function, without their lines: all are on the first. */
function inside(body: string): string[] {
  const head = 'extern function f(x, y) { ';
  return mistakes(`${head}${body} }`).map((mistake) => {
    const [, column = '', message = ''] = /^1:(\d+): (.*)$/.exec(mistake) ?? [];
    return `${Number(column) - head.length}: ${message}`;
  });
}

function bodies(title: string, table: readonly Row[]): void {
  describe(title, () => {
    for (const [name, body, ...found] of table)
      it(`${name}: ${body}`, () => assert.deepEqual(inside(body), found));
  });
}

// biome-ignore format: a line is a case
bodies('Statements that are wrong (WAP-193_101 §6.5, §7.3)', [
  ['[WMLS-S-005] a semicolon ends an expression statement', 'x = 1 y = 2;', "7: expected ';', found 'y'"],
  ['[WMLS-S-005] a variable statement', 'var a = 1 return a;', "11: expected ';', found 'return'"],
  ['[WMLS-S-005] a return statement', 'return x', "10: expected ';', found '}'"],
  ['[WMLS-S-005] break and continue', 'while (x) { if (x) break if (y) continue }', "26: expected ';', found 'if'", "42: expected ';', found '}'"],
  ['[WMLS-S-040] break is inside a loop', 'if (x) break;', "8: expected 'break' only inside while or for"],
  ['[WMLS-S-041] continue is inside a loop', '{ continue; }', "3: expected 'continue' only inside while or for"],
  ['else needs an if', 'else x = 1;', "1: expected a statement, found 'else'"],
  ['[WMLS-S-015] a variable is used after its declaration', 'z = 1; var z;', "1: variable 'z' is not declared"],
  ['[WMLS-S-015] it lives from the end of its declaration', 'var z = z;', "9: variable 'z' is not declared"],
  ['[WMLS-S-015] also in the update of a loop, which comes first', 'for (; x; z++) { var z; }', "11: variable 'z' is not declared"],
  ['[WMLS-S-015] blocks are no scopes', 'var z; { var z; }', "14: variable 'z' is declared twice"],
  ['[WMLS-S-015] parameters are variables', 'var x;', "5: variable 'x' is declared twice"],
  ['a reserved word is no variable', 'var new;', "5: expected a variable name, found reserved word 'new'"],
  ['an initialiser is no assignment', 'var a = x = 1;', "11: expected ';', found '='"],
  ['parentheses around a condition', 'if x y = 1;', "4: expected '(', found 'x'"],
  ['two semicolons in for', 'for (x; y) ;', "10: expected ';', found ')'"],
  ['mistakes one after the other', 'x = ; y = ); if (x { y = 1; } z();', "5: expected a value, found ';'", "11: expected a value, found ')'", "20: expected ')', found '{'", "31: function 'z' is not declared"],
]);

// biome-ignore format: a line is a case
bodies('Expressions that are wrong (WAP-193_101 §6.3, §7.3)', [
  ['only a variable can be assigned to', '(x) = 1;', "1: expected a variable to the left of '='"],
  ['only a variable can be assigned to', 'x + y = 1;', "1: expected a variable to the left of '='"],
  ['only a variable can be stepped', '++1;', "3: expected a variable after '++', found integer"],
  ['only a variable can be stepped', '(x)++;', "4: expected ';', found '++'"],
  ['div= is one word', 'x div = 2;', "7: expected an operand, found '='"],
  ['a call has a name', '(x)(1);', "4: expected ';', found '('"],
  ['an argument is no comma expression left out', 'f(x,);', '5: expected an argument, found \')\''],
  ['an integer beyond the range', 'x = 2147483648;', '5: integer literal is beyond 2147483647'],
  ['[WMLS-S-016] the least integer is a literal behind a minus sign', 'x = -2147483648;'],
  ['an integer beyond the range', 'x = 0xffffffff;', '5: integer literal is beyond 2147483647'],
  ['?: has both parts', 'x = y ? 1;', "10: expected ':', found ';'"],
]);

// biome-ignore format: a line is a case
bodies('Calls that are wrong (WAP-193_101 §6.4)', [
  ['[WMLS-S-030] the function is declared', 'g(1);', "1: function 'g' is not declared"],
  ['[WMLS-S-030] as many arguments as parameters', 'f(1);', "1: expected 2 arguments for 'f', found 1"],
  ['[WMLS-S-031] the unit is declared', 'Other#g(1);', "1: external compilation unit 'Other' has no 'use url' pragma"],
  ['[WMLS-S-032] the library exists', 'lang.abs(1);', "1: library 'lang' is unknown"],
  ['[WMLS-S-032] the function exists', 'Lang.Abs(1);', "6: library 'Lang' has no function 'Abs'"],
  ['[WMLS-S-032] as many arguments as parameters', 'Lang.abs(1, 2);', "6: expected 1 argument for 'Lang.abs', found 2"],
  ['a library has no values', 'x = Lang.abs;', "13: expected '(', found ';'"],
]);

const f = 'extern function f() { }';

// biome-ignore format: a line is a case
refused('Declarations that are wrong (WAP-193_101 §6.4.1, §6.7)', [
  ['[WMLS-S-029] one function at least can be called from outside', 'function f() { }', '1:17: expected at least one extern function: nothing could call this script'],
  ['[WMLS-S-029] names are unique', `${f} function f() { }`, "1:34: function 'f' is declared twice"],
  ['[WMLS-S-029] functions do not nest', 'extern function f() { function g() { } }', "1:23: expected '}', found 'function'", "1:40: expected 'function', 'extern' or 'use', found '}'"],
  ['nothing is outside functions', `var a; ${f}`, "1:1: expected 'function', 'extern' or 'use', found 'var'"],
  ['a function has an end', 'extern function f() { if (1) {', "1:31: expected '}', found end of file"],
  ['pragmas come first', `${f} use url a "b";`, '1:25: expected pragmas before all functions'],
  ['[WMLS-S-043] names of units are unique', `use url a "b"; use url a "c"; ${f}`, "1:24: external compilation unit 'a' is declared twice"],
  ['[WMLS-S-044] access control stands once', `use access path "/"; use access domain "d"; ${f}`, '1:26: expected only one access control pragma'],
  ['access control says something', `use access; ${f}`, "1:11: expected 'domain' or 'path', found ';'"],
  ['meta information is of three kinds', `use meta equiv "a" "b"; ${f}`, "1:10: expected 'name', 'http' or 'user', found 'equiv'"],
  ['meta information has a content', `use meta user agent "a"; ${f}`, "1:24: expected the content of the property, found ';'"],
  ['a pragma that is none', `use lib "a"; ${f}`, "1:5: expected 'url', 'access' or 'meta', found reserved word 'lib'"],
  ['a head that is wrong hides neither the body nor calls', 'extern function f(x y) { g(1); f(1); }', "1:21: expected ')', found 'y'", "1:26: function 'g' is not declared"],
]);

// biome-ignore format: a line is a case
accepted('The oddities of the grammar (WAP-193_101 §7.3)', [
  ['a semicolon after a function', `${f}; function g() { } function h() { };`],
  ['a unit may start with comments and a byte order mark', `\ufeff// unit\n${f}`],
  ['[WMLS-S-015] a variable of a block that was not entered', 'extern function f(x) { if (x) { var y = 1; } else { y = 2; } return y; }'],
  ['assignments in a conditional expression', 'extern function f(x, y) { x ? x = 1 : y = 2; }'],
  ['operators that are words', 'extern function f(x) { return typeof isvalid x div -x; }'],
  ['empty loops', 'extern function f(x) { while (x) ; for (;;) { } }'],
  ['names that are words elsewhere', 'extern function main(go, card) { var from = go; return from + card; }'],
]);

describe('Limits of a unit (WAP-193_101 §9.7)', () => {
  const list = (count: number, of: (i: number) => string, by: string): string =>
    Array.from({ length: count }, (_, i) => of(i)).join(by);

  it('255 functions', () => {
    const functions = (count: number): string => list(count, (i) => `extern function f${i}() { }`, '\n');
    assert.deepEqual(mistakes(functions(255)), []);
    assert.deepEqual(mistakes(functions(256)), [
      "256:17: function 'f255' is one more than the 255 that fit in a unit",
    ]);
  });

  it('255 characters in the name of a function', () => {
    assert.deepEqual(mistakes(`extern function ${'f'.repeat(255)}() { }`), []);
    assert.deepEqual(mistakes(`extern function ${'f'.repeat(256)}() { }`), [
      '1:17: function name is longer than 255 characters',
    ]);
  });

  it('255 parameters, 255 local variables, 256 of both', () => {
    const source = (parameters: number, locals: number): string =>
      `extern function f(${list(parameters, (i) => `p${i}`, ', ')}) { ${list(locals, (i) => `var v${i};`, ' ')} }`;
    assert.deepEqual(mistakes(source(255, 1)), []);
    assert.deepEqual(mistakes(source(1, 255)), []);
    assert.match(
      mistakes(source(256, 0)).join(),
      /parameter 'p255' is one more than the 255 a function may have/,
    );
    assert.match(mistakes(source(0, 256)).join(), /variable 'v255' is one more than a function may have/);
    assert.match(mistakes(source(2, 255)).join(), /variable 'v254' is one more than a function may have/);
  });

  it('255 arguments of an external call', () => {
    const call = (count: number): string =>
      `use url u "u"; extern function f() { u#g(${list(count, () => '1', ', ')}); }`;
    assert.deepEqual(mistakes(call(255)), []);
    assert.deepEqual(mistakes(call(256)), ['1:41: expected at most 255 arguments, found 256']);
  });

  it('65535 pragmas', () => {
    const source = (count: number): string => `${'use meta user agent "a" "b";'.repeat(count)} ${f}`;
    assert.deepEqual(mistakes(source(65535)), []);
    assert.deepEqual(mistakes(source(65536)), [
      '1:1: script has 65536 pragmas, more than the 65535 that fit in a unit',
    ]);
  });

  it('65535 constants', () => {
    // A pool that small functions fill: 253 of them, and one that they call.
    const source = (count: number): string => {
      const each = Math.ceil(count / 253);
      const calls = (n: number): string =>
        list(Math.min(each, count - n * each), (i) => `g(${n * each + i + 2});`, '');
      return `function g(x) { } ${list(253, (n) => `extern function f${n}() { ${calls(n)} }`, ' ')}`;
    };
    assert.deepEqual(mistakes(source(65535)), []);
    assert.deepEqual(mistakes(source(65536)), [
      '1:1: script has 65536 constants, more than the 65535 that fit in a unit',
    ]);
  });
});

describe('Whatever the text, the compiler ends', () => {
  const nested = (open: string, inner: string, close: string, depth: number): string =>
    `extern function f(x) { ${open.repeat(depth)}${inner}${close.repeat(depth)} }`;
  const deep: readonly (readonly [string, string, string, string])[] = [
    ['parentheses', 'x = (', 'x', ');'],
    ['parentheses within each other', '(', 'x;', ')'],
    ['unary operators', '- ', 'x;', ''],
    ['blocks', '{', '', '}'],
    ['conditions', 'if (x) ', ';', ''],
    ['loops', 'while (x) ', ';', ''],
    ['assignments', 'x = ', '1;', ''],
    ['conditional expressions', 'x ? 1 : ', '1;', ''],
    ['calls', 'f(', 'x', ')'],
  ];
  for (const [title, open, inner, close] of deep) {
    it(`${title}, 100000 deep, are a mistake`, () => {
      const errors = mistakes(nested(open, inner, close, 100000));
      assert.ok(errors.length > 0);
    });
  }

  it(`nesting ends at ${MAX_NESTING}`, () => {
    assert.deepEqual(mistakes(nested('{', ';', '}', MAX_NESTING - 2)), []);
    assert.match(mistakes(nested('{', ';', '}', MAX_NESTING + 1)).join(), /nested more than 256 deep/);
  });

  const long: readonly (readonly [string, string])[] = [
    ['sums', `return ${'x + '.repeat(20000)}x;`],
    ['conjunctions', `return ${'x && '.repeat(10000)}x;`],
    ['conditions of conjunctions', `if (${'x && '.repeat(10000)}x) return 1;`],
    ['comma expressions', `${'x++, '.repeat(20000)}x;`],
    ['operations that nobody looks at', `${'x + '.repeat(20000)}x;`],
    ['else if', `${'if (x) f(1); else '.repeat(5000)};`],
    ['concatenations of constants', `return x + ${'"a" + '.repeat(20000)}"b";`],
  ];
  for (const [title, body] of long) {
    it(`${title}, as long as you like, are none`, () => {
      assert.deepEqual(mistakes(`extern function f(x) { ${body} }`), []);
    });
  }

  it(`after ${MAX_ERRORS} mistakes it has seen enough`, () => {
    assert.equal(mistakes(`extern function f() { ${'x = 1;'.repeat(1000)} }`).length, MAX_ERRORS);
  });

  it('lines end with LF, CR or both', () => {
    assert.deepEqual(
      mistakes('// a\r\n// b\r// c\n  x').map((mistake) => mistake.split(': ')[0]),
      ['4:3'],
    );
  });

  const words = [
    ...[
      'extern',
      'function',
      'f',
      '(',
      ')',
      '{',
      '}',
      ';',
      'if',
      'else',
      'while',
      'for',
      'var',
      'x',
      'return',
    ],
    ...[
      '=',
      '+=',
      '++',
      '?',
      ':',
      ',',
      '1',
      '2.5',
      '"s"',
      'use',
      'url',
      'access',
      'meta',
      '#',
      '.',
      'Lang',
      'abs',
    ],
    ...[
      'break',
      'continue',
      'typeof',
      'div',
      '&&',
      '||',
      '!',
      '"',
      '/*',
      '\\',
      'é',
      '08',
      'new',
      '*/',
      '//\n',
    ],
  ];
  it('any sequence of tokens gives bytecode or mistakes, each with a place in the text', () => {
    const text = fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((parts) => parts.join(' '));
    fc.assert(fc.property(text, assertTotal), { numRuns: 1000 });
    const body = text.map((inner) => `extern function f(x) { ${inner} }`);
    fc.assert(fc.property(body, assertTotal), { numRuns: 1000 });
  });

  it('any text gives bytecode or mistakes', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), assertTotal));
  });
});

function assertTotal(source: string): void {
  const { octets, errors } = compileWmlScript(source);
  assert.equal(octets === undefined, errors.length > 0);
  const lines = source.split(/\r\n?|\n/);
  for (const { line, column } of errors) {
    assert.ok(column >= 1 && column <= (lines[line - 1] ?? '').length + 2, `${line}:${column}`);
  }
}
