/** One transaction as its Initiator sees it: WAP-224-WTP §9.5. */
import type { Peers } from '../address.js';
import { findRow } from '../machine.js';
import {
  type Environment,
  type IntervalName,
  type SegmentationTimer,
  type TimerName,
  TransactionTimer,
} from './environment.js';
import {
  type AbortReason,
  abortReasons,
  abortTypes,
  type Result,
  type SegmentedResult,
  type WtpPdu,
} from './pdu.js';
import type { Handle, LongTransactionRequest, TransactionClass } from './primitives.js';
import { Outgoing, type Sdu, sduOf } from './sar.js';
import {
  type InitiatorAction,
  type InitiatorCondition,
  type InitiatorEvent,
  type InitiatorState,
  initiator,
} from './tables.js';
import { extended, invokeRetry, type Timing, timingFor } from './timers.js';
import { exitInfoOf, option, type Tpi } from './tpi.js';
import { Transfer } from './transfer.js';

export type InvokeRequest = Extract<LongTransactionRequest, { type: 'TR-Invoke.req' }>;

/** What the event that is being handled brought with it. */
interface Input {
  readonly tve?: boolean;
  readonly rid?: boolean;
  readonly exitInfo?: Uint8Array | undefined;
  readonly result?: Sdu;
  readonly abortType?: 'PROVIDER' | 'USER';
  readonly abortCode?: number;
}

export class Initiator {
  readonly role = 'Initiator';
  readonly serial: number;
  readonly peers: Peers;
  readonly handle: Handle;
  /** SendTID of Table 41. */
  readonly tid: number;
  readonly tidNew: boolean;
  readonly #environment: Environment;
  readonly #invoke: InvokeRequest;
  readonly #class: TransactionClass;
  readonly #timing: Timing;
  readonly #timer: TransactionTimer;
  readonly #transfer: Transfer;
  #state: InitiatorState = 'NULL';
  #uack = false;
  #holdOn = false;
  #rcr = 0;
  #aec = 0;
  /** How often Ack(TIDok) was sent. */
  #tidOk = 0;
  /** For the last acknowledgement: §7.4. */
  #exitInfo: Uint8Array | undefined;
  /** SDUs of ours that were confirmed, and of the peer that were indicated. */
  #confirmed = 0;
  #indicated = 0;
  #input: Input = {};

  constructor(environment: Environment, serial: number, invoke: InvokeRequest) {
    this.#environment = environment;
    this.serial = serial;
    this.#invoke = invoke;
    this.peers = invoke.peers;
    this.handle = invoke.handle;
    this.#class = invoke.classType;
    const { tid, tidNew } = environment.genTid(invoke.peers);
    this.tid = tid;
    this.tidNew = tidNew;
    this.#timing = timingFor(invoke.peers.remote.bearer, invoke.ackType);
    this.#timer = new TransactionTimer(environment, serial);
    this.#transfer = new Transfer(environment, invoke.peers, serial, tid, this.#timing);
  }

  get state(): InitiatorState {
    return this.#state;
  }

  /** Whether a Responder was heard of: nothing verifies the TID any more. */
  get answered(): boolean {
    return this.#holdOn || this.#state !== 'RESULT WAIT';
  }

  /** Whether the Responder verified the TID. */
  get asked(): boolean {
    return this.#tidOk > 0;
  }

  invoke(): void {
    this.#step('TR-Invoke.req', {});
  }

  request(request: LongTransactionRequest): boolean {
    switch (request.type) {
      case 'TR-Result.res':
      case 'TR-ResultData.res':
        // The parts before the last one were acknowledged by the provider: §7.3.1.
        if (this.#state === 'RESULT WAIT' && this.#indicated > 0) return true;
        this.#exitInfo = request.exitInfo;
        return this.#step('TR-Result.res', {});
      case 'TR-Abort.req':
        return this.#step('TR-Abort.req', { abortCode: request.abortCode });
      case 'TR-InvokeData.req':
        return this.#further(sduOf(request));
      case 'TR-Invoke.req':
      case 'TR-Invoke.res':
      case 'TR-InvokeData.res':
      case 'TR-Result.req':
      case 'TR-ResultData.req':
        return false;
    }
  }

  /** The next part of a long Invoke. */
  #further(sdu: Sdu): boolean {
    const { outgoing } = this.#transfer;
    if (this.#state !== 'RESULT WAIT' || outgoing === undefined || outgoing.sent) return false;
    outgoing.append(sdu);
    if (this.#transfer.flow() || !this.#timer.runs('R')) this.#start('R');
    return true;
  }

  receive(pdu: WtpPdu): void {
    this.#transfer.note(pdu);
    switch (pdu.pdu) {
      case 'Ack':
        if (pdu.tve) this.#step('RcvAck', { tve: true });
        if (this.#state !== 'RESULT WAIT') return;
        if (this.#transfer.unfinished || !pdu.tve) this.#acknowledged(pdu);
        return;
      case 'Negative Ack':
        if (this.#state === 'RESULT WAIT' && this.#transfer.resend(pdu)) this.#start('R');
        return;
      case 'Result':
      case 'Segmented Result':
        this.#result(pdu);
        return;
      case 'Abort':
        this.#step('RcvAbort', {
          abortType: pdu.abortType === abortTypes.USER ? 'USER' : 'PROVIDER',
          abortCode: pdu.abortReason,
        });
        return;
      case 'Invoke':
      case 'Segmented Invoke':
        return;
    }
  }

  errorPdu(): void {
    this.#step('RcvErrorPDU', { abortType: 'PROVIDER', abortCode: abortReasons.PROTOERR });
  }

  expired(timer: TimerName): void {
    if (timer === 'nack' || timer === 'delay' || timer === 'hold') {
      this.#transferExpired(timer);
      return;
    }
    if (!this.#timer.expired(timer)) {
      this.#environment.flush(this.peers, this.serial);
      return;
    }
    this.#step(`TimerTO_${timer}`, { abortType: 'PROVIDER', abortCode: abortReasons.NORESPONSE });
  }

  /** The bearer says that the peer cannot be reached. */
  unreachable(): void {
    if (this.#state === 'WAIT TIMEOUT') this.#step('TimerTO_W', {});
    else this.#give(abortReasons.UNKNOWN);
  }

  #transferExpired(timer: SegmentationTimer): void {
    this.#transfer.expired(timer);
    if (timer === 'delay') this.#start('R');
  }

  #acknowledged(pdu: Extract<WtpPdu, { pdu: 'Ack' }>): void {
    switch (this.#transfer.acknowledged(pdu)) {
      case 'message':
        this.#confirmParts();
        this.#step('RcvAck', { exitInfo: exitInfoOf(pdu.tpis) });
        return;
      case 'group':
        this.#confirmParts();
        this.#rcr = 0;
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

  #result(pdu: Result | SegmentedResult): void {
    if (this.#class !== 2) return;
    const whole = pdu.pdu === 'Result' && pdu.ttr;
    if (this.#state !== 'RESULT WAIT') {
      if (pdu.ttr) this.#step('RcvResult', { rid: pdu.rid });
      else if (pdu.gtr && pdu.rid) this.#transfer.acknowledgeGroup(false);
      return;
    }
    // A result acknowledges all of the Invoke.
    this.#transfer.outgoing?.acknowledge(undefined);
    this.#confirmParts();
    if (whole) {
      this.#step('RcvResult', { rid: pdu.rid, result: sduOf(pdu) });
      return;
    }
    if (this.#environment.capabilities.segmentation === undefined) {
      this.#refuse('NOTIMPLEMENTEDSAR');
      return;
    }
    // The first packet acknowledges the Invoke, as the whole result would.
    if (!this.#holdOn) this.#step('RcvAck', {});
    else this.#start('H');
    switch (this.#transfer.receive(pdu)) {
      case 'Ack':
        this.#transfer.acknowledgeGroup(false);
        if (this.#environment.capabilities.longMessages) this.#parts(this.#transfer.takeSdus());
        return;
      case 'message':
        if (this.#environment.capabilities.longMessages) this.#parts(this.#transfer.takeSdus());
        else this.#parts([sduOf({ userData: this.#transfer.incoming?.message() ?? new Uint8Array(0) })]);
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

  /** Parts of the result; the last one is the event of the table. */
  #parts(sdus: readonly Sdu[]): void {
    for (const sdu of sdus) {
      if (sdu.moreData) this.#indicate(sdu);
      else this.#step('RcvResult', { result: sdu });
    }
  }

  #indicate({ userData, moreData, frameBoundary }: Sdu): void {
    const type = this.#indicated++ === 0 ? 'TR-Result.ind' : 'TR-ResultData.ind';
    const more = { ...(moreData && { moreData }), ...(frameBoundary && { frameBoundary }) };
    this.#environment.indicate({ type, userData, handle: this.handle, ...more });
  }

  /** Confirms the SDUs before the last one that were acknowledged whole. */
  #confirmParts(): void {
    for (let i = this.#transfer.outgoing?.takeConfirmed() ?? 0; i > 0; i--) this.#confirm(undefined);
  }

  /** Confirms SDUs in the order in which they were handed over: §5.3.2. */
  #confirm(exitInfo: Uint8Array | undefined): void {
    const type = this.#confirmed++ === 0 ? 'TR-Invoke.cnf' : 'TR-InvokeData.cnf';
    this.#environment.indicate({ type, handle: this.handle, ...(exitInfo && { exitInfo }) });
  }

  /** Aborts at both ends for a reason that the tables have no event for. */
  #refuse(reason: AbortReason): void {
    this.#transfer.abort(abortTypes.PROVIDER, abortReasons[reason]);
    this.#give(abortReasons[reason]);
  }

  /** Gives the transaction up at this end alone. */
  #give(abortCode: number): void {
    if (this.#state === 'NULL') return;
    this.#environment.indicate({
      type: 'TR-Abort.ind',
      abortType: 'PROVIDER',
      abortCode,
      handle: this.handle,
    });
    this.#end();
  }

  #end(): void {
    this.#state = 'NULL';
    this.#timer.stop();
    this.#transfer.end();
  }

  /** Whether the table has a row for it. */
  #step(event: InitiatorEvent, input: Input): boolean {
    this.#input = input;
    const row = findRow(initiator, this.#state, event, (condition) => this.#holds(condition));
    if (row === undefined) return false;
    const [, , actions, next] = row;
    this.#state = next;
    for (const action of actions) this.#act(action);
    if (next === 'NULL') this.#end();
    return true;
  }

  #holds(condition: InitiatorCondition): boolean {
    switch (condition) {
      case 'Class == 0':
        return this.#class === 0;
      case 'Class == 1':
        return this.#class === 1;
      case 'Class == 2':
        return this.#class === 2;
      case 'Class == 2 | 1':
        return this.#class !== 0;
      case 'UserAck':
        return this.#invoke.ackType;
      case 'Uack == False':
        return !this.#uack;
      case 'Uack == True':
        return this.#uack;
      case 'HoldOn == False':
        return !this.#holdOn;
      case 'HoldOn == True':
        return this.#holdOn;
      case 'TIDve':
        return this.#input.tve === true;
      case 'Ack(TIDok) already sent':
        return this.#tidOk > 0;
      case 'ExitInfo':
        return this.#exitInfo !== undefined;
      case 'RID=0':
        return this.#input.rid !== true;
      case 'RID=1':
        return this.#input.rid === true;
      case 'RCR < MAX_RCR':
        return this.#rcr < this.#timing.rcrMax;
      case 'RCR == MAX_RCR':
        return this.#rcr >= this.#timing.rcrMax;
      case 'AEC < AEC_MAX':
        return this.#aec < this.#timing.aecMax;
      case 'AEC == AEC_MAX':
        return this.#aec >= this.#timing.aecMax;
    }
  }

  #act(action: InitiatorAction): void {
    switch (action) {
      case 'SendTID = GenTID':
      case 'Ignore':
      case 'Abort transaction':
      case 'Clear Transaction':
        return;
      case 'Reset RCR':
        this.#rcr = 0;
        return;
      case 'Increment RCR':
        this.#rcr++;
        return;
      case 'Increment AEC':
        this.#aec++;
        return;
      case 'Uack = True':
        this.#uack = true;
        return;
      case 'Uack = False':
        this.#uack = false;
        return;
      case 'HoldOn = True':
        this.#holdOn = true;
        return;
      case 'Stop timer':
        this.#timer.stop();
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
      case 'Start timer, H':
        this.#start('H');
        return;
      case 'Send Invoke PDU':
        this.#sendInvoke();
        return;
      case 'Send Ack(TIDok)':
        this.#transfer.send({
          pdu: 'Ack',
          tve: true,
          rid: this.#tidOk++ > 0,
          tid: this.tid,
          tpis: this.#transfer.takeErrors(),
        });
        return;
      case 'Send Ack PDU':
      case 'Send Ack PDU with Info TPI':
        // The last acknowledgement may still be waiting for company; then this is its time.
        if (!this.#environment.flush(this.peers, this.serial)) this.#transfer.send(this.#lastAck(true));
        return;
      case 'Queue(A) Ack PDU':
      case 'Queue(A) Ack PDU with Info TPI':
        this.#queueOrSend(this.#lastAck(false));
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
      case 'Generate TR-Invoke.cnf':
        this.#confirm(this.#input.exitInfo);
        return;
      case 'Generate TR-Result.ind':
        this.#indicate(this.#input.result ?? sduOf({ userData: new Uint8Array(0) }));
        return;
      case 'Generate TR-Abort.ind': {
        const { abortType = 'PROVIDER', abortCode = abortReasons.UNKNOWN } = this.#input;
        this.#environment.indicate({ type: 'TR-Abort.ind', abortType, abortCode, handle: this.handle });
        return;
      }
    }
  }

  #sendInvoke(): void {
    const { outgoing } = this.#transfer;
    if (outgoing) {
      this.#transfer.send(outgoing.retransmit());
      return;
    }
    const { userData, ackType } = this.#invoke;
    const sdu = sduOf(this.#invoke);
    const { segmentation } = this.#environment.capabilities;
    const segmented = segmentation !== undefined && userData.length > segmentation.packet;
    const tpis: Tpi[] = this.#transfer.advertise(true);
    if (segmented && !sdu.moreData && this.#class !== 0)
      tpis.push(option('Total Message Size', userData.length));
    const first = {
      pdu: 'Invoke',
      tid: this.tid,
      version: 0,
      tidNew: this.tidNew,
      up: ackType,
      tcl: this.#class,
      tpis,
    } as const;
    // Nobody acknowledges the groups of class 0: it goes in one packet, however large.
    const groups = this.#class === 0 && segmented ? undefined : segmentation;
    this.#transfer.begin(new Outgoing(first, sdu, groups));
  }

  /** An acknowledgement is queued until A is over (§9.3.3), so not at all where that is why it is sent. */
  #queueOrSend(pdu: WtpPdu): void {
    if (!this.#timer.runs('A')) this.#transfer.send(pdu);
    else if (this.#environment.queue(this.peers, pdu, this.serial)) this.#timer.keepA();
  }

  #lastAck(rid: boolean): WtpPdu {
    const info: Tpi[] = this.#exitInfo === undefined ? [] : [{ tpi: 'Info', information: this.#exitInfo }];
    return this.#transfer.ack(false, rid, info);
  }

  #start(interval: IntervalName): void {
    this.#timer.start(interval, this.#interval(interval));
  }

  #interval(interval: IntervalName): number {
    switch (interval) {
      case 'A':
        return this.#timing.longAck;
      case 'W':
        return this.#timing.wait;
      case 'H':
        return this.#environment.capabilities.longestResult;
      case 'R': {
        const { outgoing } = this.#transfer;
        const base = this.#transfer.unfinished
          ? this.#timing.groupRetry
          : invokeRetry(this.#timing, this.#class);
        // §7.15.4 wants exponential back-off. Not for the last packet: its receiver remembers it for interval W only.
        const backOff = outgoing?.extended && this.#transfer.unfinished ? 2 ** this.#rcr : 1;
        return extended(base, this.#timing, outgoing?.pendingOctets ?? 0) * backOff;
      }
    }
  }
}
