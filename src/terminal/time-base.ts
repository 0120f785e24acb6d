/** The time that caching reckons with: the handset's clock, set right by what the gateway says (WAP-120 §5.2). */
import type { Clock, Millis } from '../wap/time.js';
import { headerValue, withoutHeader } from '../wap/wsp/index.js';
import type { Fetcher } from './fetcher.js';

/** A clock of a handset goes wrong by seconds a day at most. */
const ASK_AFTER: Millis = 86_400_000;

/** Dates have no smaller parts (RFC 2616 §3.3.1). */
const RESOLUTION: Millis = 1000;

export class TimeBase implements Clock {
  readonly #clock: Clock;
  #skew: Millis = 0;
  #askedAt: Millis | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): Millis {
    return this.#clock.now() + this.#skew;
  }

  /** Asks the gateway along with a request, once a day. What it says is half a round trip old when it arrives. */
  fetcher(fetcher: Fetcher): Fetcher {
    return {
      fetch: async (request, signal) => {
        const sentAt = this.#clock.now();
        if (this.#askedAt !== undefined && sentAt - this.#askedAt < ASK_AFTER)
          return fetcher.fetch(request, signal);
        const headers = [...request.headers, { name: 'X-Wap-Tod', value: '' }];
        const answer = await fetcher.fetch({ ...request, headers }, signal);
        const told = Date.parse(headerValue(answer.headers, 'X-Wap-Tod') ?? '');
        this.#askedAt = sentAt;
        if (!Number.isNaN(told)) this.#set(told, sentAt);
        return { ...answer, headers: withoutHeader(answer.headers, 'X-Wap-Tod') };
      },
      close: () => fetcher.close(),
    };
  }

  /** Within what the way and the form of the date leave open, the clock is right. */
  #set(told: Millis, sentAt: Millis): void {
    const now = this.#clock.now();
    const half = (now - sentAt) / 2;
    const skew = told + half - now;
    this.#skew = Math.abs(skew) <= half + RESOLUTION ? 0 : Math.round(skew);
  }
}
