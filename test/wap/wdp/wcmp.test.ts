import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import {
  decodeWcmp,
  encodeWcmp,
  gsmAddress,
  gsmDigits,
  type Wcmp,
  wcmpLayouts,
} from '../../../src/wap/wdp/wcmp.js';
import { arbitraryPdu, mutated } from '../../support/arbitrary.js';
import { hex } from '../../support/hex.js';

const address = { addressType: 0x03, address: hex('33 16 32 54 76 f8') };

const vectors: readonly [title: string, octets: string, message: Wcmp][] = [
  [
    '[WCMP-GEN-C-001] [WCMP-GEN-S-001] Destination Unreachable, port unreachable (§5.5.3.1)',
    '33 04 23f0 c000 03 06 33 16 32 54 76 f8',
    { pdu: 'Destination Unreachable', code: 4, destinationPort: 9200, originatorPort: 49152, ...address },
  ],
  [
    '[WCMP-GEN-C-002] [WCMP-GEN-S-002] Parameter Problem (§5.5.3.2)',
    '36 00 03 06 33 16 32 54 76 f8 05 0605',
    { pdu: 'Parameter Problem', code: 0, ...address, index: 5, original: hex('0605') },
  ],
  [
    '[WCMP-GEN-C-003] [WCMP-GEN-S-003] Message Too Big: 60, as the figure has it (§5.5.3.3)',
    '3c 00 0b84 23f0 03 06 33 16 32 54 76 f8 0578',
    {
      pdu: 'Message Too Big',
      code: 0,
      destinationPort: 2948,
      originatorPort: 9200,
      ...address,
      maximum: 1400,
    },
  ],
  [
    '[WCMP-GEN-C-004] [WCMP-GEN-S-004] Reassembly Failure, time exceeded (§5.5.3.4)',
    '3d 01 0b84 23f0 03 06 33 16 32 54 76 f8',
    { pdu: 'Reassembly Failure', code: 1, destinationPort: 2948, originatorPort: 9200, ...address },
  ],
  [
    '[WCMP-GEN-C-005] [WCMP-GEN-S-005] Echo Request (§5.5.3.5)',
    'b2 00 0001 0002 6162',
    { pdu: 'Echo Request', code: 0, identifier: 1, sequence: 2, data: hex('6162') },
  ],
  [
    '[WCMP-GEN-C-006] [WCMP-GEN-S-006] Echo Reply (§5.5.3.5)',
    'b3 00 0001 0002',
    { pdu: 'Echo Reply', code: 0, identifier: 1, sequence: 2, data: hex('') },
  ],
  [
    'a type that Figure 5-5 has not',
    'bf 07 0102',
    { pdu: 'Unknown', type: 0xbf, code: 7, data: hex('0102') },
  ],
];

describe('WCMP messages (WAP-202 §5.5)', () => {
  for (const [title, octets, message] of vectors) {
    it(title, () => {
      assert.deepEqual(encodeWcmp(message), hex(octets));
      assert.deepEqual(decodeWcmp(hex(octets)), message);
    });
  }

  for (const octets of [
    '',
    '33',
    '3304 23f0 c000 03',
    '3304 23f0 c000 03 06 3316',
    '3c00 0b84 23f0 03 00 05',
    'b2 00 0001',
  ]) {
    it(`${octets || 'nothing'} is refused`, () => assert.throws(() => decodeWcmp(hex(octets)), DecodeError));
  }

  it('a telephone number in semi-octets, odd and even (§5.5.2)', () => {
    assert.deepEqual(gsmAddress('+33612345678'), {
      addressType: 3,
      address: hex('33 16 32 54 76 f8'),
    });
    assert.deepEqual(gsmAddress('1234').address, hex('2143'));
    assert.equal(gsmDigits(hex('2143')), '1234');
    assert.equal(gsmDigits(hex('33 16 32 54 76 f8')), '33612345678');
  });

  it('[WCMP-SP-C-002] [WCMP-SP-S-002] what is encoded decodes to itself; any octets decode or fail as DecodeError', () => {
    const messages = fc.oneof(
      ...Object.values(wcmpLayouts).map((layout) => arbitraryPdu(layout) as fc.Arbitrary<Wcmp>),
    );
    fc.assert(fc.property(messages, (message) => assert.deepEqual(decodeWcmp(encodeWcmp(message)), message)));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 20 }), mutated(messages.map(encodeWcmp))), (octets) => {
        try {
          assert.deepEqual(encodeWcmp(decodeWcmp(octets)), octets);
        } catch (error) {
          assert.ok(error instanceof DecodeError);
        }
      }),
    );
  });
});
