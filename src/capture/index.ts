/** Captures: what was sent, written as pcapng, and what a datagram says, layer by layer. */
export { type CapturedDatagram, type Conversations, conversations } from './conversations.js';
export {
  contentText,
  type DissectedDatagram,
  type DissectedLayer,
  dissect,
  formatFields,
  type Service,
} from './dissect.js';
export { type CaptureFile, captureTo } from './file.js';
export { type TcpFlow, tapHttpServer, type WatchTcp } from './http-tap.js';
export { emptyKeyLog, type KeyLog, keyLogLine, readKeyLog } from './keylog.js';
export { createPcapng, type Pcapng } from './pcapng.js';
export { type CapturedPacket, readCapture } from './read.js';
