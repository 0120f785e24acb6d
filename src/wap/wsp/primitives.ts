/**
 * The session service: WAP-230-WSP §6.3.3 (connection mode) and §6.4.2 (connectionless).
 *
 * One layer instance serves many sessions in both roles, so a primitive names its session. Parameters carry the printed
 * names; Server Address and Client Address together are `peers`, as the one who handles the primitive sees them.
 */
import type { Peers } from '../address.js';
import type { BearerAddress, Capabilities } from './capabilities.js';
import type { Header } from './header.js';
import type { Reason } from './numbers.js';

/** Names one session between WSP and its user. The user of a client picks `C…`, the layer gives a server's `S…`. */
export type SessionHandle = `C${string}` | `S${string}`;

/** §6.2.8: the client's user picks its own, the layer numbers the server's. */
export type TransactionId = number;

/** §6.2.4: the server's user picks its own, the layer numbers the client's. */
export type PushId = number;

/** §6.3.3.2: a reason, or an HTTP status where the peer refused with a Reply or a Redirect. */
export type ReasonCode = Reason | number;

/** `S-Disconnect.req` with one of these sends a Redirect: Moved Permanently, Moved Temporarily. */
export const redirectStatuses = [301, 302] as const;

/** What the user of a client may ask. */
export type ClientSessionRequest =
  | {
      readonly type: 'S-Connect.req';
      readonly session: SessionHandle;
      readonly peers: Peers;
      readonly clientHeaders?: readonly Header[];
      readonly requestedCapabilities?: Capabilities;
    }
  | { readonly type: 'S-Suspend.req'; readonly session: SessionHandle }
  | {
      readonly type: 'S-Resume.req';
      readonly session: SessionHandle;
      /** May differ from those before the session was suspended. */
      readonly peers: Peers;
      readonly clientHeaders?: readonly Header[];
    }
  | {
      readonly type: 'S-MethodInvoke.req';
      readonly session: SessionHandle;
      readonly clientTransactionId: TransactionId;
      /** `GET`, `POST`, …, or an extended method that was agreed on. */
      readonly method: string;
      readonly requestUri: string;
      readonly requestHeaders?: readonly Header[];
      readonly requestBody?: Uint8Array;
      /** S-MethodInvokeData primitives follow. */
      readonly moreData?: boolean;
    }
  | {
      readonly type: 'S-MethodInvokeData.req';
      readonly session: SessionHandle;
      readonly clientTransactionId: TransactionId;
      readonly requestBody: Uint8Array;
      /** Only with the last of them: trailers. */
      readonly requestHeaders?: readonly Header[];
      readonly moreData?: boolean;
    }
  | {
      readonly type: 'S-MethodResult.res';
      readonly session: SessionHandle;
      readonly clientTransactionId: TransactionId;
      readonly acknowledgementHeaders?: readonly Header[];
    }
  | {
      readonly type: 'S-MethodResultData.res';
      readonly session: SessionHandle;
      readonly clientTransactionId: TransactionId;
      readonly acknowledgementHeaders?: readonly Header[];
    }
  | {
      readonly type: 'S-ConfirmedPush.res';
      readonly session: SessionHandle;
      readonly clientPushId: PushId;
      readonly acknowledgementHeaders?: readonly Header[];
    }
  | {
      readonly type: 'S-PushAbort.req';
      readonly session: SessionHandle;
      readonly pushId: PushId;
      readonly reason: Reason;
    };

/** What the user of a server may ask. */
export type ServerSessionRequest =
  | {
      readonly type: 'S-Connect.res';
      readonly session: SessionHandle;
      readonly serverHeaders?: readonly Header[];
      /** Those left out stay as indicated. */
      readonly negotiatedCapabilities?: Capabilities;
    }
  | {
      readonly type: 'S-Resume.res';
      readonly session: SessionHandle;
      readonly serverHeaders?: readonly Header[];
    }
  | {
      readonly type: 'S-MethodInvoke.res';
      readonly session: SessionHandle;
      readonly serverTransactionId: TransactionId;
    }
  | {
      readonly type: 'S-MethodInvokeData.res';
      readonly session: SessionHandle;
      readonly serverTransactionId: TransactionId;
    }
  | {
      readonly type: 'S-MethodResult.req';
      readonly session: SessionHandle;
      readonly serverTransactionId: TransactionId;
      /** As in HTTP: 200, 404. */
      readonly status: number;
      readonly responseHeaders?: readonly Header[];
      readonly responseBody?: Uint8Array;
      /** S-MethodResultData primitives follow. */
      readonly moreData?: boolean;
    }
  | {
      readonly type: 'S-MethodResultData.req';
      readonly session: SessionHandle;
      readonly serverTransactionId: TransactionId;
      readonly responseBody: Uint8Array;
      /** Only with the last of them: trailers. */
      readonly responseHeaders?: readonly Header[];
      readonly moreData?: boolean;
    }
  | {
      readonly type: 'S-Push.req';
      readonly session: SessionHandle;
      readonly pushHeaders?: readonly Header[];
      readonly pushBody?: Uint8Array;
    }
  | {
      readonly type: 'S-ConfirmedPush.req';
      readonly session: SessionHandle;
      readonly serverPushId: PushId;
      readonly pushHeaders?: readonly Header[];
      readonly pushBody?: Uint8Array;
    };

/** What either user may ask. */
export type EitherSessionRequest =
  | {
      readonly type: 'S-Disconnect.req';
      readonly session: SessionHandle;
      /** Only values of the Status type. */
      readonly reasonCode: number;
      /** With 301 and 302: whether the client may keep its secure session. */
      readonly redirectSecurity?: boolean;
      readonly redirectAddresses?: readonly BearerAddress[];
      readonly errorHeaders?: readonly Header[];
      readonly errorBody?: Uint8Array;
    }
  | {
      readonly type: 'S-MethodAbort.req';
      readonly session: SessionHandle;
      readonly transactionId: TransactionId;
    };

/** The pseudo-events of §7.1.5 as the management entity of either end causes them: no primitives of the service. */
export type ManagementRequest = { readonly type: 'Disconnect' | 'Suspend'; readonly session: SessionHandle };

/** What the user of the connection-mode session service may ask. */
export type SessionRequest =
  | ClientSessionRequest
  | ServerSessionRequest
  | EitherSessionRequest
  | ManagementRequest;

/** What the user of a client is told. */
export type ClientSessionIndication =
  | {
      readonly type: 'S-Connect.cnf';
      readonly session: SessionHandle;
      readonly serverHeaders: readonly Header[];
      readonly negotiatedCapabilities: Capabilities;
    }
  | {
      readonly type: 'S-Resume.cnf';
      readonly session: SessionHandle;
      readonly serverHeaders: readonly Header[];
    }
  | {
      readonly type: 'S-MethodInvoke.cnf';
      readonly session: SessionHandle;
      readonly clientTransactionId: TransactionId;
    }
  | {
      readonly type: 'S-MethodInvokeData.cnf';
      readonly session: SessionHandle;
      readonly clientTransactionId: TransactionId;
    }
  | {
      readonly type: 'S-MethodResult.ind';
      readonly session: SessionHandle;
      readonly clientTransactionId: TransactionId;
      readonly status: number;
      /** Content-Type first, where the PDU has one. */
      readonly responseHeaders: readonly Header[];
      readonly responseBody: Uint8Array;
      readonly moreData: boolean;
    }
  | {
      readonly type: 'S-MethodResultData.ind';
      readonly session: SessionHandle;
      readonly clientTransactionId: TransactionId;
      readonly responseBody: Uint8Array;
      readonly responseHeaders?: readonly Header[];
      readonly moreData: boolean;
    }
  | {
      readonly type: 'S-Push.ind';
      readonly session: SessionHandle;
      readonly pushHeaders: readonly Header[];
      readonly pushBody: Uint8Array;
    }
  | {
      readonly type: 'S-ConfirmedPush.ind';
      readonly session: SessionHandle;
      readonly clientPushId: PushId;
      readonly pushHeaders: readonly Header[];
      readonly pushBody: Uint8Array;
    };

/** What the user of a server is told. */
export type ServerSessionIndication =
  | {
      readonly type: 'S-Connect.ind';
      readonly session: SessionHandle;
      readonly peers: Peers;
      readonly clientHeaders: readonly Header[];
      /** Complete: what the client asked for, cut down to what this provider can do. */
      readonly requestedCapabilities: Capabilities;
    }
  | {
      readonly type: 'S-Resume.ind';
      readonly session: SessionHandle;
      readonly peers: Peers;
      readonly clientHeaders: readonly Header[];
    }
  | {
      readonly type: 'S-MethodInvoke.ind';
      readonly session: SessionHandle;
      readonly serverTransactionId: TransactionId;
      readonly method: string;
      readonly requestUri: string;
      readonly requestHeaders: readonly Header[];
      readonly requestBody: Uint8Array;
      readonly moreData: boolean;
      /** Octets of a result that the transaction can carry, where WTP says so. */
      readonly largestResult?: number;
    }
  | {
      readonly type: 'S-MethodInvokeData.ind';
      readonly session: SessionHandle;
      readonly serverTransactionId: TransactionId;
      readonly requestBody: Uint8Array;
      readonly requestHeaders?: readonly Header[];
      readonly moreData: boolean;
    }
  | {
      readonly type: 'S-MethodResult.cnf';
      readonly session: SessionHandle;
      readonly serverTransactionId: TransactionId;
      readonly acknowledgementHeaders: readonly Header[];
    }
  | {
      readonly type: 'S-MethodResultData.cnf';
      readonly session: SessionHandle;
      readonly serverTransactionId: TransactionId;
      readonly acknowledgementHeaders: readonly Header[];
    }
  | {
      readonly type: 'S-ConfirmedPush.cnf';
      readonly session: SessionHandle;
      readonly serverPushId: PushId;
      readonly acknowledgementHeaders: readonly Header[];
    };

/** What either user is told. */
export type EitherSessionIndication =
  | {
      readonly type: 'S-Disconnect.ind';
      readonly session: SessionHandle;
      readonly reasonCode: ReasonCode;
      readonly redirectSecurity?: boolean;
      readonly redirectAddresses?: readonly BearerAddress[];
      readonly errorHeaders?: readonly Header[];
      readonly errorBody?: Uint8Array;
    }
  | { readonly type: 'S-Suspend.ind'; readonly session: SessionHandle; readonly reason: Reason }
  | {
      readonly type: 'S-Exception.ind';
      readonly session: SessionHandle;
      /** What happened, as a sentence. */
      readonly exceptionData: string;
    }
  | {
      readonly type: 'S-MethodAbort.ind';
      readonly session: SessionHandle;
      readonly transactionId: TransactionId;
      readonly reason: Reason;
    }
  | {
      readonly type: 'S-PushAbort.ind';
      readonly session: SessionHandle;
      readonly pushId: PushId;
      readonly reason: Reason;
    };

/** What the user of the connection-mode session service is told. */
export type SessionIndication = ClientSessionIndication | ServerSessionIndication | EitherSessionIndication;

/** The connectionless service, §6.4.2: the client asks the first, the server the others. */
export type UnitRequest =
  | {
      readonly type: 'S-Unit-MethodInvoke.req';
      readonly peers: Peers;
      /** 0 to 255: travels as the TID octet. */
      readonly transactionId: number;
      readonly method: string;
      readonly requestUri: string;
      readonly requestHeaders?: readonly Header[];
      readonly requestBody?: Uint8Array;
      /** What the peer is known to decode; left out where nothing is known. */
      readonly encodingVersion?: EncodingVersion;
    }
  | {
      readonly type: 'S-Unit-MethodResult.req';
      readonly peers: Peers;
      readonly transactionId: number;
      readonly status: number;
      readonly responseHeaders?: readonly Header[];
      readonly responseBody?: Uint8Array;
      /** As the S-Unit-MethodInvoke.ind gave it. */
      readonly encodingVersion?: EncodingVersion;
    }
  | {
      readonly type: 'S-Unit-Push.req';
      readonly peers: Peers;
      readonly pushId: number;
      readonly pushHeaders?: readonly Header[];
      readonly pushBody?: Uint8Array;
      readonly encodingVersion?: EncodingVersion;
    };

/** §8.4.2.70: `1.2`, `1.4`. */
export type EncodingVersion = `${number}.${number}`;

export type UnitIndication =
  | {
      readonly type: 'S-Unit-MethodInvoke.ind';
      readonly peers: Peers;
      readonly transactionId: number;
      readonly method: string;
      readonly requestUri: string;
      readonly requestHeaders: readonly Header[];
      readonly requestBody: Uint8Array;
      /** The client's, or 1.2 where it named none. */
      readonly encodingVersion: EncodingVersion;
    }
  | {
      readonly type: 'S-Unit-MethodResult.ind';
      readonly peers: Peers;
      readonly transactionId: number;
      readonly status: number;
      readonly responseHeaders: readonly Header[];
      readonly responseBody: Uint8Array;
      readonly encodingVersion: EncodingVersion;
    }
  | {
      readonly type: 'S-Unit-Push.ind';
      readonly peers: Peers;
      readonly pushId: number;
      readonly pushHeaders: readonly Header[];
      readonly pushBody: Uint8Array;
    };
