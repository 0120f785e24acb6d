import assert from 'node:assert/strict';
import { invalid, type Value } from '../../../../src/wap/wmlscript/index.js';
import { implementations } from '../../../../src/wap/wmlscript/lib/implementations.js';
import { f, library, outcomeOf, shown } from '../../../support/wmlscript.js';

type Case = readonly [args: readonly Value[], result: Value];

function check(name: string, cases: readonly Case[]): void {
  for (const [args, result] of cases) {
    assert.equal(shown(library(name, ...args)), shown(result), `${name}(${args.map(shown).join(', ')})`);
  }
}

describe('Float (WAP-194-WMLScriptLibraries §8)', () => {
  it('[WMLSSL-046] on an integer-only device all functions return invalid', () => {
    for (const [name, { parameters }] of Object.entries(implementations.Float ?? {})) {
      const args = new Array<Value>(parameters).fill(1);
      assert.deepEqual(outcomeOf(`Float.${name}`, args, { integerOnly: true }), { returned: invalid }, name);
    }
  });

  it('[WMLSSL-047] int cuts off the fraction', () => {
    check('Float.int', [
      [[f(3.14)], 3],
      [[f(-2.8)], -2],
      [[f(-0.5)], 0],
      [[7], 7],
      [['7.9'], 7],
      [[true], 1],
      [[f(2147483648)], invalid],
      [[f(-2147483648)], -2147483648],
      [['x'], invalid],
      [[invalid], invalid],
    ]);
  });

  it('[WMLSSL048] floor', () => {
    check('Float.floor', [
      [[f(3.14)], 3],
      [[f(-2.8)], -3],
      [[-5], -5],
      [[f(3e9)], invalid],
    ]);
  });

  it('[WMLSSL-049] ceil', () => {
    check('Float.ceil', [
      [[f(3.14)], 4],
      [[f(-2.8)], -2],
      [[f(-0.8)], 0],
      [[5], 5],
    ]);
  });

  it('[WMLSSL-050] pow', () => {
    check('Float.pow', [
      [[3, 2], f(9)],
      [[f(6.25), f(0.5)], f(2.5)],
      [[0, 0], f(1)],
      [[0, 2], f(0)],
      [[0, -1], invalid],
      [[-8, f(2)], f(64)],
      [[-8, f(0.5)], invalid],
      [[10, 39], invalid],
      [[10, -50], f(0)],
      [['3', '2'], f(9)],
      [[invalid, 2], invalid],
    ]);
  });

  it('[WMLSSL-051] round takes the larger of two equally close integers', () => {
    check('Float.round', [
      [[f(3.5)], 4],
      [[f(-3.5)], -3],
      [[f(0.5)], 1],
      [[f(-0.5)], 0],
      [[f(0.49999997)], 0],
      [[f(8388609)], 8388609],
      [[9], 9],
      [[f(3e9)], invalid],
    ]);
  });

  it('[WMLSSL-052] sqrt', () => {
    check('Float.sqrt', [
      [[4], f(2)],
      [[5], f(2.2360679775)],
      [['2.25'], f(1.5)],
      [[-1], invalid],
      [[f(-0.5)], invalid],
      [[invalid], invalid],
    ]);
  });

  it('[WMLSSL-053] maxFloat', () => {
    assert.deepEqual(library('Float.maxFloat'), f(3.40282347e38));
  });

  it('[WMLSSL-054] minFloat is the smallest value that is not 0.0', () => {
    assert.deepEqual(library('Float.minFloat'), f(1.17549435e-38));
  });
});
