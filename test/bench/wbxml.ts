/**
 * WBXML side by side with libwbxml, in one run: decks of 1.5 kB and 100 kB, XML text to WBXML and back.
 *
 * libwbxml is called in process by a small driver, which needs a C compiler and libwbxml2-dev. Times are those of the
 * processor, for both.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wbxmlToXml, xmlToWbxml } from '../../src/wap/wbxml/index.js';
import { decodeWml, encodeWml, parseWml } from '../../src/wap/wml/index.js';
import { type BenchResult, type BenchRow, cpuMicroseconds, row } from './bench.js';

const ROUNDS = 15;
const ROUND_MILLISECONDS = 100;

const driverSource = fileURLToPath(new URL('../../../test/bench/libwbxml-driver.c', import.meta.url));

/** A deck of about this many octets: menus, forms, variables, links. */
export function deck(octets: number): string {
  let cards = '';
  for (let i = 0; cards.length < octets - 200; i++) {
    cards += `<card id="c${i}" title="Menu $(name)"><onevent type="onenterforward"><refresh><setvar name="x" value="${i}"/></refresh></onevent>
<p align="center">Welcome, <b>dear visitor</b> of card ${i}<br/>
Prices &amp; news: <a href="http://www.example.com/news?id=${i}">Read the news</a></p>
<p>Name: <input name="user" type="text" maxlength="20"/></p>
<do type="accept" label="OK"><go href="#c${i}" method="post"><postfield name="u" value="$(user)"/></go></do></card>
`;
  }
  return `<?xml version="1.0"?>\n<!DOCTYPE wml PUBLIC "-//WAPFORUM//DTD WML 1.1//EN" "http://www.wapforum.org/DTD/wml_1.1.xml">\n<wml>\n${cards}</wml>\n`;
}

export async function run(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'wapstack-bench-'));
  try {
    const driver = buildDriver(join(folder, 'driver'));
    const rows = [1500, 100_000].flatMap((octets) => compare(deck(octets), driver, folder));
    if (driver !== undefined) return { name: 'wbxml', peer: 'libwbxml', rows };
    return { name: 'wbxml', note: 'without libwbxml: apt-get install gcc libwbxml2-dev', rows };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The path of the program; `undefined` where it cannot be built. */
function buildDriver(driver: string): string | undefined {
  const options = ['-O2', '-I/usr/include/libwbxml-1.0', driverSource, '-lwbxml2', '-o', driver];
  try {
    execFileSync('cc', options, { stdio: 'ignore' });
    return driver;
  } catch {
    return undefined;
  }
}

function compare(source: string, driver: string | undefined, folder: string): readonly BenchRow[] {
  const file = join(folder, 'deck.wml');
  writeFileSync(file, source);
  const binary = xmlToWbxml(source, { stringTable: false });
  const { document } = parseWml(source);
  if (document === undefined) throw new Error('the deck of the benchmark is not well-formed');
  const size = `${(source.length / 1000).toFixed(1)} kB`;
  // libwbxml's string table takes seconds for a large deck.
  const isSmall = source.length < 10_000;
  const cases: readonly (readonly [what: string, column: number | undefined, operation: () => unknown])[] = [
    [`encode ${size}, without string table`, 0, () => xmlToWbxml(source, { stringTable: false })],
    [`encode ${size}, with string table`, isSmall ? 1 : undefined, () => xmlToWbxml(source)],
    [`decode ${size} to XML text`, 2, () => wbxmlToXml(binary)],
    [`parse and validate ${size}`, undefined, () => parseWml(source)],
    [`encode ${size} from a tree`, undefined, () => encodeWml(document)],
    [`decode ${size} to a tree`, undefined, () => decodeWml(binary)],
  ];
  // Twice in turns: what an operation brings can make the compiler begin again with that of another.
  for (const [, , operation] of [...cases, ...cases]) warmUp(operation);
  const ours = cases.map((): number[] => []);
  const theirs: number[][] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    if (driver !== undefined) {
      const limits = [ROUND_MILLISECONDS, isSmall ? ROUND_MILLISECONDS : 0].map(String);
      const times = execFileSync(driver, [file, ...limits], { encoding: 'utf8' })
        .trim()
        .split(' ');
      for (const [column, time] of times.entries()) theirs[column]?.push(Number(time));
    }
    for (const [i, [, , operation]] of cases.entries())
      ours[i]?.push(cpuMicroseconds(operation, ROUND_MILLISECONDS));
  }
  return cases.map(([what, column], i) =>
    row(what, 'µs CPU', ours[i] ?? [], column === undefined ? undefined : theirs[column]),
  );
}

/** By the processor's time, not the clock's: on a busy machine the compiler would still be at work in the first rounds. */
function warmUp(operation: () => unknown): void {
  const start = process.cpuUsage();
  for (let spent = 0; spent < 2000 * ROUND_MILLISECONDS; ) {
    cpuMicroseconds(operation, ROUND_MILLISECONDS);
    const { user, system } = process.cpuUsage(start);
    spent = user + system;
  }
}
