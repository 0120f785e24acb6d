/** Pushes over the air: WAP-235-PushOTA with OTA-WSP, WAP-249 §5.1.2.2.5. */
import type { Scheduler } from '../../bearer/index.js';
import { bearerTypes, type Endpoint } from '../../wap/address.js';
import {
  type ApplicationId,
  applicationIds,
  applicationOf,
  encodeApplicationId,
  encodeSia,
  mobileClientAborted,
  SIA_VERSION,
  wmlUserAgent,
} from '../../wap/push/index.js';
import { gsmAddress } from '../../wap/wdp/index.js';
import type { Header, Reason, UnitRequest } from '../../wap/wsp/index.js';
import type { PushEnd, SessionPushes } from '../pushes.js';
import type { SessionPushSource, WtaPushes } from '../secure.js';
import type { SmsService } from '../sms.js';
import type { SessionUser } from '../user.js';
import type { Delivery, Handover } from './delivery.js';

export interface OtaOptions {
  /** The connectionless service that pushes leave from, and where it is. */
  readonly request: (primitive: UnitRequest) => void;
  readonly local: Endpoint;
  /** Sessions with terminals, for confirmed pushes and for others where there is one. */
  readonly sessions: PushSessions;
  /** The way to terminals without an address on IP. */
  readonly sms?: PushSms;
  /** Sessions of WTA user agents, where the gateway has such: then they are the only way to these. */
  readonly wta?: () => WtaPushes | undefined;
  /** Why nothing may be sent there; `undefined` where it may. */
  readonly fault?: (endpoint: Endpoint) => string | undefined;
  readonly scheduler: Scheduler;
}

/** What the push proxy needs of the connection-mode service. */
export interface PushSessions
  extends Pick<SessionPushes, 'push' | 'confirmedPush'>,
    Pick<SessionUser, 'pushSession' | 'sessionAt'> {
  /** Where a terminal opens a session that it is asked to open. */
  readonly local: Endpoint;
}

/** What the push proxy needs of the services over short messages. */
export interface PushSms extends PushSessions, Pick<SmsService, 'unitPush'> {}

/**
 * WAP-249 §5.1.2.2.5: who asks for confirmation gets it, on a session that the terminal has or is asked to open (WAP-235 §8); who
 * prefers it gets it where there is a session; everybody else a single datagram, whose sending counts as delivery.
 */
export function overTheAir(options: OtaOptions): (handover: Handover) => Promise<Delivery> {
  const { sessions, local } = options;

  function unitPush({ endpoint, id }: Handover, pushHeaders: readonly Header[], pushBody: Uint8Array): void {
    const peers = { local, remote: endpoint };
    options.request({ type: 'S-Unit-Push.req', peers, pushId: pushIdOf(id), pushHeaders, pushBody });
  }

  /** The same over short messages, where the message centre says whether it takes a datagram. */
  async function overSms(sms: PushSms, handover: Handover): Promise<Delivery> {
    const { id, endpoint, headers, body, method, deliverBefore } = handover;
    const { address } = endpoint;
    const onSession = overSession(sms, handover);
    if (onSession !== undefined) return onSession;
    const pushId = pushIdOf(id);
    if (method === 'confirmed') {
      const initiation = sessionInitiation(sms.local, applicationIn(handover));
      await sms.unitPush(address, pushId, sessionInitiationHeaders, initiation, undefined);
      return { state: 'busy' };
    }
    const left = deliverBefore === undefined ? undefined : deliverBefore - options.scheduler.now();
    const end = await sms.unitPush(address, pushId, headers, body, left);
    if (end.state === 'accepted') return { state: 'delivered', deliveryMethod: 'unconfirmed' };
    return end.state === 'busy'
      ? { state: 'busy', service: true }
      : { state: 'undeliverable', code: '4000', desc: end.error };
  }

  return async (handover) => {
    const { endpoint, headers, body, method } = handover;
    if (endpoint.bearer === 'GSM SMS' && options.sms !== undefined) return overSms(options.sms, handover);
    if (endpoint.bearer !== local.bearer)
      return {
        state: 'undeliverable',
        code: '3009',
        desc: `no way from ${local.bearer} to ${endpoint.bearer}`,
      };
    const fault = options.fault?.(endpoint);
    if (fault !== undefined) return { state: 'undeliverable', code: '3009', desc: fault };
    const application = applicationIn(handover);
    const wta = application === applicationIds['x-wap-application:wta.ua'] ? options.wta?.() : undefined;
    const onSession = overSession(wta ?? sessions, handover);
    if (onSession !== undefined) return onSession;
    if (wta !== undefined) {
      // WAP-266 §5.2: what comes another way than over a WTA session is discarded there, so the terminal is asked to open one.
      unitPush(handover, sessionInitiationHeaders, sessionInitiation(wta.local, application));
      return { state: 'busy' };
    }
    if (method === 'confirmed') {
      const initiation = sessionInitiation(sessions.local, applicationIn(handover));
      unitPush(handover, sessionInitiationHeaders, initiation);
      return { state: 'busy' };
    }
    unitPush(handover, headers, body);
    return { state: 'delivered', deliveryMethod: 'unconfirmed' };
  };
}

/**
 * On a session that the terminal has open and agreed to such pushes on, confirmed or not as is asked for; `undefined` where there is none.
 */
function overSession(sessions: SessionPushSource, handover: Handover): Promise<Delivery> | undefined {
  const { endpoint, headers, body, method } = handover;
  const application = applicationIn(handover);
  const confirmed = wantsConfirmation(method)
    ? sessions.pushSession(endpoint.address, application, 'Confirmed Push')
    : undefined;
  if (confirmed !== undefined) return sessions.confirmedPush(confirmed, headers, body).then(ended);
  const session =
    method === 'confirmed' ? undefined : sessions.pushSession(endpoint.address, application, 'Push');
  if (session === undefined) return undefined;
  sessions.push(session, headers, body);
  return Promise.resolve({ state: 'delivered', deliveryMethod: 'unconfirmed' });
}

function applicationIn({ headers, body }: Handover): ApplicationId {
  return applicationOf({ headers, body }) ?? wmlUserAgent;
}

/**
 * The same for every attempt, also that of a later process: a datagram that a killed process may or may not have sent is repeated octet for
 * octet (WAP-230 §8.2.4.4).
 */
function pushIdOf(id: number): number {
  return id % 256;
}

function wantsConfirmation(method: Handover['method']): boolean {
  return method === 'confirmed' || method === 'preferconfirmed';
}

/** WAP-235 §6.1.3.3: which refusals are final. A session that broke is no answer of the user's. */
function ended(end: PushEnd): Delivery {
  if (end.state !== 'aborted') return { state: 'delivered', deliveryMethod: 'confirmed' };
  const final: readonly Reason[] = ['USERRFS', 'USERPND', 'USERDCR', 'USERDCU'];
  if (!final.includes(end.reason)) return { state: 'busy' };
  return {
    state: 'aborted',
    code: mobileClientAborted(end.abortCode),
    desc: `refused by the terminal: ${end.reason}`,
  };
}

const sessionInitiationHeaders: readonly Header[] = [
  { name: 'Content-Type', value: 'application/vnd.wap.sia' },
  { name: 'X-Wap-Application-Id', value: encodeApplicationId(applicationIds['x-wap-application:push.sia']) },
];

/** WAP-235 §8.4, IPv4 and telephone numbers: where this gateway takes sessions. The wildcard address is not told: the terminal has ours. */
function sessionInitiation(local: Endpoint, application: ApplicationId): Uint8Array {
  return encodeSia({
    version: SIA_VERSION,
    applications: [application],
    rest: NOTHING_ELSE,
    contactPoints: [
      { bearerType: bearerTypes[local.bearer], portNumber: local.port, address: contactAddress(local) },
    ],
  });
}

/** Lengths of the fields for other protocols, ProvURL and CPITag: empty. They may be left out, but not every reader expects that. */
const NOTHING_ELSE = new Uint8Array(4);

function contactAddress({ bearer, address }: Endpoint): Uint8Array {
  if (bearer === 'GSM SMS') return gsmAddress(address).address;
  const octets = address.split('.').map(Number);
  const told = octets.length === 4 && octets.some((octet) => octet !== 0);
  return told ? Uint8Array.from(octets) : new Uint8Array(0);
}
