import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { UsageError } from '../../../src/wap/errors.js';
import { findChain } from '../../../src/wap/pki/chain.js';
import { createAuthority, issueCertificate, validity } from '../../../src/wap/pki/issue.js';
import { formatName } from '../../../src/wap/pki/name.js';
import { isSignedBy, OID_SERVER_AUTH } from '../../../src/wap/pki/x509.js';
import { seededRandom } from '../../../src/wap/random.js';
import { alice, authority, now, onCurve, server } from './people.js';

describe('issuing (WAP-211 §6)', () => {
  it('an authority: self-signed, keyCertSign, critical basicConstraints, version 3', () => {
    const { certificate } = authority;
    assert.equal(certificate.version, 3);
    assert.equal(formatName(certificate.issuer), formatName(certificate.subject));
    assert.deepEqual(certificate.keyUsage, ['keyCertSign', 'cRLSign']);
    assert.equal(certificate.authority, true);
    const constraints = certificate.extensions.find(({ oid }) => oid === '2.5.29.19');
    assert.equal(constraints?.critical, true);
    assert.equal(isSignedBy(certificate, certificate.publicKey), true);
  });

  it('a key for signatures: nonRepudiation only, key usage critical (§6.3)', () => {
    assert.deepEqual(alice.certificate.keyUsage, ['nonRepudiation']);
    assert.equal(alice.certificate.authority, false);
    assert.equal(alice.certificate.extensions.find(({ oid }) => oid === '2.5.29.15')?.critical, true);
    assert.equal(
      alice.certificate.extensions.some(({ oid }) => oid === '2.5.29.19'),
      false,
    );
  });

  it('a server: id-kp-serverAuth (§6.4.7)', () => {
    assert.deepEqual(server.certificate.extKeyUsage, [OID_SERVER_AUTH]);
    assert.deepEqual(server.certificate.keyUsage, ['digitalSignature', 'keyEncipherment']);
  });

  it('serial numbers of 8 octets at most, 63 bits (§6.2.1)', () => {
    for (const { serialNumber } of [authority.certificate, alice.certificate, server.certificate]) {
      assert.equal(serialNumber.length, 8);
      assert.ok((serialNumber[0] ?? 0xff) < 0x80);
    }
  });

  it('[Cert-Gen-C-002] a user certificate stays below 700 octets', () => {
    assert.ok(alice.certificate.octets.length < 700);
  });

  it('key identifiers are the hashes by which the card knows keys (§6.2.6)', () => {
    assert.deepEqual(alice.certificate.subjectKeyIdentifier, alice.certificate.keyHash);
    assert.deepEqual(alice.certificate.authorityKeyIdentifier, authority.certificate.keyHash);
  });

  it('node reads and verifies what was issued', () => {
    const [user, root] = [alice.certificate, authority.certificate].map(
      ({ octets }) => new X509Certificate(octets),
    );
    assert.ok(user && root);
    assert.equal(user.checkIssued(root), true);
    assert.equal(user.verify(root.publicKey), true);
    assert.equal(root.ca, true);
  });

  it('[WPKI-C-009] ECDSA authorities sign RSA and EC keys', () => {
    const ec = createAuthority({ random: seededRandom(5), now, subject: 'CN=EC root', key: { curve: 7 } });
    const request = { profile: 'signature', subject: 'CN=x', ...validity(now, 1) } as const;
    const issued = issueCertificate(seededRandom(6), ec, { ...request, publicKey: alice.key.publicKey });
    assert.deepEqual(findChain(issued, [], [ec.certificate], now), {
      ok: true,
      path: [issued, ec.certificate],
    });
    const theirs = new X509Certificate(issued.octets);
    assert.equal(theirs.verify(new X509Certificate(ec.certificate.octets).publicKey), true);
    assert.equal(onCurve(7).certificate.publicKey.type, 'ec');
  });

  it('[Cert-SrvA-C-016] [Cert-Gen-S-014] [Cert-TLS-C-001] [WPKI-C-007] [WPKI-C-008] authorities with RSA keys of 2048 bits', () => {
    const large = createAuthority({
      random: seededRandom(9),
      now,
      subject: 'CN=Large',
      key: { rsaBits: 2048 },
    });
    const request = {
      profile: 'server',
      subject: 'CN=x',
      publicKey: alice.key.publicKey,
      ...validity(now, 1),
    } as const;
    const issued = issueCertificate(seededRandom(6), large, request);
    assert.equal(issued.signature.length, 256);
    assert.equal(findChain(issued, [], [large.certificate], now).ok, true);
  });

  it('[Cert-SrvA-C-017] [Cert-Gen-S-015] authorities with keys on every curve from 160 to 233 bits', () => {
    for (const number of [3, 5, 7, 9, 10, 11, 12]) {
      const root = createAuthority({
        random: seededRandom(number),
        now,
        subject: `CN=Curve ${number}`,
        key: { curve: number },
      });
      const request = {
        profile: 'server',
        subject: 'CN=x',
        publicKey: alice.key.publicKey,
        ...validity(now, 1),
      } as const;
      const issued = issueCertificate(seededRandom(6), root, request);
      assert.equal(findChain(issued, [], [root.certificate], now).ok, true, `curve ${number}`);
      const forged = {
        ...issued,
        signature: issued.signature.map((octet, at) => (at === 20 ? octet ^ 1 : octet)),
      };
      assert.equal(findChain(forged, [], [root.certificate], now).ok, false, `curve ${number}`);
    }
  });

  it('years from 2050 on are written in full', () => {
    const request = { profile: 'signature', subject: 'CN=x', publicKey: alice.key.publicKey } as const;
    const period = { notBefore: now, notAfter: Date.UTC(2060, 0, 1) };
    const issued = issueCertificate(seededRandom(7), authority, { ...request, ...period });
    assert.equal(issued.notAfter, Date.UTC(2060, 0, 1));
    assert.equal(new X509Certificate(issued.octets).validTo, 'Jan  1 00:00:00 2060 GMT');
  });

  it('only authorities issue', () => {
    const request = {
      profile: 'signature',
      subject: 'CN=x',
      publicKey: alice.key.publicKey,
      ...validity(now, 1),
    } as const;
    const user = { certificate: alice.certificate, privateKey: alice.key };
    assert.throws(() => issueCertificate(seededRandom(1), user, request), UsageError);
  });
});
