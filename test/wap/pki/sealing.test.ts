import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { toHex } from '../../../src/wap/octets.js';
import {
  decodeSealedText,
  encodeSealedText,
  openSealedText,
  sealText,
} from '../../../src/wap/pki/sealing.js';
import { seededRandom } from '../../../src/wap/random.js';
import { openWim } from '../../../src/wap/wim/client.js';
import { newCard, pins } from '../wim/cards.js';
import { aliceOnline } from './people.js';

describe('a request sealed to the key of the card', () => {
  const text = 'Order 4712, for your eyes only';
  const sealed = sealText(seededRandom(1), aliceOnline.key.publicKey, text);
  const octets = encodeSealedText(sealed);

  function opener() {
    const card = newCard();
    const wim = openWim({ transmit: (apdu) => card.transmit(apdu) });
    const [pinG] = wim.pins;
    const key = wim.keys.find(({ usage }) => usage.includes('decrypt'));
    assert.ok(pinG && key);
    wim.verifyPin(pinG, pins.general);
    return { keyHash: key.id, decipher: (cryptogram: Uint8Array) => wim.decipher(key, cryptogram) };
  }

  it('is not to be read on the way, and is opened by the card', () => {
    assert.equal(toHex(octets).includes(toHex(new TextEncoder().encode(text))), false);
    assert.deepEqual(decodeSealedText(octets), sealed);
    assert.equal(openSealedText(decodeSealedText(octets), opener()), text);
  });

  it('is not opened by another key, nor when an octet changed', () => {
    const own = opener();
    assert.equal(openSealedText({ ...sealed, keyHash: new Uint8Array(20) }, own), undefined);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: octets.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, change) => {
          const changed = octets.slice();
          changed[at] = (changed[at] ?? 0) ^ change;
          try {
            return openSealedText(decodeSealedText(changed), own) === undefined;
          } catch (error) {
            // A wrapped key of another length is refused by the card.
            return error instanceof DecodeError || at === 21 || at === 22;
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('what is none is refused', () => {
    assert.throws(() => decodeSealedText(Uint8Array.of(2)), DecodeError);
    assert.throws(() => decodeSealedText(octets.subarray(0, 50)), DecodeError);
  });
});
