/**
 * Speed of the WMLScript compiler, beside Kannel's.
 *
 * Ours is measured in process, from source text to bytecode, after warming up. Kannel's library cannot be called without
 * its sources, and wmlsc takes one file at a time: of it the time is taken that a script of 120 copies takes longer
 * than one copy, a copy, so that start, end and most of the reading and writing of files are not in it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileWmlScript } from '../../src/wap/wmlscript/index.js';
import { findPeer } from '../support/peers.js';
import { type BenchResult, median, microseconds, row } from './bench.js';

const ROUNDS = 15;
const ROUND_MILLISECONDS = 50;
/** Of wmlsc, each with one file: the median of them is a round. */
const RUNS_A_ROUND = 5;
/** Twice as many functions as copies, 255 at most. */
const COPIES = 120;

/** The script of a shop that has its orders signed: 867 octets. */
const shop = `/* Order and signature */
// Kept short: it goes over the air at 9600 bit/s, to a phone with little memory and less patien
extern function sign(price, count) {
  var total = 0, line = "";
  for (var i = 0; i < count; i++) {
    total += price * (i + 1);
    line = String.insertAt(line, "item " + i, i, ";");
  }
  if (total > 1000 || !isvalid total) {
    Dialogs.alert("Too much: " + total);
    return invalid;
  }
  var text = "I order " + line + " for " + total / 100 + " EUR";
  var signed = Crypto.signText(text, 4, 0, "");
  if (String.find(signed, "error:") == 0) {
    Dialogs.alert(signed);
    WMLBrowser.go("#failed");
  } else {
    WMLBrowser.setVar("signed", signed);
    WMLBrowser.go("#done");
  };
  return total;
}

function vat(amount, percent) {
  // rounded down, as they all do
  return amount * percent div 100 + (amount % 7 == 0 ? 1 : 0);
}
`;

const large = manyTimes(shop, COPIES);

export async function run(): Promise<BenchResult> {
  const wmlsc = findPeer('wmlsc');
  const folder = mkdtempSync(join(tmpdir(), 'wapstack-bench-'));
  const one: number[] = [];
  const many: number[] = [];
  const theirs: number[] = [];
  try {
    writeFileSync(join(folder, 'one.wmls'), shop);
    writeFileSync(join(folder, 'many.wmls'), large);
    microseconds(() => compileWmlScript(shop), 10 * ROUND_MILLISECONDS);
    for (let round = 0; round < ROUNDS; round++) {
      one.push(microseconds(() => compileWmlScript(shop), ROUND_MILLISECONDS));
      many.push(microseconds(() => compileWmlScript(large), ROUND_MILLISECONDS) / COPIES);
      if (wmlsc !== undefined) theirs.push(costOfACopy(wmlsc, folder));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const rows = [
    row(`compile ${shop.length} octets`, 'µs', one, theirs),
    row(`${COPIES} copies in one script, a copy`, 'µs', many, theirs),
  ];
  if (wmlsc !== undefined) return { name: 'wmlscript-compiler', peer: 'wmlsc', rows };
  return { name: 'wmlscript-compiler', note: 'without wmlsc: apt-get install kannel', rows };
}

/** Microseconds. */
function costOfACopy(wmlsc: string, folder: string): number {
  const compile = (file: string): number => {
    const start = performance.now();
    const { status, stderr } = spawnSync(wmlsc, [file], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`wmlsc failed: ${stderr}`);
    return (performance.now() - start) * 1000;
  };
  const times = Array.from({ length: RUNS_A_ROUND }, () => compile('many.wmls') - compile('one.wmls'));
  return median(times) / (COPIES - 1);
}

/** The functions again and again under other names. */
function manyTimes(text: string, count: number): string {
  return Array.from({ length: count }, (_, i) => text.replace(/function (\w+)/g, `function $1${i}`)).join(
    '\n',
  );
}
