/**
 * What a PDU says, field by field, for people: the decoders themselves, told to record. A field that breaks its grammar
 * stays as octets.
 */
import { DecodeError } from '../errors.js';
import type { Field } from '../octets.js';
import { Reader } from '../octets.js';
import { type CapabilitiesIn, decodeCapabilities, readAddresses } from './capabilities.js';
import { headerValue } from './header.js';
import { decodeHeaders, type HeaderContext } from './headers.js';
import { decodeMessage, decodeUri } from './messages.js';
import { methodName } from './methods.js';
import { decodeMultipart, mimeMultipartType } from './multipart.js';
import { statusOf } from './numbers.js';
import { decodeUnit, decodeWsp, type WspPdu } from './pdu.js';

export interface Dissection {
  readonly pdu: WspPdu;
  /** Present in connectionless PDUs. */
  readonly tid?: number;
  readonly fields: readonly Field[];
}

/** A PDU of the connection mode. */
export function dissectWsp(octets: Uint8Array, context: HeaderContext = {}): Dissection {
  const fields: Field[] = [];
  const pdu = decodeWsp(octets, fields);
  return { pdu, fields: explained(pdu, fields, context) };
}

/** A connectionless PDU. */
export function dissectUnit(octets: Uint8Array, context: HeaderContext = {}): Dissection {
  const fields: Field[] = [];
  const { tid, content } = decodeUnit(octets, fields);
  return { pdu: content, tid, fields: explained(content, fields, context) };
}

function explained(pdu: WspPdu, fields: readonly Field[], context: HeaderContext): readonly Field[] {
  return fields.map((field) => {
    try {
      return explain(pdu, field, context);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return field;
    }
  });
}

function explain(pdu: WspPdu, field: Field, context: HeaderContext): Field {
  const { name, value } = field;
  if (name === 'type' && typeof value === 'number') return { ...field, value: methodName(value) ?? value };
  if (name === 'status' && typeof value === 'number') return { ...field, value: statusOf(value) };
  if (!(value instanceof Uint8Array)) return field;
  const base = field.bit / 8;
  const parts: Field[] = [];
  switch (name) {
    case 'uri':
      return { ...field, value: decodeUri(value) };
    case 'capabilities':
      return { ...field, value: decodeCapabilities(value, capabilitiesIn(pdu), parts, base), parts };
    case 'redirectAddresses':
      return { ...field, value: readAddresses(new Reader(value, 'WSP', parts, base)), parts };
    case 'headers':
      return { ...field, value: headersOf(pdu, value, context, parts, base), parts };
    case 'data': {
      const type =
        'headers' in pdu ? headerValue(headersOf(pdu, pdu.headers, context), 'Content-Type') : undefined;
      if (type === undefined || mimeMultipartType(type) === undefined) return field;
      return { ...field, value: decodeMultipart(value, context, parts, base), parts };
    }
    default:
      return field;
  }
}

function capabilitiesIn(pdu: WspPdu): CapabilitiesIn {
  return pdu.pdu === 'ConnectReply' ? 'ConnectReply' : 'Connect';
}

/** Headers alone, or behind a ContentType. */
function headersOf(pdu: WspPdu, octets: Uint8Array, context: HeaderContext, record?: Field[], base = 0) {
  const hasContentType =
    pdu.pdu === 'Post' || pdu.pdu === 'Reply' || pdu.pdu === 'Push' || pdu.pdu === 'ConfirmedPush';
  if (hasContentType)
    return decodeMessage(octets, 'data' in pdu ? pdu.data : octets, context, record, base).headers;
  return decodeHeaders(new Reader(octets, 'WSP', record, base), context);
}
