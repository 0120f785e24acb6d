/** Transactions: WAP-224-WTP. */
export type { WtpOptions } from './options.js';
export {
  type Abort,
  type AbortReason,
  type Ack,
  abortReasons,
  abortTypes,
  decodeWtp,
  encodeWtp,
  type Invoke,
  layouts,
  type NegativeAck,
  pduTypes,
  type Result,
  type SegmentedInvoke,
  type SegmentedResult,
  separate,
  TID_DIRECTION,
  type WtpPdu,
} from './pdu.js';
export type {
  Handle,
  LongTransactionIndication,
  LongTransactionRequest,
  TransactionClass,
  TransactionIndication,
  TransactionRequest,
} from './primitives.js';
export type { Segmentation } from './sar.js';
export { initiator, responder } from './tables.js';
export { type Timing, timingFor } from './timers.js';
export { type OptionName, options, type Tpi, tpiErrors, tpiIdentities } from './tpi.js';
export { type ExtendedSegmentation, type LongWtp, longWtp, type Wtp, wtp } from './wtp.js';
