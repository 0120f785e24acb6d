/** The story as it happens, for whoever watches: the demo's printed story, the console, the tests. */
import type { Millis } from '../wap/time.js';
import type { Check, Evidence } from './model.js';

/** What can happen, and the reference signs of EP 1 161 055 A2 that it carries out. */
// biome-ignore format: a line is a step
export const steps = {
  'access':               [201],
  'credentials asked':    [231],
  'credentials given':    [202],
  'credentials refused':  [],
  'authenticated':        [232],
  'page':                 [203, 233],
  'form':                 [234],
  'form filled':          [204],
  'approved':             [205],
  'directory looked up':  [235, 300],
  'request formatted':    [236, 250],
  'push submitted':       [221],
  'held':                 [222],
  'deck fetched':         [],
  'script fetched':       [],
  'phone answered':       [223],
  'signature checked':    [237, 270],
  'ended':                [],
  'status sent':          [238],
} as const satisfies Record<string, readonly number[]>;

export type Step = keyof typeof steps;

/** One step of the story. */
export interface StoryEvent {
  readonly step: Step;
  readonly signs: readonly number[];
  readonly at: Millis;
  /** A sentence for a person. */
  readonly text: string;
  readonly userId?: string;
  readonly transaction?: string;
  /** Octets that were made or came, where the step is about some. */
  readonly octets?: number;
  /** What was proven, where the step proves something. */
  readonly checks?: readonly Check[];
  readonly ending?: Evidence['verdict'];
}

export type Observe = (event: StoryEvent) => void;
