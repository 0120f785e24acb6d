/** Wireless Telephony Application: WAP-266-WTA, WAP-268-WTAI, WAP-255-WTAIGSM. */
export { type Call, callField } from './call.js';
export { type CallLogEntry, type CallLogName, CallLogs } from './call-log.js';
export { callStates, gsmCallStates } from './call-model.js';
export {
  type Channel,
  type ChannelResource,
  channelMediaTypes,
  decodeChannel,
  decodeChannelContent,
  encodeChannel,
  encodeChannelBinary,
} from './channel.js';
export { type Handled, processEvent } from './event-process.js';
export {
  clearedResults,
  isWtaEventId,
  type WtaEvent,
  type WtaEventId,
  wtaEvent,
  wtaEvents,
} from './events.js';
export { Exchange, Line, type LineNews, type Subscription, type Timers } from './exchange.js';
export { Indicators, type IndicatorType, indicatorTypes } from './indicators.js';
export { type Caller, parseWtaiUri, type UriResult, Wtai, wtaiLibraries } from './lib/index.js';
export { type Message, Messages } from './messages.js';
export { Network, type NetworkEffect, type NetworkOptions, testCoverage } from './network.js';
export {
  type AskPermission,
  type Blanket,
  executableOf,
  type PermissionAnswer,
  type PermissionRequest,
  Permissions,
  type PermissionType,
} from './permissions.js';
export { PhoneBook, type PhoneBookEntry, phoneBookLimits } from './phone-book.js';
export {
  memoryStore,
  Repository,
  type RepositoryAnswer,
  type RepositoryChange,
  type RepositoryHost,
  type RepositoryRequest,
  type RepositoryStore,
  type Resource,
  type StoredChannel,
} from './repository.js';
export {
  isWtaSession,
  type SessionFacts,
  type SessionStart,
  sessionStart,
  type WtaPorts,
} from './session.js';
export type { Cell, Coverage, Indication, Request } from './signals.js';
export { Telephone, type TelephoneHost } from './telephone.js';
export {
  type Received,
  type Referrer,
  type WtaBrowser,
  type WtaHost,
  WtaUserAgent,
} from './user-agent.js';
