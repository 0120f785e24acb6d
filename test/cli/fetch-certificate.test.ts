/** Certificates at URLs over real HTTP: a portal publishes them, a server that is shown a URL fetches them. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { fetchCertificate } from '../../src/cli/fetch-certificate.js';
import { encodeUtf8 } from '../../src/wap/octets.js';
import { certificateUrl, publishedCertificate } from '../../src/wap/pki/index.js';
import { identityOf } from '../../src/wap/wtls/index.js';
import { aliceOnline, authority, early, earlyOnline, server as shop } from '../wap/pki/people.js';
import { bank, pair, received, rsaAuthority } from '../wap/wtls/parties.js';

describe('Certificate URLs over HTTP (WAP-217 §7.4, §7.4.1)', () => {
  const published = [shop.certificate, earlyOnline];
  let portal: Server;
  let base = '';
  before(async () => {
    portal = createServer((request, response) => {
      const found = publishedCertificate(`${base}${request.url}`, published);
      response.writeHead(found === undefined ? 404 : 200, { 'Content-Type': 'application/x-x509-user-cert' });
      response.end(found?.octets);
    });
    await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
    const address = portal.address();
    assert.ok(typeof address === 'object' && address !== null);
    base = `http://127.0.0.1:${address.port}`;
  });
  after(() => portal.close());

  it('[WPKI-Portal-S-016] [WPKI-Portal-S-017] a portal answers with the certificate that the URL names', async () => {
    for (const certificate of published) {
      const url = certificateUrl(`${base}/certs`, certificate);
      assert.deepEqual(await fetchCertificate(url), certificate.octets);
    }
    await assert.rejects(
      fetchCertificate(certificateUrl(`${base}/certs`, authority.certificate)),
      /answers 404/,
    );
  });

  it('[WPKI-S-007] [WPKI-S-008] a WTLS server that is shown a URL fetches it, and knows the client from then on', async () => {
    const url = certificateUrl(`${base}/certs`, earlyOnline);
    const fetched = new Map<string, Uint8Array>();
    const wanted = new Set<string>();
    const issuer = {
      name: { type: 'x509_name', distinguishedName: early.certificate.subject.octets },
      publicKey: early.certificate.publicKey,
    } as const;
    const connect = () => {
      const it = pair({
        client: {
          trusted: [rsaAuthority().trust],
          identities: [identityOf(aliceOnline.key, [{ format: 'CertURL', url: encodeUtf8(url) }], [issuer])],
        },
        server: {
          identities: [bank()],
          trustedCertificates: [early.certificate],
          certificateAt(text) {
            if (!fetched.has(text)) wanted.add(text);
            return fetched.get(text);
          },
          policy: { clientAuthentication: 'required' },
        },
      });
      it.send(Uint8Array.of(1));
      it.run();
      return received(it.phone).join();
    };
    assert.match(connect(), /unsupported_certificate/);
    assert.deepEqual([...wanted], [url]);
    for (const each of wanted) fetched.set(each, await fetchCertificate(each));
    assert.equal(connect(), 'ec01');
    // Another certificate at that URL is not taken for the one it names.
    fetched.set(url, shop.certificate.octets);
    assert.doesNotMatch(connect(), /ec01/);
  });
});
