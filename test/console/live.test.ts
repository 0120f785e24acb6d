import assert from 'node:assert/strict';
import { KEPT_MESSAGES, Live, type LiveNews } from '../../src/console/live.js';

const message = {
  at: 1,
  kind: 'air',
  from: 'phone',
  to: 'gateway',
  summary: 's',
  octets: 3,
  malformed: false,
  detail: 'd',
} as const;

describe('What the console is told', () => {
  it('messages are numbered, and whoever watches hears of everything until they stop', () => {
    const live = new Live();
    const heard: LiveNews[] = [];
    const stop = live.watch((news) => heard.push(news));
    live.message(message);
    live.message(message);
    live.story({ at: 2, signs: [205], text: 'approved' });
    live.screen({ title: 't', lines: [], top: 0, left: '', right: '' });
    stop();
    live.message(message);
    assert.deepEqual(
      heard.map((news) => (news.type === 'message' ? news.message.number : news.type)),
      [1, 2, 'story', 'screen'],
    );
    assert.deepEqual(
      live.soFar().map(({ type }) => type),
      ['message', 'message', 'message', 'story'],
    );
  });

  it('keeps the last messages and steps only', () => {
    const live = new Live();
    for (let i = 0; i < KEPT_MESSAGES + 5; i++) live.message(message);
    for (let i = 0; i < 600; i++) live.story({ at: i, signs: [], text: `${i}` });
    assert.deepEqual([live.messages.length, live.messages[0]?.number], [KEPT_MESSAGES, 6]);
    assert.equal(live.soFar().length, KEPT_MESSAGES + 500);
  });
});
