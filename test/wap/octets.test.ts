import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../src/wap/errors.js';
import { type Field, fromBase64, fromHex, Reader, toBase64, Writer } from '../../src/wap/octets.js';
import { hex } from '../support/hex.js';

describe('Octets', () => {
  const uintvars: readonly [number, string][] = [
    [0, '00'],
    [0x7f, '7f'],
    [0x80, '8100'],
    // WAP-230 §8.1.2 prints this one.
    [0x87a5, '828f25'],
    [0xffffffff, '8fffffff7f'],
  ];
  for (const [value, octets] of uintvars) {
    it(`uintvar ${value} is ${octets}`, () => {
      assert.deepEqual(new Writer().uintvar(value).done(), hex(octets));
      assert.equal(new Reader(hex(octets), 'T').uintvar('x'), value);
    });
  }

  it('a uintvar over 32 bits or longer than five octets is refused', () => {
    assert.throws(
      () => new Reader(hex('9fffffff7f'), 'T').uintvar('x'),
      new DecodeError('T', 5, 'x is more than 32 bits'),
    );
    assert.throws(() => new Reader(hex('808080808001'), 'T').uintvar('x'), DecodeError);
  });

  it('bits within octets read back as they were written', () => {
    const bits = fc
      .integer({ min: 1, max: 32 })
      .chain((count) => fc.tuple(fc.nat(2 ** count - 1), fc.constant(count)));
    fc.assert(
      fc.property(fc.array(bits), (parts) => {
        const writer = new Writer();
        let total = 0;
        for (const [value, count] of parts) {
          writer.bits(value, count);
          total += count;
        }
        const padding = (8 - (total % 8)) % 8;
        if (padding > 0) writer.bits(0, padding);
        const reader = new Reader(writer.done(), 'T');
        for (const [value, count] of parts) assert.equal(reader.bits('x', count), value);
      }),
    );
  });

  it('an error names layer, octet and field', () => {
    const reader = new Reader(hex('01 02'), 'WTP');
    reader.uint8('type');
    assert.throws(() => reader.uint16('tid'), { message: 'WTP at octet 1: tid is cut short' });
  });

  it('a recording says what was read from which bit to which', () => {
    const fields: Field[] = [];
    const reader = new Reader(hex('1c 8001 02 61 62'), 'T', fields);
    reader.bits('con', 1);
    reader.bits('type', 4);
    reader.bits('rest', 3);
    reader.uint16('tid');
    reader.inside('text', reader.uint8('length'), (inner) => inner.uint8('first'));
    assert.deepEqual(
      fields.map(({ name, bit, bits }) => [name, bit, bits]),
      [
        ['con', 0, 1],
        ['type', 1, 4],
        ['rest', 5, 3],
        ['tid', 8, 16],
        ['length', 24, 8],
        ['text', 32, 16],
      ],
    );
    assert.deepEqual(fields[5]?.parts, [{ name: 'first', bit: 32, bits: 8, value: 0x61 }]);
  });

  it('UTF-8 text up to a NUL, in ASCII and beyond', () => {
    const octets = hex('68656a00 64c3a5 00 00 c300');
    const reader = new Reader(octets, 'T');
    assert.equal(reader.utf8('a'), 'hej');
    assert.equal(reader.utf8('b'), 'då');
    assert.equal(reader.utf8('c'), '');
    assert.throws(() => reader.utf8('d'), new DecodeError('T', 9, 'd is not UTF-8'));
    assert.throws(() => new Reader(hex('61'), 'T').utf8('e'), new DecodeError('T', 0, 'e has no end'));
    assert.deepEqual(new Writer(1).utf8('hej').uint8(0).utf8('då').uint8(0).done(), hex('68656a00 64c3a500'));
  });

  it('looking ahead consumes nothing and stops at the end', () => {
    const reader = new Reader(hex('01 02 03'), 'T');
    reader.uint8('first');
    assert.deepEqual(reader.ahead(1), hex('02'));
    assert.deepEqual(reader.ahead(9), hex('02 03'));
    assert.equal(reader.left, 2);
  });

  it('base64 and hexadecimal: what is none is undefined', () => {
    assert.equal(fromHex('0'), undefined);
    assert.equal(fromHex('0g'), undefined);
    assert.equal(fromBase64('YQ'), undefined);
    assert.deepEqual(fromBase64('YWJj\n'), hex('616263'));
    assert.equal(toBase64(hex('616263')), 'YWJj');
  });
});
