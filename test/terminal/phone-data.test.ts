import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { Inbox, MESSAGES_MAX } from '../../src/terminal/inbox.js';
import { openPhoneData } from '../../src/terminal/phone-data.js';
import { UsageError } from '../../src/wap/errors.js';
import type { ServiceIndication } from '../../src/wap/push/index.js';
import { temporaryFolder } from '../support/folder.js';

const now = Date.parse('2002-03-01T12:00:00Z');
const si = (text: string, more: Partial<ServiceIndication> = {}): ServiceIndication => ({
  text,
  action: 'signal-medium',
  ...more,
});

describe('Messages while the handset is switched off (WAP-167 §6)', () => {
  const file = temporaryFolder();

  /** Switched on again: what does with the inbox is kept. */
  function on<Result>(name: string, use: (inbox: Inbox) => Result): Result {
    const data = openPhoneData(file(name));
    try {
      return use(new Inbox(data.inbox));
    } finally {
      data.close();
    }
  }

  it('they are there again, in their order, with what the user has seen and what waits for them', () => {
    const first = si('Pay <10> "€"', { href: 'http://a.example/?a=1&b=2', siId: 'x', created: now - 1000 });
    on('a', (inbox) => {
      inbox.receive(first, now, true);
      inbox.receive(si('low', { action: 'signal-low' }), now + 1);
      inbox.receive(si('seen'), now + 2);
      const seen = inbox.messages(now)[0];
      assert(seen);
      inbox.presented(seen.id);
    });
    on('a', (inbox) => {
      assert.deepEqual(
        inbox
          .messages(now)
          .map(({ si: { text }, receivedAt, forServices }) => [text, receivedAt, forServices]),
        [
          ['seen', now + 2, false],
          ['low', now + 1, false],
          ['Pay <10> "€"', now, true],
        ],
      );
      assert.deepEqual(inbox.messages(now)[2]?.si, first);
      assert.equal(inbox.unread(now), 2);
      assert.equal(inbox.waiting(now)?.message.si.text, 'Pay <10> "€"');
    });
  });

  it('replacement, deletion and expiry hold across it', () => {
    on('b', (inbox) => {
      inbox.receive(si('old', { siId: 'x', created: now }), now);
      inbox.receive(si('gone', { siId: 'y' }), now);
      inbox.receive(si('short', { siExpires: now + 1000 }), now);
    });
    on('b', (inbox) => {
      assert.deepEqual(inbox.receive(si('late', { siId: 'x', created: now - 1000 }), now), {
        dropped: 'a newer one of its kind is here already',
      });
      inbox.receive(si('new', { siId: 'x', created: now + 1000 }), now);
      inbox.receive(si('', { siId: 'y', action: 'delete' }), now);
    });
    on('b', (inbox) => {
      assert.deepEqual(
        inbox.messages(now + 1000).map((message) => message.si.text),
        ['new'],
      );
    });
    on('b', (inbox) =>
      assert.equal(inbox.messages(now).length, 1, 'the expired one is gone from the file, too'),
    );
  });

  it('the oldest makes room, also after a restart, and no number is given twice', () => {
    on('c', (inbox) => {
      for (let i = 0; i < MESSAGES_MAX; i++) inbox.receive(si(`${i}`), now);
    });
    on('c', (inbox) => {
      inbox.receive(si('one more'), now);
      const messages = inbox.messages(now);
      assert.equal(messages.length, MESSAGES_MAX);
      assert.equal(messages.at(-1)?.si.text, '1');
      assert.equal(new Set(messages.map(({ id }) => id)).size, MESSAGES_MAX);
    });
    on('c', (inbox) => assert.equal(inbox.messages(now)[0]?.si.text, 'one more'));
  });

  it('a file of another version, or of something else, is an error that says so', () => {
    const other = new Database(file('d'));
    other.pragma('user_version = 7');
    other.close();
    assert.throws(() => openPhoneData(file('d')), new UsageError(`${file('d')} is of another version`));
    writeFileSync(file('e'), 'this is no database, and never was one, whatever its name may say');
    assert.throws(
      () => openPhoneData(file('e')),
      new UsageError(`${file('e')} is no file of a handset's data`),
    );
  });
});
