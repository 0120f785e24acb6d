import assert from 'node:assert/strict';
import { toHex } from '../../../src/wap/octets.js';
import { Code, type Label } from '../../../src/wap/wmlscript/assembler.js';
import { instructions } from '../../../src/wap/wmlscript/bytecode.js';
import { ConstantPool } from '../../../src/wap/wmlscript/constant-pool.js';
import { opcodes } from '../../../src/wap/wmlscript/opcodes.js';
import { codeOf } from '../../support/wmlscript-compiler.js';

/**
 * Jumps over each other: each spans the next one and ends 31 octets behind itself, and the last one a little farther. As
 * it grows so does the one before, and so on to the first.
 */
function dominoes(count: number): Code {
  const code = new Code(new ConstantPool(false));
  const labels: Label[] = [];
  for (let i = 0; i < count; i++) {
    const label = code.label();
    code.load(0);
    code.load(0);
    code.jumpUnless(label);
    for (let filler = 0; filler < 14; filler++) code.emit(opcodes.DEBUG.first);
    labels.push(label);
    const before = labels[i - 1];
    if (before !== undefined) code.bind(before);
  }
  for (let filler = 0; filler < 32; filler++) code.emit(opcodes.DEBUG.first);
  const last = labels[count - 1];
  if (last !== undefined) code.bind(last);
  code.load(0);
  return code;
}

describe('Code is assembled (WAP-193_101 §10.3, §10.5)', () => {
  for (const count of [1, 5, 200]) {
    it(`${count} jumps that make each other grow all end where they should`, () => {
      const octets = dominoes(count).assemble() ?? assert.fail('too far');
      const listed = [...instructions(octets)];
      const targets = listed.flatMap(({ target }) => (target === undefined ? [] : [target]));
      assert.equal(targets.length, count);
      // Seventeen instructions a domino: two loads, the jump, the filler.
      const expected = targets.map((_, i) => listed[i + 1 < count ? 17 * (i + 2) : 17 * count + 32]?.at);
      assert.deepEqual(targets, expected);
      assert.ok(listed.every(({ name }) => name !== 'TJUMP_FW_S'));
    });
  }

  it('an external call with constants beyond the first 256 takes the wide form (§10.5.2.7)', () => {
    const values = Array.from({ length: 300 }, (_, i) => `g(${1000 + i});`).join('');
    const code = codeOf(
      `use url u "u"; extern function f() { ${values} u#other(true, false); } function g(x) { }`,
    );
    assert.equal(code.slice(-18), '191a' + '0d012c012d02' + '37');
  });

  it('the index of a constant takes no octet, one, or two (§10.5.4)', () => {
    const pool = new ConstantPool(false);
    const code = new Code(pool);
    for (let i = 0; i < 257; i++) code.constant({ kind: 'integer', value: 1000 + i });
    pool.place();
    const octets = code.assemble() ?? assert.fail('too far');
    assert.equal(octets.length, 16 + 240 * 2 + 3);
    assert.equal(toHex(octets.subarray(15, 18)), '5f1210');
    assert.equal(toHex(octets.subarray(-5)), '12ff130100');
  });
});
