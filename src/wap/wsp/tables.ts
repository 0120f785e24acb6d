/**
 * State tables of connection-mode WSP: WAP-230-WSP §7.1.6, a line a printed row, evaluated from top to bottom.
 *
 * Where a table prints no next state, the state itself stands here. Names in italics there, the pseudo-events of
 * §7.1.5, are Abort, Release, Suspend and Disconnect. Class and PDU are one condition where they are printed as two
 * lines of one cell.
 */
import type { StateTable } from '../machine.js';

/** §7.1.6.1. */
export type ClientSessionState = 'NULL' | 'CONNECTING' | 'CONNECTED' | 'SUSPENDED' | 'RESUMING';

/** §7.1.6.4. */
export type ServerSessionState =
  | 'NULL'
  | 'CONNECTING'
  | 'TERMINATING'
  | 'CONNECTING_2'
  | 'CONNECTED'
  | 'SUSPENDED'
  | 'RESUMING'
  | 'RESUMING_2';

export type SessionEvent =
  | 'S-Connect.req'
  | 'S-Connect.res'
  | 'S-Disconnect.req'
  | 'S-MethodInvoke.req'
  | 'S-MethodInvoke.res'
  | 'S-MethodInvokeData.req'
  | 'S-MethodInvokeData.res'
  | 'S-MethodResult.req'
  | 'S-MethodResult.res'
  | 'S-MethodResultData.req'
  | 'S-MethodResultData.res'
  | 'S-MethodAbort.req'
  | 'S-Push.req'
  | 'S-ConfirmedPush.req'
  | 'S-ConfirmedPush.res'
  | 'S-PushAbort.req'
  | 'S-Suspend.req'
  | 'S-Resume.req'
  | 'S-Resume.res'
  | 'Disconnect'
  | 'Suspend'
  | 'TR-Invoke.ind'
  | 'TR-Invoke.cnf'
  | 'TR-InvokeData.ind'
  | 'TR-InvokeData.cnf'
  | 'TR-Result.ind'
  | 'TR-Result.cnf'
  | 'TR-ResultData.ind'
  | 'TR-ResultData.cnf'
  | 'TR-Abort.ind';

export type SessionCondition =
  | 'Class 0, Disconnect PDU'
  | 'Class 0, Disconnect'
  | 'Class 0, Suspend'
  | 'Class 0, Push PDU'
  | 'Class 1, ConfirmedPush PDU'
  | 'Class 2, Connect'
  | 'Class 2, Method'
  | 'Class 2, Resume'
  | 'Push facility enabled'
  | 'Confirmed Push facility enabled'
  | 'Session Resume facility enabled'
  | 'Session Resume facility disabled'
  | 'Connect transaction'
  | 'Resume transaction'
  | 'Method transaction'
  | 'Push transaction'
  | 'SDU size > MRU'
  | 'ConnectReply PDU'
  | 'Redirect PDU'
  | 'Reply PDU'
  | 'Reply PDU (status == OK)'
  | 'Reply PDU (status != OK)'
  | 'Reason == DISCONNECT'
  | 'Reason Code == Moved Permanently or Moved Temporarily'
  | 'Other';

export type SessionAction =
  | 'Disconnect any other session for the peer address quadruplet'
  | 'Bind session to the new peer address quadruplet'
  | 'N_PUSHES = 0'
  | 'N_Methods = 0'
  | 'Assign a Session_ID for this session'
  | 'Session_ID = SessionId from PDU'
  | 'TR-Invoke.req(Class 2, Connect)'
  | 'TR-Invoke.req(Class 2, Resume)'
  | 'TR-Invoke.req(Class 0, Disconnect)'
  | 'TR-Invoke.req(Class 0, Suspend)'
  | 'TR-Invoke.req(Class 0, Push)'
  | 'TR-Invoke.res'
  | 'TR-Result.res'
  | 'TR-Result.req(ConnectReply)'
  | 'TR-Result.req(Redirect)'
  | 'TR-Result.req(Reply(status = Reason Code))'
  | 'TR-Result.req(Reply)'
  | 'TR-Abort.req(DISCONNECT) the Connect'
  | 'TR-Abort.req(SUSPEND) the Connect'
  | 'TR-Abort.req(RESUME) the Connect'
  | 'TR-Abort.req(MRUEXCEEDED) the Connect'
  | 'TR-Abort.req(DISCONNECT) the Resume'
  | 'TR-Abort.req(SUSPEND) the Resume'
  | 'TR-Abort.req(RESUME) the old Resume'
  | 'TR-Abort.req(DISCONNECT) remaining transport transaction'
  | 'TR-Abort.req(PROTOERR) the TR-Invoke'
  | 'TR-Abort.req(SUSPEND) the TR-Invoke'
  | 'TR-Abort.req(DISCONNECT) the TR-Invoke'
  | 'TR-Abort.req(PROTOERR) the TR-Result'
  | 'TR-Abort.req(MRUEXCEEDED) the TR-Result'
  | 'Abort(DISCONNECT) all method and push transactions'
  | 'Abort(SUSPEND) all method and push transactions'
  | 'Abort(RESUME) all method and push transactions'
  | 'Abort(USERREQ) all method and push transactions'
  | 'Abort(DISCONNECT) all method transactions'
  | 'Abort(CONNECTERR) all method transactions'
  | 'Abort(SUSPEND) all method transactions'
  | 'Abort(RESUME) all method transactions'
  | 'Abort(PROTOERR) the method transaction'
  | 'S-Connect.ind'
  | 'S-Connect.cnf'
  | 'S-Resume.ind'
  | 'S-Resume.cnf'
  | 'S-Push.ind'
  | 'S-Suspend.ind(USERREQ)'
  | 'S-Suspend.ind(SUSPEND)'
  | 'S-Suspend.ind(RESUME)'
  | 'S-Suspend.ind(MRUEXCEEDED)'
  | 'S-Suspend.ind(PROTOERR)'
  | 'S-Suspend.ind(abort reason)'
  | 'S-Disconnect.ind(USERREQ)'
  | 'S-Disconnect.ind(DISCONNECT)'
  | 'S-Disconnect.ind(SUSPEND)'
  | 'S-Disconnect.ind(MRUEXCEEDED)'
  | 'S-Disconnect.ind(PROTOERR)'
  | 'S-Disconnect.ind(Redirect parameters)'
  | 'S-Disconnect.ind(Reply parameters)'
  | 'S-Disconnect.ind(abort reason)'
  | 'Start a new method transaction with this event'
  | 'Start a new push transaction with this event'
  | 'Release the new method transaction'
  | 'Release all method transactions in HOLDING state'
  | 'See method state table'
  | 'See push state table'
  | 'Ignore';

type SessionTable<State extends string> = StateTable<State, SessionEvent, SessionCondition, SessionAction>;

/** Client session: §7.1.6.1. */
// biome-ignore format: a line is a printed row
export const clientSession = {
  'NULL': [
    ['S-Connect.req', [], ['Disconnect any other session for the peer address quadruplet', 'TR-Invoke.req(Class 2, Connect)', 'N_PUSHES = 0'], 'CONNECTING'],
  ],
  'CONNECTING': [
    ['S-Disconnect.req', [], ['TR-Abort.req(DISCONNECT) the Connect', 'Abort(DISCONNECT) all method transactions', 'S-Disconnect.ind(USERREQ)'], 'NULL'],
    ['Disconnect', [], ['TR-Abort.req(DISCONNECT) the Connect', 'Abort(DISCONNECT) all method transactions', 'S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['S-MethodInvoke.req', [], ['Start a new method transaction with this event'], 'CONNECTING'],
    // Not printed here, but a method that is started here may have more data.
    ['S-MethodInvokeData.req', [], ['See method state table'], 'CONNECTING'],
    ['S-MethodAbort.req', [], ['See method state table'], 'CONNECTING'],
    ['Suspend', [], ['TR-Abort.req(DISCONNECT) the Connect', 'Abort(DISCONNECT) all method transactions', 'S-Disconnect.ind(SUSPEND)'], 'NULL'],
    ['TR-Invoke.ind', ['Class 1, ConfirmedPush PDU'], ['TR-Abort.req(PROTOERR) the TR-Invoke'], 'CONNECTING'],
    ['TR-Result.ind', ['Connect transaction', 'SDU size > MRU'], ['TR-Abort.req(MRUEXCEEDED) the Connect', 'Abort(CONNECTERR) all method transactions', 'S-Disconnect.ind(MRUEXCEEDED)'], 'NULL'],
    ['TR-Result.ind', ['Connect transaction', 'ConnectReply PDU'], ['TR-Result.res', 'Session_ID = SessionId from PDU', 'S-Connect.cnf'], 'CONNECTED'],
    ['TR-Result.ind', ['Connect transaction', 'Redirect PDU'], ['TR-Result.res', 'Abort(CONNECTERR) all method transactions', 'S-Disconnect.ind(Redirect parameters)'], 'NULL'],
    ['TR-Result.ind', ['Connect transaction', 'Reply PDU'], ['TR-Result.res', 'Abort(CONNECTERR) all method transactions', 'S-Disconnect.ind(Reply parameters)'], 'NULL'],
    ['TR-Result.ind', ['Method transaction'], ['Abort(PROTOERR) the method transaction'], 'CONNECTING'],
    ['TR-Result.ind', ['Other'], ['TR-Abort.req(PROTOERR) the TR-Result', 'Abort(CONNECTERR) all method transactions', 'S-Disconnect.ind(PROTOERR)'], 'NULL'],
    ['TR-Invoke.cnf', ['Connect transaction'], ['Ignore'], 'CONNECTING'],
    ['TR-Invoke.cnf', ['Method transaction'], ['Abort(PROTOERR) the method transaction'], 'CONNECTING'],
    ['TR-Abort.ind', ['Connect transaction'], ['Abort(CONNECTERR) all method transactions', 'S-Disconnect.ind(abort reason)'], 'NULL'],
    ['TR-Abort.ind', ['Method transaction'], ['See method state table'], 'CONNECTING'],
  ],
  'CONNECTED': [
    ['S-Disconnect.req', [], ['Abort(DISCONNECT) all method and push transactions', 'TR-Invoke.req(Class 0, Disconnect)', 'S-Disconnect.ind(USERREQ)'], 'NULL'],
    ['Disconnect', [], ['Abort(DISCONNECT) all method and push transactions', 'S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['S-MethodInvoke.req', [], ['Start a new method transaction with this event'], 'CONNECTED'],
    // The four Data primitives are not printed in the session tables, but the method tables have them.
    ['S-MethodInvokeData.req', [], ['See method state table'], 'CONNECTED'],
    ['S-MethodResult.res', [], ['See method state table'], 'CONNECTED'],
    ['S-MethodResultData.res', [], ['See method state table'], 'CONNECTED'],
    ['S-MethodAbort.req', [], ['See method state table'], 'CONNECTED'],
    ['S-ConfirmedPush.res', [], ['See push state table'], 'CONNECTED'],
    ['S-PushAbort.req', [], ['See push state table'], 'CONNECTED'],
    ['S-Suspend.req', [], ['Abort(SUSPEND) all method and push transactions', 'TR-Invoke.req(Class 0, Suspend)', 'S-Suspend.ind(USERREQ)'], 'SUSPENDED'],
    ['Suspend', ['Session Resume facility disabled'], ['Abort(DISCONNECT) all method and push transactions', 'S-Disconnect.ind(SUSPEND)'], 'NULL'],
    ['Suspend', ['Session Resume facility enabled'], ['Abort(SUSPEND) all method and push transactions', 'S-Suspend.ind(SUSPEND)'], 'SUSPENDED'],
    ['S-Resume.req', [], ['Abort(USERREQ) all method and push transactions', 'Bind session to the new peer address quadruplet', 'TR-Invoke.req(Class 2, Resume)'], 'RESUMING'],
    ['TR-Invoke.ind', ['Class 0, Disconnect PDU'], ['Abort(DISCONNECT) all method and push transactions', 'S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['TR-Invoke.ind', ['Class 0, Push PDU', 'Push facility enabled'], ['S-Push.ind'], 'CONNECTED'],
    ['TR-Invoke.ind', ['Class 1, ConfirmedPush PDU', 'Confirmed Push facility enabled'], ['Start a new push transaction with this event'], 'CONNECTED'],
    ['TR-Result.ind', ['Method transaction'], ['See method state table'], 'CONNECTED'],
    ['TR-ResultData.ind', ['Method transaction'], ['See method state table'], 'CONNECTED'],
    ['TR-Invoke.cnf', ['Method transaction'], ['See method state table'], 'CONNECTED'],
    ['TR-InvokeData.cnf', ['Method transaction'], ['See method state table'], 'CONNECTED'],
    ['TR-Abort.ind', ['Method transaction'], ['See method state table'], 'CONNECTED'],
    ['TR-Abort.ind', ['Push transaction'], ['See push state table'], 'CONNECTED'],
  ],
  'SUSPENDED': [
    ['S-Disconnect.req', [], ['S-Disconnect.ind(USERREQ)'], 'NULL'],
    ['Disconnect', [], ['S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    // Printed without binding; but the addresses of the primitive may be new ones (§6.3.3.4).
    ['S-Resume.req', [], ['Bind session to the new peer address quadruplet', 'TR-Invoke.req(Class 2, Resume)'], 'RESUMING'],
    ['TR-Invoke.ind', ['Class 0, Disconnect PDU'], ['S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['TR-Invoke.ind', ['Class 1, ConfirmedPush PDU', 'Confirmed Push facility enabled'], ['TR-Abort.req(SUSPEND) the TR-Invoke'], 'SUSPENDED'],
    ['TR-Invoke.cnf', [], ['Ignore'], 'SUSPENDED'],
    ['TR-Abort.ind', [], ['Ignore'], 'SUSPENDED'],
  ],
  'RESUMING': [
    ['S-Disconnect.req', [], ['TR-Abort.req(DISCONNECT) the Resume', 'Abort(DISCONNECT) all method transactions', 'S-Disconnect.ind(USERREQ)'], 'NULL'],
    ['Disconnect', [], ['TR-Abort.req(DISCONNECT) the Resume', 'Abort(DISCONNECT) all method transactions', 'S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['S-MethodInvoke.req', [], ['Start a new method transaction with this event'], 'RESUMING'],
    ['S-MethodInvokeData.req', [], ['See method state table'], 'RESUMING'],
    ['S-MethodAbort.req', [], ['See method state table'], 'RESUMING'],
    ['S-Suspend.req', [], ['TR-Abort.req(SUSPEND) the Resume', 'Abort(SUSPEND) all method transactions', 'TR-Invoke.req(Class 0, Suspend)', 'S-Suspend.ind(USERREQ)'], 'SUSPENDED'],
    ['Suspend', [], ['TR-Abort.req(SUSPEND) the Resume', 'Abort(SUSPEND) all method transactions', 'S-Suspend.ind(SUSPEND)'], 'SUSPENDED'],
    ['TR-Invoke.ind', ['Class 0, Disconnect PDU'], ['TR-Abort.req(DISCONNECT) the Resume', 'Abort(DISCONNECT) all method transactions', 'S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['TR-Invoke.ind', ['Class 1, ConfirmedPush PDU', 'Confirmed Push facility enabled'], ['TR-Abort.req(PROTOERR) the TR-Invoke'], 'RESUMING'],
    ['TR-Result.ind', ['Resume transaction', 'SDU size > MRU'], ['TR-Abort.req(MRUEXCEEDED) the TR-Result', 'Abort(SUSPEND) all method transactions', 'S-Suspend.ind(MRUEXCEEDED)'], 'SUSPENDED'],
    ['TR-Result.ind', ['Resume transaction', 'Reply PDU (status == OK)'], ['TR-Result.res', 'S-Resume.cnf'], 'CONNECTED'],
    ['TR-Result.ind', ['Resume transaction', 'Reply PDU (status != OK)'], ['TR-Result.res', 'Abort(DISCONNECT) all method transactions', 'S-Disconnect.ind(Reply parameters)'], 'NULL'],
    ['TR-Result.ind', ['Method transaction'], ['Abort(PROTOERR) the method transaction'], 'RESUMING'],
    ['TR-Result.ind', ['Other'], ['TR-Abort.req(PROTOERR) the TR-Result', 'Abort(SUSPEND) all method transactions', 'S-Suspend.ind(PROTOERR)'], 'SUSPENDED'],
    ['TR-Invoke.cnf', ['Resume transaction'], ['Ignore'], 'RESUMING'],
    ['TR-Invoke.cnf', ['Method transaction'], ['Abort(PROTOERR) the method transaction'], 'RESUMING'],
    ['TR-Abort.ind', ['Resume transaction', 'Reason == DISCONNECT'], ['Abort(DISCONNECT) all method transactions', 'S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['TR-Abort.ind', ['Resume transaction'], ['Abort(SUSPEND) all method transactions', 'S-Suspend.ind(abort reason)'], 'SUSPENDED'],
    ['TR-Abort.ind', ['Method transaction'], ['See method state table'], 'RESUMING'],
  ],
} as const satisfies SessionTable<ClientSessionState>;

/** Server session: §7.1.6.4. */
// biome-ignore format: a line is a printed row
export const serverSession = {
  'NULL': [
    ['TR-Invoke.ind', ['Class 2, Connect'], ['TR-Invoke.res', 'N_Methods = 0', 'S-Connect.ind'], 'CONNECTING'],
  ],
  'CONNECTING': [
    ['S-Connect.res', [], ['Disconnect any other session for the peer address quadruplet', 'Assign a Session_ID for this session', 'TR-Result.req(ConnectReply)', 'Release all method transactions in HOLDING state'], 'CONNECTING_2'],
    ['S-Disconnect.req', ['Reason Code == Moved Permanently or Moved Temporarily'], ['TR-Result.req(Redirect)', 'Abort(DISCONNECT) all method transactions', 'S-Disconnect.ind(USERREQ)'], 'TERMINATING'],
    ['S-Disconnect.req', ['Other'], ['TR-Result.req(Reply(status = Reason Code))', 'Abort(DISCONNECT) all method transactions', 'S-Disconnect.ind(USERREQ)'], 'TERMINATING'],
    ['Disconnect', [], ['TR-Abort.req(DISCONNECT) the Connect', 'Abort(DISCONNECT) all method transactions', 'S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['Suspend', [], ['TR-Abort.req(DISCONNECT) the Connect', 'Abort(DISCONNECT) all method transactions', 'S-Disconnect.ind(SUSPEND)'], 'NULL'],
    ['TR-Invoke.ind', ['Class 2, Method'], ['Start a new method transaction with this event'], 'CONNECTING'],
    ['TR-Invoke.ind', ['Class 2, Resume'], ['TR-Abort.req(DISCONNECT) the TR-Invoke'], 'CONNECTING'],
    // The further data of a method that is held is not printed in the session tables, but in HOLDING.
    ['TR-InvokeData.ind', ['Method transaction'], ['See method state table'], 'CONNECTING'],
    ['TR-Abort.ind', ['Connect transaction'], ['Abort(DISCONNECT) all method transactions', 'S-Disconnect.ind(abort reason)'], 'NULL'],
    ['TR-Abort.ind', ['Method transaction'], ['See method state table'], 'CONNECTING'],
  ],
  'TERMINATING': [
    ['Disconnect', [], ['TR-Abort.req(DISCONNECT) remaining transport transaction'], 'NULL'],
    ['Suspend', [], ['TR-Abort.req(DISCONNECT) remaining transport transaction'], 'NULL'],
    ['TR-Result.cnf', [], ['Ignore'], 'NULL'],
    ['TR-Abort.ind', [], ['Ignore'], 'NULL'],
  ],
  'CONNECTING_2': [
    ['S-Disconnect.req', [], ['TR-Abort.req(DISCONNECT) the Connect', 'Abort(DISCONNECT) all method and push transactions', 'TR-Invoke.req(Class 0, Disconnect)', 'S-Disconnect.ind(USERREQ)'], 'NULL'],
    ['Disconnect', [], ['TR-Abort.req(DISCONNECT) the Connect', 'Abort(DISCONNECT) all method and push transactions', 'S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['S-MethodInvoke.res', [], ['See method state table'], 'CONNECTING_2'],
    ['S-MethodInvokeData.res', [], ['See method state table'], 'CONNECTING_2'],
    ['S-MethodResult.req', [], ['See method state table'], 'CONNECTING_2'],
    ['S-MethodResultData.req', [], ['See method state table'], 'CONNECTING_2'],
    ['S-MethodAbort.req', [], ['See method state table'], 'CONNECTING_2'],
    ['S-Push.req', [], ['TR-Invoke.req(Class 0, Push)'], 'CONNECTING_2'],
    ['S-ConfirmedPush.req', [], ['Start a new push transaction with this event'], 'CONNECTING_2'],
    ['Suspend', ['Session Resume facility disabled'], ['TR-Abort.req(DISCONNECT) the Connect', 'Abort(DISCONNECT) all method and push transactions', 'S-Disconnect.ind(SUSPEND)'], 'NULL'],
    ['Suspend', ['Session Resume facility enabled'], ['TR-Abort.req(SUSPEND) the Connect', 'Abort(SUSPEND) all method and push transactions', 'S-Suspend.ind(SUSPEND)'], 'SUSPENDED'],
    ['TR-Invoke.ind', ['Class 2, Method'], ['Start a new method transaction with this event', 'Release the new method transaction'], 'CONNECTING_2'],
    ['TR-Invoke.ind', ['Class 2, Resume', 'Session Resume facility disabled'], ['TR-Abort.req(DISCONNECT) the TR-Invoke'], 'CONNECTING_2'],
    ['TR-Invoke.ind', ['Class 2, Resume', 'Session Resume facility enabled'], ['TR-Invoke.res', 'TR-Abort.req(RESUME) the Connect', 'Abort(RESUME) all method and push transactions', 'S-Suspend.ind(RESUME)', 'S-Resume.ind'], 'RESUMING'],
    ['TR-Invoke.ind', ['Class 0, Disconnect'], ['TR-Abort.req(DISCONNECT) the Connect', 'Abort(DISCONNECT) all method and push transactions', 'S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['TR-Invoke.ind', ['Class 0, Suspend', 'Session Resume facility enabled'], ['TR-Abort.req(SUSPEND) the Connect', 'Abort(SUSPEND) all method and push transactions', 'S-Suspend.ind(SUSPEND)'], 'SUSPENDED'],
    ['TR-InvokeData.ind', ['Method transaction'], ['See method state table'], 'CONNECTING_2'],
    ['TR-Invoke.cnf', ['Push transaction'], ['See push state table'], 'CONNECTING_2'],
    ['TR-Result.cnf', ['Connect transaction'], [], 'CONNECTED'],
    ['TR-Result.cnf', ['Method transaction'], ['See method state table'], 'CONNECTING_2'],
    ['TR-ResultData.cnf', ['Method transaction'], ['See method state table'], 'CONNECTING_2'],
    ['TR-Abort.ind', ['Connect transaction'], ['Abort(DISCONNECT) all method and push transactions', 'S-Disconnect.ind(abort reason)'], 'NULL'],
    ['TR-Abort.ind', ['Push transaction'], ['See push state table'], 'CONNECTING_2'],
    ['TR-Abort.ind', ['Method transaction'], ['See method state table'], 'CONNECTING_2'],
  ],
  'CONNECTED': [
    ['S-Disconnect.req', [], ['Abort(DISCONNECT) all method and push transactions', 'TR-Invoke.req(Class 0, Disconnect)', 'S-Disconnect.ind(USERREQ)'], 'NULL'],
    ['Disconnect', [], ['Abort(DISCONNECT) all method and push transactions', 'S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['S-MethodInvoke.res', [], ['See method state table'], 'CONNECTED'],
    ['S-MethodInvokeData.res', [], ['See method state table'], 'CONNECTED'],
    ['S-MethodResult.req', [], ['See method state table'], 'CONNECTED'],
    ['S-MethodResultData.req', [], ['See method state table'], 'CONNECTED'],
    ['S-MethodAbort.req', [], ['See method state table'], 'CONNECTED'],
    ['S-Push.req', [], ['TR-Invoke.req(Class 0, Push)'], 'CONNECTED'],
    ['S-ConfirmedPush.req', [], ['Start a new push transaction with this event'], 'CONNECTED'],
    ['Suspend', ['Session Resume facility disabled'], ['Abort(DISCONNECT) all method and push transactions', 'S-Disconnect.ind(SUSPEND)'], 'NULL'],
    ['Suspend', ['Session Resume facility enabled'], ['Abort(SUSPEND) all method and push transactions', 'S-Suspend.ind(SUSPEND)'], 'SUSPENDED'],
    ['TR-Invoke.ind', ['Class 2, Method'], ['Start a new method transaction with this event', 'Release the new method transaction'], 'CONNECTED'],
    ['TR-Invoke.ind', ['Class 2, Resume', 'Session Resume facility disabled'], ['TR-Abort.req(DISCONNECT) the TR-Invoke'], 'CONNECTED'],
    ['TR-Invoke.ind', ['Class 2, Resume', 'Session Resume facility enabled'], ['TR-Invoke.res', 'Abort(RESUME) all method and push transactions', 'S-Suspend.ind(RESUME)', 'S-Resume.ind'], 'RESUMING'],
    ['TR-Invoke.ind', ['Class 0, Disconnect'], ['Abort(DISCONNECT) all method and push transactions', 'S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['TR-Invoke.ind', ['Class 0, Suspend', 'Session Resume facility enabled'], ['Abort(SUSPEND) all method and push transactions', 'S-Suspend.ind(SUSPEND)'], 'SUSPENDED'],
    ['TR-InvokeData.ind', ['Method transaction'], ['See method state table'], 'CONNECTED'],
    ['TR-Invoke.cnf', ['Push transaction'], ['See push state table'], 'CONNECTED'],
    ['TR-Result.cnf', ['Method transaction'], ['See method state table'], 'CONNECTED'],
    ['TR-ResultData.cnf', ['Method transaction'], ['See method state table'], 'CONNECTED'],
    ['TR-Abort.ind', ['Push transaction'], ['See push state table'], 'CONNECTED'],
    ['TR-Abort.ind', ['Method transaction'], ['See method state table'], 'CONNECTED'],
  ],
  'SUSPENDED': [
    ['S-Disconnect.req', [], ['S-Disconnect.ind(USERREQ)'], 'NULL'],
    ['Disconnect', [], ['S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['TR-Invoke.ind', ['Class 2, Method'], ['TR-Abort.req(SUSPEND) the TR-Invoke'], 'SUSPENDED'],
    ['TR-Invoke.ind', ['Class 2, Resume'], ['TR-Invoke.res', 'S-Resume.ind'], 'RESUMING'],
    ['TR-Invoke.ind', ['Class 0, Disconnect'], ['S-Disconnect.ind(DISCONNECT)'], 'NULL'],
  ],
  'RESUMING': [
    ['S-Disconnect.req', [], ['TR-Abort.req(DISCONNECT) the Resume', 'Abort(DISCONNECT) all method transactions', 'TR-Invoke.req(Class 0, Disconnect)', 'S-Disconnect.ind(USERREQ)'], 'NULL'],
    ['Disconnect', [], ['TR-Abort.req(DISCONNECT) the Resume', 'Abort(DISCONNECT) all method transactions', 'S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['S-Resume.res', [], ['Disconnect any other session for the peer address quadruplet', 'Bind session to the new peer address quadruplet', 'TR-Result.req(Reply)', 'Release all method transactions in HOLDING state'], 'RESUMING_2'],
    ['Suspend', [], ['TR-Abort.req(SUSPEND) the Resume', 'Abort(SUSPEND) all method transactions', 'S-Suspend.ind(SUSPEND)'], 'SUSPENDED'],
    ['TR-Invoke.ind', ['Class 2, Method'], ['Start a new method transaction with this event'], 'RESUMING'],
    ['TR-Invoke.ind', ['Class 2, Resume'], ['TR-Invoke.res', 'TR-Abort.req(RESUME) the old Resume', 'Abort(RESUME) all method transactions', 'S-Suspend.ind(RESUME)', 'S-Resume.ind'], 'RESUMING'],
    ['TR-Invoke.ind', ['Class 0, Suspend'], ['TR-Abort.req(SUSPEND) the Resume', 'Abort(SUSPEND) all method transactions', 'S-Suspend.ind(SUSPEND)'], 'SUSPENDED'],
    ['TR-Invoke.ind', ['Class 0, Disconnect'], ['TR-Abort.req(DISCONNECT) the Resume', 'Abort(DISCONNECT) all method transactions', 'S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['TR-InvokeData.ind', ['Method transaction'], ['See method state table'], 'RESUMING'],
    ['TR-Abort.ind', ['Resume transaction', 'Reason == DISCONNECT'], ['Abort(DISCONNECT) all method transactions', 'S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['TR-Abort.ind', ['Resume transaction'], ['Abort(SUSPEND) all method transactions', 'S-Suspend.ind(abort reason)'], 'SUSPENDED'],
    // Not printed; a held method may well be aborted by the client, which is no reason to disconnect.
    ['TR-Abort.ind', ['Method transaction'], ['See method state table'], 'RESUMING'],
  ],
  'RESUMING_2': [
    ['S-Disconnect.req', [], ['TR-Abort.req(DISCONNECT) the Resume', 'Abort(DISCONNECT) all method and push transactions', 'TR-Invoke.req(Class 0, Disconnect)', 'S-Disconnect.ind(USERREQ)'], 'NULL'],
    ['Disconnect', [], ['TR-Abort.req(DISCONNECT) the Resume', 'Abort(DISCONNECT) all method and push transactions', 'S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['S-MethodInvoke.res', [], ['See method state table'], 'RESUMING_2'],
    ['S-MethodInvokeData.res', [], ['See method state table'], 'RESUMING_2'],
    ['S-MethodResult.req', [], ['See method state table'], 'RESUMING_2'],
    ['S-MethodResultData.req', [], ['See method state table'], 'RESUMING_2'],
    ['S-MethodAbort.req', [], ['See method state table'], 'RESUMING_2'],
    ['S-Push.req', [], ['TR-Invoke.req(Class 0, Push)'], 'RESUMING_2'],
    ['S-ConfirmedPush.req', [], ['Start a new push transaction with this event'], 'RESUMING_2'],
    ['Suspend', [], ['TR-Abort.req(SUSPEND) the Resume', 'Abort(SUSPEND) all method and push transactions', 'S-Suspend.ind(SUSPEND)'], 'SUSPENDED'],
    ['TR-Invoke.ind', ['Class 2, Method'], ['Start a new method transaction with this event', 'Release the new method transaction'], 'RESUMING_2'],
    ['TR-Invoke.ind', ['Class 2, Resume'], ['TR-Invoke.res', 'TR-Abort.req(RESUME) the old Resume', 'Abort(RESUME) all method and push transactions', 'S-Suspend.ind(RESUME)', 'S-Resume.ind'], 'RESUMING'],
    ['TR-Invoke.ind', ['Class 0, Suspend'], ['TR-Abort.req(SUSPEND) the Resume', 'Abort(SUSPEND) all method and push transactions', 'S-Suspend.ind(SUSPEND)'], 'SUSPENDED'],
    ['TR-Invoke.ind', ['Class 0, Disconnect'], ['TR-Abort.req(DISCONNECT) the Resume', 'Abort(DISCONNECT) all method and push transactions', 'S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['TR-InvokeData.ind', ['Method transaction'], ['See method state table'], 'RESUMING_2'],
    ['TR-Invoke.cnf', ['Push transaction'], ['See push state table'], 'RESUMING_2'],
    ['TR-Result.cnf', ['Resume transaction'], [], 'CONNECTED'],
    ['TR-Result.cnf', ['Method transaction'], ['See method state table'], 'RESUMING_2'],
    ['TR-ResultData.cnf', ['Method transaction'], ['See method state table'], 'RESUMING_2'],
    ['TR-Abort.ind', ['Resume transaction', 'Reason == DISCONNECT'], ['Abort(DISCONNECT) all method and push transactions', 'S-Disconnect.ind(DISCONNECT)'], 'NULL'],
    ['TR-Abort.ind', ['Resume transaction'], ['Abort(SUSPEND) all method and push transactions', 'S-Suspend.ind(abort reason)'], 'SUSPENDED'],
    ['TR-Abort.ind', ['Push transaction'], ['See push state table'], 'RESUMING_2'],
    ['TR-Abort.ind', ['Method transaction'], ['See method state table'], 'RESUMING_2'],
  ],
} as const satisfies SessionTable<ServerSessionState>;

/** §7.1.6.2. */
export type ClientMethodState = 'NULL' | 'REQUESTING' | 'WAITING' | 'WAITING2' | 'COMPLETING';

/** §7.1.6.5. */
export type ServerMethodState = 'NULL' | 'HOLDING' | 'REQUESTING' | 'PROCESSING' | 'PROCESSING2' | 'REPLYING';

export type MethodEvent =
  | 'S-MethodInvoke.req'
  | 'S-MethodInvoke.res'
  | 'S-MethodInvokeData.req'
  | 'S-MethodInvokeData.res'
  | 'S-MethodResult.req'
  | 'S-MethodResult.res'
  | 'S-MethodResultData.req'
  | 'S-MethodResultData.res'
  | 'S-MethodAbort.req'
  | 'Abort'
  | 'Release'
  | 'TR-Invoke.ind'
  | 'TR-Invoke.cnf'
  | 'TR-InvokeData.ind'
  | 'TR-InvokeData.cnf'
  | 'TR-Result.ind'
  | 'TR-Result.cnf'
  | 'TR-ResultData.ind'
  | 'TR-ResultData.cnf'
  | 'TR-Abort.ind';

export type MethodCondition =
  | 'More Data == TRUE'
  | 'More Data == FALSE'
  | 'Headers provided'
  | 'Headers not provided'
  | 'Marks completion of entire method'
  | 'Marks completion of entire result'
  | 'Complete Invoke already received'
  | 'Complete Invoke not received'
  | 'Reply PDU'
  | 'Frame Boundary, Data Fragment PDU'
  | 'No Frame Boundary'
  | 'SDU size > MRU'
  | 'N_Methods == MOM'
  | 'Reason == DISCONNECT'
  | 'Reason == SUSPEND'
  | 'Other';

export type MethodAction =
  | 'TR-Invoke.req(Class 2, Method, MoreData)'
  | 'TR-InvokeData.req(request body, MoreData)'
  | 'TR-InvokeData.req(Data Fragment PDU, MoreData, Frame Boundary)'
  | 'TR-Invoke.res'
  | 'TR-InvokeData.res'
  | 'TR-Result.req(Reply, MoreData)'
  | 'TR-Result.res'
  | 'TR-Result.res(Exit Info = Acknowledgement Headers)'
  | 'TR-ResultData.req(Response Body, MoreData)'
  | 'TR-ResultData.req(Data Fragment, MoreData, Frame Boundary)'
  | 'TR-ResultData.res'
  | 'TR-ResultData.res(Exit Info = Acknowledgement Headers)'
  | 'TR-Abort.req(PEERREQ) the Method'
  | 'TR-Abort.req(abort reason) the Method'
  | 'TR-Abort.req(MRUEXCEEDED)'
  | 'TR-Abort.req(MOREXCEEDED)'
  | 'TR-Abort.req(PROTOERR)'
  | 'S-MethodInvoke.cnf'
  | 'S-MethodInvokeData.cnf'
  | 'S-MethodInvokeData.ind(body, MoreData)'
  | 'S-MethodInvokeData.ind(headers, body, MoreData)'
  | 'Generate S-MethodInvoke.ind(headers, body, MoreData)'
  | 'If stored, generate one or more S-MethodInvokeData.ind(headers, body, MoreData)'
  | 'S-MethodResult.ind(headers, body, MoreData)'
  | 'S-MethodResultData.ind(body, MoreData)'
  | 'S-MethodResultData.ind(headers, body, MoreData)'
  | 'S-MethodResult.cnf'
  | 'S-MethodResult.cnf(Acknowledgement Headers = Exit Info)'
  | 'S-MethodResultData.cnf'
  | 'S-MethodAbort.ind(USERREQ)'
  | 'S-MethodAbort.ind(MRUEXCEEDED)'
  | 'S-MethodAbort.ind(PROTOERR)'
  | 'S-MethodAbort.ind(abort reason)'
  | 'Store Method'
  | 'Increment N_Methods'
  | 'Decrement N_Methods'
  | 'Disconnect the session'
  | 'Suspend the session'
  | 'Ignore';

type MethodTable<State extends string> = StateTable<State, MethodEvent, MethodCondition, MethodAction>;

/** Client method: §7.1.6.2. */
// biome-ignore format: a line is a printed row
export const clientMethod = {
  'NULL': [
    ['S-MethodInvoke.req', [], ['TR-Invoke.req(Class 2, Method, MoreData)'], 'REQUESTING'],
  ],
  'REQUESTING': [
    ['S-MethodInvokeData.req', ['More Data == TRUE'], ['TR-InvokeData.req(request body, MoreData)'], 'REQUESTING'],
    ['S-MethodInvokeData.req', ['More Data == FALSE', 'Headers not provided'], ['TR-InvokeData.req(request body, MoreData)'], 'REQUESTING'],
    ['S-MethodInvokeData.req', ['More Data == FALSE', 'Headers provided'], ['TR-InvokeData.req(Data Fragment PDU, MoreData, Frame Boundary)'], 'REQUESTING'],
    ['S-MethodAbort.req', [], ['TR-Abort.req(PEERREQ) the Method', 'S-MethodAbort.ind(USERREQ)'], 'NULL'],
    ['Abort', [], ['TR-Abort.req(abort reason) the Method', 'S-MethodAbort.ind(abort reason)'], 'NULL'],
    ['TR-Invoke.cnf', ['Marks completion of entire method'], ['S-MethodInvoke.cnf'], 'WAITING'],
    ['TR-Invoke.cnf', ['Other'], ['S-MethodInvoke.cnf'], 'REQUESTING'],
    ['TR-InvokeData.cnf', ['Marks completion of entire method'], ['S-MethodInvokeData.cnf'], 'WAITING'],
    ['TR-InvokeData.cnf', ['Other'], ['S-MethodInvokeData.cnf'], 'REQUESTING'],
    ['TR-Abort.ind', ['Reason == DISCONNECT'], ['Disconnect the session'], 'REQUESTING'],
    ['TR-Abort.ind', ['Reason == SUSPEND'], ['Suspend the session'], 'REQUESTING'],
    ['TR-Abort.ind', ['Other'], ['S-MethodAbort.ind(abort reason)'], 'NULL'],
  ],
  'WAITING': [
    ['S-MethodAbort.req', [], ['TR-Abort.req(PEERREQ) the Method', 'S-MethodAbort.ind(USERREQ)'], 'NULL'],
    ['Abort', [], ['TR-Abort.req(abort reason) the Method', 'S-MethodAbort.ind(abort reason)'], 'NULL'],
    ['TR-Result.ind', ['SDU size > MRU'], ['TR-Abort.req(MRUEXCEEDED)', 'S-MethodAbort.ind(MRUEXCEEDED)'], 'NULL'],
    ['TR-Result.ind', ['Reply PDU', 'More Data == TRUE'], ['TR-Result.res', 'S-MethodResult.ind(headers, body, MoreData)'], 'WAITING2'],
    ['TR-Result.ind', ['Reply PDU', 'More Data == FALSE'], ['S-MethodResult.ind(headers, body, MoreData)'], 'COMPLETING'],
    ['TR-Result.ind', ['Other'], ['TR-Abort.req(PROTOERR)', 'S-MethodAbort.ind(PROTOERR)'], 'NULL'],
    ['TR-Abort.ind', ['Reason == DISCONNECT'], ['Disconnect the session'], 'WAITING'],
    ['TR-Abort.ind', ['Reason == SUSPEND'], ['Suspend the session'], 'WAITING'],
    ['TR-Abort.ind', ['Other'], ['S-MethodAbort.ind(abort reason)'], 'NULL'],
  ],
  'WAITING2': [
    ['S-MethodAbort.req', [], ['TR-Abort.req(PEERREQ) the Method', 'S-MethodAbort.ind(USERREQ)'], 'NULL'],
    ['S-MethodResult.res', [], ['Ignore'], 'WAITING2'],
    ['S-MethodResultData.res', [], ['Ignore'], 'WAITING2'],
    ['Abort', [], ['TR-Abort.req(abort reason) the Method', 'S-MethodAbort.ind(abort reason)'], 'NULL'],
    ['TR-ResultData.ind', ['SDU size > MRU'], ['TR-Abort.req(MRUEXCEEDED)', 'S-MethodAbort.ind(MRUEXCEEDED)'], 'NULL'],
    ['TR-ResultData.ind', ['More Data == TRUE'], ['TR-ResultData.res', 'S-MethodResultData.ind(body, MoreData)'], 'WAITING2'],
    ['TR-ResultData.ind', ['Frame Boundary, Data Fragment PDU', 'More Data == FALSE'], ['S-MethodResultData.ind(headers, body, MoreData)'], 'COMPLETING'],
    ['TR-ResultData.ind', ['No Frame Boundary', 'More Data == FALSE'], ['S-MethodResultData.ind(body, MoreData)'], 'COMPLETING'],
    ['TR-Abort.ind', ['Reason == DISCONNECT'], ['Disconnect the session'], 'WAITING2'],
    ['TR-Abort.ind', ['Reason == SUSPEND'], ['Suspend the session'], 'WAITING2'],
    ['TR-Abort.ind', ['Other'], ['S-MethodAbort.ind(abort reason)'], 'NULL'],
  ],
  'COMPLETING': [
    ['S-MethodResult.res', [], ['TR-Result.res(Exit Info = Acknowledgement Headers)'], 'NULL'],
    ['S-MethodResultData.res', [], ['TR-ResultData.res(Exit Info = Acknowledgement Headers)'], 'NULL'],
    ['S-MethodAbort.req', [], ['TR-Abort.req(PEERREQ) the Method', 'S-MethodAbort.ind(USERREQ)'], 'NULL'],
    ['Abort', [], ['TR-Abort.req(abort reason) the Method', 'S-MethodAbort.ind(abort reason)'], 'NULL'],
    ['TR-Abort.ind', ['Reason == DISCONNECT'], ['Disconnect the session'], 'COMPLETING'],
    ['TR-Abort.ind', ['Reason == SUSPEND'], ['Suspend the session'], 'COMPLETING'],
    ['TR-Abort.ind', ['Other'], ['S-MethodAbort.ind(abort reason)'], 'NULL'],
  ],
} as const satisfies MethodTable<ClientMethodState>;

/** Server method: §7.1.6.5. */
// biome-ignore format: a line is a printed row
export const serverMethod = {
  'NULL': [
    ['TR-Invoke.ind', ['N_Methods == MOM'], ['TR-Abort.req(MOREXCEEDED)'], 'NULL'],
    ['TR-Invoke.ind', ['More Data == TRUE'], ['Store Method', 'Increment N_Methods', 'TR-Invoke.res'], 'HOLDING'],
    ['TR-Invoke.ind', ['More Data == FALSE'], ['Store Method', 'Increment N_Methods'], 'HOLDING'],
  ],
  'HOLDING': [
    ['TR-InvokeData.ind', ['More Data == TRUE'], ['Store Method', 'TR-InvokeData.res'], 'HOLDING'],
    ['TR-InvokeData.ind', ['More Data == FALSE'], ['Store Method'], 'HOLDING'],
    ['Release', [], ['Generate S-MethodInvoke.ind(headers, body, MoreData)', 'If stored, generate one or more S-MethodInvokeData.ind(headers, body, MoreData)'], 'REQUESTING'],
    ['Abort', [], ['Decrement N_Methods', 'TR-Abort.req(abort reason) the Method'], 'NULL'],
    ['TR-Abort.ind', ['Reason == DISCONNECT'], ['Disconnect the session'], 'HOLDING'],
    ['TR-Abort.ind', ['Reason == SUSPEND'], ['Suspend the session'], 'HOLDING'],
    ['TR-Abort.ind', ['Other'], ['Decrement N_Methods'], 'NULL'],
  ],
  'REQUESTING': [
    ['S-MethodInvoke.res', ['Complete Invoke already received'], ['TR-Invoke.res'], 'PROCESSING'],
    ['S-MethodInvoke.res', ['Complete Invoke not received'], ['Ignore'], 'REQUESTING'],
    // Printed TR-Invoke.res; here the response to the last primitive, which carried the end of the invocation.
    ['S-MethodInvokeData.res', ['Complete Invoke already received'], ['TR-InvokeData.res'], 'PROCESSING'],
    ['S-MethodInvokeData.res', ['Complete Invoke not received'], ['Ignore'], 'REQUESTING'],
    ['S-MethodAbort.req', [], ['Decrement N_Methods', 'TR-Abort.req(PEERREQ) the Method', 'S-MethodAbort.ind(USERREQ)'], 'NULL'],
    ['Abort', [], ['Decrement N_Methods', 'TR-Abort.req(abort reason) the Method', 'S-MethodAbort.ind(abort reason)'], 'NULL'],
    ['TR-InvokeData.ind', ['More Data == TRUE'], ['S-MethodInvokeData.ind(body, MoreData)', 'TR-InvokeData.res'], 'REQUESTING'],
    // Printed PROCESSING for these two; but the user's S-MethodInvokeData.res, which is only possible in REQUESTING, is still to come.
    ['TR-InvokeData.ind', ['Frame Boundary, Data Fragment PDU', 'More Data == FALSE'], ['S-MethodInvokeData.ind(headers, body, MoreData)'], 'REQUESTING'],
    ['TR-InvokeData.ind', ['No Frame Boundary', 'More Data == FALSE'], ['S-MethodInvokeData.ind(body, MoreData)'], 'REQUESTING'],
    ['TR-Abort.ind', ['Reason == DISCONNECT'], ['Disconnect the session'], 'REQUESTING'],
    ['TR-Abort.ind', ['Reason == SUSPEND'], ['Suspend the session'], 'REQUESTING'],
    ['TR-Abort.ind', ['Other'], ['Decrement N_Methods', 'S-MethodAbort.ind(abort reason)'], 'NULL'],
  ],
  'PROCESSING': [
    ['S-MethodResult.req', ['More Data == TRUE'], ['TR-Result.req(Reply, MoreData)'], 'PROCESSING2'],
    ['S-MethodResult.req', ['More Data == FALSE'], ['TR-Result.req(Reply, MoreData)'], 'REPLYING'],
    ['S-MethodAbort.req', [], ['Decrement N_Methods', 'TR-Abort.req(PEERREQ) the Method', 'S-MethodAbort.ind(USERREQ)'], 'NULL'],
    ['Abort', [], ['Decrement N_Methods', 'TR-Abort.req(abort reason) the Method', 'S-MethodAbort.ind(abort reason)'], 'NULL'],
    ['TR-Abort.ind', ['Reason == DISCONNECT'], ['Disconnect the session'], 'PROCESSING'],
    ['TR-Abort.ind', ['Reason == SUSPEND'], ['Suspend the session'], 'PROCESSING'],
    ['TR-Abort.ind', ['Other'], ['Decrement N_Methods', 'S-MethodAbort.ind(abort reason)'], 'NULL'],
  ],
  'PROCESSING2': [
    ['S-MethodResultData.req', ['More Data == TRUE'], ['TR-ResultData.req(Response Body, MoreData)'], 'PROCESSING2'],
    ['S-MethodResultData.req', ['More Data == FALSE', 'Headers provided'], ['TR-ResultData.req(Data Fragment, MoreData, Frame Boundary)'], 'REPLYING'],
    ['S-MethodResultData.req', ['More Data == FALSE', 'Headers not provided'], ['TR-ResultData.req(Response Body, MoreData)'], 'REPLYING'],
    ['S-MethodAbort.req', [], ['Decrement N_Methods', 'TR-Abort.req(PEERREQ) the Method', 'S-MethodAbort.ind(USERREQ)'], 'NULL'],
    ['Abort', [], ['Decrement N_Methods', 'TR-Abort.req(abort reason) the Method', 'S-MethodAbort.ind(abort reason)'], 'NULL'],
    ['TR-Result.cnf', [], ['S-MethodResult.cnf'], 'PROCESSING2'],
    ['TR-ResultData.cnf', [], ['S-MethodResultData.cnf'], 'PROCESSING2'],
    ['TR-Abort.ind', ['Reason == DISCONNECT'], ['Disconnect the session'], 'PROCESSING2'],
    ['TR-Abort.ind', ['Reason == SUSPEND'], ['Suspend the session'], 'PROCESSING2'],
    ['TR-Abort.ind', ['Other'], ['Decrement N_Methods', 'S-MethodAbort.ind(abort reason)'], 'NULL'],
  ],
  'REPLYING': [
    ['S-MethodAbort.req', [], ['Decrement N_Methods', 'TR-Abort.req(PEERREQ) the Method', 'S-MethodAbort.ind(USERREQ)'], 'NULL'],
    ['Abort', [], ['Decrement N_Methods', 'TR-Abort.req(abort reason) the Method', 'S-MethodAbort.ind(abort reason)'], 'NULL'],
    ['TR-Result.cnf', ['Marks completion of entire result'], ['Decrement N_Methods', 'S-MethodResult.cnf(Acknowledgement Headers = Exit Info)'], 'NULL'],
    // Not printed: the first confirmation may come when the last data is already on its way.
    ['TR-Result.cnf', ['Other'], ['Ignore'], 'REPLYING'],
    // Printed S-MethodResult.cnf; the primitive that the last S-MethodResultData.req asks for is this one (Table 6).
    ['TR-ResultData.cnf', ['Marks completion of entire result'], ['Decrement N_Methods', 'S-MethodResultData.cnf'], 'NULL'],
    ['TR-ResultData.cnf', ['Other'], ['Ignore'], 'REPLYING'],
    ['TR-Abort.ind', ['Reason == DISCONNECT'], ['Disconnect the session'], 'REPLYING'],
    ['TR-Abort.ind', ['Reason == SUSPEND'], ['Suspend the session'], 'REPLYING'],
    ['TR-Abort.ind', ['Other'], ['Decrement N_Methods', 'S-MethodAbort.ind(abort reason)'], 'NULL'],
  ],
} as const satisfies MethodTable<ServerMethodState>;

/** §7.1.6.3. */
export type ClientPushState = 'NULL' | 'RECEIVING';

/** §7.1.6.6. */
export type ServerPushState = 'NULL' | 'PUSHING';

export type PushEvent =
  | 'S-ConfirmedPush.req'
  | 'S-ConfirmedPush.res'
  | 'S-PushAbort.req'
  | 'Abort'
  | 'TR-Invoke.ind'
  | 'TR-Invoke.cnf'
  | 'TR-Abort.ind';

export type PushCondition =
  | 'N_PUSHES == MOP'
  | 'N_PUSHES < MOP'
  | 'Reason == DISCONNECT'
  | 'Reason == SUSPEND'
  | 'Other';

export type PushAction =
  | 'TR-Invoke.req(Class 1, ConfirmedPush)'
  | 'TR-Invoke.res(Exit Info = Acknowledgement Headers)'
  | 'TR-Abort.req(MOREXCEEDED) the TR-Invoke'
  | 'TR-Abort.req(abort reason) the TR-Invoke'
  | 'TR-Abort.req(abort reason) the push transaction'
  | 'S-ConfirmedPush.ind'
  | 'S-ConfirmedPush.cnf(Acknowledgement Headers = Exit Info)'
  | 'S-PushAbort.ind(USERREQ)'
  | 'S-PushAbort.ind(abort reason)'
  | 'Increment N_PUSHES'
  | 'Decrement N_PUSHES'
  | 'Disconnect the session'
  | 'Suspend the session';

type PushTable<State extends string> = StateTable<State, PushEvent, PushCondition, PushAction>;

/** Client push: §7.1.6.3. */
// biome-ignore format: a line is a printed row
export const clientPush = {
  'NULL': [
    ['TR-Invoke.ind', ['N_PUSHES == MOP'], ['TR-Abort.req(MOREXCEEDED) the TR-Invoke'], 'NULL'],
    ['TR-Invoke.ind', ['N_PUSHES < MOP'], ['Increment N_PUSHES', 'S-ConfirmedPush.ind'], 'RECEIVING'],
  ],
  'RECEIVING': [
    ['S-ConfirmedPush.res', [], ['TR-Invoke.res(Exit Info = Acknowledgement Headers)', 'Decrement N_PUSHES'], 'NULL'],
    ['S-PushAbort.req', [], ['TR-Abort.req(abort reason) the TR-Invoke', 'S-PushAbort.ind(USERREQ)', 'Decrement N_PUSHES'], 'NULL'],
    ['Abort', [], ['TR-Abort.req(abort reason) the TR-Invoke', 'S-PushAbort.ind(abort reason)', 'Decrement N_PUSHES'], 'NULL'],
    ['TR-Abort.ind', ['Reason == DISCONNECT'], ['Disconnect the session'], 'RECEIVING'],
    ['TR-Abort.ind', ['Reason == SUSPEND'], ['Suspend the session'], 'RECEIVING'],
    ['TR-Abort.ind', ['Other'], ['S-PushAbort.ind(abort reason)', 'Decrement N_PUSHES'], 'NULL'],
  ],
} as const satisfies PushTable<ClientPushState>;

/** Server push: §7.1.6.6. */
// biome-ignore format: a line is a printed row
export const serverPush = {
  'NULL': [
    ['S-ConfirmedPush.req', [], ['TR-Invoke.req(Class 1, ConfirmedPush)'], 'PUSHING'],
  ],
  'PUSHING': [
    ['Abort', [], ['TR-Abort.req(abort reason) the push transaction', 'S-PushAbort.ind(abort reason)'], 'NULL'],
    ['TR-Invoke.cnf', [], ['S-ConfirmedPush.cnf(Acknowledgement Headers = Exit Info)'], 'NULL'],
    ['TR-Abort.ind', ['Reason == DISCONNECT'], ['Disconnect the session'], 'PUSHING'],
    ['TR-Abort.ind', ['Reason == SUSPEND'], ['Suspend the session'], 'PUSHING'],
    ['TR-Abort.ind', ['Other'], ['S-PushAbort.ind(abort reason)'], 'NULL'],
  ],
} as const satisfies PushTable<ServerPushState>;

export type UnitEvent =
  | 'S-Unit-MethodInvoke.req'
  | 'S-Unit-MethodResult.req'
  | 'S-Unit-Push.req'
  | 'T-DError.ind'
  | 'T-DUnitdata.ind';

export type UnitCondition = 'Method PDU' | 'Reply PDU' | 'Push PDU';

export type UnitAction =
  | 'Unitdata.req(Method)'
  | 'Unitdata.req(Reply)'
  | 'Unitdata.req(Push)'
  | 'S-Unit-MethodInvoke.ind'
  | 'S-Unit-MethodResult.ind'
  | 'S-Unit-Push.ind'
  | 'Ignore';

/**
 * Connectionless WSP: §7.2. There are no states; NULL stands for that. Printed Unitdata.ind is WDP's T-DUnitdata.ind,
 * and S-Unit-MethodPush.ind the S-Unit-Push.ind of §6.4.2.3.
 */
// biome-ignore format: a line is a printed row
export const connectionless = {
  'NULL': [
    ['S-Unit-MethodInvoke.req', [], ['Unitdata.req(Method)'], 'NULL'],
    ['S-Unit-MethodResult.req', [], ['Unitdata.req(Reply)'], 'NULL'],
    ['S-Unit-Push.req', [], ['Unitdata.req(Push)'], 'NULL'],
    ['T-DError.ind', [], ['Ignore'], 'NULL'],
    ['T-DUnitdata.ind', ['Method PDU'], ['S-Unit-MethodInvoke.ind'], 'NULL'],
    ['T-DUnitdata.ind', ['Reply PDU'], ['S-Unit-MethodResult.ind'], 'NULL'],
    ['T-DUnitdata.ind', ['Push PDU'], ['S-Unit-Push.ind'], 'NULL'],
  ],
} as const satisfies StateTable<'NULL', UnitEvent, UnitCondition, UnitAction>;

type RowOf<Table> = Table extends Readonly<Record<string, readonly (infer R)[]>> ? R : never;
/** What the rows of one table do, so that its machine can be shown to do all of it. */
export type ActionOf<Table> =
  RowOf<Table> extends readonly [unknown, unknown, readonly (infer A)[], unknown] ? A : never;
/** What the rows of one table ask. */
export type ConditionOf<Table> =
  RowOf<Table> extends readonly [unknown, readonly (infer C)[], unknown, unknown] ? C : never;
