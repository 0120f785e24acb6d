import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore, type StoredPush } from '../../../src/gateway/ppg/store.js';
import { endpoint, subscribers } from '../../../src/gateway/ppg/subscribers.js';
import { decodeClientAddress } from '../../../src/wap/push/index.js';
import { hex } from '../../support/hex.js';

const push: StoredPush = {
  pushId: '1',
  version: '2.0',
  announce: true,
  received: 1000,
  senderAddress: 'http://ppg/',
  notifyTo: 'http://shop/',
  deliverAfter: 2000,
  deliverBefore: 9000,
  qualityOfService: {
    priority: 'high',
    deliveryMethod: 'confirmed',
    networkRequired: false,
    bearerRequired: false,
  },
  headers: [{ name: 'Content-Type', value: 'a/b' }],
  body: hex('00 ff'),
};
const recipient = {
  address: 'WAPPUSH=a/TYPE=USER@b',
  key: 'USER|a',
  outcome: { state: 'pending', code: '1001', at: 1000 },
} as const;

describe('The queue of the push proxy', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wapstack-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('gives back what it was given, also to the next process', () => {
    const path = join(folder, 'queue.db');
    const first = openStore(path);
    assert.equal(first.accept(push, [recipient]), true);
    assert.equal(first.accept(push, [recipient]), false);
    first.close();
    const second = openStore(path);
    assert.deepEqual(second.due(1999, 10), []);
    const [found] = second.due(2000, 10);
    assert.deepEqual(found, { id: 1, push, ...recipient, attempts: 0, reports: 0 });
    second.close();
  });

  it('gives an outcome once, and then a report until it is taken', () => {
    const store = openStore(':memory:');
    store.accept(push, [recipient]);
    assert.equal(store.next(), 2000);
    assert.equal(
      store.settle(1, { state: 'delivered', code: '1000', at: 3000, deliveryMethod: 'unconfirmed' }),
      true,
    );
    assert.equal(store.settle(1, { state: 'cancelled', code: '1000', at: 3001 }), false);
    assert.deepEqual(store.due(9999, 10), []);
    assert.equal(store.unreported(3000, 10)[0]?.outcome.state, 'delivered');
    assert.equal(store.purge(5000), 0);
    store.postponeReport(1, 4000);
    assert.equal(store.next(), 4000);
    assert.deepEqual(store.unreported(3999, 10), []);
    assert.equal(store.unreported(4000, 10)[0]?.reports, 1);
    store.reported(1);
    assert.equal(store.next(), undefined);
    assert.deepEqual(store.counts(), { delivered: 1 });
    assert.equal(store.purge(1000), 0);
    assert.equal(store.purge(1001), 1);
    assert.equal(store.has('1'), false);
    assert.deepEqual(store.recipients('1'), []);
    store.close();
  });

  it('a file of another kind is refused', () => {
    const path = join(folder, 'other.db');
    const db = new Database(path);
    db.pragma('user_version = 99');
    db.close();
    assert.throws(() => openStore(path), /schema 99, not 1/);
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
