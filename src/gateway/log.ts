/** What the gateway tells its operator: the part of pino's interface that it uses. Only src/cli makes a real one. */
export interface Log {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

export const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
