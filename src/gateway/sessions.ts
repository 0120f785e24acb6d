/** The session service as the gateway offers it: WAP-230-WSP §7.1 over WAP-224-WTP with segmentation. */
import type { Endpoint } from '../wap/address.js';
import type { Observe } from '../wap/layer.js';
import type { Random } from '../wap/random.js';
import { longSessions, type SecurityLayer, type SessionStack } from '../wap/stack.js';
import type { Millis } from '../wap/time.js';

export interface GatewaySessionOptions {
  readonly local: Endpoint;
  readonly random: Random;
  /** WTLS, where it is below. */
  readonly security?: SecurityLayer;
  /** Octets of a request's body. */
  readonly requestBody: number;
  /** See `GatewayOptions`. */
  readonly idleFor?: Millis;
  readonly suspendedFor?: Millis;
  readonly packet?: number;
  readonly observe?: Observe;
}

const HOUR: Millis = 3_600_000;

/** With the headers of WTP, UDP and IP it fits the frames of every link: none has to take the datagram apart. */
const PACKET = 1400;

/** Octets of a packet group for a terminal that names no other: WAP-224 Table 30. */
const GROUP = 1405;

/**
 * Groups of packets that the gateway takes before it acknowledges: long requests are rare. It does not name a Maximum Group: the item would
 * be in every result, and there are terminals that know no items (fakewap of Kannel 1.4.5).
 */
const NUM_GROUPS = 8;

/** Octets of a request besides its body: more headers than any terminal has. */
const HEADERS_OF_REQUEST = 16_384;

/** UDP over IPv4: 65,535 octets without the IP and UDP headers. */
const LARGEST_DATAGRAM = 65_507;

/** Octets that a WTLS record adds at most: its header, a MAC of SHA-1, padding of any cipher. */
const ROOM_FOR_WTLS = 64;

export function gatewaySessions(options: GatewaySessionOptions): SessionStack {
  const { local, random, security, observe, idleFor = HOUR, suspendedFor = 24 * HOUR } = options;
  return longSessions({
    local,
    session: { random, idleFor, suspendedFor },
    transaction: {
      random,
      segmentation: { packet: options.packet ?? PACKET, group: GROUP, numGroups: NUM_GROUPS },
      largestMessage: options.requestBody + HEADERS_OF_REQUEST,
      largestDatagram: LARGEST_DATAGRAM - (security ? ROOM_FOR_WTLS : 0),
    },
    ...(security && { security }),
    ...(observe && { observe }),
  });
}
