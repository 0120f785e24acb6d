/** Time as a parameter: nothing in this room reads a clock or sets a timer. */

/** A duration in milliseconds. */
export type Millis = number;

export function seconds(count: number): Millis {
  return count * 1000;
}

/** Tells the time of day, for what is written into octets (certificates, signing time, dates in headers). */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): Millis;
}
