/** From cart and form to an order [240]. */
import type { Random } from '../wap/random.js';
import type { Millis } from '../wap/time.js';
import { findProduct } from './catalogue.js';
import type { Cents, Delivery, Line, Order } from './model.js';
import { countries, deliveryFields, type Mistakes } from './pages/shopping.js';
import { newTransaction } from './signature-request.js';
import type { Store } from './store.js';

/** Pieces of one product in a cart; the database holds it too. */
export const PIECES_MAX = 99;
/** Characters of a line of an address: what fits a label. */
export const FIELD_MAX = 80;
/** Ten thousand orders would have to be made at once to need more. */
const TRANSACTION_TRIES = 16;

export function linesOf(store: Store, userId: string): readonly Line[] {
  return [...store.cart(userId)].flatMap(([productId, quantity]) => {
    const product = findProduct(productId);
    if (product === undefined) return [];
    const { name, shortName, price } = product;
    return [{ productId, name, shortName, price, quantity }];
  });
}

export function totalOf(lines: readonly Line[]): Cents {
  return lines.reduce((sum, line) => sum + line.price * line.quantity, 0);
}

/** Puts so many more pieces into the cart. */
export function putInCart(store: Store, userId: string, productId: string): boolean {
  if (findProduct(productId) === undefined) return false;
  store.setQuantity(userId, productId, Math.min(PIECES_MAX, (store.cart(userId).get(productId) ?? 0) + 1));
  return true;
}

/** A number from a form, brought into the range of a cart; `undefined` where it is none. */
export function toQuantity(text: string): number | undefined {
  return /^[0-9]{1,6}$/.test(text) ? Math.min(PIECES_MAX, Number(text)) : undefined;
}

/** Reads the order form [204]: what was written, and what is wrong with it. */
export function readDelivery(form: URLSearchParams): { delivery: Delivery; mistakes: Mistakes } {
  const read = (field: keyof Delivery) =>
    (form.get(field) ?? '')
      .replace(/[\p{Cc}\p{Cs}]/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim();
  const country = countries.find((name) => name === read('country'));
  const delivery: Delivery = {
    name: read('name'),
    street: read('street'),
    postcode: read('postcode'),
    city: read('city'),
    country: country ?? '',
  };
  const mistakes = deliveryFields.flatMap(({ field, label }): [keyof Delivery, string][] => {
    if (delivery[field] === '') return [[field, `${label} is missing.`]];
    if (delivery[field].length > FIELD_MAX)
      return [[field, `${label} is longer than ${FIELD_MAX} characters.`]];
    return [];
  });
  if (country === undefined) mistakes.push(['country', 'Please choose a country.']);
  return { delivery, mistakes: Object.fromEntries(mistakes) };
}

/** Makes an order of the cart, under a transaction number that is still free. */
export function prepareOrder(
  store: Store,
  random: Random,
  order: Pick<Order, 'userId' | 'lines' | 'delivery'> & { prepared: Millis },
): string {
  const total = totalOf(order.lines);
  for (let tries = 0; tries < TRANSACTION_TRIES; tries++) {
    const transaction = newTransaction(random);
    if (store.addOrder({ ...order, transaction, total })) return transaction;
  }
  throw new Error('no transaction number is free');
}
