import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError, UsageError } from '../../../src/wap/errors.js';
import { toHex } from '../../../src/wap/octets.js';
import {
  type Capabilities,
  cutDown,
  decodeAddresses,
  decodeCapabilities,
  defaultCapabilities,
  encodeAddresses,
  encodeCapabilities,
  settle,
  withChanges,
} from '../../../src/wap/wsp/capabilities.js';
import { type ProtocolOption, protocolOptions } from '../../../src/wap/wsp/numbers.js';
import { hex } from '../../support/hex.js';

describe('Capabilities (WAP-230 §8.3)', () => {
  const rows: readonly (readonly [string, Capabilities, string])[] = [
    ['§8.3.2.1', { clientSduSize: 1400 }, '03 80 8a78'],
    ['§8.3.2.1', { serverSduSize: 0 }, '02 81 00'],
    ['§8.3.2.2', { clientMessageSize: 128 }, '03 88 8100'],
    ['§8.3.2.2', { serverMessageSize: 127 }, '02 89 7f'],
    ['§8.3.2.3', { protocolOptions: ['Confirmed Push', 'Push', 'Session Resume'] }, '02 82 e0'],
    ['§8.3.2.3', { protocolOptions: ['Acknowledgement Headers', 'Large Data Transfer'] }, '02 82 18'],
    ['§8.3.2.4', { methodMor: 4, pushMor: 2 }, '02 83 04 02 84 02'],
    ['§8.3.2.5', { extendedMethods: [{ pduType: 0x50, methodName: 'X' }] }, '04 85 50 5800'],
    ['§8.3.2.6', { headerCodePages: [{ pageCode: 16, pageName: 'p' }] }, '04 86 10 7000'],
    [
      '§8.3.2.7',
      {
        aliases: [{ bearerType: 0x0b, portNumber: 9201, address: hex('0a000001') }, { address: hex('0102') }],
      },
      '0c 87 c4 0b 23f1 0a000001 02 0102'.replace('0c 87', '0c 87'),
    ],
    [
      '§8.3.1',
      {
        unknown: [
          { identifier: 0x7f, parameters: hex('01') },
          { identifier: 'x', parameters: hex('') },
        ],
      },
      '02 ff 01 02 7800',
    ],
  ];
  for (const [section, value, octets] of rows) {
    it(`[WSP-CO-C-005] [WSP-CO-S-005] ${section}: ${Object.keys(value).join(', ')}`, () => {
      assert.equal(toHex(encodeCapabilities(value, 'Connect')), toHex(hex(octets)));
      assert.deepEqual(decodeCapabilities(hex(octets), 'Connect'), value);
    });
  }

  it('a ConnectReply names extended methods and code pages by number only (§8.3.2.5, §8.3.2.6)', () => {
    const value: Capabilities = {
      extendedMethods: [{ pduType: 0x50, methodName: '' }],
      headerCodePages: [{ pageCode: 16, pageName: '' }],
    };
    assert.equal(toHex(encodeCapabilities(value, 'ConnectReply')), '028550028610');
    assert.deepEqual(decodeCapabilities(hex('028550 028610'), 'ConnectReply'), value);
  });

  it('of alternatives the first, most preferred one counts (§8.3); trailing flag octets do not (§8.3.2.3)', () => {
    assert.deepEqual(decodeCapabilities(hex('028304 028302'), 'Connect'), { methodMor: 4 });
    assert.deepEqual(decodeCapabilities(hex('04 82 c7 ff ff'), 'Connect'), {
      protocolOptions: ['Confirmed Push', 'Push'],
    });
  });

  for (const octets of ['05 80', '00', '01', '03 87 c4 0b', '03 85 50 41'])
    it(`${octets} is a DecodeError`, () => {
      assert.throws(() => decodeCapabilities(hex(octets), 'Connect'), DecodeError);
    });

  it('an address over 63 octets has no length field', () => {
    assert.throws(() => encodeAddresses([{ address: new Uint8Array(64) }]), UsageError);
  });

  const size = fc.constantFrom(0, 1, 500, 1400, 3000, 0xffffffff);
  const mor = fc.integer({ min: 1, max: 255 });
  const options = fc.subarray(Object.keys(protocolOptions) as ProtocolOption[]);
  const methods = fc
    .uniqueArray(fc.integer({ min: 0x50, max: 0x5f }), { maxLength: 4 })
    .map((types) => types.map((pduType) => ({ pduType, methodName: `M${pduType}` })));
  const pages = fc
    .uniqueArray(fc.integer({ min: 16, max: 127 }), { maxLength: 4 })
    .map((codes) => codes.map((pageCode) => ({ pageCode, pageName: `p${pageCode}` })));
  const some = fc.record(
    {
      clientSduSize: size,
      serverSduSize: size,
      clientMessageSize: size,
      serverMessageSize: size,
      protocolOptions: options,
      methodMor: mor,
      pushMor: mor,
      extendedMethods: methods,
      headerCodePages: pages,
    },
    { requiredKeys: [] },
  );

  it('any capabilities come back', () => {
    fc.assert(
      fc.property(some, (value) => {
        const known = Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
        assert.deepEqual(decodeCapabilities(encodeCapabilities(known, 'Connect'), 'Connect'), known);
      }),
    );
  });

  it('any octets give capabilities or a DecodeError', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 20 }),
        fc.constantFrom('Connect', 'ConnectReply'),
        (octets, inside) => {
          try {
            decodeCapabilities(octets, inside as 'Connect');
            decodeAddresses(octets);
          } catch (error) {
            assert.ok(error instanceof DecodeError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('[WSP-CO-C-006] [WSP-CO-S-006] what the responder settles never implies more than proposed (§6.3.2.1)', () => {
    fc.assert(
      fc.property(some, some, (asked, most) => {
        const proposed = withChanges(defaultCapabilities, asked as Capabilities);
        const settled = cutDown(proposed, most as Capabilities);
        const reply = decodeCapabilities(encodeCapabilities(settled, 'ConnectReply'), 'ConnectReply');
        assert.deepEqual(settle(proposed, reply), settled);
      }),
    );
  });

  it('a reply that implies more than was proposed settles nothing (§6.3.3.1)', () => {
    const proposed = withChanges(defaultCapabilities, {
      methodMor: 2,
      clientSduSize: 1000,
      protocolOptions: ['Push'],
    });
    assert.equal(settle(proposed, { methodMor: 3 }), undefined);
    assert.equal(settle(proposed, { clientSduSize: 0 }), undefined);
    assert.equal(settle(proposed, { protocolOptions: ['Push', 'Session Resume'] }), undefined);
    assert.equal(settle(proposed, { extendedMethods: [{ pduType: 0x50, methodName: '' }] }), undefined);
    assert.equal(settle(proposed, { methodMor: 1 })?.methodMor, 1);
  });

  it('an empty answer says not recognized: a set is empty, a size stays at its default (§8.3.1)', () => {
    const asked: Capabilities = {
      clientSduSize: 3000,
      serverSduSize: 1000,
      methodMor: 4,
      extendedMethods: [{ pduType: 0x50, methodName: 'X' }],
    };
    const proposed = withChanges(defaultCapabilities, asked);
    const reply = decodeCapabilities(hex('0180 0181 0183 0185'), 'ConnectReply');
    const settled = settle(proposed, reply);
    assert.equal(settled?.clientSduSize, 1400);
    assert.equal(settled?.serverSduSize, 1000);
    assert.equal(settled?.methodMor, 1);
    assert.deepEqual(settled?.extendedMethods, []);
  });
});
