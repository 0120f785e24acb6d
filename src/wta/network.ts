/**
 * A simulated telephone network: subscribers, calls between them, texts, services that USSD reaches. Signals and expired
 * timers in, effects out. What it must be able to tell is WAP-268-WTAI §5.1, §5.2 and WAP-255-WTAIGSM §5.1; how it routes
 * is its own.
 */
import type { Clock, Millis } from '../wap/time.js';
import {
  type Cause,
  type Cell,
  type Coverage,
  type Indication,
  type Leg,
  type Request,
  TRANSACTIONS,
} from './signals.js';

/** What the network asks for when it has handled something. */
export type NetworkEffect =
  /** @property to number of the subscriber */
  | { readonly to: string; readonly indication: Indication }
  | { readonly startTimer: string; readonly after: Millis }
  | { readonly stopTimer: string };

export interface NetworkOptions {
  readonly clock: Clock;
  /** How long it rings; 30 s where nothing is said. */
  readonly noAnswer?: Millis;
  /** Answers a code like *100# as its service would; `undefined` is an error. */
  readonly ussd?: (number: string, code: string) => string | undefined;
}

export interface SubscriberOptions {
  /** Whether the subscription has the supplementary service Call Waiting; it is active at first if so. */
  readonly callWaiting?: boolean;
  /** Others do not learn the number. */
  readonly withheld?: boolean;
  readonly coverage?: Coverage;
}

/** Texts that wait for one subscriber; more are refused, so that a switched-off telephone fills nobody's memory. */
export const TEXTS_WAITING_MAX = 100;

/** Diversions of one call; more are a circle (ITU-T Q.732 foresees five). */
export const DEFLECTIONS_MAX = 5;

/** Calls of one subscriber in any state: one held or multiparty of five, one active, one waiting, and those that fail. */
export const LEGS_MAX = 8;

const NO_ANSWER: Millis = 30_000;

/** A cell for subscribers of whom nothing else is said: the numbers of GSM 04.08's test networks. */
export const testCell: Cell = {
  mcc: '001',
  mnc: '01',
  lac: 1,
  cell: 1,
  timingAdvance: 0,
  level: 40,
  neighbours: [],
};

/** What a subscriber of the simulated network sees where nothing else is said. */
export const testCoverage: Coverage = { inService: true, networkName: 'wapstack', cell: testCell };

interface End {
  readonly subscriber: Subscriber;
  readonly leg: Leg;
}

/** A call as the network sees it. Ends move: deflection and transfer replace them. */
interface Connection {
  readonly id: number;
  caller: End;
  called: End;
  state: 'setup' | 'alerting' | 'connected';
  readonly deflections: number;
  /** The caller was transferred here: it talked before, and its leg is up though nobody has answered yet. */
  readonly isTransferred: boolean;
}

interface WaitingText {
  readonly from: string;
  readonly text: string;
  readonly sentAt: Millis;
}

interface Subscriber {
  readonly number: string;
  readonly withheld: boolean;
  readonly mayWait: boolean;
  waits: boolean;
  coverage: Coverage;
  hasMemory: boolean;
  readonly texts: WaitingText[];
  readonly legs: Map<Leg, Connection>;
  /** The transaction that the network began: it has one at a time. */
  ussd: { readonly transactionId: number; readonly kind: 'request' | 'notify' } | undefined;
}

const TIMER = 'network/no answer ';

export class Network {
  readonly #clock: Clock;
  readonly #noAnswer: Millis;
  readonly #ussd: (number: string, code: string) => string | undefined;
  readonly #subscribers = new Map<string, Subscriber>();
  readonly #connections = new Map<number, Connection>();
  #nextConnection = 1;
  /** The network gives numbers below zero. */
  #nextLeg: Leg = -1;
  #nextUssd = 0;
  #effects: NetworkEffect[] = [];

  constructor({ clock, noAnswer = NO_ANSWER, ussd = () => undefined }: NetworkOptions) {
    this.#clock = clock;
    this.#noAnswer = noAnswer;
    this.#ussd = ussd;
  }

  /** A new subscriber, told where it is; one that is known already stays as it is. */
  subscribe(
    number: string,
    { callWaiting = true, withheld = false, coverage = testCoverage }: SubscriberOptions = {},
  ): readonly NetworkEffect[] {
    if (!this.#subscribers.has(number)) {
      this.#subscribers.set(number, {
        number,
        withheld,
        mayWait: callWaiting,
        waits: callWaiting,
        coverage,
        hasMemory: true,
        texts: [],
        legs: new Map(),
        ussd: undefined,
      });
    }
    this.#tell(number, { type: 'coverage', coverage: this.#subscribers.get(number)?.coverage ?? coverage });
    return this.#done();
  }

  /** The subscriber is no more: its calls are lost. */
  unsubscribe(number: string): readonly NetworkEffect[] {
    const subscriber = this.#subscribers.get(number);
    if (subscriber !== undefined) this.#dropAll(subscriber);
    this.#subscribers.delete(number);
    return this.#done();
  }

  /** The subscriber gets into another network, cell, or none: without one its calls are dropped (WAP-268 §9.1.2). */
  setCoverage(number: string, coverage: Coverage): readonly NetworkEffect[] {
    const subscriber = this.#subscribers.get(number);
    if (subscriber === undefined) return [];
    subscriber.coverage = coverage;
    if (!coverage.inService) this.#dropAll(subscriber);
    this.#tell(number, { type: 'coverage', coverage });
    this.#deliverTexts(subscriber);
    return this.#done();
  }

  /** All calls of the subscriber are lost, as by a loss of signal. */
  drop(number: string): readonly NetworkEffect[] {
    const subscriber = this.#subscribers.get(number);
    if (subscriber !== undefined) this.#dropAll(subscriber);
    return this.#done();
  }

  /** The network asks the user something, or tells something: WAP-255 §7.1.3. `false` where it cannot now. */
  startUssd(
    number: string,
    kind: 'request' | 'notify',
    message: string,
    codingScheme = 0x0f,
  ): readonly NetworkEffect[] | undefined {
    const subscriber = this.#subscribers.get(number);
    if (!subscriber?.coverage.inService || subscriber.ussd !== undefined) return undefined;
    const transactionId = this.#nextUssd++ % TRANSACTIONS;
    subscriber.ussd = { transactionId, kind };
    this.#tell(number, { type: 'ussd', kind, transactionId, message, codingScheme });
    return this.#done();
  }

  /** @param from number of a subscriber; from nobody else anything is heard */
  request(from: string, request: Request): readonly NetworkEffect[] {
    const subscriber = this.#subscribers.get(from);
    if (subscriber !== undefined) this.#handle(subscriber, request);
    return this.#done();
  }

  /** A timer that was started ran out: nobody answered. */
  expired(timer: string): readonly NetworkEffect[] {
    const connection = this.#connections.get(Number(timer.slice(TIMER.length)));
    if (timer.startsWith(TIMER) && connection !== undefined && connection.state !== 'connected') {
      this.#clear(connection, 'no answer', 'normal');
    }
    return this.#done();
  }

  /** Calls that there are, for people and tests: both numbers and the state. */
  calls(): readonly {
    readonly caller: string;
    readonly called: string;
    readonly state: Connection['state'];
  }[] {
    return [...this.#connections.values()].map(({ caller, called, state }) => ({
      caller: caller.subscriber.number,
      called: called.subscriber.number,
      state,
    }));
  }

  #handle(subscriber: Subscriber, request: Request): void {
    const { number } = subscriber;
    const connection = 'leg' in request ? subscriber.legs.get(request.leg) : undefined;
    switch (request.type) {
      case 'setup':
        this.#setup(subscriber, request.leg, request.number);
        return;
      case 'alerting':
        if (connection?.state !== 'setup' || !isCalled(connection, subscriber, request.leg)) return;
        connection.state = 'alerting';
        this.#tellEnd(connection.caller, { type: 'alerting', leg: connection.caller.leg });
        return;
      case 'connect':
        if (connection === undefined || connection.state === 'connected') return;
        if (isCalled(connection, subscriber, request.leg)) this.#connect(connection);
        return;
      case 'disconnect': {
        if (connection === undefined) return;
        const early = connection.state !== 'connected' && isCalled(connection, subscriber, request.leg);
        // A called party that refuses is busy to the caller; a caller that gives up just ends the call.
        const cause: Cause = early ? 'busy' : 'normal';
        const own = request.cause === 'busy' && !early ? 'busy' : 'normal';
        if (isCalled(connection, subscriber, request.leg)) this.#clear(connection, cause, own);
        else this.#clear(connection, own, cause);
        return;
      }
      case 'deflect':
        if (connection === undefined || connection.state === 'connected') return;
        if (isCalled(connection, subscriber, request.leg)) this.#deflect(connection, request.number);
        return;
      case 'transfer':
        this.#transfer(subscriber, request.legs);
        return;
      case 'hold':
      case 'retrieve':
        if (!isUp(subscriber, request.leg)) return;
        this.#tell(number, { type: request.type === 'hold' ? 'held' : 'retrieved', leg: request.leg });
        return;
      case 'split multiparty':
        if (isUp(subscriber, request.leg)) this.#tell(number, { type: 'multiparty split', leg: request.leg });
        return;
      case 'build multiparty':
      case 'hold multiparty':
      case 'retrieve multiparty':
        if (!request.legs.every((leg) => isUp(subscriber, leg))) return;
        this.#tell(number, { type: multipartyAnswers[request.type], legs: request.legs });
        return;
      case 'dtmf': {
        if (connection === undefined || !isUp(subscriber, request.leg)) return;
        const other = isCalled(connection, subscriber, request.leg) ? connection.caller : connection.called;
        this.#tellEnd(other, { type: 'tones', leg: other.leg, tones: request.tones });
        this.#tell(number, { type: 'dtmf sent', leg: request.leg, tones: request.tones });
        return;
      }
      case 'text':
        this.#text(subscriber, request);
        return;
      case 'memory exceeded':
        subscriber.hasMemory = false;
        subscriber.texts.unshift({ from: request.from, text: request.text, sentAt: request.sentAt });
        return;
      case 'memory available':
        subscriber.hasMemory = true;
        this.#deliverTexts(subscriber);
        return;
      case 'ussd':
        this.#answerUssd(subscriber, request);
        return;
      case 'call waiting':
        if (subscriber.mayWait && request.operation !== 'interrogate') {
          subscriber.waits = request.operation === 'activate';
        }
        this.#tell(number, { type: 'call waiting', status: callWaitingOf(subscriber) });
    }
  }

  #setup(caller: Subscriber, leg: Leg, number: string): void {
    if (caller.legs.has(leg) || leg <= 0) return;
    if (!caller.coverage.inService || caller.legs.size >= LEGS_MAX) {
      this.#tell(caller.number, { type: 'cleared', leg, cause: 'unavailable' });
      return;
    }
    this.#tell(caller.number, { type: 'proceeding', leg });
    this.#route({ subscriber: caller, leg }, number, 0);
  }

  /** Looks for the called party, and rings there. */
  #route(caller: End, number: string, deflections: number): void {
    const called = this.#subscribers.get(number);
    const refusal = called === caller.subscriber ? 'busy' : this.#refusal(called, deflections);
    if (called === undefined || refusal !== undefined) {
      caller.subscriber.legs.delete(caller.leg);
      this.#tellEnd(caller, { type: 'cleared', leg: caller.leg, cause: refusal ?? 'network' });
      return;
    }
    const leg = this.#nextLeg--;
    const connection: Connection = {
      id: this.#nextConnection++,
      caller,
      called: { subscriber: called, leg },
      state: 'setup',
      deflections,
      isTransferred: false,
    };
    this.#connections.set(connection.id, connection);
    caller.subscriber.legs.set(caller.leg, connection);
    called.legs.set(leg, connection);
    const { subscriber } = caller;
    this.#effects.push({ startTimer: TIMER + connection.id, after: this.#noAnswer });
    this.#tell(called.number, { type: 'incoming', leg, from: subscriber.withheld ? '' : subscriber.number });
  }

  /** Why it does not ring there; an unknown number is the network's own reason. */
  #refusal(called: Subscriber | undefined, deflections: number): Cause | undefined {
    if (called === undefined || deflections > DEFLECTIONS_MAX) return 'network';
    // A telephone that is off or out of reach does not answer, says the network, without trying.
    if (!called.coverage.inService) return 'no answer';
    if (called.legs.size >= LEGS_MAX) return 'busy';
    if (called.legs.size === 0) return undefined;
    const waiting = [...called.legs.values()].some((other) => other.state !== 'connected');
    return called.waits && !waiting ? undefined : 'busy';
  }

  #connect(connection: Connection): void {
    connection.state = 'connected';
    this.#effects.push({ stopTimer: TIMER + connection.id });
    for (const end of [connection.called, connection.caller]) {
      this.#tellEnd(end, { type: 'connected', leg: end.leg });
    }
  }

  #deflect(connection: Connection, number: string): void {
    const { caller, called, deflections } = connection;
    this.#forget(connection);
    this.#tellEnd(called, { type: 'cleared', leg: called.leg, cause: 'normal' });
    this.#route(caller, number, deflections + 1);
  }

  /** The far ends of both legs become one call; the near ends are free (WAP-255 §7.2.3). */
  #transfer(subscriber: Subscriber, [legB, legC]: readonly [Leg, Leg]): void {
    const b = subscriber.legs.get(legB);
    const c = subscriber.legs.get(legC);
    if (b === undefined || c === undefined || b === c || !isUp(subscriber, legB)) return;
    const farB = isCalled(b, subscriber, legB) ? b.caller : b.called;
    const isOutgoing = !isCalled(c, subscriber, legC);
    const farC = isOutgoing ? c.called : c.caller;
    this.#forget(b);
    this.#forget(c);
    const state = isOutgoing ? c.state : 'connected';
    const joined: Connection = {
      id: this.#nextConnection++,
      caller: farB,
      called: farC,
      state,
      deflections: 0,
      isTransferred: true,
    };
    this.#connections.set(joined.id, joined);
    farB.subscriber.legs.set(farB.leg, joined);
    farC.subscriber.legs.set(farC.leg, joined);
    if (state !== 'connected') this.#effects.push({ startTimer: TIMER + joined.id, after: this.#noAnswer });
    // A caller that waited to be answered is answered by B.
    else if (c.state !== 'connected') this.#tellEnd(farC, { type: 'connected', leg: farC.leg });
    for (const leg of [legB, legC]) this.#tell(subscriber.number, { type: 'cleared', leg, cause: 'normal' });
  }

  #text(sender: Subscriber, request: Extract<Request, { type: 'text' }>): void {
    const { reference } = request;
    const target = this.#subscribers.get(request.number);
    if (!sender.coverage.inService) {
      this.#tell(sender.number, { type: 'text status', reference, result: 'unavailable' });
      return;
    }
    if (target === undefined || target.texts.length >= TEXTS_WAITING_MAX) {
      const result = target === undefined ? 'unspecified' : 'resources';
      this.#tell(sender.number, { type: 'text status', reference, result });
      return;
    }
    this.#tell(sender.number, { type: 'text status', reference, result: 'sent' });
    target.texts.push({ from: sender.number, text: request.text, sentAt: this.#clock.now() });
    this.#deliverTexts(target);
  }

  #deliverTexts(subscriber: Subscriber): void {
    if (!subscriber.coverage.inService || !subscriber.hasMemory) return;
    for (const text of subscriber.texts.splice(0)) this.#tell(subscriber.number, { type: 'text', ...text });
  }

  #answerUssd(subscriber: Subscriber, request: Extract<Request, { type: 'ussd' }>): void {
    const { transactionId, codingScheme, kind } = request;
    if (kind !== 'request') {
      if (subscriber.ussd?.transactionId === transactionId) subscriber.ussd = undefined;
      return;
    }
    const message = this.#ussd(subscriber.number, request.message);
    this.#tell(
      subscriber.number,
      message === undefined
        ? { type: 'ussd', kind: 'error', transactionId, message: '', codingScheme }
        : { type: 'ussd', kind: 'result', transactionId, message, codingScheme },
    );
  }

  #dropAll(subscriber: Subscriber): void {
    for (const connection of new Set(subscriber.legs.values())) this.#clear(connection, 'dropped', 'dropped');
    subscriber.ussd = undefined;
  }

  #clear(connection: Connection, callerCause: Cause, calledCause: Cause): void {
    const { caller, called } = connection;
    this.#forget(connection);
    this.#tellEnd(called, { type: 'cleared', leg: called.leg, cause: calledCause });
    this.#tellEnd(caller, { type: 'cleared', leg: caller.leg, cause: callerCause });
  }

  #forget({ id, caller, called, state }: Connection): void {
    this.#connections.delete(id);
    caller.subscriber.legs.delete(caller.leg);
    called.subscriber.legs.delete(called.leg);
    if (state !== 'connected') this.#effects.push({ stopTimer: TIMER + id });
  }

  #tellEnd({ subscriber }: End, indication: Indication): void {
    this.#tell(subscriber.number, indication);
  }

  #tell(to: string, indication: Indication): void {
    this.#effects.push({ to, indication });
  }

  #done(): readonly NetworkEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}

const multipartyAnswers = {
  'build multiparty': 'multiparty built',
  'hold multiparty': 'multiparty held',
  'retrieve multiparty': 'multiparty retrieved',
} as const;

/** Whether somebody talks, or talked, on this leg. */
function isUp(subscriber: Subscriber, leg: Leg): boolean {
  const connection = subscriber.legs.get(leg);
  if (connection === undefined) return false;
  return (
    connection.state === 'connected' || (connection.isTransferred && !isCalled(connection, subscriber, leg))
  );
}

function isCalled({ called }: Connection, subscriber: Subscriber, leg: Leg): boolean {
  return called.subscriber === subscriber && called.leg === leg;
}

function callWaitingOf({ mayWait, waits }: Subscriber): 'activated' | 'deactivated' | 'disallowed' {
  if (!mayWait) return 'disallowed';
  return waits ? 'activated' : 'deactivated';
}
