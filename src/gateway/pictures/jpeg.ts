/** JPEG by way of jpeg-js, with its bounds on pixels and memory, and one on scans, which cost time. */
import { decode } from 'jpeg-js';
import { MAX_PIXELS, type Pixels } from './pixels.js';

/** Of coefficients, planes and pixels: room for a picture of `MAX_PIXELS`, and no more than a few of them. */
const MAX_MEGABYTES = 64;

/** Each scan of a progressive picture goes through all its blocks; encoders write some ten. */
const MAX_SCANS = 32;

/** The first picture, or what is wrong with it. */
export function decodeJpeg(octets: Uint8Array): Pixels | string {
  if (scans(octets) > MAX_SCANS) return `it has more than ${MAX_SCANS} scans`;
  try {
    const { width, height, data } = decode(octets, {
      useTArray: true,
      formatAsRGBA: true,
      tolerantDecoding: false,
      maxResolutionInMP: MAX_PIXELS / 1e6,
      maxMemoryUsageInMB: MAX_MEGABYTES,
    });
    return { width, height, rgba: data };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** SOS markers; within data an FF is followed by 00. */
function scans(octets: Uint8Array): number {
  let count = 0;
  for (let i = 0; i + 1 < octets.length; i++) if (octets[i] === 0xff && octets[i + 1] === 0xda) count++;
  return count;
}
