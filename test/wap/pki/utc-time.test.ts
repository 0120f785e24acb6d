import assert from 'node:assert/strict';
import { encodeUtf8 } from '../../../src/wap/octets.js';
import { decodeLongTime, decodeUtcTime, encodeUtcTime } from '../../../src/wap/pki/utc-time.js';

describe('UTC time (WAP-161 Appendix C)', () => {
  it('YY from 50 on is of the last century', () => {
    for (const [text, time] of [
      ['010620120000', Date.UTC(2001, 5, 20, 12)],
      ['500101000000', Date.UTC(1950, 0, 1)],
      ['491231235959', Date.UTC(2049, 11, 31, 23, 59, 59)],
      ['000229000000', Date.UTC(2000, 1, 29)],
    ] as const) {
      assert.equal(decodeUtcTime(encodeUtf8(text)), time);
      assert.deepEqual(encodeUtcTime(time), encodeUtf8(text));
    }
  });

  it('years that YY cannot tell are not written', () => {
    assert.equal(encodeUtcTime(Date.UTC(2050, 0, 1)), undefined);
    assert.equal(encodeUtcTime(Date.UTC(1949, 11, 31)), undefined);
  });

  it('what is no time is none', () => {
    for (const text of [
      '010229000000',
      '011301000000',
      '010101240000',
      '010101000060',
      '01010100000',
      '01010100000x',
    ]) {
      assert.equal(decodeUtcTime(encodeUtf8(text)), undefined, text);
    }
    assert.equal(decodeLongTime('20010229000000'), undefined);
    assert.equal(decodeLongTime('99991231235959'), Date.UTC(9999, 11, 31, 23, 59, 59));
  });
});
