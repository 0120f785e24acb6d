/** What one execution may use. None of it is in the specification, which leaves it to the device (§12.3.3, §12). */
export interface Limits {
  /** Instructions, and one more for every character that a library or a comparison looks at. Beyond: System Initiated. */
  readonly steps: number;
  /** Values on the operand stack, variables included. Beyond: Stack Overflow. */
  readonly stack: number;
  /** Function calls within each other. Beyond: Stack Overflow. */
  readonly calls: number;
  /** Octets of strings that are in use, two a character. Beyond: Out of Memory. */
  readonly heap: number;
}

/**
 * Steps: less than a second of a loop, a few seconds of library calls; nobody waits longer for a phone. Stack and calls:
 * recursion of any sensible script. Heap: several hundred times the largest deck that a phone of 2001 took.
 */
export const defaultLimits: Limits = { steps: 50_000_000, stack: 16384, calls: 1024, heap: 1024 * 1024 };

/** What a string takes besides its characters, in octets: counted, so that empty ones are not free. */
export const STRING_OVERHEAD = 16;
