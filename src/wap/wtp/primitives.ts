/** The transaction service: WAP-224-WTP §5.3. */
import type { Peers } from '../address.js';

/** Names one transaction between WTP and its user. The user of an Initiator picks `I…`, WTP gives a Responder's `R…`. */
export type Handle = `I${string}` | `R${string}`;

/** §5.1: 0 unreliable without result, 1 reliable without result, 2 reliable with one result. */
export type TransactionClass = 0 | 1 | 2;

/** What the user of transactions may ask of WTP. Exit info travels in the Info TPI of the last acknowledgement. */
export type TransactionRequest =
  | {
      readonly type: 'TR-Invoke.req';
      readonly peers: Peers;
      /** Whether the user of the other end has to acknowledge (U/P flag). */
      readonly ackType: boolean;
      readonly userData: Uint8Array;
      readonly classType: TransactionClass;
      readonly exitInfo?: Uint8Array;
      readonly handle: Handle;
    }
  | { readonly type: 'TR-Invoke.res'; readonly exitInfo?: Uint8Array; readonly handle: Handle }
  | {
      readonly type: 'TR-Result.req';
      readonly userData: Uint8Array;
      readonly exitInfo?: Uint8Array;
      readonly handle: Handle;
    }
  | { readonly type: 'TR-Result.res'; readonly exitInfo?: Uint8Array; readonly handle: Handle }
  /** @param abortCode a user abort reason: WSP's are in WAP-230 Table 35. */
  | { readonly type: 'TR-Abort.req'; readonly abortCode: number; readonly handle: Handle };

/** What WTP tells its user. */
export type TransactionIndication =
  | {
      readonly type: 'TR-Invoke.ind';
      readonly peers: Peers;
      readonly ackType: boolean;
      readonly userData: Uint8Array;
      readonly classType: TransactionClass;
      readonly handle: Handle;
    }
  | { readonly type: 'TR-Invoke.cnf'; readonly exitInfo?: Uint8Array; readonly handle: Handle }
  | {
      readonly type: 'TR-Result.ind';
      readonly userData: Uint8Array;
      readonly exitInfo?: Uint8Array;
      readonly handle: Handle;
    }
  | { readonly type: 'TR-Result.cnf'; readonly exitInfo?: Uint8Array; readonly handle: Handle }
  | {
      readonly type: 'TR-Abort.ind';
      readonly abortType: 'PROVIDER' | 'USER';
      readonly abortCode: number;
      readonly handle: Handle;
    };
