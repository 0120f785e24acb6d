import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { toHex } from '../../../src/wap/octets.js';
import { checksumOf } from '../../../src/wap/wtls/alert.js';
import { groups } from '../../../src/wap/wtls/groups.js';
import {
  cipherSpecByNumbers,
  computeMasterSecret,
  decodeHandshake,
  encodeHandshake,
  keyExchangeByNumber,
  type Side,
  wtlsReader,
} from '../../../src/wap/wtls/index.js';
import {
  computeVerifyData,
  hashMessages,
  masterSecretOf,
  recordIv,
  refreshPoint,
  writeKeys,
} from '../../../src/wap/wtls/keys.js';
import { bulkCiphers, macs } from '../../../src/wap/wtls/suites.js';
import { describeWithFixtures } from '../../support/fixtures.js';
import { hex } from '../../support/hex.js';

interface SealedRecord {
  readonly seq: number;
  readonly key_seq: number;
  readonly fragment: string;
  readonly side?: Side;
  readonly record_iv: string;
  readonly keys: {
    readonly mac_secret: string;
    readonly final_key?: string;
    readonly key_from_block: string;
    readonly iv: string;
  };
}

interface Finish {
  readonly verify_data: string;
  readonly handshake_hash?: string;
  readonly record: SealedRecord;
}

interface Handshake {
  readonly id: string;
  readonly what: string;
  readonly key_exchange_suite: number;
  readonly bulk_cipher: string;
  readonly mac: string;
  readonly key_refresh: number;
  readonly client_random: string;
  readonly server_random: string;
  readonly datagrams: readonly { readonly from: Side; readonly hex: string }[];
  readonly handshake_messages: readonly string[];
  readonly secrets: {
    readonly pre_master_secret?: string;
    readonly master_secret?: string;
    readonly client_finished: Finish;
    readonly server_finished: Finish;
  };
  readonly application?: readonly SealedRecord[];
}

function parameters(fixture: Handshake, master: Uint8Array) {
  const bulkCipher = bulkCiphers.find((it) => it.name === fixture.bulk_cipher);
  const mac = macs.find((it) => it.name === fixture.mac);
  assert(bulkCipher && mac);
  return {
    spec: { bulkCipher, mac },
    masterSecret: masterSecretOf(master),
    clientRandom: hex(fixture.client_random),
    serverRandom: hex(fixture.server_random),
    keyRefresh: fixture.key_refresh,
  };
}

describeWithFixtures('WTLS handshakes that others calculated', 'wtls', (folder) => {
  const read = (name: string) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
  const names = readdirSync(folder).filter((name) => /^(hs|kannel)-.*\.json$/.test(name));
  const resumedFrom: Handshake = read('hs-class2-rsa-3des-sha.json');
  const masterOf = (fixture: Handshake) =>
    hex(fixture.secrets.master_secret ?? resumedFrom.secrets.master_secret ?? '');

  for (const name of names) {
    const fixture: Handshake = read(name);
    describe(`${name}: ${fixture.what}`, () => {
      const master = masterOf(fixture);
      const given = parameters(fixture, master);
      const { hash } = given.spec.mac;
      const algorithm = keyExchangeByNumber(fixture.key_exchange_suite)?.algorithm;
      const { client_finished, server_finished, pre_master_secret } = fixture.secrets;

      if (pre_master_secret !== undefined) {
        it('the master secret', () => {
          const { clientRandom, serverRandom } = given;
          const made = computeMasterSecret(hash, hex(pre_master_secret), clientRandom, serverRandom);
          assert.equal(toHex(made.octets ?? new Uint8Array()), toHex(master));
        });
      }

      it('keys and IVs of every record', () => {
        const records = [
          { ...client_finished.record, side: 'client' as const },
          { ...server_finished.record, side: 'server' as const },
          ...(fixture.application ?? []),
        ];
        for (const record of records) {
          const side = record.side ?? 'client';
          assert.equal(refreshPoint(record.seq, fixture.key_refresh), record.key_seq);
          const keys = writeKeys(given, side, record.key_seq);
          assert.equal(toHex(keys.macSecret), record.keys.mac_secret);
          assert.equal(toHex(keys.key), record.keys.final_key ?? record.keys.key_from_block);
          assert.equal(toHex(keys.iv), record.keys.iv);
          assert.equal(toHex(recordIv(keys.iv, record.seq)), record.record_iv);
        }
      });

      it('messages decode and encode back', () => {
        for (const message of fixture.handshake_messages) {
          assert.equal(toHex(encodeHandshake(decodeHandshake(hex(message), algorithm))), message);
        }
      });

      it('both Finished', () => {
        const messages = fixture.handshake_messages.map((it) => hex(it));
        const short = fixture.id.startsWith('hs-resumed');
        const before = messages.filter((it) => it[0] !== 20);
        const finished = (side: Side) => {
          const data = side === 'client' ? client_finished : server_finished;
          return hex(`14000c${data.verify_data}`);
        };
        const [first, second]: Side[] = short ? ['server', 'client'] : ['client', 'server'];
        assert(first && second);
        const verify = (side: Side, heard: readonly Uint8Array[]) =>
          toHex(computeVerifyData(side, hash, given.masterSecret, heard));
        assert.equal(`14000c${verify(first, before)}`, toHex(finished(first)));
        assert.equal(`14000c${verify(second, [...before, finished(first)])}`, toHex(finished(second)));
        if (client_finished.handshake_hash !== undefined && !short) {
          assert.equal(toHex(hashMessages(hash, before)), client_finished.handshake_hash);
        }
      });

      it('a reader with the master secret reads every record', () => {
        const reader = wtlsReader((random) => (toHex(random) === fixture.client_random ? master : undefined));
        const contents: { from: Side; seq: number | undefined; content: string }[] = [];
        for (const datagram of fixture.datagrams) {
          const fields: never[] = [];
          for (const { record, content, fault } of reader.read(datagram.from, hex(datagram.hex), fields)) {
            assert.equal(fault, undefined, `${datagram.from} ${record.sequence}`);
            assert(content, `${datagram.from} ${record.sequence} is not deciphered`);
            if (record.ciphered) {
              contents.push({ from: datagram.from, seq: record.sequence, content: toHex(content) });
            }
          }
          assert(fields.length > 0);
        }
        for (const record of fixture.application ?? []) {
          const found = contents.find((it) => it.from === record.side && it.seq === record.seq);
          assert.equal(found?.content, record.fragment);
        }
      });
    });
  }

  it('checksums of alerts (§10.2)', () => {
    const { cases } = read('alert-checksum.json');
    for (const { last_record, checksum } of cases) {
      assert.equal(toHex(checksumOf(hex(last_record))), checksum);
    }
  });

  it('[WTLS-C-151] [WTLS-C-152] [WTLS-S-151] [WTLS-S-152] the predefined groups (Table 9)', () => {
    const { dh } = read('dh-and-curves.json');
    for (const group of groups) {
      const { p, q, g } = dh[group.number];
      assert.equal(toHex(group.prime), p);
      assert.equal(toHex(group.generator).replace(/^0+/, ''), g.replace(/^0+/, ''));
      assert.equal(group.order?.toString(16), q);
    }
  });

  it('cipher suites of the fixtures are in the tables', () => {
    assert.equal(cipherSpecByNumbers({ bulkCipher: 3, mac: 3 })?.bulkCipher.name, 'RC5_CBC');
    assert.equal(cipherSpecByNumbers({ bulkCipher: 3, mac: 4 }), undefined);
  });
});
