/** Which database keeps the queue. */
import { sqliteStore } from './sqlite-store.js';
import type { PushStore } from './store.js';

/** A file of SQLite, `:memory:`, or a database of PostgreSQL. */
export type QueuePlace = string | { readonly postgres: string };

/** Opens the queue. The client of PostgreSQL is only loaded where it is wanted. Rejects where the database is not to be had. */
export async function openStore(place: QueuePlace): Promise<PushStore> {
  if (typeof place === 'string') return sqliteStore(place);
  const { postgresStore } = await import('./postgres-store.js');
  return postgresStore(place.postgres);
}
