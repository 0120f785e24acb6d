/** The browser context (WAP-191 §10.1): variables and history. */
import type { Header } from '../../wap/wsp/header.js';
import type { Deck } from './deck.js';

/** A request for a resource, with everything that a later repetition needs (§9.2). */
export interface PageRequest {
  readonly method: 'GET' | 'POST';
  /** Absolute, without fragment. */
  readonly url: string;
  readonly headers: readonly Header[];
  readonly body?: Uint8Array;
  /** Where the address comes from: the page that has it, or the server that sent the handset on. */
  readonly from?: string;
}

/** §9.2: an entry never holds references to variables. The deck itself is kept as a cache would. */
export interface HistoryEntry {
  readonly request: PageRequest;
  readonly fragment: string;
  readonly deck: Deck;
}

/** §12.2.1 recommends at least ten; the oldest entry goes first. */
export const HISTORY_MAX = 32;

/** Octets of names and values, so that no deck exhausts the handset (§12.2.2). */
export const VARIABLES_MAX = 64 * 1024;

export interface Context {
  readonly variables: Map<string, string>;
  /** The last entry is the card that is shown. */
  readonly history: HistoryEntry[];
}

export function newContext(): Context {
  return { variables: new Map(), history: [] };
}

/**
 * Sets a variable; an empty value unsets it (an unset variable and an empty one read the same).
 * `false` where the handset has no room for it (§12.2.2).
 */
export function setVariable(context: Context, name: string, value: string): boolean {
  if (value === '') {
    context.variables.delete(name);
    return true;
  }
  let size = name.length + value.length;
  for (const [other, held] of context.variables) {
    if (other !== name) size += other.length + held.length;
  }
  if (size > VARIABLES_MAX) return false;
  context.variables.set(name, value);
  return true;
}

export function pushHistory(context: Context, entry: HistoryEntry): void {
  context.history.push(entry);
  if (context.history.length > HISTORY_MAX) context.history.shift();
}
