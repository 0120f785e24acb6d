/** omggif 1.0.10 has no types of its own; only what gif.ts uses. */
declare module 'omggif' {
  export interface GifFrame {
    readonly width: number;
    readonly height: number;
    /** Where the colours begin; `null` without any. */
    readonly palette_offset: number | null;
    readonly palette_size: number | null;
    readonly transparent_index: number | null;
    readonly data_offset: number;
    readonly interlaced: boolean;
  }

  export class GifReader {
    constructor(octets: Uint8Array);
    numFrames(): number;
    frameInfo(frame: number): GifFrame;
  }

  export class GifWriter {
    constructor(octets: Uint8Array, width: number, height: number, options: { palette: readonly number[] });
    addFrame(x: number, y: number, width: number, height: number, indices: Uint8Array): number;
    end(): number;
  }
}
