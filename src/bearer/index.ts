/** What carries datagrams, and what drives a stack on it. */
export { type Bearer, type Sighting, tap } from './bearer.js';
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
  type MessageCentre,
  type MessageCentreOptions,
  openMessageCentre,
  openSmpp,
  type SmppOptions,
} from './smpp.js';
export { decodeSmpp, encodeSmpp, type Smpp } from './smpp-pdu.js';
export { openUdp, type UdpOptions } from './udp.js';
