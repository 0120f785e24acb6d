/** The PDUs of WTP and how several share one datagram: WAP-224-WTP §8. */
import {
  constant,
  flag,
  type Layout,
  type LayoutField,
  lengthOf,
  type Of,
  pdu,
  presence,
  read,
  reserved,
  sized,
  uint,
  write,
} from '../layout.js';
import { type Field, Reader, Writer } from '../octets.js';
import { readTpis, type Tpi, writeTpis } from './tpi.js';

/** Table 11. */
export const pduTypes = {
  Invoke: 0x01,
  Result: 0x02,
  Ack: 0x03,
  Abort: 0x04,
  'Segmented Invoke': 0x05,
  'Segmented Result': 0x06,
  'Negative Ack': 0x07,
} as const satisfies Record<string, number>;

/** §8.2.1: the continue flag. */
const con = presence('con', 'tpis');
const type = (name: keyof typeof pduTypes) => constant('PDU Type', 4, pduTypes[name]);

/** The fixed headers: §8.3, Tables 13, 15, 16, 17, 20, 21, 22. */
// biome-ignore format: a line is a printed figure
export const layouts = {
  Invoke: pdu('Invoke', con, type('Invoke'), flag('gtr'), flag('ttr'), flag('rid'), uint('tid', 16),
    uint('version', 2), flag('tidNew'), flag('up'), reserved(1), reserved(1), uint('tcl', 2)),
  Result: pdu('Result', con, type('Result'), flag('gtr'), flag('ttr'), flag('rid'), uint('tid', 16)),
  Ack: pdu('Ack', con, type('Ack'), flag('tve'), reserved(1), flag('rid'), uint('tid', 16)),
  Abort: pdu('Abort', con, type('Abort'), uint('abortType', 3), uint('tid', 16), uint('abortReason', 8)),
  'Segmented Invoke': pdu('Segmented Invoke', con, type('Segmented Invoke'), flag('gtr'), flag('ttr'), flag('rid'),
    uint('tid', 16), uint('psn', 8)),
  'Segmented Result': pdu('Segmented Result', con, type('Segmented Result'), flag('gtr'), flag('ttr'), flag('rid'),
    uint('tid', 16), uint('psn', 8)),
  'Negative Ack': pdu('Negative Ack', con, type('Negative Ack'), reserved(2), flag('rid'), uint('tid', 16),
    lengthOf('missing', 8), sized('missing')),
} as const;

type Header<Name extends keyof typeof layouts> = Of<(typeof layouts)[Name]> & {
  /** The continue flag is set where there are any. */
  readonly tpis: readonly Tpi[];
};
type WithData = { readonly userData: Uint8Array };

export type Invoke = Header<'Invoke'> & WithData;
export type Result = Header<'Result'> & WithData;
/** `tve` is Tve from the Responder, Tok from the Initiator (§8.3.3.1). */
export type Ack = Header<'Ack'>;
export type Abort = Header<'Abort'>;
export type SegmentedInvoke = Header<'Segmented Invoke'> & WithData;
export type SegmentedResult = Header<'Segmented Result'> & WithData;
/** `missing` holds packet sequence numbers; none asks for the whole group (§8.3.7.1). */
export type NegativeAck = Header<'Negative Ack'>;

export type WtpPdu = Invoke | Result | Ack | Abort | SegmentedInvoke | SegmentedResult | NegativeAck;

/** Table 18. */
export const abortTypes = { PROVIDER: 0x00, USER: 0x01 } as const;

/** Table 19, reasons of the provider. Table 37 prints CAPTEMPEXCEED. */
export const abortReasons = {
  UNKNOWN: 0x00,
  PROTOERR: 0x01,
  INVALIDTID: 0x02,
  NOTIMPLEMENTEDCL2: 0x03,
  NOTIMPLEMENTEDSAR: 0x04,
  NOTIMPLEMENTEDUACK: 0x05,
  WTPVERSIONONE: 0x06,
  CAPTEMPEXCEEDED: 0x07,
  NORESPONSE: 0x08,
  MESSAGETOOLARGE: 0x09,
  NOTIMPLEMENTEDESAR: 0x0a,
} as const satisfies Record<string, number>;

export type AbortReason = keyof typeof abortReasons;

/** Set in the TID of everything that a Responder sends: §7.8.1. */
export const TID_DIRECTION = 0x8000;

const noTpis: readonly Tpi[] = [];

/** Longest PDU that can share a datagram: 15 bits of length, §8.5. */
const LONGEST_CONCATENATED = 0x7fff;

/** One PDU, which takes all octets. @param base where it starts in the datagram, for errors */
export function decodePdu(octets: Uint8Array, base = 0): WtpPdu {
  return readPdu(new Reader(octets, 'WTP', undefined, base));
}

function readPdu(reader: Reader): WtpPdu {
  const code = ((reader.peek() ?? reader.fail('PDU Type is cut short')) >> 3) & 0x0f;
  switch (code) {
    case pduTypes.Invoke:
      return withData(header(layouts.Invoke, reader), reader);
    case pduTypes.Result:
      return withData(header(layouts.Result, reader), reader);
    case pduTypes.Ack:
      return alone(header(layouts.Ack, reader), reader);
    case pduTypes.Abort:
      return alone(header(layouts.Abort, reader), reader);
    case pduTypes['Segmented Invoke']:
      return withData(header(layouts['Segmented Invoke'], reader), reader);
    case pduTypes['Segmented Result']:
      return withData(header(layouts['Segmented Result'], reader), reader);
    case pduTypes['Negative Ack']:
      return alone(header(layouts['Negative Ack'], reader), reader);
    default:
      return reader.fail(`PDU Type ${code} is none`);
  }
}

function header<L extends Layout<string, readonly LayoutField[]>>(
  layout: L,
  reader: Reader,
): Of<L> & { readonly tpis: readonly Tpi[] } {
  // `read` has left the continue flag in the place of the items.
  const value = read(layout, reader) as Of<L> & { tpis: unknown };
  const tpis = value.tpis === true ? readTpis(reader) : noTpis;
  return Object.assign(value, { tpis });
}

function withData<P>(value: P, reader: Reader): P & WithData {
  return Object.assign(value as P & object, { userData: reader.rest('Data') });
}

function alone<P extends WtpPdu>(value: P, reader: Reader): P {
  reader.end();
  return value;
}

export function encodePdu(value: WtpPdu): Uint8Array {
  const length = 'userData' in value ? value.userData.length : 0;
  const writer = new Writer(length + 16);
  switch (value.pdu) {
    case 'Invoke':
      write(layouts.Invoke, value, writer);
      break;
    case 'Result':
      write(layouts.Result, value, writer);
      break;
    case 'Ack':
      write(layouts.Ack, value, writer);
      break;
    case 'Abort':
      write(layouts.Abort, value, writer);
      break;
    case 'Segmented Invoke':
      write(layouts['Segmented Invoke'], value, writer);
      break;
    case 'Segmented Result':
      write(layouts['Segmented Result'], value, writer);
      break;
    case 'Negative Ack':
      write(layouts['Negative Ack'], value, writer);
      break;
  }
  writeTpis(value.tpis, writer);
  if ('userData' in value) writer.octets(value.userData);
  return writer.done();
}

/** One PDU of a datagram, not decoded yet. */
export interface Separated {
  /** From the start of the datagram. */
  readonly offset: number;
  readonly octets: Uint8Array;
}

/** The PDUs that share a datagram: §8.5, Tables 35 and 36. */
export function separate(datagram: Uint8Array): readonly Separated[] {
  return eachPdu(datagram, undefined, (inner) => {
    const { offset } = inner;
    return { offset, octets: inner.rest('WTP PDU') };
  });
}

function eachPdu<T>(datagram: Uint8Array, record: Field[] | undefined, each: (pdu: Reader) => T): T[] {
  const reader = new Reader(datagram, 'WTP', record);
  if (reader.peek() !== 0x00) return [each(reader)];
  reader.uint8('Concatenation Indicator');
  const all: T[] = [];
  do {
    const long = reader.bits('long', 1) === 1;
    const length = reader.bits('WTP PDU Length', long ? 15 : 7);
    if (length === 0) reader.fail('WTP PDU Length is 0');
    all.push(reader.inside('WTP PDU', length, each));
  } while (reader.left > 0);
  return all;
}

/** PDUs in one datagram: as they are if there is one, else concatenated. */
export function concatenate(pdus: readonly Uint8Array[]): Uint8Array {
  const [first] = pdus;
  if (first !== undefined && pdus.length === 1) return first;
  const writer = new Writer(pdus.reduce((length, octets) => length + octets.length + 2, 1));
  writer.uint8(0x00);
  for (const octets of pdus) {
    if (octets.length > LONGEST_CONCATENATED) {
      throw new RangeError(`a PDU of ${octets.length} octets cannot share a datagram`);
    }
    if (octets.length < 0x80) writer.uint8(octets.length);
    else writer.uint16(0x8000 | octets.length);
    writer.octets(octets);
  }
  return writer.done();
}

/** All PDUs of a datagram. With `record`, the dissector gets every field that was read. */
export function decodeWtp(datagram: Uint8Array, record?: Field[]): readonly WtpPdu[] {
  return eachPdu(datagram, record, readPdu);
}

export function encodeWtp(pdus: readonly WtpPdu[]): Uint8Array {
  return concatenate(pdus.map(encodePdu));
}
