import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beginSignText } from '../../src/terminal/sign-text.js';
import { generateEcKey, generateRsaKey, pem } from '../../src/wap/crypto.js';
import { decodeLatin1, encodeUtf8, fromBase64 } from '../../src/wap/octets.js';
import { curveByNumber } from '../../src/wap/pki/curves.js';
import { createAuthority, issueCertificate, validity } from '../../src/wap/pki/issue.js';
import { encodePrivateKeyInfo } from '../../src/wap/pki/keys.js';
import { fromPkcs7, toPkcs7 } from '../../src/wap/pki/pkcs7.js';
import { createCertificationRequest, decodeCertificationRequest } from '../../src/wap/pki/pkcs10.js';
import { decodeSignedContent, encodeSignedContent } from '../../src/wap/pki/signed-content.js';
import { verifySignedContent } from '../../src/wap/pki/verify.js';
import { decodeCertificate } from '../../src/wap/pki/x509.js';
import { seededRandom } from '../../src/wap/random.js';
import { createCard } from '../../src/wap/wim/personalise.js';
import { describeWithPeers } from '../support/peers.js';

describeWithPeers('openssl judges our certificates and signatures', ['openssl'], ({ openssl }) => {
  const random = seededRandom(99, 'openssl');
  // openssl compares with today.
  const now = Date.now();
  const authority = createAuthority({ random, now, subject: 'CN=Root, O=Test, C=FI' });
  const pins = { general: '1234', nonRepudiation: '2345', unblock: '12345678' };
  const text = 'Order 4712\nTotal 31.00 €';
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wapstack-openssl-'));
    writeFileSync(join(folder, 'root.pem'), pem('CERTIFICATE', authority.certificate.octets));
    writeFileSync(join(folder, 'text'), text);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function judge(...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync(openssl, args, { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return stdout;
  }

  function person(curveNumber: number | undefined) {
    const curve = curveNumber === undefined ? undefined : curveByNumber(curveNumber);
    const key = curve === undefined ? generateRsaKey(random) : generateEcKey(random, curve);
    const request = {
      profile: 'signature',
      subject: 'CN=Alice, C=FI',
      publicKey: key.publicKey,
      ...validity(now, 1),
    } as const;
    return { key, certificate: issueCertificate(random, authority, request) };
  }

  /** WAP-161 §5.1.1: every mix of options and each way to name a key for two kinds of key; with and without the text for all. */
  function forms(curve: number | undefined) {
    const attributes = ['time', 'nonce'] as const;
    if (curve !== undefined && curve !== 7)
      return attributes.flatMap((attribute) =>
        [4, 5].map((options) => ({ attribute, options, keyIdType: 0 })),
      );
    return attributes.flatMap((attribute) =>
      [0, 1, 2, 3, 4, 5, 6, 7].flatMap((options) =>
        [0, 1, 2].map((keyIdType) => ({ attribute, options, keyIdType })),
      ),
    );
  }

  for (const number of [undefined, 3, 5, 7, 9, 10, 11, 12]) {
    const kind = number === undefined ? 'RSA' : `ECDSA on curve ${number}`;

    it(`${kind}: x509 reads the certificate, verify follows it to the root`, () => {
      const { certificate } = person(number);
      writeFileSync(join(folder, 'user.pem'), pem('CERTIFICATE', certificate.octets));
      const printed = judge('x509', '-in', 'user.pem', '-noout', '-subject', '-ext', 'keyUsage');
      assert.match(printed, /subject=C = FI, CN = Alice/);
      assert.match(printed, /Non Repudiation/);
      assert.match(judge('verify', '-x509_strict', '-CAfile', 'root.pem', 'user.pem'), /user\.pem: OK/);
    });

    for (const { attribute, options, keyIdType } of forms(number)) {
      it(`${kind}, ${attribute}, options ${options}, key id type ${keyIdType}: cms and smime accept it as PKCS#7`, () => {
        const { key, certificate } = person(number);
        const keys = [{ label: 'Signature', usage: 'nonRepudiation', key, certificate } as const];
        const card = createCard({ random, keys, pins, trusted: [authority.certificate], cost: 10 });
        const transmit = (apdu: Uint8Array) => card.transmit(apdu);
        const clock = { now: () => now };
        const named = [new Uint8Array(0), certificate.keyHash, authority.certificate.keyHash];
        const dialogue = beginSignText({
          stringToSign: text,
          options,
          keyIdType,
          keyId: decodeLatin1(named[keyIdType] ?? assert.fail()),
          transmit,
          clock,
          attribute,
        });
        dialogue.accept();
        dialogue.enterPin(pins.nonRepudiation);
        const { prompt } = dialogue;
        assert.ok(prompt.kind === 'done' && prompt.result.type === 'string');
        const octets = fromBase64(prompt.result.value);
        assert.ok(octets);
        const p7 = toPkcs7(decodeSignedContent(octets), { certificate, content: encodeUtf8(text) });
        writeFileSync(join(folder, 'p7'), p7);
        const content = (options & 1) === 0 ? ['-content', 'text'] : [];
        const rest = [
          '-verify',
          '-inform',
          'DER',
          '-binary',
          '-in',
          'p7',
          ...content,
          '-CAfile',
          'root.pem',
          '-purpose',
          'any',
        ];
        assert.equal(judge('cms', ...rest), text);
        assert.equal(judge('smime', ...rest), text);
      });
    }
  }

  it('a root and two authorities below it', () => {
    const below = (issuer: typeof authority, subject: string) => {
      const privateKey = generateRsaKey(random);
      const request = {
        profile: 'authority',
        subject,
        publicKey: privateKey.publicKey,
        ...validity(now, 1),
      } as const;
      return { privateKey, certificate: issueCertificate(random, issuer, request) };
    };
    const first = below(authority, 'CN=First');
    const second = below(first, 'CN=Second');
    const user = below(second, 'CN=Third').certificate;
    const chain = [first, second].map(({ certificate }) => pem('CERTIFICATE', certificate.octets)).join('');
    writeFileSync(join(folder, 'chain.pem'), chain);
    writeFileSync(join(folder, 'user.pem'), pem('CERTIFICATE', user.octets));
    assert.match(judge('verify', '-CAfile', 'root.pem', '-untrusted', 'chain.pem', 'user.pem'), /OK/);
  });

  it('a signature that openssl makes over the same attributes is SignedContent', () => {
    const { key, certificate } = person(undefined);
    writeFileSync(join(folder, 'user.pem'), pem('CERTIFICATE', certificate.octets));
    writeFileSync(join(folder, 'user.key'), pem('PRIVATE KEY', encodePrivateKeyInfo(key)));
    const signer = ['-signer', 'user.pem', '-inkey', 'user.key', '-md', 'sha1', '-nosmimecap'];
    judge(
      'smime',
      '-sign',
      '-binary',
      '-nodetach',
      '-in',
      'text',
      ...signer,
      '-outform',
      'DER',
      '-out',
      'theirs',
    );
    const { signedContent, certificates } = fromPkcs7(new Uint8Array(readFileSync(join(folder, 'theirs'))));
    assert.deepEqual(
      certificates.map(({ octets }) => octets),
      [decodeCertificate(certificate.octets).octets],
    );
    const octets = encodeSignedContent(signedContent);
    const trusted = [authority.certificate];
    assert.equal(
      verifySignedContent({ signedContent: octets, content: text, trusted, at: now + 5000 }).valid,
      true,
    );
  });

  it('certification requests: openssl verifies ours, and we its', () => {
    for (const number of [undefined, 7]) {
      const { key } = person(number);
      writeFileSync(join(folder, 'csr'), createCertificationRequest('CN=wap.shop.example, O=Shop', key));
      const printed = judge('req', '-inform', 'DER', '-in', 'csr', '-verify', '-noout', '-subject');
      assert.match(printed, /subject=O = Shop, CN = wap\.shop\.example/);
      writeFileSync(join(folder, 'csr.key'), pem('PRIVATE KEY', encodePrivateKeyInfo(key)));
      judge(
        'req',
        '-new',
        '-sha1',
        '-key',
        'csr.key',
        '-subj',
        '/O=Shop/CN=x',
        '-outform',
        'DER',
        '-out',
        'theirs',
      );
      const theirs = new Uint8Array(readFileSync(join(folder, 'theirs')));
      assert.equal(decodeCertificationRequest(theirs).proven, true);
    }
  });

  it('keys: openssl reads them and finds nothing wrong', () => {
    for (const number of [undefined, 5, 7]) {
      writeFileSync(join(folder, 'some.key'), pem('PRIVATE KEY', encodePrivateKeyInfo(person(number).key)));
      judge('pkey', '-in', 'some.key', '-check', '-noout');
    }
  });
});
