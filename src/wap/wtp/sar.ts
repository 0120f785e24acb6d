/** Segmentation and re-assembly: WAP-224-WTP §7.14, and its extension §7.15. The state tables know only whole messages (§9.1). */
import { concat } from '../octets.js';
import type { Invoke, NegativeAck, Result, SegmentedInvoke, SegmentedResult } from './pdu.js';
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

/** What one primitive hands over: the whole message or, with extended segmentation, a part of it. */
export interface Sdu {
  readonly userData: Uint8Array;
  readonly moreData: boolean;
  readonly frameBoundary: boolean;
}

/** An SDU of a primitive; what it leaves out is false. */
export function sduOf(primitive: {
  readonly userData: Uint8Array;
  readonly moreData?: boolean;
  readonly frameBoundary?: boolean;
}): Sdu {
  const { userData, moreData = false, frameBoundary = false } = primitive;
  return { userData, moreData, frameBoundary };
}

/** The user data of one packet. */
interface Segment {
  readonly userData: Uint8Array;
  /** The first of an SDU that begins a frame: §8.4.7. */
  readonly frame: boolean;
  /** The last of an SDU behind which more will come: §8.4.6. */
  readonly boundary: boolean;
}

/** A message on its way out, in one packet or many. */
export class Outgoing {
  readonly #first: First;
  readonly #sar: boolean;
  readonly #packet: number;
  readonly #segments: Segment[] = [];
  /** The last SDU is there. */
  #closed = false;
  #parts = 0;
  #maximumGroup: number;
  /** Groups that may be outstanding. */
  #window = 1;
  #extended = false;
  #outstanding: Group[] = [];
  /** The next packet that was never sent. */
  #next = 0;
  /** The first packet whose SDU was not confirmed yet. */
  #unconfirmed = 0;
  /** Packets that were sent again and are not asked for a second time within a round trip: §7.15.4. */
  readonly #held = new Set<number>();

  /** @param segmentation `undefined`: not supported by us or the peer, so both trailer flags are set (Table 12) */
  constructor(first: First, sdu: Sdu, segmentation: Segmentation | undefined) {
    this.#first = first;
    this.#sar = segmentation !== undefined;
    this.#packet = segmentation?.packet ?? Math.max(sdu.userData.length, 1);
    this.#maximumGroup = segmentation?.group ?? sdu.userData.length;
    this.append(sdu);
  }

  /** The next part of the message. */
  append({ userData, moreData, frameBoundary }: Sdu): void {
    const count = Math.max(1, Math.ceil(userData.length / this.#packet));
    for (let i = 0; i < count; i++) {
      this.#segments.push({
        userData: userData.subarray(i * this.#packet, (i + 1) * this.#packet),
        frame: frameBoundary && i === 0,
        boundary: moreData && i === count - 1,
      });
    }
    this.#parts++;
    this.#closed = !moreData;
  }

  /** Whether the peer must know extended segmentation. */
  get needsExtension(): boolean {
    return this.#segments.length > BASIC_PACKETS || this.#parts > 1 || !this.#closed;
  }

  get segmented(): boolean {
    return this.#segments.length > 1 || !this.#closed;
  }

  /** Whether the last packet was sent: what is missing now is the acknowledgement of the message. */
  get sent(): boolean {
    return this.#closed && this.#next === this.#segments.length;
  }

  /** Whether all that there is was sent and acknowledged, and the user owes the rest. */
  get idle(): boolean {
    return !this.#closed && this.#next === this.#segments.length && this.#outstanding.length === 0;
  }

  get extended(): boolean {
    return this.#extended;
  }

  /** User octets that wait for an acknowledgement: Appendix B.1 gives large ones more time. */
  get pendingOctets(): number {
    let octets = 0;
    for (let i = this.#oldest; i < this.#next; i++) octets += this.#segments[i]?.userData.length ?? 0;
    return octets;
  }

  /** SDUs, but for the last one of the message, that were acknowledged whole since the last call. */
  takeConfirmed(): number {
    let count = 0;
    for (; this.#unconfirmed < this.#oldest; this.#unconfirmed++) {
      if (this.#segments[this.#unconfirmed]?.boundary) count++;
    }
    return count;
  }

  /** Packets that may go out now and were never sent. */
  flow(): Packet[] {
    const packets: Packet[] = [];
    while (this.#next < this.#segments.length && this.#outstanding.length < this.#window) {
      const group = this.#nextGroup();
      const pending = group.last + 1 - this.#oldest;
      const most = Math.min(PENDING_PACKETS, this.#window * this.#groupPackets());
      if (pending > most && this.#outstanding.length > 0) break;
      this.#outstanding.push(group);
      this.#next = group.last + 1;
      for (let i = group.first; i <= group.last; i++) packets.push(this.#build(i, false));
    }
    return packets;
  }

  /** The first packet that was not acknowledged. */
  get #oldest(): number {
    return this.#outstanding[0]?.first ?? this.#next;
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

  /** A group has one value of the high-order octets of its sequence numbers, and ends where an SDU ends: §7.15.3. */
  #nextGroup(): Group {
    const first = this.#next;
    const highest = first - (first % 256) + 255;
    const most = Math.min(first + this.#groupPackets() - 1, highest, this.#segments.length - 1);
    let last = first;
    while (last < most && !this.#segments[last]?.boundary) last++;
    return { first, last };
  }

  #build(psn: number, rid: boolean): Packet {
    const { userData = new Uint8Array(0), frame = false, boundary = false } = this.#segments[psn] ?? {};
    const ttr = this.#closed && psn === this.#segments.length - 1;
    // Table 12: both flags say that segmentation is not supported.
    const gtr = this.#sar ? !ttr && (boundary || this.#outstanding.some(({ last }) => last === psn)) : true;
    const first = this.#first;
    if (psn === 0 && !frame && !boundary) return { ...first, gtr, ttr, rid, userData };
    const flags = { gtr, ttr, rid, userData };
    const marks: Tpi[] = [];
    if (frame) marks.push({ tpi: 'Frame Boundary' });
    if (boundary) marks.push({ tpi: 'SDU Boundary' });
    if (psn === 0) return { ...first, ...flags, tpis: [...first.tpis, ...marks] };
    const high = Math.floor(psn / 256);
    const tpis: Tpi[] = high > 0 ? [{ tpi: 'Packet Sequence Number', psn: high }, ...marks] : marks;
    const pdu = first.pdu === 'Invoke' ? 'Segmented Invoke' : 'Segmented Result';
    return { pdu, tid: first.tid, psn: psn % 256, tpis, ...flags };
  }
}

/** The sequence number of a packet: its octet, with the high-order octets of its item (§8.4.5). */
function packetNumber(pdu: Packet): number {
  if (pdu.pdu === 'Invoke' || pdu.pdu === 'Result') return 0;
  return (psnOf(pdu.tpis) ?? 0) * 256 + pdu.psn;
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
  /** Packets with SDU Boundary, and with Frame Boundary. */
  readonly #ends = new Set<number>();
  readonly #frames = new Set<number>();
  /** The first packet of the next SDU. */
  #start = 0;

  /** @param limit most octets of the message or, where it is taken in parts, of one part */
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
    for (const { tpi } of pdu.tpis) {
      if (tpi === 'SDU Boundary') this.#ends.add(psn);
      if (tpi === 'Frame Boundary') this.#frames.add(psn);
    }
    if (pdu.ttr) this.#last = Math.min(this.#last, psn);
    if (pdu.ttr || pdu.gtr) this.#trailer = Math.max(this.#trailer, psn);
    if (this.complete) return 'message';
    if (this.#trailer < 0) return 'wait';
    if (this.#contiguous > this.#trailer) return pdu.gtr || psn <= this.#trailer ? 'Ack' : 'wait';
    return psn < this.#trailer || pdu.gtr || pdu.ttr ? 'Nack' : 'wait';
  }

  /** The message, once `complete`; without the parts that were taken. */
  message(): Uint8Array {
    return this.#octetsOf(this.#start, this.#last);
  }

  /** The SDUs that have arrived whole, in order, each once. */
  takeSdus(): Sdu[] {
    const sdus: Sdu[] = [];
    for (let psn = this.#start; psn < this.#contiguous; psn++) {
      if (!this.#ends.has(psn) && psn !== this.#last) continue;
      const userData = this.#octetsOf(this.#start, psn);
      sdus.push({ userData, moreData: psn !== this.#last, frameBoundary: this.#frames.has(this.#start) });
      for (let taken = this.#start; taken <= psn; taken++) this.#packets.delete(taken);
      this.#octets -= userData.length;
      this.#cost -= userData.length + PACKET_COST * (psn + 1 - this.#start);
      this.#start = psn + 1;
    }
    return sdus;
  }

  #octetsOf(first: number, last: number): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let psn = first; psn <= last; psn++) parts.push(this.#packets.get(psn) ?? new Uint8Array(0));
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
