/** Requests of a terminal that are under way: WAP-230-WSP §8.3.2.4. */
import type { Scheduler } from '../bearer/index.js';
import { ProtocolError } from '../wap/errors.js';
import { concat } from '../wap/octets.js';
import type { Millis } from '../wap/time.js';
import type { WapResponse } from './fetch.js';

/** A request under way. */
interface Pending {
  readonly resolve: (response: WapResponse) => void;
  readonly reject: (error: Error) => void;
  response?: WapResponse;
  readonly parts: Uint8Array[];
}

/** What else there is to do at the end of a request. */
interface Ends {
  /** It is given up: nobody waits for its response any more. */
  readonly givenUp?: () => void;
  /** It is over, one way or the other; before anybody hears of it. */
  readonly over?: () => void;
}

/** Requests under way by transaction, each with its end: a result, an abort, its time. More than are allowed wait. */
export class Exchanges {
  readonly #pending = new Map<number, Pending>();
  readonly #waiting: (() => void)[] = [];
  readonly #scheduler: Scheduler;
  readonly #timeout: Millis;
  /** Transaction ids go from 0 up to, not including, this. */
  readonly #ids: number;
  #most: number;
  #next = 0;

  constructor(scheduler: Scheduler, timeout: Millis, ids: number, most: number) {
    this.#scheduler = scheduler;
    this.#timeout = timeout;
    this.#ids = ids;
    this.#most = most;
  }

  /** How many may be under way at the same time: Method-MOR (WAP-230 §8.3.2.4). */
  allow(most: number): void {
    this.#most = Math.max(1, most);
  }

  /** @param send puts the request on its way under that id */
  start(signal: AbortSignal | undefined, send: (id: number) => Ends): Promise<WapResponse> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        if (signal?.aborted) reject(givenUp());
        else this.#begin(signal, send, resolve, reject);
      };
      if (this.#pending.size < this.#most) begin();
      else this.#waiting.push(begin);
    });
  }

  #begin(
    signal: AbortSignal | undefined,
    send: (id: number) => Ends,
    resolve: (response: WapResponse) => void,
    reject: (error: unknown) => void,
  ): void {
    const id = this.#freeId();
    let ends: Ends = {};
    const cancel = this.#scheduler.schedule(this.#timeout, () => {
      this.fail(id, `no answer came within ${Math.round(this.#timeout / 1000)} seconds`);
      ends.givenUp?.();
    });
    const abort = () => {
      this.#pending.get(id)?.reject(givenUp());
      ends.givenUp?.();
    };
    const done = () => {
      cancel();
      ends.over?.();
      signal?.removeEventListener('abort', abort);
      this.#pending.delete(id);
      this.#release();
    };
    signal?.addEventListener('abort', abort, { once: true });
    this.#pending.set(id, {
      parts: [],
      resolve: (response) => {
        done();
        resolve(response);
      },
      reject: (error) => {
        done();
        reject(error);
      },
    });
    try {
      ends = send(id);
    } catch (error) {
      done();
      reject(error);
    }
  }

  /** One that was given up while it waited begins nothing: the next one may. */
  #release(): void {
    while (this.#pending.size < this.#most && this.#waiting.length > 0) this.#waiting.shift()?.();
  }

  /** The first part of a response, or all of it. */
  answer(id: number, response: WapResponse, more: boolean): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    pending.response = response;
    this.part(id, response.body, more);
  }

  part(id: number, body: Uint8Array, more: boolean): void {
    const pending = this.#pending.get(id);
    if (pending?.response === undefined) return;
    pending.parts.push(body);
    if (!more) pending.resolve({ ...pending.response, body: concat(pending.parts) });
  }

  has(id: number): boolean {
    return this.#pending.has(id);
  }

  fail(id: number, rule: string): void {
    this.#pending.get(id)?.reject(new ProtocolError('WSP', 'REQUESTING', rule));
  }

  failAll(rule: string): void {
    this.rejectAll(new ProtocolError('WSP', 'REQUESTING', rule));
  }

  /** What waits begins, and ends the same way. */
  rejectAll(error: Error): void {
    while (this.#pending.size > 0) for (const pending of [...this.#pending.values()]) pending.reject(error);
  }

  #freeId(): number {
    do this.#next = (this.#next + 1) % this.#ids;
    while (this.#pending.has(this.#next));
    return this.#next;
  }
}

function givenUp(): ProtocolError {
  return new ProtocolError('WSP', 'REQUESTING', 'given up');
}
