/** Datagrams: WAP-259-WDP. */
export type {
  Datagram,
  DatagramIndication,
  DatagramRequest,
  FromBearer,
  Undelivered,
} from './primitives.js';
export { type Wdp, wdp } from './wdp.js';
