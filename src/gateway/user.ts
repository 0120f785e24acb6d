/**
 * The gateway as the user of WSP, in both modes: WAP-230 §6.3 and §6.4. Requests go to the proxy, results come back; it remembers
 * what a session's headers were (WAP-236 §7.1.4) and gives up what the terminal gives up.
 */
import type { Peers } from '../wap/address.js';
import { peersKey } from '../wap/address.js';
import { concat, equalOctets, toHex } from '../wap/octets.js';
import { type ApplicationId, decodeApplicationId, wmlUserAgent } from '../wap/push/index.js';
import type { Random } from '../wap/random.js';
import type { Clock, Millis } from '../wap/time.js';
import {
  type EitherSessionRequest,
  encodeHeaders,
  type Header,
  headerValue,
  headerValues,
  type ServerSessionRequest,
  type SessionHandle,
  type SessionIndication,
  type TransactionId,
  type UnitIndication,
  type UnitRequest,
} from '../wap/wsp/index.js';
import { Abandoning } from './abandonment.js';
import { profileKept } from './profiles.js';
import type { Forward, ProxyResponse } from './proxy.js';

/** Bounds a single client, so that one does not take the gateway from the others. */
export interface ClientLimits {
  /** Sessions of all clients together. */
  readonly sessions: number;
  /** Sessions with one address. Terminals behind address translation share one. */
  readonly sessionsOfAddress: number;
  /** Requests of one session, or of one connectionless client, that are under way. */
  readonly requests: number;
  /** Octets of a request's body. */
  readonly requestBody: number;
}

export interface UserOptions {
  readonly forward: Forward;
  readonly clock: Clock;
  readonly limits: ClientLimits;
  /** Whether WTLS is below. */
  readonly secure?: boolean;
  /** A session was opened or resumed: what waited for one may go now. */
  readonly connected?: () => void;
  /** A session has ended, under the id that its requests carried. */
  readonly disconnected?: (sessionId: string) => void;
  /** Gets what nobody foresaw: a bug, whose request then ends as aborted. */
  readonly failed: (error: unknown) => void;
}

/** A user of the session service. */
export interface SessionUser {
  deliver(indication: SessionIndication): void;
  /** Sessions that are open now. */
  sessions(): number;
  /** The youngest session with that terminal on which pushes of that kind for that application may go (WAP-235 §6.2.2). */
  pushSession(
    address: string,
    application: ApplicationId,
    kind: 'Push' | 'Confirmed Push',
  ): SessionHandle | undefined;
  /** What the terminal at that address said when it opened its youngest session. */
  sessionAt(address: string): { readonly headers: readonly Header[]; readonly sduSize?: number } | undefined;
  /** Gives up all that is under way. */
  close(): void;
}

interface Method {
  readonly abandoning: Abandoning;
  readonly parts: Uint8Array[];
  length: number;
  /** Parts of the result that are not confirmed. */
  left: number;
}

interface Session {
  readonly id: string;
  peers: Peers;
  headers: readonly Header[];
  readonly sduSize: number | undefined;
  /** Octets of a message in parts, 0 for any; `undefined` where there are none (WAP-230 §8.3.2.3). */
  readonly messageSize: number | undefined;
  readonly protocolOptions: readonly string[];
  readonly methods: Map<TransactionId, Method>;
}

type Invoke = Extract<SessionIndication, { type: 'S-MethodInvoke.ind' }>;

/** Connection mode. @param request hands a primitive to the session layer */
export function sessionUser(
  request: (primitive: ServerSessionRequest | EitherSessionRequest) => void,
  random: Random,
  options: UserOptions,
): SessionUser {
  const sessions = new Map<SessionHandle, Session>();
  /** Sessions by address. */
  const counts = new Map<string, number>();
  /** The first part of requests whose rest is still to come, by session and transaction. */
  const partial = new Map<string, Invoke>();

  function connect(indication: Extract<SessionIndication, { type: 'S-Connect.ind' }>): void {
    const { session, peers, clientHeaders, requestedCapabilities } = indication;
    const { address } = peers.remote;
    const full =
      sessions.size >= options.limits.sessions ||
      (counts.get(address) ?? 0) >= options.limits.sessionsOfAddress;
    if (full) {
      request({ type: 'S-Disconnect.req', session, reasonCode: 503 });
      return;
    }
    counted(address, 1);
    sessions.set(session, {
      id: toHex(random.octets(8)),
      peers,
      headers: clientHeaders,
      sduSize: requestedCapabilities.clientSduSize,
      messageSize: requestedCapabilities.protocolOptions?.includes('Large Data Transfer')
        ? (requestedCapabilities.clientMessageSize ?? DEFAULT_MESSAGE_SIZE)
        : undefined,
      protocolOptions: requestedCapabilities.protocolOptions ?? [],
      methods: new Map(),
    });
    const serverHeaders = profileKept(clientHeaders);
    request({ type: 'S-Connect.res', session, ...(serverHeaders.length > 0 && { serverHeaders }) });
    options.connected?.();
  }

  function counted(address: string, by: 1 | -1): void {
    const count = (counts.get(address) ?? 0) + by;
    if (count === 0) counts.delete(address);
    else counts.set(address, count);
  }

  function resume(indication: Extract<SessionIndication, { type: 'S-Resume.ind' }>): void {
    const session = sessions.get(indication.session);
    if (session === undefined) return;
    counted(session.peers.remote.address, -1);
    counted(indication.peers.remote.address, 1);
    session.peers = indication.peers;
    session.headers = combined(session.headers, indication.clientHeaders);
    const serverHeaders = profileKept(indication.clientHeaders);
    request({
      type: 'S-Resume.res',
      session: indication.session,
      ...(serverHeaders.length > 0 && { serverHeaders }),
    });
    options.connected?.();
  }

  function invoke(indication: Invoke): void {
    const session = sessions.get(indication.session);
    if (session === undefined) return;
    const { serverTransactionId } = indication;
    request({ type: 'S-MethodInvoke.res', session: indication.session, serverTransactionId });
    if (session.methods.size >= options.limits.requests) {
      respond(indication.session, serverTransactionId, tooMany);
      return;
    }
    const method: Method = { abandoning: new Abandoning(), parts: [], length: 0, left: 1 };
    session.methods.set(serverTransactionId, method);
    collect(indication, session, method, indication.requestBody, indication.moreData);
  }

  /** Parts of a long request (WAP-230 §6.3.3.10) until the last has come. */
  function collect(
    first: Invoke,
    session: Session,
    method: Method,
    part: Uint8Array,
    moreData: boolean,
  ): void {
    const key = `${first.session}|${first.serverTransactionId}`;
    method.parts.push(part);
    method.length += part.length;
    if (method.length > options.limits.requestBody) {
      session.methods.delete(first.serverTransactionId);
      partial.delete(key);
      respond(first.session, first.serverTransactionId, tooBig);
    } else if (moreData) partial.set(key, first);
    else {
      partial.delete(key);
      run(first, session, method);
    }
  }

  function more(indication: Extract<SessionIndication, { type: 'S-MethodInvokeData.ind' }>): void {
    const first = partial.get(`${indication.session}|${indication.serverTransactionId}`);
    const session = sessions.get(indication.session);
    const method = session?.methods.get(indication.serverTransactionId);
    if (first === undefined || session === undefined || method === undefined) return;
    request({
      type: 'S-MethodInvokeData.res',
      session: indication.session,
      serverTransactionId: indication.serverTransactionId,
    });
    collect(first, session, method, indication.requestBody, indication.moreData);
  }

  function run(first: Invoke, session: Session, method: Method): void {
    const headers = combined(session.headers, first.requestHeaders);
    const encodingVersion = headerValue(headers, 'Encoding-Version');
    const sduSize = largestResult(first, session);
    options
      .forward(
        {
          method: first.method,
          uri: first.requestUri,
          headers,
          body: concat(method.parts),
          client: session.peers.remote,
          sessionId: session.id,
          ...(sduSize !== undefined && { sduSize }),
          ...(options.secure && { secure: true }),
          ...(encodingVersion !== undefined && { encodingVersion }),
        },
        method.abandoning,
      )
      .then((response) => {
        const pending = session.methods.get(first.serverTransactionId) === method;
        if (response === undefined || !pending) return;
        method.left = respond(first.session, first.serverTransactionId, response);
        // Until it is confirmed or aborted it counts: WTP still works on it.
      })
      .catch((error: unknown) => {
        options.failed(error);
        abandon(first.session, first.serverTransactionId);
      })
      .catch(options.failed);
  }

  /** A method that came to nothing here: the terminal must not wait for it. */
  function abandon(session: SessionHandle, transactionId: TransactionId): void {
    if (sessions.get(session)?.methods.delete(transactionId))
      request({ type: 'S-MethodAbort.req', session, transactionId });
  }

  function respond(
    session: SessionHandle,
    serverTransactionId: TransactionId,
    response: ProxyResponse,
  ): number {
    const { status, headers: responseHeaders, body } = response;
    const names = { session, serverTransactionId };
    const [responseBody = body, ...further] = partsOf(response, sessions.get(session));
    const moreData = further.length > 0;
    request({
      type: 'S-MethodResult.req',
      ...names,
      status,
      responseHeaders,
      responseBody,
      ...(moreData && { moreData }),
    });
    further.forEach((part, i) => {
      request({
        type: 'S-MethodResultData.req',
        ...names,
        responseBody: part,
        moreData: i < further.length - 1,
      });
    });
    return 1 + further.length;
  }

  function confirmed(session: SessionHandle, transactionId: TransactionId): void {
    const methods = sessions.get(session)?.methods;
    const method = methods?.get(transactionId);
    if (method !== undefined && --method.left <= 0) methods?.delete(transactionId);
  }

  function giveUp(session: SessionHandle, transactionId: TransactionId): void {
    partial.delete(`${session}|${transactionId}`);
    const methods = sessions.get(session)?.methods;
    methods?.get(transactionId)?.abandoning.abort();
    methods?.delete(transactionId);
  }

  function disconnect(handle: SessionHandle): void {
    for (const transactionId of [...(sessions.get(handle)?.methods.keys() ?? [])])
      giveUp(handle, transactionId);
    const session = sessions.get(handle);
    if (session === undefined) return;
    sessions.delete(handle);
    counted(session.peers.remote.address, -1);
    options.disconnected?.(session.id);
  }

  return {
    deliver(indication) {
      switch (indication.type) {
        case 'S-Connect.ind':
          connect(indication);
          break;
        case 'S-Resume.ind':
          resume(indication);
          break;
        case 'S-MethodInvoke.ind':
          invoke(indication);
          break;
        case 'S-MethodInvokeData.ind':
          more(indication);
          break;
        case 'S-MethodResult.cnf':
        case 'S-MethodResultData.cnf':
          confirmed(indication.session, indication.serverTransactionId);
          break;
        case 'S-MethodAbort.ind':
          giveUp(indication.session, indication.transactionId);
          break;
        case 'S-Disconnect.ind':
          disconnect(indication.session);
          break;
      }
    },
    sessions: () => sessions.size,
    pushSession(address, application, kind) {
      let found: SessionHandle | undefined;
      for (const [handle, session] of sessions) {
        const there = session.peers.remote.address === address && session.protocolOptions.includes(kind);
        if (there && acceptsApplication(session.headers, application)) found = handle;
      }
      return found;
    },
    sessionAt(address) {
      let found: Session | undefined;
      for (const session of sessions.values()) if (session.peers.remote.address === address) found = session;
      if (found === undefined) return undefined;
      const { headers, sduSize } = found;
      return { headers, ...(sduSize !== undefined && { sduSize }) };
    },
    close() {
      for (const handle of [...sessions.keys()]) disconnect(handle);
    },
  };
}

/** What a client takes in one message that says nothing of it: the default of Client Message Size (WAP-230 §8.3.2.2). */
const DEFAULT_MESSAGE_SIZE = 1400;

/** Octets of a result that the terminal can take, in one SDU or in parts; 0 or `undefined`: any. */
function largestResult(first: Invoke, { sduSize, messageSize }: Session): number | undefined {
  if (first.largestResult === undefined) return messageSize ?? sduSize;
  return sduSize ? Math.min(sduSize, first.largestResult) : first.largestResult;
}

/** The body in parts that fit the client's SDUs, where that was agreed on and is needed. */
function partsOf({ headers, body }: ProxyResponse, session: Session | undefined): readonly Uint8Array[] {
  const { sduSize = 0, messageSize } = session ?? {};
  if (messageSize === undefined || sduSize === 0 || body.length + ROOM_FOR_REPLY < sduSize / 2) return [body];
  const room = sduSize - ROOM_FOR_REPLY - encodeHeaders(headers).length;
  if (room >= body.length || room < MIN_PART) return [body];
  const parts = [body.subarray(0, room)];
  for (let at = room; at < body.length; at += sduSize) parts.push(body.subarray(at, at + sduSize));
  return parts;
}

/** Octets of a Reply PDU besides headers and data (§8.2.3.3), and of what the layer may add: Encoding-Version. */
const ROOM_FOR_REPLY = 16;

/** Smaller parts would be more headers than data. */
const MIN_PART = 64;

type UnitInvoke = Extract<UnitIndication, { type: 'S-Unit-MethodInvoke.ind' }>;

interface Answered {
  readonly request: UnitInvoke;
  readonly response: ProxyResponse;
  readonly at: Millis;
}

/** For how long a repeated connectionless request is taken for the same one: longer than a user agent waits for its result. */
const REMEMBERED: Millis = 30_000;

/** Results that are remembered at the same time: each may be as large as a datagram. */
const MAX_REMEMBERED = 256;

/** RFC 2616 §9.1.1: making them twice does no harm. */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

function sameRequest(a: UnitInvoke, b: UnitInvoke): boolean {
  return a.method === b.method && a.requestUri === b.requestUri && equalOctets(a.requestBody, b.requestBody);
}

/** A user of the connectionless session service. */
export interface UnitUser {
  deliver(indication: UnitIndication): void;
  /** Gives up all that is under way. */
  close(): void;
}

/**
 * Connectionless mode: a request is a datagram, its result another.
 * @param largest octets of a result that still fits a datagram
 */
export function unitUser(
  request: (primitive: UnitRequest) => void,
  largest: number,
  options: UserOptions,
): UnitUser {
  /** Requests under way, by client and transaction: a repeated datagram asks for nothing new. */
  const running = new Map<string, Abandoning>();
  const counts = new Map<string, number>();
  /** The last results of requests that must not be made twice, by client and transaction, oldest first. */
  const answered = new Map<string, Answered>();

  function invoke(indication: UnitInvoke): void {
    const { peers, transactionId, encodingVersion } = indication;
    const client = peersKey(peers);
    const key = `${client}|${transactionId}`;
    if (running.has(key)) return;
    const before = answered.get(key);
    if (
      before !== undefined &&
      options.clock.now() - before.at < REMEMBERED &&
      sameRequest(before.request, indication)
    ) {
      respond(indication, before.response);
      return;
    }
    if ((counts.get(client) ?? 0) >= options.limits.requests) {
      respond(indication, tooMany);
      return;
    }
    const abandoning = new Abandoning();
    running.set(key, abandoning);
    counts.set(client, (counts.get(client) ?? 0) + 1);
    options
      .forward(
        {
          method: indication.method,
          uri: indication.requestUri,
          headers: indication.requestHeaders,
          body: indication.requestBody,
          client: peers.remote,
          sduSize: largest,
          ...(options.secure && { secure: true }),
          encodingVersion,
        },
        abandoning,
      )
      .then((response) => {
        if (response === undefined || !running.has(key)) return;
        remember(key, indication, response);
        respond(indication, response);
      })
      .catch(options.failed)
      .finally(() => {
        running.delete(key);
        const count = (counts.get(client) ?? 1) - 1;
        if (count === 0) counts.delete(client);
        else counts.set(client, count);
      });
  }

  /** A result that got lost brings the request again: a POST would be made twice (RFC 2616 §9.1). */
  function remember(key: string, request: UnitInvoke, response: ProxyResponse): void {
    if (safeMethods.has(request.method)) return;
    answered.delete(key);
    answered.set(key, { request, response, at: options.clock.now() });
    const [oldest] = answered.keys();
    if (answered.size > MAX_REMEMBERED && oldest !== undefined) answered.delete(oldest);
  }

  function respond({ peers, transactionId, encodingVersion }: UnitInvoke, response: ProxyResponse): void {
    request({
      type: 'S-Unit-MethodResult.req',
      peers,
      transactionId,
      encodingVersion,
      status: response.status,
      responseHeaders: response.headers,
      responseBody: response.body,
    });
  }

  return {
    deliver(indication) {
      if (indication.type === 'S-Unit-MethodInvoke.ind') invoke(indication);
    },
    close() {
      for (const abandoning of running.values()) abandoning.abort();
      running.clear();
    },
  };
}

/** WAP-236 §7.1.4: a header of the request replaces all of that name which the session remembers. */
function combined(cached: readonly Header[], own: readonly Header[]): readonly Header[] {
  if (own.length === 0) return cached;
  const named = new Set(own.map(({ name }) => name.toLowerCase()));
  return [...cached.filter(({ name }) => !named.has(name.toLowerCase())), ...own];
}

/** WAP-235 §6.1.4.1: without the header, or where its list is empty, the WML user agent is meant. */
function acceptsApplication(headers: readonly Header[], application: ApplicationId): boolean {
  const listed = headerValues(headers, 'Accept-Application').flatMap((value) => value.split(','));
  if (listed.length === 0) return application === wmlUserAgent;
  return listed.some((value) => value.trim() === '*' || decodeApplicationId(value) === application);
}

const tooMany: ProxyResponse = { status: 503, headers: [], body: new Uint8Array(0) };
const tooBig: ProxyResponse = { status: 413, headers: [], body: new Uint8Array(0) };
