import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { toHex } from '../../../src/wap/octets.js';
import { pduTypes } from '../../../src/wap/wsp/numbers.js';
import { decodeUnit, decodeWsp, encodeUnit, encodeWsp, type WspPdu } from '../../../src/wap/wsp/pdu.js';
import { hex } from '../../support/hex.js';

describe('WSP PDUs (WAP-230 §8.2)', () => {
  const rows: readonly (readonly [string, WspPdu, string])[] = [
    [
      'Table 4',
      { pdu: 'Connect', version: 0x10, capabilities: hex('0480 8800'), headers: hex('80 94') },
      '01 10 04 02 04808800 8094',
    ],
    [
      'Table 5',
      { pdu: 'ConnectReply', serverSessionId: 0x87a5, capabilities: hex(''), headers: hex('a6 6100') },
      '02 828f25 00 03 a66100',
    ],
    [
      'Table 6',
      {
        pdu: 'Redirect',
        permanent: true,
        reuseSecuritySession: false,
        redirectAddresses: hex('04 0a000001'),
      },
      '03 80 04 0a000001',
    ],
    ['Table 8', { pdu: 'Disconnect', serverSessionId: 0xffffffff }, '05 8fffffff7f'],
    ['Table 9', { pdu: 'Get', type: 0x40, uri: hex('2f78'), headers: hex('8094') }, '40 02 2f78 8094'],
    [
      'Table 10',
      { pdu: 'Post', type: 0x60, uri: hex('2f78'), headers: hex('83'), data: hex('613d62') },
      '60 02 01 2f78 83 613d62',
    ],
    ['Table 11', { pdu: 'Reply', status: 0x20, headers: hex('94'), data: hex('0102') }, '04 20 01 94 0102'],
    ['Table 12', { pdu: 'DataFragment', headers: hex('a66100'), data: hex('01') }, '80 03 a66100 01'],
    ['Table 14', { pdu: 'Push', headers: hex('ae'), data: hex('02') }, '06 01 ae 02'],
    ['Table 14', { pdu: 'ConfirmedPush', headers: hex('ae'), data: hex('') }, '07 01 ae'],
    ['Table 15', { pdu: 'Suspend', sessionId: 1 }, '08 01'],
    [
      'Table 16',
      { pdu: 'Resume', sessionId: 128, capabilities: hex(''), headers: hex('a66100') },
      '09 8100 00 a66100',
    ],
  ];
  for (const [table, value, octets] of rows) {
    it(`${value.pdu}, ${table}`, () => {
      assert.deepEqual(decodeWsp(hex(octets)), value);
      assert.equal(toHex(encodeWsp(value)), toHex(hex(octets)));
    });
  }

  it('every PDU of Table 34 is among them', () => {
    const shown = new Set<string>(rows.map(([, { pdu }]) => pdu));
    assert.deepEqual(
      [...Object.keys(pduTypes), 'Get', 'Post'].filter((name) => !shown.has(name)),
      [],
    );
  });

  it('connectionless PDUs have a TID before the type (§8.2.1)', () => {
    const value = {
      tid: 0xfe,
      content: { pdu: 'Get', type: 0x42, uri: hex('2f'), headers: hex('') },
    } as const;
    assert.deepEqual(decodeUnit(hex('fe 42 01 2f')), value);
    assert.equal(toHex(encodeUnit(value)), 'fe42012f');
  });

  it('Get has the types 0x40–0x5F, Post 0x60–0x7F; the unassigned flags of a Redirect are not looked at', () => {
    assert.equal(decodeWsp(hex('5f 00')).pdu, 'Get');
    assert.equal(decodeWsp(hex('7f 00 00')).pdu, 'Post');
    assert.deepEqual(decodeWsp(hex('03 7f')), {
      pdu: 'Redirect',
      permanent: false,
      reuseSecuritySession: true,
      redirectAddresses: hex(''),
    });
  });

  const broken: readonly (readonly [string, string])[] = [
    ['', 'WSP at octet 0: Type is cut short'],
    ['00', 'WSP at octet 0: Type 0x0 is not assigned'],
    ['81', 'WSP at octet 0: Type 0x81 is not assigned'],
    ['40 05 2f', 'WSP at octet 2: uri is cut short'],
    ['04 20', 'WSP at octet 2: headersLen is cut short'],
    ['01 10 8fffffff7f 00', 'WSP at octet 8: capabilities is cut short'],
    ['05 01 02', 'WSP at octet 2: 1 octets are left over'],
  ];
  for (const [octets, message] of broken)
    it(`${octets || 'nothing'}: ${message}`, () => {
      assert.throws(() => decodeWsp(hex(octets)), { name: 'DecodeError', message });
    });

  it('any octets decode, or fail as DecodeError; what decodes means the same when encoded', () => {
    const octets = fc.uint8Array({ maxLength: 24 });
    const likely = fc.tuple(fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 9, 0x40, 0x60, 0x80), octets);
    fc.assert(
      fc.property(likely, ([type, rest]) => {
        let value: WspPdu;
        try {
          value = decodeWsp(Uint8Array.of(type, ...rest));
        } catch (error) {
          assert.ok(error instanceof DecodeError);
          return;
        }
        assert.deepEqual(decodeWsp(encodeWsp(value)), value.pdu === 'Redirect' ? { ...value } : value);
      }),
      { numRuns: 2000 },
    );
  });
});
