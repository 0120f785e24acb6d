import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isSuspicious, type Run, visibleLines } from '../../../src/wap/pki/visible-text.js';

function runs(text: string): readonly (readonly [Run['kind'], string])[] {
  return visibleLines(text).flatMap((line) => line.map((run) => [run.kind, run.text] as const));
}

describe('text that is about to be signed, seen as it is (WAP-161 §5.1.2)', () => {
  it('plain text is plain, line by line', () => {
    const lines = visibleLines('Bill of Sale\n3 Bolognese $18.00\r\n\nKäse für 5 £, 支払い 100円');
    assert.deepEqual(lines, [
      [{ kind: 'plain', text: 'Bill of Sale' }],
      [{ kind: 'plain', text: '3 Bolognese $18.00' }],
      [],
      [{ kind: 'plain', text: 'Käse für 5 £, 支払い 100円' }],
    ]);
    assert.equal(isSuspicious(lines), false);
  });

  it('controls, and what turns or hides text, get names', () => {
    for (const [text, name] of [
      ['a\tb', '[U+0009]'],
      ['a\rb', '[U+000D]'],
      ['a\u0000b', '[U+0000]'],
      ['a\u001bb', '[U+001B]'],
      ['a\u202eb', '[U+202E]'],
      ['a\u2066b', '[U+2066]'],
      ['a\u200bb', '[U+200B]'],
      ['a\u2060b', '[U+2060]'],
      ['a\ufeffb', '[U+FEFF]'],
      ['a\u00adb', '[U+00AD]'],
      ['a\u2028b', '[U+2028]'],
      ['a\u3164b', '[U+3164]'],
      ['a\ufe0fb', '[U+FE0F]'],
      ['a\u{e0041}b', '[U+E0041]'],
      ['a\ud800b', '[U+D800]'],
    ] as const) {
      assert.deepEqual(runs(text), [
        ['plain', 'a'],
        ['control', name],
        ['plain', 'b'],
      ]);
    }
  });

  it('blanks that are none, and blanks at the end of a line', () => {
    assert.deepEqual(runs('a\u00a0b'), [
      ['plain', 'a'],
      ['blank', '\u00a0'],
      ['plain', 'b'],
    ]);
    assert.deepEqual(runs('a b  '), [
      ['plain', 'a b'],
      ['blank', '  '],
    ]);
  });

  it('a letter of another script in a Latin word, a digit of another script in a number', () => {
    assert.deepEqual(runs('p\u0430ypal'), [
      ['plain', 'p'],
      ['lookalike', '\u0430'],
      ['plain', 'ypal'],
    ]);
    assert.deepEqual(runs('1\u0660'), [
      ['plain', '1'],
      ['lookalike', '\u0660'],
    ]);
    assert.deepEqual(runs('\uff21lice'), [
      ['lookalike', '\uff21'],
      ['plain', 'lice'],
    ]);
  });

  it('words wholly in another script are left in peace', () => {
    assert.equal(isSuspicious(visibleLines('Москва, Αθήνα, Paris')), false);
  });

  it('nothing is lost: what is drawn, names read back, is the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const drawn = visibleLines(text)
          .map((line) =>
            line
              .map(({ kind, text: piece }) =>
                kind === 'control'
                  ? piece.replace(/\[U\+([0-9A-F]+)\]/g, (_, code) =>
                      String.fromCodePoint(Number.parseInt(code, 16)),
                    )
                  : piece,
              )
              .join(''),
          )
          .join('\n');
        assert.equal(drawn, text.replaceAll('\r\n', '\n'));
      }),
    );
  });
});
