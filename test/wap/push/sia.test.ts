import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { decodeSia, encodeSia } from '../../../src/wap/push/sia.js';
import { hex } from '../../support/hex.js';

describe('Session initiation (WAP-235 §8.4)', () => {
  it('applications as Accept-Application headers, contact points as WSP addresses', () => {
    const sia = {
      version: 1,
      applications: [2, 0x80ff, 'http://a/'],
      contactPoints: [{ bearerType: 0, portNumber: 9201, address: hex('7f 00 00 01') }],
    };
    // 1; 17 octets: b2 82, b2 02 80ff, b2 "http://a/" NUL; 8 octets: bearer and port included, 4 octets, 00, 9201, 127.0.0.1
    const octets = hex('01 11 b282 b20280ff b2687474703a2f2f612f00 08 c4 00 23f1 7f000001');
    assert.deepEqual(encodeSia(sia), octets);
    assert.deepEqual(decodeSia(octets), sia);
  });

  it('version 0, and higher ones with fields unknown today, are read', () => {
    assert.deepEqual(decodeSia(hex('00 02 b280 00')), { version: 0, applications: [0], contactPoints: [] });
    assert.deepEqual(decodeSia(hex('02 00 00 aabb')), {
      version: 2,
      applications: [],
      contactPoints: [],
      rest: hex('aabb'),
    });
  });

  it('any octets give a value or a DecodeError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (octets) => {
        try {
          decodeSia(octets);
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
