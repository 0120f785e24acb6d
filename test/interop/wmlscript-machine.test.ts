/** Bytecode made by Kannel's compiler runs on our machine, and with the same result as that made by ours. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileWmlScript } from '../../src/wap/wmlscript/index.js';
import { describeWithFixtures } from '../support/fixtures.js';
import { describeWithPeers } from '../support/peers.js';
import { runWithBrowser } from '../support/wmlscript.js';

/** Enough for every script here, and soon at an end for one that hangs. */
const limits = { steps: 1_000_000 };

/** What wmlsc makes of a source text; `undefined` where it refuses it. */
function compileWithKannel(wmlsc: string, folder: string, source: string): Uint8Array | undefined {
  const path = join(folder, 'script.wmls');
  writeFileSync(path, source);
  try {
    execFileSync(wmlsc, [path], { cwd: folder, stdio: 'ignore' });
    return new Uint8Array(readFileSync(join(folder, 'script.wmlsc')));
  } catch {
    return undefined;
  } finally {
    rmSync(join(folder, 'script.wmlsc'), { force: true });
  }
}

const programs: Readonly<Record<string, string>> = {
  fibonacci:
    'function fib(n) { if (n < 2) return n; return fib(n - 1) + fib(n - 2); } extern function main() { return fib(15); }',
  'short circuit':
    'extern function main() { var a = 0; var s = ""; for (var i = 0; i < 8; i++) { if (i > 2 && i < 6 || i == 7) s += i; } return s; }',
  switches:
    'extern function main() { var s = ""; var i = 10; while (true) { if (--i < 0) break; if (i % 2) continue; s = s + i + ","; } return s; }',
  conversions:
    'extern function main() { return "1" * "2" + (true + 1) + ("a" + 1.5) + (7 div 2) + (-7 % 3) + (1 << 4) + typeof (1 / 0) + (-1 >>> 28); }',
  'many constants': `extern function main() { var s = 0; ${Array.from({ length: 300 }, (_, i) => `s = s + ${1000 + i};`).join('\n')} return s; }`,
  'many variables': `extern function main() { ${Array.from({ length: 60 }, (_, i) => `var v${i} = ${i};`).join('\n')} return ${Array.from({ length: 60 }, (_, i) => `v${i}`).join('+')}; }`,
  libraries:
    'extern function main() { return String.format("%7.2f|", Float.sqrt(2)) + URL.resolve("http://a/b/c", "../d") + Lang.max(3, 4.5) + String.trim("  x "); }',
};

describeWithPeers('wmlsc of Kannel: programs of our own', ['wmlsc'], ({ wmlsc }) => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wapstack-wmlsc-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [name, source] of Object.entries(programs)) {
    it(`${name}: the same result from both compilers`, () => {
      const theirs = compileWithKannel(wmlsc, folder, source) ?? assert.fail('refused by wmlsc');
      const ours = compileWmlScript(source).octets ?? assert.fail('refused by us');
      const outcome = runWithBrowser(theirs, 'main', { limits });
      assert.ok('returned' in outcome, JSON.stringify(outcome));
      assert.deepEqual(outcome, runWithBrowser(ours, 'main', { limits }));
    });
  }

  describeWithFixtures('and the fixtures', 'wmls', (fixtures) => {
    it('every script that both compile has the same result from both', () => {
      let count = 0;
      for (const name of readdirSync(fixtures).filter((each) => each.endsWith('.wmls'))) {
        const source = readFileSync(`${fixtures}/${name}`, 'utf8');
        const theirs = compileWithKannel(wmlsc, folder, source);
        const ours = compileWmlScript(source).octets;
        if (theirs === undefined || ours === undefined) continue;
        const entry = name.includes('sieve') ? 'sieve' : 'main';
        assert.deepEqual(
          runWithBrowser(theirs, entry, { limits }),
          runWithBrowser(ours, entry, { limits }),
          name,
        );
        count++;
      }
      assert.ok(count > 140, `${count} scripts`);
    }).timeout(60_000);
  });
});
