/**
 * The queue in a file of SQLite, with a write-ahead log. Writes that are asked for in the same turn share a commit, and so one wait for the
 * disk: a thousand pushes a second would otherwise wait a thousand times.
 */
import Database from 'better-sqlite3';
import { errorText, ProtocolError } from '../../wap/errors.js';
import {
  type Acceptance,
  columns,
  firstDue,
  type NewRecipient,
  type Outcome,
  type PushStore,
  priorityOf,
  pushColumns,
  type Row,
  recipientOf,
  remaining,
  SCHEMA_VERSION,
  type StoredPush,
  type Submission,
} from './store.js';

const schema = `
  CREATE TABLE push (
    id INTEGER PRIMARY KEY,
    push_id TEXT NOT NULL UNIQUE,
    version TEXT NOT NULL,
    announce INTEGER NOT NULL,
    received INTEGER NOT NULL,
    sender_address TEXT NOT NULL,
    initiator TEXT,
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

/** What makes a file of the version before one of the next. */
const migrations: Readonly<Record<number, string>> = {
  1: 'ALTER TABLE push ADD COLUMN initiator TEXT',
};

/** Writes that share a commit. Beyond it, waiting longer would gain nothing, and the turn has to end. */
const GROUP = 500;

/** @param path a file, or `:memory:` for a queue that ends with the process */
export function sqliteStore(path: string): PushStore {
  const db = openDatabase(path);
  const statements = prepared(db);

  // A savepoint of its own: what fails halfway is undone, and the others of its group are kept.
  const accept = db.transaction((submission: Submission): Acceptance => {
    const { push, replaces } = submission;
    if (statements.hasPush.get(push.pushId) !== undefined) return 'duplicate';
    const pending = (replaces?.ids ?? []).flatMap((id) => statements.pendingKey.all(id));
    const left = remaining(submission, new Set(pending.map(({ key }) => key)));
    if (left.length === 0) return 'too late';
    const { lastInsertRowid } = statements.insertPush.run(...pushValues(push));
    for (const recipient of left)
      statements.insertRecipient.run(...recipientValues(lastInsertRowid, push, recipient));
    if (replaces !== undefined) for (const id of replaces.ids) settle(id, replaces.outcome);
    return 'accepted';
  });

  function settle(id: number, { state, code, desc, at, deliveryMethod }: Outcome): number {
    return statements.settle.run(state, code, desc ?? null, at, deliveryMethod ?? null, id).changes;
  }

  const write = grouped(db);
  const read = async <T>(what: () => T): Promise<T> => what();

  return {
    accept: (submission) => write(() => accept(submission)),
    has: (pushId) => read(() => statements.hasPush.get(pushId) !== undefined),
    recipients: (pushId) => read(() => statements.byPush.all(pushId).map(recipientOf)),
    newest: (limit) => read(() => statements.newest.all(limit).map(recipientOf)),
    due: (now, limit) => read(() => statements.due.all(now, limit).map(recipientOf)),
    postpone: (id, until) => write(() => void statements.postpone.run(until, id)),
    hurry: (now) => write(() => void statements.hurry.run(now, now)),
    settle: (id, outcome) => write(() => settle(id, outcome) === 1),
    unreported: (now, limit) => read(() => statements.unreported.all(now, limit).map(recipientOf)),
    postponeReport: (id, until) => write(() => void statements.postponeReport.run(until, id)),
    reported: (id) => write(() => void statements.reported.run(id)),
    next: () => read(() => statements.next.get()?.at ?? undefined),
    counts: () =>
      read(() => Object.fromEntries(statements.counts.all().map(({ state, count }) => [state, count]))),
    purge: (before) => write(() => statements.purge.run(before).changes),
    async close() {
      await write.flushed();
      db.close();
    },
  };
}

function openDatabase(path: string): Database.Database {
  const db = new Database(path);
  try {
    db.pragma('journal_mode = WAL');
    // An accepted push has been promised: it has to outlive the machine, not only the process.
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.transaction(() => {
      let version = db.pragma('user_version', { simple: true });
      if (version === 0) db.exec(schema);
      for (; typeof version === 'number' && migrations[version] !== undefined; version++)
        db.exec(migrations[version] ?? '');
      if (version !== 0 && version !== SCHEMA_VERSION)
        throw new Error(`${path} has schema ${String(version)}, not ${SCHEMA_VERSION}`);
      db.pragma(`user_version = ${SCHEMA_VERSION}`);
    }).immediate();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function prepared(db: Database.Database) {
  const select = `SELECT ${columns} FROM recipient r JOIN push p ON p.id = r.push`;
  return {
    insertPush: db.prepare(
      `INSERT INTO push (push_id, version, announce, received, sender_address, initiator, notify_to, deliver_after, deliver_before,
         quality, priority, headers, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    insertRecipient: db.prepare(
      `INSERT INTO recipient (push, priority, address, key, state, code, descr, at, due, report_due)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    pendingKey: db.prepare<[number], { key: string }>(
      "SELECT key FROM recipient WHERE id = ? AND state = 'pending'",
    ),
    byPush: db.prepare<[string], Row>(`${select} WHERE p.push_id = ? ORDER BY r.id`),
    newest: db.prepare<[number], Row>(`${select} ORDER BY r.id DESC LIMIT ?`),
    due: db.prepare<[number, number], Row>(
      `${select} WHERE r.state = 'pending' AND r.due <= ? ORDER BY r.priority, r.due, r.id LIMIT ?`,
    ),
    unreported: db.prepare<[number, number], Row>(
      `${select} WHERE r.report_due IS NOT NULL AND r.report_due <= ? ORDER BY r.report_due, r.id LIMIT ?`,
    ),
    hasPush: db.prepare('SELECT 1 FROM push WHERE push_id = ?'),
    postpone: db.prepare('UPDATE recipient SET attempts = attempts + 1, due = ? WHERE id = ?'),
    hurry: db.prepare("UPDATE recipient SET due = ? WHERE state = 'pending' AND attempts > 0 AND due > ?"),
    settle: db.prepare(
      `UPDATE recipient SET state = ?, code = ?, descr = ?, at = ?, method = ?, due = NULL, report_due =
         (SELECT CASE WHEN p.notify_to IS NULL THEN NULL ELSE 0 END FROM push p WHERE p.id = recipient.push)
         WHERE id = ? AND state = 'pending'`,
    ),
    postponeReport: db.prepare('UPDATE recipient SET reports = reports + 1, report_due = ? WHERE id = ?'),
    reported: db.prepare('UPDATE recipient SET report_due = NULL WHERE id = ?'),
    next: db.prepare<[], { at: number | null }>(
      `SELECT min(at) AS at FROM (SELECT min(due) AS at FROM recipient WHERE state = 'pending'
         UNION ALL SELECT min(report_due) FROM recipient WHERE report_due IS NOT NULL)`,
    ),
    counts: db.prepare<[], { state: string; count: number }>(
      'SELECT state, count(*) AS count FROM recipient GROUP BY state',
    ),
    purge: db.prepare(
      `DELETE FROM push WHERE received < ? AND NOT EXISTS
         (SELECT 1 FROM recipient r WHERE r.push = push.id AND (r.state = 'pending' OR r.report_due IS NOT NULL))`,
    ),
  };
}

function pushValues(push: StoredPush): unknown[] {
  return [...pushColumns(push), priorityOf(push), JSON.stringify(push.headers), push.body];
}

function recipientValues(pushRow: number | bigint, push: StoredPush, recipient: NewRecipient): unknown[] {
  const { address, key, outcome } = recipient;
  const { due, reportDue } = firstDue(push, recipient);
  const priority = priorityOf(push);
  return [
    pushRow,
    priority,
    address,
    key,
    outcome.state,
    outcome.code,
    outcome.desc ?? null,
    outcome.at,
    due,
    reportDue,
  ];
}

interface Write {
  <T>(what: () => T): Promise<T>;
  /** When nothing waits for its commit any more. */
  flushed(): Promise<void>;
}

interface Waiting {
  /** Does it, inside the transaction. @returns tells what came of it, after the commit */
  readonly run: () => () => void;
  readonly reject: (error: unknown) => void;
}

/** Collects writes until the turn is over, commits them together, and keeps their promises only then. */
function grouped(db: Database.Database): Write {
  let waiting: Waiting[] = [];
  let flushing: Promise<void> | undefined;
  const together = db.transaction((group: readonly Waiting[]) => group.map(({ run }) => run()));

  function commit(group: readonly Waiting[]): void {
    let tell: readonly (() => void)[];
    try {
      tell = together.immediate(group);
    } catch (error) {
      const problem = new ProtocolError('queue', 'commit', errorText(error), { cause: error });
      for (const { reject } of group) reject(problem);
      return;
    }
    for (const each of tell) each();
  }

  function flush(): void {
    while (waiting.length > 0) {
      const group = waiting.slice(0, GROUP);
      waiting = waiting.slice(GROUP);
      commit(group);
    }
  }

  function soon(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(() => {
        flushing = undefined;
        flush();
        resolve();
      });
    });
  }

  const write = <T>(what: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      const run = () => {
        const result = settled(what);
        return () => (result.ok ? resolve(result.value) : reject(result.error));
      };
      waiting.push({ run, reject });
      flushing ??= soon();
    });
  return Object.assign(write, { flushed: () => flushing ?? Promise.resolve() });
}

/** One that fails must not take the others of its group with it. */
function settled<T>(what: () => T): { ok: true; value: T } | { ok: false; error: unknown } {
  try {
    return { ok: true, value: what() };
  } catch (error) {
    return { ok: false, error };
  }
}
