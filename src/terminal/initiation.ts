/** Session initiation as the terminal follows it: WAP-235-PushOTA §8. Everything else that is pushed is for the terminal's applications. */
import { errorText } from '../wap/errors.js';
import {
  type ApplicationId,
  applicationIds,
  applicationOf,
  applicationUri,
  decodeSia,
  wmlUserAgent,
} from '../wap/push/index.js';
import type { Header } from '../wap/wsp/index.js';
import type { SessionFacts } from '../wta/index.js';
import type { TerminalEvent } from './terminal.js';

export interface InitiationOptions {
  /** Takes what is no session initiation. @param facts of the WTA session that it came over */
  readonly receive: (headers: readonly Header[], body: Uint8Array, facts?: SessionFacts) => void;
  /**
   * Opens a session that is provisioned: with the gateways that this phone knows. Whoever names another one as contact point is not
   * followed. Missing where there is no such session.
   */
  readonly openBrowser: (() => Promise<unknown>) | undefined;
  readonly openServices: (() => Promise<unknown>) | undefined;
  readonly watch: ((event: TerminalEvent) => void) | undefined;
}

/** A receiver of pushes that opens the sessions which a push proxy asks for. */
export function followingInitiations({
  receive,
  openBrowser,
  openServices,
  watch,
}: InitiationOptions): InitiationOptions['receive'] {
  async function initiate(body: Uint8Array): Promise<void> {
    const { applications, contactPoints } = decodeSia(body);
    const wanted = (application: ApplicationId): boolean => applications.some((id) => id === application);
    watch?.({
      type: 'session asked for',
      applications: applications.map(applicationUri),
      ports: contactPoints.map(({ portNumber }) => portNumber),
    });
    if (wanted(applicationIds['x-wap-application:wta.ua'])) await openServices?.();
    if (wanted(wmlUserAgent) || wanted(applicationIds['x-wap-application:*'])) await openBrowser?.();
  }

  return (headers, body, facts) => {
    if (applicationOf({ headers, body }) !== applicationIds['x-wap-application:push.sia']) {
      receive(headers, body, facts);
      return;
    }
    initiate(body).catch((error: unknown) => watch?.({ type: 'failed', text: `push: ${errorText(error)}` }));
  };
}
