/** Pushes on sessions: WAP-235 §6.2.2, WAP-230 §6.3.3.6–6.3.3.9. */
import {
  abortCodeOf,
  type Header,
  type PushId,
  type Reason,
  type ServerSessionRequest,
  type SessionHandle,
  type SessionIndication,
} from '../wap/wsp/index.js';

/** What became of a push. */
export type PushEnd =
  | { readonly state: 'sent' }
  | { readonly state: 'confirmed' }
  | { readonly state: 'aborted'; readonly abortCode: number; readonly reason: Reason };

export interface SessionPushes {
  /** Unconfirmed: sent is all that is known. */
  push(session: SessionHandle, headers: readonly Header[], body: Uint8Array): PushEnd;
  /** Resolves when the terminal has confirmed or refused it, or is gone. */
  confirmedPush(session: SessionHandle, headers: readonly Header[], body: Uint8Array): Promise<PushEnd>;
  /** Takes what concerns pushes; the rest is left alone. */
  deliver(indication: SessionIndication): void;
}

/** @param request hands a primitive to the session layer */
export function sessionPushes(request: (primitive: ServerSessionRequest) => void): SessionPushes {
  const pending = new Map<string, (end: PushEnd) => void>();
  let pushIds: PushId = 0;

  function end(session: SessionHandle, pushId: PushId, outcome: PushEnd): void {
    const key = `${session}|${pushId}`;
    const resolve = pending.get(key);
    pending.delete(key);
    resolve?.(outcome);
  }

  function abandon(session: SessionHandle): void {
    for (const [key, resolve] of [...pending]) {
      if (!key.startsWith(`${session}|`)) continue;
      pending.delete(key);
      resolve({ state: 'aborted', abortCode: abortCodeOf('DISCONNECT'), reason: 'DISCONNECT' });
    }
  }

  return {
    push(session, pushHeaders, pushBody) {
      request({ type: 'S-Push.req', session, pushHeaders, pushBody });
      return { state: 'sent' };
    },
    confirmedPush(session, pushHeaders, pushBody) {
      const serverPushId = ++pushIds;
      return new Promise((resolve) => {
        pending.set(`${session}|${serverPushId}`, resolve);
        request({ type: 'S-ConfirmedPush.req', session, serverPushId, pushHeaders, pushBody });
      });
    },
    deliver(indication) {
      if (indication.type === 'S-ConfirmedPush.cnf')
        end(indication.session, indication.serverPushId, { state: 'confirmed' });
      else if (indication.type === 'S-PushAbort.ind') {
        const { reason } = indication;
        end(indication.session, indication.pushId, {
          state: 'aborted',
          abortCode: abortCodeOf(reason),
          reason,
        });
      } else if (indication.type === 'S-Disconnect.ind') abandon(indication.session);
    },
  };
}
