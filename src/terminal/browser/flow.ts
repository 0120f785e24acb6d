/** A card laid out on the handset's columns: WAP-191 §11.8. */
import { isElement, isText, type VText, type WmlElement } from '../../wap/wml/index.js';
import { COLUMNS, type Line, type Span, wrap } from '../screen.js';
import { accessKeys } from './access-keys.js';
import { groupedOptions, isMultiple, type Selections, type Variables } from './controls.js';
import { literal } from './deck.js';

/** Something on a card that can be focused and selected. */
export interface Item {
  readonly kind: 'anchor' | 'a' | 'input' | 'select';
  readonly element: WmlElement;
  /** The first line that it stands on. */
  readonly line: number;
  readonly accessKey?: string;
}

export interface Flow {
  readonly lines: readonly Line[];
  readonly items: readonly Item[];
}

type Look = Pick<Span, 'bold' | 'italic' | 'underline' | 'item'>;

/** Inline elements that change how characters look (§11.8.2). */
const looks: Readonly<Record<string, Look>> = {
  b: { bold: true },
  strong: { bold: true },
  big: { bold: true },
  em: { italic: true },
  i: { italic: true },
  u: { underline: true },
  small: {},
};

interface Paragraph {
  readonly align: Line['align'];
  readonly wraps: boolean;
}

const plain: Paragraph = { align: 'left', wraps: true };

/** Lays out a card with the current values of its variables. */
export function layOut(card: WmlElement, variables: Variables, selections: Selections): Flow {
  const keys = accessKeys(card, variables.expand);
  const lines: Line[] = [];
  const found: Omit<Item, 'line'>[] = [];
  let paragraph = plain;
  let spans: Span[] = [];
  let pre = false;

  function flush(): void {
    const trimmed = pre ? spans : trimEnd(spans);
    if (trimmed.length > 0) {
      const { align, wraps } = paragraph;
      // Preformatted lines are as long as they are, like those that do not wrap.
      lines.push(...(wraps && !pre ? wrap(trimmed, align) : breakLines(trimmed, align)));
    }
    spans = [];
  }

  function text(value: VText, look: Look): void {
    const expanded = variables.expand(value);
    let shown = pre ? expanded.replaceAll('\t', ' ') : expanded.replace(/[ \t\r\n]+/g, ' ');
    const last = spans.at(-1)?.text;
    if (!pre && (last === undefined || /[ \n]$/.test(last))) shown = shown.trimStart();
    // A no-break space looks like a blank and does not break: the wrapping only knows U+0020.
    if (shown !== '') spans.push({ text: shown.replaceAll('\u00ad', ''), ...look });
  }

  function item(kind: Item['kind'], element: WmlElement): Look {
    const accessKey = keys.get(element);
    found.push({ kind, element, ...(accessKey !== undefined && { accessKey }) });
    return { item: found.length - 1 };
  }

  /** An access key in front of what it is for. */
  function keyMark(element: WmlElement): Span[] {
    const key = keys.get(element);
    return key === undefined ? [] : [{ text: `${key}\u00a0`, bold: true }];
  }

  function children(parent: WmlElement, look: Look): void {
    for (const child of parent.children) {
      if (isText(child)) text(child, look);
      else if (isElement(child)) element(child, look);
    }
  }

  function element(child: WmlElement, look: Look): void {
    switch (child.name) {
      case 'p': {
        flush();
        paragraph = {
          align: alignment(literal(child, 'align')),
          // §11.8.3: an unspecified mode is that of the paragraph before.
          wraps: literal(child, 'mode') === undefined ? paragraph.wraps : literal(child, 'mode') === 'wrap',
        };
        children(child, look);
        flush();
        return;
      }
      case 'pre':
        flush();
        pre = true;
        children(child, look);
        flush();
        pre = false;
        return;
      case 'br':
        spans.push({ text: '\n' });
        return;
      case 'a':
      case 'anchor':
        link(child, { ...look, underline: true, ...item(child.name, child) });
        return;
      case 'img': {
        const alt = variables.expand(child.attributes.get('alt') ?? []);
        if (alt !== '') spans.push({ text: `[${alt}]`, ...look });
        return;
      }
      case 'input':
        field(child, item('input', child), inputText(child, variables));
        return;
      case 'select':
        field(child, item('select', child), selectText(child, variables, selections.of(child)));
        return;
      case 'fieldset': {
        flush();
        const title = variables.expand(child.attributes.get('title') ?? []);
        if (title !== '') lines.push(...wrap([{ text: title, bold: true }]));
        children(child, look);
        flush();
        return;
      }
      case 'table':
        flush();
        lines.push(...table(child, look));
        return;
      case 'do':
      case 'onevent':
      case 'timer':
        return;
    }
    // §12.4: what is not recognised is as if it were not there, its content is shown.
    children(child, { ...look, ...looks[child.name] });
  }

  /** A link of which nothing would be seen still has to be there to be selected. */
  function link(anchor: WmlElement, look: Look): void {
    spans.push(...keyMark(anchor));
    const before = spans.length;
    children(anchor, look);
    if (spans.slice(before).some(({ text }) => text.trim() !== '')) return;
    const title = variables.expand(anchor.attributes.get('title') ?? []);
    spans.push({ text: title === '' ? '[link]' : title, ...look });
  }

  /** A control on lines of its own, below its title. */
  function field(control: WmlElement, look: Look, shown: string): void {
    flush();
    const title = variables.expand(control.attributes.get('title') ?? []);
    const label = [...keyMark(control), ...(title === '' ? [] : [{ text: `${title}:` }])];
    if (label.length > 0) lines.push(...wrap(label));
    lines.push({ spans: [{ text: shown, ...look }] });
  }

  function table(source: WmlElement, look: Look): Line[] {
    const columns = Math.min(Math.max(1, Number(literal(source, 'columns')) || 1), COLUMNS);
    const aligns = literal(source, 'align') ?? '';
    const rows = source.children.filter(isElement).map((row) => {
      const cells = row.children.filter(isElement).map((cell) => {
        const [outer, outerPre] = [spans, pre];
        [spans, pre] = [[], false];
        children(cell, look);
        const inner = trimEnd(spans);
        [spans, pre] = [outer, outerPre];
        return inner.map((span) => ({ ...span, text: span.text.replaceAll('\n', ' ') }));
      });
      // §11.8.5: missing cells are empty, cells beyond the last column are joined to it.
      const joined = cells.slice(columns).flatMap((cell) => [{ text: ' ' }, ...cell]);
      return Array.from({ length: columns }, (_, i) => [
        ...(cells[i] ?? []),
        ...(i === columns - 1 ? joined : []),
      ]);
    });
    const widths = Array.from({ length: columns }, (_, i) =>
      Math.max(0, ...rows.map((row) => width(row[i] ?? []))),
    );
    return rows.map((row) => ({
      spans: row.flatMap((cell, i) => [
        ...(i > 0 ? [{ text: '|' }] : []),
        ...padded(cell, widths[i] ?? 0, aligns.charAt(i)),
      ]),
    }));
  }

  children(card, {});
  flush();
  const items = found.map((entry, i) => ({
    ...entry,
    line: Math.max(
      0,
      lines.findIndex((line) => line.spans.some((span) => span.item === i)),
    ),
  }));
  return { lines, items };
}

function alignment(name: string | undefined): Line['align'] {
  return name === 'center' || name === 'right' ? name : 'left';
}

function breakLines(spans: readonly Span[], align: Line['align']): Line[] {
  const lines: Span[][] = [[]];
  for (const span of spans) {
    span.text.split('\n').forEach((part, i) => {
      if (i > 0) lines.push([]);
      if (part !== '') lines.at(-1)?.push({ ...span, text: part });
    });
  }
  return lines.map((line) =>
    align === undefined || align === 'left' ? { spans: line } : { spans: line, align },
  );
}

/** Without blanks and line breaks at the end. */
function trimEnd(spans: readonly Span[]): Span[] {
  const kept = [...spans];
  for (;;) {
    const last = kept.pop();
    if (last === undefined) return kept;
    const text = last.text.replace(/ +$/, '');
    if (text !== '' || last.item !== undefined) return [...kept, { ...last, text }];
  }
}

function width(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + span.text.length, 0);
}

function padded(spans: readonly Span[], to: number, align: string): Span[] {
  const room = to - width(spans);
  const before = align === 'R' ? room : align === 'C' ? Math.floor(room / 2) : 0;
  return [{ text: ' '.repeat(before) }, ...spans, { text: ' '.repeat(room - before) }].filter(
    (s) => s.text !== '',
  );
}

function inputText(input: WmlElement, variables: Variables): string {
  const value = variables.get(literal(input, 'name') ?? '');
  const shown = literal(input, 'type') === 'password' ? '*'.repeat([...value].length) : value;
  return `[${shown.slice(-(COLUMNS - 2)).padEnd(COLUMNS - 2, ' ')}]`;
}

function selectText(select: WmlElement, variables: Variables, indexes: readonly number[]): string {
  const options = groupedOptions(select);
  const chosen = indexes.flatMap((index) => {
    const entry = options[index - 1];
    return entry === undefined ? [] : [optionLabel(entry.option, variables)];
  });
  const mark = isMultiple(select) ? '=' : '>';
  return `${mark} ${chosen.length === 0 ? '(none)' : chosen.join(', ')}`.slice(0, COLUMNS);
}

/** What an option is called: its text, or its title where it has none. */
export function optionLabel(option: WmlElement, variables: Variables): string {
  const text = option.children
    .filter(isText)
    .map((part) => variables.expand(part))
    .join('');
  const shown = text.replace(/\s+/g, ' ').trim();
  return shown === '' ? variables.expand(option.attributes.get('title') ?? []) : shown;
}
