/**
 * The gateway beside Kannel's bearerbox and wapbox: replies a second, waits, processor time a reply, memory a session. The same
 * terminals and the same origin, in turns within one run; no cache on either side; Kannel logs as little as it can.
 *
 *     npx tsc -p . && node dist/test/bench/gateway.js [--quick]
 *
 * Four processes share the machine: terminals, gateway (two of Kannel's), origin. With fewer cores than that, replies a second say as much of
 * the terminals and the origin as of the gateway; processor time a reply does not.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts, kannelConfiguration } from '../interop/kannel.js';
import { lock, temporaryFolder } from '../interop/programs.js';
import { findPeer } from '../support/peers.js';
import { type BenchResult, type BenchRow, row } from './bench.js';
import { type Crowd, type Mode, startCrowd } from './gateway/crowd.js';
import type { Usage } from './gateway/ours.js';

/** Ours is not on the registered ports: Kannel's cannot be moved. */
const PORT_BASE = 25_000;

/** Milliseconds of load before anything is measured, so that compilers have seen what is asked of them. */
const WARM_UP = 2000;

interface Side {
  readonly ports: Readonly<Record<Mode, number>>;
  usage(what: 'cpu' | 'memory'): Promise<Usage>;
  stop(): Promise<void>;
}

interface Plan {
  readonly rounds: number;
  readonly seconds: number;
  readonly clients: readonly number[];
  readonly sessions: readonly number[];
}

const full: Plan = { rounds: 3, seconds: 2, clients: [1, 32, 256], sessions: [1000, 20_000] };
const quick: Plan = { rounds: 1, seconds: 1, clients: [1, 32], sessions: [1000] };

export async function run(plan: Plan = full): Promise<BenchResult> {
  const folder = temporaryFolder();
  const crowd = await startCrowd(folder.path);
  if (crowd === undefined) {
    folder.remove();
    return { name: 'gateway', rows: [], note: 'not measured without a C compiler: apt-get install gcc' };
  }
  const sides: { ours: Side; kannel?: Side } = { ours: await ours() };
  const bearerbox = findPeer('bearerbox');
  const wapbox = findPeer('wapbox');
  let release: (() => void) | undefined;
  try {
    if (bearerbox !== undefined && wapbox !== undefined) {
      release = await lock('kannel');
      sides.kannel = await kannel(bearerbox, wapbox, folder.path, crowd);
    }
    const rows: BenchRow[] = [];
    for (const mode of ['cl', 'co'] as const)
      for (const clients of plan.clients) rows.push(...(await measure(sides, mode, clients, crowd, plan)));
    // Memory that a process took for the load before would hide what sessions take: new ones.
    await Promise.all([sides.ours.stop(), sides.kannel?.stop()]);
    sides.ours = await ours();
    if (sides.kannel && bearerbox !== undefined && wapbox !== undefined)
      sides.kannel = await kannel(bearerbox, wapbox, folder.path, crowd);
    rows.push(...(await memory(sides, crowd, plan)));
    const note = sides.kannel ? undefined : 'Kannel is not installed: apt-get install kannel';
    return { name: 'gateway', peer: 'Kannel', rows, ...(note !== undefined && { note }) };
  } finally {
    await sides.kannel?.stop();
    await sides.ours.stop();
    crowd.close();
    release?.();
    folder.remove();
  }
}

async function measure(
  { ours: own, kannel: other }: { ours: Side; kannel?: Side },
  mode: Mode,
  clients: number,
  crowd: Crowd,
  plan: Plan,
): Promise<BenchRow[]> {
  const names = ['replies', 'p50', 'p99', 'cpu'] as const;
  const figures = () => ({
    replies: [] as number[],
    p50: [] as number[],
    p99: [] as number[],
    cpu: [] as number[],
  });
  const mine = figures();
  const theirs = figures();
  for (const side of other ? [own, other] : [own]) await crowd.load(side.ports[mode], mode, clients, WARM_UP);
  for (let round = 0; round < plan.rounds; round++) {
    for (const [side, into] of other
      ? ([
          [own, mine],
          [other, theirs],
        ] as const)
      : ([[own, mine]] as const)) {
      const before = await side.usage('cpu');
      const { replies, microseconds, p50, p99, lost, refused } = await crowd.load(
        side.ports[mode],
        mode,
        clients,
        1000 * plan.seconds,
      );
      const after = await side.usage('cpu');
      if (lost + refused > 0)
        process.stderr.write(
          `${side === own ? 'ours' : 'Kannel'}: ${lost + refused} requests were not answered\n`,
        );
      into.replies.push((replies * 1e6) / microseconds);
      into.p50.push(p50 / 1000);
      into.p99.push(p99 / 1000);
      into.cpu.push((after.cpu - before.cpu) / replies);
    }
  }
  const who = `${mode === 'cl' ? 'connectionless' : 'sessions'}, ${clients} clients`;
  const units = { replies: '1/s', p50: 'ms', p99: 'ms', cpu: 'µs' };
  const titles = {
    replies: 'replies',
    p50: 'wait, median',
    p99: 'wait, 99 of 100',
    cpu: 'processor a reply',
  };
  return names.map((name) => row(`${who}: ${titles[name]}`, units[name], mine[name], theirs[name]));
}

/** What each of so many open sessions adds. */
async function memory(
  { ours: own, kannel: other }: { ours: Side; kannel?: Side },
  crowd: Crowd,
  plan: Plan,
): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const sides = other ? [own, other] : [own];
  for (const side of sides) await crowd.load(side.ports.co, 'co', 32, WARM_UP);
  const before = await Promise.all(sides.map((side) => side.usage('memory')));
  let open = 0;
  for (const count of plan.sessions) {
    for (const side of sides) await crowd.openSessions(side.ports.co, open, count - open);
    open = count;
    // What waits for late datagrams of a finished transaction is no part of a session: WAP-224 Appendix A gives it 40 s.
    await new Promise((resolve) => setTimeout(resolve, 45_000));
    const after = await Promise.all(sides.map((side) => side.usage('memory')));
    const each = (i: number, what: 'alive' | 'resident') =>
      ((after[i]?.[what] ?? Number.NaN) - (before[i]?.[what] ?? Number.NaN)) / count;
    // What our process has resident says nothing: sessions take room that the load before them has left.
    rows.push(
      row(
        `${count} sessions: memory a session (ours alive, Kannel's resident)`,
        'octets',
        [each(0, 'alive')],
        other ? [each(1, 'resident')] : [],
      ),
    );
  }
  return rows;
}

async function ours(): Promise<Side> {
  const { child: gateway } = await child('ours.js', String(PORT_BASE), '0');
  return {
    ports: { cl: PORT_BASE, co: PORT_BASE + 1 },
    usage: (what) =>
      new Promise((resolve) => {
        gateway.once('message', (usage: Usage) => resolve(usage));
        gateway.send(what);
      }),
    stop: () =>
      new Promise((resolve) => {
        gateway.once('exit', () => resolve());
        gateway.disconnect();
      }),
  };
}

async function kannel(bearerbox: string, wapbox: string, folder: string, crowd: Crowd): Promise<Side> {
  const configuration = kannelConfiguration(await freePorts(2)).replace(
    /^(group = (core|wapbox))$/gm,
    '$1\nlog-level = 4',
  );
  writeFileSync(join(folder, 'kannel.conf'), configuration);
  // At the least level they do not say when they are ready: the bearerbox listens soon, and then the whole answers.
  const boxes = [bearerbox, wapbox].map((path) => ({ path, process: undefined as ChildProcess | undefined }));
  for (const box of boxes) {
    box.process = spawn(box.path, ['-v', '4', 'kannel.conf'], { cwd: folder, stdio: 'ignore' });
    await new Promise((resolve) => setTimeout(resolve, 1500));
  }
  const pids = () => boxes.map((box) => box.process?.pid).filter((pid) => pid !== undefined);
  await crowd.untilAnswered(9200);
  return {
    ports: { cl: 9200, co: 9201 },
    usage: async () => usageOf(pids()),
    async stop() {
      for (const box of boxes.toReversed()) {
        const gone = new Promise((resolve) => box.process?.once('exit', resolve));
        box.process?.kill('SIGTERM');
        const timer = setTimeout(() => box.process?.kill('SIGKILL'), 5000);
        await gone;
        clearTimeout(timer);
      }
    },
  };
}

function usageOf(pids: readonly number[]): Usage {
  let cpu = 0;
  let resident = 0;
  for (const pid of pids) {
    // Behind the name in parentheses: state is field 3, utime 14, stime 15, in ticks of 10 ms.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    cpu += (Number(fields[11]) + Number(fields[12])) * 10_000;
    resident += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
  }
  return { cpu, resident, alive: Number.NaN };
}

/** A module of the folder beside as a process, once it has said something. */
async function child(file: string, ...args: string[]): Promise<{ child: ChildProcess; message: unknown }> {
  const path = fileURLToPath(new URL(`gateway/${file}`, import.meta.url));
  const process_ = fork(path, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: profiled(file),
  });
  const message = await new Promise((resolve, reject) => {
    process_.once('message', resolve);
    process_.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
  });
  return { child: process_, message };
}

/** With WAPSTACK_PROFILE=folder our gateway writes where its time goes. */
function profiled(file: string): string[] {
  const folder = process.env.WAPSTACK_PROFILE;
  return folder === undefined || file !== 'ours.js' ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { rows, note } = await run(process.argv.includes('--quick') ? quick : full);
  if (note !== undefined) console.log(note);
  for (const { what, unit, ours: own, peer, ratio } of rows) {
    const other = peer === undefined ? '' : `Kannel ${peer.toFixed(2)}`;
    const times = ratio
      ? [ratio.least, ratio.median, ratio.most].map((each) => each.toFixed(2)).join(' / ')
      : '';
    console.log(
      `${what.padEnd(50)} ${own.toFixed(2).padStart(10)} ${unit.padEnd(7)} ${other.padEnd(20)} ${times}`,
    );
  }
}
