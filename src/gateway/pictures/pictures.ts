/** Pictures of the wired web for terminals that show wireless bitmaps only: WAP-236 §6.6, WAP-237 §4. */
import { encodeWbmp } from '../../wap/wbmp/index.js';
import type { Conversion, Conversions, Converted } from '../encode.js';
import { decodeGif } from './gif.js';
import { decodeJpeg } from './jpeg.js';
import { type Pixels, toBitmap } from './pixels.js';
import { decodePng } from './png.js';

export interface PictureLimits {
  /** Pixels; a larger picture is made smaller, in its proportions. */
  readonly width: number;
  readonly height: number;
}

const decoders: Readonly<Record<string, (octets: Uint8Array) => Pixels | string>> = {
  'image/png': decodePng,
  'image/gif': decodeGif,
  'image/jpeg': decodeJpeg,
};

/** Only where wireless bitmaps are named and the other type is not: the picture loses by it. */
export function pictureConversions(limits: PictureLimits): Conversions {
  const conversions: Record<string, readonly Conversion[]> = {};
  for (const [type, decode] of Object.entries(decoders)) {
    conversions[type] = [
      { to: 'image/vnd.wap.wbmp', lossy: true, convert: (body) => converted(decode(body), type, limits) },
    ];
  }
  return conversions;
}

function converted(pixels: Pixels | string, type: string, { width, height }: PictureLimits): Converted {
  if (typeof pixels === 'string') return { problem: `the ${type} cannot be read: ${pixels}` };
  return { contentType: 'image/vnd.wap.wbmp', body: encodeWbmp(toBitmap(pixels, width, height)) };
}
