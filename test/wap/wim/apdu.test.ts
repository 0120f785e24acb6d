import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import {
  decodeCommand,
  decodeResponse,
  describeCommand,
  describeStatus,
  encodeCommand,
  encodeResponse,
} from '../../../src/wap/wim/apdu.js';
import { hex } from '../../support/hex.js';

const empty = new Uint8Array(0);

describe('APDUs (WAP-260 §11.3, ISO 7816-4)', () => {
  for (const [name, octets, value] of [
    ['case 1', '8020000b', { cla: 0x80, ins: 0x20, p1: 0, p2: 0x0b, data: empty }],
    ['case 2', '8084000008', { cla: 0x80, ins: 0x84, p1: 0, p2: 0, data: empty, le: 8 }],
    ['case 2, Le = 0 is 256', '80b0000000', { cla: 0x80, ins: 0xb0, p1: 0, p2: 0, data: empty, le: 256 }],
    ['case 3', '80a40000025300', { cla: 0x80, ins: 0xa4, p1: 0, p2: 0, data: hex('5300') }],
    ['case 4', '80a4000002530000', { cla: 0x80, ins: 0xa4, p1: 0, p2: 0, data: hex('5300'), le: 256 }],
  ] as const) {
    it(`${name}, there and back`, () => {
      assert.deepEqual(decodeCommand(hex(octets)), value);
      assert.deepEqual(encodeCommand(value), hex(octets));
    });
  }

  it('responses', () => {
    assert.deepEqual(decodeResponse(hex('0102 9000')), { data: hex('0102'), sw: 0x9000 });
    assert.deepEqual(encodeResponse({ data: hex('0102'), sw: 0x6100 }), hex('0102 6100'));
    assert.throws(() => decodeResponse(hex('90')), DecodeError);
  });

  it('status words in words', () => {
    assert.equal(describeStatus(0x9000), 'Normal ending (9000)');
    assert.equal(describeStatus(0x6180), '128 octets available (6180)');
    assert.equal(describeStatus(0x6100), '256 octets available (6100)');
    assert.equal(describeStatus(0x63c2), '2 tries left (63C2)');
    assert.equal(describeStatus(0x6c10), 'Wrong Le, 16 it must be (6C10)');
    assert.equal(describeStatus(0x1234), 'unknown status (1234)');
  });

  it('commands in words never have their data in them', () => {
    assert.equal(
      describeCommand(decodeCommand(hex('8120000b0831323334ffffffff'))),
      'VERIFY 00 0b Lc=8 channel 1',
    );
    assert.equal(describeCommand(decodeCommand(hex('80ff000001'))), 'INS ff 00 00 Le=1 channel 0');
  });

  it('any octets give a command or a DecodeError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (octets) => {
        try {
          const command = decodeCommand(octets);
          assert.deepEqual(decodeCommand(encodeCommand(command)), command);
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
    );
  });
});
