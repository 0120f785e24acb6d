/** One secure connection of a client: WAP-261 §7.1, §10.3, §10.4. The security user of §6 is played here, too. */
import type { Peers } from '../address.js';
import { DecodeError, errorText } from '../errors.js';
import { findRow } from '../machine.js';
import { concat } from '../octets.js';
import type { Millis } from '../time.js';
import { type AlertDescription, type AlertLevel, decodeAlert, formatAlert } from './alert.js';
import {
  addToFlight,
  answerRequest,
  authenticatedServer,
  checkServerHello,
  clientHello,
  computeClientFinished,
  describe,
  type Handshake,
  isServerFinished,
  masterSecretOfShortHandshake,
  type ServerFlight,
  sessionOf,
} from './client-handshake.js';
import { decodeHandshake, encodeHandshake, type HandshakeMessage } from './handshake.js';
import { exchangeAsClient } from './key-exchange.js';
import type { MasterSecret } from './keys.js';
import { type Connection, Line, openWith, pendingStates } from './line.js';
import {
  HELLO_REQUEST_TIME,
  IDLE_TIME,
  PREPEND_TIME,
  RETRANSMISSION_INTERVAL,
  RETRANSMISSIONS_MOST,
  type SecurityInformation,
  WAITING_MOST,
  type WtlsClientOptions,
} from './options.js';
import type { SecurityRequest, WtlsEffect } from './primitives.js';
import { contentTypes, decodeRecords, type WtlsRecord } from './record.js';
import { isRefusal, type Refusal, refuse } from './refusal.js';
import type { SecureSession, SessionCache } from './sessions.js';
import {
  type ClientAction,
  type ClientCondition,
  type ClientEvent,
  type ClientState,
  clientTable,
} from './tables.js';

/** How much longer a client waits that was told that it takes time (time_required). */
const TIME_REQUIRED_FACTOR = 10;

/** What an event is about. */
interface Circumstances {
  readonly userData?: Uint8Array;
  readonly alert?: {
    readonly level: AlertLevel | number;
    readonly description: AlertDescription | number;
  };
  /** Whether the alert was under a cipher spec. */
  readonly ciphered?: boolean;
}

export class ClientConnection {
  readonly #options: WtlsClientOptions;
  readonly #sessions: SessionCache;
  readonly #line: Line;
  #state: ClientState = 'NULL';
  #connection: Connection | undefined;
  #handshake: Handshake | undefined;
  /** The last flight, or in an abbreviated handshake what goes before user data. */
  #buffer: Uint8Array = new Uint8Array(0);
  #contents: (readonly [contentType: number, content: Uint8Array])[] = [];
  #retransmissions = 0;
  #prepending = false;
  #waiting: Uint8Array[] = [];
  #helloRequestAt: Millis = Number.NEGATIVE_INFINITY;
  #lastUse: Millis = 0;

  constructor(peers: Peers, options: WtlsClientOptions, sessions: SessionCache) {
    this.#options = options;
    this.#sessions = sessions;
    this.#line = new Line(peers);
  }

  get state(): ClientState {
    return this.#state;
  }

  /** Nothing is left of it. */
  isIdle(): boolean {
    return this.#state === 'NULL';
  }

  information(): SecurityInformation | undefined {
    const session = this.#connection?.session;
    return session && informationOf(session);
  }

  send(userData: Uint8Array): readonly WtlsEffect[] {
    if (this.#state === 'OPEN' || this.#state === 'OPENING') {
      this.#unitdata(userData);
      return this.#line.take();
    }
    this.#wait(userData);
    if (this.#state === 'NULL') this.#fire('SEC-Create.req', []);
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
    this.#lastUse = this.#options.clock.now();
    // A flight of the server comes in one SDU (§10.4): what was left over of another is not one.
    if (this.#handshake !== undefined) this.#handshake = { ...this.#handshake, flight: undefined };
    try {
      for (const { record, octets } of decodeRecords(sdu)) this.#record(record, octets);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#line.tell('DecodeError', error.message);
    }
    return this.#line.take();
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
        this.#closeIfIdle();
        break;
    }
    return this.#line.take();
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
    const pending = this.#handshake?.reading;
    const states = [...(pending ? [pending] : []), ...(this.#connection?.reads ?? [])];
    const opened = openWith(states, record);
    if (opened === undefined) {
      // A record of a connection that was lost. During a handshake it may have overtaken Finished.
      if (this.#state === 'NULL' && record.contentType !== contentTypes.alert) {
        this.#line.provoked('critical', 'no_connection', octets);
      }
      return undefined;
    }
    if ('content' in opened) return opened.content;
    if ('duplicate' in opened) return undefined;
    if (pending !== undefined && this.#connection === undefined) {
      this.#line.received(octets);
      this.#refused(refuse('decrypt_error', 'what followed ChangeCipherSpec cannot be read'));
    } else this.#line.provoked('warning', opened.unreadable, octets);
    return undefined;
  }

  #applicationData(userData: Uint8Array, octets: Uint8Array): void {
    this.#line.received(octets);
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
    if (description === 'duplicate_finished_received') {
      if (this.#fire('T-Unitdata.ind', ['Alert (duplicate_finished_received)'], circumstances)) return;
    }
    if (level === 'warning') {
      if (description === 'time_required') {
        const { retransmissionInterval = RETRANSMISSION_INTERVAL } = this.#options;
        // Cleared, but not for ever: the server may be lost.
        if (this.#handshake) {
          this.#line.startTimer('retransmission', TIME_REQUIRED_FACTOR * retransmissionInterval);
        }
      }
      this.#fire('T-Unitdata.ind', ['Alert (warning)'], circumstances);
      return;
    }
    this.#fire('T-Unitdata.ind', ['Alert (critical or fatal)'], circumstances);
  }

  /** Ends the handshake or the connection from here. */
  #terminate(level: AlertLevel, description: AlertDescription): void {
    this.#fire('SEC-Terminate.req', [], { alert: { level, description } });
  }

  #refused(refusal: Refusal): void {
    this.#line.tell('Refused', refusal.reason, refusal);
    this.#terminate(refusal.level, refusal.description);
  }

  // ---- handshake messages

  #changeCipherSpec(content: Uint8Array, octets: Uint8Array, ciphered: boolean): void {
    const handshake = this.#handshake;
    if (handshake === undefined || ciphered !== (handshake.carrier !== undefined)) return;
    if (content.length !== 1 || content[0] !== 1) {
      this.#refused(refuse('decode_error', 'ChangeCipherSpec is not 1'));
      return;
    }
    this.#line.received(octets);
    if (this.#state === 'COMMIT2') {
      this.#handshake = { ...handshake, reading: handshake.pending?.read };
      return;
    }
    const { flight } = handshake;
    if (this.#state !== 'CREATING' || flight === undefined) return;
    const accepted = checkServerHello(
      handshake,
      flight.hello,
      this.#options.sequenceNumberMode ?? 'explicit',
    );
    if (isRefusal(accepted)) {
      this.#refused(accepted);
      return;
    }
    const master = masterSecretOfShortHandshake(
      handshake,
      flight,
      accepted,
      this.#options,
      this.#line.peers.remote,
    );
    if (isRefusal(master)) {
      this.#refused(master);
      return;
    }
    const next = { ...handshake, accepted, certificates: flight.certificates };
    const pending = this.#pend(next, master);
    this.#handshake = { ...next, pending, reading: pending.read, masterSecret: master };
  }

  #pend(handshake: Handshake, masterSecret: MasterSecret) {
    const { accepted, hello } = handshake;
    if (accepted === undefined) throw new RangeError('nothing is agreed on');
    const { spec, serverHello, mode } = accepted;
    const parameters = {
      spec,
      masterSecret,
      clientRandom: hello.random,
      serverRandom: serverHello.random,
      keyRefresh: serverHello.keyRefresh,
    };
    return pendingStates('client', parameters, mode);
  }

  #message(content: Uint8Array, octets: Uint8Array, ciphered: boolean): void {
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
      this.#refused(flight);
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
      if (this.#state === 'CREATING') this.#refused(refuse('decode_error', errorText(error)));
      return undefined;
    }
  }

  /** Appendix B.4: a connection does not break because of a message in cleartext. */
  #unexpected(message: HandshakeMessage, octets: Uint8Array): void {
    const connection = this.#connection;
    if (connection === undefined || message.type !== 'server_hello') return;
    const isOurs = message.random.every((octet, i) => octet === connection.serverRandom[i]);
    // The network brought a flight twice.
    if (isOurs) return;
    this.#line.provoked('warning', 'unexpected_message', octets, connection.write);
  }

  #helloRequest(octets: Uint8Array, ciphered: boolean): void {
    const { clock, isProvisioned } = this.#options;
    const now = clock.now();
    const authentic = ciphered || isProvisioned?.(this.#line.peers.remote) === true;
    // §10.5.1.1, Appendix B.4: not in the middle of a handshake, from nobody unknown, and not too often.
    if (!authentic || now - this.#helloRequestAt < HELLO_REQUEST_TIME) return;
    if (!this.#fire('T-Unitdata.ind', ['HelloRequest'])) return;
    this.#helloRequestAt = now;
    this.#line.received(octets);
    this.#fire('SEC-Create.req', []);
  }

  #fullFlight(handshake: Handshake, flight: ServerFlight): void {
    const accepted = checkServerHello(
      handshake,
      flight.hello,
      this.#options.sequenceNumberMode ?? 'explicit',
    );
    if (isRefusal(accepted)) {
      this.#refused(accepted);
      return;
    }
    const { suite, parameters } = accepted.offer;
    if (accepted.resumed) {
      this.#refused(refuse('unexpected_message', 'a resumed session has no key exchange'));
      return;
    }
    const part = authenticatedServer(flight, accepted, this.#options, this.#line.peers.remote);
    if (isRefusal(part)) {
      this.#refused(part);
      return;
    }
    const randoms = {
      hash: accepted.spec.mac.hash,
      clientRandom: handshake.hello.random,
      serverRandom: flight.hello.random,
    };
    const { random, secretMaker } = this.#options;
    const exchange = exchangeAsClient(random, suite, parameters, part, randoms, secretMaker);
    if (isRefusal(exchange)) {
      this.#refused(exchange);
      return;
    }
    const answer = answerRequest(handshake, flight, accepted, part, exchange, randoms, this.#options);
    if (isRefusal(answer)) {
      this.#refused(answer);
      return;
    }
    const next: Handshake = {
      ...handshake,
      messages: [...handshake.messages, ...flight.messages],
      accepted,
      certificates: flight.certificates,
      answer,
      masterSecret: answer.masterSecret,
    };
    this.#handshake = { ...next, pending: this.#pend(next, answer.masterSecret) };
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
        this.#refused(refuse('unexpected_message', 'Finished came without ChangeCipherSpec'));
      }
      return;
    }
    this.#line.received(octets);
    const flight = this.#state === 'CREATING' ? (handshake.flight?.messages ?? []) : [];
    const messages = [...handshake.messages, ...flight];
    if (!isServerFinished(handshake, messages, verifyData)) {
      this.#refused(refuse('decrypt_error', 'the Finished of the server does not fit what was said'));
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
  #leave(before: ClientState, { alert, ciphered }: Circumstances): void {
    const inHandshake = before !== 'OPEN' && before !== 'OPENING';
    const closing =
      alert?.description === 'session_close_notify' || alert?.description === 'connection_close_notify';
    this.#line.stopTimer('retransmission');
    this.#handshake = undefined;
    if (inHandshake && this.#connection !== undefined && !closing) {
      this.#state = 'OPEN';
      this.#flush();
      return;
    }
    const session = this.#connection?.session;
    // A fatal alert in cleartext ends the connection, but not the session: anyone may have written it (§10.2.2).
    if (session !== undefined && alert?.level === 'fatal' && ciphered !== false) {
      this.#sessions.forget(this.#sessionKey(), session);
    }
    if (this.#connection !== undefined) {
      this.#line.stopTimer('idle');
      this.#line.stopTimer('prepend');
    }
    this.#prepending = false;
    this.#connection = undefined;
    this.#state = 'NULL';
    const lost = this.#waiting;
    this.#waiting = [];
    const why = alert === undefined ? 'no secure connection came about' : `WTLS: ${formatAlert(alert)}`;
    if (lost.length > 0) this.#line.undeliverable(why);
  }

  #sessionKey(): string {
    return this.#line.peers.remote.address;
  }

  #act(action: ClientAction, circumstances: Circumstances): void {
    const { userData, alert } = circumstances;
    switch (action) {
      case 'T-Unitdata.req (ClientHello)':
        this.#hello();
        break;
      case 'T-Unitdata.req (Alert)':
        this.#sendAlert(circumstances);
        break;
      case 'T-Unitdata.req':
        if (userData) this.#line.send(this.#sealed(userData));
        break;
      case 'Resend the last buffer':
        this.#line.send(this.#buffer);
        break;
      case 'Clear the retransmission timer':
        this.#startRetransmission();
        break;
      case 'Increment the retransmission counter':
        this.#retransmissions++;
        break;
      case 'Create a buffer: Certificate* ClientKeyExchange* CertificateVerify*':
        this.#contents = (this.#handshake?.answer?.messages ?? []).map(
          (message) => [contentTypes.handshake, message] as const,
        );
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
      case 'Send the buffer':
        this.#line.send(this.#buffer);
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
        if (userData) this.#line.send(concat([this.#buffer, this.#sealed(userData)]));
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
        this.#line.tell(action, alert ? formatAlert(alert) : 'the server does not answer', alert);
        if (
          alert?.description === 'connection_close_notify' ||
          alert?.description === 'session_close_notify'
        ) {
          this.#answerClosure(alert.description);
        }
        break;
    }
  }

  #hello(): void {
    const session = this.#sessions.find(this.#sessionKey());
    const handshake = clientHello(this.#options, session, this.#connection);
    this.#handshake = handshake;
    if (handshake.carrier === undefined) this.#line.restart();
    const [hello] = handshake.messages;
    if (hello === undefined) return;
    this.#buffer = this.#line.record(contentTypes.handshake, hello, true, handshake.carrier?.write);
    this.#retransmissions = 0;
    this.#startRetransmission();
    this.#line.send(this.#buffer);
  }

  #startRetransmission(): void {
    this.#line.startTimer('retransmission', this.#options.retransmissionInterval ?? RETRANSMISSION_INTERVAL);
  }

  /** `contents`, ChangeCipherSpec and Finished as one SDU; user data may follow where the handshake is abbreviated. */
  #finish(contents: readonly (readonly [number, Uint8Array])[]): Uint8Array {
    const handshake = this.#handshake;
    if (handshake?.pending === undefined) throw new RangeError('there is no pending state');
    const sent = contents.map(([, message]) => message);
    const messages = [...handshake.messages, ...sent];
    const finished = encodeHandshake({
      type: 'finished',
      verifyData: computeClientFinished(handshake, messages),
    });
    this.#handshake = { ...handshake, messages: [...messages, finished] };
    const carrier = handshake.carrier?.write;
    const records = contents.map(([type, content]) => this.#line.record(type, content, false, carrier));
    const change = this.#line.record(contentTypes.change_cipher_spec, Uint8Array.of(1), false, carrier);
    const last = handshake.accepted?.resumed !== true && contents.length > 0;
    const sealed = this.#line.record(contentTypes.handshake, finished, last, handshake.pending.write);
    return concat([...records, change, sealed]);
  }

  #sealed(userData: Uint8Array): Uint8Array {
    return this.#line.record(contentTypes.application_data, userData, true, this.#connection?.write);
  }

  #sendAlert({ alert }: Circumstances): void {
    const { level, description } = alert ?? {};
    if (level === undefined || typeof level === 'number') return;
    if (description === undefined || typeof description === 'number') return;
    this.#line.alert(level, description, this.#handshake?.carrier?.write ?? this.#openWrite());
  }

  /** Alerts outside a handshake are under the connection's cipher spec. */
  #openWrite() {
    return this.#handshake === undefined ? this.#connection?.write : undefined;
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
    const { pending, accepted } = handshake ?? {};
    if (handshake === undefined || pending === undefined || accepted === undefined) return;
    this.#line.stopTimer('retransmission');
    const session = sessionOf(handshake, this.#options.clock.now());
    if (session === undefined) return;
    const before = this.#connection?.reads[0];
    this.#connection = {
      session,
      write: pending.write,
      reads: [pending.read, ...(before ? [before] : [])],
      clientRandom: handshake.hello.random,
      serverRandom: accepted.serverHello.random,
      abbreviated,
    };
    const key = this.#sessionKey();
    const known = this.#sessions.find(key);
    if (session.id.length > 0) this.#sessions.keep(key, session);
    else if (known !== undefined) this.#sessions.forget(key, known);
    const { masterSecret } = session;
    if (masterSecret.octets) {
      this.#options.keyLog?.({
        peers: this.#line.peers,
        sessionId: session.id,
        clientRandom: handshake.hello.random,
        serverRandom: accepted.serverHello.random,
        masterSecret: masterSecret.octets,
      });
    }
    this.#handshake = undefined;
    this.#lastUse = this.#options.clock.now();
    this.#line.startTimer('idle', this.#options.idleTime ?? IDLE_TIME);
    this.#flush();
  }

  // ---- user data

  #wait(userData: Uint8Array): void {
    if (this.#waiting.length < WAITING_MOST) this.#waiting.push(userData);
    else this.#line.tell('Dropped', 'too many datagrams wait for the handshake');
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const userData of waiting) this.#unitdata(userData);
  }

  #unitdata(userData: Uint8Array): void {
    this.#lastUse = this.#options.clock.now();
    const write = this.#connection?.write;
    // The last sequence number says good-bye (§9.2.3.1); the data go over a new connection.
    if (write !== undefined && write.left <= 1) {
      this.#terminate('critical', 'connection_close_notify');
      this.#wait(userData);
      this.#fire('SEC-Create.req', []);
      return;
    }
    const conditions: ClientCondition[] = this.#prepending ? ['Finished prepending timer is set'] : [];
    this.#fire('SEC-Unitdata.req', conditions, { userData });
  }

  #closeIfIdle(): void {
    const { clock, idleTime = IDLE_TIME } = this.#options;
    const left = this.#lastUse + idleTime - clock.now();
    if (left > 0) this.#line.startTimer('idle', left);
    else this.#terminate('critical', 'connection_close_notify');
  }
}

export function informationOf(session: SecureSession): SecurityInformation {
  const { id, suite, spec, keyRefresh, peerKey, peerCertificates } = session;
  return {
    sessionId: id,
    keyExchange: suite.name,
    spec,
    keyRefresh,
    ...(peerKey && { peerKey }),
    peerCertificates,
  };
}
