import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type PrivateKey, signSha1 } from '../../../src/wap/crypto.js';
import { encodeUtf8 } from '../../../src/wap/octets.js';
import { certificateUrl } from '../../../src/wap/pki/certificate-url.js';
import {
  type AuthenticatedAttribute,
  encodeSignedContent,
  type SignedContent,
  type SignerInfo,
  signedAttributes,
} from '../../../src/wap/pki/signed-content.js';
import { characterSets, decodeText, encodeText } from '../../../src/wap/pki/text.js';
import { type CheckName, type VerifyRequest, verifySignedContent } from '../../../src/wap/pki/verify.js';
import { issueWtlsCertificate, textIdentifier } from '../../../src/wap/pki/wtls-certificate.js';
import { decodeCertificate } from '../../../src/wap/pki/x509.js';
import { describeWithFixtures } from '../../support/fixtures.js';
import { hex } from '../../support/hex.js';
import { alice, aliceOnline, authority, now, onCurve, server, stranger } from './people.js';

const text = 'Pay 10.00 to Alice';
const withTime: AuthenticatedAttribute = { type: 'gmt_utc_time', time: now };

type Person = typeof alice | ReturnType<typeof onCurve>;

interface Parts {
  readonly key?: PrivateKey;
  readonly signerInfos?: readonly SignerInfo[];
  readonly attributes?: readonly AuthenticatedAttribute[];
  readonly change?: Partial<SignedContent>;
}

const x509 = ({ certificate }: Person): SignerInfo => ({
  type: 'x509_certificate',
  certificate: certificate.octets,
});
const hash = ({ certificate }: Person): SignerInfo => ({
  type: 'sha_key_hash',
  hash: certificate.keyHash,
});

function signed({
  key = alice.key,
  signerInfos = [x509(alice)],
  attributes = [withTime],
  change = {},
}: Parts = {}) {
  const content = encodeUtf8(text);
  const signature = signSha1(key, signedAttributes(content, attributes[0] ?? withTime));
  return encodeSignedContent({
    version: 1,
    signature: { algorithm: key.type === 'rsa' ? 'rsa_sha_pkcs1' : 'ecdsa_sha_p1363', signature },
    signerInfos,
    contentInfo: { type: 'text', encoding: 106, content },
    authenticatedAttributes: attributes,
    ...change,
  });
}

function verify(parts: Parts = {}, request: Partial<VerifyRequest> = {}) {
  const trusted = [authority.certificate];
  return verifySignedContent({ signedContent: signed(parts), content: text, trusted, at: now, ...request });
}

/** The checks that failed, and why. */
function failures(verdict: ReturnType<typeof verify>): readonly (readonly [CheckName, string])[] {
  assert.equal(
    verdict.valid,
    verdict.checks.every(({ ok }) => ok),
  );
  return verdict.checks.filter(({ ok }) => !ok).map((it) => [it.name, it.text] as const);
}

describe('verifying SignedContent (WAP-161 §6, Appendix B)', () => {
  it('[WMLSCrypt-A-001] [WMLSCrypt-A-002] a good RSA signature passes every check', () => {
    const verdict = verify({}, { expectedKey: alice.key.publicKey });
    assert.deepEqual(
      verdict.checks.map(({ name, ok }) => [name, ok]),
      ['structure', 'attributes', 'content', 'text', 'signer', 'key', 'signature', 'time', 'chain'].map(
        (name) => [name, true],
      ),
    );
    assert.equal(verdict.valid, true);
    assert.equal(verdict.text, text);
    assert.equal(verdict.signingTime, '2001-06-20T12:00:00.000Z');
    assert.equal(verdict.signer?.name, 'Alice');
    assert.equal(verdict.signer?.issuer, 'CN=Test root, O=Test, C=FI');
    assert.deepEqual(JSON.parse(JSON.stringify(verdict)), verdict);
  });

  for (const number of [3, 5, 7, 9, 10, 11, 12]) {
    it(`[WMLSCrypt-A-003] a good ECDSA signature on curve ${number}`, () => {
      const person = onCurve(number);
      assert.deepEqual(failures(verify({ key: person.key, signerInfos: [x509(person)] })), []);
    });
  }

  it('curves below 160 bits MUST NOT be used for signatures (WAP-261 Table 8)', () => {
    const person = onCurve(8);
    const [failure] = failures(verify({ key: person.key, signerInfos: [x509(person)] }));
    assert.deepEqual(failure, ['signature', 'curve 8 MUST NOT be used for signatures: it is too small']);
  });

  it('a nonce instead of a time: the chain has to hold now', () => {
    const attributes = [{ type: 'signer_nonce', nonce: hex('0001020304050607') }] as const;
    const verdict = verify({ attributes });
    assert.deepEqual(failures(verdict), []);
    assert.equal(verdict.nonce, '0001020304050607');
    const late = verify({ attributes }, { at: Date.UTC(2030, 0, 1) });
    assert.equal(failures(late)[0]?.[0], 'chain');
  });

  it('the chain holds at the signing time, even when the certificate expired since', () => {
    assert.deepEqual(failures(verify({}, { at: Date.UTC(2030, 0, 1) })), []);
    assert.equal(
      failures(verify({}, { at: Date.UTC(2030, 0, 1), chainAt: Date.UTC(2030, 0, 1) }))[0]?.[0],
      'chain',
    );
  });

  it('a signing time to come', () => {
    assert.deepEqual(failures(verify({}, { at: now - 3_600_000 }))[0]?.[0], 'time');
    assert.deepEqual(failures(verify({}, { at: now - 60_000 })), []);
  });

  it('content left out: what the verifier holds is taken', () => {
    const change = { contentInfo: { type: 'text', encoding: 106 } } as const;
    assert.deepEqual(failures(verify({ change })), []);
    assert.deepEqual(failures(verify({ change }, { content: encodeUtf8(text) })), []);
    assert.equal(failures(verify({ change }, { content: `${text} ` }))[0]?.[0], 'signature');
    const { content: _, ...without } = { content: 0 };
    const request = { signedContent: signed({ change }), at: now, ...without };
    assert.deepEqual(failures(verifySignedContent(request)), [
      ['content', 'the content is not included, and the verifier holds none'],
    ]);
  });

  it('content that the character set cannot write', () => {
    const change = { contentInfo: { type: 'text', encoding: 3 } } as const;
    assert.equal(failures(verify({ change }, { content: 'Käse' }))[0]?.[0], 'content');
    assert.equal(
      failures(verify({ change: { contentInfo: { type: 'text', encoding: 9999 } } }))[0]?.[0],
      'content',
    );
  });

  it('another text than the one asked for', () => {
    assert.deepEqual(failures(verify({}, { content: 'Pay 99.00 to Eve' })), [
      ['text', 'the text is not the one asked for'],
    ]);
  });

  it('a changed character set is noticed by who holds the text', () => {
    const change = { contentInfo: { type: 'text', encoding: 1000, content: encodeUtf8(text) } } as const;
    assert.deepEqual(failures(verify({ change }))[0]?.[0], 'text');
  });

  it('no attribute, or two', () => {
    assert.equal(failures(verify({ change: { authenticatedAttributes: [] } }))[0]?.[0], 'attributes');
    const both = [withTime, { type: 'signer_nonce', nonce: new Uint8Array(8) }] as const;
    assert.equal(failures(verify({ attributes: both }))[0]?.[0], 'attributes');
  });

  it('no signature, or one of the other algorithm', () => {
    assert.equal(
      failures(verify({ change: { signature: { algorithm: 'null' } } }))[0]?.[1],
      'there is no signature',
    );
    const signature = { algorithm: 'ecdsa_sha_p1363', signature: new Uint8Array(42) } as const;
    assert.equal(
      failures(verify({ change: { signature } }))[0]?.[1],
      'the signature is ecdsa_sha_p1363, the key RSA',
    );
  });

  describe('who signed', () => {
    it('a key hash finds a certificate at hand, or the key in the directory', () => {
      const signerInfos = [hash(alice)];
      const certificates = [server.certificate, alice.certificate];
      assert.deepEqual(failures(verify({ signerInfos }, { certificates })), []);
      const bare = verify({ signerInfos }, { expectedKey: alice.key.publicKey });
      assert.deepEqual(failures(bare), [['chain', 'there is no certificate of the signer']]);
      assert.match(failures(verify({ signerInfos }))[0]?.[1] ?? '', /no certificate has the key/);
    });

    it('hash and certificate of the same key', () => {
      assert.deepEqual(failures(verify({ signerInfos: [hash(alice), x509(alice)] })), []);
      assert.deepEqual(failures(verify({ signerInfos: [hash(server), x509(alice)] })), [
        ['signer', '2 different keys are named'],
      ]);
    });

    it('a certificate at a URL, as fetched', () => {
      const signerInfos = [{ type: 'certificate_url', url: 'http://ca.example/alice' }] as const;
      const at = (url: string) => (url === 'http://ca.example/alice' ? alice.certificate.octets : undefined);
      assert.deepEqual(failures(verify({ signerInfos }, { certificateAt: at })), []);
      assert.match(failures(verify({ signerInfos }))[0]?.[1] ?? '', /was not fetched/);
      const broken = verify({ signerInfos }, { certificateAt: () => hex('00') });
      assert.match(failures(broken)[0]?.[1] ?? '', /cannot be read/);
    });

    it('a certificate at a URL that names another one (WAP-217 §7.4)', () => {
      const url = certificateUrl('http://ca.example/', server.certificate);
      const signerInfos = [{ type: 'certificate_url', url }] as const;
      const verdict = verify({ signerInfos }, { certificateAt: () => alice.certificate.octets });
      assert.match(failures(verdict)[0]?.[1] ?? '', /is another than the one named there/);
    });

    it('nobody is named: the directory says who, or there is but one certificate', () => {
      const signerInfos: readonly SignerInfo[] = [];
      assert.deepEqual(failures(verify({ signerInfos }, { certificates: [alice.certificate] })), []);
      const known = {
        expectedKey: alice.key.publicKey,
        certificates: [server.certificate, alice.certificate],
      };
      assert.deepEqual(failures(verify({ signerInfos: [{ type: 'implicit' }] }, known)), []);
      const two = verify({ signerInfos }, { certificates: [server.certificate, alice.certificate] });
      assert.deepEqual(failures(two), [['signer', 'the signer is not named']]);
    });

    it('a key that is not the one in the directory', () => {
      const verdict = verify({}, { expectedKey: server.key.publicKey });
      assert.deepEqual(failures(verdict), [['key', 'the key is not the one in the directory']]);
    });

    it('a WTLS certificate', () => {
      const issuer = {
        name: { type: 'x509_name', distinguishedName: authority.certificate.subject.octets },
        privateKey: authority.privateKey,
      } as const;
      const period = { notBefore: now, notAfter: now + 1000 };
      const subject = textIdentifier('Alice; Test; FI');
      const certificate = issueWtlsCertificate(issuer, {
        subject,
        publicKey: alice.key.publicKey,
        ...period,
      });
      const verdict = verify({ signerInfos: [{ type: 'wtls_certificate', certificate }] });
      assert.deepEqual(failures(verdict), []);
      assert.equal(verdict.signer?.name, 'Alice; Test; FI');
      const forged = { ...certificate, signature: hex('00') };
      assert.equal(
        failures(verify({ signerInfos: [{ type: 'wtls_certificate', certificate: forged }] }))[0]?.[0],
        'chain',
      );
    });

    it('certificates that nobody can use', () => {
      const x968 = { type: 'x968_certificate', certificate: hex('00') } as const;
      assert.match(failures(verify({ signerInfos: [x968] }))[0]?.[1] ?? '', /never defined/);
      const bad = { type: 'x509_certificate', certificate: hex('00') } as const;
      assert.match(failures(verify({ signerInfos: [bad] }))[0]?.[1] ?? '', /cannot be read/);
    });
  });

  it('[WPKI-Verif-S-001] [WPKI-S-001] only the authorities that are given are trusted', () => {
    assert.equal(failures(verify({}, { trusted: [stranger.certificate] }))[0]?.[0], 'chain');
    assert.equal(failures(verify({}, { trusted: [] }))[0]?.[0], 'chain');
  });

  it('a certificate that is not for signatures', () => {
    const { certificate } = aliceOnline;
    const agreement = { ...certificate, keyUsage: ['keyEncipherment'] as const };
    const verdict = verify(
      { key: aliceOnline.key, signerInfos: [hash(aliceOnline)] },
      { certificates: [agreement] },
    );
    assert.deepEqual(failures(verdict), [['chain', 'the certificate is not for signatures']]);
  });

  it('any changed octet makes it invalid or names another character set', () => {
    const octets = signed();
    fc.assert(
      fc.property(fc.nat({ max: octets.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = octets.slice();
        changed[at] = (changed[at] ?? 0) ^ change;
        const trusted = [authority.certificate];
        const verdict = verifySignedContent({ signedContent: changed, content: text, trusted, at: now });
        // The character set and the kind of content are not signed (§6.2): ASCII text survives some of them.
        const unsigned =
          verdict.valid && [3, 4, 106].includes(((changed.at(-37) ?? 0) << 8) | (changed.at(-36) ?? 0));
        return !verdict.valid || unsigned || at === octets.length - 38;
      }),
      { numRuns: 150 },
    );
  });
});

describe('text in character sets', () => {
  it('as octets, and back', () => {
    for (const [text, set, octets] of [
      ['Käse', 'iso-8859-1', '4be47365'],
      ['Käse', 'utf-8', '4bc3a47365'],
      ['支A', 'iso-10646-ucs-2', '652f0041'],
      ['Kase', 'us-ascii', '4b617365'],
    ] as const) {
      assert.deepEqual(encodeText(text, characterSets[set]), hex(octets));
      assert.equal(decodeText(hex(octets), characterSets[set]), text);
    }
    assert.equal(decodeText(hex('ff'), characterSets['us-ascii']), undefined);
    assert.equal(decodeText(hex('ff'), characterSets['utf-8']), undefined);
    assert.equal(decodeText(hex('ff'), characterSets['iso-10646-ucs-2']), undefined);
    assert.equal(encodeText('€', characterSets['iso-8859-1']), undefined);
    assert.equal(decodeText(hex('41'), 2), undefined);
  });
});

describeWithFixtures('signatures made elsewhere, good and bad', 'signtext', (folder) => {
  for (const file of readdirSync(folder)) {
    const fixture = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
    const { input, expected } = fixture;
    if (input !== undefined) {
      it(`${file}: valid`, () => {
        const certificate = decodeCertificate(hex(input.certificate_der_hex));
        const verdict = verifySignedContent({
          signedContent: hex(expected.signed_content_hex),
          content: input.stringToSign,
          certificates: [certificate],
          certificateAt: () => certificate.octets,
          trusted: [decodeCertificate(hex(input.ca_certificate_der_hex))],
          // The certificates were made long after the times that the signatures name.
          chainAt: certificate.notBefore,
          at: Date.UTC(2050, 0, 1),
        });
        assert.deepEqual(failures(verdict), []);
      });
    } else if (fixture.signed_content_hex !== undefined) {
      it(`${file}: ${fixture.expected} (${fixture.reason})`, () => {
        const certificate = decodeCertificate(hex(fixture.certificate_der_hex));
        const verdict = verifySignedContent({
          signedContent: hex(fixture.signed_content_hex),
          certificates: [certificate],
          expectedKey: certificate.publicKey,
          at: Date.UTC(2050, 0, 1),
          ...(fixture.text_held_by_verifier !== null && { content: fixture.text_held_by_verifier }),
        });
        assert.equal(verdict.valid, fixture.expected === 'valid');
        if (fixture.expected !== 'signature valid, text differs') return;
        assert.deepEqual(
          failures(verdict).map(([name]) => name),
          ['text'],
        );
      });
    }
  }
});
