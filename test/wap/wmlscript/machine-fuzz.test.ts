/** Any octets, any code, any answers of the host: the machine ends with an outcome, within its limits. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { seededRandom } from '../../../src/wap/random.js';
import {
  encodeUnit,
  fatalErrors,
  invalid,
  isValue,
  type Loaded,
  libraryTable,
  loadUnit,
  type Outcome,
  startCall,
  type Value,
} from '../../../src/wap/wmlscript/index.js';
import { assemble, compile, f } from '../../support/wmlscript.js';

const limits = { steps: 20_000, stack: 500, calls: 50, heap: 50_000 };

/** Steps between two pauses. */
const slice = 5000;

/** How often a script may ask its host before the test has seen enough. */
const REQUESTS = 50;

const value = fc.oneof(
  fc.integer({ min: -2147483648, max: 2147483647 }),
  fc.integer({ min: -3, max: 40 }),
  fc.boolean(),
  fc.string({ maxLength: 20 }),
  fc.constantFrom<Value>(
    '',
    '12',
    ' -7 ',
    '1.5e3',
    'a;b;;c',
    '%5.2f',
    'http://host/a;x/b?q#f',
    'text/plain',
    '\u{1f600}',
  ),
  fc.constantFrom<Value>(invalid, f(0), f(0.5), f(-3.7), f(3e38), f(1.2e-38)),
) as fc.Arbitrary<Value>;

/** Runs to the end; `answers` are what the host says, in turn, and every other unit is this one. */
function drive(
  loaded: Loaded,
  args: readonly Value[],
  answers: readonly Value[],
  integerOnly: boolean,
): Outcome {
  if ('fatal' in loaded) return loaded;
  const name = [...loaded.unit.externals.keys()][0] ?? '';
  const execution = startCall(loaded.unit, name, args, {
    url: 'http://host/unit.wmlsc',
    random: seededRandom(7),
    limits,
    slice,
    integerOnly,
  });
  let outcome = execution.run();
  let pauses = 0;
  for (let i = 0; i < REQUESTS; i++) {
    if ('paused' in outcome) {
      pauses++;
      outcome = execution.run();
    }
    if ('host' in outcome) outcome = execution.resume(answers[i % answers.length] ?? '');
    else if ('loadUnit' in outcome) outcome = execution.resume(loaded);
  }
  assert.ok(pauses <= limits.steps / slice, `${pauses} pauses`);
  return outcome;
}

function check(outcome: Outcome): void {
  if ('fatal' in outcome) assert.equal(fatalErrors[outcome.fatal.name], outcome.fatal.code);
  else if ('returned' in outcome) {
    assert.ok(isValue(outcome.returned));
    if (typeof outcome.returned === 'string') assert.ok(2 * outcome.returned.length <= limits.heap);
  } else if ('exited' in outcome) assert.ok(isValue(outcome.exited));
  else if ('host' in outcome) assert.ok(outcome.args.every(isValue));
  else assert.ok('aborted' in outcome || 'loadUnit' in outcome || 'paused' in outcome);
}

/** A unit that uses much of the language. */
const real = compile(`
  use url Other "other.wmlsc";
  use access domain "host" path "/";
  extern function main(a, b) {
    var text = "one;two;three"; var n = 0; var x = 1.5;
    for (var i = 0; i < 5; i++) { n += i * (a + 1); if (n > 100 && a || !b) break; text = text + ";" + i; }
    while (n > 0) { n -= 7; x = x / 2 + n; }
    WMLBrowser.setVar("v", String.elementAt(text, a, ";") + Lang.parseInt(b));
    return g(Dialogs.prompt(text, b), x) + Other#main(n, String.format("%5.2f", x));
  }
  function g(a, b) { return typeof a == 2 ? isvalid b : (a % 3) << 2; }
`);

describe('The machine and anything at all', () => {
  it('mutated bytecode is refused or ends', () => {
    const mutation = fc.tuple(fc.nat(real.length - 1), fc.nat(255));
    fc.assert(
      fc.property(
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        fc.array(value, { minLength: 1, maxLength: 5 }),
        (mutations, answers) => {
          const octets = real.slice();
          for (const [at, octet] of mutations) octets[at] = octet;
          check(drive(loadUnit(octets), [1, 'b'], answers, false));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('any octets are refused or end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
        check(drive(loadUnit(octets), [], [''], false));
      }),
      { numRuns: 1000 },
    );
  });

  it('any code in a good unit is refused or ends', () => {
    const constants = [
      { type: 'stringUtf8', value: 'http://host/other' },
      { type: 'stringUtf8', value: 'main' },
      { type: 'integer8', value: 7 },
      { type: 'float32', value: 1.5 },
      { type: 'emptyString' },
    ] as const;
    // Octets that need nothing of the stack come often, so that some code gets far.
    const octet = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom(0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x50, 0x51, 0x52, 0x53, 0xe0, 0xe1),
      },
      { weight: 2, arbitrary: fc.integer({ min: 0x1b, max: 0x39 }) },
      { weight: 1, arbitrary: fc.nat(255) },
    );
    const code = fc.array(octet, { maxLength: 40 }).map((octets) => Uint8Array.from(octets));
    let ran = 0;
    fc.assert(
      fc.property(
        fc.array(code, { minLength: 1, maxLength: 3 }),
        fc.array(value, { minLength: 2 }),
        fc.boolean(),
        (codes, values, integerOnly) => {
          const octets = encodeUnit({
            versionNumber: 1,
            characterSet: 106,
            constants,
            pragmas: [],
            functionNames: [{ functionIndex: 0, functionName: 'main' }],
            functions: codes.map((codeArray) => ({
              numberOfArguments: 2,
              numberOfLocalVariables: 2,
              codeArray,
            })),
          });
          const loaded = loadUnit(octets);
          if ('unit' in loaded) ran++;
          check(drive(loaded, values.slice(0, 2), values, integerOnly));
        },
      ),
      { numRuns: 3000 },
    );
    assert.ok(ran > 100, `${ran} units ran`);
  });

  it('any call of any library gives an outcome', () => {
    const calls = libraryTable.flatMap(({ id, functions }) =>
      functions.map(([, findex, parameters]) => {
        const loads = Array.from({ length: parameters }, (_, i) => `LOAD_VAR ${i};`).join('');
        return {
          loaded: loadUnit(
            assemble({ functions: [{ args: 4, code: `${loads} CALL_LIB_W ${findex} ${id}; RETURN` }] }),
          ),
        };
      }),
    );
    const four = fc.tuple(value, value, value, value);
    fc.assert(
      fc.property(
        fc.constantFrom(...calls),
        four,
        value,
        fc.boolean(),
        ({ loaded }, args, answer, integerOnly) => {
          const outcome = drive(loaded, args, [answer], integerOnly);
          check(outcome);
          assert.ok(!('fatal' in outcome) || outcome.fatal.name === 'Out of Memory');
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('a program has the same result in one run and in slices', () => {
    const source = fc
      .array(
        fc.constantFrom(
          'a = a * 3 % 1000;',
          's = s + a;',
          'if (a > 500) s = "";',
          'b = a / 7;',
          'while (b > 1) b = b / 2;',
        ),
        {
          maxLength: 12,
        },
      )
      .map(
        (lines) =>
          `extern function main() { var a = 7; var b = 1.5; var s = ""; for (var i = 0; i < 20; i++) { ${lines.join('\n')} } return s + a + b; }`,
      );
    fc.assert(
      fc.property(source, fc.integer({ min: 1, max: 50 }), (text, slice) => {
        const loaded = loadUnit(compile(text));
        assert.ok('unit' in loaded);
        const call = { url: 'http://host/', random: seededRandom(1) };
        const whole = startCall(loaded.unit, 'main', [], call).run();
        const sliced = startCall(loaded.unit, 'main', [], { ...call, slice });
        let outcome = sliced.run();
        while ('paused' in outcome) outcome = sliced.run();
        assert.deepEqual(outcome, whole);
      }),
      { numRuns: 50 },
    );
  });
});
