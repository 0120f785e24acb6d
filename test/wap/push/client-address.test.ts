import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import {
  type ClientAddress,
  clientKey,
  decodeClientAddress,
  encodeClientAddress,
} from '../../../src/wap/push/client-address.js';

describe('Client addresses (WAP-249 §6)', () => {
  // The first two are the examples of §6.2; the rest follow the ABNF of §6.1.
  const vectors: readonly [string, ClientAddress][] = [
    [
      'WAPPUSH=john.doe%40wapforum.org/TYPE=USER@ppg.carrier.com',
      { addressType: 'USER', value: 'john.doe@wapforum.org', qualifiers: [], ppg: 'ppg.carrier.com' },
    ],
    [
      'WAPPUSH=47397547589/TYPE=USER@carrier.com',
      { addressType: 'USER', value: '47397547589', qualifiers: [], ppg: 'carrier.com' },
    ],
    [
      'WAPPUSH=+33612345672/TYPE=PLMN@ppg',
      { addressType: 'PLMN', value: '+33612345672', qualifiers: [], ppg: 'ppg' },
    ],
    [
      'WAPPUSH=195.153.199.30/TYPE=IPv4@carrier.com',
      { addressType: 'IPv4', value: '195.153.199.30', qualifiers: [], ppg: 'carrier.com' },
    ],
    [
      'WAPPUSH=FEDC:BA98:7654:3210:FEDC:BA98:7654:3210/TYPE=IPv6@carrier.com',
      {
        addressType: 'IPv6',
        value: 'FEDC:BA98:7654:3210:FEDC:BA98:7654:3210',
        qualifiers: [],
        ppg: 'carrier.com',
      },
    ],
    [
      'WAPPUSH=12345678/x-a=b c/TYPE=MAN@carrier.com',
      { addressType: 'MAN', value: '12345678', qualifiers: [['x-a', 'b c']], ppg: 'carrier.com' },
    ],
    [
      'WAPPUSH=a%2Fb/TYPE=GSM_UDP@carrier.com',
      { addressType: 'GSM_UDP', value: 'a/b', qualifiers: [], ppg: 'carrier.com' },
    ],
  ];
  for (const [text, address] of vectors) {
    it(`[PPG-ADD-S-004] ${text}`, () => {
      assert.deepEqual(decodeClientAddress(text), address);
      assert.equal(encodeClientAddress(address), text);
    });
  }

  it('[PPG-ADD-S-004] keywords in any letters, slashes at both ends, separators in numbers: the same client (§6.1, §6.2)', () => {
    const address = decodeClientAddress('/wappush=+33-6.12345672/type=plmn/@PPG.Carrier.com');
    assert.deepEqual(address, {
      addressType: 'PLMN',
      value: '+33612345672',
      qualifiers: [],
      ppg: 'PPG.Carrier.com',
    });
    assert.equal(clientKey(address), clientKey(decodeClientAddress('WAPPUSH=+33612345672/TYPE=PLMN@ppg')));
  });

  for (const text of [
    '',
    '127.0.0.1',
    'WAPPUSH=/TYPE=USER@ppg',
    'WAPPUSH=+33/TYPE=PLMN',
    'WAPPUSH=33612345672/TYPE=PLMN@ppg',
    'WAPPUSH=+-/TYPE=PLMN@ppg',
    'WAPPUSH=300.1.1.1/TYPE=IPv4@ppg',
    'WAPPUSH=::1/TYPE=IPv6@ppg',
    'WAPPUSH=123/TYPE=MAN@ppg',
    'WAPPUSH=a@b/TYPE=USER@ppg',
    'WAPPUSH=a/b/TYPE=USER@ppg',
    'WAPPUSH=a/TYPE=US ER@ppg',
    'WAPPUSH=a/TYPE=USER@ppg..com',
  ]) {
    it(`[PAP-VAL-S-003] ${text || 'nothing'} is refused`, () => {
      assert.throws(() => decodeClientAddress(text), DecodeError);
    });
  }

  it('any text gives an address or a DecodeError, and any user has an address', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          decodeClientAddress(`WAPPUSH=${text}@ppg`);
        } catch (error) {
          assert.ok(error instanceof DecodeError);
        }
      }),
    );
    const latin1 = fc.string({ minLength: 1, unit: fc.nat(255).map((code) => String.fromCharCode(code)) });
    fc.assert(
      fc.property(latin1, (value) => {
        const address: ClientAddress = { addressType: 'USER', value, qualifiers: [], ppg: 'ppg' };
        assert.deepEqual(decodeClientAddress(encodeClientAddress(address)), address);
      }),
    );
  });
});
