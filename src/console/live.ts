/** What the console shows as it happens: messages on the wire, steps of the story, the handset's screen. */
import type { Screen } from '../terminal/screen.js';
import type { Millis } from '../wap/time.js';

/** One datagram, or one HTTP request or response. */
export interface LiveMessage {
  readonly number: number;
  /** Since the demonstration began. */
  readonly at: Millis;
  /** `air` between terminal and gateway, `http` behind it. */
  readonly kind: 'air' | 'http';
  readonly from: string;
  readonly to: string;
  /** One line: the layers and what each carries. */
  readonly summary: string;
  readonly octets: number;
  readonly malformed: boolean;
  /** Field by field, and the octets. */
  readonly detail: string;
}

export interface LiveStep {
  readonly at: Millis;
  /** Counted from 1; `ConsoleOptions.chapters` has the titles. */
  readonly chapter?: number;
  /** Reference signs of EP 1 161 055 A2. */
  readonly signs: readonly number[];
  readonly text: string;
  /** Size of what the step is about. */
  readonly octets?: number;
  readonly checks?: readonly { readonly name: string; readonly ok: boolean; readonly text: string }[];
}

export type LiveNews =
  | { readonly type: 'message'; readonly message: LiveMessage }
  | { readonly type: 'story'; readonly step: LiveStep }
  | { readonly type: 'screen'; readonly screen: Screen };

/** What a page that is opened later still gets to see. */
export const KEPT_MESSAGES = 2000;
const KEPT_STEPS = 500;

export class Live {
  #messages: LiveMessage[] = [];
  #steps: LiveStep[] = [];
  #number = 0;
  readonly #listeners = new Set<(news: LiveNews) => void>();

  /** Everything from now on. @returns takes the order back */
  watch(listener: (news: LiveNews) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Everything so far that is still kept, in order of its kind. */
  soFar(): readonly LiveNews[] {
    return [
      ...this.#messages.map((message) => ({ type: 'message', message }) as const),
      ...this.#steps.map((step) => ({ type: 'story', step }) as const),
    ];
  }

  get messages(): readonly LiveMessage[] {
    return this.#messages;
  }

  message(message: Omit<LiveMessage, 'number'>): void {
    const numbered = { ...message, number: ++this.#number };
    this.#messages.push(numbered);
    if (this.#messages.length > KEPT_MESSAGES) this.#messages.shift();
    this.#tell({ type: 'message', message: numbered });
  }

  story(step: LiveStep): void {
    this.#steps.push(step);
    if (this.#steps.length > KEPT_STEPS) this.#steps.shift();
    this.#tell({ type: 'story', step });
  }

  screen(screen: Screen): void {
    this.#tell({ type: 'screen', screen });
  }

  #tell(news: LiveNews): void {
    for (const listener of this.#listeners) listener(news);
  }
}
