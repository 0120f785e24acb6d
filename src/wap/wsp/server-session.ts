/** A session as its server sees it: WAP-230-WSP §7.1.6.4. */
import type { Peers } from '../address.js';
import { DecodeError, UsageError } from '../errors.js';
import { findRow } from '../machine.js';
import { Reader } from '../octets.js';
import type { Handle } from '../wtp/primitives.js';
import {
  type Capabilities,
  changesFrom,
  cutDown,
  decodeCapabilities,
  defaultCapabilities,
  encodeAddresses,
  encodeCapabilities,
  type Settings,
  withChanges,
} from './capabilities.js';
import { transactionIdIn } from './client-session.js';
import type { Header } from './header.js';
import { lowerVersion } from './header-values.js';
import { decodeHeaders, encodeHeaders, type HeaderContext } from './headers.js';
import { encodeMessageHeaders, encodingVersionIn, NO_BODY, withEncodingVersion } from './messages.js';
import { type Reason, statusOctet } from './numbers.js';
import { type Occasion, type Outlet, reasonIn, type Session } from './outlet.js';
import { encodeWsp } from './pdu.js';
import type { EncodingVersion, PushId, SessionHandle, TransactionId } from './primitives.js';
import { ServerMethod } from './server-method.js';
import { ServerPush } from './server-push.js';
import {
  type ActionOf,
  type ConditionOf,
  type ServerSessionState,
  type SessionEvent,
  serverSession,
} from './tables.js';

/** What the layer does for a session beyond the way out. */
export interface ServerRegistry {
  /** A session that waits for its user's answer gets the methods that come from these addresses meanwhile. */
  expect(session: ServerSession, peers: Peers): void;
  /** It was suspended meanwhile. */
  expectNoMore(session: ServerSession, peers: Peers): void;
  /** §7.1.5: one session an address quadruplet; any other is disconnected. */
  bindServer(session: ServerSession, peers: Peers): void;
  unbindServer(session: ServerSession): void;
  /** A Session_ID that no session has, and that nobody can guess. */
  newSessionId(session: ServerSession): number;
  newTransactionId(): TransactionId;
}

export class ServerSession implements Session {
  readonly role = 'server';
  readonly handle: SessionHandle;
  readonly methods = new Map<TransactionId, ServerMethod>();
  readonly pushes = new Map<PushId, ServerPush>();
  readonly #outlet: Outlet;
  readonly #registry: ServerRegistry;
  #peers: Peers;
  #newPeers: Peers | undefined;
  #state: ServerSessionState = 'NULL';
  #capabilities: Settings = defaultCapabilities;
  #requested: Capabilities = {};
  #context: HeaderContext = {};
  #sessionId = 0;
  /** The Connect or Resume that is under way. */
  #own: Handle | undefined;
  #latest: ServerMethod | undefined;
  #active = false;

  constructor(handle: SessionHandle, peers: Peers, outlet: Outlet, registry: ServerRegistry) {
    this.handle = handle;
    this.#peers = peers;
    this.#outlet = outlet;
    this.#registry = registry;
  }

  get peers(): Peers {
    return this.#peers;
  }

  /** Where the Resume came from that is not answered yet. */
  get newPeers(): Peers | undefined {
    return this.#newPeers;
  }

  get state(): ServerSessionState {
    return this.#state;
  }

  get capabilities(): Settings {
    return this.#capabilities;
  }

  /** Before anything is settled the default is the least that a server has to take (§8.3.2.1). */
  get mru(): number {
    return this.#capabilities.serverSduSize;
  }

  /** How headers to the client are encoded. */
  get context(): HeaderContext {
    return this.#context;
  }

  get sessionId(): number {
    return this.#sessionId;
  }

  /** §8.4.2.70: the highest version of ours that is not above the client's. */
  get namedVersion(): EncodingVersion {
    return this.#context.encodingVersion ?? this.#outlet.provider.encodingVersion;
  }

  step(event: SessionEvent, occasion: Occasion): boolean {
    const row = findRow(serverSession, this.#state, event, (condition) => this.#holds(condition, occasion));
    if (row === undefined) return false;
    this.#outlet.provider.observe?.('Server Session', row);
    this.#active = true;
    this.#enter(row[3]);
    for (const action of row[2]) this.#act(action, occasion);
    if (event === 'TR-Result.cnf' && occasion.transaction?.part === 'Connect') this.#forgetOwn();
    if (event === 'TR-Result.cnf' && occasion.transaction?.part === 'Resume') this.#forgetOwn();
    if (this.#state === 'NULL') this.#end();
    return true;
  }

  #enter(state: ServerSessionState): void {
    if (state === this.#state) return;
    const { idleFor, suspendedFor } = this.#outlet.provider;
    this.#state = state;
    if (state === 'CONNECTED' || state === 'CONNECTING') this.#outlet.startTimer(this.#timer, idleFor);
    if (state === 'SUSPENDED') this.#outlet.startTimer(this.#timer, suspendedFor);
  }

  get #timer(): string {
    return `WSP/${this.handle}`;
  }

  #end(): void {
    this.#forgetOwn();
    this.#outlet.stopTimer(this.#timer);
    this.#registry.unbindServer(this);
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
    // In TERMINATING the user was told already.
    if (this.#state !== 'TERMINATING') this.#disconnected('PROTOERR');
    this.#state = 'NULL';
    this.#end();
  }

  #holds(condition: ConditionOf<typeof serverSession>, occasion: Occasion): boolean {
    const { request, indication, pdu, transaction } = occasion;
    const { protocolOptions } = this.#capabilities;
    const { part } = transaction ?? {};
    const classType = indication?.type === 'TR-Invoke.ind' ? indication.classType : undefined;
    switch (condition) {
      case 'Class 2, Connect':
        return classType === 2 && pdu?.pdu === 'Connect';
      case 'Class 2, Method':
        return classType === 2 && (pdu?.pdu === 'Get' || pdu?.pdu === 'Post');
      case 'Class 2, Resume':
        return classType === 2 && pdu?.pdu === 'Resume';
      case 'Class 0, Disconnect':
        return classType === 0 && pdu?.pdu === 'Disconnect';
      case 'Class 0, Suspend':
        return classType === 0 && pdu?.pdu === 'Suspend';
      case 'Session Resume facility enabled':
        return protocolOptions.includes('Session Resume');
      case 'Session Resume facility disabled':
        return !protocolOptions.includes('Session Resume');
      case 'Connect transaction':
        return part === 'Connect';
      case 'Resume transaction':
        return part === 'Resume';
      case 'Method transaction':
        return part instanceof ServerMethod;
      case 'Push transaction':
        return part instanceof ServerPush;
      case 'Reason == DISCONNECT':
        return reasonIn(indication) === 'DISCONNECT';
      case 'Reason Code == Moved Permanently or Moved Temporarily':
        return (
          request?.type === 'S-Disconnect.req' && (request.reasonCode === 301 || request.reasonCode === 302)
        );
      case 'Other':
        return true;
    }
  }

  #act(action: ActionOf<typeof serverSession>, occasion: Occasion): void {
    const { indication } = occasion;
    switch (action) {
      case 'TR-Invoke.res':
        if (indication !== undefined) this.#outlet.down({ type: 'TR-Invoke.res', handle: indication.handle });
        return;
      case 'N_Methods = 0':
        this.methods.clear();
        return;
      case 'S-Connect.ind':
        this.#connecting(occasion);
        return;
      case 'Disconnect any other session for the peer address quadruplet':
        this.#registry.bindServer(this, this.#newPeers ?? this.#peers);
        return;
      case 'Bind session to the new peer address quadruplet':
        this.#peers = this.#newPeers ?? this.#peers;
        this.#newPeers = undefined;
        return;
      case 'Assign a Session_ID for this session':
        this.#sessionId = this.#registry.newSessionId(this);
        return;
      case 'TR-Result.req(ConnectReply)':
        this.#connectReply(occasion);
        return;
      case 'TR-Result.req(Redirect)':
        this.#redirect(occasion);
        return;
      case 'TR-Result.req(Reply(status = Reason Code))':
        this.#refuse(occasion);
        return;
      case 'TR-Result.req(Reply)':
        this.#resumeReply(occasion);
        return;
      case 'S-Resume.ind':
        this.#resuming(occasion);
        return;
      case 'TR-Invoke.req(Class 0, Disconnect)':
        this.#unreliable(encodeWsp({ pdu: 'Disconnect', serverSessionId: this.#sessionId }));
        return;
      case 'TR-Invoke.req(Class 0, Push)':
        this.#push(occasion);
        return;
      case 'TR-Abort.req(DISCONNECT) the Connect':
      case 'TR-Abort.req(DISCONNECT) the Resume':
      case 'TR-Abort.req(DISCONNECT) remaining transport transaction':
        this.#outlet.abort(this.#own, 'DISCONNECT');
        return;
      case 'TR-Abort.req(SUSPEND) the Connect':
      case 'TR-Abort.req(SUSPEND) the Resume':
        this.#outlet.abort(this.#own, 'SUSPEND');
        return;
      case 'TR-Abort.req(RESUME) the Connect':
      case 'TR-Abort.req(RESUME) the old Resume':
        this.#outlet.abort(this.#own, 'RESUME');
        return;
      case 'TR-Abort.req(SUSPEND) the TR-Invoke':
        if (indication !== undefined) this.#outlet.refuse(indication.handle, 'SUSPEND');
        return;
      case 'TR-Abort.req(DISCONNECT) the TR-Invoke':
        if (indication !== undefined) this.#outlet.refuse(indication.handle, 'DISCONNECT');
        return;
      case 'Abort(DISCONNECT) all method and push transactions':
      case 'Abort(DISCONNECT) all method transactions':
        this.#abortAll('DISCONNECT');
        return;
      case 'Abort(SUSPEND) all method and push transactions':
      case 'Abort(SUSPEND) all method transactions':
        this.#abortAll('SUSPEND');
        return;
      case 'Abort(RESUME) all method and push transactions':
      case 'Abort(RESUME) all method transactions':
        this.#abortAll('RESUME');
        return;
      case 'Start a new method transaction with this event':
        if (indication === undefined) return;
        this.#latest = new ServerMethod(
          this,
          this.#outlet,
          this.#registry.newTransactionId(),
          indication.handle,
        );
        this.#latest.step('TR-Invoke.ind', occasion);
        return;
      case 'Release the new method transaction':
        if (this.#latest?.state === 'HOLDING') this.#latest.step('Release', {});
        this.#latest = undefined;
        return;
      case 'Release all method transactions in HOLDING state':
        for (const method of [...this.methods.values()])
          if (method.state === 'HOLDING') method.step('Release', {});
        return;
      case 'Start a new push transaction with this event':
        this.#confirmedPush(occasion);
        return;
      case 'See method state table':
        this.#toMethod(occasion);
        return;
      case 'See push state table':
        if (indication?.type !== 'TR-Invoke.cnf' && indication?.type !== 'TR-Abort.ind') return;
        if (occasion.transaction?.part instanceof ServerPush)
          occasion.transaction.part.step(indication.type, occasion);
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
      case 'S-Disconnect.ind(abort reason)':
        this.#disconnected(reasonIn(indication));
        return;
      case 'S-Suspend.ind(SUSPEND)':
        this.#suspended('SUSPEND');
        return;
      case 'S-Suspend.ind(RESUME)':
        this.#suspended('RESUME');
        return;
      case 'S-Suspend.ind(abort reason)':
        this.#suspended(reasonIn(indication));
        return;
      case 'Ignore':
        return;
    }
  }

  #connecting({ indication, pdu }: Occasion): void {
    if (indication?.type !== 'TR-Invoke.ind' || pdu?.pdu !== 'Connect') return;
    const { most, encodingVersion, codePages } = this.#outlet.provider;
    this.#take(indication.handle, 'Connect', this.#peers);
    this.#requested = decodeCapabilities(pdu.capabilities, 'Connect');
    const proposed = cutDown(withChanges(defaultCapabilities, this.#requested), most);
    this.#capabilities = {
      ...proposed,
      headerCodePages: proposed.headerCodePages.filter(({ pageName }) => pageName in codePages),
    };
    const clientHeaders = decodeHeaders(new Reader(pdu.headers, 'WSP'));
    this.#context = { encodingVersion: lowerVersion(encodingVersion, encodingVersionIn(clientHeaders)) };
    this.#outlet.up({
      type: 'S-Connect.ind',
      session: this.handle,
      peers: this.#peers,
      clientHeaders,
      requestedCapabilities: this.#capabilities,
    });
  }

  #take(handle: Handle, part: 'Connect' | 'Resume', peers: Peers): void {
    this.#own = handle;
    this.#outlet.own({ handle, session: this, part });
    this.#registry.expect(this, peers);
  }

  #connectReply({ request }: Occasion): void {
    if (request?.type !== 'S-Connect.res' || this.#own === undefined) return;
    const { codePages } = this.#outlet.provider;
    const wanted = request.negotiatedCapabilities ?? {};
    const settled = cutDown(this.#capabilities, wanted);
    this.#capabilities = { ...settled, aliases: wanted.aliases ?? [] };
    this.#context = {
      ...this.#context,
      codePages: settled.headerCodePages.map(({ pageCode, pageName }) => ({
        code: pageCode,
        names: codePages[pageName] ?? {},
      })),
    };
    const headers = withEncodingVersion(request.serverHeaders ?? [], this.namedVersion);
    this.#result(
      encodeWsp({
        pdu: 'ConnectReply',
        serverSessionId: this.#sessionId,
        capabilities: encodeCapabilities(this.#answers(), 'ConnectReply'),
        headers: encodeHeaders(headers, this.#context),
      }),
    );
    // Not needed any more, and there may be many sessions.
    this.#requested = {};
  }

  /** What the client named, what became less, and each unknown capability without a value (§8.3.1). */
  #answers(): Capabilities {
    const { unknown = [], aliases: _, ...named } = this.#requested;
    const asked = withChanges(defaultCapabilities, named);
    return {
      ...changesFrom(this.#capabilities, { ...asked, aliases: [] }, named),
      unknown: unknown.map(({ identifier }) => ({ identifier, parameters: NO_BODY })),
    };
  }

  #result(userData: Uint8Array): void {
    if (this.#own !== undefined) this.#outlet.down({ type: 'TR-Result.req', userData, handle: this.#own });
  }

  #redirect({ request }: Occasion): void {
    if (request?.type !== 'S-Disconnect.req') return;
    if (request.redirectAddresses === undefined)
      throw new UsageError('WSP: S-Disconnect.req with a redirection names addresses');
    this.#result(
      encodeWsp({
        pdu: 'Redirect',
        permanent: request.reasonCode === 301,
        reuseSecuritySession: request.redirectSecurity ?? false,
        redirectAddresses: encodeAddresses(request.redirectAddresses),
      }),
    );
  }

  #refuse({ request }: Occasion): void {
    if (request?.type !== 'S-Disconnect.req') return;
    const whole = this.#reply(request.reasonCode, request.errorHeaders, request.errorBody);
    const { clientSduSize } = this.#capabilities;
    // §6.3.3.2: the explanation may be left out, and has to be where the client could not take it.
    const tooBig = clientSduSize !== 0 && whole.length > clientSduSize;
    this.#result(tooBig ? this.#reply(request.reasonCode, [], NO_BODY) : whole);
  }

  #reply(status: number, headers: readonly Header[] = [], body: Uint8Array = NO_BODY): Uint8Array {
    return encodeWsp({
      pdu: 'Reply',
      status: statusOctet(status),
      headers: encodeMessageHeaders({ headers, body }, this.#context),
      data: body,
    });
  }

  #resumeReply({ request }: Occasion): void {
    if (request?.type === 'S-Resume.res') this.#result(this.#reply(200, request.serverHeaders));
  }

  #resuming({ indication, pdu }: Occasion): void {
    if (indication?.type !== 'TR-Invoke.ind' || pdu?.pdu !== 'Resume') return;
    this.#newPeers = indication.peers;
    this.#take(indication.handle, 'Resume', indication.peers);
    this.#outlet.up({
      type: 'S-Resume.ind',
      session: this.handle,
      peers: indication.peers,
      clientHeaders: this.headersIn(pdu.headers),
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

  #push({ request }: Occasion): void {
    if (request?.type !== 'S-Push.req') return;
    const message = { headers: request.pushHeaders ?? [], body: request.pushBody ?? NO_BODY };
    const headers = encodeMessageHeaders(message, this.#context);
    const userData = encodeWsp({ pdu: 'Push', headers, data: message.body });
    if (!this.#capabilities.protocolOptions.includes('Push'))
      this.#exception('the Push facility was not agreed on');
    else if (this.#exceeds(userData)) this.#exception('a push is larger than the SDU that the client takes');
    else this.#unreliable(userData);
  }

  #confirmedPush(occasion: Occasion): void {
    const { request } = occasion;
    if (request?.type !== 'S-ConfirmedPush.req') return;
    const id = request.serverPushId;
    if (this.pushes.has(id)) throw new UsageError(`WSP: push ${id} of ${this.handle} is still open`);
    const message = { headers: request.pushHeaders ?? [], body: request.pushBody ?? NO_BODY };
    const headers = encodeMessageHeaders(message, this.#context);
    const userData = encodeWsp({ pdu: 'ConfirmedPush', headers, data: message.body });
    const refusal = this.#pushRefusal(userData);
    if (refusal !== undefined) {
      this.#outlet.up({ type: 'S-PushAbort.ind', session: this.handle, pushId: id, reason: refusal });
      return;
    }
    const push = new ServerPush(this, this.#outlet, id, userData);
    this.pushes.set(id, push);
    push.step('S-ConfirmedPush.req', occasion);
  }

  /** §6.3.4 [8] and the client's MRU; a push that cannot be sent ends at once. */
  #pushRefusal(userData: Uint8Array): Reason | undefined {
    if (!this.#capabilities.protocolOptions.includes('Confirmed Push')) return 'PROTOERR';
    if (this.pushes.size >= this.#capabilities.pushMor) return 'MOREXCEEDED';
    return this.#exceeds(userData) ? 'MRUEXCEEDED' : undefined;
  }

  #exceeds(userData: Uint8Array): boolean {
    const { clientSduSize } = this.#capabilities;
    return clientSduSize !== 0 && userData.length > clientSduSize;
  }

  #exception(exceptionData: string): void {
    this.#outlet.up({ type: 'S-Exception.ind', session: this.handle, exceptionData });
  }

  #toMethod(occasion: Occasion): void {
    const { request, indication, transaction } = occasion;
    if (indication !== undefined) {
      if (transaction?.part instanceof ServerMethod) transaction.part.step(indication.type, occasion);
      return;
    }
    if (request === undefined || !isServerMethodRequest(request)) return;
    const id = transactionIdIn(request);
    const method = id === undefined ? undefined : this.methods.get(id);
    if (method === undefined) this.#outlet.manage('not permitted', `${request.type}: no transaction ${id}`);
    else method.step(request.type, occasion);
  }

  #abortAll(reason: Reason): void {
    for (const method of [...this.methods.values()]) method.abort(reason);
    for (const push of [...this.pushes.values()]) push.abort(reason);
  }

  #forgetOwn(): void {
    if (this.#own !== undefined) this.#outlet.forget(this.#own);
    this.#own = undefined;
  }

  #disconnected(reasonCode: Reason): void {
    this.#outlet.up({ type: 'S-Disconnect.ind', session: this.handle, reasonCode });
  }

  #suspended(reason: Reason): void {
    this.#forgetOwn();
    if (this.#newPeers !== undefined) this.#registry.expectNoMore(this, this.#newPeers);
    this.#newPeers = undefined;
    this.#outlet.up({ type: 'S-Suspend.ind', session: this.handle, reason });
  }

  /** §8.2.3.5: looked at only where both ends agreed to have them; undecodable ones are none. */
  acknowledgementHeaders(exitInfo: Uint8Array | undefined): readonly Header[] {
    if (exitInfo === undefined || !this.#capabilities.protocolOptions.includes('Acknowledgement Headers'))
      return [];
    try {
      return this.headersIn(exitInfo);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#outlet.manage('undecodable', error.message);
      return [];
    }
  }

  headersIn(octets: Uint8Array): readonly Header[] {
    return decodeHeaders(new Reader(octets, 'WSP'), this.#context);
  }
}

type ServerMethodRequest = Extract<
  NonNullable<Occasion['request']>,
  { serverTransactionId: number } | { type: 'S-MethodAbort.req' }
>;

function isServerMethodRequest(request: NonNullable<Occasion['request']>): request is ServerMethodRequest {
  return 'serverTransactionId' in request || request.type === 'S-MethodAbort.req';
}
