import assert from 'node:assert/strict';
import fc from 'fast-check';
import { simulatedSensor } from '../../../src/terminal/sensor.js';
import { toHex } from '../../../src/wap/octets.js';
import { seededRandom } from '../../../src/wap/random.js';
import {
  BIOMETRIC_TRIES,
  MATCH_THRESHOLD,
  newFinger,
  patternMatcher,
} from '../../../src/wap/wim/biometric.js';
import type { Card } from '../../../src/wap/wim/card.js';
import { openWim } from '../../../src/wap/wim/client.js';
import { COST } from '../../../src/wap/wim/image.js';
import { createCard, exportCard, importCard } from '../../../src/wap/wim/personalise.js';
import { authority } from '../pki/people.js';
import { newCard, pins, SELECT_PINS, SELECT_WIM, speaker, usualKeys } from './cards.js';

const finger = newFinger(seededRandom(1, 'finger'));
const stranger = newFinger(seededRandom(2, 'finger'));

function capture(of: Uint8Array, seed = 1, options = {}): Uint8Array {
  let sample: Uint8Array | undefined;
  const sensor = simulatedSensor({ random: seededRandom(seed, 'sensor'), finger: of, ...options });
  sensor.capture((it) => {
    sample = it;
  });
  assert.ok(sample);
  return sample;
}

function enrolledCard(threshold?: number): Card {
  const enrolment = { template: finger, ...(threshold !== undefined && { threshold }) };
  const random = seededRandom(4711, 'card');
  const trusted = [authority.certificate];
  return createCard({ random, keys: usualKeys, pins, trusted, cost: COST.least, enrolment });
}

function terminalWith(card: Card) {
  const wim = openWim({ transmit: (apdu) => card.transmit(apdu) });
  const key = wim.keys.find(({ usage }) => usage.includes('nonRepudiation'));
  const pin = key && wim.pinOf(key);
  const biometric = wim.biometrics.find(({ authId }) => authId === pin?.authId);
  assert.ok(key && pin && biometric);
  return { wim, key, pin, biometric };
}

const digest = new Uint8Array(20).fill(7);

describe('A finger in place of the PIN: EP 1 161 055 A2, claim 7', () => {
  it('is matched on the card, and opens what the PIN opens: one signature', () => {
    const { wim, key, biometric } = terminalWith(enrolledCard());
    assert.deepEqual(wim.verifyBiometric(biometric, capture(finger)), { ok: true });
    assert.equal(wim.sign(key, digest).length, 128);
    // A non-repudiation key wants to be asked each time (WAP-260 §12.1.4).
    assert.throws(() => wim.sign(key, digest), /6982/);
  });

  it("a stranger's finger is refused, and counted apart from PINs", () => {
    const card = enrolledCard();
    const { wim, key, pin, biometric } = terminalWith(card);
    for (let left = BIOMETRIC_TRIES - 1; left >= 0; left -= 1) {
      assert.deepEqual(wim.verifyBiometric(biometric, capture(stranger)), { ok: false, triesLeft: left });
    }
    assert.throws(() => wim.sign(key, digest), /6982/);
    assert.equal(wim.pinStatus(pin).triesLeft, 3);
    // The right finger comes too late, but the PIN helps, and lets fingers try again.
    assert.deepEqual(wim.verifyBiometric(biometric, capture(finger)), { ok: false, triesLeft: 0 });
    assert.deepEqual(wim.verifyPin(pin, pins.nonRepudiation), { ok: true });
    assert.equal(wim.sign(key, digest).length, 128);
    assert.equal(wim.biometricStatus(biometric).triesLeft, BIOMETRIC_TRIES);
  });

  it('does not stand in for a PIN that is blocked', () => {
    const { wim, pin, biometric } = terminalWith(enrolledCard());
    for (const wrong of ['0000', '1111', '2222']) wim.verifyPin(pin, wrong);
    assert.equal(wim.biometricStatus(biometric).triesLeft, 0);
    assert.deepEqual(wim.verifyBiometric(biometric, capture(finger)), { ok: false, triesLeft: 0 });
    wim.unblockPin(pin, pins.unblock, pins.nonRepudiation);
    assert.deepEqual(wim.verifyBiometric(biometric, capture(finger)), { ok: true });
  });

  it('opens after a change of the PIN, too; a capture counts for the PIN it stands in for, and for no other', () => {
    const { wim, key, pin, biometric } = terminalWith(enrolledCard());
    wim.changePin(pin, pins.nonRepudiation, '2468');
    const [general] = wim.biometrics;
    assert.ok(general && general.authId !== biometric.authId);
    assert.ok(wim.verifyBiometric(general, capture(finger)).ok);
    assert.throws(() => wim.sign(key, digest), /6982/);
    assert.ok(wim.verifyBiometric(biometric, capture(finger)).ok);
    assert.equal(wim.sign(key, digest).length, 128);
  });

  it('tries stay used in the file of the card; a card without enrolment has no such object', () => {
    const card = enrolledCard();
    const first = terminalWith(card);
    first.wim.verifyBiometric(first.biometric, capture(stranger));
    const again = terminalWith(importCard(exportCard(card), seededRandom(3)));
    assert.equal(again.wim.biometricStatus(again.biometric).triesLeft, BIOMETRIC_TRIES - 1);
    assert.ok(again.wim.verifyBiometric(again.biometric, capture(finger, 9)).ok);
    const plain = newCard();
    assert.deepEqual(openWim({ transmit: (apdu) => plain.transmit(apdu) }).biometrics, []);
  });

  // biome-ignore format: a line is a command and its status
  const statuses = [
    ['its reference, nothing verified yet',      '80200056',                       '63c5'],
    ['P1 other than 00',                         '80200156',                       '6b00'],
    ['a capture that does not match',            `8020005620${'00'.repeat(32)}`,    '6300'],
    ['a capture of another length',              '80200056020000',                 '6300'],
    ['the capture',                              `8020005620${toHex(finger)}`,      '9000'],
    ['its reference, verified',                  '80200056',                       '9000'],
    ['the PIN that it stands in for',            '80200016',                       '9000'],
    ['another PIN',                              '8020000b',                       '63c3'],
    ['commands that take PINs only',             `80260056${'08'}${'30'.repeat(8)}`, '6a88'],
  ] as const;
  it('status words, in this order', () => {
    const say = speaker(enrolledCard());
    say(SELECT_WIM);
    assert.equal(say('8020005601aa'), '6a82', 'the PIN file is not selected');
    say(SELECT_PINS);
    for (const [what, command, status] of statuses) assert.equal(say(command), status, what);
  });

  it('the matcher is a plug-in', () => {
    const card = enrolledCard();
    const generous = importCard(exportCard(card), seededRandom(1), { score: () => 1000 });
    const { wim, biometric } = terminalWith(generous);
    assert.ok(wim.verifyBiometric(biometric, capture(stranger)).ok);
  });
});

describe('The simulated sensor', () => {
  const score = (sample: Uint8Array) => patternMatcher.score(finger, sample);

  it('never captures the same twice, and the finger is known all the same', () => {
    const samples = Array.from({ length: 50 }, (_, seed) => capture(finger, seed));
    assert.ok(new Set(samples.map(toHex)).size > 45);
    assert.ok(samples.every((sample) => score(sample) > MATCH_THRESHOLD));
    const strangers = Array.from({ length: 200 }, (_, seed) => capture(newFinger(seededRandom(seed)), seed));
    assert.ok(strangers.every((sample) => score(sample) < MATCH_THRESHOLD));
  });

  it('can be told to refuse the right finger, and to take the wrong one', () => {
    assert.ok(score(capture(finger, 1, { falseRejects: 1000 })) < MATCH_THRESHOLD);
    assert.ok(score(capture(stranger, 1, { falseAccepts: 1000, enrolled: finger })) > MATCH_THRESHOLD);
    const rejected = Array.from({ length: 200 }, (_, seed) =>
      capture(finger, seed, { falseRejects: 250 }),
    ).filter((sample) => score(sample) < MATCH_THRESHOLD);
    assert.ok(rejected.length > 25 && rejected.length < 75, String(rejected.length));
  });

  it('scores are from 0 to 1000, whatever is compared', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), (a, b) => {
        const value = patternMatcher.score(a, b);
        assert.ok(Number.isInteger(value) && value >= 0 && value <= 1000);
        assert.equal(patternMatcher.score(a, a), a.length === 0 ? 0 : 1000);
      }),
    );
  });
});
