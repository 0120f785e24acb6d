import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { Reader } from '../../../src/wap/octets.js';
import {
  derInteger,
  derNamedBits,
  derOctets,
  derOid,
  derSequence,
  derSet,
  derUnsigned,
  readAny,
  readBoolean,
  readInteger,
  readNamedBits,
  readOid,
  readSequence,
  readUnsigned,
} from '../../../src/wap/pki/der.js';
import { hex } from '../../support/hex.js';

const read = <T>(text: string, body: (reader: Reader) => T): T => body(new Reader(hex(text), 'DER'));

describe('DER (ISO/IEC 8825-1)', () => {
  it('object identifiers', () => {
    for (const [oid, octets] of [
      ['1.2.840.113549.1.9.25.3', '06 0a 2a 86 48 86 f7 0d 01 09 19 03'],
      ['2.23.43.1.4.1', '06 05 67 2b 01 04 01'],
      ['0.9.2342.19200300.100.1.25', '06 0a 09 92 26 89 93 f2 2c 64 01 19'],
      ['2.999', '06 02 88 37'],
    ] as const) {
      assert.deepEqual(derOid(oid), hex(octets));
      assert.equal(
        read(octets, (reader) => readOid(reader, 'oid')),
        oid,
      );
    }
  });

  it('integers keep a sign octet where the top bit is set, and no zero more', () => {
    assert.deepEqual(derUnsigned(hex('0080')), hex('02 02 0080'));
    assert.deepEqual(derUnsigned(hex('00007f')), hex('02 01 7f'));
    assert.deepEqual(derUnsigned(hex('')), hex('02 01 00'));
    assert.deepEqual(derInteger(0x12345678), hex('02 04 12345678'));
    assert.deepEqual(
      read('02 02 0080', (reader) => readUnsigned(reader, 'n')),
      hex('80'),
    );
  });

  it('lengths: short, and long from 128 on', () => {
    assert.deepEqual(derOctets(new Uint8Array(127)).subarray(0, 2), hex('04 7f'));
    assert.deepEqual(derOctets(new Uint8Array(128)).subarray(0, 3), hex('04 81 80'));
    assert.deepEqual(derOctets(new Uint8Array(256)).subarray(0, 4), hex('04 82 0100'));
  });

  it('named bits without trailing zeros', () => {
    assert.deepEqual(derNamedBits([1]), hex('03 02 06 40'));
    assert.deepEqual(derNamedBits([9]), hex('03 03 06 0040'));
    assert.deepEqual(derNamedBits([]), hex('03 01 00'));
    assert.deepEqual(
      read('03 03 06 0040', (reader) => readNamedBits(reader, 'usage')),
      [9],
    );
  });

  it('a SET OF is in ascending order', () => {
    assert.deepEqual(
      derSet(hex('0202 0001'), hex('0101 ff'), hex('0201 01')),
      hex('310a 0101ff 020101 02020001'),
    );
  });

  it('broken rules are named', () => {
    const rules: readonly (readonly [string, (reader: Reader) => unknown, RegExp])[] = [
      ['30 80 0000', (reader) => readSequence(reader, 'it', () => 0), /indefinite/],
      ['30 81 05', (reader) => readSequence(reader, 'it', () => 0), /not the shortest/],
      ['30 85 0000000001', (reader) => readSequence(reader, 'it', () => 0), /length of 5 octets/],
      ['30 05 00', (reader) => readSequence(reader, 'it', () => 0), /cut short/],
      ['30 01 00', (reader) => readSequence(reader, 'it', () => 0), /left over/],
      ['31 00', (reader) => readSequence(reader, 'it', () => 0), /tag 31 instead of tag 30/],
      ['', (reader) => readSequence(reader, 'it', () => 0), /nothing instead/],
      ['1f 01 00', (reader) => readAny(reader, 'it', () => 0), /more than one octet/],
      ['02 01 80', (reader) => readUnsigned(reader, 'n'), /negative/],
      ['02 00', (reader) => readUnsigned(reader, 'n'), /empty/],
      ['02 05 0100000000', (reader) => readInteger(reader, 'n'), /out of range/],
      ['01 02 ffff', (reader) => readBoolean(reader, 'b'), /left over/],
      ['06 00', (reader) => readOid(reader, 'oid'), /empty/],
      ['06 09 ffffffffffffffff7f', (reader) => readOid(reader, 'oid'), /arc/],
    ];
    for (const [octets, body, rule] of rules) {
      assert.throws(
        () => read(octets, body),
        (error: unknown) => error instanceof DecodeError && rule.test(error.rule),
        octets,
      );
    }
  });

  it('numbers come back', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0x7fffffff }), fc.uniqueArray(fc.nat({ max: 31 })), (number, bits) => {
        const reader = new Reader(derSequence(derInteger(number), derNamedBits(bits)), 'DER');
        readSequence(reader, 'it', (inner) => {
          assert.equal(readInteger(inner, 'n'), number);
          assert.deepEqual(
            readNamedBits(inner, 'bits'),
            [...bits].sort((a, b) => a - b),
          );
        });
      }),
    );
  });
});
