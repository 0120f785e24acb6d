/** A session as its client sees it: WAP-230-WSP §7.1.6.1. */
import type { Peers } from '../address.js';
import { UsageError } from '../errors.js';
import { findRow } from '../machine.js';
import { Reader } from '../octets.js';
import type { Handle } from '../wtp/primitives.js';
import {
  changesFrom,
  cutDown,
  decodeAddresses,
  decodeCapabilities,
  defaultCapabilities,
  encodeCapabilities,
  type Settings,
  settle,
  withChanges,
} from './capabilities.js';
import { ClientMethod } from './client-method.js';
import { ClientPush } from './client-push.js';
import type { Header } from './header.js';
import { lowerVersion } from './header-values.js';
import { decodeHeaders, encodeHeaders, type HeaderContext, LOWEST_VERSION } from './headers.js';
import {
  encodeMessageHeaders,
  encodeUri,
  encodingVersionIn,
  NO_BODY,
  withEncodingVersion,
} from './messages.js';
import { hasBody, methodType } from './methods.js';
import { type Reason, statusOf } from './numbers.js';
import { type Occasion, type Outlet, reasonIn, type Session } from './outlet.js';
import { encodeWsp, PROTOCOL_VERSION } from './pdu.js';
import type {
  ClientSessionRequest,
  EncodingVersion,
  PushId,
  SessionHandle,
  TransactionId,
} from './primitives.js';
import {
  type ActionOf,
  type ClientSessionState,
  type ConditionOf,
  clientSession,
  type SessionEvent,
} from './tables.js';

/** What the layer does for a session beyond the way out. */
export interface ClientRegistry {
  /** §7.1.5: one session an address quadruplet. */
  bindClient(session: ClientSession): void;
  unbindClient(session: ClientSession): void;
}

type MethodInvoke = Extract<ClientSessionRequest, { type: 'S-MethodInvoke.req' }>;

export class ClientSession implements Session {
  readonly role = 'client';
  readonly handle: SessionHandle;
  readonly methods = new Map<TransactionId, ClientMethod>();
  readonly pushes = new Map<PushId, ClientPush>();
  readonly #outlet: Outlet;
  readonly #registry: ClientRegistry;
  #peers: Peers;
  #state: ClientSessionState = 'NULL';
  #capabilities: Settings = defaultCapabilities;
  #proposed: Settings = defaultCapabilities;
  #context: HeaderContext = {};
  #sessionId = 0;
  /** The Connect or Resume that is under way. */
  #own: Handle | undefined;
  #active = false;
  #pushIds = 0;

  constructor(handle: SessionHandle, peers: Peers, outlet: Outlet, registry: ClientRegistry) {
    this.handle = handle;
    this.#peers = peers;
    this.#outlet = outlet;
    this.#registry = registry;
  }

  get peers(): Peers {
    return this.#peers;
  }

  get state(): ClientSessionState {
    return this.#state;
  }

  get capabilities(): Settings {
    return this.#capabilities;
  }

  /** §7.1.3.1. Until it is settled, what was proposed holds: the ConnectReply itself may already use it. */
  get mru(): number {
    return this.#state === 'CONNECTING' ? this.#proposed.clientSduSize : this.#capabilities.clientSduSize;
  }

  /** How headers to the server are encoded. */
  get context(): HeaderContext {
    return this.#context;
  }

  get sessionId(): number {
    return this.#sessionId;
  }

  step(event: SessionEvent, occasion: Occasion): boolean {
    const row = findRow(clientSession, this.#state, event, (condition) => this.#holds(condition, occasion));
    if (row === undefined) return false;
    this.#outlet.provider.observe?.('Client Session', row);
    this.#active = true;
    this.#enter(row[3]);
    for (const action of row[2]) this.#act(action, occasion);
    if (this.#state === 'NULL') this.#end();
    return true;
  }

  #enter(state: ClientSessionState): void {
    if (state === this.#state) return;
    const { idleFor, suspendedFor } = this.#outlet.provider;
    this.#state = state;
    if (state === 'CONNECTED') this.#outlet.startTimer(this.#timer, idleFor);
    if (state === 'SUSPENDED') this.#outlet.startTimer(this.#timer, suspendedFor);
  }

  get #timer(): string {
    return `WSP/${this.handle}`;
  }

  #end(): void {
    if (this.#own !== undefined) this.#outlet.forget(this.#own);
    this.#outlet.stopTimer(this.#timer);
    this.#registry.unbindClient(this);
  }

  expired(): void {
    const { idleFor, suspendedFor } = this.#outlet.provider;
    if (!this.#active && this.methods.size === 0) {
      this.step('Disconnect', {});
      return;
    }
    this.#active = false;
    this.#outlet.startTimer(this.#timer, this.#state === 'SUSPENDED' ? suspendedFor : idleFor);
  }

  fail(occasion: Occasion): void {
    const { indication } = occasion;
    if (indication !== undefined && indication.type !== 'TR-Abort.ind')
      this.#outlet.abort(indication.handle, 'PROTOERR');
    this.#abortAll('PROTOERR');
    this.#disconnected('PROTOERR');
    this.#state = 'NULL';
    this.#end();
  }

  #holds(condition: ConditionOf<typeof clientSession>, { indication, pdu, transaction }: Occasion): boolean {
    const { protocolOptions } = this.#capabilities;
    const { part } = transaction ?? {};
    switch (condition) {
      case 'Connect transaction':
        return part === 'Connect';
      case 'Resume transaction':
        return part === 'Resume';
      case 'Method transaction':
        return part instanceof ClientMethod;
      case 'Push transaction':
        return part instanceof ClientPush;
      case 'Class 0, Disconnect PDU':
        return isInvoke(indication, 0) && pdu?.pdu === 'Disconnect';
      case 'Class 0, Push PDU':
        return isInvoke(indication, 0) && pdu?.pdu === 'Push';
      case 'Class 1, ConfirmedPush PDU':
        return isInvoke(indication, 1) && pdu?.pdu === 'ConfirmedPush';
      case 'Push facility enabled':
        return protocolOptions.includes('Push');
      case 'Confirmed Push facility enabled':
        return protocolOptions.includes('Confirmed Push');
      case 'Session Resume facility enabled':
        return protocolOptions.includes('Session Resume');
      case 'Session Resume facility disabled':
        return !protocolOptions.includes('Session Resume');
      case 'SDU size > MRU':
        return (
          indication?.type === 'TR-Result.ind' && this.mru !== 0 && indication.userData.length > this.mru
        );
      case 'ConnectReply PDU':
        return pdu?.pdu === 'ConnectReply' && this.#settled(pdu.capabilities) !== undefined;
      case 'Redirect PDU':
        return pdu?.pdu === 'Redirect';
      case 'Reply PDU':
        return pdu?.pdu === 'Reply';
      case 'Reply PDU (status == OK)':
        return pdu?.pdu === 'Reply' && statusOf(pdu.status) === 200;
      case 'Reply PDU (status != OK)':
        return pdu?.pdu === 'Reply' && statusOf(pdu.status) !== 200;
      case 'Reason == DISCONNECT':
        return reasonIn(indication) === 'DISCONNECT';
      case 'Other':
        return true;
    }
  }

  /** §6.3.3.1: a ConnectReply that breaks the rules of negotiation is none. */
  #settled(capabilities: Uint8Array): Settings | undefined {
    return settle(this.#proposed, decodeCapabilities(capabilities, 'ConnectReply'));
  }

  #act(action: ActionOf<typeof clientSession>, occasion: Occasion): void {
    const { indication } = occasion;
    switch (action) {
      case 'Disconnect any other session for the peer address quadruplet':
        this.#registry.bindClient(this);
        return;
      case 'Bind session to the new peer address quadruplet':
        this.#rebind(occasion);
        return;
      case 'TR-Invoke.req(Class 2, Connect)':
        this.#connect(occasion);
        return;
      case 'N_PUSHES = 0':
        this.pushes.clear();
        return;
      case 'TR-Invoke.req(Class 2, Resume)':
        this.#resume(occasion);
        return;
      case 'TR-Invoke.req(Class 0, Disconnect)':
        this.#unreliable(encodeWsp({ pdu: 'Disconnect', serverSessionId: this.#sessionId }));
        return;
      case 'TR-Invoke.req(Class 0, Suspend)':
        this.#unreliable(encodeWsp({ pdu: 'Suspend', sessionId: this.#sessionId }));
        return;
      case 'TR-Result.res':
        if (this.#own !== undefined) this.#outlet.down({ type: 'TR-Result.res', handle: this.#own });
        this.#forgetOwn();
        return;
      case 'Session_ID = SessionId from PDU':
        this.#accept(occasion);
        return;
      case 'S-Connect.cnf':
        this.#connected(occasion);
        return;
      case 'S-Resume.cnf':
        this.#outlet.up({
          type: 'S-Resume.cnf',
          session: this.handle,
          serverHeaders: occasion.message?.headers ?? [],
        });
        return;
      case 'S-Push.ind':
        this.#outlet.up({
          type: 'S-Push.ind',
          session: this.handle,
          pushHeaders: occasion.message?.headers ?? [],
          pushBody: occasion.message?.body ?? NO_BODY,
        });
        return;
      case 'TR-Abort.req(DISCONNECT) the Connect':
      case 'TR-Abort.req(DISCONNECT) the Resume':
        this.#outlet.abort(this.#own, 'DISCONNECT');
        return;
      case 'TR-Abort.req(SUSPEND) the Resume':
        this.#outlet.abort(this.#own, 'SUSPEND');
        return;
      case 'TR-Abort.req(MRUEXCEEDED) the Connect':
      case 'TR-Abort.req(MRUEXCEEDED) the TR-Result':
        this.#outlet.abort(indication?.handle, 'MRUEXCEEDED');
        return;
      case 'TR-Abort.req(PROTOERR) the TR-Result':
        this.#outlet.abort(indication?.handle, 'PROTOERR');
        return;
      case 'TR-Abort.req(PROTOERR) the TR-Invoke':
        if (indication !== undefined) this.#outlet.refuse(indication.handle, 'PROTOERR');
        return;
      case 'TR-Abort.req(SUSPEND) the TR-Invoke':
        if (indication !== undefined) this.#outlet.refuse(indication.handle, 'SUSPEND');
        return;
      case 'Abort(DISCONNECT) all method and push transactions':
      case 'Abort(DISCONNECT) all method transactions':
        this.#abortAll('DISCONNECT');
        return;
      case 'Abort(SUSPEND) all method and push transactions':
      case 'Abort(SUSPEND) all method transactions':
        this.#abortAll('SUSPEND');
        return;
      case 'Abort(USERREQ) all method and push transactions':
        this.#abortAll('USERREQ');
        return;
      case 'Abort(CONNECTERR) all method transactions':
        this.#abortAll('CONNECTERR');
        return;
      case 'Abort(PROTOERR) the method transaction':
        if (occasion.transaction?.part instanceof ClientMethod) occasion.transaction.part.abort('PROTOERR');
        return;
      case 'Start a new method transaction with this event':
        this.#startMethod(occasion);
        return;
      case 'Start a new push transaction with this event':
        if (indication === undefined) return;
        new ClientPush(this, this.#outlet, ++this.#pushIds, indication.handle).step(
          'TR-Invoke.ind',
          occasion,
        );
        return;
      case 'See method state table':
        this.#toMethod(occasion);
        return;
      case 'See push state table':
        this.#toPush(occasion);
        return;
      case 'S-Disconnect.ind(USERREQ)':
        this.#disconnected('USERREQ');
        return;
      case 'S-Disconnect.ind(DISCONNECT)':
        this.#disconnected('DISCONNECT');
        return;
      case 'S-Disconnect.ind(SUSPEND)':
        this.#disconnected('SUSPEND');
        return;
      case 'S-Disconnect.ind(MRUEXCEEDED)':
        this.#disconnected('MRUEXCEEDED');
        return;
      case 'S-Disconnect.ind(PROTOERR)':
        this.#disconnected('PROTOERR');
        return;
      case 'S-Disconnect.ind(abort reason)':
        this.#disconnected(reasonIn(indication));
        return;
      case 'S-Disconnect.ind(Redirect parameters)':
        this.#redirected(occasion);
        return;
      case 'S-Disconnect.ind(Reply parameters)':
        this.#refused(occasion);
        return;
      case 'S-Suspend.ind(USERREQ)':
        this.#suspended('USERREQ');
        return;
      case 'S-Suspend.ind(SUSPEND)':
        this.#suspended('SUSPEND');
        return;
      case 'S-Suspend.ind(MRUEXCEEDED)':
        this.#suspended('MRUEXCEEDED');
        return;
      case 'S-Suspend.ind(PROTOERR)':
        this.#suspended('PROTOERR');
        return;
      case 'S-Suspend.ind(abort reason)':
        this.#suspended(reasonIn(indication));
        return;
      case 'Ignore':
        return;
    }
  }

  #connect({ request }: Occasion): void {
    if (request?.type !== 'S-Connect.req') return;
    const { most, encodingVersion } = this.#outlet.provider;
    const requested = request.requestedCapabilities ?? {};
    const { unknown } = requested;
    this.#proposed = cutDown(withChanges(defaultCapabilities, requested), most);
    const changes = changesFrom(this.#proposed, defaultCapabilities, requested);
    this.#invoke(
      'Connect',
      encodeWsp({
        pdu: 'Connect',
        version: PROTOCOL_VERSION,
        capabilities: encodeCapabilities({ ...changes, ...(unknown ? { unknown } : {}) }, 'Connect'),
        headers: encodeHeaders(
          withEncodingVersion(request.clientHeaders ?? [], encodingVersion),
          this.#context,
        ),
      }),
    );
  }

  #resume({ request }: Occasion): void {
    if (request?.type !== 'S-Resume.req') return;
    this.#invoke(
      'Resume',
      encodeWsp({
        pdu: 'Resume',
        sessionId: this.#sessionId,
        capabilities: NO_BODY,
        headers: encodeHeaders(request.clientHeaders ?? [], this.#context),
      }),
    );
  }

  #invoke(part: 'Connect' | 'Resume', userData: Uint8Array): void {
    const handle = this.#outlet.newHandle();
    this.#own = handle;
    this.#outlet.own({ handle, session: this, part });
    this.#outlet.down({
      type: 'TR-Invoke.req',
      peers: this.#peers,
      ackType: true,
      userData,
      classType: 2,
      handle,
    });
  }

  #unreliable(userData: Uint8Array): void {
    const handle = this.#outlet.newHandle();
    this.#outlet.down({
      type: 'TR-Invoke.req',
      peers: this.#peers,
      ackType: false,
      userData,
      classType: 0,
      handle,
    });
  }

  #rebind({ request }: Occasion): void {
    if (request?.type !== 'S-Resume.req') return;
    this.#registry.unbindClient(this);
    this.#peers = request.peers;
    this.#registry.bindClient(this);
  }

  #forgetOwn(): void {
    if (this.#own !== undefined) this.#outlet.forget(this.#own);
    this.#own = undefined;
  }

  #accept({ pdu }: Occasion): void {
    if (pdu?.pdu !== 'ConnectReply') return;
    this.#sessionId = pdu.serverSessionId;
    this.#capabilities = this.#settled(pdu.capabilities) ?? this.#capabilities;
  }

  #connected({ pdu }: Occasion): void {
    if (pdu?.pdu !== 'ConnectReply') return;
    const { codePages, encodingVersion } = this.#outlet.provider;
    const agreed = this.#capabilities.headerCodePages.map(({ pageCode, pageName }) => ({
      code: pageCode,
      names: codePages[pageName] ?? {},
    }));
    const serverHeaders = decodeHeaders(new Reader(pdu.headers, 'WSP'), { codePages: agreed });
    this.#context = {
      encodingVersion: lowerVersion(encodingVersion, encodingVersionIn(serverHeaders)),
      codePages: agreed,
    };
    this.#outlet.up({
      type: 'S-Connect.cnf',
      session: this.handle,
      serverHeaders,
      negotiatedCapabilities: this.#capabilities,
    });
  }

  /** What the server is known to decode. */
  get serverVersion(): EncodingVersion {
    return this.#context.encodingVersion ?? LOWEST_VERSION;
  }

  #startMethod(occasion: Occasion): void {
    const { request } = occasion;
    if (request?.type !== 'S-MethodInvoke.req') return;
    const id = request.clientTransactionId;
    if (this.methods.has(id)) throw new UsageError(`WSP: transaction ${id} of ${this.handle} is still open`);
    const userData = this.#methodPdu(request);
    const refusal = this.#refusal(request, userData.length);
    if (refusal !== undefined) {
      this.#outlet.up({
        type: 'S-MethodAbort.ind',
        session: this.handle,
        transactionId: id,
        reason: refusal,
      });
      return;
    }
    const method = new ClientMethod(this, this.#outlet, id, userData);
    this.methods.set(id, method);
    method.step('S-MethodInvoke.req', occasion);
  }

  /** §6.3.4 [1] and the server's MRU; a method that cannot be sent ends at once. */
  #refusal(request: MethodInvoke, size: number): Reason | undefined {
    const { methodMor, serverSduSize, protocolOptions } = this.#capabilities;
    if (this.methods.size >= methodMor) return 'MOREXCEEDED';
    if (serverSduSize !== 0 && size > serverSduSize) return 'MRUEXCEEDED';
    return request.moreData && !protocolOptions.includes('Large Data Transfer') ? 'USERREQ' : undefined;
  }

  #methodPdu(request: MethodInvoke): Uint8Array {
    const type = methodType(request.method, this.#capabilities.extendedMethods);
    if (type === undefined) throw new UsageError(`WSP: method ${request.method} was not agreed on`);
    const uri = encodeUri(request.requestUri);
    const headers = request.requestHeaders ?? [];
    const body = request.requestBody ?? NO_BODY;
    if (hasBody(type))
      return encodeWsp({
        pdu: 'Post',
        type,
        uri,
        headers: encodeMessageHeaders({ headers, body }, this.#context),
        data: body,
      });
    if (body.length > 0) throw new UsageError(`WSP: ${request.method} has no body`);
    return encodeWsp({ pdu: 'Get', type, uri, headers: encodeHeaders(headers, this.#context) });
  }

  #toMethod(occasion: Occasion): void {
    const { request, indication, transaction } = occasion;
    if (indication !== undefined) {
      if (transaction?.part instanceof ClientMethod) transaction.part.step(indication.type, occasion);
      return;
    }
    const id = transactionIdIn(request);
    const method = id === undefined ? undefined : this.methods.get(id);
    if (request === undefined) return;
    if (method === undefined) this.#outlet.manage('not permitted', `${request.type}: no transaction ${id}`);
    else if (isMethodRequest(request)) method.step(request.type, occasion);
  }

  #toPush(occasion: Occasion): void {
    const { request, indication, transaction } = occasion;
    if (indication?.type === 'TR-Abort.ind') {
      if (transaction?.part instanceof ClientPush) transaction.part.step('TR-Abort.ind', occasion);
      return;
    }
    if (request?.type !== 'S-ConfirmedPush.res' && request?.type !== 'S-PushAbort.req') return;
    const id = request.type === 'S-PushAbort.req' ? request.pushId : request.clientPushId;
    const push = this.pushes.get(id);
    if (push === undefined) this.#outlet.manage('not permitted', `${request.type}: no push ${id}`);
    else push.step(request.type, occasion);
  }

  #abortAll(reason: Reason): void {
    for (const method of [...this.methods.values()]) method.abort(reason);
    for (const push of [...this.pushes.values()]) push.abort(reason);
  }

  #disconnected(reasonCode: Reason): void {
    this.#outlet.up({ type: 'S-Disconnect.ind', session: this.handle, reasonCode });
  }

  #suspended(reason: Reason): void {
    this.#forgetOwn();
    this.#outlet.up({ type: 'S-Suspend.ind', session: this.handle, reason });
  }

  #redirected({ pdu }: Occasion): void {
    if (pdu?.pdu !== 'Redirect') return;
    this.#outlet.up({
      type: 'S-Disconnect.ind',
      session: this.handle,
      reasonCode: pdu.permanent ? 301 : 302,
      redirectSecurity: pdu.reuseSecuritySession,
      redirectAddresses: decodeAddresses(pdu.redirectAddresses),
    });
  }

  #refused({ pdu, message }: Occasion): void {
    if (pdu?.pdu !== 'Reply') return;
    this.#outlet.up({
      type: 'S-Disconnect.ind',
      session: this.handle,
      reasonCode: statusOf(pdu.status),
      errorHeaders: message?.headers ?? [],
      errorBody: message?.body ?? NO_BODY,
    });
  }

  /** §8.2.3.5: sent only where both ends agreed to have them. */
  exitInfo(headers: readonly Header[] | undefined): { readonly exitInfo?: Uint8Array } {
    if (headers === undefined || headers.length === 0) return {};
    if (!this.#capabilities.protocolOptions.includes('Acknowledgement Headers')) return {};
    return { exitInfo: encodeHeaders(headers, this.#context) };
  }

  headersIn(octets: Uint8Array): readonly Header[] {
    return decodeHeaders(new Reader(octets, 'WSP'), this.#context);
  }
}

function isInvoke(indication: Occasion['indication'], classType: number): boolean {
  return indication?.type === 'TR-Invoke.ind' && indication.classType === classType;
}

type MethodRequest = Extract<
  NonNullable<Occasion['request']>,
  { clientTransactionId: number } | { serverTransactionId: number } | { transactionId: number }
>;

function isMethodRequest(request: NonNullable<Occasion['request']>): request is MethodRequest {
  return transactionIdIn(request) !== undefined;
}

export function transactionIdIn(request: Occasion['request']): TransactionId | undefined {
  if (request === undefined) return undefined;
  if ('clientTransactionId' in request) return request.clientTransactionId;
  if ('serverTransactionId' in request) return request.serverTransactionId;
  return 'transactionId' in request ? request.transactionId : undefined;
}
