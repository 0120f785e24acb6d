import assert from 'node:assert/strict';
import { opcodes } from '../../../src/wap/wmlscript/index.js';
import { type Depth, stackDepth } from '../../../src/wap/wmlscript/stack-depth.js';

type Name = keyof typeof opcodes;

/** The depth of code given as names; a jump has its target behind it. Calls have two arguments. */
function depth(...code: readonly (Name | readonly [Name, number])[]): Depth {
  const names = code.map((each) => (typeof each === 'string' ? each : each[0]));
  const operands = code.map((each) => (typeof each === 'string' ? 0 : each[1]));
  return stackDepth(
    Uint8Array.from(names, (name) => opcodes[name].first),
    Int32Array.from(operands),
    0,
    () => 2,
  );
}

describe('Height of the operand stack (WAP-193_101-WMLScript §10.5)', () => {
  it('is the highest on any way', () => {
    assert.deepEqual(depth('RETURN_ES'), { max: 0 });
    assert.deepEqual(depth('LOAD_VAR', 'LOAD_VAR', 'ADD', 'RETURN'), { max: 2 });
    assert.deepEqual(depth('LOAD_VAR', 'LOAD_VAR', 'CALL', 'RETURN'), { max: 2 });
    assert.deepEqual(depth('LOAD_VAR', ['TJUMP_FW_W', 5], 'LOAD_VAR', 'LOAD_VAR', 'RETURN', 'RETURN_ES'), {
      max: 2,
    });
  });

  it('knows an instruction that finds too few values', () => {
    assert.deepEqual(depth('LOAD_VAR', 'ADD', 'RETURN'), { underflow: 1 });
    assert.deepEqual(depth('LOAD_VAR', 'CALL_LIB_W', 'RETURN'), { underflow: 1 });
    assert.deepEqual(depth('LOAD_VAR', 'LOAD_VAR', 'CALL_URL_W', 'POP', 'RETURN'), { underflow: 4 });
    assert.deepEqual(depth('RETURN'), { underflow: 0 });
    assert.deepEqual(depth('SCAND'), { underflow: 0 });
  });

  it('knows SCAND and SCOR: one value more where the jump is taken', () => {
    for (const name of ['SCAND', 'SCOR'] as const) {
      assert.deepEqual(depth('LOAD_VAR', name, ['TJUMP_FW_W', 4], 'LOAD_VAR', 'RETURN'), { max: 2 });
      assert.deepEqual(depth('LOAD_VAR', name, 'DEBUG', ['TJUMP_FW_W', 5], 'LOAD_VAR', 'RETURN'), { max: 2 });
      assert.deepEqual(depth('LOAD_VAR', name, 'RETURN'), { max: 2 });
      assert.deepEqual(depth('LOAD_VAR', name, ['JUMP_FW_W', 3], ['TJUMP_FW_W', 5], 'LOAD_VAR', 'RETURN'), {
        max: 2,
      });
      assert.deepEqual(depth('LOAD_VAR', name, 'TOBOOL', 'RETURN'), { conflict: 2 });
      assert.deepEqual(depth('LOAD_VAR', name, ['TJUMP_FW_W', 4], 'DEBUG', 'RETURN'), { conflict: 4 });
    }
  });

  it('knows two ways that meet at unequal heights', () => {
    assert.deepEqual(depth('LOAD_VAR', ['JUMP_FW_W', 0]), { conflict: 0 });
    assert.deepEqual(depth('LOAD_VAR', 'POP', ['JUMP_FW_W', 0]), { max: 1 });
  });
});
