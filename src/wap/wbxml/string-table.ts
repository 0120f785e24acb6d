/** Which strings of a document stand in its string table: WAP-192 §5.7. */
import { uintvarLength } from '../octets.js';
import type { Body } from './body.js';
import { globalTokens } from './tokens.js';

const { LITERAL } = globalTokens;

/** Places of the hash table that are looked at for one string: strings made to collide stay inline, and cost no time. */
const MAX_PROBES = 64;

export interface StringTable {
  readonly octets: Uint8Array;
  /** For each string of the body an index into the table, or -1. */
  readonly references: Int32Array;
}

/**
 * The table of a body.
 *
 * @param required how many of its last strings must stand in the table: they come first
 * @param shorten whether strings that repeat stand there, too, where that is shorter
 * @param unit octets that end a string
 */
export function stringTable(body: Body, required: number, shorten: boolean, unit: number): StringTable {
  const { buffer, starts, ends } = body;
  const total = starts.length;
  const inBody = total - required;
  const { firsts, counts } = equalStrings(body, inBody);
  const offsets = new Int32Array(total).fill(-1);
  const chosen: number[] = [];
  let length = 0;
  for (let i = inBody; i < total; i++) if (firsts[i] === i) add(i);
  if (shorten) {
    // The most used first: they get the shortest references. The sort is stable, so the output is, too.
    const repeated: number[] = [];
    for (let i = 0; i < inBody; i++) if (firsts[i] === i && (counts[i] ?? 0) > 1) repeated.push(i);
    repeated.sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0));
    for (const i of repeated) {
      const count = counts[i] ?? 0;
      const octets = octetsOf(i);
      if (octets + count * (1 + uintvarLength(length)) < count * (1 + octets)) add(i);
    }
  }
  const octets = new Uint8Array(length);
  for (const i of chosen) octets.set(buffer.subarray(starts[i], ends[i]), offsets[i]);
  const references = new Int32Array(total);
  for (let i = 0; i < total; i++) {
    const index = offsets[firsts[i] ?? i] ?? -1;
    // A string that is required for something else may be shorter than a reference to it.
    references[i] = i < inBody && index >= 0 && uintvarLength(index) > octetsOf(i) ? -1 : index;
  }
  return { octets, references };

  function add(string: number): void {
    offsets[string] = length;
    length += octetsOf(string);
    chosen.push(string);
  }

  function octetsOf(string: number): number {
    return (ends[string] ?? 0) - (starts[string] ?? 0) + unit;
  }
}

interface EqualStrings {
  /** For each string the number of the first one that is equal. */
  readonly firsts: Int32Array;
  /** For each first one, how many are equal. */
  readonly counts: Int32Array;
}

/** Finds the strings that are equal; those from `begin` on come before all others. */
function equalStrings({ buffer, starts, ends }: Body, begin: number): EqualStrings {
  const total = starts.length;
  const firsts = new Int32Array(total);
  const counts = new Int32Array(total);
  const mask = 2 ** Math.ceil(Math.log2(4 * total + 1)) - 1;
  const hashes = new Int32Array(total);
  const places = new Int32Array(mask + 1).fill(-1);
  for (let i = begin; i < total; i++) enter(i);
  for (let i = 0; i < begin; i++) enter(i);
  return { firsts, counts };

  function enter(string: number): void {
    firsts[string] = string;
    const start = starts[string] ?? 0;
    const end = ends[string] ?? 0;
    if (((buffer[start - 1] ?? 0) & 0x3f) === LITERAL) return;
    // FNV-1a.
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (buffer[i] ?? 0), 0x01000193);
    hashes[string] = hash;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const place = (hash + probe) & mask;
      const other = places[place] ?? -1;
      if (other < 0) {
        places[place] = string;
        counts[string] = 1;
        return;
      }
      if (hashes[other] === hash && isEqual(other, start, end)) {
        firsts[string] = other;
        counts[other] = (counts[other] ?? 0) + 1;
        return;
      }
    }
  }

  function isEqual(other: number, start: number, end: number): boolean {
    const from = starts[other] ?? 0;
    if ((ends[other] ?? 0) - from !== end - start) return false;
    for (let i = start; i < end; i++) if (buffer[i] !== buffer[from + i - start]) return false;
    return true;
  }
}
