/** What carries datagrams, and what drives a stack on it. */
export { type Bearer, type Losses, type Sighting, tap } from './bearer.js';
export { type Driver, type DriverOptions, drive, type Stack } from './driver.js';
export {
  type Link,
  type LinkCounts,
  type LinkOptions,
  type LinkProfile,
  type LinkProfileName,
  linkProfiles,
  simulatedLink,
} from './memory.js';
export { realScheduler, type Scheduler, type VirtualScheduler, virtualScheduler } from './scheduler.js';
export {
  openSmpp,
  type Receipt,
  type SmppBearer,
  type SmppOptions,
  type Submission,
  type Wishes,
} from './smpp.js';
export { isMessage, type Message as SmppMessage } from './smpp-datagram.js';
export { decodeSmpp, encodeSmpp, type Smpp } from './smpp-pdu.js';
export { type SmsNumber, type SmsPort, smsNumber } from './smpp-ports.js';
export type { Stream, WatchStream } from './smpp-stream.js';
export {
  type MessageCentre,
  type MessageCentreEvent,
  type MessageCentreOptions,
  messageCentre,
  openMessageCentre,
  type SystemAccount,
} from './smsc.js';
export type { MessageStore, StoredMessage } from './smsc-queue.js';
export { openUdp, type UdpOptions } from './udp.js';
export {
  answerReader,
  frameMessage,
  insertCard,
  type ReaderCard,
  splitMessages,
  type VirtualReader,
  VPCD_PORT,
  vpcdControls,
} from './vpcd.js';
