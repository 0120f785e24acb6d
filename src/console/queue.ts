/** The push queue as the console's page shows it, and the cancellations that the page asks for. */
import {
  applicationOf,
  applicationUri,
  contentTypeOf,
  type MessageState,
  papStatus,
} from '../wap/push/index.js';
import type { Millis } from '../wap/time.js';

/** What the console is given of a queue: recipients with their pushes, newest first. */
export interface ConsoleQueue {
  newest(limit: number): Promise<readonly QueuedRecipient[]>;
  /** Calls when something has changed. @returns takes the order back */
  watch(listener: () => void): () => void;
  /** Asks the push proxy to cancel, over PAP. @returns its answer, for a person */
  cancel(pushId: string): Promise<string>;
}

/** A recipient as the queue keeps it. */
export interface QueuedRecipient {
  readonly address: string;
  readonly outcome: {
    readonly state: MessageState;
    readonly code: string;
    readonly desc?: string;
    readonly at: Millis;
  };
  readonly attempts: number;
  readonly reports: number;
  readonly due?: Millis;
  readonly reportDue?: Millis;
  readonly push: {
    readonly pushId: string;
    readonly received: Millis;
    readonly initiator?: string;
    readonly notifyTo?: string;
    readonly deliverAfter?: Millis;
    readonly deliverBefore?: Millis;
    readonly qualityOfService?: { readonly priority: string; readonly deliveryMethod: string };
    readonly headers: readonly { readonly name: string; readonly value: string }[];
    readonly body: Uint8Array;
  };
}

/** A push with its recipients, as the page draws it. */
export interface ShownPush {
  readonly pushId: string;
  readonly received: Millis;
  readonly initiator?: string;
  readonly content: string;
  readonly application: string;
  readonly octets: number;
  readonly priority: string;
  readonly method: string;
  readonly deliverAfter?: Millis;
  readonly deliverBefore?: Millis;
  readonly recipients: readonly ShownRecipient[];
}

export interface ShownRecipient {
  readonly address: string;
  readonly state: MessageState;
  readonly code: string;
  readonly desc?: string;
  /** Since when it is in that state; of a pending one, when it was accepted. */
  readonly at: Millis;
  readonly attempts: number;
  /** When it is tried next; absent when it has an outcome. */
  readonly due?: Millis;
  /** What the initiator knows of the outcome. */
  readonly report: 'not wanted' | 'not yet' | 'waits' | 'taken';
  readonly reports: number;
  readonly reportDue?: Millis;
}

/** Pushes by their recipients, in the order in which their newest recipients come. */
export function shownPushes(recipients: readonly QueuedRecipient[]): readonly ShownPush[] {
  const pushes = new Map<string, QueuedRecipient[]>();
  for (const recipient of recipients) {
    const known = pushes.get(recipient.push.pushId);
    if (known === undefined) pushes.set(recipient.push.pushId, [recipient]);
    else known.unshift(recipient);
  }
  return [...pushes.values()].flatMap((all) => (all[0] === undefined ? [] : [shownPush(all[0].push, all)]));
}

function shownPush(push: QueuedRecipient['push'], all: readonly QueuedRecipient[]): ShownPush {
  const { pushId, received, initiator, deliverAfter, deliverBefore, qualityOfService, headers, body } = push;
  const entity = { headers, body };
  return {
    pushId,
    received,
    ...(initiator !== undefined && { initiator }),
    content: contentTypeOf(entity),
    application: applicationUri(applicationOf(entity) ?? '').replace(/^x-wap-application:/, ''),
    octets: body.length,
    priority: qualityOfService?.priority ?? 'medium',
    method: qualityOfService?.deliveryMethod ?? 'notspecified',
    ...(deliverAfter !== undefined && { deliverAfter }),
    ...(deliverBefore !== undefined && { deliverBefore }),
    recipients: all.map(shownRecipient),
  };
}

function shownRecipient(recipient: QueuedRecipient): ShownRecipient {
  const { address, outcome, attempts, reports, due, reportDue, push } = recipient;
  const words = Object.entries(papStatus).find(([code]) => code === outcome.code)?.[1];
  return {
    address,
    ...(words !== undefined && { desc: words }),
    ...outcome,
    attempts,
    ...(due !== undefined && { due }),
    report: reportOf(recipient, push.notifyTo),
    reports,
    ...(reportDue !== undefined && { reportDue }),
  };
}

function reportOf(
  { outcome, reportDue }: QueuedRecipient,
  notifyTo: string | undefined,
): ShownRecipient['report'] {
  if (notifyTo === undefined) return 'not wanted';
  if (outcome.state === 'pending') return 'not yet';
  return reportDue === undefined ? 'taken' : 'waits';
}
