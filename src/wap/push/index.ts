/** Push: PAP, client addresses, push messages, and the textual forms of SI, SL and CO. */

export { decodeDatetime, encodeDatetime } from '../datetime.js';
export {
  type ApplicationId,
  applicationIds,
  applicationUri,
  decodeApplicationId,
  encodeApplicationId,
  wmlUserAgent,
} from './application-id.js';
export {
  type Capabilities,
  decodeCapabilities,
  encodeCapabilities,
  lacking,
  takes,
} from './capabilities.js';
export { type ClientAddress, clientKey, decodeClientAddress, encodeClientAddress } from './client-address.js';
export { decodeCo, encodeCo, type Invalidation } from './co.js';
export {
  applicationOf,
  contentTypeOf,
  decodePushFlags,
  encodePushFlags,
  mustNotTransform,
  otaHeaders,
  type PushFlags,
  pushFlags,
  transformed,
} from './message.js';
export {
  decodeEntity,
  decodeMediaType,
  decodeMultipart,
  type Entity,
  encodeEntity,
  encodeMediaType,
  encodeMultipart,
  type MediaType,
  withHeader,
  withoutTransferEncoding,
} from './mime.js';
export {
  decodePapEntities,
  encodePapEntities,
  entityType,
  type PapBody,
  type PapEntities,
} from './multipart.js';
export {
  type BadMessageResponse,
  type CancelMessage,
  type CancelResponse,
  type CancelResult,
  type CcqMessage,
  type CcqResponse,
  commonPapVersion,
  decodePap,
  encodePap,
  isPapVersion,
  type MessageState,
  messageStates,
  type NewPushSubmission,
  type PapDocument,
  type PapMessage,
  type PapVersion,
  type ProgressNote,
  type PushResponse,
  type PushSubmission,
  papVersion,
  papVersions,
  type QualityOfService,
  type ResponseResult,
  type ResultNotificationMessage,
  type ResultNotificationResponse,
  type StatusQueryMessage,
  type StatusQueryResponse,
  type StatusQueryResult,
  speaksAbove10,
} from './pap.js';
export { decodeSi, encodeSi, type ServiceIndication, type SiAction, siIdentity } from './si.js';
export { decodeSia, encodeSia, type SessionInitiation, SIA_VERSION } from './sia.js';
export { decodeSl, encodeSl, type ServiceLoading } from './sl.js';
export {
  isSuccess,
  mayRetry,
  mobileClientAborted,
  type PapStatus,
  papStatus,
  type StatusCarrier,
  statusCarriers,
} from './status.js';
