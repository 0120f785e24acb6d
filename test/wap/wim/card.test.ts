import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  ecdh,
  ecdsaVerifySha1,
  generateEcKey,
  hmacSha1,
  pHash,
  rsaDecryptSecret,
  rsaEncrypt,
  rsaSignBlock,
  rsaVerifyBlock,
  sha1,
} from '../../../src/wap/crypto.js';
import { encodeUtf8, toHex } from '../../../src/wap/octets.js';
import { curveByNumber } from '../../../src/wap/pki/curves.js';
import { encodePrivateKeyInfo } from '../../../src/wap/pki/keys.js';
import { encodeRsaKey } from '../../../src/wap/pki/wtls-certificate.js';
import { seededRandom } from '../../../src/wap/random.js';
import type { Card } from '../../../src/wap/wim/card.js';
import { exportCard, importCard } from '../../../src/wap/wim/personalise.js';
import { describeWithFixtures } from '../../support/fixtures.js';
import { hex } from '../../support/hex.js';
import { alice, aliceOnline, onCurve, server } from '../pki/people.js';
import { newCard, padded, SELECT_PINS, SELECT_WIM, speaker, usualKeys } from './cards.js';

const digestInfo = '3021300906052b0e03021a05000414a9993e364706816aba3e25717850c26c9cd0d89d';
const abc = encodeUtf8('abc');

/** A card on which the application is selected, and the PINs are the current file. */
function ready(card: Card = newCard()): { card: Card; say: (command: string) => string } {
  const say = speaker(card);
  assert.equal(say(SELECT_WIM), '9000');
  assert.equal(say(SELECT_PINS), '9000');
  return { card, say };
}

const verify = (reference: string, digits: string) => `802000${reference} 08 ${padded(digits)}`;
const PIN_G = '0b';
const PIN_NR = '16';

describe('application and channels (WAP-260 §11.3.2, §11.3.3)', () => {
  it('[WIM-ICC-102] the application is selected by the AID of PKCS#15 or of the WIM, whole', () => {
    const say = speaker(newCard());
    assert.equal(say('80a40000025031'), '6e00');
    assert.equal(say('00a40400 0c a000000063504b43532d3135'), '9000');
    assert.equal(say('00a40400 0c a0000000635741502d57494d'), '9000');
    assert.equal(say('00a40400 0c a0000000635741502d57494e'), '6a82');
    assert.equal(say('00a40400 05 a000000063'), '6700');
    assert.equal(say('00a40000 0c a0000000635741502d57494d'), '6b00');
    assert.equal(say('80a40000025031'), '9000');
  });

  it('[WIM-ICC-104] [WIM-ICC-105] channels 1 to 3 are opened and closed; each has its own state', () => {
    const { say } = ready();
    assert.equal(say('0070000001'), '019000');
    assert.equal(say('0070000001'), '029000');
    assert.equal(say('0070000001'), '039000');
    assert.equal(say('0070000001'), '6200');
    assert.equal(say('81a40000025031'), '6e00');
    assert.equal(say(SELECT_WIM.replace(/^00/, '01')), '9000');
    assert.equal(say('81b0000001'), '6986');
    assert.equal(say(verify(PIN_G, '1234')), '9000');
    assert.equal(say('80200 00b'.replace(' ', '')), '9000');
    assert.equal(say('81a40000025300'), '9000');
    assert.equal(say('8120000b'), '63c3');
    assert.equal(say('00708001'), '9000');
    assert.equal(say('81a40000025031'), '6e00');
    assert.equal(say('00708001'), '6200');
    assert.equal(say('00708000'), '6b00');
    assert.equal(say('00708004'), '6b00');
  });

  it('unknown classes, instructions and lengths', () => {
    const { say } = ready();
    for (const [command, sw] of [
      ['', '6700'],
      ['80a4', '6700'],
      ['80a400000253', '6700'],
      ['a0a40000025031', '6e00'],
      ['84a40000025031', '6e00'],
      ['0020000b', '6e00'],
      ['00ff0000', '6d00'],
      ['80ff0000', '6d00'],
      ['80700000', '6d00'],
    ] as const) {
      assert.equal(say(command), sw, command);
    }
  });

  it('any octets get a response with a status', () => {
    const { card } = ready();
    fc.assert(
      fc.property(fc.constantFrom(0x00, 0x80, 0x81), fc.uint8Array({ maxLength: 40 }), (cla, rest) => {
        const instruction = [0x20, 0x22, 0x24, 0x26, 0x28, 0x2a, 0x2c, 0x70, 0x84, 0xa4, 0xb0, 0xc0, 0xd6][
          (rest[0] ?? 0) % 13
        ];
        const response = card.transmit(Uint8Array.of(cla, instruction ?? 0, ...rest.subarray(1)));
        const sw = ((response.at(-2) ?? 0) << 8) | (response.at(-1) ?? 0);
        return sw === 0x9000 || (sw >= 0x6100 && sw <= 0x6f00);
      }),
      { numRuns: 300 },
    );
  });
});

describe('answer to reset (WAP-260 §11.2)', () => {
  it('[WIM-ICC-121] [WIM-ICC-123] [WIM-ICC-124] T=0 first, clock stop, 3 V and 5 V, channels told, check octet right', () => {
    const atr = newCard().reset();
    assert.equal(toHex(atr), '3b87801fc380318073900113' + '1b');
    // TD1: T=0. TD2: T=15, whose TA has the clock stop indicator and the classes A (5 V) and B (3 V).
    assert.equal((atr[2] ?? 0xff) & 0x0f, 0);
    assert.equal((atr[3] ?? 0) & 0x0f, 15);
    assert.equal((atr[4] ?? 0) & 0x02, 0x02);
    assert.notEqual((atr[4] ?? 0) & 0xc0, 0);
    assert.equal(
      atr.subarray(1).reduce((sum, octet) => sum ^ octet, 0),
      0,
    );
  });
});

describe('PINs (WAP-260 §11.3.4, §12.1.4)', () => {
  it('[WIM-ICC-106] [WIM-ICC-040] VERIFY: tries are counted, the third wrong one blocks', () => {
    const { say } = ready();
    assert.equal(say('8020000b'), '63c3');
    assert.equal(say(verify(PIN_G, '9999')), '6300');
    assert.equal(say('8020000b'), '63c2');
    assert.equal(say(verify(PIN_G, '1234')), '9000');
    assert.equal(say('8020000b'), '9000');
    for (const _ of [1, 2, 3]) assert.equal(say(verify(PIN_G, '9999')), '6300');
    assert.equal(say('8020000b'), '6983');
    assert.equal(say(verify(PIN_G, '1234')), '6983');
    assert.equal(say(`802000${PIN_NR}`), '63c3');
  });

  it('a wrong PIN takes back what a right one gave', () => {
    const { say } = ready();
    assert.equal(say(verify(PIN_G, '1234')), '9000');
    assert.equal(say(verify(PIN_G, '1235')), '6300');
    assert.equal(say('8020000b'), '63c2');
  });

  it('conditions: the PIN file is selected, the reference known, the length right', () => {
    const { say } = ready();
    assert.equal(say('8020007f'), '6a88');
    assert.equal(say('8020010b'), '6b00');
    assert.equal(say('8020000b 04 31323334'), '6700');
    assert.equal(say('80a40000025031'), '9000');
    assert.equal(say(verify(PIN_G, '1234')), '6a82');
  });

  it('[WIM-ICC-109] CHANGE REFERENCE DATA', () => {
    const { say } = ready();
    const change = (old: string, replacement: string) => `8024000b 10 ${padded(old)} ${padded(replacement)}`;
    assert.equal(say(change('9999', '5678')), '6300');
    assert.equal(say(change('1234', '5678')), '9000');
    assert.equal(say(verify(PIN_G, '1234')), '6300');
    assert.equal(say(verify(PIN_G, '5678')), '9000');
    assert.equal(say('8024000b 08 3132333435363738'), '6700');
    assert.equal(say(`8024000b 10 ${padded('5678')} 313233ffffffffff`), '6a80');
    assert.equal(say(`8024000b 10 ${padded('5678')} 3132ff3435ffffff`), '6a80');
    assert.equal(say(verify(PIN_G, '5678')), '9000');
  });

  it('[WIM-ICC-110] RESET RETRY COUNTER: the unblocking code and a new PIN, ten tries', () => {
    const { say } = ready();
    const reset = (code: string, pin: string) => `802c000b 10 ${padded(code)} ${padded(pin)}`;
    for (const _ of [1, 2, 3]) say(verify(PIN_G, '9999'));
    assert.equal(say(reset('11111111', '4444')), '6300');
    assert.equal(say(reset('87654321', '4444')), '9000');
    assert.equal(say(verify(PIN_G, '4444')), '9000');
    for (let i = 0; i < 10; i++) assert.equal(say(reset('11111111', '4444')), '6300');
    assert.equal(say(reset('87654321', '4444')), '6983');
  });

  it('[WIM-ICC-107] [WIM-ICC-108] DISABLE and ENABLE: for PIN-G only, with the PIN', () => {
    const { say } = ready();
    const disable = (reference: string, digits: string) => `802600${reference} 08 ${padded(digits)}`;
    const enable = (digits: string) => `802800${PIN_G} 08 ${padded(digits)}`;
    assert.equal(say(disable(PIN_NR, '2345')), '6985');
    assert.equal(say(enable('1234')), '6985');
    assert.equal(say(disable(PIN_G, '9999')), '6300');
    assert.equal(say('8020000b'), '63c2');
    assert.equal(say(disable(PIN_G, '1234')), '9000');
    assert.equal(say('8020000b'), '9000');
    assert.equal(say(verify(PIN_G, '1234')), '6985');
    assert.equal(say(disable(PIN_G, '1234')), '6985');
    assert.equal(say(enable('9999')), '6300');
    assert.equal(say('8020000b'), '9000');
    assert.equal(say(enable('1234')), '9000');
    assert.equal(say('8020000b'), '9000');
  });

  it('when DISABLE blocks the PIN, the right is lost (§11.3.4.2); when ENABLE does, it is not (§11.3.4.3)', () => {
    const first = ready();
    first.say(verify(PIN_G, '1234'));
    for (const _ of [1, 2, 3]) assert.equal(first.say(`8026000b 08 ${padded('9999')}`), '6300');
    assert.equal(first.say('8020000b'), '6983');
    const second = ready();
    second.say(`8026000b 08 ${padded('1234')}`);
    for (const _ of [1, 2, 3]) assert.equal(second.say(`8028000b 08 ${padded('9999')}`), '6300');
    assert.equal(second.say('8020000b'), '9000');
    assert.equal(second.say(`8028000b 08 ${padded('1234')}`), '6983');
  });

  it('without power PINs are forgotten, try counters are not', () => {
    const { card, say } = ready();
    say(verify(PIN_G, '1234'));
    say(verify(PIN_NR, '9999'));
    card.reset();
    assert.equal(say('8020000b'), '6e00');
    ready(card);
    assert.equal(say('8020000b'), '63c3');
    assert.equal(say(`802000${PIN_NR}`), '63c2');
  });
});

describe('files (WAP-260 §11.3.5, §12.2)', () => {
  it('[WIM-ICC-111] SELECT: file control information has the size', () => {
    const { say } = ready();
    assert.equal(say('80a40000 02 520a 00'), '6106');
    assert.equal(say('00c0000006'), '6f04800200dc9000');
    assert.equal(say('80a40000 02 3f00 00'), '6102');
    assert.equal(say('00c0000002'), '6f009000');
    assert.equal(say('80a40000 02 5281'), '9000');
    assert.equal(say('80a40000 02 7777'), '6a82');
    assert.equal(say('80a40000 01 50'), '6700');
    assert.equal(say('80a40100 02 5031'), '6b00');
  });

  it('[WIM-ICC-117] GET RESPONSE: once, at once, of the announced length, on the same channel', () => {
    const { say } = ready();
    assert.equal(say('00c0000006'), '6985');
    assert.equal(say('80a40000 02 520a 00'), '6106');
    assert.equal(say('00c0000005'), '6c06');
    assert.equal(say('00c0000006'), '6f04800200dc9000');
    assert.equal(say('00c0000006'), '6985');
    assert.equal(say('80a40000 02 520a 00'), '6106');
    assert.equal(say('0070000001'), '019000');
    assert.equal(say('00c0000006'), '6985');
    assert.equal(say('80a40000 02 520a 00'), '6106');
    assert.equal(say('01c0000006'), '6985');
  });

  it('[WIM-ICC-112] READ BINARY: from an offset, at most what is there', () => {
    const { say } = ready();
    say('80a40000 02 5031');
    assert.equal(say('80b0000008'), 'a0063004040252009000');
    assert.equal(say('80b0000402'), '04029000');
    assert.equal(say('80b0003000'), '9000');
    assert.equal(say('80b0003100'), '6b00');
    assert.equal(say('80b0800001'), '6b00');
    assert.equal(say('80b00000'), '6700');
    say('80a40000 02 5015');
    assert.equal(say('80b0000001'), '6986');
  });

  it('[WIM-ICC-113] UPDATE BINARY: existing octets, after PIN-G', () => {
    const { say } = ready();
    say('80a40000 02 520a');
    assert.equal(say('80d6000002 8001'), '6982');
    say(SELECT_PINS);
    say(verify(PIN_G, '1234'));
    say('80a40000 02 520a');
    assert.equal(say('80d60000 02 8001'), '9000');
    assert.equal(say('80b0000003'), '8001009000');
    assert.equal(say('80d600db 02 8001'), '6700');
    assert.equal(say('80d60000'), '6700');
  });

  it('[WIM-ICC-125] access rules: keys, PINs and master secrets are never read, directories of the issuer never written', () => {
    const { say } = ready();
    say(verify(PIN_G, '1234'));
    say(verify(PIN_NR, '2345'));
    for (const secret of ['5281', '5283', '5300', '520c']) {
      assert.equal(say(`80a40000 02 ${secret}`), '9000');
      assert.equal(say('80b0000010'), '6982');
      assert.equal(say('80d60000 02 0000'), '6982');
    }
    for (const issuers of ['5031', '5032', '5200', '5202', '5204', '5205', '5208', '5209']) {
      assert.equal(say(`80a40000 02 ${issuers}`), '9000');
      assert.equal(say('80d60000 01 00'), '6982', issuers);
      assert.match(say('80b0000001'), /9000$/);
    }
    for (const holders of ['5033', '5203', '5206', '5207', '520a', '520b']) {
      assert.equal(say(`80a40000 02 ${holders}`), '9000');
      assert.equal(say('80d60000 01 ff'), '9000', holders);
    }
  });
});

describe('signatures (WAP-260 §11.3.6.8, §11.4.6)', () => {
  const MSE_NR = '802241b6 07 810252818401 05';
  const MSE_AUTH = '802241b6 07 810252838401 08';
  const SIGN = `802a9e9a 23 ${digestInfo} 80`;

  it('[WIM-ICC-002] [WIM-ICC-039] [WIM-ICC-114] [WIM-ICC-115] a non-repudiation key asks for its PIN at every signature', () => {
    const { say } = ready();
    assert.equal(say('8022f344'), '9000');
    assert.equal(say(MSE_NR), '9000');
    assert.equal(say(SIGN), '6982');
    say(verify(PIN_G, '1234'));
    assert.equal(say(SIGN), '6982');
    assert.equal(say(verify(PIN_NR, '2345')), '9000');
    assert.equal(say(SIGN), '6180');
    const signature = hex(say('00c0000080').slice(0, -4));
    assert.equal(rsaVerifyBlock(alice.key.publicKey, hex(digestInfo), signature), true);
    assert.equal(say(SIGN), '6982');
    assert.equal(say(`802000${PIN_NR}`), '63c3');
    assert.equal(say(verify(PIN_NR, '2345')), '9000');
    assert.equal(say(SIGN), '6180');
  });

  it('[WIM-ICC-023] [WIM-ICC-028] [WIM-ICC-037] an authentication key signs as often as it is asked, after PIN-G', () => {
    const { say } = ready();
    say('8022f344');
    say(MSE_AUTH);
    say(verify(PIN_G, '1234'));
    for (const _ of [1, 2]) {
      assert.equal(say(SIGN), '6180');
      const signature = hex(say('00c0000080').slice(0, -4));
      assert.equal(rsaVerifyBlock(aliceOnline.key.publicKey, hex(digestInfo), signature), true);
    }
  });

  it('conditions: environment, template, key file, key reference, length', () => {
    const { say } = ready();
    say(verify(PIN_NR, '2345'));
    assert.equal(say(SIGN), '6600');
    assert.equal(say(MSE_NR), '6600');
    assert.equal(say('8022f37f'), '6600');
    assert.equal(say('80227344'), '6b00');
    assert.equal(say('8022f344'), '9000');
    assert.equal(say('802241b4 03 9601 0c'), '6600');
    assert.equal(say('802241b6 07 810252998401 05'), '9000');
    assert.equal(say(SIGN), '6a82');
    assert.equal(say('802241b6 07 810252818401 06'), '9000');
    assert.equal(say(SIGN), '6a88');
    assert.equal(say(MSE_NR), '9000');
    assert.equal(say(`802a9e9a 76 ${'00'.repeat(118)} 80`), '6a80');
    assert.equal(say('802a9e9a'), '6700');
    assert.equal(say('802a9e9b 01 00'), '6b00');
    assert.equal(say('802241b6 03 8501 00'), '6a80');
    assert.equal(say('802241b6 02 8403'), '6a80');
    assert.equal(say('802241b6'), '6700');
    assert.equal(say('802241b9 03 8401 05'), '6b00');
  });

  it('the current file stands for the key file, if none was set', () => {
    const { say } = ready();
    say('8022f344');
    say(verify(PIN_G, '1234'));
    say('802241b6 03 8401 08');
    assert.equal(say(SIGN), '6a82');
    say('80a40000025283');
    assert.equal(say(SIGN), '6180');
  });

  it('a non-repudiation key does nothing else: no WTLS, no decipherment', () => {
    const { say } = ready();
    say(verify(PIN_NR, '2345'));
    say('8022f341');
    say(MSE_NR);
    assert.equal(say(`802a9e9a 14 ${'00'.repeat(20)} 80`), '6985');
    say('8022f344');
    say('802241b8 07 810252818401 05');
    assert.equal(say(`802a8086 81 00 ${'00'.repeat(128)} 80`), '6985');
    assert.equal(say(`802000${PIN_NR}`), '9000');
  });

  it('[WIM-ICC-025] ECDSA: r and s over a digest (curve 7)', () => {
    const person = onCurve(7);
    const keys = [{ label: 'EC', usage: 'nonRepudiation', key: person.key } as const];
    const { say } = ready(newCard(keys));
    say('8022f345');
    say(MSE_NR);
    say(verify(PIN_NR, '2345'));
    assert.equal(say(SIGN), '6a80');
    assert.equal(say(`802a9e9a 14 ${toHex(sha1(abc))} 2a`), '612a');
    const signature = hex(say('00c000002a').slice(0, -4));
    assert.equal(ecdsaVerifySha1(person.key.publicKey, abc, signature), true);
    say('8022f344');
    say(MSE_NR);
    say(verify(PIN_NR, '2345'));
    assert.equal(say(`802a9e9a 14 ${toHex(sha1(abc))} 2a`), '6985');
  });

  it('[WIM-ICC-041] PSO VERIFY DIGITAL SIGNATURE', () => {
    const { say } = ready();
    const rsa = server.key;
    const key = toHex(encodeRsaKey(rsa.publicKey));
    const signature = toHex(rsaSignBlock(rsa, sha1(abc)));
    const set = (digest: Uint8Array) => {
      const data = `83 81 ${(key.length / 2).toString(16)} ${key} 90 14 ${toHex(digest)}`;
      return say(`802281b6 ${hex(data).length.toString(16)} ${data}`);
    };
    const check = () => say(`802a00a8 83 9e 81 80 ${signature}`);
    say('8022f344');
    assert.equal(set(sha1(abc)), '9000');
    assert.equal(check(), '6982');
    say(verify(PIN_G, '1234'));
    assert.equal(check(), '9000');
    // The digest is transient (§10.2).
    assert.equal(check(), '6985');
    assert.equal(set(sha1(encodeUtf8('abd'))), '9000');
    assert.equal(check(), '6a80');
  });

  it('[WIM-ICC-003] [WIM-ICC-024] [WIM-ICC-038] PSO DECIPHER: a message key comes out; a broken cryptogram is not told from others', () => {
    const { say } = ready();
    const { key } = aliceOnline;
    say('8022f344');
    say('802241b8 07 810252838401 08');
    const cryptogram = rsaEncrypt(seededRandom(1), key.publicKey, hex('00112233445566778899aabbccddeeff'));
    const decipher = (octets: Uint8Array) => say(`802a8086 81 00 ${toHex(octets)} 00`);
    assert.equal(decipher(cryptogram), '6982');
    say(verify(PIN_G, '1234'));
    assert.equal(decipher(cryptogram), '6110');
    assert.equal(say('00c0000010'), '00112233445566778899aabbccddeeff9000');
    cryptogram[100] = (cryptogram[100] ?? 0) ^ 1;
    assert.match(decipher(cryptogram), /^61/);
    assert.equal(say(`802a8086 80 00 ${toHex(cryptogram.subarray(1))} 00`), '6a80');
  });
});

describe('WTLS operations (WAP-260 §8, §11.4.4)', () => {
  it('[WIM-ICC-001] [WIM-ICC-020] [WIM-ICC-021] [WIM-ICC-027] [WIM-ICC-116] [WIM-ICC-130] an RSA handshake: the secrets stay inside, what comes out is right', () => {
    const { card, say } = ready();
    const rsa = server.key;
    const serverKey = encodeRsaKey(rsa.publicKey);
    assert.match(say('808400000c'), /^[0-9a-f]{24}9000$/);
    assert.equal(say('8022f341'), '9000');
    const key = `83 81 ${serverKey.length.toString(16)} ${toHex(serverKey)}`;
    assert.equal(say(`802281b8 ${(hex(key).length + 5).toString(16)} 91 01 01 91 00 ${key}`), '9000');
    assert.equal(say('802a860081'), '6982');
    const seed = new Uint8Array(32).fill(7);
    const derive = `802241b4 ${(3 + 2 + seed.length).toString(16)} 8401 02 94 ${seed.length.toString(16).padStart(2, '0')} ${toHex(seed)}`;
    assert.equal(say(derive), '6982');
    say(verify(PIN_G, '1234'));
    assert.equal(say(derive), '6985');
    // Transient attributes survive the refusal above only because it came before they were looked at.
    say(`802281b8 ${(hex(key).length + 5).toString(16)} 91 01 01 91 00 ${key}`);
    const transported = hex(say('802a860081'));
    assert.equal(transported.length, 129 + 2);
    assert.equal(transported[0], 0);
    const secret = rsaDecryptSecret(rsa, transported.subarray(1, 129), 20);
    assert.equal(secret[0], 1);
    assert.equal(say(derive), '9000');
    assert.equal(say(derive), '6985');
    const preMaster = Uint8Array.of(...secret, ...serverKey);
    const master = pHash(hmacSha1, preMaster, Uint8Array.of(...encodeUtf8('master secret'), ...seed), 20);
    assert.equal(say('802241b4 03 9601 0c'), '9000');
    const finished = encodeUtf8('client finished01234567890123456789');
    assert.equal(say(`802a8e80 23 ${toHex(finished)} 0c`), '610c');
    assert.equal(say('00c000000c'), `${toHex(pHash(hmacSha1, master, finished, 12))}9000`);
    // Another channel, later: the master secret is still there under its number, after PIN-G.
    card.reset();
    ready(card);
    say('8022f341');
    assert.equal(say('802241b4 06 8301 02 9601 2c'), '9000');
    assert.equal(say(`802a8e80 23 ${toHex(finished)} 2c`), '6982');
    say(verify(PIN_G, '1234'));
    assert.equal(say(`802a8e80 23 ${toHex(finished)} 2c`), '612c');
    assert.equal(say('00c000002c'), `${toHex(pHash(hmacSha1, master, finished, 44))}9000`);
    say('802241b4 06 8301 03 9601 2c');
    assert.equal(say(`802a8e80 23 ${toHex(finished)} 2c`), '6a88');
    assert.equal(JSON.stringify(exportCard(card)).includes(toHex(master)), false);
  });

  it('public keys that are none are refused, whatever they are made of', () => {
    const { card, say } = ready();
    say(verify(PIN_G, '1234'));
    say('8022f341');
    const attempt = (exponent: Uint8Array, modulus: Uint8Array) => {
      const key = encodeRsaKey({ exponent, modulus });
      const tag = key.length < 128 ? Uint8Array.of(0x83, key.length) : Uint8Array.of(0x83, 0x81, key.length);
      const data = Uint8Array.of(0x91, 1, 1, 0x91, 0, ...tag, ...key);
      assert.equal(toHex(card.transmit(Uint8Array.of(0x80, 0x22, 0x81, 0xb8, data.length, ...data))), '9000');
      return say('802a860000').slice(-4);
    };
    const odd = (octets: Uint8Array) => Uint8Array.of(0x80, ...octets, 1);
    for (const [exponent, modulus] of [
      ['03', '00'.repeat(64)],
      ['03', `00${'ff'.repeat(63)}`],
      ['03', `${'ff'.repeat(63)}fe`],
      ['02', 'ff'.repeat(64)],
      ['01', 'ff'.repeat(64)],
      ['00', 'ff'.repeat(64)],
      ['03', 'ff'.repeat(63)],
    ] as const) {
      assert.equal(attempt(hex(exponent), hex(modulus)), '6a80', `${exponent} ${modulus}`);
    }
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 9 }),
        fc.uint8Array({ minLength: 60, maxLength: 130 }),
        (exponent, modulus) => ['9000', '6a80', '6700'].includes(attempt(exponent, odd(modulus))),
      ),
      { numRuns: 60 },
    );
  });

  it('master secrets beyond the sessions are rejected (§11.3.6.11)', () => {
    const { say } = ready();
    say(verify(PIN_G, '1234'));
    say('8022f341');
    assert.equal(say('802241b4 06 8401 00 9401 00'), '6a88');
    assert.equal(say('802241b4 06 8401 06 9401 00'), '6a88');
  });

  it('[WIM-ICC-022] [WIM-ICC-131] an ECDH handshake on curve 7: both sides have the same pre-master secret', () => {
    const curve = curveByNumber(7);
    assert.ok(curve);
    const [own, others] = [generateEcKey(seededRandom(21), curve), generateEcKey(seededRandom(22), curve)];
    const { say } = ready(newCard([{ label: 'EC', usage: 'authentication', key: own }]));
    say(verify(PIN_G, '1234'));
    say('8022f342');
    const point = toHex(others.publicKey.point);
    assert.equal(say(`802281b8 33 810252838401 08 83 2a 29 ${point}`), '9000');
    assert.equal(say('802a8600'), '9000');
    assert.equal(say('802241b4 09 8401 01 9404 00010203'), '9000');
    const shared = ecdh(others, own.publicKey.point);
    assert.ok(shared);
    const master = pHash(hmacSha1, shared, Uint8Array.of(...encodeUtf8('master secret'), 0, 1, 2, 3), 20);
    say('802241b4 03 9601 10');
    assert.equal(say('802a8e80 01 aa 10'), '6110');
    assert.equal(say('00c0000010'), `${toHex(pHash(hmacSha1, master, hex('aa'), 16))}9000`);
    assert.equal(say(`802281b8 06 83 04 03040506`), '9000');
    assert.equal(say('802a8600'), '6a80');
  });
});

describe('a card in a file', () => {
  it('is the same card, locked', () => {
    const { card, say } = ready();
    say(verify(PIN_NR, '9999'));
    say(verify(PIN_G, '1234'));
    const again = importCard(exportCard(card), seededRandom(1));
    const other = ready(again);
    assert.equal(other.say(`802000${PIN_NR}`), '63c2');
    assert.equal(other.say('8020000b'), '63c3');
    assert.deepEqual(exportCard(again), exportCard(card));
  });

  it('holds no key, no PIN and no unblocking code in clear', () => {
    const card = newCard();
    const octets = toHex(exportCard(card));
    for (const { key } of [alice, aliceOnline]) {
      for (const secret of [key.exponent, ...key.primes, encodePrivateKeyInfo(key)]) {
        assert.equal(octets.includes(toHex(secret)), false);
      }
      assert.equal(octets.includes(toHex(key.publicKey.modulus)), true);
    }
    for (const digits of ['1234', '2345', '87654321']) assert.equal(octets.includes(padded(digits)), false);
  });
});

describeWithFixtures('what was said to an independent card', 'wim', (folder) => {
  for (const file of readdirSync(folder).filter((name) => name.startsWith('apdu-'))) {
    const { steps, what } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
    it(`${file}: the same commands, the same status, or the one that WAP-260 wants (${what})`, () => {
      const second = { label: 'Second', usage: 'nonRepudiation', key: server.key } as const;
      const { card, say } = ready(newCard([...usualKeys, second]));
      for (const { command, sw, spec_sw, note } of steps) {
        if (command === 'RESET') {
          card.reset();
          say(SELECT_WIM);
          continue;
        }
        const response = say(command);
        // Over T=0 data is announced first; the emulator spoke T=1.
        const announced = /^61(..)$/.exec(response);
        const status = announced ? say(`00c00000${announced[1]}`).slice(-4) : response.slice(-4);
        assert.equal(status, spec_sw ?? sw, note);
      }
    });
  }
});
