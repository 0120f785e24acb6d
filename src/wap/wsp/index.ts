/** The session layer, public names: WAP-230-WSP. */
export type {
  BearerAddress,
  Capabilities,
  ExtendedMethod,
  HeaderCodePage,
  UnknownCapability,
} from './capabilities.js';
export { type Header, headerValue, headerValues, withoutHeader } from './header.js';
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
  type ClientSessionIndication,
  type ClientSessionRequest,
  type EitherSessionIndication,
  type EitherSessionRequest,
  type EncodingVersion,
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
