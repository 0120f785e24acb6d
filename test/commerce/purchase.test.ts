import assert from 'node:assert/strict';
import {
  linesOf,
  prepareOrder,
  putInCart,
  readDelivery,
  toQuantity,
  totalOf,
} from '../../src/commerce/purchase.js';
import { openStore } from '../../src/commerce/store.js';
import type { Random } from '../../src/wap/random.js';

function storeWithUser() {
  const store = openStore(':memory:');
  store.putUser({ userId: 'alice', name: 'Alice', passwordHash: '' });
  return store;
}

/** Gives these numbers, one after the other, and then the last one for ever. */
function scripted(...numbers: number[]): Random {
  let at = 0;
  return {
    octets(count) {
      const octets = new Uint8Array(count);
      new DataView(octets.buffer).setUint32(0, numbers[Math.min(at++, numbers.length - 1)] ?? 0);
      return octets;
    },
  };
}

describe('From the cart to an order [240]', () => {
  const delivery = { name: 'A', street: 'S', postcode: 'P', city: 'C', country: 'France' };

  it('takes another transaction number where one is taken, and gives up where all are', () => {
    const store = storeWithUser();
    putInCart(store, 'alice', 'mouse');
    const order = { userId: 'alice', lines: linesOf(store, 'alice'), delivery, prepared: 0 };
    assert.equal(prepareOrder(store, scripted(47_110_815), order), '4711-0815');
    assert.equal(prepareOrder(store, scripted(47_110_815, 1), order), '0000-0001');
    assert.throws(() => prepareOrder(store, scripted(1), order), /no transaction number is free/);
  });

  it('leaves out of the cart what is sold no more', () => {
    const store = storeWithUser();
    store.setQuantity('alice', 'gramophone', 1);
    store.setQuantity('alice', 'mouse', 2);
    const lines = linesOf(store, 'alice');
    assert.deepEqual(
      lines.map(({ productId }) => productId),
      ['mouse'],
    );
    assert.equal(totalOf(lines), 7980);
  });

  it('reads quantities from 0 to 99', () => {
    assert.deepEqual(['0', '7', '99', '100', '999999'].map(toQuantity), [0, 7, 99, 99, 99]);
    assert.deepEqual(['', '-1', '1.5', '1e1', ' 1', '1000000'].map(toQuantity), Array(6).fill(undefined));
  });

  it('reads the form without blanks and control characters', () => {
    const form = new URLSearchParams({ ...delivery, name: '  Alice\u0000\n Liddell ', street: 'x\ud800' });
    assert.deepEqual(readDelivery(form), {
      delivery: { ...delivery, name: 'Alice Liddell', street: 'x\ufffd' },
      mistakes: {},
    });
    const { mistakes } = readDelivery(new URLSearchParams());
    assert.deepEqual(Object.keys(mistakes), ['name', 'street', 'postcode', 'city', 'country']);
  });
});
