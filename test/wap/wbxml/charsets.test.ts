import assert from 'node:assert/strict';
import { charsetByMib, charsetByName, decodeWbxml, encodeWbxml } from '../../../src/wap/wbxml/index.js';
import { hex } from '../../support/hex.js';

/** MIBEnum, name, a text, its octets: as Python's codecs have them, which are nobody's relation. */
// biome-ignore format: a line is a registered row
const samples: readonly (readonly [mib: number, name: string, text: string, octets: string])[] = [
  [3, 'us-ascii', 'a', '61'],
  [4, 'iso-8859-1', 'é', 'e9'],
  [5, 'iso-8859-2', 'ą', 'b1'],
  [6, 'iso-8859-3', 'ĝ', 'f8'],
  [7, 'iso-8859-4', 'ņ', 'f1'],
  [8, 'iso-8859-5', 'я', 'ef'],
  [9, 'iso-8859-6', 'ب', 'c8'],
  [10, 'iso-8859-7', 'ω', 'f9'],
  [11, 'iso-8859-8', 'ע', 'f2'],
  [12, 'iso-8859-9', 'ş', 'fe'],
  [13, 'iso-8859-10', 'ĸ', 'ff'],
  [17, 'shift_jis', '日本', '93fa967b'],
  [18, 'euc-jp', '日本', 'c6fccbdc'],
  [36, 'ks_c_5601-1987', '한국', 'c7d1b1b9'],
  [38, 'euc-kr', '한국', 'c7d1b1b9'],
  [42, 'jis_c6220-1969-ro', '¥', '5c'],
  [56, 'gb_1988-80', '¥', '24'],
  [57, 'gb_2312-80', '中国', 'd6d0b9fa'],
  [84, 'iso-8859-8-e', 'ע', 'f2'],
  [85, 'iso-8859-8-i', 'ע', 'f2'],
  [103, 'unicode-1-1-utf-7', 'é', '2b414f6b2d'],
  [106, 'utf-8', 'é', 'c3a9'],
  [109, 'iso-8859-13', 'ķ', 'ed'],
  [110, 'iso-8859-14', 'ŵ', 'f0'],
  [111, 'iso-8859-15', '€', 'a4'],
  [112, 'iso-8859-16', 'ț', 'fe'],
  [113, 'gbk', '中国', 'd6d0b9fa'],
  [114, 'gb18030', '中国', 'd6d0b9fa'],
  [119, 'kz-1048', 'қ', '9d'],
  [1000, 'iso-10646-ucs-2', 'é', '00e9'],
  [1001, 'iso-10646-ucs-4', 'é', '000000e9'],
  [1012, 'utf-7', 'é', '2b414f6b2d'],
  [1013, 'utf-16be', 'é', '00e9'],
  [1014, 'utf-16le', 'é', 'e900'],
  [1015, 'utf-16', 'é', '00e9'],
  [1016, 'cesu-8', '😀', 'eda0bdedb880'],
  [1017, 'utf-32', 'é', '000000e9'],
  [1018, 'utf-32be', 'é', '000000e9'],
  [1019, 'utf-32le', 'é', 'e9000000'],
  [1021, 'utf-7-imap', 'é', '26414f6b2d'],
  [2004, 'hp-roman8', 'é', 'c5'],
  [2009, 'ibm850', 'é', '82'],
  [2010, 'ibm852', 'ż', 'be'],
  [2011, 'ibm437', 'é', '82'],
  [2013, 'ibm862', 'א', '80'],
  [2024, 'windows-31j', '日本', '93fa967b'],
  [2025, 'gb2312', '中国', 'd6d0b9fa'],
  [2026, 'big5', '漢字', 'ba7ea672'],
  [2027, 'macintosh', 'é', '8e'],
  [2046, 'ibm855', 'я', 'de'],
  [2047, 'ibm857', 'ş', '9f'],
  [2048, 'ibm860', 'ã', '84'],
  [2049, 'ibm861', 'þ', '95'],
  [2050, 'ibm863', 'Ê', '92'],
  [2051, 'ibm864', 'ﺏ', 'a9'],
  [2052, 'ibm865', 'ø', '9b'],
  [2054, 'ibm869', 'ω', 'fa'],
  [2082, 'viscii', 'ạ', 'd5'],
  [2084, 'koi8-r', 'я', 'd1'],
  [2086, 'ibm866', 'я', 'ef'],
  [2087, 'ibm775', 'ķ', 'e9'],
  [2088, 'koi8-u', 'ї', 'a7'],
  [2089, 'ibm00858', '€', 'd5'],
  [2101, 'big5-hkscs', '漢字', 'ba7ea672'],
  [2103, 'ptcp154', 'қ', '9d'],
  [2109, 'windows-874', 'ก', 'a1'],
  [2250, 'windows-1250', 'ż', 'bf'],
  [2251, 'windows-1251', 'я', 'ff'],
  [2252, 'windows-1252', 'é', 'e9'],
  [2253, 'windows-1253', 'ω', 'f9'],
  [2254, 'windows-1254', 'ş', 'fe'],
  [2255, 'windows-1255', 'ע', 'f2'],
  [2256, 'windows-1256', 'é', 'e9'],
  [2257, 'windows-1257', 'ķ', 'ed'],
  [2258, 'windows-1258', 'đ', 'f0'],
  [2259, 'tis-620', 'ก', 'a1'],
];

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

  it('the names that people write', () => {
    for (const [name, mib] of [
      ['UTF8', 106],
      ['latin1', 4],
      ['ISO_8859-1', 4],
      ['ascii', 3],
      ['Shift-JIS', 17],
      ['UCS-2', 1000],
    ] as const) {
      assert.equal(charsetByName(name)?.mib, mib);
    }
  });

  it('UTF-16 and UTF-32 are big-endian where no byte order mark says otherwise (RFC 2781 §4.3)', () => {
    assert.equal(charsetByName('utf-16')?.decode(hex('0061 00e9')), 'aé');
    assert.equal(charsetByName('utf-16')?.decode(hex('fffe e900')), '\ufeffé');
    assert.equal(charsetByName('utf-32')?.decode(hex('fffe0000 e9000000')), '\ufeffé');
  });

  for (const [mib, name, text, octets] of samples) {
    it(`${name} is ${mib}; a document in it is read as it was written`, () => {
      const charset = charsetByName(name) ?? assert.fail(name);
      assert.equal(charset.mib, mib);
      assert.deepEqual(charset.encode(text), hex(octets));
      assert.equal(charset.decode(hex(octets)), text);
      const root = { name: 'x', attributes: new Map([['y', ['z']]]), children: [[text]] };
      const decoded = decodeWbxml(encodeWbxml({ root }, undefined, { charset: name }));
      assert.equal(decoded.charset, name);
      assert.deepEqual(decoded.root, root);
    });
  }
});
