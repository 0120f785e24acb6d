import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { pkiFolder } from './pki-folder.js';
import { run } from './run.js';

describe('wapstack ca', () => {
  const { file } = pkiFolder();

  it('create: a certificate for everybody, a key for the owner', () => {
    assert.match(readFileSync(file('ca/ca.pem'), 'utf8'), /^-----BEGIN CERTIFICATE-----\n/);
    assert.equal(statSync(file('ca/ca.key')).mode & 0o777, 0o600);
    const shown = run('ca', ['show', file('ca/ca.pem'), '--json']);
    assert.equal(shown.status, 0);
    const facts = JSON.parse(shown.stdout);
    assert.equal(facts.subject, 'CN=wapstack root, O=wapstack');
    assert.match(facts.usage, /^authority, keyCertSign/);
  });

  it('issue: with a key made on the way', () => {
    const args = [
      '--ca',
      file('ca'),
      '--subject',
      'CN=Bob, C=FI',
      '--out',
      file('bob.pem'),
      '--key-out',
      file('bob.key'),
    ];
    const issued = run('ca', ['issue', ...args, '--curve', '7']);
    assert.equal(issued.status, 0, issued.stderr);
    assert.equal(statSync(file('bob.key')).mode & 0o777, 0o600);
    const { stdout } = run('ca', ['show', file('bob.pem')]);
    assert.match(stdout, /^subject +CN=Bob, C=FI$/m);
    assert.match(stdout, /^key +EC, curve 7 \(secp160r1\)$/m);
    assert.match(stdout, /^usage +nonRepudiation$/m);
  });

  it('issue: for servers, with their names; WTLS certificates', () => {
    const common = ['--ca', file('ca'), '--key-out', file('s.key')];
    const subject = ['--subject', 'shop; Shop; FI', '--out', file('s.wtls'), '--wtls'];
    assert.equal(run('ca', ['issue', ...common, ...subject]).status, 0);
    const shown = run('ca', ['show', file('s.wtls')]);
    assert.match(shown.stdout, /^format +WTLS version 1, \d+ octets$/m);
    assert.match(shown.stdout, /^issuer +CN=wapstack root, O=wapstack$/m);
    const server = [
      '--subject',
      'CN=shop',
      '--out',
      file('s.pem'),
      '--profile',
      'server',
      '--dns',
      'a.example',
      'b.example',
    ];
    assert.equal(run('ca', ['issue', ...common, ...server]).status, 0);
    assert.match(
      run('ca', ['show'], readFileSync(file('s.pem'))).stdout,
      /digitalSignature, keyEncipherment/,
    );
  });

  it('what cannot be is told', () => {
    const args = ['issue', '--ca', file('ca'), '--subject', 'CN=Bob', '--out', file('x.pem')];
    assert.deepEqual(run('ca', args).status, 2);
    assert.equal(run('ca', [...args, '--key-out', file('x.key'), '--curve', '2']).status, 2);
    assert.equal(
      run('ca', [...args.slice(0, 3), '--subject', 'Bob', '--out', file('x'), '--key-out', file('x.key')])
        .status,
      2,
    );
    assert.equal(run('ca', ['show'], 'nonsense').status, 1);
    assert.equal(run('ca', ['show', file('nowhere')]).status, 1);
  });
});
