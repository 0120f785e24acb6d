/** Runs one of our commands as a process of its own, the way the main program does: errors on one line, exit status 1 or 2. */
import { spawnSync } from 'node:child_process';

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

export function run(name: string, args: readonly string[], input: string | Uint8Array = ''): Ran {
  const module = new URL(`../../src/cli/${name}.js`, import.meta.url).href;
  const argv = ['--input-type=module', '-e', runner, '--', module, name, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { input, encoding: 'utf8' });
  return { status, stdout, stderr };
}
