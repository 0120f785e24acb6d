/**
 * What the shop speaks of. Reference signs in brackets are those of EP 1 161 055 A2, figures 2 and 3, here and in the
 * whole room.
 */
import type { Millis } from '../wap/time.js';

/** An amount of money in cents of a euro. */
export type Cents = number;

/** Something to buy. */
export interface Product {
  readonly id: string;
  readonly name: string;
  /** The name as a phone can show it: ASCII, at most 16 characters. */
  readonly shortName: string;
  readonly description: string;
  readonly price: Cents;
}

/** So many of a product, at the price it had when it was put there. */
export interface Line {
  readonly productId: string;
  readonly name: string;
  readonly shortName: string;
  readonly price: Cents;
  /** 1 to 99. */
  readonly quantity: number;
}

/** Where the goods go: the form [204, 234]. */
export interface Delivery {
  readonly name: string;
  readonly street: string;
  readonly postcode: string;
  readonly city: string;
  readonly country: string;
}

/** How a request for a signature ends; every one ends in exactly one of these. */
export const endings = [
  'signed',
  'declined',
  'card blocked',
  'no certificate',
  'expired',
  'withdrawn',
  'signature wrong',
  'not delivered',
] as const;

export type Ending = (typeof endings)[number];

/** An order is `prepared` [240], then waits for its signature [222], then has its one ending. */
export type OrderState = 'prepared' | 'awaiting signature' | Ending;

/** What the user wants to buy, prepared on the PC [240]. */
export interface Order {
  /** The correlator that both screens show: `4711-0815`. */
  readonly transaction: string;
  readonly userId: string;
  readonly lines: readonly Line[];
  readonly total: Cents;
  readonly delivery: Delivery;
  readonly prepared: Millis;
  readonly state: OrderState;
  /** Why it ended so, for a person to read; empty before. */
  readonly reason: string;
  readonly ended?: Millis;
  /** How often signed content came for this order after it had ended; each was refused. */
  readonly repeats: number;
}

/** A request to have an order signed [236]. Its state is its order's. */
export interface SignatureRequest {
  readonly transaction: string;
  /** Names the request in URLs; 128 bits that nobody can guess. */
  readonly token: string;
  /** Makes the text one of a kind, so that no earlier signature can stand in for this one. */
  readonly nonce: string;
  /** What is signed, to the octet. */
  readonly text: string;
  /** The server's own signature of the text [236]: SignedContent in base64, as the deck carries it. */
  readonly countersignature: string;
  readonly created: Millis;
  readonly expires: Millis;
}

/** One thing that was looked at [237], and what was found. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** A sentence for a person. */
  readonly text: string;
}

/** Signed content that arrived, whatever became of it: what a court would be shown. */
export interface Evidence {
  readonly transaction: string;
  /** The text that was asked for. */
  readonly text: string;
  /** The octets that came. */
  readonly signedContent: Uint8Array;
  readonly received: Millis;
  /** The signer's own time, where it gave one. */
  readonly signed?: Millis;
  /** `repeated` and `late`: it came when the order had ended, known already or not. */
  readonly verdict: Ending | 'repeated' | 'late';
  readonly checks: readonly Check[];
}

/** A user who may buy here. */
export interface User {
  readonly userId: string;
  readonly name: string;
  /** As `password.ts` writes it. */
  readonly passwordHash: string;
}

/** A PC that is, or is about to be, logged in [232]. */
export interface Session {
  /** Missing until the user is authenticated. */
  readonly userId?: string;
  /** What every form of this session carries, so that no other site can send one. */
  readonly formToken: string;
  readonly expires: Millis;
}
