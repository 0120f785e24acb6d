/** GIF: omggif finds the first picture and its colours; it is unpacked here, since omggif complains on standard output. */
import { GifReader } from 'omggif';
import { fits, MAX_PIXELS, type Pixels } from './pixels.js';

/** GIF89a Appendix F. */
const MAX_CODES = 4096;

/** The first picture of the animation, or what is wrong with it. */
export function decodeGif(octets: Uint8Array): Pixels | string {
  try {
    const reader = new GifReader(octets);
    if (reader.numFrames() === 0) return 'it has no picture';
    const { width, height, palette_offset, palette_size, transparent_index, data_offset, interlaced } =
      reader.frameInfo(0);
    if (!fits(width, height)) return `it has more than ${MAX_PIXELS} pixels, or none`;
    if (palette_offset === null) return 'it has no colours';
    const indices = unpack(octets, data_offset, width * height);
    const rgba = new Uint8Array(4 * width * height);
    for (const [i, row] of rowsOf(height, interlaced).entries()) {
      for (let x = 0; x < width; x++) {
        const index = indices[i * width + x] ?? 0;
        const colour = palette_offset + 3 * (index < (palette_size ?? 0) ? index : 0);
        const to = 4 * (row * width + x);
        for (let channel = 0; channel < 3; channel++) rgba[to + channel] = octets[colour + channel] ?? 0;
        rgba[to + 3] = index === transparent_index ? 0 : 255;
      }
    }
    return { width, height, rgba };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Which row comes when: GIF89a Appendix E. */
function rowsOf(height: number, interlaced: boolean): number[] {
  const rows: number[] = [];
  const passes = interlaced
    ? [
        [0, 8],
        [4, 8],
        [2, 4],
        [1, 2],
      ]
    : [[0, 1]];
  for (const [first = 0, step = 1] of passes) for (let y = first; y < height; y += step) rows.push(y);
  return rows;
}

/** Variable-length-code LZW in sub-blocks. What is missing at the end stays 0. */
function unpack(octets: Uint8Array, start: number, count: number): Uint8Array {
  const indices = new Uint8Array(count);
  const least = octets[start] ?? 0;
  if (least < 1 || least > 11) throw new Error(`its codes have ${least} bits`);
  const clear = 1 << least;
  const prefix = new Uint16Array(MAX_CODES);
  const suffix = new Uint8Array(MAX_CODES);
  const lengths = new Uint16Array(MAX_CODES).fill(1, 0, clear);
  for (let code = 0; code < clear; code++) suffix[code] = code;

  let next = clear + 2;
  let size = least + 1;
  let previous = -1;
  let written = 0;
  let bits = 0;
  let held = 0;
  let at = start + 1;
  let left = 0;
  while (written < count) {
    while (held < size) {
      if (left === 0) {
        left = octets[at++] ?? 0;
        if (left === 0) return indices;
      }
      bits |= (octets[at++] ?? 0) << held;
      held += 8;
      left--;
    }
    const code = bits & ((1 << size) - 1);
    bits >>= size;
    held -= size;
    if (code === clear) {
      next = clear + 2;
      size = least + 1;
      previous = -1;
      continue;
    }
    if (code === clear + 1) return indices;
    if (code > next || (code === next && previous < 0)) throw new Error('it has a code that means nothing');
    // The code that is not in the table yet is the one before and its own first colour.
    const fresh = code === next;
    const known = fresh ? previous : code;
    const length = lengths[known] ?? 1;
    let from = known;
    for (let i = length - 1; i >= 0; i--) {
      if (written + i < count) indices[written + i] = suffix[from] ?? 0;
      if (i > 0) from = prefix[from] ?? 0;
    }
    const first = suffix[from] ?? 0;
    if (fresh && written + length < count) indices[written + length] = first;
    written += fresh ? length + 1 : length;
    if (previous >= 0 && next < MAX_CODES) {
      prefix[next] = previous;
      suffix[next] = first;
      lengths[next] = (lengths[previous] ?? 1) + 1;
      next++;
      if (next === 1 << size && size < 12) size++;
    }
    previous = code;
  }
  return indices;
}
