/** Delivery receipts: WAP-159-WDPWCMPAdapt §5.4.8, and in text as SMPP 3.4 Appendix B has them. */
import { encodeLatin1 } from '../wap/octets.js';
import type { Millis } from '../wap/time.js';
import type { Message } from './smpp-datagram.js';
import { esmClass, type MessageState, messageStates, numberTlv, type Tlv, tags } from './smpp-pdu.js';
import { receiptTime } from './smpp-time.js';
import type { Entry } from './smsc-queue.js';

/** SMPP 3.4 Appendix B: what receipts in text call the states. */
export const stateWords: Readonly<Record<MessageState, string>> = {
  ENROUTE: 'ENROUTE',
  DELIVERED: 'DELIVRD',
  EXPIRED: 'EXPIRED',
  DELETED: 'DELETED',
  UNDELIVERABLE: 'UNDELIV',
  ACCEPTED: 'ACCEPTD',
  UNKNOWN: 'UNKNOWN',
  REJECTED: 'REJECTD',
};

/** data_coding: IA5. */
const ASCII = 0x01;

/** From the number that the message was for to who sent it. */
export function receiptFor(entry: Entry, state: MessageState, at: Millis): Message {
  const { message } = entry;
  const delivered = state === 'DELIVERED';
  const text =
    `id:${entry.id} sub:001 dlvrd:00${delivered ? 1 : 0} submit date:${receiptTime(entry.accepted)} ` +
    `done date:${receiptTime(at)} stat:${stateWords[state]} err:00${delivered ? 0 : 1} text:`;
  const octets = encodeLatin1(text) ?? new Uint8Array(0);
  const tlvs: readonly Tlv[] = [
    { tag: tags.receipted_message_id, value: Uint8Array.of(...(encodeLatin1(entry.id) ?? []), 0) },
    numberTlv('message_state', 1, messageStates[state]),
  ];
  const common = {
    serviceType: message.serviceType,
    sourceTon: message.destinationTon,
    sourceNpi: message.destinationNpi,
    source: entry.destination,
    destinationTon: message.sourceTon,
    destinationNpi: message.sourceNpi,
    destination: entry.source,
    esmClass: esmClass.receipt,
    registeredDelivery: 0,
    dataCoding: ASCII,
  };
  if (message.command === 'data_sm') {
    const payload = { tag: tags.message_payload, value: octets };
    return { command: 'data_sm', ...common, tlvs: [...tlvs, payload] };
  }
  const handling = { protocolId: 0, priority: 0, scheduleDeliveryTime: '', validityPeriod: '' };
  return { command: 'deliver_sm', ...common, ...handling, shortMessage: octets, tlvs };
}
