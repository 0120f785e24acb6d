import assert from 'node:assert/strict';
import fc from 'fast-check';
import { seededRandom } from '../../../../src/wap/random.js';
import { invalid, type Outcome, type Value } from '../../../../src/wap/wmlscript/index.js';
import { evaluate, f, library, outcomeOf, returned, shown } from '../../../support/wmlscript.js';

type Case = readonly [args: readonly Value[], result: Value];

function check(name: string, cases: readonly Case[]): void {
  for (const [args, result] of cases) {
    assert.equal(shown(library(name, ...args)), shown(result), `${name}(${args.map(shown).join(', ')})`);
  }
}

/** Ten numbers from 0 to 9 after `Lang.seed`, from bytecode: seed, then random ten times. */
function sequence(seed: Value, randomSeed = 1): string {
  const draws = 'LOAD_CONST_S 0; CALL_LIB 12 0; ADD;'.repeat(10);
  return String(
    evaluate(`LOAD_VAR_S 0; CALL_LIB 13 0; ${draws} RETURN`, [{ type: 'integer8', value: 9 }], [seed], {
      random: seededRandom(randomSeed),
    }),
  );
}

describe('Lang (WAP-194-WMLScriptLibraries §7)', () => {
  it('[WMLSSL-031] abs keeps the type of the number', () => {
    check('Lang.abs', [
      [[-3], 3],
      [[f(-2.5)], f(2.5)],
      [['-3'], 3],
      [['-0.5'], f(0.5)],
      [[true], 1],
      [[-2147483648], invalid],
      [['x'], invalid],
      [[invalid], invalid],
    ]);
  });

  it('[WMLSSL-032] min gives the smaller one as it is, the first of two equal ones', () => {
    check('Lang.min', [
      [[-3, 3], -3],
      [[45, f(76.3)], 45],
      [[45, f(45)], 45],
      [[f(45), 45], f(45)],
      [[true, 12], true],
      [['12', 1], 1],
      [['1', 12], '1'],
      [[3, invalid], invalid],
      [[3, 'x'], invalid],
    ]);
  });

  it('[WMLSSL-033] max gives the larger one as it is, the first of two equal ones', () => {
    check('Lang.max', [
      [[-3, 3], 3],
      [[f(45.5), 76], 76],
      [[f(45), 45], f(45)],
      [[45, f(45)], 45],
      [['7', 5], '7'],
      [[invalid, 3], invalid],
      [['x', 3], invalid],
    ]);
  });

  it('[WMLSSL-034] parseInt reads up to the first character that is no part of an integer', () => {
    check('Lang.parseInt', [
      [['1234'], 1234],
      [[' 100 m/s'], 100],
      [['\t\v\f\n\r-7.9'], -7],
      [['+5-3'], 5],
      [[f(12.5)], 12],
      [[99], 99],
      [['- 5'], invalid],
      [['#5'], invalid],
      [[''], invalid],
      [[true], invalid],
      [['2147483648'], invalid],
      [[invalid], invalid],
    ]);
  });

  it('[WMLSSL-035] parseFloat reads up to the first character that is no part of a floating-point value', () => {
    check('Lang.parseFloat', [
      [['123.7'], f(123.7)],
      [['  +7.34e2 Hz'], f(734)],
      [[' 70e-2 F'], f(0.7)],
      [['-.1 C'], f(-0.1)],
      [[' 100 '], f(100)],
      [['Number: 5.5'], invalid],
      [['7.3e meters'], invalid],
      [['7.3e- m/s'], invalid],
      [['5. V'], f(5)],
      [['1.5.2'], f(1.5)],
      [['1e2e3'], f(100)],
      [['.'], invalid],
      [['-.e1'], invalid],
      [[''], invalid],
      [['1e39'], invalid],
      [['1e-50'], f(0)],
      [[7], f(7)],
    ]);
  });

  it('[WMLSSL-036] isInt tells whether parseInt succeeds', () => {
    check('Lang.isInt', [
      [[' -123'], true],
      // So it is printed, though the string is no integer: parseInt reads 123.
      [[' 123.33'], true],
      [['string'], false],
      [['#123'], false],
      [[invalid], invalid],
      [[5], true],
      [[true], false],
    ]);
  });

  it('[WMLSSL-037] isFloat tells whether parseFloat succeeds', () => {
    check('Lang.isFloat', [
      [[' -123'], true],
      [[' 123.33'], true],
      [['string'], false],
      [['#123.33'], false],
      [[invalid], invalid],
      [[f(1.5)], true],
    ]);
  });

  it('parseFloat and isFloat are invalid on an integer-only device (§6.4)', () => {
    for (const name of ['Lang.parseFloat', 'Lang.isFloat']) {
      assert.deepEqual(outcomeOf(name, ['1.5'], { integerOnly: true }), { returned: invalid }, name);
    }
  });

  it('[WMLSSL-038] maxInt', () => {
    assert.equal(library('Lang.maxInt'), 2147483647);
  });

  it('[WMLSSL-039] minInt', () => {
    assert.equal(library('Lang.minInt'), -2147483648);
  });

  it('[WMLSSL-040] float tells whether floating-point is supported', () => {
    assert.equal(library('Lang.float'), true);
    assert.deepEqual(outcomeOf('Lang.float', [], { integerOnly: true }), { returned: false });
  });

  it('[WMLSSL-041] exit ends the interpretation with any value', () => {
    const values: readonly Value[] = [0, f(1.5), 'Value: 7', false, invalid];
    for (const value of values) assert.deepEqual(outcomeOf('Lang.exit', [value]), { exited: value });
  });

  it('[WMLSSL-042] abort aborts the interpretation with a string', () => {
    const cases: readonly (readonly [Value, Outcome])[] = [
      ['Error: 7', { aborted: 'Error: 7' }],
      [7, { aborted: '7' }],
      [f(0.5), { aborted: '0.5' }],
      [invalid, { aborted: 'invalid' }],
    ];
    for (const [value, outcome] of cases) assert.deepEqual(outcomeOf('Lang.abort', [value]), outcome);
  });

  it('[WMLSSL-043] random is from 0 up to the value', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2147483647 }), fc.nat(), (value, seed) => {
        const drawn = returned(outcomeOf('Lang.random', [value], { random: seededRandom(seed) }));
        assert.ok(typeof drawn === 'number' && Number.isInteger(drawn) && drawn >= 0 && drawn <= value);
      }),
    );
    check('Lang.random', [
      [[0], 0],
      [[f(0.9)], 0],
      [['0'], 0],
      [[-1], invalid],
      [[f(-1.5)], invalid],
      [['string'], invalid],
      [[f(3e9)], invalid],
      [[invalid], invalid],
    ]);
  });

  it('[WMLSSL-043] random draws every number of its range about equally often', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 60; seed++) {
      for (const digit of sequence(seed)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
    }
    // 600 draws: 60 of each digit, give or take five standard deviations.
    for (const digit of '0123456789') assert.ok(Math.abs((counts.get(digit) ?? 0) - 60) < 37, digit);
  });

  it('[WMLSSL-044] seed makes the sequence repeatable, unless it is negative', () => {
    check('Lang.seed', [
      [[123], ''],
      [[-1], ''],
      [[f(1.5)], ''],
      [['7'], ''],
      [['seed'], invalid],
      [[invalid], invalid],
    ]);
    assert.match(sequence(7), /^[0-9]{10}$/);
    assert.equal(sequence(7), sequence(7, 2));
    assert.equal(sequence(f(7.9)), sequence(7));
    assert.notEqual(sequence(7), sequence(8));
    assert.notEqual(sequence(-1), sequence(-1, 2));
  });

  it('[WMLSSL-044] a value that is no number leaves the seed unchanged', () => {
    const code = (between: string) =>
      `CONST_1; CALL_LIB 13 0; POP; ${between} LOAD_CONST_S 0; CALL_LIB 12 0; RETURN`;
    const million = { type: 'integer32', value: 1000000 } as const;
    const text = { type: 'stringUtf8', value: 'seed' } as const;
    const plain = evaluate(code(''), [million, text]);
    assert.equal(evaluate(code('LOAD_CONST_S 1; CALL_LIB 13 0; POP;'), [million, text]), plain);
    assert.notEqual(evaluate(code('CONST_0; CALL_LIB 13 0; POP;'), [million, text]), plain);
  });

  it('[WMLSSL-045] characterSet is the MIBEnum of the native character set', () => {
    assert.equal(library('Lang.characterSet'), 106);
    assert.deepEqual(outcomeOf('Lang.characterSet', [], { characterSet: 4 }), { returned: 4 });
  });
});
