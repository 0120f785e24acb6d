/** Speed of the WMLScript machine: instructions a second on one core, and the cost of loading a unit and starting a call. */
import { seededRandom } from '../../src/wap/random.js';
import { loadUnit, startCall } from '../../src/wap/wmlscript/index.js';
import { compile, load } from '../support/wmlscript.js';
import { type BenchResult, type BenchRow, microseconds, row } from './bench.js';

const ROUNDS = 9;
const WARM_UP = 3;
const ROUND_MILLISECONDS = 20;

/** Long enough that a clock tick is nothing, short enough that the whole bench takes seconds. */
const programs = {
  'integer loop': `extern function main() {
    var sum = 0;
    for (var i = 0; i < 1000000; i++) sum = (sum + i * 3) & 65535;
    return sum;
  }`,
  'division sieve': `extern function main() {
    var primes = 0;
    for (var i = 2; i < 20000; i++) {
      var prime = true;
      for (var j = 2; j * j <= i; j++) if (i % j == 0) { prime = false; break; }
      if (prime) primes++;
    }
    return primes;
  }`,
  'calls (Fibonacci)': `function fib(n) { if (n < 2) return n; return fib(n - 1) + fib(n - 2); }
  extern function main() { return fib(25); }`,
  'floating-point': `extern function main() {
    var x = 0.0;
    for (var i = 0; i < 500000; i++) x = x * 0.5 + 1.5;
    return x;
  }`,
  'string library': `extern function main() {
    var text = "one;two;three;four"; var count = 0;
    for (var i = 0; i < 50000; i++) count += String.length(String.elementAt(text, i % 4, ";"));
    return count;
  }`,
} as const;

const call = { url: 'http://host/', random: seededRandom(1), limits: { steps: 1_000_000_000 } };

export async function run(): Promise<BenchResult> {
  return { name: 'wmlscript-machine', rows: [...speeds(), ...costs()] };
}

function speeds(): readonly BenchRow[] {
  return Object.entries(programs).map(([name, source]) => {
    const unit = load(compile(source));
    const once = (): number => {
      const execution = startCall(unit, 'main', [], call);
      const start = performance.now();
      const outcome = execution.run();
      const elapsed = (performance.now() - start) * 1000;
      if (!('returned' in outcome)) throw new Error(`${name} did not return`);
      return execution.steps() / elapsed;
    };
    // A character that a library looks at is a step, too.
    const unitName = name === 'string library' ? 'million steps/s' : 'million instructions/s';
    return row(name, unitName, rounds(once));
  });
}

function costs(): readonly BenchRow[] {
  const octets = compile(
    Object.values(programs)
      .join('\n')
      .replaceAll(/main|fib/g, numbered()),
  );
  const small = load(compile('extern function main() { return 1; }'));
  const loading = (): unknown => loadUnit(octets);
  const calling = (): unknown => startCall(small, 'main', [], call).run();
  return [
    row(
      `load and verify ${octets.length} octets`,
      'µs',
      rounds(() => microseconds(loading, ROUND_MILLISECONDS)),
    ),
    row(
      'start and end a call',
      'µs',
      rounds(() => microseconds(calling, ROUND_MILLISECONDS)),
    ),
  ];
}

function rounds(once: () => number): readonly number[] {
  for (let i = 0; i < WARM_UP; i++) once();
  return Array.from({ length: ROUNDS }, once);
}

/** Names that differ: functions of several programs in one unit. `fib` keeps its own. */
function numbered(): (name: string) => string {
  let count = 0;
  return (name) => (name === 'main' ? `main${count++}` : name);
}
