/** What a transaction of WTP sees of the layer around it. */
import type { Peers } from '../address.js';
import type { Millis } from '../time.js';
import type { WtpPdu } from './pdu.js';
import type { LongTransactionIndication } from './primitives.js';
import type { Segmentation } from './sar.js';

/** What the transaction timer runs for: an interval of Table 39, or H, the wait for a result after a hold-on acknowledgement. */
const intervals = ['R', 'A', 'W', 'H'] as const;
export type IntervalName = (typeof intervals)[number];

/** Before missing packets are asked for; before the next group may go; before packets may be asked for again. */
const segmentationTimers = ['nack', 'delay', 'hold'] as const;
export type SegmentationTimer = (typeof segmentationTimers)[number];

export const timerNames = [...intervals, ...segmentationTimers] as const;
export type TimerName = (typeof timerNames)[number];

/** What a provider supports, and its limits. */
export interface Capabilities {
  /** `undefined`: without segmentation and re-assembly. */
  readonly segmentation: Segmentation | undefined;
  /** Whether the user takes and gives messages in several parts. */
  readonly longMessages: boolean;
  /** Whether a Responder takes class 2. */
  readonly class2: boolean;
  /** Whether a Responder takes Invokes that ask for user acknowledgement. */
  readonly userAcknowledgement: boolean;
  /** Most octets of one message that is re-assembled. */
  readonly largestMessage: number;
  /** Octets that all unfinished messages together may hold. */
  readonly assemblyMemory: number;
  /** Most octets of a result that the Initiator takes, told in each Invoke; `undefined`: not told. */
  readonly maximumReceiveUnit: number | undefined;
  /** Most octets of one packet group that we take, told in Invokes and Acks; `undefined`: not told, 1405 by default. */
  readonly maximumGroup: number | undefined;
  /** How long an Initiator waits for a result after a hold-on acknowledgement. */
  readonly longestResult: Millis;
  /** Octets of the largest datagram; `undefined`: not known. */
  readonly largestDatagram: number | undefined;
}

export interface Environment {
  readonly capabilities: Capabilities;
  /** Sends at once, with whatever is queued for the same peers. */
  send(peers: Peers, pdu: WtpPdu): void;
  /** Keeps an Ack of the transaction `serial` until something is sent to the same peers or `flush` is called; `false`: it was sent. */
  queue(peers: Peers, pdu: WtpPdu, serial: number): boolean;
  /** Sends what is queued for these peers if some of it is of this transaction; whether it was. */
  flush(peers: Peers, serial: number): boolean;
  startTimer(serial: number, timer: TimerName, after: Millis): void;
  stopTimer(serial: number, timer: TimerName): void;
  indicate(indication: LongTransactionIndication): void;
  manage(type: string, text: string): void;
  /** The TID of the next Invoke to these peers, and whether it must say that TIDs start anew. */
  genTid(peers: Peers): { readonly tid: number; readonly tidNew: boolean };
  /** Octets that unfinished messages hold, after this change. */
  hold(octets: number): number;
}

/** The transaction timer: one at a time, but for an A that a queued acknowledgement waits for (§9.3.3). */
export class TransactionTimer {
  readonly #environment: Environment;
  readonly #serial: number;
  #running: IntervalName | undefined;
  /** A runs beside W, for what is queued. */
  #keptA = false;

  constructor(environment: Environment, serial: number) {
    this.#environment = environment;
    this.#serial = serial;
  }

  start(interval: IntervalName, after: Millis): void {
    if (this.#running !== interval) this.#stopRunning();
    this.#running = interval;
    this.#environment.startTimer(this.#serial, interval, after);
  }

  /** Something is queued that must be sent when the running A is over: the next interval does not stop it. */
  keepA(): void {
    this.#keptA = this.#running === 'A';
  }

  stop(): void {
    this.#stopRunning();
    if (this.#keptA) this.#environment.stopTimer(this.#serial, 'A');
    this.#keptA = false;
  }

  runs(interval: IntervalName): boolean {
    return this.#running === interval;
  }

  /** Whether the interval that ran out is the transaction's; else it was kept for the queue. */
  expired(interval: IntervalName): boolean {
    if (this.#running !== interval) {
      this.#keptA = false;
      return false;
    }
    this.#running = undefined;
    return true;
  }

  #stopRunning(): void {
    if (this.#running !== undefined && !(this.#keptA && this.#running === 'A')) {
      this.#environment.stopTimer(this.#serial, this.#running);
    }
    this.#running = undefined;
  }
}
