/** Confirmed pushes of a server: WAP-230-WSP §7.1.6.6. */
import { findRow } from '../machine.js';
import type { Handle } from '../wtp/primitives.js';
import type { Reason } from './numbers.js';
import { type Occasion, type Outlet, type Part, reasonIn } from './outlet.js';
import type { PushId } from './primitives.js';
import type { ServerSession } from './server-session.js';
import {
  type ActionOf,
  type ConditionOf,
  type PushEvent,
  type ServerPushState,
  serverPush,
} from './tables.js';

export class ServerPush implements Part {
  readonly id: PushId;
  readonly #session: ServerSession;
  readonly #outlet: Outlet;
  readonly #handle: Handle;
  readonly #userData: Uint8Array;
  #state: ServerPushState = 'NULL';
  #abortReason: Reason = 'PROTOERR';

  constructor(session: ServerSession, outlet: Outlet, id: PushId, userData: Uint8Array) {
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

  step(event: PushEvent, occasion: Occasion): void {
    const row = findRow(serverPush, this.#state, event, (condition) => this.#holds(condition, occasion));
    if (row === undefined) {
      this.#session.fail(occasion);
      return;
    }
    this.#outlet.provider.observe?.('Server Push', row);
    this.#state = row[3];
    for (const action of row[2]) this.#act(action, occasion);
    if (row[3] !== 'NULL') return;
    this.#outlet.forget(this.#handle);
    this.#session.pushes.delete(this.id);
  }

  #holds(condition: ConditionOf<typeof serverPush>, { indication }: Occasion): boolean {
    switch (condition) {
      case 'Reason == DISCONNECT':
        return reasonIn(indication) === 'DISCONNECT';
      case 'Reason == SUSPEND':
        return reasonIn(indication) === 'SUSPEND';
      case 'Other':
        return true;
    }
  }

  #act(action: ActionOf<typeof serverPush>, { indication }: Occasion): void {
    const session = this.#session.handle;
    switch (action) {
      case 'TR-Invoke.req(Class 1, ConfirmedPush)':
        this.#outlet.own({ handle: this.#handle, session: this.#session, part: this });
        this.#outlet.down({
          type: 'TR-Invoke.req',
          peers: this.#session.peers,
          ackType: true,
          userData: this.#userData,
          classType: 1,
          handle: this.#handle,
        });
        return;
      case 'TR-Abort.req(abort reason) the push transaction':
        this.#outlet.abort(this.#handle, this.#abortReason);
        return;
      case 'S-ConfirmedPush.cnf(Acknowledgement Headers = Exit Info)':
        this.#outlet.up({
          type: 'S-ConfirmedPush.cnf',
          session,
          serverPushId: this.id,
          acknowledgementHeaders: this.#session.acknowledgementHeaders(
            indication?.type === 'TR-Invoke.cnf' ? indication.exitInfo : undefined,
          ),
        });
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
