import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { generateRsaKey } from '../../../src/wap/crypto.js';
import { DecodeError, UsageError } from '../../../src/wap/errors.js';
import { type Field, toHex } from '../../../src/wap/octets.js';
import { formatName } from '../../../src/wap/pki/name.js';
import {
  type Certificate,
  createAuthority,
  decodeCertificate,
  findChain,
  isSignedBy,
  issueCertificate,
  OID_SERVER_AUTH,
  type Profile,
  serialText,
  validity,
} from '../../../src/wap/pki/x509.js';
import { seededRandom } from '../../../src/wap/random.js';
import { hex } from '../../support/hex.js';
import { authorityCertificate, serverCertificate, userCertificate } from './annex-d.js';
import { alice, authority, now, onCurve, server, stranger } from './people.js';

const DAY = 24 * 60 * 60 * 1000;

function reasonOf(
  certificate: Certificate,
  others: readonly Certificate[],
  trusted: readonly Certificate[],
  at = now,
): string {
  const chain = findChain(certificate, others, trusted, at);
  return chain.ok ? '' : chain.reason;
}

describe('certificates printed in WAP-211 Annex D', () => {
  const user = decodeCertificate(hex(userCertificate));
  const ca = decodeCertificate(hex(authorityCertificate));
  const web = decodeCertificate(hex(serverCertificate));

  it('[Cert-Gen-C-001] [Cert-Gen-S-001] D.1: a user, version 1, named by serial number alone', () => {
    assert.equal(user.version, 1);
    assert.equal(formatName(user.subject), 'serialNumber=1001');
    assert.equal(formatName(user.issuer), 'CN=Test CA, O=ACME Inc.');
    assert.equal(serialText(user), '499602D2');
    assert.equal(user.notBefore, Date.UTC(2000, 0, 1, 11));
    assert.equal(user.notAfter, Date.UTC(2000, 10, 1, 10));
    assert.equal(user.signatureAlgorithm, '1.2.840.113549.1.1.5');
    assert.equal(user.publicKey.type, 'rsa');
    assert.equal(user.authority, false);
  });

  it('D.2: an authority', () => {
    assert.equal(ca.version, 3);
    assert.equal(ca.authority, true);
    assert.equal(isSignedBy(ca, ca.publicKey), true);
  });

  it('[Cert-SrvA-C-001] [Cert-SrvA-C-013] [Cert-Gen-S-011] D.3: a server and its extensions', () => {
    assert.deepEqual(web.keyUsage, ['digitalSignature', 'keyEncipherment']);
    assert.deepEqual(web.extKeyUsage, [OID_SERVER_AUTH]);
    assert.deepEqual(web.domainNames, ['wap.certs-r-us.us']);
    assert.equal(toHex(web.authorityKeyIdentifier ?? hex('')), '000102030405060708090a0b0c0d0e0ffedcba98');
  });

  it('[Cert-SrvA-C-005] [Cert-SrvA-C-015] [Cert-Gen-S-004] [Cert-Gen-S-013] the authority signed both: the path is found while all are valid', () => {
    const then = Date.UTC(2000, 5, 1);
    assert.deepEqual(findChain(user, [], [ca], then), { ok: true, path: [user, ca] });
    assert.deepEqual(findChain(web, [], [ca], then), { ok: true, path: [web, ca] });
    assert.match(reasonOf(user, [], [ca], Date.UTC(2001, 0, 1)), /expired 2000-11-01/);
    assert.match(reasonOf(user, [], [ca], Date.UTC(1999, 11, 31)), /not valid before 2000-01-01/);
    assert.match(reasonOf(user, [], [], then), /no certificate of CN=Test CA, O=ACME Inc\. is trusted/);
  });

  it('what was read can be shown field by field', () => {
    const record: Field[] = [];
    decodeCertificate(hex(userCertificate), record);
    const names = new Set<string>();
    const collect = (fields: readonly Field[]): void => {
      for (const { name, parts } of fields) {
        names.add(name);
        collect(parts ?? []);
      }
    };
    collect(record);
    for (const name of ['tbsCertificate', 'serialNumber', 'validity', 'notAfter', 'signatureValue']) {
      assert.ok(names.has(name), name);
    }
  });
});

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

  it('ECDSA authorities sign RSA and EC keys', () => {
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

  it('[Cert-TLS-C-001] [WPKI-C-007] authorities with RSA keys of 2048 bits', () => {
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

describe('paths (WAP-211 §6.1, RFC 2459 §6)', () => {
  const random = seededRandom(11, 'paths');

  function below(parent: typeof authority, subject: string, profile: Profile = 'authority', extra = {}) {
    const privateKey = generateRsaKey(random);
    const request = { profile, subject, publicKey: privateKey.publicKey, ...validity(now, 1), ...extra };
    return { certificate: issueCertificate(random, parent, request), privateKey };
  }

  const first = below(authority, 'CN=First');
  const second = below(first, 'CN=Second');
  const end = below(second, 'CN=End', 'signature').certificate;
  const root = authority.certificate;

  it('[Cert-Gen-S-016] two authorities between user and root', () => {
    const chain = findChain(end, [second.certificate, first.certificate], [root], now);
    assert.deepEqual(chain, { ok: true, path: [end, second.certificate, first.certificate, root] });
  });

  it('a link that is missing', () => {
    assert.match(reasonOf(end, [first.certificate], [root]), /no certificate of CN=Second is trusted/);
  });

  it('a user is no authority, whatever he signed', () => {
    const forged = below(
      { certificate: { ...alice.certificate, authority: true }, privateKey: alice.key },
      'CN=Eve',
    );
    assert.match(
      reasonOf(forged.certificate, [alice.certificate], [root]),
      /CN=Alice, O=Test, C=FI is no authority/,
    );
  });

  it('another authority of the same name did not sign', () => {
    const name = 'CN=Test root, O=Test, C=FI';
    const other = createAuthority({ random, now, subject: name });
    const issued = below(other, 'CN=Eve', 'signature').certificate;
    assert.match(reasonOf(issued, [], [root]), /is trusted/);
    const { authorityKeyIdentifier: _, ...without } = issued;
    assert.match(reasonOf(without, [], [root]), /the signature of CN=Test root, O=Test, C=FI on .* is wrong/);
  });

  it('nobody is trusted for being self-signed', () => {
    assert.match(
      reasonOf(stranger.certificate, [stranger.certificate], [root]),
      /no certificate of CN=Stranger/,
    );
  });

  it('authorities expire too', () => {
    assert.match(reasonOf(end, [second.certificate, first.certificate], [root], now + 400 * DAY), /expired/);
  });

  it('[Cert-SrvA-C-004] unknown extensions do no harm unless they are critical', () => {
    const odd = { oid: '2.999', value: hex('0500') };
    const harmless = { ...end, extensions: [...end.extensions, { ...odd, critical: false }] };
    const critical = { ...end, extensions: [...end.extensions, { ...odd, critical: true }] };
    const others = [second.certificate, first.certificate];
    assert.equal(findChain(harmless, others, [root], now).ok, true);
    assert.match(reasonOf(critical, others, [root]), /critical extension 2\.999/);
  });

  it('a limited path length', () => {
    const limited = { ...first.certificate, pathLength: 0 };
    assert.match(reasonOf(end, [second.certificate, limited], [root]), /allows 0 authorities below it/);
    assert.equal(findChain(second.certificate, [limited], [root], now).ok, true);
  });

  it('a key that may not sign certificates', () => {
    const wrong: Certificate = { ...first.certificate, keyUsage: ['digitalSignature'] };
    assert.match(reasonOf(second.certificate, [wrong], [root]), /may not sign certificates/);
  });

  it('authorities that sign each other are not followed for ever', () => {
    const names = Array.from({ length: 12 }, (_, i) => `CN=Ring ${i % 2}`);
    const key = generateRsaKey(random);
    const ring = names.map((name, i) => {
      const issuer = {
        ...first.certificate,
        subject: below(authority, `CN=Ring ${(i + 1) % 2}`).certificate.subject,
      };
      const request = {
        profile: 'authority',
        subject: name,
        publicKey: key.publicKey,
        ...validity(now, 1),
      } as const;
      return issueCertificate(
        random,
        { certificate: { ...issuer, keyHash: hex('00') }, privateKey: key },
        request,
      );
    });
    const strip = ({ authorityKeyIdentifier: _, ...rest }: Certificate): Certificate => rest;
    const [start, ...rest] = ring.map(strip);
    assert.ok(start);
    assert.match(reasonOf(start, rest, [root]), /too many|more than/);
  });
});

describe('certificates of strangers', () => {
  it('[Cert-SrvA-C-002] [Cert-Gen-S-002] long ones are read: 2000 octets and more', () => {
    const domainNames = Array.from({ length: 100 }, (_, i) => `host-${i}.wap.example.com`);
    const request = {
      profile: 'server',
      subject: 'CN=many',
      publicKey: alice.key.publicKey,
      domainNames,
      ...validity(now, 1),
    } as const;
    const issued = issueCertificate(seededRandom(8), authority, request);
    assert.ok(issued.octets.length > 2000);
    assert.deepEqual(decodeCertificate(issued.octets).domainNames, domainNames);
  });

  it('[Cert-SrvA-C-006] serial numbers of 20 octets', () => {
    const octets = hex(userCertificate);
    const serial = hex('0214 7fffffffffffffffffffffffffffffffffffffff');
    const longer = Uint8Array.of(...octets.subarray(0, 8), ...serial, ...octets.subarray(14));
    longer.set([0x01, 0xa5 + 16], 2);
    longer.set([0x01, 0x0e + 16], 6);
    assert.equal(decodeCertificate(longer).serialNumber.length, 20);
  });

  it('mutated ones give a certificate or a DecodeError', () => {
    const octets = alice.certificate.octets;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: octets.length - 1 }), fc.nat({ max: 255 })), { maxLength: 3 }),
        (changes) => {
          const changed = octets.slice();
          for (const [at, octet] of changes) changed[at] = octet;
          try {
            decodeCertificate(changed);
          } catch (error) {
            assert.ok(error instanceof DecodeError, String(error));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('shortened ones give a DecodeError', () => {
    const octets = alice.certificate.octets;
    for (let length = 0; length < octets.length; length += 7) {
      assert.throws(() => decodeCertificate(octets.subarray(0, length)), DecodeError);
    }
  });
});
