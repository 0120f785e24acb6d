/** The messages that a message centre keeps, over the end of its process: SQLite, write-ahead log. */
import Database from 'better-sqlite3';
import {
  decodeSmpp,
  encodeSmpp,
  isMessage,
  type MessageStore,
  type SmppMessage,
  type StoredMessage,
} from '../bearer/index.js';
import { DecodeError, UsageError } from '../wap/errors.js';
import type { Millis } from '../wap/time.js';

const schema = `
  CREATE TABLE message (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    destination TEXT NOT NULL,
    octets INTEGER NOT NULL,
    accepted REAL NOT NULL,
    not_before REAL NOT NULL,
    expires REAL NOT NULL,
    receipt TEXT NOT NULL,
    pdu BLOB NOT NULL
  ) STRICT;
`;

/** Raised with every change of the schema, so that an older file is noticed. */
const SCHEMA_VERSION = 1;

const receipts = ['always', 'failure', 'never'] as const;

interface Row {
  readonly id: string;
  readonly source: string;
  readonly destination: string;
  readonly octets: number;
  readonly accepted: Millis;
  readonly not_before: Millis;
  readonly expires: Millis;
  readonly receipt: string;
  readonly pdu: Uint8Array;
}

/** @param path a file */
export function openMessageStore(path: string): MessageStore & { close(): void } {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  // The sender of an accepted message does not send it again.
  db.pragma('synchronous = FULL');
  const version = db.pragma('user_version', { simple: true });
  if (version === 0) {
    db.exec(schema);
    db.pragma(`user_version = ${SCHEMA_VERSION}`);
  } else if (version !== SCHEMA_VERSION) {
    db.close();
    throw new UsageError(`${path} has schema ${String(version)}, not ${SCHEMA_VERSION}`);
  }
  const all = db.prepare<[], Row>('SELECT * FROM message ORDER BY n');
  const insert = db.prepare(
    `INSERT INTO message (id, source, destination, octets, accepted, not_before, expires, receipt, pdu)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const remove = db.prepare('DELETE FROM message WHERE id = ?');

  return {
    load: () => all.all().flatMap((row) => stored(row) ?? []),
    put({ entry, notBefore }) {
      const { id, source, destination, octets, accepted, expires, receipt, message } = entry;
      const pdu = encodeSmpp({ ...message, status: 0, sequence: 1 });
      insert.run(id, source, destination, octets, accepted, notBefore, expires, receipt, pdu);
    },
    remove: (id) => void remove.run(id),
    close: () => void db.close(),
  };
}

/** `undefined` for what somebody else has written there. */
function stored(row: Row): StoredMessage | undefined {
  const { id, source, destination, octets, accepted, expires } = row;
  const receipt = receipts.find((each) => each === row.receipt);
  const message = messageOf(new Uint8Array(row.pdu));
  if (receipt === undefined || message === undefined) return undefined;
  const entry = { id, message, source, destination, octets, accepted, expires, stored: true, receipt };
  return { entry, notBefore: row.not_before };
}

function messageOf(octets: Uint8Array): SmppMessage | undefined {
  try {
    const pdu = decodeSmpp(octets);
    if (!isMessage(pdu)) return undefined;
    const { status: _status, sequence: _sequence, ...message } = pdu;
    return message;
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}
