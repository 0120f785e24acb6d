/**
 * What a telephone and its network say to each other. No specification of the suite prints this interface; the words are
 * GSM's (04.08, 04.80) where it has some. A leg is one end of a call: numbers above zero are given by the telephone,
 * those below by the network, as transaction identifiers have a flag for who gave them (GSM 04.07 §11).
 */
import type { Millis } from '../wap/time.js';
import type { callWaitingStatus, clearedResults, outOfService, sendResults } from './events.js';

export type Leg = number;

/** Why a leg ended. Those of multiparty calls are the telephone's own affair. */
export type Cause = Exclude<keyof typeof clearedResults, `multiparty ${string}`>;

export type SendResult = keyof typeof sendResults;

/** GSM 04.07 §11: transaction identifiers are 0 to 6. */
export const TRANSACTIONS = 7;

/** What sendUSSD sends: WAP-255 §7.2.7. */
export type UssdSent = 'request' | 'result of request' | 'result of notify';

/** Where the telephone is: what WTAGSM.netinfo tells (WAP-255 §5.2). */
export interface Cell {
  /** Mobile Country Code, three digits. */
  readonly mcc: string;
  /** Mobile Network Code, two digits or three. */
  readonly mnc: string;
  /** Location Area Code, 16 bits. */
  readonly lac: number;
  /** Cell Identity, 16 bits. */
  readonly cell: number;
  /** 0 to 63. */
  readonly timingAdvance: number;
  /** Received level of this cell, 0 to 63. */
  readonly level: number;
  readonly neighbours: readonly {
    /** 0 to 63. */
    readonly level: number;
    /** Index of the carrier in the BA list, 0 to 31. */
    readonly frequency: number;
    /** Base Station Identity Code, six bits. */
    readonly bsic: number;
  }[];
}

/** Whether there is a network, and which. */
export type Coverage =
  | { readonly inService: true; readonly networkName: string; readonly cell: Cell }
  | { readonly inService: false; readonly explanation: keyof typeof outOfService };

/** From the telephone. */
export type Request =
  | { readonly type: 'setup'; readonly leg: Leg; readonly number: string }
  /** It rings here. */
  | { readonly type: 'alerting'; readonly leg: Leg }
  | { readonly type: 'connect'; readonly leg: Leg }
  | { readonly type: 'disconnect'; readonly leg: Leg; readonly cause: 'normal' | 'busy' }
  | { readonly type: 'deflect'; readonly leg: Leg; readonly number: string }
  | { readonly type: 'transfer'; readonly legs: readonly [Leg, Leg] }
  | { readonly type: 'hold' | 'retrieve'; readonly leg: Leg }
  /** The held legs and the active ones become one call. */
  | { readonly type: 'build multiparty'; readonly legs: readonly Leg[] }
  | { readonly type: 'split multiparty'; readonly leg: Leg }
  | { readonly type: 'hold multiparty' | 'retrieve multiparty'; readonly legs: readonly Leg[] }
  | { readonly type: 'dtmf'; readonly leg: Leg; readonly tones: string }
  | { readonly type: 'text'; readonly reference: number; readonly number: string; readonly text: string }
  /** There is no room for a text that came: it is to come again when there is. */
  | {
      readonly type: 'memory exceeded';
      readonly from: string;
      readonly text: string;
      readonly sentAt: Millis;
    }
  | { readonly type: 'memory available' }
  | {
      readonly type: 'ussd';
      readonly kind: UssdSent;
      readonly transactionId: number;
      readonly message: string;
      readonly codingScheme: number;
    }
  | { readonly type: 'call waiting'; readonly operation: 'interrogate' | 'activate' | 'deactivate' };

/** To the telephone. */
export type Indication =
  | { readonly type: 'coverage'; readonly coverage: Coverage }
  /** @property from empty where the caller does not want to be known */
  | { readonly type: 'incoming'; readonly leg: Leg; readonly from: string }
  | { readonly type: 'proceeding' | 'alerting'; readonly leg: Leg }
  | { readonly type: 'connected'; readonly leg: Leg }
  | { readonly type: 'cleared'; readonly leg: Leg; readonly cause: Cause }
  | { readonly type: 'held' | 'retrieved'; readonly leg: Leg }
  | { readonly type: 'multiparty built'; readonly legs: readonly Leg[] }
  | { readonly type: 'multiparty held' | 'multiparty retrieved'; readonly legs: readonly Leg[] }
  | { readonly type: 'multiparty split'; readonly leg: Leg }
  | { readonly type: 'dtmf sent'; readonly leg: Leg; readonly tones: string }
  /** The other end pressed keys. */
  | { readonly type: 'tones'; readonly leg: Leg; readonly tones: string }
  | { readonly type: 'text'; readonly from: string; readonly text: string; readonly sentAt: Millis }
  | { readonly type: 'text status'; readonly reference: number; readonly result: SendResult }
  | {
      readonly type: 'ussd';
      readonly kind: 'result' | 'request' | 'notify' | 'error';
      readonly transactionId: number;
      readonly message: string;
      readonly codingScheme: number;
    }
  | { readonly type: 'call waiting'; readonly status: keyof typeof callWaitingStatus };
