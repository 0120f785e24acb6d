import assert from 'node:assert/strict';
import { instructionSet, opcodes, opcodeTable } from '../../../src/wap/wmlscript/opcodes.js';

describe('The instruction set (WAP-193_101 §10.5)', () => {
  it('has 69 instructions, none of which shares an opcode octet with another', () => {
    assert.equal(instructionSet.length, 69);
    const octets = Object.values(opcodes).reduce((sum, { implicitBits }) => sum + (1 << implicitBits), 0);
    assert.equal(opcodeTable.filter((opcode) => opcode !== undefined).length, octets);
  });

  it('leaves 0x00, 0x3d to 0x3f and 0x78 to 0x7f unassigned (§10.3)', () => {
    const unassigned = opcodeTable.flatMap((opcode, octet) => (opcode === undefined ? [octet] : []));
    assert.deepEqual(unassigned, [0, 0x3d, 0x3e, 0x3f, 0x78, 0x79, 0x7a, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f]);
  });

  const printed: readonly [number, string, number][] = [
    [0x01, 'JUMP_FW', 2],
    [0x0d, 'CALL_URL_W', 6],
    [0x13, 'LOAD_CONST_W', 3],
    [0x3c, 'DEBUG', 1],
    [0x4f, 'STORE_VAR_S', 1],
    [0x6b, 'CALL_LIB_S', 2],
    [0xff, 'LOAD_VAR_S', 1],
  ];
  for (const [octet, name, size] of printed) {
    it(`0x${octet.toString(16)} is ${name}, ${size} octets`, () => {
      assert.equal(opcodeTable[octet]?.name, name);
      assert.equal(opcodeTable[octet]?.size, size);
    });
  }
});
