import assert from 'node:assert/strict';
import { DecodeError } from '../../../src/wap/errors.js';
import { xmlText } from '../../../src/wap/wbxml/index.js';
import { hex } from '../../support/hex.js';

describe('Octets of XML (XML 1.0 §4.3.3)', () => {
  const texts: readonly [string, string][] = [
    ['3c782f3e', '<x/>'],
    ['efbbbf 3c782f3e', '<x/>'],
    ['feff 003c 0078 002f 003e', '<x/>'],
    ['fffe 3c00 7800 2f00 3e00', '<x/>'],
    ['003c 0078 002f 003e', '<x/>'],
  ];
  for (const [octets, text] of texts) it(`${octets}`, () => assert.equal(xmlText(hex(octets)), text));

  it('the declaration names the encoding, the transport has the last word (RFC 2376)', () => {
    const declared = new Uint8Array([
      ...new TextEncoder().encode('<?xml version="1.0" encoding="ISO-8859-1"?><x>'),
      0xe5,
    ]);
    assert.match(xmlText(declared), /<x>å$/);
    assert.match(xmlText(declared, 'iso-8859-5'), /<x>х$/);
    assert.throws(() => xmlText(declared, 'utf-8'), new DecodeError('XML', 0, 'the text is not utf-8'));
    assert.throws(() => xmlText(declared, 'x-none'), /the encoding x-none is not supported/);
  });

  it('utf-16 from the transport: a mark or the first character tells the order of the octets', () => {
    for (const octets of ['fffe 3c00 7800', '3c00 7800', 'feff 003c 0078', '003c 0078']) {
      assert.equal(xmlText(hex(octets), 'UTF-16'), '<x', octets);
    }
    assert.equal(xmlText(hex('3c000000 78000000'), 'utf-32'), '<x');
  });
});
