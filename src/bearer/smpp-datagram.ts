/** A short message of WDP as the message of SMPP that carries it, and back: WAP-159-WDPWCMPAdapt §5.1.4 to §5.1.6, §5.4.6, §5.4.7. */
import { DecodeError } from '../wap/errors.js';
import { decodeShortMessage, encodeShortMessage, type ShortMessage } from '../wap/wdp/index.js';
import { EIGHT_BIT, esmClass, type Smpp, type SmppBody, type Tag, type Tlv, tags } from './smpp-pdu.js';

/** payload_type. */
const WCMP = 0x01;
/** Type of number and numbering plan of +33612345678. */
const INTERNATIONAL = 0x01;
const E164 = 0x01;

type Message = Extract<SmppBody, { command: 'data_sm' | 'submit_sm' | 'deliver_sm' }>;

/** How a proxy hands its messages to the centre. `data_sm` is WAP-159's; `submit_sm` is what any centre takes. */
export type Carriage = 'data_sm' | 'submit_sm' | 'deliver_sm';

export interface Route {
  readonly source: string;
  readonly destination: string;
  /** One of the message modes. */
  readonly mode: number;
}

/** @param octets user data header and user data, as WDP made them */
export function toMessage(
  octets: Uint8Array,
  carriage: Carriage,
  { source, destination, mode }: Route,
): Message {
  const common = {
    serviceType: 'WAP',
    sourceTon: INTERNATIONAL,
    sourceNpi: E164,
    source: digits(source),
    destinationTon: INTERNATIONAL,
    destinationNpi: E164,
    destination: digits(destination),
    registeredDelivery: 0,
    dataCoding: EIGHT_BIT,
  };
  if (carriage !== 'data_sm') {
    // The centre's own modes are those of data_sm; here the header is what matters.
    const message = { protocolId: 0, shortMessage: octets, tlvs: [], esmClass: mode | esmClass.udhi };
    return { command: carriage, ...common, ...message };
  }
  const message = shortMessage(octets);
  const tlvs = message && parameters(message);
  if (tlvs) return { command: carriage, ...common, esmClass: mode, tlvs };
  return {
    command: carriage,
    ...common,
    esmClass: mode | esmClass.udhi,
    tlvs: [tlv('message_payload', octets)],
  };
}

/** The octets that WDP understands; `undefined` where the message has none. */
export function fromMessage(message: Message): Uint8Array | undefined {
  const payload = parameter(message.tlvs, 'message_payload');
  const octets =
    message.command !== 'data_sm' && message.shortMessage.length > 0 ? message.shortMessage : payload;
  if (octets === undefined) return undefined;
  if ((message.esmClass & esmClass.udhi) !== 0) return octets;
  const none = { ports: undefined, fragment: undefined, wcmp: undefined, userData: new Uint8Array(0) };
  if (numberOf(message.tlvs, 'payload_type') === WCMP) return encodeShortMessage({ ...none, wcmp: octets });
  const destination = numberOf(message.tlvs, 'destination_port');
  const originator = numberOf(message.tlvs, 'source_port');
  if (destination === undefined || originator === undefined) return octets;
  const ports = { destination, originator };
  return encodeShortMessage({ ...none, ports, fragment: fragmentOf(message.tlvs), userData: octets });
}

/** The sender and the receiver, as `+` and digits. */
export function endsOf(message: Message): { readonly source: string; readonly destination: string } {
  return { source: `+${message.source}`, destination: `+${message.destination}` };
}

export function digits(address: string): string {
  return address.replace(/[^0-9]/g, '');
}

export function isMessage(pdu: Smpp): pdu is Smpp & Message {
  return pdu.command === 'data_sm' || pdu.command === 'submit_sm' || pdu.command === 'deliver_sm';
}

export function tlv(name: Tag, value: Uint8Array): Tlv {
  return { tag: tags[name], value };
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
  if (wcmp) return [tlv('payload_type', Uint8Array.of(WCMP)), tlv('message_payload', wcmp)];
  if (ports === undefined) return undefined;
  const { originator, destination } = ports;
  const tlvs = [tlv('source_port', two(originator)), tlv('destination_port', two(destination))];
  if (fragment) {
    tlvs.push(tlv('sar_msg_ref_num', two(fragment.reference)));
    tlvs.push(tlv('sar_total_segments', Uint8Array.of(fragment.total)));
    tlvs.push(tlv('sar_segment_seqnum', Uint8Array.of(fragment.sequence)));
    if (fragment.sequence < fragment.total) tlvs.push(tlv('more_messages_to_send', Uint8Array.of(1)));
  }
  return [...tlvs, tlv('message_payload', userData)];
}

function fragmentOf(tlvs: readonly Tlv[]): ShortMessage['fragment'] {
  const reference = numberOf(tlvs, 'sar_msg_ref_num');
  const total = numberOf(tlvs, 'sar_total_segments');
  const sequence = numberOf(tlvs, 'sar_segment_seqnum');
  if (reference === undefined || total === undefined || sequence === undefined) return undefined;
  return { long: true, reference, total, sequence };
}

function parameter(tlvs: readonly Tlv[], name: Tag): Uint8Array | undefined {
  return tlvs.find(({ tag }) => tag === tags[name])?.value;
}

/** One or two octets; anything else is as good as nothing. */
function numberOf(tlvs: readonly Tlv[], name: Tag): number | undefined {
  const [high, low, more] = parameter(tlvs, name) ?? [];
  if (high === undefined || more !== undefined) return undefined;
  return low === undefined ? high : high * 256 + low;
}

function two(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}
