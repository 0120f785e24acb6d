import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { type Field, toHex } from '../../../src/wap/octets.js';
import { textIdentifier } from '../../../src/wap/pki/index.js';
import { type Alert, decodeAlert, encodeAlert } from '../../../src/wap/wtls/alert.js';
import { decodeHandshake, encodeHandshake, type HandshakeMessage } from '../../../src/wap/wtls/index.js';
import type { KeyExchangeAlgorithm } from '../../../src/wap/wtls/suites.js';
import { mutated } from '../../support/arbitrary.js';
import { hex } from '../../support/hex.js';

const random = hex('3b309e06 4057cc15959802e87df88ded');
const none = { type: 'null' } as const;

/** Messages, their octets, and the key exchange algorithm where it matters. */
const examples: readonly (readonly [HandshakeMessage, string, KeyExchangeAlgorithm?])[] = [
  [{ type: 'hello_request' }, '00 0000'],
  [
    {
      type: 'client_hello',
      clientVersion: 1,
      random,
      sessionId: hex('a6a7'),
      clientKeyIds: [
        { keyExchangeSuite: 5, parameters: { index: 0 }, identifier: none },
        { keyExchangeSuite: 11, parameters: { index: 7 }, identifier: textIdentifier('me') },
        { keyExchangeSuite: 2, parameters: { index: 255, explicit: hex('0102') }, identifier: none },
      ],
      trustedKeyIds: [
        {
          keyExchangeSuite: 8,
          parameters: { index: 0 },
          identifier: { type: 'binary', identifier: hex('77') },
        },
      ],
      cipherSuites: [
        { bulkCipher: 3, mac: 3 },
        { bulkCipher: 99, mac: 4 },
      ],
      compressionMethods: [0],
      sequenceNumberMode: 2,
      keyRefresh: 8,
    },
    `01 0038 01 3b309e06 4057cc15959802e87df88ded 02 a6a7
     0012 05 00 00  0b 07 01 006a 02 6d65  02 ff 0002 0102 00
     0005 08 00 02 01 77  04 0303 6304  01 00  02 08`,
  ],
  [
    {
      type: 'server_hello',
      serverVersion: 1,
      random,
      sessionId: hex('0102030405060708'),
      clientKeyId: 1,
      cipherSuite: { bulkCipher: 2, mac: 7 },
      compressionMethod: 0,
      sequenceNumberMode: 2,
      keyRefresh: 2,
    },
    '02 0020 01 3b309e064057cc15959802e87df88ded 08 0102030405060708 01 0207 00 02 02',
  ],
  [{ type: 'certificate', list: [] }, '0b 0002 0000'],
  [
    {
      type: 'certificate',
      list: [
        { format: 'X509Cert', octets: hex('3000') },
        { format: 'X968Cert', octets: hex('aa') },
        { format: 'CertURL', url: hex('687474703a') },
      ],
    },
    '0b 0012 0010 02 0002 3000 03 0001 aa 04 05 687474703a',
  ],
  [
    {
      type: 'server_key_exchange',
      parameters: { index: 0 },
      key: { kind: 'rsa', exponent: hex('03'), modulus: hex('c5c6') },
    },
    '0c 0008 00 0001 03 0002 c5c6',
    'rsa_anon',
  ],
  [
    { type: 'server_key_exchange', parameters: { index: 2 }, key: { kind: 'dh', value: hex('0405') } },
    '0c 0005 02 0002 0405',
    'dh_anon',
  ],
  [
    { type: 'server_key_exchange', parameters: { index: 7 }, key: { kind: 'ec', point: hex('02ab') } },
    '0c 0004 07 02 02ab',
    'ecdh_anon',
  ],
  [
    { type: 'server_key_exchange', parameters: { index: 7 }, key: { kind: 'opaque', octets: hex('0202ab') } },
    '0c 0004 07 0202ab',
  ],
  [
    {
      type: 'certificate_request',
      trustedAuthorities: [{ keyExchangeSuite: 8, parameters: { index: 0 }, identifier: none }],
    },
    '0d 0005 0003 08 00 00',
  ],
  [{ type: 'server_hello_done' }, '0e 0000'],
  [{ type: 'certificate_verify', signature: hex('010203') }, '0f 0005 0003 010203'],
  [
    { type: 'client_key_exchange', key: { kind: 'encrypted', secret: hex('aabb') } },
    '10 0004 0002 aabb',
    'rsa',
  ],
  [{ type: 'client_key_exchange', key: { kind: 'dh', value: hex('09') } }, '10 0003 0001 09', 'dh_anon'],
  [{ type: 'client_key_exchange', key: { kind: 'ec', point: hex('0309') } }, '10 0003 02 0309', 'ecdh_ecdsa'],
  [{ type: 'finished', verifyData: hex('000102030405060708090a0b') }, '14 000c 000102030405060708090a0b'],
];

describe('WTLS handshake messages (WAP-261 §10.5)', () => {
  for (const [message, octets, algorithm] of examples) {
    it(`${message.type}${algorithm ? ` (${algorithm})` : ''}`, () => {
      assert.deepEqual(decodeHandshake(hex(octets), algorithm), message);
      assert.equal(toHex(encodeHandshake(message)), toHex(hex(octets)));
    });
  }

  it('unknown types, wrong lengths, empty lists that may not be, and long session ids are refused', () => {
    for (const bad of [
      '',
      '05 0000',
      '0e 0001 00',
      '0e 0000 00',
      '14 000b 000102030405060708090a',
      '02 0021 01 3b309e064057cc15959802e87df88ded 09 010203040506070809 01 0207 00 02 02',
      '01 001c 01 3b309e064057cc15959802e87df88ded 00 0000 0000 00 01 00 02 02',
      '0b 0004 0002 0900',
      '0d 0005 0003 08 00 07',
    ]) {
      assert.throws(() => decodeHandshake(hex(bad)), DecodeError, bad);
    }
  });

  it('any octets are a message or a DecodeError; what decodes encodes back', () => {
    const seeds = fc.constantFrom(...examples.map(([, octets]) => hex(octets)));
    const algorithms = fc.constantFrom<(KeyExchangeAlgorithm | undefined)[]>(
      undefined,
      'rsa',
      'rsa_anon',
      'dh_anon',
      'ecdh_anon',
    );
    fc.assert(
      fc.property(mutated(seeds), algorithms, (octets, algorithm) => {
        try {
          const message = decodeHandshake(octets, algorithm);
          assert.equal(toHex(encodeHandshake(message)), toHex(octets));
        } catch (error) {
          assert(error instanceof DecodeError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('a dissector hears of every field, down to the parts of a key exchange id', () => {
    const fields: Field[] = [];
    decodeHandshake(hex(examples[1]?.[1] ?? ''), undefined, fields);
    const names = (list: readonly Field[]): unknown[] =>
      list.map(({ name, parts }) => (parts ? [name, names(parts)] : name));
    const text = JSON.stringify(names(fields));
    for (const name of ['msg_type', 'gmt_unix_time', 'random_bytes', 'KeyExchangeId', 'character_set']) {
      assert(text.includes(`"${name}"`), name);
    }
  });
});

describe('WTLS alerts as octets (WAP-261 §10.2)', () => {
  const alerts: readonly (readonly [Alert, string])[] = [
    [
      { level: 'critical', description: 'connection_close_notify', checksum: hex('a3cc8fc9') },
      '02 00 a3cc8fc9',
    ],
    [{ level: 'warning', description: 'no_renegotiation', checksum: hex('00000000') }, '01 64 00000000'],
    [{ level: 'fatal', description: 'unknown_parameter_index', checksum: hex('01020304') }, '03 38 01020304'],
    [{ level: 7, description: 200, checksum: hex('01020304') }, '07 c8 01020304'],
  ];
  for (const [alert, octets] of alerts) {
    it(`${alert.level} ${alert.description}`, () => {
      assert.deepEqual(decodeAlert(hex(octets)), alert);
      assert.equal(toHex(encodeAlert(alert)), toHex(hex(octets)));
    });
  }

  it('an alert has six octets', () => {
    for (const bad of ['', '02 00 a3cc8f', '02 00 a3cc8fc9 00']) {
      assert.throws(() => decodeAlert(hex(bad)), DecodeError);
    }
  });
});
