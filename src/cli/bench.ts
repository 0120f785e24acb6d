/** `wapstack bench`: how fast it is, beside others where there are any. */
import { readdir } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { Command } from 'commander';
import type { BenchResult, BenchRow } from '../../test/bench/bench.js';
import { UsageError } from '../wap/errors.js';
import { writeOutput } from './files.js';

/** The benchmarks come with the sources, not with the package. */
const folder = new URL('../../test/bench/', import.meta.url);

/** What the benchmarks share; it measures nothing itself. */
const COMMON = 'bench';

interface Options {
  readonly list?: true;
  readonly json?: true;
}

export const bench = new Command('bench')
  .description('measure how fast it is, side by side with others where they are installed')
  .argument('[name]', 'one benchmark; all of them otherwise')
  .option('--list', 'only say which there are')
  .option('--json', 'the results as one JSON document')
  .action(async (name: string | undefined, { list, json }: Options) => {
    const names = await benchmarks();
    if (list) {
      await writeOutput(undefined, json ? `${JSON.stringify(names)}\n` : `${names.join('\n')}\n`);
      return;
    }
    if (name !== undefined && !names.includes(name))
      throw new UsageError(`there is no benchmark ${name}; there are ${names.join(', ')}`);
    const results: BenchResult[] = [];
    for (const each of name === undefined ? names : [name]) {
      process.stderr.write(`${each} …\n`);
      const result = await (await load(each))();
      results.push(result);
      if (!json) await writeOutput(undefined, formatResult(result));
    }
    const machine = {
      node: process.version,
      cpu: cpus()[0]?.model ?? '',
      cores: cpus().length,
      load: load1(),
    };
    if (json) await writeOutput(undefined, `${JSON.stringify({ machine, results })}\n`);
    else {
      await writeOutput(
        undefined,
        `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; load at the end ${machine.load}\n`,
      );
    }
  });

/** Their names, in alphabetical order. */
async function benchmarks(): Promise<readonly string[]> {
  try {
    const files = await readdir(folder);
    const names = files.filter((file) => file.endsWith('.js')).map((file) => file.slice(0, -3));
    return names.filter((name) => name !== COMMON).sort();
  } catch (error) {
    throw new Error(
      'the benchmarks are not installed: they are built from the sources, by npm ci in a clone of the repository',
      { cause: error },
    );
  }
}

async function load(name: string): Promise<() => Promise<BenchResult>> {
  const { run }: { run?: () => Promise<BenchResult> } = await import(new URL(`${name}.js`, folder).href);
  if (run === undefined) throw new Error(`the benchmark ${name} has no run()`);
  return run;
}

/** Processes that wanted a core in the last minute: the figures of a busy machine are worth less. */
function load1(): number {
  return Number((loadavg()[0] ?? 0).toFixed(2));
}

/** A result as a table. */
export function formatResult({ name, peer, note, rows }: BenchResult): string {
  const head = ['', 'ours', ...(peer === undefined ? [] : [peer, 'ratio: least', 'median', 'most']), ''];
  const table = [head, ...rows.map((row) => cells(row, peer !== undefined))];
  const widths = head.map((_, column) => Math.max(...table.map((each) => each[column]?.length ?? 0)));
  const text = table.map((each) =>
    each
      // The first and the last column are words, the others figures.
      .map((cell, i) => {
        const width = widths[i] ?? 0;
        return i === 0 ? cell.padEnd(width) : i === each.length - 1 ? cell : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
  const title = note === undefined ? name : `${name} (${note})`;
  return `${[title, ...text].join('\n')}\n\n`;
}

function cells({ what, ours, peer, ratio, unit }: BenchRow, hasPeer: boolean): readonly string[] {
  if (!hasPeer) return [what, figure(ours), unit];
  const ratios = ratio === undefined ? ['', '', ''] : [ratio.least, ratio.median, ratio.most].map(hundredths);
  return [what, figure(ours), peer === undefined ? '' : figure(peer), ...ratios, unit];
}

function figure(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}

function hundredths(value: number): string {
  return value.toFixed(2);
}
