import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  invalid,
  isValue,
  toFloat,
  typeCodes,
  typeOf,
  type Value,
} from '../../../src/wap/wmlscript/index.js';
import { toInteger } from '../../../src/wap/wmlscript/values.js';

describe('Values (WAP-193_101-WMLScript §6.2)', () => {
  it('the five types and their codes (§6.3.9)', () => {
    const values: readonly Value[] = [7, { float: 7 }, '7', true, invalid];
    assert.deepEqual(values.map(typeOf), ['integer', 'float', 'string', 'boolean', 'invalid']);
    assert.deepEqual(typeCodes, { integer: 0, float: 1, string: 2, boolean: 3, invalid: 4 });
  });

  it('an integer has 32 bits (§6.2.7.1)', () => {
    assert.equal(toInteger(2147483647), 2147483647);
    assert.equal(toInteger(2147483648), invalid);
    assert.equal(toInteger(-2147483648), -2147483648);
    assert.equal(toInteger(-2147483649), invalid);
    assert.equal(Object.is(toInteger(-0), 0), true);
  });

  it('a floating-point value is finite, of single precision, normalised, and no -0 (§6.2.7.2)', () => {
    for (const [value, float] of [
      [0.1, 0.10000000149011612],
      [3.4028234663852886e38, 3.4028234663852886e38],
      [1.1754943508222875e-38, 1.1754943508222875e-38],
      [1.1754942e-38, 0],
      [-1e-45, 0],
      [-0, 0],
    ] as const) {
      assert.deepEqual(toFloat(value), { float });
    }
    for (const value of [3.5e38, -3.5e38, Number.POSITIVE_INFINITY, Number.NaN]) {
      assert.equal(toFloat(value), invalid);
    }
  });

  it('what comes from outside is a value, or is not', () => {
    const values: readonly unknown[] = [0, -5, { float: 0.5 }, '', false, invalid];
    for (const value of values) assert.equal(isValue(value), true, String(value));
    for (const other of [
      0.5,
      2147483648,
      -0,
      { float: 0.1 },
      { float: -0 },
      {},
      null,
      undefined,
      Symbol('invalid'),
      1n,
    ]) {
      assert.equal(isValue(other), false, String(other));
    }
  });

  it('whatever toFloat makes is a value', () => {
    fc.assert(fc.property(fc.double(), (number) => assert.equal(isValue(toFloat(number)), true)));
  });
});
