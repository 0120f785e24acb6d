/** Services that a push asks the handset to load: WAP-168 §6. */
import type { ServiceLoading } from '../wap/push/index.js';

/** In the order in which they are processed: §6.2. */
const urgencies = ['execute-high', 'execute-low', 'cache'] as const;

/** Loadings that wait beyond this many push out the least urgent; §6.2 recommends three at least. */
export const LOADINGS_MAX = 20;

export class Loadings {
  #waiting: readonly ServiceLoading[] = [];

  /** One of its address is enough: the more urgent one stays. */
  receive(sl: ServiceLoading): void {
    const same = this.#waiting.find(({ href }) => href === sl.href);
    if (same !== undefined && rank(same) <= rank(sl)) return;
    this.#waiting = [...this.#waiting.filter((other) => other !== same), sl]
      .sort((a, b) => rank(a) - rank(b))
      .slice(0, LOADINGS_MAX);
  }

  /** Takes the most urgent that may be processed now, of those the one that came first. */
  take(allowed: (action: ServiceLoading['action']) => boolean): ServiceLoading | undefined {
    const next = this.#waiting.find(({ action }) => allowed(action));
    this.#waiting = this.#waiting.filter((sl) => sl !== next);
    return next;
  }
}

function rank({ action }: ServiceLoading): number {
  return urgencies.indexOf(action);
}
