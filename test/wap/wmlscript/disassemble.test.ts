import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { encodeUnit } from '../../../src/wap/wmlscript/bytecode.js';
import { compileWmlScript } from '../../../src/wap/wmlscript/compiler.js';
import { disassemble } from '../../../src/wap/wmlscript/disassemble.js';
import { hex } from '../../support/hex.js';

describe('A listing of bytecode (WAP-193_101 §9, §10.5)', () => {
  it('shows pools, instructions and what their operands refer to', () => {
    const source = `use url u "http://h/s"; use access domain "h"; use meta user agent "n" "v" "s";
      extern function f(x) { while (x) x = u#g(1.5); return a("é"); }
      function a(x) { return String.trim(x); }`;
    const { octets = hex('') } = compileWmlScript(source, { charset: 'iso-8859-1' });
    assert.equal(
      disassemble(octets),
      `WMLScript bytecode 1.1, 74 octets, character set 4

Constants
    0  float32 1.5
    1  stringUtf8 "http://h/s"
    2  stringUtf8 "g"
    3  stringExt e9
    4  stringUtf8 "h"
    5  stringUtf8 "n"
    6  stringUtf8 "v"
    7  stringUtf8 "s"

Pragmas
    0  Access Domain "h"
    1  User Agent Property and Scheme "n" "v" "s"

Function 0 extern f: 1 arguments, 0 local variables, 12 octets
    0  e0            LOAD_VAR_S    0
    1  c7            TJUMP_FW_S    7       ; to 9
    2  50            LOAD_CONST_S  0       ; 1.5
    3  0c010201      CALL_URL      1 2 1   ; "http://h/s" "g" with 1 arguments
    7  40            STORE_VAR_S   0
    8  a8            JUMP_BW_S     8       ; to 0
    9  53            LOAD_CONST_S  3       ; e9
   10  61            CALL_S        1
   11  3a            RETURN

Function 1: 1 arguments, 0 local variables, 5 octets
    0  e0            LOAD_VAR_S    0
    1  0a0c02        CALL_LIB      12 2    ; String.trim
    4  3a            RETURN
`,
    );
  });

  it('goes on behind what is no instruction, and says what is referred to and not there', () => {
    const octets = encodeUnit({
      versionNumber: 0x12,
      characterSet: 0,
      constants: [],
      pragmas: [{ type: 'Access Path', accessPathIndex: 9 }],
      functionNames: [],
      functions: [
        { numberOfArguments: 0, numberOfLocalVariables: 0, codeArray: hex('3d 51 0a6309 0a6300 0e') },
      ],
    });
    assert.equal(
      disassemble(octets),
      `WMLScript bytecode 2.2, 21 octets, character set 0

Pragmas
    0  Access Path (no constant 9)

Function 0: 0 arguments, 0 local variables, 9 octets
    0  3d            (no instruction)
    1  51            LOAD_CONST_S  1       ; (no constant 1)
    2  0a6309        CALL_LIB      99 9    ; (no library).(no function)
    5  0a6300        CALL_LIB      99 0    ; Lang.(no function)
    8  0e            (no instruction)
`,
    );
  });

  it('any octets have a listing, or are a DecodeError', () => {
    const { octets = hex('') } = compileWmlScript('extern function f(x) { return Lang.abs(x) + "a"; }');
    const mutation = fc.tuple(fc.nat(octets.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(mutation, { maxLength: 4 }), (mutations) => {
        const mutated = octets.slice();
        for (const [at, octet] of mutations) mutated[at] = octet;
        try {
          assert.match(disassemble(mutated), /^WMLScript bytecode/);
        } catch (error) {
          assert.ok(error instanceof DecodeError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
