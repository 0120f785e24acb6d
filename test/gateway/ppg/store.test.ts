import assert from 'node:assert/strict';
import Database from 'better-sqlite3';
import { openStore } from '../../../src/gateway/ppg/open-store.js';
import { sqliteStore } from '../../../src/gateway/ppg/sqlite-store.js';
import { endpoint, subscribers } from '../../../src/gateway/ppg/subscribers.js';
import { ProtocolError } from '../../../src/wap/errors.js';
import { decodeClientAddress } from '../../../src/wap/push/index.js';
import { temporaryFolder } from '../../support/folder.js';
import { itKeepsTheQueue, push, recipient } from './store-contract.js';

describe('The queue of the push proxy in SQLite', () => {
  const file = temporaryFolder();

  itKeepsTheQueue(async (name) => sqliteStore(file(`${name}.db`)));

  it('a file of another kind is refused', async () => {
    const db = new Database(file('other.db'));
    db.pragma('user_version = 99');
    db.close();
    await assert.rejects(openStore(file('other.db')), /schema 99, not 2/);
  });

  it('a file of the first version is brought up to date', async () => {
    await sqliteStore(file('first.db')).close();
    const db = new Database(file('first.db'));
    db.exec('ALTER TABLE push DROP COLUMN initiator');
    db.pragma('user_version = 1');
    db.close();
    const store = await openStore(file('first.db'));
    assert.equal(await store.accept({ push, recipients: [recipient] }), 'accepted');
    assert.equal((await store.recipients('1'))[0]?.push.initiator, 'shop');
    await store.close();
  });

  it('what cannot be written is not promised', async () => {
    const store = sqliteStore(file('locked.db'));
    const db = new Database(file('locked.db'));
    db.exec('DROP TABLE recipient');
    await assert.rejects(store.accept({ push, recipients: [recipient] }), /no such table/);
    db.close();
    await store.close();
    await assert.rejects(store.has('1'), (error) => !(error instanceof ProtocolError));
  });
});

describe('Where clients are (WAP-249 §6)', () => {
  it('hosts with and without ports, of both kinds', () => {
    assert.deepEqual(endpoint('127.0.0.1', 2948), { bearer: 'Any IPv4', address: '127.0.0.1', port: 2948 });
    assert.deepEqual(endpoint('[::1]:99', 2948), { bearer: 'Any IPv6', address: '::1', port: 99 });
    assert.deepEqual(endpoint('fe80::1', 2948), { bearer: 'Any IPv6', address: 'fe80::1', port: 2948 });
    for (const text of ['phone.example', '127.0.0.1:0', '127.0.0.1:70000', '1.2.3.999', '']) {
      assert.equal(endpoint(text, 2948), undefined, text);
    }
  });

  it('numbers by their digits, users in any letters, everybody else at the default', () => {
    const locate = subscribers({
      subscribers: { '+33-6.1': '127.0.0.2', Peter: '127.0.0.3', '10.0.0.1': '127.0.0.4' },
      defaultAddress: '127.0.0.9:5',
      pushPort: 2948,
    });
    const at = (text: string) => locate(decodeClientAddress(`WAPPUSH=${text}@ppg`))?.address;
    assert.equal(at('+3361/TYPE=PLMN'), '127.0.0.2');
    assert.equal(at('PETER/TYPE=USER'), '127.0.0.3');
    assert.equal(at('paul/TYPE=USER'), '127.0.0.9');
    assert.equal(at('10.0.0.1/TYPE=IPv4'), '127.0.0.4');
    assert.equal(at('10.0.0.2/TYPE=IPv4'), '10.0.0.2');
    assert.equal(at('12345678/TYPE=MAN'), undefined);
  });
});
