/** The messages of a message centre that are on their way to one number: kept, handed over in order, tried again, given up in time. */
import { type Millis, seconds } from '../wap/time.js';
import type { Scheduler } from './scheduler.js';
import type { Message } from './smpp-datagram.js';
import { commandStatuses, type MessageState } from './smpp-pdu.js';

/** Messages for one number: two datagrams of the longest kind. */
export const KEPT_MESSAGES = 512;

/** Messages of all numbers together, and the octets in them. */
export const KEPT_ALTOGETHER = 20_000;
export const KEPT_OCTETS = 32 << 20;

/** Messages of one receiver whose response has not come. */
export const RECEIVER_WINDOW = 10;

/** When a receiver that cannot take a message now is tried again; the last counts from then on. */
const RETRIES: readonly Millis[] = [5, 30, 60, 300, 900].map(seconds);

/** What a receiver says when it cannot take a message now. */
const temporary = new Set<number>([
  commandStatuses.ESME_RMSGQFUL,
  commandStatuses.ESME_RTHROTTLED,
  commandStatuses.ESME_RX_T_APPN,
]);

/** A message that was accepted. */
export interface Entry {
  readonly id: string;
  readonly message: Message;
  /** Digits. */
  readonly source: string;
  readonly destination: string;
  readonly octets: number;
  readonly accepted: Millis;
  readonly expires: Millis;
  /** Whether it outlives a receiver that is not there. */
  readonly stored: boolean;
  readonly receipt: 'always' | 'failure' | 'never';
}

interface Kept extends Entry {
  /** In the order of acceptance, also when it comes back. */
  readonly order: number;
  notBefore: Millis;
  attempts: number;
}

/** Who takes messages for a number: answers with the command_status, or `undefined` where the session ended. */
export type Receiver = (message: Message, answered: (status: number | undefined) => void) => void;

/** Where messages outlive the centre. */
export interface MessageStore {
  /** What is there from before, in the order of acceptance. */
  load(): readonly StoredMessage[];
  put(message: StoredMessage): void;
  remove(id: string): void;
}

/** A message as it is stored. */
export interface StoredMessage {
  readonly entry: Entry;
  readonly notBefore: Millis;
}

export interface QueueOptions {
  /** Left out: messages are forgotten with the process. */
  readonly store?: MessageStore;
  readonly scheduler: Scheduler;
  /** The receiver of that number now. */
  readonly receiver: (destination: string) => Receiver | undefined;
  /** A message has come to its end. */
  readonly settled: (entry: Entry, state: MessageState) => void;
}

export interface MessageQueue {
  /** `false` where there is no room. */
  add(entry: Entry, notBefore: Millis): boolean;
  /** A receiver of that number has come or gone. */
  work(destination: string): void;
  /** Messages that are kept or on their way. */
  size(): number;
  /** Forgets everything. */
  close(): void;
}

interface Box {
  readonly waiting: Kept[];
  underway: number;
  cancel: (() => void) | undefined;
}

export function messageQueue({ scheduler, receiver, settled, store }: QueueOptions): MessageQueue {
  const boxes = new Map<string, Box>();
  let messages = 0;
  let octets = 0;
  let orders = 0;
  let closed = false;

  function boxOf(destination: string): Box {
    const known = boxes.get(destination);
    if (known) return known;
    const box: Box = { waiting: [], underway: 0, cancel: undefined };
    boxes.set(destination, box);
    return box;
  }

  function end(kept: Kept, state: MessageState): void {
    messages--;
    octets -= kept.octets;
    if (kept.stored) store?.remove(kept.id);
    settled(kept, state);
  }

  function work(destination: string): void {
    const box = boxes.get(destination);
    if (box === undefined || closed) return;
    const now = scheduler.now();
    for (const kept of take(box, ({ expires }) => expires <= now)) end(kept, 'EXPIRED');
    const hand = receiver(destination);
    if (hand === undefined) {
      for (const kept of take(box, ({ stored }) => !stored)) end(kept, 'UNDELIVERABLE');
    }
    while (hand !== undefined && box.underway < RECEIVER_WINDOW) {
      const next = box.waiting.findIndex(({ notBefore }) => notBefore <= now);
      const [kept] = next < 0 ? [] : box.waiting.splice(next, 1);
      if (kept === undefined) break;
      box.underway++;
      hand(kept.message, (status) => answered(destination, box, kept, status));
    }
    sleep(destination, box);
  }

  function answered(destination: string, box: Box, kept: Kept, status: number | undefined): void {
    if (closed) return;
    box.underway--;
    if (status === commandStatuses.ESME_ROK) end(kept, 'DELIVERED');
    else if (status !== undefined && !temporary.has(status)) end(kept, 'UNDELIVERABLE');
    else {
      if (status !== undefined) {
        kept.notBefore = scheduler.now() + (RETRIES[Math.min(kept.attempts, RETRIES.length - 1)] ?? 0);
        kept.attempts++;
      }
      const behind = box.waiting.findIndex(({ order }) => order > kept.order);
      box.waiting.splice(behind < 0 ? box.waiting.length : behind, 0, kept);
    }
    // A session that has ended is still being taken down: whoever does that has the rest delivered.
    if (status !== undefined) work(destination);
  }

  /** Until the next message is due or has lived long enough. */
  function sleep(destination: string, box: Box): void {
    box.cancel?.();
    box.cancel = undefined;
    if (box.waiting.length === 0) {
      if (box.underway === 0) boxes.delete(destination);
      return;
    }
    const now = scheduler.now();
    const times = box.waiting.flatMap(({ expires, notBefore }) =>
      notBefore > now ? [expires, notBefore] : [expires],
    );
    const next = Math.min(...times);
    box.cancel = scheduler.schedule(Math.min(next - now, LONGEST_SLEEP), () => work(destination));
  }

  /** Puts a message into its box, where there is room. */
  function keep(entry: Entry, notBefore: Millis): boolean {
    const box = boxOf(entry.destination);
    const full =
      box.waiting.length + box.underway >= KEPT_MESSAGES ||
      messages >= KEPT_ALTOGETHER ||
      octets + entry.octets > KEPT_OCTETS;
    if (full) return false;
    messages++;
    octets += entry.octets;
    box.waiting.push({ ...entry, order: orders++, notBefore, attempts: 0 });
    return true;
  }

  for (const { entry, notBefore } of store?.load() ?? []) {
    if (!keep(entry, notBefore)) store?.remove(entry.id);
  }
  // Nobody is bound yet, but lives end.
  for (const [destination, box] of boxes) sleep(destination, box);

  return {
    add(entry, notBefore) {
      const kept = keep(entry, notBefore);
      // Before it is handed over: what was accepted is safe, and what was delivered is not there again.
      if (kept && entry.stored) store?.put({ entry, notBefore });
      work(entry.destination);
      return kept;
    },
    work,
    size: () => messages,
    close() {
      closed = true;
      for (const { cancel } of boxes.values()) cancel?.();
      boxes.clear();
    },
  };
}

/** Timers beyond 2^31 ms fire at once in Node. */
const LONGEST_SLEEP: Millis = 86_400_000;

function take(box: Box, which: (kept: Kept) => boolean): readonly Kept[] {
  const taken = box.waiting.filter(which);
  if (taken.length > 0)
    box.waiting.splice(0, box.waiting.length, ...box.waiting.filter((kept) => !which(kept)));
  return taken;
}
