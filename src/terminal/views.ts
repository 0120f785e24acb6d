/** The handset's own screens: a message, a list to pick from, a line to type. */
import {
  COLUMNS,
  type Key,
  type Line,
  ROWS,
  type Screen,
  scrolledTo,
  textLine,
  type View,
  wrapText,
} from './screen.js';

export interface MessageOptions {
  readonly title: string;
  readonly text: string;
  /** Soft keys; the select key is the left one, the back key the right one. */
  readonly left?: readonly [label: string, act: () => void];
  readonly right?: readonly [label: string, act: () => void];
  readonly trusted?: boolean;
}

/** Text to read, that scrolls, and at most two things to do about it. */
export function messageView({ title, text, left, right, trusted }: MessageOptions): View {
  const lines = wrapText(text);
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
  let top = scrolledTo(0, at);
  return {
    screen(): Screen {
      const lines: Line[] =
        items.length === 0
          ? [textLine(empty)]
          : items.map((item, i) => ({
              spans: [{ text: `${item.mark?.() ?? ''}${item.label}`.slice(0, COLUMNS), focused: i === at }],
            }));
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
      if (key === 'down') at = Math.min(at + 1, Math.max(0, items.length - 1));
      if (key === 'up') at = Math.max(0, at - 1);
      top = scrolledTo(top, at);
      if (key === 'softLeft' || key === 'select') items[at]?.act();
      if (typeof key === 'object' && /^[1-9]$/.test(key.text)) items[Number(key.text) - 1]?.act();
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
  readonly maxLength?: number;
  readonly accept: (value: string) => void;
  readonly cancel: () => void;
  readonly trusted?: boolean;
}

/** One line to type into. */
export function entryView(options: EntryOptions): View {
  const {
    title,
    text = '',
    password = false,
    maxLength = Number.MAX_SAFE_INTEGER,
    accept,
    cancel,
    trusted,
  } = options;
  let value = options.value ?? '';
  return {
    screen() {
      const shown = password ? '*'.repeat(value.length) : value;
      const field: Line = { spans: [{ text: `[${shown.slice(-(COLUMNS - 3))}_]`, focused: true }] };
      const lines = [...(text === '' ? [] : wrapText(text)), field];
      const top = Math.max(0, lines.length - ROWS);
      return {
        title,
        lines,
        top,
        left: 'OK',
        right: value === '' ? 'Cancel' : 'Clear',
        ...(trusted && { trusted }),
      };
    },
    press(key) {
      if (typeof key === 'object') value = (value + key.text).slice(0, maxLength);
      if (key === 'softLeft' || key === 'select') accept(value);
      if (key === 'back') cancel();
      if (key === 'clear') value = value.slice(0, -1);
      if (key === 'softRight') {
        if (value === '') cancel();
        else value = value.slice(0, -1);
      }
    },
  };
}
