/** Headers in text, for networks that carry no octets: WAP-259-WDP §6.3.3, Figure 6-2. */
import { decodeLatin1, encodeLatin1 } from '../octets.js';
import type { ShortMessage } from './udh.js';

const KEYWORD = '//SCK';

/** No binary header starts like this: its first element would be longer than the header. */
export function hasTextHeader(octets: Uint8Array): boolean {
  return decodeLatin1(octets.subarray(0, KEYWORD.length)) === KEYWORD;
}

/**
 * `undefined` where the header is not one of Figure 6-2's. What it says with two slashes behind the ports (other headers) is passed over.
 * @param octets a character each
 */
export function decodeTextMessage(octets: Uint8Array): ShortMessage | undefined {
  const text = decodeLatin1(octets);
  const match = /^\/\/SCK(L?)([0-9A-Fa-f]*)(?:\/\/[^ ]*)? /.exec(text);
  if (match === null) return undefined;
  const [header, long, digits = ''] = match;
  const width = long ? 4 : 2;
  const lengths = [width, 2 * width, 2 * width + 6];
  if (!lengths.includes(digits.length)) return undefined;
  const at = (from: number, length: number) => Number.parseInt(digits.slice(from, from + length), 16);
  const destination = at(0, width);
  // The originator's port is the destination's where only one is given.
  const originator = digits.length > width ? at(width, width) : destination;
  const [reference, total, sequence] = [0, 2, 4].map((offset) => at(2 * width + offset, 2));
  const valid = reference !== undefined && total && sequence && sequence <= total;
  return {
    ports: { destination, originator },
    fragment: valid ? { long: false, reference, total, sequence } : undefined,
    wcmp: undefined,
    userData: octets.slice(header.length),
  };
}

/** The long form, with both ports. `undefined` without ports, or where the reference does not fit two digits. */
export function encodeTextMessage({ ports, fragment, userData }: ShortMessage): Uint8Array | undefined {
  if (ports === undefined || (fragment !== undefined && fragment.reference > 0xff)) return undefined;
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');
  const sar = fragment ? hex(fragment.reference, 2) + hex(fragment.total, 2) + hex(fragment.sequence, 2) : '';
  const header = encodeLatin1(`${KEYWORD}L${hex(ports.destination, 4)}${hex(ports.originator, 4)}${sar} `);
  return header && Uint8Array.from([...header, ...userData]);
}
