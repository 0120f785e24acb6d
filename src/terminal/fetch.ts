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
import { concat } from '../wap/octets.js';
import { ports } from '../wap/ports.js';
import type { Random } from '../wap/random.js';
import { sessions, units } from '../wap/stack.js';
import type { Millis } from '../wap/time.js';
import type {
  Capabilities,
  EncodingVersion,
  Header,
  SessionIndication,
  SessionRequest,
  UnitIndication,
  UnitRequest,
} from '../wap/wsp/index.js';

/** Connectionless, connection mode. */
export type WapMode = 'cl' | 'co';

export interface WapClientOptions {
  /** The gateway: a numeric address, and the port where it is not the registered one of the mode. */
  readonly gateway: { readonly host: string; readonly port?: number };
  readonly mode: WapMode;
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
  readonly tap?: (sighting: Sighting) => void;
  readonly observe?: Observe;
  readonly manage?: (news: Management) => void;
  /** Pushes that come on the session. A confirmed one is confirmed when this returns. */
  readonly onPush?: (push: ReceivedPush) => void;
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
  /** What the gateway said when the session was set up; nothing where there is none. */
  readonly serverHeaders: readonly Header[];
  readonly capabilities: Capabilities;
  /** Rejects with `ProtocolError` where no result came, also when the signal aborts. */
  request(request: WapRequest, signal?: AbortSignal): Promise<WapResponse>;
  /** Ends the session and closes the socket. */
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT: Millis = 60_000;

/** Connectionless WSP repeats nothing by itself: the user agent does (§6.4.1), so often and after so long. */
const REPEATS = 4;
const REPEAT_AFTER: Millis = 5_000;

const NO_BODY = new Uint8Array(0);

/** The largest SDU that fits the 16 bits which gateways of the time kept it in; requests and pushes a few at a time. */
const defaultCapabilities: Capabilities = {
  clientSduSize: 65_535,
  serverSduSize: 65_535,
  protocolOptions: ['Push', 'Confirmed Push', 'Session Resume', 'Acknowledgement Headers'],
  methodMor: 4,
  pushMor: 4,
};

/** Opens a way to a gateway: in connection mode a session, which may be refused. */
export async function openWapClient(options: WapClientOptions): Promise<WapClient> {
  const port = options.gateway.port ?? (options.mode === 'cl' ? ports.connectionless : ports.session);
  const gateway = udpEndpoint(options.gateway.host, port);
  const scheduler = options.scheduler ?? realScheduler;
  const bearer = await openUdp({ ...localOf(options, gateway), peer: gateway });
  const seen = options.tap === undefined ? bearer : tap(bearer, scheduler, options.tap);
  try {
    return options.mode === 'cl'
      ? unitClient(options, scheduler, seen, gateway)
      : await sessionClient(options, scheduler, seen, gateway);
  } catch (error) {
    await bearer.close();
    throw error;
  }
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

/** A request under way. */
interface Pending {
  readonly resolve: (response: WapResponse) => void;
  readonly reject: (error: Error) => void;
  response?: WapResponse;
  readonly parts: Uint8Array[];
}

/** Requests under way by transaction, each with its end: a result, an abort, its time. More than are allowed wait. */
class Exchanges {
  readonly #pending = new Map<number, Pending>();
  readonly #waiting: (() => void)[] = [];
  readonly #scheduler: Scheduler;
  readonly #timeout: Millis;
  /** Transaction ids go from 0 up to, not including, this. */
  readonly #ids: number;
  #most: number;
  #next = 0;

  constructor(scheduler: Scheduler, timeout: Millis, ids: number, most: number) {
    this.#scheduler = scheduler;
    this.#timeout = timeout;
    this.#ids = ids;
    this.#most = most;
  }

  /** How many may be under way at the same time: Method-MOR (WAP-230 §8.3.2.4). */
  allow(most: number): void {
    this.#most = Math.max(1, most);
  }

  /** @param send puts the request on its way under that id; what it returns is done when the request is given up */
  start(signal: AbortSignal | undefined, send: (id: number) => () => void): Promise<WapResponse> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        if (signal?.aborted) reject(givenUp());
        else this.#begin(signal, send, resolve, reject);
      };
      if (this.#pending.size < this.#most) begin();
      else this.#waiting.push(begin);
    });
  }

  #begin(
    signal: AbortSignal | undefined,
    send: (id: number) => () => void,
    resolve: (response: WapResponse) => void,
    reject: (error: unknown) => void,
  ): void {
    const id = this.#freeId();
    let giveUp = () => {};
    const cancel = this.#scheduler.schedule(this.#timeout, () => {
      this.fail(id, `no answer within ${Math.round(this.#timeout / 1000)} seconds`);
      giveUp();
    });
    const abort = () => {
      this.#pending.get(id)?.reject(givenUp());
      giveUp();
    };
    const done = () => {
      cancel();
      signal?.removeEventListener('abort', abort);
      this.#pending.delete(id);
      this.#release();
    };
    signal?.addEventListener('abort', abort, { once: true });
    this.#pending.set(id, {
      parts: [],
      resolve: (response) => {
        done();
        resolve(response);
      },
      reject: (error) => {
        done();
        reject(error);
      },
    });
    try {
      giveUp = send(id);
    } catch (error) {
      done();
      reject(error);
    }
  }

  /** One that was given up while it waited begins nothing: the next one may. */
  #release(): void {
    while (this.#pending.size < this.#most && this.#waiting.length > 0) this.#waiting.shift()?.();
  }

  /** The first part of a response, or all of it. */
  answer(id: number, response: WapResponse, more: boolean): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    pending.response = response;
    this.part(id, response.body, more);
  }

  part(id: number, body: Uint8Array, more: boolean): void {
    const pending = this.#pending.get(id);
    if (pending?.response === undefined) return;
    pending.parts.push(body);
    if (!more) pending.resolve({ ...pending.response, body: concat(pending.parts) });
  }

  has(id: number): boolean {
    return this.#pending.has(id);
  }

  fail(id: number, rule: string): void {
    this.#pending.get(id)?.reject(new ProtocolError('WSP', 'REQUESTING', rule));
  }

  failAll(rule: string): void {
    while (this.#pending.size > 0) for (const id of [...this.#pending.keys()]) this.fail(id, rule);
  }

  #freeId(): number {
    do this.#next = (this.#next + 1) % this.#ids;
    while (this.#pending.has(this.#next));
    return this.#next;
  }
}

function givenUp(): ProtocolError {
  return new ProtocolError('WSP', 'REQUESTING', 'given up');
}

function unitClient(
  options: WapClientOptions,
  scheduler: Scheduler,
  bearer: Bearer,
  gateway: Endpoint,
): WapClient {
  const peers: Peers = { local: bearer.local, remote: gateway };
  const exchanges = new Exchanges(scheduler, options.timeout ?? DEFAULT_TIMEOUT, 256, 128);
  let encodingVersion: EncodingVersion | undefined;

  function deliver(indication: UnitIndication): void {
    if (indication.type !== 'S-Unit-MethodResult.ind') return;
    const { transactionId, status, responseHeaders, responseBody } = indication;
    encodingVersion = indication.encodingVersion;
    exchanges.answer(transactionId, { status, headers: responseHeaders, body: responseBody }, false);
  }

  const driver: Driver<UnitRequest> = drive({
    ...common(options, scheduler, bearer),
    stack: units({ local: bearer.local, ...(options.observe && { observe: options.observe }) }),
    deliver,
  });

  return {
    mode: 'cl',
    serverHeaders: [],
    capabilities: {},
    request: (request, signal) =>
      exchanges.start(signal, (transactionId) => {
        let cancel = () => {};
        const send = (left: number) => {
          driver.request({
            type: 'S-Unit-MethodInvoke.req',
            peers,
            transactionId,
            method: request.method,
            requestUri: request.url,
            requestHeaders: [...(options.headers ?? []), ...(request.headers ?? [])],
            requestBody: request.body ?? NO_BODY,
            ...(encodingVersion !== undefined && { encodingVersion }),
          });
          if (left === 0) return;
          cancel = scheduler.schedule(REPEAT_AFTER, () => {
            if (exchanges.has(transactionId)) send(left - 1);
          });
        };
        send(REPEATS);
        return () => cancel();
      }),
    async close() {
      exchanges.failAll('closed');
      await driver.close();
    },
  };
}

async function sessionClient(
  options: WapClientOptions,
  scheduler: Scheduler,
  bearer: Bearer,
  gateway: Endpoint,
): Promise<WapClient> {
  const random = options.random ?? { octets: (count: number) => randomBytes(count) };
  const session = 'C1';
  const exchanges = new Exchanges(scheduler, options.timeout ?? DEFAULT_TIMEOUT, 65_536, 1);
  type Confirmed = Extract<SessionIndication, { type: 'S-Connect.cnf' }>;
  let connected: ((confirmed: Confirmed) => void) | undefined;
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
      case 'S-Disconnect.ind':
        ended(`the session was ended: ${indication.reasonCode}`);
        break;
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
    stack: sessions({
      local: bearer.local,
      session: { random },
      transaction: { random },
      ...(options.observe && { observe: options.observe }),
    }),
    deliver,
  });

  const { serverHeaders, negotiatedCapabilities } = await new Promise<Confirmed>((resolve, reject) => {
    const cancel = scheduler.schedule(options.timeout ?? DEFAULT_TIMEOUT, () =>
      reject(new ProtocolError('WSP', 'CONNECTING', 'the gateway does not answer')),
    );
    connected = (confirmed) => {
      cancel();
      resolve(confirmed);
    };
    refused = (error) => {
      cancel();
      reject(error);
    };
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
  exchanges.allow(negotiatedCapabilities.methodMor ?? 1);

  return {
    mode: 'co',
    serverHeaders,
    capabilities: negotiatedCapabilities,
    request: (request, signal) => {
      if (!open) return Promise.reject(new ProtocolError('WSP', 'NULL', 'the session has ended'));
      return exchanges.start(signal, (clientTransactionId) => {
        driver.request({
          type: 'S-MethodInvoke.req',
          session,
          clientTransactionId,
          method: request.method,
          requestUri: request.url,
          requestHeaders: request.headers ?? [],
          requestBody: request.body ?? NO_BODY,
        });
        return () =>
          driver.request({ type: 'S-MethodAbort.req', session, transactionId: clientTransactionId });
      });
    },
    async close() {
      exchanges.failAll('closed');
      if (open) {
        open = false;
        driver.request({ type: 'S-Disconnect.req', session, reasonCode: 200 });
      }
      await driver.close();
    },
  };
}

function common(options: WapClientOptions, scheduler: Scheduler, bearer: Bearer) {
  return {
    bearer,
    scheduler,
    ...(options.observe && { observe: options.observe }),
    ...(options.manage && { manage: options.manage }),
  };
}
