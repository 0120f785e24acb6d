import assert from 'node:assert/strict';
import {
  type InitiatorCondition,
  initiator,
  type ResponderCondition,
  responder,
} from '../../../src/wap/wtp/tables.js';
import { combinations, deadRows } from '../../support/tables.js';

const both = [false, true] as const;
const shared = {
  tcl: [0, 1, 2],
  uack: both,
  rid: both,
  rcrLeft: both,
  aecLeft: both,
  exitInfo: both,
} as const;
type Shared = {
  tcl: 0 | 1 | 2;
  uack: boolean;
  rid: boolean;
  rcrLeft: boolean;
  aecLeft: boolean;
  exitInfo: boolean;
};

const conditions = ({ tcl, uack, rid, rcrLeft, aecLeft, exitInfo }: Shared) => ({
  'Class == 0': tcl === 0,
  'Class == 1': tcl === 1,
  'Class == 2': tcl === 2,
  'Class == 2 | 1': tcl !== 0,
  'Uack == False': !uack,
  'Uack == True': uack,
  'RID=0': !rid,
  'RID=1': rid,
  'RCR < MAX_RCR': rcrLeft,
  'RCR == MAX_RCR': !rcrLeft,
  'AEC < AEC_MAX': aecLeft,
  'AEC == AEC_MAX': !aecLeft,
  ExitInfo: exitInfo,
});

function* initiatorCircumstances() {
  for (const each of combinations({ ...shared, userAck: both, tve: both, holdOn: both, okSent: both })) {
    const all: Record<InitiatorCondition, boolean> = {
      ...conditions(each),
      UserAck: each.userAck,
      TIDve: each.tve,
      'HoldOn == False': !each.holdOn,
      'HoldOn == True': each.holdOn,
      'Ack(TIDok) already sent': each.okSent,
    };
    yield (condition: InitiatorCondition) => all[condition];
  }
}

function* responderCircumstances() {
  for (const each of combinations({ ...shared, valid: both, up: both, tidOk: both, acked: both })) {
    const all: Record<ResponderCondition, boolean> = {
      ...conditions(each),
      'Valid TID': each.valid,
      'Invalid TID': !each.valid,
      'U/P flag': each.up,
      TIDok: each.tidOk,
      'Ack PDU already sent': each.acked,
    };
    yield (condition: ResponderCondition) => all[condition];
  }
}

const rows = (table: Readonly<Record<string, readonly unknown[]>>) =>
  Object.values(table).reduce((count, { length }) => count + length, 0);

describe('WTP state tables (WAP-224 §9.5, §9.6)', () => {
  it('every row of the Initiator can be reached', () => {
    assert.deepEqual(deadRows(initiator, initiatorCircumstances()), []);
  });

  it('every row of the Responder can be reached', () => {
    assert.deepEqual(deadRows(responder, responderCircumstances()), []);
  });

  // Printed: 32 and 46. Added: TimerTO_H; TimerTO_W in TIDOK WAIT, RcvAck with U/P flag, RcvInvoke with Uack == True.
  it('as many rows as are printed, and those that say that they are not', () => {
    assert.equal(rows(initiator), 32 + 1);
    assert.equal(rows(responder), 46 + 3);
  });
});
