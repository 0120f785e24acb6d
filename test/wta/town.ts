/** Telephones in one network, with a clock that stands until it is moved. */
import type { WtaEvent } from '../../src/wta/events.js';
import { Exchange } from '../../src/wta/exchange.js';
import type { NetworkOptions, SubscriberOptions } from '../../src/wta/network.js';
import type { PhoneBook } from '../../src/wta/phone-book.js';
import type { Indication } from '../../src/wta/signals.js';
import { Telephone } from '../../src/wta/telephone.js';

/** 2001-09-08T12:00:00Z. */
export const noon = 999_950_400_000;

export class Town {
  now = noon;
  readonly clock = { now: (): number => this.now };
  readonly exchange: Exchange;
  readonly #timers = new Map<string, number>();

  constructor(options: Partial<NetworkOptions> = {}) {
    this.exchange = new Exchange(
      {
        start: (timer, after) => this.#timers.set(timer, this.now + after),
        stop: (timer) => this.#timers.delete(timer),
      },
      { clock: this.clock, ...options },
    );
  }

  get timers(): readonly string[] {
    return [...this.#timers.keys()];
  }

  wait(milliseconds: number): void {
    this.now += milliseconds;
    for (const [timer, at] of [...this.#timers].sort(([, a], [, b]) => a - b)) {
      if (at > this.now || !this.#timers.delete(timer)) continue;
      this.exchange.expired(timer);
    }
  }

  /** A handset that notes down its events, as `id parameter parameter`. */
  handset(number: string, options?: SubscriberOptions & { readonly phoneBook?: PhoneBook }): Handset {
    return new Handset(this, number, options);
  }
}

export class Handset {
  readonly telephone: Telephone;
  readonly events: WtaEvent[] = [];
  readonly heard: Indication[] = [];
  /** Is told of events beside the list. */
  listener: (event: WtaEvent) => void = () => {};
  readonly #seen = { events: 0 };

  constructor(
    town: Town,
    readonly number: string,
    options?: SubscriberOptions & { readonly phoneBook?: PhoneBook },
  ) {
    let transmit: (request: Parameters<ReturnType<Exchange['subscribe']>['transmit']>[0]) => void = () => {};
    this.telephone = new Telephone(
      {
        transmit: (request) => transmit(request),
        event: (event) => {
          this.events.push(event);
          this.listener(event);
        },
        changed: () => {},
      },
      { clock: town.clock, ...(options?.phoneBook && { phoneBook: options.phoneBook }) },
    );
    const subscription = town.exchange.subscribe(
      number,
      (indication) => {
        this.heard.push(indication);
        this.telephone.indication(indication);
      },
      options,
    );
    transmit = (request) => subscription.transmit(request);
    this.news();
  }

  /** Events since the last look. */
  news(): string[] {
    const fresh = this.events.slice(this.#seen.events);
    this.#seen.events = this.events.length;
    return fresh.map(({ id, parameters }) => [id, ...parameters].join(' '));
  }

  /** `handle status/GSMstatus` of all calls that have not ended. */
  states(): string[] {
    return this.telephone
      .calls()
      .filter(({ gsm }) => gsm !== 'end')
      .map(
        ({ handle, status, gsm, multiparty }) =>
          `${handle} ${status}/${gsm}${multiparty ? ` in ${multiparty}` : ''}`,
      );
  }

  /** The youngest call that waits to be answered. */
  pending(): number {
    return this.telephone.calls().findLast(({ gsm }) => gsm === 'call pending')?.handle ?? 0;
  }
}

/** `first` calls `second`, who answers. @returns the handles of both */
export function connect(first: Handset, second: Handset): readonly [number, number] {
  const outgoing = first.telephone.setup(second.number, true, undefined) ?? 0;
  const incoming = second.pending();
  second.telephone.accept(incoming, true, undefined);
  first.news();
  second.news();
  return [outgoing, incoming];
}
