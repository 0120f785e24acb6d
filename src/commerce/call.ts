/**
 * The request to the phone as a telephone call: the server "dials automatically" [221]. The call says nothing and is not answered;
 * that it comes, and from which number, is the request. A service in the phone's repository knows the shop's numbers (wml/call.wml).
 */
import { ProtocolError } from '../wap/errors.js';
import type { LineNews } from '../wta/index.js';
import type { PushSubmitter } from './push.js';

/** The shop's telephone line: a range of numbers, from each of which it can dial. */
export interface CallOptions {
  /** What all numbers begin with; the digits of a transaction follow: `+33492`. */
  readonly prefix: string;
  /** @param news what becomes of the call @returns hangs up */
  readonly dial: (from: string, to: string, news: (news: LineNews) => void) => () => void;
}

/** The number that stands for an order: the correlator of [0014], that the user can compare. */
export function numberOf(prefix: string, transaction: string): string {
  return prefix + transaction.replaceAll('-', '');
}

/** The order that a number stands for; `undefined` where it is none of the shop's. */
export function transactionOf(prefix: string, number: string): string | undefined {
  if (!number.startsWith(prefix)) return undefined;
  const [, first, second] = /^(\d{4})(\d{4})$/.exec(number.slice(prefix.length)) ?? [];
  return first === undefined ? undefined : `${first}-${second}`;
}

/** Rings the phone until it has fetched the request. Rejects where it cannot be reached. */
export function callSubmitter({ prefix, dial }: CallOptions): PushSubmitter {
  return ({ mobileDeviceId, id }) =>
    new Promise((resolve, reject) => {
      const hangUp = dial(numberOf(prefix, id), mobileDeviceId, (news) => {
        if (news === 'ringing') resolve({ octets: 0, stop: () => hangUp() });
        // Whoever answers hears nothing; the request stands, and the service of the phone can still be opened by hand.
        else if (news === 'answered') resolve({ octets: 0, stop: () => hangUp() });
        else reject(new ProtocolError('telephone', 'dialling', `the call came to nothing: ${news}`));
      });
    });
}
