/** The request to have an order signed [236]: an abridged text that fits a phone, and what makes it one of a kind. */
import { encodeUtf8, toBase64, toHex } from '../wap/octets.js';
import { type Random, randomBelow } from '../wap/random.js';
import { type Millis, seconds } from '../wap/time.js';
import { abridge } from './ascii.js';
import type { Cents, Order } from './model.js';

/** How long the user has, where nothing else is said. */
export const SIGNATURE_LIFE: Millis = seconds(300);

/** What a phone of 2001 shows in a line without breaking it; the layout never makes a longer one. */
export const TEXT_LINE_MAX = 24;

/** Products that are listed by name; the others are counted. */
export const TEXT_ITEMS_MAX = 4;

/** The longest text that the layout can make, in octets; a test holds it. */
export const TEXT_OCTETS_MAX = 256;

const NONCE_OCTETS = 8;
const TOKEN_OCTETS = 16;

/** The correlator: eight digits that a person can compare at a glance, `4711-0815`. */
export function newTransaction(random: Random): string {
  const digits = String(randomBelow(random, 100_000_000)).padStart(8, '0');
  return `${digits.slice(0, 4)}-${digits.slice(4)}`;
}

/** 64 bits, as a person would read them out: `8F3A-01C2-77D0-5E19`. */
export function newNonce(random: Random): string {
  const digits = toHex(random.octets(NONCE_OCTETS)).toUpperCase();
  return [0, 4, 8, 12].map((at) => digits.slice(at, at + 4)).join('-');
}

/** What names the request in URLs: base64 with the two letters that URLs have for it, short because decks have to be. */
export function newToken(random: Random): string {
  const base64 = toBase64(random.octets(TOKEN_OCTETS));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Euros and cents, with a full stop: `1234.50`. */
export function amount(cents: Cents): string {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

/** UTC to the minute, `2001-11-22 21:07Z`, rounded down: what the user is told is never later than the truth. */
function minute(time: Millis): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

/** A name on the left, an amount on the right, in a line of the phone. */
function item(left: string, cents: Cents): string {
  const right = amount(cents);
  return `${abridge(left, TEXT_LINE_MAX - right.length - 1)} ${right}`;
}

/** What the request's text is made of. */
export interface RequestText {
  readonly shop: string;
  readonly order: Pick<Order, 'transaction' | 'lines' | 'total'>;
  readonly nonce: string;
  readonly expires: Millis;
}

/**
 * The text that the phone shows [212] and the user signs [214]. Printable ASCII and newlines; the same order gives the
 * same octets, so that it can be rebuilt and compared.
 */
export function requestText({ shop, order, nonce, expires }: RequestText): string {
  const listed = order.lines.slice(
    0,
    order.lines.length > TEXT_ITEMS_MAX ? TEXT_ITEMS_MAX - 1 : TEXT_ITEMS_MAX,
  );
  const others = order.lines.slice(listed.length);
  const cost = (lines: readonly { price: Cents; quantity: number }[]) =>
    lines.reduce((sum, line) => sum + line.price * line.quantity, 0);
  return [
    abridge(shop, TEXT_LINE_MAX),
    `Transaction ${order.transaction}`,
    ...listed.map((line) => item(`${line.quantity} ${line.shortName}`, cost([line]))),
    ...(others.length === 0 ? [] : [item(`${others.length} others`, cost(others))]),
    item('Total EUR', order.total),
    `Until ${minute(expires)}`,
    nonce,
  ].join('\n');
}

/** Octets of a text as they are signed: UTF-8 (WAP-161 §6). */
export function textOctets(text: string): Uint8Array {
  return encodeUtf8(text);
}
