/** Method transactions of a server: WAP-230-WSP §7.1.6.5. */
import { findRow } from '../machine.js';
import type { Handle } from '../wtp/primitives.js';
import { frameBoundary, moreData } from './client-method.js';
import { encodeHeaders } from './headers.js';
import {
  decodeUri,
  encodeMessageHeaders,
  hasUnsupportedEncoding,
  type Message,
  NO_BODY,
  withEncodingVersion,
} from './messages.js';
import { methodName } from './methods.js';
import { type Reason, statusOctet } from './numbers.js';
import { type Occasion, type Outlet, type Part, reasonIn } from './outlet.js';
import { encodeWsp } from './pdu.js';
import type { ServerSessionRequest, TransactionId } from './primitives.js';
import type { ServerSession } from './server-session.js';
import {
  type ActionOf,
  type ConditionOf,
  type MethodEvent,
  type ServerMethodState,
  serverMethod,
} from './tables.js';

type Result = Extract<ServerSessionRequest, { type: 'S-MethodResult.req' | 'S-MethodResultData.req' }>;

/** What is kept of a method until it is released. */
interface Stored {
  readonly method: string;
  readonly uri: string;
  readonly message: Message;
  readonly moreData: boolean;
  readonly largestResult: number | undefined;
}

export class ServerMethod implements Part {
  readonly id: TransactionId;
  readonly #session: ServerSession;
  readonly #outlet: Outlet;
  readonly #handle: Handle;
  #state: ServerMethodState = 'NULL';
  #stored: Stored | undefined;
  #storedData: Occasion[] = [];
  #complete = false;
  /** TR-Result.req and TR-ResultData.req that are not confirmed. */
  #unconfirmed = 0;
  /** The SDU of the request that is being handled. */
  #encoded: Uint8Array = NO_BODY;
  #sent = 0;
  #received = 0;
  /** The layer answered by itself: the user never hears of the method (§8.4.2.70). */
  #silent = false;
  #abortReason: Reason = 'PROTOERR';

  constructor(session: ServerSession, outlet: Outlet, id: TransactionId, handle: Handle) {
    this.#session = session;
    this.#outlet = outlet;
    this.id = id;
    this.#handle = handle;
  }

  get state(): ServerMethodState {
    return this.#state;
  }

  abort(reason: Reason): void {
    this.#abortReason = reason;
    this.step('Abort', {});
  }

  step(event: MethodEvent, occasion: Occasion): void {
    const refusal = this.#refusal(occasion);
    if (refusal !== undefined) {
      this.abort(refusal);
      return;
    }
    const row = findRow(serverMethod, this.#state, event, (condition) => this.#holds(condition, occasion));
    if (row === undefined) {
      if (event.startsWith('TR-')) this.#session.fail(occasion);
      else
        this.#outlet.manage(
          'not permitted',
          `${event} in method state ${this.#state} of transaction ${this.id}`,
        );
      return;
    }
    this.#outlet.provider.observe?.('Server Method', row);
    this.#state = row[3];
    for (const action of row[2]) this.#act(action, occasion);
  }

  /** A result that the client could not take is not sent; and no message is stored beyond what was agreed on. */
  #refusal({ request, indication }: Occasion): Reason | undefined {
    const { clientSduSize, clientMessageSize, serverMessageSize, protocolOptions } =
      this.#session.capabilities;
    if (indication?.type === 'TR-InvokeData.ind') {
      this.#received += indication.userData.length;
      return serverMessageSize !== 0 && this.#received > serverMessageSize ? 'MRUEXCEEDED' : undefined;
    }
    if (request?.type !== 'S-MethodResult.req' && request?.type !== 'S-MethodResultData.req')
      return undefined;
    if (this.#state !== 'PROCESSING' && this.#state !== 'PROCESSING2') return undefined;
    if (moreData(request) && !protocolOptions.includes('Large Data Transfer')) return 'USERREQ';
    this.#encoded = this.#pdu(request);
    const size = this.#encoded.length;
    this.#sent += size;
    if (clientSduSize !== 0 && size > clientSduSize) return 'MRUEXCEEDED';
    const long = request.type === 'S-MethodResultData.req' || moreData(request);
    return long && clientMessageSize !== 0 && this.#sent > clientMessageSize ? 'MRUEXCEEDED' : undefined;
  }

  #holds(condition: ConditionOf<typeof serverMethod>, { request, indication, pdu }: Occasion): boolean {
    switch (condition) {
      case 'N_Methods == MOM':
        return this.#session.methods.size >= this.#session.capabilities.methodMor;
      case 'More Data == TRUE':
        return moreData(request, indication);
      case 'More Data == FALSE':
        return !moreData(request, indication);
      case 'Headers provided':
        return hasHeaders(request);
      case 'Headers not provided':
        return !hasHeaders(request);
      case 'Complete Invoke already received':
        return this.#complete;
      case 'Complete Invoke not received':
        return !this.#complete;
      case 'Marks completion of entire result':
        return this.#unconfirmed <= 1;
      case 'Frame Boundary, Data Fragment PDU':
        return frameBoundary(indication) && pdu?.pdu === 'DataFragment';
      case 'No Frame Boundary':
        return !frameBoundary(indication);
      case 'Reason == DISCONNECT':
        return reasonIn(indication) === 'DISCONNECT';
      case 'Reason == SUSPEND':
        return reasonIn(indication) === 'SUSPEND';
      case 'Other':
        return true;
    }
  }

  #act(action: ActionOf<typeof serverMethod>, occasion: Occasion): void {
    const { request, indication } = occasion;
    switch (action) {
      case 'Store Method':
        this.#store(occasion);
        return;
      case 'Increment N_Methods':
        this.#session.methods.set(this.id, this);
        this.#outlet.own({ handle: this.#handle, session: this.#session, part: this });
        return;
      case 'Decrement N_Methods':
        this.#session.methods.delete(this.id);
        // Where an abort follows in the same row, the transaction is still WTP's to abort.
        if (indication !== undefined) this.#outlet.forget(this.#handle);
        return;
      case 'Generate S-MethodInvoke.ind(headers, body, MoreData)':
        this.#indicate();
        return;
      case 'If stored, generate one or more S-MethodInvokeData.ind(headers, body, MoreData)':
        for (const each of this.#storedData.splice(0)) this.#indicateData(each);
        return;
      case 'S-MethodInvokeData.ind(body, MoreData)':
      case 'S-MethodInvokeData.ind(headers, body, MoreData)':
        this.#complete = !moreData(undefined, indication);
        this.#indicateData(occasion);
        return;
      case 'TR-Invoke.res':
      case 'TR-InvokeData.res':
        this.#outlet.down({ type: action, handle: this.#handle });
        return;
      case 'TR-Result.req(Reply, MoreData)':
        this.#send(request, 'TR-Result.req', false);
        return;
      case 'TR-ResultData.req(Response Body, MoreData)':
        this.#send(request, 'TR-ResultData.req', false);
        return;
      case 'TR-ResultData.req(Data Fragment, MoreData, Frame Boundary)':
        this.#send(request, 'TR-ResultData.req', true);
        return;
      case 'TR-Abort.req(MOREXCEEDED)':
        this.#outlet.refuse(this.#handle, 'MOREXCEEDED');
        return;
      case 'TR-Abort.req(PEERREQ) the Method':
        this.#outlet.abort(this.#handle, 'PEERREQ');
        return;
      case 'TR-Abort.req(abort reason) the Method':
        this.#outlet.abort(this.#handle, this.#abortReason);
        return;
      case 'S-MethodResult.cnf':
      case 'S-MethodResult.cnf(Acknowledgement Headers = Exit Info)':
        this.#confirm('S-MethodResult.cnf', occasion);
        return;
      case 'S-MethodResultData.cnf':
        this.#confirm('S-MethodResultData.cnf', occasion);
        return;
      case 'S-MethodAbort.ind(USERREQ)':
        this.#aborted('USERREQ');
        return;
      case 'S-MethodAbort.ind(abort reason)':
        this.#aborted(indication === undefined ? this.#abortReason : reasonIn(indication));
        return;
      case 'Disconnect the session':
        this.#session.step('Disconnect', {});
        return;
      case 'Suspend the session':
        this.#session.step('Suspend', {});
        return;
      case 'Ignore':
        if (request === undefined) this.#unconfirmed--;
        return;
    }
  }

  #store(occasion: Occasion): void {
    const { indication, pdu, message } = occasion;
    this.#complete = !moreData(undefined, indication);
    if (indication?.type === 'TR-InvokeData.ind') {
      this.#storedData.push(occasion);
      return;
    }
    if (pdu?.pdu !== 'Get' && pdu?.pdu !== 'Post') return;
    this.#received = pdu.pdu === 'Post' ? pdu.data.length : 0;
    this.#stored = {
      method: methodName(pdu.type, this.#session.capabilities.extendedMethods) ?? '',
      uri: decodeUri(pdu.uri),
      message: message ?? { headers: [], body: NO_BODY },
      moreData: !this.#complete,
      largestResult: indication?.type === 'TR-Invoke.ind' ? indication.largestResult : undefined,
    };
  }

  #indicate(): void {
    const stored = this.#stored;
    if (stored === undefined) return;
    this.#stored = undefined;
    if (stored.method === '') this.#answer(501);
    else if (hasUnsupportedEncoding(stored.message.headers)) this.#answer(400);
    else
      this.#outlet.up({
        type: 'S-MethodInvoke.ind',
        session: this.#session.handle,
        serverTransactionId: this.id,
        method: stored.method,
        requestUri: stored.uri,
        requestHeaders: stored.message.headers,
        requestBody: stored.message.body,
        moreData: stored.moreData,
        ...(stored.largestResult !== undefined && { largestResult: stored.largestResult }),
      });
  }

  /** In the user's place: 400 with the encoding version for encodings that were not agreed on, 501 for such methods. */
  #answer(status: number): void {
    this.#silent = true;
    this.#storedData = [];
    this.#complete = true;
    const names = { session: this.#session.handle, serverTransactionId: this.id };
    this.step('S-MethodInvoke.res', { request: { type: 'S-MethodInvoke.res', ...names } });
    const responseHeaders = withEncodingVersion([], this.#session.namedVersion);
    const request = { type: 'S-MethodResult.req', ...names, status, responseHeaders } as const;
    this.step('S-MethodResult.req', { request });
  }

  #indicateData({ indication, pdu }: Occasion): void {
    if (indication?.type !== 'TR-InvokeData.ind' || this.#silent) return;
    const fragment = frameBoundary(indication) && pdu?.pdu === 'DataFragment' ? pdu : undefined;
    this.#outlet.up({
      type: 'S-MethodInvokeData.ind',
      session: this.#session.handle,
      serverTransactionId: this.id,
      requestBody: fragment?.data ?? indication.userData,
      ...(fragment ? { requestHeaders: this.#session.headersIn(fragment.headers) } : {}),
      moreData: moreData(undefined, indication),
    });
  }

  #send(request: Occasion['request'], type: 'TR-Result.req' | 'TR-ResultData.req', boundary: boolean): void {
    if (request?.type !== 'S-MethodResult.req' && request?.type !== 'S-MethodResultData.req') return;
    this.#unconfirmed++;
    const more = moreData(request);
    const userData = this.#encoded;
    this.#encoded = NO_BODY;
    this.#outlet.down({
      type,
      userData,
      handle: this.#handle,
      ...(more ? { moreData: true } : {}),
      ...(boundary ? { frameBoundary: true } : {}),
    });
  }

  #pdu(request: Result): Uint8Array {
    const { context } = this.#session;
    const headers = request.responseHeaders ?? [];
    const body = request.responseBody ?? NO_BODY;
    if (request.type === 'S-MethodResult.req')
      return encodeWsp({
        pdu: 'Reply',
        status: statusOctet(request.status),
        headers: encodeMessageHeaders({ headers, body }, context),
        data: body,
      });
    if (headers.length === 0) return body;
    return encodeWsp({ pdu: 'DataFragment', headers: encodeHeaders(headers, context), data: body });
  }

  #confirm(type: 'S-MethodResult.cnf' | 'S-MethodResultData.cnf', { indication }: Occasion): void {
    this.#unconfirmed--;
    if (this.#silent) return;
    const exitInfo = indication !== undefined && 'exitInfo' in indication ? indication.exitInfo : undefined;
    this.#outlet.up({
      type,
      session: this.#session.handle,
      serverTransactionId: this.id,
      acknowledgementHeaders: this.#session.acknowledgementHeaders(exitInfo),
    });
  }

  #aborted(reason: Reason): void {
    if (this.#silent) return;
    this.#outlet.up({
      type: 'S-MethodAbort.ind',
      session: this.#session.handle,
      transactionId: this.id,
      reason,
    });
  }
}

function hasHeaders(request: Occasion['request']): boolean {
  return request?.type === 'S-MethodResultData.req' && (request.responseHeaders?.length ?? 0) > 0;
}
