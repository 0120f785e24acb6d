/** A telephone network inside this process: whoever has a number in it can call and text the others. */
import type { Scheduler } from '../bearer/index.js';
import { Exchange } from '../wta/index.js';

/** A telephone network on that clock. */
export function makeTown(scheduler: Scheduler): Exchange {
  const running = new Map<string, () => void>();
  const exchange: Exchange = new Exchange(
    {
      start(timer, after) {
        running.set(
          timer,
          scheduler.schedule(after, () => exchange.expired(timer)),
        );
      },
      stop(timer) {
        running.get(timer)?.();
        running.delete(timer);
      },
    },
    { clock: scheduler },
  );
  return exchange;
}
