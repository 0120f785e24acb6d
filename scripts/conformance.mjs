/**
 * Writes CONFORMANCE.md: which items of the specifications' static conformance requirements a test proves.
 *
 *     npm run conformance            writes the page
 *     npm run conformance -- --check fails where the page is not what would be written
 *
 * The table of items is not part of the repository: WAPSTACK_SCR names it; otherwise it is looked for beside the project. Titles
 * are what mocha says they are, so that those made in loops count; a title proves the items that it has in square brackets.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const house = fileURLToPath(new URL('..', import.meta.url));
const page = `${house}CONFORMANCE.md`;

/** Longer descriptions are cut: the page is a list to look things up in, the specification has the text. */
const FUNCTION_MOST = 72;

/** Where the table of items is; `undefined` where there is none. */
export function scrFile() {
  if (process.env.WAPSTACK_SCR !== undefined) return process.env.WAPSTACK_SCR;
  const beside = ['../../../shared/specs/scr.tsv', '../../shared/specs/scr.tsv'];
  return beside.map((path) => fileURLToPath(new URL(path, import.meta.url))).find((file) => existsSync(file));
}

/**
 * The rows of a table with a header line, fields separated by tabs.
 * @param {string} text
 * @returns {Record<string, string>[]}
 */
export function parseTable(text) {
  const [head = '', ...lines] = text.trimEnd().split(/\r?\n/);
  const names = head.split('\t');
  return lines.map((line) => {
    const fields = line.split('\t');
    return Object.fromEntries(names.map((name, index) => [name, (fields[index] ?? '').trim()]));
  });
}

/**
 * The conformance items in a title. What else people put in brackets has no number after letters and hyphens.
 * @param {string} title
 */
export function itemsIn(title) {
  // One id of WAP-194 is printed without its hyphen: WMLSSL048.
  return [...title.matchAll(/\[([A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+|WMLSSL\d{3})\]/g)].map(
    ([, item = '']) => item,
  );
}

/**
 * Every title that mocha would run, and its source file. Nothing is run.
 * @returns {{ title: string, file: string }[]}
 */
export function titles() {
  const mocha = fileURLToPath(new URL('../node_modules/mocha/bin/mocha.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [mocha, '--dry-run', '--reporter', 'json'], {
    cwd: house,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`mocha could not list the tests:\n${stderr}`);
  const { tests } = JSON.parse(stdout.slice(stdout.indexOf('{')));
  return tests.map(({ fullTitle, file }) => ({
    title: fullTitle,
    file: relative(house, file)
      .replace(/^dist\//, '')
      .replace(/\.js$/, '.ts'),
  }));
}

/**
 * Which files prove which item.
 * @param {{ title: string, file: string }[]} tests
 */
export function proofs(tests) {
  /** @type {Map<string, Set<string>>} */
  const found = new Map();
  for (const { title, file } of tests) {
    for (const item of itemsIn(title)) found.set(item, (found.get(item) ?? new Set()).add(file));
  }
  return new Map([...found].map(([item, files]) => [item, [...files].sort()]));
}

/** @param {string} text */
function cell(text) {
  const cut =
    text.length <= FUNCTION_MOST ? text : `${text.slice(0, FUNCTION_MOST - 1).replace(/\s+\S*$/, '')} …`;
  return cut.replace(/[\\|<>*`[\]]/g, '\\$&').replace(/_/g, '\\_');
}

/**
 * The page.
 * @param {Record<string, string>[]} rows
 * @param {Map<string, string[]>} proven
 */
export function conformancePage(rows, proven) {
  const core = rows.filter(({ scope }) => scope === 'core');
  const layers = [...new Set(core.map(({ layer = '' }) => layer))].sort();
  const of = (layer, status) =>
    core.filter((row) => (layer === undefined || row.layer === layer) && row.status === status);
  const count = (layer, status) => {
    const all = of(layer, status);
    return `${all.filter(({ item = '' }) => proven.has(item)).length} | ${all.length}`;
  };
  const anchor = (layer) => layer.toLowerCase();
  const other = core.filter(({ status = '' }) => !['M', 'O'].includes(status)).length;
  const lines = [
    '# Conformance',
    '',
    '<!-- Written by scripts/conformance.mjs from the titles of the tests: change those, then run `npm run conformance`. -->',
    '',
    'Each WAP specification ends in a table of static conformance requirements: items with an identifier, mandatory (M) or optional',
    '(O), for one side. An item counts as proven here when the title of a test has its identifier in brackets; the test that says so',
    'would fail without the behaviour. An item without a proof may be there, in part or whole, or not at all.',
    '',
    'Both ends are counted alike: this project is client, gateway, server and smart card.',
    '',
    '| layer | mandatory, proven | of | optional, proven | of |',
    '|---|---:|---:|---:|---:|',
    ...layers.map(
      (layer) => `| [${layer}](#${anchor(layer)}) | ${count(layer, 'M')} | ${count(layer, 'O')} |`,
    ),
    `| **all** | ${count(undefined, 'M')} | ${count(undefined, 'O')} |`,
    '',
    `Not in these counts: ${other} items whose status is neither, and what is left for later: markup, provisioning and HTTP profiles of WAP 2.0.`,
    '',
  ];
  for (const layer of layers) {
    const all = core.filter((row) => row.layer === layer);
    const specifications = [...new Set(all.map(({ spec = '' }) => spec))].sort().join(', ');
    lines.push(
      `## ${layer}`,
      '',
      `${specifications}.`,
      '',
      '| item | side | status | function | proof |',
      '|---|---|---|---|---|',
    );
    for (const { item = '', side = '', status = '', function: text = '' } of all) {
      const files = (proven.get(item) ?? []).map((file) => `[${file.replace(/^test\//, '')}](${file})`);
      lines.push(`| ${item} | ${side} | ${status} | ${cell(text)} | ${files.join(', ')} |`);
    }
    lines.push('');
  }
  return lines.join('\n');
}

function main() {
  const file = scrFile();
  if (file === undefined) {
    console.error('conformance: the table of items is missing; WAPSTACK_SCR names it');
    return 1;
  }
  const tests = titles();
  const missing = tests.filter(({ title }) => /needs (?:the fixtures|.*: apt-get install)/.test(title));
  if (missing.length > 0) {
    console.error(
      'conformance: tests are left out where their peers or fixtures are missing, and their proofs with them:',
    );
    for (const { title } of missing) console.error(`  ${title}`);
    return 1;
  }
  const rows = parseTable(readFileSync(file, 'utf8'));
  const proven = proofs(tests);
  const known = new Set(rows.map(({ item }) => item));
  const unknown = [...proven].filter(([item]) => !known.has(item));
  for (const [item, files] of unknown)
    console.error(`conformance: ${item} in ${files.join(', ')} is in no table`);
  const text = conformancePage(rows, proven);
  if (process.argv.includes('--check')) {
    const same = existsSync(page) && readFileSync(page, 'utf8') === text;
    if (!same) console.error('conformance: CONFORMANCE.md is out of date; npm run conformance writes it');
    return same && unknown.length === 0 ? 0 : 1;
  }
  writeFileSync(page, text);
  return unknown.length === 0 ? 0 : 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = main();
