/** PNG by way of pngjs, kept from allocating what a few octets ask for. */
import { inflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { fits, MAX_PIXELS, type Pixels } from './pixels.js';

/** Octets of all pixels with 16 bits a channel, and a filter octet in each row of each pass. */
const MAX_INFLATED = 8 * MAX_PIXELS + 2 * MAX_PIXELS;

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The picture, or what is wrong with it. */
export function decodePng(octets: Uint8Array): Pixels | string {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  if (octets.length < 33 || SIGNATURE.some((octet, i) => octets[i] !== octet)) return 'it is no PNG';
  // IHDR comes first: its width, height and interlace method.
  if (!fits(view.getUint32(16), view.getUint32(20))) return `it has more than ${MAX_PIXELS} pixels, or none`;
  if (octets[28] !== 0 && !inflates(octets, view)) return 'it unpacks to more than its pixels';
  try {
    const { width, height, data } = PNG.sync.read(
      Buffer.from(octets.buffer, octets.byteOffset, octets.length),
    );
    return { width, height, rgba: data };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** pngjs bounds what it unpacks by the sides, but not of interlaced pictures. */
function inflates(octets: Uint8Array, view: DataView): boolean {
  const parts: Uint8Array[] = [];
  for (let at = 8; at + 12 <= octets.length; ) {
    const length = view.getUint32(at);
    if (at + 12 + length > octets.length) break;
    if (view.getUint32(at + 4) === 0x49444154) parts.push(octets.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  try {
    inflateSync(Buffer.concat(parts), { maxOutputLength: MAX_INFLATED });
    return true;
  } catch {
    return false;
  }
}
