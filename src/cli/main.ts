/** `wapstack`: the commands, and what a failure looks like. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { errorText, UsageError } from '../wap/errors.js';
import { bench } from './bench.js';
import { ca } from './ca.js';
import { demo } from './demo.js';
import { dissect } from './dissect.js';
import { fileErrorText } from './files.js';
import { gateway } from './gateway.js';
import { get } from './get.js';
import { push } from './push.js';
import { shop } from './shop.js';
import { sign } from './sign.js';
import { terminal } from './terminal.js';
import { verify } from './verify.js';
import { wbxml } from './wbxml.js';
import { wim } from './wim.js';
import { wml } from './wml.js';
import { wmlscript } from './wmlscript.js';

/** Exit status: 0 done, 1 it failed, 2 wrong usage. */
const FAILED = 1;
const WRONG_USAGE = 2;

const commands = [
  demo,
  gateway,
  terminal,
  get,
  shop,
  push,
  dissect,
  wbxml,
  wml,
  wmlscript,
  sign,
  verify,
  wim,
  ca,
  bench,
];

/** Runs one command line. @returns the exit status */
export async function main(args: readonly string[]): Promise<number> {
  // Who reads the output may have seen enough: `| head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const program = new Command('wapstack')
    .description('The wireless stack of 2001: gateway, push proxy, phone with a signing card, and a shop.')
    .version(version)
    .option('--debug', 'show the stack of an error')
    .showHelpAfterError('(try --help)');
  for (const command of commands) program.addCommand(command);
  for (const command of allOf(program)) command.exitOverride();
  try {
    // The option may stand anywhere on the line.
    await program.parseAsync(
      args.filter((arg) => arg !== '--debug'),
      { from: 'user' },
    );
    return 0;
  } catch (error) {
    return report(error, args.includes('--debug'));
  }
}

function allOf(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(allOf)];
}

function report(error: unknown, debug: boolean): number {
  // Commander has said it already: help, a version, or what is wrong with the line.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  const text =
    debug && error instanceof Error
      ? (error.stack ?? error.message)
      : (fileErrorText(error) ?? errorText(error));
  process.stderr.write(`wapstack: ${text}\n`);
  return error instanceof UsageError ? WRONG_USAGE : FAILED;
}
