/**
 * Speed of the WMLScript machine: instructions a second on one core, and the cost of loading a unit and starting a call.
 *
 *     node dist/test/bench/wmlscript-machine.js [--json]
 */
import { seededRandom } from '../../src/wap/random.js';
import { loadUnit, startCall } from '../../src/wap/wmlscript/index.js';
import { compile, load } from '../support/wmlscript.js';

const RUNS = 9;
const WARM_UP = 3;

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

interface Measured {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

const call = { url: 'http://host/', random: seededRandom(1), limits: { steps: 1_000_000_000 } };

function measure(name: string, unit: string, once: () => number): Measured {
  for (let i = 0; i < WARM_UP; i++) once();
  const results = Array.from({ length: RUNS }, once).sort((a, b) => a - b);
  const at = (index: number) => results[index] ?? Number.NaN;
  return { name, unit, median: at(RUNS >> 1), min: at(0), max: at(RUNS - 1) };
}

function secondsOf(work: () => void): number {
  const from = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - from) / 1e9;
}

function speeds(): Measured[] {
  return Object.entries(programs).map(([name, source]) => {
    const unit = load(compile(source));
    return measure(
      name,
      name === 'string library' ? 'million steps/s, a character is one' : 'million instructions/s',
      () => {
        const execution = startCall(unit, 'main', [], call);
        const seconds = secondsOf(() => {
          const outcome = execution.run();
          if (!('returned' in outcome)) throw new Error(`${name} did not return`);
        });
        return execution.steps() / seconds / 1e6;
      },
    );
  });
}

function costs(): Measured[] {
  const octets = compile(
    Object.values(programs)
      .join('\n')
      .replaceAll(/main|fib/g, numbered()),
  );
  const small = load(compile('extern function main() { return 1; }'));
  const repeat = 500;
  return [
    measure(`load and verify ${octets.length} octets`, 'microseconds', () => {
      const seconds = secondsOf(() => {
        for (let i = 0; i < repeat; i++) loadUnit(octets);
      });
      return (seconds / repeat) * 1e6;
    }),
    measure('start and end a call', 'microseconds', () => {
      const seconds = secondsOf(() => {
        for (let i = 0; i < repeat; i++) startCall(small, 'main', [], call).run();
      });
      return (seconds / repeat) * 1e6;
    }),
  ];
}

/** Names that differ: functions of several programs in one unit. `fib` keeps its own. */
function numbered(): (name: string) => string {
  let count = 0;
  return (name) => (name === 'main' ? `main${count++}` : name);
}

const measured = [...speeds(), ...costs()];
if (process.argv.includes('--json')) console.log(JSON.stringify(measured, undefined, 2));
else {
  for (const { name, unit, median, min, max } of measured) {
    console.log(
      `${name.padEnd(34)} ${median.toFixed(1).padStart(8)} (${min.toFixed(1)} to ${max.toFixed(1)}) ${unit}`,
    );
  }
}
