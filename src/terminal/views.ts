/** The handset's own screens: a message, a list to pick from, a line to type. */
import type { Millis } from '../wap/time.js';
import {
  COLUMNS,
  characterOf,
  type Key,
  type Line,
  ROWS,
  type Screen,
  scrolledTo,
  textLine,
  type View,
  wrap,
  wrapText,
} from './screen.js';
import { Typing } from './typing.js';

export interface MessageOptions {
  readonly title: string;
  readonly text: string;
  /** Soft keys; the select key is the left one, the back key the right one. */
  readonly left?: readonly [label: string, act: () => void];
  readonly right?: readonly [label: string, act: () => void];
  readonly trusted?: boolean;
}

/** Text to read, that scrolls, and at most two things to do about it. */
export function messageView(options: MessageOptions): View {
  return linesView({ ...options, lines: wrapText(options.text) });
}

/** The same of lines that are laid out already. */
export function linesView({
  title,
  lines,
  left,
  right,
  trusted,
}: Omit<MessageOptions, 'text'> & { readonly lines: readonly Line[] }): View {
  let top = 0;
  return {
    screen: () => ({
      title,
      lines,
      top,
      left: left?.[0] ?? '',
      right: right?.[0] ?? '',
      ...(trusted && { trusted }),
    }),
    press(key) {
      if (key === 'down') top = Math.min(top + 1, Math.max(0, lines.length - ROWS));
      if (key === 'up') top = Math.max(0, top - 1);
      if (key === 'softLeft' || key === 'select') (left ?? right)?.[1]();
      if (key === 'softRight' || key === 'back') (right ?? left)?.[1]();
    },
  };
}

export interface ListItem {
  readonly label: string;
  /** A mark in front: a radio button or a box. */
  readonly mark?: () => string;
  /** Stands above it: the name of what it and the following ones have in common. */
  readonly heading?: string;
  readonly act: () => void;
}

export interface ListOptions {
  readonly title: string;
  readonly items: readonly ListItem[];
  /** What stands there when there are no items. */
  readonly empty?: string;
  readonly select?: string;
  readonly right: readonly [label: string, act: () => void];
  readonly start?: number;
  readonly trusted?: boolean;
}

/** Items below each other, one of them focused; digits pick by number. */
export function listView({
  title,
  items,
  empty = '(empty)',
  select = 'Select',
  right,
  start = 0,
  trusted,
}: ListOptions): View {
  let at = Math.min(start, Math.max(0, items.length - 1));
  let top = 0;

  function draw(): Line[] {
    if (items.length === 0) return [textLine(empty)];
    const lines = items.flatMap(({ label, mark, heading }, i) => [
      ...(heading === undefined ? [] : wrap([{ text: heading, bold: true }])),
      ...wrap([{ text: `${mark?.() ?? ''}${label}`, ...(i === at && { focused: true }) }]),
    ]);
    const focused = lines.map((line) => line.spans.some((span) => span.focused));
    top = scrolledTo(scrolledTo(top, focused.lastIndexOf(true)), Math.max(0, focused.indexOf(true)));
    // What stands above the first item is seen with it.
    if (at === 0) top = 0;
    return lines;
  }

  return {
    screen(): Screen {
      const lines = draw();
      return {
        title,
        lines,
        top,
        left: items.length === 0 ? '' : select,
        right: right[0],
        ...(trusted && { trusted }),
      };
    },
    press(key: Key) {
      if (key === 'down' || key === 'tab') at = Math.min(at + 1, Math.max(0, items.length - 1));
      if (key === 'up') at = Math.max(0, at - 1);
      if (key === 'softLeft' || key === 'select') items[at]?.act();
      const number = characterOf(key) ?? '';
      if (/^[1-9]$/.test(number)) items[Number(number) - 1]?.act();
      if (key === 'softRight' || key === 'back') right[1]();
    },
  };
}

export interface EntryOptions {
  readonly title: string;
  /** Above the field. */
  readonly text?: string;
  readonly value?: string;
  readonly password?: boolean;
  /** In characters. */
  readonly maxLength?: number;
  /** Only digits are wanted: a keypad writes them at once. */
  readonly numeric?: boolean;
  /** Tells how soon a key follows the other. */
  readonly now?: () => Millis;
  readonly accept: (value: string) => void;
  readonly cancel: () => void;
  /** The key that is for both: what it is called while there is nothing to clear. */
  readonly cancelLabel?: string;
  readonly trusted?: boolean;
}

/** One line to type into. */
export function entryView(options: EntryOptions): View {
  const {
    title,
    text = '',
    password = false,
    maxLength = Number.MAX_SAFE_INTEGER,
    numeric = false,
    now = () => 0,
    accept,
    cancel,
    cancelLabel = 'Cancel',
    trusted,
  } = options;
  const typing = new Typing({ value: options.value ?? '', maxLength, numeric, now });
  return {
    screen() {
      const typed = [...typing.value];
      const shown = password ? typed.map(() => '*') : typed;
      const field: Line = { spans: [{ text: `[${shown.slice(-(COLUMNS - 3)).join('')}_]`, focused: true }] };
      const lines = [...(text === '' ? [] : wrapText(text)), field];
      const top = Math.max(0, lines.length - ROWS);
      return {
        title,
        lines,
        top,
        left: 'OK',
        right: typing.value === '' ? cancelLabel : 'Clear',
        typing: typing.mode,
        ...(trusted && { trusted }),
      };
    },
    press(key) {
      if (typing.press(key)) return;
      if (key === 'softLeft' || key === 'select') accept(typing.value);
      if (key === 'back') cancel();
      if (key === 'softRight') {
        if (typing.value === '') cancel();
        else typing.press('clear');
      }
    },
  };
}
