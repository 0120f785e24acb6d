/**
 * The PDUs of SMPP 3.4 that carry WDP between a proxy and a message centre: WAP-159-WDPWCMPAdapt §5.2 to §5.4. They are written here and
 * not taken from a library: the one there is (smpp 0.5.1) reads no PDU above 16 KiB, hears nothing more after a broken length, and takes a
 * truncated PDU for a whole one. It judges this one in the tests.
 */

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
  alert_notification: 0x0000_0102,
  data_sm: 0x0000_0103,
  data_sm_resp: 0x8000_0103,
} as const satisfies Record<string, number>;

export type Command = keyof typeof commandIds;

/** SMPP 3.4 §5.1.3, those that are sent or told apart here. */
export const commandStatuses = {
  ESME_ROK: 0x00,
  ESME_RINVMSGLEN: 0x01,
  ESME_RINVCMDLEN: 0x02,
  ESME_RINVCMDID: 0x03,
  ESME_RINVBNDSTS: 0x04,
  ESME_RALYBND: 0x05,
  ESME_RSYSERR: 0x08,
  ESME_RINVSRCADR: 0x0a,
  ESME_RINVDSTADR: 0x0b,
  ESME_RBINDFAIL: 0x0d,
  ESME_RINVPASWD: 0x0e,
  ESME_RMSGQFUL: 0x14,
  ESME_RINVESMCLASS: 0x43,
  ESME_RTHROTTLED: 0x58,
  ESME_RINVSCHED: 0x61,
  ESME_RINVEXPIRY: 0x62,
  ESME_RX_T_APPN: 0x64,
  ESME_RDELIVERYFAILURE: 0xfe,
} as const satisfies Record<string, number>;

/** `ESME_RTHROTTLED`, or the number of a status that has no name here. */
export function statusName(status: number): string {
  const found = Object.entries(commandStatuses).find(([, number]) => number === status);
  return found?.[0] ?? `command_status ${status}`;
}

/** SMPP 3.4 §5.2.28, and what §5.4.8.1 of WAP-159 wants of a delivery receipt. */
export const messageStates = {
  ENROUTE: 1,
  DELIVERED: 2,
  EXPIRED: 3,
  DELETED: 4,
  UNDELIVERABLE: 5,
  ACCEPTED: 6,
  UNKNOWN: 7,
  REJECTED: 8,
} as const satisfies Record<string, number>;

export type MessageState = keyof typeof messageStates;

/** SMPP 3.4 §5.3.2: optional parameters that WAP-159 §5.4.6 to §5.4.9 name. */
export const tags = {
  dest_addr_subunit: 0x0005,
  dest_network_type: 0x0006,
  dest_bearer_type: 0x0007,
  source_network_type: 0x000e,
  source_bearer_type: 0x000f,
  qos_time_to_live: 0x0017,
  payload_type: 0x0019,
  additional_status_info_text: 0x001d,
  receipted_message_id: 0x001e,
  source_port: 0x020a,
  destination_port: 0x020b,
  sar_msg_ref_num: 0x020c,
  sar_total_segments: 0x020e,
  sar_segment_seqnum: 0x020f,
  sc_interface_version: 0x0210,
  dpf_result: 0x0420,
  set_dpf: 0x0421,
  ms_availability_status: 0x0422,
  network_error_code: 0x0423,
  message_payload: 0x0424,
  delivery_failure_reason: 0x0425,
  more_messages_to_send: 0x0426,
  message_state: 0x0427,
} as const satisfies Record<string, number>;

export type Tag = keyof typeof tags;

export const INTERFACE_VERSION = 0x34;
export const EIGHT_BIT = 0x04;
/** esm_class: message modes, that it is a delivery receipt, that a user data header is there. */
export const esmClass = {
  default: 0x00,
  datagram: 0x01,
  storeAndForward: 0x03,
  receipt: 0x04,
  udhi: 0x40,
} as const;
/** The bits of esm_class that say the mode, and those that say the type of message. */
export const ESM_MODE = 0x03;
export const ESM_TYPE = 0x3c;
/** Octets that short_message takes; what is longer goes into message_payload (SMPP 3.4 §5.2.22). */
export const SHORT_MESSAGE_MAX = 254;

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
      readonly priority: number;
      /** `` or a time as SMPP 3.4 §7.1.1 writes it. */
      readonly scheduleDeliveryTime: string;
      readonly validityPeriod: string;
      readonly shortMessage: Uint8Array;
      readonly tlvs: readonly Tlv[];
    } & Addresses)
  | {
      readonly command: 'data_sm_resp' | 'submit_sm_resp' | 'deliver_sm_resp';
      readonly messageId: string;
      readonly tlvs: readonly Tlv[];
    }
  | {
      readonly command: 'alert_notification';
      readonly sourceTon: number;
      readonly sourceNpi: number;
      readonly source: string;
      readonly esmeTon: number;
      readonly esmeNpi: number;
      readonly esme: string;
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
    case 'alert_notification':
      return {
        command,
        sourceTon: reader.uint8('source_addr_ton'),
        sourceNpi: reader.uint8('source_addr_npi'),
        source: text(reader, 'source_addr', 65),
        esmeTon: reader.uint8('esme_addr_ton'),
        esmeNpi: reader.uint8('esme_addr_npi'),
        esme: text(reader, 'esme_addr', 65),
        tlvs: readTlvs(reader),
      };
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
  const priority = reader.uint8('priority_flag');
  const scheduleDeliveryTime = text(reader, 'schedule_delivery_time', 17);
  const validityPeriod = text(reader, 'validity_period', 17);
  const registeredDelivery = reader.uint8('registered_delivery');
  reader.uint8('replace_if_present_flag');
  const dataCoding = reader.uint8('data_coding');
  reader.uint8('sm_default_msg_id');
  const shortMessage = reader.octets('short_message', reader.uint8('sm_length'));
  const tlvs = readTlvs(reader);
  const handling = { protocolId, priority, scheduleDeliveryTime, validityPeriod, registeredDelivery };
  return { ...addresses, esmClass: esm, ...handling, dataCoding, shortMessage, tlvs };
}

/** A C-octet string. @param most octets, the NUL counted */
function text(reader: Reader, name: string, most: number): string {
  const octets = reader.terminated(name);
  if (octets.length >= most) reader.fail(`${name} is longer than ${most - 1} octets`);
  return decodeLatin1(octets);
}

/** The body of a response is left out where something went wrong (SMPP 3.4 §4.1.2, §4.4.2). */
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
  if (!withoutBody(pdu)) writeBody(pdu, body);
  const id = pdu.command === 'unknown' ? pdu.id : commandIds[pdu.command];
  const header = new Writer(HEADER + body.length).uint32(HEADER + body.length).uint32(id);
  return header.uint32(pdu.status).uint32(pdu.sequence).octets(body.done()).done();
}

function withoutBody(pdu: Smpp): boolean {
  if (pdu.status === commandStatuses.ESME_ROK) return false;
  if ('messageId' in pdu) return pdu.messageId === '' && pdu.tlvs.length === 0;
  return pdu.command.startsWith('bind_') && pdu.command.endsWith('_resp');
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
      writer.uint8(pdu.esmClass).uint8(pdu.protocolId).uint8(pdu.priority);
      writer.terminated(octetsOf(pdu.scheduleDeliveryTime, 17)).terminated(octetsOf(pdu.validityPeriod, 17));
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
    case 'alert_notification':
      writer.uint8(pdu.sourceTon).uint8(pdu.sourceNpi).terminated(octetsOf(pdu.source, 65));
      writer.uint8(pdu.esmeTon).uint8(pdu.esmeNpi).terminated(octetsOf(pdu.esme, 65));
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

/** An optional parameter by its name. */
export function parameter(tlvs: readonly Tlv[], name: Tag): Uint8Array | undefined {
  return tlvs.find(({ tag }) => tag === tags[name])?.value;
}

/** Its value as a number of up to four octets; a longer one is as good as none. */
export function parameterNumber(tlvs: readonly Tlv[], name: Tag): number | undefined {
  const value = parameter(tlvs, name);
  if (value === undefined || value.length === 0 || value.length > 4) return undefined;
  return value.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** An optional parameter of so many octets. */
export function numberTlv(name: Tag, octets: 1 | 2 | 4, value: number): Tlv {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value);
  return { tag: tags[name], value: new Uint8Array(view.buffer, 4 - octets) };
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
