/**
 * Pushes from their acceptance over PAP to the terminal, through the queue in SQLite, a second; and beside it the database's own commits a
 * second, on the same disk with the same pragmas: what a push proxy that commits each push by itself could reach at most. In turns, in one
 * run.
 *
 *     npx tsc -p . && node dist/test/bench/push.js [--quick]
 *
 * Two processes share the machine: the push proxy, and initiators with the terminal. A push costs two commits of its own, for its acceptance
 * and for its outcome; those that come at the same time share them.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { openUdp } from '../../src/bearer/index.js';
import { encodePap } from '../../src/wap/push/index.js';
import { temporaryFolder } from '../interop/programs.js';
import { type BenchResult, type BenchRow, row } from './bench.js';

const program = fileURLToPath(new URL('../../../bin/wapstack.js', import.meta.url));

interface Plan {
  readonly rounds: number;
  /** Of each measurement, in milliseconds. */
  readonly time: number;
  /** Initiators that wait for their answers. */
  readonly initiators: readonly number[];
}

const full: Plan = { rounds: 5, time: 2_000, initiators: [1, 16, 64] };
const quick: Plan = { rounds: 1, time: 500, initiators: [16] };

export async function run(plan: Plan = full): Promise<BenchResult> {
  const folder = temporaryFolder();
  let arrived = 0;
  const terminal = await openUdp({ host: '127.0.0.1', port: 0 });
  terminal.onDatagram(() => {
    arrived++;
  });
  const proxy = await startProxy(folder.path, terminal.local.port);
  try {
    const rows: BenchRow[] = [];
    await pushes(proxy.url, 16, plan.time, () => arrived);
    for (const initiators of plan.initiators) {
      const ours: number[] = [];
      const bare: number[] = [];
      for (let round = 0; round < plan.rounds; round++) {
        ours.push(await pushes(proxy.url, initiators, plan.time, () => arrived));
        bare.push(commits(join(folder.path, 'bare.db'), plan.time));
      }
      rows.push(row(`accepted to delivered, ${initiators} at the same time`, '/s', ours, bare));
    }
    const note = 'the ratio is better above 1: commits are shared';
    return { name: 'push', peer: 'commits of better-sqlite3', note, rows };
  } finally {
    await proxy.stop();
    await terminal.close();
    folder.remove();
  }
}

const text =
  'a message as long as an indication that somebody has sent you some mail, with an address to be looked at';

let ids = 0;

const pap = encodePap({ type: 'push-message', pushId: '00000000', addresses: ['WAPPUSH=a/TYPE=USER@ppg'] });
const body = `--b\r\n\r\n${pap}\r\n--b\r\nContent-Type: text/plain\r\n\r\n${text}\r\n--b--`;

/** Pushes a second that were delivered. */
async function pushes(url: string, count: number, time: number, arrived: () => number): Promise<number> {
  // Made anew each time: the server closes those that are idle.
  const initiators = await Promise.all(Array.from({ length: count }, () => initiatorAt(url)));
  const start = performance.now();
  const before = arrived();
  let accepted = 0;
  const busy = async (initiator: Initiator) => {
    while (performance.now() - start < time) {
      await initiator.submit(String(++ids).padStart(8, '0'));
      accepted++;
    }
  };
  await Promise.all(initiators.map(busy));
  // The last ones are still on their way. Datagrams that the machine lost would be waited for in vain.
  const end = performance.now() + 2_000;
  while (arrived() - before < accepted && performance.now() < end)
    await new Promise((resolve) => setImmediate(resolve));
  for (const initiator of initiators) initiator.close();
  return ((arrived() - before) * 1000) / (performance.now() - start);
}

/** Submits on a connection that stays. Written by hand: an HTTP client takes more of the processor than the push proxy. */
interface Initiator {
  submit(pushId: string): Promise<void>;
  close(): void;
}

async function initiatorAt(url: string): Promise<Initiator> {
  const { host, hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve()).once('error', reject);
  });
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: multipart/related; boundary=b',
    `Content-Length: ${body.length}`,
  ].join('\r\n');
  const whole = `${head}\r\n\r\n${body}`;
  let answer = '';
  let answered: (text: string) => void = () => undefined;
  socket.setNoDelay(true).setEncoding('latin1');
  socket.on('data', (part: string) => {
    answer += part;
    if (!answer.includes('</pap>')) return;
    const text = answer;
    answer = '';
    answered(text);
  });
  return {
    submit: (pushId) =>
      new Promise((resolve, reject) => {
        answered = (text) => (text.includes('code="1001"') ? resolve() : reject(new Error(text)));
        socket.write(whole.replace('00000000', pushId));
      }),
    close: () => socket.destroy(),
  };
}

/** Commits a second of a database that does nothing else: a row as long as a push's, with the pragmas of the queue. */
function commits(path: string, time: number): number {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT');
  const insert = db.prepare('INSERT INTO bare (text) VALUES (?)');
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < time) {
    insert.run(text);
    count++;
  }
  const rate = (count * 1000) / (performance.now() - start);
  db.close();
  return rate;
}

async function startProxy(
  folder: string,
  terminal: number,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const push = { port: 0, queue: join(folder, 'queue.db'), defaultAddress: `127.0.0.1:${terminal}` };
  const config = join(folder, 'config.json');
  writeFileSync(config, JSON.stringify({ push }));
  const child = spawn(process.execPath, [program, 'gateway', '--config', config, '--port-base', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (part) => {
      said += String(part);
      const found = /push access protocol on (\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('close', () => reject(new Error(`the gateway ended: ${said}`)));
  });
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await run(process.argv.includes('--quick') ? quick : full);
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
}
