import assert from 'node:assert/strict';
import { toHex } from '../../../src/wap/octets.js';
import { decodeUnit } from '../../../src/wap/wmlscript/bytecode.js';
import { compileWmlScript } from '../../../src/wap/wmlscript/compiler.js';
import { hex } from '../../support/hex.js';
import { bodyOf, codeOf, mistakes, unitOf } from '../../support/wmlscript-compiler.js';

/** Title, body of `extern function f(x, y)`, its code, an instruction a group. */
type Row = readonly [title: string, body: string, code: string];

function rows(title: string, table: readonly Row[]): void {
  describe(title, () => {
    for (const [name, body, code] of table) {
      it(`${name}: ${body}`, () => assert.equal(bodyOf(body), toHex(hex(code))));
    }
  });
}

// biome-ignore format: a line is a case
rows('Operators become instructions (WAP-193_101 §6.3, §10.5)', [
  ['[WMLS-S-018] [WMLS-S-059]', 'x = y;', 'e1 40'],
  ['[WMLS-S-018] an assignment has a value', 'y = x = 7;', '50 40 e0 41'],
  ['[WMLS-S-018] [WMLS-S-061]', 'x += y;', 'e1 1d00'],
  ['[WMLS-S-018] [WMLS-S-061]', 'x -= y;', 'e1 1e00'],
  ['[WMLS-S-018]', 'x *= y;', 'e0 e1 22 40'],
  ['[WMLS-S-018]', 'x /= y;', 'e0 e1 23 40'],
  ['[WMLS-S-018]', 'x div= y;', 'e0 e1 24 40'],
  ['[WMLS-S-018]', 'x %= y;', 'e0 e1 25 40'],
  ['[WMLS-S-018]', 'x <<= y;', 'e0 e1 2a 40'],
  ['[WMLS-S-018]', 'x >>= y;', 'e0 e1 2b 40'],
  ['[WMLS-S-018]', 'x >>>= y;', 'e0 e1 2c 40'],
  ['[WMLS-S-018]', 'x &= y;', 'e0 e1 26 40'],
  ['[WMLS-S-018]', 'x ^= y;', 'e0 e1 28 40'],
  ['[WMLS-S-018]', 'x |= y;', 'e0 e1 27 40'],
  ['the left operand is read before the right one changes it', 'x += (x = y);', 'e0 e1 40 e0 20 40'],
  ['the left operand is read before the right one changes it', 'x -= x++;', 'e0 e0 14 21 70 21 40'],
  ['[WMLS-S-019] [WMLS-S-061]', 'return x * y / x div y % x + y - x;', 'e0 e1 22 e0 23 e1 24 e0 25 e1 20 e0 21 3a'],
  ['[WMLS-S-019] [WMLS-S-061]', 'return -x;', 'e0 1f 3a'],
  ['[WMLS-S-019] only a subtraction converts to a number', 'return +x;', 'e0 14 21 3a'],
  ['[WMLS-S-019] [WMLS-S-062]', 'return ~x;', 'e0 29 3a'],
  ['[WMLS-S-019] [WMLS-S-062]', 'return x << y >> x >>> y & x | y ^ x;', 'e0 e1 2a e0 2b e1 2c e0 26 e1 e0 28 27 3a'],
  ['[WMLS-S-019]', 'x++;', '70'],
  ['[WMLS-S-019]', 'x--;', '1100'],
  ['[WMLS-S-019]', 'return ++x;', '70 e0 3a'],
  ['[WMLS-S-019] the value before the step is a number, too (§6.3.12)', 'return x++;', 'e0 14 21 70 3a'],
  ['[WMLS-S-019]', 'return x--;', 'e0 14 21 1100 3a'],
  ['[WMLS-S-020] [WMLS-S-064] the right operand is skipped', 'return x && y;', 'e0 34 c2 e1 36 3a'],
  ['[WMLS-S-020] [WMLS-S-064] the right operand is skipped', 'return x || y;', 'e0 35 c2 e1 36 3a'],
  ['[WMLS-S-020] [WMLS-S-064]', 'return !x;', 'e0 33 3a'],
  ['[WMLS-S-020] what is a boolean already is not converted', 'return x && y == 1;', 'e0 34 c3 e1 15 2d 3a'],
  ['[WMLS-S-020] a chain converts once', 'return x && y || x;', 'e0 34 c1 e1 35 c2 e0 36 3a'],
  ['[WMLS-S-020] an invalid left operand keeps the right one from being evaluated', 'x || y--;', 'e0 35 c5 e1 14 21 1101 37'],
  ['[WMLS-S-021]', 'return "a" + x;', '50 e0 20 3a'],
  ['[WMLS-S-022] [WMLS-S-063]', 'return x < y;', 'e0 e1 2f 3a'],
  ['[WMLS-S-022] [WMLS-S-063]', 'return x <= y;', 'e0 e1 2e 3a'],
  ['[WMLS-S-022] [WMLS-S-063]', 'return x == y;', 'e0 e1 2d 3a'],
  ['[WMLS-S-022] [WMLS-S-063]', 'return x >= y;', 'e0 e1 30 3a'],
  ['[WMLS-S-022] [WMLS-S-063]', 'return x > y;', 'e0 e1 31 3a'],
  ['[WMLS-S-022] [WMLS-S-063]', 'return x != y;', 'e0 e1 32 3a'],
  ['[WMLS-S-024] the value is the last one', 'return (x++, y);', '70 e1 3a'],
  ['[WMLS-S-024] in a for statement', 'for (x = 0, y = 1; x < 7; x++, y++) ;', '14 40 15 41 e0 50 2f c3 70 71 a6 3b'],
  ['[WMLS-S-025]', 'x = x ? y : 7;', 'e0 c2 e1 81 50 40'],
  ['[WMLS-S-025] binds to the right', 'x = x ? 1 : y ? 0 : invalid;', 'e0 c2 15 85 e1 c2 14 81 18 40'],
  ['[WMLS-S-026] [WMLS-S-066]', 'return typeof x;', 'e0 38 3a'],
  ['[WMLS-S-027] [WMLS-S-066]', 'return isvalid x;', 'e0 39 3a'],
  ['[WMLS-S-028] from the tightest binding to the loosest', 'return x + y * x << y < x == y & x ^ y | x && y || x;',
    'e0 e1 e0 22 20 e1 2a e0 2f e1 2d e0 26 e1 28 e0 27 34 c1 e1 35 c2 e0 36 3a'],
  ['[WMLS-S-028] to the left', 'return x - y - x;', 'e0 e1 21 e0 21 3a'],
  ['[WMLS-S-028] parentheses first', 'return x - (y - x);', 'e0 e1 e0 21 21 3a'],
  ['[WMLS-S-028] unary operators first, from right to left', 'return -~typeof x * y;', 'e0 38 29 1f e1 22 3a'],
]);

// biome-ignore format: a line is a case
rows('Statements become instructions (WAP-193_101 §6.5, §10.5.1)', [
  ['[WMLS-S-034]', ';;', ''],
  ['[WMLS-S-035]', '{ x = y; { y = x; } }', 'e1 40 e0 41'],
  ['[WMLS-S-036]', 'var a = x, b; b = a;', 'e0 42 e2 43'],
  ['[WMLS-S-037] [WMLS-S-057]', 'if (x) y = 1; x = y;', 'e0 c2 15 41 e1 40'],
  ['[WMLS-S-037] [WMLS-S-057]', 'if (x) y = 1; else y = 7; x = y;', 'e0 c3 15 41 82 50 41 e1 40'],
  ['[WMLS-S-037] else belongs to the closest if', 'if (x) if (y) x = 1; else x = 0; y = x;', 'e0 c7 e1 c3 15 40 82 14 40 e0 41'],
  ['[WMLS-S-037] else if', 'if (x) y = 1; else if (y) y = 2; else y = 3; x = y;', 'e0 c3 15 41 87 e1 c3 50 41 82 51 41 e1 40'],
  ['[WMLS-S-037] each operand of && decides', 'if (x && y) return 7;', 'e0 c4 e1 c2 50 3a 3b'],
  ['[WMLS-S-038] [WMLS-S-057]', 'while (x) x--; x = y;', 'e0 c3 1100 a4 e1 40'],
  ['[WMLS-S-039] [WMLS-S-057]', 'for (var i = 0; i < x; i++) y += i; x = y;', '14 42 e2 e0 2f c5 e2 1d01 72 a8 e1 40'],
  ['[WMLS-S-039] without condition', 'for (;;) x++;', '70 a1'],
  ['[WMLS-S-040]', 'while (x) { if (y) break; y = x; } x = y;', 'e0 c6 e1 c1 83 e0 41 a7 e1 40'],
  ['[WMLS-S-041] in while: back to the condition', 'while (x) { if (y) continue; y = x; } x = y;', 'e0 c6 e1 c1 a4 e0 41 a7 e1 40'],
  ['[WMLS-S-041] in for: on to the update', 'for (; x; x--) { if (y) continue; y = x; } x = y;', 'e0 c8 e1 c1 82 e0 41 1100 a9 e1 40'],
  ['break leaves the innermost loop', 'while (x) { while (y) break; x--; }', 'e0 c5 e1 c0 1100 a6 3b'],
  ['[WMLS-S-042] [WMLS-S-067]', 'return x; ', 'e0 3a'],
  ['[WMLS-S-042] [WMLS-S-067]', 'if (x) return; y = 1;', 'e0 c1 3b 15 41'],
  ['[WMLS-S-065] what a call leaves is dropped', 'Lang.maxInt();', '6f00 37'],
]);

// biome-ignore format: a line is a case
rows('Constants (WAP-193_101 §10.5.4)', [
  ['[WMLS-S-060]', 'return 0;', '14 3a'],
  ['[WMLS-S-060]', 'return 1;', '15 3a'],
  ['[WMLS-S-060]', 'return -1;', '16 3a'],
  ['[WMLS-S-060]', 'x = "";', '17 40'],
  ['[WMLS-S-013] [WMLS-S-060]', 'return invalid;', '18 3a'],
  ['[WMLS-S-012] [WMLS-S-060]', 'return true;', '19 3a'],
  ['[WMLS-S-012] [WMLS-S-060]', 'return false;', '1a 3a'],
  ['[WMLS-S-060] the same constant is in the pool once', 'x = 7 + y; y = "a"; y = 7; x = "a";', '50 e1 20 40 51 41 50 41 51 40'],
]);

// biome-ignore format: a line is a case
rows('The shortest of what means the same (WAP-193_101 §10.3)', [
  ['rules 5 and 6 of §10.1 convert alike', 'x -= 1;', '1100'],
  ['rules 5 and 6 of §10.1 convert alike', 'x = x - 1;', '1100'],
  ['rules 5 and 6 of §10.1 convert alike', 'x -= -1;', '70'],
  ['but rule 7 concatenates', 'x += 1;', '15 1d00'],
  ['v = v + e', 'x = x + y;', 'e1 1d00'],
  ['not where e changes v', 'x = x + (x = y);', 'e0 e1 40 e0 20 40'],
  ['DECR', 'return x - 1;', 'e0 1c 3a'],
  ['INCR where no string can be', 'return x * y + 1;', 'e0 e1 22 1b 3a'],
  ['the opposite comparison', 'return !(x < y);', 'e0 e1 30 3a'],
  ['twice not', 'return !!x;', 'e0 36 3a'],
  ['an operation nobody looks at', 'x + y * -x;', ''],
  ['what such an operation calls is still called', 'x + Lang.maxInt();', '6f00 37'],
  ['code that is never reached', 'if (false) x = 1; else x = y; while (false) y = 1; return x; y = 7;', 'e1 40 e0 3a'],
  ['[WMLS-S-033] [WMLS-S-048] the end of a function returns an empty string', 'x = 1; return "";', '15 40'],
  ['but a jump ends at an instruction (§11.2)', 'if (x) x = 1;', 'e0 c2 15 40 3b'],
  ['a jump to a return is a return', 'if (x) x = 1; else x = 0;', 'e0 c3 15 40 3b 14 40'],
]);

// biome-ignore format: a line is a case
rows('Constant folding: only what is the same everywhere', [
  ['integers', 'return 2 * 3 + 10 div 4 - 9 % 4;', '50 3a'],
  ['beyond the range is invalid', 'return 2147483647 + 1;', '18 3a'],
  ['beyond the range is invalid', 'return -(-2147483648);', '18 3a'],
  ['division by zero is invalid', 'return 1 div 0;', '18 3a'],
  ['division by zero is invalid', 'return 1 % 0;', '18 3a'],
  ['booleans are integers where those are wanted', 'return true + true - 3;', '16 3a'],
  ['invalid stays invalid', 'return invalid + 1 == 2;', '18 3a'],
  ['comparisons', 'return 1 < 2;', '19 3a'],
  ['bits', 'return (6 & 3 | 8 ^ 12) >> 1 << 30 >>> 31;', '15 3a'],
  ['shifts beyond 31 have no meaning to rely on', 'return 1 << 32;', '15 50 2a 3a'],
  ['strings', 'return "a" + 1 + true;', '50 3a'],
  ['the tail of a concatenation', 'return x + "a" + 1 + "b";', 'e0 50 20 3a'],
  ['not before a string takes part', 'return x + 1 + 2;', 'e0 15 20 50 20 3a'],
  ['the order of characters is up to the device', 'return "a" < "b";', '50 51 2f 3a'],
  ['the text of a float is up to the device', 'return 1.5 + "";', '50 17 20 3a'],
  ['an integer-only device has no floats to compare', 'return 1.5 < 2.5;', '50 51 2f 3a'],
  ['nor a type for them', 'return typeof 1.5;', '50 38 3a'],
  ['nor a truth value', 'if (1.5) return 1;', '50 c2 15 3a 3b'],
  ['a float is no integer', 'return 1.5 << 1;', '18 3a'],
  ['types', 'return typeof "" + typeof true;', '50 3a'],
  ['validity', 'return isvalid 1 == isvalid invalid;', '1a 3a'],
  ['logical operators', 'return false && x || true;', '19 3a'],
  ['what is left of a logical operator is a boolean', 'return true && x;', 'e0 36 3a'],
  ['an invalid left operand decides', 'return invalid || x;', '18 3a'],
  ['conditions', 'return true ? x : y;', 'e0 3a'],
  ['conditions', 'return invalid ? x : y;', 'e1 3a'],
]);

describe('Constant folding of floats', () => {
  const value = (expression: string): unknown =>
    unitOf(`extern function f() { return ${expression}; }`).constants;

  it('is single-precision', () => {
    assert.deepEqual(value('0.1 + 0.2'), [{ type: 'float32', value: 0.30000001192092896 }]);
    assert.deepEqual(value('7 / 2'), [{ type: 'float32', value: 3.5 }]);
    assert.deepEqual(value('-1.5'), [{ type: 'float32', value: -1.5 }]);
  });

  it('knows one zero only (§6.2.7.2)', () => {
    assert.deepEqual(unitOf('extern function f() { return -0.0; }').constants, [
      { type: 'float32', value: 0 },
    ]);
    assert.ok(
      Object.is(
        unitOf('extern function f() { return -0.0; }').constants.map((c) => ('value' in c ? c.value : 1))[0],
        0,
      ),
    );
  });

  it('leaves what comes out below the normalised numbers to the device', () => {
    assert.deepEqual(value('1.0e-30 * 1.0e-10'), [
      { type: 'float32', value: 1.0000000031710769e-30 },
      { type: 'float32', value: 1.000000013351432e-10 },
    ]);
  });
});

describe('Functions and calls (WAP-193_101 §6.4, §8.4)', () => {
  it('[WMLS-S-029] a function has its number of arguments and of local variables; extern ones are named', () => {
    const unit = unitOf('function a(x, y) { var z; }; extern function b() { }');
    assert.deepEqual(
      unit.functions.map(({ numberOfArguments, numberOfLocalVariables }) => [
        numberOfArguments,
        numberOfLocalVariables,
      ]),
      [
        [2, 1],
        [0, 0],
      ],
    );
    assert.deepEqual(unit.functionNames, [{ functionIndex: 1, functionName: 'b' }]);
  });

  it('[WMLS-S-030] [WMLS-S-058] local functions are called by their place, also before they are declared', () => {
    const others = Array.from({ length: 8 }, (_, i) => `function g${i}() { }`).join('\n');
    const source = `extern function f() { g6(); g7(); } ${others}`;
    assert.equal(codeOf(source), '6737090837');
  });

  it('[WMLS-S-031] [WMLS-S-043] [WMLS-S-058] external functions are called by URL and name', () => {
    const unit = unitOf('use url Other "http://h/s"; extern function f(x) { return Other#g(x, 1); }');
    assert.deepEqual(unit.constants, [
      { type: 'stringUtf8', value: 'http://h/s' },
      { type: 'stringUtf8', value: 'g' },
    ]);
    assert.equal(toHex(unit.functions[0]?.codeArray ?? hex('')), 'e0150c0001023a');
  });

  it('[WMLS-S-032] [WMLS-S-002] [WMLS-S-058] library functions are called by number', () => {
    assert.equal(bodyOf('return Float.sqrt(Lang.abs(x));'), 'e068006d013a');
    assert.equal(bodyOf('return Lang.characterSet();'), '0a0e003a');
  });

  it('[WMLS-S-046] arguments are pushed from the first to the last (§8.4.1)', () => {
    assert.equal(bodyOf('f(y, x);'), 'e1e06037');
  });

  it('[WMLS-S-047] variables are numbered after the parameters, in order (§8.4.2)', () => {
    assert.equal(bodyOf('var a = 1; { var b = a; } a = b;'), '1542e243e342');
  });

  it('[WMLS-S-049] variables start as empty strings without an instruction (§8.4.4)', () => {
    assert.equal(bodyOf('var a; var b = ""; x = a;'), 'e240');
  });

  it('in a loop a declaration initialises every time it is executed (§6.5.4)', () => {
    assert.equal(bodyOf('while (x) { var a; a += y; }'), 'e0c61742e11d02a73b');
  });

  it('one name may be a function, a variable and an external unit (§6.1.8)', () => {
    const source = 'use url t "u"; extern function t(t) { var value = t#t(t); return value; };';
    assert.equal(codeOf(source), 'e00c00010141e13a');
  });

  it('beyond the short instructions: variables, constants, library functions', () => {
    const names = Array.from({ length: 33 }, (_, i) => `v${i}`);
    const declared = `var ${names.join(', ')};`;
    assert.equal(
      codeOf(`extern function f() { ${declared} v15 = v31; v16 = v32; v7++; v8++; }`),
      'ff4f' + '0e200f10' + '77' + '1008',
    );
    const values = Array.from({ length: 17 }, (_, i) => `g(${i + 2});`).join('');
    assert.match(codeOf(`extern function f() { ${values} } function g(x) { }`), /5f613712106137$/);
  });

  it('constants used most get the shortest index', () => {
    const values = Array.from({ length: 16 }, (_, i) => `g(${i + 2});`).join('');
    const { constants } = unitOf(`extern function f() { ${values} g(99); g(99); } function g(x) { }`);
    assert.deepEqual(constants[0], { type: 'integer8', value: 99 });
    assert.deepEqual(constants[16], { type: 'integer8', value: 17 });
  });
});

describe('Jumps are as short as they can be (WAP-193_101 §10.5.1)', () => {
  const over = (octets: number): string =>
    bodyOf(`if (x) { ${'y = 1;'.repeat(octets / 2)} } return y;`).slice(0, 10);

  it('5, 8 and 16 bits', () => {
    assert.equal(over(30).slice(0, 6), 'e0de15');
    assert.equal(over(32).slice(0, 8), 'e0052015');
    assert.equal(over(254).slice(0, 8), 'e005fe15');
    assert.equal(over(256).slice(0, 10), 'e006010015');
  });

  it('a jump that grows makes the jumps around it grow', () => {
    // The inner body of 32 octets needs two octets to jump, so that the outer one jumps over 35.
    const code = bodyOf(`if (x) { if (y) { ${'y = 1;'.repeat(16)} } } return y;`);
    assert.equal(code.slice(0, 14), 'e00523e1052015');
  });

  it('backwards as well', () => {
    const loop = (count: number): string => bodyOf(`for (;;) { ${'y = 1;'.repeat(count)} }`).slice(count * 4);
    assert.equal(loop(15), 'be');
    assert.equal(loop(16), '0320');
    assert.equal(loop(128), '040100');
  });

  it('a jump that no instruction reaches is a mistake', () => {
    const source = `extern function f(x) { while (x) { ${'x = 1;'.repeat(32768)} } }`;
    assert.deepEqual(mistakes(source), ["1:17: function 'f' is too long: a jump is beyond 65535 octets"]);
  });

  it('many jumps that all grow take linear time', () => {
    const source = `extern function f(x) { ${'if (x) { x = 1; if (x) { x = 2;'.repeat(60)} ${'} }'.repeat(60)} }`;
    assert.ok(compileWmlScript(source).octets !== undefined);
  });
});

describe('The bytecode of a unit (WAP-193_101 §9)', () => {
  it('[WMLS-S-053] [WMLS-S-056] header, function pool and name table', () => {
    assert.equal(
      toHex(compileWmlScript('function a() { } extern function go(x) { return x; }').octets ?? hex('')),
      toHex(hex('01 11 00 6a 00 02 01 01 02 676f 00 00 00 01 00 02 e03a')),
    );
  });

  it('[WMLS-S-016] [WMLS-S-050] [WMLS-S-054] integers take the smallest type, big-endian', () => {
    const { octets } = compileWmlScript(
      'extern function f() { f2(127, -129, 32768, -2147483648, 0.5); } function f2(a,b,c,d,e) {}',
    );
    assert.equal(
      toHex(octets ?? hex('')).slice(4, 50),
      toHex(hex('05 6a 00 7f 01 ff7f 02 00008000 02 80000000 03 3f000000 00 02')).slice(0, 46),
    );
  });

  it('[WMLS-S-051] sizes beyond 127 take more octets', () => {
    const { octets = hex('') } = compileWmlScript(`extern function f() { return "${'a'.repeat(0xa0)}"; }`);
    // §9.1.2 prints 0xA0 as 81 20.
    assert.equal(toHex(octets.subarray(0, 8)), toHex(hex('01 8130 01 6a 04 8120')));
  });

  it('[WMLS-S-052] strings are UTF-8, the character set 106', () => {
    const { octets = hex('') } = compileWmlScript('extern function f() { return "é\\u20ac"; }');
    assert.equal(toHex(octets.subarray(2, 11)), toHex(hex('01 6a 04 05 c3a9 e282ac')));
  });

  it('strings are ISO-8859-1 if asked for and possible', () => {
    const { octets = hex('') } = compileWmlScript(
      'extern function f() { return "é" + f() + "a" + f() + "€"; }',
      { charset: 'iso-8859-1' },
    );
    const { characterSet, constants } = decodeUnit(octets);
    assert.equal(characterSet, 4);
    assert.deepEqual(constants, [
      { type: 'stringExt', value: hex('e9') },
      { type: 'stringUtf8', value: 'a' },
      { type: 'stringUtf8', value: '€' },
    ]);
  });

  it('[WMLS-S-044] [WMLS-S-055] access control', () => {
    const { pragmas, constants } = unitOf(
      'use access domain "wapforum.org" path ""; extern function f() { }',
    );
    assert.deepEqual(pragmas, [
      { type: 'Access Domain', accessDomainIndex: 0 },
      { type: 'Access Path', accessPathIndex: 1 },
    ]);
    assert.deepEqual(constants, [{ type: 'stringUtf8', value: 'wapforum.org' }, { type: 'emptyString' }]);
  });

  it('[WMLS-S-045] [WMLS-S-055] meta information for user agents is in the bytecode, http equiv with the result', () => {
    const source = `use meta name "Created" "18-March-1998"; use meta http equiv "Keywords" "Script";
      use meta user agent "Type" "Test"; use meta user agent "Type" "A" "B"; extern function f() { }`;
    const { octets = hex(''), headers } = compileWmlScript(source);
    const { pragmas, constants } = decodeUnit(octets);
    assert.deepEqual(
      constants.map((constant) => ('value' in constant ? constant.value : '')),
      ['Type', 'Test', 'A', 'B'],
    );
    assert.deepEqual(pragmas, [
      { type: 'User Agent Property', propertyNameIndex: 0, contentIndex: 1 },
      { type: 'User Agent Property and Scheme', propertyNameIndex: 0, contentIndex: 2, schemeIndex: 3 },
    ]);
    assert.deepEqual(headers, [{ kind: 'http equiv', propertyName: 'Keywords', content: 'Script' }]);
  });

  it('[WMLS-S-001] a script with floats and the Float library compiles, for whatever device', () => {
    assert.equal(bodyOf('return Float.int(x * 1.5);'), 'e05022' + '68013a');
  });

  it('[WMLS-S-023] arrays are strings, by the functions of the String library (§6.3.6)', () => {
    assert.equal(bodyOf('return String.elementAt(x, 4, " ");'), 'e050516f023a');
  });

  it('[WAESpec-WMLS-S-001] a script that signs and goes on', () => {
    const source = `extern function sign() {
      var text = WMLBrowser.getVar("order");
      var signed = Crypto.signText(text, 4, 0, "");
      if (String.find(signed, "error:") == 0) { Dialogs.alert(signed); return; }
      WMLBrowser.setVar("signed", signed);
      WMLBrowser.go("#done");
    }`;
    assert.equal(
      codeOf(source),
      toHex(
        hex('50 6804 40 e0 51 14 17 0a1006 41 e1 52 6c02 14 2d c5 e1 6a05 37 3b 53 e1 6904 37 54 6a04 37'),
      ),
    );
  });
});
