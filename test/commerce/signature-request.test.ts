import assert from 'node:assert/strict';
import fc from 'fast-check';
import { catalogue } from '../../src/commerce/catalogue.js';
import {
  amount,
  newNonce,
  newToken,
  newTransaction,
  requestText,
  TEXT_ITEMS_MAX,
  TEXT_LINE_MAX,
  TEXT_OCTETS_MAX,
  textOctets,
} from '../../src/commerce/signature-request.js';
import { seededRandom } from '../../src/wap/random.js';

const line = (quantity: number, shortName: string, price: number) => ({
  productId: shortName,
  name: shortName,
  shortName,
  price,
  quantity,
});

describe('The request for a signature [236]', () => {
  it('is an abridged text that fits a phone', () => {
    const lines = [line(2, 'WAP book', 3695), line(1, 'Modem 56k', 8990)];
    const order = { transaction: '4711-0815', lines, total: 16_380 };
    const expires = Date.UTC(2001, 10, 22, 21, 5, 59);
    assert.equal(
      requestText({ shop: 'Café Größe', order, nonce: '8F3A-01C2-77D0-5E19', expires }),
      [
        'Cafe Groesse',
        'Transaction 4711-0815',
        '2 WAP book 73.90',
        '1 Modem 56k 89.90',
        'Total EUR 163.80',
        'Until 2001-11-22 21:05Z',
        '8F3A-01C2-77D0-5E19',
      ].join('\n'),
    );
  });

  it('counts what it does not list, so that the lines add up to the total', () => {
    const lines = catalogue.slice(0, 6).map(({ shortName, price }) => line(1, shortName, price));
    const total = lines.reduce((sum, { price }) => sum + price, 0);
    const order = { transaction: '4711-0815', lines, total };
    const text = requestText({ shop: 'Shop', order, nonce: 'N', expires: 0 });
    assert.deepEqual(text.split('\n').slice(2, -2), [
      '1 Modem 56k 89.90',
      '1 Card reader 49.50',
      '1 Cover blue 14.50',
      '3 others 508.80',
      'Total EUR 662.70',
    ]);
  });

  it('has printable ASCII only, short lines and few octets, whatever the order is', () => {
    const anyLine = fc.record({
      quantity: fc.integer({ min: 1, max: 99 }),
      shortName: fc.string({ unit: 'binary', maxLength: 40 }),
      price: fc.integer({ min: 1, max: 99_999_99 }),
    });
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.array(anyLine, { maxLength: 12 }),
        fc.nat(),
        (shop, some, seed) => {
          const lines = some.map(({ quantity, shortName, price }) => line(quantity, shortName, price));
          const random = seededRandom(seed);
          const order = { transaction: newTransaction(random), lines, total: 999_999_999 };
          const asked = { shop, order, nonce: newNonce(random), expires: 253_402_300_799_999 };
          const text = requestText(asked);
          assert.match(text, /^[\n -~]*$/);
          assert.ok(text.split('\n').every((each) => each.length <= TEXT_LINE_MAX));
          assert.ok(text.split('\n').length <= 5 + TEXT_ITEMS_MAX);
          assert.ok(textOctets(text).length <= TEXT_OCTETS_MAX);
          assert.equal(requestText(asked), text);
        },
      ),
    );
  });

  it('has a transaction number, a nonce and a token of fixed form', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        assert.match(newTransaction(seededRandom(seed)), /^\d{4}-\d{4}$/);
        assert.match(newNonce(seededRandom(seed)), /^[0-9A-F]{4}(-[0-9A-F]{4}){3}$/);
        assert.match(newToken(seededRandom(seed)), /^[\w-]{22}$/);
      }),
      { numRuns: 30 },
    );
  });

  it('writes amounts with two decimals', () => {
    assert.deepEqual([5, 100, 123_450].map(amount), ['0.05', '1.00', '1234.50']);
  });
});

describe('The catalogue', () => {
  it('has a dozen products whose short names fit the phone beside their price', () => {
    assert.equal(catalogue.length, 12);
    assert.equal(new Set(catalogue.map(({ id }) => id)).size, 12);
    for (const { id, shortName, price } of catalogue) {
      assert.match(id, /^[a-z0-9-]+$/);
      assert.match(shortName, /^[ -~]{1,16}$/);
      assert.ok(`99 ${shortName} ${amount(price)}`.length <= TEXT_LINE_MAX + 3, shortName);
      assert.ok(price > 0);
    }
  });
});
