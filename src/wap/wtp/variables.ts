/** The variables and counters of one transaction, and what both tables ask of them and do to them: WAP-224-WTP §9.4. */
import type { TransactionClass } from './primitives.js';
import type { SharedCondition, VariableAction } from './tables.js';
import type { Timing } from './timers.js';

export interface Variables {
  readonly classType: TransactionClass;
  readonly timing: Timing;
  /** Table 41: whether user acknowledgement has been requested. */
  uack: boolean;
  /** Table 40: retransmissions, and expirations of the acknowledgement interval. */
  rcr: number;
  aec: number;
  /** What our user wants in the last acknowledgement: §7.4. */
  exitInfo: Uint8Array | undefined;
  /** Retransmission indicator of the PDU that is being handled. */
  rid: boolean;
}

export function variables(classType: TransactionClass, timing: Timing): Variables {
  return { classType, timing, uack: false, rcr: 0, aec: 0, exitInfo: undefined, rid: false };
}

export function variablesHold(condition: SharedCondition, now: Variables): boolean {
  switch (condition) {
    case 'Class == 0':
      return now.classType === 0;
    case 'Class == 1':
      return now.classType === 1;
    case 'Class == 2':
      return now.classType === 2;
    case 'Class == 2 | 1':
      return now.classType !== 0;
    case 'Uack == False':
      return !now.uack;
    case 'Uack == True':
      return now.uack;
    case 'ExitInfo':
      return now.exitInfo !== undefined;
    case 'RID=0':
      return !now.rid;
    case 'RID=1':
      return now.rid;
    case 'RCR < MAX_RCR':
      return now.rcr < now.timing.rcrMax;
    case 'RCR == MAX_RCR':
      return now.rcr >= now.timing.rcrMax;
    case 'AEC < AEC_MAX':
      return now.aec < now.timing.aecMax;
    case 'AEC == AEC_MAX':
      return now.aec >= now.timing.aecMax;
  }
}

export function setVariables(action: VariableAction, now: Variables): void {
  switch (action) {
    case 'Reset RCR':
      now.rcr = 0;
      return;
    case 'Increment RCR':
      now.rcr++;
      return;
    case 'Increment AEC':
      now.aec++;
      return;
    case 'Uack = True':
      now.uack = true;
      return;
    case 'Uack = False':
      now.uack = false;
      return;
  }
}
