/**
 * Protocol data units: WAP-230-WSP §8.2. ContentType and Headers share a length, so they are one field here, `headers`;
 * messages.ts takes them apart.
 */
import { DecodeError } from '../errors.js';
import {
  constant,
  flag,
  lengthOf,
  type Of,
  pdu,
  read,
  rest,
  sized,
  uint,
  uintvar,
  write,
} from '../layout.js';
import { type Field, Reader, Writer } from '../octets.js';
import { pduTypes } from './numbers.js';

/** 1.0: the major number in the upper four bits (§8.2.2.1). */
export const PROTOCOL_VERSION = 0x10;

function type(name: keyof typeof pduTypes) {
  return constant('Type', 8, pduTypes[name]);
}

/** §8.2.2.1, Table 4. */
export const Connect = pdu(
  'Connect',
  type('Connect'),
  uint('version', 8),
  lengthOf('capabilities'),
  lengthOf('headers'),
  sized('capabilities'),
  sized('headers'),
);
export type Connect = Of<typeof Connect>;

/** §8.2.2.2, Table 5. */
export const ConnectReply = pdu(
  'ConnectReply',
  type('ConnectReply'),
  uintvar('serverSessionId'),
  lengthOf('capabilities'),
  lengthOf('headers'),
  sized('capabilities'),
  sized('headers'),
);
export type ConnectReply = Of<typeof ConnectReply>;

/** §8.2.2.3, Table 6: the unassigned flags are not looked at. */
export const Redirect = pdu(
  'Redirect',
  type('Redirect'),
  flag('permanent'),
  flag('reuseSecuritySession'),
  { kind: 'reserved', name: 'Flags', bits: 6 },
  rest('redirectAddresses'),
);
export type Redirect = Of<typeof Redirect>;

/** §8.2.2.4, Table 8. */
export const Disconnect = pdu('Disconnect', type('Disconnect'), uintvar('serverSessionId'));
export type Disconnect = Of<typeof Disconnect>;

/** §8.2.3.1, Table 9: also OPTIONS, HEAD, DELETE, TRACE and extended methods without body. */
export const Get = pdu('Get', uint('type', 8), lengthOf('uri'), sized('uri'), rest('headers'));
export type Get = Of<typeof Get>;

/** §8.2.3.2, Table 10: also PUT and extended methods with a body. */
export const Post = pdu(
  'Post',
  uint('type', 8),
  lengthOf('uri'),
  lengthOf('headers'),
  sized('uri'),
  sized('headers'),
  rest('data'),
);
export type Post = Of<typeof Post>;

/** §8.2.3.3, Table 11. */
export const Reply = pdu(
  'Reply',
  type('Reply'),
  uint('status', 8),
  lengthOf('headers'),
  sized('headers'),
  rest('data'),
);
export type Reply = Of<typeof Reply>;

/** §8.2.3.4, Table 12. */
export const DataFragment = pdu(
  'DataFragment',
  type('DataFragment'),
  lengthOf('headers'),
  sized('headers'),
  rest('data'),
);
export type DataFragment = Of<typeof DataFragment>;

/** §8.2.4.1, Table 14. */
export const Push = pdu('Push', type('Push'), lengthOf('headers'), sized('headers'), rest('data'));
export type Push = Of<typeof Push>;

/** §8.2.4.1, Table 14. */
export const ConfirmedPush = pdu(
  'ConfirmedPush',
  type('ConfirmedPush'),
  lengthOf('headers'),
  sized('headers'),
  rest('data'),
);
export type ConfirmedPush = Of<typeof ConfirmedPush>;

/** §8.2.5.1, Table 15. */
export const Suspend = pdu('Suspend', type('Suspend'), uintvar('sessionId'));
export type Suspend = Of<typeof Suspend>;

/** §8.2.5.2, Table 16. */
export const Resume = pdu(
  'Resume',
  type('Resume'),
  uintvar('sessionId'),
  lengthOf('capabilities'),
  sized('capabilities'),
  rest('headers'),
);
export type Resume = Of<typeof Resume>;

const layouts = {
  Connect,
  ConnectReply,
  Redirect,
  Disconnect,
  Get,
  Post,
  Reply,
  DataFragment,
  Push,
  ConfirmedPush,
  Suspend,
  Resume,
};

export type WspPdu =
  | Connect
  | ConnectReply
  | Redirect
  | Disconnect
  | Get
  | Post
  | Reply
  | DataFragment
  | Push
  | ConfirmedPush
  | Suspend
  | Resume;

const byType = new Map<number, (typeof layouts)[keyof typeof layouts]>(
  Object.entries(pduTypes).map(([name, number]) => [number, layouts[name as keyof typeof pduTypes]]),
);

function layoutOf(number: number): (typeof layouts)[keyof typeof layouts] | undefined {
  if (number >= 0x40 && number <= 0x5f) return Get;
  if (number >= 0x60 && number <= 0x7f) return Post;
  return byType.get(number);
}

/** A PDU of the connection mode; what follows it is an error. */
export function decodeWsp(octets: Uint8Array, record?: Field[]): WspPdu {
  return readPdu(new Reader(octets, 'WSP', record));
}

/** Reads to the end of `reader`. */
export function readPdu(reader: Reader): WspPdu {
  const number = reader.peek() ?? reader.fail('Type is cut short');
  const layout = layoutOf(number);
  if (layout === undefined)
    throw new DecodeError('WSP', reader.offset, `Type 0x${number.toString(16)} is not assigned`);
  const value: WspPdu = read<typeof layout>(layout, reader);
  reader.end();
  return value;
}

export function encodeWsp(value: WspPdu): Uint8Array {
  const writer = new Writer(128);
  writePdu(writer, value);
  return writer.done();
}

function writePdu(writer: Writer, value: WspPdu): void {
  const layout = layouts[value.pdu];
  write(layout, value, writer);
}

/** A connectionless PDU: §8.2.1, Table 3. */
export interface UnitPdu {
  readonly tid: number;
  readonly content: WspPdu;
}

export function decodeUnit(octets: Uint8Array, record?: Field[]): UnitPdu {
  const reader = new Reader(octets, 'WSP', record);
  const tid = reader.uint8('TID');
  return { tid, content: readPdu(reader) };
}

export function encodeUnit({ tid, content }: UnitPdu): Uint8Array {
  const writer = new Writer(128);
  writer.uint8(tid);
  writePdu(writer, content);
  return writer.done();
}
