/** A browser with decks to browse: what the handset would do for it happens at once, or when the test says so. */
import { Browser } from '../../src/terminal/browser/browser.js';
import type { PageRequest } from '../../src/terminal/browser/context.js';
import { type Delivery, deckFrom } from '../../src/terminal/browser/deck.js';
import { type Key, lineText, type Screen, type View } from '../../src/terminal/screen.js';
import { decodeWml, encodeWml, parseWml } from '../../src/wap/wml/index.js';

export const base = 'http://shop.example/a/';

export class Browsing {
  readonly browser: Browser;
  readonly requests: PageRequest[] = [];
  readonly notices: string[] = [];
  /** In milliseconds, where a timer runs. */
  timer: number | undefined;
  exits = 0;
  /** The time of day. */
  now = 0;
  readonly #views: View[] = [];
  readonly #decks: Readonly<Record<string, string>>;
  readonly #delivery: Delivery;

  /** @param decks what stands between `<wml>` and `</wml>`, or whole documents, by URL relative to `base` */
  constructor(decks: Readonly<Record<string, string>>, delivery: Delivery = {}) {
    this.#decks = decks;
    this.#delivery = delivery;
    this.browser = new Browser({
      fetch: (request) => {
        this.requests.push(request);
        this.#answer(request);
      },
      stopFetch: () => {},
      startTimer: (after) => {
        this.timer = after;
      },
      stopTimer: () => {
        const left = this.timer ?? 0;
        this.timer = undefined;
        return left;
      },
      now: () => this.now,
      notify: (text) => this.notices.push(text),
      show: (view) => this.#views.push(view),
      hide: (view) => {
        this.#views.splice(this.#views.indexOf(view), 1);
      },
      exit: () => {
        this.exits++;
      },
      changed: () => {},
    });
  }

  open(url: string): this {
    this.browser.open(new URL(url, base).href);
    return this;
  }

  press(...keys: readonly Key[]): this {
    for (const key of keys) (this.#views.at(-1) ?? this.browser).press(key);
    return this;
  }

  type(text: string): this {
    return this.press(...[...text].map((character) => ({ text: character })));
  }

  screen(): Screen {
    return (this.#views.at(-1) ?? this.browser).screen();
  }

  /** The lines that stand on the screen, without blanks at their ends. */
  lines(): string[] {
    return this.screen().lines.map((line) => lineText(line).trimEnd());
  }

  focused(): string {
    const spans = this.screen().lines.flatMap((line) => line.spans);
    return spans
      .filter((span) => span.focused)
      .map((span) => span.text)
      .join('');
  }

  variable(name: string): string {
    return this.browser.variable(name);
  }

  /** Decks make the way that they make on the air: encoded, and decoded again. */
  #answer({ url }: PageRequest): void {
    const source = this.#decks[url.startsWith(base) ? url.slice(base.length) : url];
    if (source === undefined) {
      this.browser.failed('not found');
      return;
    }
    const whole = source.startsWith('<?xml') ? source : `<wml>${source}</wml>`;
    const { document, findings } = parseWml(whole);
    const deck = document && deckFrom(url, decodeWml(encodeWml(document)), this.#delivery);
    if (deck === undefined)
      throw new Error(`the test's deck is wrong: ${findings.map(({ message }) => message)}`);
    this.browser.deckArrived(deck);
  }
}
