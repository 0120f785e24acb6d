import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ValueFinder } from '../../../src/wap/wbxml/values.js';

const texts = ['www.', 'http://', 'http://www.', '.com/', 'o', 'on', 'ontimer', '\u00ef', 'א-'];
const finder = new ValueFinder(new Map(texts.map((text, token) => [text, { page: 0, token }])));

/** All places with the longest text there, as a regular expression finds them. */
function expected(value: string): readonly [number, string][] {
  const longest = texts.toSorted((a, b) => b.length - a.length);
  const pattern = new RegExp(longest.map((text) => text.replaceAll('.', '\\.')).join('|'), 'g');
  return [...value.matchAll(pattern)].map(({ index, 0: text }) => [index, text]);
}

function found(value: string): readonly [number, string][] {
  const all: [number, string][] = [];
  for (let at = finder.find(value, 0); at >= 0; ) {
    const { text } = finder.at(value, at) ?? { text: '' };
    all.push([at, text]);
    at = finder.find(value, at + text.length);
  }
  return all;
}

describe('Attribute values (WAP-192 §5.8.3)', () => {
  it('the longest text wins, wherever it stands', () => {
    assert.deepEqual(found('http://www.ontime.com/o'), [
      [0, 'http://www.'],
      [11, 'on'],
      [17, '.com/'],
      [22, 'o'],
    ]);
    assert.equal(finder.find('', 0), -1);
    assert.equal(finder.at('on', 2), undefined);
  });

  it('what is found is what a regular expression would find', () => {
    const value = fc
      .array(fc.constantFrom(...texts, 'ww', 'http:/', '/', 'oi', 'o\u00ef', '\u05ef', 'P'))
      .map((all) => all.join(''));
    fc.assert(
      fc.property(value, (text) => assert.deepEqual(found(text), expected(text))),
      { numRuns: 500 },
    );
  });
});
