import assert from 'node:assert/strict';
import { decodeUnit, fatalErrors, loadUnit, verify } from '../../../src/wap/wmlscript/index.js';
import { hex } from '../../support/hex.js';
import { assemble, load, refusal, run, type UnitSource } from '../../support/wmlscript.js';

/** What is wrong with the code of one function without arguments and with one variable. */
function refused(code: string, more?: Partial<UnitSource>): string {
  return refusal(assemble({ functions: [{ code, locals: 1 }], ...more }));
}

/** A function whose code is given as octets. */
function unit(code: string): Uint8Array {
  const octets = code.replaceAll(' ', '');
  const size = octets.length / 2;
  return hex(
    `01 ${(14 + size).toString(16).padStart(2, '0')} 00 6a 00 01 01 00 04 6d61696e 00 00 ${size.toString(16).padStart(2, '0')} ${octets}`,
  );
}

describe('Bytecode verification (WAP-193_101-WMLScript §11)', () => {
  it('[WMLS-C-107] the integrity of a unit is checked before it runs', () => {
    const octets = unit('15 3a');
    assert.equal(verify(decodeUnit(octets)), undefined);
    assert.deepEqual(run(octets), { returned: 1 });
    for (let size = 0; size < octets.length; size++) {
      assert.match(refusal(octets.slice(0, size)), /^Verification Failed/, `${size} octets`);
    }
    assert.match(refusal(Uint8Array.from([...octets, 0])), /^Verification Failed/);
  });

  it('[WMLS-C-108] only instructions of §10 are valid', () => {
    for (const opcode of ['00', '3d', '3e', '3f', '78', '7f']) {
      assert.match(refusal(unit(opcode)), /^Verification Failed: opcode is unassigned/);
    }
  });

  it('[WMLS-C-108] references to variables and constants are within their bounds', () => {
    assert.match(refused('LOAD_VAR_S 1; POP'), /^Verification Failed: vindex 1 is not a variable/);
    assert.match(refused('CONST_1; STORE_VAR 1'), /^Verification Failed: vindex 1/);
    assert.match(refused('INCR_VAR_S 7'), /^Verification Failed: vindex 7/);
    assert.match(refused('DECR_VAR 1'), /^Verification Failed: vindex 1/);
    assert.match(refused('CONST_1; ADD_ASG 1'), /^Verification Failed: vindex 1/);
    assert.match(refused('LOAD_CONST_S 0; POP'), /^Verification Failed: cindex 0 is not a constant/);
    assert.match(refused('LOAD_CONST_W 300; POP'), /^Verification Failed: cindex 300/);
  });

  it('[WMLS-C-108] an external call refers to a URL and to a function name', () => {
    const constants = [
      { type: 'stringUtf8', value: 'http://host/x' },
      { type: 'stringUtf8', value: 'f' },
      { type: 'stringUtf8', value: 'a b' },
      { type: 'stringUtf8', value: '1f' },
      { type: 'integer8', value: 1 },
      { type: 'stringExt', value: new TextEncoder().encode('f') },
    ] as const;
    assert.equal(
      verify(decodeUnit(assemble({ constants, functions: [{ code: 'CALL_URL 0 1 0' }] }))),
      undefined,
    );
    for (const [operands, what] of [
      ['2 1 0', 'no URL'],
      ['4 1 0', 'an integer for a URL'],
      ['9 1 0', 'no constant'],
      ['0 3 0', 'no function name'],
      ['0 4 0', 'an integer for a function name'],
      ['0 5 0', 'a function name of constant type 6'],
      ['0 9 0', 'no constant'],
    ] as const) {
      assert.match(refused(`CALL_URL ${operands}`, { constants }), /^Verification Failed/, what);
      assert.match(refused(`CALL_URL_W ${operands}`, { constants }), /^Verification Failed/, what);
    }
  });

  it('looks at a constant once, however many calls refer to it', () => {
    const constants = [
      { type: 'stringUtf8', value: `http://host/${'x'.repeat(200_000)}` },
      { type: 'stringUtf8', value: 'f' },
    ] as const;
    // Looked at each time this would be sixteen thousand million characters.
    const code = 'CALL_URL 0 1 0; POP;'.repeat(80_000);
    assert.equal(load(assemble({ constants, functions: [{ code }] })).code.urlCalls.length, 80_000);
  });

  it('[WMLS-C-108] library and function indexes exist', () => {
    assert.match(refused('CALL_LIB_S 0 6'), /^Verification Failed: library 6 has no function 0/);
    assert.match(refused('CALL_LIB 15 0'), /^Verification Failed: library 0 has no function 15/);
    assert.match(refused('CALL_LIB_W 0 600'), /^Verification Failed: library 600/);
    assert.match(refused('CALL_S 1'), /^Verification Failed: findex 1 is not a function/);
    assert.match(refused('CALL 255'), /^Verification Failed: findex 255/);
  });

  it('[WMLS-C-108] jumps go to the beginning of an instruction of their function', () => {
    assert.match(refused('JUMP_FW_S 2; RETURN_ES'), /^Verification Failed: the target of the jump is not in/);
    assert.match(refused('JUMP_BW_S 1'), /^Verification Failed: the target of the jump is not in/);
    assert.match(refused('TJUMP_BW_W 60000'), /^Verification Failed: the target of the jump is not in/);
    assert.match(refused('JUMP_FW_S 1; LOAD_VAR 0; POP'), /^Verification Failed: .* within an instruction/);
    // The end of the function returns an empty string (§8.4.3): a jump may go there.
    assert.deepEqual(run({ functions: [{ code: 'JUMP_FW_S 1; DEBUG' }] }), { returned: '' });
  });

  it('[WMLS-C-108] a function does not end in the middle of an instruction', () => {
    assert.match(refusal(unit('15 0e')), /^Verification Failed: LOAD_VAR is cut short/);
    assert.match(refusal(unit('0c 00 01')), /^Verification Failed: CALL_URL is cut short/);
  });

  it('an instruction that finds too few operands is Stack Underflow', () => {
    for (const code of [
      'POP',
      'CONST_1; ADD',
      'CONST_1; CALL_LIB_S 1 0',
      'RETURN',
      'SCAND',
      'CONST_1; STORE_VAR_S 0; TYPEOF',
    ]) {
      assert.match(refused(code), /^Stack Underflow/, code);
    }
    assert.match(
      refusal(assemble({ functions: [{ code: 'CALL_S 1' }, { args: 1, code: '' }] })),
      /^Stack Underflow/,
    );
  });

  it('a stack that is unequally high on two ways is refused', () => {
    assert.match(
      refused('CONST_TRUE; TJUMP_FW_S 1; CONST_0; RETURN_ES'),
      /^Verification Failed: the operand stack/,
    );
    assert.match(refused('CONST_0; JUMP_BW_S 1'), /^Verification Failed: the operand stack/);
    assert.match(refused('CONST_0; SCAND; POP'), /^Verification Failed: the operand stack/);
  });

  it('what cannot be reached has no stack', () => {
    assert.deepEqual(run({ functions: [{ code: 'CONST_1; RETURN; POP; POP; ADD' }] }), { returned: 1 });
  });

  it('the error tells where', () => {
    const loaded = loadUnit(
      assemble({ functions: [{ code: 'RETURN_ES' }, { code: 'CONST_1; LOAD_VAR_S 3' }] }),
    );
    assert.ok('fatal' in loaded);
    assert.equal(loaded.fatal.code, fatalErrors['Verification Failed']);
    assert.deepEqual(loaded.fatal.at, { url: '', functionIndex: 1, offset: 1 });
  });

  it('the largest unit of variables and functions', () => {
    const functions = Array.from({ length: 255 }, () => ({
      args: 255,
      locals: 1,
      code: 'LOAD_VAR 255; RETURN',
    }));
    assert.equal(load(assemble({ functions })).code.frameSizes[254], 257);
  });
});
