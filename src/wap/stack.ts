/** Which layers serve which port: the only place that constructs layers. WAP-259-WDP Appendix B names the services. */
import type { Endpoint } from './address.js';
import { type Layer, type Observe, over } from './layer.js';
import type { Datagram, FromBearer } from './wdp/primitives.js';
import { wdp } from './wdp/wdp.js';
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
