/** The states of a call, as the figures print them: WAP-268-WTAI §5.1.1, WAP-255-WTAIGSM §5.1.1. */
import type { StateTable } from '../wap/machine.js';

/** Events that move a call from state to state. */
export type CallEvent =
  | 'Incoming Call'
  | 'Outgoing Call'
  | 'Call Alerting'
  | 'Call Connected'
  | 'DTMF Sent'
  | 'Call Held'
  | 'Call Active'
  | 'Call Cleared';

/** WAP-268 §5.1.4: the field "status" has the number of the state. `start` has none: nobody sees a call there. */
export const callStates = {
  'call pending': 1,
  'initiating call': 2,
  'waiting for ringing': 3,
  'waiting for answer': 4,
  'in call': 5,
  end: 6,
} as const;

export type CallState = keyof typeof callStates | 'start';

/** WAP-255 §5.1.2: the same for the field "GSMstatus". */
export const gsmCallStates = {
  'call pending': 1,
  'initiating call': 2,
  'waiting for ringing': 3,
  'waiting for answer': 4,
  'call active': 5,
  end: 6,
  'call held': 7,
} as const;

export type GsmCallState = keyof typeof gsmCallStates | 'start';

type Table<State extends string> = Partial<StateTable<State, CallEvent, never, never>>;

/** WAP-268 Figure 1. */
// biome-ignore format: a line is a printed arrow
export const incomingCall = {
  start: [
    ['Incoming Call', [], [], 'call pending'],
  ],
  'call pending': [
    ['Call Connected', [], [], 'in call'],
    ['Call Cleared', [], [], 'end'],
  ],
  'in call': [
    ['DTMF Sent', [], [], 'in call'],
    ['Call Cleared', [], [], 'end'],
  ],
} as const satisfies Table<CallState>;

/** WAP-268 Figure 2. Its arrow from `start` to `initiating call` has no event: calls are made in the latter. */
// biome-ignore format: a line is a printed arrow
export const outgoingCall = {
  'initiating call': [
    ['Outgoing Call', [], [], 'waiting for ringing'],
    ['Call Cleared', [], [], 'end'],
  ],
  'waiting for ringing': [
    ['Call Alerting', [], [], 'waiting for answer'],
    ['Call Connected', [], [], 'in call'],
    ['Call Cleared', [], [], 'end'],
  ],
  'waiting for answer': [
    ['Call Connected', [], [], 'in call'],
    ['Call Cleared', [], [], 'end'],
  ],
  'in call': [
    ['DTMF Sent', [], [], 'in call'],
    ['Call Cleared', [], [], 'end'],
  ],
} as const satisfies Table<CallState>;

/** What the right halves of WAP-255 Figures 1 and 2 have in common. */
// biome-ignore format: a line is a printed arrow
const gsmEstablished = {
  'call active': [
    ['DTMF Sent', [], [], 'call active'],
    ['Call Held', [], [], 'call held'],
    ['Call Cleared', [], [], 'end'],
  ],
  'call held': [
    ['Call Active', [], [], 'call active'],
    ['Call Cleared', [], [], 'end'],
  ],
} as const satisfies Table<GsmCallState>;

/** WAP-255 Figure 1. */
// biome-ignore format: a line is a printed arrow
export const gsmIncomingCall = {
  start: [
    ['Incoming Call', [], [], 'call pending'],
  ],
  'call pending': [
    ['Call Connected', [], [], 'call active'],
    ['Call Cleared', [], [], 'end'],
  ],
  ...gsmEstablished,
} as const satisfies Table<GsmCallState>;

/** WAP-255 Figure 2. */
// biome-ignore format: a line is a printed arrow
export const gsmOutgoingCall = {
  'initiating call': [
    ['Outgoing Call', [], [], 'waiting for ringing'],
    ['Call Cleared', [], [], 'end'],
  ],
  'waiting for ringing': [
    ['Call Alerting', [], [], 'waiting for answer'],
    ['Call Connected', [], [], 'call active'],
    ['Call Cleared', [], [], 'end'],
  ],
  'waiting for answer': [
    ['Call Connected', [], [], 'call active'],
    ['Call Cleared', [], [], 'end'],
  ],
  ...gsmEstablished,
} as const satisfies Table<GsmCallState>;

/** WAP-255 Figure 3. */
// biome-ignore format: a line is a printed arrow
export const gsmMultipartyCall = {
  start: [
    ['Call Connected', [], [], 'call active'],
  ],
  'call active': [
    ['Call Held', [], [], 'call held'],
    ['Call Cleared', [], [], 'end'],
  ],
  'call held': [
    ['Call Active', [], [], 'call active'],
    ['Call Cleared', [], [], 'end'],
  ],
} as const satisfies Table<GsmCallState>;

/** WAP-255 §5.1.1: what a GSM state must be in the network-common model. The printed `In call` and `End` are its own. */
export const commonState = {
  start: 'start',
  'call pending': 'call pending',
  'initiating call': 'initiating call',
  'waiting for ringing': 'waiting for ringing',
  'waiting for answer': 'waiting for answer',
  'call active': 'in call',
  'call held': 'in call',
  end: 'end',
} as const satisfies Record<GsmCallState, CallState>;

export type CallKind = 'incoming' | 'outgoing' | 'multiparty';

const tables = {
  incoming: { common: incomingCall, gsm: gsmIncomingCall },
  outgoing: { common: outgoingCall, gsm: gsmOutgoingCall },
} as const;

/** Both states of a call: WAP-255 §5.1.1 has them side by side. */
export interface CallStates {
  readonly status: CallState;
  readonly gsm: GsmCallState;
}

/** Where an event leads; `undefined` where the figures have no such arrow. */
export function nextStates(kind: CallKind, from: CallStates, event: CallEvent): CallStates | undefined {
  if (kind === 'multiparty') {
    const gsm = next(gsmMultipartyCall, from.gsm, event);
    // §5.1.1 prints no network-common figure for it, only what its states are there.
    return gsm && { gsm, status: commonState[gsm] };
  }
  const gsm = next(tables[kind].gsm, from.gsm, event);
  if (gsm === undefined) return undefined;
  // Hold and retrieval are nothing that the network-common model knows of.
  const status = next(tables[kind].common, from.status, event) ?? from.status;
  return { status, gsm };
}

function next<State extends string>(table: Table<State>, from: State, event: CallEvent): State | undefined {
  return table[from]?.find((row) => row[0] === event)?.[3];
}
