/**
 * The WML user agent: browser context, history, tasks, events and timers of WAP-191 §9 to §12. It fetches nothing, waits
 * for nothing and draws nothing itself: it asks its host, and is told what came of it.
 */

import type { Millis } from '../../wap/time.js';
import { substitute, type WmlElement } from '../../wap/wml/index.js';
import { withoutHeader } from '../../wap/wsp/index.js';
import { characterOf, type Key, type Screen, type View } from '../screen.js';
import { listView } from '../views.js';
import { CardView } from './card-view.js';
import {
  type Context,
  type HistoryEntry,
  newContext,
  type PageRequest,
  pushHistory,
  setVariable,
} from './context.js';
import { accepts, type Variables } from './controls.js';
import { type Deck, findCard, literal, mayEnter } from './deck.js';
import { inputView, selectView } from './dialogues.js';
import type { Item } from './flow.js';
import {
  activeTask,
  assignments,
  type Destination,
  type Do,
  descendants,
  destination,
  doLabel,
  keysOf,
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
  now(): Millis;
  /** Tell the user something that went wrong. */
  notify(text: string): void;
  /** Put another view before the browser, or take it away. */
  show(view: View): void;
  hide(view: View): void;
  /** The user went back from the first card. */
  exit(): void;
  /** The screen is another one now. */
  changed(): void;
  /** A new context began by itself: a card or a script asked for it. */
  contextReinitialised?(): void;
  /** A task came to nothing; the user has been told. */
  taskFailed?(): void;
}

/** Who leads to a deck where it is no deck of this browser; without a URL it may enter no deck with access control. */
export interface Opener {
  readonly url: string | undefined;
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
  readonly direction: 'forward' | 'backward' | 'again';
  /** Whoever asked for it, where it was not the current deck. */
  readonly opener?: Opener;
}

/** Tasks that start each other without a user in between; more than this is a loop. */
const CHAIN_MAX = 16;

/** Longer titles do not fit on a soft key. */
const LABEL_MAX = 12;

/** Printed in tenths of a second: §11.7. */
const TENTH: Millis = 100;

export class Browser implements View {
  readonly #host: BrowserHost;
  #context: Context = newContext();
  #deck: Deck | undefined;
  #card: WmlElement | undefined;
  /** Of the card that was displayed last: while a task is on its way from a card just entered, the one before it. */
  #view: CardView | undefined;
  /** The browser's own question that is open. */
  #dialogue: View | undefined;
  #pending: Pending | undefined;
  #chain = 0;
  #timer: { readonly name: string | undefined } | undefined;
  /** What a script asked for while it ran; its last call counts. */
  #afterScript: { readonly go: string } | 'prev' | undefined;
  /** Of the last WTA event, as $0, $1, …: WAP-266 §9.3. They are none of the context's variables, and outlive it (§6.2.2). */
  #parameters: readonly string[] = [];

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

  /**
   * The user or a push asks for a URL: that ends the current context and begins another one (§10.4).
   * @param opener what access control goes by; without one it is the user, who may enter every deck
   */
  open(url: string, opener?: Opener): void {
    const where = resolved(url, undefined);
    if (where === undefined) {
      this.#wrong(`This is no address: ${url}`);
      return;
    }
    this.clear();
    this.#go(where, [], opener);
  }

  /** No card, no variables, no history; what goes on is stopped. */
  clear(): void {
    this.#stopTimer();
    this.#closeDialogue();
    if (this.#pending !== undefined) this.#host.stopFetch();
    this.#pending = undefined;
    this.#context = newContext();
    this.#deck = undefined;
    this.#card = undefined;
    this.#view = undefined;
    this.#afterScript = undefined;
    this.#chain = 0;
    this.#host.changed();
  }

  /** The task in an onevent element of the current card, or of its template: its event has happened. */
  perform(onevent: WmlElement): void {
    const task = taskIn(onevent);
    if (task !== undefined) this.#perform(task);
  }

  /** $0, $1, … are these from now on: WAP-266 §9.3. */
  setParameters(parameters: readonly string[]): void {
    this.#parameters = parameters;
  }

  /**
   * The deck that was asked for.
   * @param fragment of the address that a server sent the browser on to
   */
  deckArrived(deck: Deck, fragment?: string): void {
    const asked = this.#pending;
    if (asked === undefined) return;
    const pending =
      fragment === undefined ? asked : { ...asked, destination: { ...asked.destination, fragment } };
    const { opener } = pending;
    const isShut =
      opener !== undefined && opener.url === undefined
        ? deck.access !== undefined
        : !mayEnter(deck, opener?.url ?? this.#deck?.url);
    if (pending.direction === 'forward' && isShut) {
      this.failed('The deck may not be entered from here.');
      return;
    }
    this.#pending = undefined;
    this.#enter(deck, pending);
  }

  /**
   * The URL names a compilation unit: what to call there. The invoking card stays (§12.5.1 is not for scripts).
   * @param url where it was found in the end
   */
  unitArrived(url?: string): ScriptCall | undefined {
    const pending = this.#pending;
    if (pending === undefined) return undefined;
    this.#pending = undefined;
    if (!this.#assign(pending.assignments)) return undefined;
    this.#afterScript = undefined;
    const { request, fragment } = pending.destination;
    return { url: url ?? request.url, fragment, referrer: this.#deck?.url };
  }

  /** The fetch came to nothing: the invoking card stays, nothing is assigned (§12.5.5). */
  failed(text: string): void {
    this.#pending = undefined;
    this.#wrong(text);
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
    if (isParameter(name)) return this.#parameters[Number(name)] ?? '';
    return this.#context.variables.get(name) ?? '';
  }

  /** `false` where it is not set: no room, or a parameter of a WTA event, which nothing in a deck changes (WAP-266 §9.3). */
  setVariable(name: string, value: string): boolean {
    if (isParameter(name)) return false;
    const done = setVariable(this.#context, name, value);
    if (!done) this.#host.notify('There is no room for more variables.');
    return done;
  }

  /** The absolute URL of the current card. */
  currentCard(): string | undefined {
    if (this.current === undefined) return undefined;
    const id = literal(this.current.card, 'id');
    return this.current.deck.url + (id === undefined ? '' : `#${id}`);
  }

  /** Requested by a script: happens when it has ended. An empty URL takes back what was requested. */
  requestGo(url: string): void {
    this.#afterScript = url === '' ? undefined : { go: url };
  }

  requestPrev(): void {
    this.#afterScript = 'prev';
  }

  /** At once, also while the script runs on; a timer that the script suspended stays so (§11.7). */
  refresh(): void {
    this.#display();
  }

  newContext(): void {
    this.#context.variables.clear();
    // §10.2 clears the history; the card that is shown stays its only entry.
    this.#context.history.splice(0, this.#context.history.length - 1);
    this.#host.contextReinitialised?.();
  }

  /**
   * The script ended: what it asked for is done now, relative to the current card (WAP-194 §11.3).
   * @param unit its URL, for a script that no card called
   */
  scriptEnded(unit: string): void {
    const after = this.#afterScript;
    this.#afterScript = undefined;
    const nowhere = after === 'prev' && this.#context.history.length < 2;
    if (after === undefined || nowhere) this.#resume();
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
    const waits = this.#pending !== undefined;
    const right = waits ? 'Stop' : this.#backMasked() ? 'Exit' : 'Back';
    if (waits && current === undefined) {
      const lines = [{ spans: [{ text: 'Please wait …' }] }];
      return { title: 'Connecting', lines, top: 0, left: '', right };
    }
    return {
      title: waits ? '…' : this.#variables.expand(current?.card.attributes.get('title') ?? []),
      lines: this.#view?.lines() ?? [],
      top: this.#view?.top ?? 0,
      left: waits ? '' : this.#leftKey().label,
      right,
    };
  }

  press(key: Key): void {
    if (this.#pending !== undefined) {
      if (key === 'softRight' || key === 'back') this.#stop();
      return;
    }
    const view = this.#view;
    if (view === undefined) {
      if (key === 'softRight' || key === 'back') this.#back();
      return;
    }
    if (key === 'down') view.move(1);
    if (key === 'up') view.move(-1);
    if (key === 'right') view.slide(4);
    if (key === 'left') view.slide(-4);
    if (key === 'tab') view.tab();
    if (key === 'reload') this.#reload();
    if (key === 'select') {
      if (view.focused === undefined) this.#leftKey().act();
      else this.#activate(view.focused);
    }
    if (key === 'softLeft') this.#leftKey().act();
    if (key === 'softRight' && this.#backMasked()) this.#exit();
    else if (key === 'softRight' || key === 'back') this.#back();
    const character = characterOf(key);
    const item = character === undefined ? undefined : view.focusOnKey(character);
    if (item !== undefined) this.#activate(item);
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
    if (this.#view?.card === current.card) this.#view.updateVariables();
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
        const where = destination(task, current.deck, this.#variables.expand);
        if ('wrong' in where) this.#wrong(where.wrong);
        else this.#go(where, values);
      }
    }
  }

  #go(where: Destination, values: Pending['assignments'], opener?: Opener): void {
    this.#stopTimer();
    if (++this.#chain > CHAIN_MAX) {
      this.failed('The cards send each other round in circles.');
      return;
    }
    const pending: Pending = {
      destination: where,
      assignments: values,
      direction: 'forward',
      ...(opener && { opener }),
    };
    const deck = this.#deck;
    const shown = this.#context.history.at(-1)?.request;
    if (deck === undefined || where.reload || where.request.url !== deck.url) this.#fetch(pending);
    // What a POST answered is not what its URL names: only a card in it is to be had without asking again.
    else if (where.fragment === '' && shown?.method === 'POST') this.#fetch(pending);
    // §9.2: a card of this deck is had again by the request that brought the deck.
    else this.#enter(deck, { ...pending, destination: { ...where, request: shown ?? where.request } });
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
    const pending: Pending = { destination: where, assignments: values, direction: 'backward' };
    if (this.#isOutdated(entry)) this.#fetch(pending);
    else this.#enter(entry.deck, pending);
  }

  /** The user wants the page as it is now: the request that brought it, past all caches (RFC 2616 §14.9.4). */
  #reload(): void {
    const entry = this.#context.history.at(-1);
    if (entry === undefined) return;
    this.#stopTimer();
    const headers = [
      ...withoutHeader(entry.request.headers, 'Cache-Control'),
      { name: 'Cache-Control', value: 'no-cache' },
    ];
    const where = { request: { ...entry.request, headers }, fragment: entry.fragment, reload: true };
    this.#fetch({ destination: where, assignments: [], direction: 'again' });
  }

  /** WAP-120 §4.1.1: only what says so is fetched again on the way back, in precisely the same way. */
  #isOutdated({ deck: { revalidateFrom } }: HistoryEntry): boolean {
    return revalidateFrom !== undefined && this.#host.now() >= revalidateFrom;
  }

  #fetch(pending: Pending): void {
    const { request } = pending.destination;
    const from = pending.direction === 'forward' ? this.#deck?.url : request.from;
    const asked = { ...request, ...(from !== undefined && { from }) };
    this.#pending = { ...pending, destination: { ...pending.destination, request: asked } };
    this.#host.fetch(asked, this.#deck?.url);
    this.#host.changed();
  }

  #stop(): void {
    this.#pending = undefined;
    this.#chain = 0;
    this.#host.stopFetch();
    this.#resume();
    if (this.current === undefined) this.#host.exit();
  }

  /** Steps 4 to 10 of §12.5.1, 3 to 7 of §12.5.2. */
  #enter(deck: Deck, { destination: where, assignments: values, direction }: Pending): void {
    const card = findCard(deck, where.fragment);
    this.#closeDialogue();
    if (!this.#assign(values)) {
      this.#resume();
      return;
    }
    const entry = { request: where.request, fragment: where.fragment, deck };
    if (direction === 'forward') {
      if (literal(card, 'newcontext') === 'true') {
        this.#context = newContext();
        this.#host.contextReinitialised?.();
      }
      pushHistory(this.#context, entry);
    } else this.#context.history.splice(direction === 'again' ? -1 : -2, 2, entry);
    this.#deck = deck;
    this.#card = card;
    const task = activeTask(deck, card, direction === 'backward' ? 'onenterbackward' : 'onenterforward');
    if (task !== undefined) {
      this.#perform(task);
      // A task that came to nothing leaves the user on this card.
      if (this.#pending !== undefined || this.#card !== card) return;
    }
    this.#chain = 0;
    this.#view = undefined;
    this.#show();
  }

  /** Back on the card that the user left for nothing, or that was never displayed because a task took over at once. */
  #resume(): void {
    this.#chain = 0;
    if (this.#card !== undefined && this.#view?.card !== this.#card) this.#display();
    this.#startTimer();
    this.#host.changed();
  }

  #wrong(text: string): void {
    this.#host.notify(text);
    this.#host.taskFailed?.();
  }

  /** §12.2.2: a context that is too large is cleared, so that the user is not stuck in it. */
  #assign(values: Pending['assignments']): boolean {
    const done = values.every(([name, value]) => this.setVariable(name, value));
    if (!done) this.#context.variables.clear();
    return done;
  }

  /** Displays the card with the current variables, and starts its timer. */
  #show(): void {
    this.#display();
    this.#startTimer();
  }

  #display(): void {
    const card = this.#card;
    if (card === undefined) return;
    if (this.#view?.card === card) this.#view.display();
    else this.#view = new CardView(card, this.#variables);
    this.#host.changed();
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

  /** WAP-236 §7.11.2.2: the back key is a prev task, unless the card binds another one to it. */
  #back(): void {
    const own = this.current && keysOf(this.current.deck, this.current.card).back;
    if (own !== undefined) this.#perform(own);
    else if (this.#context.history.length > 1) {
      this.#view?.updateVariables();
      this.#prev([]);
    } else this.#exit();
  }

  /** A card that masks the back key still can be left: the soft key leads out of the browser then. */
  #backMasked(): boolean {
    return this.current !== undefined && keysOf(this.current.deck, this.current.card).back?.task === 'noop';
  }

  #exit(): void {
    this.#stopTimer();
    this.#host.exit();
  }

  /** One do element is the key itself, more are a menu; without any the key is for what is focused. */
  #leftKey(): { readonly label: string; readonly act: () => void } {
    const { current } = this;
    const dos = current === undefined ? [] : keysOf(current.deck, current.card).listed;
    const [first] = dos;
    const focused = this.#view?.focused;
    if (first === undefined) {
      if (focused === undefined) return { label: '', act: () => {} };
      return { label: this.#itemLabel(focused), act: () => this.#activate(focused) };
    }
    if (dos.length === 1) return { label: this.#label(first), act: () => this.#perform(first.task) };
    return { label: 'Options', act: () => this.#options(dos) };
  }

  /** §9.8: the title of a link can label the key that follows it. */
  #itemLabel({ kind, element }: Item): string {
    if (kind === 'input') return 'Edit';
    const title =
      kind === 'select' ? '' : this.#variables.expand(element.attributes.get('title') ?? []).trim();
    return title === '' || title.length > LABEL_MAX ? 'Select' : title;
  }

  #label(item: Do): string {
    return doLabel(item, this.#variables.expand);
  }

  #options(dos: readonly Do[]): void {
    this.#ask(
      listView({
        title: 'Options',
        items: dos.map((item) => ({
          label: this.#label(item),
          act: () => {
            this.#closeDialogue();
            this.#perform(item.task);
          },
        })),
        right: ['Back', () => this.#closeDialogue()],
      }),
    );
  }

  #activate(item: Item): void {
    const { kind, element } = item;
    if (kind === 'input') this.#edit(element);
    else if (kind === 'select') this.#choose(element);
    else {
      const href = element.attributes.get('href');
      const task: Task | undefined =
        kind === 'a' && href !== undefined ? { task: 'go', href } : taskIn(element);
      if (task !== undefined) this.#perform(task);
    }
  }

  #edit(input: WmlElement): void {
    const commit = (value: string): void => {
      if (!accepts(input, value)) {
        this.#host.notify(`This is not what is asked for here${formatHint(input)}.`);
        return;
      }
      this.#closeDialogue();
      this.setVariable(literal(input, 'name') ?? '', value);
      this.#redraw();
    };
    this.#ask(
      inputView(
        input,
        this.#variables,
        () => this.#host.now(),
        commit,
        () => this.#closeDialogue(),
      ),
    );
  }

  #choose(select: WmlElement): void {
    const view = this.#view;
    if (view === undefined) return;
    const choose = (indexes: readonly number[], task: Task | undefined): void => {
      this.#closeDialogue();
      view.selections.choose(select, indexes);
      this.#redraw();
      if (task !== undefined) this.#perform(task);
    };
    this.#ask(
      selectView(select, view.selections.of(select), this.#variables, choose, () => this.#closeDialogue()),
    );
  }

  #ask(dialogue: View): void {
    this.#closeDialogue();
    this.#dialogue = dialogue;
    this.#host.show(dialogue);
  }

  /** A question is over with its card: a timer can leave the card while the user thinks about it. */
  #closeDialogue(): void {
    if (this.#dialogue !== undefined) this.#host.hide(this.#dialogue);
    this.#dialogue = undefined;
  }

  #redraw(): void {
    this.#view?.layOut();
    this.#host.changed();
  }
}

/** Names of digits only are those of WTA events' parameters: WAP-266 §9.3. */
function isParameter(name: string): boolean {
  return /^[0-9]+$/.test(name);
}

function formatHint(input: WmlElement): string {
  const format = literal(input, 'format');
  return format === undefined ? '' : ` (${format})`;
}
