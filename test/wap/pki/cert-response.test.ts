import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { decodeUtf8, encodeUtf8 } from '../../../src/wap/octets.js';
import {
  type CertResponse,
  decodeCertResponse,
  encodeCertResponse,
} from '../../../src/wap/pki/cert-response.js';
import { certificatesOf, openWim } from '../../../src/wap/wim/client.js';
import { hex } from '../../support/hex.js';
import { newCard, pins } from '../wim/cards.js';
import { alice, authority } from './people.js';

const issued = {
  displayName: { characterSet: 106, name: encodeUtf8('Bank') },
  caDomain: { type: 'key_hash_sha', keyHash: authority.certificate.keyHash },
  subject: { type: 'key_hash_sha', keyHash: alice.certificate.keyHash },
} as const;

describe('answers of a PKI portal (WAP-217 §7.3.5)', () => {
  it('octet by octet', () => {
    for (const [octets, value] of [
      ['01 02 03 783a79 0000003c', { type: 'referral', url: 'x:y', secondsToWait: 60 }],
      [
        '01 00 006a 04 42616e6b 00 02 01 aa 03 783a79',
        {
          type: 'cert_info',
          displayName: issued.displayName,
          caDomain: { type: 'null' },
          subject: { type: 'binary', identifier: hex('aa') },
          url: 'x:y',
        },
      ],
      [
        '01 01 006a 04 42616e6b 00 00 0001 30',
        {
          type: 'cert',
          displayName: issued.displayName,
          caDomain: { type: 'null' },
          subject: { type: 'null' },
          certificate: hex('30'),
        },
      ],
    ] as const satisfies readonly (readonly [string, CertResponse])[]) {
      assert.deepEqual(decodeCertResponse(hex(octets)), value);
      assert.deepEqual(encodeCertResponse(value), hex(octets));
    }
  });

  it('[WPKI-C-014] [WPKI-Portal-S-014] what was issued goes onto the card, by certificate or URL, under the key that it is for', () => {
    const card = newCard([{ label: 'Signature', usage: 'nonRepudiation', key: alice.key }]);
    const responses: readonly CertResponse[] = [
      { type: 'cert', ...issued, certificate: alice.certificate.octets },
      { type: 'cert_info', ...issued, url: 'http://ca.example/alice' },
    ];
    for (const response of responses.map((it) => decodeCertResponse(encodeCertResponse(it)))) {
      assert.ok(response.type !== 'referral');
      const { displayName, subject, caDomain } = response;
      assert.ok(subject.type === 'key_hash_sha' && caDomain.type === 'key_hash_sha');
      const wim = openWim({ transmit: (apdu) => card.transmit(apdu) });
      const [pinG] = wim.pins;
      assert.ok(pinG);
      wim.verifyPin(pinG, pins.general);
      wim.store({
        kind: 'user',
        format: 'x509',
        authority: false,
        label: decodeUtf8(displayName.name) ?? '',
        id: subject.keyHash,
        issuerId: caDomain.keyHash,
        value: response.type === 'cert' ? response.certificate : { url: response.url },
      });
      wim.close();
    }
    const wim = openWim({ transmit: (apdu) => card.transmit(apdu) });
    const [key] = wim.keys;
    assert.ok(key);
    assert.deepEqual(
      certificatesOf(wim, key).map((it) => [it.label, wim.readCertificate(it)]),
      [
        ['Bank', alice.certificate.octets],
        ['Bank', { url: 'http://ca.example/alice' }],
      ],
    );
  });

  it('broken rules are named; any octets give a value or a DecodeError', () => {
    for (const [octets, rule] of [
      ['02', /version 2/],
      ['01 03', /type 3/],
      ['01 02 01 20', /printable ASCII/],
    ] as const) {
      assert.throws(
        () => decodeCertResponse(hex(octets)),
        (error: unknown) => error instanceof DecodeError && rule.test(error.rule),
      );
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (rest) => {
        const octets = Uint8Array.of(1, ...rest);
        try {
          assert.deepEqual(encodeCertResponse(decodeCertResponse(octets)), octets);
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
    );
  });
});
