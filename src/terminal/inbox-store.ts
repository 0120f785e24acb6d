/** The messages of a handset while it is switched off. */
import type Database from 'better-sqlite3';
import { DecodeError } from '../wap/errors.js';
import { decodeSi, encodeSi } from '../wap/push/index.js';
import type { InboxStore, StoredMessage } from './inbox.js';

export const inboxTables = `
  CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    si TEXT NOT NULL,
    received INTEGER NOT NULL,
    for_services INTEGER NOT NULL,
    unread INTEGER NOT NULL,
    waiting INTEGER NOT NULL
  ) STRICT;
`;

interface Row {
  readonly id: number;
  readonly si: string;
  readonly received: number;
  readonly for_services: number;
  readonly unread: number;
  readonly waiting: number;
}

/** @param db has `inboxTables` */
export function inboxStore(db: Database.Database): InboxStore {
  const all = db.prepare<[], Row>('SELECT * FROM message ORDER BY id');
  const put = db.prepare('INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?, ?, ?)');
  const remove = db.prepare('DELETE FROM message WHERE id = ?');
  return {
    load: () => all.all().flatMap(messageOf),
    put({ id, si, receivedAt, forServices, unread, waiting }) {
      put.run(id, encodeSi(si), receivedAt, Number(forServices), Number(unread), Number(waiting));
    },
    remove: (id) => remove.run(id),
  };
}

/** A message that cannot be read any more is gone. */
function messageOf({ id, si, received, for_services, unread, waiting }: Row): readonly StoredMessage[] {
  try {
    return [
      {
        id,
        si: decodeSi(si),
        receivedAt: received,
        forServices: for_services !== 0,
        unread: unread !== 0,
        waiting: waiting !== 0,
      },
    ];
  } catch (error) {
    if (error instanceof DecodeError) return [];
    throw error;
  }
}
