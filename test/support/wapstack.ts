/** `wapstack` as a process, for tests that need one. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What `npm` puts on the path as `wapstack`. */
export const program = fileURLToPath(new URL('../../../bin/wapstack.js', import.meta.url));

/** How long a process may take to say what is expected, in milliseconds. */
const PATIENCE = 15_000;

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcessWithoutNullStreams;
  /** Everything so far. */
  output(): { readonly stdout: string; readonly stderr: string };
  /** Resolves when standard output or standard error has the text; rejects when the process ends without. */
  said(text: RegExp): Promise<RegExpExecArray>;
  ended: Promise<Ended>;
  /** Ends it with SIGTERM and waits. */
  stop(): Promise<Ended>;
}

export function start(...args: readonly string[]): Running {
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, NO_COLOR: '1' } });
  let stdout = '';
  let stderr = '';
  const looks = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const look of [...looks]) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const look of [...looks]) look();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (status) => {
      resolve({ status, stdout, stderr });
      for (const look of [...looks]) look();
    });
  });
  return {
    process: child,
    output: () => ({ stdout, stderr }),
    ended,
    said: (text) =>
      new Promise((resolve, reject) => {
        const patience = setTimeout(() => {
          looks.delete(look);
          reject(new Error(`it does not say ${text}, but:\n${stdout}\n${stderr}`));
        }, PATIENCE);
        const look = (): void => {
          const match = text.exec(stdout) ?? text.exec(stderr);
          if (match === null && child.exitCode === null) return;
          looks.delete(look);
          clearTimeout(patience);
          if (match === null) reject(new Error(`it ended without ${text}:\n${stdout}\n${stderr}`));
          else resolve(match);
        };
        looks.add(look);
        look();
      }),
    stop() {
      if (child.exitCode === null) child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Runs it to its end. */
export function run(...args: readonly string[]): Promise<Ended> {
  const running = start(...args);
  running.process.stdin.end();
  return running.ended;
}
