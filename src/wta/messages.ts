/** Texts on the device: WAP-268-WTAI §5.2, §10. */
import type { StateTable } from '../wap/machine.js';
import type { Millis } from '../wap/time.js';

/** §5.2.3: values of the field "status". */
export const messageStates = { unsent: 1, received: 2, end: 3 } as const;
export type MessageState = keyof typeof messageStates | 'start';
export type MessageEvent = 'Incoming Message' | 'Message Send Status';

/** Figure 3. Its `received` has no arrow that an event is printed at: a message ends where it is read. */
// biome-ignore format: a line is a printed arrow
export const incomingMessage = {
  start: [
    ['Incoming Message', [], [], 'received'],
  ],
} as const satisfies Partial<StateTable<MessageState, MessageEvent, never, never>>;

/** Figure 4. */
// biome-ignore format: a line is a printed arrow
export const outgoingMessage = {
  unsent: [
    ['Message Send Status', [], [], 'end'],
  ],
} as const satisfies Partial<StateTable<MessageState, MessageEvent, never, never>>;

export interface Message {
  readonly handle: number;
  readonly direction: 'incoming' | 'outgoing';
  readonly address: string;
  readonly text: string;
  /** When it was sent, for one that came. */
  readonly tstamp: Millis | undefined;
  /** When the device got or wrote it. */
  readonly stored: Millis;
  readonly status: MessageState;
  readonly read: boolean;
}

/** §10.2.2: what a list is made of, by messageType. */
export const messageTypes = { all: 0, unread: 1, read: 2, unsent: 3 } as const;
export type MessageType = keyof typeof messageTypes;

/** Messages that the device keeps: what a SIM card with room for texts and the memory beside it had. */
export const MESSAGES_MAX = 100;

export class Messages {
  readonly #messages = new Map<number, Message>();
  #nextHandle = 1;
  #list: { readonly type: MessageType; last: number } | undefined;

  get isFull(): boolean {
    return this.#messages.size >= MESSAGES_MAX;
  }

  all(): readonly Message[] {
    return [...this.#messages.values()];
  }

  get(handle: number): Message | undefined {
    return this.#messages.get(handle);
  }

  /** @returns the message, whose handle is never used again */
  receive(address: string, text: string, tstamp: Millis, stored: Millis): Message {
    const [[, , , status]] = incomingMessage.start;
    return this.#add({ direction: 'incoming', address, text, tstamp, stored, status, read: false });
  }

  write(address: string, text: string, stored: Millis): Message {
    // The author has read what he wrote: it is in no list of what is unread.
    return this.#add({
      direction: 'outgoing',
      address,
      text,
      tstamp: undefined,
      stored,
      status: 'unsent',
      read: true,
    });
  }

  /** The network has told what became of it. */
  sent(handle: number): void {
    const message = this.#messages.get(handle);
    const [[, , , status]] = outgoingMessage.unsent;
    if (message?.status === 'unsent') this.#messages.set(handle, { ...message, status });
  }

  /** `false` where there is none. */
  markAsRead(handle: number): boolean {
    const message = this.#messages.get(handle);
    if (message === undefined) return false;
    this.#messages.set(handle, { ...message, read: true });
    return true;
  }

  remove(handle: number): boolean {
    return this.#messages.delete(handle);
  }

  /** §10.2.2: oldest first. */
  next(returnFirst: boolean, type: MessageType): number | undefined {
    if (returnFirst) this.#list = { type, last: 0 };
    const list = this.#list;
    if (list === undefined) return undefined;
    const found = this.all().find((message) => message.handle > list.last && isOf(message, list.type));
    if (found !== undefined) list.last = found.handle;
    return found?.handle;
  }

  /** Traversals belong to a context. */
  forgetTraversals(): void {
    this.#list = undefined;
  }

  #add(message: Omit<Message, 'handle'>): Message {
    const added = { handle: this.#nextHandle++, ...message };
    this.#messages.set(added.handle, added);
    return added;
  }
}

function isOf({ status, read, direction }: Message, type: MessageType): boolean {
  switch (type) {
    case 'all':
      return true;
    case 'unread':
      return !read;
    case 'read':
      return read && direction === 'incoming';
    case 'unsent':
      return status === 'unsent';
  }
}
