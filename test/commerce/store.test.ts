import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type Evidence, endings, type SignatureRequest } from '../../src/commerce/model.js';
import { openStore, type Store, storeDirectory } from '../../src/commerce/store.js';

const delivery = { name: 'Alice', street: 'S', postcode: 'P', city: 'C', country: 'France' };
const lines = [{ productId: 'mouse', name: 'Optical mouse', shortName: 'Mouse', price: 3990, quantity: 1 }];
const order = { transaction: '4711-0815', userId: 'alice', lines, total: 3990, delivery, prepared: 1000 };
const request: SignatureRequest = {
  transaction: '4711-0815',
  token: 'token',
  nonce: 'nonce',
  text: 'text',
  countersignature: 'AQ==',
  created: 2000,
  expires: 3000,
};
const evidence: Evidence = {
  transaction: '4711-0815',
  text: 'text',
  signedContent: Uint8Array.of(1, 2, 3),
  received: 2500,
  verdict: 'signed',
  checks: [{ name: 'signature', ok: true, text: 'it is right' }],
};

function fresh(path = ':memory:'): Store {
  const store = openStore(path);
  store.putUser({ userId: 'alice', name: 'Alice', passwordHash: 'hash' });
  return store;
}

describe("The shop's store", () => {
  it('keeps an order and brings it from prepared over awaiting signature to its one ending', () => {
    const store = fresh();
    assert.equal(store.addOrder(order), true);
    assert.equal(store.addOrder(order), false, 'the number is taken');
    assert.deepEqual(store.findOrder('4711-0815'), { ...order, state: 'prepared', reason: '', repeats: 0 });
    const signed = {
      transaction: '4711-0815',
      ending: 'signed',
      reason: 'Signed.',
      at: 2600,
      evidence,
    } as const;
    assert.equal(store.end(signed), false, 'nobody has approved yet');
    assert.equal(store.addRequest(request), false);
    assert.equal(store.approve('4711-0815'), true);
    assert.equal(store.approve('4711-0815'), false);
    assert.equal(store.addRequest(request), true);
    assert.deepEqual(store.findRequest('token'), request);
    assert.deepEqual(store.requestOf('4711-0815'), request);
    assert.deepEqual(store.waiting(), [{ transaction: '4711-0815', expires: 3000 }]);

    store.setQuantity('alice', 'mouse', 1);
    assert.equal(store.end(signed), true);
    for (const ending of endings) assert.equal(store.end({ ...signed, ending }), false, ending);
    assert.deepEqual(store.findOrder('4711-0815'), {
      ...order,
      state: 'signed',
      reason: 'Signed.',
      ended: 2600,
      repeats: 0,
    });
    assert.deepEqual(store.evidenceOf('4711-0815'), [evidence]);
    assert.deepEqual(store.waiting(), []);
    assert.equal(store.cart('alice').size, 0);
  });

  it('withdraws an order that nobody has approved, and ends it in no other way', () => {
    for (const ending of endings) {
      const store = fresh();
      store.addOrder(order);
      const ended = store.end({ transaction: '4711-0815', ending, reason: '', at: 1 });
      assert.equal(ended, ending === 'withdrawn', ending);
    }
  });

  it('knows signed content that came before, and counts repetitions', () => {
    const store = fresh();
    store.addOrder(order);
    assert.equal(store.isKnown(evidence.signedContent), false);
    store.addRepeat({ ...evidence, verdict: 'late', signed: 2400 });
    assert.equal(store.isKnown(evidence.signedContent), true);
    assert.equal(store.findOrder('4711-0815')?.repeats, 1);
    assert.equal(store.evidenceOf('4711-0815')[0]?.signed, 2400);
  });

  it('happens wholly or not at all: evidence that cannot be written leaves the order waiting', () => {
    const store = fresh();
    store.addOrder(order);
    store.approve('4711-0815');
    const broken = { ...evidence, transaction: 'unknown' };
    assert.throws(() =>
      store.end({ transaction: '4711-0815', ending: 'signed', reason: '', at: 1, evidence: broken }),
    );
    assert.equal(store.findOrder('4711-0815')?.state, 'awaiting signature');
  });

  it('keeps a cart of 1 to 99 pieces each', () => {
    const store = fresh();
    store.setQuantity('alice', 'mouse', 2);
    store.setQuantity('alice', 'mouse', 99);
    store.setQuantity('alice', 'game', 1);
    assert.deepEqual(
      [...store.cart('alice')],
      [
        ['game', 1],
        ['mouse', 99],
      ],
    );
    store.setQuantity('alice', 'game', 0);
    assert.equal(store.cart('alice').size, 1);
    assert.throws(() => store.setQuantity('alice', 'mouse', 100));
    assert.throws(() => store.setQuantity('nobody', 'mouse', 1));
  });

  it('keeps sessions until they expire, by the hash of their name', () => {
    const store = fresh();
    store.putSession('id', { formToken: 'token', expires: 100 }, 0);
    store.putSession('user', { userId: 'alice', formToken: 'other', expires: 100 }, 0);
    assert.deepEqual(store.findSession('id', 99), { formToken: 'token', expires: 100 });
    assert.deepEqual(store.findSession('user', 99), { userId: 'alice', formToken: 'other', expires: 100 });
    assert.equal(store.findSession('id', 100), undefined);
    assert.equal(store.findSession('ID', 0), undefined);
    store.endSession('user');
    assert.equal(store.findSession('user', 0), undefined);
  });

  it('counts tries within a window', () => {
    const store = fresh();
    assert.deepEqual(
      [10, 20, 30].map((now) => store.countTry('alice', now, now - 100)),
      [1, 2, 3],
    );
    assert.equal(store.countTry('bob', 30, 0), 1);
    assert.equal(store.countTry('alice', 111, 11), 1, 'the first try was too long ago');
    store.forgetTries('alice');
    assert.equal(store.countTry('alice', 112, 12), 1);
  });

  it('is a directory of identification records [340]', async () => {
    const store = fresh();
    const directory = storeDirectory(store);
    const publicKey = Uint8Array.of(1);
    const certificate = Uint8Array.of(2);
    const record = { userId: 'User#0001', mobileDeviceId: '+33612345672', publicKey };
    store.putRecord(record);
    assert.deepEqual(await directory.lookup('User#0001'), record);
    store.putRecord({ ...record, certificate });
    assert.deepEqual(await directory.lookup('User#0001'), { ...record, certificate });
    assert.equal(await directory.lookup('user#0001'), undefined);
    await directory.close();
  });

  it('lists the orders of a user, the newest first', () => {
    const store = fresh();
    store.addOrder(order);
    store.addOrder({ ...order, transaction: '0000-0001', prepared: 2000 });
    assert.deepEqual(
      store.ordersOf('alice').map(({ transaction }) => transaction),
      ['0000-0001', '4711-0815'],
    );
    assert.deepEqual(store.ordersOf('bob'), []);
  });

  describe('in a file', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'wapstack-shop-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it('is found again by the next process, with a write-ahead log beside it', () => {
      const path = join(folder, 'shop.sqlite');
      const first = fresh(path);
      first.addOrder(order);
      const second = openStore(path);
      assert.equal(second.approve('4711-0815'), true);
      assert.equal(first.findOrder('4711-0815')?.state, 'awaiting signature');
      first.close();
      second.close();
      const db = new Database(path);
      assert.equal(db.pragma('journal_mode', { simple: true }), 'wal');
      db.close();
    });

    it('is refused where its tables are of another version', () => {
      const path = join(folder, 'shop.sqlite');
      const db = new Database(path);
      db.pragma('user_version = 99');
      db.close();
      assert.throws(() => openStore(path), {
        name: 'UsageError',
        message: /version 99; this shop writes version 1/,
      });
    });
  });
});
