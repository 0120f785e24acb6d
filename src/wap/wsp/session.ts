/**
 * Connection-mode WSP over the transaction service, clients and servers: WAP-230-WSP §7.1. This file assigns
 * events to sessions (§7.1.5); what the sessions do stands in tables.ts.
 */
import { type Peers, peersKey } from '../address.js';
import { DecodeError, UsageError } from '../errors.js';
import type { Effect, Layer } from '../layer.js';
import { Reader } from '../octets.js';
import type { Random } from '../random.js';
import type { Millis } from '../time.js';
import type { TransactionIndication, TransactionRequest } from '../wtp/primitives.js';
import { type Capabilities, decodeAddresses, decodeCapabilities } from './capabilities.js';
import { type ClientRegistry, ClientSession } from './client-session.js';
import { type CodePage, decodeHeaders, type HeaderContext } from './headers.js';
import type { LongTransactionIndication, LongTransactionRequest } from './long-transactions.js';
import { decodeMessage, type Message } from './messages.js';
import type { ProtocolOption } from './numbers.js';
import { type Occasion, Outlet, type Provider, type Session } from './outlet.js';
import { decodeWsp, type WspPdu } from './pdu.js';
import type { EncodingVersion, SessionHandle, SessionIndication, SessionRequest } from './primitives.js';
import { type ServerRegistry, ServerSession } from './server-session.js';

export interface SessionOptions {
  /** Session ids come from here: who can guess one can resume another's session. */
  readonly random: Random;
  /** The most that this provider agrees to; what is left out is not limited. */
  readonly most?: Capabilities;
  /** The highest encoding version that is sent and named. Left out: 1.4, that of WAP-230. */
  readonly encodingVersion?: EncodingVersion;
  /** Extension header code pages by name: their header names and numbers. */
  readonly codePages?: Readonly<Record<string, CodePage['names']>>;
  /** How long a session may be idle before it is disconnected. Left out: for ever. */
  readonly idleFor?: Millis;
  /** How long a suspended session is kept. Left out: for ever. */
  readonly suspendedFor?: Millis;
  /** How many sessions this end serves at once. Left out: MAX_SESSIONS. */
  readonly maxSessions?: number;
  /** Told of every row of the state tables that fires. */
  readonly observe?: Provider['observe'];
}

/** A flood of Connects must not eat all memory; a session takes some hundreds of octets. */
export const MAX_SESSIONS = 200_000;

type PlainLayer = Layer<SessionRequest, SessionIndication, TransactionIndication, TransactionRequest>;
type LongLayer = Layer<SessionRequest, SessionIndication, LongTransactionIndication, LongTransactionRequest>;

const allButLargeData: readonly ProtocolOption[] = [
  'Confirmed Push',
  'Push',
  'Session Resume',
  'Acknowledgement Headers',
];

/** Over a transaction service that carries one SDU in each direction: without Large Data Transfer. */
export function sessionLayer(options: SessionOptions): PlainLayer {
  const { most = {} } = options;
  const protocolOptions = (most.protocolOptions ?? allButLargeData).filter(
    (each) => each !== 'Large Data Transfer',
  );
  const layer = longSessionLayer({ ...options, most: { ...most, protocolOptions } });
  // Primitives beyond TransactionRequest come only with Large Data Transfer, which is never agreed on here.
  return layer as PlainLayer;
}

/** Over a transaction service that has More Data and Frame Boundary: with Large Data Transfer. */
export function longSessionLayer(options: SessionOptions): LongLayer {
  return new Sessions(options);
}

class Sessions implements LongLayer, ClientRegistry, ServerRegistry {
  readonly name = 'WSP';
  readonly #outlet: Outlet;
  readonly #random: Random;
  readonly #maxSessions: number;
  readonly #sessions = new Map<SessionHandle, Session>();
  readonly #clients = new Map<string, ClientSession>();
  readonly #servers = new Map<string, ServerSession>();
  /** Sessions whose Connect or Resume is not answered, under the addresses it came from. */
  readonly #expected = new Map<string, ServerSession>();
  readonly #byId = new Map<number, ServerSession>();
  #handles = 0;
  #transactionIds = 0;

  constructor(options: SessionOptions) {
    const {
      random,
      most = {},
      encodingVersion = '1.4',
      codePages = {},
      maxSessions = MAX_SESSIONS,
    } = options;
    const { idleFor, suspendedFor, observe } = options;
    this.#random = random;
    this.#maxSessions = maxSessions;
    this.#outlet = new Outlet({
      random,
      most,
      encodingVersion,
      codePages,
      ...(idleFor === undefined ? {} : { idleFor }),
      ...(suspendedFor === undefined ? {} : { suspendedFor }),
      ...(observe ? { observe } : {}),
    });
  }

  fromAbove(request: SessionRequest): readonly Effect<SessionIndication, LongTransactionRequest>[] {
    this.#requested(request);
    return this.#outlet.take();
  }

  fromBelow(
    indication: LongTransactionIndication,
  ): readonly Effect<SessionIndication, LongTransactionRequest>[] {
    if (indication.type === 'TR-Invoke.ind') this.#invoked(indication);
    else this.#continued(indication);
    return this.#outlet.take();
  }

  expired(timer: string): readonly Effect<SessionIndication, LongTransactionRequest>[] {
    for (const session of this.#named(timer)) session.expired();
    return this.#outlet.take();
  }

  *#named(timer: string): Iterable<Session> {
    const session = this.#sessions.get(timer.slice('WSP/'.length) as SessionHandle);
    if (session !== undefined) yield session;
  }

  #requested(request: SessionRequest): void {
    if (request.type === 'S-Connect.req') this.#open(request.session, request.peers);
    const session = this.#sessions.get(request.session);
    if (session === undefined) {
      this.#outlet.manage('not permitted', `${request.type}: no session ${request.session}`);
      return;
    }
    const missing = missingFacility(request, session);
    if (missing !== undefined) {
      const exceptionData = `${request.type}: the ${missing} facility was not agreed on`;
      this.#outlet.up({ type: 'S-Exception.ind', session: session.handle, exceptionData });
      return;
    }
    const handled = session.step(request.type, { request });
    if (!handled) this.#outlet.manage('not permitted', `${request.type} in session ${session.handle}`);
  }

  #open(handle: SessionHandle, peers: Peers): void {
    if (!handle.startsWith('C')) throw new UsageError(`WSP: a client's session is named C…, not ${handle}`);
    if (this.#sessions.has(handle)) throw new UsageError(`WSP: session ${handle} is still open`);
    this.#sessions.set(handle, new ClientSession(handle, peers, this.#outlet, this));
  }

  /** §7.1.5: the tests that an invocation passes before the state tables see it. */
  #invoked(indication: Extract<LongTransactionIndication, { type: 'TR-Invoke.ind' }>): void {
    const { handle, classType, userData, peers } = indication;
    const pdu = this.#decode(userData);
    const session = pdu && this.#sessionFor(pdu, peers);
    if (classType !== 0 && session !== undefined && session.mru !== 0 && userData.length > session.mru) {
      this.#outlet.refuse(handle, 'MRUEXCEEDED');
      return;
    }
    if (pdu?.pdu === 'Connect' && classType === 2) {
      this.#connect({ indication, pdu });
      return;
    }
    if (session === undefined) {
      if (classType !== 0) this.#outlet.refuse(handle, pdu === undefined ? 'PROTOERR' : 'DISCONNECT');
      return;
    }
    const occasion = this.#occasion(indication, pdu, session);
    if (occasion !== undefined && session.step('TR-Invoke.ind', occasion)) return;
    if (classType === 0)
      this.#outlet.manage('ignored', `${pdu?.pdu} of class 0 in session ${session.handle}`);
    else this.#outlet.refuse(handle, 'PROTOERR');
  }

  #decode(octets: Uint8Array): WspPdu | undefined {
    try {
      return decodeWsp(octets);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#outlet.manage('undecodable', error.message);
      return undefined;
    }
  }

  /** By the addresses; a Resume by its Session_ID. A Disconnect or Suspend of another session is none of theirs. */
  #sessionFor(pdu: WspPdu, peers: Peers): Session | undefined {
    const key = peersKey(peers);
    const server = this.#expected.get(key) ?? this.#servers.get(key);
    switch (pdu.pdu) {
      case 'Resume':
        return this.#byId.get(pdu.sessionId);
      case 'Get':
      case 'Post':
        return server;
      case 'Suspend':
        return server?.sessionId === pdu.sessionId ? server : undefined;
      case 'Disconnect': {
        const client = this.#clients.get(key);
        if (server?.sessionId === pdu.serverSessionId) return server;
        return client?.sessionId === pdu.serverSessionId ? client : undefined;
      }
      case 'Push':
      case 'ConfirmedPush':
        return this.#clients.get(key);
      case 'Connect':
      case 'ConnectReply':
      case 'Redirect':
      case 'Reply':
      case 'DataFragment':
        return server ?? this.#clients.get(key);
    }
  }

  /** A new proto-session: §7.1.5. */
  #connect(occasion: Occasion): void {
    const { indication, pdu } = occasion;
    if (indication?.type !== 'TR-Invoke.ind' || pdu?.pdu !== 'Connect') return;
    if (this.#sessions.size >= this.#maxSessions) {
      this.#outlet.refuse(indication.handle, 'CONGESTION');
      return;
    }
    if (!this.#isSound(() => checkConnect(pdu))) {
      this.#outlet.refuse(indication.handle, 'PROTOERR');
      return;
    }
    const handle: SessionHandle = `S${++this.#handles}`;
    const session = new ServerSession(handle, indication.peers, this.#outlet, this);
    this.#sessions.set(handle, session);
    session.step('TR-Invoke.ind', occasion);
  }

  #isSound(check: () => void): boolean {
    try {
      check();
      return true;
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#outlet.manage('undecodable', error.message);
      return false;
    }
  }

  /** Everything that the sessions will read is read once before; nothing where the octets break a rule. */
  #occasion(
    indication: LongTransactionIndication,
    pdu: WspPdu | undefined,
    session: Session,
    transaction?: Occasion['transaction'],
  ): Occasion | undefined {
    if (pdu === undefined) return undefined;
    let message: Message | undefined;
    const sound = this.#isSound(() => {
      message = readMessage(pdu, contextOf(session));
    });
    if (!sound) return undefined;
    return { indication, pdu, ...(message ? { message } : {}), ...(transaction ? { transaction } : {}) };
  }

  /** Anything but an invocation belongs to a transaction that is known, or is too late. */
  #continued(indication: Exclude<LongTransactionIndication, { type: 'TR-Invoke.ind' }>): void {
    const transaction = this.#outlet.transaction(indication.handle);
    if (transaction === undefined) {
      this.#outlet.manage('ignored', `${indication.type} of a transaction that is over`);
      return;
    }
    if (indication.type === 'TR-Abort.ind') this.#outlet.forget(indication.handle);
    const { session } = transaction;
    const pdu = pduIn(indication) === undefined ? undefined : this.#decode(pduIn(indication) as Uint8Array);
    const occasion = this.#occasion(indication, pdu, session, transaction) ?? { indication, transaction };
    if (!session.step(indication.type, occasion)) session.fail(occasion);
  }

  bindClient(session: ClientSession): void {
    const key = peersKey(session.peers);
    const other = this.#clients.get(key);
    if (other !== undefined && other !== session) other.step('Disconnect', {});
    this.#clients.set(key, session);
  }

  unbindClient(session: ClientSession): void {
    const key = peersKey(session.peers);
    if (this.#clients.get(key) === session) this.#clients.delete(key);
    if (session.state === 'NULL') this.#sessions.delete(session.handle);
  }

  expect(session: ServerSession, peers: Peers): void {
    this.#expected.set(peersKey(peers), session);
  }

  expectNoMore(session: ServerSession, peers: Peers): void {
    const key = peersKey(peers);
    if (this.#expected.get(key) === session) this.#expected.delete(key);
  }

  bindServer(session: ServerSession, peers: Peers): void {
    const key = peersKey(peers);
    for (const other of [this.#servers.get(key), this.#expected.get(key)])
      if (other !== undefined && other !== session) other.step('Disconnect', {});
    this.#unregister(session, session.peers);
    this.#expected.delete(key);
    this.#servers.set(key, session);
  }

  #unregister(session: ServerSession, peers: Peers): void {
    const key = peersKey(peers);
    if (this.#servers.get(key) === session) this.#servers.delete(key);
    this.expectNoMore(session, peers);
  }

  unbindServer(session: ServerSession): void {
    this.#unregister(session, session.peers);
    if (session.newPeers !== undefined) this.#unregister(session, session.newPeers);
    this.#byId.delete(session.sessionId);
    this.#sessions.delete(session.handle);
  }

  newSessionId(session: ServerSession): number {
    for (;;) {
      const id = new DataView(this.#random.octets(4).slice().buffer).getUint32(0);
      if (id === 0 || this.#byId.has(id)) continue;
      this.#byId.set(id, session);
      return id;
    }
  }

  newTransactionId(): number {
    return ++this.#transactionIds;
  }
}

function contextOf(session: Session): HeaderContext {
  return session instanceof ClientSession || session instanceof ServerSession ? session.context : {};
}

/** §6.3.4 [9]: suspending and resuming have to be agreed on. */
function missingFacility(request: SessionRequest, session: Session): string | undefined {
  if (request.type !== 'S-Suspend.req' && request.type !== 'S-Resume.req') return undefined;
  const agreed =
    session instanceof ClientSession && session.capabilities.protocolOptions.includes('Session Resume');
  return agreed ? undefined : 'Session Resume';
}

function checkConnect(pdu: Extract<WspPdu, { pdu: 'Connect' }>): void {
  decodeCapabilities(pdu.capabilities, 'Connect');
  decodeHeaders(new Reader(pdu.headers, 'WSP'));
}

function readMessage(pdu: WspPdu, context: HeaderContext): Message | undefined {
  switch (pdu.pdu) {
    case 'Get':
      return { headers: decodeHeaders(new Reader(pdu.headers, 'WSP'), context), body: new Uint8Array(0) };
    case 'Post':
    case 'Reply':
    case 'Push':
    case 'ConfirmedPush':
      return decodeMessage(pdu.headers, pdu.data, context);
    case 'ConnectReply':
      decodeCapabilities(pdu.capabilities, 'ConnectReply');
      decodeHeaders(new Reader(pdu.headers, 'WSP'), context);
      return undefined;
    case 'Redirect':
      decodeAddresses(pdu.redirectAddresses);
      return undefined;
    case 'DataFragment':
    case 'Resume':
      decodeHeaders(new Reader(pdu.headers, 'WSP'), context);
      return undefined;
    case 'Connect':
    case 'Disconnect':
    case 'Suspend':
      return undefined;
  }
}

/** The user data that is a PDU of its own. */
function pduIn(indication: LongTransactionIndication): Uint8Array | undefined {
  if (indication.type === 'TR-Result.ind') return indication.userData;
  const isData = indication.type === 'TR-InvokeData.ind' || indication.type === 'TR-ResultData.ind';
  return isData && indication.frameBoundary === true ? indication.userData : undefined;
}
