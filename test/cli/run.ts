/** Runs one of our commands to its end, with something on its standard input. */
import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { program } from '../support/wapstack.js';

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** While it runs, this process can serve it. */
export async function runBeside(name: string, args: readonly string[], input = ''): Promise<Ran> {
  const child = spawn(process.execPath, [program, name, ...args]);
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await ended, stdout, stderr };
}

export function run(name: string, args: readonly string[], input: string | Uint8Array = ''): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, name, ...args], {
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}
