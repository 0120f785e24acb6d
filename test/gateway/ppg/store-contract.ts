/** What every database of the push queue has to do: the same suite for each. */
import assert from 'node:assert/strict';
import type { NewRecipient, PushStore, StoredPush, Submission } from '../../../src/gateway/ppg/store.js';
import { hex } from '../../support/hex.js';

/** A push with every attribute. */
export const push: StoredPush = {
  pushId: '1',
  version: '2.0',
  announce: true,
  received: 1000,
  senderAddress: 'http://ppg/',
  initiator: 'shop',
  notifyTo: 'http://shop/',
  deliverAfter: 2000,
  deliverBefore: 9_007_199_254_740_991,
  qualityOfService: {
    priority: 'high',
    deliveryMethod: 'confirmed',
    networkRequired: false,
    bearerRequired: false,
  },
  headers: [{ name: 'Content-Type', value: 'a/b; x="ä\\"' }],
  body: hex('00 ff 27 5c'),
};

export const recipient: NewRecipient = {
  address: "WAPPUSH=a'/TYPE=USER@b",
  key: 'USER|a',
  outcome: { state: 'pending', code: '1001', at: 1000 },
};

const other: NewRecipient = { ...recipient, address: 'WAPPUSH=b/TYPE=USER@b', key: 'USER|b' };

/** Describes it. @param open opens the queue under that name, as the last one that was opened under it left it */
export function itKeepsTheQueue(open: (name: string) => Promise<PushStore>): void {
  const { notifyTo: _, deliverAfter: __, deliverBefore: ___, qualityOfService: ____, ...plain } = push;

  /** A submission for one recipient, of an initiator that wants to be told. */
  const submission = (pushId: string, more: Partial<StoredPush> = {}): Submission => ({
    push: { ...plain, notifyTo: 'http://shop/', pushId, ...more },
    recipients: [recipient],
  });

  it('gives back what it was given, also to the next process', async () => {
    const first = await open('next');
    assert.equal(await first.accept({ push, recipients: [recipient, other] }), 'accepted');
    assert.equal(await first.accept({ push, recipients: [recipient] }), 'duplicate');
    await first.close();
    const second = await open('next');
    assert.deepEqual(await second.due(1999, 10), []);
    const found = await second.due(2000, 10);
    const id = found[0]?.id ?? 0;
    assert.deepEqual(found, [
      { id, push, ...recipient, attempts: 0, reports: 0, due: 2000 },
      { id: id + 1, push, ...other, attempts: 0, reports: 0, due: 2000 },
    ]);
    assert.deepEqual(await second.recipients('1'), found);
    assert.deepEqual(await second.newest(1), [found[1]]);
    await second.close();
  });

  it('leaves out what a push does not have', async () => {
    const store = await open('plain');
    const { initiator: _____, ...bare } = plain;
    await store.accept({ push: bare, recipients: [recipient] });
    assert.deepEqual((await store.recipients('1'))[0]?.push, bare);
    await store.close();
  });

  it('gives an outcome once, and then a report until it is taken', async () => {
    const store = await open('once');
    await store.accept(submission('1'));
    assert.equal(await store.next(), 1000);
    const id = (await store.due(1000, 1))[0]?.id ?? 0;
    const delivered = { state: 'delivered', code: '1000', at: 3000, deliveryMethod: 'unconfirmed' } as const;
    const cancelled = { state: 'cancelled', code: '1000', desc: 'c', at: 3001 } as const;
    assert.deepEqual(await Promise.all([store.settle(id, delivered), store.settle(id, cancelled)]), [
      true,
      false,
    ]);
    assert.deepEqual(await store.due(9999, 10), []);
    assert.deepEqual((await store.unreported(3000, 10))[0]?.outcome, delivered);
    assert.equal(await store.purge(5000), 0);
    await store.postponeReport(id, 4000);
    assert.equal(await store.next(), 4000);
    assert.deepEqual(await store.unreported(3999, 10), []);
    assert.equal((await store.unreported(4000, 10))[0]?.reports, 1);
    await store.reported(id);
    assert.equal(await store.next(), undefined);
    assert.deepEqual(await store.counts(), { delivered: 1 });
    assert.equal(await store.purge(1000), 0);
    assert.equal(await store.purge(1001), 1);
    assert.equal(await store.has('1'), false);
    assert.deepEqual(await store.recipients('1'), []);
    await store.close();
  });

  it('an outcome that was known when it was accepted is only reported', async () => {
    const store = await open('known');
    const outcome = { state: 'undeliverable', code: '2005', desc: 'x', at: 1000 } as const;
    await store.accept({ ...submission('1'), recipients: [{ ...recipient, outcome }] });
    await store.accept({ push: { ...plain, pushId: '2' }, recipients: [{ ...recipient, outcome }] });
    assert.deepEqual(await store.due(9999, 10), []);
    assert.deepEqual(
      (await store.unreported(0, 10)).map((each) => [each.push.pushId, each.outcome]),
      [['1', outcome]],
    );
    await store.close();
  });

  it('gives what is due by priority and then by time, not more than was asked for', async () => {
    const store = await open('order');
    const quality = {
      deliveryMethod: 'notspecified',
      networkRequired: false,
      bearerRequired: false,
    } as const;
    for (const [pushId, priority, received] of [
      ['low', 'low', 1],
      ['later', 'medium', 3],
      ['medium', 'medium', 2],
      ['high', 'high', 4],
    ] as const)
      await store.accept(submission(pushId, { received, qualityOfService: { ...quality, priority } }));
    const ids = async (now: number, limit: number) =>
      (await store.due(now, limit)).map((each) => each.push.pushId);
    assert.deepEqual(await ids(9, 9), ['high', 'medium', 'later', 'low']);
    assert.deepEqual(await ids(9, 2), ['high', 'medium']);
    assert.deepEqual(await ids(2, 9), ['medium', 'low']);
    await store.close();
  });

  it('what was postponed is due then, or when something has changed', async () => {
    const store = await open('hurry');
    await store.accept(submission('1'));
    await store.accept(submission('2', { deliverAfter: 8000 }));
    const id = (await store.due(1000, 1))[0]?.id ?? 0;
    await store.postpone(id, 5000);
    assert.deepEqual(await store.due(4999, 10), []);
    assert.equal((await store.due(5000, 10))[0]?.attempts, 1);
    await store.hurry(2000);
    assert.deepEqual(
      (await store.due(2000, 10)).map((each) => each.push.pushId),
      ['1'],
    );
    await store.close();
  });

  it('a replacement and its cancellations are one', async () => {
    const store = await open('replace');
    await store.accept({ ...submission('old'), recipients: [recipient, other] });
    const [first, second] = (await store.recipients('old')).map(({ id }) => id);
    assert.ok(first !== undefined && second !== undefined);
    await store.settle(first, { state: 'delivered', code: '1000', at: 1 });
    const outcome = { state: 'cancelled', code: '1000', desc: 'replaced', at: 2 } as const;
    const both = { ...submission('new'), recipients: [recipient, other] };
    const replaces = { ids: [first, second], outcome, pendingOnly: true };
    assert.equal(await store.accept({ ...both, replaces: { ...replaces, ids: [first] } }), 'too late');
    assert.equal(await store.has('new'), false);
    assert.equal(await store.accept({ ...both, replaces }), 'accepted');
    assert.deepEqual(
      (await store.recipients('new')).map(({ key }) => key),
      ['USER|b'],
    );
    assert.deepEqual(
      (await store.recipients('old')).map((each) => each.outcome.state),
      ['delivered', 'cancelled'],
    );
    const all = { ...both, push: { ...both.push, pushId: 'newest' } };
    assert.equal(await store.accept({ ...all, replaces: { ...replaces, pendingOnly: false } }), 'accepted');
    assert.equal((await store.recipients('newest')).length, 2);
    await store.close();
  });

  it('many at the same time are all kept, and each once', async () => {
    const store = await open('many');
    const ids = Array.from({ length: 300 }, (_____, i) => String(i % 200));
    const results = await Promise.all(ids.map((pushId) => store.accept(submission(pushId))));
    assert.equal(results.filter((result) => result === 'accepted').length, 200);
    assert.deepEqual(await store.counts(), { pending: 200 });
    await store.close();
  });
}
