/** The three ways in which something foreseen goes wrong. Everything else is a bug and keeps its stack. */

/** The octets broke a rule. Every decoder throws this and nothing else. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  /**
   * @param layer the protocol or format, as the specification abbreviates it: `WTP`, `WBXML`
   * @param offset in octets from the start of what was decoded
   * @param rule what is wrong, as the end of a sentence: `tid is cut short`
   */
  constructor(
    readonly layer: string,
    readonly offset: number,
    readonly rule: string,
    options?: ErrorOptions,
  ) {
    super(`${layer} at octet ${offset}: ${rule}`, options);
  }
}

/** The peer broke a rule at run time. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  /**
   * @param layer the protocol, as the specification abbreviates it
   * @param state the state in which it happened, as printed
   * @param rule what is wrong, as the end of a sentence
   */
  constructor(
    readonly layer: string,
    readonly state: string,
    readonly rule: string,
    options?: ErrorOptions,
  ) {
    super(`${layer} in ${state}: ${rule}`, options);
  }
}

/** You, the caller, asked for something that cannot be. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What went wrong as one line for a person. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
