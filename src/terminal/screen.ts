/** What a handset shows and what can be pressed on it. The model draws into a `Screen`; the faces put it on glass. */

import type { WtlsClass } from './security.js';

/** A phone of 2001: six lines of twenty characters between a title and two soft keys. */
export const COLUMNS = 20;
export const ROWS = 6;

/** A run of characters that look the same. */
export interface Span {
  readonly text: string;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  /** The part of the screen that the select key acts on. */
  readonly focused?: boolean;
  /** Which thing of a card that can be focused this belongs to. */
  readonly item?: number;
}

export interface Line {
  readonly spans: readonly Span[];
  readonly align?: 'left' | 'center' | 'right';
}

export interface Screen {
  readonly title: string;
  /** All of the content; a face shows `ROWS` lines from `top` on. */
  readonly lines: readonly Line[];
  readonly top: number;
  /** What the soft keys do; empty where a key does nothing. */
  readonly left: string;
  readonly right: string;
  /** Drawn apart from all that a deck can draw: the handset itself speaks, about the card and its signatures, and about permissions. */
  readonly trusted?: boolean;
  /** What is shown came over WTLS: who has proved who they are (WAP-236 §7.2.2). */
  readonly wtlsClass?: WtlsClass;
  /** Messages that wait to be read. */
  readonly messages?: number;
  /** What the digit keys write: letters, or only digits. Missing where nothing is typed. */
  readonly typing?: 'abc' | 'ABC' | '123';
}

/** A key of the handset, or characters from a keyboard. */
export type Key =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'select'
  | 'softLeft'
  | 'softRight'
  | 'back'
  | 'clear'
  /** To the next thing that can be selected, in the order that the card gives them (tabindex). */
  | 'tab'
  /** Asks for the page again, in precisely the same way. */
  | 'reload'
  /** Ends everything that is going on, and shows the menu. */
  | 'end'
  | { readonly text: string }
  /** A key of a phone's keypad, which has letters on it as well. */
  | { readonly digit: Digit };

export type Digit = (typeof digits)[number];

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;

/** Something that has the screen: a card, a list, a question. */
export interface View {
  screen(): Screen;
  press(key: Key): void;
}

export const keyNames = [
  'up',
  'down',
  'left',
  'right',
  'select',
  'softLeft',
  'softRight',
  'back',
  'clear',
  'tab',
  'end',
  'reload',
] as const;

/** A key from its name, or from the characters that were typed. */
export function keyFrom(name: string): Key {
  return keyNames.find((key) => key === name) ?? { text: name };
}

/** A key of the keypad; `undefined` where there is none of that name. */
export function digitKey(name: string): Key | undefined {
  const digit = digits.find((one) => one === name);
  return digit && { digit };
}

/** What was pressed as the character that stands on the key; `undefined` for the keys that have none. */
export function characterOf(key: Key): string | undefined {
  if (typeof key === 'string') return undefined;
  return 'digit' in key ? key.digit : key.text;
}

export function textLine(text: string, align?: Line['align']): Line {
  return align === undefined ? { spans: [{ text }] } : { spans: [{ text }], align };
}

/** A line's characters, without their looks. */
export function lineText(line: Line): string {
  return line.spans.map((span) => span.text).join('');
}

/** What cannot be broken, of one look or several; blanks; or a line break. */
type Token = { readonly word: Span[] } | { readonly blank: Span } | 'break';

/** Spans broken into lines of at most `COLUMNS` characters, between words where that is possible. */
export function wrap(spans: readonly Span[], align?: Line['align']): Line[] {
  const lines: Span[][] = [[]];
  let used = 0;
  /** Blanks wait for the word after them: at the break of a line they are the break itself. */
  let blanks: Span[] = [];
  const put = (span: Span): void => {
    const letters = [...span.text];
    for (let at = 0; at < letters.length; ) {
      if (used === COLUMNS) next();
      const part = letters.slice(at, at + COLUMNS - used);
      lines.at(-1)?.push({ ...span, text: part.join('') });
      used += part.length;
      at += part.length;
    }
  };
  const next = (): void => {
    lines.push([]);
    used = 0;
    blanks = [];
  };
  for (const token of tokens(spans)) {
    if (token === 'break') next();
    else if ('blank' in token) blanks.push(token.blank);
    else {
      const before = blanks.reduce((sum, { text }) => sum + text.length, 0);
      const length = token.word.reduce((sum, { text }) => sum + characters(text), 0);
      if (used > 0 && used + before + length > COLUMNS) next();
      if (used > 0) for (const blank of blanks) put(blank);
      blanks = [];
      for (const span of token.word) put(span);
    }
  }
  return lines.map((line) => {
    const joined = join(line);
    return align === undefined || align === 'left' ? { spans: joined } : { spans: joined, align };
  });
}

function tokens(spans: readonly Span[]): Token[] {
  const found: Token[] = [];
  for (const span of spans) {
    for (const text of span.text.split(/(\n| +)/)) {
      if (text === '') continue;
      const last = found.at(-1);
      if (text === '\n') found.push('break');
      else if (text.startsWith(' ')) found.push({ blank: { ...span, text } });
      else if (last !== undefined && last !== 'break' && 'word' in last) last.word.push({ ...span, text });
      else found.push({ word: [{ ...span, text }] });
    }
  }
  return found;
}

/** Characters as a person counts them: one that is two surrogates is one. */
export function characters(text: string): number {
  return [...text].length;
}

/** Plain text broken into lines. */
export function wrapText(text: string): Line[] {
  return wrap([{ text }]);
}

function join(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    const { text: _text, ...looks } = span;
    const { text: _lastText, ...lastLooks } = last ?? span;
    if (last !== undefined && JSON.stringify(looks) === JSON.stringify(lastLooks)) {
      joined[joined.length - 1] = { ...last, text: last.text + span.text };
    } else joined.push(span);
  }
  return joined;
}

/** The first line to show so that line `at` is visible, moving as little as possible. */
export function scrolledTo(top: number, at: number): number {
  if (at < top) return at;
  return at >= top + ROWS ? at - ROWS + 1 : top;
}
