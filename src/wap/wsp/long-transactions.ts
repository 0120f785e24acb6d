/**
 * The transaction service with the parameters that long messages need: WAP-224-WTP §5.3 (More Data, Frame Boundary,
 * TR-InvokeData, TR-ResultData). A WTP that has them lets WSP offer Large Data Transfer (WAP-230-WSP §8.3.2.3).
 */
import type { Handle, TransactionIndication, TransactionRequest } from '../wtp/primitives.js';

interface More {
  /** Further data of the same direction follows. Left out: none. */
  readonly moreData?: boolean;
  /** The data is the beginning of a new frame: a PDU of its own. */
  readonly frameBoundary?: boolean;
}

interface Data extends More {
  readonly userData: Uint8Array;
  readonly handle: Handle;
}

interface Answer {
  readonly exitInfo?: Uint8Array;
  readonly handle: Handle;
}

export type LongTransactionRequest =
  | (TransactionRequest & More)
  | ({ readonly type: 'TR-InvokeData.req' } & Data)
  | ({ readonly type: 'TR-InvokeData.res' } & Answer)
  | ({ readonly type: 'TR-ResultData.req' } & Data)
  | ({ readonly type: 'TR-ResultData.res' } & Answer);

export type LongTransactionIndication =
  | (TransactionIndication & More)
  | ({ readonly type: 'TR-InvokeData.ind' } & Data)
  | ({ readonly type: 'TR-InvokeData.cnf' } & Answer)
  | ({ readonly type: 'TR-ResultData.ind' } & Data)
  | ({ readonly type: 'TR-ResultData.cnf' } & Answer);
