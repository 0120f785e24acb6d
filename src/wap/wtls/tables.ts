/**
 * The state tables of WAP-261 §7, a row a printed row. Names of messages in the Conditions column are conditions; the
 * prose of the Action column is cut down to what it asks for. §7 says itself that the tables are not complete, and that
 * the text decides.
 */
import type { StateTable } from '../machine.js';

export type ClientState =
  | 'NULL'
  | 'CREATING'
  | 'EXCHANGE'
  | 'COMMIT1'
  | 'COMMIT2'
  | 'CREATED'
  | 'OPENING'
  | 'OPEN';

export type ClientEvent =
  | 'SEC-Create.req'
  | 'SEC-Exchange.res'
  | 'SEC-Commit.req'
  | 'SEC-Terminate.req'
  | 'SEC-Exception.req'
  | 'SEC-Unitdata.req'
  | 'T-Unitdata.ind'
  | 'Retransmission timer expires'
  | 'Retransmission counter exceeds the maximum value'
  | 'Finished prepending timer expires'
  /** The rows of CREATED have no event: they are taken at once. */
  | '';

export type ClientCondition =
  | 'HelloRequest'
  | 'ServerHello Certificate* ServerKeyExchange* CertificateRequest* ServerHelloDone'
  | 'ServerHello Certificate* ChangeCipherSpec Finished'
  | 'ChangeCipherSpec Finished'
  | 'User data'
  | 'Alert (critical or fatal)'
  | 'Alert (warning)'
  | 'Alert (duplicate_finished_received)'
  | 'No response from the server is received'
  | 'send ChangeCipherSpec and Finished immediately without user data'
  | 'delay sending ChangeCipherSpec and Finished and prepend it to user data'
  | 'Finished prepending timer is set';

export type ClientAction =
  | 'T-Unitdata.req (ClientHello)'
  | 'T-Unitdata.req (Alert)'
  | 'T-Unitdata.req'
  | 'Resend the last buffer'
  | 'Clear the retransmission timer'
  | 'Increment the retransmission counter'
  | 'Create a buffer: Certificate* ClientKeyExchange* CertificateVerify*'
  | 'Append to the buffer: ChangeCipherSpec Finished'
  | 'Create a buffer: ChangeCipherSpec Finished'
  | 'Send the buffer'
  | 'Set up a Finished prepending timer'
  | 'Remove the Finished prepending timer'
  | 'Prepend buffer to user data and call T-Unitdata.req'
  | 'SEC-Create-Request.ind'
  | 'SEC-Create.cnf'
  | 'SEC-Exchange.ind'
  | 'SEC-Commit.ind'
  | 'SEC-Commit.cnf'
  | 'SEC-Unitdata.ind'
  | 'SEC-Terminate.ind'
  | 'SEC-Exception.ind';

/** §7.1. */
// biome-ignore format: a line is a printed row
export const clientTable: StateTable<ClientState, ClientEvent, ClientCondition, ClientAction> = {
  NULL: [
    ['SEC-Create.req', [], ['T-Unitdata.req (ClientHello)'], 'CREATING'],
    ['T-Unitdata.ind', ['HelloRequest'], ['SEC-Create-Request.ind'], 'NULL'],
  ],
  CREATING: [
    ['SEC-Terminate.req', [], ['T-Unitdata.req (Alert)'], 'NULL'],
    ['SEC-Exception.req', [], ['T-Unitdata.req (Alert)'], 'CREATING'],
    ['T-Unitdata.ind', ['ServerHello Certificate* ServerKeyExchange* CertificateRequest* ServerHelloDone'], ['SEC-Create.cnf', 'SEC-Exchange.ind'], 'EXCHANGE'],
    ['T-Unitdata.ind', ['ServerHello Certificate* ChangeCipherSpec Finished'], ['SEC-Create.cnf', 'SEC-Commit.ind'], 'CREATED'],
    ['T-Unitdata.ind', ['Alert (critical or fatal)'], ['SEC-Terminate.ind'], 'NULL'],
    ['T-Unitdata.ind', ['Alert (warning)'], ['SEC-Exception.ind'], 'CREATING'],
    ['Retransmission timer expires', [], ['Resend the last buffer', 'Clear the retransmission timer', 'Increment the retransmission counter'], 'CREATING'],
    ['Retransmission counter exceeds the maximum value', [], ['SEC-Terminate.ind'], 'NULL'],
  ],
  EXCHANGE: [
    ['SEC-Exchange.res', [], ['Create a buffer: Certificate* ClientKeyExchange* CertificateVerify*'], 'COMMIT1'],
    ['SEC-Terminate.req', [], ['T-Unitdata.req (Alert)'], 'NULL'],
    ['SEC-Exception.req', [], ['T-Unitdata.req (Alert)'], 'EXCHANGE'],
  ],
  COMMIT1: [
    ['SEC-Commit.req', [], ['Append to the buffer: ChangeCipherSpec Finished', 'Send the buffer'], 'COMMIT2'],
    ['SEC-Terminate.req', [], ['T-Unitdata.req (Alert)'], 'NULL'],
    ['SEC-Exception.req', [], ['T-Unitdata.req (Alert)'], 'COMMIT1'],
  ],
  COMMIT2: [
    ['SEC-Terminate.req', [], ['T-Unitdata.req (Alert)'], 'NULL'],
    ['SEC-Exception.req', [], ['T-Unitdata.req (Alert)'], 'COMMIT2'],
    ['T-Unitdata.ind', ['Alert (critical or fatal)'], ['SEC-Terminate.ind'], 'NULL'],
    ['T-Unitdata.ind', ['Alert (warning)'], ['SEC-Exception.ind'], 'COMMIT2'],
    ['T-Unitdata.ind', ['ChangeCipherSpec Finished'], ['SEC-Commit.cnf'], 'OPEN'],
    ['Retransmission timer expires', ['No response from the server is received'], ['Resend the last buffer', 'Clear the retransmission timer', 'Increment the retransmission counter'], 'COMMIT2'],
    ['Retransmission counter exceeds the maximum value', [], ['SEC-Terminate.ind'], 'NULL'],
  ],
  CREATED: [
    ['', ['send ChangeCipherSpec and Finished immediately without user data'], ['Create a buffer: ChangeCipherSpec Finished', 'Send the buffer'], 'OPENING'],
    ['', ['delay sending ChangeCipherSpec and Finished and prepend it to user data'], ['Create a buffer: ChangeCipherSpec Finished', 'Set up a Finished prepending timer'], 'OPENING'],
    ['SEC-Terminate.req', [], ['T-Unitdata.req (Alert)'], 'NULL'],
    ['SEC-Exception.req', [], ['T-Unitdata.req (Alert)'], 'CREATED'],
  ],
  OPENING: [
    // Printed as a condition without event further down; first here, or the row without conditions would always win.
    ['SEC-Unitdata.req', ['Finished prepending timer is set'], ['Prepend buffer to user data and call T-Unitdata.req', 'Remove the Finished prepending timer'], 'OPENING'],
    ['SEC-Unitdata.req', [], ['Prepend buffer to user data and call T-Unitdata.req'], 'OPENING'],
    ['SEC-Terminate.req', [], ['T-Unitdata.req (Alert)'], 'NULL'],
    ['SEC-Exception.req', [], ['T-Unitdata.req (Alert)'], 'OPENING'],
    ['Finished prepending timer expires', [], ['Send the buffer'], 'OPENING'],
    ['T-Unitdata.ind', ['User data'], ['SEC-Unitdata.ind'], 'OPEN'],
    ['T-Unitdata.ind', ['Alert (duplicate_finished_received)'], [], 'OPEN'],
    ['T-Unitdata.ind', ['Alert (critical or fatal)'], ['SEC-Terminate.ind'], 'NULL'],
    // Printed: OPEN. Here OPENING: a warning of another kind, which anyone can provoke, does not say that Finished arrived,
    // and §10.4 has the client go on until data or duplicate_finished_received comes.
    ['T-Unitdata.ind', ['Alert (warning)'], ['SEC-Exception.ind'], 'OPENING'],
    ['T-Unitdata.ind', ['HelloRequest'], ['SEC-Create-Request.ind'], 'OPENING'],
    // Table 2 lets a client start anew from here, the state table does not print it.
    ['SEC-Create.req', [], ['T-Unitdata.req (ClientHello)'], 'CREATING'],
  ],
  OPEN: [
    ['SEC-Create.req', [], ['T-Unitdata.req (ClientHello)'], 'CREATING'],
    ['SEC-Terminate.req', [], ['T-Unitdata.req (Alert)'], 'NULL'],
    ['SEC-Exception.req', [], ['T-Unitdata.req (Alert)'], 'OPEN'],
    ['SEC-Unitdata.req', [], ['T-Unitdata.req'], 'OPEN'],
    ['T-Unitdata.ind', ['User data'], ['SEC-Unitdata.ind'], 'OPEN'],
    ['T-Unitdata.ind', ['Alert (critical or fatal)'], ['SEC-Terminate.ind'], 'NULL'],
    ['T-Unitdata.ind', ['Alert (warning)'], ['SEC-Exception.ind'], 'OPEN'],
    ['T-Unitdata.ind', ['HelloRequest'], ['SEC-Create-Request.ind'], 'OPEN'],
  ],
};

export type ServerState = 'NULL' | 'CREATING' | 'CREATED' | 'EXCHANGE' | 'COMMIT' | 'OPENING' | 'OPEN';

export type ServerEvent =
  | 'SEC-Create-Request.req'
  | 'SEC-Create.res'
  | 'SEC-Exchange.req'
  | 'SEC-Commit.req'
  | 'SEC-Terminate.req'
  | 'SEC-Exception.req'
  | 'SEC-Unitdata.req'
  | 'T-Unitdata.ind';

export type ServerCondition =
  | 'ClientHello'
  | 'A record identical to the previous one is received'
  | 'A record not identical to the previous one is received'
  | 'Full handshake'
  | 'Optimized or abbreviated handshake'
  | 'Certificate* ClientKeyExchange* CertificateVerify* ChangeCipherSpec Finished'
  | 'A group of records identical to the previous one is received'
  | 'ChangeCipherSpec Finished'
  | 'A record identical to the previous Finished is received'
  | 'User data'
  | 'Alert (critical or fatal)'
  | 'Alert (warning)'
  | 'Alert (no_renegotiation)';

export type ServerAction =
  | 'T-Unitdata.req (HelloRequest)'
  | 'T-Unitdata.req (Alert)'
  | 'T-Unitdata.req (Alert (duplicate_finished_received))'
  | 'T-Unitdata.req'
  | 'Create a buffer: ServerHello Certificate*'
  | 'Append to the buffer: ServerKeyExchange* CertificateRequest* ServerHelloDone'
  | 'Append to the buffer: ChangeCipherSpec Finished'
  | 'Create a buffer: ChangeCipherSpec Finished'
  | 'Send the buffer'
  | 'Resend last buffer'
  | 'SEC-Create.ind'
  | 'SEC-Exchange.cnf'
  | 'SEC-Commit.ind'
  | 'SEC-Commit.cnf'
  | 'SEC-Unitdata.ind'
  | 'SEC-Terminate.ind'
  | 'SEC-Exception.ind';

/** §7.2. */
// biome-ignore format: a line is a printed row
export const serverTable: StateTable<ServerState, ServerEvent, ServerCondition, ServerAction> = {
  NULL: [
    ['SEC-Create-Request.req', [], ['T-Unitdata.req (HelloRequest)'], 'NULL'],
    ['T-Unitdata.ind', ['ClientHello'], ['SEC-Create.ind'], 'CREATING'],
    ['T-Unitdata.ind', ['Alert (no_renegotiation)'], ['SEC-Exception.ind'], 'NULL'],
  ],
  CREATING: [
    ['SEC-Terminate.req', [], ['T-Unitdata.req (Alert)'], 'NULL'],
    ['SEC-Exception.req', [], ['T-Unitdata.req (Alert)'], 'CREATING'],
    ['SEC-Create.res', [], ['Create a buffer: ServerHello Certificate*'], 'CREATED'],
  ],
  CREATED: [
    ['SEC-Exchange.req', ['Full handshake'], ['Append to the buffer: ServerKeyExchange* CertificateRequest* ServerHelloDone', 'Send the buffer'], 'EXCHANGE'],
    ['SEC-Commit.req', ['Optimized or abbreviated handshake'], ['Append to the buffer: ChangeCipherSpec Finished', 'Send the buffer'], 'COMMIT'],
    ['SEC-Terminate.req', [], ['T-Unitdata.req (Alert)'], 'NULL'],
    ['SEC-Exception.req', [], ['T-Unitdata.req (Alert)'], 'CREATED'],
  ],
  EXCHANGE: [
    ['SEC-Terminate.req', [], ['T-Unitdata.req (Alert)'], 'NULL'],
    ['SEC-Exception.req', [], ['T-Unitdata.req (Alert)'], 'EXCHANGE'],
    ['T-Unitdata.ind', ['ClientHello', 'A record identical to the previous one is received'], ['Resend last buffer'], 'EXCHANGE'],
    ['T-Unitdata.ind', ['ClientHello', 'A record not identical to the previous one is received'], ['SEC-Create.ind'], 'CREATING'],
    ['T-Unitdata.ind', ['Alert (critical or fatal)'], ['SEC-Terminate.ind'], 'NULL'],
    ['T-Unitdata.ind', ['Alert (warning)'], ['SEC-Exception.ind'], 'EXCHANGE'],
    ['T-Unitdata.ind', ['Certificate* ClientKeyExchange* CertificateVerify* ChangeCipherSpec Finished'], ['SEC-Exchange.cnf', 'SEC-Commit.ind', 'Create a buffer: ChangeCipherSpec Finished', 'Send the buffer'], 'OPENING'],
  ],
  COMMIT: [
    ['SEC-Terminate.req', [], ['T-Unitdata.req (Alert)'], 'NULL'],
    ['SEC-Exception.req', [], ['T-Unitdata.req (Alert)'], 'COMMIT'],
    ['T-Unitdata.ind', ['ClientHello', 'A record identical to the previous one is received'], ['Resend last buffer'], 'COMMIT'],
    ['T-Unitdata.ind', ['ClientHello', 'A record not identical to the previous one is received'], ['SEC-Create.ind'], 'CREATING'],
    ['T-Unitdata.ind', ['Alert (critical or fatal)'], ['SEC-Terminate.ind'], 'NULL'],
    ['T-Unitdata.ind', ['Alert (warning)'], ['SEC-Exception.ind'], 'COMMIT'],
    // Printed as two rows, with and without user data behind Finished: the data are an event of their own here.
    ['T-Unitdata.ind', ['ChangeCipherSpec Finished'], ['SEC-Commit.cnf'], 'OPEN'],
  ],
  OPENING: [
    ['SEC-Create-Request.req', [], ['T-Unitdata.req (HelloRequest)'], 'OPENING'],
    ['SEC-Terminate.req', [], ['T-Unitdata.req (Alert)'], 'NULL'],
    ['SEC-Exception.req', [], ['T-Unitdata.req (Alert)'], 'OPENING'],
    ['SEC-Unitdata.req', [], ['T-Unitdata.req'], 'OPENING'],
    ['T-Unitdata.ind', ['ClientHello'], ['SEC-Create.ind'], 'CREATING'],
    ['T-Unitdata.ind', ['Alert (critical or fatal)'], ['SEC-Terminate.ind'], 'NULL'],
    ['T-Unitdata.ind', ['Alert (warning)'], ['SEC-Exception.ind'], 'OPENING'],
    ['T-Unitdata.ind', ['User data'], ['SEC-Unitdata.ind'], 'OPEN'],
    ['T-Unitdata.ind', ['Certificate* ClientKeyExchange* CertificateVerify* ChangeCipherSpec Finished', 'A group of records identical to the previous one is received'], ['Resend last buffer'], 'OPENING'],
  ],
  OPEN: [
    ['SEC-Create-Request.req', [], ['T-Unitdata.req (HelloRequest)'], 'OPEN'],
    ['SEC-Terminate.req', [], ['T-Unitdata.req (Alert)'], 'NULL'],
    ['SEC-Exception.req', [], ['T-Unitdata.req (Alert)'], 'OPEN'],
    ['SEC-Unitdata.req', [], ['T-Unitdata.req'], 'OPEN'],
    ['T-Unitdata.ind', ['ClientHello'], ['SEC-Create.ind'], 'CREATING'],
    ['T-Unitdata.ind', ['Alert (critical or fatal)'], ['SEC-Terminate.ind'], 'NULL'],
    ['T-Unitdata.ind', ['Alert (warning)'], ['SEC-Exception.ind'], 'OPEN'],
    ['T-Unitdata.ind', ['User data'], ['SEC-Unitdata.ind'], 'OPEN'],
    // Two printed rows again.
    ['T-Unitdata.ind', ['ChangeCipherSpec Finished', 'A record identical to the previous Finished is received'], ['T-Unitdata.req (Alert (duplicate_finished_received))'], 'OPEN'],
  ],
};
