/** The gateway with its sockets: WAP services over UDP on one side, HTTP on the other, and the push proxy beside them. */
import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import {
  type Bearer,
  type Driver,
  drive,
  openSmpp,
  openUdp,
  realScheduler,
  type Scheduler,
  type Sighting,
  type SmppOptions,
  tap,
} from '../bearer/index.js';
import type { Endpoint, Peers } from '../wap/address.js';
import { UsageError } from '../wap/errors.js';
import type { Management, Observe } from '../wap/layer.js';
import { uintvarLength } from '../wap/octets.js';
import { type Ports, portsFrom, ports as registered } from '../wap/ports.js';
import type { Random } from '../wap/random.js';
import { units } from '../wap/stack.js';
import type { Clock, Millis } from '../wap/time.js';
import {
  encodeContentType,
  encodeHeaders,
  headerValue,
  type SessionRequest,
  type UnitRequest,
  withoutHeader,
} from '../wap/wsp/index.js';
import { sessionCache } from '../wap/wtls/index.js';
import { type CachingClient, cachingClient } from './cache.js';
import { type ClientAccount, clientAccounts } from './clients.js';
import { contentConversions } from './conversions.js';
import { converter } from './converter.js';
import { cookieProxy } from './cookies.js';
import { type HttpClient, httpClient } from './http.js';
import { type Log, silent } from './log.js';
import { createMetrics, type Labels, type Metrics } from './metrics.js';
import type { NavigationSettings } from './navigation.js';
import { type OriginRules, origins } from './origins.js';
import type { PictureLimits } from './pictures/pictures.js';
import type { InitiatorAccount } from './ppg/http.js';
import type { QueuePlace } from './ppg/open-store.js';
import { type PapTls, type PushGateway, startPushGateway } from './ppg/ppg.js';
import type { QueueView } from './ppg/queue-view.js';
import type { Subscribers } from './ppg/subscribers.js';
import { type Forward, type ProxyResponse, proxy } from './proxy.js';
import { sessionPushes } from './pushes.js';
import {
  type GatewaySecurity,
  joined,
  type SecurePorts,
  type SecureServices,
  secureServiceNames,
  secureServices,
  securityDetails,
} from './secure.js';
import { gatewaySessions } from './sessions.js';
import { type SmsService, smsService } from './sms.js';
import { type ClientLimits, sessionUser, unitUser } from './user.js';

export interface GatewayOptions {
  /** Address to listen on. Default: 127.0.0.1. */
  readonly host?: string;
  /** N connectionless, N+1 connection mode; 0 for any that are free. Default: the registered 9200 and 9201. */
  readonly portBase?: number;
  /** How it calls itself in Via and to push initiators. */
  readonly name?: string;
  /** From request to the last octet of an origin's response. Default: 30 s. */
  readonly timeout?: Millis;
  /** Octets of an origin's response. Default: 1 MiB. */
  readonly maxResponse?: number;
  /** Octets of a connectionless result. Default: what a UDP datagram holds. */
  readonly maxDatagram?: number;
  /** Largest wireless bitmap that other pictures become. Default: 96 × 144 pixels. */
  readonly pictures?: PictureLimits;
  /** Octets of responses that are kept (WAP-120 §4.2.2); 0: none. Default: 8 MiB. */
  readonly cache?: number;
  readonly origins?: OriginRules;
  /** Which navigation documents go on to terminals. Default: those of WAP-187 §8.1.1's recommendation. */
  readonly navigation?: NavigationSettings;
  /** Certificates (PEM) of authorities trusted for https origins. */
  readonly ca?: string;
  /** Who may use it, by Client ID (WAP-196). Left out: everybody. */
  readonly clients?: readonly ClientAccount[];
  readonly limits?: Partial<ClientLimits>;
  /** A session that nothing happens on is ended: after this long, and at the latest after twice the time. Default: 1 hour. */
  readonly idleFor?: Millis;
  /** A suspended session is kept for so long: see `idleFor`. Default: 1 day. */
  readonly suspendedFor?: Millis;
  /**
   * Octets of a result in one datagram; a larger one is sent in segments to terminals that can put them together (WAP-224 §7.14).
   * Default: 1400.
   */
  readonly packet?: number;
  /** The services over WTLS, on the ports beside the others: N+2, N+3, N+6 and N+7. Left out: none. */
  readonly security?: GatewaySecurity;
  /** Left out: no push proxy. */
  readonly push?: PushOptions;
  /** The message centre that the gateway binds to under its number. Left out: nothing over short messages. */
  readonly smsc?: Omit<SmppOptions, 'manage' | 'scheduler'>;
  /** Session ids, transaction ids, boundaries. Default: the machine's. */
  readonly random?: Random;
  /** The clock and the timers. Default: the machine's. */
  readonly scheduler?: Scheduler;
  /** Sees every datagram in both directions: for a capture. */
  readonly tap?: (sighting: Sighting) => void;
  /** Hears of every crossing between layers: for a live trace. */
  readonly observe?: Observe;
  readonly log?: Log;
}

export interface PushOptions {
  /** Address that PAP is served on. Default: that of the gateway. */
  readonly host?: string;
  /** 0: any that is free. Default: the port base + 80. */
  readonly port?: number;
  /** File of the queue, or a database of PostgreSQL. Default: `:memory:`. */
  readonly queue?: QueuePlace;
  /** PAP over TLS, where initiators can be known by their certificates. Left out: HTTP. */
  readonly tls?: PapTls;
  /** How long finished messages are kept. Default: 7 days. */
  readonly keep?: Millis;
  readonly maxBody?: number;
  readonly initiators?: readonly InitiatorAccount[];
  readonly subscribers?: Subscribers;
  readonly defaultAddress?: string;
  /** Push port of terminals that give none. Default: 2948, or the port base + 4 where the base is moved. */
  readonly pushPort?: number;
  /** Pushes to that port go over WTLS. Default: 2949, or the port base + 5 where the base is moved. */
  readonly securePushPort?: number;
}

export interface Gateway {
  readonly host: string;
  readonly ports: Ports;
  /** Where PAP is taken; absent without a push proxy. */
  readonly papUrl?: string;
  /** The server behind it, for a tap. */
  readonly papServer?: Server;
  /** What waits and what became of it; absent without a push proxy. */
  readonly pushQueue?: QueueView;
  readonly metrics: Metrics;
  /** Sessions that are open now. */
  sessions(): number;
  /** Asks a terminal for a new WTLS handshake; `local` is the port that it is connected with. */
  renew(peers: Peers): void;
  /** Gives up what is under way and closes every socket. */
  close(): Promise<void>;
}

const defaultLimits: ClientLimits = {
  sessions: 20_000,
  sessionsOfAddress: 20_000,
  requests: 16,
  requestBody: 1_048_576,
};

/** Some thousand decks with their encoded forms: what is asked for often, in little memory. */
const CACHE = 8 * 1_048_576;

/** More than the methods and statuses that occur. */
const MAX_LABEL_SETS = 256;

/** UDP over IPv4: 65,535 octets without the IP and UDP headers. */
const LARGEST_DATAGRAM = 65_507;

/** Where PAP is served, counted from the port base: 9280 beside the registered ports. */
const PAP_OFFSET = 80;

/** Throws `UsageError` where the base leaves no room for it. */
function papPort(portBase: number): number {
  if (portBase === 0) return 0;
  const port = portBase + PAP_OFFSET;
  if (port > 65_535)
    throw new UsageError(`port base ${portBase} has no port ${port} for PAP: name another for it`);
  return port;
}

/** Starts a gateway; rejects where a port is not to be had. */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const { host = '127.0.0.1', portBase = 9200, scheduler = realScheduler, log = silent } = options;
  const random = options.random ?? { octets: (count) => randomBytes(count) };
  const asked = portsFrom(portBase);
  const metrics = createMetrics();
  const failed = (error: unknown) => log.error({ error }, 'a bug: what was being done is given up');
  const client = httpClient({
    origins: origins(options.origins ?? {}),
    scheduler,
    timeout: options.timeout ?? 30_000,
    maxBody: options.maxResponse ?? 1_048_576,
    ...(options.ca !== undefined && { ca: options.ca }),
  });
  const cache = cached(client, options.cache ?? CACHE, scheduler, metrics);
  const http = cache ?? client;
  const elsewhere = converter(options.pictures);
  const cookies = cookieProxy(scheduler);
  const forward = counted(
    proxy({
      http,
      conversions: contentConversions(options.pictures),
      clock: scheduler,
      name: options.name ?? 'wapstack',
      resultLength,
      cookies,
      converter: elsewhere,
      ...(options.navigation && { navigation: options.navigation }),
      ...(options.clients && { identify: clientAccounts(options.clients) }),
    }),
    metrics,
    log,
  );
  const user = { forward, clock: scheduler, limits: { ...defaultLimits, ...options.limits }, failed };
  const sessionOptions = {
    requestBody: user.limits.requestBody,
    ...(options.idleFor !== undefined && { idleFor: options.idleFor }),
    ...(options.suspendedFor !== undefined && { suspendedFor: options.suspendedFor }),
    ...(options.packet !== undefined && { packet: options.packet }),
  };
  const opened: Bearer[] = [];
  let sms: SmsService | undefined;
  let securedSms: SecureServices | undefined;

  const udp: { readonly bearer: Bearer; readonly labels: Readonly<Record<'sent' | 'received', Labels>> }[] =
    [];
  metrics.watch('wapstack_datagrams_lost_total', () =>
    udp.flatMap(({ bearer, labels }) => {
      const { sent = 0, received } = bearer.losses?.() ?? {};
      const all = [{ labels: labels.sent, value: sent }];
      return received === undefined ? all : [...all, { labels: labels.received, value: received }];
    }),
  );

  async function listen(service: string, port: number): Promise<Bearer> {
    const bearer = await openUdp({ host, port });
    opened.push(bearer);
    const labels = {
      sent: { service, direction: 'sent' },
      received: { service, direction: 'received' },
    };
    udp.push({ bearer, labels });
    return tap(bearer, scheduler, (sighting) => {
      metrics.count('wapstack_datagrams_total', labels[sighting.direction]);
      options.tap?.(sighting);
    });
  }

  function manage(news: Management): void {
    metrics.count('wapstack_protocol_events_total', { layer: news.layer, type: news.type });
    log.info({ layer: news.layer, type: news.type, ...securityDetails(news) }, news.text);
  }

  try {
    const common = { scheduler, manage, failed, ...(options.observe && { observe: options.observe }) };
    const unitBearer = await listen('connectionless', portBase && asked.connectionless);
    const sessionBearer = await listen('session', portBase && asked.session);
    const ports = { ...asked, connectionless: unitBearer.local.port, session: sessionBearer.local.port };
    let push: PushGateway | undefined;
    const sessionUsers = {
      ...user,
      connected: () => push?.connected(),
      disconnected: (id: string) => {
        cookies.forget(id);
        cache?.forget(id);
      },
    };
    const secureParts = {
      cache: sessionCache(scheduler),
      common: { ...common, manage },
      random,
      user: sessionUsers,
      session: sessionOptions,
      maxDatagram: options.maxDatagram ?? LARGEST_DATAGRAM,
      metrics,
    };

    const unit = unitUser(
      (primitive) => unitDriver.request(primitive),
      options.maxDatagram ?? LARGEST_DATAGRAM,
      user,
    );
    const unitDriver: Driver<UnitRequest> = drive({
      ...common,
      bearer: unitBearer,
      stack: units({ local: unitBearer.local, ...(options.observe && { observe: options.observe }) }),
      deliver: (indication) => unit.deliver(indication),
    });

    const pushes = sessionPushes((primitive) => sessionDriver.request(primitive));
    const session = sessionUser((primitive) => sessionDriver.request(primitive), random, sessionUsers);
    const sessionDriver: Driver<SessionRequest> = drive({
      ...common,
      bearer: sessionBearer,
      stack: gatewaySessions({
        ...sessionOptions,
        local: sessionBearer.local,
        random,
        ...(options.observe && { observe: options.observe }),
      }),
      deliver(indication) {
        session.deliver(indication);
        pushes.deliver(indication);
      },
    });
    const sessionCount = () =>
      session.sessions() + [sms, secured, securedSms].reduce((sum, each) => sum + (each?.sessions() ?? 0), 0);
    metrics.watch('wapstack_sessions', () => [{ labels: {}, value: sessionCount() }]);

    const securePorts: { -readonly [service in keyof SecurePorts]?: number } = {};
    const secured = options.security && secureServices({ ...secureParts, security: options.security });
    if (secured !== undefined && options.security !== undefined) {
      for (const service of secureServiceNames(options.security)) {
        const bearer = await listen(service, portBase && asked[service]);
        secured.open(service, bearer);
        securePorts[service] = bearer.local.port;
      }
    }

    const { push: wanted, smsc } = options;
    if (smsc !== undefined) {
      const bearer = await openSmpp({ patient: true, ...smsc, scheduler, manage });
      opened.push(bearer);
      const { security } = options;
      securedSms = security && secureServices({ ...secureParts, security });
      sms = smsService({
        ...common,
        bearer,
        user,
        random,
        opened: (number) => {
          for (const service of security ? secureServiceNames(security) : [])
            securedSms?.open(service, number.port(registered[service]));
        },
        connected: () => push?.connected(),
      });
    }
    const isSecurePush = ({ port }: Endpoint) => port === (wanted?.securePushPort ?? ports.pushSecure);
    push =
      wanted &&
      (await startPushGateway({
        ...wanted,
        host: wanted.host ?? host,
        port: wanted.port ?? papPort(portBase),
        queue: wanted.queue ?? ':memory:',
        keep: wanted.keep ?? 7 * 86_400_000,
        maxBody: wanted.maxBody ?? 1_048_576,
        initiators: wanted.initiators ?? [],
        subscribers: wanted.subscribers ?? {},
        pushPort: wanted.pushPort ?? ports.push,
        name: options.name ?? 'wapstack',
        scheduler,
        random,
        http: client,
        request(primitive) {
          if (!isSecurePush(primitive.peers.remote) || !secured?.unitPush(primitive))
            unitDriver.request(primitive);
        },
        fault: (endpoint) =>
          isSecurePush(endpoint) && secured === undefined
            ? 'pushes to a secure port go over WTLS, which this gateway does not have'
            : undefined,
        local: unitBearer.local,
        sessions: {
          local: sessionBearer.local,
          ...joined([
            ...(secured ? [secured] : []),
            { ...pushes, pushSession: session.pushSession, sessionAt: session.sessionAt },
          ]),
        },
        ...(sms && { sms }),
        wta: () => secured?.wta(),
        metrics,
        failed,
      }));

    return {
      host,
      ports: { ...ports, ...securePorts },
      ...(push && { papUrl: push.url, papServer: push.server, pushQueue: push.queue }),
      metrics,
      sessions: sessionCount,
      renew: (peers) => {
        secured?.renew(peers);
        securedSms?.renew(peers);
      },
      async close() {
        unit.close();
        session.close();
        await push?.close();
        await sms?.close();
        await Promise.all([unitDriver.close(), sessionDriver.close(), secured?.close(), securedSms?.close()]);
        http.close();
        await elsewhere.close();
      },
    };
  } catch (error) {
    await Promise.all(opened.map((bearer) => bearer.close()));
    http.close();
    await elsewhere.close();
    throw error;
  }
}

/** The client with a store before it; `undefined` where nothing may be kept. */
function cached(http: HttpClient, size: number, clock: Clock, metrics: Metrics): CachingClient | undefined {
  if (size === 0) return undefined;
  const cache = cachingClient({
    http,
    clock,
    size,
    served: (result) => metrics.count('wapstack_cache_total', { result }),
  });
  metrics.watch('wapstack_cache_octets', () => [{ labels: {}, value: cache.octets() }]);
  return cache;
}

const modes = { connectionless: { mode: 'connectionless' }, session: { mode: 'session' } } as const;

/** Counts and logs what goes through. */
function counted(forward: Forward, metrics: Metrics, log: Log): Forward {
  const labels = labelSets();
  return async (request, signal) => {
    const response = await forward(request, signal);
    const mode = request.sessionId === undefined ? 'connectionless' : 'session';
    const status = response === undefined ? 'aborted' : String(response.status);
    metrics.count('wapstack_requests_total', labels(mode, request.method, status));
    metrics.count('wapstack_result_octets_total', modes[mode], response?.body.length ?? 0);
    log.info(
      {
        client: request.client.address,
        mode,
        method: request.method,
        uri: request.uri,
        status,
        octets: response?.body.length ?? 0,
      },
      'request',
    );
    return response;
  };
}

/** The labels of a request, each set made once: see `Metrics`. */
function labelSets(): (mode: string, method: string, status: string) => Labels {
  const sets = new Map<string, Labels>();
  return (mode, method, status) => {
    const key = `${mode} ${method} ${status}`;
    const known = sets.get(key);
    if (known !== undefined) return known;
    const labels = { mode, method, status };
    // Methods come from outside: somebody could invent many.
    if (sets.size < MAX_LABEL_SETS) sets.set(key, labels);
    return labels;
  };
}

/** Octets of the Reply PDU: type, status, the length of the headers, headers, body (WAP-230 §8.2.3.3). */
function resultLength({ headers, body }: ProxyResponse): number {
  const contentType = encodeContentType(headerValue(headers, 'Content-Type') ?? 'application/octet-stream');
  const length = contentType.length + encodeHeaders(withoutHeader(headers, 'Content-Type')).length;
  // Connectionless PDUs have a transaction id before the type, and the layer may add an Encoding-Version.
  return 1 + 2 + uintvarLength(length) + length + 2 + body.length;
}
