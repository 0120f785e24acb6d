/** The datagram service: WAP-259-WDP §5.3. */
import type { Endpoint } from '../address.js';

export type DatagramRequest = {
  readonly type: 'T-DUnitdata.req';
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly userData: Uint8Array;
};

/** What the user of datagrams gets. `source` is the peer. */
export type DatagramIndication =
  | {
      readonly type: 'T-DUnitdata.ind';
      readonly source: Endpoint;
      readonly destination: Endpoint;
      readonly userData: Uint8Array;
    }
  | {
      readonly type: 'T-DError.ind';
      /** Whom the lost datagram was for. */
      readonly source: Endpoint;
      readonly destination: Endpoint;
      /** What the bearer or WCMP said, as a sentence. */
      readonly error: string;
    };

/** A datagram as a bearer carries it. On UDP it is the UDP payload; WDP adds nothing there (WAP-259 §6.2). */
export interface Datagram {
  readonly type: 'Datagram';
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly octets: Uint8Array;
}

/** A bearer could not bring a datagram to its destination, and knows it: ICMP, a failed send. */
export interface Undelivered {
  readonly type: 'Undelivered';
  /** Who sent the datagram: an end of this bearer. */
  readonly source: Endpoint;
  /** Whom it was for. */
  readonly destination: Endpoint;
  /** As a sentence. */
  readonly error: string;
}

/** What a bearer hands up. */
export type FromBearer = Datagram | Undelivered;
