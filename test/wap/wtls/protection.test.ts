import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { toHex } from '../../../src/wap/octets.js';
import {
  bulkCiphers,
  type CipherSpec,
  cipherSpecByName,
  decodeRecords,
  encodeRecord,
  macs,
  masterSecretOf,
  ReadState,
  type SequenceNumberMode,
  WriteState,
} from '../../../src/wap/wtls/index.js';
import { recordIv, refreshPoint, writeKeys } from '../../../src/wap/wtls/keys.js';
import type { WtlsRecord } from '../../../src/wap/wtls/record.js';
import { DuplicateWindow } from '../../../src/wap/wtls/window.js';
import { mutated } from '../../support/arbitrary.js';
import { hex } from '../../support/hex.js';

function states(spec: CipherSpec, mode: SequenceNumberMode = 'explicit', keyRefresh = 2) {
  const parameters = {
    spec,
    masterSecret: masterSecretOf(hex('000102030405060708090a0b0c0d0e0f10111213')),
    clientRandom: hex('3b309e0ee8cf6e3676252c354b1385c0'),
    serverRandom: hex('3b309e0f9740e1b70219f956118c1a4d'),
    keyRefresh,
  };
  return {
    parameters,
    write: new WriteState(parameters, 'client', mode),
    read: new ReadState(parameters, 'client', mode),
  };
}

const one = (octets: Uint8Array): WtlsRecord => {
  const [first] = decodeRecords(octets);
  assert(first);
  return first.record;
};

const flip = (octets: Uint8Array, at: number, bits = 1) =>
  octets.map((octet, i) => (i === at ? octet ^ bits : octet));

describe('WTLS records (WAP-261 §9.2)', () => {
  /** Octets, and the records in them. */
  const examples = [
    [
      '43 0000 0e0000',
      [{ contentType: 3, sequence: 0, ciphered: false, withLength: false, fragment: hex('0e0000') }],
    ],
    [
      'c1 0002 0001 01',
      [{ contentType: 1, sequence: 2, ciphered: false, withLength: true, fragment: hex('01') }],
    ],
    ['24 aabb', [{ contentType: 4, ciphered: true, withLength: false, fragment: hex('aabb') }]],
    [
      'c1 0003 0001 01 63 0000 c6e6293a',
      [
        { contentType: 1, sequence: 3, ciphered: false, withLength: true, fragment: hex('01') },
        { contentType: 3, sequence: 0, ciphered: true, withLength: false, fragment: hex('c6e6293a') },
      ],
    ],
    ['8f 0000', [{ contentType: 15, ciphered: false, withLength: true, fragment: hex('') }]],
  ] as const;
  for (const [octets, records] of examples) {
    it(`${octets}`, () => {
      assert.deepEqual(
        decodeRecords(hex(octets)).map(({ record }) => record),
        records,
      );
      assert.equal(records.map((record) => toHex(encodeRecord(record))).join(''), toHex(hex(octets)));
    });
  }

  it('what is cut short, or sets the reserved bit, is refused', () => {
    for (const bad of ['', 'c1 0002 0002 01', '43 00', 'c3 0000 00', '53 0000 0e0000', 'c1 0000 ffff 00']) {
      assert.throws(() => decodeRecords(hex(bad)), DecodeError, bad);
    }
    assert.throws(() => decodeRecords(hex('8400 00'.repeat(17))), DecodeError);
  });

  it('any octets are records or a DecodeError; what decodes encodes back', () => {
    const seeds = fc.constantFrom(...examples.map(([octets]) => hex(octets)));
    fc.assert(
      fc.property(fc.oneof(mutated(seeds), fc.uint8Array({ maxLength: 40 })), (octets) => {
        try {
          const encoded = decodeRecords(octets).map(({ record }) => toHex(encodeRecord(record)));
          assert.equal(encoded.join(''), toHex(octets));
        } catch (error) {
          assert(error instanceof DecodeError);
        }
      }),
    );
  });

  it('each read names its field, with its place', () => {
    const fields: Parameters<typeof decodeRecords>[1] = [];
    decodeRecords(hex('c1 0003 0001 01 63 0000 c6e6'), fields);
    assert.deepEqual(
      fields?.map(({ name, bit, bits, parts }) => [name, bit, bits, parts?.map((part) => part.name)]),
      [
        ['Record', 0, 48, ['record_type', 'sequence_number', 'length', 'fragment']],
        ['Record', 48, 40, ['record_type', 'sequence_number', 'fragment']],
      ],
    );
  });
});

describe('WTLS record protection (WAP-261 §9.2.3)', () => {
  const specs = bulkCiphers.flatMap((cipher) => macs.map((mac) => cipherSpecByName(cipher.name, mac.name)));

  it('what is sealed opens, in every suite, for every length of a block and more', () => {
    for (const spec of specs) {
      const { write, read } = states(spec);
      for (let length = 0; length < 20; length++) {
        const content = new Uint8Array(length).fill(length);
        const opened = read.open(one(write.seal(4, content, length % 2 === 0)));
        assert('content' in opened, spec.bulkCipher.name);
        assert.equal(toHex(opened.content), toHex(content));
      }
    }
  });

  it('the longest fragment', () => {
    const { write, read } = states(cipherSpecByName('3DES_CBC_EDE', 'SHA'));
    const content = new Uint8Array(65_000).fill(7);
    const opened = read.open(one(write.seal(4, content, false)));
    assert('content' in opened && opened.content.length === content.length);
  });

  it('the padding is as long as it has to be: 59 octets and 10 of MAC make 72 (§9.2.3.3)', () => {
    const { write } = states(cipherSpecByName('DES_CBC', 'SHA_80'));
    assert.equal(one(write.seal(4, new Uint8Array(59), true)).fragment.length, 72);
  });

  it('no bit of a record can be changed', () => {
    for (const spec of [cipherSpecByName('RC5_CBC', 'SHA'), cipherSpecByName('NULL', 'MD5_40')]) {
      const { write, read } = states(spec);
      const sealed = write.seal(4, hex('0102030405'), true);
      for (let at = 0; at < sealed.length; at++) {
        // The flags for length and content type decide how it is read; the others are under the MAC.
        const changed = flip(sealed, at, at === 0 ? 0x01 : 0x10);
        assert(!('content' in read.open(one(changed))), `octet ${at}`);
      }
      assert('content' in read.open(one(sealed)), 'forgeries took no number from it (Appendix B.4)');
    }
  });

  it('wrong padding and a wrong MAC are told apart by nothing: one answer', () => {
    const spec = cipherSpecByName('RC5_CBC', 'SHA');
    const { write, read } = states(spec);
    const sealed = write.seal(4, hex('01020304050607'), true);
    const answers = new Set<string>();
    for (let at = 3; at < sealed.length; at++) {
      for (let bits = 1; bits < 256; bits++) {
        const opened = read.open(one(flip(sealed, at, bits)));
        answers.add('unreadable' in opened ? opened.unreadable : 'read');
      }
    }
    assert.deepEqual([...answers], ['bad_record_mac']);
    assert.deepEqual(read.open(one(sealed.subarray(0, -1))), { unreadable: 'decryption_failed' });
  });

  it('longer padding than needed is taken; padding octets that differ are not', () => {
    // SHA_0 leaves nothing but the padding to be looked at.
    const spec = cipherSpecByName('RC5_CBC', 'SHA_0');
    const keys = writeKeys(states(spec).parameters, 'client', 0);
    const open = (plain: string) => {
      const fragment = keys.cipher.encrypt(keys.iv, hex(plain));
      const record = { contentType: 4, sequence: 0, ciphered: true, withLength: false, fragment };
      return states(spec).read.open(record);
    };
    assert.deepEqual(open('aa 0e0e0e0e0e0e0e 0e0e0e0e0e0e0e 0e'), { content: hex('aa') });
    assert.deepEqual(open('aa 0e0e0e0e0e0e0e 0e0e0d0e0e0e0e 0e'), { unreadable: 'bad_record_mac' });
    assert.deepEqual(open('0f0f0f0f0f0f0f0f 0f0f0f0f0f0f0f0f'), { content: hex('') });
    assert.deepEqual(open('10101010101010101010101010101010'), { unreadable: 'bad_record_mac' });
  });
});

describe('WTLS sequence numbers (WAP-261 §9.1, §9.2.3.1)', () => {
  const spec = cipherSpecByName('RC5_CBC', 'SHA');

  it('[WTLS-C-010] [WTLS-S-010] explicit: written, counted from zero, and under the MAC', () => {
    const { write, read } = states(spec);
    const records = [0, 1, 2, 3].map(() => one(write.seal(4, hex('aa'), true)));
    assert.deepEqual(
      records.map(({ sequence }) => sequence),
      [0, 1, 2, 3],
    );
    // Any order, with gaps.
    for (const at of [3, 1, 2]) assert('content' in read.open(records[at] as WtlsRecord));
    const unnumbered = { ...(records[0] as WtlsRecord) };
    delete (unnumbered as { sequence?: number }).sequence;
    assert(!('content' in read.open(unnumbered)));
  });

  it('[WTLS-C-011] [WTLS-S-011] implicit: counted by both ends, not written but in handshake messages', () => {
    const { write, read } = states(spec, 'implicit');
    const finished = one(write.seal(3, hex('14'), true, true));
    assert.equal(finished.sequence, 0);
    assert('content' in read.open(finished));
    for (let i = 1; i < 10; i++) {
      const record = one(write.seal(4, Uint8Array.of(i), true));
      assert.equal(record.sequence, undefined);
      assert.deepEqual(read.open(record), { content: Uint8Array.of(i) });
    }
    // One that was played back is under another number.
    const record = one(write.seal(4, hex('aa'), true));
    assert('content' in read.open(record));
    assert(!('content' in read.open(record)));
  });

  it('a window of 32: what is behind it is not taken', () => {
    const { write, read } = states(spec);
    const records = Array.from({ length: 40 }, () => one(write.seal(4, hex('aa'), true)));
    assert('content' in read.open(records[39] as WtlsRecord));
    for (const [at, taken] of [
      [8, true],
      [7, false],
      [0, false],
      [39, false],
      [8, false],
    ] as const) {
      assert.equal('content' in read.open(records[at] as WtlsRecord), taken, `${at}`);
    }
  });

  it('the window agrees with a set of the last 32 numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { maxLength: 60 }), (numbers) => {
        const window = new DuplicateWindow();
        const seen = new Set<number>();
        for (const number of numbers) {
          const largest = Math.max(-1, ...seen);
          const isNew = !seen.has(number) && number > largest - 32;
          assert.equal(window.isNew(number), isNew);
          if (!isNew) continue;
          window.accept(number);
          seen.add(number);
        }
      }),
    );
  });

  it('65536 records, and no more', () => {
    const { write } = states(cipherSpecByName('NULL', 'SHA_0'));
    for (let i = 0; i < 65_536; i++) write.seal(4, hex('aa'), true);
    assert.equal(write.left, 0);
    assert.throws(() => write.seal(4, hex('aa'), true), RangeError);
  });
});

describe('WTLS key refresh (WAP-261 §11.2, Appendix B.3)', () => {
  it('[WTLS-C-013] [WTLS-S-013] keys change every 2^key_refresh records; either end finds them by the number', () => {
    const spec = cipherSpecByName('RC5_CBC', 'SHA');
    for (const keyRefresh of [0, 1, 3, 15, 16, 255]) {
      const { write, read } = states(spec, 'explicit', keyRefresh);
      const records = Array.from({ length: 40 }, () => one(write.seal(4, hex('aa'), true)));
      // Out of order, across refreshes.
      for (let i = 0; i < 40; i += 2) {
        assert('content' in read.open(records[i + 1] as WtlsRecord));
        assert('content' in read.open(records[i] as WtlsRecord));
      }
    }
    const apart = states(spec, 'explicit', 3);
    const wrong = states(spec, 'explicit', 4);
    const records = Array.from({ length: 9 }, () => one(apart.write.seal(4, hex('aa'), true)));
    assert('content' in wrong.read.open(records[7] as WtlsRecord));
    assert(!('content' in wrong.read.open(records[8] as WtlsRecord)));
  });

  it('the example of §11.2: record 19, keys every 8 records: those of 16', () => {
    assert.equal(refreshPoint(19, 3), 16);
    assert.equal(refreshPoint(19, 0), 19);
    assert.equal(refreshPoint(65_535, 16), 0);
  });

  it('record_IV repeats the sequence number over the IV', () => {
    assert.equal(toHex(recordIv(hex('be19c2fee4625dd5'), 0x0102)), 'bf1bc3fce5605cd7');
  });
});
