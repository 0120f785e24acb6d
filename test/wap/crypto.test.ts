import assert from 'node:assert/strict';
import {
  constants,
  createPrivateKey,
  createPublicKey,
  sign as nodeSign,
  verify as nodeVerify,
  publicEncrypt,
} from 'node:crypto';
import fc from 'fast-check';
import {
  deriveKey,
  ecdh,
  ecdsaSignSha1,
  ecdsaVerifySha1,
  ecKeyFromScalar,
  encodePublicKeyInfo,
  equalSecrets,
  generateEcKey,
  generateRsaKey,
  hmacMd5,
  hmacSha1,
  md5,
  orderOctets,
  pem,
  pHash,
  type RsaPrivateKey,
  rsaDecryptMessage,
  rsaDecryptSecret,
  rsaEncrypt,
  rsaSignBlock,
  rsaSignSha1,
  rsaVerifyBlock,
  rsaVerifySha1,
  seal,
  sha1,
  sha1DigestInfo,
  sha256,
  toBigint,
  toMagnitude,
  toOctets,
  unseal,
} from '../../src/wap/crypto.js';
import { UsageError } from '../../src/wap/errors.js';
import { encodeUtf8, toHex } from '../../src/wap/octets.js';
import { curveByNumber, curves } from '../../src/wap/pki/curves.js';
import { encodePrivateKeyInfo } from '../../src/wap/pki/keys.js';
import { seededRandom } from '../../src/wap/random.js';
import { hex } from '../support/hex.js';

const abc = encodeUtf8('abc');

function curve(number: number) {
  const found = curveByNumber(number);
  assert.ok(found);
  return found;
}

describe('hashes (FIPS 180, RFC 1321) and HMAC (RFC 2202)', () => {
  it('SHA-1, SHA-256 and MD5 of "abc"', () => {
    assert.equal(toHex(sha1(abc)), 'a9993e364706816aba3e25717850c26c9cd0d89d');
    assert.equal(toHex(sha256(abc)), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    assert.equal(toHex(md5(abc)), '900150983cd24fb0d6963f7d28e17f72');
  });

  it('HMAC test case 2', () => {
    const [key, message] = [encodeUtf8('Jefe'), encodeUtf8('what do ya want for nothing?')];
    assert.equal(toHex(hmacSha1(key, message)), 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79');
    assert.equal(toHex(hmacMd5(key, message)), '750c783e6ab0b503eaa86e310a5db738');
  });
});

describe('P_hash (WAP-261 §11.3.2)', () => {
  it('HMAC over A(1) and the seed, A(2) and the seed, as far as needed', () => {
    const [secret, seed] = [hex('000102'), hex('0a0b')];
    const a1 = hmacSha1(secret, seed);
    const a2 = hmacSha1(secret, a1);
    const first = hmacSha1(secret, Uint8Array.of(...a1, ...seed));
    const second = hmacSha1(secret, Uint8Array.of(...a2, ...seed));
    assert.deepEqual(pHash(hmacSha1, secret, seed, 25), Uint8Array.of(...first, ...second.subarray(0, 5)));
    assert.deepEqual(pHash(hmacSha1, secret, seed, 20), first);
  });
});

describe('RSA (PKCS#1 v1.5)', () => {
  const key = generateRsaKey(seededRandom(1, 'rsa'), 1024);

  it('the same randomness makes the same key, another one another', () => {
    const again = generateRsaKey(seededRandom(1, 'rsa'), 1024);
    assert.deepEqual(again, key);
    assert.notDeepEqual(generateRsaKey(seededRandom(2, 'rsa'), 1024).publicKey, key.publicKey);
  });

  it('a modulus has all its bits', () => {
    assert.equal(key.publicKey.modulus.length, 128);
    assert.ok((key.publicKey.modulus[0] ?? 0) >= 0x80);
    assert.equal(generateRsaKey(seededRandom(3), 512).publicKey.modulus.length, 64);
  });

  it('no keys of odd sizes', () => {
    for (const bits of [0, 511, 1000, 8192])
      assert.throws(() => generateRsaKey(seededRandom(1), bits), UsageError);
  });

  it("node's own signature is ours, and verifies", () => {
    const pkcs8 = createPrivateKey({ key: pem('PRIVATE KEY', encodePrivateKeyInfo(key)), format: 'pem' });
    const theirs = nodeSign('sha1', abc, pkcs8);
    assert.equal(toHex(rsaSignSha1(key, abc)), theirs.toString('hex'));
    assert.equal(rsaVerifySha1(key.publicKey, abc, new Uint8Array(theirs)), true);
  });

  it('any changed bit makes a signature wrong', () => {
    const signature = rsaSignSha1(key, abc);
    fc.assert(
      fc.property(fc.nat({ max: 1023 }), (bit) => {
        const changed = signature.slice();
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
        return !rsaVerifySha1(key.publicKey, abc, changed);
      }),
      { numRuns: 30 },
    );
    assert.equal(rsaVerifySha1(key.publicKey, abc, signature.subarray(1)), false);
    assert.equal(rsaVerifySha1(key.publicKey, abc, new Uint8Array(0)), false);
  });

  it('a block is compared whole: bare digest and DigestInfo are not exchanged', () => {
    const digest = sha1(abc);
    assert.equal(rsaVerifyBlock(key.publicKey, digest, rsaSignBlock(key, digest)), true);
    assert.equal(rsaVerifyBlock(key.publicKey, sha1DigestInfo(digest), rsaSignBlock(key, digest)), false);
    assert.equal(rsaVerifyBlock(key.publicKey, digest, rsaSignBlock(key, sha1DigestInfo(digest))), false);
  });

  it('what is encrypted comes back', () => {
    const secret = hex('0102030405');
    const cryptogram = rsaEncrypt(seededRandom(4), key.publicKey, secret);
    assert.deepEqual(rsaDecryptSecret(key, cryptogram, 5), secret);
    assert.deepEqual(rsaDecryptMessage(key, cryptogram), secret);
  });

  it('what node encrypts comes back', () => {
    const publicKey = createPublicKey({
      key: pem('PUBLIC KEY', encodePublicKeyInfo(key.publicKey)),
      format: 'pem',
    });
    const theirs = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, abc);
    assert.deepEqual(rsaDecryptMessage(key, new Uint8Array(theirs)), abc);
  });

  /** A block of our own making, encrypted without any padding. */
  function encryptBlock(block: Uint8Array, to: RsaPrivateKey): Uint8Array {
    const publicKey = createPublicKey({
      key: pem('PUBLIC KEY', encodePublicKeyInfo(to.publicKey)),
      format: 'pem',
    });
    return new Uint8Array(publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, block));
  }

  it('wrong padding gives no oracle: an answer of the same length, the same every time, and none of the message', () => {
    const good = new Uint8Array(128).fill(0x55);
    good.set([0, 2]);
    good[128 - 21] = 0;
    assert.deepEqual(rsaDecryptSecret(key, encryptBlock(good, key), 20), new Uint8Array(20).fill(0x55));
    for (const [at, octet] of [
      [1, 1],
      [5, 0],
      [128 - 21, 0x55],
    ] as const) {
      const bad = good.slice();
      bad[at] = octet;
      const cryptogram = encryptBlock(bad, key);
      const first = rsaDecryptSecret(key, cryptogram, 20);
      assert.equal(first.length, 20);
      assert.notDeepEqual(first, new Uint8Array(20).fill(0x55));
      assert.deepEqual(rsaDecryptSecret(key, cryptogram, 20), first);
      assert.deepEqual(rsaDecryptMessage(key, cryptogram), rsaDecryptMessage(key, cryptogram));
    }
  });

  it('cryptograms of any length and content are answered', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 140 }), (cryptogram) => {
        return (
          rsaDecryptSecret(key, cryptogram, 20).length === 20 &&
          rsaDecryptMessage(key, cryptogram).length <= 117
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe('ECDSA (X9.62, RFC 6979)', () => {
  it('RFC 6979 A.2.4: 224 bits, prime field (curve 12), SHA-1, "sample"', () => {
    const key = ecKeyFromScalar(curve(12), hex('F220266E1105BFE3083E03EC7A3A654651F45E37167E88600BF257C1'));
    assert.ok(key);
    assert.equal(
      toHex(ecdsaSignSha1(key, encodeUtf8('sample'))),
      '22226f9d40a96e19c4a301ce5b74b115303c0f3a4fd30fc257fb57ac66d1cdd83e3af75605dd6e2feff196d30aa7ed7a2edf7af475403d69',
    );
  });

  it('RFC 6979 A.2.8: 163 bits, binary field (curve 3), SHA-1, "sample"', () => {
    const key = ecKeyFromScalar(curve(3), hex('009A4D6792295A7F730FC3F2B49CBC0F62E862272F'));
    assert.ok(key);
    assert.equal(
      toHex(ecdsaSignSha1(key, encodeUtf8('sample'))),
      '030c45b80ba0e1406c4efbbb7000d6de4fa465d505038d87df89493522fc4cd7de1553bd9dbba2123011',
    );
  });

  for (const each of curves) {
    it(`curve ${each.number}: signatures verify with node, and with us; r and s are as long as the order`, () => {
      const key = generateEcKey(seededRandom(each.number, 'ec'), each);
      const signature = ecdsaSignSha1(key, abc);
      assert.equal(signature.length, 2 * orderOctets(each));
      const publicKey = createPublicKey({
        key: pem('PUBLIC KEY', encodePublicKeyInfo(key.publicKey)),
        format: 'pem',
      });
      assert.equal(nodeVerify('sha1', abc, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature), true);
      assert.equal(ecdsaVerifySha1(key.publicKey, abc, signature), true);
      assert.equal(ecdsaVerifySha1(key.publicKey, encodeUtf8('abd'), signature), false);
      const swapped = Uint8Array.of(
        ...signature.subarray(signature.length / 2),
        ...signature.subarray(0, signature.length / 2),
      );
      assert.equal(ecdsaVerifySha1(key.publicKey, abc, swapped), false);
      assert.equal(ecdsaVerifySha1(key.publicKey, abc, new Uint8Array(signature.length)), false);
    });
  }

  it('two parties come to the same shared secret; a point off the curve to none', () => {
    const [a, b] = [generateEcKey(seededRandom(1), curve(7)), generateEcKey(seededRandom(2), curve(7))];
    assert.deepEqual(ecdh(a, b.publicKey.point), ecdh(b, a.publicKey.point));
    const off = b.publicKey.point.slice();
    off[40] = (off[40] ?? 0) ^ 1;
    assert.equal(ecdh(a, off), undefined);
  });

  it('numbers outside 1 to n-1 are no keys', () => {
    const { order } = curve(7);
    assert.equal(ecKeyFromScalar(curve(7), new Uint8Array(21)), undefined);
    assert.equal(ecKeyFromScalar(curve(7), toOctets(order, 21)), undefined);
    assert.ok(ecKeyFromScalar(curve(7), toOctets(order - 1n, 21)));
  });
});

describe('secrets', () => {
  it('are compared as wholes', () => {
    assert.equal(equalSecrets(hex('0102'), hex('0102')), true);
    assert.equal(equalSecrets(hex('0102'), hex('0103')), false);
    assert.equal(equalSecrets(hex('0102'), hex('010200')), false);
    assert.equal(equalSecrets(hex('010200'), hex('0102')), false);
    assert.equal(equalSecrets(hex(''), hex('')), true);
  });

  it('scrypt: RFC 7914 §12, third vector, its first half', () => {
    const key = deriveKey(encodeUtf8('pleaseletmein'), encodeUtf8('SodiumChloride'), 14);
    assert.equal(toHex(key), '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2');
  });

  it('sealed octets open with the same key, nonce and context, and with nothing else', () => {
    const [key, nonce, context] = [new Uint8Array(32), new Uint8Array(12), encodeUtf8('a')];
    const sealed = seal(key, nonce, abc, context);
    assert.deepEqual(unseal(key, nonce, sealed, context), abc);
    assert.equal(unseal(new Uint8Array(32).fill(1), nonce, sealed, context), undefined);
    assert.equal(unseal(key, new Uint8Array(12).fill(1), sealed, context), undefined);
    assert.equal(unseal(key, nonce, sealed, encodeUtf8('b')), undefined);
    assert.equal(unseal(key, nonce, sealed.subarray(1), context), undefined);
    assert.equal(unseal(key, nonce, new Uint8Array(3), context), undefined);
  });
});

describe('numbers as octets', () => {
  it('there and back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 200n }), (number) => {
        return toBigint(toOctets(number, 26)) === number && toBigint(toMagnitude(number)) === number;
      }),
    );
    assert.deepEqual(toMagnitude(0n), new Uint8Array(0));
    assert.throws(() => toOctets(256n, 1), RangeError);
  });
});
