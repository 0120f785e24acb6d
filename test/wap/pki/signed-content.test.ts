import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { encodeUtf8, toHex } from '../../../src/wap/octets.js';
import {
  decodeSignedContent,
  encodeSignedContent,
  type SignedContent,
  type SignerInfo,
  signedAttributes,
} from '../../../src/wap/pki/signed-content.js';
import { issueWtlsCertificate, textIdentifier } from '../../../src/wap/pki/wtls-certificate.js';
import { describeWithFixtures } from '../../support/fixtures.js';
import { hex } from '../../support/hex.js';
import { alice, authority, now } from './people.js';

const time = Date.UTC(2001, 5, 20, 12);

const wtls = issueWtlsCertificate(
  { name: textIdentifier('Test'), privateKey: authority.privateKey },
  { subject: textIdentifier('Alice'), publicKey: alice.key.publicKey, notBefore: now, notAfter: now + 1000 },
);

describe('SignedContent (WAP-161 §6)', () => {
  it('octet by octet: RSA, key hash, text included, signing time', () => {
    const octets = hex(`01 01 0004 deadbeef
      0015 01 000102030405060708090a0b0c0d0e0f10111213
      01 006a 01 0002 4869
      0d 01 303130363230 313230303030`);
    const value: SignedContent = {
      version: 1,
      signature: { algorithm: 'rsa_sha_pkcs1', signature: hex('deadbeef') },
      signerInfos: [{ type: 'sha_key_hash', hash: hex('000102030405060708090a0b0c0d0e0f10111213') }],
      contentInfo: { type: 'text', encoding: 106, content: encodeUtf8('Hi') },
      authenticatedAttributes: [{ type: 'gmt_utc_time', time }],
    };
    assert.deepEqual(decodeSignedContent(octets), value);
    assert.deepEqual(encodeSignedContent(value), octets);
  });

  it('octet by octet: no signature, implicit signer, data left out, nonce', () => {
    const octets = hex('01 00 0001 00 02 0000 00 09 02 0001020304050607');
    const value: SignedContent = {
      version: 1,
      signature: { algorithm: 'null' },
      signerInfos: [{ type: 'implicit' }],
      contentInfo: { type: 'data', encoding: 0 },
      authenticatedAttributes: [{ type: 'signer_nonce', nonce: hex('0001020304050607') }],
    };
    assert.deepEqual(decodeSignedContent(octets), value);
    assert.deepEqual(encodeSignedContent(value), octets);
  });

  const opaque = (maxLength: number) => fc.uint8Array({ maxLength });
  const signerInfo: fc.Arbitrary<SignerInfo> = fc.oneof(
    fc.constant({ type: 'implicit' } as const),
    fc.constant({ type: 'wtls_certificate', certificate: wtls } as const),
    fc.uint8Array({ minLength: 20, maxLength: 20 }).map((hash) => ({ type: 'sha_key_hash', hash }) as const),
    opaque(30).map((certificate) => ({ type: 'x509_certificate', certificate }) as const),
    opaque(30).map((certificate) => ({ type: 'x968_certificate', certificate }) as const),
    fc.webUrl().map((url) => ({ type: 'certificate_url', url: url.slice(0, 255) }) as const),
  );

  it('all signer informations, in any number, come back', () => {
    fc.assert(
      fc.property(
        fc.array(signerInfo, { maxLength: 4 }),
        opaque(20),
        fc.boolean(),
        fc.option(opaque(20), { nil: undefined }),
        fc.nat({ max: 0xffff }),
        (signerInfos, signature, ecdsa, content, encoding) => {
          const value: SignedContent = {
            version: 1,
            signature: { algorithm: ecdsa ? 'ecdsa_sha_p1363' : 'rsa_sha_pkcs1', signature },
            signerInfos,
            contentInfo: { type: 'text', encoding, ...(content !== undefined && { content }) },
            authenticatedAttributes: [{ type: 'gmt_utc_time', time }],
          };
          assert.deepEqual(decodeSignedContent(encodeSignedContent(value)), value);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('broken rules are named', () => {
    for (const [octets, rule] of [
      ['02', /version 2 is unknown/],
      ['01 03', /algorithm 3 is unknown/],
      ['01 00 0001 06', /signer information 6 is unknown/],
      ['01 00 0002 01 00', /hash is cut short/],
      ['01 00 0004 05 02 68 20', /printable ASCII/],
      ['01 00 0000 03', /content type 3 is unknown/],
      ['01 00 0000 01 006a 02', /neither true nor false/],
      ['01 00 0000 01 006a 00 01 03', /attribute 3 is unknown/],
      ['01 00 0000 01 006a 00 0d 01 303130323239 303030303030', /gmt_utc_time is no time/],
      ['01 00 0000 01 006a 00 00 00', /1 octets are left over/],
    ] as const) {
      assert.throws(
        () => decodeSignedContent(hex(octets)),
        (error: unknown) => error instanceof DecodeError && rule.test(error.rule),
        octets,
      );
    }
  });

  it('any octets give a value or a DecodeError; what decodes encodes back', () => {
    const start = encodeSignedContent({
      version: 1,
      signature: { algorithm: 'rsa_sha_pkcs1', signature: hex('00') },
      signerInfos: [{ type: 'wtls_certificate', certificate: wtls }, { type: 'implicit' }],
      contentInfo: { type: 'text', encoding: 106 },
      authenticatedAttributes: [{ type: 'signer_nonce', nonce: new Uint8Array(8) }],
    });
    fc.assert(
      fc.property(
        fc.nat({ max: start.length - 1 }),
        fc.nat({ max: 255 }),
        fc.nat({ max: 3 }),
        (at, octet, cut) => {
          const octets = start.slice(0, start.length - cut);
          octets[at] = octet;
          try {
            assert.deepEqual(encodeSignedContent(decodeSignedContent(octets)), octets);
          } catch (error) {
            assert.ok(error instanceof DecodeError, String(error));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('what is signed (WAP-161 §6.2)', () => {
  it('95 octets with the signing time', () => {
    const octets = signedAttributes(encodeUtf8('Pay 10.00 to Alice'), { type: 'gmt_utc_time', time });
    assert.equal(octets.length, 95);
    assert.equal(
      toHex(octets),
      '315d301806092a864886f70d010903310b06092a864886f70d010701301c06092a864886f70d010905310f170d3031303632303132303030305a302306092a864886f70d010904311604141f2e207dfcda9b3a08a735ea2adf21b72177dae4',
    );
  });

  it("91 octets with the signer's nonce", () => {
    const octets = signedAttributes(encodeUtf8('Order 4712'), {
      type: 'signer_nonce',
      nonce: hex('0001020304050607'),
    });
    assert.equal(octets.length, 91);
    assert.equal(
      toHex(octets),
      '3159301806092a864886f70d010903310b06092a864886f70d0107013018060a2a864886f70d01091903310a04080001020304050607302306092a864886f70d01090431160414eef9079fb21a579b7437efc766424938bd87cb6d',
    );
  });
});

describeWithFixtures('SignedContent made elsewhere', 'signtext', (folder) => {
  for (const file of readdirSync(folder)) {
    const { input, expected } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
    if (input === undefined) continue;
    it(`${file}: decodes, encodes back, and its template is ours`, () => {
      const octets = hex(expected.signed_content_hex);
      const value = decodeSignedContent(octets);
      assert.deepEqual(encodeSignedContent(value), octets);
      const [attribute] = value.authenticatedAttributes;
      assert.ok(attribute);
      assert.equal(
        toHex(signedAttributes(hex(expected.content_octets_hex), attribute)),
        expected.template_hex,
      );
    });
  }
});
