/** Generated programs: what the compiler makes of them is right in form, and means what the source says. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileWmlScript } from '../../../src/wap/wmlscript/compiler.js';
import { decodeUnit, encodeUnit, loadUnit } from '../../../src/wap/wmlscript/index.js';
import { compile, runWithBrowser } from '../../support/wmlscript.js';
import { constantExpression, program } from '../../support/wmlscript-programs.js';

/** Literals as arguments of a function that returns them: nothing is left to fold. */
function unfolded(expression: string): string {
  return expression.replace(
    /"[^"]*"|'[^']*'|\b(?:true|false|invalid)\b|(?:\d[\d.]*|\.\d+)(?:e[+-]?\d+|x\d+)?/g,
    'k($&)',
  );
}

describe('Generated WMLScript programs', () => {
  it('compile, decode, encode to the same octets and pass verification (§11)', () => {
    fc.assert(
      fc.property(program, (source) => {
        const octets = compile(source);
        assert.deepEqual(encodeUnit(decodeUnit(octets)), octets);
        assert.ok('unit' in loadUnit(octets));
      }),
      { numRuns: 300 },
    );
  });

  it('compile to the same octets every time', () => {
    fc.assert(
      fc.property(program, (source) => {
        assert.deepEqual(compileWmlScript(source), compileWmlScript(source));
      }),
      { numRuns: 50 },
    );
  });

  for (const integerOnly of [false, true]) {
    it(`folded constants have the value of unfolded ones on a device ${integerOnly ? 'without' : 'with'} floats`, () => {
      fc.assert(
        fc.property(constantExpression, (expression) => {
          const main = (text: string): string =>
            `extern function main() { return ${text}; } function k(x) { return x; }`;
          const value = runWithBrowser(compile(main(expression)), 'main', { integerOnly });
          assert.ok('returned' in value);
          assert.deepEqual(
            value,
            runWithBrowser(compile(main(unfolded(expression))), 'main', { integerOnly }),
          );
        }),
        { numRuns: 2000 },
      );
    });
  }
});
