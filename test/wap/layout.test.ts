import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../src/wap/errors.js';
import {
  constant,
  decodePdu,
  encodePdu,
  flag,
  lengthOf,
  pdu,
  read,
  reserved,
  rest,
  sized,
  uint,
  uintvar,
} from '../../src/wap/layout.js';
import { type Field, Reader } from '../../src/wap/octets.js';
import { arbitraryPdu, mutated } from '../support/arbitrary.js';
import { hex } from '../support/hex.js';

const Sample = pdu(
  'Sample',
  flag('urgent'),
  constant('Kind', 4, 0x3),
  reserved(2),
  flag('last'),
  uint('id', 16),
  uintvar('count'),
  lengthOf('name'),
  lengthOf('tag', 8),
  sized('name'),
  sized('tag'),
  rest('data'),
);

const value = {
  pdu: 'Sample',
  urgent: true,
  last: false,
  id: 0x1234,
  count: 300,
  name: hex('6162'),
  tag: hex('ff'),
  data: hex('0001'),
} as const;
const octets = '98 1234 822c 02 01 6162 ff 0001';

describe('Layouts', () => {
  it('a value is written field by field as declared, lengths computed', () => {
    assert.deepEqual(encodePdu(Sample, value), hex(octets));
    assert.deepEqual(decodePdu(Sample, hex(octets), 'T'), value);
  });

  it('reserved bits are not looked at', () => {
    assert.equal(decodePdu(Sample, hex('9e 1234 822c 02 01 6162 ff 0001'), 'T').id, 0x1234);
  });

  const broken: readonly [octets: string, message: string][] = [
    ['90 1234', 'T at octet 0: Kind is not 3'],
    ['98 12', 'T at octet 1: id is cut short'],
    ['98 1234 822c 05 01 6162', 'T at octet 7: name is cut short'],
  ];
  for (const [bad, message] of broken) {
    it(`${bad} is refused: ${message}`, () => {
      assert.throws(() => decodePdu(Sample, hex(bad), 'T'), { name: 'DecodeError', message });
    });
  }

  it('octets behind a layout without rest are left over', () => {
    const Short = pdu('Short', uint('id', 8));
    assert.throws(
      () => decodePdu(Short, hex('01 02'), 'T'),
      new DecodeError('T', 1, '1 octets are left over'),
    );
  });

  it('a recording names every field that was read', () => {
    const fields: Field[] = [];
    read(Sample, new Reader(hex(octets), 'T', fields));
    assert.deepEqual(
      fields.map(({ name, bits }) => [name, bits]),
      [
        ['urgent', 1],
        ['Kind', 4],
        ['RES', 2],
        ['last', 1],
        ['id', 16],
        ['count', 16],
        ['nameLen', 8],
        ['tagLen', 8],
        ['name', 16],
        ['tag', 8],
        ['data', 16],
      ],
    );
  });

  it('any value decodes to itself', () => {
    fc.assert(
      fc.property(arbitraryPdu(Sample), (any) => {
        assert.deepEqual(decodePdu(Sample, encodePdu(Sample, any), 'T'), any);
      }),
    );
  });

  it('any octets decode or fail as DecodeError', () => {
    const valid = arbitraryPdu(Sample).map((any) => encodePdu(Sample, any));
    fc.assert(
      fc.property(mutated(valid), (any) => {
        try {
          decodePdu(Sample, any, 'T');
        } catch (error) {
          assert.ok(error instanceof DecodeError);
        }
      }),
    );
  });
});
