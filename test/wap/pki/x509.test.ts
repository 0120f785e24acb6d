import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { type Field, toHex } from '../../../src/wap/octets.js';
import { findChain } from '../../../src/wap/pki/chain.js';
import { issueCertificate, validity } from '../../../src/wap/pki/issue.js';
import { formatName } from '../../../src/wap/pki/name.js';
import {
  type Certificate,
  decodeCertificate,
  isSignedBy,
  OID_SERVER_AUTH,
  serialText,
} from '../../../src/wap/pki/x509.js';
import { seededRandom } from '../../../src/wap/random.js';
import { hex } from '../../support/hex.js';
import { authorityCertificate, serverCertificate, userCertificate } from './annex-d.js';
import { alice, authority, now } from './people.js';

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
