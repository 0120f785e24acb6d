/** The transaction layer: WAP-224-WTP. Matching of PDUs to transactions, tests of incoming events (§9.2), concatenation (§7.5). */
import { type Peers, peersKey } from '../address.js';
import { DecodeError, UsageError } from '../errors.js';
import type { Effect, Layer } from '../layer.js';
import { randomBelow } from '../random.js';
import type { DatagramIndication, DatagramRequest } from '../wdp/primitives.js';
import { type Environment, timerNames } from './environment.js';
import { TidGenerator } from './gentid.js';
import { Initiator, type InvokeRequest } from './initiator.js';
import {
  CACHED_INITIATORS,
  CACHED_RESPONDERS,
  capabilitiesOf,
  MAX_TRANSACTIONS,
  MAXIMUM_PACKET_LIFETIME,
  type WtpOptions,
} from './options.js';
import {
  type Abort,
  type AbortReason,
  abortReasons,
  abortTypes,
  concatenate,
  decodePdu,
  encodePdu,
  type Invoke,
  pduTypes,
  separate,
  TID_DIRECTION,
  type WtpPdu,
} from './pdu.js';
import type {
  Handle,
  LongTransactionIndication,
  LongTransactionRequest,
  TransactionClass,
  TransactionIndication,
  TransactionRequest,
} from './primitives.js';
import { Responder, type TidTest } from './responder.js';
import { BASIC_PACKETS, type Segmentation } from './sar.js';
import { TID_SPACE, TidCache } from './tid.js';
import { option } from './tpi.js';

interface Count {
  /** Transactions that are under way, in either role. */
  transactions(): number;
}

/** The service with whole messages. */
export type Wtp = Layer<TransactionRequest, TransactionIndication, DatagramIndication, DatagramRequest> &
  Count;

/** The service with messages of several parts, too. */
export type LongWtp = Layer<
  LongTransactionRequest,
  LongTransactionIndication,
  DatagramIndication,
  DatagramRequest
> &
  Count;

type WtpEffect = Effect<LongTransactionIndication, DatagramRequest>;

/** Most octets of exit info: one item (§8.4.1). */
const LONGEST_EXIT_INFO = 255;

/** PDUs share a datagram only as long as no bearer has to take it apart: an Ethernet or PPP frame, less the headers of IPv6 and UDP. */
const LARGEST_SHARED_DATAGRAM = 1452;

const TID_TIMER = 'WTP/tids';

export function wtp(options: WtpOptions): Wtp {
  // Indications of parts come only where the user takes them.
  return new Provider(options, false).layer as Wtp;
}

/** Needs extended segmentation, which alone carries More Data: §5.3.1.9. */
export function longWtp(options: WtpOptions & { readonly segmentation: ExtendedSegmentation }): LongWtp {
  return new Provider(options, true).layer;
}

/** Segmentation with a window of groups. */
export type ExtendedSegmentation = Segmentation & { readonly numGroups: number };

/** PDUs that wait for company, of one pair of peers. */
interface Queue {
  readonly serials: Set<number>;
  readonly pdus: Uint8Array[];
  /** Of the datagram that they make. */
  octets: number;
}

class Provider {
  readonly #options: WtpOptions;
  readonly #initiators = new Map<string, Initiator>();
  readonly #responders = new Map<string, Responder>();
  readonly #handles = new Map<Handle, Initiator | Responder>();
  readonly #serials = new Map<number, Initiator | Responder>();
  readonly #queues = new Map<string, Queue>();
  /** Invokes that wait until a TIDnew is verified: §7.8.3.2. */
  readonly #blocked = new Map<string, InvokeRequest[]>();
  readonly #tids: TidGenerator;
  readonly #cache = new TidCache(CACHED_INITIATORS);
  readonly #environment: Environment;
  #cacheTimer = false;
  #serial = 0;
  #memory = 0;
  /** What the event that is being handled brought about: first all else, then indications, which may be answered at once. */
  #effects: WtpEffect[] = [];
  #indications: WtpEffect[] = [];

  constructor(options: WtpOptions, longMessages: boolean) {
    this.#options = options;
    this.#tids = new TidGenerator(
      options.firstTid ?? randomBelow(options.random, TID_SPACE),
      CACHED_RESPONDERS,
    );
    this.#environment = {
      capabilities: capabilitiesOf(options, longMessages),
      send: (peers, pdu) => this.#send(peers, pdu),
      queue: (peers, pdu, serial) => this.#queue(peers, pdu, serial),
      flush: (peers, serial) => this.#flush(peers, serial),
      startTimer: (serial, timer, after) => {
        this.#effects.push({ startTimer: `WTP/${serial}/${timer}`, after });
      },
      stopTimer: (serial, timer) => {
        this.#effects.push({ stopTimer: `WTP/${serial}/${timer}` });
      },
      indicate: (up) => {
        this.#indications.push({ up });
      },
      manage: (type, text) => {
        this.#effects.push({ manage: { type, layer: 'WTP', text } });
      },
      genTid: (peers) => this.#genTid(peers),
      hold: (octets) => {
        this.#memory += octets;
        return this.#memory;
      },
    };
  }

  get layer(): LongWtp {
    return {
      name: 'WTP',
      fromAbove: (request) => this.#handle(() => this.#request(request)),
      fromBelow: (indication) => this.#handle(() => this.#indication(indication)),
      expired: (timer) => this.#handle(() => this.#expired(timer)),
      transactions: () => this.#serials.size,
    };
  }

  #handle(event: () => void): readonly WtpEffect[] {
    this.#effects = [];
    this.#indications = [];
    event();
    return this.#indications.length === 0 ? this.#effects : this.#effects.concat(this.#indications);
  }

  // From above

  #request(request: LongTransactionRequest): void {
    if ('exitInfo' in request && (request.exitInfo?.length ?? 0) > LONGEST_EXIT_INFO) {
      throw new UsageError(`exit info of more than ${LONGEST_EXIT_INFO} octets`);
    }
    if (request.type === 'TR-Invoke.req') {
      this.#invoke(request);
      return;
    }
    const transaction = this.#handles.get(request.handle);
    if (transaction === undefined) {
      if (this.#unblock(request)) return;
      // It may have ended while the request was on its way.
      this.#environment.manage('NoTransaction', `${request.type} for ${request.handle}, which is no more`);
      return;
    }
    if (!transaction.request(request)) {
      this.#environment.manage('OutOfPlace', `${request.type} for ${request.handle} in ${transaction.state}`);
    }
    this.#settle(transaction);
  }

  #invoke(request: InvokeRequest): void {
    const { handle, peers, userData, classType } = request;
    if (!handle.startsWith('I')) throw new UsageError(`${handle} is not the handle of an Initiator`);
    if (this.#handles.has(handle)) throw new UsageError(`${handle} is in use`);
    if (request.moreData && classType === 0) throw new UsageError('class 0 has no further data');
    const { segmentation } = this.#environment.capabilities;
    const basic = segmentation !== undefined && segmentation.numGroups === undefined;
    if (basic && classType !== 0 && userData.length > BASIC_PACKETS * segmentation.packet) {
      const abortCode = abortReasons.MESSAGETOOLARGE;
      this.#environment.indicate({ type: 'TR-Abort.ind', abortType: 'PROVIDER', abortCode, handle });
      return;
    }
    const waiting = this.#blocked.get(peersKey(peers));
    if (waiting) waiting.push(request);
    else this.#initiate(request);
  }

  #initiate(request: InvokeRequest): void {
    const transaction = new Initiator(this.#environment, ++this.#serial, request);
    if (request.classType === 0) {
      transaction.invoke();
      return;
    }
    const key = peersKey(request.peers);
    if (this.#initiators.has(transactionKey(transaction.tid, key))) {
      throw new UsageError(`all ${TID_SPACE} TIDs are in use`);
    }
    this.#initiators.set(transactionKey(transaction.tid, key), transaction);
    this.#handles.set(request.handle, transaction);
    this.#serials.set(transaction.serial, transaction);
    if (transaction.tidNew) this.#blocked.set(key, []);
    transaction.invoke();
  }

  /** An abort of a transaction that was not sent yet: §7.7.4 A. */
  #unblock(request: LongTransactionRequest): boolean {
    if (request.type !== 'TR-Abort.req') return false;
    for (const waiting of this.#blocked.values()) {
      const at = waiting.findIndex(({ handle }) => handle === request.handle);
      if (at < 0) continue;
      waiting.splice(at, 1);
      return true;
    }
    return false;
  }

  // From below

  #indication(indication: DatagramIndication): void {
    const peers = { local: indication.destination, remote: indication.source };
    if (indication.type === 'T-DError.ind') {
      this.#unreachable({ local: indication.source, remote: indication.destination }, indication.error);
      return;
    }
    try {
      for (const { octets, offset } of separate(indication.userData)) this.#octets(peers, octets, offset);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#environment.manage('DecodeError', error.message);
    }
  }

  #octets(peers: Peers, octets: Uint8Array, offset: number): void {
    let pdu: WtpPdu;
    try {
      pdu = decodePdu(octets, offset);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#environment.manage('DecodeError', error.message);
      this.#errorPdu(peers, octets);
      return;
    }
    if (pdu.pdu === 'Abort' && pdu.abortType > abortTypes.USER) {
      this.#environment.manage('Ignored', `abort type ${pdu.abortType} is reserved`);
      return;
    }
    if ((pdu.tid & TID_DIRECTION) !== 0) this.#toInitiator(peers, pdu, octets);
    else this.#toResponder(peers, pdu, octets);
  }

  #toInitiator(peers: Peers, pdu: WtpPdu, octets: Uint8Array): void {
    const tid = pdu.tid ^ TID_DIRECTION;
    const key = peersKey(peers);
    const transaction = this.#initiators.get(transactionKey(tid, key));
    if (pdu.pdu === 'Invoke' || pdu.pdu === 'Segmented Invoke') {
      // §7.8.1: an Initiator clears the high bit.
      this.#errorPdu(peers, octets);
      return;
    }
    if (transaction !== undefined) {
      if (pdu.pdu === 'Ack' && pdu.tve && !transaction.answered) this.#tids.verified(key);
      else if (pdu.pdu !== 'Abort' && !transaction.answered && !transaction.asked) this.#tids.trusted(key);
      transaction.receive(pdu);
      this.#settle(transaction);
      if (transaction.tidNew && (transaction.asked || transaction.answered)) this.#release(key);
      return;
    }
    if (pdu.pdu === 'Ack' && pdu.tve) this.#abort(peers, tid, 'INVALIDTID');
    else this.#environment.manage('NoTransaction', `${pdu.pdu} for TID ${tid}, which is no more`);
  }

  #toResponder(peers: Peers, pdu: WtpPdu, octets: Uint8Array): void {
    const key = peersKey(peers);
    const transaction = this.#responders.get(transactionKey(pdu.tid, key));
    if (transaction !== undefined) {
      transaction.receive(pdu);
      this.#settle(transaction);
    } else if (pdu.pdu === 'Invoke') {
      this.#respond(peers, key, pdu, octets);
    } else if (pdu.pdu === 'Segmented Invoke' && this.#environment.capabilities.segmentation === undefined) {
      this.#abort(peers, pdu.tid ^ TID_DIRECTION, 'NOTIMPLEMENTEDSAR');
    } else {
      this.#environment.manage('NoTransaction', `${pdu.pdu} for TID ${pdu.tid}, which is no more`);
    }
  }

  /** Table 37, an Invoke that starts a transaction. */
  #respond(peers: Peers, key: string, invoke: Invoke, octets: Uint8Array): void {
    const reply = invoke.tid ^ TID_DIRECTION;
    const { class2, userAcknowledgement, segmentation } = this.#environment.capabilities;
    const classType = classOf(invoke.tcl);
    if (invoke.version !== 0) this.#abort(peers, reply, 'WTPVERSIONONE');
    else if (classType === undefined) this.#errorPdu(peers, octets);
    else if (classType === 2 && !class2) this.#abort(peers, reply, 'NOTIMPLEMENTEDCL2');
    else if (!invoke.ttr && segmentation === undefined) this.#abort(peers, reply, 'NOTIMPLEMENTEDSAR');
    else if (classType !== 0 && invoke.up && !userAcknowledgement)
      this.#abort(peers, reply, 'NOTIMPLEMENTEDUACK');
    else if (this.#responders.size >= (this.#options.maxTransactions ?? MAX_TRANSACTIONS)) {
      this.#environment.manage(
        'Overload',
        `an Invoke is ignored: ${this.#responders.size} transactions are under way`,
      );
    } else {
      const test = this.#tidTest(key, invoke);
      const transaction = new Responder(this.#environment, ++this.#serial, peers, invoke, classType, test);
      this.#responders.set(transactionKey(invoke.tid, key), transaction);
      this.#handles.set(transaction.handle, transaction);
      this.#serials.set(transaction.serial, transaction);
      transaction.receive(invoke);
      this.#settle(transaction);
    }
  }

  /** Tables 6 and 9 for one Invoke. */
  #tidTest(key: string, { tid, tidNew }: Invoke): TidTest {
    return {
      valid: () => {
        if (!this.#cacheTimer) {
          this.#cacheTimer = true;
          this.#effects.push({ startTimer: TID_TIMER, after: this.#lifetime() });
        }
        if (tidNew) {
          this.#cache.invalidate(key);
          return false;
        }
        const unknown = this.#cache.last(key) === undefined;
        return this.#cache.take(key, tid) && !(unknown && this.#options.verifyUnknown === true);
      },
      verified: () => {
        if (tidNew) this.#cache.restart(key, tid);
      },
      items: () => {
        if (this.#options.tellCachedTid !== true) return [];
        const last = this.#cache.last(key);
        return [last === undefined ? option('No Cached TID') : option('Current TID', last)];
      },
    };
  }

  /** "Illegal PDU type or erroneous header structure", Table 37. */
  #errorPdu(peers: Peers, octets: Uint8Array): void {
    const [first = 0, high, low] = octets;
    if (high === undefined || low === undefined) return;
    const tid = (high << 8) | low;
    const key = transactionKey(tid & ~TID_DIRECTION, peersKey(peers));
    const transaction = (tid & TID_DIRECTION) === 0 ? this.#responders.get(key) : this.#initiators.get(key);
    if (transaction !== undefined) {
      transaction.errorPdu();
      this.#settle(transaction);
      return;
    }
    // What is broken is answered once; an Abort never, or two ends could abort each other for ever.
    const code = (first >> 3) & 0x0f;
    if (code === pduTypes.Invoke) this.#abort(peers, tid ^ TID_DIRECTION, 'PROTOERR');
  }

  #unreachable(peers: Peers, error: string): void {
    this.#environment.manage('Unreachable', error);
    const key = peersKey(peers);
    for (const transaction of this.#serials.values()) {
      if (peersKey(transaction.peers) !== key) continue;
      transaction.unreachable();
      this.#settle(transaction);
    }
  }

  #expired(timer: string): void {
    if (timer === TID_TIMER) {
      this.#cacheTimer = this.#cache.turn();
      if (this.#cacheTimer) this.#effects.push({ startTimer: TID_TIMER, after: this.#lifetime() });
      return;
    }
    const [, serial, last] = timer.split('/');
    const transaction = this.#serials.get(Number(serial));
    const name = timerNames.find((each) => each === last);
    if (transaction === undefined || name === undefined) return;
    transaction.expired(name);
    this.#settle(transaction);
  }

  #lifetime(): number {
    return this.#options.maximumPacketLifetime ?? MAXIMUM_PACKET_LIFETIME;
  }

  /** Forgets a transaction that is over. */
  #settle(transaction: Initiator | Responder): void {
    const over = transaction.role === 'Initiator' ? transaction.state === 'NULL' : transaction.finished;
    if (!over || !this.#serials.delete(transaction.serial)) return;
    const key = peersKey(transaction.peers);
    this.#handles.delete(transaction.handle);
    if (transaction.role === 'Responder') this.#responders.delete(transactionKey(transaction.tid, key));
    else this.#initiators.delete(transactionKey(transaction.tid, key));
    if (transaction.role === 'Initiator' && transaction.tidNew) this.#release(key);
    this.#flush(transaction.peers, transaction.serial);
  }

  // Identifiers

  #genTid(peers: Peers): { readonly tid: number; readonly tidNew: boolean } {
    return this.#tids.next(peersKey(peers));
  }

  /** The TIDnew is verified: what waited may go. */
  #release(key: string): void {
    const waiting = this.#blocked.get(key);
    if (waiting === undefined) return;
    this.#blocked.delete(key);
    for (const request of waiting) this.#invoke(request);
  }

  // Datagrams

  #abort(peers: Peers, tid: number, reason: AbortReason): void {
    const pdu: Abort = {
      pdu: 'Abort',
      abortType: abortTypes.PROVIDER,
      tid,
      abortReason: abortReasons[reason],
      tpis: [],
    };
    this.#environment.manage('Refused', `TID ${tid & ~TID_DIRECTION} is answered with ${reason}`);
    this.#send(peers, pdu);
  }

  #send(peers: Peers, pdu: WtpPdu): void {
    const key = this.#queues.size > 0 ? peersKey(peers) : '';
    const queued = this.#queues.get(key);
    this.#queues.delete(key);
    const octets = encodePdu(pdu);
    if (queued === undefined) this.#down(peers, octets);
    else if (octets.length + queued.octets <= LARGEST_SHARED_DATAGRAM)
      this.#down(peers, concatenate([...queued.pdus, octets]));
    else {
      this.#down(peers, concatenate(queued.pdus));
      this.#down(peers, octets);
    }
  }

  #queue(peers: Peers, pdu: WtpPdu, serial: number): boolean {
    if (this.#options.queueAcks !== true) {
      this.#send(peers, pdu);
      return false;
    }
    const key = peersKey(peers);
    const queue = this.#queues.get(key) ?? { serials: new Set(), pdus: [], octets: 1 };
    const octets = encodePdu(pdu);
    queue.serials.add(serial);
    queue.pdus.push(octets);
    queue.octets += octets.length + 2;
    this.#queues.set(key, queue);
    return true;
  }

  #flush(peers: Peers, serial: number): boolean {
    if (this.#queues.size === 0) return false;
    const key = peersKey(peers);
    const queued = this.#queues.get(key);
    if (queued === undefined || !queued.serials.has(serial)) return false;
    this.#queues.delete(key);
    this.#down(peers, concatenate(queued.pdus));
    return true;
  }

  #down(peers: Peers, userData: Uint8Array): void {
    this.#effects.push({
      down: { type: 'T-DUnitdata.req', source: peers.local, destination: peers.remote, userData },
    });
  }
}

function transactionKey(tid: number, peers: string): string {
  return `${tid}|${peers}`;
}

/** Table 14; its misprint of class 2 is corrected by SIN OMA-WAP-224_002. */
function classOf(tcl: number): TransactionClass | undefined {
  return tcl === 0 || tcl === 1 || tcl === 2 ? tcl : undefined;
}
