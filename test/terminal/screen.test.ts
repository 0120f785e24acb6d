import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  COLUMNS,
  digitKey,
  keyFrom,
  lineText,
  type Span,
  wrap,
  wrapText,
} from '../../src/terminal/screen.js';

const piece = fc.oneof(
  fc.constantFrom(' ', '  ', '\n', 'a', 'word', 'x'.repeat(25), '\u00a0', '😀', 'äöü'),
  fc.string({ maxLength: 30, unit: 'grapheme' }),
);
const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''));
const spans: fc.Arbitrary<readonly Span[]> = fc.array(
  fc.record({ text, bold: fc.boolean(), item: fc.nat(3) }, { requiredKeys: ['text'] }),
  { maxLength: 6 },
);

/** Everything that is seen, without blanks. */
const ink = (all: string): string => all.replace(/[ \n]/g, '');

describe('Lines on the screen', () => {
  it('no line is longer than the screen, no character is lost, none changes its look', () => {
    fc.assert(
      fc.property(spans, (given) => {
        const lines = wrap(given);
        for (const line of lines) assert.ok([...lineText(line)].length <= COLUMNS);
        assert.equal(ink(lines.map(lineText).join('')), ink(given.map((span) => span.text).join('')));
        const bold = (all: readonly Span[]): string =>
          ink(all.map((span) => (span.bold ? span.text : '')).join(''));
        assert.equal(bold(lines.flatMap((line) => line.spans)), bold(given));
      }),
      { numRuns: 300 },
    );
  });

  it('blanks within a line stay, those where it breaks are the break', () => {
    const shown = (all: string): string[] => wrapText(all).map(lineText);
    assert.deepEqual(shown('a  b'), ['a  b']);
    assert.deepEqual(shown('01234567890123456789 x'), ['01234567890123456789', 'x']);
    assert.deepEqual(shown('0123456789012345678  xy'), ['0123456789012345678', 'xy']);
    assert.deepEqual(shown('a\n\nb'), ['a', '', 'b']);
    assert.deepEqual(shown('😀'.repeat(21)), ['😀'.repeat(20), '😀']);
  });

  it('keys have names; what is no name is typed', () => {
    assert.equal(keyFrom('softLeft'), 'softLeft');
    assert.deepEqual(keyFrom('5'), { text: '5' });
    assert.deepEqual(digitKey('5'), { digit: '5' });
    assert.equal(digitKey('x'), undefined);
  });
});
