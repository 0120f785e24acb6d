/** Waiting as a parameter, so that tests need not wait. */
import type { Millis } from '../wap/time.js';

export interface Timers {
  /** Runs `task` once, `delay` from now, unless the returned function was called before. */
  after(delay: Millis, task: () => void): () => void;
}

/** Real time. */
export const systemTimers: Timers = {
  after(delay, task) {
    const timer = setTimeout(task, delay);
    return () => clearTimeout(timer);
  },
};
