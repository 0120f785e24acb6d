/**
 * The services over WTLS: sessions and datagrams of browsers (9202, 9203), those of WTA user agents (2805, 2923), and pushes to
 * secure push ports (WAP-259 Appendix B). The gateway is the server on all of them: where a push needs a connection, it asks the
 * terminal to make one (WAP-235 §6.2.1).
 */
import { type Bearer, type Driver, type DriverOptions, drive, type SmsPort } from '../bearer/index.js';
import { type Endpoint, endpointKey, type Peers, peersKey } from '../wap/address.js';
import { UsageError } from '../wap/errors.js';
import type { Effect, Management, Observe } from '../wap/layer.js';
import type { Ports } from '../wap/ports.js';
import type { Random } from '../wap/random.js';
import { type SecurityLayer, secure, sessions, units } from '../wap/stack.js';
import type { Clock, Millis } from '../wap/time.js';
import type { DatagramIndication, DatagramRequest } from '../wap/wdp/primitives.js';
import type {
  SessionHandle,
  SessionIndication,
  SessionRequest,
  UnitIndication,
  UnitRequest,
} from '../wap/wsp/index.js';
import {
  keyExchangeSuites,
  type SecurityNews,
  type SecurityRequest,
  type SessionCache,
  type Wtls,
  type WtlsServerOptions,
  wtlsServer,
} from '../wap/wtls/index.js';
import type { Metrics } from './metrics.js';
import { type SessionPushes, sessionPushes } from './pushes.js';
import { type GatewaySessionOptions, gatewaySessions } from './sessions.js';
import { type SessionUser, sessionUser, type UnitUser, type UserOptions, unitUser } from './user.js';

/** What the gateway proves itself with, and what it insists on. */
export interface GatewaySecurity extends Omit<WtlsServerOptions, 'random' | 'clock' | 'sessions'> {
  /** Keys older than that are exchanged anew: the terminal is asked for it when it sends something. Left out: only it asks. */
  readonly renewAfter?: Millis;
}

export type SecurePorts = Pick<
  Ports,
  'secureConnectionless' | 'secureSession' | 'wtaSecureConnectionless' | 'wtaSecureSession'
>;

export type SecureService = keyof SecurePorts;

/** WAP-266 §5.2 wants a server that has proved who it is: without certificates there is nothing for these. */
const wtaServices: readonly SecureService[] = ['wtaSecureConnectionless', 'wtaSecureSession'];

/** Suites in which the server has a certificate. */
const certified = keyExchangeSuites
  .filter(({ algorithm }) => algorithm === 'rsa' || algorithm === 'ecdh_ecdsa')
  .map(({ name }) => name);

type Common = Pick<DriverOptions<UnitRequest, UnitIndication>, 'scheduler' | 'manage' | 'failed'> & {
  readonly observe?: Observe;
};

export interface SecureServicesOptions {
  readonly security: GatewaySecurity;
  /** Of all services of a gateway. */
  readonly cache: SessionCache;
  readonly common: Common;
  readonly random: Random;
  readonly user: UserOptions;
  /** Of a browser's or a WTA user agent's session. */
  readonly session: Omit<GatewaySessionOptions, 'local' | 'random' | 'security' | 'observe'>;
  /** Octets of a connectionless result. */
  readonly maxDatagram: number;
  readonly metrics: Metrics;
}

/** WTLS as all ports of a gateway share it: one cache of sessions, one policy. */
export interface SharedWtls {
  layer(service: SecureService): SecurityLayer;
  /** Counts handshakes, and passes everything on. */
  manage(news: Management): void;
}

export interface SecureServices extends SessionPushSource {
  /** Opens a service; its bearer is closed with it. */
  open(service: SecureService, bearer: Bearer | SmsPort): void;
  /** Sessions of WTA user agents, where their service is open. */
  wta(): WtaPushes | undefined;
  /** Pushes leave from the connectionless port; false where there is none. */
  unitPush(primitive: UnitRequest): boolean;
  /** Asks a terminal for a new handshake (WAP-261 §10.5.1.1) on the port that it is connected with. */
  renew(peers: Peers): void;
  sessions(): number;
  close(): Promise<void>;
}

/** Where sessions for pushes are found. */
export type SessionPushSource = Pick<SessionPushes, 'push' | 'confirmedPush'> &
  Pick<SessionUser, 'pushSession' | 'sessionAt'>;

/** Pushes to WTA user agents go over their sessions and no other way: WAP-266 §5.2. */
export interface WtaPushes extends SessionPushSource {
  /** Where a terminal opens one. */
  readonly local: Endpoint;
}

/** A record's head, its MAC and its padding: 3 + 2 octets, 20, and up to 8. */
const RECORD_OVERHEAD = 64;

export function secureServices(options: SecureServicesOptions): SecureServices {
  const { common, random, user } = options;
  const { observe } = common;
  const wtls = sharedWtls(options);
  const drivers = new Map<string, Driver<never>>();
  const closers: (() => unknown)[] = [];
  const sources: SessionPushSource[] = [];
  const sessionUsers: SessionUser[] = [];
  let wta: WtaPushes | undefined;
  let pushing: { readonly local: Endpoint; readonly driver: Driver<UnitRequest> } | undefined;
  const parts = { ...common, manage: wtls.manage };
  const secureUser = { ...user, secure: true };

  function openUnits(service: SecureService, bearer: Bearer | SmsPort): void {
    const { local } = bearer;
    const largest = options.maxDatagram - RECORD_OVERHEAD;
    const unit: UnitUser = unitUser((primitive) => driver.request(primitive), largest, secureUser);
    const driver: Driver<UnitRequest> = drive({
      ...parts,
      bearer,
      stack: units({
        local,
        security: wtls.layer(service),
        ...('sms' in bearer && { sms: bearer.sms }),
        ...(observe && { observe }),
      }),
      deliver: (indication) => unit.deliver(indication),
    });
    drivers.set(endpointKey(local), driver);
    closers.push(() => unit.close());
    if (service === 'secureConnectionless') pushing = { local, driver };
  }

  function openSessions(service: SecureService, bearer: Bearer | SmsPort): void {
    const { local } = bearer;
    const pushes = sessionPushes((primitive) => driver.request(primitive));
    const session: SessionUser = sessionUser((primitive) => driver.request(primitive), random, secureUser);
    const security = wtls.layer(service);
    const driver: Driver<SessionRequest> = drive({
      ...parts,
      bearer,
      stack:
        'sms' in bearer
          ? sessions({
              local,
              sms: bearer.sms,
              session: { random },
              transaction: { random },
              security,
              ...(observe && { observe }),
            })
          : gatewaySessions({ ...options.session, local, random, security, ...(observe && { observe }) }),
      deliver(indication: SessionIndication) {
        session.deliver(indication);
        pushes.deliver(indication);
      },
    });
    drivers.set(endpointKey(local), driver);
    closers.push(() => session.close());
    sessionUsers.push(session);
    const { push, confirmedPush } = pushes;
    const { pushSession, sessionAt } = session;
    const source = { push, confirmedPush, pushSession, sessionAt };
    if (service === 'secureSession') sources.push(source);
    else wta = { ...source, local };
  }

  return {
    ...joined(sources),
    open(service, bearer) {
      if (service === 'secureConnectionless' || service === 'wtaSecureConnectionless') {
        openUnits(service, bearer);
      } else openSessions(service, bearer);
    },
    wta: () => wta,
    unitPush(primitive) {
      if (pushing === undefined || primitive.type !== 'S-Unit-Push.req') return false;
      const { local, driver } = pushing;
      driver.request({ ...primitive, peers: { local, remote: primitive.peers.remote } });
      return true;
    },
    renew(peers) {
      const request: SecurityRequest = { type: 'SEC-Create-Request.req', peers };
      drivers.get(endpointKey(peers.local))?.control(request);
    },
    sessions: () => sessionUsers.reduce((sum, each) => sum + each.sessions(), 0),
    async close() {
      for (const end of closers) end();
      await Promise.all([...drivers.values()].map((driver) => driver.close()));
    },
  };
}

/** Which ports there are for what the gateway has to show. */
export function secureServiceNames({ identities = [] }: GatewaySecurity): readonly SecureService[] {
  const browsers: readonly SecureService[] = ['secureConnectionless', 'secureSession'];
  return identities.length === 0 ? browsers : [...browsers, ...wtaServices];
}

function sharedWtls({ security, cache, common, random, metrics }: SecureServicesOptions): SharedWtls {
  const { scheduler, manage } = common;
  const { renewAfter, ...options } = security;
  const { policy } = options;
  const wtaPolicy = {
    ...policy,
    keyExchanges: policy?.keyExchanges?.filter((name) => certified.some((it) => it === name)) ?? certified,
  };
  return {
    layer(service) {
      const isWta = wtaServices.includes(service);
      const layer = wtlsServer({
        ...options,
        ...(isWta && { policy: wtaPolicy }),
        sessions: isWta ? authenticatedOnly(cache) : cache,
        random,
        clock: scheduler,
      });
      return renewAfter === undefined ? secure(layer) : renewing(layer, scheduler, renewAfter);
    },
    manage(news) {
      const result = handshakeResult(news);
      if (result !== undefined) metrics.count('wapstack_wtls_handshakes_total', result);
      manage?.(news);
    },
  };
}

/** A session that began anonymously on another port does not go on where certificates are asked for. */
function authenticatedOnly(cache: SessionCache): SessionCache {
  return {
    ...cache,
    find(key) {
      const session = cache.find(key);
      return session !== undefined && certified.some((name) => name === session.suite.name)
        ? session
        : undefined;
    },
  };
}

/** How a handshake ended; `undefined` for news of other things. */
function handshakeResult(news: Management): { result: string; alert: string } | undefined {
  if (!isSecurityNews(news)) return undefined;
  const alert = String(news.alert?.description ?? '');
  switch (news.type) {
    case 'SEC-Commit.ind':
      return { result: 'full', alert };
    case 'SEC-Commit.cnf':
      return { result: 'resumed', alert };
    case 'Refused':
      return alert === '' ? undefined : { result: 'refused', alert };
    case 'SEC-Terminate.ind':
      return /^(?:connection|session)_close_notify$/.test(alert) ? undefined : { result: 'given up', alert };
    default:
      return undefined;
  }
}

/** What a log says about news of WTLS besides its text. */
export function securityDetails(news: Management): Readonly<Record<string, string>> {
  if (!isSecurityNews(news)) return {};
  const { peers, alert } = news;
  return {
    peer: `${peers.remote.address}:${peers.remote.port}`,
    port: String(peers.local.port),
    ...(alert && { level: String(alert.level), alert: String(alert.description) }),
  };
}

function isSecurityNews(news: Management): news is SecurityNews {
  return news.layer === 'WTLS' && 'peers' in news;
}

/** Connections whose age is known; of more, the oldest are renewed when their terminals ask. */
const AGES_MOST = 20_000;

/** A layer that asks for a new handshake when something comes over a connection that is older than `after`. */
function renewing(wtls: Wtls, clock: Clock, after: Millis): SecurityLayer {
  const layer = secure(wtls);
  /** When each connection was made, by the two ends. */
  const ages = new Map<string, Millis>();

  function heed(
    effects: readonly Effect<DatagramIndication, DatagramRequest>[],
  ): readonly Effect<DatagramIndication, DatagramRequest>[] {
    for (const effect of effects) {
      if (!('manage' in effect) || !isSecurityNews(effect.manage)) continue;
      const { type, peers } = effect.manage;
      const key = peersKey(peers);
      if (type === 'SEC-Terminate.ind') ages.delete(key);
      if (type !== 'SEC-Commit.ind' && type !== 'SEC-Commit.cnf') continue;
      ages.delete(key);
      ages.set(key, clock.now());
      const [oldest] = ages.keys();
      if (ages.size > AGES_MOST && oldest !== undefined) ages.delete(oldest);
    }
    return effects;
  }

  return {
    ...layer,
    fromBelow(indication) {
      const effects = heed(layer.fromBelow(indication));
      const isData = effects.some((effect) => 'up' in effect && effect.up.type === 'T-DUnitdata.ind');
      if (indication.type !== 'T-DUnitdata.ind' || !isData) return effects;
      const peers = { local: indication.destination, remote: indication.source };
      const since = ages.get(peersKey(peers));
      if (since === undefined || clock.now() - since < after) return effects;
      // Asked once; the layer bounds how often it repeats itself.
      return [...effects, ...wtls.fromAbove({ type: 'SEC-Create-Request.req', peers })];
    },
    expired: (timer) => heed(layer.expired(timer)),
  };
}

/** Several services as one: the first that has a session with the terminal. Each counts its own handles, so they get its number in front. */
export function joined(sources: readonly SessionPushSource[]): SessionPushSource {
  function sourceOf(name: SessionHandle): {
    readonly source: SessionPushSource;
    readonly handle: SessionHandle;
  } {
    const [, number, rest = ''] = /^S(\d+)\/(.*)$/.exec(name) ?? [];
    const source = sources[Number(number)];
    if (source === undefined) throw new UsageError(`${name} is no session`);
    return { source, handle: `S${rest}` };
  }

  return {
    pushSession(address, application, kind) {
      for (const [i, source] of sources.entries()) {
        const handle = source.pushSession(address, application, kind);
        if (handle !== undefined) return `S${i}/${handle.slice(1)}`;
      }
      return undefined;
    },
    sessionAt(address) {
      for (const source of sources) {
        const session = source.sessionAt(address);
        if (session !== undefined) return session;
      }
      return undefined;
    },
    push(name, headers, body) {
      const { source, handle } = sourceOf(name);
      return source.push(handle, headers, body);
    },
    confirmedPush(name, headers, body) {
      const { source, handle } = sourceOf(name);
      return source.confirmedPush(handle, headers, body);
    },
  };
}
