import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type InstructionName, invalid, type Value } from '../../../src/wap/wmlscript/index.js';
import { f, operate, shown } from '../../support/wmlscript.js';

const maxInt = 2147483647;
const minInt = -2147483648;

/** Instruction, operands, result. */
type Case = readonly [name: InstructionName, operands: readonly Value[], result: Value];

function check(cases: readonly Case[]): void {
  for (const [name, operands, result] of cases) {
    const title = `${operands.map(shown).join(', ')} ${name}`;
    assert.equal(shown(operate(name, ...operands)), shown(result), title);
  }
}

describe('Operator data type conversion rules (WAP-193_101-WMLScript §6.9)', () => {
  it('[WMLS-C-077] integers, and integer or floating-point (unary)', () => {
    check([
      ['B_LSHIFT', ['7', 2], 28],
      ['B_LSHIFT', [true, 2], 4],
      ['B_RSSHIFT', [f(7.2), 3], invalid],
      ['IDIV', [f(2.1), 4], invalid],
      ['UMINUS', [f(-10.3)], f(10.3)],
      ['UMINUS', ['33'], -33],
      ['UMINUS', ['47.3'], f(-47.3)],
      ['UMINUS', [false], 0],
      ['UMINUS', ['ABC'], invalid],
      ['UMINUS', ['9e9999'], invalid],
      ['INCR', ['33'], 34],
      ['DECR', [true], 0],
      ['INCR', [f(0.5)], f(1.5)],
      ['INCR', [''], invalid],
      ['NOT', [42], false],
      ['NOT', [''], true],
    ]);
  });

  it('[WMLS-C-077] integers or floating-points', () => {
    check([
      ['DIV', [100, f(10.3)], f(9.7087374)],
      ['MUL', [33, 44], 1452],
      ['MUL', ['10', 3], 30],
      ['MUL', [f(3.5), '4.5'], f(15.75)],
      ['SUB', ['10', '2'], 8],
      ['MUL', ['2.5', '3'], f(7.5)],
      ['MUL', [f(3.2), 'A'], invalid],
      ['MUL', [f(0.9), '9e999'], invalid],
      ['SUB', [true, '1.5'], f(-0.5)],
      // The integer does not fit, and a legal conversion is not followed by another one.
      ['MUL', ['99999999999', 1], invalid],
      ['MUL', ['99999999999', f(1)], f(99999999999)],
    ]);
  });

  it('[WMLS-C-077] integers, floating-points or strings', () => {
    check([
      ['ADD', [12, 3], 15],
      ['ADD', [f(32.4), 65], f(97.4)],
      ['ADD', ['12', f(5.5)], '125.5'],
      ['LT', [f(43.2), 77], true],
      ['LT', ['Hey', 56], false],
      ['ADD', [f(2.5), '4.2'], '2.54.2'],
      ['ADD', [f(9.5), true], f(10.5)],
      ['LT', [3, false], false],
      ['ADD', ['A', invalid], invalid],
      ['ADD', [true, 'text'], 'truetext'],
      ['ADD', [true, true], 2],
      ['EQ', ['1', 1], true],
      ['EQ', ['1.0', 1], false],
      ['EQ', [f(1), 1], true],
      ['EQ', [true, 'true'], true],
    ]);
  });
});

describe('Operators (WAP-193_101-WMLScript §6.3, §10.5.5 to §10.5.8)', () => {
  it('[WMLS-C-099] arithmetic on integers, overflow is invalid', () => {
    check([
      ['ADD', [maxInt, 1], invalid],
      ['ADD', [maxInt, minInt], -1],
      ['SUB', [minInt, 1], invalid],
      ['SUB', [0, minInt], invalid],
      ['MUL', [maxInt, 2], invalid],
      ['MUL', [65536, 32768], invalid],
      ['MUL', [65536, -32768], minInt],
      ['MUL', [maxInt, maxInt], invalid],
      ['MUL', [0, -5], 0],
      ['IDIV', [7, -2], -3],
      ['IDIV', [minInt, -1], invalid],
      ['IDIV', [minInt, 1], minInt],
      ['REM', [-7, 3], -1],
      ['REM', [7, -3], 1],
      ['REM', [-6, 3], 0],
      ['REM', [minInt, -1], 0],
      ['UMINUS', [minInt], invalid],
      ['UMINUS', [0], 0],
      ['INCR', [maxInt], invalid],
      ['DECR', [minInt], invalid],
    ]);
  });

  it('[WMLS-C-099] division has a floating-point result, the others one where an operand is', () => {
    check([
      ['DIV', [3, 2], f(1.5)],
      ['DIV', [4, 2], f(2)],
      ['DIV', ['3', '2'], f(1.5)],
      ['DIV', [0, -5], f(0)],
      ['ADD', [f(3.25), 1], f(4.25)],
      ['SUB', [f(0.5), f(0.5)], f(0)],
      ['MUL', [f(-1), f(0)], f(0)],
      ['UMINUS', [f(0)], f(0)],
    ]);
  });

  it('[WMLS-C-111] division by zero, overflow and underflow of floating-point values (§12.4.1)', () => {
    check([
      ['DIV', [10, 0], invalid],
      ['DIV', [f(1), f(0)], invalid],
      ['IDIV', [10, 0], invalid],
      ['REM', [10, 0], invalid],
      ['MUL', [f(3e38), 2], invalid],
      ['ADD', [f(3.4028234e38), f(3e38)], invalid],
      ['MUL', [f(1e-30), f(1e-30)], f(0)],
      ['MUL', [f(-1.2e-38), f(0.5)], f(0)],
    ]);
  });

  it('[WMLS-C-111] conversion errors: too large is invalid, too small is 0.0 (§12.4.3)', () => {
    check([
      ['UMINUS', ['999999999999999999999999999999999999999999'], invalid],
      ['UMINUS', ['9999999.9999999999e99999'], invalid],
      ['UMINUS', ['0.01e-99'], f(0)],
    ]);
  });

  it('[WMLS-C-100] bitwise', () => {
    check([
      ['B_AND', [0b1100, 0b1010], 0b1000],
      ['B_OR', [0b1100, 0b1010], 0b1110],
      ['B_XOR', [0b1100, 0b1010], 0b0110],
      ['B_NOT', [0], -1],
      ['B_NOT', ['5'], -6],
      ['B_NOT', [f(1)], invalid],
      ['B_LSHIFT', [1, 31], minInt],
      ['B_LSHIFT', [3, 33], 6],
      ['B_RSSHIFT', [-8, 1], -4],
      ['B_RSZSHIFT', [-8, 28], 15],
      ['B_RSZSHIFT', [-1, 0], -1],
    ]);
  });

  it('[WMLS-C-101] comparison: booleans by rank, numbers by value, strings by character code', () => {
    check([
      ['EQ', [1, 1], true],
      ['NE', [1, 1], false],
      ['LE', [1, 1], true],
      ['LT', [1, 1], false],
      ['GE', [1, 1], true],
      ['GT', [1, 1], false],
      ['GT', [true, false], true],
      ['LE', [f(1.5), 1], false],
      ['GE', [f(1.5), 1], true],
      ['NE', [f(1.5), 1], true],
      ['LT', ['Bye', 'Jon'], true],
      ['LT', ['a', 'Z'], false],
      ['LT', ['a', 'ab'], true],
      ['GT', ['\u{1f600}', '\uffff'], true],
      ['EQ', ['', ''], true],
      ['LE', ['10', 9], true],
      ['EQ', [invalid, invalid], invalid],
    ]);
  });

  it('[WMLS-C-102] logical', () => {
    check([
      ['NOT', [true], false],
      ['NOT', ['A'], false],
      ['NOT', [f(0)], true],
      ['NOT', [invalid], invalid],
      ['TOBOOL', ['A'], true],
    ]);
  });

  it('[WMLS-C-104] access to operand type', () => {
    const values: readonly Value[] = [0, f(0), '', false, invalid];
    assert.deepEqual(
      values.map((value) => operate('TYPEOF', value)),
      [0, 1, 2, 3, 4],
    );
    assert.deepEqual(
      values.map((value) => operate('ISVALID', value)),
      [true, true, true, true, false],
    );
  });

  it('integers are those of 64 bits where they fit 32, and invalid elsewhere', () => {
    const integer = fc.integer({ min: minInt, max: maxInt });
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        for (const [name, exact] of [
          ['ADD', BigInt(a) + BigInt(b)],
          ['SUB', BigInt(a) - BigInt(b)],
          ['MUL', BigInt(a) * BigInt(b)],
          ['IDIV', b === 0 ? undefined : BigInt(a) / BigInt(b)],
          ['REM', b === 0 ? undefined : BigInt(a) % BigInt(b)],
          ['B_AND', BigInt(a) & BigInt(b)],
        ] as const) {
          const fits = exact !== undefined && BigInt.asIntN(32, exact) === exact;
          assert.equal(operate(name, a, b), fits ? Number(exact) : invalid, name);
        }
      }),
      { numRuns: 50 },
    );
  });
});
