/** Which calls there were: WAP-268-WTAI §5.4. */
import type { Millis } from '../wap/time.js';

export type CallLogName = 'dialled' | 'missed' | 'received';

export interface CallLogEntry {
  readonly handle: number;
  /** Empty where it is not known. */
  readonly number: string;
  /** When the entry was written. */
  readonly tstamp: Millis;
  /** Why there is no number; else empty. */
  readonly explanation: string;
}

/** Entries of one log; the oldest goes first, as on every telephone. */
export const CALL_LOG_MAX = 30;

/** Three logs that know nothing of each other. */
export class CallLogs {
  readonly #logs: Readonly<Record<CallLogName, CallLogEntry[]>> = { dialled: [], missed: [], received: [] };
  /** The handle that a traversal returned last. */
  readonly #last = new Map<CallLogName, number>();
  #nextHandle = 1;

  /** The latest first. */
  entries(log: CallLogName): readonly CallLogEntry[] {
    return [...this.#logs[log]];
  }

  write(log: CallLogName, number: string, tstamp: Millis): void {
    const explanation = number === '' ? 'number withheld' : '';
    this.#logs[log].unshift({ handle: this.#nextHandle++, number, tstamp, explanation });
    this.#logs[log].splice(CALL_LOG_MAX);
  }

  /** §12.2.1: the latest entry, or the one before that which was returned last. */
  next(log: CallLogName, returnFirst: boolean): number | undefined {
    const last = this.#last.get(log);
    const entries = this.#logs[log];
    // Handles only grow: what is older has a smaller one, also where the last one is gone from the log.
    const found = returnFirst
      ? entries[0]
      : entries.find(({ handle }) => last !== undefined && handle < last);
    if (found !== undefined) this.#last.set(log, found.handle);
    return found?.handle;
  }

  entry(handle: number): CallLogEntry | undefined {
    return Object.values(this.#logs)
      .flat()
      .find((entry) => entry.handle === handle);
  }

  /** Traversals belong to a context. */
  forgetTraversals(): void {
    this.#last.clear();
  }
}
