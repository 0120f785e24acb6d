/** The handset's WTA session: WAP-266-WTA §6.1. Opened when it is needed or asked for, always the same way, and never without WTLS. */
import type { SessionFacts } from '../../wta/index.js';
import type { Fetcher } from '../fetcher.js';

export interface WtaSession {
  readonly fetcher: Fetcher;
  /** Opens it where there is none. Rejects where none is to be had. @returns what is known of it */
  open(): Promise<SessionFacts>;
  /** What is known of it while it is open. */
  facts(): SessionFacts | undefined;
}
