import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { run, start } from '../support/wapstack.js';

describe('wapstack, the command line', function () {
  this.timeout(20_000);

  it('without a command it shows its commands, with exit status 2', async () => {
    const { status, stdout, stderr } = await run();
    assert.equal(status, 2);
    assert.equal(stdout, '');
    for (const command of [
      'demo',
      'gateway',
      'terminal',
      'get',
      'shop',
      'push',
      'wbxml',
      'wml',
      'wmlscript',
      'sign',
      'verify',
      'wim',
      'ca',
    ]) {
      assert.match(stderr, new RegExp(`^ {2}${command}\\b`, 'm'));
    }
  });

  it('--help and --version go to standard output, with exit status 0', async () => {
    const help = await run('--help');
    assert.equal(help.status, 0);
    assert.match(help.stdout, /^Usage: wapstack/);
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    assert.deepEqual(await run('--version'), { status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('what is wrong with the line is said once, with exit status 2', async () => {
    const { status, stdout, stderr } = await run('nonsense');
    assert.deepEqual([status, stdout, stderr], [2, '', "error: unknown command 'nonsense'\n(try --help)\n"]);
    assert.equal((await run('wbxml', 'encode', '--nonsense')).status, 2);
    assert.equal((await run('get')).status, 2);
  });

  it('a failure is one line, with exit status 1; --debug, anywhere, adds the stack', async () => {
    const failed = await run('wbxml', 'decode', 'package.json');
    assert.equal(failed.status, 1);
    assert.match(failed.stderr, /^wapstack: package\.json: WBXML at octet \d+: [^\n]+\n$/);
    for (const line of [
      ['--debug', 'wbxml', 'decode', 'package.json'],
      ['wbxml', 'decode', 'package.json', '--debug'],
    ]) {
      assert.match((await run(...line)).stderr, /\n {4}at /);
    }
  });

  it('stops without a word where nobody reads on', async () => {
    const { process: child, output } = start('wmlscript', 'disassemble');
    child.stdout.destroy();
    child.stdin.end('extern function main() { return 1; }');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.equal(output().stderr, '');
  });
});
