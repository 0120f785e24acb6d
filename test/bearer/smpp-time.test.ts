import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeTime, receiptTime, relativeTime } from '../../src/bearer/smpp-time.js';

const now = Date.UTC(2001, 8, 9, 1, 46, 40);

describe('times of SMPP 3.4 (§7.1.1)', () => {
  const relative: readonly [text: string, after: number][] = [
    ['000000000001000R', 1_000],
    ['000000000100000R', 60_000],
    ['000000010000000R', 3_600_000],
    ['000001000000000R', 86_400_000],
    ['000100000000000R', 30 * 86_400_000],
    ['010000000000000R', 365 * 86_400_000],
    ['000002061530000R', 2 * 86_400_000 + 6 * 3_600_000 + 15 * 60_000 + 30_000],
  ];
  for (const [text, after] of relative) {
    it(`${text} is ${after} ms`, () => {
      assert.equal(relativeTime(after), text);
      assert.equal(decodeTime(text, now), now + after);
    });
  }

  it('an absolute time says how far its clock is ahead of UTC, in quarters of an hour', () => {
    assert.equal(decodeTime('010909014640000+', now), now);
    assert.equal(decodeTime('010909034640008+', now), now);
    assert.equal(decodeTime('010908214640316-', now), now + 300);
    assert.equal(decodeTime('991231235959000+', now), Date.UTC(1999, 11, 31, 23, 59, 59));
  });

  for (const text of [
    '',
    '010909014640000',
    '011309014640000+',
    '010909254640000+',
    '010909014640049+',
    'x',
  ]) {
    it(`"${text}" is no time`, () => assert.equal(decodeTime(text, now), undefined));
  }

  it('what is written is read again, to the second and never shorter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 * 365 * 86_400_000 }), (after) => {
        const read = (decodeTime(relativeTime(after), now) ?? 0) - now;
        assert.ok(read >= after && read < after + 1000);
      }),
    );
  });

  it('of receipts', () => assert.equal(receiptTime(now), '0109090146'));
});
