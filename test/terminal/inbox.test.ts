import assert from 'node:assert/strict';
import { Inbox, MESSAGES_MAX } from '../../src/terminal/inbox.js';
import { Loadings } from '../../src/terminal/loadings.js';
import type { ServiceIndication, ServiceLoading } from '../../src/wap/push/index.js';

const now = Date.parse('2002-03-01T12:00:00Z');
const si = (text: string, more: Partial<ServiceIndication> = {}): ServiceIndication => ({
  text,
  action: 'signal-medium',
  ...more,
});

describe('Reception of service indications (WAP-167 §6.2, SIN WAP-167_103)', () => {
  /** What is there after these came, newest first; and what came of the last. */
  function received(...all: readonly ServiceIndication[]): { texts: string[]; last: string } {
    const inbox = new Inbox();
    let last = '';
    for (const one of all) {
      const reception = inbox.receive(one, now);
      last = 'kept' in reception ? 'kept' : reception.dropped;
    }
    return { texts: inbox.messages(now).map((message) => message.si.text), last };
  }

  it('[SI-SEM-C-002] step 1: what has expired is discarded; what expires later is gone then', () => {
    assert.deepEqual(received(si('a', { siExpires: now })), { texts: [], last: 'it has expired' });
    assert.deepEqual(received(si('a', { siExpires: now + 1 })).texts, ['a']);
    const inbox = new Inbox();
    inbox.receive(si('a', { siExpires: now + 1000 }), now);
    assert.equal(inbox.unread(now), 1);
    assert.equal(inbox.waiting(now + 1000), undefined);
    assert.deepEqual([inbox.messages(now + 1000), inbox.unread(now + 1000)], [[], 0]);
  });

  it('[SI-SEM-C-003] step 2: one that is older than, or as old as, one of its kind is discarded', () => {
    const newer = si('new', { siId: 'x', created: 20 });
    for (const created of [10, 20]) {
      assert.deepEqual(received(newer, si('late', { siId: 'x', created })), {
        texts: ['new'],
        last: 'a newer one of its kind is here already',
      });
    }
    assert.deepEqual(received(newer, si('other', { siId: 'y', created: 10 })).texts, ['other', 'new']);
  });

  it('[SI-SEM-C-003] step 2: the href stands for a si-id that is missing', () => {
    const first = si('new', { href: 'http://a.example/', created: 20 });
    assert.deepEqual(received(first, si('late', { href: 'http://a.example/', created: 10 })).texts, ['new']);
  });

  it('[SI-SEM-C-004] step 3: a newer one takes the place of those of its kind', () => {
    const old = si('old', { siId: 'x', created: 10 });
    assert.deepEqual(received(old, si('new', { siId: 'x', created: 11 })).texts, ['new']);
  });

  it('[SI-SEM-C-004] nothing is replaced without created, or without si-id and href', () => {
    assert.deepEqual(received(si('a', { siId: 'x', created: 10 }), si('b', { siId: 'x' })).texts, ['b', 'a']);
    assert.deepEqual(received(si('a', { siId: 'x' }), si('b', { siId: 'x', created: 10 })).texts, ['b', 'a']);
    assert.deepEqual(received(si('a', { created: 1 }), si('b', { created: 2 })).texts, ['b', 'a']);
  });

  it('[SI-SEM-C-005] step 4: delete takes away those of its si-id, and itself', () => {
    const kept = si('other', { siId: 'y' });
    const remove = (more: Partial<ServiceIndication>): ServiceIndication =>
      si('', { action: 'delete', ...more });
    assert.deepEqual(
      received(kept, si('a', { siId: 'x', created: 1 }), remove({ siId: 'x', created: 2 })).texts,
      ['other'],
    );
    assert.deepEqual(received(kept, si('a', { siId: 'x' }), remove({ siId: 'x' })).texts, ['other']);
    const late = received(si('a', { siId: 'x', created: 5 }), remove({ siId: 'x', created: 4 }));
    assert.deepEqual(late.texts, ['a'], 'one that comes late deletes nothing');
  });

  it('[SI-SEM-C-005] delete without an explicit si-id deletes nothing', () => {
    const held = si('a', { href: 'http://a.example/' });
    assert.deepEqual(received(held, si('', { action: 'delete', href: 'http://a.example/' })).texts, ['a']);
  });

  it('[SI-SEM-C-011] step 5: signal-none is neither presented nor postponed, but replaces', () => {
    assert.deepEqual(received(si('a', { action: 'signal-none' })).texts, []);
    const old = si('old', { siId: 'x', created: 1 });
    assert.deepEqual(received(old, si('', { siId: 'x', created: 2, action: 'signal-none' })).texts, []);
  });

  it('[SI-SEM-C-007] [SI-SEM-C-008] those that wait are presented by action, then as they came', () => {
    const inbox = new Inbox();
    for (const one of [
      si('m1'),
      si('low', { action: 'signal-low' }),
      si('h1', { action: 'signal-high' }),
      si('m2'),
      si('h2', { action: 'signal-high' }),
    ]) {
      inbox.receive(one, now);
    }
    const order: string[] = [];
    for (let next = inbox.waiting(now); next !== undefined; next = inbox.waiting(now)) {
      order.push(`${next.urgency} ${next.message.si.text}`);
      inbox.presented(next.message.id);
    }
    assert.deepEqual(order, ['signal-high h1', 'signal-high h2', 'signal-medium m1', 'signal-medium m2']);
    assert.equal(inbox.unread(now), 1, 'the low one is postponed without being presented');
  });

  it('[SI-SEM-C-014] keeps more than one postponed indication, the oldest go first', () => {
    const inbox = new Inbox();
    for (let i = 0; i <= MESSAGES_MAX; i++) inbox.receive(si(`${i}`, { action: 'signal-low' }), now);
    const texts = inbox.messages(now).map((message) => message.si.text);
    assert.deepEqual([texts.length, texts[0], texts.at(-1)], [MESSAGES_MAX, `${MESSAGES_MAX}`, '1']);
  });
});

describe('Reception of service loadings (WAP-168 §6.2)', () => {
  const any = (): boolean => true;
  const sl = (href: string, action: ServiceLoading['action']): ServiceLoading => ({ href, action });

  it('[SL-SEM-C-003] those that wait are processed by action, then as they came; one of an address is enough', () => {
    const loadings = new Loadings();
    for (const one of [
      sl('c', 'cache'),
      sl('l1', 'execute-low'),
      sl('h', 'execute-low'),
      sl('l2', 'execute-low'),
      sl('h', 'execute-high'),
      sl('l1', 'cache'),
    ]) {
      loadings.receive(one);
    }
    const order: string[] = [];
    for (let next = loadings.take(any); next !== undefined; next = loadings.take(any)) {
      order.push(`${next.action} ${next.href}`);
    }
    assert.deepEqual(order, ['execute-high h', 'execute-low l1', 'execute-low l2', 'cache c']);
  });

  it('takes only what may be processed now', () => {
    const loadings = new Loadings();
    loadings.receive(sl('l', 'execute-low'));
    assert.equal(
      loadings.take((action) => action === 'cache'),
      undefined,
    );
    assert.equal(loadings.take(any)?.href, 'l');
    assert.equal(loadings.take(any), undefined);
  });
});
