/** A capture on its way into a file. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { createPcapng, type Pcapng } from './pcapng.js';

export interface CaptureFile {
  readonly pcapng: Pcapng;
  /** What comes later is not written: connections end after whoever had them. */
  close(): void;
}

/** Begins a capture; an existing file is written over. */
export function captureTo(path: string): CaptureFile {
  const file = openSync(path, 'w');
  let open = true;
  return {
    pcapng: createPcapng((octets) => {
      if (open) writeSync(file, octets);
    }),
    close() {
      if (open) closeSync(file);
      open = false;
    },
  };
}
