/** A push proxy as a process of its own, killed at random moments under load, and what its initiator and its terminal saw. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { type Bearer, openUdp } from '../../src/bearer/index.js';
import { openStore, type QueuePlace } from '../../src/gateway/ppg/open-store.js';
import { decodeLatin1, toHex } from '../../src/wap/octets.js';
import { decodePap, encodePap } from '../../src/wap/push/index.js';
import { type Random, randomBelow } from '../../src/wap/random.js';
import { program } from '../support/wapstack.js';

export interface KillingOptions {
  readonly kills: number;
  readonly queue: QueuePlace;
  /** For files. */
  readonly folder: string;
  readonly random: Random;
}

/** What came of it. */
export interface Killed {
  /** Messages that were submitted, and promised at least once: 1001, or 2007 to a repetition. */
  readonly messages: number;
  /** Submissions that a kill left without an answer, and that were made again under the same push-id. */
  readonly unanswered: number;
  /** Reports and datagrams that came again, octet for octet, because a kill fell before they were recorded. */
  readonly repeatedReports: number;
  readonly repeatedDatagrams: number;
}

const SUBMITTERS = 6;

/** How long a process lives at most after it listens, in milliseconds. */
const LIFE = 1_000;

/** When, at most, one in ten is killed that may not listen yet. */
const BIRTH = 350;

/** What was seen of one message. */
interface Seen {
  /** As they came: whole bodies of reports, hexadecimal octets of datagrams. */
  readonly texts: string[];
  /** Kills at which the queue did not know of it yet. */
  doubts: number;
}

/** Kills, and checks after each kill and at the end. */
export async function killedAgainAndAgain(options: KillingOptions): Promise<Killed> {
  const { kills, random } = options;
  const reports = new Map<string, Seen>();
  const datagrams = new Map<string, Seen>();
  const terminal = await openUdp({ host: '127.0.0.1', port: 0 });
  terminal.onDatagram((received) => {
    if (received.type !== 'Datagram') return;
    const id = /message (\d+)/.exec(decodeLatin1(received.octets))?.[1] ?? '';
    see(datagrams, id, toHex(received.octets));
  });
  const initiator = await startInitiator(reports);
  const promised = new Set<string>();
  let next = 0;
  let unanswered = 0;
  /** Submissions without an answer. */
  const open: string[] = [];

  try {
    for (let kill = 0; kill < kills; kill++) {
      const child = startProxy(options, terminal);
      const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
      const early = setTimeout(
        () => child.kill('SIGKILL'),
        kill % 10 === 9 ? randomBelow(random, BIRTH) : 30_000,
      );
      const url = await listening(child);
      if (url !== undefined) {
        const late = setTimeout(() => child.kill('SIGKILL'), randomBelow(random, LIFE));
        const submitter = async () => {
          while (!child.killed) {
            const id = open.shift() ?? String(++next);
            if (await submit(url, id, initiator.url)) promised.add(id);
            else {
              unanswered++;
              open.push(id);
            }
          }
        };
        await Promise.all(Array.from({ length: SUBMITTERS }, submitter));
        clearTimeout(late);
      }
      clearTimeout(early);
      await gone;
      assert.equal(child.signalCode, 'SIGKILL', 'the push proxy ended by itself');
      await initiator.quiet();
      await leftInDoubt(options.queue, reports, datagrams);
    }
    await finish(options, terminal, open, promised, initiator, reports);
  } finally {
    initiator.close();
    await terminal.close();
  }
  check(promised, reports, datagrams);
  return {
    messages: promised.size,
    unanswered,
    repeatedReports: again(reports),
    repeatedDatagrams: again(datagrams),
  };
}

/** A last process does what is left, and is ended as an operator would. */
async function finish(
  options: KillingOptions,
  terminal: Bearer,
  open: string[],
  promised: Set<string>,
  initiator: Initiator,
  reports: ReadonlyMap<string, Seen>,
): Promise<void> {
  const child = startProxy(options, terminal);
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await listening(child);
  assert.ok(url !== undefined);
  for (const id of open.splice(0)) {
    assert.ok(await submit(url, id, initiator.url), `message ${id} gets no answer`);
    promised.add(id);
  }
  while (![...promised].every((id) => reports.has(id)))
    await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGTERM');
  await gone;
  const store = await openStore(options.queue);
  assert.deepEqual(await store.counts(), { delivered: promised.size });
  assert.equal(await store.next(), undefined);
  await store.close();
}

function check(
  promised: ReadonlySet<string>,
  reports: ReadonlyMap<string, Seen>,
  datagrams: ReadonlyMap<string, Seen>,
): void {
  assert.deepEqual(
    [...reports.keys()].filter((id) => !promised.has(id)),
    [],
    'reports of what nobody submitted',
  );
  for (const id of promised) {
    const lost = !reports.has(id) || !datagrams.has(id);
    assert.ok(!lost, `message ${id} is lost`);
  }
  for (const [what, all] of [
    ['report', reports],
    ['datagram', datagrams],
  ] as const) {
    for (const [id, { texts, doubts }] of all) {
      assert.equal(new Set(texts).size, 1, `the ${what}s of message ${id} differ:\n${texts.join('\n')}`);
      assert.ok(texts.length <= 1 + doubts, `${texts.length} ${what}s of message ${id}, ${doubts} doubts`);
    }
  }
  for (const { texts } of reports.values()) assert.match(texts[0] ?? '', /message-state="delivered"/);
}

/** What the queue of a dead process has not recorded, though it happened, may happen once more. */
async function leftInDoubt(
  queue: QueuePlace,
  reports: ReadonlyMap<string, Seen>,
  datagrams: ReadonlyMap<string, Seen>,
): Promise<void> {
  const store = await openStore(queue);
  for (const { push } of await store.unreported(Number.MAX_SAFE_INTEGER, 1_000_000)) {
    const seen = reports.get(push.pushId);
    if (seen !== undefined) seen.doubts++;
  }
  for (const { push } of await store.due(Number.MAX_SAFE_INTEGER, 1_000_000)) {
    const seen = datagrams.get(push.pushId);
    if (seen !== undefined) seen.doubts++;
  }
  await store.close();
}

function see(all: Map<string, Seen>, id: string, text: string): void {
  const seen = all.get(id) ?? { texts: [], doubts: 0 };
  seen.texts.push(text);
  all.set(id, seen);
}

function again(all: ReadonlyMap<string, Seen>): number {
  return [...all.values()].reduce((sum, { texts }) => sum + texts.length - 1, 0);
}

interface Initiator {
  readonly url: string;
  /** When nothing more comes from a process that has ended. */
  quiet(): Promise<void>;
  close(): void;
}

/** Takes every report at once, and says so. */
async function startInitiator(reports: Map<string, Seen>): Promise<Initiator> {
  const server: Server = createServer(async (request, response) => {
    let text = '';
    try {
      for await (const part of request) text += String(part);
    } catch {
      // Its sender was killed: half a report is none.
      return;
    }
    const { message } = decodePap(text);
    assert.ok(message.type === 'resultnotification-message');
    see(reports, message.pushId, text);
    const { pushId, address } = message;
    response.setHeader('Content-Type', 'application/xml');
    response.end(encodePap({ type: 'resultnotification-response', pushId, code: '1000', address }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const connections = () =>
    new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  return {
    url: `http://127.0.0.1:${port}/`,
    async quiet() {
      while ((await connections()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function startProxy({ folder, queue }: KillingOptions, terminal: Bearer): ChildProcess {
  const push = { port: 0, queue, defaultAddress: `127.0.0.1:${terminal.local.port}` };
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ push }));
  const args = [program, 'gateway', '--config', 'config.json', '--port-base', '0'];
  return spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Where it takes PAP; `undefined` where it was killed before. */
function listening(child: ChildProcess): Promise<string | undefined> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (part) => {
      said += String(part);
      const found = /push access protocol on (\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('close', (_, signal) => {
      if (signal === 'SIGKILL') resolve(undefined);
      else reject(new Error(`the gateway ended: ${said}`));
    });
  });
}

/** Whether the message is promised now: accepted, or known from before. */
async function submit(url: string, pushId: string, notifyTo: string): Promise<boolean> {
  const control = encodePap({
    type: 'push-message',
    pushId,
    addresses: ['WAPPUSH=a/TYPE=USER@ppg'],
    ppgNotifyRequestedTo: notifyTo,
  });
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'multipart/related; boundary=b' },
      body: `--b\r\n\r\n${control}\r\n--b\r\nContent-Type: text/plain\r\n\r\nmessage ${pushId} \r\n--b--`,
    });
    const text = await answer.text();
    assert.match(text, /code="(1001|2007)"/);
    return true;
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    // Killed while it answered: nothing was promised yet.
    return false;
  }
}
