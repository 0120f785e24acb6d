/** The events that a service may be written for: WAP-268-WTAI §9.1, §10.1, §13.1; WAP-255-WTAIGSM §6.1, §7.1. */

/** Printed values of a parameter: what it means, by what it is called in this room. */
type Values = Readonly<Record<string, string>>;

export interface EventRow {
  readonly name: string;
  readonly section: string;
  /** In the order of $0, $1, … */
  readonly parameters: readonly string[];
}

/** By event id: ids are case-sensitive. */
// biome-ignore format: a line is a printed event
export const wtaEvents = {
  'wtaev-cc/ic': { name: 'IncomingCall', section: 'WAP-268 §9.1.1', parameters: ['callHandle', 'callerId'] },
  'wtaev-cc/cl': { name: 'CallCleared', section: 'WAP-268 §9.1.2', parameters: ['callHandle', 'result'] },
  'wtaev-cc/co': { name: 'CallConnected', section: 'WAP-268 §9.1.3', parameters: ['callHandle', 'callerId'] },
  'wtaev-cc/oc': { name: 'OutgoingCall', section: 'WAP-268 §9.1.4', parameters: ['callHandle', 'number'] },
  'wtaev-cc/cc': { name: 'CallAlerting', section: 'WAP-268 §9.1.5', parameters: ['callHandle'] },
  'wtaev-cc/dtmf': { name: 'DTMFSent', section: 'WAP-268 §9.1.6', parameters: ['callHandle', 'dtmf'] },
  'wtaev-nt/st': { name: 'MessageSendStatus', section: 'WAP-268 §10.1.1', parameters: ['msgHandle', 'result'] },
  'wtaev-nt/it': { name: 'IncomingMessage', section: 'WAP-268 §10.1.2', parameters: ['msgHandle', 'sender'] },
  'wtaev-ms/ns': { name: 'NetworkStatus', section: 'WAP-268 §13.1.1', parameters: ['inService', 'networkName', 'explanation'] },
  'wtaev-gsm/ch': { name: 'CallHeld', section: 'WAP-255 §7.1.1', parameters: ['callHandle'] },
  'wtaev-gsm/ca': { name: 'CallActive', section: 'WAP-255 §7.1.2', parameters: ['callHandle'] },
  'wtaev-gsm/ru': { name: 'USSDReceived', section: 'WAP-255 §7.1.3', parameters: ['message', 'codingScheme', 'type', 'transactionId'] },
  'wtaev-gsm/cw': { name: 'CallWaitingStatus', section: 'WAP-255 §7.1.4', parameters: ['type'] },
} as const satisfies Readonly<Record<string, EventRow>>;

export type WtaEventId = keyof typeof wtaEvents;

/** An event with its actual parameters; all of them are strings. */
export interface WtaEvent {
  readonly id: WtaEventId;
  readonly parameters: readonly string[];
}

type Arguments<P extends readonly string[]> = { readonly [K in keyof P]: string | number };

/** An event with as many parameters as it has. */
export function wtaEvent<I extends WtaEventId>(
  id: I,
  ...parameters: Arguments<(typeof wtaEvents)[I]['parameters']>
): WtaEvent {
  return { id, parameters: parameters.map(String) };
}

/** Whether an id is that of a WTA event. */
export function isWtaEventId(id: string): id is WtaEventId {
  return Object.hasOwn(wtaEvents, id);
}

/** $1 of CallCleared: WAP-268 §9.1.2, and for multiparty calls WAP-255 §6.1.1. */
export const clearedResults = {
  normal: '0',
  unspecified: '1',
  network: '2',
  dropped: '3',
  busy: '4',
  unavailable: '5',
  'no answer': '6',
  'multiparty normal': '100',
  'multiparty unspecified': '101',
} as const satisfies Values;

/** $1 of MessageSendStatus: WAP-268 §10.1.1. */
export const sendResults = {
  sent: '0',
  unspecified: '1',
  unavailable: '2',
  resources: '3',
} as const satisfies Values;

/** $2 of NetworkStatus: WAP-268 §13.1.1. */
export const outOfService = { none: '0', 'no networks': '1', forbidden: '2' } as const satisfies Values;

/** $2 of USSDReceived: WAP-255 §7.1.3. */
export const ussdTypes = { result: '0', request: '1', notify: '2', error: '3' } as const satisfies Values;

/** $0 of CallWaitingStatus: WAP-255 §7.1.4. */
export const callWaitingStatus = {
  activated: '1',
  deactivated: '2',
  disallowed: '3',
} as const satisfies Values;
