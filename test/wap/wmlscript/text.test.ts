import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compact, compareText, indexOf, isWithin, lengthOf, slice } from '../../../src/wap/wmlscript/text.js';

/** Characters of one and of two units. */
const text = fc.string({ unit: fc.constantFrom('a', 'b', '\u00e9', '\uffff', '\u{1f600}', '\u{1f601}') });

describe('Characters of a string (WAP-194-WMLScriptLibraries §9)', () => {
  it('length, slice and index count characters, not units', () => {
    fc.assert(
      fc.property(text, fc.nat(12), fc.nat(12), text, (all, start, end, part) => {
        const characters = [...all];
        assert.equal(lengthOf(all), characters.length);
        assert.equal(slice(all, start, end), characters.slice(start, end).join(''));
        const at = indexOf(all, part);
        if (at < 0) assert.ok(!all.includes(part));
        else assert.equal([...part].join(''), slice(all, at, at + lengthOf(part)));
      }),
    );
  });

  it('a part is not found in the middle of a character', () => {
    assert.equal(indexOf('\u{1f600}', '\ude00'), -1);
    assert.equal(indexOf('\u{1f600}\ude00', '\ude00'), 1);
  });

  it('the order is that of character codes', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const codes = (each: string) => [...each].map((character) => character.codePointAt(0) ?? 0);
        const [first, second] = [codes(a), codes(b)];
        const at = first.findIndex((code, i) => code !== second[i]);
        const expected = at < 0 ? first.length - second.length : (first[at] ?? 0) - (second[at] ?? -1);
        assert.equal(compareText(a, b), Math.sign(expected));
      }),
    );
  });

  it('a short part of a long text is a copy that equals it', () => {
    const long = '\u{1f600}a\u00e9'.repeat(2000);
    for (const [from, to] of [
      [0, 5],
      [3, 2500],
      [0, 8000],
    ] as const) {
      assert.equal(compact(long.slice(from, to), long), long.slice(from, to));
    }
  });

  it('codes within a range', () => {
    assert.equal(isWithin('a\u007f', 0x7f), true);
    assert.equal(isWithin('a\u0080', 0x7f), false);
    assert.equal(isWithin('', 0), true);
  });
});
