/** Octets as they are printed: hexadecimal digits, grouped as the figure groups them. */
import { fromHex } from '../../src/wap/octets.js';

export function hex(text: string): Uint8Array {
  const octets = fromHex(text);
  if (octets === undefined) throw new TypeError(`not hexadecimal: ${text}`);
  return octets;
}
