import assert from 'node:assert/strict';
import type { StateTable } from '../../src/wap/machine.js';
import {
  type CallEvent,
  type CallKind,
  type CallStates,
  callStates,
  commonState,
  gsmCallStates,
  gsmIncomingCall,
  gsmMultipartyCall,
  gsmOutgoingCall,
  incomingCall,
  nextStates,
  outgoingCall,
} from '../../src/wta/call-model.js';
import { deadRows } from '../support/tables.js';

const events: readonly CallEvent[] = [
  'Incoming Call',
  'Outgoing Call',
  'Call Alerting',
  'Call Connected',
  'DTMF Sent',
  'Call Held',
  'Call Active',
  'Call Cleared',
];

const starts: Readonly<Record<CallKind, CallStates>> = {
  incoming: { status: 'start', gsm: 'start' },
  outgoing: { status: 'initiating call', gsm: 'initiating call' },
  multiparty: { status: 'start', gsm: 'start' },
};

/** All pairs of states that a kind of call can come to, with the events that led there. */
function reachable(kind: CallKind): Map<string, CallStates> {
  const found = new Map<string, CallStates>();
  const queue = [starts[kind]];
  for (let states = queue.shift(); states !== undefined; states = queue.shift()) {
    const key = `${states.status}/${states.gsm}`;
    if (found.has(key)) continue;
    found.set(key, states);
    for (const event of events) {
      const next = nextStates(kind, states, event);
      if (next !== undefined) queue.push(next);
    }
  }
  return found;
}

describe('Voice call model (WAP-268-WTAI §5.1.1, WAP-255-WTAIGSM §5.1.1)', () => {
  it('[WTAI-VCM-C-001] states have the printed numbers', () => {
    assert.deepEqual(Object.values(callStates), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(Object.values(gsmCallStates), [1, 2, 3, 4, 5, 6, 7]);
  });

  it('an incoming call walks through Figure 1', () => {
    assert.deepEqual(
      [...reachable('incoming').keys()],
      ['start/start', 'call pending/call pending', 'in call/call active', 'end/end', 'in call/call held'],
    );
  });

  it('an outgoing call walks through Figure 2', () => {
    assert.deepEqual(
      [...reachable('outgoing').keys()],
      [
        'initiating call/initiating call',
        'waiting for ringing/waiting for ringing',
        'end/end',
        'waiting for answer/waiting for answer',
        'in call/call active',
        'in call/call held',
      ],
    );
  });

  it('[WTAIGSM-CM-C-001] both states go together as §5.1.1 prints, in every state that can be reached', () => {
    for (const kind of ['incoming', 'outgoing', 'multiparty'] as const) {
      const states = [...reachable(kind).values()];
      for (const { status, gsm } of states) assert.equal(status, commonState[gsm], kind);
    }
    assert.deepEqual(
      [...reachable('multiparty').keys()],
      ['start/start', 'in call/call active', 'in call/call held', 'end/end'],
    );
  });

  it('nothing comes after the end', () => {
    for (const kind of ['incoming', 'outgoing', 'multiparty'] as const) {
      for (const event of events) {
        assert.equal(nextStates(kind, { status: 'end', gsm: 'end' }, event), undefined);
      }
    }
  });

  it('no row of the five figures is dead', () => {
    for (const table of [incomingCall, outgoingCall, gsmIncomingCall, gsmOutgoingCall, gsmMultipartyCall]) {
      assert.deepEqual(
        deadRows(table as unknown as StateTable<string, CallEvent, never, never>, [() => true]),
        [],
      );
    }
  });
});
