/**
 * The handset on a terminal: draws the screen in a frame, and takes keys from a keyboard. Without a keyboard (a pipe, a
 * script) a line is a key, by its name or as characters to type.
 */
import { createInterface, emitKeypressEvents } from 'node:readline';
import type { Readable } from 'node:stream';
import { styleText } from 'node:util';
import { COLUMNS, characters, type Key, keyFrom, lineText, ROWS, type Screen, type Span } from './screen.js';
import type { Terminal } from './terminal.js';

export interface TtyOptions {
  readonly terminal: Terminal;
  readonly input: Readable & { readonly isTTY?: boolean; setRawMode?(on: boolean): unknown };
  readonly output: { write(text: string): unknown; readonly isTTY?: boolean };
}

/** Draws and listens until the input ends or the user leaves (q or Ctrl-C on a keyboard, `quit` as a line). */
export function runTty({ terminal, input, output }: TtyOptions): Promise<void> {
  const keyboard = input.isTTY === true && output.isTTY === true;
  let drawn = '';

  function draw(): void {
    const picture = keyboard ? framed(terminal.screen()) : plain(terminal.screen());
    if (picture === drawn) return;
    drawn = picture;
    output.write(keyboard ? `\x1b[H\x1b[2J${picture}\n${help}` : `${picture}\n\n`);
  }

  return new Promise((resolve) => {
    const stop = terminal.onChange(draw);
    function end(): void {
      stop();
      if (keyboard) input.setRawMode?.(false);
      input.pause();
      resolve();
    }
    draw();
    if (keyboard) {
      emitKeypressEvents(input);
      input.setRawMode?.(true);
      input.resume();
      input.on('keypress', (text: string | undefined, pressed: { name?: string; ctrl?: boolean }) => {
        if (pressed.ctrl && (pressed.name === 'c' || pressed.name === 'd')) {
          end();
          return;
        }
        const key = keyOf(text, pressed.name);
        if (key !== undefined) terminal.press(key);
      });
      return;
    }
    const lines = createInterface({ input });
    lines.on('line', (line) => {
      const name = line.trim();
      if (name === 'quit') lines.close();
      else if (name !== '') pressLine(terminal, name);
    });
    lines.on('close', end);
  });
}

const help =
  '  arrows, Enter; F1 and F2 the soft keys; Esc back; Backspace clears; End hangs up; Ctrl-C leaves\n';

const named: Readonly<Record<string, Key>> = {
  up: 'up',
  down: 'down',
  left: 'left',
  right: 'right',
  return: 'select',
  enter: 'select',
  escape: 'back',
  backspace: 'clear',
  delete: 'clear',
  f1: 'softLeft',
  f2: 'softRight',
  tab: 'tab',
  end: 'end',
  f5: 'reload',
};

function keyOf(text: string | undefined, name: string | undefined): Key | undefined {
  const key = name === undefined ? undefined : named[name];
  if (key !== undefined) return key;
  return text !== undefined && text >= ' ' ? { text } : undefined;
}

/** A key by its name; anything else is typed character by character. */
function pressLine(terminal: Terminal, name: string): void {
  const key = keyFrom(name);
  if (typeof key === 'string') terminal.press(key);
  else for (const character of name) terminal.press({ text: character });
}

/** The screen for a program to read: title, lines, soft keys. */
function plain(screen: Screen): string {
  const mark = screen.trusted ? '[card] ' : screen.wtlsClass ? `[wtls ${screen.wtlsClass}] ` : '';
  const shown = screen.lines.map((line) => lineText(line).trimEnd());
  return [`# ${mark}${screen.title}`, ...shown, `< ${screen.left} | ${screen.right} >`].join('\n');
}

function framed(screen: Screen): string {
  const edge = screen.trusted ? '═' : '─';
  const rule = `+${edge.repeat(COLUMNS + 2)}+`;
  const row = (text: string): string => `| ${text} |`;
  const shown = Array.from({ length: ROWS }, (_, i) => screen.lines[screen.top + i]);
  const lines = shown.map((line) => {
    const text = line === undefined ? '' : lineText(line);
    const room = Math.max(0, COLUMNS - characters(text));
    const before = line?.align === 'right' ? room : line?.align === 'center' ? Math.floor(room / 2) : 0;
    const drawn = cut(line?.spans ?? [])
      .map(styled)
      .join('');
    return row(`${' '.repeat(before)}${drawn}${' '.repeat(room - before)}`);
  });
  const soft = screen.left.padEnd(COLUMNS - screen.right.length) + screen.right;
  const envelope = screen.messages === undefined ? '' : `(${screen.messages}) `;
  const title = `${envelope}${screen.trusted ? `* ${screen.title} *` : screen.title}`.slice(0, COLUMNS);
  const centred = ' '.repeat(Math.floor((COLUMNS - title.length) / 2)) + title;
  // Outside of what a deck can draw.
  const secure = screen.wtlsClass === undefined ? '' : ` WTLS class ${screen.wtlsClass} `;
  const top = `+${secure.padStart(COLUMNS + 2, edge)}+`;
  return [top, row(centred.padEnd(COLUMNS)), rule, ...lines, rule, row(soft.slice(0, COLUMNS)), rule].join(
    '\n',
  );
}

/** The spans that fit on a line. */
function cut(spans: readonly Span[]): Span[] {
  let room = COLUMNS;
  return spans.map((span) => {
    const letters = [...span.text].slice(0, room);
    room -= letters.length;
    return { ...span, text: letters.join('') };
  });
}

function styled({ text, bold, italic, underline, focused }: Span): string {
  let drawn = text;
  if (bold) drawn = styleText('bold', drawn);
  if (italic) drawn = styleText('italic', drawn);
  if (underline) drawn = styleText('underline', drawn);
  return focused ? styleText('inverse', drawn) : drawn;
}
