/**
 * Captures of others: pcap and pcapng (draft-ietf-opsawg-pcap, -pcapng), and the UDP datagrams in them. Any octets give datagrams or
 * one `DecodeError`; a packet that is no whole UDP datagram is left out.
 */
import { udpEndpoint } from '../wap/address.js';
import { DecodeError } from '../wap/errors.js';
import type { Millis } from '../wap/time.js';
import type { CapturedDatagram } from './conversations.js';

/** A datagram with its time. */
export interface CapturedPacket extends CapturedDatagram {
  /** Of the packet in the file, from 1. */
  readonly number: number;
  /** Since 1970, with fractions. */
  readonly at: Millis;
}

const PCAPNG = 0x0a0d0d0a;
const PCAPNG_ORDER = 0x1a2b3c4d;
/** Magic numbers of pcap, with how many parts of a second its times count. */
const pcapMagic: ReadonlyMap<number, number> = new Map([
  [0xa1b2c3d4, 1e6],
  [0xa1b23c4d, 1e9],
]);

/** All UDP datagrams of a capture, in its order. */
export function readCapture(octets: Uint8Array): readonly CapturedPacket[] {
  if (octets.length < 24) throw new DecodeError('pcap', 0, 'the file is shorter than its head');
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  if (view.getUint32(0) === PCAPNG) return readPcapng(octets, view);
  for (const little of [false, true]) {
    const parts = pcapMagic.get(view.getUint32(0, little));
    if (parts !== undefined) return readPcap(octets, view, little, parts);
  }
  throw new DecodeError('pcap', 0, 'the file is neither pcap nor pcapng');
}

function readPcap(octets: Uint8Array, view: DataView, little: boolean, parts: number): CapturedPacket[] {
  const linkType = view.getUint32(20, little) & 0xffff;
  const found: CapturedPacket[] = [];
  let number = 0;
  for (let at = 24; at < octets.length; ) {
    if (at + 16 > octets.length) throw new DecodeError('pcap', at, 'a packet is cut short');
    const length = view.getUint32(at + 8, little);
    if (length > octets.length - at - 16) throw new DecodeError('pcap', at, 'a packet is cut short');
    const time = 1000 * (view.getUint32(at, little) + view.getUint32(at + 4, little) / parts);
    const packet = octets.subarray(at + 16, at + 16 + length);
    number++;
    push(found, number, time, udpOf(packet, linkType));
    at += 16 + length;
  }
  return found;
}

interface Interface {
  readonly linkType: number;
  /** Units of a timestamp in a second. */
  readonly resolution: number;
}

const blockTypes = { section: PCAPNG, interface: 1, simple: 3, enhanced: 6 } as const;

function readPcapng(octets: Uint8Array, view: DataView): CapturedPacket[] {
  const found: CapturedPacket[] = [];
  let interfaces: Interface[] = [];
  let little = false;
  let number = 0;
  for (let at = 0; at < octets.length; ) {
    if (at + 12 > octets.length) throw new DecodeError('pcapng', at, 'a block is cut short');
    const type = view.getUint32(at, little);
    if (type === blockTypes.section) {
      little = view.getUint32(at + 8) !== PCAPNG_ORDER;
      interfaces = [];
    }
    const length = view.getUint32(at + 4, little);
    if (length < 12 || length % 4 !== 0 || length > octets.length - at)
      throw new DecodeError('pcapng', at, 'the length of a block is wrong');
    const body = octets.subarray(at + 8, at + length - 4);
    const inside = new DataView(body.buffer, body.byteOffset, body.length);
    if (type === blockTypes.interface && body.length >= 8) {
      interfaces.push({ linkType: inside.getUint16(0, little), resolution: resolutionOf(inside, little) });
    }
    if (type === blockTypes.enhanced || type === blockTypes.simple) number++;
    if (type === blockTypes.enhanced && body.length >= 20) {
      const from = interfaces[inside.getUint32(0, little)];
      const ticks = inside.getUint32(4, little) * 2 ** 32 + inside.getUint32(8, little);
      const packet = body.subarray(20, 20 + inside.getUint32(12, little));
      if (from) push(found, number, (1000 * ticks) / from.resolution, udpOf(packet, from.linkType));
    }
    if (type === blockTypes.simple && body.length >= 4 && interfaces[0] !== undefined) {
      push(found, number, 0, udpOf(body.subarray(4), interfaces[0].linkType));
    }
    at += length;
  }
  return found;
}

const OPTION_RESOLUTION = 9;

/** if_tsresol: a power of ten, or of two where the highest bit is set; microseconds without it. */
function resolutionOf(body: DataView, little: boolean): number {
  for (let at = 8; at + 4 <= body.byteLength; ) {
    const code = body.getUint16(at, little);
    const length = body.getUint16(at + 2, little);
    if (code === 0) break;
    if (code === OPTION_RESOLUTION && length === 1 && at + 4 < body.byteLength) {
      const value = body.getUint8(at + 4);
      return (value & 0x80) === 0 ? 10 ** value : 2 ** (value & 0x7f);
    }
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return 1e6;
}

function push(
  found: CapturedPacket[],
  number: number,
  at: Millis,
  datagram: CapturedDatagram | undefined,
): void {
  if (datagram !== undefined) found.push({ number, at, ...datagram });
}

/** Octets before the IP header, by the type of the link: BSD loopback, Ethernet, raw IP, Linux cooked of both kinds. */
const linkHeads: ReadonlyMap<number, number> = new Map([
  [0, 4],
  [1, 14],
  [101, 0],
  [113, 16],
  [228, 0],
  [229, 0],
  [276, 20],
]);

function udpOf(packet: Uint8Array, linkType: number): CapturedDatagram | undefined {
  const head = linkHeads.get(linkType);
  if (head === undefined || packet.length <= head) return undefined;
  const ip = packet.subarray(head);
  const version = (ip[0] ?? 0) >> 4;
  if (version === 4) return udpOfIpv4(ip);
  return version === 6 ? udpOfIpv6(ip) : undefined;
}

const UDP = 17;

function udpOfIpv4(ip: Uint8Array): CapturedDatagram | undefined {
  if (ip.length < 20) return undefined;
  const header = 4 * ((ip[0] ?? 0) & 0xf);
  const fragment = (uint16(ip, 6) & 0x3fff) !== 0;
  if (header < 20 || fragment || ip[9] !== UDP) return undefined;
  const address = (at: number) => ip.subarray(at, at + 4).join('.');
  return udp(ip.subarray(header, Math.max(header, uint16(ip, 2))), address(12), address(16));
}

function udpOfIpv6(ip: Uint8Array): CapturedDatagram | undefined {
  if (ip.length < 40 || ip[6] !== UDP) return undefined;
  const address = (at: number) =>
    Array.from({ length: 8 }, (_, i) => uint16(ip, at + 2 * i).toString(16)).join(':');
  return udp(ip.subarray(40), address(8), address(24));
}

function udp(segment: Uint8Array, from: string, to: string): CapturedDatagram | undefined {
  const length = segment.length < 8 ? 0 : uint16(segment, 4);
  if (length < 8 || length > segment.length) return undefined;
  return {
    source: udpEndpoint(from, uint16(segment, 0)),
    destination: udpEndpoint(to, uint16(segment, 2)),
    octets: segment.slice(8, length),
  };
}

function uint16(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
}
