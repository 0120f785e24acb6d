/** The request to the phone, handed to a push proxy gateway [221]. */
import type { Millis } from '../wap/time.js';

/** A service indication for one phone. */
export interface PushOrder {
  /** Telephone number of the phone [320]. */
  readonly mobileDeviceId: string;
  /** Names the push at the push proxy, and the indication on the phone. */
  readonly id: string;
  /** The deck that the indication leads to. */
  readonly href: string;
  readonly text: string;
  readonly created: Millis;
  readonly expires: Millis;
}

/**
 * Hands a push over; throws where the push proxy does not take it.
 * @returns how many octets the submission had
 */
export type PushSubmitter = (push: PushOrder) => Promise<{ readonly octets: number }>;
