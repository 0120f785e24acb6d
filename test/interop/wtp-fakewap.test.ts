import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Driver, drive, openUdp, realScheduler, tap } from '../../src/bearer/index.js';
import { toHex } from '../../src/wap/octets.js';
import { seededRandom } from '../../src/wap/random.js';
import { sessions } from '../../src/wap/stack.js';
import type { SessionIndication, SessionRequest } from '../../src/wap/wsp/index.js';
import { describeWithPeers } from '../support/peers.js';

const run = promisify(execFile);

describeWithPeers('WTP with Kannel’s client', ['fakewap'], ({ fakewap }) => {
  /** Two Gets of a small text by fakewap from our stack: everything that went over the wire. */
  async function fetch(...options: readonly string[]): Promise<{ wire: string[]; news: string[] }> {
    const wire: string[] = [];
    const news: string[] = [];
    const bearer = await openUdp({ host: '127.0.0.1', port: 0 });
    const stack = sessions({
      local: bearer.local,
      session: { random: seededRandom(1, 'WSP') },
      transaction: { random: seededRandom(1, 'WTP') },
    });
    const driver: Driver<SessionRequest> = drive<SessionRequest, SessionIndication>({
      stack,
      bearer: tap(bearer, realScheduler, ({ direction, datagram }) => {
        wire.push(`${direction === 'sent' ? '<' : '>'} ${toHex(datagram.octets)}`);
      }),
      scheduler: realScheduler,
      manage: ({ type, text }) => news.push(`${type}: ${text}`),
      deliver: (indication) => {
        const { session } = indication;
        if (indication.type === 'S-Connect.ind') driver.request({ type: 'S-Connect.res', session });
        if (indication.type !== 'S-MethodInvoke.ind') return;
        const { serverTransactionId } = indication;
        driver.request({ type: 'S-MethodInvoke.res', session, serverTransactionId });
        driver.request({
          type: 'S-MethodResult.req',
          session,
          serverTransactionId,
          status: 200,
          responseHeaders: [{ name: 'Content-Type', value: 'text/plain' }],
          responseBody: new Uint8Array(100).fill(0x61),
        });
      },
    });
    try {
      const port = String(bearer.local.port);
      await run(fakewap, ['-g', '127.0.0.1', '-p', port, '-m', '2', '-i', '0', ...options, 'http://a/b'], {
        timeout: 15_000,
      });
    } finally {
      await driver.close();
    }
    return { wire, news };
  }

  const count = (wire: readonly string[], start: string) =>
    wire.filter((line) => line.startsWith(start)).length;

  it('[WTP-S-006] sessions: Connect, Get and Disconnect, each result acknowledged, none sent twice', async () => {
    const { wire, news } = await fetch();
    assert.equal(count(wire, '< 12') + count(wire, '< 16'), 4);
    assert.equal(count(wire, '< 13') + count(wire, '< 17'), 0);
    assert.deepEqual(news, []);
  });

  it('[WTP-S-016] TIDnew in every Invoke: each is verified, and then answered', async () => {
    const { wire } = await fetch('-n');
    assert.ok(count(wire, '< 1c') >= 4, wire.join('\n'));
    assert.equal(count(wire, '< 12') + count(wire, '< 16'), 4);
  });
});
