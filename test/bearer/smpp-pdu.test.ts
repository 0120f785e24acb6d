import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fromMessage, toMessage } from '../../src/bearer/smpp-datagram.js';
import { decodeSmpp, encodeSmpp, type Smpp, smppFrames, tags } from '../../src/bearer/smpp-pdu.js';
import { DecodeError } from '../../src/wap/errors.js';
import { concat, toHex } from '../../src/wap/octets.js';
import { mutated } from '../support/arbitrary.js';
import { hex } from '../support/hex.js';

const route = { source: '+33600000001', destination: '+33600000002', mode: 0x01 };

const vectors: readonly [title: string, octets: string, pdu: Smpp][] = [
  [
    'bind_transceiver (§5.4.1)',
    '0000002c 00000009 00000000 00000001 77617000 70617373 00 57415000 34 01 01 3333363030303030303031 00',
    {
      command: 'bind_transceiver',
      status: 0,
      sequence: 1,
      systemId: 'wap',
      password: 'pass',
      systemType: 'WAP',
      interfaceVersion: 0x34,
      ton: 1,
      npi: 1,
      addressRange: '33600000001',
    },
  ],
  [
    'bind_transceiver_resp with sc_interface_version',
    '0000001a 80000009 00000000 00000001 534d5343 00 0210 0001 34',
    {
      command: 'bind_transceiver_resp',
      status: 0,
      sequence: 1,
      systemId: 'SMSC',
      tlvs: [{ tag: tags.sc_interface_version, value: hex('34') }],
    },
  ],
  ['unbind (§5.4.4)', '00000010 00000006 00000000 00000007', { command: 'unbind', status: 0, sequence: 7 }],
  [
    'enquire_link (§5.4.5)',
    '00000010 00000015 00000000 00000008',
    { command: 'enquire_link', status: 0, sequence: 8 },
  ],
  [
    'generic_nack (§5.2.2)',
    '00000010 80000000 00000003 00000009',
    { command: 'generic_nack', status: 3, sequence: 9 },
  ],
  [
    'data_sm_resp (§5.4.6.2)',
    '00000013 80000103 00000000 00000002 3432 00',
    { command: 'data_sm_resp', status: 0, sequence: 2, messageId: '42', tlvs: [] },
  ],
  [
    'a command that SMPP has not',
    '00000012 00001234 00000000 00000002 abcd',
    { command: 'unknown', id: 0x1234, status: 0, sequence: 2, body: hex('abcd') },
  ],
];

describe('SMPP PDUs (WAP-159 §5.4)', () => {
  for (const [title, octets, pdu] of vectors) {
    it(title, () => {
      assert.deepEqual(encodeSmpp(pdu), hex(octets));
      assert.deepEqual(decodeSmpp(hex(octets)), pdu);
    });
  }

  it('[WDPWCMPAdapt-S-012] data_sm with a datagram in datagram mode: ports and payload (§5.4.6.1)', () => {
    const pdu = { ...toMessage(hex('06 0504 0b84 23f0 0106'), 'data_sm', route), status: 0, sequence: 2 };
    const expected =
      '00000045 00000103 00000000 00000002 57415000 01 01 3333363030303030303031 00 01 01 3333363030303030303032 00' +
      '01 00 04 020a 0002 23f0 020b 0002 0b84 0424 0002 0106';
    assert.equal(toHex(encodeSmpp(pdu)), toHex(hex(expected)));
    assert.deepEqual(decodeSmpp(hex(expected)), pdu);
  });

  it('[WDPWCMPAdapt-S-013] [WDPWCMPAdapt-S-010] a segment has its numbers as parameters, and says that more will come', () => {
    const { tlvs } = toMessage(hex('0b 0504 0b84 23f0 00 03 07 02 01 61'), 'data_sm', route);
    assert.deepEqual(
      tlvs.map(({ tag, value }) => [tag, toHex(value)]),
      [
        [tags.source_port, '23f0'],
        [tags.destination_port, '0b84'],
        [tags.sar_msg_ref_num, '0007'],
        [tags.sar_total_segments, '02'],
        [tags.sar_segment_seqnum, '01'],
        [tags.more_messages_to_send, '01'],
        [tags.message_payload, '61'],
      ],
    );
  });

  it('[WDPWCMPAdapt-S-003] [WDPWCMPAdapt-S-004] a control message has its payload_type, and no ports', () => {
    const message = toMessage(hex('0a 09 08 b2 00 0001 0002 6162'), 'data_sm', route);
    assert.deepEqual(
      message.tlvs.map(({ tag, value }) => [tag, toHex(value)]),
      [
        [tags.payload_type, '01'],
        [tags.message_payload, 'b200000100026162'],
      ],
    );
    assert.deepEqual(fromMessage(message), hex('0a 09 08 b2 00 0001 0002 6162'));
  });

  it('what WDP wrote comes back as it was, but for references, which are long on this way', () => {
    const cases: readonly [sent: string, received: string][] = [
      ['06 0504 0b84 23f0 0106', '06 0504 0b84 23f0 0106'],
      ['0c 0504 0b84 23f0 08 04 0107 02 01 61', '0c 0504 0b84 23f0 08 04 0107 02 01 61'],
      ['0b 0504 0b84 23f0 00 03 07 02 01 61', '0c 0504 0b84 23f0 08 04 0007 02 01 61'],
      ['2f2f53434b', '2f2f53434b'],
    ];
    for (const [sent, received] of cases) {
      assert.deepEqual(fromMessage(toMessage(hex(sent), 'data_sm', route)), hex(received));
      assert.deepEqual(fromMessage(toMessage(hex(sent), 'submit_sm', route)), hex(sent));
    }
  });

  it('a message without octets has no datagram', () => {
    assert.equal(fromMessage({ ...toMessage(hex('00'), 'submit_sm', route), tlvs: [] })?.length, 1);
    const empty = { ...toMessage(hex('06 0504 0b84 23f0 00'), 'data_sm', route), tlvs: [] };
    assert.equal(fromMessage(empty), undefined);
  });

  const broken: readonly string[] = [
    '00000011 00000006 00000000 00000007 00',
    '00000012 00000006 00000000 00000007',
    '0000',
  ];
  for (const octets of broken) {
    it(`${octets} is refused`, () => assert.throws(() => decodeSmpp(hex(octets)), DecodeError));
  }

  it('a stream is cut into its PDUs, however it comes', () => {
    const pdus = vectors.map(([, octets]) => hex(octets));
    const stream = concat(pdus);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 8 }), (cuts) => {
        const frames = smppFrames();
        const got: Uint8Array[] = [];
        const ends = [...cuts.sort((a, b) => a - b), stream.length];
        let from = 0;
        for (const end of ends) {
          got.push(...frames(stream.subarray(from, end)));
          from = end;
        }
        assert.deepEqual(got.map(toHex), pdus.map(toHex));
      }),
    );
  });

  it('a length that cannot be is the end of a stream', () => {
    assert.throws(() => smppFrames()(hex('0000000f')), DecodeError);
    assert.throws(() => smppFrames()(hex('ffffffff')), DecodeError);
  });

  it('any octets decode or fail as DecodeError, and are taken as a message without an exception', () => {
    const messages = vectors.map(([, octets]) => hex(octets));
    const carried = encodeSmpp({
      ...toMessage(hex('06 0504 0b84 23f0 0106'), 'data_sm', route),
      status: 0,
      sequence: 2,
    });
    fc.assert(
      fc.property(mutated(fc.constantFrom(...messages, carried)), (octets) => {
        try {
          const pdu = decodeSmpp(octets);
          if (pdu.command === 'data_sm') fromMessage(pdu);
        } catch (error) {
          assert.ok(error instanceof DecodeError);
        }
      }),
    );
  });
});
