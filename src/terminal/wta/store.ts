/** What a telephone keeps while it is switched off: its repository, what services were allowed, its phonebook. */
import type Database from 'better-sqlite3';
import { DecodeError, errorText } from '../../wap/errors.js';
import {
  type Blanket,
  decodeChannel,
  encodeChannel,
  type PhoneBookEntry,
  type Resource,
  type StoredChannel,
} from '../../wta/index.js';
import type { TelephonyStore } from './telephony.js';

export const telephonyTables = `
  CREATE TABLE channel (channelid TEXT PRIMARY KEY, xml TEXT NOT NULL, url TEXT, expires INTEGER) STRICT;
  CREATE TABLE resource (url TEXT PRIMARY KEY, type TEXT NOT NULL, body BLOB NOT NULL, etag TEXT, lastmod INTEGER, md5 TEXT NOT NULL) STRICT;
  CREATE TABLE blanket (executable TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (executable, name)) STRICT;
  CREATE TABLE phone_book (place INTEGER PRIMARY KEY, number TEXT NOT NULL, name TEXT NOT NULL) STRICT;
`;

interface ChannelRow {
  readonly xml: string;
  readonly url: string | null;
  readonly expires: number | null;
}

interface ResourceRow {
  readonly url: string;
  readonly type: string;
  readonly body: Uint8Array;
  readonly etag: string | null;
  readonly lastmod: number | null;
  readonly md5: string;
}

/** @param db has `telephonyTables` */
export function telephonyStore(db: Database.Database): TelephonyStore {
  const channels = db.prepare<[], ChannelRow>('SELECT xml, url, expires FROM channel');
  const resources = db.prepare<[], ResourceRow>('SELECT url, type, body, etag, lastmod, md5 FROM resource');
  const removeChannel = db.prepare('DELETE FROM channel WHERE channelid = ?');
  const putChannel = db.prepare('INSERT OR REPLACE INTO channel VALUES (?, ?, ?, ?)');
  const removeResource = db.prepare('DELETE FROM resource WHERE url = ?');
  const putResource = db.prepare('INSERT OR REPLACE INTO resource VALUES (?, ?, ?, ?, ?, ?)');
  const blankets = db.prepare<[], Blanket>('SELECT executable, name FROM blanket ORDER BY rowid');
  const putBlanket = db.prepare('INSERT INTO blanket VALUES (?, ?)');
  const phoneBook = db.prepare<[], PhoneBookEntry & { readonly place: number }>(
    'SELECT place, number, name FROM phone_book',
  );
  const putEntry = db.prepare('INSERT INTO phone_book VALUES (?, ?, ?)');

  return {
    load: () => ({
      channels: channels.all().flatMap(channelOf),
      resources: resources.all().map(resourceOf),
    }),
    commit: db.transaction((change) => {
      for (const id of change.removeChannels) removeChannel.run(id);
      for (const { channel, url, expires } of change.putChannels) {
        putChannel.run(channel.channelid, encodeChannel(channel), url ?? null, expires ?? null);
      }
      for (const url of change.removeResources) removeResource.run(url);
      for (const { url, contentType, body, etag, lastmod, md5 } of change.putResources) {
        putResource.run(url, contentType, body, etag ?? null, lastmod ?? null, md5);
      }
    }),
    blankets: () => blankets.all(),
    keepBlankets: db.transaction((held: readonly Blanket[]) => {
      db.exec('DELETE FROM blanket');
      for (const { executable, name } of held) putBlanket.run(executable, name);
    }),
    phoneBook() {
      const entries: PhoneBookEntry[] = [];
      for (const { place, number, name } of phoneBook.all()) entries[place] = { number, name };
      return entries;
    },
    keepPhoneBook: db.transaction((entries: readonly PhoneBookEntry[]) => {
      db.exec('DELETE FROM phone_book');
      for (const [place, { number, name }] of entries.entries()) {
        if (number !== '' || name !== '') putEntry.run(place, number, name);
      }
    }),
  };
}

/** A channel that cannot be read any more is gone: its server can push it again. */
function channelOf({ xml, url, expires }: ChannelRow): readonly StoredChannel[] {
  try {
    return [{ channel: decodeChannel(xml), url: url ?? undefined, ...(expires !== null && { expires }) }];
  } catch (error) {
    if (error instanceof DecodeError) return [];
    throw new Error(`the repository: ${errorText(error)}`, { cause: error });
  }
}

function resourceOf({ url, type, body, etag, lastmod, md5 }: ResourceRow): Resource {
  return {
    url,
    contentType: type,
    body: new Uint8Array(body),
    md5,
    ...(etag !== null && { etag }),
    ...(lastmod !== null && { lastmod }),
  };
}
