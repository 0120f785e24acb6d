import assert from 'node:assert/strict';
import fc from 'fast-check';
import { generateEcKey, generateRsaKey } from '../../../src/wap/crypto.js';
import { DecodeError } from '../../../src/wap/errors.js';
import { encodeUtf8 } from '../../../src/wap/octets.js';
import {
  acceptHashedCaInfo,
  checkDigit,
  decodeHashedCaInfo,
  decodeRollover,
  decodeSignedCaInfo,
  displayHash,
  encodeHashedCaInfo,
  encodeRollover,
  encodeSignedCaInfo,
  faultInSignedCaInfo,
  followRollover,
  type HashedCaInfo,
  readDisplayHash,
  signCaInfo,
} from '../../../src/wap/pki/ca-information.js';
import type { CertificateEntry } from '../../../src/wap/pki/certificate-entry.js';
import { curveByNumber } from '../../../src/wap/pki/curves.js';
import { issueWtlsCertificate, textIdentifier } from '../../../src/wap/pki/wtls-certificate.js';
import { seededRandom } from '../../../src/wap/random.js';
import { hex } from '../../support/hex.js';
import { alice, authority, now, server, stranger } from './people.js';

const displayName = { characterSet: 106, name: encodeUtf8('Test root') };
const url = 'http://ca.example/';
const x509 = (octets: Uint8Array): CertificateEntry => ({ format: 'X509Cert', octets });
const info: HashedCaInfo = { displayName, certificate: x509(authority.certificate.octets), url };
const introducers = [authority.certificate.publicKey];

describe('trusted CA information, checked by hash (WAP-217 §7.1.3)', () => {
  it('octet by octet', () => {
    const small: HashedCaInfo = { displayName, certificate: { format: 'CertURL', url: 'x:y' }, url: 'x:' };
    const octets = hex('01 006a 09 5465737420726f6f74 04 03 783a79 02 783a 00');
    assert.deepEqual(encodeHashedCaInfo(small), octets);
    assert.deepEqual(decodeHashedCaInfo(octets), small);
    for (const [broken, rule] of [
      ['02', /version 2/],
      ['01 006a 00', /displayName is empty/],
      ['01 006a 01 41 05', /certificate_format 5/],
      ['01 006a 01 41 02 0000', /certificate is empty/],
      ['01 006a 01 41 04 00 00 01', /hash algorithm 1/],
    ] as const) {
      assert.throws(
        () => decodeHashedCaInfo(hex(broken)),
        (error: unknown) => error instanceof DecodeError && rule.test(error.rule),
      );
    }
  });

  it('check digits: the printed examples', () => {
    assert.equal(checkDigit('39871'), 9);
    assert.equal(checkDigit('32678'), 5);
    assert.deepEqual(readDisplayHash('398719 398719 398719 398719 398719'), {
      ok: true,
      bits: hex('9bbf9bbf9bbf9bbf9bbf'),
    });
  });

  it('mistyped digits are noticed group by group, before the information has come', () => {
    assert.deepEqual(readDisplayHash('398719 398719 398718 398719 398719'), { ok: false, group: 2 });
    assert.deepEqual(readDisplayHash('699991'.repeat(5)), { ok: false, group: 0 });
    assert.deepEqual(readDisplayHash('39871'), { ok: false, group: -1 });
  });

  it('[WPKI-C-004] [WPKI-Portal-S-003] accepted when the 80 bits typed are those of what came, and it signed itself', () => {
    const octets = encodeHashedCaInfo(info);
    const digits = displayHash(octets);
    assert.match(digits, /^(\d{6} ){4}\d{6}$/);
    assert.equal(acceptHashedCaInfo(octets, digits), undefined);
    assert.match(acceptHashedCaInfo(octets, displayHash(hex('00'))) ?? '', /something else/);
    assert.match(acceptHashedCaInfo(octets, `1${digits.slice(1)}`) ?? '', /group 1|something else/);
    assert.match(acceptHashedCaInfo(octets, '1') ?? '', /30 digits/);
    const forged = encodeHashedCaInfo({ ...info, certificate: x509(alice.certificate.octets) });
    assert.match(acceptHashedCaInfo(forged, displayHash(forged)) ?? '', /did not sign itself/);
    const elsewhere = encodeHashedCaInfo({ ...info, certificate: { format: 'CertURL', url } });
    assert.match(acceptHashedCaInfo(elsewhere, displayHash(elsewhere)) ?? '', /did not sign itself/);
  });

  it('any WTLS certificate that signed itself will do', () => {
    const name = textIdentifier('SecureWAP Service; WAP TrustCo.; FI');
    const { privateKey } = stranger;
    const period = { notBefore: now, notAfter: now + 1000 };
    const certificate = issueWtlsCertificate(
      { name, privateKey },
      { subject: name, publicKey: privateKey.publicKey, ...period },
    );
    const octets = encodeHashedCaInfo({ ...info, certificate: { format: 'WTLSCert', certificate } });
    assert.equal(acceptHashedCaInfo(octets, displayHash(octets)), undefined);
  });
});

describe('trusted CA information, signed (WAP-217 §7.1.4)', () => {
  const newRoot: HashedCaInfo = { ...info, certificate: x509(stranger.certificate.octets) };

  it('[WPKI-C-005] [WPKI-Portal-S-004] believed when an introducer signed it, or whom it certified', () => {
    const byRoot = signCaInfo(newRoot, x509(authority.certificate.octets), authority.privateKey);
    assert.deepEqual(decodeSignedCaInfo(encodeSignedCaInfo(byRoot)), byRoot);
    assert.equal(faultInSignedCaInfo(byRoot, introducers), undefined);
    const byServer = signCaInfo(newRoot, x509(server.certificate.octets), server.key);
    assert.equal(faultInSignedCaInfo(byServer, introducers), undefined);
  });

  it('ECDSA too', () => {
    const curve = curveByNumber(7);
    assert.ok(curve);
    const privateKey = generateEcKey(seededRandom(1), curve);
    const name = textIdentifier('x');
    const period = { notBefore: now, notAfter: now + 1000 };
    const certificate = issueWtlsCertificate(
      { name, privateKey },
      { subject: name, publicKey: privateKey.publicKey, ...period },
    );
    const signed = signCaInfo(newRoot, { format: 'WTLSCert', certificate }, privateKey);
    assert.equal(faultInSignedCaInfo(signed, [privateKey.publicKey]), undefined);
  });

  it('not believed: another signer, a changed name, a certificate that did not sign itself', () => {
    const signed = signCaInfo(newRoot, x509(authority.certificate.octets), authority.privateKey);
    assert.match(faultInSignedCaInfo(signed, [server.key.publicKey]) ?? '', /may not introduce/);
    assert.match(
      faultInSignedCaInfo({ ...signed, url: 'http://evil/' }, introducers) ?? '',
      /signature is wrong/,
    );
    const bad = signCaInfo(
      { ...info, certificate: x509(alice.certificate.octets) },
      signed.signerCertificate,
      authority.privateKey,
    );
    assert.match(faultInSignedCaInfo(bad, introducers) ?? '', /did not sign itself/);
    const nobody = { ...signed, signerCertificate: { format: 'CertURL', url } } as const;
    assert.match(faultInSignedCaInfo(nobody, introducers) ?? '', /no usable certificate/);
  });

  it('[WPKI-C-006] [WPKI-Portal-S-005] a roll-over through two new roots (§7.1.5)', () => {
    const random = seededRandom(3);
    const own = (key: ReturnType<typeof generateRsaKey>) => {
      const name = textIdentifier('root');
      const period = { notBefore: now, notAfter: now + 1000 };
      const certificate = issueWtlsCertificate(
        { name, privateKey: key },
        { subject: name, publicKey: key.publicKey, ...period },
      );
      return { format: 'WTLSCert', certificate } as const;
    };
    const [second, third] = [generateRsaKey(random, 768), generateRsaKey(random, 768)];
    const blocks = [
      signCaInfo(
        { ...info, certificate: own(second) },
        x509(authority.certificate.octets),
        authority.privateKey,
      ),
      signCaInfo({ ...info, certificate: own(third) }, own(second), second),
    ];
    assert.deepEqual(decodeRollover(encodeRollover(blocks)), blocks);
    const root = authority.certificate.publicKey;
    assert.deepEqual(followRollover(blocks, root), { ok: true, root: own(third) });
    assert.equal(followRollover(blocks.slice(1), root).ok, false);
    assert.equal(followRollover([], root).ok, false);
  });

  it('mutated octets give a value or a DecodeError', () => {
    const octets = encodeSignedCaInfo(
      signCaInfo(newRoot, x509(authority.certificate.octets), authority.privateKey),
    );
    fc.assert(
      fc.property(fc.nat({ max: octets.length - 1 }), fc.nat({ max: 255 }), (at, octet) => {
        const changed = octets.slice();
        changed[at] = octet;
        try {
          faultInSignedCaInfo(decodeSignedCaInfo(changed), introducers);
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
      { numRuns: 100 },
    );
  });
});
