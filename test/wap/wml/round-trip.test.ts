import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  decodeWml,
  encodeWml,
  formatWml,
  isElement,
  parseWml,
  type VText,
  type WmlElement,
} from '../../../src/wap/wml/index.js';

const word = fc.constantFrom('Hello', 'x & y', 'a<b', 'å€', 'http://www.a.com/', '100$', '"q"');
const variable = fc.record({
  variable: fc.constantFrom('x', 'Name_1'),
  conversion: fc.constantFrom('escape', 'unesc', 'noesc'),
} as const);
const vdata = fc.oneof(
  word.map((text): VText => [text]),
  fc.tuple(word, variable, word).map((parts): VText => parts),
  variable.map((reference): VText => [reference]),
);
const element = (
  name: string,
  attributes: readonly (readonly [string, VText])[],
  children: WmlElement['children'],
): WmlElement => ({
  name,
  attributes: new Map(attributes),
  children,
});
const link = fc.tuple(vdata, word).map(([href, text]) => element('a', [['href', href]], [[text]]));
const image = fc.tuple(vdata, vdata).map(([alt, src]) =>
  element(
    'img',
    [
      ['alt', alt],
      ['src', src],
    ],
    [],
  ),
);
const emphasis = fc
  .tuple(fc.constantFrom('b', 'em', 'u'), word)
  .map(([name, text]) => element(name, [], [[text]]));
const input = fc.tuple(fc.constantFrom('N', 'pin'), vdata).map(([name, value]) =>
  element(
    'input',
    [
      ['name', [name]],
      ['value', value],
    ],
    [],
  ),
);
const inline = fc.oneof(link, image, emphasis, input);
const paragraph = fc
  .tuple(fc.constantFrom('left', 'center', 'right'), fc.array(fc.tuple(vdata, inline), { maxLength: 4 }))
  .map(([align, pairs]) => element('p', [['align', [align]]], pairs.flat()));
const go = vdata.map((href) => element('do', [['type', ['accept']]], [element('go', [['href', href]], [])]));
const card = fc
  .tuple(vdata, fc.option(go), fc.array(paragraph, { maxLength: 3 }))
  .map(([title, task, paragraphs]) =>
    element('card', [['title', title]], [...(task === null ? [] : [task]), ...paragraphs]),
  );
const deck = fc.array(card, { minLength: 1, maxLength: 3 }).map((cards) => element('wml', [], cards));

describe('WML both ways (WAP-191 §14)', () => {
  it('any valid deck is valid as text, and the same as text, in binary form and back', () => {
    fc.assert(
      fc.property(
        deck,
        fc.constantFrom('1.1', '1.2', '1.3'),
        fc.boolean(),
        (original, version, stringTable) => {
          const { document, findings } = parseWml(formatWml(original, version));
          assert.deepEqual(findings, []);
          assert.ok(document);
          assert.deepEqual(plain(document), plain(original));
          assert.deepEqual(
            plain(decodeWml(encodeWml(document, { wml: version, stringTable }))),
            plain(original),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** Without places, and without the null prototypes of generated records. */
function plain({ name, attributes, children }: WmlElement): WmlElement {
  const parts = (text: VText): VText => text.map((part) => (typeof part === 'string' ? part : { ...part }));
  return {
    name,
    attributes: new Map([...attributes].map(([key, value]) => [key, parts(value)])),
    children: children.map((child) => (isElement(child) ? plain(child) : parts(child))),
  };
}
