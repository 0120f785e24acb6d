/** Short messages over SMPP 3.4 as a bearer, from a WAP proxy or a terminal to a message centre: WAP-159-WDPWCMPAdapt. */
import type { Endpoint } from '../wap/address.js';
import { errorText, ProtocolError } from '../wap/errors.js';
import type { Management } from '../wap/layer.js';
import { decodeLatin1 } from '../wap/octets.js';
import { type Millis, seconds } from '../wap/time.js';
import { type Datagram, type FromBearer, NO_PORT } from '../wap/wdp/index.js';
import type { Bearer } from './bearer.js';
import { realScheduler, type Scheduler } from './scheduler.js';
import { contentOf, digits, endsOf, fromMessage, type Message, toMessage } from './smpp-datagram.js';
import { type Link, type LinkOptions, smppLink } from './smpp-link.js';
import {
  commandStatuses,
  ESM_TYPE,
  esmClass,
  INTERFACE_VERSION,
  type MessageState,
  messageStates,
  parameter,
  parameterNumber,
  type Smpp,
  statusName,
} from './smpp-pdu.js';
import { connectTcp, type Stream, type WatchStream } from './smpp-stream.js';
import { stateWords } from './smsc-receipt.js';

/** Requests whose response has not come: more wait. Centres that bound it allow ten or more. */
export const WINDOW = 10;

/** Messages that wait for a response of others: four datagrams of the longest kind. */
export const MAX_WAITING = 1024;

/** Received before anybody listens; what comes then is put off to later. */
export const MAX_EARLY = 1024;

/** Digits of an address on SMPP; E.164 has 15 at most (SMPP 3.4 §5.2.9). */
const MAX_DIGITS = 20;

/** After these, and after the last of them again and again, a lost session is set up anew. */
const RECONNECT: readonly Millis[] = [1, 2, 5, 10, 30, 60].map(seconds);

/** A centre that is too busy is left alone for so long, so many times. */
const BUSY_TIME: Millis = seconds(1);
const BUSY_TIMES = 5;

export interface SmppOptions extends Pick<LinkOptions, 'idle' | 'patience'> {
  readonly host: string;
  readonly port: number;
  readonly systemId: string;
  readonly password: string;
  /** Our telephone number, by which the centre finds us: `+33612345678`. */
  readonly address: string;
  /** How messages are handed over. Default: `data_sm`, which WAP-159 requires. */
  readonly carriage?: 'data_sm' | 'submit_sm';
  /** Whether the centre keeps what cannot be delivered at once. Default: datagram mode. */
  readonly storeAndForward?: boolean;
  /** One session for both directions, or one each (§5.2.3). Default: transceiver. */
  readonly bind?: 'transceiver' | 'transmitter and receiver';
  /** Tells the centre, in data_sm, that terminals are ones of GSM and are to get short messages. */
  readonly gsm?: boolean;
  /** Resolves before it is bound, and goes on trying, where the centre cannot be reached. */
  readonly patient?: boolean;
  readonly scheduler?: Scheduler;
  /** What is there instead of TCP: an end in the same process. */
  readonly connect?: () => Stream;
  /** Sees the octets of every connection. */
  readonly watch?: WatchStream;
  /** Hears when it is bound and when it no longer is. */
  readonly manage?: (news: Management) => void;
}

/** How one message is to be treated, other than all the others. */
export interface Wishes {
  readonly storeAndForward?: boolean;
  readonly validity?: Millis;
  readonly receipt?: boolean;
  /** Whether the centre is to tell when a terminal that is not there comes back: §5.1.7, by data_sm only. */
  readonly alert?: boolean;
}

/** What the centre said to a message. */
export type Submission =
  | { readonly state: 'accepted'; readonly messageId: string }
  | { readonly state: 'refused'; readonly status: number; readonly error: string }
  /** No response came: it may have been taken. */
  | { readonly state: 'lost'; readonly error: string };

/** A delivery receipt: WAP-159 §5.4.8. */
export interface Receipt {
  readonly messageId: string;
  /** `undefined` for a state that SMPP 3.4 has not. */
  readonly state: MessageState | undefined;
  /** The number that the message was for. */
  readonly address: string;
}

export interface SmppBearer extends Bearer {
  /** Like `send`, and tells what the centre said. */
  submit(datagram: Datagram, wishes: Wishes, done: (submission: Submission) => void): void;
  /** Sets who hears of delivery receipts. */
  onReceipt(hear: (receipt: Receipt) => void): void;
  /** Sets who hears that a number, to which a datagram with set_dpf could not go, is there again (§5.3.2). */
  onAlert(hear: (address: string) => void): void;
  /** Whether messages can be sent now. */
  bound(): boolean;
}

interface Job {
  readonly datagram: Datagram;
  readonly wishes: Wishes;
  readonly done: (submission: Submission) => void;
  refusals: number;
}

type Role = 'bind_transceiver' | 'bind_transmitter' | 'bind_receiver';

/** Binds to a message centre. Rejects where the centre refuses, and, unless `patient`, where it is not there. */
export async function openSmpp(options: SmppOptions): Promise<SmppBearer> {
  const client = new Client(options);
  try {
    await client.opened();
  } catch (error) {
    await client.bearer.close();
    throw error;
  }
  return client.bearer;
}

class Client {
  readonly bearer: SmppBearer;
  readonly #options: SmppOptions;
  readonly #scheduler: Scheduler;
  readonly #local: Endpoint;
  readonly #links = new Map<Role, Link>();
  readonly #reconnects = new Map<Role, () => void>();
  readonly #jobs: Job[] = [];
  /** What the centre kept comes right behind its answer, before anybody listens. */
  readonly #early: FromBearer[] = [];
  #receive: ((received: FromBearer) => void) | undefined;
  #receipt: (receipt: Receipt) => void = () => undefined;
  #alert: (address: string) => void = () => undefined;
  #pause: (() => void) | undefined;
  #closing: Promise<void> | undefined;
  #ended: () => void = () => undefined;

  constructor(options: SmppOptions) {
    this.#options = options;
    this.#scheduler = options.scheduler ?? realScheduler;
    this.#local = { bearer: 'GSM SMS', address: options.address, port: NO_PORT };
    this.bearer = {
      local: this.#local,
      send: (datagram) =>
        this.#submit(datagram, {}, (submission) => {
          if (submission.state !== 'accepted') this.#undelivered(datagram, submission.error);
        }),
      submit: (datagram, wishes, done) => this.#submit(datagram, wishes, done),
      onDatagram: (receive) => {
        this.#receive = receive;
        for (const received of this.#early.splice(0)) queueMicrotask(() => this.#receive?.(received));
      },
      onReceipt: (hear) => {
        this.#receipt = hear;
      },
      onAlert: (hear) => {
        this.#alert = hear;
      },
      bound: () => this.#sender() !== undefined,
      close: () => this.#close(),
    };
  }

  /** The first attempt of every role. */
  async opened(): Promise<void> {
    const roles: readonly Role[] =
      this.#options.bind === 'transmitter and receiver'
        ? ['bind_transmitter', 'bind_receiver']
        : ['bind_transceiver'];
    await Promise.all(
      roles.map(
        (role) =>
          new Promise<void>((resolve, reject) =>
            this.#connect(role, 0, (failure, refused) => {
              if (failure === undefined || (this.#options.patient && !refused)) resolve();
              else reject(failure);
            }),
          ),
      ),
    );
  }

  /** @param first hears once what came of the first attempt */
  #connect(role: Role, attempt: number, first: (failure?: Error, refused?: boolean) => void): void {
    const { host, port, connect, watch } = this.#options;
    const failed = (failure: Error, refused = false) => {
      this.#manage('Unbound', failure.message);
      first(failure, refused);
      this.#later(role, attempt);
    };
    if (connect) {
      this.#bind(role, connect(), attempt, first, failed);
      return;
    }
    connectTcp(host, port, watch).then(
      (stream) => this.#bind(role, stream, attempt, first, failed),
      (error: unknown) => {
        failed(
          new ProtocolError('SMPP', 'connecting', `${host}:${port}: ${errorText(error)}`, { cause: error }),
        );
      },
    );
  }

  #bind(
    role: Role,
    stream: Stream,
    attempt: number,
    bound: () => void,
    failed: (failure: Error, refused?: boolean) => void,
  ): void {
    const { systemId, password, address, idle, patience } = this.#options;
    if (this.#closing) {
      stream.destroy();
      return;
    }
    let refusal: ProtocolError | undefined;
    const link = smppLink({
      stream,
      scheduler: this.#scheduler,
      ...(idle !== undefined && { idle }),
      ...(patience !== undefined && { patience }),
      serve: (request) => this.#serve(link, request),
      closed: (reason) => {
        const was = this.#links.get(role) === link;
        if (was) this.#links.delete(role);
        if (this.#closing) {
          if (this.#links.size === 0) this.#ended();
          return;
        }
        if (!was) failed(refusal ?? new ProtocolError('SMPP', 'binding', reason), refusal !== undefined);
        else {
          this.#manage('Unbound', reason);
          this.#fail(reason);
          this.#later(role, 0);
        }
      },
    });
    const number = digits(address);
    const addressing = { ton: 1, npi: 1, addressRange: number };
    const identity = { systemId, password, systemType: 'WAP', interfaceVersion: INTERFACE_VERSION };
    link.request({ command: role, ...identity, ...addressing }, (answer) => {
      if (answer === undefined) return;
      if (answer.status !== commandStatuses.ESME_ROK || answer.command === 'generic_nack') {
        refusal = new ProtocolError(
          'SMPP',
          'binding',
          `the message centre refused: ${statusName(answer.status)}`,
        );
        link.drop(refusal.message);
        return;
      }
      this.#links.set(role, link);
      this.#manage('Bound', `${role} as ${systemId}, attempt ${attempt + 1}`);
      bound();
    });
  }

  #later(role: Role, attempt: number): void {
    if (this.#closing) return;
    const after = RECONNECT[Math.min(attempt, RECONNECT.length - 1)] ?? 0;
    const cancel = this.#scheduler.schedule(after, () => {
      this.#reconnects.delete(role);
      this.#connect(role, attempt + 1, () => undefined);
    });
    this.#reconnects.set(role, cancel);
  }

  #serve(link: Link, request: Smpp): void {
    if (request.command === 'alert_notification') {
      this.#alert(`+${digits(request.source)}`);
    } else if (request.command === 'data_sm' || request.command === 'deliver_sm') {
      const command = request.command === 'data_sm' ? 'data_sm_resp' : 'deliver_sm_resp';
      link.respond({ command, messageId: '', tlvs: [] }, request.sequence, this.#received(request));
    } else {
      link.respond({ command: 'generic_nack' }, request.sequence, commandStatuses.ESME_RINVCMDID);
    }
  }

  /** The status of the response. */
  #received(message: Message): number {
    if ((message.esmClass & ESM_TYPE) === esmClass.receipt) {
      const receipt = receiptOf(message);
      if (receipt) this.#receipt(receipt);
      return commandStatuses.ESME_ROK;
    }
    const octets = fromMessage(message);
    if (octets === undefined) return commandStatuses.ESME_ROK;
    const source: Endpoint = { bearer: 'GSM SMS', address: endsOf(message).source, port: NO_PORT };
    const received: FromBearer = { type: 'Datagram', source, destination: this.#local, octets };
    if (this.#receive) this.#receive(received);
    else if (this.#early.length >= MAX_EARLY) return commandStatuses.ESME_RX_T_APPN;
    else this.#early.push(received);
    return commandStatuses.ESME_ROK;
  }

  #submit(datagram: Datagram, wishes: Wishes, done: (submission: Submission) => void): void {
    if (this.#closing) return;
    const { length } = digits(datagram.destination.address);
    if (length === 0 || length > MAX_DIGITS) {
      const status = commandStatuses.ESME_RINVDSTADR;
      queueMicrotask(() => done({ state: 'refused', status, error: 'this is no telephone number' }));
      return;
    }
    const error = this.#sender() === undefined ? 'not bound to a message centre' : 'too many messages wait';
    if (this.#sender() === undefined || this.#jobs.length >= MAX_WAITING) {
      queueMicrotask(() => done({ state: 'lost', error }));
      return;
    }
    this.#jobs.push({ datagram, wishes, done, refusals: 0 });
    this.#work();
  }

  #work(): void {
    const link = this.#sender();
    while (link !== undefined && this.#pause === undefined && link.outstanding() < WINDOW) {
      const job = this.#jobs.shift();
      if (job === undefined) return;
      link.request(this.#message(job), (answer) => this.#answered(job, answer));
    }
  }

  #message({ datagram, wishes }: Job): Message {
    const { address, carriage = 'data_sm', storeAndForward } = this.#options;
    const stored = wishes.storeAndForward ?? storeAndForward ?? false;
    // Not every centre has a datagram mode for submit_sm: there the default is asked for.
    const otherwise = carriage === 'data_sm' ? esmClass.datagram : esmClass.default;
    return toMessage(datagram.octets, carriage, {
      source: address,
      destination: datagram.destination.address,
      mode: stored ? esmClass.storeAndForward : otherwise,
      ...(wishes.validity !== undefined && { validity: wishes.validity }),
      ...(wishes.receipt && { receipt: true }),
      ...(wishes.alert && { alert: true }),
      ...(this.#options.gsm && { gsm: true }),
    });
  }

  #answered(job: Job, answer: Smpp | undefined): void {
    if (answer === undefined) job.done({ state: 'lost', error: 'the message centre hung up' });
    else if (answer.status === commandStatuses.ESME_ROK) {
      job.done({ state: 'accepted', messageId: 'messageId' in answer ? answer.messageId : '' });
    } else if (busy.has(answer.status) && job.refusals < BUSY_TIMES) {
      job.refusals++;
      this.#jobs.unshift(job);
      this.#pause ??= this.#scheduler.schedule(BUSY_TIME, () => {
        this.#pause = undefined;
        this.#work();
      });
    } else {
      const error = `the message centre refused: ${statusName(answer.status)}`;
      job.done({ state: 'refused', status: answer.status, error });
    }
    this.#work();
  }

  #sender(): Link | undefined {
    return this.#links.get('bind_transceiver') ?? this.#links.get('bind_transmitter');
  }

  /** What waits when nobody can send it any more. */
  #fail(error: string): void {
    if (this.#sender() !== undefined) return;
    for (const job of this.#jobs.splice(0)) job.done({ state: 'lost', error });
  }

  #undelivered({ source, destination }: Datagram, error: string): void {
    this.#receive?.({ type: 'Undelivered', source, destination, error });
  }

  #manage(type: string, text: string): void {
    if (!this.#closing) this.#options.manage?.({ type, layer: 'SMPP', text });
  }

  #close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#receive = () => undefined;
      this.#pause?.();
      this.#jobs.length = 0;
      for (const cancel of this.#reconnects.values()) cancel();
      if (this.#links.size === 0) resolve();
      this.#ended = resolve;
      for (const link of this.#links.values()) link.unbind();
    });
    return this.#closing;
  }
}

/** Statuses that will not be the same a little later. */
const busy = new Set<number>([commandStatuses.ESME_RTHROTTLED, commandStatuses.ESME_RMSGQFUL]);

/** WAP-159 §5.4.8 by parameters, SMPP 3.4 Appendix B by text. */
function receiptOf(message: Message): Receipt | undefined {
  const text = decodeLatin1(contentOf(message) ?? new Uint8Array(0));
  const id = parameter(message.tlvs, 'receipted_message_id');
  const messageId = id ? decodeLatin1(id).replace(/\0.*$/s, '') : /\bid:(\S+)/.exec(text)?.[1];
  if (messageId === undefined || messageId === '') return undefined;
  const number = parameterNumber(message.tlvs, 'message_state');
  const word = /\bstat:(\S+)/.exec(text)?.[1];
  const state = Object.entries(messageStates).find(([name, value]) =>
    number === undefined ? word !== undefined && stateWords[name as MessageState] === word : value === number,
  );
  return { messageId, state: state?.[0] as MessageState | undefined, address: endsOf(message).source };
}
