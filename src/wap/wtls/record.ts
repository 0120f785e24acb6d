/** Records as they stand in a transport SDU: WAP-261 §9.2. What is under a cipher spec stays under it here. */
import { type Field, Reader } from '../octets.js';

/** ContentType: §9.2.1. */
export const contentTypes = {
  change_cipher_spec: 1,
  alert: 2,
  handshake: 3,
  application_data: 4,
} as const satisfies Record<string, number>;

export type ContentTypeName = keyof typeof contentTypes;

/** Flags of the record_type octet. */
const LENGTH_FLAG = 0x80;
const SEQUENCE_FLAG = 0x40;
const CIPHER_FLAG = 0x20;
const RESERVED_FLAG = 0x10;
const TYPE_MASK = 0x0f;

/** Longest fragment: its length has 16 bits. */
export const FRAGMENT_MOST = 0xffff;

export const SEQUENCE_MOST = 0xffff;

/** Records in one SDU: a flight of either side has at most six, and an alert and data may share its datagram. */
export const RECORDS_MOST = 16;

export interface WtlsRecord {
  /** ContentType; one that nobody knows is ignored (§9). */
  readonly contentType: number;
  /** Absent where sequence numbers are implicit or off. */
  readonly sequence?: number | undefined;
  /** Whether `fragment` is under a cipher spec other than null. */
  readonly ciphered: boolean;
  /** Whether the length is written; only the last of an SDU may do without. */
  readonly withLength: boolean;
  readonly fragment: Uint8Array;
}

/** The record_type octet, which is also under the MAC. */
export function recordType(record: Omit<WtlsRecord, 'fragment'>): number {
  return (
    (record.withLength ? LENGTH_FLAG : 0) |
    (record.sequence === undefined ? 0 : SEQUENCE_FLAG) |
    (record.ciphered ? CIPHER_FLAG : 0) |
    record.contentType
  );
}

export function contentTypeName(contentType: number): ContentTypeName | undefined {
  switch (contentType) {
    case contentTypes.change_cipher_spec:
      return 'change_cipher_spec';
    case contentTypes.alert:
      return 'alert';
    case contentTypes.handshake:
      return 'handshake';
    case contentTypes.application_data:
      return 'application_data';
    default:
      return undefined;
  }
}

/** The records of one SDU, each with its own octets: checksums of alerts are over those. */
export function decodeRecords(
  sdu: Uint8Array,
  record?: Field[],
): readonly { readonly record: WtlsRecord; readonly octets: Uint8Array }[] {
  const reader = new Reader(sdu, 'WTLS', record);
  const records: { record: WtlsRecord; octets: Uint8Array }[] = [];
  do {
    if (records.length === RECORDS_MOST) reader.fail(`more than ${RECORDS_MOST} records are in one SDU`);
    const start = reader.offset;
    const read = reader.group('Record', readRecord);
    records.push({ record: read, octets: sdu.subarray(start, reader.offset) });
  } while (reader.left > 0);
  return records;
}

function readRecord(reader: Reader): WtlsRecord {
  const type = reader.uint8('record_type');
  if ((type & RESERVED_FLAG) !== 0) reader.fail('the reserved bit of record_type is set');
  const withLength = (type & LENGTH_FLAG) !== 0;
  const sequence = (type & SEQUENCE_FLAG) === 0 ? undefined : reader.uint16('sequence_number');
  const length = withLength ? reader.uint16('length') : reader.left;
  // An SDU without length may be as long as the transport lets it.
  if (length > FRAGMENT_MOST) reader.fail(`a fragment is longer than ${FRAGMENT_MOST} octets`);
  const fragment = reader.octets('fragment', length);
  const contentType = type & TYPE_MASK;
  const ciphered = (type & CIPHER_FLAG) !== 0;
  return sequence === undefined
    ? { contentType, ciphered, withLength, fragment }
    : { contentType, sequence, ciphered, withLength, fragment };
}

/** §9.2.2: the octets of one record. */
export function encodeRecord(record: WtlsRecord): Uint8Array {
  const { fragment } = record;
  const [octets, at] = beginRecord(record, fragment.length);
  octets.set(fragment, at);
  return octets;
}

/** A record without its fragment, which goes to `at` and beyond. */
export function beginRecord(
  head: Omit<WtlsRecord, 'fragment'>,
  length: number,
): readonly [octets: Uint8Array, at: number] {
  const { sequence, withLength } = head;
  const at = 1 + (sequence === undefined ? 0 : 2) + (withLength ? 2 : 0);
  const octets = new Uint8Array(at + length);
  octets[0] = recordType(head);
  if (sequence !== undefined) {
    octets[1] = sequence >> 8;
    octets[2] = sequence;
  }
  if (withLength) {
    octets[at - 2] = length >> 8;
    octets[at - 1] = length;
  }
  return [octets, at];
}
