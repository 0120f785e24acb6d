/** The alert protocol: WAP-261 §10.2. */
import { type Field, Reader, Writer } from '../octets.js';

/** AlertLevel. */
export const alertLevels = { warning: 1, critical: 2, fatal: 3 } as const satisfies Record<string, number>;

export type AlertLevel = keyof typeof alertLevels;

/** AlertDescription. */
export const alertDescriptions = {
  connection_close_notify: 0,
  session_close_notify: 1,
  no_connection: 5,
  unexpected_message: 10,
  time_required: 11,
  bad_record_mac: 20,
  decryption_failed: 21,
  record_overflow: 22,
  decompression_failure: 30,
  handshake_failure: 40,
  bad_certificate: 42,
  unsupported_certificate: 43,
  certificate_revoked: 44,
  certificate_expired: 45,
  certificate_unknown: 46,
  illegal_parameter: 47,
  unknown_ca: 48,
  access_denied: 49,
  decode_error: 50,
  decrypt_error: 51,
  unknown_key_id: 52,
  disabled_key_id: 53,
  key_exchange_disabled: 54,
  session_not_ready: 55,
  unknown_parameter_index: 56,
  duplicate_finished_received: 57,
  export_restriction: 60,
  protocol_version: 70,
  insufficient_security: 71,
  internal_error: 80,
  user_canceled: 90,
  no_renegotiation: 100,
} as const satisfies Record<string, number>;

export type AlertDescription = keyof typeof alertDescriptions;

const nameOfLevel = namesByNumber<AlertLevel>(alertLevels);
const nameOfDescription = namesByNumber<AlertDescription>(alertDescriptions);

function namesByNumber<Name extends string>(
  table: Readonly<Record<Name, number>>,
): ReadonlyMap<number, Name> {
  return new Map(Object.entries<number>(table).map(([name, number]) => [number, name as Name]));
}

export const CHECKSUM_OCTETS = 4;

export interface Alert {
  /** One that is not known is a number. */
  readonly level: AlertLevel | number;
  readonly description: AlertDescription | number;
  /** Of the last record that the sender of the alert received. */
  readonly checksum: Uint8Array;
}

/** §10.2: reads an alert; throws `DecodeError`. @param record gets every field, for the dissector */
export function decodeAlert(octets: Uint8Array, record?: Field[]): Alert {
  const reader = new Reader(octets, 'WTLS alert', record);
  const level = reader.uint8('level');
  const description = reader.uint8('description');
  const checksum = reader.octets('checksum', CHECKSUM_OCTETS);
  reader.end();
  return {
    level: nameOfLevel.get(level) ?? level,
    description: nameOfDescription.get(description) ?? description,
    checksum,
  };
}

/** §10.2: the octets of an alert. */
export function encodeAlert({ level, description, checksum }: Alert): Uint8Array {
  return new Writer(6)
    .uint8(typeof level === 'number' ? level : alertLevels[level])
    .uint8(typeof description === 'number' ? description : alertDescriptions[description])
    .octets(checksum)
    .done();
}

/** `fatal handshake_failure`. */
export function formatAlert({ level, description }: Pick<Alert, 'level' | 'description'>): string {
  return `${level} ${description}`;
}

/** The blocks of four octets of a record, padded with zeros, exclusive-or. No record: four zeros. */
export function checksumOf(record: Uint8Array): Uint8Array {
  return checksumOctets(checksumNumber(record));
}

/** The four octets of a checksum that is a number. */
export function checksumOctets(sum: number): Uint8Array {
  return Uint8Array.of(sum >>> 24, sum >>> 16, sum >>> 8, sum);
}

/** The checksum as a number of 32 bits with sign: that of four octets is the octets themselves. */
export function checksumNumber(record: Uint8Array): number {
  const { length } = record;
  let sum = 0;
  let at = 0;
  for (; at + 3 < length; at += 4) {
    sum ^=
      ((record[at] as number) << 24) |
      ((record[at + 1] as number) << 16) |
      ((record[at + 2] as number) << 8) |
      (record[at + 3] as number);
  }
  for (let shift = 24; at < length; at++, shift -= 8) sum ^= (record[at] as number) << shift;
  return sum;
}

/** §10.2.2: who sends no_connection has no sequence number to count on. */
export const NO_CONNECTION_SEQUENCE = 0xffff;

/** §10.2.2: what is sent in cleartext, as whoever gets it may not have the keys. */
export const cleartextAlerts: ReadonlySet<AlertDescription> = new Set([
  'no_connection',
  'bad_record_mac',
  'decryption_failed',
  'record_overflow',
  'decompression_failure',
]);
