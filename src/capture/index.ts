/** Captures: what was sent, written as pcapng, and what a datagram says, layer by layer. */
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
export { createPcapng, type Pcapng } from './pcapng.js';
