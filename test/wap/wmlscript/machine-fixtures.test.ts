/** Scripts of other people's test suites, and expressions printed in the specifications, run from source to result. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { invalid, typeOf } from '../../../src/wap/wmlscript/index.js';
import { describeWithFixtures } from '../../support/fixtures.js';
import { compile, fatal, returned, runWithBrowser } from '../../support/wmlscript.js';

/**
 * Where the text contradicts the script's own expectation. All three are printed by a C library with six digits, and a
 * string must be equal to the floating-point value that it comes from (WAP-193_101-WMLScript §6.8.2).
 */
const contested: Readonly<Record<string, string>> = {
  'fperrad-float-add_1': '4.1400003\n1\n',
  'fperrad-float-sub_1': '1.6400001\n1\n',
  'fperrad-libfloat-minFloat': '1.1754944e-38\n1\n',
};

/** What a case file says; fields that only some have may be missing. */
interface Expectation {
  readonly entry?: string;
  readonly expected_return?: string | null;
  readonly cases?: readonly {
    readonly section: string;
    readonly expr: string;
    readonly source: string;
    readonly type: string;
    readonly value: unknown;
  }[];
}

function read(path: string): Expectation {
  return JSON.parse(readFileSync(path, 'utf8'));
}

describeWithFixtures('WMLScript fixtures: what scripts return', 'wmls', (folder) => {
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.expected.json'));

  it('every runnable script returns what it expects', () => {
    let count = 0;
    for (const name of scripts) {
      const { entry = 'main', expected_return: expected } = read(`${folder}/${name}`);
      if (typeof expected !== 'string') continue;
      const id = name.replace('.expected.json', '');
      const source = readFileSync(`${folder}/${id}.wmls`, 'utf8');
      const outcome = runWithBrowser(compile(source), entry);
      assert.deepEqual(outcome, { returned: contested[id] ?? expected }, id);
      count++;
    }
    assert.ok(count > 140, `${count} scripts`);
  });

  it('the expressions printed in the specifications have the printed types and values', () => {
    let count = 0;
    for (const name of readdirSync(folder).filter((each) => each.startsWith('spec-'))) {
      for (const { section, expr, source, type, value } of read(`${folder}/${name}`).cases ?? []) {
        const result = returned(runWithBrowser(compile(source)));
        assert.equal(typeOf(result), type, `${section}: ${expr}`);
        if (typeof result === 'object') assert.equal(result.float, Math.fround(Number(value)), expr);
        else assert.equal(result, type === 'invalid' ? invalid : value, `${section}: ${expr}`);
        count++;
      }
    }
    assert.equal(count, 57);
  });

  it('Lang.exit returns its value to the caller', () => {
    const exit = (id: string) =>
      runWithBrowser(
        compile(readFileSync(`${folder}/${id}.wmls`, 'utf8').replaceAll('Console.println', 'Dialogs.alert')),
      );
    assert.deepEqual(exit('fperrad-liblang-exit_1'), { exited: 0 });
    assert.deepEqual(exit('fperrad-liblang-exit_3'), { exited: invalid });
  });

  it('units made by hand pass verification, or end with the named fatal error', () => {
    const outcome = (id: string) =>
      runWithBrowser(new Uint8Array(readFileSync(`${folder}/waplabs-${id}.wmlsc`)), 'main', {
        limits: { steps: 10_000 },
      });
    assert.match(fatal(outcome('balanced-loop')), /^System Initiated/);
    assert.deepEqual(outcome('implicit-return'), { returned: '' });
    assert.match(fatal(outcome('inconsistent-merge')), /^Verification Failed/);
    assert.deepEqual(outcome('named-functions'), { returned: '' });
    assert.deepEqual(outcome('operator-conversions'), { returned: '1242' });
    assert.match(fatal(outcome('stack-underflow')), /^Stack Underflow/);
    assert.deepEqual(outcome('valid-library-refs'), { returned: '' });
  });
});

describeWithFixtures('WMLScript fixtures: bad bytecode', 'fuzz', (folder) => {
  it('is refused by verification, or ends within its limits', () => {
    const outcome = (id: string) =>
      runWithBrowser(new Uint8Array(readFileSync(`${folder}/wmlsc-${id}.wmlsc`)), 'main', {
        limits: { steps: 10_000 },
      });
    assert.deepEqual(outcome('valid-minimal'), { returned: '' });
    assert.match(fatal(outcome('backward-infinite')), /^System Initiated/);
    assert.match(fatal(outcome('crlib')), /^Stack Underflow/);
    for (const id of [
      'bad-version',
      'size-too-small',
      'string-overrun',
      'jump-outside',
      'jump-into-operand',
      'const-oob',
      'var-oob',
      'call-oob',
    ]) {
      assert.match(fatal(outcome(id)), /^Verification Failed/, id);
    }
  });
});
