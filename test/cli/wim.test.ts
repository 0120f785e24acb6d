import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { pkiFolder } from './pki-folder.js';
import { run } from './run.js';

describe('wapstack wim', () => {
  const { file } = pkiFolder();

  it('create: a card for its owner only, never over another', () => {
    assert.equal(statSync(file('card')).mode & 0o777, 0o600);
    const again = run('wim', ['create', '--out', file('card'), '--pin-file', file('pin')]);
    assert.equal(again.status, 2);
    assert.match(again.stderr, /is there already/);
  });

  it('create: a PIN that is none leaves nothing behind', () => {
    writeFileSync(file('letters'), 'abcd\n');
    const { status, stderr } = run('wim', ['create', '--out', file('none'), '--pin-file', file('letters')]);
    assert.deepEqual([status, stderr], [2, 'wapstack: a PIN has 4 to 8 digits\n']);
    assert.deepEqual([existsSync(file('none')), existsSync(file('none.ca.pem'))], [false, false]);
  });

  it('create without an authority and without an unblocking code: both are made', () => {
    writeFileSync(file('short'), '2345\n');
    const made = run('wim', [
      'create',
      '--out',
      file('own'),
      '--pin-file',
      file('short'),
      '--algorithm',
      'ecdsa',
    ]);
    assert.equal(made.status, 0, made.stderr);
    assert.match(made.stderr, /^unblocking code: \d{8}$/m);
    assert.ok(existsSync(file('own.ca.pem')));
    assert.match(
      run('wim', ['show', file('own')]).stdout,
      /^key +Signature, ec, nonRepudiation, [0-9a-f]{40}$/m,
    );
  });

  it('show: no PIN needed, no secret told', () => {
    const { keys, pins, certificates, label } = JSON.parse(
      run('wim', ['show', file('card'), '--json']).stdout,
    );
    assert.equal(label, 'WIM 1.0 wapstack');
    assert.deepEqual(
      keys.map((key: { label: string }) => key.label),
      ['Signature', 'Authentication'],
    );
    assert.deepEqual(
      pins.map((pin: { triesLeft: number }) => pin.triesLeft),
      [3, 3],
    );
    assert.deepEqual(
      certificates.map((it: { kind: string }) => it.kind),
      ['user', 'user', 'trusted'],
    );
    assert.match(run('wim', ['show', file('card')]).stdout, /^PIN +PIN-G, 3 tries left$/m);
  });

  it('change-pin and unblock', () => {
    writeFileSync(file('new'), '7777\n');
    writeFileSync(file('code'), '87654321\n');
    const change = (old: string, replacement: string, ...more: string[]) =>
      run('wim', [
        'change-pin',
        file('card'),
        '--pin-file',
        file(old),
        '--new-pin-file',
        file(replacement),
        ...more,
      ]);
    assert.equal(change('pin', 'new').status, 0);
    assert.equal(change('pin', 'new').status, 1);
    assert.match(run('wim', ['show', file('card')]).stdout, /PIN Signature, 2 tries left/);
    assert.equal(change('new', 'pin', '--which', 'general').status, 1);
    const unblock = ['unblock', file('card'), '--code-file', file('code'), '--new-pin-file', file('pin')];
    assert.equal(run('wim', unblock).status, 0);
    assert.match(run('wim', ['show', file('card')]).stdout, /PIN Signature, 3 tries left/);
    assert.equal(run('wim', [...unblock.slice(0, 3), file('new'), ...unblock.slice(4)]).status, 1);
  });

  it('what is no card is told', () => {
    const shown = run('wim', ['show', file('pin')]);
    assert.equal(shown.status, 1);
    assert.match(shown.stderr, /no card|cut short/);
    assert.equal(readFileSync(file('pin'), 'utf8'), '2345\n1234\n87654321\n');
  });
});
