import assert from 'node:assert/strict';
import fc from 'fast-check';
import { invalid, type Value } from '../../../../src/wap/wmlscript/index.js';
import { f, fatal, library, outcomeOf, shown } from '../../../support/wmlscript.js';

type Case = readonly [args: readonly Value[], result: Value];

function check(name: string, cases: readonly Case[]): void {
  for (const [args, result] of cases) {
    assert.equal(shown(library(name, ...args)), shown(result), `${name}(${args.map(shown).join(', ')})`);
  }
}

describe('String (WAP-194-WMLScriptLibraries §9)', () => {
  it('[WMLSSL-055] length counts characters', () => {
    check('String.length', [
      [['ABC'], 3],
      [[''], 0],
      [[342], 3],
      [[true], 4],
      [['Fran\u00e7ois'], 8],
      [['\u20ac\u{1f600}\u0000'], 3],
      [[invalid], invalid],
    ]);
  });

  it('[WMLSSL-056] isEmpty', () => {
    check('String.isEmpty', [
      [['Hello'], false],
      [[''], true],
      [[true], false],
      [[invalid], invalid],
    ]);
  });

  it('[WMLSSL-057] charAt', () => {
    check('String.charAt', [
      [['My name is Joe', 0], 'M'],
      [['My name is Joe', 100], ''],
      [['My name is Joe', -1], ''],
      [[34, 0], '3'],
      [['My name is Joe', 'first'], invalid],
      [['abc', f(1.9)], 'b'],
      [['abc', '2'], 'c'],
      [['a\u{1f600}c', 1], '\u{1f600}'],
      [['a\u{1f600}c', 2], 'c'],
      [[invalid, 0], invalid],
      [['abc', invalid], invalid],
    ]);
  });

  it('[WMLSSL-058] subString', () => {
    check('String.subString', [
      [['ABCD', 1, 2], 'BC'],
      [['ABCD', 2, 5], 'CD'],
      [[1234, 0, 2], '12'],
      [['ABCD', -2, 2], 'AB'],
      [['ABCD', 4, 1], ''],
      [['ABCD', 0, 0], ''],
      [['ABCD', 0, -1], ''],
      [['ABCD', f(1.9), f(1.9)], 'B'],
      [['ABCD', 0, 2147483647], 'ABCD'],
      [['a\u{1f600}cd', 1, 2], '\u{1f600}c'],
      [['ABCD', 0, 'x'], invalid],
    ]);
  });

  it('[WMLSSL-059] find', () => {
    check('String.find', [
      [['abcde', 'cd'], 2],
      [[f(34.2), 'de'], -1],
      [['abcde', 'qz'], -1],
      [[34, '3'], 0],
      [['abcde', ''], invalid],
      [['abc', 'B'], -1],
      [['\u{1f600}\u{1f601}x', 'x'], 2],
      [['\u{1f600}\u{1f601}x', '\u{1f601}'], 1],
      [['a', invalid], invalid],
    ]);
  });

  it('[WMLSSL-060] replace', () => {
    check('String.replace', [
      [['Hello Joe. What is up Joe?', 'Joe', 'Don'], 'Hello Don. What is up Don?'],
      [['Hello Joe. What is up Joe?', 'Don', 'Joe'], 'Hello Joe. What is up Joe?'],
      [['aaa', 'aa', 'b'], 'ba'],
      [['a.b', '.', '$&'], 'a$&b'],
      [['abc', 'b', ''], 'ac'],
      [['abc', '', 'x'], invalid],
      [['abc', 'b', invalid], invalid],
    ]);
  });

  it('[WMLSSL-061] elements', () => {
    const text = 'My name is Joe; Age 50;';
    check('String.elements', [
      [[text, ' '], 6],
      [[text, ';'], 3],
      [['', ';'], 1],
      [['a', ';'], 1],
      [[';', ';'], 2],
      [[';;,;', ';,'], 4],
      [['a', ''], invalid],
      [[invalid, ';'], invalid],
    ]);
  });

  it('[WMLSSL-062] elementAt', () => {
    const text = 'My name is Joe; Age 50;';
    check('String.elementAt', [
      [[text, 0, ' '], 'My'],
      [[text, 14, ';'], ''],
      [[text, 1, ';'], ' Age 50'],
      [[text, -1, ' '], 'My'],
      [[text, f(1.9), ' '], 'name'],
      [['', 3, ';'], ''],
      [[text, 0, ''], invalid],
    ]);
  });

  it('[WMLSSL-063] removeAt', () => {
    const text = 'A A; B C D';
    check('String.removeAt', [
      [[text, 1, ' '], 'A B C D'],
      [[text, 0, ';'], ' B C D'],
      [[text, 14, ';'], 'A A'],
      [[text, -1, ';'], ' B C D'],
      [['A', 0, ';'], ''],
      [['', 0, ';'], ''],
      [[text, 0, ''], invalid],
    ]);
  });

  it('[WMLSSL-064] replaceAt', () => {
    const text = 'B C; E';
    check('String.replaceAt', [
      [[text, 'A', 0, ' '], 'A C; E'],
      [[text, 'F', 5, ';'], 'B C;F'],
      [[text, 'F', -5, ';'], 'F; E'],
      [['', 'F', 2, ';'], 'F'],
      [[text, 'F', 0, ''], invalid],
    ]);
  });

  it('[WMLSSL-065] insertAt', () => {
    const text = 'B C; E';
    check('String.insertAt', [
      [[text, 'A', 0, ' '], 'A B C; E'],
      [[text, 'X', 3, ' '], 'B C; E X'],
      [[text, 'D', 1, ';'], 'B C;D; E'],
      [[text, 'F', 5, ';'], 'B C; E;F'],
      [[text, 'F', -5, ';'], 'F;B C; E'],
      [['', 'F', 5, ';'], 'F'],
      [[text, 'F', 0, ''], invalid],
    ]);
  });

  it('[WMLSSL-066] squeeze', () => {
    check('String.squeeze', [
      [['Hello'], 'Hello'],
      [[' Bye    Jon . \r\n See you! '], ' Bye Jon . See you! '],
      [['\t\v\f \n\ra\u00a0b'], ' a\u00a0b'],
      [[invalid], invalid],
    ]);
  });

  it('[WMLSSL-067] trim', () => {
    check('String.trim', [
      [['Hello'], 'Hello'],
      [[' Bye   Jon .  See you! '], 'Bye   Jon .  See you!'],
      [['\t\v\f \n\r'], ''],
      [['\u00a0a\t'], '\u00a0a'],
    ]);
  });

  it('[WMLSSL-068] compare', () => {
    check('String.compare', [
      [['Hello', 'Hello'], 0],
      [['Bye', 'Jon'], -1],
      [['Jon', 'Bye'], 1],
      [['a', 'ab'], -1],
      [[10, 9], -1],
      [['\uff61', '\u{1f600}'], -1],
      [[invalid, 'a'], invalid],
    ]);
  });

  it('[WMLSSL-069] toString converts invalid, too', () => {
    check('String.toString', [
      [[12], '12'],
      [[true], 'true'],
      [[f(3.14)], '3.14'],
      [['str'], 'str'],
      [[invalid], 'invalid'],
    ]);
  });

  it('the elements of a string are those that were inserted', () => {
    const element = fc.string().map((text) => text.replaceAll(';', ''));
    fc.assert(
      fc.property(fc.array(element, { minLength: 1 }), fc.nat(20), (elements, index) => {
        const text = elements.join(';');
        assert.equal(library('String.elements', text, ';'), elements.length);
        const at = Math.min(index, elements.length - 1);
        assert.equal(library('String.elementAt', text, index, ';'), elements[at]);
      }),
    );
  });

  it('a result that the heap cannot hold is never made', () => {
    const long = 'a'.repeat(1000);
    const limits = { heap: 100_000 };
    for (const [name, args] of [
      ['String.replace', [long, 'a', long]],
      ['String.format', ['%99999999d', 1]],
      ['String.format', ['%.99999999f', f(1)]],
    ] as const) {
      assert.match(fatal(outcomeOf(name, args, { limits })), /^Out of Memory/, name);
    }
  });
});

describe('String.format (WAP-194-WMLScriptLibraries §9.16)', () => {
  it('[WMLSSL-070] the printed examples', () => {
    check('String.format', [
      [['e: %6d', 45], 'e:     45'],
      [['%6d', -45], '   -45'],
      [['%6.4d', 45], '  0045'],
      [['%6.4d', -45], ' -0045'],
      [['Do it %s', 'now'], 'Do it now'],
      [['%3f', f(1.2345678)], '1.234568'],
      [['%10.2f%%', f(1.2345678)], '      1.23%'],
      [['%3f %2f.', f(1.2345678)], '1.234568 .'],
      [['%.0d', 0], ''],
      [['%7d', 'Int'], invalid],
      [['%s', true], 'true'],
      [['%2.3f', f(1.2)], '1.200'],
    ]);
  });

  it('[WMLSSL-070] d takes what converts to an integer, and Float.int() of a floating-point value', () => {
    check('String.format', [
      [['%d', f(-2.8)], '-2'],
      [['%d', '12'], '12'],
      [['%d', '12.5'], invalid],
      [['%d', true], '1'],
      [['%d', -2147483648], '-2147483648'],
      [['%d', f(3e9)], invalid],
      [['%.d', 0], ''],
      [['%3.0d', 0], '   '],
      [['%05d', 7], '    7'],
    ]);
  });

  it('[WMLSSL-070] f rounds to the digits wanted', () => {
    check('String.format', [
      [['%f', 7], '7.000000'],
      [['%.0f', f(2.5)], '3'],
      [['%.f', f(1.4)], '1'],
      [['%.2f', '1.005'], '1.00'],
      [['%.1f', f(-0.25)], '-0.3'],
      [['%.0f', f(3.4028234663852886e38)], '340282346638528859811704183484516925440'],
      [['%.3f', f(1.17549435e-38)], '0.000'],
      [['%8.1f', f(-1.25)], '    -1.3'],
      [['%f', 'x'], invalid],
      [['%f', true], '1.000000'],
    ]);
    const exact = library('String.format', '%.160f', f(1.17549435e-38));
    assert.match(String(exact), /^0\.0{37}11754943508222875[0-9]{106}$/);
    assert.deepEqual(outcomeOf('String.format', ['%f', 1], { integerOnly: true }), { returned: invalid });
  });

  it('[WMLSSL-070] s cuts to the precision, and ignores a width that is larger', () => {
    check('String.format', [
      [['%.2s', 'now'], 'no'],
      [['%5s|', 'now'], '  now|'],
      [['%5.2s|', 'now'], 'no|'],
      [['%2.5s|', 'n'], ' n|'],
      [['%s', f(0.5)], '0.5'],
      [['%s', invalid], invalid],
    ]);
  });

  it('[WMLSSL-070] one specifier counts, a percent character needs another one', () => {
    check('String.format', [
      [['none', 1], 'none'],
      [['%%d %d %s %%', 1], '%d 1  %'],
      [['%', 1], invalid],
      [['%q', 1], invalid],
      [['%-5d', 1], invalid],
      [['%d %q', 1], invalid],
      [['%5.-1d', 1], invalid],
      [[12, 1], '12'],
    ]);
  });
});
