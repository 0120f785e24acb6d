import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type ClientDevice,
  type ClientId,
  type ClientNetwork,
  clientIdOf,
  decodeClientId,
  encodeClientId,
} from '../../../src/wap/client-id/index.js';
import { DecodeError } from '../../../src/wap/errors.js';
import { encodeUtf8, toHex } from '../../../src/wap/octets.js';

/** The examples of §6.3, and one of each other kind. */
// biome-ignore format: a line is an example
const examples: readonly (readonly [text: string, id: Exclude<ClientId, { type: 'opaque' }>])[] = [
  ['00123xdr3F_foo.com', { type: 'assigned', kind: 'operator', identifier: '123xdr3F_foo.com' }],
  ['01joe_doe@foo.com', { type: 'assigned', kind: 'nai', identifier: 'joe_doe@foo.com' }],
  ['02wappush=47397547589/type=user@carrier.com', { type: 'assigned', kind: 'push', identifier: 'wappush=47397547589/type=user@carrier.com' }],
  ['1165012322222', { type: 'native', kind: 'iccid', identifier: '165012322222' }],
  ['2165012322222', { type: 'native', kind: 'min', identifier: '165012322222' }],
  ['3AA3B214C', { type: 'native', kind: 'esn', identifier: 'AA3B214C' }],
  ['4165012322222', { type: 'native', kind: 'msisdn', identifier: '165012322222' }],
  ['5165012322222', { type: 'native', kind: 'imsi', identifier: '165012322222' }],
  ['6123123002040', { type: 'native', kind: 'ipv4', identifier: '123123002040' }],
  ['72D::1234:1111', { type: 'native', kind: 'ipv6', identifier: '2D::1234:1111' }],
  ['8165012322222', { type: 'native', kind: 'itsi', identifier: '165012322222' }],
  ['912345678', { type: 'native', kind: 'man', identifier: '12345678' }],
];

describe('Client IDs (WAP-196 §6)', () => {
  for (const [text, id] of examples) {
    it(`[ClientID-C-001] ${text} in both directions`, () => {
      assert.deepEqual(decodeClientId(encodeUtf8(text)), id);
      assert.equal(toHex(encodeClientId(id)), toHex(encodeUtf8(text)));
    });
  }

  it('[ClientID-C-001] is US-ASCII, octet by octet (§6.2)', () => {
    const id = encodeClientId({ type: 'native', kind: 'msisdn', identifier: '3361' });
    assert.equal(toHex(id), '3433333631');
    assert.throws(
      () => encodeClientId({ type: 'assigned', kind: 'nai', identifier: 'jör@foo.com' }),
      DecodeError,
    );
  });

  const refused = [
    '',
    '00_foo.com',
    '00a b_foo.com',
    `00${'a'.repeat(65)}_f`,
    '01"',
    '4',
    '4+33',
    '3AA3B214',
    '6123',
    '9123456789',
    '1x',
  ];
  for (const text of refused) {
    it(`refuses ${JSON.stringify(text)}`, () =>
      assert.throws(() => decodeClientId(encodeUtf8(text)), DecodeError));
  }

  it('what is of no known type is opaque', () => {
    for (const text of ['A123', '0', '09x', '\x00']) {
      assert.deepEqual(decodeClientId(encodeUtf8(text)), { type: 'opaque', octets: encodeUtf8(text) });
    }
  });

  it('any octets are a Client ID or a DecodeError, and one that was read is written alike', () => {
    const some = fc
      .uint8Array({ maxLength: 24 })
      .map((octets) => Uint8Array.of(0x30 + (octets.length % 11), ...octets));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 24 }), some), (octets) => {
        try {
          assert.deepEqual(encodeClientId(decodeClientId(octets)), octets);
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});

const everything = {
  iccid: '8933011',
  min: '165012322222',
  esn: 'AA3B214C',
  msisdn: '+33612345678',
  imsi: '208011234567890',
  ipv4: '192.0.2.7',
  ipv6: '2001:db8::7',
  itsi: '165',
  man: '12345678',
} as const;

describe('Which Client ID a client has (WAP-196 §6)', () => {
  it('[ClientID-C-002] [ClientID-C-004] the assigned one wherever there is one', () => {
    const assigned = { kind: 'operator', identifier: '77_op.example' } as const;
    assert.deepEqual(clientIdOf({ network: 'GSM', identifiers: everything, assigned }), {
      type: 'assigned',
      kind: 'operator',
      identifier: '77_op.example',
    });
  });

  // biome-ignore format: a line is a network
  const primary: Readonly<Record<ClientNetwork, readonly [item: string, id: string]>> = {
    GSM: ['[ClientID-C-005] ', '18933011'],
    'IS-136': ['[ClientID-C-006] ', '3AA3B214C'],
    CDMA: ['[ClientID-C-006] ', '3AA3B214C'],
    CDPD: ['[ClientID-C-006] ', '3AA3B214C'],
    AMPS: ['[ClientID-C-007] ', '2165012322222'],
    PHS: ['[ClientID-C-007] ', '2165012322222'],
    PDC: ['[ClientID-C-007] ', '2165012322222'],
    IPv4: ['[ClientID-C-008] ', '6192000002007'],
    IPv6: ['[ClientID-C-009] ', '72001:db8::7'],
    TETRA: ['[ClientID-C-010] ', '8165'],
    Mobitex: ['[ClientID-C-011] ', '912345678'],
  };
  for (const [network, [item, text]] of Object.entries(primary)) {
    it(`${item}[ClientID-C-003] otherwise the primary native one of ${network}`, () => {
      const named = (Object.keys(primary) as ClientNetwork[]).find((each) => each === network);
      assert.ok(named);
      const id = clientIdOf({ network: named, identifiers: everything });
      assert.ok(id);
      assert.equal(toHex(encodeClientId(id)), toHex(encodeUtf8(text)));
    });
  }

  it('[ClientID-C-003] or an alternative of the network, where it has no other', () => {
    const { msisdn, min, imsi } = everything;
    const text = (device: ClientDevice) => {
      const id = clientIdOf(device);
      return id && toHex(encodeClientId(id));
    };
    assert.equal(text({ network: 'GSM', identifiers: { msisdn, min } }), toHex(encodeUtf8('433612345678')));
    assert.equal(text({ network: 'IS-136', identifiers: { min } }), toHex(encodeUtf8('2165012322222')));
    assert.equal(text({ network: 'CDMA', identifiers: { imsi } }), toHex(encodeUtf8('5208011234567890')));
    assert.equal(text({ network: 'TETRA', identifiers: { msisdn } }), undefined);
  });
});
