/** Method transactions of a client: WAP-230-WSP §7.1.6.2. */
import { findRow } from '../machine.js';
import type { Handle } from '../wtp/primitives.js';
import type { ClientSession } from './client-session.js';
import { encodeHeaders } from './headers.js';
import { NO_BODY } from './messages.js';
import type { Reason } from './numbers.js';
import { statusOf } from './numbers.js';
import { type Occasion, type Outlet, type Part, reasonIn } from './outlet.js';
import { encodeWsp } from './pdu.js';
import type { TransactionId } from './primitives.js';
import {
  type ActionOf,
  type ClientMethodState,
  type ConditionOf,
  clientMethod,
  type MethodEvent,
} from './tables.js';

export class ClientMethod implements Part {
  readonly id: TransactionId;
  readonly #session: ClientSession;
  readonly #outlet: Outlet;
  readonly #handle: Handle;
  /** The PDU that starts the method. */
  readonly #userData: Uint8Array;
  #state: ClientMethodState = 'NULL';
  /** How many S-MethodInvokeData.req are not confirmed, and whether the last one came. */
  #unconfirmed = 0;
  #complete = false;
  #messageSize = 0;
  #abortReason: Reason = 'PROTOERR';

  constructor(session: ClientSession, outlet: Outlet, id: TransactionId, userData: Uint8Array) {
    this.#session = session;
    this.#outlet = outlet;
    this.id = id;
    this.#userData = userData;
    this.#handle = outlet.newHandle();
  }

  abort(reason: Reason): void {
    this.#abortReason = reason;
    this.step('Abort', {});
  }

  step(event: MethodEvent, occasion: Occasion): void {
    const row = findRow(clientMethod, this.#state, event, (condition) => this.#holds(condition, occasion));
    if (row === undefined) {
      this.#unhandled(event, occasion);
      return;
    }
    this.#outlet.provider.observe?.('Client Method', row);
    this.#state = row[3];
    for (const action of row[2]) this.#act(action, occasion);
    if (row[3] === 'NULL') this.#end();
  }

  #end(): void {
    this.#outlet.forget(this.#handle);
    this.#session.methods.delete(this.id);
  }

  /** §7.1.5 disconnects for what is not handled; a primitive of the user is only not permitted (§6.3.4). */
  #unhandled(event: MethodEvent, occasion: Occasion): void {
    if (event.startsWith('TR-')) this.#session.fail(occasion);
    else
      this.#outlet.manage(
        'not permitted',
        `${event} in method state ${this.#state} of transaction ${this.id}`,
      );
  }

  #holds(condition: ConditionOf<typeof clientMethod>, { request, indication, pdu }: Occasion): boolean {
    switch (condition) {
      case 'More Data == TRUE':
        return moreData(request, indication);
      case 'More Data == FALSE':
        return !moreData(request, indication);
      case 'Headers provided':
        return request?.type === 'S-MethodInvokeData.req' && (request.requestHeaders?.length ?? 0) > 0;
      case 'Headers not provided':
        return request?.type === 'S-MethodInvokeData.req' && (request.requestHeaders?.length ?? 0) === 0;
      case 'Marks completion of entire method':
        return this.#complete && this.#unconfirmed <= 1;
      case 'Reply PDU':
        return pdu?.pdu === 'Reply';
      case 'Frame Boundary, Data Fragment PDU':
        return frameBoundary(indication) && pdu?.pdu === 'DataFragment';
      case 'No Frame Boundary':
        return !frameBoundary(indication);
      case 'SDU size > MRU':
        return this.#exceeds(indication);
      case 'Reason == DISCONNECT':
        return reasonIn(indication) === 'DISCONNECT';
      case 'Reason == SUSPEND':
        return reasonIn(indication) === 'SUSPEND';
      case 'Other':
        return true;
    }
  }

  /** The SDU alone, or all of the message with it (§8.3.2.2). */
  #exceeds(indication: Occasion['indication']): boolean {
    const size = indication !== undefined && 'userData' in indication ? indication.userData.length : 0;
    const { clientMessageSize } = this.#session.capabilities;
    const { mru } = this.#session;
    const long = indication?.type === 'TR-ResultData.ind' || moreData(undefined, indication);
    if (mru !== 0 && size > mru) return true;
    return long && clientMessageSize !== 0 && this.#messageSize + size > clientMessageSize;
  }

  #act(action: ActionOf<typeof clientMethod>, occasion: Occasion): void {
    const { request, indication } = occasion;
    const session = this.#session.handle;
    const clientTransactionId = this.id;
    switch (action) {
      case 'TR-Invoke.req(Class 2, Method, MoreData)':
        this.#outlet.own({ handle: this.#handle, session: this.#session, part: this });
        this.#sent(request);
        this.#outlet.down({
          type: 'TR-Invoke.req',
          peers: this.#session.peers,
          ackType: true,
          userData: this.#userData,
          classType: 2,
          handle: this.#handle,
          ...(moreData(request) ? { moreData: true } : {}),
        });
        return;
      case 'TR-InvokeData.req(request body, MoreData)':
        if (request?.type !== 'S-MethodInvokeData.req') return;
        this.#sent(request);
        this.#outlet.down({
          type: 'TR-InvokeData.req',
          userData: request.requestBody,
          moreData: moreData(request),
          handle: this.#handle,
        });
        return;
      case 'TR-InvokeData.req(Data Fragment PDU, MoreData, Frame Boundary)':
        if (request?.type !== 'S-MethodInvokeData.req') return;
        this.#sent(request);
        this.#outlet.down({
          type: 'TR-InvokeData.req',
          userData: encodeWsp({
            pdu: 'DataFragment',
            headers: encodeHeaders(request.requestHeaders ?? [], this.#session.context),
            data: request.requestBody,
          }),
          moreData: false,
          frameBoundary: true,
          handle: this.#handle,
        });
        return;
      case 'TR-Result.res':
      case 'TR-ResultData.res':
        this.#outlet.down({ type: action, handle: this.#handle });
        return;
      case 'TR-Result.res(Exit Info = Acknowledgement Headers)':
        this.#outlet.down({ type: 'TR-Result.res', handle: this.#handle, ...this.#exitInfo(request) });
        return;
      case 'TR-ResultData.res(Exit Info = Acknowledgement Headers)':
        this.#outlet.down({ type: 'TR-ResultData.res', handle: this.#handle, ...this.#exitInfo(request) });
        return;
      case 'TR-Abort.req(PEERREQ) the Method':
        this.#outlet.abort(this.#handle, 'PEERREQ');
        return;
      case 'TR-Abort.req(abort reason) the Method':
        this.#outlet.abort(this.#handle, this.#abortReason);
        return;
      case 'TR-Abort.req(MRUEXCEEDED)':
        this.#outlet.abort(this.#handle, 'MRUEXCEEDED');
        return;
      case 'TR-Abort.req(PROTOERR)':
        this.#outlet.abort(this.#handle, 'PROTOERR');
        return;
      case 'S-MethodInvoke.cnf':
      case 'S-MethodInvokeData.cnf':
        this.#unconfirmed--;
        this.#outlet.up({ type: action, session, clientTransactionId });
        return;
      case 'S-MethodResult.ind(headers, body, MoreData)':
        this.#result(occasion);
        return;
      case 'S-MethodResultData.ind(body, MoreData)':
      case 'S-MethodResultData.ind(headers, body, MoreData)':
        this.#resultData(occasion);
        return;
      case 'S-MethodAbort.ind(USERREQ)':
        this.#aborted('USERREQ');
        return;
      case 'S-MethodAbort.ind(MRUEXCEEDED)':
        this.#aborted('MRUEXCEEDED');
        return;
      case 'S-MethodAbort.ind(PROTOERR)':
        this.#aborted('PROTOERR');
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
        return;
    }
  }

  #sent(request: Occasion['request']): void {
    this.#unconfirmed++;
    this.#complete = !moreData(request);
  }

  #exitInfo(request: Occasion['request']): { readonly exitInfo?: Uint8Array } {
    if (request?.type !== 'S-MethodResult.res' && request?.type !== 'S-MethodResultData.res') return {};
    return this.#session.exitInfo(request.acknowledgementHeaders);
  }

  #result({ indication, pdu, message }: Occasion): void {
    if (pdu?.pdu !== 'Reply') return;
    this.#messageSize = pdu.data.length;
    this.#outlet.up({
      type: 'S-MethodResult.ind',
      session: this.#session.handle,
      clientTransactionId: this.id,
      status: statusOf(pdu.status),
      responseHeaders: message?.headers ?? [],
      responseBody: message?.body ?? NO_BODY,
      moreData: moreData(undefined, indication),
    });
  }

  #resultData({ indication, pdu }: Occasion): void {
    if (indication?.type !== 'TR-ResultData.ind') return;
    const fragment = frameBoundary(indication) && pdu?.pdu === 'DataFragment' ? pdu : undefined;
    const body = fragment?.data ?? indication.userData;
    this.#messageSize += body.length;
    this.#outlet.up({
      type: 'S-MethodResultData.ind',
      session: this.#session.handle,
      clientTransactionId: this.id,
      responseBody: body,
      ...(fragment ? { responseHeaders: this.#session.headersIn(fragment.headers) } : {}),
      moreData: moreData(undefined, indication),
    });
  }

  #aborted(reason: Reason): void {
    this.#outlet.up({
      type: 'S-MethodAbort.ind',
      session: this.#session.handle,
      transactionId: this.id,
      reason,
    });
  }
}

/** The More Data parameter of whatever has one. */
export function moreData(request: Occasion['request'], indication?: Occasion['indication']): boolean {
  if (request !== undefined && 'moreData' in request) return request.moreData === true;
  return indication !== undefined && 'moreData' in indication && indication.moreData === true;
}

export function frameBoundary(indication: Occasion['indication']): boolean {
  return indication !== undefined && 'frameBoundary' in indication && indication.frameBoundary === true;
}
