/** Runs other people's programs in tests, each in a temporary folder, and ends what a test started. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Finished {
  readonly code: number | null;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

/** Runs a program to its end; kills it after `limit` ms. */
export function run(
  path: string,
  args: readonly string[],
  folder: string,
  limit = 15_000,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), limit);
    child.stdout.on('data', (part) => {
      output += part;
    });
    child.stderr.on('data', (part) => {
      output += part;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}

/** A program that runs until the test ends it. */
export interface Running {
  /** All that it said so far. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts a program and waits until it says something that matches. */
export async function start(
  path: string,
  args: readonly string[],
  folder: string,
  ready: RegExp,
  limit = 15_000,
): Promise<Running> {
  const child: ChildProcess = spawn(path, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${path} is not ready:\n${output}`)), limit);
    const hear = (part: Buffer) => {
      output += part.toString();
      if (!ready.test(output)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', reject);
    child.once('close', () => reject(new Error(`${path} ended:\n${output}`)));
  });
  return {
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(timer);
    },
  };
}

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'wapstack-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * Holds a name on this machine, for programs whose ports cannot be chosen. A lock whose holder is gone is taken over.
 * @returns releases it
 */
export async function lock(name: string, limit = 120_000): Promise<() => void> {
  const path = join(tmpdir(), `wapstack-${name}.lock`);
  const end = Date.now() + limit;
  for (;;) {
    try {
      const file = openSync(path, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      return () => unlinkSync(path);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      if (Date.now() > end) throw new Error(`somebody holds ${path}`);
      removeIfOrphaned(path);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

function removeIfOrphaned(path: string): void {
  try {
    process.kill(Number(readFileSync(path, 'utf8')), 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') rmSync(path, { force: true });
  }
}
