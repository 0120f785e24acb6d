/** The card that is shown: its lines, what is focused, how far it is scrolled, and what is chosen in its lists. */
import { isElement, type WmlElement } from '../../wap/wml/index.js';
import { COLUMNS, type Line, ROWS, scrolledTo } from '../screen.js';
import { initialiseInput, Selections, type Variables } from './controls.js';
import { literal } from './deck.js';
import { type Flow, type Item, layOut } from './flow.js';

export class CardView {
  readonly card: WmlElement;
  readonly selections: Selections;
  readonly #variables: Variables;
  #flow: Flow = { lines: [], items: [] };
  #focus = -1;
  #top = 0;
  /** Columns that lines without wrapping are moved to the left by. */
  #shift = 0;

  constructor(card: WmlElement, variables: Variables) {
    this.card = card;
    this.#variables = variables;
    this.selections = new Selections(variables);
    this.display();
  }

  /** Initialises the controls in document order, and lays the card out. */
  display(): void {
    for (const control of controls(this.card)) {
      if (control.name === 'input') initialiseInput(control, this.#variables);
      else this.selections.initialise(control);
    }
    this.layOut();
  }

  /** Lays out what has changed by the user's own doing. */
  layOut(): void {
    this.#flow = layOut(this.card, this.#variables, this.selections);
    if (this.#focus >= this.#flow.items.length || this.#focus < 0) {
      this.#focus = this.#flow.items.findIndex((item) => item.line < ROWS);
    }
  }

  /** §11.6.2.1: the variables of all lists are brought up to date before a task. */
  updateVariables(): void {
    for (const control of controls(this.card)) if (control.name === 'select') this.selections.update(control);
  }

  get focused(): Item | undefined {
    return this.#flow.items[this.#focus];
  }

  get top(): number {
    return this.#top;
  }

  lines(): readonly Line[] {
    return this.#flow.lines.map((line) => this.#drawn(line));
  }

  /** Focus goes to the next item where it is near, else the text scrolls by a line. */
  move(by: 1 | -1): void {
    const { items, lines } = this.#flow;
    const next = this.#focus + by;
    const item = items[next];
    if (item !== undefined && item.line >= this.#top - 1 && item.line <= this.#top + ROWS) {
      this.#focus = next;
      this.#top = scrolledTo(this.#top, item.line);
      return;
    }
    this.#top = Math.min(Math.max(0, this.#top + by), Math.max(0, lines.length - ROWS));
  }

  /** §11.6.1: elements with a tabindex come first, from the lowest on, then the others as they stand. */
  tab(): void {
    const { items } = this.#flow;
    const place = (index: number): number => {
      const value = Number.parseInt(literal(items[index]?.element ?? this.card, 'tabindex') ?? '', 10);
      return value >= 0 ? value : Number.POSITIVE_INFINITY;
    };
    const order = items
      .map((_, i) => i)
      .sort((a, b) => (place(a) === place(b) ? a - b : place(a) - place(b)));
    this.#focusOn(order[(order.indexOf(this.#focus) + 1) % order.length]);
  }

  /** Moves lines that do not fit sideways. */
  slide(by: number): void {
    const longest = Math.max(
      0,
      ...this.#flow.lines.map((line) => line.spans.reduce((n, s) => n + [...s.text].length, 0)),
    );
    this.#shift = Math.min(Math.max(0, this.#shift + by), Math.max(0, longest - COLUMNS));
  }

  /** Focuses what has that access key (§9.8). */
  focusOnKey(key: string): Item | undefined {
    const index = this.#flow.items.findIndex(({ accessKey }) => accessKey === key);
    if (index < 0) return undefined;
    this.#focusOn(index);
    return this.#flow.items[index];
  }

  #focusOn(index: number | undefined): void {
    const item = index === undefined ? undefined : this.#flow.items[index];
    if (index === undefined || item === undefined) return;
    this.#focus = index;
    this.#top = scrolledTo(this.#top, item.line);
  }

  #drawn(line: Line): Line {
    let skip = this.#shift;
    const spans = line.spans.map(({ item, ...span }) => {
      const letters = [...span.text];
      const text = letters.slice(skip).join('');
      skip = Math.max(0, skip - letters.length);
      return { ...span, text, ...(item !== undefined && item === this.#focus && { focused: true }) };
    });
    return { ...line, spans };
  }
}

/** Inputs and selects in document order: their initialisation must keep it. */
function controls(parent: WmlElement): readonly WmlElement[] {
  return parent.children
    .filter(isElement)
    .flatMap((child) => (child.name === 'input' || child.name === 'select' ? [child] : controls(child)));
}
