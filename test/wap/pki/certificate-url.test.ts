import assert from 'node:assert/strict';
import { UsageError } from '../../../src/wap/errors.js';
import { certificateUrl, isCertificateAt, readCertificateUrl } from '../../../src/wap/pki/certificate-url.js';
import { decodeName } from '../../../src/wap/pki/name.js';
import { hex } from '../../support/hex.js';
import { alice, server } from './people.js';

describe('certificate URLs (WAP-217 §7.4.1)', () => {
  // The printed example: C=US, O=Wap HTTP Searches Inc., serial number 2.
  const issuer = decodeName(
    hex('302E310B3009060355040613025553311F301D060355040A1316576170204854545020536561726368657320496E632E'),
  );
  const certificate = { ...alice.certificate, issuer, serialNumber: hex('02') };
  const printed =
    'http://www.example.org/cert?in=MC4xCzAJBgNVBAYTAlVTMR8wHQYDVQQKExZXYXAgSFRUUCBTZWFyY2hlcyBJbmMu&sn=AgEC';

  it('the printed example, there and back', () => {
    assert.equal(certificateUrl('http://www.example.org/cert', certificate), printed);
    assert.deepEqual(readCertificateUrl(printed), { issuer: issuer.octets, serial: hex('020102') });
    assert.equal(isCertificateAt(printed, certificate), true);
    assert.equal(isCertificateAt(printed, alice.certificate), false);
  });

  it('other parameters may stand around them; = and the like are escaped', () => {
    const url = certificateUrl('http://ca/x?a=b', alice.certificate);
    assert.match(url, /^http:\/\/ca\/x\?a=b&in=[A-Za-z0-9%]+&sn=[A-Za-z0-9%]+$/);
    assert.equal(isCertificateAt(url, alice.certificate), true);
    assert.equal(isCertificateAt(url, server.certificate), false);
  });

  it('URLs of other schemes name nothing', () => {
    assert.equal(readCertificateUrl('ldap://ldap.wap/cn=x?userCertificate'), undefined);
    assert.equal(readCertificateUrl('http://ca/alice'), undefined);
    assert.equal(readCertificateUrl('http://ca/?in=!&sn=AgEC'), undefined);
    assert.equal(isCertificateAt('http://ca/alice', alice.certificate), true);
    assert.throws(() => certificateUrl('ftp://ca/', alice.certificate), UsageError);
  });
});
