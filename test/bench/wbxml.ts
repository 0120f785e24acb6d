/**
 * WBXML side by side with libwbxml, in one run: decks of 1.5 kB and 100 kB, XML text to WBXML and back.
 *
 *     npx tsc -p . && node dist/test/bench/wbxml.js
 *
 * Rounds of both alternate, so that a busy machine is busy for both. Needs a C compiler and libwbxml2-dev.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wbxmlToXml, xmlToWbxml } from '../../src/wap/wbxml/index.js';
import { decodeWml, encodeWml, parseWml } from '../../src/wap/wml/index.js';

export interface BenchResult {
  readonly name: string;
  /** Microseconds a document: the median of all rounds. */
  readonly ours: number;
  /** Absent where libwbxml has no such operation, or takes too long. */
  readonly theirs?: number;
  /** Ours by theirs, round by round: least, median, most. */
  readonly ratio?: readonly [number, number, number];
}

const ROUNDS = 9;
const ROUND_MILLISECONDS = 120;

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

/** All results, in the order in which they are printed. */
export async function run(): Promise<readonly BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wapstack-'));
  try {
    const driver = join(folder, 'driver');
    execFileSync('cc', ['-O2', '-I/usr/include/libwbxml-1.0', driverSource, '-lwbxml2', '-o', driver]);
    return [1500, 100_000].flatMap((octets) => compare(deck(octets), driver, folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compare(source: string, driver: string, folder: string): readonly BenchResult[] {
  const file = join(folder, 'deck.wml');
  writeFileSync(file, source);
  const binary = xmlToWbxml(source, { stringTable: false });
  const { document } = parseWml(source);
  if (document === undefined) throw new Error('the deck of the benchmark is not well-formed');
  const isSmall = source.length < 10_000;
  const size = `${(source.length / 1000).toFixed(1)} kB`;
  // libwbxml's string table takes seconds for a large deck.
  const cases: readonly [name: string, column: number | undefined, operation: () => unknown][] = [
    [`encode ${size}, without string table`, 0, () => xmlToWbxml(source, { stringTable: false })],
    [`encode ${size}, with string table`, isSmall ? 1 : undefined, () => xmlToWbxml(source)],
    [`decode ${size} to XML text`, 2, () => wbxmlToXml(binary)],
    [`parse and validate ${size}`, undefined, () => parseWml(source)],
    [`encode ${size} from a tree`, undefined, () => encodeWml(document)],
    [`decode ${size} to a tree`, undefined, () => decodeWml(binary)],
  ];
  for (const [, , operation] of cases) measure(operation, 4 * ROUND_MILLISECONDS);
  const ours: number[][] = cases.map(() => []);
  const theirs: number[][] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    const times = execFileSync(driver, [
      file,
      String(ROUND_MILLISECONDS),
      isSmall ? String(ROUND_MILLISECONDS) : '0',
    ]);
    for (const [column, time] of times.toString().trim().split(' ').entries())
      theirs[column]?.push(Number(time));
    for (const [i, [, , operation]] of cases.entries()) ours[i]?.push(measure(operation, ROUND_MILLISECONDS));
  }
  return cases.map(([name, column], i): BenchResult => {
    const mine = ours[i] ?? [];
    const other = column === undefined ? undefined : theirs[column];
    if (other === undefined) return { name, ours: median(mine) };
    const ratios = mine.map((time, round) => time / (other[round] ?? Number.NaN)).sort((a, b) => a - b);
    return {
      name,
      ours: median(mine),
      theirs: median(other),
      ratio: [ratios[0] ?? Number.NaN, median(ratios), ratios.at(-1) ?? Number.NaN],
    };
  });
}

/** Microseconds a call, over at least so many milliseconds. */
function measure(operation: () => unknown, milliseconds: number): number {
  const start = performance.now();
  let count = 0;
  let elapsed = 0;
  do {
    operation();
    count++;
    elapsed = performance.now() - start;
  } while (elapsed < milliseconds);
  return (elapsed * 1000) / count;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, ours, theirs, ratio } of await run()) {
    const against =
      theirs === undefined || ratio === undefined
        ? ''
        : `  libwbxml ${theirs.toFixed(1)} µs  ratio ${ratio.map((value) => value.toFixed(2)).join(' / ')}`;
    console.log(`${name.padEnd(40)} ${ours.toFixed(1).padStart(9)} µs${against}`);
  }
}
