/** Over-the-air delivery and result notification: WAP-249 §5.1.2.2 and §5.2, SIN WAP-249_102. */
import type { Scheduler } from '../../bearer/index.js';
import type { Endpoint } from '../../wap/address.js';
import { encodePap, isSuccess, papStatus, type QualityOfService } from '../../wap/push/index.js';
import type { Millis } from '../../wap/time.js';
import type { Header } from '../../wap/wsp/index.js';
import type { Outcome, PushStore, Recipient } from './store.js';
import { type Locate, onBearer, tryClientAddress } from './subscribers.js';

/** What came of handing a message to a terminal. */
export type Delivery =
  | { readonly state: 'delivered'; readonly deliveryMethod: 'confirmed' | 'unconfirmed' }
  | {
      readonly state: 'aborted' | 'undeliverable' | 'timeout';
      readonly code: Outcome['code'];
      readonly desc: string;
    }
  /** Not now; try again. */
  | { readonly state: 'busy' };

/** A message on its way to one terminal. */
export interface Handover {
  readonly endpoint: Endpoint;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
  readonly method: QualityOfService['deliveryMethod'];
  /** When it is no longer wanted. */
  readonly deliverBefore?: Millis;
}

export interface DeliveryOptions {
  readonly store: PushStore;
  readonly scheduler: Scheduler;
  readonly locate: Locate;
  /** Sends over the air. Rejects only for bugs. */
  readonly deliver: (handover: Handover) => Promise<Delivery>;
  /** Posts a result notification; the PAP status of the answer, or `undefined` where there was none. */
  readonly notify: (url: string, xml: string) => Promise<string | undefined>;
  /** How the proxy calls itself: sender-name. */
  readonly name: string;
  /** Gets what nobody foresaw. */
  readonly failed: (error: unknown) => void;
}

/** The queue at work. */
export interface Deliveries {
  /** Looks whether something is due, now or later. Called once at start, for what an earlier process left. */
  wake(): void;
  /** Whether a message is on its way to that recipient, so that it cannot be called back. */
  busy(id: number): boolean;
  /** Stops delivering; the queue stays. */
  close(): void;
}

const anyBearer = { bearerRequired: false };

/** Messages in one go; the rest follows at once, so that a long queue does not hold up everything else. */
const BATCH = 100;

/** When a report is tried again, in ms after the last attempt; after the last of these it is given up. */
const REPORT_RETRIES: readonly Millis[] = [
  5_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000, 86_400_000,
];

/** When delivery is tried again; after the last of these it is undeliverable. */
const DELIVERY_RETRIES: readonly Millis[] = [2_000, 10_000, 60_000, 300_000, 1_800_000, 7_200_000];

/** The same over short messages: what is tried again is a message centre that is away or full, which lasts longer. */
const SMS_RETRIES: readonly Millis[] = [30_000, 120_000, 600_000, 3_600_000, 21_600_000, 86_400_000];

/** Timers beyond 2^31 ms fire at once in Node: nobody sleeps longer than a day. */
const LONGEST_SLEEP: Millis = 86_400_000;

/** While something is under way, how often to look for what falls due meanwhile. */
const RECHECK: Millis = 1_000;

export function deliveries(options: DeliveryOptions): Deliveries {
  const { store, scheduler } = options;
  const busy = new Set<number>();
  let cancelTimer: (() => void) | undefined;
  let closed = false;

  function wake(): void {
    if (closed) return;
    cancelTimer?.();
    const next = store.next();
    cancelTimer = undefined;
    if (next === undefined) return;
    cancelTimer = scheduler.schedule(Math.min(Math.max(0, next - scheduler.now()), LONGEST_SLEEP), work);
  }

  function work(): void {
    if (closed) return;
    const now = scheduler.now();
    const started = [...store.due(now, BATCH), ...store.unreported(now, BATCH)].filter(
      ({ id }) => !busy.has(id),
    );
    for (const recipient of started) {
      busy.add(recipient.id);
      const task = recipient.outcome.state === 'pending' ? deliver(recipient, now) : report(recipient, now);
      task
        .catch((error: unknown) => giveUp(recipient, error))
        .finally(() => {
          busy.delete(recipient.id);
          wake();
        });
    }
    if (started.length > 0 || busy.size === 0) wake();
    // What is under way is still due in the store: looking at once, again and again, would find nothing else.
    else cancelTimer = scheduler.schedule(RECHECK, work);
  }

  /** A bug must not meet the same message again and again. */
  function giveUp({ id, outcome }: Recipient, error: unknown): void {
    options.failed(error);
    if (closed) return;
    const at = scheduler.now();
    if (outcome.state !== 'pending') store.reported(id);
    else store.settle(id, { state: 'undeliverable', code: '3000', desc: papStatus['3000'], at });
  }

  async function deliver(recipient: Recipient, now: Millis): Promise<void> {
    const { push, id } = recipient;
    if (push.deliverBefore !== undefined && now >= push.deliverBefore) {
      store.settle(id, {
        state: 'expired',
        code: '4000',
        desc: 'not delivered in time',
        at: push.deliverBefore,
      });
      return;
    }
    const client = tryClientAddress(recipient.address);
    const endpoint = client && onBearer(options.locate, client, push.qualityOfService ?? anyBearer);
    if (endpoint === undefined) {
      store.settle(id, { state: 'undeliverable', code: '2002', desc: 'no longer served here', at: now });
      return;
    }
    // While it is under way it must not be due a second time, and after a crash it must be.
    const method = push.qualityOfService?.deliveryMethod ?? 'notspecified';
    const { headers, body, deliverBefore } = push;
    const handover = {
      endpoint,
      headers,
      body,
      method,
      ...(deliverBefore !== undefined && { deliverBefore }),
    };
    const outcome = await options.deliver(handover);
    if (closed) return;
    settle(recipient, outcome, endpoint.bearer === 'GSM SMS' ? SMS_RETRIES : DELIVERY_RETRIES);
  }

  function settle({ id, attempts, push }: Recipient, outcome: Delivery, retries: readonly Millis[]): void {
    const at = scheduler.now();
    if (outcome.state === 'delivered') {
      store.settle(id, { state: 'delivered', code: '1000', at, deliveryMethod: outcome.deliveryMethod });
    } else if (outcome.state !== 'busy') {
      store.settle(id, { state: outcome.state, code: outcome.code, desc: outcome.desc, at });
    } else {
      const wait = retries[attempts];
      if (wait === undefined)
        store.settle(id, { state: 'timeout', code: '4000', desc: 'the terminal was never free', at });
      else store.postpone(id, Math.min(at + wait, push.deliverBefore ?? Number.POSITIVE_INFINITY));
    }
  }

  /** WAP-247 §8.6. Told once taken: an answer with a PAP status, whichever, means that the initiator has read it. */
  async function report(recipient: Recipient, now: Millis): Promise<void> {
    const { push, outcome, address } = recipient;
    if (push.notifyTo === undefined) {
      store.reported(recipient.id);
      return;
    }
    const xml = encodePap(
      {
        type: 'resultnotification-message',
        pushId: push.pushId,
        senderAddress: push.senderAddress,
        senderName: options.name,
        receivedTime: push.received,
        eventTime: outcome.at,
        messageState: outcome.state,
        code: outcome.code,
        ...(outcome.desc !== undefined && { desc: outcome.desc }),
        address,
        ...usedQuality(recipient),
      },
      push.version,
      push.announce,
    );
    const code = await options.notify(push.notifyTo, xml);
    if (closed) return;
    const wait = REPORT_RETRIES[recipient.reports];
    if ((code !== undefined && (isSuccess(code) || code.startsWith('2'))) || wait === undefined)
      store.reported(recipient.id);
    else store.postponeReport(recipient.id, now + wait);
  }

  return {
    wake,
    busy: (id) => busy.has(id),
    close() {
      closed = true;
      cancelTimer?.();
    },
  };
}

/** WAP-247 §8.6, §8.9.1: there if it was in the submission, with what was really used. */
export function usedQuality({ push, outcome }: Recipient): { qualityOfService?: QualityOfService } {
  if (push.qualityOfService === undefined) return {};
  const { deliveryMethod, ...asked } = push.qualityOfService;
  const used = outcome.deliveryMethod ?? (deliveryMethod === 'confirmed' ? 'confirmed' : 'unconfirmed');
  return { qualityOfService: { ...asked, deliveryMethod: used } };
}
