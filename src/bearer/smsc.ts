/**
 * A message centre for the demonstration and for tests: SMPP 3.4 towards WAP proxies and terminals, each under its number. It keeps
 * messages, hands them over, tells what became of them. WAP-159-WDPWCMPAdapt calls it the Wireless Data Gateway.
 */
import { createServer, type Socket } from 'node:net';
import { type Endpoint, udpEndpoint } from '../wap/address.js';
import { type Millis, seconds } from '../wap/time.js';
import { realScheduler, type Scheduler } from './scheduler.js';
import { contentOf, digits, handedOver, isMessage, type Message } from './smpp-datagram.js';
import { type Link, type LinkOptions, smppLink } from './smpp-link.js';
import {
  commandStatuses,
  ESM_MODE,
  ESM_TYPE,
  esmClass,
  INTERFACE_VERSION,
  type MessageState,
  numberTlv,
  parameterNumber,
  type Smpp,
} from './smpp-pdu.js';
import { type Stream, streamPair, tcpStream, type WatchStream } from './smpp-stream.js';
import { decodeTime } from './smpp-time.js';
import { type Entry, type MessageStore, messageQueue, type Receiver } from './smsc-queue.js';
import { receiptFor } from './smsc-receipt.js';

/** Connections at the same time. */
export const MAX_CONNECTIONS = 500;

/** session_init_timer: who has not bound by then is cut off (SMPP 3.4 §7.2). */
export const BIND_TIME: Millis = seconds(10);

/** How long a message lives that asks for nothing, and the most that it may ask for. */
export const VALIDITY: Millis = 86_400_000;
export const LONGEST_VALIDITY: Millis = 7 * VALIDITY;

/** Messages a second from one session, and so many at once. */
export const DEFAULT_RATE = 500;

/** Numbers whose return is told to somebody (set_dpf), the oldest makes room; and to how many. */
export const MAX_ALERTS = 1000;
export const MAX_ALERTED = 16;

/** A system that may bind. */
export interface SystemAccount {
  readonly systemId: string;
  readonly password: string;
  /** The numbers that it may bind and send as, `+33612345678`; none: any. The first is meant where it names none. */
  readonly addresses: readonly string[];
}

export type MessageCentreEvent =
  | { readonly type: 'bound' | 'unbound'; readonly systemId: string; readonly address: string }
  | {
      readonly type: 'message';
      readonly state: MessageState;
      readonly id: string;
      readonly source: string;
      readonly destination: string;
      readonly octets: number;
    };

export interface MessageCentreOptions extends Pick<LinkOptions, 'idle' | 'patience'> {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Who may bind. Default: anybody. A terminal, whose system id is its number, needs no account. */
  readonly accounts?: readonly SystemAccount[];
  /** The password of terminals. Default: any. */
  readonly terminalPassword?: string;
  /** Where messages outlive the centre. Left out: they are forgotten with it. */
  readonly store?: MessageStore;
  /** Messages a second from one session. */
  readonly rate?: number;
  readonly scheduler?: Scheduler;
  readonly observe?: (event: MessageCentreEvent) => void;
  /** Sees the octets of each connection. */
  readonly watch?: (client: Endpoint) => WatchStream;
}

export interface MessageCentre {
  /** Where it listens. */
  readonly local: Endpoint;
  /** Telephone numbers that are bound now. */
  numbers(): readonly string[];
  /** Messages that are kept or on their way. */
  messages(): number;
  /** A connection from within the process. */
  connect(): Stream;
  close(): Promise<void>;
}

/** Starts a message centre on TCP. */
export async function openMessageCentre(options: MessageCentreOptions): Promise<MessageCentre> {
  const centre = messageCentre(options);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const client = udpEndpoint(socket.remoteAddress ?? '', socket.remotePort ?? 0);
    centre.serve(tcpStream(socket, options.watch?.(client)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  return {
    local: udpEndpoint(options.host, port),
    numbers: centre.numbers,
    messages: centre.messages,
    connect: centre.connect,
    close: () =>
      new Promise((resolve) => {
        centre.close();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

interface Session {
  readonly link: Link;
  readonly systemId: string;
  /** Digits; empty for a transmitter that named none. */
  readonly number: string;
  readonly account: SystemAccount | undefined;
  readonly sends: boolean;
  readonly receives: boolean;
  /** Takes data_sm: it said that it is a WAP proxy (§5.4.1.1). */
  readonly wap: boolean;
  /** Messages that it may send now, and since when. */
  tokens: number;
  filled: Millis;
}

/** A message that may be kept. */
interface Accepted {
  readonly entry: Entry;
  readonly notBefore: Millis;
}

/** The centre without its socket. */
export interface Centre extends Pick<MessageCentre, 'numbers' | 'messages' | 'connect'> {
  serve(stream: Stream): void;
  close(): void;
}

export function messageCentre(options: Omit<MessageCentreOptions, 'host' | 'port'>): Centre {
  const scheduler = options.scheduler ?? realScheduler;
  const rate = options.rate ?? DEFAULT_RATE;
  const links = new Set<Link>();
  /** By number, the youngest last: it gets the messages, since an older one may have vanished without a word. */
  const receivers = new Map<string, Session[]>();
  /** Who is told when a number is there again: destinations, each with sources. */
  const alerts = new Map<string, Set<string>>();
  // Ids of before must not come again: receipts speak of them.
  let messages = options.store === undefined ? 0 : scheduler.now();

  const queue = messageQueue({
    scheduler,
    receiver,
    settled,
    ...(options.store && { store: options.store }),
  });

  function receiver(number: string): Receiver | undefined {
    const session = receivers.get(number)?.at(-1);
    if (session === undefined) return undefined;
    return (message, answered) =>
      session.link.request(handedOver(message, session.wap), (response) => answered(response?.status));
  }

  function settled(entry: Entry, state: MessageState): void {
    tell(entry, state);
    const wanted = entry.receipt === 'always' || (entry.receipt === 'failure' && state !== 'DELIVERED');
    if (!wanted) return;
    const at = scheduler.now();
    const message = receiptFor(entry, state, at);
    const { source: destination, destination: source } = entry;
    const life = { accepted: at, expires: at + VALIDITY, stored: true, receipt: 'never' } as const;
    queue.add({ id: String(++messages), message, source, destination, octets: 0, ...life }, at);
  }

  function tell({ id, source, destination, octets }: Entry, state: MessageState): void {
    const ends = { source: `+${source}`, destination: `+${destination}` };
    options.observe?.({ type: 'message', state, id, ...ends, octets });
  }

  function serve(stream: Stream): void {
    if (links.size >= MAX_CONNECTIONS) {
      stream.listen({ data: () => undefined, closed: () => undefined });
      stream.destroy();
      return;
    }
    let session: Session | undefined;
    const cancel = scheduler.schedule(BIND_TIME, () => link.drop('it does not bind'));
    const { idle, patience } = options;
    const link: Link = smppLink({
      stream,
      scheduler,
      ...(idle !== undefined && { idle }),
      ...(patience !== undefined && { patience }),
      serve(request) {
        if (isBind(request)) {
          if (session !== undefined) {
            respondBind(link, request, commandStatuses.ESME_RALYBND);
            return;
          }
          session = bind(link, request);
          if (session !== undefined) cancel();
        } else if (isMessage(request)) submitted(link, session, request);
        else link.respond({ command: 'generic_nack' }, request.sequence, commandStatuses.ESME_RINVCMDID);
      },
      closed() {
        cancel();
        links.delete(link);
        if (session !== undefined) unbound(session);
      },
    });
    links.add(link);
  }

  function bind(link: Link, request: Bind): Session | undefined {
    const account = options.accounts?.find(({ systemId }) => systemId === request.systemId);
    const number = numberOf(request, account);
    const status = refusal(request, account, number);
    respondBind(link, request, status);
    if (status !== commandStatuses.ESME_ROK) return undefined;
    const session: Session = {
      link,
      systemId: request.systemId,
      number,
      account,
      sends: request.command !== 'bind_receiver',
      receives: request.command !== 'bind_transmitter' && number !== '',
      wap: request.systemType === 'WAP' && request.interfaceVersion >= INTERFACE_VERSION,
      tokens: rate,
      filled: scheduler.now(),
    };
    options.observe?.({ type: 'bound', systemId: session.systemId, address: `+${number}` });
    if (!session.receives) return session;
    receivers.set(number, [...(receivers.get(number) ?? []), session]);
    queue.work(number);
    alert(number);
    return session;
  }

  /** SMPP 3.4 §4.1: which status refuses. */
  function refusal(request: Bind, account: SystemAccount | undefined, number: string): number {
    if (account === undefined) {
      if (options.accounts === undefined) return commandStatuses.ESME_ROK;
      const terminal = number !== '' && digits(request.systemId) === number;
      if (!terminal) return commandStatuses.ESME_RBINDFAIL;
      const admitted =
        options.terminalPassword === undefined || options.terminalPassword === request.password;
      return admitted ? commandStatuses.ESME_ROK : commandStatuses.ESME_RINVPASWD;
    }
    if (account.password !== request.password) return commandStatuses.ESME_RINVPASWD;
    return own(account, number) ? commandStatuses.ESME_ROK : commandStatuses.ESME_RBINDFAIL;
  }

  function unbound(session: Session): void {
    options.observe?.({ type: 'unbound', systemId: session.systemId, address: `+${session.number}` });
    const others = (receivers.get(session.number) ?? []).filter((other) => other !== session);
    if (others.length === 0) receivers.delete(session.number);
    else receivers.set(session.number, others);
    queue.work(session.number);
  }

  function submitted(link: Link, session: Session | undefined, request: Smpp & Message): void {
    const outcome = session === undefined ? commandStatuses.ESME_RINVBNDSTS : accept(session, request);
    const status = typeof outcome === 'number' ? outcome : keep(outcome);
    const messageId =
      typeof outcome !== 'number' && status === commandStatuses.ESME_ROK ? outcome.entry.id : '';
    // §5.1.7: who asked for it is told that the flag was set.
    const flagged = status === commandStatuses.ESME_RDELIVERYFAILURE && wantsAlert(request);
    const tlvs = flagged ? [numberTlv('dpf_result', 1, 1)] : [];
    const { command, sequence } = request;
    link.respond({ command: `${command}_resp`, messageId, tlvs }, sequence, status);
  }

  function keep({ entry, notBefore }: Accepted): number {
    if (!queue.add(entry, notBefore)) return commandStatuses.ESME_RMSGQFUL;
    tell(entry, 'ACCEPTED');
    return commandStatuses.ESME_ROK;
  }

  /** The status that refuses it, or the message as it is kept. */
  function accept(session: Session, request: Smpp & Message): number | Accepted {
    if (!session.sends || request.command === 'deliver_sm') return commandStatuses.ESME_RINVBNDSTS;
    if (!spend(session)) return commandStatuses.ESME_RTHROTTLED;
    const { status: _status, sequence: _sequence, ...message } = request;
    const source = digits(message.source) || session.number;
    const destination = digits(message.destination);
    if (source === '' || !mayUse(session, source)) return commandStatuses.ESME_RINVSRCADR;
    if (destination === '') return commandStatuses.ESME_RINVDSTADR;
    const octets = contentOf(message)?.length ?? 0;
    if (octets === 0) return commandStatuses.ESME_RINVMSGLEN;
    const mode = message.esmClass & ESM_MODE;
    if (mode === TRANSACTION || (message.esmClass & ESM_TYPE) !== 0) return commandStatuses.ESME_RINVESMCLASS;
    const times = timesOf(message, scheduler.now());
    if (typeof times === 'number') return times;
    // What submit_sm does not ask otherwise is stored: the default mode of this centre.
    const stored =
      mode === esmClass.storeAndForward || (message.command === 'submit_sm' && mode === esmClass.default);
    if (!stored && !receivers.has(destination)) {
      if (wantsAlert(message)) remember(destination, source);
      return message.command === 'data_sm'
        ? commandStatuses.ESME_RDELIVERYFAILURE
        : commandStatuses.ESME_RINVDSTADR;
    }
    const id = String(++messages);
    const receipt = receiptWishes[message.registeredDelivery & 0x03] ?? 'never';
    const { notBefore, ...life } = times;
    const entry = {
      id,
      message: { ...message, source },
      source,
      destination,
      octets,
      ...life,
      stored,
      receipt,
    };
    return { entry, notBefore };
  }

  /** A bucket that fills at the rate and holds a second's worth. */
  function spend(session: Session): boolean {
    const now = scheduler.now();
    session.tokens = Math.min(rate, session.tokens + ((now - session.filled) * rate) / 1000);
    session.filled = now;
    if (session.tokens < 1) return false;
    session.tokens--;
    return true;
  }

  /** Who has no account is a terminal, or a guest of a centre that is open to anybody. */
  function mayUse(session: Session, source: string): boolean {
    if (session.account !== undefined) return own(session.account, source);
    return source === session.number || session.number === '';
  }

  function remember(destination: string, source: string): void {
    const sources = alerts.get(destination) ?? new Set();
    if (sources.size < MAX_ALERTED) sources.add(source);
    alerts.delete(destination);
    alerts.set(destination, sources);
    const [oldest] = alerts.keys();
    if (alerts.size > MAX_ALERTS && oldest !== undefined) alerts.delete(oldest);
  }

  function alert(number: string): void {
    for (const source of alerts.get(number) ?? []) {
      const session = receivers.get(source)?.at(-1);
      session?.link.notify({
        command: 'alert_notification',
        sourceTon: 1,
        sourceNpi: 1,
        source: number,
        esmeTon: 1,
        esmeNpi: 1,
        esme: source,
        tlvs: [numberTlv('ms_availability_status', 1, 0)],
      });
    }
    alerts.delete(number);
  }

  return {
    serve,
    numbers: () => [...receivers.keys()].map((number) => `+${number}`),
    messages: queue.size,
    connect() {
      const [here, there] = streamPair(scheduler);
      serve(there);
      return here;
    },
    close() {
      queue.close();
      for (const link of [...links]) link.drop('the centre closes');
    },
  };
}

type Bind = Extract<Smpp, { command: 'bind_receiver' | 'bind_transmitter' | 'bind_transceiver' }>;

function isBind(pdu: Smpp): pdu is Bind {
  return (
    pdu.command === 'bind_transceiver' ||
    pdu.command === 'bind_receiver' ||
    pdu.command === 'bind_transmitter'
  );
}

function respondBind(link: Link, { command, sequence }: Bind, status: number): void {
  const tlvs = [numberTlv('sc_interface_version', 1, INTERFACE_VERSION)];
  link.respond({ command: `${command}_resp`, systemId: 'wapstack', tlvs }, sequence, status);
}

/** address_range as a single address (§5.4.1.1); else the first of the account, else a system id that is a number. */
function numberOf({ addressRange, systemId }: Bind, account: SystemAccount | undefined): string {
  const named = digits(addressRange);
  if (named !== '') return named;
  const [first] = account?.addresses ?? [];
  if (first !== undefined) return digits(first);
  return /^\+?\d+$/.test(systemId) ? digits(systemId) : '';
}

function own({ addresses }: SystemAccount, number: string): boolean {
  return addresses.length === 0 || addresses.some((address) => digits(address) === number);
}

/** The mode in which the response tells of the delivery itself (SMPP 3.4 §2.10.3): not offered. */
const TRANSACTION = 0x02;

/** registered_delivery, SMPP 3.4 §5.2.17. */
const receiptWishes = ['never', 'always', 'failure'] as const;

function wantsAlert(message: Message): boolean {
  return parameterNumber(message.tlvs, 'set_dpf') === 1;
}

interface Times {
  readonly accepted: Millis;
  readonly notBefore: Millis;
  readonly expires: Millis;
}

/** From when and until when it may be delivered, or the status that refuses its times. */
function timesOf(message: Message, now: Millis): Times | number {
  const latest = now + LONGEST_VALIDITY;
  if (message.command === 'data_sm') {
    const life = parameterNumber(message.tlvs, 'qos_time_to_live');
    const expires = life === undefined ? now + VALIDITY : Math.min(now + seconds(life), latest);
    return { accepted: now, notBefore: now, expires };
  }
  const { scheduleDeliveryTime, validityPeriod } = message;
  const notBefore = scheduleDeliveryTime === '' ? now : decodeTime(scheduleDeliveryTime, now);
  if (notBefore === undefined || notBefore > latest) return commandStatuses.ESME_RINVSCHED;
  const expires =
    validityPeriod === '' ? Math.max(now, notBefore) + VALIDITY : decodeTime(validityPeriod, now);
  if (expires === undefined || expires <= now) return commandStatuses.ESME_RINVEXPIRY;
  return { accepted: now, notBefore, expires: Math.min(expires, latest) };
}
