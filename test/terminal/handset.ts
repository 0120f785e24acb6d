/** A handset in the hands of a test: pages instead of a network, and a clock that the test moves. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Scheduler } from '../../src/bearer/index.js';
import type { PageRequest } from '../../src/terminal/browser/context.js';
import type { Answer, Fetcher } from '../../src/terminal/fetcher.js';
import { type Key, lineText } from '../../src/terminal/screen.js';
import { Terminal, type TerminalEvent, type TerminalOptions } from '../../src/terminal/terminal.js';
import { encodeUtf8 } from '../../src/wap/octets.js';
import { seededRandom } from '../../src/wap/random.js';
import type { Millis } from '../../src/wap/time.js';
import { encodeWml, parseWml } from '../../src/wap/wml/index.js';
import { compileWmlScript } from '../../src/wap/wmlscript/index.js';
import type { Header } from '../../src/wap/wsp/index.js';

export interface Page {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

/** What a server has at an address: the same each time, or what it makes of a request. */
export type Resource = Page | ((request: PageRequest) => Page | Promise<Page>);

export const start: Millis = Date.parse('2002-03-01T12:00:00Z');

export class Handset {
  readonly terminal: Terminal;
  readonly requests: PageRequest[] = [];
  readonly events: TerminalEvent[] = [];
  readonly pages: Record<string, Resource>;
  now: Millis = start;
  #waiting: { readonly at: Millis; readonly act: () => void }[] = [];

  constructor(pages: Readonly<Record<string, Resource>> = {}, options: Partial<TerminalOptions> = {}) {
    this.pages = { ...pages };
    const scheduler: Scheduler = {
      now: () => this.now,
      schedule: (after, act) => {
        const entry = { at: this.now + after, act };
        this.#waiting.push(entry);
        return () => {
          this.#waiting = this.#waiting.filter((other) => other !== entry);
        };
      },
    };
    this.terminal = new Terminal({
      fetcher: this.fetcher(),
      scheduler,
      random: seededRandom(1),
      observe: (event) => this.events.push(event),
      ...options,
    });
  }

  fetcher(): Fetcher {
    return {
      fetch: async (request, signal): Promise<Answer> => {
        this.requests.push(request);
        const resource = this.pages[request.url];
        const page = typeof resource === 'function' ? resource(request) : resource;
        const given = await Promise.race([Promise.resolve(page), aborted(signal)]);
        if (given === undefined) throw new Error('no answer');
        const { status = 200, type = 'application/vnd.wap.wmlc', headers = {}, body } = given;
        const list: Header[] = Object.entries(headers).map(([name, value]) => ({ name, value }));
        const octets = typeof body === 'string' ? encodeUtf8(body) : body;
        return { status, contentType: type, headers: list, body: octets };
      },
      close: async () => {},
    };
  }

  /** Lets everything happen that only waits for its turn. */
  async settle(): Promise<this> {
    for (let i = 0; i < 20; i++) await turn();
    return this;
  }

  async open(url: string): Promise<this> {
    this.terminal.open(url);
    return this.settle();
  }

  async press(...keys: readonly Key[]): Promise<this> {
    for (const key of keys) this.terminal.press(key);
    return this.settle();
  }

  type(text: string): this {
    for (const character of text) this.terminal.press({ text: character });
    return this;
  }

  /** Time passes; what waits for it happens. */
  async pass(time: Millis): Promise<this> {
    this.now += time;
    const due = this.#waiting.filter(({ at }) => at <= this.now);
    this.#waiting = this.#waiting.filter(({ at }) => at > this.now);
    for (const { act } of due) act();
    return this.settle();
  }

  push(type: string, body: Uint8Array | string, headers: Readonly<Record<string, string>> = {}): this {
    const list = Object.entries({ 'Content-Type': type, ...headers }).map(([name, value]) => ({
      name,
      value,
    }));
    this.terminal.receivePush(list, typeof body === 'string' ? encodeUtf8(body) : body);
    return this;
  }

  /** Title, lines and soft keys on one line. */
  text(): string {
    return this.terminal.text().split('\n').join('|');
  }

  title(): string {
    return this.terminal.screen().title;
  }

  lines(): string[] {
    return this.terminal.screen().lines.map((line) => lineText(line).trimEnd());
  }

  failures(): string[] {
    return this.events.flatMap((event) => (event.type === 'failed' ? [event.text] : []));
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
}

/** A deck on the air. @param source what stands between `<wml>` and `</wml>` */
export function deck(source: string, headers: Readonly<Record<string, string>> = {}): Page {
  const { document, findings } = parseWml(`<wml>${source}</wml>`);
  if (document === undefined) throw new Error(findings.map(({ message }) => message).join('\n'));
  return { headers, body: encodeWml(document) };
}

/** A card with a title and a line of text. */
export function card(title: string, content = '', attributes = ''): string {
  return `<card id="${title}" title="${title}" ${attributes}>${content}</card>`;
}

/** A compilation unit on the air. */
export function unit(source: string): Page {
  const { octets, errors } = compileWmlScript(source);
  if (octets === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return { type: 'application/vnd.wap.wmlscriptc', body: octets };
}
