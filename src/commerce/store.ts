/** What the shop remembers, behind one small interface; SQLite keeps it. */
import Database from 'better-sqlite3';
import { sha256 } from '../wap/crypto.js';
import { UsageError } from '../wap/errors.js';
import { encodeUtf8 } from '../wap/octets.js';
import type { Millis } from '../wap/time.js';
import type { Directory, IdentificationRecord } from './directory.js';
import type {
  Delivery,
  Ending,
  Evidence,
  Line,
  Order,
  OrderState,
  Session,
  SignatureRequest,
  User,
} from './model.js';
import { SCHEMA_VERSION, schema } from './schema.js';

/** Of what arrives for an order that has ended so many are kept: whoever knows the URL must not fill the disk. */
export const REPEATS_KEPT = 16;

/** How an order ends. */
export interface Outcome {
  readonly transaction: string;
  readonly ending: Ending;
  /** For a person to read. */
  readonly reason: string;
  readonly at: Millis;
  /** What came from the phone, where it was signed content. */
  readonly evidence?: Evidence;
}

/** Every method is one transaction: it happens wholly or not at all. */
export interface Store {
  putUser(user: User): void;
  findUser(userId: string): User | undefined;

  putRecord(record: IdentificationRecord): void;
  findRecord(userId: string): IdentificationRecord | undefined;

  /** Counts a try by `who` and says how many there were since `since`, this one included. */
  countTry(who: string, now: Millis, since: Millis): number;
  forgetTries(who: string): void;

  /** @param id the cookie's value; only its hash is kept */
  putSession(id: string, session: Session, now: Millis): void;
  findSession(id: string, now: Millis): Session | undefined;
  endSession(id: string): void;

  /** Product and quantity, in the order of product identifiers. */
  cart(userId: string): ReadonlyMap<string, number>;
  /** @param quantity 1 to 99; 0 takes the product out */
  setQuantity(userId: string, productId: string, quantity: number): void;

  /** False where the transaction number is taken. */
  addOrder(
    order: Pick<Order, 'transaction' | 'userId' | 'lines' | 'total' | 'delivery' | 'prepared'>,
  ): boolean;
  findOrder(transaction: string): Order | undefined;
  ordersOf(userId: string): readonly Order[];
  /** From `prepared` to `awaiting signature`; false where the order was in another state. */
  approve(transaction: string): boolean;
  /** False where the order does not wait any more. */
  addRequest(request: SignatureRequest): boolean;
  findRequest(token: string): SignatureRequest | undefined;
  requestOf(transaction: string): SignatureRequest | undefined;
  /** Orders that wait for their signature. */
  waiting(): readonly { readonly transaction: string; readonly expires?: Millis }[];
  /**
   * From `awaiting signature` to the ending, with evidence and, when signed, an empty cart; false where it had ended. An
   * order that is only `prepared` can be withdrawn, too.
   */
  end(outcome: Outcome): boolean;
  /** Signed content for an order that has ended: counted, kept while it is not too much, and nothing else changes. */
  addRepeat(evidence: Evidence): void;

  /** Whether these octets came before, for whatever order. */
  isKnown(signedContent: Uint8Array): boolean;
  evidenceOf(transaction: string): readonly Evidence[];

  close(): void;
}

interface OrderRow {
  transaction_number: string;
  user_id: string;
  lines: string;
  total: number;
  delivery: string;
  prepared: number;
  state: OrderState;
  reason: string;
  ended: number | null;
  repeats: number;
}

function toOrder(row: OrderRow): Order {
  const lines: readonly Line[] = JSON.parse(row.lines);
  const delivery: Delivery = JSON.parse(row.delivery);
  return {
    transaction: row.transaction_number,
    userId: row.user_id,
    lines,
    total: row.total,
    delivery,
    prepared: row.prepared,
    state: row.state,
    reason: row.reason,
    ...(row.ended === null ? {} : { ended: row.ended }),
    repeats: row.repeats,
  };
}

interface RequestRow {
  token: string;
  transaction_number: string;
  nonce: string;
  text: string;
  countersignature: string;
  created: number;
  expires: number;
}

function toRequest(row: RequestRow): SignatureRequest {
  const { transaction_number: transaction, ...rest } = row;
  return { transaction, ...rest };
}

interface EvidenceRow {
  transaction_number: string;
  text: string;
  signed_content: Uint8Array;
  received: number;
  signed: number | null;
  verdict: Evidence['verdict'];
  checks: string;
}

function toEvidence(row: EvidenceRow): Evidence {
  return {
    transaction: row.transaction_number,
    text: row.text,
    signedContent: new Uint8Array(row.signed_content),
    received: row.received,
    ...(row.signed === null ? {} : { signed: row.signed }),
    verdict: row.verdict,
    checks: JSON.parse(row.checks),
  };
}

function open(path: string): Database.Database {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('foreign_keys = ON');
  const version = db.pragma('user_version', { simple: true });
  if (version === SCHEMA_VERSION) return db;
  if (version !== 0) {
    db.close();
    throw new UsageError(
      `${path} holds tables of version ${version}; this shop writes version ${SCHEMA_VERSION}`,
    );
  }
  db.transaction(() => {
    db.exec(schema);
    db.pragma(`user_version = ${SCHEMA_VERSION}`);
  })();
  return db;
}

/**
 * Opens the shop's database and makes its tables where the file is new.
 * @param path a file, or `:memory:`
 */
export function openStore(path: string): Store {
  const db = open(path);
  const idHash = (id: string) => sha256(encodeUtf8(id));

  const insertEvidence = db.prepare(`
    INSERT INTO evidence (transaction_number, text, signed_content, digest, received, signed, verdict, checks)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const addEvidence = (evidence: Evidence) =>
    insertEvidence.run(
      evidence.transaction,
      evidence.text,
      evidence.signedContent,
      sha256(evidence.signedContent),
      evidence.received,
      evidence.signed ?? null,
      evidence.verdict,
      JSON.stringify(evidence.checks),
    );

  const endPurchase = db.prepare(`
    UPDATE purchase SET state = ?, reason = ?, ended = ?
    WHERE transaction_number = ? AND (state = 'awaiting signature' OR (state = 'prepared' AND ? = 'withdrawn'))`);
  const emptyCart = db.prepare(`
    DELETE FROM cart_line WHERE user_id = (SELECT user_id FROM purchase WHERE transaction_number = ?)`);
  const end = db.transaction((outcome: Outcome): boolean => {
    const { transaction, ending, reason, at, evidence } = outcome;
    if (endPurchase.run(ending, reason, at, transaction, ending).changes === 0) return false;
    if (evidence !== undefined) addEvidence(evidence);
    if (ending === 'signed') emptyCart.run(transaction);
    return true;
  });

  const countRepeat = db.prepare<[string], { repeats: number }>(
    'UPDATE purchase SET repeats = repeats + 1 WHERE transaction_number = ? RETURNING repeats',
  );
  const addRepeat = db.transaction((evidence: Evidence) => {
    const row = countRepeat.get(evidence.transaction);
    if (row !== undefined && row.repeats <= REPEATS_KEPT) addEvidence(evidence);
  });

  const forgetOldTries = db.prepare('DELETE FROM wrong_password WHERE first < ?');
  const incrementTries = db.prepare<[string, number], { count: number }>(`
    INSERT INTO wrong_password (who, count, first) VALUES (?, 1, ?)
    ON CONFLICT (who) DO UPDATE SET count = count + 1 RETURNING count`);
  const countTry = db.transaction((who: string, now: Millis, since: Millis): number => {
    forgetOldTries.run(since);
    return incrementTries.get(who, now)?.count ?? 0;
  });

  const forgetOldSessions = db.prepare('DELETE FROM session WHERE expires <= ?');
  const upsertSession = db.prepare(`
    INSERT INTO session (id_hash, user_id, form_token, expires) VALUES (?, ?, ?, ?)
    ON CONFLICT (id_hash) DO UPDATE SET expires = excluded.expires`);
  const putSession = db.transaction((id: string, session: Session, now: Millis) => {
    forgetOldSessions.run(now);
    upsertSession.run(idHash(id), session.userId ?? null, session.formToken, session.expires);
  });

  const upsertUser = db.prepare(`
    INSERT INTO user (user_id, name, password_hash) VALUES (?, ?, ?)
    ON CONFLICT (user_id) DO UPDATE SET name = excluded.name, password_hash = excluded.password_hash`);
  const selectUser = db.prepare<[string], User>(
    'SELECT user_id AS userId, name, password_hash AS passwordHash FROM user WHERE user_id = ?',
  );
  const upsertRecord = db.prepare(`
    INSERT INTO directory (user_id, mobile_device_id, public_key, certificate) VALUES (?, ?, ?, ?)
    ON CONFLICT (user_id) DO UPDATE SET mobile_device_id = excluded.mobile_device_id,
      public_key = excluded.public_key, certificate = excluded.certificate`);
  const selectRecord = db.prepare<
    [string],
    { user_id: string; mobile_device_id: string; public_key: Uint8Array; certificate: Uint8Array | null }
  >('SELECT * FROM directory WHERE user_id = ?');
  const deleteTries = db.prepare('DELETE FROM wrong_password WHERE who = ?');
  const selectSession = db.prepare<
    [Uint8Array, number],
    { user_id: string | null; form_token: string; expires: number }
  >('SELECT user_id, form_token, expires FROM session WHERE id_hash = ? AND expires > ?');
  const deleteSession = db.prepare('DELETE FROM session WHERE id_hash = ?');
  const selectCart = db.prepare<[string], { product_id: string; quantity: number }>(
    'SELECT product_id, quantity FROM cart_line WHERE user_id = ? ORDER BY product_id',
  );
  const upsertLine = db.prepare(`
    INSERT INTO cart_line (user_id, product_id, quantity) VALUES (?, ?, ?)
    ON CONFLICT (user_id, product_id) DO UPDATE SET quantity = excluded.quantity`);
  const deleteLine = db.prepare('DELETE FROM cart_line WHERE user_id = ? AND product_id = ?');
  const insertOrder = db.prepare(`
    INSERT OR IGNORE INTO purchase (transaction_number, user_id, lines, total, delivery, prepared)
    VALUES (?, ?, ?, ?, ?, ?)`);
  const selectOrder = db.prepare<[string], OrderRow>('SELECT * FROM purchase WHERE transaction_number = ?');
  const selectOrders = db.prepare<[string], OrderRow>(
    'SELECT * FROM purchase WHERE user_id = ? ORDER BY prepared DESC, transaction_number DESC LIMIT 100',
  );
  const approvePurchase = db.prepare(`
    UPDATE purchase SET state = 'awaiting signature' WHERE transaction_number = ? AND state = 'prepared'`);
  const insertRequest = db.prepare(`
    INSERT INTO signature_request (token, transaction_number, nonce, text, countersignature, created, expires)
    SELECT ?, transaction_number, ?, ?, ?, ?, ? FROM purchase
    WHERE transaction_number = ? AND state = 'awaiting signature'`);
  const selectRequest = db.prepare<[string], RequestRow>('SELECT * FROM signature_request WHERE token = ?');
  const selectRequestOf = db.prepare<[string], RequestRow>(
    'SELECT * FROM signature_request WHERE transaction_number = ?',
  );
  const selectWaiting = db.prepare<[], { transaction_number: string; expires: number | null }>(`
    SELECT transaction_number, expires FROM purchase LEFT JOIN signature_request USING (transaction_number)
    WHERE state = 'awaiting signature' ORDER BY transaction_number`);
  const selectDigest = db.prepare('SELECT 1 FROM evidence WHERE digest = ?');
  const selectEvidence = db.prepare<[string], EvidenceRow>(
    'SELECT * FROM evidence WHERE transaction_number = ? ORDER BY id',
  );

  return {
    putUser: (user) => void upsertUser.run(user.userId, user.name, user.passwordHash),
    findUser: (userId) => selectUser.get(userId),
    putRecord: (record) =>
      void upsertRecord.run(
        record.userId,
        record.mobileDeviceId,
        record.publicKey,
        record.certificate ?? null,
      ),
    findRecord(userId) {
      const row = selectRecord.get(userId);
      if (row === undefined) return undefined;
      return {
        userId: row.user_id,
        mobileDeviceId: row.mobile_device_id,
        publicKey: new Uint8Array(row.public_key),
        ...(row.certificate === null ? {} : { certificate: new Uint8Array(row.certificate) }),
      };
    },
    countTry: (who, now, since) => countTry.immediate(who, now, since),
    forgetTries: (who) => void deleteTries.run(who),
    putSession: (id, session, now) => putSession.immediate(id, session, now),
    findSession(id, now) {
      const row = selectSession.get(idHash(id), now);
      if (row === undefined) return undefined;
      const user = row.user_id === null ? {} : { userId: row.user_id };
      return { ...user, formToken: row.form_token, expires: row.expires };
    },
    endSession: (id) => void deleteSession.run(idHash(id)),
    cart: (userId) => new Map(selectCart.all(userId).map((row) => [row.product_id, row.quantity])),
    setQuantity(userId, productId, quantity) {
      if (quantity === 0) deleteLine.run(userId, productId);
      else upsertLine.run(userId, productId, quantity);
    },
    addOrder: ({ transaction, userId, lines, total, delivery, prepared }) =>
      insertOrder.run(transaction, userId, JSON.stringify(lines), total, JSON.stringify(delivery), prepared)
        .changes === 1,
    findOrder(transaction) {
      const row = selectOrder.get(transaction);
      return row === undefined ? undefined : toOrder(row);
    },
    ordersOf: (userId) => selectOrders.all(userId).map(toOrder),
    approve: (transaction) => approvePurchase.run(transaction).changes === 1,
    addRequest: ({ transaction, token, nonce, text, countersignature, created, expires }) =>
      insertRequest.run(token, nonce, text, countersignature, created, expires, transaction).changes === 1,
    findRequest(token) {
      const row = selectRequest.get(token);
      return row === undefined ? undefined : toRequest(row);
    },
    requestOf(transaction) {
      const row = selectRequestOf.get(transaction);
      return row === undefined ? undefined : toRequest(row);
    },
    waiting: () =>
      selectWaiting.all().map(({ transaction_number: transaction, expires }) => ({
        transaction,
        ...(expires === null ? {} : { expires }),
      })),
    end: (outcome) => end.immediate(outcome),
    addRepeat: (evidence) => addRepeat.immediate(evidence),
    isKnown: (signedContent) => selectDigest.get(sha256(signedContent)) !== undefined,
    evidenceOf: (transaction) => selectEvidence.all(transaction).map(toEvidence),
    close: () => void db.close(),
  };
}

/** The directory [300] that lies in the shop's own database. */
export function storeDirectory(store: Store): Directory {
  return {
    lookup: async (userId) => store.findRecord(userId),
    close: async () => undefined,
  };
}
