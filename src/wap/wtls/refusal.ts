/** Why an end does not go on with a handshake, and which alert says so: WAP-261 §10.2.2. */
import type { AlertDescription, AlertLevel } from './alert.js';

export interface Refusal {
  readonly refused: true;
  readonly level: AlertLevel;
  readonly description: AlertDescription;
  /** For a person on this side. */
  readonly reason: string;
}

export function refuse(description: AlertDescription, reason: string, level: AlertLevel = 'fatal'): Refusal {
  return { refused: true, level, description, reason };
}

export function isRefusal<T extends object>(value: T | Refusal): value is Refusal {
  return 'refused' in value;
}
