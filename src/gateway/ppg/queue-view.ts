/** What others may see of the queue while it works: the counts of the metrics, and the console's page. */
import type { Scheduler } from '../../bearer/index.js';
import type { MessageState } from '../../wap/push/index.js';
import type { Millis } from '../../wap/time.js';
import type { PushStore, Recipient } from './store.js';

export type QueueCounts = Readonly<Partial<Record<MessageState, number>>>;

export interface QueueView {
  /** Recipients by state, as they were a moment ago. */
  counts(): QueueCounts;
  /** Recipients of the pushes that were accepted last, newest first. */
  newest(limit: number): Promise<readonly Recipient[]>;
  /** Calls when something has changed, not more often than an eye can follow. @returns takes the order back */
  watch(listener: () => void): () => void;
  close(): void;
}

/** The queue may change thousands of times a second. */
const PAUSE: Millis = 250;

/** A store whose changes are seen. */
export function viewed(
  store: PushStore,
  scheduler: Scheduler,
  failed: (error: unknown) => void,
): { readonly store: PushStore; readonly view: QueueView } {
  const listeners = new Set<() => void>();
  let counts: QueueCounts = {};
  let cancel: (() => void) | undefined;
  let closed = false;

  function changed(): void {
    if (closed) return;
    cancel ??= scheduler.schedule(PAUSE, () => {
      cancel = undefined;
      count().then(() => {
        for (const listener of listeners) listener();
      }, failed);
    });
  }

  async function count(): Promise<void> {
    if (!closed) counts = await store.counts();
  }

  /** The same, and tells that something has changed. */
  const telling =
    <Args extends unknown[], T>(act: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      const result = await act(...args);
      changed();
      return result;
    };

  count().catch(failed);
  return {
    store: {
      ...store,
      accept: telling(store.accept),
      settle: telling(store.settle),
      postpone: telling(store.postpone),
      hurry: telling(store.hurry),
      postponeReport: telling(store.postponeReport),
      reported: telling(store.reported),
      purge: telling(store.purge),
    },
    view: {
      counts: () => counts,
      newest: store.newest,
      watch(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      close() {
        closed = true;
        cancel?.();
      },
    },
  };
}
