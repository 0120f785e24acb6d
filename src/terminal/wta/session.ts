/** The handset's WTA session: WAP-266-WTA §6.1. Opened when it is needed or asked for, always the same way, and never without WTLS. */
import type { SessionFacts } from '../../wta/index.js';
import type { WapClient } from '../fetch.js';
import type { Fetcher } from '../fetcher.js';
import type { SessionFetcher } from '../phone.js';
import type { TerminalEvent } from '../terminal.js';

export interface WtaSession {
  readonly fetcher: Fetcher;
  /** Opens it where there is none. Rejects where none is to be had. @returns what is known of it */
  open(): Promise<SessionFacts>;
  /** What is known of it while it is open. */
  facts(): SessionFacts | undefined;
}

/** The session of the telephone: `session` opens it on the port for it. */
export function wtaSession(
  session: SessionFetcher,
  watch: ((event: TerminalEvent) => void) | undefined,
): WtaSession {
  let client: WapClient | undefined;
  return {
    fetcher: session,
    async open() {
      const open = await session.open();
      const facts = factsOf(open);
      if (open !== client) watch?.({ type: 'session', ...facts });
      client = open;
      return facts;
    },
    facts: () => client && factsOf(client),
  };
}

/** What there is to know of a way to a gateway: with whom, on which port, and how much it proved (§5.2, §5.5). */
export function factsOf({ gateway, security }: Pick<WapClient, 'gateway' | 'security'>): SessionFacts {
  return { gateway: gateway.address, port: gateway.port ?? 0, wtlsClass: security()?.wtlsClass };
}
