/** The encoder's side of the libraries: what is written by name in a script is called by number. */
import assert from 'node:assert/strict';
import { toHex } from '../../../src/wap/octets.js';
import { libraryTable } from '../../../src/wap/wmlscript/index.js';
import { compile, load, runWithBrowser } from '../../support/wmlscript.js';

/** Appendix A: names in the order of their numbers, with the number of parameters. */
const appendixA = {
  Lang: 'abs1 min2 max2 parseInt1 parseFloat1 isInt1 isFloat1 maxInt0 minInt0 float0 exit1 abort1 random1 seed1 characterSet0',
  Float: 'int1 floor1 ceil1 pow2 round1 sqrt1 maxFloat0 minFloat0',
  String:
    'length1 isEmpty1 charAt2 subString3 find2 replace3 elements2 elementAt3 removeAt3 replaceAt4 insertAt4 squeeze1 trim1 compare2 toString1 format2',
  URL: 'isValid1 getScheme1 getHost1 getPort1 getPath1 getParameters1 getQuery1 getFragment1 getBase0 getReferer0 resolve2 escapeString1 unescapeString1 loadString2',
  WMLBrowser: 'getVar1 setVar2 go1 prev0 newContext0 getCurrentCard0 refresh0',
  Dialogs: 'prompt2 confirm3 alert1',
} as const;

/** The code of `Library.function(a, a, a)`, with one call for each of its parameters. */
function code(library: string, name: string, parameters: number): string {
  const args = new Array(parameters).fill('a').join(',');
  const octets = compile(`extern function main(a) { return ${library}.${name}(${args}); }`);
  return toHex(load(octets).unit.functions[0]?.codeArray ?? new Uint8Array());
}

/** Of each library: the titles of its two tests. */
const items = [
  ['Lang', '[WMLSSL-001] all functions of Lang', '[WMLSSL-008] function numbers of Lang'],
  ['Float', '[WMLSSL-002] all functions of Float', '[WMLSSL-009] function numbers of Float'],
  ['String', '[WMLSSL-003] all functions of String', '[WMLSSL-010] function numbers of String'],
  ['URL', '[WMLSSL-004] all functions of URL', '[WMLSSL-011] function numbers of URL'],
  ['WMLBrowser', '[WMLSSL-005] all functions of WMLBrowser', '[WMLSSL-012] function numbers of WMLBrowser'],
  ['Dialogs', '[WMLSSL-006] all functions of Dialogs', '[WMLSSL-013] function numbers of Dialogs'],
] as const;

describe('Libraries in the encoder (WAP-194-WMLScriptLibraries Appendix A)', () => {
  for (const [library, supports, numbers] of items) {
    const names = appendixA[library]
      .split(' ')
      .map((each) => [each.slice(0, -1), Number(each.slice(-1))] as const);
    const lindex = Object.keys(appendixA).indexOf(library);

    it(supports, () => {
      for (const [name, parameters] of names) {
        assert.match(code(library, name, parameters), /3a$/, name);
      }
      assert.equal(names.length, libraryTable[lindex]?.functions.length);
    });

    it(numbers, () => {
      for (const [findex, [name, parameters]] of names.entries()) {
        const call = findex < 8 ? [0x68 + findex, lindex] : [0x0a, findex, lindex];
        const expected = [...new Array<number>(parameters).fill(0xe0), ...call, 0x3a];
        assert.equal(code(library, name, parameters), toHex(Uint8Array.from(expected)), name);
      }
    });
  }

  it('[WMLSSL-007] libraries are encoded with the numbers 0 to 5', () => {
    assert.equal(code('Lang', 'abs', 1), 'e068003a');
    assert.equal(code('Float', 'int', 1), 'e068013a');
    assert.equal(code('String', 'length', 1), 'e068023a');
    assert.equal(code('URL', 'isValid', 1), 'e068033a');
    assert.equal(code('WMLBrowser', 'getVar', 1), 'e068043a');
    assert.equal(code('Dialogs', 'prompt', 2), 'e0e068053a');
  });

  it('a script that uses several libraries runs', () => {
    const octets = compile(`extern function main() {
      var words = "My name is Joe";
      var sum = 0;
      for (var i = 0; i < String.elements(words, " "); i++) sum += String.length(String.elementAt(words, i, " "));
      return String.format("%d", Float.sqrt(sum + Lang.abs(-5)));
    }`);
    assert.deepEqual(runWithBrowser(octets), { returned: '4' });
  });
});
