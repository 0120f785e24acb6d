/** The session layer, public names: WAP-230-WSP. */
export type {
  BearerAddress,
  Capabilities,
  ExtendedMethod,
  HeaderCodePage,
  UnknownCapability,
} from './capabilities.js';
export {
  cutDown,
  decodeAddresses,
  decodeCapabilities,
  defaultCapabilities,
  encodeAddresses,
  encodeCapabilities,
  type Settings,
  settle,
} from './capabilities.js';
export { connectionlessLayer, type UnitOptions } from './connectionless.js';
export { type Dissection, dissectUnit, dissectWsp } from './dissect.js';
export { type Header, headerValue, headerValues, withoutHeader } from './header.js';
export { applicationIds } from './header-numbers.js';
export {
  type CodePage,
  decodeContentType,
  decodeHeaders,
  encodeContentType,
  encodeHeaders,
  type HeaderContext,
  HIGHEST_VERSION,
  LOWEST_VERSION,
} from './headers.js';
export type { LongTransactionIndication, LongTransactionRequest } from './long-transactions.js';
export { encodingVersionIn, type Message } from './messages.js';
export {
  binaryMultipartType,
  decodeMultipart,
  encodeMultipart,
  type MultipartEntry,
  mimeMultipartType,
} from './multipart.js';
export {
  abortCodeOf,
  abortReasons,
  capabilityNumbers,
  methodTypes,
  type ProtocolOption,
  pduTypes,
  protocolOptions,
  type Reason,
  type ReasonName,
  reasonOf,
  statusCodes,
  statusOctet,
  statusOf,
} from './numbers.js';
export {
  decodeUnit,
  decodeWsp,
  encodeUnit,
  encodeWsp,
  PROTOCOL_VERSION,
  type UnitPdu,
  type WspPdu,
} from './pdu.js';
export {
  type ClientSessionIndication,
  type ClientSessionRequest,
  type EitherSessionIndication,
  type EitherSessionRequest,
  type EncodingVersion,
  type ManagementRequest,
  type PushId,
  type ReasonCode,
  redirectStatuses,
  type ServerSessionIndication,
  type ServerSessionRequest,
  type SessionHandle,
  type SessionIndication,
  type SessionRequest,
  type TransactionId,
  type UnitIndication,
  type UnitRequest,
} from './primitives.js';
export {
  LARGEST_MESSAGE,
  LARGEST_SDU,
  longSessionLayer,
  MAX_SESSIONS,
  type SessionOptions,
  sessionLayer,
} from './session.js';
