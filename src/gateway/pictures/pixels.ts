/** Pictures in memory, and the way to black and white: scaled down, then dithered. */
import { type Bitmap, rowOctets } from '../../wap/wbmp/index.js';

/** A picture as its decoder gives it. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, opacity of each pixel, row by row. */
  readonly rgba: Uint8Array;
}

/**
 * Pixels of a picture that is decoded: far more than the screen of any phone of the time. While one is decoded, nobody else is
 * served.
 */
export const MAX_PIXELS = 1 << 20;

export function fits(width: number, height: number): boolean {
  return width >= 1 && height >= 1 && width * height <= MAX_PIXELS;
}

/** Luminance 0 to 255, on white where the picture is transparent. */
interface Grey {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** No larger than that, in its proportions, in black and white. */
export function toBitmap(pixels: Pixels, maxWidth: number, maxHeight: number): Bitmap {
  return dithered(scaled(pixels, maxWidth, maxHeight));
}

/** Each new pixel is the mean of the old ones in its place; a picture that fits is not made larger. */
function scaled(pixels: Pixels, maxWidth: number, maxHeight: number): Grey {
  const factor = Math.min(1, maxWidth / pixels.width, maxHeight / pixels.height);
  const width = Math.max(1, Math.floor(pixels.width * factor));
  const height = Math.max(1, Math.floor(pixels.height * factor));
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = span(y, height, pixels.height);
    for (let x = 0; x < width; x++) {
      const [left, right] = span(x, width, pixels.width);
      let sum = 0;
      for (let row = top; row < bottom; row++)
        for (let column = left; column < right; column++) sum += grey(pixels, row * pixels.width + column);
      values[y * width + x] = sum / ((bottom - top) * (right - left));
    }
  }
  return { width, height, values };
}

/** The old rows or columns in the place of a new one: one at least. */
function span(at: number, count: number, of: number): readonly [number, number] {
  const start = Math.floor((at * of) / count);
  return [start, Math.max(start + 1, Math.floor(((at + 1) * of) / count))];
}

/** ITU-R BT.601. */
function grey({ rgba }: Pixels, pixel: number): number {
  const at = 4 * pixel;
  const opacity = (rgba[at + 3] ?? 255) / 255;
  const light = 0.299 * (rgba[at] ?? 0) + 0.587 * (rgba[at + 1] ?? 0) + 0.114 * (rgba[at + 2] ?? 0);
  return light * opacity + 255 * (1 - opacity);
}

/** Floyd and Steinberg, 1976: what a pixel is too dark or too light goes to its neighbours that are still to come. */
function dithered({ width, height, values }: Grey): Bitmap {
  const rows = new Uint8Array(rowOctets(width) * height);
  const spread = (x: number, y: number, error: number) => {
    if (x < 0 || x >= width || y >= height) return;
    values[y * width + x] = (values[y * width + x] ?? 0) + error;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = values[y * width + x] ?? 0;
      const white = value >= 128;
      const octet = y * rowOctets(width) + (x >> 3);
      if (white) rows[octet] = (rows[octet] ?? 0) | (0x80 >> (x & 7));
      const error = (value - (white ? 255 : 0)) / 16;
      spread(x + 1, y, 7 * error);
      spread(x - 1, y + 1, 3 * error);
      spread(x, y + 1, 5 * error);
      spread(x + 1, y + 1, error);
    }
  }
  return { width, height, rows };
}
