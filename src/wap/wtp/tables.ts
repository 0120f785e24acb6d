/**
 * The state tables: WAP-224-WTP §9.5 and §9.6, a line a printed row. The first matching row wins, so rows with more conditions stand
 * before rows with fewer; where that moved one, it says so. Printed T-TRInvoke and T-TRAbort are the TR-Invoke and TR-Abort of §5.3.
 */
import type { StateTable } from '../machine.js';

export type InitiatorState = 'NULL' | 'RESULT WAIT' | 'RESULT RESP WAIT' | 'WAIT TIMEOUT';

export type ResponderState =
  | 'LISTEN'
  | 'TIDOK WAIT'
  | 'INVOKE RESP WAIT'
  | 'RESULT WAIT'
  | 'RESULT RESP WAIT'
  | 'WAIT TIMEOUT';

export type InitiatorEvent =
  | 'TR-Invoke.req'
  | 'TR-Result.res'
  | 'TR-Abort.req'
  | 'RcvAck'
  | 'RcvResult'
  | 'RcvAbort'
  | 'RcvErrorPDU'
  | 'TimerTO_R'
  | 'TimerTO_A'
  | 'TimerTO_W'
  | 'TimerTO_H';

export type ResponderEvent =
  | 'TR-Invoke.res'
  | 'TR-Result.req'
  | 'TR-Abort.req'
  | 'RcvInvoke'
  | 'RcvAck'
  | 'RcvAbort'
  | 'RcvErrorPDU'
  | 'TimerTO_R'
  | 'TimerTO_A'
  | 'TimerTO_W';

/** Conditions that both tables use. */
export type SharedCondition =
  | 'Class == 0'
  | 'Class == 1'
  | 'Class == 2'
  | 'Class == 2 | 1'
  | 'Uack == False'
  | 'Uack == True'
  | 'ExitInfo'
  | 'RID=0'
  | 'RID=1'
  | 'RCR < MAX_RCR'
  | 'RCR == MAX_RCR'
  | 'AEC < AEC_MAX'
  | 'AEC == AEC_MAX';

export type InitiatorCondition =
  | SharedCondition
  | 'UserAck'
  | 'TIDve'
  | 'HoldOn == False'
  | 'HoldOn == True'
  | 'Ack(TIDok) already sent';

export type ResponderCondition =
  | SharedCondition
  | 'Valid TID'
  | 'Invalid TID'
  | 'U/P flag'
  | 'TIDok'
  | 'Ack PDU already sent';

/** Actions on variables and counters. */
export type VariableAction = 'Reset RCR' | 'Increment RCR' | 'Increment AEC' | 'Uack = True' | 'Uack = False';

/** Actions that both tables use. */
type Action =
  | VariableAction
  | 'Ignore'
  | 'Abort transaction'
  | 'Clear Transaction'
  | 'Start timer, R [RCR]'
  | 'Start timer, A'
  | 'Start timer, W'
  | 'Send Ack PDU'
  | 'Send Ack PDU with Info TPI'
  | 'Queue(A) Ack PDU'
  | 'Queue(A) Ack PDU with Info TPI'
  | 'Send Abort PDU (USER)'
  | 'Send Abort PDU (PROTOERR)'
  | 'Send Abort PDU (NORESPONSE)'
  | 'Generate TR-Abort.ind';

export type InitiatorAction =
  | Action
  | 'SendTID = GenTID'
  | 'Send Invoke PDU'
  | 'Send Ack(TIDok)'
  | 'Stop timer'
  | 'HoldOn = True'
  | 'Start timer, H'
  | 'Generate TR-Invoke.cnf'
  | 'Generate TR-Result.ind';

export type ResponderAction =
  | Action
  | 'Send Ack(TIDve)'
  | 'Resend Ack PDU'
  | 'Send Result PDU'
  | 'Generate TR-Invoke.ind'
  | 'Generate TR-Result.cnf';

/** §9.5. */
// biome-ignore format: a line is a printed row
export const initiator: StateTable<InitiatorState, InitiatorEvent, InitiatorCondition, InitiatorAction> = {
  NULL: [
    // Printed second; the row without UserAck would take these, too.
    ['TR-Invoke.req', ['Class == 2 | 1', 'UserAck'], ['SendTID = GenTID', 'Send Invoke PDU', 'Reset RCR', 'Start timer, R [RCR]', 'Uack = True'], 'RESULT WAIT'],
    ['TR-Invoke.req', ['Class == 2 | 1'], ['SendTID = GenTID', 'Send Invoke PDU', 'Reset RCR', 'Start timer, R [RCR]', 'Uack = False'], 'RESULT WAIT'],
    ['TR-Invoke.req', ['Class == 0'], ['SendTID = GenTID', 'Send Invoke PDU'], 'NULL'],
  ],
  'RESULT WAIT': [
    ['TR-Abort.req', [], ['Abort transaction', 'Send Abort PDU (USER)'], 'NULL'],
    // The two with TIDve are printed behind the three without; there a verification would be taken for a hold-on acknowledgement.
    ['RcvAck', ['TIDve', 'Class == 2 | 1', 'RCR < MAX_RCR'], ['Send Ack(TIDok)', 'Increment RCR', 'Start timer, R [RCR]'], 'RESULT WAIT'],
    ['RcvAck', ['TIDve', 'Class == 2 | 1'], ['Ignore'], 'RESULT WAIT'],
    // Printed without timer H. Nothing else would end the transaction if the Responder vanished now.
    ['RcvAck', ['Class == 2', 'HoldOn == False'], ['Stop timer', 'Start timer, H', 'Generate TR-Invoke.cnf', 'HoldOn = True'], 'RESULT WAIT'],
    ['RcvAck', ['Class == 2', 'HoldOn == True'], ['Ignore'], 'RESULT WAIT'],
    ['RcvAck', ['Class == 1'], ['Stop timer', 'Generate TR-Invoke.cnf'], 'NULL'],
    ['RcvAbort', [], ['Abort transaction', 'Generate TR-Abort.ind'], 'NULL'],
    ['RcvErrorPDU', [], ['Abort transaction', 'Send Abort PDU (PROTOERR)', 'Generate TR-Abort.ind'], 'NULL'],
    // Printed second; the row without "already sent" would take these, too.
    ['TimerTO_R', ['RCR < MAX_RCR', 'Ack(TIDok) already sent'], ['Increment RCR', 'Start timer, R [RCR]', 'Send Ack(TIDok)'], 'RESULT WAIT'],
    ['TimerTO_R', ['RCR < MAX_RCR'], ['Increment RCR', 'Start timer, R [RCR]', 'Send Invoke PDU'], 'RESULT WAIT'],
    ['TimerTO_R', ['RCR == MAX_RCR'], ['Abort transaction', 'Generate TR-Abort.ind'], 'NULL'],
    // Not printed: see timer H above.
    ['TimerTO_H', [], ['Abort transaction', 'Send Abort PDU (NORESPONSE)', 'Generate TR-Abort.ind'], 'NULL'],
    ['RcvResult', ['Class == 2', 'HoldOn == True'], ['Stop timer', 'Generate TR-Result.ind', 'Start timer, A'], 'RESULT RESP WAIT'],
    ['RcvResult', ['Class == 2', 'HoldOn == False'], ['Stop timer', 'Generate TR-Invoke.cnf', 'Generate TR-Result.ind', 'Start timer, A'], 'RESULT RESP WAIT'],
  ],
  'RESULT RESP WAIT': [
    // Printed second; the row without ExitInfo would take these, too.
    ['TR-Result.res', ['ExitInfo'], ['Queue(A) Ack PDU with Info TPI', 'Start timer, W'], 'WAIT TIMEOUT'],
    ['TR-Result.res', [], ['Queue(A) Ack PDU', 'Start timer, W'], 'WAIT TIMEOUT'],
    ['RcvAbort', [], ['Abort transaction', 'Generate TR-Abort.ind'], 'NULL'],
    ['TR-Abort.req', [], ['Abort transaction', 'Send Abort PDU (USER)'], 'NULL'],
    ['RcvErrorPDU', [], ['Abort transaction', 'Send Abort PDU (PROTOERR)', 'Generate TR-Abort.ind'], 'NULL'],
    ['RcvResult', [], ['Ignore'], 'RESULT RESP WAIT'],
    // Printed last; the AEC rows would take these, too, and a result that the user leaves alone would never be acknowledged.
    ['TimerTO_A', ['Uack == False'], ['Queue(A) Ack PDU', 'Start timer, W'], 'WAIT TIMEOUT'],
    ['TimerTO_A', ['AEC < AEC_MAX'], ['Increment AEC', 'Start timer, A'], 'RESULT RESP WAIT'],
    // Printed without TR-Abort.ind; §7.12.3: the local user must be informed.
    ['TimerTO_A', ['AEC == AEC_MAX'], ['Abort transaction', 'Send Abort PDU (NORESPONSE)', 'Generate TR-Abort.ind'], 'NULL'],
  ],
  'WAIT TIMEOUT': [
    ['RcvResult', ['RID=0'], ['Ignore'], 'WAIT TIMEOUT'],
    // Printed third; the row without ExitInfo would take these, too.
    ['RcvResult', ['RID=1', 'ExitInfo'], ['Send Ack PDU with Info TPI'], 'WAIT TIMEOUT'],
    ['RcvResult', ['RID=1'], ['Send Ack PDU'], 'WAIT TIMEOUT'],
    ['RcvAbort', [], ['Abort transaction', 'Generate TR-Abort.ind'], 'NULL'],
    ['RcvErrorPDU', [], ['Abort transaction', 'Send Abort PDU (PROTOERR)', 'Generate TR-Abort.ind'], 'NULL'],
    ['TimerTO_W', [], ['Clear Transaction'], 'NULL'],
    ['TR-Abort.req', [], ['Abort transaction', 'Send Abort PDU (USER)'], 'NULL'],
  ],
};

/** §9.6. */
// biome-ignore format: a line is a printed row
export const responder: StateTable<ResponderState, ResponderEvent, ResponderCondition, ResponderAction> = {
  LISTEN: [
    ['RcvInvoke', ['Class == 2 | 1', 'Valid TID', 'U/P flag'], ['Generate TR-Invoke.ind', 'Start timer, A', 'Uack = True'], 'INVOKE RESP WAIT'],
    ['RcvInvoke', ['Class == 2 | 1', 'Valid TID'], ['Generate TR-Invoke.ind', 'Start timer, A', 'Uack = False'], 'INVOKE RESP WAIT'],
    ['RcvInvoke', ['Class == 0'], ['Generate TR-Invoke.ind'], 'LISTEN'],
    // Printed without timer W. Nothing else would end the transaction if the Initiator never answered.
    ['RcvInvoke', ['Class == 2 | 1', 'Invalid TID'], ['Send Ack(TIDve)', 'Start timer, W'], 'TIDOK WAIT'],
    ['RcvErrorPDU', [], ['Send Abort PDU (PROTOERR)'], 'LISTEN'],
  ],
  'TIDOK WAIT': [
    // Printed as one row that leaves Uack alone; the Invoke said whether the user acknowledges.
    ['RcvAck', ['Class == 2 | 1', 'TIDok', 'U/P flag'], ['Generate TR-Invoke.ind', 'Start timer, A', 'Uack = True'], 'INVOKE RESP WAIT'],
    ['RcvAck', ['Class == 2 | 1', 'TIDok'], ['Generate TR-Invoke.ind', 'Start timer, A', 'Uack = False'], 'INVOKE RESP WAIT'],
    ['RcvErrorPDU', [], ['Send Abort PDU (PROTOERR)', 'Abort transaction'], 'LISTEN'],
    ['RcvAbort', [], ['Abort transaction'], 'LISTEN'],
    ['RcvInvoke', ['RID=0'], ['Ignore'], 'TIDOK WAIT'],
    ['RcvInvoke', ['RID=1'], ['Send Ack(TIDve)'], 'TIDOK WAIT'],
    // Not printed: see timer W above.
    ['TimerTO_W', [], ['Clear Transaction'], 'LISTEN'],
  ],
  'INVOKE RESP WAIT': [
    ['TR-Invoke.res', ['Class == 1', 'ExitInfo'], ['Queue(A) Ack PDU with Info TPI', 'Start timer, W'], 'WAIT TIMEOUT'],
    ['TR-Invoke.res', ['Class == 1'], ['Queue(A) Ack PDU', 'Start timer, W'], 'WAIT TIMEOUT'],
    ['TR-Invoke.res', ['Class == 2'], ['Start timer, A'], 'RESULT WAIT'],
    ['TR-Result.req', [], ['Reset RCR', 'Start timer, R [RCR]', 'Send Result PDU'], 'RESULT RESP WAIT'],
    ['TR-Abort.req', [], ['Abort transaction', 'Send Abort PDU (USER)'], 'LISTEN'],
    ['RcvAbort', [], ['Generate TR-Abort.ind', 'Abort transaction'], 'LISTEN'],
    // §7.3.3: a retransmission restarts the acknowledgement timer. The table prints the next row alone.
    ['RcvInvoke', ['RID=1', 'Uack == True'], ['Start timer, A'], 'INVOKE RESP WAIT'],
    ['RcvInvoke', [], ['Ignore'], 'INVOKE RESP WAIT'],
    ['RcvErrorPDU', [], ['Abort transaction', 'Send Abort PDU (PROTOERR)', 'Generate TR-Abort.ind'], 'LISTEN'],
    // The two with Uack are printed last; the AEC rows would take these, too, and no hold-on acknowledgement would ever be sent.
    ['TimerTO_A', ['Class == 1', 'Uack == False'], ['Queue(A) Ack PDU', 'Start timer, W'], 'WAIT TIMEOUT'],
    ['TimerTO_A', ['Class == 2', 'Uack == False'], ['Send Ack PDU'], 'RESULT WAIT'],
    ['TimerTO_A', ['AEC < AEC_MAX'], ['Increment AEC', 'Start timer, A'], 'INVOKE RESP WAIT'],
    ['TimerTO_A', ['AEC == AEC_MAX'], ['Abort transaction', 'Send Abort PDU (NORESPONSE)', 'Generate TR-Abort.ind'], 'LISTEN'],
  ],
  'RESULT WAIT': [
    ['TR-Result.req', [], ['Reset RCR', 'Start timer, R [RCR]', 'Send Result PDU'], 'RESULT RESP WAIT'],
    ['RcvInvoke', ['RID=0'], ['Ignore'], 'RESULT WAIT'],
    // Printed third; the row without "already sent" would take these, too.
    ['RcvInvoke', ['RID=1', 'Ack PDU already sent'], ['Resend Ack PDU'], 'RESULT WAIT'],
    ['RcvInvoke', ['RID=1'], ['Ignore'], 'RESULT WAIT'],
    ['RcvErrorPDU', [], ['Abort transaction', 'Send Abort PDU (PROTOERR)', 'Generate TR-Abort.ind'], 'LISTEN'],
    ['TR-Abort.req', [], ['Abort transaction', 'Send Abort PDU (USER)'], 'LISTEN'],
    ['RcvAbort', [], ['Generate TR-Abort.ind', 'Abort transaction'], 'LISTEN'],
    ['TimerTO_A', [], ['Send Ack PDU'], 'RESULT WAIT'],
  ],
  'RESULT RESP WAIT': [
    ['TR-Abort.req', [], ['Abort transaction', 'Send Abort PDU (USER)'], 'LISTEN'],
    ['RcvAbort', [], ['Generate TR-Abort.ind', 'Abort transaction'], 'LISTEN'],
    ['RcvAck', ['TIDok'], ['Ignore'], 'RESULT RESP WAIT'],
    ['RcvAck', [], ['Generate TR-Result.cnf'], 'LISTEN'],
    ['RcvErrorPDU', [], ['Abort transaction', 'Send Abort PDU (PROTOERR)', 'Generate TR-Abort.ind'], 'LISTEN'],
    ['TimerTO_R', ['RCR < MAX_RCR'], ['Increment RCR', 'Send Result PDU', 'Start timer, R [RCR]'], 'RESULT RESP WAIT'],
    ['TimerTO_R', ['RCR == MAX_RCR'], ['Generate TR-Abort.ind', 'Abort transaction'], 'LISTEN'],
  ],
  'WAIT TIMEOUT': [
    ['RcvInvoke', ['RID=0'], ['Ignore'], 'WAIT TIMEOUT'],
    // Printed third; the row without ExitInfo would take these, too. The same for the two of RcvAck.
    ['RcvInvoke', ['RID=1', 'ExitInfo'], ['Send Ack PDU with Info TPI'], 'WAIT TIMEOUT'],
    ['RcvInvoke', ['RID=1'], ['Send Ack PDU'], 'WAIT TIMEOUT'],
    ['RcvAck', ['TIDok', 'RID=1', 'ExitInfo'], ['Send Ack PDU with Info TPI'], 'WAIT TIMEOUT'],
    ['RcvAck', ['TIDok', 'RID=1'], ['Send Ack PDU'], 'WAIT TIMEOUT'],
    ['RcvErrorPDU', [], ['Abort transaction', 'Send Abort PDU (PROTOERR)', 'Generate TR-Abort.ind'], 'LISTEN'],
    ['RcvAbort', [], ['Abort transaction', 'Generate TR-Abort.ind'], 'LISTEN'],
    ['TimerTO_W', [], ['Clear Transaction'], 'LISTEN'],
    ['TR-Abort.req', [], ['Abort transaction', 'Send Abort PDU (USER)'], 'LISTEN'],
  ],
};
