/** What a handset keeps while it is switched off: its messages, and what its telephone has. SQLite, write-ahead log. */
import Database from 'better-sqlite3';
import { UsageError } from '../wap/errors.js';
import type { InboxStore } from './inbox.js';
import { inboxStore, inboxTables } from './inbox-store.js';
import { telephonyStore, telephonyTables } from './wta/store.js';
import type { TelephonyStore } from './wta/telephony.js';

/** Changes with the tables; another one is no file of ours. */
const VERSION = 1;

export interface PhoneData {
  readonly inbox: InboxStore;
  readonly telephony: TelephonyStore;
  close(): void;
}

/** Opens the file, or makes it; throws `UsageError` where it is not of this version. @param file `:memory:` forgets with the process */
export function openPhoneData(file: string): PhoneData {
  const db = new Database(file);
  try {
    db.pragma('journal_mode = WAL');
  } catch (error) {
    db.close();
    throw new UsageError(`${file} is no file of a handset's data`, { cause: error });
  }
  db.pragma('synchronous = FULL');
  const version = db.pragma('user_version', { simple: true });
  if (version === 0) {
    db.transaction(() => {
      db.exec(telephonyTables);
      db.exec(inboxTables);
      db.pragma(`user_version = ${VERSION}`);
    })();
  } else if (version !== VERSION) {
    db.close();
    throw new UsageError(`${file} is of another version`);
  }
  return { inbox: inboxStore(db), telephony: telephonyStore(db), close: () => db.close() };
}
