/** Runs one of our commands as a process of its own, the way the main program does: errors on one line, exit status 1 or 2. */
import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';

const runner = `
const [, module, name, ...rest] = process.argv;
const { [name]: command } = await import(module);
try {
  await command.parseAsync(rest, { from: 'user' });
} catch (error) {
  process.stderr.write(error.message + '\\n');
  process.exitCode = error.name === 'UsageError' ? 2 : 1;
}`;

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function argvFor(name: string, args: readonly string[]): readonly string[] {
  const module = new URL(`../../src/cli/${name}.js`, import.meta.url).href;
  return ['--input-type=module', '-e', runner, '--', module, name, ...args];
}

/** While it runs, this process can serve it. */
export async function runBeside(name: string, args: readonly string[], input = ''): Promise<Ran> {
  const child = spawn(process.execPath, argvFor(name, args));
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await ended, stdout, stderr };
}

export function run(name: string, args: readonly string[], input: string | Uint8Array = ''): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, argvFor(name, args), {
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}
