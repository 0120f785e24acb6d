/** The queue of the push proxy: what was accepted survives the end of the process at any moment. SQLite, write-ahead log. */
import Database from 'better-sqlite3';
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
}

export interface PushStore {
  /** `false` where the push id was used before; nothing is kept then. Recipients are given with what is known already. */
  accept(
    push: StoredPush,
    recipients: readonly { address: string; key: string; outcome: Outcome }[],
  ): boolean;
  /** Whether a push of that id is known. */
  has(pushId: string): boolean;
  /** All recipients of a push, in the order in which it named them; empty where it is not known. */
  recipients(pushId: string): readonly Recipient[];
  /** Pending recipients whose time has come, those of high priority first. */
  due(now: Millis, limit: number): readonly Recipient[];
  /** Tries again then. */
  postpone(id: number, until: Millis): void;
  /** Those that were postponed are due now: something has changed. */
  hurry(now: Millis): void;
  /** Ends a pending recipient; `false` where it was not pending any more, so that an outcome is given once. */
  settle(id: number, outcome: Outcome): boolean;
  /** Outcomes that the initiator has still to be told. */
  unreported(now: Millis, limit: number): readonly Recipient[];
  postponeReport(id: number, until: Millis): void;
  /** The initiator knows, or never will. */
  reported(id: number): void;
  /** When something falls due next, a delivery, an expiry or a report. */
  next(): Millis | undefined;
  /** Recipients by state, for metrics. */
  counts(): Readonly<Partial<Record<MessageState, number>>>;
  /** Forgets pushes received before that time which nobody waits for. How many. */
  purge(before: Millis): number;
  close(): void;
}

const schema = `
  CREATE TABLE push (
    id INTEGER PRIMARY KEY,
    push_id TEXT NOT NULL UNIQUE,
    version TEXT NOT NULL,
    announce INTEGER NOT NULL,
    received INTEGER NOT NULL,
    sender_address TEXT NOT NULL,
    notify_to TEXT,
    deliver_after INTEGER,
    deliver_before INTEGER,
    quality TEXT,
    priority INTEGER NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
  CREATE TABLE recipient (
    id INTEGER PRIMARY KEY,
    push INTEGER NOT NULL REFERENCES push(id) ON DELETE CASCADE,
    priority INTEGER NOT NULL,
    address TEXT NOT NULL,
    key TEXT NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    descr TEXT,
    at INTEGER NOT NULL,
    method TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    due INTEGER,
    reports INTEGER NOT NULL DEFAULT 0,
    report_due INTEGER
  ) STRICT;
  CREATE INDEX recipient_push ON recipient(push);
  CREATE INDEX recipient_due ON recipient(priority, due) WHERE state = 'pending';
  CREATE INDEX recipient_report ON recipient(report_due) WHERE report_due IS NOT NULL;
`;

/** Raised with every change of the schema, so that an older file is noticed. */
const SCHEMA_VERSION = 1;

const priorities = { high: 0, medium: 1, low: 2 } as const satisfies Record<
  QualityOfService['priority'],
  number
>;

/** @param path a file, or `:memory:` for a queue that ends with the process */
export function openStore(path: string): PushStore {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  // An accepted push has been promised: it has to outlive the machine, not only the process.
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  const version = db.pragma('user_version', { simple: true });
  if (version === 0) {
    db.exec(schema);
    db.pragma(`user_version = ${SCHEMA_VERSION}`);
  } else if (version !== SCHEMA_VERSION) {
    throw new Error(`${path} has schema ${String(version)}, not ${SCHEMA_VERSION}`);
  }

  const insertPush = db.prepare(
    `INSERT INTO push (push_id, version, announce, received, sender_address, notify_to, deliver_after, deliver_before,
       quality, priority, headers, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const insertRecipient = db.prepare(
    `INSERT INTO recipient (push, priority, address, key, state, code, descr, at, due, report_due)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const select = `SELECT r.id, r.address, r.key, r.state, r.code, r.descr, r.at, r.method, r.attempts, r.reports, p.push_id,
      p.version, p.announce, p.received, p.sender_address, p.notify_to, p.deliver_after, p.deliver_before, p.quality, p.headers,
      p.body FROM recipient r JOIN push p ON p.id = r.push`;
  const byPush = db.prepare<[string], Row>(`${select} WHERE p.push_id = ? ORDER BY r.id`);
  const dueNow = db.prepare<[number, number], Row>(
    `${select} WHERE r.state = 'pending' AND r.due <= ? ORDER BY r.priority, r.due, r.id LIMIT ?`,
  );
  const toReport = db.prepare<[number, number], Row>(
    `${select} WHERE r.report_due IS NOT NULL AND r.report_due <= ? ORDER BY r.report_due, r.id LIMIT ?`,
  );
  const hasPush = db.prepare('SELECT 1 FROM push WHERE push_id = ?');
  const postpone = db.prepare('UPDATE recipient SET attempts = attempts + 1, due = ? WHERE id = ?');
  const hurry = db.prepare(
    "UPDATE recipient SET due = ? WHERE state = 'pending' AND attempts > 0 AND due > ?",
  );
  const settle = db.prepare(
    `UPDATE recipient SET state = ?, code = ?, descr = ?, at = ?, method = ?, due = NULL, report_due =
       (SELECT CASE WHEN p.notify_to IS NULL THEN NULL ELSE 0 END FROM push p WHERE p.id = recipient.push)
       WHERE id = ? AND state = 'pending'`,
  );
  const postponeReport = db.prepare(
    'UPDATE recipient SET reports = reports + 1, report_due = ? WHERE id = ?',
  );
  const reported = db.prepare('UPDATE recipient SET report_due = NULL WHERE id = ?');
  const next = db.prepare<[], { at: number | null }>(
    `SELECT min(at) AS at FROM (SELECT min(due) AS at FROM recipient WHERE state = 'pending'
       UNION ALL SELECT min(report_due) FROM recipient WHERE report_due IS NOT NULL)`,
  );
  const counts = db.prepare<[], { state: string; count: number }>(
    'SELECT state, count(*) AS count FROM recipient GROUP BY state',
  );
  const purge = db.prepare(
    `DELETE FROM push WHERE received < ? AND NOT EXISTS
       (SELECT 1 FROM recipient r WHERE r.push = push.id AND (r.state = 'pending' OR r.report_due IS NOT NULL))`,
  );

  const accept = db.transaction((push: StoredPush, recipients: Parameters<PushStore['accept']>[1]) => {
    const priority = priorities[push.qualityOfService?.priority ?? 'medium'];
    const { changes, lastInsertRowid } = insertPush.run(
      push.pushId,
      push.version,
      push.announce ? 1 : 0,
      push.received,
      push.senderAddress,
      push.notifyTo ?? null,
      push.deliverAfter ?? null,
      push.deliverBefore ?? null,
      push.qualityOfService === undefined ? null : JSON.stringify(push.qualityOfService),
      priority,
      JSON.stringify(push.headers),
      push.body,
    );
    if (changes === 0) return false;
    for (const { address, key, outcome } of recipients) {
      const pending = outcome.state === 'pending';
      insertRecipient.run(
        lastInsertRowid,
        priority,
        address,
        key,
        outcome.state,
        outcome.code,
        outcome.desc ?? null,
        outcome.at,
        pending ? (push.deliverAfter ?? push.received) : null,
        null,
      );
    }
    return true;
  });

  return {
    accept: (push, recipients) => accept.immediate(push, recipients),
    has: (pushId) => hasPush.get(pushId) !== undefined,
    recipients: (pushId) => byPush.all(pushId).map(recipientOf),
    due: (now, limit) => dueNow.all(now, limit).map(recipientOf),
    postpone: (id, until) => void postpone.run(until, id),
    hurry: (now) => void hurry.run(now, now),
    settle: (id, { state, code, desc, at, deliveryMethod }) =>
      settle.run(state, code, desc ?? null, at, deliveryMethod ?? null, id).changes === 1,
    unreported: (now, limit) => toReport.all(now, limit).map(recipientOf),
    postponeReport: (id, until) => void postponeReport.run(until, id),
    reported: (id) => void reported.run(id),
    next: () => next.get()?.at ?? undefined,
    counts: () => Object.fromEntries(counts.all().map(({ state, count }) => [state, count])),
    purge: (before) => purge.run(before).changes,
    close: () => db.close(),
  };
}

/** A line of the joined tables, as better-sqlite3 gives it. */
interface Row {
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
  readonly push_id: string;
  readonly version: PapVersion;
  readonly announce: number;
  readonly received: number;
  readonly sender_address: string;
  readonly notify_to: string | null;
  readonly deliver_after: number | null;
  readonly deliver_before: number | null;
  readonly quality: string | null;
  readonly headers: string;
  readonly body: Uint8Array;
}

function recipientOf(row: Row): Recipient {
  return {
    id: row.id,
    address: row.address,
    key: row.key,
    attempts: row.attempts,
    reports: row.reports,
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
