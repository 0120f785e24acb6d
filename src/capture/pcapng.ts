/**
 * Captures as pcapng (draft-ietf-opsawg-pcapng): section header, one interface of raw IP, one packet block a packet. UDP
 * datagrams get the IP and UDP headers that the socket did not show us; octets of a TCP connection get segments of their own
 * making, with sequence numbers that fit, so that any reader reassembles them.
 */
import type { Endpoint } from '../wap/address.js';
import { concat, Writer } from '../wap/octets.js';
import type { Millis } from '../wap/time.js';
import type { Datagram } from '../wap/wdp/primitives.js';
import type { TcpFlow, WatchTcp } from './http-tap.js';
import { asciiOctets, tcpFlags, tcpPacket, udpPacket } from './packets.js';

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Packets start with their IPv4 or IPv6 header. */
const LINKTYPE_RAW = 101;
const OPTION_USER_APPLICATION = 4;

/** A TCP segment of the capture carries no more than Ethernet would. */
const SEGMENT_MAX = 1460;

export interface Pcapng {
  /** A datagram as it was sent. @param at milliseconds since 1970 */
  udp(at: Millis, datagram: Datagram): void;
  /** A connection, from its first segment on. */
  readonly tcp: WatchTcp;
}

/** Writes the head of a capture at once, and then each packet as it comes. */
export function createPcapng(write: (octets: Uint8Array) => void): Pcapng {
  const version = new Writer()
    .uint32(BYTE_ORDER_MAGIC)
    .uint16(1)
    .uint16(0)
    .uint32(0xffffffff)
    .uint32(0xffffffff);
  write(
    block(SECTION_HEADER, version.octets(option(OPTION_USER_APPLICATION, asciiOctets('wapstack'))).done()),
  );
  write(block(INTERFACE_DESCRIPTION, new Writer().uint16(LINKTYPE_RAW).uint16(0).uint32(0).done()));

  function packet(at: Millis, octets: Uint8Array): void {
    const micros = Math.round(at * 1000);
    const head = new Writer(20 + octets.length + 3)
      .uint32(0)
      .uint32(Math.floor(micros / 2 ** 32))
      .uint32(micros % 2 ** 32)
      .uint32(octets.length)
      .uint32(octets.length);
    write(block(ENHANCED_PACKET, head.octets(padded(octets)).done()));
  }

  return {
    udp: (at, { source, destination, octets }) => packet(at, udpPacket(source, destination, octets)),
    tcp: (at, client, server) => tcpFlow(packet, at, client, server),
  };
}

function tcpFlow(
  packet: (at: Millis, octets: Uint8Array) => void,
  opened: Millis,
  client: Endpoint,
  server: Endpoint,
): TcpFlow {
  const { syn, ack, psh, fin } = tcpFlags;
  const sent = { client: 0, server: 0 };
  let closed = false;

  function segment(
    at: Millis,
    from: 'client' | 'server',
    flags: number,
    payload: Uint8Array = new Uint8Array(0),
  ): void {
    const to = from === 'client' ? 'server' : 'client';
    const [source, destination] = from === 'client' ? [client, server] : [server, client];
    const acknowledgement = (flags & ack) === 0 ? 0 : sent[to];
    packet(at, tcpPacket({ source, destination, sequence: sent[from], acknowledgement, flags, payload }));
    sent[from] = (sent[from] + payload.length + ((flags & (syn | fin)) === 0 ? 0 : 1)) % 2 ** 32;
  }

  function data(at: Millis, from: 'client' | 'server', octets: Uint8Array): void {
    if (closed) return;
    for (let i = 0; i < octets.length; i += SEGMENT_MAX) {
      segment(at, from, psh | ack, octets.subarray(i, i + SEGMENT_MAX));
      segment(at, from === 'client' ? 'server' : 'client', ack);
    }
  }

  segment(opened, 'client', syn);
  segment(opened, 'server', syn | ack);
  segment(opened, 'client', ack);
  return {
    fromClient: (at, octets) => data(at, 'client', octets),
    fromServer: (at, octets) => data(at, 'server', octets),
    close(at) {
      if (closed) return;
      closed = true;
      segment(at, 'client', fin | ack);
      segment(at, 'server', fin | ack);
      segment(at, 'client', ack);
    },
  };
}

function block(type: number, body: Uint8Array): Uint8Array {
  const length = 12 + body.length;
  return new Writer(length).uint32(type).uint32(length).octets(body).uint32(length).done();
}

function option(code: number, value: Uint8Array): Uint8Array {
  return new Writer().uint16(code).uint16(value.length).octets(padded(value)).uint32(0).done();
}

/** To a multiple of four octets. */
function padded(octets: Uint8Array): Uint8Array {
  return octets.length % 4 === 0 ? octets : concat([octets, new Uint8Array(4 - (octets.length % 4))]);
}
