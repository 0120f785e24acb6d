/** Short messages over SMPP 3.4 as a bearer, and a small message centre that joins such bearers: WAP-159-WDPWCMPAdapt. */
import { createConnection, createServer, type Socket } from 'node:net';
import { type Endpoint, udpEndpoint } from '../wap/address.js';
import { DecodeError, ProtocolError } from '../wap/errors.js';
import type { Datagram, FromBearer } from '../wap/wdp/index.js';
import { NO_PORT } from '../wap/wdp/index.js';
import type { Bearer } from './bearer.js';
import { digits, endsOf, fromMessage, isMessage, tlv, toMessage } from './smpp-datagram.js';
import {
  type Command,
  commandStatuses,
  decodeSmpp,
  encodeSmpp,
  esmClass,
  INTERFACE_VERSION,
  type Smpp,
  type SmppBody,
  smppFrames,
} from './smpp-pdu.js';

/** How long an unbind is waited for: §5.2.4 then disconnects anyway. */
const UNBIND_TIME = 1000;

/** Messages that the centre keeps for one number that is not bound. */
export const KEPT_MESSAGES = 100;

/** Numbers for which the centre keeps messages. */
export const KEPT_NUMBERS = 1000;

export interface SmppOptions {
  readonly host: string;
  readonly port: number;
  readonly systemId: string;
  readonly password: string;
  /** Our telephone number, by which the centre finds us: `+33612345678`. */
  readonly address: string;
  /** How messages are handed over; Default: `data_sm`, which WAP-159 requires. */
  readonly carriage?: 'data_sm' | 'submit_sm';
  /** Whether the centre keeps what cannot be delivered at once. Default: datagram mode. */
  readonly storeAndForward?: boolean;
}

/** Sends and receives PDUs on one connection; answers enquire_link, unbind and what is not understood. */
function connection(socket: Socket, handle: (pdu: Smpp) => void, closed: () => void) {
  const frames = smppFrames();
  let sequence = 0;

  function send(body: SmppBody, answered = ++sequence, status: number = commandStatuses.ESME_ROK): number {
    if (socket.writable) socket.write(encodeSmpp({ ...body, status, sequence: answered }));
    return answered;
  }

  function receive(octets: Uint8Array): void {
    let pdu: Smpp;
    try {
      pdu = decodeSmpp(octets);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      const number = new DataView(octets.buffer, octets.byteOffset).getUint32(12);
      send({ command: 'generic_nack' }, number, commandStatuses.ESME_RSYSERR);
      return;
    }
    if (pdu.command === 'enquire_link') send({ command: 'enquire_link_resp' }, pdu.sequence);
    else if (pdu.command === 'unknown') {
      send({ command: 'generic_nack' }, pdu.sequence, commandStatuses.ESME_RINVCMDID);
    } else if (pdu.command === 'unbind') {
      send({ command: 'unbind_resp' }, pdu.sequence);
      socket.end();
    } else handle(pdu);
  }

  socket.on('data', (chunk) => {
    try {
      for (const octets of frames(chunk)) receive(octets);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      send({ command: 'generic_nack' }, 0, commandStatuses.ESME_RINVCMDLEN);
      socket.destroy();
    }
  });
  // What went wrong shows in `close`, which always follows.
  socket.on('error', () => undefined);
  socket.on('close', closed);
  return { send };
}

/** Binds to a message centre as transceiver. Rejects where the centre refuses or is not there. */
export async function openSmpp(options: SmppOptions): Promise<Bearer> {
  const local: Endpoint = { bearer: 'GSM SMS', address: options.address, port: NO_PORT };
  const mode = options.storeAndForward ? esmClass.storeAndForward : esmClass.datagram;
  const pending = new Map<number, Datagram>();
  /** What the centre kept comes right behind its answer, before anybody listens. */
  const early: FromBearer[] = [];
  let receive: (received: FromBearer) => void = (received) => early.push(received);
  let closing: Promise<void> | undefined;
  let open = false;
  let bound: (pdu: Smpp) => void = () => undefined;
  let gone: () => void = () => undefined;

  const socket = createConnection({ host: options.host, port: options.port });
  const { send } = connection(socket, handle, () => {
    open = false;
    gone();
    for (const datagram of pending.values()) undelivered(datagram, 'the message centre hung up');
    pending.clear();
  });

  function undelivered({ source, destination }: Datagram, error: string): void {
    receive({ type: 'Undelivered', source, destination, error });
  }

  function handle(pdu: Smpp): void {
    if (pdu.command === 'bind_transceiver_resp') bound(pdu);
    else if (pdu.command === 'unbind_resp') socket.end();
    else if (pdu.command === 'data_sm' || pdu.command === 'deliver_sm') {
      const octets = fromMessage(pdu);
      const answer = pdu.command === 'data_sm' ? 'data_sm_resp' : 'deliver_sm_resp';
      send({ command: answer, messageId: '', tlvs: [] }, pdu.sequence);
      const source: Endpoint = { bearer: 'GSM SMS', address: endsOf(pdu).source, port: NO_PORT };
      if (octets) receive({ type: 'Datagram', source, destination: local, octets });
    } else {
      const datagram = pending.get(pdu.sequence);
      pending.delete(pdu.sequence);
      if (datagram && pdu.status !== commandStatuses.ESME_ROK) {
        undelivered(datagram, `the message centre refused with status ${pdu.status}`);
      }
    }
  }

  const answer = await new Promise<Smpp>((resolve, reject) => {
    bound = resolve;
    gone = () => reject(new ProtocolError('SMPP', 'binding', `${options.host}:${options.port} hung up`));
    socket.on('error', reject);
    send({
      command: 'bind_transceiver',
      systemId: options.systemId,
      password: options.password,
      systemType: 'WAP',
      interfaceVersion: INTERFACE_VERSION,
      ton: 1,
      npi: 1,
      addressRange: digits(options.address),
    });
  });
  if (answer.status !== commandStatuses.ESME_ROK) {
    socket.destroy();
    throw new ProtocolError('SMPP', 'binding', `the message centre refused with status ${answer.status}`);
  }
  open = true;
  gone = () => undefined;

  return {
    local,
    send(datagram) {
      if (!open) {
        queueMicrotask(() => undelivered(datagram, 'not bound to a message centre'));
        return;
      }
      const route = { source: options.address, destination: datagram.destination.address, mode };
      pending.set(send(toMessage(datagram.octets, options.carriage ?? 'data_sm', route)), datagram);
    },
    onDatagram(next) {
      receive = next;
      for (const received of early.splice(0)) queueMicrotask(() => receive(received));
    },
    close() {
      closing ??= new Promise((resolve) => {
        receive = () => undefined;
        pending.clear();
        if (!open) return resolve();
        gone = resolve;
        const impatient = setTimeout(() => socket.destroy(), UNBIND_TIME);
        socket.once('close', () => clearTimeout(impatient));
        send({ command: 'unbind' });
      });
      return closing;
    },
  };
}

export interface MessageCentreOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Whether this system may bind. Default: anybody. */
  readonly admit?: (systemId: string, password: string) => boolean;
}

export interface MessageCentre {
  /** Where it listens. */
  readonly local: Endpoint;
  /** Telephone numbers that are bound now. */
  numbers(): readonly string[];
  close(): Promise<void>;
}

type Deliver = (message: SmppBody) => void;

/** A message centre that carries short messages between the systems that are bound to it, each under its number. */
export async function openMessageCentre(options: MessageCentreOptions): Promise<MessageCentre> {
  const bound = new Map<string, Deliver>();
  const kept = new Map<string, SmppBody[]>();
  const sockets = new Set<Socket>();
  let messages = 0;

  /** The status that the sender gets. */
  function route(message: SmppBody & { destination: string; esmClass: number }): number {
    const deliver = bound.get(message.destination);
    const carried =
      message.command === 'submit_sm' ? { ...message, command: 'deliver_sm' as const } : message;
    if (deliver) {
      deliver(carried);
      return commandStatuses.ESME_ROK;
    }
    const mode = message.esmClass & 0x03;
    // What submit_sm does not ask otherwise is stored: the default mode of the centre.
    const stores =
      mode === esmClass.storeAndForward || (message.command === 'submit_sm' && mode === esmClass.default);
    if (!stores) return commandStatuses.ESME_RINVDSTADR;
    const queue = kept.get(message.destination) ?? [];
    if (queue.length >= KEPT_MESSAGES || (queue.length === 0 && kept.size >= KEPT_NUMBERS)) {
      return commandStatuses.ESME_RMSGQFUL;
    }
    kept.set(message.destination, [...queue, carried]);
    return commandStatuses.ESME_ROK;
  }

  function serve(socket: Socket): void {
    sockets.add(socket);
    let number: string | undefined;
    const deliver: Deliver = (message) => {
      send(message);
    };
    const { send } = connection(socket, handle, () => {
      sockets.delete(socket);
      if (number !== undefined && bound.get(number) === deliver) bound.delete(number);
    });

    function handle(pdu: Smpp): void {
      if (
        pdu.command === 'bind_transceiver' ||
        pdu.command === 'bind_receiver' ||
        pdu.command === 'bind_transmitter'
      ) {
        const admitted = options.admit?.(pdu.systemId, pdu.password) ?? true;
        const status = admitted ? commandStatuses.ESME_ROK : commandStatuses.ESME_RBINDFAIL;
        const command = `${pdu.command}_resp` as const satisfies Command;
        const tlvs = [tlv('sc_interface_version', Uint8Array.of(INTERFACE_VERSION))];
        send({ command, systemId: 'wapstack', tlvs }, pdu.sequence, status);
        if (!admitted) return;
        number = digits(pdu.addressRange);
        if (pdu.command === 'bind_transmitter') return;
        bound.set(number, deliver);
        for (const message of kept.get(number) ?? []) deliver(message);
        kept.delete(number);
      } else if (isMessage(pdu)) {
        const status = number === undefined ? commandStatuses.ESME_RINVBNDSTS : route(pdu);
        const command = `${pdu.command}_resp` as const satisfies Command;
        const messageId = status === commandStatuses.ESME_ROK ? String(++messages) : '';
        send({ command, messageId, tlvs: [] }, pdu.sequence, status);
      }
    }
  }

  const server = createServer(serve);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;

  return {
    local: udpEndpoint(options.host, port),
    numbers: () => [...bound.keys()].map((number) => `+${number}`),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
