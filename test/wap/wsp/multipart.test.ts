import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { toHex } from '../../../src/wap/octets.js';
import {
  binaryMultipartType,
  decodeMultipart,
  encodeMultipart,
  mimeMultipartType,
} from '../../../src/wap/wsp/multipart.js';
import { hex } from '../../support/hex.js';

describe('Multipart bodies (WAP-230 §8.5)', () => {
  const entries = [
    { headers: [{ name: 'Content-Type', value: 'text/plain' }], body: hex('6869') },
    {
      headers: [
        { name: 'Content-Type', value: 'image/vnd.wap.wbmp' },
        { name: 'Content-Location', value: 'a' },
      ],
      body: hex('0000 01 01 80'),
    },
  ];
  const octets = '02 01 02 83 6869 04 05 a1 8e6100 0000010180';

  it('two entries, Tables 25 and 26', () => {
    assert.equal(toHex(encodeMultipart(entries)), toHex(hex(octets)));
    assert.deepEqual(decodeMultipart(hex(octets)), entries);
  });

  it('nEntries is 0 to a peer above version 1.3, and never looked at (§8.5.2)', () => {
    assert.equal(encodeMultipart(entries, { encodingVersion: '1.4' })[0], 0);
    assert.equal(encodeMultipart(entries, { encodingVersion: '1.3' })[0], 2);
    assert.deepEqual(decodeMultipart(hex(octets.replace('02', '7f'))), entries);
    assert.deepEqual(decodeMultipart(hex('00')), []);
  });

  it('the binary type of each multipart type, and back', () => {
    assert.equal(
      binaryMultipartType('multipart/mixed; boundary="x;y"; a=b'),
      'application/vnd.wap.multipart.mixed; a=b',
    );
    assert.equal(
      mimeMultipartType('application/vnd.wap.multipart.related; start=a'),
      'multipart/related; start=a',
    );
    assert.equal(binaryMultipartType('text/plain'), undefined);
    assert.equal(mimeMultipartType('text/plain'), undefined);
  });

  it('any octets give entries or a DecodeError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (any) => {
        try {
          decodeMultipart(any);
        } catch (error) {
          assert.ok(error instanceof DecodeError);
        }
      }),
    );
  });
});
