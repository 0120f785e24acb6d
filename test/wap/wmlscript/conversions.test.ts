import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  convertToBoolean,
  convertToFloat,
  convertToInteger,
  convertToString,
  invalid,
  toFloat,
  type Value,
} from '../../../src/wap/wmlscript/index.js';
import { f, operate, operateOnIntegers } from '../../support/wmlscript.js';

/** §6.8.7: the table of legal conversions; `undefined` is printed Illegal. */
// biome-ignore format: a line is a printed row
const summary: readonly [given: Value, boolean: unknown, integer: unknown, float: unknown, string: unknown][] = [
  [true, true, 1, f(1), 'true'],
  [false, false, 0, f(0), 'false'],
  [0, false, 0, f(0), '0'],
  [-42, true, -42, f(-42), '-42'],
  [f(0), false, undefined, f(0), '0'],
  [f(0.5), true, undefined, f(0.5), '0.5'],
  ['', false, undefined, undefined, ''],
  ['12', true, 12, f(12), '12'],
  ['1.5', true, undefined, f(1.5), '1.5'],
  ['text', true, undefined, undefined, 'text'],
  [invalid, undefined, undefined, undefined, undefined],
];

describe('Automatic conversions (WAP-193_101-WMLScript §6.8)', () => {
  it('the summary of §6.8.7', () => {
    for (const [given, boolean, integer, float, string] of summary) {
      const converted = [
        convertToBoolean(given),
        convertToInteger(given),
        convertToFloat(given, false),
        convertToString(given),
      ];
      assert.deepEqual(converted, [boolean, integer, float, string], String(given));
    }
  });

  it('[WMLS-C-072] to string: decimal integers, the shortest digits of a floating-point value, true and false', () => {
    for (const [value, text] of [
      [2147483647, '2147483647'],
      [-2147483648, '-2147483648'],
      [f(0.5), '0.5'],
      [f(3.14), '3.14'],
      [f(-1.23), '-1.23'],
      [f(2), '2'],
      [f(1e20), '100000000000000000000'],
      [f(1e21), '1e+21'],
      [f(3.4028234663852886e38), '3.4028235e+38'],
      [f(1.1754943508222875e-38), '1.1754944e-38'],
      [f(16777217), '16777216'],
      [true, 'true'],
      [false, 'false'],
    ] as const) {
      assert.equal(operate('ADD', value, ''), text);
    }
    assert.equal(operate('ADD', invalid, ''), invalid);
  });

  it('a floating-point value is equal to its string', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const value = toFloat(number);
        const text = convertToString(value) ?? assert.fail('no string');
        assert.match(text, /^-?[0-9]+(\.[0-9]+)?(e[+-][0-9]+)?$/);
        assert.deepEqual(convertToFloat(text, false), value);
      }),
    );
  });

  it('[WMLS-C-073] to integer: strings of the numeric string grammar (§7.4) and booleans, nothing else', () => {
    for (const [text, value] of [
      ['33', 33],
      ['+33', 33],
      ['-33', -33],
      [' \t\v\f\n\r33 \t\v\f\n\r', 33],
      ['007', 7],
      ['-0', 0],
      ['2147483647', 2147483647],
      ['-2147483648', -2147483648],
      [true, 1],
      [false, 0],
    ] as const) {
      assert.equal(operate('B_OR', text, 0), value, String(text));
    }
    const others: readonly Value[] = [
      '',
      ' ',
      '3 3',
      '+ 3',
      '0x10',
      '3.0',
      '3e2',
      'a',
      '\u00a03',
      f(3),
      invalid,
    ];
    for (const value of others) assert.equal(operate('B_OR', value, 0), invalid, String(value));
  });

  it('[WMLS-C-074] to floating-point: strings of the numeric string grammar (§7.4), integers and booleans', () => {
    for (const [value, float] of [
      ['47.3', 47.3],
      ['+.5', 0.5],
      ['5.', 5],
      ['5.e1', 50],
      [' -7e-1 ', -0.7],
      ['12E+2', 1200],
      ['12', 12],
      [12, 12],
      [16777217, 16777216],
      [true, 1],
      [false, 0],
    ] as const) {
      assert.deepEqual(operate('MUL', f(1), value), f(float), String(value));
    }
    const others: readonly Value[] = [
      '',
      '.',
      'e5',
      '5e',
      '5e+',
      '1.5x',
      '1,5',
      'NaN',
      'Infinity',
      '0x1p3',
      invalid,
    ];
    for (const value of others) assert.equal(operate('MUL', f(1), value), invalid, String(value));
  });

  it('[WMLS-C-075] to boolean: the empty string, 0 and 0.0 are false', () => {
    for (const value of ['', 0, f(0), false]) assert.equal(operate('TOBOOL', value), false);
    for (const value of ['false', '0', ' ', 1, -1, f(0.1), true])
      assert.equal(operate('TOBOOL', value), true);
    assert.equal(operate('TOBOOL', invalid), invalid);
  });

  it('[WMLS-C-076] invalid converts to nothing, and nothing to invalid', () => {
    const others: readonly Value[] = [1, f(1), '1', true, invalid];
    for (const name of [
      'ADD',
      'SUB',
      'MUL',
      'DIV',
      'IDIV',
      'REM',
      'B_AND',
      'B_LSHIFT',
      'EQ',
      'NE',
      'LT',
    ] as const) {
      for (const other of others) {
        assert.equal(operate(name, invalid, other), invalid, name);
        assert.equal(operate(name, other, invalid), invalid, name);
      }
    }
    for (const name of ['INCR', 'DECR', 'UMINUS', 'B_NOT', 'NOT', 'TOBOOL'] as const) {
      assert.equal(operate(name, invalid), invalid, name);
    }
    assert.equal(operate('TYPEOF', invalid), 4);
    assert.equal(operate('ISVALID', invalid), false);
  });

  it('[WMLS-C-112] on an integer-only device those of floating-point are ignored (§13)', () => {
    assert.equal(convertToFloat(1, true), undefined);
    assert.equal(operateOnIntegers('MUL', '2.3', '3'), invalid);
    assert.equal(operateOnIntegers('MUL', '2', '3'), 6);
    assert.equal(operateOnIntegers('UMINUS', '2.3'), invalid);
    assert.equal(operateOnIntegers('DIV', 4, 2), invalid);
    assert.equal(operateOnIntegers('ADD', f(1.5), 1), invalid);
  });
});
