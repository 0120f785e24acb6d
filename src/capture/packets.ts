/** The IP, UDP and TCP headers that a capture shows around what was sent: RFC 791, 8200, 768, 793. */
import type { Endpoint } from '../wap/address.js';
import { concat, encodeLatin1, Writer } from '../wap/octets.js';

const UDP = 17;
const TCP = 6;

export const tcpFlags = { fin: 0x01, syn: 0x02, psh: 0x08, ack: 0x10 } as const;

/** A UDP datagram as an IP packet. */
export function udpPacket(source: Endpoint, destination: Endpoint, payload: Uint8Array): Uint8Array {
  const length = 8 + payload.length;
  const header = new Writer(8).uint16(source.port).uint16(destination.port).uint16(length).uint16(0).done();
  const sum = checksum([pseudoHeader(source, destination, UDP, length), header, payload]);
  // Zero would mean that there is no checksum.
  new DataView(header.buffer).setUint16(6, sum === 0 ? 0xffff : sum);
  return ipPacket(source, destination, UDP, concat([header, payload]));
}

export interface Segment {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: number;
  readonly payload: Uint8Array;
}

/** A TCP segment as an IP packet. */
export function tcpPacket(segment: Segment): Uint8Array {
  const { source, destination, payload } = segment;
  const header = new Writer(20)
    .uint16(source.port)
    .uint16(destination.port)
    .uint32(segment.sequence)
    .uint32(segment.acknowledgement)
    .uint8(5 << 4)
    .uint8(segment.flags)
    .uint16(0xffff)
    .uint16(0)
    .uint16(0)
    .done();
  const sum = checksum([pseudoHeader(source, destination, TCP, 20 + payload.length), header, payload]);
  new DataView(header.buffer).setUint16(16, sum);
  return ipPacket(source, destination, TCP, concat([header, payload]));
}

function ipPacket(
  source: Endpoint,
  destination: Endpoint,
  protocol: number,
  payload: Uint8Array,
): Uint8Array {
  const [from, to] = [ipAddress(source.address), ipAddress(destination.address)];
  if (from.length === 16) {
    const header = new Writer(40).uint32(0x60000000).uint16(payload.length).uint8(protocol).uint8(64);
    return concat([header.octets(from).octets(to).done(), payload]);
  }
  const header = new Writer(20)
    .uint16(0x4500)
    .uint16(20 + payload.length)
    .uint32(0)
    .uint8(64)
    .uint8(protocol)
    .uint16(0)
    .octets(from)
    .octets(to)
    .done();
  new DataView(header.buffer).setUint16(10, checksum([header]));
  return concat([header, payload]);
}

function pseudoHeader(source: Endpoint, destination: Endpoint, protocol: number, length: number): Uint8Array {
  const [from, to] = [ipAddress(source.address), ipAddress(destination.address)];
  const writer = new Writer(40).octets(from).octets(to);
  if (from.length === 16) return writer.uint32(length).uint32(protocol).done();
  return writer.uint16(protocol).uint16(length).done();
}

/** The ones' complement sum of RFC 1071; every part but the last has an even number of octets. */
function checksum(parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) sum += ((part[i] as number) << 8) | (part[i + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

/** `127.0.0.1` as 4 octets, `::1` as 16. A telephone number becomes 10.x.x.x of its last digits, so that it can be shown. */
export function ipAddress(text: string): Uint8Array {
  if (text.includes(':')) return ipv6(text);
  const parts = text.split('.').map(Number);
  if (parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part < 256)) {
    return Uint8Array.from(parts);
  }
  const digits = Number(text.replace(/\D/g, '').slice(-7));
  return Uint8Array.of(10, (digits >> 16) & 0xff, (digits >> 8) & 0xff, digits & 0xff);
}

function ipv6(text: string): Uint8Array {
  const mapped = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (mapped) {
    const [a = 0, b = 0, c = 0, d = 0] = (mapped[2] ?? '').split('.').map(Number);
    return ipv6(`${mapped[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`);
  }
  const [head = '', tail] = text.split('%', 1)[0]?.split('::') ?? [];
  const groups = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const all = [
    ...before,
    ...new Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0),
    ...after,
  ];
  return Uint8Array.from(all.slice(0, 8).flatMap((group) => [(group >> 8) & 0xff, group & 0xff]));
}

/** A name as the octets of a comment or option. */
export function asciiOctets(text: string): Uint8Array {
  return encodeLatin1(text.replace(/[^\x20-\x7e]/g, '?')) ?? new Uint8Array(0);
}
