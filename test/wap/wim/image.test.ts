import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DecodeError } from '../../../src/wap/errors.js';
import { decodeImage, encodeImage, padPin } from '../../../src/wap/wim/image.js';
import { hex } from '../../support/hex.js';
import { newCard } from './cards.js';

describe('a card as octets', () => {
  const octets = encodeImage(newCard().image);

  it('comes back', () => {
    assert.deepEqual(decodeImage(octets), newCard().image);
    assert.deepEqual(encodeImage(decodeImage(octets)), octets);
  });

  it('what is no card is refused', () => {
    const change = (at: number, octet: number) => {
      const changed = octets.slice();
      changed[at] = octet;
      return () => decodeImage(changed);
    };
    for (const broken of [
      change(0, 0x78),
      change(16, 9),
      change(16, 18),
      change(17, 0),
      () => decodeImage(octets.subarray(0, 100)),
      () => decodeImage(Uint8Array.of(...octets, 0)),
    ]) {
      assert.throws(broken, DecodeError);
    }
  });

  it('mutated octets give a card or a DecodeError', () => {
    fc.assert(
      fc.property(fc.nat({ max: 900 }), fc.nat({ max: 255 }), (at, octet) => {
        const changed = octets.slice();
        changed[at] = octet;
        try {
          decodeImage(changed);
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
    );
  });

  it('PINs are padded with FF (WAP-260 §12.1.4.1)', () => {
    assert.deepEqual(padPin('1234', 8, 0xff), hex('31323334ffffffff'));
    assert.deepEqual(padPin('12345678', 8, 0xff), hex('3132333435363738'));
    for (const digits of ['', '123', '123456789', '12a4', '１２３４'])
      assert.equal(padPin(digits, 8, 0xff), undefined);
  });
});
