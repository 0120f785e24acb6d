import assert from 'node:assert/strict';
import { libraryTable, type Value } from '../../../../src/wap/wmlscript/index.js';
import { implementations } from '../../../../src/wap/wmlscript/lib/implementations.js';
import {
  assemble,
  f,
  load,
  operate,
  outcomeOf,
  refusal,
  returned,
  start,
} from '../../../support/wmlscript.js';

/** Appendix A: the functions of a library in the order of their numbers, from 0 on. */
const appendixA = {
  Lang: 'abs min max parseInt parseFloat isInt isFloat maxInt minInt float exit abort random seed characterSet',
  Float: 'int floor ceil pow round sqrt maxFloat minFloat',
  String:
    'length isEmpty charAt subString find replace elements elementAt removeAt replaceAt insertAt squeeze trim compare toString format',
  URL: 'isValid getScheme getHost getPort getPath getParameters getQuery getFragment getBase getReferer resolve escapeString unescapeString loadString',
  WMLBrowser: 'getVar setVar go prev newContext getCurrentCard refresh',
  Dialogs: 'prompt confirm alert',
} as const;

/** Of each library: the titles of its two tests. */
const items = [
  ['Lang', '[WMLSSL-018] all functions of Lang', '[WMLSSL-025] functions of Lang by number'],
  ['Float', '[WMLSSL-019] all functions of Float', '[WMLSSL-026] functions of Float by number'],
  ['String', '[WMLSSL-020] all functions of String', '[WMLSSL-027] functions of String by number'],
  ['URL', '[WMLSSL-021] all functions of URL', '[WMLSSL-028] functions of URL by number'],
  [
    'WMLBrowser',
    '[WMLSSL-022] all functions of WMLBrowser',
    '[WMLSSL-029] functions of WMLBrowser by number',
  ],
  ['Dialogs', '[WMLSSL-023] all functions of Dialogs', '[WMLSSL-030] functions of Dialogs by number'],
] as const;

/** Calls by number: what the library gives, or the host function that it asks for. */
function called(lindex: number, findex: number, parameters: number): string {
  const args = 'CONST_1;'.repeat(parameters);
  const outcome = start(
    load(assemble({ functions: [{ code: `${args} CALL_LIB ${findex} ${lindex}; RETURN` }] })),
  ).run();
  return 'host' in outcome ? outcome.host : (Object.keys(outcome)[0] ?? '');
}

describe('Library identifiers (WAP-194-WMLScriptLibraries Appendix A)', () => {
  it('[WMLSSL-024] libraries have the numbers 0 to 5', () => {
    for (const [lindex, library] of Object.keys(appendixA).entries()) {
      assert.equal(libraryTable[lindex]?.name, library);
      assert.notEqual(called(lindex, 0, libraryTable[lindex]?.functions[0]?.[2] ?? 0), '');
    }
    assert.match(
      refusal(assemble({ functions: [{ code: 'CALL_LIB 0 7' }] })),
      /^Verification Failed: library 7 has no function 0/,
    );
  });

  for (const [library, all, numbers] of items) {
    const lindex = Object.keys(appendixA).indexOf(library);
    const names = appendixA[library].split(' ');

    it(all, () => {
      const own = implementations[library] ?? {};
      assert.deepEqual(Object.keys(own).sort(), [...names].sort());
      for (const [name, , parameters] of libraryTable[lindex]?.functions ?? []) {
        assert.equal(own[name]?.parameters, parameters, name);
      }
    });

    it(numbers, () => {
      for (const [findex, name] of names.entries()) {
        const parameters = libraryTable[lindex]?.functions[findex]?.[2] ?? 0;
        const args = new Array<Value>(parameters).fill(1);
        const direct = outcomeOf(`${library}.${name}`, args);
        assert.equal(
          called(lindex, findex, parameters),
          'host' in direct ? direct.host : Object.keys(direct)[0],
        );
      }
      assert.match(
        refusal(assemble({ functions: [{ code: `CALL_LIB ${names.length} ${lindex}` }] })),
        /^Verification Failed/,
      );
    });
  }
});

describe('Compliance of libraries (WAP-194-WMLScriptLibraries §6)', () => {
  it('[WMLSSL-014] values of the five types go in and come out', () => {
    assert.equal(returned(outcomeOf('Lang.maxInt', [])), 2147483647);
    assert.equal(returned(outcomeOf('String.isEmpty', [''])), true);
    assert.equal(returned(outcomeOf('String.toString', [false])), 'false');
    assert.deepEqual(returned(outcomeOf('Lang.abs', [f(-0.5)])), f(0.5));
    assert.equal(operate('ISVALID', returned(outcomeOf('Lang.parseInt', ['x']))), false);
  });

  it('[WMLSSL-015] arguments are converted as operands are', () => {
    assert.equal(returned(outcomeOf('String.length', [342])), 3);
    assert.equal(returned(outcomeOf('String.charAt', [true, '1'])), 'r');
    assert.deepEqual(returned(outcomeOf('Float.sqrt', ['4'])), f(2));
    assert.equal(returned(outcomeOf('Lang.abs', [true])), 1);
  });

  it('[WMLSSL-016] an invalid argument, or one that cannot be converted, makes every function invalid', () => {
    const any = ['Lang.exit', 'Lang.abort', 'String.toString'];
    for (const { name: library, functions } of libraryTable.slice(0, 6)) {
      for (const [name, , parameters] of functions) {
        if (any.includes(`${library}.${name}`)) continue;
        for (let i = 0; i < parameters; i++) {
          const args: Value[] = new Array<Value>(parameters).fill('1');
          args[i] = returned(outcomeOf('Lang.parseInt', ['x']));
          const outcome = outcomeOf(`${library}.${name}`, args);
          assert.ok('returned' in outcome && typeof outcome.returned === 'symbol', `${library}.${name}`);
        }
      }
    }
  });

  it('[WMLSSL-017] floating-point operations', () => {
    assert.deepEqual(returned(outcomeOf('Float.pow', [f(1.5), 2])), f(2.25));
    assert.deepEqual(returned(outcomeOf('Lang.float', [])), true);
  });
});
