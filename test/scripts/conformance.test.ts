/** scripts/conformance.mjs: from the titles of the tests to CONFORMANCE.md. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { house } from '../support/source-text.js';

type Row = Readonly<Record<string, string>>;
interface Title {
  readonly title: string;
  readonly file: string;
}

/** What the script exports; it is no TypeScript, so this is said here. */
interface Script {
  scrFile(): string | undefined;
  parseTable(text: string): readonly Row[];
  itemsIn(title: string): readonly string[];
  titles(): readonly Title[];
  proofs(tests: readonly Title[]): ReadonlyMap<string, readonly string[]>;
  conformancePage(rows: readonly Row[], proven: ReadonlyMap<string, readonly string[]>): string;
}

const head = 'spec\tlayer\titem\tside\tfunction\tsection\tstatus\trequires\tnote\tscope';
const table = [
  head,
  'WAP-1-X\tXX\tXX-C-001\tclient\tConnect | reconnect\t1\tM\t\t\tcore',
  'WAP-1-X\tXX\tXX-C-002\tclient\tsome_thing\t1\tM\t\t\tcore',
  'WAP-1-X\tXX\tXX-S-001\tserver\tDisconnect\t1\tO\t\t\tcore',
  'WAP-2-A\tAA\tAA-C-1\tclient\tNeither\t1\tN/A\t\t\tcore',
  'WAP-3-L\tLL\tLL-C-001\tclient\tLater\t1\tM\t\t\tlater',
].join('\n');

describe('The conformance page', () => {
  let script: Script;
  before(async () => {
    script = (await import(`${house}scripts/conformance.mjs`)) as Script;
  });

  it('finds the items in a title, and nothing else that stands in brackets', () => {
    const { itemsIn } = script;
    assert.deepEqual(itemsIn('[WTP-C-008] [WTP-S-008] travels with the next Invoke [240]'), [
      'WTP-C-008',
      'WTP-S-008',
    ]);
    assert.deepEqual(itemsIn('[WML-C-05] decks [WAG-UA-S-0012] ["x"] [211, 236]'), [
      'WML-C-05',
      'WAG-UA-S-0012',
    ]);
    assert.deepEqual(itemsIn('no item: WTP-C-001'), []);
  });

  it('collects the files of each item, sorted and once', () => {
    const proven = script.proofs([
      { title: 'a [XX-C-001] b', file: 'test/b.test.ts' },
      { title: '[XX-C-001]', file: 'test/a.test.ts' },
      { title: '[XX-C-001] again', file: 'test/b.test.ts' },
    ]);
    assert.deepEqual([...proven], [['XX-C-001', ['test/a.test.ts', 'test/b.test.ts']]]);
  });

  it('counts by layer and status, and lists every item of the core', () => {
    const rows = script.parseTable(`${table}\n`);
    const page = script.conformancePage(rows, new Map([['XX-C-001', ['test/a.test.ts']]]));
    const lines = page.split('\n');
    assert.ok(lines.includes('| [XX](#xx) | 1 | 2 | 0 | 1 |'));
    assert.ok(lines.includes('| [AA](#aa) | 0 | 0 | 0 | 0 |'));
    assert.ok(lines.includes('| **all** | 1 | 2 | 0 | 1 |'));
    assert.ok(
      lines.includes('| XX-C-001 | client | M | Connect \\| reconnect | [a.test.ts](test/a.test.ts) |'),
    );
    assert.ok(lines.includes('| XX-C-002 | client | M | some\\_thing |  |'));
    assert.ok(page.indexOf('## AA') < page.indexOf('## XX'));
    assert.doesNotMatch(page, /LL-C-001/);
    assert.match(page, /: 1 items whose status is neither/);
  });

  it('is the same page from the same tests', () => {
    const rows = script.parseTable(table);
    const proven = new Map([['XX-C-002', ['test/a.test.ts']]]);
    assert.equal(script.conformancePage(rows, proven), script.conformancePage(rows, proven));
    assert.doesNotMatch(script.conformancePage(rows, proven), /\b20[0-9]{2}-[0-9]{2}-[0-9]{2}\b/);
  });

  it('every item that a title of this suite claims is in the table of the specifications', async function () {
    this.timeout(120_000);
    const file = script.scrFile();
    if (file === undefined || !existsSync(file)) {
      this.skip();
      return;
    }
    const known = new Set(script.parseTable(await readFile(file, 'utf8')).map(({ item }) => item));
    const titles = script.titles();
    assert.ok(titles.length > 1000, 'mocha lists the tests');
    const claimed = script.proofs(titles);
    assert.deepEqual(
      [...claimed].filter(([item]) => !known.has(item)),
      [],
    );
  });
});
