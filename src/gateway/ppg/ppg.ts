/** The push proxy gateway with its sockets: PAP over HTTP on one side, connectionless WSP on the other. */

import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Scheduler } from '../../bearer/index.js';
import { bearerTypes, type Endpoint } from '../../wap/address.js';
import { DecodeError } from '../../wap/errors.js';
import { encodeUtf8 } from '../../wap/octets.js';
import {
  type ApplicationId,
  applicationIds,
  applicationOf,
  decodePap,
  decodePapEntities,
  encodeApplicationId,
  encodeSia,
  mobileClientAborted,
  SIA_VERSION,
  wmlUserAgent,
} from '../../wap/push/index.js';
import type { Random } from '../../wap/random.js';
import type { Millis } from '../../wap/time.js';
import { gsmAddress } from '../../wap/wdp/index.js';
import { type Header, headerValue, type Reason, type UnitRequest } from '../../wap/wsp/index.js';
import { decodeText } from '../charset.js';
import { contentConversions } from '../conversions.js';
import type { HttpClient, HttpResponse } from '../http.js';
import type { Metrics } from '../metrics.js';
import type { PushEnd, SessionPushes } from '../pushes.js';
import type { WtaPushes } from '../secure.js';
import type { SmsService } from '../sms.js';
import type { SessionUser } from '../user.js';
import type { Delivery, Handover } from './delivery.js';
import { type InitiatorAccount, papServer } from './http.js';
import { pushProxy } from './push-proxy.js';
import { openStore } from './store.js';
import { type Subscribers, smsBearers, subscribers } from './subscribers.js';

export interface PushGatewayOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** File of the queue, or `:memory:`. */
  readonly queue: string;
  /** How long finished messages are kept. */
  readonly keep: Millis;
  readonly maxBody: number;
  readonly initiators: readonly InitiatorAccount[];
  readonly subscribers: Subscribers;
  readonly defaultAddress?: string;
  /** Push port of terminals that give none. */
  readonly pushPort: number;
  readonly name: string;
  readonly scheduler: Scheduler;
  /** For the first push id. */
  readonly random: Random;
  /** For result notifications. */
  readonly http: HttpClient;
  /** The connectionless service that pushes leave from, and where it is. */
  readonly request: (primitive: UnitRequest) => void;
  readonly local: Endpoint;
  /** Why nothing may be sent there; `undefined` where it may. */
  readonly fault?: (endpoint: Endpoint) => string | undefined;
  /** Sessions with terminals, for confirmed pushes. */
  readonly sessions: PushSessions;
  /** The way to terminals without an address on IP. */
  readonly sms?: PushSms;
  /** Sessions of WTA user agents, where the gateway has such: then they are the only way to these. */
  readonly wta?: () => WtaPushes | undefined;
  readonly metrics: Metrics;
  readonly failed: (error: unknown) => void;
}

/** What the push proxy needs of the connection-mode service. */
export interface PushSessions extends Pick<SessionPushes, 'confirmedPush'>, Pick<SessionUser, 'pushSession'> {
  /** Where a terminal opens a session that it is asked to open. */
  readonly local: Endpoint;
}

/** What the push proxy needs of the services over short messages. */
export interface PushSms extends PushSessions, Pick<SmsService, 'push'> {}

export interface PushGateway {
  readonly url: string;
  /** A terminal has opened a session: what waited for one may go. */
  connected(): void;
  readonly server: Server;
  close(): Promise<void>;
}

/** How often finished messages are looked through. */
const PURGE_INTERVAL: Millis = 3_600_000;

/** Networks and bearers that an IP network can stand for (WAP-259 Appendix C), and those of a message centre. */
const networks = ['Any', 'GSM', 'IP'] as const;
const bearers = ['Any', 'IP', 'IPv4', 'IPv6', 'CSD', 'GPRS', 'Packet Data'] as const;

export async function startPushGateway(options: PushGatewayOptions): Promise<PushGateway> {
  const store = openStore(options.queue);
  const proxy = pushProxy({
    ...options,
    store,
    locate: subscribers(options),
    conversions: contentConversions(),
    deliver: overTheAir(options),
    notify: (url, xml) => notify(options.http, url, xml),
    confirmed: true,
    networks,
    bearers: options.sms === undefined ? bearers : [...bearers, ...smsBearers],
  });
  const app = papServer(proxy, options);
  const server = createAdaptorServer({ fetch: app.fetch }) as Server; // plain HTTP: no other server was asked for
  try {
    await listen(server, options.port, options.host);
  } catch (error) {
    store.close();
    throw error;
  }
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  options.metrics.watch('wapstack_push_recipients', () =>
    Object.entries(store.counts()).map(([state, value]) => ({ labels: { state }, value })),
  );
  let cancelPurge: (() => void) | undefined;
  const purge = () => {
    store.purge(options.scheduler.now() - options.keep);
    cancelPurge = options.scheduler.schedule(PURGE_INTERVAL, purge);
  };
  purge();
  proxy.wake();

  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}/pap`,
    server,
    connected() {
      store.hurry(options.scheduler.now());
      proxy.wake();
    },
    async close() {
      cancelPurge?.();
      proxy.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      store.close();
    },
  };
}

/**
 * WAP-249 §5.1.2.2.5: who asks for confirmation gets it, on a session that the terminal has or is asked to open (WAP-235 §8); who
 * prefers it gets it where there is a session; everybody else a single datagram, whose sending counts as delivery.
 */
function overTheAir(options: PushGatewayOptions): (handover: Handover) => Promise<Delivery> {
  const { sessions, local } = options;
  let pushId = options.random.octets(1)[0] ?? 0;

  function unitPush(endpoint: Endpoint, pushHeaders: readonly Header[], pushBody: Uint8Array): void {
    options.request({
      type: 'S-Unit-Push.req',
      peers: { local, remote: endpoint },
      pushId,
      pushHeaders,
      pushBody,
    });
    pushId = (pushId + 1) % 256;
  }

  /** The same over short messages, where the message centre says whether it takes a datagram. */
  async function overSms(sms: PushSms, { endpoint, deliverBefore, ...push }: Handover): Promise<Delivery> {
    const { address } = endpoint;
    const application = applicationOf(push) ?? wmlUserAgent;
    const session = wantsConfirmation(push.method)
      ? sms.pushSession(address, application, 'Confirmed Push')
      : undefined;
    if (session !== undefined) return ended(await sms.confirmedPush(session, push.headers, push.body));
    if (push.method === 'confirmed') {
      await sms.push(address, sessionInitiationHeaders, sessionInitiation(sms.local, application), undefined);
      return { state: 'busy' };
    }
    const left = deliverBefore === undefined ? undefined : deliverBefore - options.scheduler.now();
    const end = await sms.push(address, push.headers, push.body, left);
    if (end.state === 'accepted') return { state: 'delivered', deliveryMethod: 'unconfirmed' };
    return end.state === 'busy'
      ? { state: 'busy' }
      : { state: 'undeliverable', code: '4000', desc: end.error };
  }

  /** WAP-266 §5.2: what comes another way than over a WTA session is discarded there, so the terminal is asked to open one. */
  async function toServices(
    wta: WtaPushes,
    { endpoint, headers, body, method }: Handover,
    application: ApplicationId,
  ): Promise<Delivery> {
    const kind = method === 'unconfirmed' ? 'Push' : 'Confirmed Push';
    const session = wta.pushSession(endpoint.address, application, kind);
    if (session === undefined) {
      unitPush(endpoint, sessionInitiationHeaders, sessionInitiation(wta.local, application));
      return { state: 'busy' };
    }
    if (kind === 'Confirmed Push') return ended(await wta.confirmedPush(session, headers, body));
    wta.push(session, headers, body);
    return { state: 'delivered', deliveryMethod: 'unconfirmed' };
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
    const application = applicationOf({ headers, body }) ?? wmlUserAgent;
    const wta = application === applicationIds['x-wap-application:wta.ua'] ? options.wta?.() : undefined;
    if (wta !== undefined) return toServices(wta, handover, application);
    const session = wantsConfirmation(method)
      ? sessions.pushSession(endpoint.address, application, 'Confirmed Push')
      : undefined;
    if (session !== undefined) return ended(await sessions.confirmedPush(session, headers, body));
    if (method === 'confirmed') {
      unitPush(endpoint, sessionInitiationHeaders, sessionInitiation(sessions.local, application));
      return { state: 'busy' };
    }
    unitPush(endpoint, headers, body);
    return { state: 'delivered', deliveryMethod: 'unconfirmed' };
  };
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

/** WAP-247 §13: a POST; the PAP status of the answer. An initiator that answers with a bare 2xx has heard as well. */
async function notify(http: HttpClient, url: string, xml: string): Promise<string | undefined> {
  if (!URL.canParse(url)) return '2000';
  const answer = await http.fetch({
    method: 'POST',
    url: new URL(url),
    headers: [{ name: 'Content-Type', value: 'application/xml' }],
    body: encodeUtf8(xml),
  });
  if ('failure' in answer || answer.status < 200 || answer.status > 299) return undefined;
  return answeredCode(answer) ?? '1000';
}

function answeredCode({ headers, body }: HttpResponse): string | undefined {
  try {
    const { control } = decodePapEntities(headerValue(headers, 'Content-Type') ?? '', body, 'answer');
    const text = decodeText(control.body, undefined)?.text;
    const message = text === undefined ? undefined : decodePap(text).message;
    const answered =
      message?.type === 'resultnotification-response' || message?.type === 'badmessage-response';
    return answered ? message.code : undefined;
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
