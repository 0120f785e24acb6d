/** Segmentation and re-assembly: WAP-224-WTP §7.14, and its extension §7.15. The state tables know only whole messages (§9.1). */
import { concat } from '../octets.js';
import type { Invoke, NegativeAck, Result, SegmentedInvoke, SegmentedResult, WtpPdu } from './pdu.js';
import { psnOf, type Tpi } from './tpi.js';

/** How a provider segments, and what it takes. */
export interface Segmentation {
  /** Octets of user data in one packet that we send. */
  readonly packet: number;
  /** Octets of user data in one packet group that we send, until the peer says otherwise. */
  readonly group: number;
  /** Packet groups that we can receive before we acknowledge; `undefined`: without extended segmentation. */
  readonly numGroups: number | undefined;
}

/** Maximum Group where nobody names another: Table 30. */
export const DEFAULT_MAXIMUM_GROUP = 1405;

/** Packets of a message without extended segmentation: the sequence number has 8 bits and must not wrap (§7.14.2). */
export const BASIC_PACKETS = 256;

/** Packets that a sender may have pending: §7.15.4. */
const PENDING_PACKETS = 255;

/** Counted for each stored packet besides its octets, so that empty packets cost, too. */
const PACKET_COST = 32;

/** The first packet of a message: everything but what segmentation decides. */
export type First =
  | Omit<Invoke, 'gtr' | 'ttr' | 'rid' | 'userData'>
  | Omit<Result, 'gtr' | 'ttr' | 'rid' | 'userData'>;

export type Packet = Invoke | Result | SegmentedInvoke | SegmentedResult;

interface Group {
  readonly first: number;
  /** The packet with GTR or TTR. */
  readonly last: number;
}

/** A message on its way out, in one packet or many. */
export class Outgoing {
  readonly #first: First;
  readonly #userData: Uint8Array;
  readonly #sar: boolean;
  readonly #packet: number;
  readonly #count: number;
  #maximumGroup: number;
  /** Groups that may be outstanding. */
  #window = 1;
  #extended = false;
  #outstanding: Group[] = [];
  /** The next packet that was never sent. */
  #next = 0;
  /** Packets that were sent again and are not asked for a second time within a round trip: §7.15.4. */
  readonly #held = new Set<number>();

  /** @param segmentation `undefined`: not supported by us or the peer, so both trailer flags are set (Table 12) */
  constructor(first: First, userData: Uint8Array, segmentation: Segmentation | undefined) {
    this.#first = first;
    this.#userData = userData;
    this.#sar = segmentation !== undefined;
    this.#packet = segmentation?.packet ?? Math.max(userData.length, 1);
    this.#count = Math.max(1, Math.ceil(userData.length / this.#packet));
    this.#maximumGroup = segmentation?.group ?? userData.length;
  }

  /** Packets of the whole message. */
  get packets(): number {
    return this.#count;
  }

  get segmented(): boolean {
    return this.#count > 1;
  }

  /** Whether the last packet was sent: what is missing now is the acknowledgement of the message. */
  get sent(): boolean {
    return this.#next === this.#count;
  }

  get extended(): boolean {
    return this.#extended;
  }

  /** User octets that wait for an acknowledgement: Appendix B.1 gives large ones more time. */
  get pendingOctets(): number {
    const first = this.#outstanding[0]?.first ?? 0;
    return Math.min(this.#next * this.#packet, this.#userData.length) - first * this.#packet;
  }

  /** Packets that may go out now and were never sent. */
  flow(): Packet[] {
    const packets: Packet[] = [];
    while (!this.sent && this.#outstanding.length < this.#window) {
      const group = this.#nextGroup();
      const pending = group.last + 1 - (this.#outstanding[0]?.first ?? group.first);
      if (pending > Math.min(PENDING_PACKETS, this.#window * this.#groupPackets())) {
        if (this.#outstanding.length > 0) break;
      }
      this.#outstanding.push(group);
      this.#next = group.last + 1;
      for (let i = group.first; i <= group.last; i++) packets.push(this.#build(i, false));
    }
    return packets;
  }

  /** The newest trailer again, which makes the receiver say what it has: §7.14.3, §7.15.4. A closed window is probed. */
  retransmit(): Packet {
    const newest = this.#outstanding.at(-1);
    if (newest) return this.#build(newest.last, true);
    const probe = this.#build(Math.max(0, this.#next - 1), true);
    return { ...probe, gtr: true, userData: new Uint8Array(0) };
  }

  /** The first acknowledgement settles whether segmentation is extended: `numGroups` is the peer's, if it sent any (§7.15.2). */
  negotiate(numGroups: number | undefined): void {
    this.#extended = true;
    this.#window = numGroups ?? 1;
  }

  /** The peer's Maximum Group: §10.6.4. */
  limitGroup(octets: number): void {
    this.#maximumGroup = octets;
  }

  /**
   * An Ack. `old`: it tells nothing new. `group`: go on with `flow()`. `message`: all was received.
   * @param psn without one, an Ack means all that was sent
   */
  acknowledge(psn: number | undefined): 'old' | 'group' | 'message' {
    const before = this.#outstanding.length;
    if (psn === undefined && !this.sent) return 'old';
    this.#outstanding = psn === undefined ? [] : this.#outstanding.filter(({ last }) => last > psn);
    if (this.sent && this.#outstanding.length === 0) return 'message';
    return this.#outstanding.length < before ? 'group' : 'old';
  }

  /** A Nack: the packets that it asks for, once each round trip. What it does not ask for has arrived. */
  missing({ missing, tpis }: NegativeAck): Packet[] {
    const highest = psnOf(tpis);
    const wanted = this.#wanted(missing, highest);
    // Groups that are all there go, but none before an older one: the window stays in one piece.
    while (highest !== undefined) {
      const [oldest] = this.#outstanding;
      if (oldest === undefined || oldest.last > highest) break;
      if (wanted.some((psn) => psn >= oldest.first && psn <= oldest.last)) break;
      this.#outstanding.shift();
    }
    const again = wanted.filter((psn) => !this.#held.has(psn));
    for (const psn of again) this.#held.add(psn);
    return again.map((psn) => this.#build(psn, true));
  }

  /** A round trip is over: what was sent again may be asked for once more. */
  release(): void {
    this.#held.clear();
  }

  #wanted(missing: Uint8Array, highest: number | undefined): number[] {
    const [oldest] = this.#outstanding;
    const newest = this.#outstanding.at(-1);
    if (oldest === undefined || newest === undefined) return [];
    if (missing.length === 0) {
      return Array.from({ length: oldest.last + 1 - oldest.first }, (_, i) => oldest.first + i);
    }
    const base = highest ?? newest.last;
    const all = [...missing].map((low) => (low <= (base & 0xff) ? 0 : -256) + (base - (base & 0xff)) + low);
    return [...new Set(all)].filter((psn) => psn >= oldest.first && psn <= newest.last);
  }

  #groupPackets(): number {
    return Math.max(1, Math.floor(this.#maximumGroup / this.#packet));
  }

  /** A group has one value of the high-order octets of its sequence numbers: §7.15.3. */
  #nextGroup(): Group {
    const first = this.#next;
    const boundary = first - (first % 256) + 255;
    return { first, last: Math.min(first + this.#groupPackets() - 1, boundary, this.#count - 1) };
  }

  #build(psn: number, rid: boolean): Packet {
    const ttr = psn === this.#count - 1;
    // Table 12: both flags say that segmentation is not supported.
    const gtr = this.#sar ? !ttr && this.#outstanding.some(({ last }) => last === psn) : true;
    const userData = this.#userData.subarray(psn * this.#packet, (psn + 1) * this.#packet);
    const flags = { gtr, ttr, rid, userData };
    if (psn === 0) return { ...this.#first, ...flags };
    const high = Math.floor(psn / 256);
    const tpis: Tpi[] = high > 0 ? [{ tpi: 'Packet Sequence Number', psn: high }] : [];
    const pdu = this.#first.pdu === 'Invoke' ? 'Segmented Invoke' : 'Segmented Result';
    return { pdu, tid: this.#first.tid, psn: psn % 256, tpis, ...flags };
  }
}

/** The sequence number of a packet: its octet, with the high-order octets of its item (§8.4.5). */
export function packetNumber(pdu: Packet): number {
  if (pdu.pdu === 'Invoke' || pdu.pdu === 'Result') return 0;
  return (psnOf(pdu.tpis) ?? 0) * 256 + pdu.psn;
}

export function isPacket(pdu: WtpPdu): pdu is Packet {
  return 'userData' in pdu;
}

/** What a packet brings about at its receiver. */
export type Reception =
  | 'wait'
  /** Everything up to the newest trailer is there: acknowledge `trailer`. */
  | 'Ack'
  /** Something is missing below the newest trailer: ask for it, after a while. */
  | 'Nack'
  /** The whole message is there. */
  | 'message'
  | 'too large';

/** A message on its way in. */
export class Incoming {
  readonly #limit: number;
  readonly #packets = new Map<number, Uint8Array>();
  #octets = 0;
  #cost = 0;
  /** Everything below has arrived. */
  #contiguous = 0;
  #trailer = -1;
  #last = Number.POSITIVE_INFINITY;

  /** @param limit most octets of the message */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The newest packet with GTR or TTR: what an Ack names. */
  get trailer(): number {
    return this.#trailer;
  }

  /** What this message holds in memory. */
  get cost(): number {
    return this.#cost;
  }

  get complete(): boolean {
    return this.#contiguous > this.#last;
  }

  /** The low octets of what is missing below the newest trailer. */
  missing(): Uint8Array {
    const psns: number[] = [];
    for (let psn = this.#contiguous; psn < this.#trailer; psn++)
      if (!this.#packets.has(psn)) psns.push(psn % 256);
    return Uint8Array.from(psns);
  }

  receive(pdu: Packet): Reception {
    const psn = packetNumber(pdu);
    // No sender may be so far ahead (§7.15.4): believing it would let a few octets ask for any amount of memory.
    if (psn > this.#contiguous + PENDING_PACKETS || psn > this.#last) return 'wait';
    const fresh = psn >= this.#contiguous && !this.#packets.has(psn);
    if (fresh && !this.#store(psn, pdu.userData)) return 'too large';
    if (pdu.ttr) this.#last = Math.min(this.#last, psn);
    if (pdu.ttr || pdu.gtr) this.#trailer = Math.max(this.#trailer, psn);
    if (this.complete) return 'message';
    if (this.#trailer < 0) return 'wait';
    if (this.#contiguous > this.#trailer) return pdu.gtr || psn <= this.#trailer ? 'Ack' : 'wait';
    return psn < this.#trailer || pdu.gtr || pdu.ttr ? 'Nack' : 'wait';
  }

  /** The message, once `complete`. */
  message(): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let psn = 0; psn <= this.#last; psn++) parts.push(this.#packets.get(psn) ?? new Uint8Array(0));
    return concat(parts);
  }

  #store(psn: number, octets: Uint8Array): boolean {
    this.#octets += octets.length;
    this.#cost += octets.length + PACKET_COST;
    if (this.#octets > this.#limit) return false;
    this.#packets.set(psn, octets);
    while (this.#packets.has(this.#contiguous)) this.#contiguous++;
    return true;
  }
}
