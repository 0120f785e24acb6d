/** One secure connection of a server: WAP-261 §7.2, §10.3, §10.4. The security user of §6 is played here, too. */
import type { Peers } from '../address.js';
import { RunningDigest } from '../crypto.js';
import { DecodeError, errorText } from '../errors.js';
import { findRow } from '../machine.js';
import { concat, equalOctets } from '../octets.js';
import type { AlertDescription, AlertLevel } from './alert.js';
import { choose } from './choice.js';
import { type Circumstances, End, type RecordUser, sendAlert } from './end.js';
import { decodeHandshake, encodeHandshake, type HandshakeMessage } from './handshake.js';
import { type Line, pendingStates } from './line.js';
import { HANDSHAKE_TIME, type SecurityInformation, type WtlsServerOptions } from './options.js';
import type { SecurityRequest, WtlsEffect } from './primitives.js';
import type { ReadState, WriteState } from './protection.js';
import { contentTypes, type WtlsRecord } from './record.js';
import { isRefusal, type Refusal, refuse } from './refusal.js';
import {
  addToFlight,
  concludeFlight,
  exchangeMessages,
  helloMessages,
  isClientFinished,
  type ServerHandshake,
  serverVerifyData,
  sessionOfServer,
} from './server-handshake.js';
import { type SessionCache, sessionKey } from './sessions.js';
import { formatCipherSpec } from './suites.js';
import {
  type ServerAction,
  type ServerCondition,
  type ServerEvent,
  type ServerState,
  serverTable,
} from './tables.js';

const empty = new Uint8Array(0);

const FULL_FLIGHT = 'Certificate* ClientKeyExchange* CertificateVerify* ChangeCipherSpec Finished';

export class ServerConnection implements RecordUser {
  readonly #options: WtlsServerOptions;
  readonly #sessions: SessionCache;
  readonly #end: End;
  readonly #line: Line;
  #state: ServerState = 'NULL';
  #handshake: ServerHandshake | undefined;
  /** The last flight, to be sent again when the client's comes again. */
  #buffer: Uint8Array = empty;
  /** The client's last flight, while its repetition may still come. */
  #answered: Uint8Array = empty;
  #sdu: Uint8Array = empty;

  constructor(peers: Peers, options: WtlsServerOptions, sessions: SessionCache) {
    this.#options = options;
    this.#sessions = sessions;
    this.#end = new End(peers, options, sessions);
    this.#line = this.#end.line;
  }

  get state(): ServerState {
    return this.#state;
  }

  inHandshake(): boolean {
    return this.#handshake !== undefined;
  }

  /** Nothing is left of it. */
  isIdle(): boolean {
    return this.#state === 'NULL' && !this.#end.isWaiting();
  }

  information(): SecurityInformation | undefined {
    return this.#end.information();
  }

  send(userData: Uint8Array): readonly WtlsEffect[] {
    if (this.#end.connection === undefined) this.#invite(userData);
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
    this.#end.use();
    if (this.#isRepeated(sdu)) return this.#line.take();
    if (this.#handshake !== undefined) this.#handshake.flight = undefined;
    this.#sdu = sdu;
    const effects = this.#end.receive(sdu, this);
    this.#sdu = empty;
    return effects;
  }

  expired(timer: string): readonly WtlsEffect[] {
    if (timer === 'handshake') this.#abandon('the client did not go on');
    if (timer === 'idle' && this.#end.wasSilent()) this.#terminate('critical', 'connection_close_notify');
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
    this.#state = this.#end.connection === undefined ? 'NULL' : 'OPEN';
    if (this.#end.connection === undefined) this.#end.lose(why);
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

  // ---- what records bring

  reading(): ReadState | undefined {
    return this.#handshake?.reading;
  }

  isNull(): boolean {
    return this.#state === 'NULL';
  }

  /** §10.4: after a short handshake the client repeats Finished until it hears something. */
  onDuplicate({ contentType, sequence }: WtlsRecord): void {
    if (contentType !== contentTypes.handshake) return;
    if (sequence !== 0 || this.#end.connection?.abbreviated !== true) return;
    this.#fire('T-Unitdata.ind', [
      'ChangeCipherSpec Finished',
      'A record identical to the previous Finished is received',
    ]);
  }

  onUserData(userData: Uint8Array, late: boolean): void {
    this.#answered = empty;
    // While a new connection is made, the one that there is goes on; what came over the old one says nothing about the new.
    if (!late && this.#fire('T-Unitdata.ind', ['User data'], { userData })) return;
    if (this.#end.connection !== undefined) this.#line.deliver(userData);
  }

  onAlert(circumstances: Circumstances & Required<Pick<Circumstances, 'alert'>>): void {
    if (this.#state === 'NULL') {
      // It answers a HelloRequest: nothing else was sent.
      this.#fire('T-Unitdata.ind', ['Alert (no_renegotiation)'], circumstances);
      this.#line.stopTimer('handshake');
      this.#end.lose('the client does not want a connection');
      return;
    }
    const isWarning = circumstances.alert.level === 'warning';
    const condition = isWarning ? 'Alert (warning)' : 'Alert (critical or fatal)';
    this.#fire('T-Unitdata.ind', [condition], circumstances);
  }

  #terminate(level: AlertLevel, description: AlertDescription): void {
    this.#fire('SEC-Terminate.req', [], { alert: { level, description } });
  }

  refused(refusal: Refusal): void {
    this.#line.tell('Refused', refusal.reason, refusal);
    this.#terminate(refusal.level, refusal.description);
  }

  // ---- handshake messages

  onHandshake(content: Uint8Array, octets: Uint8Array, ciphered: boolean): void {
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
      this.refused(flight);
      return;
    }
    handshake.flight = flight;
  }

  #decode(content: Uint8Array, octets: Uint8Array, ciphered: boolean): HandshakeMessage | undefined {
    try {
      return decodeHandshake(content, this.#handshake?.chosen.suite.algorithm);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#line.tell('DecodeError', error.message);
      if (this.#handshake !== undefined && ciphered === (this.#handshake.carrier !== undefined)) {
        this.#line.received(octets);
        this.refused(refuse('decode_error', errorText(error)));
      } else if (this.#end.connection === undefined) {
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
    if (this.#end.connection !== undefined && equalOctets(hello.random, this.#end.connection.clientRandom))
      return;
    // Appendix B.4: what there is stays until the new handshake is complete.
    const carrier = ciphered ? this.#end.connection : undefined;
    this.#line.received(octets);
    const chosen = choose(hello, this.#options, this.#sessions);
    if (this.#handshake?.carrier === undefined && carrier === undefined) this.#line.restart();
    if (isRefusal(chosen)) {
      this.#handshake = undefined;
      this.#line.tell('Refused', chosen.reason, chosen);
      this.#line.alert(chosen.level, chosen.description, carrier?.write);
      this.#state = this.#end.connection === undefined ? 'NULL' : this.#quiet();
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
      carrier,
      said: new RunningDigest(chosen.spec.mac.hash),
      heard: undefined,
      flight: undefined,
      masterSecret: undefined,
      peer: undefined,
      pending: undefined,
      reading: undefined,
    };
    this.#handshake.said.update(content);
    this.#line.startTimer('handshake', this.#options.handshakeTime ?? HANDSHAKE_TIME);
    this.#fire('SEC-Create.res', []);
    if (chosen.masterSecret === undefined) this.#fire('SEC-Exchange.req', ['Full handshake']);
    else this.#fire('SEC-Commit.req', ['Optimized or abbreviated handshake']);
  }

  /** The state of a connection that no handshake disturbs. */
  #quiet(): ServerState {
    return this.#state === 'OPENING' ? 'OPENING' : 'OPEN';
  }

  onChangeCipherSpec(content: Uint8Array, octets: Uint8Array, ciphered: boolean): void {
    const handshake = this.#handshake;
    if (handshake === undefined || ciphered !== (handshake.carrier !== undefined)) return;
    if (content.length !== 1 || content[0] !== 1) {
      this.refused(refuse('decode_error', 'ChangeCipherSpec is not 1'));
      return;
    }
    this.#line.received(octets);
    if (this.#state === 'COMMIT') {
      handshake.reading = handshake.pending?.read;
      return;
    }
    if (this.#state !== 'EXCHANGE') return;
    const flight = handshake.flight ?? { messages: [] };
    const concluded = concludeFlight(handshake, flight, this.#options);
    if (isRefusal(concluded)) {
      this.refused(concluded);
      return;
    }
    const { masterSecret, peer, heard } = concluded;
    const pending = pendingStates('server', handshake.chosen, handshake.hello, masterSecret);
    handshake.masterSecret = masterSecret;
    handshake.peer = peer;
    handshake.heard = heard;
    handshake.pending = pending;
    handshake.reading = pending.read;
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
      this.refused(refuse('unexpected_message', 'Finished came without ChangeCipherSpec'));
      return;
    }
    this.#line.received(octets);
    if (!isClientFinished(handshake, verifyData)) {
      this.refused(refuse('decrypt_error', 'the Finished of the client does not fit what was said'));
      return;
    }
    (handshake.heard ?? handshake.said).update(content);
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
  #leave(before: ServerState, circumstances: Circumstances): void {
    const inHandshake = before !== 'OPEN' && before !== 'OPENING';
    this.#line.stopTimer('handshake');
    this.#handshake = undefined;
    if (inHandshake && this.#end.outlives(circumstances)) {
      this.#state = 'OPEN';
      return;
    }
    const id = this.#end.connection?.session.id;
    this.#end.drop(id && sessionKey(id), circumstances);
    this.#answered = empty;
    this.#state = 'NULL';
    this.#end.lose('no secure connection came about');
  }

  #act(action: ServerAction, circumstances: Circumstances): void {
    const { userData } = circumstances;
    switch (action) {
      case 'T-Unitdata.req (HelloRequest)':
        this.#sendHelloRequest();
        break;
      case 'T-Unitdata.req (Alert)':
        sendAlert(this.#line, circumstances, this.#alertWrite());
        break;
      case 'T-Unitdata.req (Alert (duplicate_finished_received))':
        this.#line.alert('warning', 'duplicate_finished_received', this.#end.connection?.write);
        break;
      case 'T-Unitdata.req':
        if (userData) this.#line.send(this.#end.sealed(userData));
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
        this.#end.indicate(action, circumstances, '');
        break;
    }
  }

  #agreement(): string {
    const { chosen } = this.#handshake ?? {};
    if (chosen === undefined) return '';
    const { suite, spec, resumed } = chosen;
    return `${resumed ? 'resumed' : suite.name}, ${formatCipherSpec(spec)}`;
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
    handshake.said.update(...messages);
  }

  #finish(): void {
    const handshake = this.#handshake;
    if (handshake === undefined) return;
    const { chosen, hello, carrier, heard = handshake.said } = handshake;
    const masterSecret = handshake.masterSecret ?? chosen.masterSecret;
    const verifyData = serverVerifyData(handshake, 'server');
    if (masterSecret === undefined || verifyData === undefined) throw new RangeError('nothing is agreed on');
    const pending = handshake.pending ?? pendingStates('server', chosen, hello, masterSecret);
    const finished = encodeHandshake({ type: 'finished', verifyData });
    const { handshake: type, change_cipher_spec: changeType } = contentTypes;
    const change = this.#line.record(changeType, Uint8Array.of(1), false, carrier?.write);
    this.#buffer = concat([this.#buffer, change, this.#line.record(type, finished, true, pending.write)]);
    handshake.masterSecret = masterSecret;
    handshake.pending = pending;
    heard.update(finished);
  }

  /** Alerts of a handshake are under what it runs under, others under the connection's cipher spec. */
  #alertWrite(): WriteState | undefined {
    return this.#handshake === undefined ? this.#end.connection?.write : this.#handshake.carrier?.write;
  }

  /** The pending state has become current in both directions. */
  #establish(abbreviated: boolean): void {
    const { pending, hello, chosen } = this.#handshake ?? {};
    const session = this.#handshake && sessionOfServer(this.#handshake, this.#options.clock.now());
    if (pending === undefined || hello === undefined || chosen === undefined || session === undefined) return;
    const { random: clientRandom } = hello;
    const { random: serverRandom } = chosen.serverHello;
    this.#line.stopTimer('handshake');
    this.#end.establish({ session, ...pending, clientRandom, serverRandom, abbreviated });
    this.#sessions.keep(sessionKey(session.id), session);
    this.#handshake = undefined;
    if (abbreviated) this.#buffer = empty;
    for (const userData of this.#end.takeWaiting()) this.#unitdata(userData);
  }

  // ---- user data and HelloRequest

  #unitdata(userData: Uint8Array): void {
    this.#end.use();
    if (this.#end.connection === undefined) return;
    // The last sequence number says good-bye (§9.2.3.1); the data wait for a new connection.
    if (this.#end.isUsedUp()) {
      this.#state = this.#quiet();
      this.#terminate('critical', 'connection_close_notify');
      this.#invite(userData);
      return;
    }
    // While a new connection is made, data still go over the one that there is.
    if (!this.#fire('SEC-Unitdata.req', [], { userData })) this.#line.send(this.#end.sealed(userData));
  }

  /** Nothing can be sent before the client has made a connection. */
  #invite(userData: Uint8Array): void {
    if (!this.#end.wait(userData)) return;
    if (this.#handshake !== undefined) return;
    this.#requestCreate();
    this.#line.startTimer('handshake', this.#options.handshakeTime ?? HANDSHAKE_TIME);
  }

  /** §10.5.1.1: not again before the client had time to answer. */
  #requestCreate(): void {
    if (!this.#end.mayRequestHello()) return;
    if (this.#fire('SEC-Create-Request.req', [])) this.#end.helloRequested();
  }

  #sendHelloRequest(): void {
    const request = encodeHandshake({ type: 'hello_request' });
    this.#line.send(this.#line.record(contentTypes.handshake, request, true, this.#end.connection?.write));
  }
}
