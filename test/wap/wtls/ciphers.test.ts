import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toHex } from '../../../src/wap/octets.js';
import { keyedCipher } from '../../../src/wap/wtls/cipher.js';
import { ideaCbcDecrypt, ideaCbcEncrypt, ideaInverse, ideaSchedule } from '../../../src/wap/wtls/idea.js';
import { rc5CbcDecrypt, rc5CbcEncrypt, rc5Schedule } from '../../../src/wap/wtls/rc5.js';
import { bulkCiphers } from '../../../src/wap/wtls/suites.js';
import { hex } from '../../support/hex.js';

const zeros = new Uint8Array(8);

/** Plain text, key and cryptogram of Rivest's paper "The RC5 Encryption Algorithm", RC5-32/12/16: each the next one's plain text. */
const rc5Examples = [
  ['00000000 00000000', '00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00', '21A5DBEE 154B8F6D'],
  ['21A5DBEE 154B8F6D', '91 5F 46 19 BE 41 B2 51 63 55 A5 01 10 A9 CE 91', 'F7C013AC 5B2B8952'],
  ['F7C013AC 5B2B8952', '78 33 48 E7 5A EB 0F 2F D7 B1 69 BB 8D C1 67 87', '2F42B3B7 0369FC92'],
  ['2F42B3B7 0369FC92', 'DC 49 DB 13 75 A5 58 4F 64 85 B4 13 B5 F1 2B AF', '65C178B2 84D197CC'],
  ['65C178B2 84D197CC', '52 69 F1 49 D4 1B A0 15 24 97 57 4D 7F 15 31 25', 'EB44E415 DA319824'],
] as const;

/** RFC 2040 §9.3: rounds, key, IV, plain text, cryptogram; those whose keys have octets as here. */
const rc5Cbc = [
  [0, '00', '0000000000000000', '0000000000000000', '7a7bba4d79111d1e'],
  [0, '00', '0000000000000000', 'ffffffffffffffff', '797bba4d78111d1e'],
  [0, '00', '0000000000000001', '0000000000000000', '7a7bba4d79111d1f'],
  [1, '11', '0000000000000000', '0000000000000000', '2f759fe7ad86a378'],
  [2, '00', '0000000000000000', '0000000000000000', 'dca2694bf40e0788'],
  [8, '00', '0000000000000000', '0000000000000000', 'dcfe098577eca5ff'],
  [8, '00', '0102030405060708', '1020304050607080', '9646fb77638f9ca8'],
  [12, '00', '0102030405060708', '1020304050607080', 'b2b3209db6594da4'],
  [16, '00', '0102030405060708', '1020304050607080', '545f7f32a5fc3836'],
  [8, '01020304', '0000000000000000', 'ffffffffffffffff', '8285e7c1b5bc7402'],
  [12, '01020304', '0000000000000000', 'ffffffffffffffff', 'fc586f92f7080934'],
  [16, '01020304', '0000000000000000', 'ffffffffffffffff', 'cf270ef9717ff7c4'],
  [12, '0102030405060708', '0000000000000000', 'ffffffffffffffff', 'e493f1c1bb4d6e8c'],
  [8, '0102030405060708', '0102030405060708', '1020304050607080', '5c4c041e0f217ac3'],
  [12, '0102030405060708', '0102030405060708', '1020304050607080', '921f12485373b4f7'],
  [16, '0102030405060708', '0102030405060708', '1020304050607080', '5ba0ca6bbe7f5fad'],
] as const;

describe('RC5 (Rivest 1994, RFC 2040)', () => {
  for (const [plain, key, cryptogram] of rc5Examples) {
    it(`RC5-32/12/16 of ${plain} is ${cryptogram}`, () => {
      const table = rc5Schedule(hex(key), 12);
      assert.deepEqual(rc5CbcEncrypt(table, zeros, hex(plain)), hex(cryptogram));
      assert.deepEqual(rc5CbcDecrypt(table, zeros, hex(cryptogram)), hex(plain));
    });
  }

  for (const [rounds, key, iv, plain, cryptogram] of rc5Cbc) {
    it(`CBC, ${rounds} rounds, key ${key}: ${plain} is ${cryptogram}`, () => {
      const table = rc5Schedule(hex(key), rounds);
      assert.equal(toHex(rc5CbcEncrypt(table, hex(iv), hex(plain))), cryptogram);
      assert.equal(toHex(rc5CbcDecrypt(table, hex(iv), hex(cryptogram))), plain);
    });
  }
});

/** From Lai, "On the Design and Security of Block Ciphers", and the test data of Ascom. */
const ideaExamples = [
  ['0000 0001 0002 0003', '0001 0002 0003 0004 0005 0006 0007 0008', '11fb ed2b 0198 6de5'],
  ['0102 0304 0506 0708', '0001 0002 0003 0004 0005 0006 0007 0008', '540e 5fea 18c2 f8b1'],
  ['0019 324b 647d 96af', '0001 0002 0003 0004 0005 0006 0007 0008', '9f0a 0ab6 e10c ed78'],
] as const;

describe('IDEA', () => {
  for (const [plain, key, cryptogram] of ideaExamples) {
    it(`${plain} is ${cryptogram}`, () => {
      const schedule = ideaSchedule(hex(key));
      assert.equal(toHex(ideaCbcEncrypt(schedule, zeros, hex(plain))), toHex(hex(cryptogram)));
      assert.equal(toHex(ideaCbcDecrypt(ideaInverse(schedule), zeros, hex(cryptogram))), toHex(hex(plain)));
    });
  }
});

describe('Bulk ciphers (WAP-261 Table 5)', () => {
  it('DES is the cipher of FIPS 81: its example in CBC', () => {
    const des = keyedCipher(bulkCiphers[5], hex('0123456789abcdef'));
    const plain = hex('4e6f77206973207468652074696d6520666f7220616c6c20');
    const cryptogram = hex('e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6');
    assert.deepEqual(des.encrypt(hex('1234567890abcdef'), plain), Buffer.from(cryptogram));
    assert.deepEqual(des.decrypt(hex('1234567890abcdef'), cryptogram), Buffer.from(plain));
  });

  for (const cipher of bulkCiphers) {
    it(`${cipher.name} decrypts what it encrypted, whatever key, IV and number of blocks`, () => {
      const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
      const blocks = fc.nat(8).chain((count) => octets(8 * count));
      fc.assert(
        fc.property(octets(cipher.expandedKeyMaterial), octets(8), blocks, (key, iv, plain) => {
          const keyed = keyedCipher(cipher, key);
          assert.equal(toHex(keyed.decrypt(iv, keyed.encrypt(iv, plain))), toHex(plain));
        }),
        { numRuns: 30 },
      );
    });
  }

  it('RC5_CBC has 16 rounds, its exportable forms 12', () => {
    const key = hex('01020304050607080102030405060708');
    const block = hex('1020304050607080');
    for (const [number, rounds] of [
      [1, 12],
      [2, 12],
      [3, 16],
      [10, 12],
    ] as const) {
      const cipher = bulkCiphers[number];
      const expected = rc5CbcEncrypt(rc5Schedule(key, rounds), zeros, block);
      assert.deepEqual(keyedCipher(cipher, key).encrypt(zeros, block), expected, cipher.name);
    }
  });
});
