/** Owns one stack: performs its effects with a scheduler and a bearer, and hands its indications to the user. */
import { UsageError } from '../wap/errors.js';
import type { Effect, Layer, Management, Observe, Primitive } from '../wap/layer.js';
import type { Datagram, FromBearer } from '../wap/wdp/primitives.js';
import type { Bearer } from './bearer.js';
import type { Scheduler } from './scheduler.js';

/** A whole stack: whatever is on top, its bottom speaks datagrams. */
export type Stack<FromAbove extends Primitive, ToAbove extends Primitive> = Layer<
  FromAbove,
  ToAbove,
  FromBearer,
  Datagram
>;

export interface DriverOptions<FromAbove extends Primitive, ToAbove extends Primitive> {
  readonly stack: Stack<FromAbove, ToAbove>;
  readonly bearer: Bearer;
  readonly scheduler: Scheduler;
  /** The user of the stack. It may call `request` at once. */
  readonly deliver: (indication: ToAbove) => void;
  /** The management entity: errors and counters of the layers. */
  readonly manage?: (news: Management) => void;
  /** Hears of every crossing between the user and the stack, and between the stack and the bearer. */
  readonly observe?: Observe;
  /**
   * Gets what `deliver`, `manage`, `observe` or the stack threw while a datagram or a timer was handled; all other effects are performed
   * nevertheless. Without it the error is thrown again where nobody catches it.
   */
  readonly failed?: (error: unknown) => void;
}

export interface Driver<FromAbove extends Primitive> {
  /** Hands a request or response to the stack. Throws what the stack throws: `UsageError`. */
  request(primitive: FromAbove): void;
  /** Hands a request of the management entity to the layer that takes such: WTLS those of WAP-261 §6.3. */
  control(request: Primitive): void;
  /** Timers that are running now. */
  timers(): number;
  /** Stops all timers and closes the bearer. */
  close(): Promise<void>;
}

export function drive<FromAbove extends Primitive, ToAbove extends Primitive>(
  options: DriverOptions<FromAbove, ToAbove>,
): Driver<FromAbove> {
  const { stack, bearer, scheduler } = options;
  const failed = options.failed ?? rethrow;
  const timers = new Map<string, () => void>();
  const pending: Effect<ToAbove, Datagram>[] = [];
  let performing = false;
  let closed = false;

  /** A request made while effects are performed has its effects performed behind them. */
  function perform(effects: readonly Effect<ToAbove, Datagram>[]): void {
    for (const effect of effects) pending.push(effect);
    if (performing) return;
    performing = true;
    for (let i = 0; i < pending.length; i++) {
      const effect = pending[i];
      if (effect !== undefined) guarded(() => performOne(effect));
    }
    pending.length = 0;
    performing = false;
  }

  function performOne(effect: Effect<ToAbove, Datagram>): void {
    if (closed) return;
    if ('up' in effect) {
      options.observe?.({ from: stack.name, to: 'user', primitive: effect.up });
      options.deliver(effect.up);
    } else if ('down' in effect) {
      options.observe?.({ from: 'WDP', to: 'bearer', primitive: effect.down });
      bearer.send(effect.down);
    } else if ('startTimer' in effect) {
      start(effect.startTimer, effect.after);
    } else if ('stopTimer' in effect) {
      stop(effect.stopTimer);
    } else {
      options.manage?.(effect.manage);
    }
  }

  function start(timer: string, after: number): void {
    stop(timer);
    timers.set(
      timer,
      scheduler.schedule(after, () => {
        timers.delete(timer);
        guarded(() => perform(stack.expired(timer)));
      }),
    );
  }

  function stop(timer: string): void {
    timers.get(timer)?.();
    timers.delete(timer);
  }

  function guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      failed(error);
    }
  }

  bearer.onDatagram((received) => {
    if (closed) return;
    guarded(() => {
      options.observe?.({ from: 'bearer', to: 'WDP', primitive: received });
    });
    guarded(() => perform(stack.fromBelow(received)));
  });

  return {
    request(primitive) {
      if (closed) throw new UsageError('the stack is closed');
      options.observe?.({ from: 'user', to: stack.name, primitive });
      perform(stack.fromAbove(primitive));
    },
    control(request) {
      if (closed) throw new UsageError('the stack is closed');
      perform(stack.control?.(request) ?? []);
    },
    timers: () => timers.size,
    async close() {
      closed = true;
      for (const cancel of timers.values()) cancel();
      timers.clear();
      await bearer.close();
    },
  };
}

function rethrow(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
