/** Wireless bitmaps, type 0: WAP-237-WAEMT §4.4, §4.5. */
import { DecodeError, UsageError } from '../errors.js';
import { Reader, Writer } from '../octets.js';

/** A picture in black and white. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  /** Rows from the top, each from the left and padded to whole octets; a set bit is white (§4.5.1). */
  readonly rows: Uint8Array;
}

/** Pixels a side: more than any terminal shows, and so few that rows and columns never overflow. */
export const LARGEST_SIDE = 65_535;

export function encodeWbmp({ width, height, rows }: Bitmap): Uint8Array {
  if (!isSide(width) || !isSide(height)) throw new UsageError(`a bitmap of ${width} × ${height} pixels`);
  if (rows.length !== rowOctets(width) * height)
    throw new UsageError(`${rows.length} octets are no ${width} × ${height} pixels`);
  return new Writer(rows.length + 8).uintvar(0).uint8(0).uintvar(width).uintvar(height).octets(rows).done();
}

/** §4.5.1: type 0 has no extension headers. Octets behind the picture (frames of an animation) are left alone. */
export function decodeWbmp(octets: Uint8Array): Bitmap {
  const reader = new Reader(octets, 'WBMP');
  const type = reader.uintvar('TypeField');
  if (type !== 0) throw new DecodeError('WBMP', 0, `type ${type} is not assigned`);
  if ((reader.uint8('FixHeaderField') & 0x80) !== 0)
    throw new DecodeError('WBMP', 1, 'type 0 has no extension headers');
  const width = side(reader, 'Width');
  const height = side(reader, 'Height');
  // Compared before anything is taken: the largest sides would ask for half a gigabyte.
  const rows = reader.octets('Data', rowOctets(width) * height);
  return { width, height, rows: cleared(rows.slice(), width) };
}

/** Whether a pixel is white. Outside the picture nothing is. */
export function isWhite({ width, height, rows }: Bitmap, x: number, y: number): boolean {
  if (x < 0 || y < 0 || x >= width || y >= height) return false;
  return (((rows[y * rowOctets(width) + (x >> 3)] ?? 0) << (x & 7)) & 0x80) !== 0;
}

/** Octets of one row. */
export function rowOctets(width: number): number {
  return (width + 7) >> 3;
}

function side(reader: Reader, name: string): number {
  const at = reader.offset;
  const value = reader.uintvar(name);
  if (!isSide(value)) throw new DecodeError('WBMP', at, `${name} is ${value}, not 1 to ${LARGEST_SIDE}`);
  return value;
}

function isSide(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= LARGEST_SIDE;
}

/** §4.5.1: the bits behind a row are zero, whatever was sent. */
function cleared(rows: Uint8Array, width: number): Uint8Array {
  const unused = 8 * rowOctets(width) - width;
  if (unused === 0) return rows;
  const mask = (0xff << unused) & 0xff;
  for (let i = rowOctets(width) - 1; i < rows.length; i += rowOctets(width)) rows[i] = (rows[i] ?? 0) & mask;
  return rows;
}
