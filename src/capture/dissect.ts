/**
 * What a datagram says, layer by layer. Nothing is read twice: these are the decoders themselves, told to record every
 * field with its place.
 */
import { DecodeError, errorText } from '../wap/errors.js';
import { decodeUtf8, type Field, toHex } from '../wap/octets.js';
import { wbxmlToXml } from '../wap/wbxml/index.js';
import { disassemble } from '../wap/wmlscript/index.js';
import {
  type decodeHeaders,
  dissectUnit,
  dissectWsp,
  headerValue,
  methodTypes,
  type WspPdu,
} from '../wap/wsp/index.js';
import { abortReasons, abortTypes, decodeWtp, type WtpPdu } from '../wap/wtp/index.js';

/** What a port carries: WAP-259 Appendix B. */
export type Service = 'session' | 'connectionless';

export interface DissectedLayer {
  readonly layer: 'WTLS' | 'WTP' | 'WSP' | 'content';
  /** A few words: `Invoke class 2`, `Get http://…`. */
  readonly summary: string;
  readonly fields: readonly Field[];
  /** The content as text, where it has a text form. */
  readonly text?: string;
}

export interface DissectedDatagram {
  readonly layers: readonly DissectedLayer[];
  /** What is wrong with it, where it could not be read to its end. */
  readonly malformed?: string;
}

export function dissect(service: Service, octets: Uint8Array): DissectedDatagram {
  const layers: DissectedLayer[] = [];
  try {
    if (service === 'connectionless') {
      const { pdu, tid, fields } = dissectUnit(octets);
      addWsp(layers, pdu, fields, ` (TID ${tid})`);
    } else {
      const fields: Field[] = [];
      const pdus = decodeWtp(octets, fields);
      layers.push({ layer: 'WTP', summary: pdus.map(wtpSummary).join(' + '), fields });
      for (const pdu of pdus) addUserData(layers, pdu);
    }
    return { layers };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { layers, malformed: error.message };
  }
}

function addUserData(layers: DissectedLayer[], pdu: WtpPdu): void {
  // Later segments continue a PDU that is not here.
  if ((pdu.pdu !== 'Invoke' && pdu.pdu !== 'Result') || pdu.userData.length === 0) return;
  if (!pdu.ttr && !pdu.gtr) {
    layers.push({ layer: 'WSP', summary: 'first segment', fields: [] });
    return;
  }
  const wsp = dissectWsp(pdu.userData);
  addWsp(layers, wsp.pdu, wsp.fields, '');
}

function addWsp(layers: DissectedLayer[], pdu: WspPdu, fields: readonly Field[], suffix: string): void {
  layers.push({ layer: 'WSP', summary: wspSummary(pdu, fields) + suffix, fields });
  if (!('headers' in pdu && 'data' in pdu) || pdu.data.length === 0) return;
  const type = contentTypeOf(fields);
  const text = contentText(type, pdu.data);
  layers.push({
    layer: 'content',
    summary: `${type || 'content'}, ${pdu.data.length} octets`,
    fields: [],
    ...(text !== undefined && { text }),
  });
}

function wtpSummary(pdu: WtpPdu): string {
  const tid = pdu.tid & 0x7fff;
  switch (pdu.pdu) {
    case 'Invoke':
      return `Invoke class ${pdu.tcl} TID ${tid}${pdu.rid ? ' again' : ''}`;
    case 'Abort': {
      const type =
        Object.entries(abortTypes).find(([, number]) => number === pdu.abortType)?.[0] ?? pdu.abortType;
      const reason = Object.entries(abortReasons).find(([, number]) => number === pdu.abortReason)?.[0];
      return `Abort ${type} ${type === 'PROVIDER' && reason ? reason : `0x${pdu.abortReason.toString(16)}`} TID ${tid}`;
    }
    case 'Segmented Invoke':
    case 'Segmented Result':
      return `${pdu.pdu} ${pdu.psn} TID ${tid}`;
    default:
      return `${pdu.pdu} TID ${tid}${'rid' in pdu && pdu.rid ? ' again' : ''}`;
  }
}

function wspSummary(pdu: WspPdu, fields: readonly Field[]): string {
  const value = (name: string): unknown => fields.find((field) => field.name === name)?.value;
  switch (pdu.pdu) {
    case 'Get':
    case 'Post':
      return `${methodName(pdu.type)} ${value('uri')}`;
    case 'Reply':
      return `Reply ${value('status')}`;
    default:
      return pdu.pdu;
  }
}

function methodName(type: number): string {
  return (
    Object.entries(methodTypes).find(([, number]) => number === type)?.[0] ?? `method 0x${type.toString(16)}`
  );
}

/** Of the recorded headers, those that the dissection has decoded. */
function contentTypeOf(fields: readonly Field[]): string {
  const headers: unknown = fields.find((field) => field.name === 'headers')?.value;
  return isHeaders(headers) ? (headerValue(headers, 'Content-Type') ?? '') : '';
}

function isHeaders(value: unknown): value is ReturnType<typeof decodeHeaders> {
  return (
    Array.isArray(value) &&
    value.every((entry: unknown) => typeof entry === 'object' && entry !== null && 'name' in entry)
  );
}

/** Content as a person reads it; `undefined` where it is not text in any way that is known. */
export function contentText(contentType: string, octets: Uint8Array): string | undefined {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  try {
    if (type === 'application/vnd.wap.wmlscriptc') return disassemble(octets);
    if (/^application\/(?:vnd\.wap|x-wap)[.-].*c$|wbxml$/.test(type)) return wbxmlToXml(octets);
    if (type.startsWith('text/') || type === 'application/x-www-form-urlencoded') return decodeUtf8(octets);
  } catch (error) {
    return `(${errorText(error)})`;
  }
  return undefined;
}

/** Fields one a line, parts indented below their whole. */
export function formatFields(fields: readonly Field[], indent = ''): string {
  return fields
    .map((field) => {
      const line = `${indent}${field.name}: ${formatValue(field)}`;
      return field.parts?.length ? `${line}\n${formatFields(field.parts, `${indent}  `)}` : line;
    })
    .join('\n');
}

function formatValue({ value, parts, bits }: Field): string {
  if (parts?.length) return `${Math.ceil(bits / 8)} octets`;
  if (value instanceof Uint8Array) return grouped(value);
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return String(value);
}

/** Octets as hexadecimal digits, 32 octets a line at most in one piece. */
export function grouped(octets: Uint8Array): string {
  const digits = toHex(octets);
  return digits.match(/.{1,8}/g)?.join(' ') ?? '(none)';
}
