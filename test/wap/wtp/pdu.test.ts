import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import type { Field } from '../../../src/wap/octets.js';
import {
  abortReasons,
  decodePdu,
  decodeWtp,
  encodePdu,
  encodeWtp,
  layouts,
  separate,
  type WtpPdu,
} from '../../../src/wap/wtp/pdu.js';
import { type Tpi, tpiIdentities } from '../../../src/wap/wtp/tpi.js';
import { arbitraryPdu, mutated } from '../../support/arbitrary.js';
import { hex } from '../../support/hex.js';

const none = new Uint8Array(0);
const tpis: readonly Tpi[] = [];

const vectors: readonly [title: string, octets: string, pdu: WtpPdu][] = [
  [
    'Invoke, Table 13: class 2 with user acknowledgement, segmentation not supported',
    '0e 0001 12 40',
    {
      pdu: 'Invoke',
      gtr: true,
      ttr: true,
      rid: false,
      tid: 1,
      version: 0,
      tidNew: false,
      up: true,
      tcl: 2,
      tpis,
      userData: hex('40'),
    },
  ],
  [
    'Invoke sent again, TIDnew, class 1, segmentation supported',
    '0b 7fff 21',
    {
      pdu: 'Invoke',
      gtr: false,
      ttr: true,
      rid: true,
      tid: 0x7fff,
      version: 0,
      tidNew: true,
      up: false,
      tcl: 1,
      tpis,
      userData: none,
    },
  ],
  [
    'Result, Table 15',
    '12 8001 0420',
    { pdu: 'Result', gtr: false, ttr: true, rid: false, tid: 0x8001, tpis, userData: hex('0420') },
  ],
  ['Ack, Table 16', '18 0001', { pdu: 'Ack', tve: false, rid: false, tid: 1, tpis }],
  ['Ack with Tve set, Table 16', '1c 8001', { pdu: 'Ack', tve: true, rid: false, tid: 0x8001, tpis }],
  [
    'Abort by the provider, Table 17',
    '20 8001 06',
    { pdu: 'Abort', abortType: 0, tid: 0x8001, abortReason: abortReasons.WTPVERSIONONE, tpis },
  ],
  ['Abort by the user', '21 0001 e9', { pdu: 'Abort', abortType: 1, tid: 1, abortReason: 0xe9, tpis }],
  [
    'Segmented Invoke, Table 20: last of its group',
    '2c 0001 02 61',
    { pdu: 'Segmented Invoke', gtr: true, ttr: false, rid: false, tid: 1, psn: 2, tpis, userData: hex('61') },
  ],
  [
    'Segmented Result, Table 21: last of the message, sent again',
    '33 8001 ff 61',
    {
      pdu: 'Segmented Result',
      gtr: false,
      ttr: true,
      rid: true,
      tid: 0x8001,
      psn: 255,
      tpis,
      userData: hex('61'),
    },
  ],
  [
    'Negative Ack, Table 22',
    '38 0001 02 0406',
    { pdu: 'Negative Ack', rid: false, tid: 1, missing: hex('0406'), tpis },
  ],
];

const items: readonly [title: string, octets: string, tpi: Tpi][] = [
  [
    '[WTP-C-017] [WTP-S-017] Error, unknown TPI, Table 27',
    '01 1f',
    { tpi: 'Error', errorCode: 1, badIdentity: 15 },
  ],
  [
    '[WTP-C-017] [WTP-S-017] Error, known TPI with unknown content, Table 28',
    '02 2203',
    { tpi: 'Error', errorCode: 2, badIdentity: 2, firstOctet: 3 },
  ],
  ['[WTP-C-018] [WTP-S-018] Info, Table 29', '0b 010203', { tpi: 'Info', information: hex('010203') }],
  ['Info as a long TPI, Table 23', '0c 04 01020304', { tpi: 'Info', information: hex('01020304') }],
  [
    '[WTP-C-019] [WTP-S-019] Option, Table 31: Maximum Group 1405',
    '13 04 057d',
    { tpi: 'Option', option: 4, value: 1405 },
  ],
  ['Option NumGroups without a value: the default', '11 07', { tpi: 'Option', option: 7, value: undefined }],
  ['Option Total Message Size 70000, long', '14 04 02 011170', { tpi: 'Option', option: 2, value: 70000 }],
  [
    '[WTP-C-020] [WTP-S-020] Packet Sequence Number, Table 32',
    '19 02',
    { tpi: 'Packet Sequence Number', psn: 2 },
  ],
  ['Packet Sequence Number of three octets', '1b 010203', { tpi: 'Packet Sequence Number', psn: 0x010203 }],
  ['SDU Boundary, Table 33', '20', { tpi: 'SDU Boundary' }],
  ['Frame Boundary, Table 34', '28', { tpi: 'Frame Boundary' }],
  ['an identity that Table 25 has not', '7a abcd', { tpi: 'Raw', identity: 15, data: hex('abcd') }],
  ['a known identity with content that its table has not', '18', { tpi: 'Raw', identity: 3, data: none }],
];

describe('WTP PDUs (WAP-224 §8.3)', () => {
  for (const [title, octets, pdu] of vectors) {
    it(title, () => {
      assert.deepEqual(decodePdu(hex(octets)), pdu);
      assert.deepEqual(encodePdu(pdu), hex(octets));
    });
  }

  const broken: readonly [octets: string, message: string][] = [
    ['', 'WTP at octet 0: PDU Type is cut short'],
    ['0a00', 'WTP at octet 1: tid is cut short'],
    ['0a0001', 'WTP at octet 3: version is cut short'],
    ['020001', 'WTP at octet 0: PDU Type 0 is none'],
    ['7a0001', 'WTP at octet 0: PDU Type 15 is none'],
    ['180001 00', 'WTP at octet 3: 1 octets are left over'],
    ['380001050102', 'WTP at octet 4: missing is cut short'],
    ['980001', 'WTP at octet 3: con is cut short'],
    ['8a0001121fff', 'WTP at octet 6: TPI Data is cut short'],
  ];
  for (const [octets, message] of broken) {
    it(`${octets || 'nothing'} is refused: ${message}`, () => {
      assert.throws(() => decodePdu(hex(octets)), { name: 'DecodeError', message });
    });
  }
});

describe('WTP transport information items (WAP-224 §8.4)', () => {
  for (const [title, octets, tpi] of items) {
    it(title, () => {
      const ack = { pdu: 'Ack', tve: false, rid: false, tid: 1, tpis: [tpi] } as const;
      assert.deepEqual(decodePdu(hex(`98 0001 ${octets}`)), ack);
      assert.deepEqual(encodePdu(ack), hex(`98 0001 ${octets}`));
    });
  }

  it('several items: all but the last have the continue flag set', () => {
    const ack: WtpPdu = {
      pdu: 'Ack',
      tve: false,
      rid: false,
      tid: 1,
      tpis: [
        { tpi: 'Packet Sequence Number', psn: 2 },
        { tpi: 'Info', information: none },
      ],
    };
    assert.deepEqual(encodePdu(ack), hex('98 0001 99 02 08'));
    assert.deepEqual(decodePdu(hex('98 0001 99 02 08')), ack);
  });
});

describe('WTP concatenation (WAP-224 §8.5)', () => {
  it('[WTP-C-008] [WTP-S-008] two PDUs share a datagram, Table 36', () => {
    const pdus = [decodePdu(hex('180001')), decodePdu(hex('0e0002126162'))];
    assert.deepEqual(encodeWtp(pdus), hex('00 03 180001 06 0e0002126162'));
  });

  it('[WTP-C-009] [WTP-S-009] separation, with lengths of 7 and of 15 bits', () => {
    assert.deepEqual(
      decodeWtp(hex('00 03 180001 8006 0e0002126162')).map(({ pdu, tid }) => [pdu, tid]),
      [
        ['Ack', 1],
        ['Invoke', 2],
      ],
    );
  });

  it('a PDU of 128 octets has its length in 15 bits', () => {
    const long: WtpPdu = {
      ...(decodePdu(hex('0e000212')) as WtpPdu & { pdu: 'Invoke' }),
      userData: new Uint8Array(124),
    };
    const octets = encodeWtp([decodePdu(hex('180001')), long]);
    assert.deepEqual(octets.subarray(0, 9), hex('00 03 180001 8080 0e00'));
  });

  for (const octets of ['00', '00 00', '00 7f 0a0001', '00 80', '00 8000', '00 03 180001 04']) {
    it(`${octets} is refused`, () => assert.throws(() => separate(hex(octets)), DecodeError));
  }

  it('a recording has every PDU with its fields', () => {
    const fields: Field[] = [];
    decodeWtp(hex('00 03 180001 04 20000206'), fields);
    assert.deepEqual(
      fields.map(({ name, bit, bits }) => [name, bit, bits]),
      [
        ['Concatenation Indicator', 0, 8],
        ['long', 8, 1],
        ['WTP PDU Length', 9, 7],
        ['WTP PDU', 16, 24],
        ['long', 40, 1],
        ['WTP PDU Length', 41, 7],
        ['WTP PDU', 48, 32],
      ],
    );
    assert.deepEqual(
      fields[3]?.parts?.map(({ name, bit }) => [name, bit]),
      [
        ['con', 16],
        ['PDU Type', 17],
        ['tve', 21],
        ['RES', 22],
        ['rid', 23],
        ['tid', 24],
      ],
    );
  });
});

// Decoded values are plain objects, and deep equality looks.
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { noNullPrototype: true });
const octetsUpTo = (maxLength: number) => fc.uint8Array({ maxLength });
const arbitraryTpi: fc.Arbitrary<Tpi> = fc.oneof(
  record({ tpi: fc.constant('Error' as const), errorCode: fc.constant(1 as const), badIdentity: fc.nat(15) }),
  record({
    tpi: fc.constant('Error' as const),
    errorCode: fc.constant(2 as const),
    badIdentity: fc.nat(15),
    firstOctet: fc.nat(255),
  }),
  record({ tpi: fc.constant('Info' as const), information: octetsUpTo(20) }),
  record({
    tpi: fc.constant('Option' as const),
    option: fc.nat(255),
    value: fc.option(fc.integer({ min: 0, max: 0xffff_ffff }), { nil: undefined }),
  }),
  record({ tpi: fc.constant('Packet Sequence Number' as const), psn: fc.nat(0xff_ffff) }),
  record({ tpi: fc.constantFrom('SDU Boundary' as const, 'Frame Boundary' as const) }),
  record({
    tpi: fc.constant('Raw' as const),
    identity: fc.integer({ min: Object.keys(tpiIdentities).length, max: 15 }),
    data: octetsUpTo(20),
  }),
);

const arbitraryWtp: fc.Arbitrary<WtpPdu> = fc
  .tuple(
    fc.oneof(
      ...Object.values(layouts).map((layout) => arbitraryPdu(layout) as fc.Arbitrary<{ pdu: string }>),
    ),
    fc.array(arbitraryTpi, { maxLength: 3 }),
    octetsUpTo(20),
  )
  .map(([header, all, userData]) => {
    const { con: _con, ...fixed } = header as { con?: boolean; pdu: string };
    const alone = ['Ack', 'Abort', 'Negative Ack'].includes(fixed.pdu);
    return { ...fixed, tpis: all, ...(alone ? {} : { userData }) } as unknown as WtpPdu;
  });

describe('WTP PDUs, any', () => {
  it('what is encoded decodes to itself, alone and concatenated', () => {
    fc.assert(
      fc.property(fc.array(arbitraryWtp, { minLength: 1, maxLength: 4 }), (pdus) => {
        assert.deepEqual(decodeWtp(encodeWtp(pdus)), pdus);
      }),
    );
  });

  it('any octets decode or fail as DecodeError, recorded or not; what decodes encodes to something that decodes the same', () => {
    const valid = fc.array(arbitraryWtp, { minLength: 1, maxLength: 3 }).map(encodeWtp);
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 24 }), mutated(valid)), (octets) => {
        let pdus: readonly WtpPdu[];
        try {
          pdus = decodeWtp(octets);
        } catch (error) {
          assert.ok(error instanceof DecodeError);
          assert.throws(() => decodeWtp(octets, []), error);
          return;
        }
        assert.deepEqual(decodeWtp(octets, []), pdus);
        assert.deepEqual(decodeWtp(encodeWtp(pdus)), pdus);
      }),
      { numRuns: 1000 },
    );
  });
});
