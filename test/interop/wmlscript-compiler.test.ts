/** Our WMLScript compiler beside Kannel's: what each accepts, how long the bytecode is, whether wmlsdasm reads it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { compileWmlScript, decodeUnit, disassemble, encodeUnit } from '../../src/wap/wmlscript/index.js';
import { describeWithFixtures } from '../support/fixtures.js';
import { describeWithPeers } from '../support/peers.js';
import { compile, runWithBrowser } from '../support/wmlscript.js';
import { program, updatesWhatItReads } from '../support/wmlscript-programs.js';

/** Bytecode may be longer than wmlsc's by this much in total. */
const MOST = 1.02;

/** The same programs every time; WAPSTACK_PROGRAMS and WAPSTACK_SEED look at more and at others. */
const PROGRAMS = Number(process.env.WAPSTACK_PROGRAMS ?? 100);
const SEED = Number(process.env.WAPSTACK_SEED ?? 193);
/** Most milliseconds that wmlsc and two runs take on a busy machine. */
const TIME_PER_PROGRAM = 50;

interface Script {
  readonly name: string;
  readonly source: string;
  /** What compilers made of it when the fixture was recorded. */
  readonly accepted: boolean;
}

/** Every source text of the fixtures that Kannel was given. */
function scripts(folder: string): Script[] {
  return readdirSync(folder).flatMap((file) => {
    if (file.startsWith('spec-')) {
      const { cases } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      return cases.map((each: { source: string; 'kannel_1.4.5': { accepted: boolean } }, i: number) => ({
        name: `${file} ${i}`,
        source: each.source,
        accepted: each['kannel_1.4.5'].accepted,
      }));
    }
    if (!file.endsWith('.wmls')) return [];
    const expected = JSON.parse(readFileSync(join(folder, file.replace(/wmls$/, 'expected.json')), 'utf8'));
    const kannel = expected['kannel_1.4.5 (portable)'] ?? expected['kannel_1.4.5 (original)'];
    const source = readFileSync(join(folder, file), 'utf8');
    return [{ name: file, source, accepted: kannel?.accepted ?? true }];
  });
}

/** Where wmlsc accepts what the text forbids, or does not notice: title, source, our first message, section. */
const laxer: readonly (readonly [string, string, RegExp])[] = [
  ['no extern function (§6.4.1)', 'function f() { }', /at least one extern function/],
  ['a variable in its own initialiser (§6.2.2)', 'extern function f() { var x = x; }', /not declared/],
  ['a raw line break in a string (§7.2)', 'extern function f() { return "a\nb"; }', /on the same line/],
  [
    'a second access pragma (§6.7.2)',
    'use access domain "a"; use access path "b"; extern function f() { }',
    /only one access control pragma/,
  ],
];

/** What both refuse. */
const refusedByBoth: readonly (readonly [string, string])[] = [
  ['a missing semicolon', 'extern function f() { return 1 }'],
  ['an assignment as initialiser', 'extern function f(x) { var a = x = 1; }'],
  ['an assignment to parentheses', 'extern function f(x) { (x) = 1; }'],
  ['an unknown escape', 'extern function f() { return "\\q"; }'],
  ['an unknown function', 'extern function f() { g(); }'],
  ['an unknown library function', 'extern function f() { Lang.absolute(1); }'],
  ['an undeclared variable', 'extern function f() { x = 1; }'],
  ['a variable declared twice', 'extern function f(x) { var x; }'],
  ['an integer beyond the range', 'extern function f() { return 0xffffffff; }'],
  ['the wrong number of arguments', 'extern function f(x) { f(); }'],
  ['break outside a loop', 'extern function f() { break; }'],
  ['continue outside a loop', 'extern function f() { continue; }'],
  ['a reserved word as name', 'extern function f() { var new; }'],
];

describeWithPeers('wmlsc and wmlsdasm of Kannel', ['wmlsc', 'wmlsdasm'], ({ wmlsc, wmlsdasm }) => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wapstack-wmlsc-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** What wmlsc makes of a script; `undefined` where it refuses it or dies. */
  function compileWithKannel(source: string): Uint8Array | undefined {
    const path = join(folder, 'script.wmls');
    writeFileSync(path, source);
    rmSync(`${path}c`, { force: true });
    if (spawnSync(wmlsc, [path], { cwd: folder }).status !== 0) return undefined;
    return new Uint8Array(readFileSync(`${path}c`));
  }

  /** The names of the instructions that wmlsdasm lists. */
  function disassembleWithKannel(octets: Uint8Array): string[] {
    const path = join(folder, 'ours.wmlsc');
    writeFileSync(path, octets);
    const { status, stdout } = spawnSync(wmlsdasm, ['-cfn', path], { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, stdout);
    return [...stdout.matchAll(/^ +[0-9a-f]+:\t([a-z][a-z_0-9]*)/gm)].map(([, name = '']) =>
      name.toUpperCase(),
    );
  }

  describeWithFixtures('over the fixtures', 'wmls', (fixtures) => {
    it('our bytecode is not longer, in total, than 1.02 of theirs; each script both accept', () => {
      let ours = 0;
      let theirs = 0;
      for (const { name, source, accepted } of scripts(fixtures)) {
        const kannel = compileWithKannel(source);
        const { octets, errors } = compileWmlScript(source);
        assert.equal(kannel !== undefined, accepted, name);
        assert.equal(octets !== undefined, accepted, `${name}: ${errors[0]?.message}`);
        ours += octets?.length ?? 0;
        theirs += kannel?.length ?? 0;
      }
      assert.ok(theirs > 0);
      assert.ok(ours <= MOST * theirs, `${ours} octets, theirs ${theirs}`);
    });

    it('wmlsdasm lists the instructions that we list', () => {
      for (const { name, source } of scripts(fixtures).filter((_, i) => i % 4 === 0)) {
        const { octets } = compileWmlScript(source);
        if (octets === undefined) continue;
        const listed = [...disassemble(octets).matchAll(/^ +[0-9]+ {2}[0-9a-f]+ +([A-Z_0-9]+)/gm)].map(
          ([, instruction = '']) => instruction,
        );
        assert.deepEqual(disassembleWithKannel(octets), listed, name);
      }
    });

    it('bytecode of wmlsc decodes, and encodes to the same octets', () => {
      for (const { name, source } of scripts(fixtures).filter((_, i) => i % 4 === 0)) {
        const kannel = compileWithKannel(source);
        if (kannel !== undefined) assert.deepEqual(encodeUnit(decodeUnit(kannel)), kannel, name);
      }
    });
  });

  it('generated programs have the same outcome from both compilers', () => {
    // Not looked at here, as wmlsc has it otherwise than the text: §6.3.12 gives x++ a number as value, where it leaves
    // what x was, a string perhaps. And a variable that its own assignment changes: see updatesWhatItReads.
    const agreed = program.filter(
      (source) =>
        !/(?:\+\+|--) \+|= [xyz](?:\+\+|--)/.test(source) &&
        /^[\0-\x7f]*$/.test(source) &&
        !updatesWhatItReads(source),
    );
    fc.assert(
      fc.property(agreed, (source) => {
        const theirs = compileWithKannel(source) ?? assert.fail('refused by wmlsc');
        // Where the limits end a program, they end both; the instruction is not the same.
        const run = (octets: Uint8Array): unknown => {
          const outcome = runWithBrowser(octets, 'main', { limits: { steps: 10_000 } });
          return 'fatal' in outcome ? outcome.fatal.code : outcome;
        };
        assert.deepEqual(run(compile(source)), run(theirs));
      }),
      { numRuns: PROGRAMS, seed: SEED },
    );
  }).timeout(TIME_PER_PROGRAM * PROGRAMS + 20_000);

  it('a variable that the right operand changes: wmlsc reads it before, and after only with += and -=', () => {
    const outcomes = (expression: string): unknown[] => {
      const source = `extern function main() { var x = 1; ${expression}; return x; }`;
      const theirs = compileWithKannel(source) ?? assert.fail('refused by wmlsc');
      return [compile(source), theirs].map((octets) => runWithBrowser(octets, 'main'));
    };
    const one = { returned: 1 };
    // §6.3.12: - binds to the left, its left operand comes first; §6.3.1: x -= y is that, and an assignment.
    assert.deepEqual(outcomes('x = x - (x++, 0)'), [one, one]);
    assert.deepEqual(outcomes('x *= (x++, 1)'), [one, one]);
    assert.deepEqual(outcomes('x -= (x++, 0)'), [one, { returned: 2 }]);
    assert.deepEqual(outcomes('x += (x++, 0)'), [one, { returned: 2 }]);
  });

  for (const [title, source, message] of laxer) {
    it(`wmlsc accepts ${title}; the text decides`, () => {
      assert.ok(compileWithKannel(source) !== undefined);
      assert.match(compileWmlScript(source).errors[0]?.message ?? '', message);
    });
  }

  for (const [title, source] of refusedByBoth) {
    it(`both refuse ${title}`, () => {
      assert.equal(compileWithKannel(source), undefined);
      assert.equal(compileWmlScript(source).octets, undefined);
    });
  }
});
