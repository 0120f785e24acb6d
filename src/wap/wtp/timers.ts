/** Timer intervals and counters: WAP-224-WTP Appendix A (normative), and B.1 for large messages. */
import type { BearerName } from '../address.js';
import { type Millis, seconds } from '../time.js';
import type { TransactionClass } from './primitives.js';

/** Without user acknowledgement, with it. In seconds or times, as printed. */
type Printed = readonly [without: number, with_: number];

interface PrintedTiming {
  /** Base, short and long acknowledgement interval. */
  readonly B_A: Printed;
  readonly S_A: Printed;
  readonly L_A: Printed;
  /** Base, short, long and group retry interval. */
  readonly B_R: Printed;
  readonly S_R: Printed;
  readonly L_R: Printed;
  readonly G_R: Printed;
  /** Wait timeout interval. */
  readonly W: Printed;
  readonly RCR_MAX: Printed;
  readonly AEC_MAX: Printed;
  /** Half the median round trip, and the octets that it is for: Appendix B.1. */
  readonly M: readonly [seconds: number, octets: number];
}

// biome-ignore format: a line is a printed row
const printed = {
  'GSM SMS': {
    B_A: [10, 10], S_A: [0, 5], L_A: [20, 20],
    B_R: [60, 60], S_R: [35, 40], L_R: [70, 70], G_R: [45, 45],
    W: [300, 300],
    RCR_MAX: [4, 4],
    AEC_MAX: [4, 4],
    M: [5, 140],
  },
  'GSM USSD': {
    B_A: [10, 10], S_A: [0, 5], L_A: [10, 10],
    B_R: [20, 20], S_R: [14, 14], L_R: [20, 20], G_R: [10, 10],
    W: [60, 60],
    RCR_MAX: [4, 4],
    AEC_MAX: [4, 4],
    M: [3, 160],
  },
  IP: {
    B_A: [2, 2], S_A: [0, 1], L_A: [4, 4],
    B_R: [5, 5], S_R: [3, 4], L_R: [7, 7], G_R: [3, 3],
    W: [40, 40],
    RCR_MAX: [8, 8],
    AEC_MAX: [6, 6],
    M: [0.2, 1024],
  },
} as const satisfies Record<string, PrintedTiming>;

export type TimingName = keyof typeof printed;

const timingNames: Readonly<Record<BearerName, TimingName>> = {
  'Any IPv4': 'IP',
  'Any IPv6': 'IP',
  'GSM SMS': 'GSM SMS',
  'GSM CSD IPv4': 'IP',
  'GSM GPRS IPv4': 'IP',
};

/** The intervals that a transaction runs by. */
export interface Timing {
  /** Hold-on acknowledgement, class 2. */
  readonly baseAck: Millis;
  /** Last acknowledgement, class 1. */
  readonly shortAck: Millis;
  /** Last acknowledgement, class 2. */
  readonly longAck: Millis;
  /** Invoke message, class 2. */
  readonly baseRetry: Millis;
  /** Invoke message, class 1. */
  readonly shortRetry: Millis;
  /** Result message. */
  readonly longRetry: Millis;
  /** Last packet of a packet group. */
  readonly groupRetry: Millis;
  readonly wait: Millis;
  readonly rcrMax: number;
  readonly aecMax: number;
  /** Half the median round trip: how long missing packets may be late before a Nack asks for them (§7.14.4). */
  readonly halfRoundTrip: Millis;
  /** Octets that go in that time. */
  readonly fragment: number;
}

function timing(name: TimingName, uack: boolean): Timing {
  const table = printed[name];
  const column = uack ? 1 : 0;
  return {
    baseAck: seconds(table.B_A[column]),
    shortAck: seconds(table.S_A[column]),
    longAck: seconds(table.L_A[column]),
    baseRetry: seconds(table.B_R[column]),
    shortRetry: seconds(table.S_R[column]),
    longRetry: seconds(table.L_R[column]),
    groupRetry: seconds(table.G_R[column]),
    wait: seconds(table.W[column]),
    rcrMax: table.RCR_MAX[column],
    aecMax: table.AEC_MAX[column],
    halfRoundTrip: seconds(table.M[0]),
    fragment: table.M[1],
  };
}

const both = (name: TimingName) => ({ without: timing(name, false), with: timing(name, true) });
const timings = {
  'GSM SMS': both('GSM SMS'),
  'GSM USSD': both('GSM USSD'),
  IP: both('IP'),
} satisfies Record<TimingName, { without: Timing; with: Timing }>;

/** Appendix A's column for a bearer. */
export function timingFor(bearer: BearerName, uack: boolean): Timing {
  return timings[timingNames[bearer]][uack ? 'with' : 'without'];
}

/** "Timer Usage" of Appendix A: the retry interval of an Invoke. */
export function invokeRetry(timing: Timing, tcl: TransactionClass): Millis {
  return tcl === 2 ? timing.baseRetry : timing.shortRetry;
}

/** Appendix B.1: a large message takes its time, and is not sent again before it can have arrived. */
export function extended(interval: Millis, timing: Timing, octets: number): Millis {
  return interval + Math.floor(octets / timing.fragment) * timing.halfRoundTrip;
}
