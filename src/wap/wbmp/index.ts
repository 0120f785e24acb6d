/** Wireless bitmaps: WAP-237-WAEMT. */
export { type Bitmap, decodeWbmp, encodeWbmp, isWhite, LARGEST_SIDE, rowOctets } from './wbmp.js';
