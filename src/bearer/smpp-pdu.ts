/** The PDUs of SMPP 3.4 that carry WDP between a proxy and a message centre: WAP-159-WDPWCMPAdapt §5.2 to §5.4. */

import { DecodeError, UsageError } from '../wap/errors.js';
import { decodeLatin1, encodeLatin1, type Field, Reader, Writer } from '../wap/octets.js';

/** SMPP 3.4 §5.1.2.1. */
export const commandIds = {
  generic_nack: 0x8000_0000,
  bind_receiver: 0x0000_0001,
  bind_receiver_resp: 0x8000_0001,
  bind_transmitter: 0x0000_0002,
  bind_transmitter_resp: 0x8000_0002,
  submit_sm: 0x0000_0004,
  submit_sm_resp: 0x8000_0004,
  deliver_sm: 0x0000_0005,
  deliver_sm_resp: 0x8000_0005,
  unbind: 0x0000_0006,
  unbind_resp: 0x8000_0006,
  bind_transceiver: 0x0000_0009,
  bind_transceiver_resp: 0x8000_0009,
  enquire_link: 0x0000_0015,
  enquire_link_resp: 0x8000_0015,
  data_sm: 0x0000_0103,
  data_sm_resp: 0x8000_0103,
} as const satisfies Record<string, number>;

export type Command = keyof typeof commandIds;

/** SMPP 3.4 §5.1.3, those that are sent here. */
export const commandStatuses = {
  ESME_ROK: 0x00,
  ESME_RINVCMDLEN: 0x02,
  ESME_RINVCMDID: 0x03,
  ESME_RINVBNDSTS: 0x04,
  ESME_RSYSERR: 0x08,
  ESME_RINVDSTADR: 0x0b,
  ESME_RBINDFAIL: 0x0d,
  ESME_RMSGQFUL: 0x14,
} as const satisfies Record<string, number>;

/** SMPP 3.4 §5.3.2: optional parameters that WAP-159 §5.4.6.1 names. */
export const tags = {
  qos_time_to_live: 0x0017,
  payload_type: 0x0019,
  source_port: 0x020a,
  destination_port: 0x020b,
  sar_msg_ref_num: 0x020c,
  sar_total_segments: 0x020e,
  sar_segment_seqnum: 0x020f,
  sc_interface_version: 0x0210,
  message_payload: 0x0424,
  more_messages_to_send: 0x0426,
} as const satisfies Record<string, number>;

export type Tag = keyof typeof tags;

export const INTERFACE_VERSION = 0x34;
export const EIGHT_BIT = 0x04;
/** esm_class: message modes, and that a user data header is there. */
export const esmClass = { default: 0x00, datagram: 0x01, storeAndForward: 0x03, udhi: 0x40 } as const;

const HEADER = 16;
/** A message payload of 65,535 octets and all that may stand around it. */
export const LARGEST_PDU = 70_000;

/** An optional parameter; unknown tags are kept. */
export interface Tlv {
  readonly tag: number;
  readonly value: Uint8Array;
}

interface Addresses {
  readonly serviceType: string;
  readonly sourceTon: number;
  readonly sourceNpi: number;
  readonly source: string;
  readonly destinationTon: number;
  readonly destinationNpi: number;
  readonly destination: string;
  readonly esmClass: number;
  readonly registeredDelivery: number;
  readonly dataCoding: number;
}

export type SmppBody =
  | {
      readonly command: 'bind_receiver' | 'bind_transmitter' | 'bind_transceiver';
      readonly systemId: string;
      readonly password: string;
      readonly systemType: string;
      readonly interfaceVersion: number;
      readonly ton: number;
      readonly npi: number;
      readonly addressRange: string;
    }
  | {
      readonly command: 'bind_receiver_resp' | 'bind_transmitter_resp' | 'bind_transceiver_resp';
      readonly systemId: string;
      readonly tlvs: readonly Tlv[];
    }
  | ({ readonly command: 'data_sm'; readonly tlvs: readonly Tlv[] } & Addresses)
  | ({
      readonly command: 'submit_sm' | 'deliver_sm';
      readonly protocolId: number;
      readonly shortMessage: Uint8Array;
      readonly tlvs: readonly Tlv[];
    } & Addresses)
  | {
      readonly command: 'data_sm_resp' | 'submit_sm_resp' | 'deliver_sm_resp';
      readonly messageId: string;
      readonly tlvs: readonly Tlv[];
    }
  | { readonly command: 'unbind' | 'unbind_resp' | 'enquire_link' | 'enquire_link_resp' | 'generic_nack' }
  | { readonly command: 'unknown'; readonly id: number; readonly body: Uint8Array };

export type Smpp = SmppBody & { readonly status: number; readonly sequence: number };

const commands = new Map<number, Command>(
  Object.entries(commandIds).map(([name, id]) => [id, name as Command]),
);

/** One PDU, all of whose octets are there. */
export function decodeSmpp(octets: Uint8Array, record?: Field[]): Smpp {
  const reader = new Reader(octets, 'SMPP', record);
  if (reader.uint32('command_length') !== octets.length) reader.fail('command_length is not the length');
  const id = reader.uint32('command_id');
  const status = reader.uint32('command_status');
  const sequence = reader.uint32('sequence_number');
  const body = readBody(reader, id);
  reader.end();
  return { ...body, status, sequence };
}

function readBody(reader: Reader, id: number): SmppBody {
  const command = commands.get(id);
  switch (command) {
    case undefined:
      return { command: 'unknown', id, body: reader.rest('body') };
    case 'bind_receiver':
    case 'bind_transmitter':
    case 'bind_transceiver':
      return {
        command,
        systemId: text(reader, 'system_id', 16),
        password: text(reader, 'password', 9),
        systemType: text(reader, 'system_type', 13),
        interfaceVersion: reader.uint8('interface_version'),
        ton: reader.uint8('addr_ton'),
        npi: reader.uint8('addr_npi'),
        addressRange: text(reader, 'address_range', 41),
      };
    case 'bind_receiver_resp':
    case 'bind_transmitter_resp':
    case 'bind_transceiver_resp':
      return { command, systemId: optionalText(reader, 'system_id', 16), tlvs: readTlvs(reader) };
    case 'data_sm': {
      const addresses = readAddresses(reader);
      const [esm, registeredDelivery, dataCoding] = [
        reader.uint8('esm_class'),
        reader.uint8('registered_delivery'),
        reader.uint8('data_coding'),
      ];
      return { command, ...addresses, esmClass: esm, registeredDelivery, dataCoding, tlvs: readTlvs(reader) };
    }
    case 'submit_sm':
    case 'deliver_sm':
      return { command, ...readShortMessage(reader) };
    case 'data_sm_resp':
    case 'submit_sm_resp':
    case 'deliver_sm_resp':
      return { command, messageId: optionalText(reader, 'message_id', 65), tlvs: readTlvs(reader) };
    case 'unbind':
    case 'unbind_resp':
    case 'enquire_link':
    case 'enquire_link_resp':
    case 'generic_nack':
      return { command };
  }
}

function readAddresses(reader: Reader) {
  return {
    serviceType: text(reader, 'service_type', 6),
    sourceTon: reader.uint8('source_addr_ton'),
    sourceNpi: reader.uint8('source_addr_npi'),
    source: text(reader, 'source_addr', 65),
    destinationTon: reader.uint8('dest_addr_ton'),
    destinationNpi: reader.uint8('dest_addr_npi'),
    destination: text(reader, 'destination_addr', 65),
  };
}

function readShortMessage(reader: Reader) {
  const addresses = readAddresses(reader);
  const esm = reader.uint8('esm_class');
  const protocolId = reader.uint8('protocol_id');
  reader.uint8('priority_flag');
  text(reader, 'schedule_delivery_time', 17);
  text(reader, 'validity_period', 17);
  const registeredDelivery = reader.uint8('registered_delivery');
  reader.uint8('replace_if_present_flag');
  const dataCoding = reader.uint8('data_coding');
  reader.uint8('sm_default_msg_id');
  const shortMessage = reader.octets('short_message', reader.uint8('sm_length'));
  const tlvs = readTlvs(reader);
  return { ...addresses, esmClass: esm, protocolId, registeredDelivery, dataCoding, shortMessage, tlvs };
}

/** A C-octet string. @param most octets, the NUL counted */
function text(reader: Reader, name: string, most: number): string {
  const octets = reader.terminated(name);
  if (octets.length >= most) reader.fail(`${name} is longer than ${most - 1} octets`);
  return decodeLatin1(octets);
}

/** Left out of the response where something went wrong. */
function optionalText(reader: Reader, name: string, most: number): string {
  return reader.left === 0 ? '' : text(reader, name, most);
}

function readTlvs(reader: Reader): Tlv[] {
  const tlvs: Tlv[] = [];
  while (reader.left > 0) {
    const tag = reader.uint16('tag');
    tlvs.push({ tag, value: reader.octets('value', reader.uint16('length')) });
  }
  return tlvs;
}

export function encodeSmpp(pdu: Smpp): Uint8Array {
  const body = new Writer();
  writeBody(pdu, body);
  const id = pdu.command === 'unknown' ? pdu.id : commandIds[pdu.command];
  const header = new Writer(HEADER + body.length).uint32(HEADER + body.length).uint32(id);
  return header.uint32(pdu.status).uint32(pdu.sequence).octets(body.done()).done();
}

function writeBody(pdu: Smpp, writer: Writer): void {
  switch (pdu.command) {
    case 'bind_receiver':
    case 'bind_transmitter':
    case 'bind_transceiver':
      writer.terminated(octetsOf(pdu.systemId, 16)).terminated(octetsOf(pdu.password, 9));
      writer.terminated(octetsOf(pdu.systemType, 13)).uint8(pdu.interfaceVersion);
      writer.uint8(pdu.ton).uint8(pdu.npi).terminated(octetsOf(pdu.addressRange, 41));
      return;
    case 'bind_receiver_resp':
    case 'bind_transmitter_resp':
    case 'bind_transceiver_resp':
      writer.terminated(octetsOf(pdu.systemId, 16));
      writeTlvs(pdu.tlvs, writer);
      return;
    case 'data_sm':
      writeAddresses(pdu, writer);
      writer.uint8(pdu.esmClass).uint8(pdu.registeredDelivery).uint8(pdu.dataCoding);
      writeTlvs(pdu.tlvs, writer);
      return;
    case 'submit_sm':
    case 'deliver_sm':
      writeAddresses(pdu, writer);
      // No priority, delivered at once, kept as long as the centre likes.
      writer.uint8(pdu.esmClass).uint8(pdu.protocolId).uint8(0).uint8(0).uint8(0);
      writer.uint8(pdu.registeredDelivery).uint8(0).uint8(pdu.dataCoding).uint8(0);
      writer.uint8(pdu.shortMessage.length).octets(pdu.shortMessage);
      writeTlvs(pdu.tlvs, writer);
      return;
    case 'data_sm_resp':
    case 'submit_sm_resp':
    case 'deliver_sm_resp':
      writer.terminated(octetsOf(pdu.messageId, 65));
      writeTlvs(pdu.tlvs, writer);
      return;
    case 'unbind':
    case 'unbind_resp':
    case 'enquire_link':
    case 'enquire_link_resp':
    case 'generic_nack':
      return;
    case 'unknown':
      writer.octets(pdu.body);
      return;
  }
}

function writeAddresses(pdu: Addresses, writer: Writer): void {
  writer.terminated(octetsOf(pdu.serviceType, 6)).uint8(pdu.sourceTon).uint8(pdu.sourceNpi);
  writer.terminated(octetsOf(pdu.source, 65)).uint8(pdu.destinationTon).uint8(pdu.destinationNpi);
  writer.terminated(octetsOf(pdu.destination, 65));
}

function writeTlvs(tlvs: readonly Tlv[], writer: Writer): void {
  for (const { tag, value } of tlvs) writer.uint16(tag).uint16(value.length).octets(value);
}

function octetsOf(words: string, most: number): Uint8Array {
  const octets = encodeLatin1(words);
  if (octets === undefined || octets.length >= most || octets.includes(0)) {
    throw new UsageError(`"${words}" is no text of at most ${most - 1} octets`);
  }
  return octets;
}

/** Cuts a stream into PDUs. A length that cannot be is a `DecodeError`: nothing behind it can be trusted. */
export function smppFrames(): (chunk: Uint8Array) => Uint8Array[] {
  let rest = new Uint8Array(0);
  return (chunk) => {
    const octets = new Uint8Array(rest.length + chunk.length);
    octets.set(rest);
    octets.set(chunk, rest.length);
    const frames: Uint8Array[] = [];
    let at = 0;
    while (octets.length - at >= 4) {
      const length = new DataView(octets.buffer, at).getUint32(0);
      if (length < HEADER || length > LARGEST_PDU) {
        throw new DecodeError('SMPP', at, `command_length ${length} cannot be`);
      }
      if (octets.length - at < length) break;
      frames.push(octets.subarray(at, at + length));
      at += length;
    }
    rest = octets.slice(at);
    return frames;
  };
}
