/** When things happen: the real clock and its timers, or virtual ones that a test moves on. */
import type { Clock, Millis } from '../wap/time.js';

export interface Scheduler extends Clock {
  /** Calls `action` once, after that time. What it returns takes the order back. */
  schedule(after: Millis, action: () => void): () => void;
}

/** The machine's clock and timers. */
export const realScheduler: Scheduler = {
  now: () => Date.now(),
  schedule(after, action) {
    const timer = setTimeout(action, after);
    return () => clearTimeout(timer);
  },
};

/** Time that passes only when told to. */
export interface VirtualScheduler extends Scheduler {
  /** When the next action is due; `undefined` if none is. */
  next(): Millis | undefined;
  /** Jumps to the next action and does it; `false` if none is due. */
  step(): boolean;
  /** Does all that is due within that time, and ends exactly then. */
  advance(by: Millis): void;
  /** Steps until nothing is due; throws beyond `limit`, by which a test sees that something never ends. */
  settle(limit: Millis): void;
}

interface Due {
  readonly at: Millis;
  /** Actions of the same time are done in the order in which they were scheduled. */
  readonly order: number;
  readonly action: () => void;
  cancelled: boolean;
}

/** A virtual clock. @param start what it shows first */
export function virtualScheduler(start: Millis = 0): VirtualScheduler {
  let time = start;
  let orders = 0;
  const heap: Due[] = [];

  const before = (a: Due, b: Due) => a.at < b.at || (a.at === b.at && a.order < b.order);

  function push(due: Due): void {
    let at = heap.length;
    heap.push(due);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || before(above, due)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = due;
  }

  function pop(): void {
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      const least = right !== undefined && before(right, left) ? right : left;
      if (least === right) child++;
      if (before(last, least)) break;
      heap[at] = least;
      at = child;
    }
    heap[at] = last;
  }

  function first(): Due | undefined {
    while (heap[0]?.cancelled) pop();
    return heap[0];
  }

  function step(): boolean {
    const due = first();
    if (due === undefined) return false;
    pop();
    time = due.at;
    due.cancelled = true;
    due.action();
    return true;
  }

  return {
    now: () => time,
    schedule(after, action) {
      const due = { at: time + Math.max(0, after), order: orders++, action, cancelled: false };
      push(due);
      return () => {
        due.cancelled = true;
      };
    },
    next: () => first()?.at,
    step,
    advance(by) {
      const end = time + by;
      for (let due = first(); due !== undefined && due.at <= end; due = first()) step();
      time = end;
    },
    settle(limit) {
      const end = time + limit;
      while (step()) {
        if (time > end) throw new RangeError(`something is still due after ${limit} ms`);
      }
    },
  };
}
