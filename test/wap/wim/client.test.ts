import assert from 'node:assert/strict';
import { ecdsaVerifySha1, generateEcKey, rsaEncrypt, rsaVerifyBlock, sha1 } from '../../../src/wap/crypto.js';
import { ProtocolError, UsageError } from '../../../src/wap/errors.js';
import { encodeUtf8, toHex } from '../../../src/wap/octets.js';
import { curveByNumber } from '../../../src/wap/pki/curves.js';
import { decodeCertificate } from '../../../src/wap/pki/x509.js';
import { seededRandom } from '../../../src/wap/random.js';
import { decodeCommand, describeCommand } from '../../../src/wap/wim/apdu.js';
import { Card } from '../../../src/wap/wim/card.js';
import { certificatesOf, openWim, type Wim } from '../../../src/wap/wim/client.js';
import { type CardKey, createCard, personaliseCard } from '../../../src/wap/wim/personalise.js';
import { hex } from '../../support/hex.js';
import { alice, aliceOnline, authority, now, server, stranger } from '../pki/people.js';
import { newCard, pins, usualKeys } from './cards.js';

function open(card: Card = newCard()): Wim {
  return openWim({ transmit: (apdu) => card.transmit(apdu) });
}

function partsOf(wim: Wim) {
  const [signing, online] = wim.keys;
  assert.ok(signing && online);
  const [pinNr, pinG] = [wim.pinOf(signing), wim.pinOf(online)];
  assert.ok(pinNr && pinG);
  return { signing, online, pinNr, pinG };
}

describe('reading a card (WAP-260 §11.4.1 to §11.4.3)', () => {
  it('[WIM-C-101] [WIM-C-103] [WIM-C-104] [WIM-C-110] [WIM-C-111] [WIM-C-116] [WIM-C-120] opens a channel, selects the application, reads the files', () => {
    const card = newCard();
    const said: string[] = [];
    const observe = ({ command }: { command: Uint8Array }) =>
      said.push(describeCommand(decodeCommand(command)));
    openWim({ transmit: (apdu) => card.transmit(apdu), observe });
    assert.deepEqual(said.slice(0, 5), [
      'MANAGE CHANNEL 00 00 Le=1 channel 0',
      'SELECT 04 00 Lc=12 channel 1',
      'SELECT 00 00 Lc=2 Le=256 channel 1',
      'GET RESPONSE 00 00 Le=6 channel 1',
      said[4],
    ]);
    assert.match(said[4] ?? '', /^READ BINARY 00 00 Le=\d+ channel 1$/);
  });

  it('[WIM-ICC-004] [WIM-ICC-005] [WIM-C-004] [WIM-C-005] EF(ODF) and EF(TokenInfo)', () => {
    const { tokenInfo } = open();
    assert.match(tokenInfo.label, /^WIM 1\.0 /);
    assert.deepEqual(
      tokenInfo.environments.map(({ owner }) => owner),
      ['2.23.43.1.1.1', '2.23.43.1.1.2', '2.23.43.1.1.3', '2.23.43.1.1.4'],
    );
    assert.equal(tokenInfo.serialNumber[0], 0x89);
  });

  it('[WIM-ICC-006] [WIM-ICC-013] [WIM-C-006] keys: label, key hash, usage, PIN', () => {
    const { keys } = open();
    assert.deepEqual(
      keys.map(({ label, usage, id, modulusLength }) => [label, usage.join(), toHex(id), modulusLength]),
      [
        ['Signature', 'nonRepudiation', toHex(alice.certificate.keyHash), 1024],
        ['Authentication', 'decrypt,sign', toHex(aliceOnline.certificate.keyHash), 1024],
      ],
    );
  });

  it('[WIM-ICC-010] [WIM-ICC-040] [WIM-C-010] PINs: PIN-G first, each non-repudiation key with its own', () => {
    const wim = open();
    const { pinNr, pinG } = partsOf(wim);
    assert.equal(wim.pins[0], pinG);
    assert.deepEqual(
      wim.pins.map(({ label, minLength, storedLength, padChar }) => [
        label,
        minLength,
        storedLength,
        padChar,
      ]),
      [
        ['PIN-G', 4, 8, 0xff],
        ['PIN Signature', 4, 8, 0xff],
      ],
    );
    assert.notEqual(pinNr.pinReference, pinG.pinReference);
  });

  it("[WIM-ICC-008] [WIM-ICC-015] [WIM-C-008] [WIM-C-015] the user's certificates, with the hash of the issuer's key", () => {
    const wim = open();
    const { signing } = partsOf(wim);
    const [certificate] = certificatesOf(wim, signing);
    assert.ok(certificate);
    assert.deepEqual(wim.readCertificate(certificate), alice.certificate.octets);
    assert.deepEqual(certificate.issuerId, authority.certificate.keyHash);
  });

  it('[WIM-ICC-009] [WIM-C-009] [WIM-C-017] [WPKI-C-003] [WPKI-C-020] authorities that the issuer of the card trusts', () => {
    const [trusted, ...others] = open().trustedCertificates();
    assert.deepEqual(trusted, authority.certificate);
    assert.deepEqual(others, []);
  });

  it('[WIM-ICC-011] [WIM-ICC-017] [WIM-ICC-018] [WIM-C-011] peers and sessions of WTLS', () => {
    const wim = open();
    assert.deepEqual(
      wim.dataObjects.map(({ oid, authId, path }) => [oid, authId, path.length]),
      [
        ['2.23.43.1.2.1', 2, 220],
        ['2.23.43.1.2.2', 2, 110],
      ],
    );
    for (const { path } of wim.dataObjects)
      assert.deepEqual(wim.read(path), new Uint8Array(path.length ?? 0));
  });

  it('a certificate elsewhere is a URL', () => {
    const url = 'http://ca.example/alice';
    const keys: readonly CardKey[] = [
      { label: 'x', usage: 'nonRepudiation', key: alice.key, certificate: { url } },
    ];
    const wim = open(newCard(keys));
    const [certificate] = wim.certificates;
    assert.ok(certificate);
    assert.deepEqual(wim.readCertificate(certificate), { url });
  });

  it('a card without channels is used on the basic one (§13.3)', () => {
    const card = newCard();
    const transmit = (apdu: Uint8Array) => (apdu[1] === 0x70 ? hex('6d00') : card.transmit(apdu));
    const said: number[] = [];
    const wim = openWim({ transmit, observe: ({ command }) => said.push(command[0] ?? 0xff) });
    assert.equal(wim.keys.length, 2);
    assert.ok(said.every((cla) => (cla & 3) === 0));
    wim.close();
  });

  it('[WIM-C-121] a card that speaks T=1 answers at once', () => {
    const card = newCard();
    const transmit = (apdu: Uint8Array) => {
      const response = card.transmit(apdu);
      const [sw1, length = 0] = response.slice(-2);
      return sw1 === 0x61 ? card.transmit(Uint8Array.of((apdu[0] ?? 0) & 3, 0xc0, 0, 0, length)) : response;
    };
    assert.equal(openWim({ transmit }).keys.length, 2);
  });

  it('what is no WIM is told', () => {
    assert.throws(() => openWim({ transmit: () => hex('6a82') }), ProtocolError);
  });
});

describe('PINs (WAP-260 §11.3.4)', () => {
  it('[WIM-C-105] [WIM-C-043] VERIFY, with the tries that are left', () => {
    const wim = open();
    const { pinG } = partsOf(wim);
    assert.deepEqual(wim.pinStatus(pinG), { verified: false, triesLeft: 3 });
    assert.deepEqual(wim.verifyPin(pinG, '9999'), { ok: false, triesLeft: 2 });
    assert.deepEqual(wim.verifyPin(pinG, '99'), { ok: false, triesLeft: 2 });
    assert.deepEqual(wim.verifyPin(pinG, 'abcd'), { ok: false, triesLeft: 2 });
    assert.deepEqual(wim.verifyPin(pinG, pins.general), { ok: true });
    assert.equal(wim.pinStatus(pinG).verified, true);
  });

  it('[WIM-C-109] blocked after three, set anew with the unblocking code', () => {
    const wim = open();
    const { pinNr } = partsOf(wim);
    for (const left of [2, 1, 0])
      assert.deepEqual(wim.verifyPin(pinNr, '9999'), { ok: false, triesLeft: left });
    assert.deepEqual(wim.verifyPin(pinNr, pins.nonRepudiation), { ok: false, triesLeft: 0 });
    assert.equal(wim.unblockPin(pinNr, '11111111', '5555').ok, false);
    assert.deepEqual(wim.unblockPin(pinNr, pins.unblock, '5555'), { ok: true });
    assert.deepEqual(wim.verifyPin(pinNr, '5555'), { ok: true });
  });

  it('[WIM-C-106] [WIM-C-107] [WIM-C-108] changed, disabled and enabled', () => {
    const wim = open();
    const { pinG } = partsOf(wim);
    assert.deepEqual(wim.changePin(pinG, '9999', '4321'), { ok: false, triesLeft: 2 });
    assert.deepEqual(wim.changePin(pinG, pins.general, '4321'), { ok: true });
    assert.deepEqual(wim.disablePin(pinG, '4321'), { ok: true });
    assert.equal(wim.pinStatus(pinG).verified, true);
    assert.deepEqual(wim.enablePin(pinG, '4321'), { ok: true });
    wim.close();
  });

  it('closing the channel forgets them (§13.5)', () => {
    const card = newCard();
    const first = open(card);
    first.verifyPin(partsOf(first).pinG, pins.general);
    first.close();
    const second = open(card);
    assert.equal(second.pinStatus(partsOf(second).pinG).verified, false);
  });
});

describe('using keys (WAP-260 §11.4.6, §11.4.7, §13.4)', () => {
  const formatted = hex('3021300906052b0e03021a05000414a9993e364706816aba3e25717850c26c9cd0d89d');

  it('[WIM-C-002] [WIM-C-013] [WIM-C-025] [WIM-C-030] [WIM-C-042] [WIM-C-113] [WIM-C-114] [WPKI-C-011] [WPKI-C-016] signs, after the PIN', () => {
    const wim = open();
    const { signing, pinNr } = partsOf(wim);
    assert.throws(() => wim.sign(signing, formatted), /Security status not satisfied/);
    wim.verifyPin(pinNr, pins.nonRepudiation);
    assert.equal(rsaVerifyBlock(alice.key.publicKey, formatted, wim.sign(signing, formatted)), true);
    assert.throws(() => wim.sign(signing, formatted), ProtocolError);
  });

  it('RSA of 2048 bits: a response of 256 octets', () => {
    const { card, signing: certificate } = personaliseCard({
      random: seededRandom(2048),
      now,
      authority,
      subject: 'CN=Long',
      pins,
      algorithm: { rsaBits: 2048 },
      cost: 10,
    });
    const wim = open(card);
    const { signing, pinNr } = partsOf(wim);
    wim.verifyPin(pinNr, pins.nonRepudiation);
    const signature = wim.sign(signing, formatted);
    assert.equal(signature.length, 256);
    assert.ok(certificate.publicKey.type === 'rsa');
    assert.equal(rsaVerifyBlock(certificate.publicKey, formatted, signature), true);
  });

  it('[WIM-C-003] [WIM-C-026] [WIM-C-040] deciphers a message key', () => {
    const wim = open();
    const { online, pinG } = partsOf(wim);
    wim.verifyPin(pinG, pins.general);
    const cryptogram = rsaEncrypt(seededRandom(3), aliceOnline.key.publicKey, hex('00ff00ff'));
    assert.deepEqual(wim.decipher(online, cryptogram), hex('00ff00ff'));
  });

  it('[WIM-ICC-019] [WIM-C-115] draws random octets', () => {
    const wim = open();
    assert.equal(wim.random(8).length, 8);
    assert.notDeepEqual(wim.random(8), wim.random(8));
  });

  it('[WIM-C-112] [WIM-C-126] writes where PIN-G lets it', () => {
    const wim = open();
    const [peers] = wim.dataObjects;
    assert.ok(peers);
    assert.throws(() => wim.update(peers.path, hex('80')), ProtocolError);
    wim.verifyPin(partsOf(wim).pinG, pins.general);
    wim.update(peers.path, hex('8001'));
    assert.deepEqual(wim.read(peers.path).slice(0, 3), hex('800100'));
  });
});

describe('storing certificates (WAP-260 §13.4)', () => {
  function opened(card: Card): Wim {
    const wim = open(card);
    assert.equal(wim.verifyPin(partsOf(wim).pinG, pins.general).ok, true);
    return wim;
  }

  const authorityToStore = {
    kind: 'useful',
    format: 'x509',
    label: 'Stranger',
    authority: true,
    id: stranger.certificate.keyHash,
    value: stranger.certificate.octets,
  } as const;

  it('[WIM-ICC-012] [WIM-ICC-016] [WIM-ICC-090] [WIM-C-012] [WIM-C-016] [WIM-C-018] [WIM-C-090] an authority and a user certificate, in the unused space', () => {
    const card = newCard();
    opened(card).store(authorityToStore);
    const user = {
      ...authorityToStore,
      kind: 'user',
      authority: false,
      label: 'Bought',
      value: server.certificate.octets,
    } as const;
    opened(card).store({ ...user, id: server.certificate.keyHash, issuerId: authority.certificate.keyHash });
    const wim = open(card);
    const found = wim.certificates.filter(({ label }) => label === 'Stranger' || label === 'Bought');
    assert.deepEqual(
      found.map(({ kind, authority: isAuthority, modifiable }) => [kind, isAuthority, modifiable]),
      [
        ['user', false, true],
        ['useful', true, true],
      ],
    );
    const [bought, foreign] = found;
    assert.ok(bought && foreign);
    assert.deepEqual(wim.readCertificate(foreign), stranger.certificate.octets);
    assert.deepEqual(wim.readCertificate(bought), server.certificate.octets);
    // What the card came with is still there, and only the issuer's authorities are trusted.
    assert.equal(wim.certificates.length, 5);
    assert.deepEqual(wim.trustedCertificates(), [authority.certificate]);
  });

  it('a URL takes no space', () => {
    const card = newCard();
    opened(card).store({
      ...authorityToStore,
      kind: 'user',
      authority: false,
      value: { url: 'http://ca/x' },
    });
    assert.ok(open(card).certificates.some(({ value }) => 'url' in value && value.url === 'http://ca/x'));
  });

  it('not without PIN-G, and not beyond the space', () => {
    assert.throws(() => open().store(authorityToStore), /Security status not satisfied/);
    const card = newCard();
    const value = new Uint8Array(1500);
    opened(card).store({ ...authorityToStore, value });
    opened(card).store({ ...authorityToStore, value });
    assert.throws(() => opened(card).store({ ...authorityToStore, value }), /no space for 1500 octets/);
    const url = { url: `http://ca/${'x'.repeat(100)}` };
    const fill = () => {
      for (let i = 0; i < 9; i++) opened(card).store({ ...authorityToStore, value: url });
    };
    assert.throws(fill, /directory file is full/);
  });
});

describe('paths (WAP-260 §9.4.1)', () => {
  /** The usual card, with another EF(ODF). */
  function withOdf(odf: string): Wim {
    const { image } = newCard();
    const files = image.files.map((file) => (file.id === 0x5031 ? { ...file, content: hex(odf) } : file));
    return open(new Card({ ...image, files }, seededRandom(1)));
  }

  it('[WIM-ICC-043] [WIM-ICC-044] [WIM-C-046] file identifiers of two octets', () => {
    assert.equal(withOdf('a006 3004 0402 5200').keys.length, 2);
  });

  it('[WIM-C-047] absolute paths, and relative ones from the directory that EF(ODF) names', () => {
    assert.equal(withOdf('a00a 3008 0406 3f0050155200').keys.length, 2);
    const home = 'a718 a016 3014 3012 3000 3006 0604672b0103 a106 0404 3f005015';
    const said: string[] = [];
    const { image } = newCard();
    const odf = hex(`a008 3006 0404 53005200 ${home}`);
    const files = image.files.map((file) => (file.id === 0x5031 ? { ...file, content: odf } : file));
    const card = new Card({ ...image, files }, seededRandom(1));
    openWim({
      transmit: (apdu) => card.transmit(apdu),
      observe: ({ command }) =>
        command[1] === 0xa4 && command[2] === 0 && said.push(toHex(command.subarray(5, 7))),
    });
    assert.deepEqual(said, ['5032', '5031', '3f00', '5015', '5300', '5200']);
    assert.equal(
      withOdf(`a006 3004 0402 5200 a716 a014 3012 3000 3006 0604672b0103 a106 0404 3f005015`).keys.length,
      2,
    );
  });
});

describe('making cards', () => {
  it('the same randomness makes the same card', () => {
    assert.deepEqual(newCard().image, newCard().image);
  });

  it('keys without room, PINs that are none', () => {
    const key = { label: 'x', usage: 'nonRepudiation', key: server.key } as const;
    assert.throws(() => newCard([key, key, key]), UsageError);
    const options = { random: seededRandom(1), keys: usualKeys, trusted: [], cost: 10 };
    assert.throws(() => createCard({ ...options, pins: { ...pins, general: '12' } }), UsageError);
  });

  it('a person gets two keys and their certificates', () => {
    const { card, signing, authentication } = personaliseCard({
      random: seededRandom(5),
      now,
      authority,
      subject: 'CN=Bob',
      pins,
      algorithm: { curve: 5 },
      cost: 10,
    });
    const wim = open(card);
    assert.deepEqual(
      wim.keys.map(({ algorithm, id }) => [algorithm, toHex(id)]),
      [signing, authentication].map((it) => ['ec', toHex(it.keyHash)]),
    );
    assert.equal(decodeCertificate(signing.octets).keyUsage?.[0], 'nonRepudiation');
    assert.deepEqual(wim.tokenInfo.algorithms[1]?.curve, '1.2.840.10045.3.0.1');
    const none = {
      random: seededRandom(5),
      now,
      authority,
      subject: 'CN=Bob',
      pins,
      algorithm: { curve: 2 },
    };
    assert.throws(() => personaliseCard(none), UsageError);
  });
});

describe('keys on every curve of WAP-261 Appendix A (WAP-260 §12.1.1)', () => {
  // biome-ignore format: a line is a curve and the items that are about it
  const curves = [
    [1,  '[WIM-ICC-033] [WIM-C-035]'],
    [3,  '[WIM-ICC-034] [WIM-C-036]'],
    [4,  '[WIM-ICC-029] [WIM-C-031]'],
    [5,  '[WIM-ICC-030] [WIM-C-032] [WIM-ICC-050] [WIM-C-050]'],
    [6,  '[WIM-ICC-031] [WIM-C-033]'],
    [7,  '[WIM-ICC-032] [WIM-C-034] [WIM-ICC-051] [WIM-C-027] [WPKI-C-018]'],
    [8,  '[WIM-ICC-035] [WIM-C-037]'],
    [9,  '[WIM-ICC-036] [WIM-C-038]'],
    [10, '[WIM-ICC-080] [WIM-C-080]'],
    [11, '[WIM-ICC-081] [WIM-C-081]'],
    [12, '[WIM-ICC-082] [WIM-C-082]'],
  ] as const;
  for (const [number, items] of curves) {
    it(`${items} curve ${number}: told in the directory, and signed with`, () => {
      const curve = curveByNumber(number);
      assert.ok(curve);
      const key = generateEcKey(seededRandom(number, 'card'), curve);
      const wim = open(newCard([{ label: 'EC', usage: 'nonRepudiation', key }]));
      const [own] = wim.keys;
      const pin = own && wim.pinOf(own);
      assert.ok(own && pin);
      assert.equal(own.algorithm, 'ec');
      assert.ok(wim.tokenInfo.algorithms.some(({ curve: oid }) => oid === curve.oid));
      assert.ok(wim.verifyPin(pin, pins.nonRepudiation).ok);
      const message = encodeUtf8('abc');
      const signature = wim.sign(own, sha1(message));
      assert.equal(ecdsaVerifySha1(key.publicKey, message, signature), true);
      assert.equal(ecdsaVerifySha1(key.publicKey, encodeUtf8('abd'), signature), false);
    });
  }
});

describe('a WIM beside a SIM on one card (WAP-260 §11.2.2, §11.3.2)', () => {
  it('[WPKI-C-019] root certificates are read on a channel of their own; what the SIM has on the basic channel stays as it is', () => {
    const card = newCard();
    let simSelected = '';
    const others: number[] = [];
    // GSM 11.11: the SIM has class A0, on the basic channel.
    const transmit = (apdu: Uint8Array): Uint8Array => {
      const [cla = 0, ins] = apdu;
      if (cla === 0xa0) {
        simSelected = toHex(apdu.subarray(5));
        return hex('9000');
      }
      if ((cla & 3) === 0 && ins !== 0x70) others.push(cla);
      return card.transmit(apdu);
    };
    transmit(hex('a0a4000002 7f20'));
    const wim = openWim({ transmit });
    transmit(hex('a0a4000002 6f07'));
    const roots = wim.trustedCertificates();
    assert.deepEqual(
      roots.map(({ octets }) => toHex(octets)),
      [toHex(authority.certificate.octets)],
    );
    wim.close();
    assert.deepEqual(others, []);
    assert.equal(simSelected, '6f07');
  });
});
