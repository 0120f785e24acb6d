/** What both ends of a connection do alike: records in, data that wait, alerts about a connection, its end. */
import type { Peers } from '../address.js';
import { DecodeError } from '../errors.js';
import type { Millis } from '../time.js';
import { type AlertDescription, type AlertLevel, decodeAlert, formatAlert } from './alert.js';
import { type Connection, Line, openWith } from './line.js';
import {
  HELLO_REQUEST_TIME,
  IDLE_TIME,
  type SecurityInformation,
  type SecurityOptions,
  WAITING_MOST,
} from './options.js';
import type { WtlsEffect } from './primitives.js';
import type { ReadState } from './protection.js';
import { contentTypes, decodeRecords, type WtlsRecord } from './record.js';
import { type Refusal, refuse } from './refusal.js';
import { informationOf, type SessionCache } from './sessions.js';

/** What an event is about. */
export interface Circumstances {
  readonly userData?: Uint8Array;
  readonly alert?: {
    readonly level: AlertLevel | number;
    readonly description: AlertDescription | number;
  };
  /** Whether the alert was under a cipher spec. */
  readonly ciphered?: boolean;
}

/** What an end makes of the records that come. `octets` are the record's own, `ciphered` whether it was under a cipher spec. */
export interface RecordUser {
  /** The read state that becomes current with Finished. */
  reading(): ReadState | undefined;
  /** Whether nothing is known of a connection, nor of a handshake. */
  isNull(): boolean;
  onChangeCipherSpec(content: Uint8Array, octets: Uint8Array, ciphered: boolean): void;
  onAlert(circumstances: Circumstances & Required<Pick<Circumstances, 'alert'>>): void;
  onHandshake(content: Uint8Array, octets: Uint8Array, ciphered: boolean): void;
  /** @param late whether they are under keys that have been replaced */
  onUserData(userData: Uint8Array, late: boolean): void;
  /** A genuine record that came before. */
  onDuplicate?(record: WtlsRecord): void;
  /** The handshake cannot go on. */
  refused(refusal: Refusal): void;
}

export class End {
  readonly line: Line;
  readonly #options: SecurityOptions;
  readonly #sessions: SessionCache;
  #connection: Connection | undefined;
  #waiting: Uint8Array[] = [];
  #helloRequestAt: Millis = Number.NEGATIVE_INFINITY;
  /** Of the record that was opened last. */
  #late = false;
  #lastUse: Millis = 0;

  constructor(peers: Peers, options: SecurityOptions, sessions: SessionCache) {
    this.line = new Line(peers);
    this.#options = options;
    this.#sessions = sessions;
  }

  /** The connection that both ends have committed to. */
  get connection(): Connection | undefined {
    return this.#connection;
  }

  information(): SecurityInformation | undefined {
    const session = this.#connection?.session;
    return session && informationOf(session);
  }

  /** The connection is in use: it is not idle. */
  use(): void {
    this.#lastUse = this.#options.clock.now();
  }

  // ---- records

  /** Hands the contents of an SDU's records on, one by one: what one of them says decides how the next is read. */
  receive(sdu: Uint8Array, user: RecordUser): readonly WtlsEffect[] {
    try {
      for (const { record, octets } of decodeRecords(sdu)) this.#record(record, octets, user);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.line.tell('DecodeError', error.message);
    }
    return this.line.take();
  }

  #record(record: WtlsRecord, octets: Uint8Array, user: RecordUser): void {
    const { ciphered } = record;
    this.#late = false;
    const content = ciphered ? this.#open(record, octets, user) : record.fragment;
    if (content === undefined) return;
    switch (record.contentType) {
      case contentTypes.change_cipher_spec:
        user.onChangeCipherSpec(content, octets, ciphered);
        break;
      case contentTypes.alert:
        this.#alert(content, octets, ciphered, user);
        break;
      case contentTypes.handshake:
        user.onHandshake(content, octets, ciphered);
        break;
      case contentTypes.application_data:
        if (!ciphered) {
          this.line.tell('Refused', 'data came in cleartext');
          break;
        }
        this.line.received(octets);
        user.onUserData(content, this.#late);
        break;
    }
  }

  #open(record: WtlsRecord, octets: Uint8Array, user: RecordUser): Uint8Array | undefined {
    const reading = user.reading();
    const reads = this.#connection?.reads ?? [];
    const opened = openWith(reading === undefined ? reads : [reading, ...reads], record);
    if (opened === undefined) {
      // A record of a connection that was lost. During a handshake it may have overtaken Finished.
      if (user.isNull() && record.contentType !== contentTypes.alert) {
        this.line.provoked('critical', 'no_connection', octets);
      }
    } else if ('content' in opened) {
      this.#late = opened.late === true;
      return opened.content;
    } else if ('duplicate' in opened) user.onDuplicate?.(record);
    else if (reading !== undefined && this.#connection === undefined) {
      this.line.received(octets);
      user.refused(refuse('decrypt_error', 'what followed ChangeCipherSpec cannot be read'));
    } else this.line.provoked('warning', opened.unreadable, octets);
    return undefined;
  }

  #alert(content: Uint8Array, octets: Uint8Array, ciphered: boolean, user: RecordUser): void {
    const alert = decodeAlert(content);
    const { level, description } = alert;
    if (!this.line.isAnswer(alert.checksum)) {
      this.line.tell('Refused', `the checksum of the alert ${formatAlert(alert)} is wrong`);
      return;
    }
    if (ciphered) this.line.received(octets);
    user.onAlert({ alert: { level, description }, ciphered });
  }

  /** A record of user data under the connection's cipher spec. */
  sealed(userData: Uint8Array): Uint8Array {
    return this.line.record(contentTypes.application_data, userData, true, this.#connection?.write);
  }

  // ---- the connection

  /** The pending state has become current in both directions. */
  establish(connection: Omit<Connection, 'reads'> & { readonly read: ReadState }): void {
    const { session, write, read, clientRandom, serverRandom, abbreviated } = connection;
    const before = this.#connection?.reads[0];
    const reads = before === undefined ? [read] : [read, before];
    this.#connection = { session, write, reads, clientRandom, serverRandom, abbreviated };
    if (session.masterSecret.octets) {
      this.#options.keyLog?.({
        peers: this.line.peers,
        sessionId: session.id,
        clientRandom,
        serverRandom,
        masterSecret: session.masterSecret.octets,
      });
    }
    this.use();
    this.line.startTimer('idle', this.#options.idleTime ?? IDLE_TIME);
  }

  /** Whether a connection outlives a handshake that ended so (§10.2.2). */
  outlives({ alert }: Circumstances): boolean {
    return this.#connection !== undefined && !isClosure(alert?.description);
  }

  /**
   * There is no connection any more.
   * @param key under which its session is kept
   */
  drop(key: string | undefined, { alert, ciphered }: Circumstances): void {
    if (this.#connection === undefined) return;
    const { session } = this.#connection;
    // A fatal alert in cleartext ends the connection, but not the session: anyone may have written it (§10.2.2).
    if (key !== undefined && alert?.level === 'fatal' && ciphered !== false) {
      this.#sessions.forget(key, session);
    }
    this.line.stopTimer('idle');
    this.#connection = undefined;
  }

  /** Whether nothing was heard of the connection for too long; if not, the timer runs on. */
  wasSilent(): boolean {
    const { clock, idleTime = IDLE_TIME } = this.#options;
    const left = this.#lastUse + idleTime - clock.now();
    if (left > 0) this.line.startTimer('idle', left);
    return left <= 0;
  }

  /** Whether the last sequence number is due, which is there to say good-bye (§9.2.3.1). */
  isUsedUp(): boolean {
    return this.#connection !== undefined && this.#connection.write.left <= 1;
  }

  // ---- alerts and HelloRequests

  /** Tells the user how the other end ends it, or what it minds; §10.2.1: a closure is answered in kind. */
  indicate(
    type: 'SEC-Terminate.ind' | 'SEC-Exception.ind',
    { alert }: Circumstances,
    otherwise: string,
  ): void {
    this.line.tell(type, alert ? formatAlert(alert) : otherwise, alert);
    const description = alert?.description;
    if (!isClosure(description) || this.#connection === undefined) return;
    const level = description === 'session_close_notify' ? 'fatal' : 'critical';
    this.line.alert(level, description, this.#connection.write);
  }

  /** Whether a HelloRequest may be sent, or heeded, now: not again before there was time to answer (§10.5.1.1). */
  mayRequestHello(): boolean {
    return this.#options.clock.now() - this.#helloRequestAt >= HELLO_REQUEST_TIME;
  }

  helloRequested(): void {
    this.#helloRequestAt = this.#options.clock.now();
  }

  // ---- user data that waits

  isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Whether there was room. */
  wait(userData: Uint8Array): boolean {
    const hasRoom = this.#waiting.length < WAITING_MOST;
    if (hasRoom) this.#waiting.push(userData);
    else this.line.tell('Dropped', 'too many datagrams wait for a connection');
    return hasRoom;
  }

  takeWaiting(): readonly Uint8Array[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  /** What waits will not be sent. */
  lose(why: string): void {
    if (this.takeWaiting().length > 0) this.line.undeliverable(why);
  }
}

function isClosure(
  description: AlertDescription | number | undefined,
): description is 'connection_close_notify' | 'session_close_notify' {
  return description === 'connection_close_notify' || description === 'session_close_notify';
}

/** What an alert says that is sent from here: names, not numbers. */
export function sendAlert(
  line: Line,
  { alert }: Circumstances,
  write: Connection['write'] | undefined,
): void {
  const { level, description } = alert ?? {};
  if (level === undefined || typeof level === 'number') return;
  if (description === undefined || typeof description === 'number') return;
  line.alert(level, description, write);
}
