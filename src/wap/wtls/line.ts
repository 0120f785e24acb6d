/** What both ends of a connection do alike: records out, checksums of alerts, effects. */
import { type Peers, peersKey } from '../address.js';
import type { Millis } from '../time.js';
import {
  type Alert,
  type AlertDescription,
  type AlertLevel,
  checksumNumber,
  checksumOctets,
  checksumOf,
  cleartextAlerts,
  encodeAlert,
  formatAlert,
  NO_CONNECTION_SEQUENCE,
} from './alert.js';
import type { ClientHello, ServerHello } from './handshake.js';
import { type MasterSecret, otherSide, type Side } from './keys.js';
import { PROVOKED_ALERTS_MOST } from './options.js';
import type { SecurityNewsType, WtlsEffect } from './primitives.js';
import { type Opened, ReadState, WriteState } from './protection.js';
import { contentTypes, encodeRecord, SEQUENCE_MOST, type WtlsRecord } from './record.js';
import type { SecureSession } from './sessions.js';
import type { CipherSpec, SequenceNumberMode } from './suites.js';

/** Sent records whose checksums are remembered: an alert tells which one its sender saw last. */
const CHECKSUMS_KEPT = 32;

/** A secure connection that both ends have committed to. */
export interface Connection {
  readonly session: SecureSession;
  readonly write: WriteState;
  /** The current read state; behind it the one that it replaced, for records that were overtaken. */
  readonly reads: readonly ReadState[];
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
  /** Whether it was made without key exchange: the client then repeats its Finished until it hears something. */
  readonly abbreviated: boolean;
}

/** The pending states of §9.1. */
export interface Pending {
  readonly write: WriteState;
  readonly read: ReadState;
}

/** What the hellos agreed on, as far as records depend on it. */
interface Agreed {
  readonly spec: CipherSpec;
  readonly mode: SequenceNumberMode;
  readonly serverHello: Pick<ServerHello, 'random' | 'keyRefresh'>;
}

export function pendingStates(
  side: Side,
  { spec, mode, serverHello }: Agreed,
  hello: Pick<ClientHello, 'random'>,
  masterSecret: MasterSecret,
): Pending {
  const parameters = {
    spec,
    masterSecret,
    clientRandom: hello.random,
    serverRandom: serverHello.random,
    keyRefresh: serverHello.keyRefresh,
  };
  return {
    write: new WriteState(parameters, side, mode),
    read: new ReadState(parameters, otherSide(side), mode),
  };
}

/** Opens a record with the first of several states that can; `late` is what only a state could that has been replaced. */
export function openWith(
  states: readonly ReadState[],
  record: WtlsRecord,
): (Opened & { readonly late?: true }) | undefined {
  let result: Opened | undefined;
  for (const [i, state] of states.entries()) {
    const opened = state.open(record);
    if ('content' in opened) return i === 0 ? opened : { ...opened, late: true };
    if (result === undefined || 'duplicate' in opened) result = opened;
  }
  return result;
}

export class Line {
  readonly peers: Peers;
  readonly key: string;
  #effects: WtlsEffect[] = [];
  /** Of the next record in cleartext. */
  #sequence = 0;
  /** Checksums of records that were sent, as numbers. */
  #sent: number[] = [];
  /** The checksum of the last record that was received. */
  #received = 0;
  #provoked = 0;

  constructor(peers: Peers) {
    this.peers = peers;
    this.key = peersKey(peers);
  }

  /** What arose since the last call. */
  take(): readonly WtlsEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /** §9.2.3.1: a handshake in cleartext counts from zero. */
  restart(): void {
    this.#sequence = 0;
  }

  send(sdu: Uint8Array): void {
    const { local, remote } = this.peers;
    this.#effects.push({
      down: { type: 'T-DUnitdata.req', source: local, destination: remote, userData: sdu },
    });
  }

  deliver(userData: Uint8Array): void {
    const { local, remote } = this.peers;
    this.#effects.push({
      up: { type: 'T-DUnitdata.ind', source: remote, destination: local, userData },
    });
  }

  undeliverable(error: string): void {
    const { local, remote } = this.peers;
    this.#effects.push({ up: { type: 'T-DError.ind', source: local, destination: remote, error } });
  }

  tell(type: SecurityNewsType, text: string, alert?: Pick<Alert, 'level' | 'description'>): void {
    const { peers } = this;
    const news = { type, layer: 'WTLS', text, peers, ...(alert && { alert }) };
    this.#effects.push({ manage: news });
  }

  startTimer(name: TimerName, after: Millis): void {
    this.#effects.push({ startTimer: timerName(name, this.key), after });
  }

  stopTimer(name: TimerName): void {
    this.#effects.push({ stopTimer: timerName(name, this.key) });
  }

  /** A record under `write`, or in cleartext. Handshake messages always have their sequence number (§9.2.3.1). */
  record(contentType: number, content: Uint8Array, last: boolean, write?: WriteState): Uint8Array {
    const numbered = contentType !== contentTypes.application_data;
    const octets =
      write === undefined
        ? this.#plain(contentType, content, last)
        : write.seal(contentType, content, last, numbered);
    this.#remember(octets);
    return octets;
  }

  #plain(contentType: number, content: Uint8Array, last: boolean): Uint8Array {
    const sequence = this.#sequence;
    this.#sequence = Math.min(sequence + 1, SEQUENCE_MOST);
    return encodeRecord({ contentType, sequence, ciphered: false, withLength: !last, fragment: content });
  }

  #remember(octets: Uint8Array): void {
    this.#sent.push(checksumNumber(octets));
    if (this.#sent.length > CHECKSUMS_KEPT) this.#sent.shift();
  }

  /** A record that was found genuine, or that belongs to a handshake. */
  received(octets: Uint8Array): void {
    this.#received = checksumNumber(octets);
    this.#provoked = 0;
  }

  /** §10.2: whether an alert answers a record that was sent from here. */
  isAnswer(checksum: Uint8Array): boolean {
    return this.#sent.includes(checksumNumber(checksum));
  }

  /** Sends an alert, under `write` where there is one and the alert is none of those in cleartext. */
  alert(level: AlertLevel, description: AlertDescription, write?: WriteState): void {
    const content = encodeAlert({ level, description, checksum: checksumOctets(this.#received) });
    const under = cleartextAlerts.has(description) ? undefined : write;
    this.send(this.record(contentTypes.alert, content, true, under));
  }

  /** An alert that answers a record that nobody vouches for: not more of them than a few. */
  provoked(level: AlertLevel, description: AlertDescription, cause: Uint8Array, write?: WriteState): void {
    if (this.#provoked >= PROVOKED_ALERTS_MOST) return;
    this.#provoked++;
    const content = encodeAlert({ level, description, checksum: checksumOf(cause) });
    const under = cleartextAlerts.has(description) ? undefined : write;
    this.send(this.record(contentTypes.alert, content, true, under));
    this.tell('SEC-Exception.ind', `answered with ${formatAlert({ level, description })}`);
  }
}

/** §10.2.2: to somebody with whom there is no connection. Nothing is remembered of it. */
export function noConnectionAlert(cause: Uint8Array): Uint8Array {
  return encodeRecord({
    contentType: contentTypes.alert,
    sequence: NO_CONNECTION_SEQUENCE,
    ciphered: false,
    withLength: false,
    fragment: encodeAlert({
      level: 'critical',
      description: 'no_connection',
      checksum: checksumOf(cause),
    }),
  });
}

/** `retransmission` of a client's flight; `prepend` of its Finished; `handshake` and `idle` end what does not get on. */
export type TimerName = 'retransmission' | 'prepend' | 'handshake' | 'idle';

function timerName(name: TimerName, key: string): string {
  return `WTLS/${name}/${key}`;
}

export function parseTimer(timer: string): readonly [name: string, key: string] {
  const [, name = '', ...rest] = timer.split('/');
  return [name, rest.join('/')];
}
