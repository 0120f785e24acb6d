/**
 * What a benchmark is: a module in this folder whose `run` measures, and judges nothing. `wapstack bench` finds and
 * prints them.
 *
 * A peer is measured in the same run, round by round in turns: a busy machine is busy for both, so that the ratio of a
 * round says more than either time. None of this is a test.
 */

export interface BenchResult {
  readonly name: string;
  /** Who is measured beside us. */
  readonly peer?: string;
  /** What a reader has to know of the figures, such as what was missing. */
  readonly note?: string;
  readonly rows: readonly BenchRow[];
}

export interface BenchRow {
  readonly what: string;
  /** The median of all rounds, in `unit`. */
  readonly ours: number;
  /** The same of the peer; absent where it has no such operation. */
  readonly peer?: number;
  /** Ours by the peer's, round by round. */
  readonly ratio?: Ratio;
  readonly unit: string;
}

export interface Ratio {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** One row of what the rounds gave; `peer` has as many figures as `ours`. */
export function row(what: string, unit: string, ours: readonly number[], peer?: readonly number[]): BenchRow {
  if (peer === undefined || peer.length === 0) return { what, ours: median(ours), unit };
  const ratios = ours.map((figure, round) => figure / (peer[round] ?? Number.NaN)).sort((a, b) => a - b);
  const ratio = {
    least: ratios[0] ?? Number.NaN,
    median: median(ratios),
    most: ratios.at(-1) ?? Number.NaN,
  };
  return { what, ours: median(ours), peer: median(peer), ratio, unit };
}

/** Microseconds a call by the clock, over at least so many milliseconds. */
export function microseconds(operation: () => unknown, milliseconds: number): number {
  const start = performance.now();
  const count = repeat(operation, milliseconds);
  return ((performance.now() - start) * 1000) / count;
}

/** Microseconds of processor a call, those of the garbage collector's threads with them: others' load is not in it. */
export function cpuMicroseconds(operation: () => unknown, milliseconds: number): number {
  const start = process.cpuUsage();
  const count = repeat(operation, milliseconds);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / count;
}

function repeat(operation: () => unknown, milliseconds: number): number {
  const start = performance.now();
  let count = 0;
  do {
    operation();
    count++;
  } while (performance.now() - start < milliseconds);
  return count;
}

/** The one in the middle; of an even number the higher one of two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
