/**
 * The service of WTLS: WAP-261 §6. SEC-Unitdata has the parameters of T-DUnitdata and goes by that name here, so that
 * whoever works on datagrams works on secure ones too. The indications and confirmations of connection management are
 * news for the management entity: the layers above know nothing of security.
 */
import type { Peers } from '../address.js';
import type { Effect, Management } from '../layer.js';
import type { DatagramIndication, DatagramRequest } from '../wdp/primitives.js';
import type { AlertDescription, AlertLevel } from './alert.js';

/** What may be asked besides T-DUnitdata.req, which makes a connection where there is none. */
export type SecurityRequest =
  /** A client makes a new connection, and a new session where there is none to resume. */
  | { readonly type: 'SEC-Create.req'; readonly peers: Peers }
  /** A server asks the client to do so. */
  | { readonly type: 'SEC-Create-Request.req'; readonly peers: Peers }
  | {
      readonly type: 'SEC-Terminate.req';
      readonly peers: Peers;
      readonly alertDescription: AlertDescription;
      /** Fatal ends the session, critical the connection only. */
      readonly alertLevel: Exclude<AlertLevel, 'warning'>;
    }
  | {
      readonly type: 'SEC-Exception.req';
      readonly peers: Peers;
      readonly alertDescription: AlertDescription;
    };

export type SecurityNewsType =
  | 'SEC-Create.ind'
  | 'SEC-Create.cnf'
  | 'SEC-Create-Request.ind'
  | 'SEC-Exchange.ind'
  | 'SEC-Exchange.cnf'
  | 'SEC-Commit.ind'
  | 'SEC-Commit.cnf'
  | 'SEC-Terminate.ind'
  | 'SEC-Exception.ind'
  /** A record or a message could not be read. */
  | 'DecodeError'
  /** A handshake was refused here; the text says why, the alert what the other end hears. */
  | 'Refused'
  /** Something was dropped to stay within a limit. */
  | 'Dropped';

export interface SecurityNews extends Management {
  readonly type: SecurityNewsType;
  readonly peers: Peers;
  readonly alert?: {
    readonly level: AlertLevel | number;
    readonly description: AlertDescription | number;
  };
}

export type WtlsEffect = Effect<DatagramIndication, DatagramRequest>;
