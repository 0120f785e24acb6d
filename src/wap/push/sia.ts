/** Session initiation: the content application/vnd.wap.sia, WAP-235-PushOTA §8.4, SIN WAP-235_101. */
import { DecodeError } from '../errors.js';
import { type Field, Reader, Writer } from '../octets.js';
import {
  type BearerAddress,
  decodeAddresses,
  decodeHeaders,
  encodeAddresses,
  encodeHeaders,
} from '../wsp/index.js';
import { type ApplicationId, decodeApplicationId, encodeApplicationId } from './application-id.js';

/** A push proxy asks a terminal to open push sessions. */
export interface SessionInitiation {
  /** 1; terminals also take 0, which ends behind the contact points for WSP, and higher ones. */
  readonly version: number;
  readonly applications: readonly ApplicationId[];
  /** Where WSP sessions are to be opened. */
  readonly contactPoints: readonly BearerAddress[];
  /** What follows for OTA-HTTP, provisioning and registration, as it came. */
  readonly rest?: Uint8Array;
}

/** The version of this specification. */
export const SIA_VERSION = 1;

/** Applications or contact points beyond this many are no request that a phone could follow. */
const MAX_LENGTH = 4096;

/** Trailing fields that are empty are left out, as §8.4 allows. */
export function encodeSia({ version, applications, contactPoints, rest }: SessionInitiation): Uint8Array {
  const list = encodeHeaders(
    applications.map((id) => ({ name: 'Accept-Application', value: encodeApplicationId(id) })),
  );
  const contacts = encodeAddresses(contactPoints);
  const writer = new Writer().uint8(version).uintvar(list.length).octets(list);
  writer.uintvar(contacts.length).octets(contacts);
  return writer.octets(rest ?? new Uint8Array(0)).done();
}

/** Reads any version; throws `DecodeError` where the common fields or those for WSP are cut short. */
export function decodeSia(octets: Uint8Array, record?: Field[]): SessionInitiation {
  const reader = new Reader(octets, 'SIA', record);
  const version = reader.uint8('Version');
  const headers = reader.inside('Application-ID List', length(reader, 'AppIdListLen'), (inner) =>
    decodeHeaders(inner),
  );
  const contactPoints = decodeAddresses(
    reader.octets('Contact Points WSP', length(reader, 'ContactPointsLen WSP')),
  );
  const applications = headers
    .filter(({ name }) => name === 'Accept-Application')
    .map(({ value }) => (value === '*' ? 0 : decodeApplicationId(value)))
    .filter((id) => id !== undefined);
  const rest = reader.rest('other fields');
  return { version, applications, contactPoints, ...(rest.length > 0 && { rest }) };
}

function length(reader: Reader, name: string): number {
  const value = reader.uintvar(name);
  if (value > MAX_LENGTH) throw new DecodeError('SIA', reader.offset, `${name} is more than ${MAX_LENGTH}`);
  return value;
}
