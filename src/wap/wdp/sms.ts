/** Datagrams over GSM short messages: WAP-259-WDP §6.3, with control messages after WAP-202-WCMP §5.4.1. */
import type { Endpoint } from '../address.js';
import { DecodeError, UsageError } from '../errors.js';
import type { Effect, Layer } from '../layer.js';
import { concat } from '../octets.js';
import { type Millis, seconds } from '../time.js';
import type { Datagram, DatagramIndication, DatagramRequest, FromBearer } from './primitives.js';
import { decodeTextMessage, hasTextHeader } from './sms-text.js';
import {
  decodeShortMessage,
  encodeShortMessage,
  type Fragment,
  type PortAddress,
  type ShortMessage,
} from './udh.js';
import {
  decodeWcmp,
  encodeWcmp,
  gsmAddress,
  gsmDigits,
  reassemblyCodes,
  unreachableCodes,
  type Wcmp,
} from './wcmp.js';

/** Octets of one short message, header included: Appendix D.2. */
export const SHORT_MESSAGE_OCTETS = 140;

/** Header of a datagram that fits one message: length, port element. */
const PORT_HEADER = 7;
/** The element of a segment, with an 8-bit and a 16-bit reference. */
const SHORT_ELEMENT = 5;
const LONG_ELEMENT = 6;

/** Segments that can be counted: Figure 6-1. */
const MOST_SEGMENTS = 255;

/** Datagrams under re-assembly at once; the oldest makes room. */
export const MAX_REASSEMBLIES = 256;

/** Octets of a datagram that is re-assembled: what 255 segments of the long form hold, by default. */
export const LARGEST_DATAGRAM = MOST_SEGMENTS * (SHORT_MESSAGE_OCTETS - PORT_HEADER - LONG_ELEMENT);

/** How long the segments of one datagram may take: interval W of WAP-224 Appendix A for this bearer. */
export const REASSEMBLY_TIME: Millis = seconds(300);

/** A short message has no port of its own: the ends of the bearer's datagrams have this one. */
export const NO_PORT = 0;

export interface SmsOptions {
  /** Telephone number and port that this stack serves. */
  readonly local: Endpoint;
  /** Whether references have 16 bits: fixed devices must send that form (§6.3.2). */
  readonly long: boolean;
  /** The first reference number. */
  readonly firstReference?: number;
  /** Whether anybody at this number listens on a port; without it, only this stack. */
  readonly listens?: (port: number) => boolean;
  /** Whether this stack speaks for the node: answers echo requests, tells of unreachable ports. Default: yes. */
  readonly control?: boolean;
  readonly largestDatagram?: number;
  readonly reassemblyTime?: Millis;
}

type SmsEffect = Effect<DatagramIndication, Datagram>;

export type SmsWdp = Layer<DatagramRequest, DatagramIndication, FromBearer, Datagram> & {
  /** Asks the other node for an echo (§5.5.3.5); the answer comes as `EchoReply` to the management. */
  echo(destination: Endpoint, identifier: number, sequence: number, data: Uint8Array): readonly SmsEffect[];
};

interface Reassembly {
  readonly source: Endpoint;
  readonly ports: PortAddress;
  readonly total: number;
  readonly segments: Map<number, Uint8Array>;
}

export function smsWdp(options: SmsOptions): SmsWdp {
  const layer = new Adaptation(options);
  return {
    name: 'WDP',
    fromAbove: (request) => layer.request(request),
    fromBelow: (received) => layer.received(received),
    expired: (timer) => layer.expired(timer),
    echo: (destination, identifier, sequence, data) =>
      layer.control(destination, { pdu: 'Echo Request', code: 0, identifier, sequence, data }),
  };
}

class Adaptation {
  readonly #options: SmsOptions;
  readonly #reassemblies = new Map<string, Reassembly>();
  #reference: number;

  constructor(options: SmsOptions) {
    this.#options = options;
    this.#reference = options.firstReference ?? 1;
  }

  request({ source, destination, userData }: DatagramRequest): readonly SmsEffect[] {
    const { local, long } = this.#options;
    if (source.port !== local.port)
      throw new UsageError(`port ${source.port} is not the one served, ${local.port}`);
    const ports = { destination: destination.port, originator: source.port };
    const down = (message: ShortMessage): SmsEffect => this.#down(destination, encodeShortMessage(message));
    if (userData.length <= SHORT_MESSAGE_OCTETS - PORT_HEADER) {
      return [down({ ports, fragment: undefined, wcmp: undefined, userData })];
    }
    const room = SHORT_MESSAGE_OCTETS - PORT_HEADER - (long ? LONG_ELEMENT : SHORT_ELEMENT);
    const total = Math.ceil(userData.length / room);
    if (total > MOST_SEGMENTS) {
      const error = `${userData.length} octets need more than ${MOST_SEGMENTS} short messages`;
      return [{ up: { type: 'T-DError.ind', source, destination, error } }];
    }
    // Figure 6-1 counts modulo 0xFFFF, GSM 03.40 the short form modulo 256.
    const reference = this.#reference % (long ? 0xffff : 0x100);
    this.#reference = reference + 1;
    return Array.from({ length: total }, (_, i) =>
      down({
        ports,
        fragment: { long, reference, total, sequence: i + 1 },
        wcmp: undefined,
        userData: userData.subarray(i * room, (i + 1) * room),
      }),
    );
  }

  received(received: FromBearer): readonly SmsEffect[] {
    const { local } = this.#options;
    if (received.type === 'Undelivered') {
      const { destination, error } = received;
      return [{ up: { type: 'T-DError.ind', source: local, destination, error } }];
    }
    const { source, octets } = received;
    let message: ShortMessage | undefined;
    try {
      message = hasTextHeader(octets) ? decodeTextMessage(octets) : decodeShortMessage(octets);
      if (message?.wcmp) return this.#controlled(source, decodeWcmp(message.wcmp));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return [manage('DecodeError', error.message)];
    }
    if (message?.ports === undefined)
      return [manage('NoPorts', 'a short message without ports is not for WDP')];
    return this.#segment(source, message.ports, message.fragment, message.userData);
  }

  expired(timer: string): readonly SmsEffect[] {
    const key = timer.slice('WDP/'.length);
    const reassembly = this.#reassemblies.get(key);
    if (reassembly === undefined) return [];
    this.#reassemblies.delete(key);
    const news = manage(
      'ReassemblyFailure',
      `${reassembly.segments.size} of ${reassembly.total} segments came in time`,
    );
    // §5.5.3.4: without the first segment nothing is sent.
    if (!reassembly.segments.has(1)) return [news];
    const code = reassemblyCodes['Reassembly time exceeded'];
    return [
      news,
      ...this.control(reassembly.source, {
        pdu: 'Reassembly Failure',
        code,
        ...this.#original(reassembly.ports),
      }),
    ];
  }

  /** A control message to another node: one that does not fit a short message is cut to it (§5.5.3.5). */
  control(destination: Endpoint, message: Wcmp): readonly SmsEffect[] {
    const wcmp = encodeWcmp(message).subarray(0, SHORT_MESSAGE_OCTETS - 3);
    const none = new Uint8Array(0);
    return [
      this.#down(
        destination,
        encodeShortMessage({ ports: undefined, fragment: undefined, wcmp, userData: none }),
      ),
    ];
  }

  #down(destination: Endpoint, octets: Uint8Array): SmsEffect {
    const source = { ...this.#options.local, port: NO_PORT };
    return { down: { type: 'Datagram', source, destination: { ...destination, port: NO_PORT }, octets } };
  }

  /** What an error message says about the datagram that it is about. */
  #original({ destination, originator }: PortAddress) {
    return {
      destinationPort: destination,
      originatorPort: originator,
      ...gsmAddress(this.#options.local.address),
    };
  }

  #segment(
    source: Endpoint,
    ports: PortAddress,
    fragment: Fragment | undefined,
    userData: Uint8Array,
  ): readonly SmsEffect[] {
    if (ports.destination !== this.#options.local.port) return this.#elsewhere(source, ports, fragment);
    if (fragment === undefined) return [this.#up(source, ports, userData)];
    const { long, reference, total, sequence } = fragment;
    const most = this.#options.largestDatagram ?? LARGEST_DATAGRAM;
    if ((total - 1) * userData.length > most) return this.#tooBig(source, ports, sequence, most);

    const key = [source.address, ports.originator, long ? 'long' : 'short', reference, total].join('|');
    const reassembly = this.#reassemblies.get(key);
    const segments = reassembly?.segments ?? new Map<number, Uint8Array>();
    if (segments.has(sequence)) return [];
    segments.set(sequence, userData);
    if (segments.size === total) {
      this.#reassemblies.delete(key);
      const parts = Array.from({ length: total }, (_, i) => segments.get(i + 1) ?? new Uint8Array(0));
      return [{ stopTimer: `WDP/${key}` }, this.#up(source, ports, concat(parts))];
    }
    if (reassembly) return [];
    this.#reassemblies.set(key, { source, ports, total, segments });
    const after = this.#options.reassemblyTime ?? REASSEMBLY_TIME;
    return [...this.#makeRoom(), { startTimer: `WDP/${key}`, after }];
  }

  #makeRoom(): readonly SmsEffect[] {
    if (this.#reassemblies.size <= MAX_REASSEMBLIES) return [];
    const [oldest] = this.#reassemblies;
    if (oldest === undefined) return [];
    const [key, { source, ports, segments }] = oldest;
    this.#reassemblies.delete(key);
    const stop = { stopTimer: `WDP/${key}` };
    if (!segments.has(1)) return [stop];
    const code = reassemblyCodes['Buffer Overflow'];
    return [stop, ...this.control(source, { pdu: 'Reassembly Failure', code, ...this.#original(ports) })];
  }

  #up(source: Endpoint, ports: PortAddress, userData: Uint8Array): SmsEffect {
    const from = { ...source, port: ports.originator };
    return { up: { type: 'T-DUnitdata.ind', source: from, destination: this.#options.local, userData } };
  }

  /** §5.5.3.1: told once a datagram, so of the segments the first alone is answered. */
  #elsewhere(source: Endpoint, ports: PortAddress, fragment: Fragment | undefined): readonly SmsEffect[] {
    if (this.#options.listens?.(ports.destination) || this.#options.control === false) return [];
    if (fragment !== undefined && fragment.sequence !== 1) return [];
    const code = unreachableCodes['Port unreachable'];
    return this.control(source, { pdu: 'Destination Unreachable', code, ...this.#original(ports) });
  }

  /** §5.5.3.3: told when the first segment comes; the others are dropped without a word. */
  #tooBig(source: Endpoint, ports: PortAddress, sequence: number, maximum: number): readonly SmsEffect[] {
    if (sequence !== 1) return [];
    return this.control(source, { pdu: 'Message Too Big', code: 0, ...this.#original(ports), maximum });
  }

  #controlled(source: Endpoint, message: Wcmp): readonly SmsEffect[] {
    switch (message.pdu) {
      case 'Destination Unreachable':
      case 'Message Too Big':
      case 'Reassembly Failure':
        if (message.originatorPort !== this.#options.local.port) return [];
        return [this.#error(source, message)];
      case 'Parameter Problem':
        return [manage('ParameterProblem', `${source.address}: octet ${message.index} of a header is wrong`)];
      case 'Echo Request':
        return this.#options.control === false ? [] : this.control(source, { ...message, pdu: 'Echo Reply' });
      case 'Echo Reply':
        return [manage('EchoReply', `${source.address}: ${message.identifier} ${message.sequence}`)];
      case 'Unknown':
        return [manage('Unknown', `control message of type ${message.type}, code ${message.code}`)];
    }
  }

  #error(
    source: Endpoint,
    message: Extract<Wcmp, { pdu: 'Destination Unreachable' | 'Message Too Big' | 'Reassembly Failure' }>,
  ): SmsEffect {
    const digits = gsmDigits(message.address);
    const same = digits === source.address.replace(/[^0-9]/g, '');
    const address = same || digits === '' ? source.address : `+${digits}`;
    const destination = { ...source, address, port: message.destinationPort };
    return {
      up: { type: 'T-DError.ind', source: this.#options.local, destination, error: sentence(message) },
    };
  }
}

function sentence(message: Extract<Wcmp, { code: number }>): string {
  if (message.pdu === 'Message Too Big') return `Message Too Big: ${message.maximum} octets at most`;
  const codes: Readonly<Record<string, number>> =
    message.pdu === 'Destination Unreachable' ? unreachableCodes : reassemblyCodes;
  const [name] = Object.entries(codes).find(([, code]) => code === message.code) ?? [`code ${message.code}`];
  return `${message.pdu}: ${name}`;
}

function manage(type: string, text: string): SmsEffect {
  return { manage: { type, layer: 'WDP', text } };
}
