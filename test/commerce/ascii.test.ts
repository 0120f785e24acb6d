import assert from 'node:assert/strict';
import fc from 'fast-check';
import { abridge, toAscii } from '../../src/commerce/ascii.js';

describe('Text for any phone', () => {
  it('spells umlauts and signs out, drops accents, and marks the rest', () => {
    assert.equal(toAscii('Größe Œuvre Ærø Łódź'), 'Groesse OEuvre AEroe Lodz');
    assert.equal(toAscii('café – “3 × 5 €” … Žižek'), 'cafe - "3 x 5 EUR" ... Zizek');
    assert.equal(toAscii('\u0007日本 \n\t 𝄞'), '??? ?');
  });

  it('takes decomposed letters for what they are', () => {
    assert.equal(toAscii('u\u0308'), 'ue');
  });

  it('says with a full stop that something was left out', () => {
    assert.equal(abridge('Optical mouse', 13), 'Optical mouse');
    assert.equal(abridge('Optical mouse', 12), 'Optical mou.');
    assert.equal(abridge('Optical mouse', 9), 'Optical.');
  });

  it('gives printable ASCII of any text, no longer than asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 30 }), (text, length) => {
        assert.match(toAscii(text), /^[ -~]*$/);
        assert.ok(abridge(text, length).length <= length);
      }),
    );
  });
});
