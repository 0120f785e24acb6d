import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { equalSecrets, isSecretAt, KeyedHmac, pHash, RunningDigest } from '../../../src/wap/crypto.js';
import { encodeUtf8, toHex } from '../../../src/wap/octets.js';
import { hex } from '../../support/hex.js';

describe('HMAC with a key that is used many times (RFC 2202)', () => {
  // biome-ignore format: a line is a test case
  const cases = [
    ['md5', '0b'.repeat(16), encodeUtf8('Hi There'), '9294727a3638bb1c13f48ef8158bfc9d'],
    ['md5', toHex(encodeUtf8('Jefe')), encodeUtf8('what do ya want for nothing?'), '750c783e6ab0b503eaa86e310a5db738'],
    ['md5', 'aa'.repeat(80), encodeUtf8('Test Using Larger Than Block-Size Key - Hash Key First'), '6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd'],
    ['sha1', '0b'.repeat(20), encodeUtf8('Hi There'), 'b617318655057264e28bc0b6fb378c8ef146be00'],
    ['sha1', toHex(encodeUtf8('Jefe')), encodeUtf8('what do ya want for nothing?'), 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
    ['sha1', 'aa'.repeat(80), encodeUtf8('Test Using Larger Than Block-Size Key - Hash Key First'), 'aa4ae5e15272d00e95705637ce8a3b55ed402112'],
  ] as const;
  for (const [hash, key, message, digest] of cases) {
    it(`${hash}, a key of ${key.length / 2} octets: ${digest.slice(0, 8)}…`, () => {
      assert.equal(toHex(new KeyedHmac(hash, hex(key)).digest(message)), digest);
    });
  }

  const hash = fc.constantFrom('sha1', 'md5');
  const parts = fc.array(fc.uint8Array({ maxLength: 150 }), { maxLength: 4 });

  it('is what node:crypto calculates, whatever the key and however the message is cut', () => {
    fc.assert(
      fc.property(hash, fc.uint8Array({ maxLength: 150 }), parts, (name, key, message) => {
        const expected = createHmac(name, key).update(Buffer.concat(message)).digest('hex');
        const hmac = new KeyedHmac(name, key);
        assert.equal(toHex(hmac.digest(...message)), expected);
        assert.equal(toHex(hmac.digest(...message)), expected);
      }),
    );
  });

  it('expands as P_hash does', () => {
    fc.assert(
      fc.property(hash, fc.uint8Array(), parts, fc.nat(90), (name, key, seed, length) => {
        const hmacOf = (secret: Uint8Array, message: Uint8Array) =>
          new Uint8Array(createHmac(name, secret).update(message).digest());
        const expected = pHash(hmacOf, key, new Uint8Array(Buffer.concat(seed)), length);
        assert.equal(toHex(new KeyedHmac(name, key).expand(seed, length)), toHex(expected));
      }),
    );
  });

  it('a running digest can be asked at any time, and goes on; its clone goes its own way', () => {
    fc.assert(
      fc.property(hash, parts, parts, (name, first, second) => {
        const of = (...all: readonly (readonly Uint8Array[])[]) =>
          createHash(name).update(Buffer.concat(all.flat())).digest('hex');
        const running = new RunningDigest(name);
        running.update(...first);
        const clone = running.clone();
        assert.equal(toHex(running.digest()), of(first));
        running.update(...second);
        assert.equal(toHex(running.digest()), of(first, second));
        assert.equal(toHex(clone.digest()), of(first));
      }),
    );
  });
});

describe('A secret within other octets', () => {
  it('is compared to its last octet, and never beyond the end', () => {
    const octets = hex('00112233');
    assert.equal(isSecretAt(octets, 1, hex('1122')), true);
    assert.equal(isSecretAt(octets, 1, hex('1123')), false);
    assert.equal(isSecretAt(octets, 2, hex('223300')), false);
    assert.equal(isSecretAt(octets, 4, hex('')), true);
  });

  it('is compared without early exit: as many octets are looked at wherever the difference is', () => {
    /** How many octets a comparison reads of `secret`. */
    const reads = (secret: Uint8Array, compare: (watched: Uint8Array) => unknown) => {
      let count = 0;
      const watched = new Proxy(secret, {
        get(target, key) {
          if (typeof key === 'string' && /^\d+$/.test(key)) count++;
          return Reflect.get(target, key, target);
        },
      });
      compare(watched);
      return count;
    };
    const secret = hex('0011223344556677');
    for (let at = 0; at <= secret.length; at++) {
      const other = secret.map((octet, i) => (i === at ? octet ^ 1 : octet));
      assert.equal(
        reads(secret, (it) => isSecretAt(it, 0, other)),
        8,
        `isSecretAt, octet ${at}`,
      );
      assert.equal(
        reads(secret, (it) => equalSecrets(it, other)),
        8,
        `equalSecrets, octet ${at}`,
      );
    }
  });
});
