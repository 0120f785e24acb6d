/** Datagrams: WAP-259-WDP. */
export type {
  Datagram,
  DatagramIndication,
  DatagramRequest,
  FromBearer,
  Undelivered,
} from './primitives.js';
export {
  LARGEST_DATAGRAM,
  NO_PORT,
  SHORT_MESSAGE_OCTETS,
  type SmsOptions,
  type SmsWdp,
  smsWdp,
} from './sms.js';
export { decodeTextMessage, encodeTextMessage, hasTextHeader } from './sms-text.js';
export {
  decodeShortMessage,
  elementIdentifiers,
  encodeShortMessage,
  type Fragment,
  type PortAddress,
  type ShortMessage,
} from './udh.js';
export {
  decodeWcmp,
  encodeWcmp,
  gsmAddress,
  gsmDigits,
  reassemblyCodes,
  unreachableCodes,
  type Wcmp,
  wcmpLayouts,
  wcmpTypes,
} from './wcmp.js';
export { type Wdp, wdp } from './wdp.js';
