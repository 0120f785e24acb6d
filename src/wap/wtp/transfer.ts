/** The traffic of packets and their acknowledgements that Initiator and Responder have in common: WAP-224-WTP §7.14, §7.15. */
import type { Peers } from '../address.js';
import type { Millis } from '../time.js';
import type { Environment, SegmentationTimer } from './environment.js';
import type { Ack, NegativeAck, WtpPdu } from './pdu.js';
import { Incoming, type Outgoing, type Packet, type Reception, type Sdu } from './sar.js';
import type { Timing } from './timers.js';
import { errorsFor, hasOption, option, optionValue, psnOf, type Tpi } from './tpi.js';

/** One transaction's packets in both directions. */
export class Transfer {
  readonly #environment: Environment;
  readonly #peers: Peers;
  readonly #serial: number;
  /** Of everything that we send in this transaction. */
  readonly #tid: number;
  readonly #timing: Timing;
  outgoing: Outgoing | undefined;
  incoming: Incoming | undefined;
  #held = 0;
  /** Whether the peer advertised NumGroups, and how many. */
  #peerExtended = false;
  #peerGroups: number | undefined;
  #peerGroupOctets: number | undefined;
  /** Error items for the next PDU: §7.10.2. */
  #errors: Tpi[] = [];
  readonly #running = new Set<SegmentationTimer>();

  constructor(environment: Environment, peers: Peers, serial: number, tid: number, timing: Timing) {
    this.#environment = environment;
    this.#peers = peers;
    this.#serial = serial;
    this.#tid = tid;
    this.#timing = timing;
  }

  send(pdu: WtpPdu): void {
    this.#environment.send(this.#peers, pdu);
  }

  /** Takes note of what the items of a received PDU say for the whole transaction. */
  note(pdu: WtpPdu): void {
    const { tpis } = pdu;
    if (tpis.length === 0) return;
    this.#errors.push(...errorsFor(tpis));
    for (const tpi of tpis) {
      if (tpi.tpi !== 'Error') continue;
      const what = tpi.errorCode === 0x01 ? 'does not know' : 'does not understand the content of';
      this.#environment.manage('ErrorTPI', `the peer ${what} item ${tpi.badIdentity}`);
    }
    if (hasOption(tpis, 'NumGroups')) {
      this.#peerExtended = true;
      this.#peerGroups = optionValue(tpis, 'NumGroups');
      if (this.#environment.capabilities.segmentation?.numGroups !== undefined)
        this.outgoing?.negotiate(this.#peerGroups);
    }
    const group = optionValue(tpis, 'Maximum Group');
    if (group === undefined) return;
    this.#peerGroupOctets = group;
    this.outgoing?.limitGroup(group);
  }

  /** Error items that are due, once. */
  takeErrors(): Tpi[] {
    const errors = this.#errors;
    this.#errors = [];
    return errors;
  }

  /** The items that tell what we can receive: §8.4.4. */
  advertise(inInvoke: boolean): Tpi[] {
    const { segmentation, maximumGroup, maximumReceiveUnit } = this.#environment.capabilities;
    const tpis: Tpi[] = [];
    if (inInvoke && maximumReceiveUnit !== undefined)
      tpis.push(option('Maximum Receive Unit', maximumReceiveUnit));
    if (segmentation === undefined) return tpis;
    if (maximumGroup !== undefined) tpis.push(option('Maximum Group', maximumGroup));
    if (segmentation.numGroups !== undefined && (inInvoke || this.#peerExtended)) {
      tpis.push(option('NumGroups', segmentation.numGroups === 1 ? undefined : segmentation.numGroups));
    }
    return tpis;
  }

  /** Starts the first group of a message. */
  begin(outgoing: Outgoing): void {
    this.outgoing = outgoing;
    if (this.#peerGroupOctets !== undefined) outgoing.limitGroup(this.#peerGroupOctets);
    if (this.extended) outgoing.negotiate(this.#peerGroups);
    for (const packet of outgoing.flow()) this.send(packet);
  }

  /** Whether packets of our message were not sent yet, or not acknowledged as a group. */
  get unfinished(): boolean {
    return this.outgoing !== undefined && !this.outgoing.sent;
  }

  /**
   * An Ack while a segmented message is on its way. `message`: it acknowledges the whole message, or there was none to segment.
   * `group`: the next packets were sent, or will be when the delay that the peer asked for is over. `not extended`: there are more packets
   * than the peer can count.
   */
  acknowledged({ tpis }: Ack): 'old' | 'group' | 'message' | 'not extended' {
    const { outgoing } = this;
    if (outgoing === undefined || !outgoing.segmented) return 'message';
    const outcome = outgoing.acknowledge(psnOf(tpis));
    if (outcome === 'message') return outcome;
    if (outgoing.needsExtension && !outgoing.extended) return 'not extended';
    if (outcome === 'group') {
      this.#stop('hold');
      outgoing.release();
    }
    const tenths = optionValue(tpis, 'Delay Transmission Timer');
    if (tenths !== undefined && outcome === 'group') {
      this.#start('delay', 100 * tenths);
      return 'group';
    }
    // An old Ack may still have opened a window that was closed.
    if (this.#running.has('delay')) return 'old';
    return this.flow() ? 'group' : outcome;
  }

  /** Sends what the window allows. Whether that was anything. */
  flow(): boolean {
    const packets = this.outgoing?.flow() ?? [];
    for (const packet of packets) this.send(packet);
    return packets.length > 0;
  }

  /** A Nack: sends again what it asks for. Whether that was anything. */
  resend(nack: NegativeAck): boolean {
    const packets = this.outgoing?.missing(nack) ?? [];
    for (const packet of packets) this.send(packet);
    if (packets.length > 0) this.#start('hold', 2 * this.#timing.halfRoundTrip);
    this.flow();
    return packets.length > 0;
  }

  /** Takes a packet of a segmented message; acknowledges its group or, later, asks for what is missing. */
  receive(pdu: Packet): Reception | 'no memory' {
    const { largestMessage, assemblyMemory } = this.#environment.capabilities;
    if ((optionValue(pdu.tpis, 'Total Message Size') ?? 0) > largestMessage) return 'too large';
    this.incoming ??= new Incoming(largestMessage);
    const before = this.incoming.cost;
    const reception = this.incoming.receive(pdu);
    const grown = this.incoming.cost - before;
    this.#held += grown;
    if (this.#environment.hold(grown) > assemblyMemory) return 'no memory';
    if (reception === 'Nack') this.#nackLater(pdu.gtr || pdu.ttr);
    else if (reception !== 'wait') this.#stop('nack');
    return reception;
  }

  /** The parts of a long message that have arrived: §7.15.2. */
  takeSdus(): Sdu[] {
    if (this.incoming === undefined) return [];
    const before = this.incoming.cost;
    const sdus = this.incoming.takeSdus();
    this.#held += this.incoming.cost - before;
    this.#environment.hold(this.incoming.cost - before);
    return sdus;
  }

  /** Whether the peer told that it knows extended segmentation, and we do. */
  get extended(): boolean {
    return this.#peerExtended && this.#environment.capabilities.segmentation?.numGroups !== undefined;
  }

  /** §7.14.3: the whole group is there. */
  acknowledgeGroup(tve: boolean): void {
    this.send(this.ack(tve, false, []));
  }

  /** An Ack; in a segmented message it names the trailer. */
  ack(tve: boolean, rid: boolean, more: readonly Tpi[]): Ack {
    const tpis: Tpi[] = [...more, ...this.takeErrors()];
    if (this.incoming !== undefined && this.incoming.trailer >= 0) {
      tpis.push({ tpi: 'Packet Sequence Number', psn: this.incoming.trailer }, ...this.advertise(false));
    }
    return { pdu: 'Ack', tve, rid, tid: this.#tid, tpis };
  }

  /** One of the timers that segmentation started ran out. */
  expired(timer: SegmentationTimer): void {
    this.#running.delete(timer);
    switch (timer) {
      case 'nack':
        this.#nack();
        break;
      case 'delay':
        this.flow();
        break;
      case 'hold':
        this.outgoing?.release();
        break;
    }
  }

  /** The wait for late packets is over: §7.14.4. */
  #nack(): void {
    const missing = this.incoming?.missing();
    if (missing === undefined || missing.length === 0 || this.incoming === undefined) return;
    const tpis: Tpi[] = this.extended
      ? [{ tpi: 'Packet Sequence Number', psn: this.incoming.trailer }, ...this.advertise(false)]
      : [];
    this.send({ pdu: 'Negative Ack', rid: false, tid: this.#tid, missing, tpis });
  }

  /** A user's reason or the provider's. */
  abort(abortType: number, abortReason: number): void {
    this.send({ pdu: 'Abort', abortType, tid: this.#tid, abortReason, tpis: this.takeErrors() });
  }

  /** Gives back what the transaction holds. */
  end(): void {
    for (const timer of this.#running) this.#environment.stopTimer(this.#serial, timer);
    this.#running.clear();
    if (this.#held > 0) this.#environment.hold(-this.#held);
    this.#held = 0;
    this.incoming = undefined;
    this.outgoing = undefined;
  }

  /** The trailer of a following group does not wait for the packets of the one before: Appendix B.3.1. */
  #nackLater(trailer: boolean): void {
    if (trailer && this.#running.has('nack')) {
      this.#stop('nack');
      this.#nack();
      return;
    }
    this.#start('nack', this.#timing.halfRoundTrip);
  }

  #start(timer: SegmentationTimer, after: Millis): void {
    this.#running.add(timer);
    this.#environment.startTimer(this.#serial, timer, after);
  }

  #stop(timer: SegmentationTimer): void {
    if (this.#running.delete(timer)) this.#environment.stopTimer(this.#serial, timer);
  }
}
