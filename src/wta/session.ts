/** Which sessions are WTA sessions: WAP-266-WTA §5.2, §5.4, §5.5, §6.1. */
import { type Ports, ports } from '../wap/ports.js';

/** The two dedicated ports: WAP-259 Appendix B. */
export type WtaPorts = Pick<Ports, 'wtaSecureConnectionless' | 'wtaSecureSession'>;

/** What is known of a session, or of a datagram service used like one. */
export interface SessionFacts {
  /** Address of the gateway. */
  readonly gateway: string;
  /** Its port. */
  readonly port: number;
  /** Class of the WTLS connection; `undefined` without WTLS. */
  readonly wtlsClass: 1 | 2 | 3 | undefined;
}

/** §6.1.1: what the implementation provides to start a session. */
export interface SessionStart {
  readonly bearer: string;
  readonly gateway: string;
  readonly port: number;
}

/**
 * Whether content of this session is WTA content: on one of the dedicated ports, with a server that WTLS authenticated,
 * and with a gateway that is trusted.
 */
export function isWtaSession(
  { gateway, port, wtlsClass }: SessionFacts,
  isTrusted: (gateway: string) => boolean,
  own: WtaPorts = ports,
): boolean {
  if (port !== own.wtaSecureConnectionless && port !== own.wtaSecureSession) return false;
  // Class 3 authenticates the server as class 2 does, and the client besides.
  if (wtlsClass !== 2 && wtlsClass !== 3) return false;
  return isTrusted(gateway);
}

/** Where a session is started: the first bearer of those preferred that there is, one of the two ports. */
export function sessionStart(
  gateways: readonly { readonly bearer: string; readonly gateway: string }[],
  mode: 'connectionless' | 'connection',
  isAvailable: (bearer: string) => boolean,
  own: WtaPorts = ports,
): SessionStart | undefined {
  const found = gateways.find(({ bearer }) => isAvailable(bearer));
  const port = mode === 'connectionless' ? own.wtaSecureConnectionless : own.wtaSecureSession;
  return found && { ...found, port };
}
