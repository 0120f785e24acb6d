import assert from 'node:assert/strict';
import { charsetByMib, charsetByName } from '../../../src/wap/wbxml/index.js';
import { hex } from '../../support/hex.js';

describe('Character encodings (WAP-192 §5.6, WAP-230 Table 42)', () => {
  it('by MIBEnum and by name, in any case', () => {
    for (const [mib, name] of [
      [3, 'us-ascii'],
      [4, 'iso-8859-1'],
      [17, 'shift_jis'],
      [106, 'utf-8'],
      [1000, 'iso-10646-ucs-2'],
      [2026, 'big5'],
    ] as const) {
      assert.equal(charsetByMib(mib)?.name, name);
      assert.equal(charsetByName(name.toUpperCase())?.mib, mib);
    }
    assert.equal(charsetByMib(9999), undefined);
  });

  it('what an encoding lacks is no question mark', () => {
    assert.equal(charsetByName('iso-8859-2')?.encode('å'), undefined);
    assert.equal(charsetByName('iso-8859-1')?.encode('ą'), undefined);
    assert.equal(charsetByName('us-ascii')?.encode('å'), undefined);
    assert.equal(charsetByName('us-ascii')?.decode(hex('e5')), undefined);
    assert.deepEqual(charsetByName('iso-8859-2')?.encode('ą'), hex('b1'));
    // ISO-8859-1 as ISO prints it: 80 to 9F are controls, not the letters of windows-1252.
    assert.equal(charsetByName('iso-8859-1')?.decode(hex('80')), '\u0080');
  });
});
