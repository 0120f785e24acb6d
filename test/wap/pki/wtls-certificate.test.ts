import assert from 'node:assert/strict';
import fc from 'fast-check';
import { generateEcKey, sha1 } from '../../../src/wap/crypto.js';
import { DecodeError, UsageError } from '../../../src/wap/errors.js';
import { encodeUtf8 } from '../../../src/wap/octets.js';
import { curveByNumber } from '../../../src/wap/pki/curves.js';
import { keyHash } from '../../../src/wap/pki/keys.js';
import {
  decodeWtlsCertificate,
  encodeToBeSigned,
  encodeWtlsCertificate,
  formatIdentifier,
  type Identifier,
  issueWtlsCertificate,
  isWtlsSignedBy,
  nameFields,
  publicKeyOf,
  textIdentifier,
  verifyWtlsChain,
  type WtlsCertificate,
} from '../../../src/wap/pki/wtls-certificate.js';
import { seededRandom } from '../../../src/wap/random.js';
import { hex } from '../../support/hex.js';
import { alice, authority, now, server } from './people.js';

const curve = curveByNumber(7);
assert.ok(curve);
const ecKey = generateEcKey(seededRandom(7, 'wtls'), curve);
const ecRoot = generateEcKey(seededRandom(8, 'wtls'), curve);

const rootName = textIdentifier('SecureWAP Service; WAP TrustCo.; FI');
const root = { name: rootName, privateKey: authority.privateKey };
const period = { notBefore: now, notAfter: now + 86_400_000 };

describe('WTLS certificates (WAP-261 §10.5.2)', () => {
  it('octet by octet, RSA', () => {
    const octets = hex(`01 02
      01 006a 02 4341
      3b2ff6c0 3b314840
      fe 000102030405060708090a0b0c0d0e0f10111213
      02 00 0001 03 0002 c0ff
      0003 010203`);
    const value: WtlsCertificate = {
      version: 1,
      signatureAlgorithm: 'rsa_sha',
      issuer: { type: 'text', characterSet: 106, name: encodeUtf8('CA') },
      notBefore: 0x3b2ff6c0 * 1000,
      notAfter: 0x3b314840 * 1000,
      subject: { type: 'key_hash_sha', keyHash: hex('000102030405060708090a0b0c0d0e0f10111213') },
      parameters: { index: 0 },
      publicKey: { type: 'rsa', exponent: hex('03'), modulus: hex('c0ff') },
      signature: hex('010203'),
    };
    assert.deepEqual(decodeWtlsCertificate(octets), value);
    assert.deepEqual(encodeWtlsCertificate(value), octets);
  });

  it('octet by octet, ECDH on curve 7, not signed', () => {
    const octets = hex('01 00 00 00000000 ffffffff 02 01 aa 03 07 02 0201');
    const value: WtlsCertificate = {
      version: 1,
      signatureAlgorithm: 'anonymous',
      issuer: { type: 'null' },
      notBefore: 0,
      notAfter: 0xffffffff * 1000,
      subject: { type: 'binary', identifier: hex('aa') },
      parameters: { index: 7 },
      publicKey: { type: 'ecdh', point: hex('0201') },
    };
    assert.deepEqual(decodeWtlsCertificate(octets), value);
    assert.deepEqual(encodeWtlsCertificate(value), octets);
    assert.equal(publicKeyOf(value), undefined);
  });

  it('explicit parameters are kept', () => {
    const octets = hex('01 00 00 00000000 00000000 00 04 ff 0003 010203 02 0201');
    const value = decodeWtlsCertificate(octets);
    assert.deepEqual(value.parameters, { index: 255, explicit: hex('010203') });
    assert.deepEqual(encodeWtlsCertificate(value), octets);
  });

  it('broken rules are named', () => {
    for (const [octets, rule] of [
      ['02', /version 2/],
      ['01 03', /signature_algorithm 3/],
      ['01 00 03', /identifier_type 3/],
      ['01 00 01 006a 00', /name is empty/],
      ['01 00 00 00000000 00000000 00 01', /public_key_type 1/],
      ['01 00 00 00000000 00000000 00 02 00 0000', /rsa_exponent is empty/],
    ] as const) {
      assert.throws(
        () => decodeWtlsCertificate(hex(octets)),
        (error: unknown) => error instanceof DecodeError && rule.test(error.rule),
      );
    }
  });

  it('issued ones carry a signature over the bare hash (§11.1.1), and come back', () => {
    for (const issuer of [root, { name: rootName, privateKey: ecRoot }]) {
      for (const publicKey of [server.key.publicKey, ecKey.publicKey]) {
        const certificate = issueWtlsCertificate(issuer, {
          subject: textIdentifier('s; o; FI'),
          publicKey,
          ...period,
        });
        assert.deepEqual(decodeWtlsCertificate(encodeWtlsCertificate(certificate)), certificate);
        assert.equal(isWtlsSignedBy(certificate, issuer.privateKey.publicKey), true);
        assert.equal(isWtlsSignedBy(certificate, alice.key.publicKey), false);
        assert.deepEqual(keyHash(publicKeyOf(certificate) ?? alice.key.publicKey), keyHash(publicKey));
        const later = { ...certificate, notAfter: certificate.notAfter + 1000 };
        assert.equal(isWtlsSignedBy(later, issuer.privateKey.publicKey), false);
      }
    }
    assert.equal(
      sha1(
        encodeToBeSigned(decodeWtlsCertificate(hex('01 00 00 00000000 00000000 00 02 00 0001 03 0001 05'))),
      ).length,
      20,
    );
  });

  it('names have fields; a doubled semicolon is one', () => {
    assert.deepEqual(nameFields('SecureWAP Service; WAP TrustCo.; FI; ; T=ca'), [
      'SecureWAP Service',
      'WAP TrustCo.',
      'FI',
      '',
      'T=ca',
    ]);
    assert.deepEqual(nameFields('a;;b; c'), ['a;b', 'c']);
    const { octets } = authority.certificate.subject;
    assert.equal(
      formatIdentifier({ type: 'x509_name', distinguishedName: octets }),
      'CN=Test root, O=Test, C=FI',
    );
    assert.equal(formatIdentifier({ type: 'x509_name', distinguishedName: hex('00') }), '#00');
    assert.equal(formatIdentifier({ type: 'binary', identifier: hex('0a') }), '#0a');
    assert.throws(() => textIdentifier(''), UsageError);
    assert.throws(() => textIdentifier('x'.repeat(256)), UsageError);
  });

  it('mutated ones give a certificate or a DecodeError; what decodes encodes back', () => {
    const octets = encodeWtlsCertificate(
      issueWtlsCertificate(root, {
        subject: textIdentifier('s; o; FI'),
        publicKey: ecKey.publicKey,
        ...period,
      }),
    );
    fc.assert(
      fc.property(fc.nat({ max: octets.length - 1 }), fc.nat({ max: 255 }), (at, octet) => {
        const changed = octets.slice();
        changed[at] = octet;
        try {
          const certificate = decodeWtlsCertificate(changed);
          assert.deepEqual(encodeWtlsCertificate(certificate), changed);
          publicKeyOf(certificate);
          formatIdentifier(certificate.subject);
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('chains of WTLS certificates (WAP-261 §10.5.2, WAP-211 §6.6)', () => {
  const middleKey = server.key;
  const issueTo = (subject: Identifier, key: typeof server.key, by = root) =>
    issueWtlsCertificate(by, { subject, publicKey: key.publicKey, ...period });
  const middleName = textIdentifier('Middle; WAP TrustCo.; FI; ; T=ca');
  const middle = issueTo(middleName, middleKey);
  const leaf = issueTo(textIdentifier('shop; Shop; FI'), alice.key, {
    name: middleName,
    privateKey: middleKey,
  });
  const trusted = [{ name: rootName, publicKey: authority.privateKey.publicKey }];

  function reason(list: readonly WtlsCertificate[], at = now): string {
    const chain = verifyWtlsChain(list, trusted, at);
    return chain.ok ? '' : chain.reason;
  }

  it("the sender's first, each certified by the next, the root left out", () => {
    const chain = verifyWtlsChain([leaf, middle], trusted, now);
    assert.deepEqual(chain, { ok: true, trust: trusted[0] });
  });

  it('issuers are found by the hash of their key, too', () => {
    const hash = { type: 'key_hash_sha', keyHash: authority.certificate.keyHash } as const;
    const certificate = issueTo(textIdentifier('x'), alice.key, { ...root, name: hash });
    assert.equal(verifyWtlsChain([certificate], trusted, now).ok, true);
  });

  it('an authority below the root needs T=ca in its name', () => {
    const name = textIdentifier('Middle; WAP TrustCo.; FI');
    const wrong = issueTo(name, middleKey);
    const end = issueTo(textIdentifier('shop'), alice.key, { name, privateKey: middleKey });
    assert.match(reason([end, wrong]), /has not the name of an authority/);
  });

  it('what breaks a chain', () => {
    assert.match(reason([]), /no certificate/);
    assert.match(reason([leaf]), /no authority of the chain is trusted/);
    assert.match(reason([leaf, leaf]), /was not issued by the one behind it/);
    assert.match(reason([leaf, middle], now - 1000), /not valid yet/);
    assert.match(reason([leaf, middle], now + 2 * 86_400_000), /expired/);
    assert.match(
      reason([{ ...leaf, signature: hex('00') }, middle]),
      /signature on the certificate of shop; Shop; FI is wrong/,
    );
    assert.match(
      reason([leaf, { ...middle, signature: hex('00') }]),
      /signature on the certificate of Middle/,
    );
    assert.match(reason(Array.from({ length: 9 }, () => leaf)), /more than 8/);
    const anonymous: WtlsCertificate = { ...leaf, issuer: { type: 'null' } };
    assert.match(reason([anonymous, middle]), /was not issued by the one behind it/);
  });
});
