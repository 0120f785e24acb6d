/** The handset's WTA session: WAP-266-WTA §6.1. Opened when it is needed or asked for, always the same way, and never without WTLS. */
import type { SessionFacts } from '../../wta/index.js';
import type { WapClient } from '../fetch.js';
import type { Fetcher } from '../fetcher.js';

export interface WtaSession {
  readonly fetcher: Fetcher;
  /** Opens it where there is none. Rejects where none is to be had. @returns what is known of it */
  open(): Promise<SessionFacts>;
  /** What is known of it while it is open. */
  facts(): SessionFacts | undefined;
}

/** What there is to know of a way to a gateway: with whom, on which port, and how much it proved (§5.2, §5.5). */
export function factsOf({ gateway, security }: Pick<WapClient, 'gateway' | 'security'>): SessionFacts {
  return { gateway: gateway.address, port: gateway.port ?? 0, wtlsClass: security()?.wtlsClass };
}
