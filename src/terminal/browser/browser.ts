/**
 * The WML user agent: browser context, history, tasks, events and timers of WAP-191 §9 to §12. It fetches nothing, waits
 * for nothing and draws nothing itself: it asks its host, and is told what came of it.
 */

import type { Millis } from '../../wap/time.js';
import { substitute, type WmlElement } from '../../wap/wml/index.js';
import { type Key, type Line, ROWS, type Screen, scrolledTo, type View } from '../screen.js';
import { entryView, listView } from '../views.js';
import { type Context, newContext, type PageRequest, pushHistory, setVariable } from './context.js';
import {
  accepts,
  commitSelect,
  defaultIndexes,
  initialiseInput,
  initialiseSelect,
  isMultiple,
  optionsOf,
  type Variables,
} from './controls.js';
import { type Deck, findCard, literal, mayEnter } from './deck.js';
import { type Flow, type Item, layOut, optionLabel } from './flow.js';
import {
  activeDos,
  activeTask,
  assignments,
  boundTask,
  type Destination,
  type Do,
  descendants,
  destination,
  doLabel,
  resolved,
  type Task,
  taskIn,
} from './tasks.js';

/** What the browser asks of the handset. */
export interface BrowserHost {
  /** Fetch a resource; `deckArrived`, `unitArrived` or `failed` tells what came of it. @param referrer the current deck */
  fetch(request: PageRequest, referrer: string | undefined): void;
  /** Nobody waits for the last fetch any more. */
  stopFetch(): void;
  startTimer(after: Millis): void;
  /** @returns how long it would still have run; 0 where none ran */
  stopTimer(): Millis;
  /** Tell the user something that went wrong. */
  notify(text: string): void;
  /** Put another view before the browser, or take it away. */
  show(view: View): void;
  hide(view: View): void;
  /** The user went back from the first card. */
  exit(): void;
  /** The screen is another one now. */
  changed(): void;
}

/** A function of a compilation unit that a URL with fragment calls: WAP-193 §8.3.2. */
export interface ScriptCall {
  readonly url: string;
  readonly fragment: string;
  /** The deck that calls. */
  readonly referrer: string | undefined;
}

interface Pending {
  readonly destination: Destination;
  readonly assignments: readonly (readonly [string, string])[];
  readonly direction: 'forward' | 'backward';
}

/** Tasks that start each other without a user in between; more than this is a loop. */
const CHAIN_MAX = 16;

/** Printed in tenths of a second: §11.7. */
const TENTH: Millis = 100;

export class Browser implements View {
  readonly #host: BrowserHost;
  #context: Context = newContext();
  #deck: Deck | undefined;
  #card: WmlElement | undefined;
  #flow: Flow = { lines: [], items: [] };
  #focus = -1;
  #top = 0;
  /** Columns that lines without wrapping are moved to the left by. */
  #shift = 0;
  #pending: Pending | undefined;
  #chain = 0;
  #timer: { readonly name: string | undefined } | undefined;
  /** What a script asked for while it ran; its last call counts. */
  #afterScript: { readonly go: string } | 'prev' | undefined;

  constructor(host: BrowserHost) {
    this.#host = host;
  }

  /** The card that is shown, with its deck; `undefined` before the first one. */
  get current(): { readonly deck: Deck; readonly card: WmlElement } | undefined {
    return this.#deck && this.#card && { deck: this.#deck, card: this.#card };
  }

  get waiting(): boolean {
    return this.#pending !== undefined;
  }

  /** The user or a push asks for a URL: that ends the current context and begins another one (§10.4). */
  open(url: string): void {
    const where = resolved(url, undefined);
    if (where === undefined) {
      this.#host.notify(`This is no address: ${url}`);
      return;
    }
    this.#stopTimer();
    if (this.#pending !== undefined) this.#host.stopFetch();
    this.#context = newContext();
    this.#deck = undefined;
    this.#card = undefined;
    this.#afterScript = undefined;
    this.#chain = 0;
    this.#go(where, []);
  }

  /** The deck that was asked for. */
  deckArrived(deck: Deck): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    if (pending.direction === 'forward' && !mayEnter(deck, this.#deck?.url)) {
      this.failed('The deck may not be entered from here.');
      return;
    }
    this.#pending = undefined;
    this.#enter(deck, pending);
  }

  /** The URL names a compilation unit: what to call there. The invoking card stays (§12.5.1 is not for scripts). */
  unitArrived(): ScriptCall | undefined {
    const pending = this.#pending;
    if (pending === undefined) return undefined;
    this.#pending = undefined;
    if (!this.#assign(pending.assignments)) return undefined;
    this.#afterScript = undefined;
    const { request, fragment } = pending.destination;
    return { url: request.url, fragment, referrer: this.#deck?.url };
  }

  /** The fetch came to nothing: the invoking card stays, nothing is assigned (§12.5.5). */
  failed(text: string): void {
    this.#pending = undefined;
    this.#host.notify(text);
    this.#resume();
  }

  timerExpired(): void {
    const timer = this.#timer;
    if (timer === undefined || this.current === undefined) return;
    this.#timer = undefined;
    if (timer.name !== undefined) this.setVariable(timer.name, '0');
    const task = activeTask(this.current.deck, this.current.card, 'ontimer');
    if (task !== undefined) this.#perform(task);
  }

  // What the library WMLBrowser does: WAP-194 §11.

  variable(name: string): string {
    return this.#context.variables.get(name) ?? '';
  }

  setVariable(name: string, value: string): boolean {
    const done = setVariable(this.#context, name, value);
    if (!done) this.#host.notify('There is no room for more variables.');
    return done;
  }

  /** The URL of the current card, relative to `base` where that is shorter. */
  currentCard(base: string): string | undefined {
    if (this.current === undefined) return undefined;
    const id = literal(this.current.card, 'id');
    const url = new URL(this.current.deck.url);
    const fragment = id === undefined ? '' : `#${id}`;
    const from = new URL(base);
    if (url.origin !== from.origin) return url.href + fragment;
    const folder = from.pathname.slice(0, from.pathname.lastIndexOf('/') + 1);
    const path = url.pathname.startsWith(folder) ? url.pathname.slice(folder.length) : url.pathname;
    return path + url.search + fragment;
  }

  /** Requested by a script: happens when it has ended. An empty URL takes back what was requested. */
  requestGo(url: string): void {
    this.#afterScript = url === '' ? undefined : { go: url };
  }

  requestPrev(): void {
    this.#afterScript = 'prev';
  }

  /** At once, also while the script runs on. */
  refresh(): void {
    this.#show();
  }

  newContext(): void {
    this.#context.variables.clear();
    // §10.2 clears the history; the card that is shown stays its only entry.
    this.#context.history.splice(0, this.#context.history.length - 1);
  }

  /**
   * The script ended: what it asked for is done now, relative to the current card (WAP-194 §11.3).
   * @param unit its URL, for a script that no card called
   */
  scriptEnded(unit: string): void {
    const after = this.#afterScript;
    this.#afterScript = undefined;
    if (after === undefined) this.#resume();
    else if (after === 'prev') this.#prev([]);
    else {
      const where = resolved(after.go, this.#deck?.url ?? unit);
      if (where === undefined) this.failed(`This is no address: ${after.go}`);
      else this.#go(where, []);
    }
  }

  /** A fatal error ended the script: nothing of what it asked for is done (WAP-194 §11.3). */
  scriptFailed(): void {
    this.#afterScript = undefined;
    this.#resume();
  }

  screen(): Screen {
    const { current } = this;
    const title =
      current === undefined ? '' : this.#variables.expand(current.card.attributes.get('title') ?? []);
    const right = this.#pending === undefined ? 'Back' : 'Stop';
    if (this.#pending !== undefined && current === undefined) {
      return {
        title: 'Connecting',
        lines: [{ spans: [{ text: 'Please wait …' }] }],
        top: 0,
        left: '',
        right,
      };
    }
    return {
      title: this.#pending === undefined ? title : '…',
      lines: this.#flow.lines.map((line) => this.#drawn(line)),
      top: this.#top,
      left: this.#pending === undefined ? this.#leftKey().label : '',
      right,
    };
  }

  press(key: Key): void {
    if (this.#pending !== undefined) {
      if (key === 'softRight' || key === 'back') this.#stop();
      return;
    }
    if (key === 'down') this.#move(1);
    if (key === 'up') this.#move(-1);
    if (key === 'right') this.#slide(4);
    if (key === 'left') this.#slide(-4);
    if (key === 'select') {
      const item = this.#flow.items[this.#focus];
      if (item === undefined) this.#leftKey().act();
      else this.#activate(item);
    }
    if (key === 'softLeft') this.#leftKey().act();
    if (key === 'softRight' || key === 'back') this.#back();
    if (typeof key === 'object') this.#accessKey(key.text);
    this.#host.changed();
  }

  get #variables(): Variables {
    return {
      get: (name) => this.variable(name),
      set: (name, value) => {
        this.setVariable(name, value);
      },
      expand: (text) => substitute(text, (name) => this.variable(name)),
    };
  }

  #perform(task: Task): void {
    const { current } = this;
    if (current === undefined) return;
    const values = assignments(task, this.#variables.expand);
    switch (task.task) {
      case 'noop':
        return;
      case 'prev':
        this.#prev(values);
        return;
      case 'refresh':
        this.#stopTimer();
        if (this.#assign(values)) this.#show();
        return;
      case 'go': {
        const where = destination(task, current.deck.url, this.#variables.expand);
        if (where === undefined) this.#host.notify('The link leads nowhere: its address is none.');
        else this.#go(where, values);
      }
    }
  }

  #go(where: Destination, values: Pending['assignments']): void {
    this.#stopTimer();
    if (++this.#chain > CHAIN_MAX) {
      this.failed('The cards send each other round in circles.');
      return;
    }
    const pending: Pending = { destination: where, assignments: values, direction: 'forward' };
    const deck = this.#deck;
    if (deck !== undefined && where.request.url === deck.url && !where.reload) {
      this.#enter(deck, pending);
      return;
    }
    this.#fetch(pending);
  }

  #prev(values: Pending['assignments']): void {
    const entry = this.#context.history.at(-2);
    if (entry === undefined) return;
    this.#stopTimer();
    if (++this.#chain > CHAIN_MAX) {
      this.failed('The cards send each other round in circles.');
      return;
    }
    const where = { request: entry.request, fragment: entry.fragment, reload: false };
    this.#enter(entry.deck, { destination: where, assignments: values, direction: 'backward' });
  }

  #fetch(pending: Pending): void {
    this.#pending = pending;
    this.#host.fetch(pending.destination.request, this.#deck?.url);
    this.#host.changed();
  }

  #stop(): void {
    this.#pending = undefined;
    this.#chain = 0;
    this.#host.stopFetch();
    this.#startTimer();
    if (this.current === undefined) this.#host.exit();
    this.#host.changed();
  }

  /** Steps 4 to 10 of §12.5.1, 3 to 7 of §12.5.2. */
  #enter(deck: Deck, { destination: where, assignments: values, direction }: Pending): void {
    const card = findCard(deck, where.fragment);
    if (!this.#assign(values)) return;
    if (direction === 'forward') {
      if (literal(card, 'newcontext') === 'true') this.#context = newContext();
      pushHistory(this.#context, { request: where.request, fragment: where.fragment, deck });
    } else this.#context.history.pop();
    this.#deck = deck;
    this.#card = card;
    const task = activeTask(deck, card, direction === 'forward' ? 'onenterforward' : 'onenterbackward');
    if (task !== undefined) {
      this.#perform(task);
      // A task that came to nothing leaves the user on this card.
      if (this.#pending !== undefined || this.#card !== card) return;
    }
    this.#chain = 0;
    this.#top = 0;
    this.#shift = 0;
    this.#focus = -1;
    this.#show();
  }

  /** Back on the card that the user left for nothing. */
  #resume(): void {
    this.#chain = 0;
    this.#startTimer();
    this.#host.changed();
  }

  #assign(values: Pending['assignments']): boolean {
    return values.every(([name, value]) => this.setVariable(name, value));
  }

  /** Initialises controls in document order, lays out, starts the timer. */
  #show(): void {
    const { current } = this;
    if (current === undefined) return;
    for (const control of controls(current.card)) {
      if (control.name === 'input') initialiseInput(control, this.#variables);
      else initialiseSelect(control, this.#variables);
    }
    this.#layOut();
    this.#startTimer();
    this.#host.changed();
  }

  #layOut(): void {
    if (this.#card === undefined) return;
    this.#flow = layOut(this.#card, this.#variables);
    if (this.#focus >= this.#flow.items.length || this.#focus < 0) {
      this.#focus = this.#flow.items.findIndex((item) => item.line < ROWS);
    }
  }

  #startTimer(): void {
    const { current } = this;
    const timer = current && descendants(current.card, 'timer')[0];
    if (timer === undefined) return;
    const name = literal(timer, 'name');
    const initial = this.#variables.expand(timer.attributes.get('value') ?? []);
    if (name !== undefined && this.variable(name) === '') this.setVariable(name, initial);
    const value = (name === undefined ? initial : this.variable(name)).trim();
    // Not a positive whole number: no timer.
    if (!/^\d{1,9}$/.test(value) || Number(value) === 0) return;
    this.#timer = { name };
    this.#host.startTimer(Number(value) * TENTH);
  }

  /** Leaving a card commits what is left of its timer (§11.7). */
  #stopTimer(): void {
    const left = Math.ceil(this.#host.stopTimer() / TENTH);
    if (this.#timer?.name !== undefined) this.setVariable(this.#timer.name, String(left));
    this.#timer = undefined;
  }

  #back(): void {
    const own =
      this.current && activeDos(this.current.deck, this.current.card).find((item) => item.type === 'prev');
    if (own !== undefined) this.#perform(own.task);
    else if (this.#context.history.length > 1) this.#prev([]);
    else {
      this.#stopTimer();
      this.#host.exit();
    }
  }

  /** All do elements but those of type prev, which the back key has: one is the key itself, more are a menu. */
  #leftKey(): { readonly label: string; readonly act: () => void } {
    const { current } = this;
    const dos = current === undefined ? [] : activeDos(current.deck, current.card);
    const listed = dos.filter((item) => item.type !== 'prev');
    const [first] = listed;
    const focused = this.#flow.items[this.#focus];
    if (first === undefined) {
      if (focused === undefined) return { label: '', act: () => {} };
      return { label: focused.kind === 'input' ? 'Edit' : 'Select', act: () => this.#activate(focused) };
    }
    if (listed.length === 1) return { label: this.#label(first), act: () => this.#perform(first.task) };
    return { label: 'Options', act: () => this.#options(listed) };
  }

  #label(item: Do): string {
    return doLabel(item, this.#variables.expand);
  }

  #options(dos: readonly Do[]): void {
    const view = listView({
      title: 'Options',
      items: dos.map((item) => ({
        label: this.#label(item),
        act: () => {
          this.#host.hide(view);
          this.#perform(item.task);
        },
      })),
      right: ['Back', () => this.#host.hide(view)],
    });
    this.#host.show(view);
  }

  #activate(item: Item): void {
    switch (item.kind) {
      case 'a': {
        const href = item.element.attributes.get('href');
        if (href !== undefined) this.#perform({ task: 'go', href });
        return;
      }
      case 'anchor': {
        const task = taskIn(item.element);
        if (task !== undefined) this.#perform(task);
        return;
      }
      case 'input':
        this.#edit(item.element);
        return;
      case 'select':
        this.#choose(item.element);
    }
  }

  #edit(input: WmlElement): void {
    const name = literal(input, 'name') ?? '';
    const most = Number.parseInt(literal(input, 'maxlength') ?? '', 10);
    const view = entryView({
      title: this.#variables.expand(input.attributes.get('title') ?? []) || 'Enter',
      value: this.variable(name),
      password: literal(input, 'type') === 'password',
      ...(most >= 0 && { maxLength: most }),
      accept: (value) => {
        if (!accepts(input, value)) {
          this.#host.notify(`This is not what is asked for here${formatHint(input)}.`);
          return;
        }
        this.#host.hide(view);
        this.setVariable(name, value);
        this.#redraw();
      },
      cancel: () => this.#host.hide(view),
    });
    this.#host.show(view);
  }

  #choose(select: WmlElement): void {
    const variables = this.#variables;
    const options = optionsOf(select);
    const multiple = isMultiple(select);
    let chosen = [...defaultIndexes(select, variables)];
    const done = (): void => {
      this.#host.hide(view);
      commitSelect(select, chosen, variables);
      this.#redraw();
    };
    const view: View = listView({
      title: variables.expand(select.attributes.get('title') ?? []) || 'Choose',
      items: options.map((option, i) => ({
        label: optionLabel(option, variables),
        mark: () => (chosen.includes(i + 1) ? (multiple ? '[x]' : '(o)') : multiple ? '[ ]' : '( )'),
        act: () => {
          if (!multiple) chosen = [i + 1];
          else if (chosen.includes(i + 1)) chosen = chosen.filter((index) => index !== i + 1);
          else chosen = [...chosen, i + 1].sort((a, b) => a - b);
          const task = boundTask(option, 'onpick');
          if (!multiple || task !== undefined) done();
          if (task !== undefined) this.#perform(task);
        },
      })),
      right: multiple ? ['Done', done] : ['Back', () => this.#host.hide(view)],
      start: (chosen[0] ?? 1) - 1,
    });
    this.#host.show(view);
  }

  #redraw(): void {
    this.#layOut();
    this.#host.changed();
  }

  #move(by: 1 | -1): void {
    const { items, lines } = this.#flow;
    const next = this.#focus + by;
    const item = items[next];
    // Focus goes to the next item where it is near, else the text scrolls by a line.
    if (item !== undefined && item.line >= this.#top - 1 && item.line <= this.#top + ROWS) {
      this.#focus = next;
      this.#top = scrolledTo(this.#top, item.line);
      return;
    }
    this.#top = Math.min(Math.max(0, this.#top + by), Math.max(0, lines.length - ROWS));
  }

  #slide(by: number): void {
    const longest = Math.max(
      0,
      ...this.#flow.lines.map((line) => line.spans.reduce((n, s) => n + s.text.length, 0)),
    );
    this.#shift = Math.min(Math.max(0, this.#shift + by), Math.max(0, longest - 1));
  }

  #accessKey(text: string): void {
    const item = this.#flow.items.find(
      ({ element }) => this.#variables.expand(element.attributes.get('accesskey') ?? []) === text,
    );
    if (item !== undefined) this.#activate(item);
  }

  #drawn(line: Line): Line {
    let skip = this.#shift;
    const spans = line.spans.map(({ item, ...span }) => {
      const text = span.text.slice(skip);
      skip = Math.max(0, skip - span.text.length);
      return { ...span, text, ...(item !== undefined && item === this.#focus && { focused: true }) };
    });
    return { ...line, spans };
  }
}

function formatHint(input: WmlElement): string {
  const format = literal(input, 'format');
  return format === undefined ? '' : ` (${format})`;
}

/** Inputs and selects in document order: their initialisation must keep it. */
function controls(card: WmlElement): readonly WmlElement[] {
  return card.children.flatMap((child) => {
    if (!('children' in child)) return [];
    return child.name === 'input' || child.name === 'select' ? [child] : controls(child);
  });
}
