/**
 * Speed of the WMLScript compiler, beside Kannel's.
 *
 *     node dist/test/bench/wmlscript-compiler.js [--json]
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

const ROUNDS = 15;
const WARM_UP = 2000;
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

interface Measured {
  readonly script: string;
  /** Microseconds a copy. */
  readonly ours: number;
  readonly wmlsc: number | undefined;
}

const wmlsc = theirs();
const results: readonly Measured[] = [
  { script: `${shop.length} octets`, ours: ours(shop), wmlsc },
  { script: `${COPIES} copies of it in one script`, ours: ours(large) / COPIES, wmlsc },
];
if (process.argv.includes('--json')) {
  console.log(JSON.stringify(results));
} else {
  for (const { script, ours: us } of results) {
    const ratio =
      wmlsc === undefined ? '' : `, wmlsc ${wmlsc.toFixed(1)} µs, ratio ${(us / wmlsc).toFixed(2)}`;
    console.log(`${script}: ours ${us.toFixed(1)} µs${ratio}`);
  }
}

function ours(text: string): number {
  for (let i = 0; i < WARM_UP; i++) compileWmlScript(shop);
  const count = Math.max(4, Math.round(500_000 / text.length));
  return median(() => {
    for (let i = 0; i < count; i++) compileWmlScript(text);
    return count;
  });
}

function theirs(): number | undefined {
  const path = findPeer('wmlsc');
  if (path === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'wapstack-bench-'));
  const once = (file: string): number => {
    const { status, stderr } = spawnSync(path, [file], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`wmlsc failed: ${stderr}`);
    return 1;
  };
  try {
    writeFileSync(join(folder, 'one.wmls'), shop);
    writeFileSync(join(folder, 'all.wmls'), large);
    return (median(() => once('all.wmls')) - median(() => once('one.wmls'))) / (COPIES - 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Median, over some rounds, of the microseconds that one of the repetitions took whose number `body` returns. */
function median(body: () => number): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = process.hrtime.bigint();
    const count = body();
    return Number(process.hrtime.bigint() - start) / 1000 / count;
  });
  return times.sort((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
}

/** The functions again and again under other names. */
function manyTimes(text: string, count: number): string {
  return Array.from({ length: count }, (_, i) => text.replace(/function (\w+)/g, `function $1${i}`)).join(
    '\n',
  );
}
