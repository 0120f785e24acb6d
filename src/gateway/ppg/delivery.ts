/** Over-the-air delivery and result notification: WAP-249 §5.1.2.2 and §5.2, SIN WAP-249_102. */
import type { Scheduler } from '../../bearer/index.js';
import type { Endpoint } from '../../wap/address.js';
import { ProtocolError } from '../../wap/errors.js';
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
  /** Not now; try again. `service`: not the terminal but the way to it is busy. */
  | { readonly state: 'busy'; readonly service?: boolean };

/** A message on its way to one terminal. */
export interface Handover {
  /** Of the recipient: the same whenever it is tried again, also by a later process. */
  readonly id: number;
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
  /**
   * Takes recipients out of the queue's hands while something is done to them, so that nothing is delivered that is being called back.
   * Those that are on their way at the moment are not given.
   */
  hold(ids: readonly number[]): readonly number[];
  release(ids: readonly number[]): void;
  /** Stops delivering, and records what is on its way at the moment; the queue stays. */
  close(): Promise<void>;
}

const anyBearer = { bearerRequired: false };

/** Messages in one go; the rest follows at once, so that a long queue does not hold up everything else. */
const BATCH = 100;

/** Messages on their way at the same time; confirmed ones wait for their terminals. */
const UNDER_WAY = 1_000;

/** How long the end of the process waits for answers to what is on its way. */
const PATIENCE: Millis = 500;

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
  const tasks = new Set<Promise<void>>();
  /** What was let go while the queue was being read: it may have been read as it was before. */
  const touched = new Set<number>();
  let cancelTimer: (() => void) | undefined;
  /** Whether the queue is being read, and whether something has changed since. */
  let reading = false;
  let again = false;
  let closed = false;

  function wake(): void {
    again = true;
    if (!reading) sleep(0);
  }

  function sleep(wait: Millis): void {
    cancelTimer?.();
    cancelTimer = closed ? undefined : scheduler.schedule(Math.min(wait, LONGEST_SLEEP), () => void work());
  }

  async function work(): Promise<void> {
    if (reading || closed) return;
    reading = true;
    again = false;
    touched.clear();
    let wait: Millis | undefined = RECHECK;
    try {
      wait = await startDue();
    } catch (error) {
      // The database is away: it may come back.
      options.failed(error);
    }
    reading = false;
    if (again) sleep(0);
    else if (wait !== undefined) sleep(wait);
  }

  /** @returns when to look again; `undefined` where nothing is in the queue */
  async function startDue(): Promise<Millis | undefined> {
    const now = scheduler.now();
    if (busy.size < UNDER_WAY) {
      // What is under way is still due in the store: so many more are asked for.
      const limit = busy.size + BATCH;
      const found = await Promise.all([store.due(now, limit), store.unreported(now, limit)]);
      if (closed) return undefined;
      const started = found.flat().filter(({ id }) => !busy.has(id) && !touched.has(id));
      for (const recipient of started) start(recipient, now);
      if (started.length > 0 || touched.size > 0) return 0;
    }
    const next = await store.next();
    if (next === undefined) return undefined;
    return Math.max(next - scheduler.now(), busy.size > 0 ? RECHECK : 0);
  }

  function start(recipient: Recipient, now: Millis): void {
    busy.add(recipient.id);
    const pending = recipient.outcome.state === 'pending';
    const task = (pending ? deliver(recipient, now) : report(recipient, now))
      .catch((error: unknown) => giveUp(recipient, error))
      .catch(options.failed)
      .finally(() => {
        tasks.delete(task);
        release([recipient.id]);
      });
    tasks.add(task);
  }

  function release(ids: readonly number[]): void {
    for (const id of ids) {
      busy.delete(id);
      if (reading) touched.add(id);
    }
    wake();
  }

  /** A bug must not meet the same message again and again. A database that is away is none: the message stays as it is. */
  async function giveUp({ id, outcome }: Recipient, error: unknown): Promise<void> {
    options.failed(error);
    if (closed || error instanceof ProtocolError) return;
    const at = scheduler.now();
    if (outcome.state !== 'pending') await store.reported(id);
    else await store.settle(id, { state: 'undeliverable', code: '4000', desc: papStatus['4000'], at });
  }

  async function deliver(recipient: Recipient, now: Millis): Promise<void> {
    const { push, id } = recipient;
    if (push.deliverBefore !== undefined && now >= push.deliverBefore) {
      const at = push.deliverBefore;
      await store.settle(id, { state: 'expired', code: '4000', desc: 'not delivered in time', at });
      return;
    }
    const client = tryClientAddress(recipient.address);
    const endpoint = client && onBearer(options.locate, client, push.qualityOfService ?? anyBearer);
    if (endpoint === undefined) {
      const gone = { state: 'undeliverable', code: '2002', desc: 'no longer served here', at: now } as const;
      await store.settle(id, gone);
      return;
    }
    const method = push.qualityOfService?.deliveryMethod ?? 'notspecified';
    const { headers, body, deliverBefore } = push;
    const end = await options.deliver({
      id,
      endpoint,
      headers,
      body,
      method,
      ...(deliverBefore !== undefined && { deliverBefore }),
    });
    await settle(recipient, end, endpoint.bearer === 'GSM SMS' ? SMS_RETRIES : DELIVERY_RETRIES);
  }

  async function settle(
    { id, attempts, push }: Recipient,
    end: Delivery,
    retries: readonly Millis[],
  ): Promise<void> {
    const at = scheduler.now();
    const wait = retries[attempts];
    if (end.state === 'delivered')
      await store.settle(id, { state: 'delivered', code: '1000', at, deliveryMethod: end.deliveryMethod });
    else if (end.state !== 'busy')
      await store.settle(id, { state: end.state, code: end.code, desc: end.desc, at });
    else if (wait !== undefined)
      await store.postpone(id, Math.min(at + wait, push.deliverBefore ?? Number.POSITIVE_INFINITY));
    else if (end.service)
      await store.settle(id, { state: 'timeout', code: '4001', desc: 'the bearer was never free', at });
    else await store.settle(id, { state: 'timeout', code: '4000', desc: 'the terminal was never free', at });
  }

  /** WAP-247 §8.6. Told once taken: an answer with a PAP status, whichever, means that the initiator has read it. */
  async function report(recipient: Recipient, now: Millis): Promise<void> {
    const { push, id } = recipient;
    if (push.notifyTo === undefined) return store.reported(id);
    const code = await options.notify(push.notifyTo, notification(recipient, options.name));
    const wait = REPORT_RETRIES[recipient.reports];
    const taken = code !== undefined && (isSuccess(code) || code.startsWith('2'));
    if (taken || wait === undefined) await store.reported(id);
    // What an ended process has cut short was no attempt of its own.
    else if (!closed) await store.postponeReport(id, now + wait);
  }

  return {
    wake,
    release,
    hold(ids) {
      const held = ids.filter((id) => !busy.has(id));
      for (const id of held) busy.add(id);
      return held;
    },
    async close() {
      closed = true;
      cancelTimer?.();
      if (tasks.size === 0) return;
      const patience = new Promise<void>((resolve) => void scheduler.schedule(PATIENCE, resolve));
      await Promise.race([Promise.all(tasks), patience]);
    },
  };
}

/**
 * WAP-247 §8.6. All of it comes from what is stored, so that a notification that a killed process may or may not have sent is repeated octet
 * for octet: the initiator sees the same push-id, address and event-time, and knows it for the same outcome.
 */
function notification(recipient: Recipient, name: string): string {
  const { push, outcome, address } = recipient;
  return encodePap(
    {
      type: 'resultnotification-message',
      pushId: push.pushId,
      senderAddress: push.senderAddress,
      senderName: name,
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
}

/** WAP-247 §8.6, §8.9.1: there if it was in the submission, with what was really used. */
export function usedQuality({ push, outcome }: Recipient): { qualityOfService?: QualityOfService } {
  if (push.qualityOfService === undefined) return {};
  const { deliveryMethod, ...asked } = push.qualityOfService;
  const used = outcome.deliveryMethod ?? (deliveryMethod === 'confirmed' ? 'confirmed' : 'unconfirmed');
  return { qualityOfService: { ...asked, deliveryMethod: used } };
}
