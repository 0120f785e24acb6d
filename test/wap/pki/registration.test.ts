import assert from 'node:assert/strict';
import { beginSignText } from '../../../src/terminal/sign-text.js';
import { encodeUtf8, fromBase64, toHex } from '../../../src/wap/octets.js';
import { certificateUrl, isCertificateAt } from '../../../src/wap/pki/certificate-url.js';
import { issueCertificate, validity } from '../../../src/wap/pki/issue.js';
import {
  proveRegistration,
  publishedCertificate,
  registrationText,
} from '../../../src/wap/pki/registration.js';
import { verifySignedContent } from '../../../src/wap/pki/verify.js';
import { decodeCertificate } from '../../../src/wap/pki/x509.js';
import { seededRandom } from '../../../src/wap/random.js';
import { createCard, openWim } from '../../../src/wap/wim/index.js';
import { cardSecretMaker, type Identity } from '../../../src/wap/wtls/index.js';
import { newCard, pins, usualKeys } from '../wim/cards.js';
import { bank, pair, received, rsaAuthority } from '../wtls/parties.js';
import { alice, aliceOnline, authority, early, earlyOnline, now, server } from './people.js';

const nonce = '4F1C9A20B7D3';
const fields = { name: 'Alice Liddell', id: '4711', password: 'one:time' };

/** What a script of a portal gets from the card. */
function signed(text: string, options = 5, card = newCard()): Uint8Array {
  const dialogue = beginSignText({
    stringToSign: text,
    options,
    keyIdType: 0,
    keyId: '',
    transmit: (apdu) => card.transmit(apdu),
    clock: { now: () => now },
  });
  dialogue.accept();
  dialogue.enterPin(pins.nonRepudiation);
  const { prompt } = dialogue;
  assert.ok(prompt.kind === 'done' && prompt.result.type === 'string');
  return fromBase64(prompt.result.value) ?? new Uint8Array(0);
}

describe('Registration at a PKI portal (WAP-217 §7.3)', () => {
  it('[WPKI-C-002] [WPKI-Portal-S-002] a signing key: the nonce of the portal, signed, proves who has it; the certificate goes to the card', () => {
    const card = newCard();
    const signedContent = signed(registrationText(nonce, fields), 5, card);
    const proof = proveRegistration({ signedContent, nonce, at: now });
    assert.ok(proof.ok, JSON.stringify(proof));
    assert.deepEqual(proof.fields, fields);
    assert.deepEqual(proof.publicKey, alice.key.publicKey);
    const certificate = issueCertificate(seededRandom(2), authority, {
      profile: 'signature',
      subject: `CN=${proof.fields.name}, C=FI`,
      publicKey: proof.publicKey,
      ...validity(now, 2),
    });
    const later = signed('Order 1', 5, card);
    const verdict = verifySignedContent({
      signedContent: signed('Order 1', 3, card),
      content: 'Order 1',
      certificates: [certificate],
      trusted: [authority.certificate],
      at: now,
    });
    assert.equal(verdict.valid, true, JSON.stringify(verdict.checks));
    assert.equal(verdict.signer?.name, 'Alice Liddell');
    assert.ok(later.length > 0);
  });

  it('no proof: another nonce, another text, a changed octet, no key, garbage', () => {
    const text = registrationText(nonce, fields);
    const reasonOf = (signedContent: Uint8Array, wanted = nonce): string => {
      const proof = proveRegistration({ signedContent, nonce: wanted, at: now });
      return proof.ok ? 'proven' : proof.reason;
    };
    assert.equal(reasonOf(signed(text)), 'proven');
    assert.match(reasonOf(signed(text), 'another'), /not the text/);
    assert.match(reasonOf(signed(`${nonce}:x`)), /not the text/);
    const changed = signed(text);
    const at = Buffer.from(changed).indexOf('Liddell');
    changed[at] = 0x6c;
    assert.match(reasonOf(changed), /^signature/);
    assert.notEqual(reasonOf(signed(text, 3)), 'proven');
    assert.notEqual(reasonOf(encodeUtf8('garbage')), 'proven');
  });

  it('[WPKI-C-001] [WPKI-C-010] [WPKI-C-012] [WPKI-Portal-S-001] [WPKI-Portal-S-012] an authentication key: the handshake with the portal is the proof, made by the card', () => {
    const card = newCard();
    const transmit = (apdu: Uint8Array) => card.transmit(apdu);
    const wim = openWim({ transmit });
    const key = wim.keys.find((it) => it.label === 'Authentication');
    const pin = key && wim.pinOf(key);
    assert.ok(key && pin && wim.verifyPin(pin, pins.general).ok);
    const register = (sign: NonNullable<Identity['sign']>) => {
      const it = pair({
        client: {
          // The client knows the portal by its authority: WPKI-C-001.
          trusted: [rsaAuthority().trust],
          identities: [
            {
              publicKey: aliceOnline.key.publicKey,
              certificates: [{ format: 'X509Cert', octets: earlyOnline.octets }],
              authorities: [
                {
                  name: { type: 'x509_name', distinguishedName: early.certificate.subject.octets },
                  publicKey: early.certificate.publicKey,
                },
              ],
              sign,
            },
          ],
          secretMaker: cardSecretMaker({ transmit, pin, digits: pins.general }),
        },
        server: {
          identities: [bank()],
          trustedCertificates: [early.certificate],
          policy: { clientAuthentication: 'required' },
        },
      });
      it.send(Uint8Array.of(1));
      it.run();
      return { heard: received(it.phone), key: it.gatewayLayer.information(it.reversed)?.peerKey };
    };
    const { heard, key: proven } = register((digest) => wim.sign(key, digest));
    assert.deepEqual(heard, ['ec01']);
    assert.deepEqual(proven, aliceOnline.key.publicKey);
    // Whoever has not the key proves nothing.
    const [first] = usualKeys;
    assert.ok(first);
    const other = createCard({
      random: seededRandom(3),
      keys: [{ ...first, key: server.key }],
      pins,
      trusted: [],
      cost: 10,
    });
    const stranger = openWim({ transmit: (apdu) => other.transmit(apdu) });
    const refused = register((digest) => {
      const [wrong] = stranger.keys;
      assert.ok(wrong);
      const its = stranger.pinOf(wrong);
      assert.ok(its && stranger.verifyPin(its, pins.nonRepudiation).ok);
      return stranger.sign(wrong, digest);
    });
    assert.match(refused.heard.join(), /decrypt_error/);
  });
});

describe('Certificates at URLs (WAP-217 §7.4.1): who publishes them', () => {
  const published = [alice.certificate, aliceOnline.certificate, server.certificate];

  it('the one with the issuer and serial number of the query, and no other', () => {
    for (const certificate of published) {
      const url = certificateUrl('http://ca.example/certs', certificate);
      const found = publishedCertificate(url, published);
      assert.equal(toHex(found?.octets ?? new Uint8Array(0)), toHex(certificate.octets));
      assert.ok(isCertificateAt(url, decodeCertificate(certificate.octets)));
    }
    const url = certificateUrl('http://ca.example/certs', alice.certificate);
    assert.equal(publishedCertificate(url, published.slice(1)), undefined);
    assert.equal(publishedCertificate('http://ca.example/certs', published), undefined);
    assert.equal(publishedCertificate('ldap://ca.example/cn=Alice', published), undefined);
  });
});
