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
});
