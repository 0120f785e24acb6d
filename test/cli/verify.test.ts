import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { fromBase64, toBase64 } from '../../src/wap/octets.js';
import { certificateUrl } from '../../src/wap/pki/certificate-url.js';
import { decodeSignedContent, encodeSignedContent } from '../../src/wap/pki/signed-content.js';
import { decodeCertificate } from '../../src/wap/pki/x509.js';
import { pkiFolder } from './pki-folder.js';
import { run, runBeside } from './run.js';

describe('wapstack verify', () => {
  const { file } = pkiFolder();
  const text = 'Order 4712';
  let signature = '';

  before(() => {
    const card = ['--wim', file('card'), '--pin-file', file('pin')];
    signature = run('sign', [...card, '--text', text]).stdout;
    writeFileSync(file('order'), text);
    const signed = decodeSignedContent(fromBase64(signature) ?? new Uint8Array(0));
    for (const info of signed.signerInfos) {
      if (info.type === 'x509_certificate') writeFileSync(file('user.der'), info.certificate);
    }
    writeFileSync(file('other'), `${text}0`);
  });

  it('prints every check; exit status 0 when all are ok', () => {
    const { status, stdout } = run(
      'verify',
      ['--content', file('order'), '--ca', file('ca/ca.pem')],
      signature,
    );
    assert.equal(status, 0);
    assert.match(stdout, /^ok +text +the text is the one asked for$/m);
    assert.match(stdout, /^ok +signature +the signature is right \(RSA, 1024 bits, SHA-1\)$/m);
    assert.match(stdout, /^ok +chain +Alice < wapstack root/m);
    assert.match(stdout, /^verified$/m);
  });

  it('exit status 1 when one fails, with the reason', () => {
    const { status, stdout, stderr } = run(
      'verify',
      ['--content', file('other'), '--ca', file('ca/ca.pem')],
      signature,
    );
    assert.equal(status, 1);
    assert.match(stdout, /^FAILED +text +the text is not the one asked for$/m);
    assert.match(stderr, /not verified: the text is not the one asked for/);
    const broken = run('verify', [], 'AQID');
    assert.equal(broken.status, 1);
    assert.match(broken.stdout, /^FAILED +structure/m);
  });

  it('without an authority nobody vouches, and it says so', () => {
    const { status, stdout, stderr } = run('verify', ['--json'], signature);
    assert.equal(status, 0);
    const verdict = JSON.parse(stdout);
    assert.equal(verdict.valid, true);
    assert.equal(verdict.text, text);
    assert.equal(verdict.signer.name, 'Alice');
    assert.match(stderr, /nobody vouches/);
  });

  it('PKCS#7 out, and in again; octets as well as base64', () => {
    assert.equal(run('verify', ['--pkcs7', file('p7')], signature).status, 0);
    const der = readFileSync(file('p7'));
    const again = run('verify', [file('p7'), '--content', file('order'), '--ca', file('ca/ca.pem')]);
    assert.equal(again.status, 0, again.stderr);
    const pem = `-----BEGIN PKCS7-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END PKCS7-----\n`;
    assert.equal(run('verify', [], pem).status, 0);
    assert.equal(run('verify', [], Buffer.from(signature, 'base64')).status, 0);
  });

  it("a signature that names its key only: the signer's certificate is given", () => {
    const card = ['--wim', file('card'), '--pin-file', file('pin')];
    const short = run('sign', [...card, '--text', text, '--options', '2']).stdout;
    const content = ['--content', file('order')];
    assert.equal(run('verify', content, short).status, 1);
    const p7 = run('verify', [...content, '--pkcs7', file('p7b')], signature);
    assert.equal(p7.status, 0);
    assert.equal(run('verify', [...content, '--pkcs7', file('none')], short).status, 2);
  });

  describe('a certificate that the signature only points to (WAP-217 §7.4.1)', () => {
    let server: Server;
    let base = '';
    const asked: string[] = [];

    before(async () => {
      const octets = readFileSync(file('user.der'));
      server = createServer((request, response) => {
        asked.push(`${request.method} ${request.headers.accept}`);
        const found = request.url?.startsWith('/cert?') === true;
        response.writeHead(found ? 200 : 404, { 'Content-Type': 'application/x-x509-user-cert' });
        response.end(found ? octets : '');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      assert.ok(typeof address === 'object' && address !== null);
      base = `http://127.0.0.1:${address.port}`;
    });
    after(() => server.close());

    /** The signature, with a URL where the certificate was. */
    function pointing(url: string): string {
      const signed = decodeSignedContent(fromBase64(signature) ?? new Uint8Array(0));
      const signerInfos = [{ type: 'certificate_url', url }] as const;
      return toBase64(encodeSignedContent({ ...signed, signerInfos }));
    }

    it('[WPKI-Verif-S-002] [WPKI-Verif-S-003] is fetched over HTTP, and checked', async () => {
      const certificate = decodeCertificate(new Uint8Array(readFileSync(file('user.der'))));
      const args = ['--ca', file('ca/ca.pem'), '--content', file('order')];
      const input = pointing(certificateUrl(`${base}/cert`, certificate));
      const fetched = await runBeside('verify', [...args, '--fetch'], input);
      assert.equal(fetched.status, 0, fetched.stdout + fetched.stderr);
      assert.deepEqual(asked, ['GET application/x-x509-user-cert']);
      const left = await runBeside('verify', args, input);
      assert.equal(left.status, 1);
      assert.match(left.stdout, /was not fetched/);
      const other = pointing(
        certificateUrl(`${base}/cert`, { ...certificate, serialNumber: Uint8Array.of(1) }),
      );
      const wrong = await runBeside('verify', [...args, '--fetch'], other);
      assert.match(wrong.stdout, /is another than the one named there/);
      const none = await runBeside('verify', [...args, '--fetch'], pointing(`${base}/nothing`));
      assert.match(none.stderr, /the server answers 404/);
    });
  });
});
