import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { Live } from '../../src/console/live.js';
import { type Console, startConsole } from '../../src/console/server.js';
import type { Key } from '../../src/terminal/screen.js';

const screen = { title: 'A', lines: [], top: 0, left: '', right: '' };
const message = {
  at: 1,
  kind: 'air',
  from: 'terminal',
  to: 'gateway',
  summary: 's',
  octets: 3,
  malformed: false,
  detail: 'd',
} as const;

describe('The console', () => {
  const keys: Key[] = [];
  let live = new Live();
  let running: Console | undefined;

  beforeEach(async () => {
    keys.length = 0;
    live = new Live();
    running = await startConsole({
      host: '127.0.0.1',
      port: 0,
      live,
      handset: { screen: () => screen, press: (key) => keys.push(key) },
      shopUrl: () => 'http://127.0.0.1:1/',
      login: 'user `u`',
      card: 'PIN `1`',
    });
  });
  afterEach(async () => {
    await running?.close();
  });

  const url = (): string => running?.url ?? '';
  const open = (origin?: string): WebSocket =>
    new WebSocket(`${url().replace('http', 'ws')}live`, origin === undefined ? {} : { headers: { origin } });

  /** The next so many messages of a socket. */
  async function take(socket: WebSocket, count: number): Promise<unknown[]> {
    const got: unknown[] = [];
    socket.on('message', (data) => got.push(JSON.parse(String(data))));
    while (got.length < count) await once(socket, 'message');
    return got;
  }

  it('serves its page, and nothing else', async () => {
    const page = await fetch(url());
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-security-policy') ?? '', /frame-src http:\/\/127\.0\.0\.1:1;/);
    assert.match(await page.text(), /<div id="screen"/);
    assert.equal((await fetch(`${url()}console.css`)).headers.get('content-type'), 'text/css; charset=utf-8');
    assert.equal((await fetch(`${url()}package.json`)).status, 404);
    assert.equal((await fetch(`${url()}..%2fpackage.json`)).status, 404);
  });

  it('tells a page what there was before it, and then what comes', async () => {
    live.message(message);
    const socket = open();
    const before = await take(socket, 3);
    assert.deepEqual(before, [
      { type: 'hello', shopUrl: 'http://127.0.0.1:1/', login: 'user `u`', card: 'PIN `1`' },
      { type: 'message', message: { ...message, number: 1 } },
      { type: 'screen', screen },
    ]);
    const next = take(socket, 1);
    live.story({ at: 2, signs: [205], text: 'approved' });
    assert.deepEqual(await next, [{ type: 'story', step: { at: 2, signs: [205], text: 'approved' } }]);
    socket.terminate();
  });

  it('presses the keys that its page sends, and closes on what is none', async () => {
    const socket = open(url().slice(0, -1));
    await take(socket, 2);
    socket.send(JSON.stringify({ type: 'key', key: 'softLeft' }));
    socket.send(JSON.stringify({ type: 'key', key: '7' }));
    socket.send(JSON.stringify({ type: 'key', digit: '7' }));
    socket.send('no key');
    await once(socket, 'close');
    assert.deepEqual(keys, ['softLeft', { text: '7' }, { digit: '7' }]);
  });

  it("refuses another site's page", async () => {
    const socket = open('http://elsewhere.example');
    const [error] = await once(socket, 'error');
    assert.match(String(error), /403/);
  });

  it('without a queue the page of the queue stays empty', async () => {
    const socket = new WebSocket(`${url().replace('http', 'ws')}queue`);
    const [code] = await once(socket, 'close');
    assert.equal(code, 1000);
  });
});

describe('The page of the push queue', () => {
  const push = {
    pushId: 'a@b',
    received: 1000,
    notifyTo: 'http://shop/',
    headers: [
      { name: 'Content-Type', value: 'text/plain; charset=utf-8' },
      { name: 'X-Wap-Application-Id', value: '3' },
    ],
    body: new Uint8Array(7),
  };
  const pending = { state: 'pending', code: '1001', at: 1000 } as const;
  const delivered = { state: 'delivered', code: '1000', at: 2000 } as const;
  const one = { address: 'one', outcome: pending, attempts: 1, reports: 0, due: 3000, push };
  const two = { address: 'two', outcome: delivered, attempts: 0, reports: 2, reportDue: 9000, push };
  const cancelled: string[] = [];
  const listeners = new Set<() => void>();
  let running: Console;

  before(async () => {
    running = await startConsole({
      host: '127.0.0.1',
      port: 0,
      live: new Live(),
      handset: { screen: () => screen, press: () => undefined },
      shopUrl: () => 'http://127.0.0.1:1/',
      login: '',
      card: '',
      queue: {
        newest: async () => [two, one],
        watch(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        async cancel(pushId) {
          cancelled.push(pushId);
          if (pushId === 'bad') throw new Error('the push proxy is away');
          return '1000 OK';
        },
      },
    });
  });
  after(() => running.close());

  it('gets the whole queue, again at each change, and cancels what it asks for', async () => {
    const socket = new WebSocket(`${running.url.replace('http', 'ws')}queue`);
    const got: unknown[] = [];
    socket.on('message', (data) => got.push(JSON.parse(String(data))));
    const until = async (count: number) => {
      while (got.length < count) await once(socket, 'message');
    };
    await until(1);
    const shown = {
      type: 'queue',
      pushes: [
        {
          pushId: 'a@b',
          received: 1000,
          content: 'text/plain',
          application: 'wta.ua',
          octets: 7,
          priority: 'medium',
          method: 'notspecified',
          recipients: [
            {
              address: 'one',
              desc: 'Accepted for Processing',
              ...pending,
              attempts: 1,
              due: 3000,
              report: 'not yet',
              reports: 0,
            },
            {
              address: 'two',
              desc: 'OK',
              ...delivered,
              attempts: 0,
              report: 'waits',
              reports: 2,
              reportDue: 9000,
            },
          ],
        },
      ],
    };
    assert.deepEqual(got, [shown]);
    for (const listener of listeners) listener();
    await until(2);
    assert.deepEqual(got[1], shown);
    socket.send(JSON.stringify({ cancel: 'a@b' }));
    await until(3);
    socket.send(JSON.stringify({ cancel: 'bad' }));
    await until(4);
    assert.deepEqual(got.slice(2), [
      { type: 'said', text: '1000 OK' },
      { type: 'said', text: 'the push proxy is away' },
    ]);
    assert.deepEqual(cancelled, ['a@b', 'bad']);
    socket.send('nonsense');
    const [code] = await once(socket, 'close');
    assert.equal(code, 1008);
    while (listeners.size > 0) await new Promise((resolve) => setImmediate(resolve));
  });
});
