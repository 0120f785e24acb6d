import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { encodePublicKeyInfo, generateEcKey, pem } from '../../../src/wap/crypto.js';
import { DecodeError } from '../../../src/wap/errors.js';
import { toHex } from '../../../src/wap/octets.js';
import { curves } from '../../../src/wap/pki/curves.js';
import {
  decodePrivateKeyInfo,
  decodePublicKeyInfo,
  encodePrivateKeyInfo,
  equalKeys,
  keyHash,
} from '../../../src/wap/pki/keys.js';
import { decodeCertificate } from '../../../src/wap/pki/x509.js';
import { seededRandom } from '../../../src/wap/random.js';
import { describeWithFixtures } from '../../support/fixtures.js';
import { hex } from '../../support/hex.js';
import { alice, server } from './people.js';

describe('keys as octets (RFC 2459 §4.1.2.7, PKCS#8)', () => {
  it('an RSA key comes back, public and private, and node reads the same', () => {
    assert.deepEqual(decodePrivateKeyInfo(encodePrivateKeyInfo(alice.key)), alice.key);
    assert.deepEqual(decodePublicKeyInfo(encodePublicKeyInfo(alice.key.publicKey)), alice.key.publicKey);
    const theirs = createPrivateKey({
      key: pem('PRIVATE KEY', encodePrivateKeyInfo(alice.key)),
      format: 'pem',
    });
    const spki = createPublicKey(theirs).export({ type: 'spki', format: 'der' });
    assert.equal(spki.toString('hex'), toHex(encodePublicKeyInfo(alice.key.publicKey)));
    assert.equal(
      theirs.export({ type: 'pkcs8', format: 'der' }).toString('hex'),
      toHex(encodePrivateKeyInfo(alice.key)),
    );
  });

  for (const curve of curves) {
    it(`a key on curve ${curve.number} comes back, and node reads the same`, () => {
      const key = generateEcKey(seededRandom(curve.number), curve);
      assert.deepEqual(decodePrivateKeyInfo(encodePrivateKeyInfo(key)), key);
      assert.deepEqual(decodePublicKeyInfo(encodePublicKeyInfo(key.publicKey)), key.publicKey);
      const theirs = createPrivateKey({ key: pem('PRIVATE KEY', encodePrivateKeyInfo(key)), format: 'pem' });
      const exported = new Uint8Array(theirs.export({ type: 'pkcs8', format: 'der' }));
      assert.deepEqual(decodePrivateKeyInfo(exported), key);
    });
  }

  it('keys are equal when their octets are', () => {
    assert.equal(
      equalKeys(alice.key.publicKey, decodePublicKeyInfo(encodePublicKeyInfo(alice.key.publicKey))),
      true,
    );
    assert.equal(equalKeys(alice.key.publicKey, server.key.publicKey), false);
  });

  it('moduli that no key can have are refused', () => {
    for (const body of [
      '3006 0201 21 0201 03',
      '300a 0205 00ffffffff 0201 03',
      `30 47 0241 00${'ff'.repeat(63)}fe 0202 0003`,
    ]) {
      const rsa = hex(body);
      const octets = hex(
        `30${(rsa.length + 18).toString(16).padStart(2, '0')} 300d 06092a864886f70d010101 0500 03${(rsa.length + 1).toString(16).padStart(2, '0')} 00 ${body}`,
      );
      assert.throws(() => decodePublicKeyInfo(octets), DecodeError);
    }
  });

  it('mutated keys give a key or a DecodeError', () => {
    const [spki, pkcs8] = [encodePublicKeyInfo(alice.key.publicKey), encodePrivateKeyInfo(alice.key)];
    fc.assert(
      fc.property(fc.nat({ max: 60 }), fc.nat({ max: 255 }), (at, octet) => {
        for (const [octets, decode] of [
          [spki, decodePublicKeyInfo],
          [pkcs8, decodePrivateKeyInfo],
        ] as const) {
          const changed = octets.slice();
          changed[at] = octet;
          try {
            decode(changed);
          } catch (error) {
            assert.ok(error instanceof DecodeError, String(error));
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

describeWithFixtures('key hashes (SIN WAP-261_101)', 'signtext', (folder) => {
  const { keys } = JSON.parse(readFileSync(`${folder}/key-hashes.json`, 'utf8'));
  for (const { key, certificate_der_hex, key_hash_hex } of keys) {
    it(`of ${key}`, () => {
      const certificate = decodeCertificate(hex(certificate_der_hex));
      assert.equal(toHex(keyHash(certificate.publicKey)), key_hash_hex);
    });
  }
});
