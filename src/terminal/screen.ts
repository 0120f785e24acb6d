/** What a handset shows and what can be pressed on it. The model draws into a `Screen`; the faces put it on glass. */

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
  /** Drawn apart from all that a deck can draw: the handset itself speaks, about the card and its signatures. */
  readonly trusted?: boolean;
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
  | { readonly text: string };

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
] as const;

/** A key from its name, or from the characters that were typed. */
export function keyFrom(name: string): Key {
  return keyNames.find((key) => key === name) ?? { text: name };
}

export function textLine(text: string, align?: Line['align']): Line {
  return align === undefined ? { spans: [{ text }] } : { spans: [{ text }], align };
}

/** A line's characters, without their looks. */
export function lineText(line: Line): string {
  return line.spans.map((span) => span.text).join('');
}

/** Spans broken into lines of at most `COLUMNS` characters, between words where that is possible. */
export function wrap(spans: readonly Span[], align?: Line['align']): Line[] {
  const lines: Span[][] = [[]];
  let used = 0;
  const next = (): void => {
    const line = lines.at(-1);
    // The blank before the break is the break itself.
    if (line?.at(-1)?.text.trimEnd() === '' && line.at(-1)?.item === undefined) line.pop();
    lines.push([]);
    used = 0;
  };
  const put = (span: Span, text: string): void => {
    lines.at(-1)?.push({ ...span, text });
    used += text.length;
  };
  for (const span of spans) {
    for (const piece of span.text.split(/(\n|[ ]+)/)) {
      if (piece === '\n') next();
      else if (piece.startsWith(' ')) {
        if (used > 0 && used < COLUMNS) put(span, piece.slice(0, COLUMNS - used));
      } else {
        if (used > 0 && used + piece.length > COLUMNS) next();
        for (let i = 0; i < piece.length; i += COLUMNS) {
          if (i > 0) next();
          put(span, piece.slice(i, i + COLUMNS));
        }
      }
    }
  }
  return lines.map((line) => {
    const joined = join(line);
    return align === undefined || align === 'left' ? { spans: joined } : { spans: joined, align };
  });
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
