/** The queue of the push proxy in PostgreSQL, of which each run starts one of its own. */
import assert from 'node:assert/strict';
import { openStore } from '../../src/gateway/ppg/open-store.js';
import { ProtocolError, UsageError } from '../../src/wap/errors.js';
import { seededRandom } from '../../src/wap/random.js';
import { itKeepsTheQueue, push, recipient } from '../gateway/ppg/store-contract.js';
import { describeWithPeers } from '../support/peers.js';
import { type PostgresServer, startPostgres } from './postgres.js';
import { temporaryFolder } from './programs.js';
import { killedAgainAndAgain } from './push-killing.js';

/** Kills in one run; `PUSH_KILLS` asks for more. */
const KILLS = Number(process.env.PUSH_KILLS ?? 3);

describeWithPeers('The queue of the push proxy in PostgreSQL', ['initdb', 'postgres'], (paths) => {
  let server: PostgresServer;

  before(async function () {
    this.timeout(60_000);
    server = await startPostgres(paths.initdb, paths.postgres);
  });
  after(() => server.stop());

  const open = async (name: string) => openStore({ postgres: await server.database(name) });

  itKeepsTheQueue(open);

  it('what was promised outlives the end of the database', async () => {
    const store = await open('crash');
    assert.equal(await store.accept({ push, recipients: [recipient] }), 'accepted');
    await server.restart();
    // The connections are gone: the next call makes new ones, or says that there is none.
    const settled = async () => {
      try {
        return await store.settle(1, { state: 'delivered', code: '1000', at: 5 });
      } catch (error) {
        assert.ok(error instanceof ProtocolError, String(error));
        return undefined;
      }
    };
    let result = await settled();
    for (let attempt = 0; result === undefined && attempt < 5; attempt++) result = await settled();
    assert.equal(result, true);
    assert.deepEqual(
      (await store.recipients('1')).map(({ outcome }) => outcome.state),
      ['delivered'],
    );
    await store.close();
  });

  it('one bad write does not take those with it that shared its commit', async () => {
    const store = await open('bad');
    const bad = { ...push, pushId: 'bad', senderAddress: 'a\0b' };
    const results = await Promise.allSettled([
      store.accept({ push, recipients: [recipient] }),
      store.accept({ push: { ...push, pushId: '2' }, recipients: [recipient] }),
      store.accept({ push: bad, recipients: [recipient] }),
      store.accept({ push: { ...push, pushId: '3' }, recipients: [recipient] }),
    ]);
    assert.deepEqual(
      results.map((each) => (each.status === 'fulfilled' ? each.value : each.reason.name)),
      ['accepted', 'accepted', 'ProtocolError', 'accepted'],
    );
    await store.close();
  });

  it('a second push proxy on the same database is kept out', async function () {
    this.timeout(20_000);
    const store = await open('two');
    await assert.rejects(open('two'), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(
        error.message,
        /postgres:\/\/wapstack@127\.0\.0\.1:\d+\/two: another push proxy works on it/,
      );
      return true;
    });
    await store.close();
    await (await open('two')).close();
  });

  it('a database that is not there is named, without its password', async () => {
    await assert.rejects(openStore({ postgres: 'postgres://me:secret@127.0.0.1:1/queue' }), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(
        error.message,
        /^the database of the push queue, postgres:\/\/me@127\.0\.0\.1:1\/queue: .*ECONNREFUSED/,
      );
      assert.ok(!error.message.includes('secret'));
      return true;
    });
    await server.database('empty');
    const wrong = (await server.database('empty')).replace(/empty$/, 'missing');
    await assert.rejects(openStore({ postgres: wrong }), /database "missing" does not exist/);
  });

  it(`a push proxy with its queue there loses nothing in ${KILLS} kills`, async function () {
    this.timeout(30_000 + KILLS * 10_000);
    const folder = temporaryFolder();
    try {
      const queue = { postgres: await server.database('kills') };
      const random = seededRandom(1, 'postgres-kill');
      const killed = await killedAgainAndAgain({
        kills: KILLS,
        queue,
        folder: folder.path,
        random,
      });
      if (process.env.PUSH_KILLS !== undefined) process.stdout.write(`      ${JSON.stringify(killed)}\n`);
    } finally {
      folder.remove();
    }
  });
});
