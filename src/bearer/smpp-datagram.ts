/** A short message of WDP as the message of SMPP that carries it, and back: WAP-159-WDPWCMPAdapt §5.1.4 to §5.1.6, §5.4.6, §5.4.7. */
import { DecodeError } from '../wap/errors.js';
import type { Millis } from '../wap/time.js';
import {
  decodeShortMessage,
  encodeShortMessage,
  hasTextHeader,
  type ShortMessage,
} from '../wap/wdp/index.js';
import {
  EIGHT_BIT,
  ESM_MODE,
  ESM_TYPE,
  esmClass,
  numberTlv,
  parameter,
  parameterNumber,
  SHORT_MESSAGE_MAX,
  type Smpp,
  type SmppBody,
  type Tlv,
  tags,
} from './smpp-pdu.js';
import { relativeTime } from './smpp-time.js';

/** payload_type. */
const WCMP = 0x01;
/** Type of number and numbering plan of +33612345678. */
const INTERNATIONAL = 0x01;
const E164 = 0x01;
/** dest_network_type and dest_bearer_type (SMPP 3.4 §5.3.2.3, §5.3.2.5). */
const GSM = 0x01;
const SMS = 0x01;
/** data_coding of text headers: Latin 1. */
const LATIN1 = 0x03;
/** registered_delivery: a receipt whatever becomes of the message. */
const RECEIPT = 0x01;

export type Message = Extract<SmppBody, { command: 'data_sm' | 'submit_sm' | 'deliver_sm' }>;

/** How messages are handed over. `data_sm` is WAP-159's; `submit_sm` and `deliver_sm` are what any peer takes. */
export type Carriage = Message['command'];

export interface Route {
  readonly source: string;
  readonly destination: string;
  /** One of the message modes. */
  readonly mode: number;
  /** How long the centre is to keep it: qos_time_to_live, validity_period. */
  readonly validity?: Millis;
  /** Whether a delivery receipt is asked for: registered_delivery. */
  readonly receipt?: boolean;
  /** Whether the centre is told that the terminal is one of GSM and is to get short messages: dest_network_type, dest_bearer_type. */
  readonly gsm?: boolean;
  /** Whether the centre is to tell when the terminal is there again, if it is not there now: set_dpf. */
  readonly alert?: boolean;
}

/** @param octets user data header and user data, as WDP made them; or a text header and text */
export function toMessage(octets: Uint8Array, carriage: Carriage, route: Route): Message {
  const { source, destination, mode, validity, receipt, gsm, alert } = route;
  const text = hasTextHeader(octets);
  const common = {
    serviceType: 'WAP',
    sourceTon: INTERNATIONAL,
    sourceNpi: E164,
    source: digits(source),
    destinationTon: INTERNATIONAL,
    destinationNpi: E164,
    destination: digits(destination),
    registeredDelivery: receipt ? RECEIPT : 0,
    dataCoding: text ? LATIN1 : EIGHT_BIT,
  };
  const whole = mode | (text ? 0 : esmClass.udhi);
  if (carriage !== 'data_sm') {
    const validityPeriod = validity === undefined ? '' : relativeTime(validity);
    const handling = { protocolId: 0, priority: 0, scheduleDeliveryTime: '', validityPeriod };
    return { command: carriage, ...common, esmClass: whole, ...handling, ...placed(octets) };
  }
  const wishes: Tlv[] = gsm
    ? [numberTlv('dest_network_type', 1, GSM), numberTlv('dest_bearer_type', 1, SMS)]
    : [];
  if (validity !== undefined) {
    wishes.push(numberTlv('qos_time_to_live', 4, Math.max(1, Math.ceil(validity / 1000))));
  }
  if (alert) wishes.push(numberTlv('set_dpf', 1, 1));
  const message = text ? undefined : shortMessage(octets);
  const tlvs = message && parameters(message);
  if (tlvs) return { command: carriage, ...common, esmClass: mode, tlvs: [...wishes, ...tlvs] };
  const payload = { tag: tags.message_payload, value: octets };
  return { command: carriage, ...common, esmClass: whole, tlvs: [...wishes, payload] };
}

/** Where the octets stand in submit_sm and deliver_sm. */
function placed(octets: Uint8Array): { readonly shortMessage: Uint8Array; readonly tlvs: readonly Tlv[] } {
  if (octets.length <= SHORT_MESSAGE_MAX) return { shortMessage: octets, tlvs: [] };
  return { shortMessage: new Uint8Array(0), tlvs: [{ tag: tags.message_payload, value: octets }] };
}

/** The octets that WDP understands; `undefined` where the message has none, or is a receipt. */
export function fromMessage(message: Message): Uint8Array | undefined {
  if ((message.esmClass & ESM_TYPE) !== 0) return undefined;
  const octets = contentOf(message);
  if (octets === undefined) return undefined;
  if ((message.esmClass & esmClass.udhi) !== 0) return octets;
  const none = { ports: undefined, fragment: undefined, wcmp: undefined, userData: new Uint8Array(0) };
  if (parameterNumber(message.tlvs, 'payload_type') === WCMP) {
    // The element of a control message counts its octets in one.
    return octets.length > 0xff ? undefined : encodeShortMessage({ ...none, wcmp: octets });
  }
  const destination = parameterNumber(message.tlvs, 'destination_port');
  const originator = parameterNumber(message.tlvs, 'source_port');
  if (destination === undefined || originator === undefined) return octets;
  if (destination > 0xffff || originator > 0xffff) return undefined;
  const ports = { destination, originator };
  return encodeShortMessage({ ...none, ports, fragment: fragmentOf(message.tlvs), userData: octets });
}

/** What it carries, wherever that stands. */
export function contentOf(message: Message): Uint8Array | undefined {
  const payload = parameter(message.tlvs, 'message_payload');
  return message.command !== 'data_sm' && message.shortMessage.length > 0 ? message.shortMessage : payload;
}

/**
 * A message as the centre hands it over: without what its sender asked of the centre (§5.4.7.1, SMPP 3.4 §4.6.1). Only who takes data_sm gets
 * what came as that in the same form; everybody else gets deliver_sm with a user data header.
 */
export function handedOver(message: Message, takesDataSm: boolean): Message {
  const common = { esmClass: message.esmClass & ~ESM_MODE, registeredDelivery: 0 };
  if (message.command === 'data_sm') {
    const tlvs = message.tlvs.filter(({ tag }) => !askedOfCentre.has(tag));
    const handed = { ...message, ...common, tlvs };
    return takesDataSm ? handed : asDeliverSm(handed);
  }
  const times = { scheduleDeliveryTime: '', validityPeriod: '' };
  return { ...message, ...common, ...times, command: 'deliver_sm' };
}

const askedOfCentre = new Set<number>([
  tags.dest_addr_subunit,
  tags.dest_network_type,
  tags.dest_bearer_type,
  tags.qos_time_to_live,
  tags.set_dpf,
]);

function asDeliverSm(message: Extract<Message, { command: 'data_sm' }>): Message {
  const receipt = (message.esmClass & ESM_TYPE) !== 0;
  const octets = receipt ? contentOf(message) : fromMessage(message);
  const { command: _, tlvs, ...addresses } = message;
  const udhi = receipt || (octets !== undefined && hasTextHeader(octets)) ? 0 : esmClass.udhi;
  const { shortMessage: carried, tlvs: payload } = placed(octets ?? new Uint8Array(0));
  return {
    command: 'deliver_sm',
    ...addresses,
    esmClass: message.esmClass | udhi,
    protocolId: 0,
    priority: 0,
    scheduleDeliveryTime: '',
    validityPeriod: '',
    shortMessage: carried,
    tlvs: [...payload, ...tlvs.filter(({ tag }) => receiptTags.has(tag))],
  };
}

const receiptTags = new Set<number>([tags.receipted_message_id, tags.message_state, tags.network_error_code]);

/** The sender and the receiver, as `+` and digits. */
export function endsOf(message: Message): { readonly source: string; readonly destination: string } {
  return { source: `+${digits(message.source)}`, destination: `+${digits(message.destination)}` };
}

export function digits(address: string): string {
  return address.replace(/[^0-9]/g, '');
}

export function isMessage(pdu: Smpp): pdu is Smpp & Message {
  return pdu.command === 'data_sm' || pdu.command === 'submit_sm' || pdu.command === 'deliver_sm';
}

function shortMessage(octets: Uint8Array): ShortMessage | undefined {
  try {
    return decodeShortMessage(octets);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return undefined;
  }
}

/** `undefined` where the message has neither ports nor a control message. */
function parameters({ ports, fragment, wcmp, userData }: ShortMessage): readonly Tlv[] | undefined {
  if (wcmp) return [numberTlv('payload_type', 1, WCMP), { tag: tags.message_payload, value: wcmp }];
  if (ports === undefined) return undefined;
  const tlvs = [
    numberTlv('source_port', 2, ports.originator),
    numberTlv('destination_port', 2, ports.destination),
  ];
  if (fragment) {
    tlvs.push(numberTlv('sar_msg_ref_num', 2, fragment.reference));
    tlvs.push(numberTlv('sar_total_segments', 1, fragment.total));
    tlvs.push(numberTlv('sar_segment_seqnum', 1, fragment.sequence));
    if (fragment.sequence < fragment.total) tlvs.push(numberTlv('more_messages_to_send', 1, 1));
  }
  return [...tlvs, { tag: tags.message_payload, value: userData }];
}

/** Numbers that a segment cannot have make the message a whole one, as in WDP (WAP-259 Figure 6-1). */
function fragmentOf(tlvs: readonly Tlv[]): ShortMessage['fragment'] {
  const reference = parameterNumber(tlvs, 'sar_msg_ref_num');
  const total = parameterNumber(tlvs, 'sar_total_segments');
  const sequence = parameterNumber(tlvs, 'sar_segment_seqnum');
  if (reference === undefined || total === undefined || sequence === undefined) return undefined;
  if (reference > 0xffff || total > 0xff || sequence === 0 || sequence > total) return undefined;
  return { long: true, reference, total, sequence };
}
