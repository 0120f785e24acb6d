import assert from 'node:assert/strict';
import { ProtocolError } from '../../../src/wap/errors.js';
import { createAuthority, issueCertificate, parseName } from '../../../src/wap/pki/index.js';
import { seededRandom } from '../../../src/wap/random.js';
import { openWim, personaliseCard } from '../../../src/wap/wim/index.js';
import { cardSecretMaker, type Identity, identityOf, type KeyLogEntry } from '../../../src/wap/wtls/index.js';
import { hex } from '../../support/hex.js';
import { bank, pair, received, rsaAuthority, rsaKey } from './parties.js';

const random = seededRandom(5);
const authority = createAuthority({ random, now: 0, subject: 'CN=Root, O=Test, C=FI' });
const trust = {
  name: { type: 'x509_name', distinguishedName: authority.certificate.subject.octets },
  publicKey: authority.certificate.publicKey,
} as const;
const pins = { general: '1234', nonRepudiation: '654321', unblock: '12345678' };
const { card, authentication } = personaliseCard({
  random,
  now: 0,
  authority,
  subject: 'CN=Alice, C=FI',
  pins,
  cost: 10,
});

describe('WTLS with a smart card (WAP-260 §8.2, §11.4)', () => {
  it('[WTLS-C-220] [WIM-C-001] [WIM-C-022] [WIM-C-023] [WIM-C-029] [WIM-C-039] [WIM-C-130] [WPKI-C-017] the card makes and keeps the secrets, and proves who the user is: class 3', () => {
    const commands: string[] = [];
    const transmit = (apdu: Uint8Array) => {
      commands.push(Buffer.from(apdu.subarray(1, 4)).toString('hex'));
      return card.transmit(apdu);
    };
    const wim = openWim({ transmit: (apdu) => card.transmit(apdu) });
    const key = wim.keys.find((it) => it.label === 'Authentication');
    assert(key);
    const pin = wim.pinOf(key);
    assert(pin && wim.verifyPin(pin, pins.general).ok);
    const identity: Identity = {
      publicKey: authentication.publicKey,
      certificates: [{ format: 'X509Cert', octets: authentication.octets }],
      authorities: [trust],
      sign: (digest) => wim.sign(key, digest),
    };
    const known: KeyLogEntry[] = [];
    const it = pair({
      client: {
        trusted: [rsaAuthority().trust],
        identities: [identity],
        secretMaker: cardSecretMaker({ transmit, pin, digits: pins.general }),
        keyLog: (entry) => known.push(entry),
      },
      server: {
        identities: [bank()],
        trustedCertificates: [authority.certificate],
        policy: { clientAuthentication: 'required' },
      },
    });
    for (let number = 1; number < 10; number++) {
      it.send(Uint8Array.of(number));
      it.run();
    }
    assert.deepEqual(
      received(it.phone),
      ['01', '02', '03', '04', '05', '06', '07', '08', '09'].map((each) => `ec${each}`),
    );
    assert.deepEqual(known, [], 'no master secret came out of the card');
    assert(commands.includes('2a8600'), 'PSO ENCIPHER');
    assert(commands.includes('2a8e80'), 'PSO COMPUTE CRYPTOGRAPHIC CHECKSUM');
    assert.deepEqual(it.gatewayLayer.information(it.reversed)?.peerKey, authentication.publicKey);
    // The session can be resumed as long as the card is there.
    it.phone.request({ type: 'SEC-Create.req', peers: it.peers });
    it.run();
    it.send(hex('0a'));
    it.run();
    assert.equal(received(it.phone).at(-1), 'ec0a');
  });

  it('a wrong PIN shows at once', () => {
    const transmit = (apdu: Uint8Array) => card.transmit(apdu);
    const wim = openWim({ transmit });
    const key = wim.keys.find((it) => it.label === 'Authentication');
    const pin = key && wim.pinOf(key);
    assert(pin);
    assert.throws(
      () => cardSecretMaker({ transmit, pin, digits: '9999' }),
      (error) => error instanceof ProtocolError && /VERIFY: .*6300/.test(error.message),
    );
  });
});

describe('WTLS with X.509 certificates (WAP-261 §10.5.2, WAP-211)', () => {
  const issue = (subject: string, more = {}) =>
    issueCertificate(random, authority, {
      profile: 'server',
      subject: parseName(subject),
      publicKey: rsaKey('bank').publicKey,
      notBefore: 0,
      notAfter: Date.UTC(2030, 0, 1),
      ...more,
    });
  const serverWith = (octets: Uint8Array) =>
    pair({
      client: { trustedCertificates: [authority.certificate] },
      server: { identities: [identityOf(rsaKey('bank'), [{ format: 'X509Cert', octets }], [trust])] },
    });
  const outcome = (octets: Uint8Array) => {
    const it = serverWith(octets);
    it.run(10_000);
    it.send(hex('01'));
    it.run(1000);
    return received(it.phone);
  };

  it('[WTLS-C-192] a client verifies chain, validity and name', () => {
    assert.deepEqual(outcome(issue('CN=10.0.0.1, C=FI').octets), ['ec01']);
    assert.deepEqual(outcome(issue('CN=10.9.9.9, C=FI').octets), [
      'T-DError.ind WTLS: fatal certificate_unknown',
    ]);
    assert.deepEqual(outcome(issue('CN=10.0.0.1, C=FI', { notAfter: 5000 }).octets), [
      'T-DError.ind WTLS: fatal certificate_expired',
    ]);
    const other = createAuthority({ random, now: 0, subject: 'CN=Other, C=FI' });
    const stranger = issueCertificate(random, other, {
      profile: 'server',
      subject: 'CN=10.0.0.1',
      publicKey: rsaKey('bank').publicKey,
      notBefore: 0,
      notAfter: Date.UTC(2030, 0, 1),
    });
    assert.deepEqual(outcome(stranger.octets), ['T-DError.ind WTLS: fatal unknown_ca']);
    const forged = issue('CN=10.0.0.1, C=FI').octets.slice();
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    assert.deepEqual(outcome(forged), ['T-DError.ind WTLS: fatal bad_certificate']);
  });

  it('[WTLS-S-192] a server verifies the certificate of a client, sent as such or as a URL', () => {
    const certificate = issueCertificate(random, authority, {
      profile: 'authentication',
      subject: 'CN=Bob, C=FI',
      publicKey: rsaKey('user').publicKey,
      notBefore: 0,
      notAfter: Date.UTC(2030, 0, 1),
    });
    const url = Uint8Array.from(Buffer.from('http://ca.example/bob'));
    const run = (certificates: Identity['certificates'], trusted: boolean) => {
      const it = pair({
        client: {
          trusted: [rsaAuthority().trust],
          identities: [identityOf(rsaKey('user'), certificates, trusted ? [trust] : [rsaAuthority().trust])],
        },
        server: {
          identities: [bank()],
          ...(trusted
            ? { trustedCertificates: [authority.certificate] }
            : { trusted: [rsaAuthority().trust] }),
          certificateAt: (text) => (text === 'http://ca.example/bob' ? certificate.octets : undefined),
          policy: { clientAuthentication: 'required' },
        },
      });
      it.send(hex('01'));
      it.run();
      return received(it.phone);
    };
    const sent = [{ format: 'X509Cert', octets: certificate.octets }] as const;
    assert.deepEqual(run(sent, true), ['ec01']);
    assert.deepEqual(run([{ format: 'CertURL', url }], true), ['ec01']);
    assert.deepEqual(run(sent, false), ['T-DError.ind WTLS: fatal unknown_ca']);
  });
});
