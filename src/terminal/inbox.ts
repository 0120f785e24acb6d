/** The push messages that a handset keeps: reception of service indications, WAP-167 §6, SIN WAP-167_103. */
import { type ServiceIndication, siIdentity } from '../wap/push/index.js';
import type { Millis } from '../wap/time.js';

export interface Message {
  readonly id: number;
  readonly si: ServiceIndication;
  readonly receivedAt: Millis;
  /** It came for the WTA user agent. */
  readonly forServices: boolean;
}

/** A message as it is kept while the handset is switched off. */
export interface StoredMessage extends Message {
  readonly unread: boolean;
  /** It is still to be presented. */
  readonly waiting: boolean;
}

/** Where messages survive. */
export interface InboxStore {
  /** Oldest first. */
  load(): readonly StoredMessage[];
  /** Keeps a message, or what has changed of it. */
  put(message: StoredMessage): void;
  remove(id: number): void;
}

/** What came of a received indication. */
export type Reception = { readonly kept: Message } | { readonly dropped: string };

/** Messages beyond this many push out the oldest; §6.3.1 asks for one and recommends ten. */
export const MESSAGES_MAX = 50;

/** How urgent messages are that wait to be shown, the most urgent first: §6.2.1. */
export type Urgency = 'signal-high' | 'signal-medium';

export class Inbox {
  /** Newest first. */
  #messages: readonly Message[] = [];
  /** Of those that the user has not seen yet. */
  readonly #unread = new Set<number>();
  /** Of those that are still to be presented; a signal-low one never is (§6.3). */
  readonly #waiting = new Set<number>();
  readonly #store: InboxStore | undefined;
  #next = 1;

  /** @param store without it, messages go with the handset's power */
  constructor(store?: InboxStore) {
    this.#store = store;
    for (const { unread, waiting, ...message } of store?.load() ?? []) {
      this.#messages = [message, ...this.#messages];
      if (unread) this.#unread.add(message.id);
      if (waiting) this.#waiting.add(message.id);
      this.#next = message.id + 1;
    }
  }

  /** Newest first. Those that have expired are gone (§6.5). */
  messages(now: Millis): readonly Message[] {
    for (const { id, si } of this.#messages) if (expired(si, now)) this.remove(id);
    return this.#messages;
  }

  /** How many the user has not seen. */
  unread(now: Millis): number {
    return this.messages(now).filter(({ id }) => this.#unread.has(id)).length;
  }

  /** Steps 1 to 5 of §6.2. */
  receive(si: ServiceIndication, now: Millis, forServices = false): Reception {
    if (expired(si, now)) return { dropped: 'it has expired' };
    const identity = siIdentity(si);
    const same = this.messages(now).filter(
      (message) => identity !== undefined && siIdentity(message.si) === identity,
    );
    // Steps 2 and 3 are only for indications that say when they were created, and what they are.
    const { created } = si;
    const aged = created === undefined ? [] : same.filter((message) => message.si.created !== undefined);
    if (aged.some((message) => (created ?? 0) <= (message.si.created ?? 0))) {
      return { dropped: 'a newer one of its kind is here already' };
    }
    for (const { id } of aged) this.remove(id);
    if (si.action === 'delete') {
      // Only an explicit si-id says what to delete; an href does not (§6.2 step 4).
      if (!si.siId) return { dropped: 'it is to delete, but does not say what' };
      for (const { id } of same) this.remove(id);
      return { dropped: `it deletes ${same.length} of its kind` };
    }
    // Step 5: neither presented nor postponed. Its info element would be for programs that this handset does not have.
    if (si.action === 'signal-none') return { dropped: 'it is not for the user' };
    const message = { id: this.#next++, si, receivedAt: now, forServices };
    this.#unread.add(message.id);
    if (si.action !== 'signal-low') this.#waiting.add(message.id);
    for (const { id } of this.#messages.slice(MESSAGES_MAX - 1)) this.remove(id);
    this.#messages = [message, ...this.#messages];
    this.#keep(message);
    return { kept: message };
  }

  /** What is to be presented next: the most urgent, and of those the one that came first (§6.2.1). */
  waiting(now: Millis): { readonly message: Message; readonly urgency: Urgency } | undefined {
    const waiting = [...this.messages(now)].reverse().filter(({ id }) => this.#waiting.has(id));
    const high = waiting.find(({ si }) => si.action === 'signal-high');
    if (high !== undefined) return { message: high, urgency: 'signal-high' };
    const [message] = waiting;
    return message && { message, urgency: 'signal-medium' };
  }

  /** The user has it before their eyes. */
  presented(id: number): void {
    this.#waiting.delete(id);
    this.#unread.delete(id);
    const message = this.#messages.find((each) => each.id === id);
    if (message !== undefined) this.#keep(message);
  }

  remove(id: number): void {
    this.#messages = this.#messages.filter((message) => message.id !== id);
    this.#waiting.delete(id);
    this.#unread.delete(id);
    this.#store?.remove(id);
  }

  #keep(message: Message): void {
    const { id } = message;
    this.#store?.put({ ...message, unread: this.#unread.has(id), waiting: this.#waiting.has(id) });
  }
}

function expired(si: ServiceIndication, now: Millis): boolean {
  return si.siExpires !== undefined && si.siExpires <= now;
}
