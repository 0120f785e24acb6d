/** Transaction identifiers: WAP-224-WTP §7.8. */

/** The high bit tells the direction: §7.8.1. */
export const TID_SPACE = 2 ** 15;

/** The W of §7.8.2.3. */
export const TID_WINDOW = 2 ** 14;

/** Tables 7 and 8. `true`: the Invoke is surely new. */
export function tidTest(rcvTid: number, lastTid: number): boolean {
  const difference = Math.abs(rcvTid - lastTid);
  if (rcvTid >= lastTid) return difference > 0 && difference <= TID_WINDOW;
  return difference >= TID_WINDOW;
}

/** How far `tid` lies behind `last`, round the wrap. */
function behind(tid: number, last: number): number {
  return (last - tid + TID_SPACE) % TID_SPACE;
}

/** Past TIDs that are remembered below LastTID: as many as a 32-bit mask has left (§7.8.2.4). */
const REMEMBERED = 31;

/** Bit k: the TID k behind `last` was taken, or nobody knows. */
interface Initiator {
  last: number;
  taken: number;
}

const UNKNOWN = -1;

/**
 * What a Responder remembers of its Initiators. Out-of-order Invokes within the last 31 are told from duplicates, so that they need no
 * verification. Records live from one to two turns of `turn()`.
 */
export class TidCache {
  readonly #limit: number;
  #young = new Map<string, Initiator>();
  #old = new Map<string, Initiator>();
  /** Turns for which records are missing: after too many Initiators, an unknown one may be known after all. */
  #lossy = 0;

  /** @param limit records of Initiators, of each generation */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The last TID that was taken from this Initiator. */
  last(key: string): number | undefined {
    return this.#find(key)?.last;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Table 6: whether the transaction may start without verification. If so, the TID is taken. */
  take(key: string, tid: number): boolean {
    const initiator = this.#find(key);
    if (initiator === undefined) {
      this.#remember(key, { last: tid, taken: UNKNOWN });
      return this.#lossy === 0;
    }
    if (tidTest(tid, initiator.last)) {
      const steps = behind(initiator.last, tid);
      initiator.taken = steps > REMEMBERED ? 0 : (initiator.taken << steps) | (1 << steps);
      initiator.last = tid;
      this.#remember(key, initiator);
      return true;
    }
    const steps = behind(tid, initiator.last);
    if (steps === 0 || steps > REMEMBERED || (initiator.taken & (1 << steps)) !== 0) return false;
    initiator.taken |= 1 << steps;
    this.#remember(key, initiator);
    return true;
  }

  /** Table 6, "TIDnew flag set". */
  invalidate(key: string): void {
    this.#remember(key, { last: 0, taken: UNKNOWN });
  }

  /** Table 9, a valid TID whose Invoke had TIDnew set. */
  restart(key: string, tid: number): void {
    this.#remember(key, { last: tid, taken: UNKNOWN });
  }

  /** A Maximum Packet Lifetime went by. `false`: nothing is remembered any more. */
  turn(): boolean {
    this.#old = this.#young;
    this.#young = new Map();
    if (this.#lossy > 0) this.#lossy--;
    return this.#old.size > 0 || this.#lossy > 0;
  }

  #find(key: string): Initiator | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  #remember(key: string, initiator: Initiator): void {
    if (this.#young.size >= this.#limit && !this.#young.has(key)) {
      this.#young = new Map();
      this.#old = new Map();
      this.#lossy = 2;
    }
    this.#young.set(key, initiator);
  }
}
