/** One secure connection of a server: WAP-261 §7.2, §10.3, §10.4. The security user of §6 is played here, too. */
import type { Peers } from '../address.js';
import { DecodeError, errorText } from '../errors.js';
import { findRow } from '../machine.js';
import { concat, equalOctets } from '../octets.js';
import type { Millis } from '../time.js';
import { type AlertDescription, type AlertLevel, decodeAlert, formatAlert } from './alert.js';
import { choose } from './choice.js';
import { informationOf } from './client.js';
import { decodeHandshake, encodeHandshake, type HandshakeMessage } from './handshake.js';
import { computeVerifyData, type MasterSecret } from './keys.js';
import { type Connection, Line, openWith, pendingStates } from './line.js';
import {
  HANDSHAKE_TIME,
  HELLO_REQUEST_TIME,
  IDLE_TIME,
  type SecurityInformation,
  WAITING_MOST,
  type WtlsServerOptions,
} from './options.js';
import type { SecurityRequest, WtlsEffect } from './primitives.js';
import type { WriteState } from './protection.js';
import { contentTypes, decodeRecords, type WtlsRecord } from './record.js';
import { isRefusal, type Refusal, refuse } from './refusal.js';
import {
  addToFlight,
  concludeFlight,
  exchangeMessages,
  helloMessages,
  isClientFinished,
  type ServerHandshake,
  sessionOfServer,
} from './server-handshake.js';
import { type SessionCache, sessionKey } from './sessions.js';
import {
  type ServerAction,
  type ServerCondition,
  type ServerEvent,
  type ServerState,
  serverTable,
} from './tables.js';

interface Circumstances {
  readonly userData?: Uint8Array;
  readonly alert?: {
    readonly level: AlertLevel | number;
    readonly description: AlertDescription | number;
  };
  /** Whether the alert was under a cipher spec. */
  readonly ciphered?: boolean;
}

const empty = new Uint8Array(0);

const FULL_FLIGHT = 'Certificate* ClientKeyExchange* CertificateVerify* ChangeCipherSpec Finished';

export class ServerConnection {
  readonly #options: WtlsServerOptions;
  readonly #sessions: SessionCache;
  readonly #line: Line;
  #state: ServerState = 'NULL';
  #connection: Connection | undefined;
  #handshake: ServerHandshake | undefined;
  /** The last flight, to be sent again when the client's comes again. */
  #buffer: Uint8Array = empty;
  /** The client's last flight, while its repetition may still come. */
  #answered: Uint8Array = empty;
  #sdu: Uint8Array = empty;
  #waiting: Uint8Array[] = [];
  #helloRequestAt: Millis = Number.NEGATIVE_INFINITY;
  #lastUse: Millis = 0;

  constructor(peers: Peers, options: WtlsServerOptions, sessions: SessionCache) {
    this.#options = options;
    this.#sessions = sessions;
    this.#line = new Line(peers);
  }

  get state(): ServerState {
    return this.#state;
  }

  isConnected(): boolean {
    return this.#connection !== undefined;
  }

  inHandshake(): boolean {
    return this.#handshake !== undefined;
  }

  /** Nothing is left of it. */
  isIdle(): boolean {
    return this.#state === 'NULL' && this.#waiting.length === 0;
  }

  information(): SecurityInformation | undefined {
    const session = this.#connection?.session;
    return session && informationOf(session);
  }

  send(userData: Uint8Array): readonly WtlsEffect[] {
    if (this.#connection === undefined) this.#invite(userData);
    else this.#unitdata(userData);
    return this.#line.take();
  }

  request(request: SecurityRequest): readonly WtlsEffect[] {
    switch (request.type) {
      case 'SEC-Create-Request.req':
        this.#requestCreate();
        break;
      case 'SEC-Terminate.req':
        this.#terminate(request.alertLevel, request.alertDescription);
        break;
      case 'SEC-Exception.req':
        this.#fire('SEC-Exception.req', [], {
          alert: { level: 'warning', description: request.alertDescription },
        });
        break;
      case 'SEC-Create.req':
        break;
    }
    return this.#line.take();
  }

  receive(sdu: Uint8Array): readonly WtlsEffect[] {
    this.#lastUse = this.#options.clock.now();
    if (this.#isRepeated(sdu)) return this.#line.take();
    if (this.#handshake !== undefined) this.#handshake = { ...this.#handshake, flight: undefined };
    this.#sdu = sdu;
    try {
      for (const { record, octets } of decodeRecords(sdu)) this.#record(record, octets);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#line.tell('DecodeError', error.message);
    }
    this.#sdu = empty;
    return this.#line.take();
  }

  expired(timer: string): readonly WtlsEffect[] {
    if (timer === 'handshake') this.#abandon('the client did not go on');
    if (timer === 'idle') this.#closeIfIdle();
    return this.#line.take();
  }

  /** Forgets a handshake that does not get on, and what waits for one. */
  abandon(why: string): readonly WtlsEffect[] {
    this.#abandon(why);
    return this.#line.take();
  }

  #abandon(why: string): void {
    if (this.#handshake !== undefined) this.#line.tell('Dropped', why);
    this.#line.stopTimer('handshake');
    this.#handshake = undefined;
    this.#state = this.#connection === undefined ? 'NULL' : 'OPEN';
    if (this.#connection === undefined) this.#loseWaiting(why);
  }

  /** Makes room: the client finds out when it next sends something. */
  close(): readonly WtlsEffect[] {
    this.#terminate('critical', 'connection_close_notify');
    return this.#line.take();
  }

  /** §10.4: the client did not get the answer to its last flight. */
  #isRepeated(sdu: Uint8Array): boolean {
    const isHello = this.#handshake !== undefined && equalOctets(sdu, this.#handshake.sdu);
    if (isHello) {
      return this.#fire('T-Unitdata.ind', [
        'ClientHello',
        'A record identical to the previous one is received',
      ]);
    }
    if (this.#answered.length === 0 || !equalOctets(sdu, this.#answered)) return false;
    return this.#fire('T-Unitdata.ind', [
      FULL_FLIGHT,
      'A group of records identical to the previous one is received',
    ]);
  }

  // ---- records

  #record(record: WtlsRecord, octets: Uint8Array): void {
    const content = record.ciphered ? this.#open(record, octets) : record.fragment;
    if (content === undefined) return;
    switch (record.contentType) {
      case contentTypes.change_cipher_spec:
        this.#changeCipherSpec(content, octets, record.ciphered);
        break;
      case contentTypes.alert:
        this.#alert(content, octets, record.ciphered);
        break;
      case contentTypes.handshake:
        this.#message(content, octets, record.ciphered);
        break;
      case contentTypes.application_data:
        if (record.ciphered) this.#applicationData(content, octets);
        else this.#line.tell('Refused', 'data came in cleartext');
        break;
    }
  }

  #open(record: WtlsRecord, octets: Uint8Array): Uint8Array | undefined {
    const reading = this.#handshake?.reading;
    const states = [...(reading ? [reading] : []), ...(this.#connection?.reads ?? [])];
    const opened = openWith(states, record);
    if (opened === undefined) {
      // A record of a connection that was lost. During a handshake it may have overtaken Finished.
      if (this.#state === 'NULL' && record.contentType !== contentTypes.alert) {
        this.#line.provoked('critical', 'no_connection', octets);
      }
      return undefined;
    }
    if ('content' in opened) return opened.content;
    if ('duplicate' in opened) {
      if (record.contentType === contentTypes.handshake) this.#duplicateFinished(record);
      return undefined;
    }
    if (reading !== undefined && this.#connection === undefined) {
      this.#line.received(octets);
      this.#refused(refuse('decrypt_error', 'what followed ChangeCipherSpec cannot be read'));
    } else this.#line.provoked('warning', opened.unreadable, octets, this.#connection?.write);
    return undefined;
  }

  /** §10.4: after a short handshake the client repeats Finished until it hears something. */
  #duplicateFinished({ sequence }: WtlsRecord): void {
    if (sequence !== 0 || this.#connection?.abbreviated !== true) return;
    this.#fire('T-Unitdata.ind', [
      'ChangeCipherSpec Finished',
      'A record identical to the previous Finished is received',
    ]);
  }

  #applicationData(userData: Uint8Array, octets: Uint8Array): void {
    this.#line.received(octets);
    this.#answered = empty;
    // While a new connection is made, the one that there is goes on.
    if (this.#fire('T-Unitdata.ind', ['User data'], { userData }) || this.#connection === undefined) return;
    this.#line.deliver(userData);
  }

  // ---- alerts

  #alert(content: Uint8Array, octets: Uint8Array, ciphered: boolean): void {
    const alert = decodeAlert(content);
    const { level, description } = alert;
    if (!this.#line.isAnswer(alert.checksum)) {
      this.#line.tell('Refused', `the checksum of the alert ${formatAlert(alert)} is wrong`);
      return;
    }
    if (ciphered) this.#line.received(octets);
    const circumstances = { alert: { level, description }, ciphered };
    if (this.#state === 'NULL') {
      // It answers a HelloRequest: nothing else was sent.
      this.#fire('T-Unitdata.ind', ['Alert (no_renegotiation)'], circumstances);
      this.#line.stopTimer('handshake');
      this.#loseWaiting('the client does not want a connection');
      return;
    }
    const isWarning = level === 'warning';
    this.#fire(
      'T-Unitdata.ind',
      [isWarning ? 'Alert (warning)' : 'Alert (critical or fatal)'],
      circumstances,
    );
  }

  #terminate(level: AlertLevel, description: AlertDescription): void {
    this.#fire('SEC-Terminate.req', [], { alert: { level, description } });
  }

  #refused(refusal: Refusal): void {
    this.#line.tell('Refused', refusal.reason, refusal);
    this.#terminate(refusal.level, refusal.description);
  }

  // ---- handshake messages

  #message(content: Uint8Array, octets: Uint8Array, ciphered: boolean): void {
    const handshake = this.#handshake;
    const message = this.#decode(content, octets, ciphered);
    if (message === undefined) return;
    if (message.type === 'client_hello') {
      this.#hello(message, content, octets, ciphered);
      return;
    }
    if (handshake === undefined) return;
    if (message.type === 'finished') {
      this.#finished(handshake, message.verifyData, content, octets, ciphered);
      return;
    }
    if (ciphered !== (handshake.carrier !== undefined) || this.#state !== 'EXCHANGE') return;
    this.#line.received(octets);
    const flight = addToFlight(handshake.flight, message, content);
    if (isRefusal(flight)) {
      this.#refused(flight);
      return;
    }
    this.#handshake = { ...handshake, flight };
  }

  #decode(content: Uint8Array, octets: Uint8Array, ciphered: boolean): HandshakeMessage | undefined {
    try {
      return decodeHandshake(content, this.#handshake?.chosen.suite.algorithm);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#line.tell('DecodeError', error.message);
      if (this.#handshake !== undefined && ciphered === (this.#handshake.carrier !== undefined)) {
        this.#line.received(octets);
        this.#refused(refuse('decode_error', errorText(error)));
      } else if (this.#connection === undefined) {
        this.#line.provoked('fatal', 'decode_error', octets);
      }
      return undefined;
    }
  }

  #hello(
    hello: Extract<HandshakeMessage, { type: 'client_hello' }>,
    content: Uint8Array,
    octets: Uint8Array,
    ciphered: boolean,
  ): void {
    // The network brought the hello of this connection again, late.
    if (this.#connection !== undefined && equalOctets(hello.random, this.#connection.clientRandom)) return;
    // Appendix B.4: what there is stays until the new handshake is complete.
    const carrier = ciphered ? this.#connection : undefined;
    this.#line.received(octets);
    const chosen = choose(hello, this.#options, this.#sessions);
    if (this.#handshake?.carrier === undefined && carrier === undefined) this.#line.restart();
    if (isRefusal(chosen)) {
      this.#handshake = undefined;
      this.#line.tell('Refused', chosen.reason, chosen);
      this.#line.alert(chosen.level, chosen.description, carrier?.write);
      this.#state = this.#connection === undefined ? 'NULL' : this.#quiet();
      return;
    }
    const conditions: ServerCondition[] = [
      'ClientHello',
      'A record not identical to the previous one is received',
    ];
    if (!this.#fire('T-Unitdata.ind', conditions)) return;
    this.#answered = empty;
    this.#handshake = {
      sdu: this.#sdu.slice(),
      hello,
      chosen,
      messages: [content.slice()],
      ...(carrier && { carrier }),
    };
    this.#line.startTimer('handshake', this.#options.handshakeTime ?? HANDSHAKE_TIME);
    this.#fire('SEC-Create.res', []);
    if (chosen.masterSecret === undefined) this.#fire('SEC-Exchange.req', ['Full handshake']);
    else this.#fire('SEC-Commit.req', ['Optimized or abbreviated handshake']);
  }

  /** The state of a connection that no handshake disturbs. */
  #quiet(): ServerState {
    return this.#state === 'OPENING' ? 'OPENING' : 'OPEN';
  }

  #changeCipherSpec(content: Uint8Array, octets: Uint8Array, ciphered: boolean): void {
    const handshake = this.#handshake;
    if (handshake === undefined || ciphered !== (handshake.carrier !== undefined)) return;
    if (content.length !== 1 || content[0] !== 1) {
      this.#refused(refuse('decode_error', 'ChangeCipherSpec is not 1'));
      return;
    }
    this.#line.received(octets);
    if (this.#state === 'COMMIT') {
      this.#handshake = { ...handshake, reading: handshake.pending?.read };
      return;
    }
    if (this.#state !== 'EXCHANGE') return;
    const flight = handshake.flight ?? { messages: [] };
    const concluded = concludeFlight(handshake, flight, this.#options);
    if (isRefusal(concluded)) {
      this.#refused(concluded);
      return;
    }
    const next: ServerHandshake = { ...handshake, ...concluded };
    const pending = this.#pend(next, concluded.masterSecret);
    this.#handshake = { ...next, pending, reading: pending.read };
  }

  #pend({ chosen, hello }: ServerHandshake, masterSecret: MasterSecret) {
    const { spec, serverHello, mode } = chosen;
    const parameters = {
      spec,
      masterSecret,
      clientRandom: hello.random,
      serverRandom: serverHello.random,
      keyRefresh: serverHello.keyRefresh,
    };
    return pendingStates('server', parameters, mode);
  }

  #finished(
    handshake: ServerHandshake,
    verifyData: Uint8Array,
    content: Uint8Array,
    octets: Uint8Array,
    ciphered: boolean,
  ): void {
    if (this.#state !== 'EXCHANGE' && this.#state !== 'COMMIT') return;
    if (!ciphered || handshake.reading === undefined) {
      this.#refused(refuse('unexpected_message', 'Finished came without ChangeCipherSpec'));
      return;
    }
    this.#line.received(octets);
    const messages = [...handshake.messages, ...(handshake.flight?.messages ?? [])];
    if (!isClientFinished(handshake, messages, verifyData)) {
      this.#refused(refuse('decrypt_error', 'the Finished of the client does not fit what was said'));
      return;
    }
    this.#handshake = { ...handshake, messages: [...messages, content] };
    if (this.#state === 'EXCHANGE') {
      this.#answered = this.#sdu.slice();
      this.#fire('T-Unitdata.ind', [FULL_FLIGHT]);
      return;
    }
    this.#fire('T-Unitdata.ind', ['ChangeCipherSpec Finished']);
  }

  // ---- the machine

  /** Whether a row was found. */
  #fire(
    event: ServerEvent,
    conditions: readonly ServerCondition[],
    circumstances: Circumstances = {},
  ): boolean {
    const row = findRow(serverTable, this.#state, event, (it) => conditions.includes(it));
    if (row === undefined) return false;
    const [, , actions, next] = row;
    const before = this.#state;
    for (const action of actions) this.#act(action, circumstances);
    if (next === 'NULL' && before !== 'NULL') this.#leave(before, circumstances);
    else this.#state = next;
    if (next === 'OPENING' && before === 'EXCHANGE') this.#establish(false);
    if (next === 'OPEN' && before === 'COMMIT') this.#establish(true);
    return true;
  }

  /** To NULL; or, where a handshake failed on a connection that there was, back to that (§10.2.2). */
  #leave(before: ServerState, { alert, ciphered }: Circumstances): void {
    const inHandshake = before !== 'OPEN' && before !== 'OPENING';
    const closing =
      alert?.description === 'session_close_notify' || alert?.description === 'connection_close_notify';
    this.#line.stopTimer('handshake');
    this.#handshake = undefined;
    if (inHandshake && this.#connection !== undefined && !closing) {
      this.#state = 'OPEN';
      return;
    }
    const session = this.#connection?.session;
    // A fatal alert in cleartext ends the connection, but not the session: anyone may have written it (§10.2.2).
    if (session !== undefined && alert?.level === 'fatal' && ciphered !== false) {
      this.#sessions.forget(sessionKey(session.id), session);
    }
    if (this.#connection !== undefined) this.#line.stopTimer('idle');
    this.#connection = undefined;
    this.#answered = empty;
    this.#state = 'NULL';
    this.#loseWaiting('no secure connection came about');
  }

  #act(action: ServerAction, circumstances: Circumstances): void {
    const { userData, alert } = circumstances;
    switch (action) {
      case 'T-Unitdata.req (HelloRequest)':
        this.#sendHelloRequest();
        break;
      case 'T-Unitdata.req (Alert)':
        this.#sendAlert(circumstances);
        break;
      case 'T-Unitdata.req (Alert (duplicate_finished_received))':
        this.#line.alert('warning', 'duplicate_finished_received', this.#connection?.write);
        break;
      case 'T-Unitdata.req':
        if (userData) this.#line.send(this.#sealed(userData));
        break;
      case 'Create a buffer: ServerHello Certificate*':
        this.#say(this.#handshake ? helloMessages(this.#handshake.chosen) : [], false);
        break;
      case 'Append to the buffer: ServerKeyExchange* CertificateRequest* ServerHelloDone':
        this.#say(this.#handshake ? exchangeMessages(this.#handshake.chosen, this.#options) : [], true);
        break;
      case 'Append to the buffer: ChangeCipherSpec Finished':
        this.#finish();
        break;
      case 'Create a buffer: ChangeCipherSpec Finished':
        this.#buffer = empty;
        this.#finish();
        break;
      case 'Send the buffer':
      case 'Resend last buffer':
        this.#line.send(this.#buffer);
        break;
      case 'SEC-Unitdata.ind':
        if (userData) this.#line.deliver(userData);
        break;
      case 'SEC-Create.ind':
        this.#buffer = empty;
        this.#line.tell(action, 'a client wants a connection');
        break;
      case 'SEC-Exchange.cnf':
      case 'SEC-Commit.ind':
      case 'SEC-Commit.cnf':
        this.#line.tell(action, this.#agreement());
        break;
      case 'SEC-Terminate.ind':
      case 'SEC-Exception.ind':
        this.#line.tell(action, alert ? formatAlert(alert) : '', alert);
        if (
          alert?.description === 'connection_close_notify' ||
          alert?.description === 'session_close_notify'
        ) {
          this.#answerClosure(alert.description);
        }
        break;
    }
  }

  #agreement(): string {
    const { chosen } = this.#handshake ?? {};
    if (chosen === undefined) return '';
    const { suite, spec, resumed } = chosen;
    return `${resumed ? 'resumed' : suite.name}, ${spec.bulkCipher.name} with ${spec.mac.name}`;
  }

  /** More messages for the buffer: one SDU a flight (§10.4). */
  #say(messages: readonly Uint8Array[], last: boolean): void {
    const handshake = this.#handshake;
    if (handshake === undefined) return;
    const write = handshake.carrier?.write;
    const records = messages.map((message, i) =>
      this.#line.record(contentTypes.handshake, message, last && i === messages.length - 1, write),
    );
    this.#buffer = concat([this.#buffer, ...records]);
    this.#handshake = { ...handshake, messages: [...handshake.messages, ...messages] };
  }

  #finish(): void {
    const before = this.#handshake;
    if (before === undefined) return;
    const masterSecret = before.masterSecret ?? before.chosen.masterSecret;
    if (masterSecret === undefined) throw new RangeError('nothing is agreed on');
    const pending = before.pending ?? this.#pend(before, masterSecret);
    const { hash } = before.chosen.spec.mac;
    const finished = encodeHandshake({
      type: 'finished',
      verifyData: computeVerifyData('server', hash, masterSecret, before.messages),
    });
    const change = this.#line.record(
      contentTypes.change_cipher_spec,
      Uint8Array.of(1),
      false,
      before.carrier?.write,
    );
    const sealed = this.#line.record(contentTypes.handshake, finished, true, pending.write);
    this.#buffer = concat([this.#buffer, change, sealed]);
    this.#handshake = {
      ...before,
      masterSecret,
      pending,
      messages: [...before.messages, finished],
    };
  }

  #sealed(userData: Uint8Array): Uint8Array {
    return this.#line.record(contentTypes.application_data, userData, true, this.#connection?.write);
  }

  #sendAlert({ alert }: Circumstances): void {
    const { level, description } = alert ?? {};
    if (level === undefined || typeof level === 'number') return;
    if (description === undefined || typeof description === 'number') return;
    this.#line.alert(level, description, this.#alertWrite());
  }

  /** Alerts of a handshake are under what it runs under, others under the connection's cipher spec. */
  #alertWrite(): WriteState | undefined {
    return this.#handshake === undefined ? this.#connection?.write : this.#handshake.carrier?.write;
  }

  /** §10.2.1: the other end answers in kind. */
  #answerClosure(description: 'connection_close_notify' | 'session_close_notify'): void {
    if (this.#connection === undefined) return;
    const level = description === 'session_close_notify' ? 'fatal' : 'critical';
    this.#line.alert(level, description, this.#connection.write);
  }

  /** The pending state has become current in both directions. */
  #establish(abbreviated: boolean): void {
    const handshake = this.#handshake;
    const now = this.#options.clock.now();
    const session = handshake && sessionOfServer(handshake, now);
    if (handshake?.pending === undefined || session === undefined) return;
    const { pending, hello, chosen } = handshake;
    const before = this.#connection?.reads[0];
    this.#connection = {
      session,
      write: pending.write,
      reads: [pending.read, ...(before ? [before] : [])],
      clientRandom: hello.random,
      serverRandom: chosen.serverHello.random,
      abbreviated,
    };
    this.#sessions.keep(sessionKey(session.id), session);
    if (session.masterSecret.octets) {
      this.#options.keyLog?.({
        peers: this.#line.peers,
        sessionId: session.id,
        clientRandom: hello.random,
        serverRandom: chosen.serverHello.random,
        masterSecret: session.masterSecret.octets,
      });
    }
    this.#handshake = undefined;
    if (abbreviated) this.#buffer = empty;
    this.#lastUse = now;
    this.#line.stopTimer('handshake');
    this.#line.startTimer('idle', this.#options.idleTime ?? IDLE_TIME);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const userData of waiting) this.#unitdata(userData);
  }

  // ---- user data and HelloRequest

  #unitdata(userData: Uint8Array): void {
    const write = this.#connection?.write;
    this.#lastUse = this.#options.clock.now();
    if (write === undefined) return;
    // The last sequence number says good-bye (§9.2.3.1); the data wait for a new connection.
    if (write.left <= 1) {
      this.#state = this.#quiet();
      this.#terminate('critical', 'connection_close_notify');
      this.#invite(userData);
      return;
    }
    // While a new connection is made, data still go over the one that there is.
    if (!this.#fire('SEC-Unitdata.req', [], { userData })) this.#line.send(this.#sealed(userData));
  }

  /** Nothing can be sent before the client has made a connection. */
  #invite(userData: Uint8Array): void {
    if (this.#waiting.length >= WAITING_MOST) {
      this.#line.tell('Dropped', 'too many datagrams wait for a connection');
      return;
    }
    this.#waiting.push(userData);
    if (this.#handshake !== undefined) return;
    this.#requestCreate();
    this.#line.startTimer('handshake', this.#options.handshakeTime ?? HANDSHAKE_TIME);
  }

  /** §10.5.1.1: not again before the client had time to answer. */
  #requestCreate(): void {
    const now = this.#options.clock.now();
    if (now - this.#helloRequestAt < HELLO_REQUEST_TIME) return;
    if (this.#fire('SEC-Create-Request.req', [])) this.#helloRequestAt = now;
  }

  #sendHelloRequest(): void {
    const request = encodeHandshake({ type: 'hello_request' });
    this.#line.send(this.#line.record(contentTypes.handshake, request, true, this.#connection?.write));
  }

  #loseWaiting(why: string): void {
    const lost = this.#waiting;
    this.#waiting = [];
    if (lost.length > 0) this.#line.undeliverable(why);
  }

  #closeIfIdle(): void {
    const { clock, idleTime = IDLE_TIME } = this.#options;
    const left = this.#lastUse + idleTime - clock.now();
    if (left > 0) this.#line.startTimer('idle', left);
    else this.#terminate('critical', 'connection_close_notify');
  }
}
