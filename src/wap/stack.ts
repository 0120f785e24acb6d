/** Which layers serve which port: the only place that constructs layers. WAP-259-WDP Appendix B names the services. */
import type { Endpoint } from './address.js';
import { type Layer, type Observe, over } from './layer.js';
import type { Datagram, FromBearer } from './wdp/primitives.js';
import { wdp } from './wdp/wdp.js';
import { connectionlessLayer, type UnitOptions } from './wsp/connectionless.js';
import type { SessionIndication, SessionRequest, UnitIndication, UnitRequest } from './wsp/primitives.js';
import { type SessionOptions, sessionLayer } from './wsp/session.js';
import type { WtpOptions } from './wtp/options.js';
import type { TransactionIndication, TransactionRequest } from './wtp/primitives.js';
import { wtp } from './wtp/wtp.js';

/** What every stack needs. */
export interface StackOptions {
  /** Where its bearer receives. */
  readonly local: Endpoint;
  /** Hears of every crossing between two layers, once. */
  readonly observe?: Observe;
}

export type TransactionStack = Layer<TransactionRequest, TransactionIndication, FromBearer, Datagram>;

/** WTP over WDP. */
export function transactions({ local, observe, ...options }: StackOptions & WtpOptions): TransactionStack {
  return over(wtp(options), wdp(local), observe);
}

export type SessionStack = Layer<SessionRequest, SessionIndication, FromBearer, Datagram>;

/** Port 9201: WSP in connection mode over WTP over WDP. */
export function sessions({
  local,
  observe,
  session,
  transaction,
}: StackOptions & {
  readonly session: SessionOptions;
  readonly transaction: WtpOptions;
}): SessionStack {
  const below = transactions({ local, ...transaction, ...(observe && { observe }) });
  return over(sessionLayer(session), below, observe);
}

export type UnitStack = Layer<UnitRequest, UnitIndication, FromBearer, Datagram>;

/** Ports 9200 and, towards terminals, 2948: connectionless WSP over WDP. */
export function units({
  local,
  observe,
  unit = {},
}: StackOptions & { readonly unit?: UnitOptions }): UnitStack {
  return over(connectionlessLayer(unit), wdp(local), observe);
}
