import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { DecodeError, UsageError } from '../../../src/wap/errors.js';
import { type Bitmap, decodeWbmp, encodeWbmp, isWhite, rowOctets } from '../../../src/wap/wbmp/index.js';
import { mutated } from '../../support/arbitrary.js';
import { describeWithFixtures } from '../../support/fixtures.js';
import { hex } from '../../support/hex.js';

const bitmaps: fc.Arbitrary<Bitmap> = fc
  .tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 20 }))
  .chain(([width, height]) => {
    const octets = rowOctets(width) * height;
    return fc
      .uint8Array({ minLength: octets, maxLength: octets })
      .map((rows) => ({ width, height, rows: rows.map((octet, i) => octet & maskAt(i, width)) }));
  });

/** Bits of that octet that are pixels. */
function maskAt(i: number, width: number): number {
  const last = (i + 1) % rowOctets(width) === 0;
  return last && width % 8 !== 0 ? (0xff << (8 - (width % 8))) & 0xff : 0xff;
}

describe('Wireless bitmaps, type 0 (WAP-237 §4.5.1)', () => {
  const octets = hex('00 00 09 03  0900 d780 0900');
  const bitmap: Bitmap = { width: 9, height: 3, rows: hex('0900 d780 0900') };

  it('type, header, width, height, then rows of whole octets; a set bit is white', () => {
    assert.deepEqual(decodeWbmp(octets), bitmap);
    assert.deepEqual(encodeWbmp(bitmap), octets);
    assert.equal(isWhite(bitmap, 4, 0), true);
    assert.equal(isWhite(bitmap, 8, 1), true);
    assert.equal(isWhite(bitmap, 0, 0), false);
    assert.equal(isWhite(bitmap, 9, 1), false);
  });

  it('sides of 128 and more are multi-byte integers (§4.3.1)', () => {
    const wide = { width: 300, height: 1, rows: new Uint8Array(38) };
    assert.deepEqual(encodeWbmp(wide).subarray(0, 5), hex('00 00 822c 01'));
  });

  for (const [what, broken] of [
    ['nothing', ''],
    ['another type', '01 00 01 01 80'],
    ['extension headers', '00 80 00 09 03 0900 d780 0900'],
    ['no width', '00 00 00 01'],
    ['a missing row', '00 00 09 03 0900 d780'],
    ['sides of 2^32', '00 00 8fffffff7f 8fffffff7f'],
  ] as const) {
    it(`${what}: DecodeError`, () => assert.throws(() => decodeWbmp(hex(broken)), DecodeError));
  }

  it('a picture without pixels, or with other octets than its sides say, cannot be written', () => {
    assert.throws(() => encodeWbmp({ width: 0, height: 1, rows: new Uint8Array(0) }), UsageError);
    assert.throws(() => encodeWbmp({ width: 9, height: 1, rows: new Uint8Array(1) }), UsageError);
  });

  it('what was written is read; any octets are a bitmap or DecodeError', () => {
    fc.assert(
      fc.property(bitmaps, (each) => {
        assert.deepEqual(decodeWbmp(encodeWbmp(each)), each);
      }),
      { numRuns: 100 },
    );
    fc.assert(
      fc.property(mutated(bitmaps.map(encodeWbmp)), (each) => {
        try {
          const { width, height, rows } = decodeWbmp(each);
          assert.equal(rows.length, rowOctets(width) * height);
        } catch (error) {
          assert.ok(error instanceof DecodeError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describeWithFixtures('Wireless bitmaps of independent tools', 'wbmp', (folder) => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.wbmp'))) {
    it(file, () => {
      const expected: { width: number | null; rows_1_is_white: string[] | null; note: string } = JSON.parse(
        readFileSync(`${folder}/${file.replace('.wbmp', '.expected.json')}`, 'utf8'),
      );
      const octets = new Uint8Array(readFileSync(`${folder}/${file}`));
      const rejected = expected.rows_1_is_white === null || /reject/.test(expected.note);
      if (rejected) {
        assert.throws(() => decodeWbmp(octets), DecodeError);
        return;
      }
      const bitmap = decodeWbmp(octets);
      const rows = Array.from({ length: bitmap.height }, (_, y) =>
        Array.from({ length: bitmap.width }, (_, x) => (isWhite(bitmap, x, y) ? '1' : '0')).join(''),
      );
      assert.deepEqual(rows, expected.rows_1_is_white);
    });
  }
});
