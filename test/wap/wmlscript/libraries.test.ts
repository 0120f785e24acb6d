import assert from 'node:assert/strict';
import { libraryFunction, libraryTable } from '../../../src/wap/wmlscript/libraries.js';
import { codeOf } from '../../support/wmlscript-compiler.js';

/** Title, name, number, function names in the order of their numbers, as WAP-194 Appendix A prints them. */
// biome-ignore format: a line is a printed library
const standard: readonly [string, string, number, string][] = [
  ['[WMLSSL-001] [WMLSSL-007] [WMLSSL-008] Lang', 'Lang', 0, 'abs min max parseInt parseFloat isInt isFloat maxInt minInt float exit abort random seed characterSet'],
  ['[WMLSSL-002] [WMLSSL-007] [WMLSSL-009] Float', 'Float', 1, 'int floor ceil pow round sqrt maxFloat minFloat'],
  ['[WMLSSL-003] [WMLSSL-007] [WMLSSL-010] String', 'String', 2, 'length isEmpty charAt subString find replace elements elementAt removeAt replaceAt insertAt squeeze trim compare toString format'],
  ['[WMLSSL-004] [WMLSSL-007] [WMLSSL-011] URL', 'URL', 3, 'isValid getScheme getHost getPort getPath getParameters getQuery getFragment getBase getReferer resolve escapeString unescapeString loadString'],
  ['[WMLSSL-005] [WMLSSL-007] [WMLSSL-012] WMLBrowser', 'WMLBrowser', 4, 'getVar setVar go prev newContext getCurrentCard refresh'],
  ['[WMLSSL-006] [WMLSSL-007] [WMLSSL-013] Dialogs', 'Dialogs', 5, 'prompt confirm alert'],
];

/** The code of a function that only calls a library function. */
function call(library: string, name: string, parameters: number): string {
  const args = Array.from({ length: parameters }, () => '1').join(', ');
  return codeOf(`extern function f() { ${library}.${name}(${args}); }`);
}

describe('Library functions (WAP-194 Appendix A)', () => {
  for (const [title, library, lindex, names] of standard) {
    it(title, () => {
      const functions = names.split(' ');
      assert.deepEqual(
        libraryTable.find(({ name }) => name === library)?.functions.map(([name]) => name),
        functions,
      );
      functions.forEach((name, findex) => {
        const parameters = libraryFunction(lindex, findex)?.parameters ?? -1;
        const octet = (value: number): string => value.toString(16).padStart(2, '0');
        const called = findex < 8 ? octet(0x68 + findex) : `0a${octet(findex)}`;
        assert.equal(
          call(library, name, parameters),
          `${'15'.repeat(parameters)}${called}${octet(lindex)}37`,
        );
      });
    });
  }

  const counts: readonly [string, string, number][] = [
    ['Lang', 'min', 2],
    ['Lang', 'abort', 1],
    ['Float', 'maxFloat', 0],
    ['String', 'insertAt', 4],
    ['String', 'format', 2],
    ['URL', 'resolve', 2],
    ['WMLBrowser', 'setVar', 2],
    ['Dialogs', 'confirm', 3],
    ['WTAGSM', 'sendUSSD', 4],
    ['WTANetText', 'list', 2],
  ];
  for (const [library, name, parameters] of counts) {
    it(`${library}.${name} has ${parameters} parameters`, () => {
      assert.match(call(library, name, parameters), /37$/);
      assert.throws(() => call(library, name, parameters + 1), /arguments? for/);
    });
  }

  it('[WMLSCrypt-S-001] [WAESpec-SEC-S-001] Crypto.signText is function 16 of library 6 (WAP-161 Appendix A)', () => {
    assert.equal(call('Crypto', 'signText', 4), '151515150a100637');
  });

  it('telephony libraries have numbers above 255 and are called with CALL_LIB_W (WAP-268 Appendix B)', () => {
    assert.equal(call('WTAPublic', 'makeCall', 1), '150b00020037');
    assert.equal(call('WTACallLog', 'getFieldValue', 2), '15150b03020737');
  });
});
