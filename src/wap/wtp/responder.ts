/** One transaction as its Responder sees it: WAP-224-WTP §9.6. */
import type { Peers } from '../address.js';
import { UsageError } from '../errors.js';
import { findRow } from '../machine.js';
import { type Environment, type IntervalName, type TimerName, TransactionTimer } from './environment.js';
import {
  type AbortReason,
  abortReasons,
  abortTypes,
  type Invoke,
  type SegmentedInvoke,
  TID_DIRECTION,
  type WtpPdu,
} from './pdu.js';
import type { Handle, LongTransactionRequest, TransactionClass } from './primitives.js';
import { BASIC_PACKETS, Outgoing, type Sdu, sduOf } from './sar.js';
import {
  type ResponderAction,
  type ResponderCondition,
  type ResponderEvent,
  type ResponderState,
  responder,
} from './tables.js';
import { type Timing, timingFor } from './timers.js';
import { exitInfoOf, option, optionValue, type Tpi } from './tpi.js';
import { Transfer } from './transfer.js';
import { setVariables, type Variables, variables, variablesHold } from './variables.js';

/** Octets of a Result PDU besides its data: three, and the items that may stand there. */
const ROOM_FOR_HEADER = 67;

/** The Responder's memory of TIDs, as one transaction needs it: Tables 6 and 9. */
export interface TidTest {
  /** Table 6: whether the transaction may start without verification. */
  valid(): boolean;
  /** Table 9: the Initiator knows this TID. */
  verified(): void;
  /** Current TID or No Cached TID for the Ack that asks, where they are wanted: Table 30. */
  items(): readonly Tpi[];
}

/** What the event that is being handled brought with it. */
interface Input {
  readonly tidOk?: boolean;
  readonly rid?: boolean;
  readonly exitInfo?: Uint8Array | undefined;
  readonly abortType?: 'PROVIDER' | 'USER';
  readonly abortCode?: number;
}

export class Responder {
  readonly role = 'Responder';
  readonly serial: number;
  readonly peers: Peers;
  readonly handle: Handle;
  /** Of the Invoke: the high bit is clear. */
  readonly tid: number;
  readonly #environment: Environment;
  readonly #invoke: Invoke;
  readonly #class: TransactionClass;
  readonly #test: TidTest;
  readonly #timing: Timing;
  readonly #variables: Variables;
  readonly #timer: TransactionTimer;
  readonly #transfer: Transfer;
  #state: ResponderState = 'LISTEN';
  #valid: boolean | undefined;
  /** What TR-Invoke.ind hands over. */
  #message: Sdu | undefined;
  /** The last packet of the Invoke, and all before it, are there. */
  #complete = false;
  #acked = false;
  #result: Sdu | undefined;
  /** SDUs of the peer that were indicated, and of ours that were confirmed. */
  #indicated = 0;
  #confirmed = 0;
  #input: Input = {};

  constructor(
    environment: Environment,
    serial: number,
    peers: Peers,
    invoke: Invoke,
    classType: TransactionClass,
    test: TidTest,
  ) {
    this.#environment = environment;
    this.serial = serial;
    this.peers = peers;
    this.handle = `R${serial}`;
    this.tid = invoke.tid;
    this.#invoke = invoke;
    this.#class = classType;
    this.#test = test;
    this.#timing = timingFor(peers.remote.bearer, invoke.up);
    this.#variables = variables(this.#class, this.#timing);
    this.#timer = new TransactionTimer(environment, serial);
    this.#transfer = new Transfer(environment, peers, serial, invoke.tid ^ TID_DIRECTION, this.#timing);
  }

  get state(): ResponderState {
    return this.#state;
  }

  /** Whether packets of a segmented Invoke are still missing. */
  get assembling(): boolean {
    return this.#transfer.incoming !== undefined && !this.#complete;
  }

  /** Whether nothing is left to wait for. */
  get finished(): boolean {
    return this.#state === 'LISTEN' && !this.assembling;
  }

  request(request: LongTransactionRequest): boolean {
    switch (request.type) {
      case 'TR-Invoke.res':
      case 'TR-InvokeData.res':
        // The parts before the last one were acknowledged by the provider: §7.3.1.
        if (this.assembling) return true;
        if (this.#class === 1) this.#variables.exitInfo = request.exitInfo;
        return this.#step('TR-Invoke.res', {});
      case 'TR-Result.req':
        if (this.#class !== 2) throw new UsageError(`a transaction of class ${this.#class} has no result`);
        if (this.assembling || this.#cannotSend(sduOf(request))) return !this.assembling;
        this.#result = sduOf(request);
        return this.#step('TR-Result.req', {});
      case 'TR-ResultData.req':
        return this.#further(sduOf(request));
      case 'TR-Abort.req':
        return this.#step('TR-Abort.req', { abortCode: request.abortCode });
      case 'TR-Invoke.req':
      case 'TR-InvokeData.req':
      case 'TR-Result.res':
      case 'TR-ResultData.res':
        return false;
    }
  }

  /** The next part of a long result. */
  #further(sdu: Sdu): boolean {
    const { outgoing } = this.#transfer;
    if (this.#state !== 'RESULT RESP WAIT' || outgoing === undefined || outgoing.sent) return false;
    outgoing.append(sdu);
    if (this.#transfer.flow() || !this.#timer.runs('R')) this.#start('R');
    return true;
  }

  receive(pdu: WtpPdu): void {
    this.#transfer.note(pdu);
    switch (pdu.pdu) {
      case 'Invoke':
      case 'Segmented Invoke':
        this.#receiveInvoke(pdu);
        return;
      case 'Ack':
        this.#receiveAck(pdu);
        return;
      case 'Negative Ack':
        if (this.#state === 'RESULT RESP WAIT' && this.#transfer.resend(pdu)) this.#start('R');
        return;
      case 'Abort':
        if (this.assembling && this.#state === 'LISTEN') this.#end();
        else
          this.#step('RcvAbort', {
            abortType: pdu.abortType === abortTypes.USER ? 'USER' : 'PROVIDER',
            abortCode: pdu.abortReason,
          });
        return;
      case 'Result':
      case 'Segmented Result':
        return;
    }
  }

  errorPdu(): void {
    this.#step('RcvErrorPDU', { abortType: 'PROVIDER', abortCode: abortReasons.PROTOERR });
    if (this.#state === 'LISTEN') this.#end();
  }

  expired(timer: TimerName): void {
    switch (timer) {
      case 'nack':
      case 'delay':
      case 'hold':
        this.#transfer.expired(timer);
        if (timer === 'delay') this.#start('R');
        return;
      case 'H':
        this.#refuse('NORESPONSE');
        return;
      case 'R':
      case 'A':
      case 'W':
        if (!this.#timer.expired(timer)) this.#environment.flush(this.peers, this.serial);
        else if (this.#state === 'LISTEN') this.#end();
        else this.#step(`TimerTO_${timer}`, { abortType: 'PROVIDER', abortCode: abortReasons.NORESPONSE });
        return;
    }
  }

  /** The bearer says that the peer cannot be reached. */
  unreachable(): void {
    if (['LISTEN', 'TIDOK WAIT', 'WAIT TIMEOUT'].includes(this.#state)) this.#end();
    else this.#give(abortReasons.UNKNOWN);
  }

  #receiveInvoke(pdu: Invoke | SegmentedInvoke): void {
    if (pdu.pdu === 'Invoke' && pdu.ttr) {
      if (this.#state === 'LISTEN') {
        this.#message = sduOf(pdu);
        this.#complete = true;
      }
      this.#step('RcvInvoke', { rid: pdu.rid });
      return;
    }
    if (this.#complete) {
      if (pdu.ttr) this.#step('RcvInvoke', { rid: pdu.rid });
      else if (pdu.gtr && pdu.rid) this.#transfer.acknowledgeGroup(false);
      return;
    }
    // Once the user has a part, the transaction is not forgotten without telling it.
    this.#start(this.#indicated > 0 ? 'H' : 'W');
    switch (this.#transfer.receive(pdu)) {
      case 'Ack':
        // §10.6.3: the TID is verified when the first group is there.
        this.#transfer.acknowledgeGroup(!this.#validTid());
        this.#parts();
        return;
      case 'message':
        this.#timer.stop();
        this.#complete = true;
        this.#whole(pdu.rid);
        return;
      case 'too large':
        this.#refuse('MESSAGETOOLARGE');
        return;
      case 'no memory':
        this.#refuse('CAPTEMPEXCEEDED');
        return;
      case 'wait':
      case 'Nack':
        return;
    }
  }

  /** The last packet is there. What is not verified yet, or not taken in parts, is one SDU. */
  #whole(rid: boolean): void {
    if (this.#environment.capabilities.longMessages && (this.#class === 0 || this.#validTid())) {
      this.#parts();
      return;
    }
    this.#message = sduOf({ userData: this.#transfer.incoming?.message() ?? new Uint8Array(0) });
    this.#step('RcvInvoke', { rid });
  }

  /** Hands over the parts of a long Invoke that have arrived: §7.15.2. */
  #parts(): void {
    if (!this.#environment.capabilities.longMessages || this.#valid === false) return;
    for (const sdu of this.#transfer.takeSdus()) {
      this.#message = sdu;
      if (this.#indicated === 0) this.#step('RcvInvoke', {});
      else this.#indicate();
      if (sdu.moreData) this.#start('H');
      else if (this.#indicated > 1) this.#start('A');
    }
  }

  #indicate(): void {
    const { userData, moreData, frameBoundary } = this.#message ?? sduOf({ userData: new Uint8Array(0) });
    const { peers, handle } = this;
    const classType = this.#class;
    const ackType = this.#invoke.up;
    const more = { ...(moreData && { moreData }), ...(frameBoundary && { frameBoundary }) };
    const first = { type: 'TR-Invoke.ind', peers, ackType } as const;
    if (this.#indicated++ === 0) {
      const largestResult = this.#largestResult();
      const bound = largestResult === undefined ? {} : { largestResult };
      this.#environment.indicate({ ...first, userData, classType, handle, ...bound, ...more });
    } else this.#environment.indicate({ type: 'TR-InvokeData.ind', userData, handle, ...more });
  }

  /** Confirms the SDUs before the last one that were acknowledged whole. */
  #confirmParts(): void {
    for (let i = this.#transfer.outgoing?.takeConfirmed() ?? 0; i > 0; i--) this.#confirm(undefined);
  }

  /** Confirms SDUs in the order in which they were handed over: §5.3.4. */
  #confirm(exitInfo: Uint8Array | undefined): void {
    const type = this.#confirmed++ === 0 ? 'TR-Result.cnf' : 'TR-ResultData.cnf';
    this.#environment.indicate({ type, handle: this.handle, ...(exitInfo && { exitInfo }) });
  }

  #receiveAck(pdu: Extract<WtpPdu, { pdu: 'Ack' }>): void {
    if (pdu.tve) {
      if (this.assembling && this.#valid === false) this.#verifiedEarly();
      else this.#step('RcvAck', { tidOk: true, rid: pdu.rid });
      return;
    }
    if (this.#state !== 'RESULT RESP WAIT') return;
    switch (this.#transfer.acknowledged(pdu)) {
      case 'message':
        this.#confirmParts();
        this.#step('RcvAck', { exitInfo: exitInfoOf(pdu.tpis) });
        return;
      case 'group':
        this.#confirmParts();
        this.#variables.rcr = 0;
        if (this.#transfer.outgoing?.idle) this.#timer.stop();
        else this.#start('R');
        return;
      case 'not extended':
        this.#refuse('NOTIMPLEMENTEDESAR');
        return;
      case 'old':
        return;
    }
  }

  /** The first group of a long Invoke waited for this. */
  #verifiedEarly(): void {
    this.#verified();
    this.#parts();
  }

  #validTid(): boolean {
    this.#valid ??= this.#test.valid();
    return this.#valid;
  }

  #verified(): void {
    this.#valid = true;
    this.#test.verified();
  }

  /** What the Initiator said in its Invoke decides how much it takes, and in how many parts: Table 30. */
  #cannotSend({ userData, moreData }: Sdu): boolean {
    const most = optionValue(this.#invoke.tpis, 'Maximum Receive Unit') ?? Number.POSITIVE_INFINITY;
    const segmentation = this.#segmentation();
    const packets = segmentation ? Math.ceil(userData.length / segmentation.packet) : 1;
    const { extended } = this.#transfer;
    if (moreData && !extended) this.#refuse('NOTIMPLEMENTEDESAR');
    else if (
      userData.length > most ||
      userData.length > (this.#largestResult() ?? most) ||
      (!extended && packets > BASIC_PACKETS)
    )
      this.#refuse('MESSAGETOOLARGE');
    else return false;
    return true;
  }

  /** Octets of a result that the Initiator can take whole; `undefined` where only memory bounds it, or nobody said what a datagram holds. */
  #largestResult(): number | undefined {
    const { largestDatagram } = this.#environment.capabilities;
    if (largestDatagram === undefined || this.#transfer.extended) return undefined;
    const most = optionValue(this.#invoke.tpis, 'Maximum Receive Unit') ?? Number.POSITIVE_INFINITY;
    const segmentation = this.#segmentation();
    return Math.min(
      most,
      segmentation === undefined ? largestDatagram - ROOM_FOR_HEADER : BASIC_PACKETS * segmentation.packet,
    );
  }

  /** Both trailer flags in the Invoke say that its sender cannot put segments together: Table 12. */
  #segmentation() {
    const supported = !(this.#invoke.gtr && this.#invoke.ttr);
    return supported ? this.#environment.capabilities.segmentation : undefined;
  }

  /** Aborts at both ends for a reason that the tables have no event for. */
  #refuse(reason: AbortReason): void {
    this.#transfer.abort(abortTypes.PROVIDER, abortReasons[reason]);
    this.#give(abortReasons[reason]);
  }

  /** Gives the transaction up at this end alone. The user hears of it if it heard of the transaction. */
  #give(abortCode: number): void {
    if (this.#state !== 'LISTEN' && this.#state !== 'TIDOK WAIT') {
      this.#environment.indicate({
        type: 'TR-Abort.ind',
        abortType: 'PROVIDER',
        abortCode,
        handle: this.handle,
      });
    }
    this.#end();
  }

  #end(): void {
    this.#state = 'LISTEN';
    this.#timer.stop();
    this.#transfer.end();
  }

  /** Whether the table has a row for it. */
  #step(event: ResponderEvent, input: Input): boolean {
    this.#input = input;
    this.#variables.rid = input.rid === true;
    const row = findRow(responder, this.#state, event, (condition) => this.#holds(condition));
    if (row === undefined) return false;
    const [, , actions, next] = row;
    if (this.#state === 'TIDOK WAIT' && next === 'INVOKE RESP WAIT') this.#verified();
    this.#state = next;
    for (const action of actions) this.#act(action);
    if (next === 'LISTEN') this.#end();
    return true;
  }

  #holds(condition: ResponderCondition): boolean {
    switch (condition) {
      case 'Valid TID':
        return this.#validTid();
      case 'Invalid TID':
        return !this.#validTid();
      case 'U/P flag':
        return this.#invoke.up;
      case 'TIDok':
        return this.#input.tidOk === true;
      case 'Ack PDU already sent':
        return this.#acked;
    }
    return variablesHold(condition, this.#variables);
  }

  #act(action: ResponderAction): void {
    switch (action) {
      case 'Ignore':
      case 'Abort transaction':
      case 'Clear Transaction':
        return;
      case 'Start timer, R [RCR]':
        this.#start('R');
        return;
      case 'Start timer, A':
        this.#start('A');
        return;
      case 'Start timer, W':
        this.#start('W');
        return;
      case 'Send Ack(TIDve)':
        this.#transfer.send(this.#transfer.ack(true, this.#input.rid === true, this.#test.items()));
        return;
      case 'Send Ack PDU':
      case 'Send Ack PDU with Info TPI':
      case 'Resend Ack PDU':
        // The last acknowledgement may still be waiting for company; then this is its time.
        if (!this.#environment.flush(this.peers, this.serial)) this.#transfer.send(this.#ack(this.#acked));
        this.#acked = true;
        return;
      case 'Queue(A) Ack PDU':
      case 'Queue(A) Ack PDU with Info TPI':
        this.#queueOrSend(this.#ack(false));
        this.#acked = true;
        return;
      case 'Send Result PDU':
        this.#sendResult();
        return;
      case 'Send Abort PDU (USER)':
        this.#transfer.abort(abortTypes.USER, this.#input.abortCode ?? 0);
        return;
      case 'Send Abort PDU (PROTOERR)':
        this.#transfer.abort(abortTypes.PROVIDER, abortReasons.PROTOERR);
        return;
      case 'Send Abort PDU (NORESPONSE)':
        this.#transfer.abort(abortTypes.PROVIDER, abortReasons.NORESPONSE);
        return;
      case 'Generate TR-Invoke.ind':
        this.#indicate();
        return;
      case 'Generate TR-Result.cnf':
        this.#confirm(this.#input.exitInfo);
        return;
      case 'Generate TR-Abort.ind': {
        const { abortType = 'PROVIDER', abortCode = abortReasons.UNKNOWN } = this.#input;
        this.#environment.indicate({ type: 'TR-Abort.ind', abortType, abortCode, handle: this.handle });
        return;
      }
    }
    setVariables(action, this.#variables);
  }

  #sendResult(): void {
    const { outgoing } = this.#transfer;
    if (outgoing) {
      this.#transfer.send(outgoing.retransmit());
      return;
    }
    const sdu = this.#result ?? sduOf({ userData: new Uint8Array(0) });
    const { userData } = sdu;
    const segmentation = this.#segmentation();
    const tpis: Tpi[] = [...this.#transfer.takeErrors(), ...this.#transfer.advertise(false)];
    if (segmentation !== undefined && userData.length > segmentation.packet && !sdu.moreData) {
      tpis.push(option('Total Message Size', userData.length));
    }
    const first = { pdu: 'Result', tid: this.tid ^ TID_DIRECTION, tpis } as const;
    this.#transfer.begin(new Outgoing(first, sdu, segmentation));
    // The table starts the timer first, when nobody knows yet that a group has to be acknowledged.
    if (this.#transfer.unfinished) this.#start('R');
  }

  /** An acknowledgement is queued until A is over (§9.3.3), so not at all where that is why it is sent. */
  #queueOrSend(pdu: WtpPdu): void {
    if (!this.#timer.runs('A')) this.#transfer.send(pdu);
    else if (this.#environment.queue(this.peers, pdu, this.serial)) this.#timer.keepA();
  }

  #ack(rid: boolean): WtpPdu {
    const info: Tpi[] =
      this.#variables.exitInfo === undefined ? [] : [{ tpi: 'Info', information: this.#variables.exitInfo }];
    return this.#transfer.ack(false, rid, info);
  }

  #start(interval: IntervalName): void {
    this.#timer.start(interval, this.#interval(interval));
  }

  #interval(interval: IntervalName): number {
    switch (interval) {
      case 'A':
        return this.#class === 2 ? this.#timing.baseAck : this.#timing.shortAck;
      case 'W':
        return this.#timing.wait;
      case 'H':
        return this.#environment.capabilities.longestResult;
      case 'R': {
        const { longRetry } = this.#timing;
        return this.#transfer.retryInterval(
          longRetry,
          this.#variables.rcr,
          this.#result?.userData.length ?? 0,
        );
      }
    }
  }
}
