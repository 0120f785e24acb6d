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
      /** Octets of a result that the Initiator can be sent, where that is bounded and known. */
      readonly largestResult?: number;
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

/** §5.3.1.9, §5.3.1.10: what extended segmentation adds to primitives with user data. */
interface More {
  /** Further data of the same direction follows. Left out: none. */
  readonly moreData?: boolean;
  /** The data is the beginning of a new frame of the user. */
  readonly frameBoundary?: boolean;
}

/** §5.3.2, §5.3.4. */
interface FurtherData extends More {
  readonly userData: Uint8Array;
  readonly handle: Handle;
}

interface FurtherAnswer {
  readonly exitInfo?: Uint8Array;
  readonly handle: Handle;
}

/** The service with messages of several parts: TR-InvokeData and TR-ResultData. */
export type LongTransactionRequest =
  | (TransactionRequest & More)
  | ({ readonly type: 'TR-InvokeData.req' } & FurtherData)
  | ({ readonly type: 'TR-InvokeData.res' } & FurtherAnswer)
  | ({ readonly type: 'TR-ResultData.req' } & FurtherData)
  | ({ readonly type: 'TR-ResultData.res' } & FurtherAnswer);

export type LongTransactionIndication =
  | (TransactionIndication & More)
  | ({ readonly type: 'TR-InvokeData.ind' } & FurtherData)
  | ({ readonly type: 'TR-InvokeData.cnf' } & FurtherAnswer)
  | ({ readonly type: 'TR-ResultData.ind' } & FurtherData)
  | ({ readonly type: 'TR-ResultData.cnf' } & FurtherAnswer);
