/**
 * The telephone in the handset: calls with their handles and states, texts, USSD, what it knows of its network. It follows
 * the models of WAP-268-WTAI §5 and WAP-255-WTAIGSM §5, tells its host of WTA events as they happen, and sends signals to
 * a network through it. The WTAI libraries and the handset's own menus both work on it.
 */
import type { Clock, Millis } from '../wap/time.js';
import type { Call } from './call.js';
import { CallLogs } from './call-log.js';
import { type CallEvent, type CallKind, nextStates } from './call-model.js';
import {
  callWaitingStatus,
  clearedResults,
  outOfService,
  sendResults,
  ussdTypes,
  type WtaEvent,
  wtaEvent,
} from './events.js';
import { Messages } from './messages.js';
import { PhoneBook } from './phone-book.js';
import {
  type Cause,
  type Coverage,
  type Indication,
  type Leg,
  type Request,
  TRANSACTIONS,
  type UssdSent,
} from './signals.js';

/** What the telephone needs of the handset. */
export interface TelephoneHost {
  /** To the network. */
  transmit(request: Request): void;
  /** In the order in which they happen. */
  event(event: WtaEvent): void;
  /** Something that is shown is another one now. */
  changed(): void;
}

export interface TelephoneOptions {
  readonly clock: Clock;
  readonly phoneBook?: PhoneBook;
}

interface OwnCall extends Call {
  status: Call['status'];
  gsm: Call['gsm'];
  number: string;
  mode: boolean;
  context: number | undefined;
  multiparty: number;
  connectedAt: Millis | undefined;
  endedAt: Millis | undefined;
  /** `undefined` for a multiparty call. */
  readonly leg: Leg | undefined;
  /** All members are being released: the last one does not become a call like others. */
  releasing: boolean;
  /** Who waits for the call to be established or not. */
  waiting: ((result: 'connected' | Cause) => void) | undefined;
}

/** Ended calls whose handles can still be asked about. */
export const ENDED_CALLS_MAX = 32;

/** GSM 02.84 §1.1: remote parties of a multiparty call. */
export const MULTIPARTY_MAX = 5;

export class Telephone {
  readonly logs = new CallLogs();
  readonly messages = new Messages();
  readonly phoneBook: PhoneBook;
  readonly #host: TelephoneHost;
  readonly #clock: Clock;
  readonly #calls = new Map<number, OwnCall>();
  #nextHandle = 1;
  /** The handle that a traversal returned last. */
  #listed: number | undefined;
  /** The call that WTAPublic made last: its sendDTMF has no handle. */
  #publicCall: OwnCall | undefined;
  #coverage: Coverage = { inService: false, explanation: 'none' };
  /** Transactions of USSD: GSM has one dialogue at a time. */
  #ussd: { readonly by: 'telephone' | 'network'; readonly kind: string; readonly id: number } | undefined;
  #nextUssd = 0;
  /** Tones that are on their way, by leg: who waits for them to have been sent. */
  readonly #tones = new Map<Leg, ((isSent: boolean) => void)[]>();
  #refusedText = false;

  constructor(host: TelephoneHost, { clock, phoneBook = new PhoneBook() }: TelephoneOptions) {
    this.#host = host;
    this.#clock = clock;
    this.phoneBook = phoneBook;
  }

  get coverage(): Coverage {
    return this.#coverage;
  }

  /** The clock that stamps its logs: durations are counted on it. */
  get now(): Millis {
    return this.#clock.now();
  }

  /** In the order of their handles, ended ones too. */
  calls(): readonly Call[] {
    return [...this.#calls.values()];
  }

  call(handle: number): Call | undefined {
    return this.#calls.get(handle);
  }

  /** §9.2.6: the oldest call, or the one after that which was returned last. */
  nextCall(returnFirst: boolean): number | undefined {
    const last = returnFirst ? 0 : this.#listed;
    const found =
      last === undefined ? undefined : this.calls().find((call) => call.handle > last && !call.silent);
    if (found !== undefined) this.#listed = found.handle;
    return found?.handle;
  }

  /** §9.2.1. @returns the handle, or `undefined` where no call can be made now */
  setup(number: string, mode: boolean, context: number | undefined): number | undefined {
    return this.#setup(number, { mode, context, silent: false })?.handle;
  }

  /** §8.2.1: `answer` is told when the call is established, or that it is not. */
  makeCall(number: string, answer: (result: 'connected' | Cause) => void): void {
    const call = this.#setup(number, { mode: true, context: undefined, silent: true }, answer);
    if (call === undefined) answer('unspecified');
    else this.#publicCall = call;
  }

  /** §9.2.2. */
  accept(handle: number, mode: boolean, context: number | undefined): boolean {
    const call = this.#calls.get(handle);
    if (call?.gsm !== 'call pending' || call.leg === undefined) return false;
    if (this.#isDialling() || !this.#makeRoom()) return false;
    call.mode = mode;
    call.context = context;
    this.#host.transmit({ type: 'connect', leg: call.leg });
    return true;
  }

  /** §9.2.3; of a multiparty call: WAP-255 §6.2.1. */
  release(handle: number): boolean {
    return this.#disconnect(this.#calls.get(handle), 'normal');
  }

  /** WAP-255 §7.2.10. */
  sendBusy(handle: number): boolean {
    const call = this.#calls.get(handle);
    return call?.gsm === 'call pending' && this.#disconnect(call, 'busy');
  }

  /** §9.2.4. @param sent is called when the tones are out */
  sendDtmf(handle: number, tones: string, sent: (isSent: boolean) => void = () => {}): boolean {
    const call = this.#calls.get(handle);
    if (call?.gsm !== 'call active' || call.leg === undefined) return false;
    this.#tones.set(call.leg, [...(this.#tones.get(call.leg) ?? []), sent]);
    this.#host.transmit({ type: 'dtmf', leg: call.leg, tones });
    return true;
  }

  /** §8.2.2: on the call that makeCall made last. */
  sendPublicDtmf(tones: string, sent: (isSent: boolean) => void): boolean {
    return this.#publicCall !== undefined && this.sendDtmf(this.#publicCall.handle, tones, sent);
  }

  /** WAP-255 §7.2.1. */
  hold(handle: number): boolean {
    const call = this.#calls.get(handle);
    if (call?.gsm !== 'call active' || call.multiparty !== 0 || this.#find('call held')) return false;
    this.#holdCall(call);
    return true;
  }

  /** WAP-255 §7.2.2. There is one active call at most: another one must be held first. */
  retrieve(handle: number): boolean {
    const call = this.#calls.get(handle);
    if (call?.gsm !== 'call held' || this.#find('call active') || this.#isDialling()) return false;
    if (call.leg === undefined)
      this.#host.transmit({ type: 'retrieve multiparty', legs: this.#legsOf(call) });
    else this.#host.transmit({ type: 'retrieve', leg: call.leg });
    return true;
  }

  /** WAP-255 §7.2.3. Multiparty calls and their members cannot be transferred. */
  transfer(handleB: number, handleC: number): boolean {
    const [b, c] = [this.#calls.get(handleB), this.#calls.get(handleC)];
    if (b?.gsm !== 'call active' && b?.gsm !== 'call held') return false;
    if (c === undefined || c === b || c.gsm === 'end' || b.multiparty !== 0 || c.multiparty !== 0)
      return false;
    if (b.leg === undefined || c.leg === undefined) return false;
    this.#host.transmit({ type: 'transfer', legs: [b.leg, c.leg] });
    return true;
  }

  /** WAP-255 §7.2.4. */
  deflect(handle: number, number: string): boolean {
    const call = this.#calls.get(handle);
    if (call?.gsm !== 'call pending' || call.leg === undefined) return false;
    this.#host.transmit({ type: 'deflect', leg: call.leg, number });
    return true;
  }

  /** WAP-255 §7.2.5. @returns the handle of the multiparty call, or `undefined` where none can be made */
  multiparty(context: number | undefined): number | undefined {
    const [active, held] = [this.#find('call active'), this.#find('call held')];
    if (active === undefined || held === undefined) return undefined;
    const calls = [...this.#calls.values()];
    // One that is still being built is the same.
    const old = calls.find(({ kind, gsm }) => kind === 'multiparty' && gsm !== 'end');
    const members = [active, held].flatMap((call) => (call === old ? this.#members(call) : [call]));
    if (members.length > MULTIPARTY_MAX) return undefined;
    const call = old ?? this.#add({ kind: 'multiparty', number: '', leg: undefined, mode: true, context });
    this.#host.transmit({
      type: 'build multiparty',
      legs: members.flatMap(({ leg }) => (leg === undefined ? [] : [leg])),
    });
    return call.handle;
  }

  /** WAP-255 §7.2.6. */
  separate(handle: number): boolean {
    const call = this.#calls.get(handle);
    const group = call && this.#calls.get(call.multiparty);
    if (call?.leg === undefined || group?.gsm !== 'call active' || this.#find('call held')) return false;
    this.#host.transmit({ type: 'split multiparty', leg: call.leg });
    return true;
  }

  /** §10.2.1. @returns the handle; `undefined` where there is no room for the message */
  sendText(address: string, text: string): number | undefined {
    if (this.messages.isFull) return undefined;
    const { handle } = this.messages.write(address, text, this.now);
    this.#host.transmit({ type: 'text', reference: handle, number: address, text });
    return handle;
  }

  /** §10.2.3: room for what waits in the network. */
  removeText(handle: number): boolean {
    if (!this.messages.remove(handle)) return false;
    if (this.#refusedText) {
      this.#refusedText = false;
      this.#host.transmit({ type: 'memory available' });
    }
    return true;
  }

  /**
   * WAP-255 §7.2.7.
   * @returns the transaction; `in progress` where there is a dialogue, `undefined` where the network asked nothing such
   */
  sendUssd(
    kind: UssdSent,
    message: string,
    codingScheme: number,
    transactionId: number,
  ): number | 'in progress' | undefined {
    if (kind === 'request') {
      if (this.#ussd !== undefined) return 'in progress';
      const id = this.#nextUssd++ % TRANSACTIONS;
      this.#ussd = { by: 'telephone', kind, id };
      this.#host.transmit({ type: 'ussd', kind, transactionId: id, message, codingScheme });
      return id;
    }
    const asked = kind === 'result of request' ? 'request' : 'notify';
    const open = this.#ussd;
    if (open?.by !== 'network' || open.kind !== asked || open.id !== transactionId) return undefined;
    this.#ussd = undefined;
    this.#host.transmit({ type: 'ussd', kind, transactionId, message, codingScheme });
    return transactionId;
  }

  /** WAP-255 §7.2.9. */
  callWaiting(operation: 'interrogate' | 'activate' | 'deactivate'): void {
    this.#host.transmit({ type: 'call waiting', operation });
  }

  /** WAP-266 §6.5: calls that were established in the context with DROP end with it. Traversals do, too. */
  contextEnded(context: number): void {
    this.#listed = undefined;
    this.logs.forgetTraversals();
    this.messages.forgetTraversals();
    for (const call of this.#calls.values()) {
      if (call.context !== context) continue;
      call.context = undefined;
      if (!call.mode) this.#disconnect(call, 'normal');
    }
  }

  /** The network says something. */
  indication(indication: Indication): void {
    this.#handle(indication);
    this.#host.changed();
  }

  #handle(indication: Indication): void {
    switch (indication.type) {
      case 'coverage':
        this.#covered(indication.coverage);
        return;
      case 'incoming':
        this.#incoming(indication.leg, indication.from);
        return;
      case 'text':
        this.#text(indication);
        return;
      case 'text status':
        this.messages.sent(indication.reference);
        this.#tell(wtaEvent('wtaev-nt/st', indication.reference, sendResults[indication.result]));
        return;
      case 'ussd':
        this.#ussdCame(indication);
        return;
      case 'call waiting':
        this.#tell(wtaEvent('wtaev-gsm/cw', callWaitingStatus[indication.status]));
        return;
      case 'multiparty built':
        this.#built(indication.legs);
        return;
      case 'multiparty held':
      case 'multiparty retrieved':
        this.#movedGroup(indication);
        return;
      case 'tones':
        return;
    }
    const call = this.#callOf(indication.leg);
    if (call !== undefined) this.#progress(call, indication);
  }

  #progress(
    call: OwnCall,
    indication: Exclude<Extract<Indication, { readonly leg: Leg }>, { type: 'incoming' | 'tones' }>,
  ): void {
    switch (indication.type) {
      case 'proceeding':
        if (this.#move(call, 'Outgoing Call'))
          this.#tellOf(call, wtaEvent('wtaev-cc/oc', call.handle, call.number));
        return;
      case 'alerting':
        if (this.#move(call, 'Call Alerting')) this.#tellOf(call, wtaEvent('wtaev-cc/cc', call.handle));
        return;
      case 'connected':
        this.#connected(call);
        return;
      case 'held':
        if (this.#move(call, 'Call Held')) this.#tellOf(call, wtaEvent('wtaev-gsm/ch', call.handle));
        return;
      case 'retrieved':
        if (this.#move(call, 'Call Active')) this.#tellOf(call, wtaEvent('wtaev-gsm/ca', call.handle));
        return;
      case 'multiparty split':
        this.#split(call);
        return;
      case 'dtmf sent': {
        const [sent, ...others] = this.#tones.get(indication.leg) ?? [];
        this.#tones.set(indication.leg, others);
        if (this.#move(call, 'DTMF Sent')) {
          this.#tellOf(call, wtaEvent('wtaev-cc/dtmf', call.handle, indication.tones));
        }
        sent?.(true);
        return;
      }
      case 'cleared':
        this.#cleared(call, indication.cause);
    }
  }

  #covered(coverage: Coverage): void {
    this.#coverage = coverage;
    if (!coverage.inService) this.#ussd = undefined;
    this.#tell(
      coverage.inService
        ? wtaEvent('wtaev-ms/ns', '1', coverage.networkName, '')
        : wtaEvent('wtaev-ms/ns', '0', '', outOfService[coverage.explanation]),
    );
  }

  #incoming(leg: Leg, number: string): void {
    const call = this.#add({ kind: 'incoming', number, leg, mode: true, context: undefined });
    if (!this.#move(call, 'Incoming Call')) return;
    this.#host.transmit({ type: 'alerting', leg });
    this.#tell(wtaEvent('wtaev-cc/ic', call.handle, number));
  }

  #connected(call: OwnCall): void {
    const isIncoming = call.kind === 'incoming';
    if (!this.#move(call, 'Call Connected')) return;
    call.connectedAt = this.now;
    if (isIncoming) this.logs.write('received', call.number, this.now);
    this.#tellOf(call, wtaEvent('wtaev-cc/co', call.handle, call.number));
    this.#answer(call, 'connected');
  }

  #cleared(call: OwnCall, cause: Cause): void {
    const wasPending = call.gsm === 'call pending';
    if (!this.#end(call, clearedResults[cause])) return;
    if (wasPending) this.logs.write('missed', call.number, this.now);
    if (call.leg !== undefined) {
      for (const sent of this.#tones.get(call.leg) ?? []) sent(false);
      this.#tones.delete(call.leg);
    }
    this.#answer(call, cause);
    const group = this.#calls.get(call.multiparty);
    if (group !== undefined) this.#left(call, group);
  }

  /** A member is gone. One that is left alone is a call like others again (GSM 02.84 §1.4). */
  #left(call: OwnCall, group: OwnCall): void {
    call.multiparty = 0;
    const [last, ...others] = this.#members(group);
    if (others.length > 0 || (group.releasing && last !== undefined)) return;
    const wasHeld = group.gsm === 'call held';
    if (last !== undefined) last.multiparty = 0;
    this.#end(group, clearedResults['multiparty normal']);
    if (last !== undefined && wasHeld && this.#move(last, 'Call Held')) {
      this.#tellOf(last, wtaEvent('wtaev-gsm/ch', last.handle));
    }
  }

  #built(legs: readonly Leg[]): void {
    const members = legs.flatMap((leg) => this.#callOf(leg) ?? []);
    const group = [...this.#calls.values()].find(({ kind, gsm }) => kind === 'multiparty' && gsm !== 'end');
    if (group === undefined || members.length < 2) return;
    for (const call of [group, ...members]) {
      if (call.gsm !== 'call held' || !this.#move(call, 'Call Active')) continue;
      this.#tellOf(call, wtaEvent('wtaev-gsm/ca', call.handle));
    }
    for (const member of members) member.multiparty = group.handle;
    if (group.gsm === 'start' && this.#move(group, 'Call Connected')) {
      group.connectedAt = this.now;
      this.#tell(wtaEvent('wtaev-cc/co', group.handle, ''));
    }
  }

  /** The call is apart; the others wait: WAP-255 §7.2.6. */
  #split(call: OwnCall): void {
    const group = this.#calls.get(call.multiparty);
    if (group === undefined) return;
    call.multiparty = 0;
    const members = this.#members(group);
    if (members.length > 1) {
      if (this.#move(group, 'Call Held')) this.#tell(wtaEvent('wtaev-gsm/ch', group.handle));
      return;
    }
    this.#end(group, clearedResults['multiparty normal']);
    for (const last of members) {
      last.multiparty = 0;
      if (this.#move(last, 'Call Held')) this.#tellOf(last, wtaEvent('wtaev-gsm/ch', last.handle));
    }
  }

  #movedGroup({
    type,
    legs,
  }: Extract<Indication, { type: 'multiparty held' | 'multiparty retrieved' }>): void {
    const member = legs.flatMap((leg) => this.#callOf(leg) ?? [])[0];
    const group = member && this.#calls.get(member.multiparty);
    if (group === undefined) return;
    const [event, id] =
      type === 'multiparty held'
        ? (['Call Held', 'wtaev-gsm/ch'] as const)
        : (['Call Active', 'wtaev-gsm/ca'] as const);
    if (this.#move(group, event)) this.#tell(wtaEvent(id, group.handle));
  }

  #text({ from, text, sentAt }: Extract<Indication, { type: 'text' }>): void {
    if (this.messages.isFull) {
      this.#refusedText = true;
      this.#host.transmit({ type: 'memory exceeded', from, text, sentAt });
      return;
    }
    const { handle } = this.messages.receive(from, text, sentAt, this.now);
    this.#tell(wtaEvent('wtaev-nt/it', handle, from));
  }

  #ussdCame({ kind, transactionId, message, codingScheme }: Extract<Indication, { type: 'ussd' }>): void {
    if (kind === 'request' || kind === 'notify') this.#ussd = { by: 'network', kind, id: transactionId };
    else if (this.#ussd?.by === 'telephone' && this.#ussd.id === transactionId) this.#ussd = undefined;
    else return;
    const scheme = kind === 'error' ? '' : codingScheme;
    this.#tell(
      wtaEvent('wtaev-gsm/ru', kind === 'error' ? '' : message, scheme, ussdTypes[kind], transactionId),
    );
  }

  #setup(
    number: string,
    { mode, context, silent }: Pick<Call, 'mode' | 'context' | 'silent'>,
    waiting?: OwnCall['waiting'],
  ): OwnCall | undefined {
    if (this.#isDialling() || !this.#makeRoom()) return undefined;
    const call = this.#add({ kind: 'outgoing', number, mode, context, silent, waiting });
    this.logs.write('dialled', number, this.now);
    if (call.leg !== undefined) this.#host.transmit({ type: 'setup', leg: call.leg, number });
    return call;
  }

  /** A call that is being set up would be another active one when it is answered. */
  #isDialling(): boolean {
    return [...this.#calls.values()].some(
      ({ kind, gsm }) => kind === 'outgoing' && gsm !== 'call active' && gsm !== 'call held' && gsm !== 'end',
    );
  }

  /** Before another call becomes active the one that is goes on hold, as GSM 02.30 §4.5.5 foresees. */
  #makeRoom(): boolean {
    const active = this.#find('call active');
    if (active === undefined) return true;
    if (this.#find('call held') !== undefined) return false;
    this.#holdCall(active);
    return true;
  }

  #holdCall(call: OwnCall): void {
    if (call.leg === undefined) this.#host.transmit({ type: 'hold multiparty', legs: this.#legsOf(call) });
    else this.#host.transmit({ type: 'hold', leg: call.leg });
  }

  #disconnect(call: OwnCall | undefined, cause: 'normal' | 'busy'): boolean {
    if (call === undefined || call.gsm === 'end' || call.gsm === 'start') return false;
    const legs = call.leg === undefined ? this.#legsOf(call) : [call.leg];
    call.releasing = true;
    for (const leg of legs) this.#host.transmit({ type: 'disconnect', leg, cause });
    return true;
  }

  #add(call: {
    readonly kind: CallKind;
    readonly number: string;
    readonly mode: boolean;
    readonly context: number | undefined;
    readonly silent?: boolean;
    readonly leg?: Leg | undefined;
    readonly waiting?: OwnCall['waiting'];
  }): OwnCall {
    const handle = this.#nextHandle++;
    const first = call.kind === 'outgoing' ? 'initiating call' : 'start';
    const added: OwnCall = {
      silent: false,
      waiting: undefined,
      // The telephone's own legs have the numbers of their handles.
      leg: call.kind === 'outgoing' ? handle : undefined,
      ...call,
      handle,
      status: first,
      gsm: first,
      multiparty: 0,
      releasing: false,
      connectedAt: undefined,
      endedAt: undefined,
    };
    this.#calls.set(handle, added);
    return added;
  }

  /** `false` where the call models have no such arrow: then nothing has happened. */
  #move(call: OwnCall, event: CallEvent): boolean {
    const next = nextStates(call.kind, call, event);
    if (next === undefined) return false;
    call.status = next.status;
    call.gsm = next.gsm;
    return true;
  }

  #end(call: OwnCall, result: string): boolean {
    if (!this.#move(call, 'Call Cleared')) return false;
    call.endedAt = this.now;
    this.#tellOf(call, wtaEvent('wtaev-cc/cl', call.handle, result));
    const ended = [...this.#calls.values()].filter(({ gsm }) => gsm === 'end');
    for (const old of ended.slice(0, -ENDED_CALLS_MAX)) this.#calls.delete(old.handle);
    return true;
  }

  #answer(call: OwnCall, result: 'connected' | Cause): void {
    const { waiting } = call;
    call.waiting = undefined;
    waiting?.(result);
  }

  /** The call of its own, or the multiparty call, that is in that state; members of the latter are not looked at. */
  #find(state: 'call active' | 'call held'): OwnCall | undefined {
    return [...this.#calls.values()].find((call) => call.gsm === state && call.multiparty === 0);
  }

  #members(group: OwnCall): readonly OwnCall[] {
    return [...this.#calls.values()].filter(({ multiparty }) => multiparty === group.handle);
  }

  #legsOf(group: OwnCall): readonly Leg[] {
    return this.#members(group).flatMap(({ leg }) => (leg === undefined ? [] : [leg]));
  }

  #callOf(leg: Leg): OwnCall | undefined {
    return [...this.#calls.values()].find((call) => call.leg === leg && call.gsm !== 'end');
  }

  #tellOf(call: OwnCall, event: WtaEvent): void {
    if (!call.silent) this.#tell(event);
  }

  #tell(event: WtaEvent): void {
    this.#host.event(event);
  }
}
