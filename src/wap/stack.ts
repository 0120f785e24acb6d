/** Which layers serve which port: the only place that constructs layers. WAP-259-WDP Appendix B names the services. */
import type { Endpoint } from './address.js';
import { type Layer, type Observe, over, type Primitive } from './layer.js';
import type { Datagram, DatagramIndication, DatagramRequest, FromBearer } from './wdp/primitives.js';
import { type SmsOptions, smsWdp } from './wdp/sms.js';
import { wdp } from './wdp/wdp.js';
import { connectionlessLayer, type UnitOptions } from './wsp/connectionless.js';
import type { SessionIndication, SessionRequest, UnitIndication, UnitRequest } from './wsp/primitives.js';
import { longSessionLayer, type SessionOptions, sessionLayer } from './wsp/session.js';
import type { SecurityRequest } from './wtls/primitives.js';
import type { Wtls } from './wtls/wtls.js';
import type { WtpOptions } from './wtp/options.js';
import type { TransactionIndication, TransactionRequest } from './wtp/primitives.js';
import { type ExtendedSegmentation, longWtp, wtp } from './wtp/wtp.js';

/** A layer that takes datagrams and gives datagrams: the place of WTLS, between WDP and whoever uses it. */
export type SecurityLayer = Layer<DatagramRequest, DatagramIndication, DatagramIndication, DatagramRequest>;

/** What every stack needs. */
export interface StackOptions {
  /** Where its bearer receives. */
  readonly local: Endpoint;
  /** On top of WDP: WTLS, for the secure ports. Without it the stack is one of the plain ports. */
  readonly security?: SecurityLayer;
  /** How short messages are used where `local` is a telephone number; the defaults are those of a fixed device. */
  readonly sms?: Omit<SmsOptions, 'local'>;
  /** Hears of every crossing between two layers, once. */
  readonly observe?: Observe;
}

/** Ports 9200 and, towards terminals, 2948; over WTLS 9202 and 2949. */
export type UnitStack = Layer<UnitRequest, UnitIndication, FromBearer, Datagram>;

/** Port 9201; over WTLS 9203. */
export type SessionStack = Layer<SessionRequest, SessionIndication, FromBearer, Datagram>;

/** Transactions without WSP on top. */
export type TransactionStack = Layer<TransactionRequest, TransactionIndication, FromBearer, Datagram>;

/** Connectionless WSP over WDP. */
export function units({ unit, ...options }: StackOptions & { readonly unit?: UnitOptions }): UnitStack {
  return over(connectionlessLayer(unit), datagrams(options), options.observe);
}

/** WSP in connection mode over WTP over WDP. */
export function sessions({
  session,
  transaction,
  ...options
}: StackOptions & { readonly session: SessionOptions; readonly transaction: WtpOptions }): SessionStack {
  return over(sessionLayer(session), transactions({ ...options, ...transaction }), options.observe);
}

/** The same with Large Data Transfer: messages of several parts, on WTP with extended segmentation. */
export function longSessions({
  session,
  transaction,
  ...options
}: StackOptions & {
  readonly session: SessionOptions;
  readonly transaction: WtpOptions & { readonly segmentation: ExtendedSegmentation };
}): SessionStack {
  const below = over(longWtp(transaction), datagrams(options), options.observe);
  return over(longSessionLayer(session), below, options.observe);
}

/** WTP over WDP. */
export function transactions(options: StackOptions & WtpOptions): TransactionStack {
  return over(wtp(options), datagrams(options), options.observe);
}

function datagrams({
  local,
  security,
  sms,
  observe,
}: StackOptions): Layer<DatagramRequest, DatagramIndication, FromBearer, Datagram> {
  const bottom = local.bearer === 'GSM SMS' ? smsWdp({ long: true, ...sms, local }) : wdp(local);
  return security ? over(security, bottom, observe) : bottom;
}

/** WTLS for the slot. WAP-261 §6: whoever manages connections asks the layer itself; the layers above know nothing of security. */
export function secure(wtls: Wtls): SecurityLayer {
  return {
    name: wtls.name,
    fromAbove: (primitive) => wtls.fromAbove(primitive),
    fromBelow: (indication) => wtls.fromBelow(indication),
    expired: (timer) => wtls.expired(timer),
    control: (request) => (isSecurityRequest(request) ? wtls.fromAbove(request) : []),
  };
}

const securityRequests: readonly string[] = [
  'SEC-Create.req',
  'SEC-Create-Request.req',
  'SEC-Terminate.req',
  'SEC-Exception.req',
] satisfies SecurityRequest['type'][];

function isSecurityRequest(request: Primitive): request is SecurityRequest {
  return securityRequests.includes(request.type);
}
