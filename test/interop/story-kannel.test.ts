/** The story with Kannel's gateway in place of ours, and Kannel's terminal before ours. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pc, prepareOrder } from '../../src/cli/demo/pc.js';
import { play, until } from '../../src/cli/demo/play.js';
import { demoUsers } from '../../src/cli/demo/users.js';
import { startWorld, type World } from '../../src/cli/demo/world.js';
import { openWapClient } from '../../src/terminal/fetch.js';
import type { TerminalEvent } from '../../src/terminal/terminal.js';
import { decodeWml, formatWml } from '../../src/wap/wml/index.js';
import { describeWithPeers } from '../support/peers.js';
import { type Kannel, startKannel } from './kannel.js';
import { run, temporaryFolder } from './programs.js';

const [user] = demoUsers;
const KANNEL = { host: '127.0.0.1', port: 9201 };

describeWithPeers(
  "Kannel's gateway in the story, in place of ours",
  ['bearerbox', 'wapbox'],
  ({ bearerbox, wapbox }) => {
    let kannel: Kannel;
    let world: World;
    const events: TerminalEvent[] = [];

    before(async function () {
      this.timeout(180_000);
      kannel = await startKannel(bearerbox, wapbox);
      world = await startWorld({
        user,
        portBase: 23800,
        otherGateway: KANNEL,
        phone: { watch: (event) => events.push(event) },
      });
    });
    after(async () => {
      await world?.close();
      await kannel?.stop();
    });

    it('serves deck, script and answer to our phone, and the signature is verified', async function () {
      this.timeout(60_000);
      const played = await play(world, 'purchase');
      assert.equal(world.store.findOrder(played.transaction)?.state, 'signed');
      assert.match(played.phone, /\nAccepted\n/);
      const answers = events
        .filter((event) => event.type === 'answer')
        .map((event) => event.contentType.split(';')[0]);
      assert.deepEqual(answers, [
        'application/vnd.wap.wmlc',
        'application/vnd.wap.wmlscriptc',
        'application/vnd.wap.wmlc',
      ]);
    });

    it('serves the same signing deck as our gateway', async function () {
      this.timeout(60_000);
      const pc = new Pc(world.shop.url);
      const transaction = await prepareOrder(pc, user);
      const gone = new AbortController();
      const held = pc.submit(`/orders/${transaction}/approve`, {}, gone.signal).catch(() => {});
      await until(world.phone.terminal, /^New message\n/);
      const url = `${world.shop.url}/sign/${world.store.requestOf(transaction)?.token}`;
      const decks: string[] = [];
      for (const gateway of [KANNEL, { host: '127.0.0.1', port: world.gateway.ports.session }]) {
        const headers = [
          { name: 'Accept', value: 'application/vnd.wap.wmlc' },
          { name: 'Accept-Charset', value: 'utf-8' },
        ];
        const client = await openWapClient({ gateway, mode: 'co', headers });
        const { status, body } = await client.request({ method: 'GET', url });
        await client.close();
        assert.equal(status, 200);
        decks.push(formatWml(decodeWml(body)));
      }
      gone.abort();
      await held;
      assert.match(decks[0] ?? '', new RegExp(`<b>${transaction}</b>`));
      assert.equal(decks[0]?.replace(/\s+/g, ' '), decks[1]?.replace(/\s+/g, ' '));
    });
  },
);

describeWithPeers('fakewap fetches the signing deck through our gateway', ['fakewap'], ({ fakewap }) => {
  let world: World;
  const folder = temporaryFolder();
  before(async () => {
    world = await startWorld({ user, portBase: 23900 });
  });
  after(async () => {
    await world?.close();
    folder.remove();
  });

  for (const mode of ['0', '1']) {
    it(mode === '0' ? 'connectionless' : 'in connection mode', async function () {
      this.timeout(30_000);
      const pc = new Pc(world.shop.url);
      const transaction = await prepareOrder(pc, user);
      const gone = new AbortController();
      const held = pc.submit(`/orders/${transaction}/approve`, {}, gone.signal).catch(() => {});
      await until(world.phone.terminal, new RegExp(`^New message\\n[\\s\\S]*${transaction.slice(0, 4)}`));
      const url = `${world.shop.url}/sign/${world.store.requestOf(transaction)?.token}`;
      const port = mode === '0' ? world.gateway.ports.connectionless : world.gateway.ports.session;
      const args = [
        '-g',
        '127.0.0.1',
        '-p',
        String(port),
        '-M',
        mode,
        '-m',
        '1',
        '-i',
        '0',
        '-w',
        'deck',
        url,
      ];
      const { code, output } = await run(fakewap, args, folder.path);
      gone.abort();
      await held;
      world.phone.terminal.press('softRight');
      assert.equal(code, 0, output);
      const deck = formatWml(decodeWml(new Uint8Array(readFileSync(join(folder.path, 'deck')))));
      assert.match(deck, new RegExp(`<b>${transaction}</b>`));
      assert.match(deck, /X-Wapstack-Countersignature/);
    });
  }
});
