/**
 * The contract of a layer. It takes events (a primitive from above, a primitive from below, an expired timer) and
 * returns effects. It touches no socket, no clock and no randomness of its own, so a session is its inputs: feeding them
 * again gives the same octets.
 */
import type { Millis } from './time.js';

/** A service primitive or a datagram: `type` is the name that the specification prints. */
export interface Primitive {
  readonly type: string;
}

/** News for the management entity: errors, counters, things a log wants. */
export interface Management {
  readonly type: string;
  readonly layer: string;
  /** A sentence for a person. */
  readonly text: string;
}

/** What a layer asks for when it has handled an event. Nothing happens until its owner does it. */
export type Effect<Up extends Primitive, Down extends Primitive> =
  | { readonly up: Up }
  | { readonly down: Down }
  | { readonly manage: Management }
  /** Timers are named `WTP/…`, after their layer. Starting a running one starts it anew. */
  | { readonly startTimer: string; readonly after: Millis }
  | { readonly stopTimer: string };

/**
 * @typeParam FromAbove primitives that the user above may hand in: requests and responses
 * @typeParam ToAbove primitives that it gets: indications and confirmations
 * @typeParam FromBelow what the layer below hands up
 * @typeParam ToBelow what is handed down to it
 */
export interface Layer<
  FromAbove extends Primitive,
  ToAbove extends Primitive,
  FromBelow extends Primitive,
  ToBelow extends Primitive,
> {
  /** As the specification abbreviates it. */
  readonly name: string;
  fromAbove(primitive: FromAbove): readonly Effect<ToAbove, ToBelow>[];
  fromBelow(primitive: FromBelow): readonly Effect<ToAbove, ToBelow>[];
  /** A timer that it started, and neither stopped nor started again, ran out. */
  expired(timer: string): readonly Effect<ToAbove, ToBelow>[];
  /** A request of the management entity, past the layers above. Layers that take none have no such method. */
  control?(request: Primitive): readonly Effect<ToAbove, ToBelow>[];
}

/** A primitive on its way between two layers: the trace is a list of these. */
export interface Crossing {
  readonly from: string;
  readonly to: string;
  readonly primitive: Primitive;
}

export type Observe = (crossing: Crossing) => void;

/**
 * `upper`, a single layer, on top of `lower`, which may itself be the result of `over`. A timer goes to the layer whose
 * name it starts with. Effects come out in the order in which they arose; `observe` hears of every crossing between the two.
 */
export function over<
  A extends Primitive,
  B extends Primitive,
  C extends Primitive,
  D extends Primitive,
  E extends Primitive,
  F extends Primitive,
>(upper: Layer<A, B, C, D>, lower: Layer<D, C, E, F>, observe?: Observe): Layer<A, B, E, F> {
  function fromUpper(effects: readonly Effect<B, D>[], out: Effect<B, F>[]): Effect<B, F>[] {
    for (const effect of effects) {
      if (!('down' in effect)) out.push(effect);
      else {
        observe?.({ from: upper.name, to: lower.name, primitive: effect.down });
        fromLower(lower.fromAbove(effect.down), out);
      }
    }
    return out;
  }

  function fromLower(effects: readonly Effect<C, F>[], out: Effect<B, F>[]): Effect<B, F>[] {
    for (const effect of effects) {
      if (!('up' in effect)) out.push(effect);
      else {
        observe?.({ from: lower.name, to: upper.name, primitive: effect.up });
        fromUpper(upper.fromBelow(effect.up), out);
      }
    }
    return out;
  }

  /** To the upper layer where it takes such requests, otherwise to the lower. */
  function control(request: Primitive): Effect<B, F>[] {
    if (upper.control !== undefined) return fromUpper(upper.control(request), []);
    return fromLower(lower.control?.(request) ?? [], []);
  }

  return {
    name: upper.name,
    ...((upper.control ?? lower.control) && { control }),
    fromAbove: (primitive) => fromUpper(upper.fromAbove(primitive), []),
    fromBelow: (primitive) => fromLower(lower.fromBelow(primitive), []),
    expired: (timer) =>
      timer.startsWith(`${upper.name}/`)
        ? fromUpper(upper.expired(timer), [])
        : fromLower(lower.expired(timer), []),
  };
}
