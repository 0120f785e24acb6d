/** Telephones and a network put together: signals go from one to the other in the order in which they were sent. */
import type { Millis } from '../wap/time.js';
import { Network, type NetworkEffect, type NetworkOptions, type SubscriberOptions } from './network.js';
import type { Cause, Coverage, Indication, Leg, Request } from './signals.js';

/** Timers of whoever owns the exchange. */
export interface Timers {
  start(timer: string, after: Millis): void;
  stop(timer: string): void;
}

/** A telephone, or whatever else is plugged in. */
export interface Subscription {
  transmit(request: Request): void;
}

export class Exchange {
  readonly #network: Network;
  readonly #timers: Timers;
  readonly #listeners = new Map<string, (indication: Indication) => void>();
  #queue: NetworkEffect[] = [];
  #busy = false;

  constructor(timers: Timers, options: NetworkOptions) {
    this.#network = new Network(options);
    this.#timers = timers;
  }

  /** Plugs in a subscriber: it is told where it is at once. */
  subscribe(
    number: string,
    listener: (indication: Indication) => void,
    options?: SubscriberOptions,
  ): Subscription {
    this.#listeners.set(number, listener);
    this.#do(this.#network.subscribe(number, options));
    return { transmit: (request) => this.#do(this.#network.request(number, request)) };
  }

  /** Unplugs it: nothing is heard of it or told to it any more. */
  unsubscribe(number: string): void {
    this.#listeners.delete(number);
    this.#do(this.#network.unsubscribe(number));
  }

  expired(timer: string): void {
    this.#do(this.#network.expired(timer));
  }

  setCoverage(number: string, coverage: Coverage): void {
    this.#do(this.#network.setCoverage(number, coverage));
  }

  drop(number: string): void {
    this.#do(this.#network.drop(number));
  }

  /** `false` where the subscriber cannot be asked now. */
  startUssd(number: string, kind: 'request' | 'notify', message: string): boolean {
    const effects = this.#network.startUssd(number, kind, message);
    this.#do(effects ?? []);
    return effects !== undefined;
  }

  calls(): ReturnType<Network['calls']> {
    return this.#network.calls();
  }

  /** What a listener sends while it listens comes behind what is already on its way. */
  #do(effects: readonly NetworkEffect[]): void {
    this.#queue.push(...effects);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#one(next);
    } finally {
      this.#busy = false;
    }
  }

  #one(effect: NetworkEffect): void {
    if ('startTimer' in effect) this.#timers.start(effect.startTimer, effect.after);
    else if ('stopTimer' in effect) this.#timers.stop(effect.stopTimer);
    else this.#listeners.get(effect.to)?.(effect.indication);
  }
}

/** What a line tells of a call that it made. */
export type LineNews = 'ringing' | 'answered' | Cause;

/** A telephone line without a telephone: a server's, which dials automatically and texts. */
export class Line {
  readonly #subscription: Subscription;
  readonly #calls = new Map<Leg, (news: LineNews) => void>();
  #nextLeg: Leg = 1;

  constructor(exchange: Exchange, number: string, options?: SubscriberOptions) {
    this.#subscription = exchange.subscribe(number, (indication) => this.#hear(indication), options);
  }

  /** @returns how to hang up */
  dial(number: string, news: (news: LineNews) => void): () => void {
    const leg = this.#nextLeg++;
    this.#calls.set(leg, news);
    this.#subscription.transmit({ type: 'setup', leg, number });
    return () => this.#subscription.transmit({ type: 'disconnect', leg, cause: 'normal' });
  }

  text(number: string, text: string): void {
    this.#subscription.transmit({ type: 'text', reference: 0, number, text });
  }

  #hear(indication: Indication): void {
    // Nobody sits here: what calls is told so.
    if (indication.type === 'incoming') {
      this.#subscription.transmit({ type: 'disconnect', leg: indication.leg, cause: 'busy' });
    }
    if (!('leg' in indication)) return;
    const news = this.#calls.get(indication.leg);
    if (indication.type === 'alerting') news?.('ringing');
    if (indication.type === 'connected') news?.('answered');
    if (indication.type === 'cleared') {
      this.#calls.delete(indication.leg);
      news?.(indication.cause);
    }
  }
}
