import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { toHex } from '../../../src/wap/octets.js';
import { decodeOdf, encodeOdf, OID } from '../../../src/wap/wim/pkcs15.js';
import {
  type CertificateObject,
  decodeCertificateObjects,
  decodeDataObjects,
  decodePinObjects,
  decodePrivateKeyObjects,
  encodeCertificateObject,
  encodeDataObject,
  encodePinObject,
  encodePrivateKeyObject,
  type PinObject,
  type PrivateKeyObject,
} from '../../../src/wap/wim/pkcs15-objects.js';
import {
  decodeTokenInfo,
  decodeUnusedSpaces,
  encodeTokenInfo,
  encodeUnusedSpace,
  type TokenInfo,
} from '../../../src/wap/wim/token-info.js';
import { describeWithFixtures } from '../../support/fixtures.js';
import { hex } from '../../support/hex.js';

const id = hex('563613d3a487250b83aa1adc3a9a67e428c1d7de');

const key: PrivateKeyObject = {
  algorithm: 'rsa',
  label: 'NR key 1',
  private: true,
  modifiable: false,
  authId: 6,
  id,
  usage: ['nonRepudiation'],
  keyReference: 5,
  path: { path: hex('5281') },
  modulusLength: 1024,
  algorithmReference: 0x55,
};

const pin: PinObject = {
  label: 'PIN 1',
  authId: 2,
  flags: ['changeDisabled', 'initialized', 'needsPadding'],
  minLength: 4,
  storedLength: 8,
  padChar: 0xff,
  pinReference: 0x0b,
  path: { path: hex('5300') },
};

const certificate: CertificateObject = {
  format: 'x509',
  label: 'Alice',
  private: false,
  modifiable: true,
  authId: 2,
  id,
  authority: false,
  issuerId: new Uint8Array(20).fill(1),
  value: { path: hex('5206'), index: 0, length: 0x0250 },
};

const tokenInfo: TokenInfo = {
  serialNumber: hex('159752222515401240'),
  manufacturer: 'maker',
  label: 'WIM 1.0 maker',
  environments: [{ number: 0x44, owner: OID.genericRsa }],
  algorithms: [
    { reference: 0x55, algorithm: 1, operations: ['computeSignature', 'decipher'] },
    { reference: 2, algorithm: 0x1041, curve: '1.3.132.0.8', operations: ['computeSignature'] },
  ],
};

describe('directory files (PKCS#15 §6, WAP-260 §9.4)', () => {
  it('a private key, as an independent card has it but for its access flags', () => {
    assert.equal(
      toHex(encodePrivateKeyObject(key)),
      toHex(
        hex(`30 60
          30 29 0c20 4e52206b65792031 202020202020202020202020202020202020202020202020 0302 0780 0401 06
          30 22 0414 563613d3a487250b83aa1adc3a9a67e428c1d7de 0303 06 0040 0302 04 b0 0201 05
          a1 0f 300d 3004 0402 5281 0202 0400 0201 55`),
      ),
    );
    assert.deepEqual(decodePrivateKeyObjects(encodePrivateKeyObject(key)), [key]);
  });

  it('a key on a curve', () => {
    const { modulusLength: _, ...rest } = key;
    const ec: PrivateKeyObject = { ...rest, algorithm: 'ec', usage: ['sign', 'derive'] };
    const octets = encodePrivateKeyObject(ec);
    assert.equal(octets[0], 0xa0);
    assert.deepEqual(decodePrivateKeyObjects(octets), [ec]);
  });

  it('a PIN: P2 and format (§12.1.4.1)', () => {
    assert.equal(
      toHex(encodePinObject(pin)),
      '304a30260c2050494e2031202020202020202020202020202020202020202020202020202020030207803003040102a11b30190302022c0a010102010402010880010b0401ff300404025300',
    );
    assert.deepEqual(decodePinObjects(encodePinObject(pin)), [pin]);
  });

  it('certificates: in a file, at a URL, of an authority, of WTLS', () => {
    const all: readonly CertificateObject[] = [
      certificate,
      { ...certificate, value: { url: 'http://ca.example/alice' } },
      { ...certificate, authority: true },
      { ...certificate, format: 'wtls' },
    ];
    for (const object of all)
      assert.deepEqual(decodeCertificateObjects(encodeCertificateObject(object)), [object]);
  });

  it('the directory of directories, data objects, unused space, token information', () => {
    const entries = [
      { type: 'privateKeys', path: { path: hex('5200') } },
      { type: 'authObjects', path: { path: hex('3f0050155204') } },
    ] as const;
    assert.equal(toHex(encodeOdf(entries)), 'a006300404025200a80a300804063f0050155204');
    assert.deepEqual(decodeOdf(encodeOdf(entries)), entries);
    const object = {
      label: '',
      private: false,
      modifiable: true,
      authId: 2,
      oid: OID.peers,
      path: { path: hex('520a'), index: 0, length: 220 },
    };
    assert.deepEqual(decodeDataObjects(encodeDataObject(object)), [object]);
    const space = { path: { path: hex('5206'), index: 0, length: 4096 }, authId: 2 };
    assert.equal(toHex(encodeUnusedSpace(space)), '3011300c04025206020200008002100004 0102'.replace(' ', ''));
    assert.deepEqual(decodeUnusedSpaces(encodeUnusedSpace(space)), [space]);
    assert.deepEqual(decodeTokenInfo(encodeTokenInfo(tokenInfo)), tokenInfo);
  });

  it('padding between records, and erased ones, are passed over (§9.1)', () => {
    const record = toHex(encodePinObject(pin));
    const erased = `00${record.slice(2)}`;
    assert.deepEqual(decodePinObjects(hex(`ffff${erased}ff${record}ffffff`)), [pin]);
    assert.deepEqual(decodePinObjects(hex(`${record}00000000`)), [pin]);
    assert.deepEqual(decodePinObjects(hex(`${record}000000`)), [pin]);
  });

  it('labels are cut between characters', () => {
    const [read] = decodePinObjects(encodePinObject({ ...pin, label: `${'x'.repeat(31)}é` }));
    assert.equal(read?.label, 'x'.repeat(31));
  });

  it('mutated files give records or a DecodeError', () => {
    const files = [
      [encodeOdf([{ type: 'privateKeys', path: { path: hex('5200') } }]), decodeOdf],
      [encodePrivateKeyObject(key), decodePrivateKeyObjects],
      [encodePinObject(pin), decodePinObjects],
      [encodeCertificateObject(certificate), decodeCertificateObjects],
      [encodeTokenInfo(tokenInfo), decodeTokenInfo],
    ] as const;
    fc.assert(
      fc.property(fc.nat({ max: 100 }), fc.nat({ max: 255 }), (at, octet) => {
        for (const [octets, decode] of files) {
          const changed = octets.slice();
          changed[at % changed.length] = octet;
          try {
            decode(changed);
          } catch (error) {
            assert.ok(error instanceof DecodeError, String(error));
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

describeWithFixtures('directory files of an independent card', 'wim', (folder) => {
  const { files } = JSON.parse(readFileSync(`${folder}/satsa-filesystem.json`, 'utf8'));
  const file = (name: string): Uint8Array =>
    hex(files.find((it: { name: string }) => it.name === name)?.hex ?? '');

  it('its keys and PINs', () => {
    const keys = decodePrivateKeyObjects(file('EF(PrKDF)'));
    assert.deepEqual(
      keys.map(({ label, usage, keyReference, path }) => [
        label,
        usage.join(),
        keyReference,
        toHex(path.path),
      ]),
      [
        ['NR key 1', 'nonRepudiation', 5, '5281'],
        ['NR key 2', 'nonRepudiation', 7, '5282'],
        ['Authentication key 1', 'sign', 8, '5283'],
        ['Authentication key 2', 'sign', 0x14, '5284'],
      ],
    );
    assert.deepEqual(
      decodePinObjects(file('EF(AODF)')).map(({ authId, pinReference }) => [authId, pinReference]),
      [
        [2, 0x0b],
        [6, 0x16],
        [7, 0x21],
      ],
    );
  });

  it('its authority, its directory, its environments', () => {
    const [authority] = decodeCertificateObjects(file('EF(CDF) trusted'));
    assert.equal(authority?.label, 'CA CERTIFICATE');
    assert.equal(authority?.authority, true);
    assert.deepEqual(decodeCertificateObjects(file('EF(CDF) useful')), []);
    assert.deepEqual(
      decodeOdf(file('EF(ODF)')).map(({ type }) => type),
      [
        'privateKeys',
        'publicKeys',
        'trustedCertificates',
        'usefulCertificates',
        'certificates',
        'authObjects',
      ],
    );
    const info = decodeTokenInfo(file('EF(TokenInfo)'));
    assert.deepEqual(info.environments, [{ number: 0x44, owner: OID.genericRsa }]);
    assert.match(info.label, /^WIM 1\.0/);
    assert.equal(decodeUnusedSpaces(file('EF(UnusedSpace)')).length, 1);
  });
});
