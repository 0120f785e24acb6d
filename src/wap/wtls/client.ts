/** One secure connection of a client: WAP-261 §7.1, §10.3, §10.4. The security user of §6 is played here, too. */
import type { Peers } from '../address.js';
import { DecodeError, errorText } from '../errors.js';
import { findRow } from '../machine.js';
import { concat, equalOctets } from '../octets.js';
import type { AlertDescription, AlertLevel } from './alert.js';
import { formatAlert } from './alert.js';
import {
  computeClientFinished,
  concludeFull,
  concludeShort,
  describe,
  type Handshake,
  isServerFinished,
  sessionOf,
  startHandshake,
} from './client-handshake.js';
import { addToFlight, type ServerFlight } from './client-hello.js';
import { type Circumstances, End, type RecordUser, sendAlert } from './end.js';
import { decodeHandshake, encodeHandshake, type HandshakeMessage } from './handshake.js';
import type { Line } from './line.js';
import {
  PREPEND_TIME,
  RETRANSMISSION_INTERVAL,
  RETRANSMISSIONS_MOST,
  type SecurityInformation,
  type WtlsClientOptions,
} from './options.js';
import type { SecurityRequest, WtlsEffect } from './primitives.js';
import type { ReadState } from './protection.js';
import { contentTypes } from './record.js';
import { isRefusal, type Refusal, refuse } from './refusal.js';
import type { SessionCache } from './sessions.js';
import {
  type ClientAction,
  type ClientCondition,
  type ClientEvent,
  type ClientState,
  clientTable,
} from './tables.js';

/** How much longer a client waits that was told that it takes time (time_required). */
const TIME_REQUIRED_FACTOR = 10;

const empty = new Uint8Array(0);

export class ClientConnection implements RecordUser {
  readonly #options: WtlsClientOptions;
  readonly #sessions: SessionCache;
  readonly #end: End;
  readonly #line: Line;
  #state: ClientState = 'NULL';
  #handshake: Handshake | undefined;
  /** The last flight, or in an abbreviated handshake what goes before user data. */
  #buffer: Uint8Array = empty;
  #contents: readonly Uint8Array[] = [];
  #retransmissions = 0;
  #prepending = false;

  constructor(peers: Peers, options: WtlsClientOptions, sessions: SessionCache) {
    this.#options = options;
    this.#sessions = sessions;
    this.#end = new End(peers, options, sessions);
    this.#line = this.#end.line;
  }

  get state(): ClientState {
    return this.#state;
  }

  /** Nothing is left of it. */
  isIdle(): boolean {
    return this.#state === 'NULL';
  }

  information(): SecurityInformation | undefined {
    return this.#end.information();
  }

  send(userData: Uint8Array): readonly WtlsEffect[] {
    if (this.#state === 'OPEN' || this.#state === 'OPENING') this.#unitdata(userData);
    else {
      this.#end.wait(userData);
      if (this.#state === 'NULL') this.#fire('SEC-Create.req', []);
    }
    return this.#line.take();
  }

  request(request: SecurityRequest): readonly WtlsEffect[] {
    switch (request.type) {
      case 'SEC-Create.req':
        this.#fire('SEC-Create.req', []);
        break;
      case 'SEC-Terminate.req':
        this.#terminate(request.alertLevel, request.alertDescription);
        break;
      case 'SEC-Exception.req':
        this.#fire('SEC-Exception.req', [], {
          alert: { level: 'warning', description: request.alertDescription },
        });
        break;
      case 'SEC-Create-Request.req':
        break;
    }
    return this.#line.take();
  }

  receive(sdu: Uint8Array): readonly WtlsEffect[] {
    this.#end.use();
    // A flight of the server comes in one SDU (§10.4): what was left over of another is not one.
    if (this.#handshake !== undefined) this.#handshake = { ...this.#handshake, flight: undefined };
    return this.#end.receive(sdu, this);
  }

  expired(timer: string): readonly WtlsEffect[] {
    switch (timer) {
      case 'retransmission':
        if (this.#retransmissions < (this.#options.retransmissionsMost ?? RETRANSMISSIONS_MOST)) {
          this.#fire('Retransmission timer expires', ['No response from the server is received']);
        } else {
          this.#fire('Retransmission counter exceeds the maximum value', []);
        }
        break;
      case 'prepend':
        this.#prepending = false;
        this.#fire('Finished prepending timer expires', []);
        break;
      case 'idle':
        if (this.#end.wasSilent()) this.#terminate('critical', 'connection_close_notify');
        break;
    }
    return this.#line.take();
  }

  // ---- what records bring

  reading(): ReadState | undefined {
    return this.#handshake?.reading;
  }

  isNull(): boolean {
    return this.#state === 'NULL';
  }

  onUserData(userData: Uint8Array, late: boolean): void {
    // While a new connection is made, the one that there is goes on; what came over the old one says nothing about the new.
    if (!late && this.#fire('T-Unitdata.ind', ['User data'], { userData })) return;
    if (this.#end.connection !== undefined) this.#line.deliver(userData);
  }

  onAlert(circumstances: Circumstances & Required<Pick<Circumstances, 'alert'>>): void {
    const { level, description } = circumstances.alert;
    if (description === 'duplicate_finished_received') {
      if (this.#fire('T-Unitdata.ind', ['Alert (duplicate_finished_received)'], circumstances)) return;
    }
    if (level !== 'warning') {
      this.#fire('T-Unitdata.ind', ['Alert (critical or fatal)'], circumstances);
      return;
    }
    // The timer is cleared, but not for ever: the server may be lost.
    if (description === 'time_required' && this.#handshake) this.#startRetransmission(TIME_REQUIRED_FACTOR);
    this.#fire('T-Unitdata.ind', ['Alert (warning)'], circumstances);
  }

  /** Ends the handshake or the connection from here. */
  #terminate(level: AlertLevel, description: AlertDescription): void {
    this.#fire('SEC-Terminate.req', [], { alert: { level, description } });
  }

  refused(refusal: Refusal): void {
    this.#line.tell('Refused', refusal.reason, refusal);
    this.#terminate(refusal.level, refusal.description);
  }

  // ---- handshake messages

  onChangeCipherSpec(content: Uint8Array, octets: Uint8Array, ciphered: boolean): void {
    const handshake = this.#handshake;
    if (handshake === undefined || ciphered !== (handshake.carrier !== undefined)) return;
    if (content.length !== 1 || content[0] !== 1) {
      this.refused(refuse('decode_error', 'ChangeCipherSpec is not 1'));
      return;
    }
    this.#line.received(octets);
    if (this.#state === 'COMMIT2') {
      this.#handshake = { ...handshake, reading: handshake.pending?.read };
      return;
    }
    const { flight } = handshake;
    if (this.#state !== 'CREATING' || flight === undefined) return;
    const concluded = concludeShort(handshake, flight, this.#options, this.#line.peers.remote);
    if (isRefusal(concluded)) this.refused(concluded);
    else this.#handshake = concluded;
  }

  onHandshake(content: Uint8Array, octets: Uint8Array, ciphered: boolean): void {
    const message = this.#decode(content);
    if (message === undefined) return;
    if (message.type === 'hello_request') {
      this.#helloRequest(octets, ciphered);
      return;
    }
    const handshake = this.#handshake;
    if (handshake === undefined) {
      this.#unexpected(message, octets);
      return;
    }
    if (message.type === 'finished') {
      this.#finished(handshake, message.verifyData, content, octets, ciphered);
      return;
    }
    if (ciphered !== (handshake.carrier !== undefined) || this.#state !== 'CREATING') return;
    this.#line.received(octets);
    const flight = addToFlight(handshake.flight, message, content);
    if (isRefusal(flight)) {
      this.refused(flight);
      return;
    }
    this.#handshake = { ...handshake, flight };
    if (message.type === 'server_hello_done') this.#fullFlight(this.#handshake, flight);
  }

  #decode(content: Uint8Array): HandshakeMessage | undefined {
    const handshake = this.#handshake;
    const index = handshake?.flight?.hello.clientKeyId ?? 0;
    try {
      return decodeHandshake(content, handshake?.offers[index - 1]?.suite.algorithm);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#line.tell('DecodeError', error.message);
      if (this.#state === 'CREATING') this.refused(refuse('decode_error', errorText(error)));
      return undefined;
    }
  }

  /** Appendix B.4: a connection does not break because of a message in cleartext. */
  #unexpected(message: HandshakeMessage, octets: Uint8Array): void {
    const { connection } = this.#end;
    if (connection === undefined || message.type !== 'server_hello') return;
    // The network brought a flight twice.
    if (equalOctets(message.random, connection.serverRandom)) return;
    this.#line.provoked('warning', 'unexpected_message', octets, connection.write);
  }

  #helloRequest(octets: Uint8Array, ciphered: boolean): void {
    const authentic = ciphered || this.#options.isProvisioned?.(this.#line.peers.remote) === true;
    // §10.5.1.1, Appendix B.4: not in the middle of a handshake, from nobody unknown, and not too often.
    if (!authentic || !this.#end.mayRequestHello()) return;
    if (!this.#fire('T-Unitdata.ind', ['HelloRequest'])) return;
    this.#end.helloRequested();
    this.#line.received(octets);
    this.#fire('SEC-Create.req', []);
  }

  #fullFlight(handshake: Handshake, flight: ServerFlight): void {
    const concluded = concludeFull(handshake, flight, this.#options, this.#line.peers.remote);
    if (isRefusal(concluded)) {
      this.refused(concluded);
      return;
    }
    this.#handshake = concluded;
    this.#fire('T-Unitdata.ind', [
      'ServerHello Certificate* ServerKeyExchange* CertificateRequest* ServerHelloDone',
    ]);
    this.#fire('SEC-Exchange.res', []);
    this.#fire('SEC-Commit.req', []);
  }

  #finished(
    handshake: Handshake,
    verifyData: Uint8Array,
    content: Uint8Array,
    octets: Uint8Array,
    ciphered: boolean,
  ): void {
    if (!ciphered || handshake.reading === undefined) {
      if (this.#state === 'CREATING') {
        this.refused(refuse('unexpected_message', 'Finished came without ChangeCipherSpec'));
      }
      return;
    }
    this.#line.received(octets);
    const flight = this.#state === 'CREATING' ? (handshake.flight?.messages ?? []) : [];
    const messages = [...handshake.messages, ...flight];
    if (!isServerFinished(handshake, messages, verifyData)) {
      this.refused(refuse('decrypt_error', 'the Finished of the server does not fit what was said'));
      return;
    }
    this.#handshake = { ...handshake, messages: [...messages, content] };
    if (this.#state === 'COMMIT2') {
      this.#fire('T-Unitdata.ind', ['ChangeCipherSpec Finished']);
      return;
    }
    this.#fire('T-Unitdata.ind', ['ServerHello Certificate* ChangeCipherSpec Finished']);
    const { prependTime = PREPEND_TIME } = this.#options;
    const condition: ClientCondition =
      prependTime > 0
        ? 'delay sending ChangeCipherSpec and Finished and prepend it to user data'
        : 'send ChangeCipherSpec and Finished immediately without user data';
    this.#fire('', [condition]);
  }

  // ---- the machine

  /** Whether a row was found. */
  #fire(
    event: ClientEvent,
    conditions: readonly ClientCondition[],
    circumstances: Circumstances = {},
  ): boolean {
    const row = findRow(clientTable, this.#state, event, (it) => conditions.includes(it));
    if (row === undefined) return false;
    const [, , actions, next] = row;
    const before = this.#state;
    for (const action of actions) this.#act(action, circumstances);
    this.#enter(before, next, circumstances);
    return true;
  }

  #enter(before: ClientState, next: ClientState, circumstances: Circumstances): void {
    if (next === 'NULL' && before !== 'NULL') {
      this.#leave(before, circumstances);
      return;
    }
    this.#state = next;
    if (next === 'OPEN' && before === 'COMMIT2') this.#establish(false);
    if (next === 'OPENING' && before === 'CREATED') this.#establish(true);
  }

  /** To NULL; or, where a handshake failed on a connection that there was, back to that (§10.2.2). */
  #leave(before: ClientState, circumstances: Circumstances): void {
    const inHandshake = before !== 'OPEN' && before !== 'OPENING';
    this.#line.stopTimer('retransmission');
    this.#handshake = undefined;
    if (inHandshake && this.#end.outlives(circumstances)) {
      this.#state = 'OPEN';
      this.#flush();
      return;
    }
    if (this.#end.connection !== undefined) this.#line.stopTimer('prepend');
    this.#end.drop(this.#sessionKey(), circumstances);
    this.#prepending = false;
    this.#state = 'NULL';
    const { alert } = circumstances;
    this.#end.lose(alert === undefined ? 'no secure connection came about' : `WTLS: ${formatAlert(alert)}`);
  }

  #sessionKey(): string {
    return this.#line.peers.remote.address;
  }

  #act(action: ClientAction, circumstances: Circumstances): void {
    const { userData } = circumstances;
    switch (action) {
      case 'T-Unitdata.req (ClientHello)':
        this.#hello();
        break;
      case 'T-Unitdata.req (Alert)':
        sendAlert(this.#line, circumstances, this.#handshake?.carrier?.write ?? this.#openWrite());
        break;
      case 'T-Unitdata.req':
        if (userData) this.#line.send(this.#end.sealed(userData));
        break;
      case 'Resend the last buffer':
      case 'Send the buffer':
        this.#line.send(this.#buffer);
        break;
      case 'Clear the retransmission timer':
        this.#startRetransmission();
        break;
      case 'Increment the retransmission counter':
        this.#retransmissions++;
        break;
      case 'Create a buffer: Certificate* ClientKeyExchange* CertificateVerify*':
        this.#contents = this.#handshake?.answer?.messages ?? [];
        break;
      case 'Append to the buffer: ChangeCipherSpec Finished':
        this.#buffer = this.#finish(this.#contents);
        this.#contents = [];
        this.#retransmissions = 0;
        this.#startRetransmission();
        break;
      case 'Create a buffer: ChangeCipherSpec Finished':
        this.#line.stopTimer('retransmission');
        this.#buffer = this.#finish([]);
        break;
      case 'Set up a Finished prepending timer':
        this.#prepending = true;
        this.#line.startTimer('prepend', this.#options.prependTime ?? PREPEND_TIME);
        break;
      case 'Remove the Finished prepending timer':
        this.#prepending = false;
        this.#line.stopTimer('prepend');
        break;
      case 'Prepend buffer to user data and call T-Unitdata.req':
        if (userData) this.#line.send(concat([this.#buffer, this.#end.sealed(userData)]));
        break;
      case 'SEC-Unitdata.ind':
        if (userData) this.#line.deliver(userData);
        break;
      case 'SEC-Create-Request.ind':
      case 'SEC-Create.cnf':
      case 'SEC-Exchange.ind':
      case 'SEC-Commit.ind':
      case 'SEC-Commit.cnf':
        this.#line.tell(action, this.#handshake ? describe(this.#handshake) : 'asked for');
        break;
      case 'SEC-Terminate.ind':
      case 'SEC-Exception.ind':
        this.#end.indicate(action, circumstances, 'the server does not answer');
        break;
    }
  }

  #hello(): void {
    const handshake = startHandshake(
      this.#options,
      this.#sessions.find(this.#sessionKey()),
      this.#end.connection,
    );
    this.#handshake = handshake;
    if (handshake.carrier === undefined) this.#line.restart();
    const [hello = empty] = handshake.messages;
    this.#buffer = this.#line.record(contentTypes.handshake, hello, true, handshake.carrier?.write);
    this.#retransmissions = 0;
    this.#startRetransmission();
    this.#line.send(this.#buffer);
  }

  #startRetransmission(factor = 1): void {
    const { retransmissionInterval = RETRANSMISSION_INTERVAL } = this.#options;
    this.#line.startTimer('retransmission', factor * retransmissionInterval);
  }

  /** `contents`, ChangeCipherSpec and Finished as one SDU; user data may follow where the handshake is abbreviated. */
  #finish(contents: readonly Uint8Array[]): Uint8Array {
    const handshake = this.#handshake;
    if (handshake?.pending === undefined) throw new RangeError('there is no pending state');
    const messages = [...handshake.messages, ...contents];
    const finished = encodeHandshake({
      type: 'finished',
      verifyData: computeClientFinished(handshake, messages),
    });
    this.#handshake = { ...handshake, messages: [...messages, finished] };
    const carrier = handshake.carrier?.write;
    const { handshake: type, change_cipher_spec: changeType } = contentTypes;
    const last = handshake.accepted?.resumed !== true && contents.length > 0;
    return concat([
      ...contents.map((content) => this.#line.record(type, content, false, carrier)),
      this.#line.record(changeType, Uint8Array.of(1), false, carrier),
      this.#line.record(type, finished, last, handshake.pending.write),
    ]);
  }

  /** Alerts outside a handshake are under the connection's cipher spec. */
  #openWrite() {
    return this.#handshake === undefined ? this.#end.connection?.write : undefined;
  }

  /** The pending state has become current in both directions. */
  #establish(abbreviated: boolean): void {
    const { pending, accepted, hello } = this.#handshake ?? {};
    const session = this.#handshake && sessionOf(this.#handshake, this.#options.clock.now());
    if (pending === undefined || accepted === undefined || hello === undefined || session === undefined)
      return;
    this.#line.stopTimer('retransmission');
    const { random: clientRandom } = hello;
    const { random: serverRandom } = accepted.serverHello;
    this.#end.establish({ session, ...pending, clientRandom, serverRandom, abbreviated });
    const key = this.#sessionKey();
    const known = this.#sessions.find(key);
    if (session.id.length > 0) this.#sessions.keep(key, session);
    else if (known !== undefined) this.#sessions.forget(key, known);
    this.#handshake = undefined;
    this.#flush();
  }

  // ---- user data

  #flush(): void {
    for (const userData of this.#end.takeWaiting()) this.#unitdata(userData);
  }

  #unitdata(userData: Uint8Array): void {
    this.#end.use();
    // The last sequence number says good-bye (§9.2.3.1); the data go over a new connection.
    if (this.#end.isUsedUp()) {
      this.#terminate('critical', 'connection_close_notify');
      this.#end.wait(userData);
      this.#fire('SEC-Create.req', []);
      return;
    }
    const conditions: ClientCondition[] = this.#prepending ? ['Finished prepending timer is set'] : [];
    this.#fire('SEC-Unitdata.req', conditions, { userData });
  }
}
