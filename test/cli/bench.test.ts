import assert from 'node:assert/strict';
import { formatResult } from '../../src/cli/bench.js';
import { median, row } from '../bench/bench.js';
import { run } from './run.js';

describe('wapstack bench', () => {
  it('lists the benchmarks that are there', () => {
    const { status, stdout } = run('bench', ['--list']);
    assert.equal(status, 0);
    const names = stdout.trim().split('\n');
    assert.deepEqual(names, [...names].sort());
    for (const name of ['wbxml', 'wmlscript-compiler', 'wmlscript-machine']) assert.ok(names.includes(name));
    assert.ok(!names.includes('bench'));
    assert.deepEqual(JSON.parse(run('bench', ['--list', '--json']).stdout), names);
  });

  it('another name is wrong usage', () => {
    const { status, stdout, stderr } = run('bench', ['nothing']);
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^wapstack: there is no benchmark nothing; there are .*wbxml/);
  });

  it('ratios are taken round by round, and told with their spread', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.deepEqual(row('encode', 'µs', [10, 30, 20], [10, 10, 10]), {
      what: 'encode',
      ours: 20,
      peer: 10,
      ratio: { least: 1, median: 2, most: 3 },
      unit: 'µs',
    });
    assert.deepEqual(row('decode', 'µs', [10, 30, 20]), { what: 'decode', ours: 20, unit: 'µs' });
    assert.deepEqual(row('decode', 'µs', [10], []), { what: 'decode', ours: 10, unit: 'µs' });
  });

  it('a table has a column for the peer where there is one', () => {
    const rows = [row('encode', 'µs', [10, 30, 20], [10, 10, 10]), row('decode', 'µs', [5])];
    assert.equal(
      formatResult({ name: 'codec', peer: 'other', rows }),
      [
        'codec',
        '        ours  other  ratio: least  median  most',
        'encode  20.0   10.0          1.00    2.00  3.00  µs',
        'decode  5.00                                     µs',
        '',
        '',
      ].join('\n'),
    );
    assert.equal(
      formatResult({ name: 'codec', note: 'alone', rows: rows.slice(1) }),
      'codec (alone)\n        ours\ndecode  5.00  µs\n\n',
    );
  });

  it('--json is one document: the machine and the results', () => {
    const { status, stdout, stderr } = run('bench', ['wmlscript-machine', '--json']);
    assert.equal(status, 0, stderr);
    const { machine, results } = JSON.parse(stdout);
    assert.equal(machine.node, process.version);
    assert.equal(results.length, 1);
    assert.equal(results[0].name, 'wmlscript-machine');
    for (const { what, ours, unit } of results[0].rows) {
      assert.ok(what !== '' && unit !== '');
      assert.ok(ours > 0);
    }
  });
});
