import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { fromBase64 } from '../../src/wap/octets.js';
import { decodeSignedContent } from '../../src/wap/pki/signed-content.js';
import { pkiFolder } from './pki-folder.js';
import { run } from './run.js';

describe('wapstack sign', () => {
  const { file } = pkiFolder();
  const card = () => ['--wim', file('card'), '--pin-file', file('pin')];

  function signedBy(args: readonly string[], input = '') {
    const { status, stdout, stderr } = run('sign', [...card(), ...args], input);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^[A-Za-z0-9+/]+=*\n$/);
    return decodeSignedContent(fromBase64(stdout) ?? new Uint8Array(0));
  }

  it('a text given as such, in a file, or on standard input, to the last octet', () => {
    writeFileSync(file('order'), 'Käse 5.00\n');
    const content = (signed: ReturnType<typeof signedBy>) =>
      new TextDecoder().decode(signed.contentInfo.content);
    assert.equal(content(signedBy(['--text', 'Käse 5.00'])), 'Käse 5.00');
    assert.equal(content(signedBy([file('order')])), 'Käse 5.00\n');
    assert.equal(content(signedBy([], 'from standard input ')), 'from standard input ');
  });

  it('options, key id, nonce', () => {
    const signed = signedBy(['--text', 'x', '--options', '2', '--nonce']);
    assert.deepEqual(
      signed.signerInfos.map(({ type }) => type),
      ['sha_key_hash'],
    );
    assert.equal(signed.contentInfo.content, undefined);
    assert.equal(signed.authenticatedAttributes[0]?.type, 'signer_nonce');
    const [info] = signed.signerInfos;
    assert.ok(info?.type === 'sha_key_hash');
    const id = Buffer.from(info.hash).toString('hex');
    assert.equal(signedBy(['--text', 'x', '--key-id-type', '1', '--key-id', id]).signerInfos.length, 1);
    const none = run('sign', [...card(), '--text', 'x', '--key-id-type', '1', '--key-id', '00'.repeat(20)]);
    assert.equal(none.status, 1);
    assert.match(none.stderr, /error:noCert/);
  });

  it('wrong usage is told', () => {
    for (const args of [
      ['--text', 'x', '--options', '8'],
      ['--text', 'x', '--key-id', 'xyz'],
      ['--text', 'x', '--key-id-type', '1', '--key-id', '00'],
    ]) {
      assert.equal(run('sign', [...card(), ...args]).status, 2, args.join(' '));
    }
    assert.equal(run('sign', ['--wim', file('card'), '--text', 'x']).status, 2);
  });

  it('a wrong PIN costs a try that stays gone; three block the card', () => {
    writeFileSync(file('wrong'), '9999\n');
    const attempt = (pin: string) =>
      run('sign', ['--wim', file('card'), '--pin-file', file(pin), '--text', 'x']);
    assert.match(attempt('wrong').stderr, /the PIN is wrong, 2 tries are left/);
    assert.match(attempt('wrong').stderr, /1 try is left/);
    assert.match(attempt('wrong').stderr, /is blocked/);
    const last = attempt('pin');
    assert.equal(last.status, 1);
    assert.match(last.stderr, /PIN Signature is blocked/);
  });
});
