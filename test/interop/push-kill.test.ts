/** The push proxy as a process of its own, killed at random moments: what it accepted is not lost (WAP-249 §5.1.1). */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bearer, openUdp } from '../../src/bearer/index.js';
import { decodePap, encodePap } from '../../src/wap/push/index.js';
import { randomBelow, seededRandom } from '../../src/wap/random.js';
import { temporaryFolder } from './programs.js';

const wapstack = fileURLToPath(new URL('../../../bin/wapstack.js', import.meta.url));

/** Kills in one run; `PUSH_KILLS` asks for more. */
const KILLS = Number(process.env.PUSH_KILLS ?? 2);

describe('A push proxy that is killed', () => {
  const random = seededRandom(1, 'push-kill');
  let folder: ReturnType<typeof temporaryFolder>;
  let terminal: Bearer;
  let initiator: Server;
  let delivered = 0;
  /** Reports by push id, as text. */
  const reports = new Map<string, Set<string>>();

  before(async () => {
    folder = temporaryFolder();
    terminal = await openUdp({ host: '127.0.0.1', port: 0 });
    terminal.onDatagram(() => {
      delivered++;
    });
    initiator = createServer(async (request, response) => {
      let text = '';
      for await (const part of request) text += String(part);
      const { message } = decodePap(text);
      assert.ok(message.type === 'resultnotification-message');
      const known = reports.get(message.pushId) ?? new Set();
      reports.set(message.pushId, known.add(`${message.messageState} ${message.eventTime}`));
      response.setHeader('Content-Type', 'application/xml');
      response.end(
        encodePap({
          type: 'resultnotification-response',
          pushId: message.pushId,
          code: '1000',
          address: message.address,
        }),
      );
    });
    await new Promise<void>((resolve) => initiator.listen(0, '127.0.0.1', () => resolve()));
  });
  after(async () => {
    initiator.closeAllConnections();
    initiator.close();
    await terminal.close();
    folder.remove();
  });

  /** Starts a gateway; its URL for PAP. */
  async function startProxy(): Promise<{ child: ChildProcess; url: string }> {
    const config = {
      push: {
        port: 0,
        queue: join(folder.path, 'queue.db'),
        defaultAddress: `127.0.0.1:${terminal.local.port}`,
      },
    };
    writeFileSync(join(folder.path, 'config.json'), JSON.stringify(config));
    const child = spawn(
      process.execPath,
      [wapstack, 'gateway', '--config', 'config.json', '--port-base', '0'],
      {
        cwd: folder.path,
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let said = '';
    const url = await new Promise<string>((resolve, reject) => {
      child.stderr.on('data', (part) => {
        said += String(part);
        const found = /push access protocol on (\S+)/.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      });
      child.once('close', () => reject(new Error(`the gateway ended: ${said}`)));
    });
    return { child, url };
  }

  async function submit(url: string, pushId: string): Promise<boolean> {
    const address = initiator.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const control = encodePap({
      type: 'push-message',
      pushId,
      addresses: ['WAPPUSH=a/TYPE=USER@ppg'],
      ppgNotifyRequestedTo: `http://127.0.0.1:${port}/`,
    });
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'multipart/related; boundary=b' },
        body: `--b\r\n\r\n${control}\r\n--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b--`,
      });
      return /code="1001"/.test(await answer.text());
    } catch {
      // Killed while it answered: nothing was promised.
      return false;
    }
  }

  it(`loses nothing that it accepted in ${KILLS} kills, and gives each message one outcome`, async function () {
    this.timeout(30_000 + KILLS * 10_000);
    const accepted: string[] = [];
    let ids = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const { child, url } = await startProxy();
      const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
      const last = ids + 20 + randomBelow(random, 60);
      const submitter = async () => {
        while (child.exitCode === null && child.signalCode === null) {
          const pushId = `${++ids}`;
          if (await submit(url, pushId)) accepted.push(pushId);
          if (ids >= last) child.kill('SIGKILL');
        }
      };
      await Promise.all([submitter(), submitter(), submitter()]);
      await gone;
    }
    const { child } = await startProxy();
    const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
    while (!accepted.every((pushId) => reports.has(pushId)))
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGTERM');
    await gone;
    assert.ok(accepted.length >= 20 * KILLS - 3 * KILLS, `${accepted.length} were accepted`);
    assert.ok(delivered >= accepted.length);
    for (const [pushId, outcomes] of reports) {
      assert.equal(outcomes.size, 1, `${pushId}: ${[...outcomes].join(', ')}`);
      assert.match([...outcomes][0] ?? '', /^delivered \d+$/);
    }
  });
});
