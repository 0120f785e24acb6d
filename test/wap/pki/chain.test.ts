import assert from 'node:assert/strict';
import { generateRsaKey } from '../../../src/wap/crypto.js';
import { findChain } from '../../../src/wap/pki/chain.js';
import { createAuthority, issueCertificate, type Profile, validity } from '../../../src/wap/pki/issue.js';
import type { Certificate } from '../../../src/wap/pki/x509.js';
import { seededRandom } from '../../../src/wap/random.js';
import { hex } from '../../support/hex.js';
import { alice, authority, now, stranger } from './people.js';

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
