/** Confirmed pushes at a client: WAP-230-WSP §7.1.6.3. */
import { findRow } from '../machine.js';
import type { Handle } from '../wtp/primitives.js';
import type { ClientSession } from './client-session.js';
import { NO_BODY } from './messages.js';
import type { Reason } from './numbers.js';
import { type Occasion, type Outlet, type Part, reasonIn } from './outlet.js';
import type { PushId } from './primitives.js';
import {
  type ActionOf,
  type ClientPushState,
  type ConditionOf,
  clientPush,
  type PushEvent,
} from './tables.js';

export class ClientPush implements Part {
  readonly id: PushId;
  readonly #session: ClientSession;
  readonly #outlet: Outlet;
  readonly #handle: Handle;
  #state: ClientPushState = 'NULL';
  #abortReason: Reason = 'PROTOERR';

  constructor(session: ClientSession, outlet: Outlet, id: PushId, handle: Handle) {
    this.#session = session;
    this.#outlet = outlet;
    this.id = id;
    this.#handle = handle;
  }

  abort(reason: Reason): void {
    this.#abortReason = reason;
    this.step('Abort', {});
  }

  step(event: PushEvent, occasion: Occasion): void {
    const row = findRow(clientPush, this.#state, event, (condition) => this.#holds(condition, occasion));
    if (row === undefined) {
      if (event.startsWith('TR-')) this.#session.fail(occasion);
      else this.#outlet.manage('not permitted', `${event} in push state ${this.#state} of push ${this.id}`);
      return;
    }
    this.#outlet.provider.observe?.('Client Push', row);
    this.#state = row[3];
    for (const action of row[2]) this.#act(action, occasion);
  }

  #holds(condition: ConditionOf<typeof clientPush>, { indication }: Occasion): boolean {
    const { pushes, capabilities } = this.#session;
    switch (condition) {
      case 'N_PUSHES == MOP':
        return pushes.size >= capabilities.pushMor;
      case 'N_PUSHES < MOP':
        return pushes.size < capabilities.pushMor;
      case 'Reason == DISCONNECT':
        return reasonIn(indication) === 'DISCONNECT';
      case 'Reason == SUSPEND':
        return reasonIn(indication) === 'SUSPEND';
      case 'Other':
        return true;
    }
  }

  #act(action: ActionOf<typeof clientPush>, { request, indication, message }: Occasion): void {
    const session = this.#session.handle;
    switch (action) {
      case 'Increment N_PUSHES':
        this.#session.pushes.set(this.id, this);
        this.#outlet.own({ handle: this.#handle, session: this.#session, part: this });
        return;
      case 'Decrement N_PUSHES':
        this.#session.pushes.delete(this.id);
        this.#outlet.forget(this.#handle);
        return;
      case 'S-ConfirmedPush.ind':
        this.#outlet.up({
          type: 'S-ConfirmedPush.ind',
          session,
          clientPushId: this.id,
          pushHeaders: message?.headers ?? [],
          pushBody: message?.body ?? NO_BODY,
        });
        return;
      case 'TR-Invoke.res(Exit Info = Acknowledgement Headers)': {
        if (request?.type !== 'S-ConfirmedPush.res') return;
        const exitInfo = this.#session.exitInfo(request.acknowledgementHeaders);
        this.#outlet.down({ type: 'TR-Invoke.res', handle: this.#handle, ...exitInfo });
        return;
      }
      case 'TR-Abort.req(MOREXCEEDED) the TR-Invoke':
        this.#outlet.refuse(this.#handle, 'MOREXCEEDED');
        return;
      case 'TR-Abort.req(abort reason) the TR-Invoke':
        this.#outlet.abort(
          this.#handle,
          request?.type === 'S-PushAbort.req' ? request.reason : this.#abortReason,
        );
        return;
      case 'S-PushAbort.ind(USERREQ)':
        this.#outlet.up({ type: 'S-PushAbort.ind', session, pushId: this.id, reason: 'USERREQ' });
        return;
      case 'S-PushAbort.ind(abort reason)': {
        const reason = indication === undefined ? this.#abortReason : reasonIn(indication);
        this.#outlet.up({ type: 'S-PushAbort.ind', session, pushId: this.id, reason });
        return;
      }
      case 'Disconnect the session':
        this.#session.step('Disconnect', {});
        return;
      case 'Suspend the session':
        this.#session.step('Suspend', {});
        return;
    }
  }
}
