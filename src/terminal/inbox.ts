/** The push messages that a handset keeps: reception of service indications, WAP-167 §6. */
import { type ServiceIndication, siIdentity } from '../wap/push/index.js';
import type { Millis } from '../wap/time.js';

export interface Message {
  readonly id: number;
  readonly si: ServiceIndication;
  readonly receivedAt: Millis;
}

/** What came of a received indication. */
export type Reception =
  | { readonly kept: Message; readonly present: 'now' | 'notify' | 'quietly' }
  | { readonly dropped: string };

/** Messages beyond this many push out the oldest. */
export const MESSAGES_MAX = 50;

export class Inbox {
  #messages: readonly Message[] = [];
  #next = 1;

  /** Newest first. Those that have expired are gone. */
  messages(now: Millis): readonly Message[] {
    this.#messages = this.#messages.filter(({ si }) => !expired(si, now));
    return this.#messages;
  }

  receive(si: ServiceIndication, now: Millis): Reception {
    if (expired(si, now)) return { dropped: 'it has expired' };
    const identity = siIdentity(si);
    const same = this.#messages.filter(
      (message) => identity !== undefined && siIdentity(message.si) === identity,
    );
    for (const { si: older } of same) {
      // SIN WAP-167_103: also an equal creation time says that it came before.
      if (si.created !== undefined && older.created !== undefined && si.created <= older.created) {
        return { dropped: 'a newer one of its kind is here already' };
      }
    }
    if (si.action === 'delete') {
      this.#messages = this.#messages.filter((message) => !same.includes(message));
      return { dropped: `it deletes ${same.length} of its kind` };
    }
    const message = { id: this.#next++, si, receivedAt: now };
    this.#messages = [message, ...this.#messages.filter((other) => !same.includes(other))].slice(
      0,
      MESSAGES_MAX,
    );
    return { kept: message, present: presentation(si.action) };
  }

  remove(id: number): void {
    this.#messages = this.#messages.filter((message) => message.id !== id);
  }
}

/** §6.2: how much the user is disturbed. */
function presentation(action: ServiceIndication['action']): 'now' | 'notify' | 'quietly' {
  if (action === 'signal-high') return 'now';
  return action === 'signal-low' || action === 'signal-none' ? 'quietly' : 'notify';
}

function expired(si: ServiceIndication, now: Millis): boolean {
  return si.siExpires !== undefined && si.siExpires <= now;
}
