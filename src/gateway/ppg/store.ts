/** The queue of the push proxy: what was accepted survives the end of the process at any moment. Two databases keep it. */
import { DecodeError } from '../../wap/errors.js';
import type { MessageState, PapStatus, PapVersion, QualityOfService } from '../../wap/push/index.js';
import type { Millis } from '../../wap/time.js';
import type { Header } from '../../wap/wsp/index.js';

/** An accepted submission. */
export interface StoredPush {
  readonly pushId: string;
  /** What it came in; all that is said about it goes out in the same (WAP-247 §9.5). */
  readonly version: PapVersion;
  /** Whether its initiator speaks more than 1.0 (WAP-247 §9.2). */
  readonly announce: boolean;
  readonly received: Millis;
  /** The URL that it was posted to. */
  readonly senderAddress: string;
  /** Who submitted it, where initiators log in: nobody else may ask about it or cancel it. */
  readonly initiator?: string;
  readonly notifyTo?: string;
  readonly deliverAfter?: Millis;
  readonly deliverBefore?: Millis;
  readonly qualityOfService?: QualityOfService;
  /** As they go over the air. */
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

/** What became of a message for one recipient. */
export interface Outcome {
  readonly state: MessageState;
  /** A PAP status, or 5xxx. */
  readonly code: PapStatus | `5${string}`;
  readonly desc?: string;
  readonly at: Millis;
  readonly deliveryMethod?: 'confirmed' | 'unconfirmed';
}

/** One recipient of a push. */
export interface Recipient {
  readonly id: number;
  readonly push: StoredPush;
  /** As the initiator wrote it. */
  readonly address: string;
  readonly key: string;
  readonly outcome: Outcome;
  /** Attempts to deliver so far. */
  readonly attempts: number;
  /** Attempts to report so far. */
  readonly reports: number;
  /** When delivery is due, while it is pending. */
  readonly due?: Millis;
  /** When the report is due, until it is taken. */
  readonly reportDue?: Millis;
}

/** A recipient of a push that is being accepted. */
export interface NewRecipient {
  readonly address: string;
  readonly key: string;
  /** `pending`, or what is known to become of it already. */
  readonly outcome: Outcome;
}

/** What is accepted together, or not at all. */
export interface Submission {
  readonly push: StoredPush;
  readonly recipients: readonly NewRecipient[];
  readonly replaces?: Replacement;
}

/** Recipients of an earlier push that this one takes the place of (WAP-247 §8.2). */
export interface Replacement {
  readonly ids: readonly number[];
  /** What becomes of those that are pending still. */
  readonly outcome: Outcome;
  /** Whether those alone get the new push whose old one was pending still. */
  readonly pendingOnly: boolean;
}

/** `too late`: a replacement of what is pending found nothing pending. Nothing is kept then, nor of a duplicate. */
export type Acceptance = 'accepted' | 'duplicate' | 'too late';

/**
 * The queue. A promise that is fulfilled has been kept: what it did outlives the machine. One that is rejected tells nothing: the database may
 * have done it, or not. Rejects with `ProtocolError` where the database does not answer.
 */
export interface PushStore {
  accept(submission: Submission): Promise<Acceptance>;
  /** Whether a push of that id is known. */
  has(pushId: string): Promise<boolean>;
  /** All recipients of a push, in the order in which it named them; empty where it is not known. */
  recipients(pushId: string): Promise<readonly Recipient[]>;
  /** Recipients of all pushes, those accepted last first. */
  newest(limit: number): Promise<readonly Recipient[]>;
  /** Pending recipients whose time has come, those of high priority first. */
  due(now: Millis, limit: number): Promise<readonly Recipient[]>;
  /** Tries again then. */
  postpone(id: number, until: Millis): Promise<void>;
  /** Those that were postponed are due now: something has changed. */
  hurry(now: Millis): Promise<void>;
  /** Ends a pending recipient; `false` where it was not pending any more, so that an outcome is given once. */
  settle(id: number, outcome: Outcome): Promise<boolean>;
  /** Outcomes that the initiator has still to be told. */
  unreported(now: Millis, limit: number): Promise<readonly Recipient[]>;
  postponeReport(id: number, until: Millis): Promise<void>;
  /** The initiator knows, or never will. */
  reported(id: number): Promise<void>;
  /** When something falls due next, a delivery, an expiry or a report. */
  next(): Promise<Millis | undefined>;
  /** Recipients by state, for metrics. */
  counts(): Promise<Readonly<Partial<Record<MessageState, number>>>>;
  /** Forgets pushes received before that time which nobody waits for. How many. */
  purge(before: Millis): Promise<number>;
  close(): Promise<void>;
}

/** Of both tables. */
const priorities = { high: 0, medium: 1, low: 2 } as const satisfies Record<
  QualityOfService['priority'],
  number
>;

/** Raised with every change of the schema, so that an older queue is noticed. */
export const SCHEMA_VERSION = 2;

/** What both databases are asked for a recipient. */
export const columns = `r.id, r.address, r.key, r.state, r.code, r.descr, r.at, r.method, r.attempts, r.reports, r.due, r.report_due,
  p.push_id, p.version, p.announce, p.received, p.sender_address, p.initiator, p.notify_to, p.deliver_after, p.deliver_before, p.quality,
  p.headers, p.body`;

/** The recipients of a submission that are left where its replacement found those ids pending. */
export function remaining(
  { recipients, replaces }: Submission,
  keys: ReadonlySet<string>,
): readonly NewRecipient[] {
  return replaces?.pendingOnly ? recipients.filter(({ key }) => keys.has(key)) : recipients;
}

/** The columns of a push that every store has, from `push_id` to `quality`. */
export function pushColumns(push: StoredPush): readonly (string | number | null)[] {
  return [
    push.pushId,
    push.version,
    push.announce ? 1 : 0,
    push.received,
    push.senderAddress,
    push.initiator ?? null,
    push.notifyTo ?? null,
    push.deliverAfter ?? null,
    push.deliverBefore ?? null,
    push.qualityOfService === undefined ? null : JSON.stringify(push.qualityOfService),
  ];
}

/** What a push is sorted by. */
export function priorityOf({ qualityOfService }: StoredPush): number {
  return priorities[qualityOfService?.priority ?? 'medium'];
}

/** When a recipient that is being accepted is first looked at, and when its outcome is first told. */
export function firstDue(
  push: StoredPush,
  { outcome }: NewRecipient,
): { due: Millis | null; reportDue: Millis | null } {
  if (outcome.state === 'pending') return { due: push.deliverAfter ?? push.received, reportDue: null };
  return { due: null, reportDue: push.notifyTo === undefined ? null : 0 };
}

/** A line of the joined tables, as both databases give it. */
export interface Row {
  readonly id: number;
  readonly address: string;
  readonly key: string;
  readonly state: MessageState;
  readonly code: Outcome['code'];
  readonly descr: string | null;
  readonly at: number;
  readonly method: 'confirmed' | 'unconfirmed' | null;
  readonly attempts: number;
  readonly reports: number;
  readonly due: number | null;
  readonly report_due: number | null;
  readonly push_id: string;
  readonly version: PapVersion;
  readonly announce: number;
  readonly received: number;
  readonly sender_address: string;
  readonly initiator: string | null;
  readonly notify_to: string | null;
  readonly deliver_after: number | null;
  readonly deliver_before: number | null;
  readonly quality: string | null;
  readonly headers: string;
  readonly body: Uint8Array;
}

/** A recipient out of its line. */
export function recipientOf(row: Row): Recipient {
  return {
    id: row.id,
    address: row.address,
    key: row.key,
    attempts: row.attempts,
    reports: row.reports,
    ...(row.due !== null && { due: row.due }),
    ...(row.report_due !== null && { reportDue: row.report_due }),
    outcome: {
      state: row.state,
      code: row.code,
      at: row.at,
      ...(row.descr !== null && { desc: row.descr }),
      ...(row.method !== null && { deliveryMethod: row.method }),
    },
    push: {
      pushId: row.push_id,
      version: row.version,
      announce: row.announce === 1,
      received: row.received,
      senderAddress: row.sender_address,
      headers: headersOf(row.headers),
      body: new Uint8Array(row.body),
      ...(row.initiator !== null && { initiator: row.initiator }),
      ...(row.notify_to !== null && { notifyTo: row.notify_to }),
      ...(row.deliver_after !== null && { deliverAfter: row.deliver_after }),
      ...(row.deliver_before !== null && { deliverBefore: row.deliver_before }),
      ...(row.quality !== null && { qualityOfService: qualityOf(row.quality) }),
    },
  };
}

function headersOf(text: string): readonly Header[] {
  const headers: unknown = JSON.parse(text);
  if (!Array.isArray(headers)) throw new DecodeError('PPG', 0, 'the queue holds headers that are none');
  return headers;
}

function qualityOf(text: string): QualityOfService {
  const quality: unknown = JSON.parse(text);
  if (typeof quality !== 'object' || quality === null)
    throw new DecodeError('PPG', 0, 'the queue holds a quality of service that is none');
  return quality as QualityOfService; // written by accept() from a value of that type
}
