import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { signSha1 } from '../../../src/wap/crypto.js';
import { DecodeError, UsageError } from '../../../src/wap/errors.js';
import { encodeUtf8, fromBase64, toHex } from '../../../src/wap/octets.js';
import { fromPkcs7, toPkcs7 } from '../../../src/wap/pki/pkcs7.js';
import {
  type AuthenticatedAttribute,
  decodeSignedContent,
  type SignedContent,
  signedAttributes,
} from '../../../src/wap/pki/signed-content.js';
import { decodeCertificate } from '../../../src/wap/pki/x509.js';
import { describeWithFixtures } from '../../support/fixtures.js';
import { hex } from '../../support/hex.js';
import { alice, authority, now, onCurve } from './people.js';

const content = encodeUtf8('Total 31.00');

function signed(
  person: typeof alice | ReturnType<typeof onCurve>,
  attribute: AuthenticatedAttribute,
  detached = false,
): SignedContent {
  const signature = signSha1(person.key, signedAttributes(content, attribute));
  const { octets } = person.certificate;
  return {
    version: 1,
    signature: { algorithm: person.key.type === 'rsa' ? 'rsa_sha_pkcs1' : 'ecdsa_sha_p1363', signature },
    signerInfos: [{ type: 'x509_certificate', certificate: octets }],
    contentInfo: { type: 'text', encoding: 106, ...(detached ? {} : { content }) },
    authenticatedAttributes: [attribute],
  };
}

describe('PKCS#7 and SignedContent (WAP-161 §6.2)', () => {
  const withTime = { type: 'gmt_utc_time', time: now } as const;
  const withNonce = { type: 'signer_nonce', nonce: hex('0001020304050607') } as const;

  for (const [name, person] of [
    ['RSA', alice],
    ['ECDSA on curve 5', onCurve(5)],
    ['ECDSA on curve 7', onCurve(7)],
  ] as const) {
    for (const [how, attribute] of [
      ['time', withTime],
      ['nonce', withNonce],
    ] as const) {
      for (const detached of [false, true]) {
        it(`${name}, ${how}, ${detached ? 'without' : 'with'} content: there and back`, () => {
          const value = signed(person, attribute, detached);
          const octets = toPkcs7(value, {
            content,
            certificate: person.certificate,
            authorities: [authority.certificate],
          });
          const back = fromPkcs7(octets);
          assert.deepEqual(back.signedContent, value);
          assert.deepEqual(
            back.certificates.map((it) => toHex(it.octets)),
            [person.certificate, authority.certificate].map((it) => toHex(it.octets)),
          );
        });
      }
    }
  }

  it('what the long form needs has to be there', () => {
    const detached = signed(alice, withTime, true);
    const { certificate } = alice;
    assert.throws(() => toPkcs7(detached, { certificate }), UsageError);
    assert.throws(
      () => toPkcs7({ ...detached, authenticatedAttributes: [] }, { certificate, content }),
      UsageError,
    );
    assert.throws(
      () => toPkcs7({ ...detached, signature: { algorithm: 'null' } }, { certificate, content }),
      UsageError,
    );
  });

  it('a digest that is not that of the content is noticed', () => {
    const octets = toPkcs7(signed(alice, withTime), { certificate: alice.certificate });
    const at = toHex(octets).indexOf(toHex(content)) / 2;
    octets[at] = (octets[at] ?? 0) ^ 1;
    assert.throws(
      () => fromPkcs7(octets),
      (error: unknown) =>
        error instanceof DecodeError && /digest is not that of the content/.test(error.rule),
    );
  });

  it('mutated octets give a value or a DecodeError', () => {
    const octets = toPkcs7(signed(onCurve(7), withTime), { certificate: onCurve(7).certificate });
    fc.assert(
      fc.property(fc.nat({ max: octets.length - 1 }), fc.nat({ max: 255 }), (at, octet) => {
        const changed = octets.slice();
        changed[at] = octet;
        try {
          fromPkcs7(changed);
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
      { numRuns: 200 },
    );
  });
});

describeWithFixtures('PKCS#7 that openssl accepted', 'signtext', (folder) => {
  for (const file of readdirSync(folder)) {
    const { input, expected } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
    if (input === undefined) continue;
    const theirs = fromBase64(expected.pkcs7_der_base64);
    it(`${file}: our PKCS#7 is theirs, and theirs is our SignedContent`, () => {
      const value = decodeSignedContent(hex(expected.signed_content_hex));
      const certificate = decodeCertificate(hex(input.certificate_der_hex));
      const content = hex(expected.content_octets_hex);
      assert.ok(theirs);
      const { signedContent } = fromPkcs7(theirs);
      assert.deepEqual(signedContent.signature, value.signature);
      assert.deepEqual(signedContent.authenticatedAttributes, value.authenticatedAttributes);
      // Theirs always has the content inside.
      const whole = { ...value, contentInfo: { ...value.contentInfo, content } };
      assert.equal(toHex(toPkcs7(whole, { certificate })), toHex(theirs));
    });
  }
});
