import assert from 'node:assert/strict';
import { encodeDateTime, formatDateTime } from '../../../src/wap/wbxml/date-time.js';
import { hex } from '../../support/hex.js';

describe('%Datetime (WAP-167 §8.2.2)', () => {
  const dates: readonly [string, string][] = [
    ['1999-04-30T06:40:00Z', '199904300640'],
    ['1999-06-25T15:23:15Z', '19990625152315'],
    ['1999-06-30T00:00:00Z', '19990630'],
    ['2000-10-20T10:20:30Z', '20001020102030'],
  ];
  for (const [text, octets] of dates) {
    it(`${text} is ${octets}`, () => {
      assert.deepEqual(encodeDateTime(text), hex(octets));
      assert.equal(formatDateTime(hex(octets)), text);
    });
  }

  it('what is none stays as it is', () => {
    assert.equal(encodeDateTime('tomorrow'), undefined);
    assert.equal(formatDateTime(hex('')), undefined);
    assert.equal(formatDateTime(hex('19a9')), undefined);
    assert.equal(formatDateTime(hex('1999063000000000')), undefined);
  });
});
