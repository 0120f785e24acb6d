/** Why an end does not go on with a handshake, and which alert says so: WAP-261 §10.2.2. */
import type { AlertDescription, AlertLevel } from './alert.js';

/** A class, so that one can be told from everything else at once. */
export class Refusal {
  readonly level: AlertLevel;
  readonly description: AlertDescription;
  /** For a person on this side. */
  readonly reason: string;

  constructor(level: AlertLevel, description: AlertDescription, reason: string) {
    this.level = level;
    this.description = description;
    this.reason = reason;
  }
}

export function refuse(description: AlertDescription, reason: string, level: AlertLevel = 'fatal'): Refusal {
  return new Refusal(level, description, reason);
}

export function isRefusal<T extends object>(value: T | Refusal): value is Refusal {
  return value instanceof Refusal;
}
