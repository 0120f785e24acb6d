/** Text from the keys of a phone: the same key again, soon, gives its next letter. */
import type { Millis } from '../wap/time.js';
import { type Digit, type Key, characters as length } from './screen.js';

/** What stands on the keys, as on the handsets of the time. */
const letters: Readonly<Record<Digit, string>> = {
  '1': '.,?!1-\'"@/:_()&+;$',
  '2': 'abc2äàåæç',
  '3': 'def3èé',
  '4': 'ghi4ì',
  '5': 'jkl5',
  '6': 'mno6öòøñ',
  '7': 'pqrs7ß',
  '8': 'tuv8üù',
  '9': 'wxyz9',
  '0': ' 0',
  '*': '*#+=%<>',
  '#': '#',
};

/** As long as this a key goes on with its letter. */
export const CYCLE: Millis = 1_200;

/** How the digit keys write: small letters, capitals, digits. */
const modes = ['abc', 'ABC', '123'] as const;

export interface TypingOptions {
  readonly value: string;
  /** In characters. */
  readonly maxLength: number;
  /** Only digits: the keys write what is printed on them. */
  readonly numeric: boolean;
  readonly now: () => Millis;
}

/** A line of text under the user's fingers. */
export class Typing {
  readonly #options: TypingOptions;
  #value: string;
  #mode: (typeof modes)[number] = 'abc';
  /** The key that may still go on with its letter. */
  #last: { readonly digit: Digit; readonly taps: number; readonly at: Millis } | undefined;

  constructor(options: TypingOptions) {
    this.#options = options;
    this.#value = options.value;
  }

  get value(): string {
    return this.#value;
  }

  get mode(): (typeof modes)[number] {
    return this.#options.numeric ? '123' : this.#mode;
  }

  /** @returns whether the key had to do with the text */
  press(key: Key): boolean {
    if (key === 'clear') this.#value = [...this.#value].slice(0, -1).join('');
    else if (typeof key === 'object' && 'digit' in key) {
      this.#digit(key.digit);
      return true;
    } else if (typeof key === 'object') this.#append(key.text);
    // The letter is the right one: the same key may follow.
    else if (key !== 'right') return false;
    this.#last = undefined;
    return true;
  }

  #digit(digit: Digit): void {
    const { now, numeric } = this.#options;
    if (digit === '#' && !numeric) {
      this.#mode = modes[(modes.indexOf(this.#mode) + 1) % modes.length] ?? 'abc';
      this.#last = undefined;
      return;
    }
    if (this.mode === '123') {
      this.#append(digit);
      return;
    }
    const cycle = [...letters[digit]];
    const again = this.#last?.digit === digit && now() - this.#last.at < CYCLE ? this.#last.taps : undefined;
    if (again !== undefined) this.#value = [...this.#value].slice(0, -1).join('');
    const taps = again === undefined ? 0 : again + 1;
    const letter = cycle[taps % cycle.length] ?? digit;
    const typed = this.#append(this.#mode === 'ABC' && letter !== 'ß' ? letter.toUpperCase() : letter);
    this.#last = typed ? { digit, taps, at: now() } : undefined;
  }

  #append(text: string): boolean {
    const room = this.#options.maxLength - length(this.#value);
    this.#value += [...text].slice(0, Math.max(0, room)).join('');
    return room > 0;
  }
}
