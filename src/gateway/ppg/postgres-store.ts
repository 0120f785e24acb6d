/**
 * The queue in a database of PostgreSQL, for a push proxy whose machine may be lost. One connection writes, and holds the lock that keeps
 * every other push proxy out; others read. Writes that come while one commits share the next commit.
 */
import pg from 'pg';
import { errorText, ProtocolError, UsageError } from '../../wap/errors.js';
import type { Millis } from '../../wap/time.js';
import {
  type Acceptance,
  columns,
  firstDue,
  type Outcome,
  type PushStore,
  priorityOf,
  pushColumns,
  type Row,
  recipientOf,
  remaining,
  SCHEMA_VERSION,
  type Submission,
} from './store.js';

const schema = `
  CREATE TABLE push (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    push_id TEXT NOT NULL UNIQUE,
    version TEXT NOT NULL,
    announce INTEGER NOT NULL,
    received BIGINT NOT NULL,
    sender_address TEXT NOT NULL,
    initiator TEXT,
    notify_to TEXT,
    deliver_after BIGINT,
    deliver_before BIGINT,
    quality TEXT,
    headers TEXT NOT NULL,
    body BYTEA NOT NULL
  );
  CREATE TABLE recipient (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    push BIGINT NOT NULL REFERENCES push(id) ON DELETE CASCADE,
    priority INTEGER NOT NULL,
    address TEXT NOT NULL,
    key TEXT NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    descr TEXT,
    at BIGINT NOT NULL,
    method TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    due BIGINT,
    reports INTEGER NOT NULL DEFAULT 0,
    report_due BIGINT
  );
  CREATE INDEX recipient_push ON recipient(push);
  CREATE INDEX recipient_due ON recipient(priority, due) WHERE state = 'pending';
  CREATE INDEX recipient_report ON recipient(report_due) WHERE report_due IS NOT NULL;
  CREATE TABLE wapstack_push_schema (version INTEGER NOT NULL);
  INSERT INTO wapstack_push_schema VALUES (${SCHEMA_VERSION});
`;

/** Which of the advisory locks of the database is ours: any number that is always the same. */
const LOCK = 0x57505047;

/** How long a push proxy that starts waits for another to be gone. */
const LOCK_PATIENCE: Millis = 3_000;

/** How long a database may take to answer at all. */
const CONNECT_TIMEOUT: Millis = 10_000;

/** A statement that takes longer has met a database that is not there any more. */
const QUERY_TIMEOUT: Millis = 60_000;

/** Connections that read at the same time: the queue, the console and answers to queries. */
const READERS = 3;

/** Writes that share a commit: so many that their answers do not wait for long. */
const GROUP = 200;

/** Opens it, and makes the tables where there are none. @param url `postgres://user:password@host:port/database` */
export async function postgresStore(url: string): Promise<PushStore> {
  const config = {
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    query_timeout: QUERY_TIMEOUT,
    application_name: 'wapstack push proxy',
    types: { getTypeParser: typeParser },
  };
  const readers = new pg.Pool({ ...config, max: READERS });
  // A connection that breaks while nobody uses it is replaced by the next reader.
  readers.on('error', () => undefined);
  const writer = onlyWriter(config);
  try {
    await writer.use(prepare);
  } catch (error) {
    await Promise.all([writer.close(), readers.end()]);
    const text = error instanceof AggregateError ? error.errors.map(errorText).join(', ') : errorText(error);
    throw new UsageError(`the database of the push queue, ${withoutPassword(url)}: ${text}`, {
      cause: error,
    });
  }
  const write = grouped(writer);

  async function read<R extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    try {
      return (await readers.query<R>(text, values)).rows;
    } catch (error) {
      throw problem(error);
    }
  }

  const select = `SELECT ${columns} FROM recipient r JOIN push p ON p.id = r.push`;
  const found = async (text: string, values: unknown[]) =>
    (await read<Row>(`${select} ${text}`, values)).map(recipientOf);
  const change = (text: string, values: unknown[]) =>
    write(async (client) => (await client.query(text, values)).rowCount ?? 0);

  return {
    accept: (submission) => write((client) => accept(client, submission)),
    has: async (pushId) => (await read('SELECT 1 FROM push WHERE push_id = $1', [pushId])).length > 0,
    recipients: (pushId) => found('WHERE p.push_id = $1 ORDER BY r.id', [pushId]),
    newest: (limit) => found('ORDER BY r.id DESC LIMIT $1', [limit]),
    due: (now, limit) =>
      found("WHERE r.state = 'pending' AND r.due <= $1 ORDER BY r.priority, r.due, r.id LIMIT $2", [
        now,
        limit,
      ]),
    async postpone(id, until) {
      await change('UPDATE recipient SET attempts = attempts + 1, due = $1 WHERE id = $2', [until, id]);
    },
    async hurry(now) {
      await change("UPDATE recipient SET due = $1 WHERE state = 'pending' AND attempts > 0 AND due > $1", [
        now,
      ]);
    },
    settle: (id, outcome) => write(async (client) => (await settle(client, id, outcome)) === 1),
    unreported: (now, limit) =>
      found('WHERE r.report_due <= $1 ORDER BY r.report_due, r.id LIMIT $2', [now, limit]),
    async postponeReport(id, until) {
      await change('UPDATE recipient SET reports = reports + 1, report_due = $1 WHERE id = $2', [until, id]);
    },
    async reported(id) {
      await change('UPDATE recipient SET report_due = NULL WHERE id = $1', [id]);
    },
    async next() {
      const [row] = await read<{ at: number | null }>(
        `SELECT least((SELECT min(due) FROM recipient WHERE state = 'pending'),
           (SELECT min(report_due) FROM recipient WHERE report_due IS NOT NULL)) AS at`,
      );
      return row?.at ?? undefined;
    },
    async counts() {
      const rows = await read<{ state: string; count: number }>(
        'SELECT state, count(*) AS count FROM recipient GROUP BY state',
      );
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    },
    purge: (before) =>
      change(
        `DELETE FROM push WHERE received < $1 AND NOT EXISTS
           (SELECT 1 FROM recipient r WHERE r.push = push.id AND (r.state = 'pending' OR r.report_due IS NOT NULL))`,
        [before],
      ),
    async close() {
      await write.flushed();
      await writer.close();
      await readers.end();
    },
  };
}

/** Times are numbers here, and BIGINT holds no time that a number cannot. */
function typeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === pg.types.builtins.INT8) return Number;
  return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text');
}

async function prepare(client: pg.Client): Promise<void> {
  const { rows } = await client.query("SELECT to_regclass('wapstack_push_schema') IS NOT NULL AS known");
  if (!rows[0]?.known) await client.query(`BEGIN; ${schema} COMMIT;`);
  const { rows: found } = await client.query<{ version: number }>('SELECT version FROM wapstack_push_schema');
  const version = found[0]?.version;
  if (version !== SCHEMA_VERSION) throw new Error(`it has schema ${String(version)}, not ${SCHEMA_VERSION}`);
}

async function accept(client: pg.Client, submission: Submission): Promise<Acceptance> {
  const { push, replaces } = submission;
  const { rowCount } = await client.query('SELECT 1 FROM push WHERE push_id = $1', [push.pushId]);
  if (rowCount !== 0) return 'duplicate';
  const pending = replaces && (await pendingKeys(client, replaces.ids));
  const left = remaining(submission, new Set(pending ?? []));
  if (left.length === 0) return 'too late';
  const dues = left.map((recipient) => firstDue(push, recipient));
  await client.query(
    `WITH added AS (
       INSERT INTO push (push_id, version, announce, received, sender_address, initiator, notify_to, deliver_after, deliver_before, quality,
         headers, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id)
     INSERT INTO recipient (push, priority, address, key, state, code, descr, at, due, report_due)
       SELECT added.id, $13, r.address, r.key, r.state, r.code, r.descr, r.at, r.due, r.report_due FROM added,
         unnest($14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::bigint[], $20::bigint[], $21::bigint[])
           WITH ORDINALITY AS r(address, key, state, code, descr, at, due, report_due, place) ORDER BY r.place`,
    [
      ...pushColumns(push),
      JSON.stringify(push.headers),
      Buffer.from(push.body),
      priorityOf(push),
      left.map(({ address }) => address),
      left.map(({ key }) => key),
      left.map(({ outcome }) => outcome.state),
      left.map(({ outcome }) => outcome.code),
      left.map(({ outcome }) => outcome.desc ?? null),
      left.map(({ outcome }) => outcome.at),
      dues.map(({ due }) => due),
      dues.map(({ reportDue }) => reportDue),
    ],
  );
  for (const id of replaces?.ids ?? []) if (replaces) await settle(client, id, replaces.outcome);
  return 'accepted';
}

async function pendingKeys(client: pg.Client, ids: readonly number[]): Promise<readonly string[]> {
  const text = "SELECT key FROM recipient WHERE id = ANY($1::bigint[]) AND state = 'pending'";
  return (await client.query<{ key: string }>(text, [ids])).rows.map(({ key }) => key);
}

async function settle(client: pg.Client, id: number, outcome: Outcome): Promise<number> {
  const { state, code, desc, at, deliveryMethod } = outcome;
  const { rowCount } = await client.query(
    `UPDATE recipient SET state = $1, code = $2, descr = $3, at = $4, method = $5, due = NULL, report_due =
       (SELECT CASE WHEN p.notify_to IS NULL THEN NULL ELSE 0 END FROM push p WHERE p.id = recipient.push)
       WHERE id = $6 AND state = 'pending'`,
    [state, code, desc ?? null, at, deliveryMethod ?? null, id],
  );
  return rowCount ?? 0;
}

interface Writer {
  /** On the one connection that writes; opens it where there is none. */
  use<T>(what: (client: pg.Client) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The one connection that writes. While it is open no other push proxy gets the lock. */
function onlyWriter(config: pg.ClientConfig): Writer {
  let current: Promise<pg.Client> | undefined;

  async function open(): Promise<pg.Client> {
    const client = new pg.Client(config);
    client.on('error', drop);
    client.on('end', drop);
    await client.connect();
    await lock(client);
    // An accepted push has been promised, whatever the database does for others.
    await client.query('SET synchronous_commit = on');
    return client;
  }

  function drop(): void {
    current = undefined;
  }

  return {
    async use(what) {
      current ??= open();
      const opening = current;
      let client: pg.Client;
      try {
        client = await opening;
      } catch (error) {
        if (current === opening) drop();
        throw error;
      }
      return what(client);
    },
    async close() {
      const client = await current?.catch(() => undefined);
      client?.off('end', drop);
      await client?.end().catch(() => undefined);
    },
  };
}

/** The database may take a moment to notice that a killed process is gone. */
async function lock(client: pg.Client): Promise<void> {
  try {
    await client.query(`SET lock_timeout = ${LOCK_PATIENCE}`);
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query('SET lock_timeout = 0');
  } catch (error) {
    await client.end();
    const text = isTimeout(error) ? 'another push proxy works on it' : errorText(error);
    throw new Error(text, { cause: error });
  }
}

/** lock_not_available (PostgreSQL, Appendix A). */
function isTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '55P03';
}

interface Write {
  <T>(what: (client: pg.Client) => Promise<T>): Promise<T>;
  /** When nothing waits for its commit any more. */
  flushed(): Promise<void>;
}

interface Waiting {
  /** Does it, inside a transaction. @returns tells what came of it, after the commit */
  readonly run: (client: pg.Client) => Promise<() => void>;
  readonly reject: (error: unknown) => void;
}

/** Collects writes while a commit is under way, and commits them together. */
function grouped(writer: Writer): Write {
  let waiting: Waiting[] = [];
  let flushing: Promise<void> | undefined;

  async function commit(group: readonly Waiting[]): Promise<void> {
    try {
      const tell = await writer.use((client) => transaction(client, group));
      for (const each of tell) each();
    } catch (error) {
      // PostgreSQL gives up a whole transaction for one statement: each gets one of its own, and the bad one fails alone.
      const bad = group.length > 1 && error instanceof pg.DatabaseError;
      if (bad) for (const each of group) await commit([each]);
      else for (const { reject } of group) reject(problem(error));
    }
  }

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, GROUP);
      waiting = waiting.slice(GROUP);
      await commit(group);
    }
    flushing = undefined;
  }

  const write = <T>(what: (client: pg.Client) => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const run = async (client: pg.Client) => {
        const value = await what(client);
        return () => resolve(value);
      };
      waiting.push({ run, reject });
      flushing ??= flush();
    });
  return Object.assign(write, { flushed: () => flushing ?? Promise.resolve() });
}

async function transaction(client: pg.Client, group: readonly Waiting[]): Promise<readonly (() => void)[]> {
  await client.query('BEGIN');
  try {
    const tell: (() => void)[] = [];
    for (const { run } of group) tell.push(await run(client));
    await client.query('COMMIT');
    return tell;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function problem(error: unknown): ProtocolError {
  return new ProtocolError('queue', 'PostgreSQL', errorText(error), { cause: error });
}

/** For messages: whoever reads them need not know it. */
function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return 'whose URL is none';
  const shown = new URL(url);
  shown.password = '';
  return shown.href;
}
