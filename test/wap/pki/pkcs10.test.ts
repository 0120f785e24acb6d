import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { encodeUtf8 } from '../../../src/wap/octets.js';
import { formatName } from '../../../src/wap/pki/name.js';
import {
  certificationRequestText,
  createCertificationRequest,
  decodeCertificationRequest,
  readCertificationRequestText,
  readShortLivedResponse,
  readWtlsCertificateText,
  wtlsCertificateText,
} from '../../../src/wap/pki/pkcs10.js';
import {
  encodeWtlsCertificate,
  issueWtlsCertificate,
  isWtlsSignedBy,
  textIdentifier,
} from '../../../src/wap/pki/wtls-certificate.js';
import { alice, authority, now, onCurve, server } from './people.js';

const name = textIdentifier('SecureWAP Service; WAP TrustCo.; FI');

describe("a server's certificate (WAP-217 §7.2)", () => {
  it('[WPKI-S-002] [WPKI-S-003] [WPKI-Portal-S-006] [WPKI-Portal-S-007] [WPKI-Portal-S-008] a PKCS#10 request in, a WTLS certificate out', () => {
    for (const { key } of [server, onCurve(7)]) {
      const text = certificationRequestText(createCertificationRequest('CN=wap.shop.example, O=Shop', key));
      assert.match(text, /^-----BEGIN CERTIFICATE REQUEST-----\n/);
      const octets = readCertificationRequestText(`Dear CA,\n${text}\nThanks`);
      assert.ok(octets);
      const request = decodeCertificationRequest(octets);
      assert.equal(request.proven, true);
      assert.equal(formatName(request.subject), 'CN=wap.shop.example, O=Shop');
      const subject = textIdentifier('Shop; Shop; FI; wap.shop.example');
      const period = { notBefore: now, notAfter: now + 48 * 3_600_000 };
      const { publicKey } = request;
      const issued = issueWtlsCertificate(
        { name, privateKey: authority.privateKey },
        { subject, publicKey, ...period },
      );
      const back = readWtlsCertificateText(wtlsCertificateText(issued));
      assert.deepEqual(back, issued);
      assert.equal(isWtlsSignedBy(issued, authority.privateKey.publicKey), true);
    }
    assert.equal(readCertificationRequestText('nothing'), undefined);
    assert.equal(readWtlsCertificateText('nothing'), undefined);
  });

  it('a changed request proves nothing', () => {
    const octets = createCertificationRequest('CN=Eve', alice.key);
    const at = octets.length - 1;
    octets[at] = (octets[at] ?? 0) ^ 1;
    assert.equal(decodeCertificationRequest(octets).proven, false);
  });

  it('[WPKI-S-006] short-lived ones, as fetched (§7.2.3)', () => {
    const period = { notBefore: now, notAfter: now + 1000 };
    const issuer = { name, privateKey: authority.privateKey };
    const certificate = issueWtlsCertificate(issuer, {
      subject: name,
      publicKey: server.key.publicKey,
      ...period,
    });
    const body = encodeWtlsCertificate(certificate);
    const type = 'application/vnd.wap.wtls-user-certificate';
    assert.deepEqual(readShortLivedResponse(type, body), { ok: true, certificate });
    const sorry = readShortLivedResponse('text/plain; charset=us-ascii', encodeUtf8('come back later'));
    assert.deepEqual(sorry, { ok: false, reason: 'come back later' });
    assert.equal(readShortLivedResponse('text/html', body).ok, false);
  });

  it('mutated requests give a request or a DecodeError', () => {
    const octets = createCertificationRequest('CN=x', onCurve(7).key);
    fc.assert(
      fc.property(fc.nat({ max: octets.length - 1 }), fc.nat({ max: 255 }), (at, octet) => {
        const changed = octets.slice();
        changed[at] = octet;
        try {
          decodeCertificationRequest(changed);
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
    );
  });
});
