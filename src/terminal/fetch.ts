/**
 * The terminal's side of WSP: one resource, or a session's worth of them, from a gateway. The browser and `wapstack get` use it.
 * WAP-230-WSP §6.3 (connection mode) and §6.4 (connectionless).
 */
import { randomBytes } from 'node:crypto';
import {
  type Bearer,
  type Driver,
  drive,
  openUdp,
  realScheduler,
  type Scheduler,
  type Sighting,
  tap,
} from '../bearer/index.js';
import { type Endpoint, type Peers, udpEndpoint } from '../wap/address.js';
import { ProtocolError } from '../wap/errors.js';
import type { Management, Observe } from '../wap/layer.js';
import { encodeUtf8 } from '../wap/octets.js';
import { ports } from '../wap/ports.js';
import type { Random } from '../wap/random.js';
import { longSessions, units } from '../wap/stack.js';
import type { Millis } from '../wap/time.js';
import type {
  BearerAddress,
  Capabilities,
  Header,
  SessionIndication,
  SessionRequest,
  UnitIndication,
  UnitRequest,
} from '../wap/wsp/index.js';
import { encodeHeaders, LARGEST_MESSAGE } from '../wap/wsp/index.js';
import type { SecurityRequest } from '../wap/wtls/index.js';
import { Exchanges } from './exchanges.js';
import {
  type ConnectionSecurity,
  handshakeFailure,
  type SecuredPort,
  securedPort,
  type TerminalSecurity,
} from './security.js';
import { unitRequests } from './unit-requests.js';

/** Connectionless, connection mode. */
export type WapMode = 'cl' | 'co';

export interface WapClientOptions {
  /** The gateway: a numeric address, and the port where it is not the registered one of the mode. */
  readonly gateway: { readonly host: string; readonly port?: number };
  readonly mode: WapMode;
  /** Over WTLS: the ports 9202 and 9203, or another that is given. Without it, no request is protected. */
  readonly security?: TerminalSecurity;
  /** Where this end is. Default: any port of 127.0.0.1, or of all addresses where the gateway is on another machine. */
  readonly local?: { readonly host: string; readonly port?: number };
  /** Sent once with Connect, and from then on part of every request; connectionless, with every request. */
  readonly headers?: readonly Header[];
  /** What Connect asks for. Default: an SDU size of 65,535 octets. */
  readonly capabilities?: Capabilities;
  /** A request without an answer for so long is given up. Default: 60 s. */
  readonly timeout?: Millis;
  readonly random?: Random;
  readonly scheduler?: Scheduler;
  /** What carries the datagrams. Default: a UDP socket. Called again where a session moves: to another gateway or another address. */
  readonly open?: (
    local: { readonly host: string; readonly port: number },
    peer: Endpoint,
  ) => Promise<Bearer>;
  readonly tap?: (sighting: Sighting) => void;
  readonly observe?: Observe;
  readonly manage?: (news: Management) => void;
  /** Pushes that come on the session. A confirmed one is confirmed when this returns. */
  readonly onPush?: (push: ReceivedPush) => void;
  /** The gateway sent the session elsewhere (WAP-230 §6.3.3.2); `permanent`: it wants to be asked there from now on. */
  readonly onRedirect?: (to: Endpoint, permanent: boolean) => void;
  /** The session ended without being asked to. */
  readonly onDisconnect?: (reason: string) => void;
}

export interface WapRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: readonly Header[];
  readonly body?: Uint8Array;
}

export interface WapResponse {
  readonly status: number;
  /** Content-Type first. */
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

export interface ReceivedPush {
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

/** A way to a gateway that stays open. */
export interface WapClient {
  readonly mode: WapMode;
  /** Who answers: another than was asked, where that one redirected. */
  readonly gateway: Endpoint;
  /** In connection mode. */
  readonly session?: WapSession;
  /** What protects it; `undefined` without WTLS, and as long as there is no connection. */
  security(): ConnectionSecurity | undefined;
  /** What the gateway said when the session was set up; nothing where there is none. */
  readonly serverHeaders: readonly Header[];
  readonly capabilities: Capabilities;
  /** Rejects with `ProtocolError` where no result came, also when the signal aborts. */
  request(request: WapRequest, signal?: AbortSignal): Promise<WapResponse>;
  /** Ends the session and closes the socket. */
  close(): Promise<void>;
}

/** A session can rest, and go on from another address: WAP-230 §6.3.3.3. */
export interface WapSession {
  readonly suspended: boolean;
  /** Ends what is under way; the gateway keeps the session. Throws `ProtocolError` where it did not agree to that. */
  suspend(): void;
  /**
   * Goes on; a request while the session is suspended does so by itself. Rejects with `ProtocolError` where the gateway does not know
   * the session any more.
   * @param host the terminal's address from now on, where it is another
   */
  resume(host?: string): Promise<void>;
}

const DEFAULT_TIMEOUT: Millis = 60_000;

/** Gateways that send a session on to the next; more are a circle. */
const REDIRECTS_MAX = 5;

/** As the gateway does: a datagram that no link has to take apart. */
const segmentation = { packet: 1400, group: 1405, numGroups: 4 } as const;

/** Octets before an acknowledgement: eight such datagrams. */
const MAXIMUM_GROUP = 11_200;

/** Connectionless WSP repeats nothing by itself: the user agent does (§6.4.1), so often and after so long. */
const REPEATS = 4;
const REPEAT_AFTER: Millis = 5_000;

/** Octets of a Post PDU besides address, headers and data (§8.2.3.2), and of what the layer may add: Encoding-Version. */
const ROOM_FOR_POST = 24;

/** Smaller parts would be more headers than data. */
const MIN_PART = 64;

const NO_BODY = new Uint8Array(0);

/**
 * The largest SDU that fits the 16 bits which gateways of the time kept it in, more in parts where the gateway knows that; requests and pushes
 * a few at a time.
 */
const defaultCapabilities: Capabilities = {
  clientSduSize: 65_535,
  serverSduSize: 65_535,
  clientMessageSize: LARGEST_MESSAGE,
  serverMessageSize: LARGEST_MESSAGE,
  protocolOptions: [
    'Push',
    'Confirmed Push',
    'Session Resume',
    'Acknowledgement Headers',
    'Large Data Transfer',
  ],
  methodMor: 4,
  pushMor: 4,
};

/** Opens a way to a gateway: in connection mode a session, which may be refused. */
export async function openWapClient(options: WapClientOptions): Promise<WapClient> {
  const port = options.gateway.port ?? usualPort(options);
  const gateway = udpEndpoint(options.gateway.host, port);
  const scheduler = options.scheduler ?? realScheduler;
  if (options.mode === 'cl')
    return unitClient(options, scheduler, await openBearer(options, scheduler, gateway), gateway);
  let next = gateway;
  for (let i = 0; i <= REDIRECTS_MAX; i++) {
    const bearer = await openBearer(options, scheduler, next);
    const client = await sessionClient(options, scheduler, bearer, next);
    if (!('redirected' in client)) return client;
    const { permanent, addresses } = client.redirected;
    const to = addresses.map((address) => endpointOf(address, next)).find((each) => each !== undefined);
    if (to === undefined)
      throw new ProtocolError('WSP', 'CONNECTING', 'the gateway redirects to a bearer that is not here');
    options.onRedirect?.(to, permanent);
    next = to;
  }
  throw new ProtocolError('WSP', 'CONNECTING', 'the gateways redirect in circles');
}

/** WAP-259 Appendix B. */
function usualPort({ mode, security }: WapClientOptions): number {
  if (mode === 'cl') return security ? ports.secureConnectionless : ports.connectionless;
  return security ? ports.secureSession : ports.session;
}

async function openBearer(
  options: WapClientOptions,
  scheduler: Scheduler,
  gateway: Endpoint,
  local = localOf(options, gateway),
): Promise<Bearer> {
  const bearer = await (options.open?.(local, gateway) ?? openUdp({ ...local, peer: gateway }));
  return options.tap === undefined ? bearer : tap(bearer, scheduler, options.tap);
}

/** §8.2.2.4: an address in its bearer's form; only those of IP are spoken here. */
function endpointOf({ address, portNumber }: BearerAddress, old: Endpoint): Endpoint | undefined {
  const port = portNumber ?? old.port;
  if (address.length === 4) return udpEndpoint(address.join('.'), port);
  if (address.length !== 16) return undefined;
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((address[2 * i] ?? 0) << 8) | (address[2 * i + 1] ?? 0)).toString(16),
  );
  return udpEndpoint(groups.join(':'), port);
}

/** One request, with a session of its own in connection mode. */
export async function fetchWap(
  options: WapClientOptions & WapRequest,
  signal?: AbortSignal,
): Promise<WapResponse> {
  const { method, url, body, headers } = options;
  const client = await openWapClient({ ...options, headers: headers ?? [] });
  try {
    return await client.request({ method, url, ...(body !== undefined && { body }) }, signal);
  } finally {
    await client.close();
  }
}

function localOf(options: WapClientOptions, gateway: Endpoint): { host: string; port: number } {
  if (options.local !== undefined) return { port: 0, ...options.local };
  const wide = gateway.address.includes(':') ? '::' : '0.0.0.0';
  const loopback = /^127\.|^::1$/.test(gateway.address);
  return { host: loopback ? (gateway.address.includes(':') ? '::1' : '127.0.0.1') : wide, port: 0 };
}

function unitClient(
  options: WapClientOptions,
  scheduler: Scheduler,
  bearer: Bearer,
  gateway: Endpoint,
): WapClient {
  const peers: Peers = { local: bearer.local, remote: gateway };
  const random = options.random ?? machineRandom;
  const secured = options.security && securedPort(options.security, scheduler, random);
  const requests = unitRequests({
    scheduler,
    peers,
    request: (primitive) => driver.request(primitive),
    headers: options.headers ?? [],
    timeout: options.timeout ?? DEFAULT_TIMEOUT,
    repeats: REPEATS,
    repeatAfter: REPEAT_AFTER,
  });
  const driver: Driver<UnitRequest> = drive({
    ...common(options, scheduler, bearer),
    manage: listening(options, (failure) => requests.rejectAll(failure)),
    stack: units({
      local: bearer.local,
      ...(secured && { security: secured.layer }),
      ...(options.observe && { observe: options.observe }),
    }),
    deliver: (indication: UnitIndication) => requests.deliver(indication),
  });

  return {
    mode: 'cl',
    gateway,
    security: () => secured?.information(peers),
    serverHeaders: [],
    capabilities: {},
    request: (request, signal) => requests.start(request, signal),
    async close() {
      requests.close();
      hangUp(driver, secured, peers);
      await driver.close();
    },
  };
}

/** Where a gateway sent a session. */
interface Redirected {
  readonly redirected: { readonly permanent: boolean; readonly addresses: readonly BearerAddress[] };
}

/** A bearer in whose place another can be put. */
interface Movable extends Bearer {
  /** Closes the old one. */
  replace(next: Bearer): Promise<void>;
}

function movable(first: Bearer): Movable {
  let current = first;
  let receive: Parameters<Bearer['onDatagram']>[0] = () => undefined;
  return {
    get local() {
      return current.local;
    },
    send: (datagram) => current.send(datagram),
    onDatagram(next) {
      receive = next;
      current.onDatagram(next);
    },
    replace(next) {
      const old = current;
      current = next;
      next.onDatagram(receive);
      return old.close();
    },
    close: () => current.close(),
  };
}

async function sessionClient(
  options: WapClientOptions,
  scheduler: Scheduler,
  opened: Bearer,
  gateway: Endpoint,
): Promise<WapClient | Redirected> {
  const bearer = movable(opened);
  const random = options.random ?? machineRandom;
  const secured = options.security && securedPort(options.security, scheduler, random);
  const session = 'C1';
  const exchanges = new Exchanges(scheduler, options.timeout ?? DEFAULT_TIMEOUT, 65_536, 1);
  type Confirmed = Extract<SessionIndication, { type: 'S-Connect.cnf' }>;
  let connected: ((confirmed: Confirmed | Redirected) => void) | undefined;
  let resumed: (() => void) | undefined;
  let resuming: Promise<void> | undefined;
  let suspended = false;
  let refused: ((error: Error) => void) | undefined;
  let open = true;

  function deliver(indication: SessionIndication): void {
    switch (indication.type) {
      case 'S-Connect.cnf':
        connected?.(indication);
        break;
      case 'S-MethodResult.ind': {
        const { clientTransactionId: id, status, responseHeaders, responseBody, moreData } = indication;
        driver.request({ type: 'S-MethodResult.res', session, clientTransactionId: id });
        exchanges.answer(id, { status, headers: responseHeaders, body: responseBody }, moreData);
        break;
      }
      case 'S-MethodResultData.ind': {
        const { clientTransactionId: id, responseBody, moreData } = indication;
        driver.request({ type: 'S-MethodResultData.res', session, clientTransactionId: id });
        exchanges.part(id, responseBody, moreData);
        break;
      }
      case 'S-MethodAbort.ind':
        exchanges.fail(indication.transactionId, `the gateway aborted it: ${indication.reason}`);
        break;
      case 'S-Push.ind':
        options.onPush?.({ headers: indication.pushHeaders, body: indication.pushBody });
        break;
      case 'S-ConfirmedPush.ind':
        options.onPush?.({ headers: indication.pushHeaders, body: indication.pushBody });
        driver.request({ type: 'S-ConfirmedPush.res', session, clientPushId: indication.clientPushId });
        break;
      case 'S-Resume.cnf':
        suspended = false;
        resumed?.();
        break;
      case 'S-Suspend.ind':
        suspended = true;
        refused?.(new ProtocolError('WSP', 'RESUMING', `the session stays suspended: ${indication.reason}`));
        break;
      case 'S-Disconnect.ind': {
        const { reasonCode, redirectAddresses } = indication;
        if (redirectAddresses === undefined) ended(`the session was ended: ${reasonCode}`);
        else connected?.({ redirected: { permanent: reasonCode === 301, addresses: redirectAddresses } });
        break;
      }
    }
  }

  function ended(reason: string): void {
    const was = open;
    open = false;
    exchanges.failAll(reason);
    refused?.(new ProtocolError('WSP', 'CONNECTING', reason));
    if (was && connected === undefined) options.onDisconnect?.(reason);
  }

  const driver: Driver<SessionRequest> = drive({
    ...common(options, scheduler, bearer),
    manage: listening(options, (failure) => {
      exchanges.rejectAll(failure);
      refused?.(failure);
    }),
    stack: longSessions({
      local: bearer.local,
      ...(secured && { security: secured.layer }),
      session: { random },
      transaction: { random, segmentation, maximumGroup: MAXIMUM_GROUP },
      ...(options.observe && { observe: options.observe }),
    }),
    deliver,
  });

  /** What is asked for comes, is refused, or has its time. */
  function answered<T>(state: string, ask: (resolve: (value: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = scheduler.schedule(options.timeout ?? DEFAULT_TIMEOUT, () =>
        reject(new ProtocolError('WSP', state, 'the gateway does not answer')),
      );
      refused = (error) => {
        cancel();
        reject(error);
      };
      ask((value) => {
        cancel();
        resolve(value);
      });
    });
  }

  const confirmed = await answered<Confirmed | Redirected>('CONNECTING', (resolve) => {
    connected = resolve;
    driver.request({
      type: 'S-Connect.req',
      session,
      peers: { local: bearer.local, remote: gateway },
      clientHeaders: options.headers ?? [],
      requestedCapabilities: { ...defaultCapabilities, ...options.capabilities },
    });
  }).catch(async (error: unknown) => {
    await driver.close();
    throw error;
  });
  connected = undefined;
  refused = undefined;
  if ('redirected' in confirmed) {
    await driver.close();
    return confirmed;
  }
  const { serverHeaders, negotiatedCapabilities } = confirmed;
  exchanges.allow(negotiatedCapabilities.methodMor ?? 1);

  async function move(host: string): Promise<void> {
    const { port } = bearer.local;
    await bearer.replace(await openBearer(options, scheduler, gateway, { host, port }));
  }

  async function resume(host?: string): Promise<void> {
    requireResume(negotiatedCapabilities);
    if (host !== undefined && host !== bearer.local.address) await move(host);
    await answered<void>('RESUMING', (resolve) => {
      resumed = resolve;
      driver.request({
        type: 'S-Resume.req',
        session,
        peers: { local: bearer.local, remote: gateway },
      });
    }).finally(() => {
      resumed = undefined;
      refused = undefined;
      resuming = undefined;
    });
  }

  return {
    mode: 'co',
    gateway,
    security: () => secured?.information({ local: bearer.local, remote: gateway }),
    session: {
      get suspended() {
        return suspended;
      },
      suspend() {
        requireResume(negotiatedCapabilities);
        if (open) driver.request({ type: 'S-Suspend.req', session });
      },
      resume(host) {
        if (!open) return Promise.reject(new ProtocolError('WSP', 'NULL', 'the session has ended'));
        resuming ??= resume(host);
        return resuming;
      },
    },
    serverHeaders,
    capabilities: negotiatedCapabilities,
    request: async (request, signal) => {
      if (!open) throw new ProtocolError('WSP', 'NULL', 'the session has ended');
      if (suspended) {
        resuming ??= resume();
        await resuming;
      }
      return exchanges.start(signal, (clientTransactionId) => {
        const [requestBody = NO_BODY, ...further] = partsOf(request, negotiatedCapabilities);
        const moreData = further.length > 0;
        driver.request({
          type: 'S-MethodInvoke.req',
          session,
          clientTransactionId,
          method: request.method,
          requestUri: request.url,
          requestHeaders: request.headers ?? [],
          requestBody,
          ...(moreData && { moreData }),
        });
        further.forEach((part, i) => {
          const last = i === further.length - 1;
          driver.request({
            type: 'S-MethodInvokeData.req',
            session,
            clientTransactionId,
            requestBody: part,
            moreData: !last,
          });
        });
        return {
          givenUp: () =>
            driver.request({ type: 'S-MethodAbort.req', session, transactionId: clientTransactionId }),
        };
      });
    },
    async close() {
      exchanges.failAll('closed');
      if (open) {
        open = false;
        driver.request({ type: 'S-Disconnect.req', session, reasonCode: 200 });
      }
      hangUp(driver, secured, { local: bearer.local, remote: gateway });
      await driver.close();
    },
  };
}

/** The body in parts that the gateway takes, where it does and one is too large: WAP-230 §6.3.3.10. */
function partsOf(
  { url, headers = [], body = NO_BODY }: WapRequest,
  agreed: Capabilities,
): readonly Uint8Array[] {
  const { serverSduSize = 0, protocolOptions = [] } = agreed;
  if (serverSduSize === 0 || !protocolOptions.includes('Large Data Transfer')) return [body];
  const room = serverSduSize - ROOM_FOR_POST - encodeUtf8(url).length - encodeHeaders(headers).length;
  if (room >= body.length || room < MIN_PART) return [body];
  const parts = [body.subarray(0, room)];
  for (let at = room; at < body.length; at += serverSduSize)
    parts.push(body.subarray(at, at + serverSduSize));
  return parts;
}

function requireResume({ protocolOptions }: Capabilities): void {
  if (!protocolOptions?.includes('Session Resume'))
    throw new ProtocolError('WSP', 'CONNECTED', 'the gateway does not suspend sessions');
}

function common(options: WapClientOptions, scheduler: Scheduler, bearer: Bearer) {
  return {
    bearer,
    scheduler,
    ...(options.observe && { observe: options.observe }),
  };
}

const machineRandom: Random = { octets: (count) => randomBytes(count) };

/** The management entity of a client: without a connection there is no use in waiting for answers. */
function listening(
  options: WapClientOptions,
  failed: (failure: ProtocolError) => void,
): (news: Management) => void {
  return (news) => {
    options.manage?.(news);
    const failure = handshakeFailure(news);
    if (failure !== undefined) failed(failure);
  };
}

/** WAP-261 §10.2.1: the other end need not keep the connection any longer; the session can be resumed. */
function hangUp(
  driver: Pick<Driver<never>, 'control'>,
  secured: SecuredPort | undefined,
  peers: Peers,
): void {
  if (secured?.information(peers) === undefined) return;
  const request: SecurityRequest = {
    type: 'SEC-Terminate.req',
    peers,
    alertDescription: 'connection_close_notify',
    alertLevel: 'critical',
  };
  driver.control(request);
}
