/** A WTA user agent with the handset's WML browser, services on a server, and a telephone in a town. */
import { Browser } from '../../src/terminal/browser/browser.js';
import type { PageRequest } from '../../src/terminal/browser/context.js';
import { deckFrom } from '../../src/terminal/browser/deck.js';
import { encodeUtf8 } from '../../src/wap/octets.js';
import { ports } from '../../src/wap/ports.js';
import { decodeWml, encodeWml, parseWml } from '../../src/wap/wml/index.js';
import type { Value } from '../../src/wap/wmlscript/index.js';
import { Indicators } from '../../src/wta/indicators.js';
import { type PermissionAnswer, Permissions } from '../../src/wta/permissions.js';
import { memoryStore, Repository } from '../../src/wta/repository.js';
import type { SessionFacts } from '../../src/wta/session.js';
import { type WtaBrowser, WtaUserAgent } from '../../src/wta/user-agent.js';
import { type Handset, Town } from './town.js';

export const base = 'http://wta.operator.com/';

export const session: SessionFacts = { gateway: '10.0.0.1', port: 2923, wtlsClass: 2 };

export class Service {
  readonly town: Town;
  readonly handset: Handset;
  readonly agent: WtaUserAgent;
  readonly repository: Repository;
  readonly permissions: Permissions;
  readonly browser: Browser;
  /** What the user agent told the handset, in order. */
  readonly told: string[] = [];
  readonly requests: string[] = [];
  says: PermissionAnswer = 'SINGLE';
  asked = 0;
  /** Whether answers wait for `answer`. */
  isSlow = false;
  readonly #pages: Readonly<Record<string, string>>;
  #pending: PageRequest | undefined;
  #hasFailed = false;

  /** @param pages decks between `<wta-wml>` and `</wta-wml>`, and other texts, by URL relative to `base` */
  constructor(pages: Readonly<Record<string, string>>, town = new Town(), number = '101') {
    this.town = town;
    this.#pages = pages;
    this.handset = town.handset(number);
    this.browser = this.#newBrowser();
    this.permissions = new Permissions((_, answer) => {
      this.asked++;
      answer(this.says);
    });
    this.repository = new Repository(
      {
        fetch: ({ url }, answer) => {
          this.requests.push(url.slice(base.length));
          const text = this.#pages[url.slice(base.length)];
          answer(text === undefined ? undefined : { status: 200, contentType: 'x', body: encodeUtf8(text) });
        },
        show: (url) => this.told.push(`show ${url}`),
        notify: (text) => this.told.push(text),
        removed: () => {},
      },
      { store: memoryStore(), clock: town.clock },
    );
    this.agent = new WtaUserAgent({
      browser: this.#wtaBrowser(),
      telephone: this.handset.telephone,
      indicators: new Indicators(),
      permissions: this.permissions,
      repository: this.repository,
      isTrusted: (gateway) => gateway === session.gateway,
      ports,
      defaultMmi: (event) => this.told.push(`default ${event.id}`),
      contentError: (text) => this.told.push(`error ${text}`),
      discarded: (what) => this.told.push(`discarded ${what}`),
    });
    this.handset.listener = (event) => this.agent.event(event);
  }

  /** A channel with these resources, installed; its URL is `base` and its identity. */
  channel(
    channelid: string,
    resources: readonly string[],
    {
      attributes = '',
      url = base + channelid,
    }: { readonly attributes?: string; readonly url?: string | undefined } = {},
  ): string {
    const xml = `<channel maxspace="9999" base="${base}" channelid="${channelid}" ${attributes}><title>${channelid}</title>${resources
      .map((href) => `<resource href="${href}"/>`)
      .join('')}</channel>`;
    return this.agent.receive({ url, contentType: 'text/vnd.wap.channel', body: encodeUtf8(xml) }, session);
  }

  /** What stands on the card, with its variables. */
  text(): string {
    const { lines } = this.browser.screen();
    return lines
      .map(({ spans }) => spans.map(({ text }) => text).join(''))
      .join('|')
      .trim();
  }

  /** Lets the answer come that a slow server kept. */
  answer(): void {
    const request = this.#pending;
    this.#pending = undefined;
    if (request !== undefined) this.#arrive(request);
  }

  call(name: string, ...args: readonly Value[]): Value | undefined {
    let value: Value | undefined;
    this.agent.wtai.call(name, args, { url: `${base}s.wmlsc`, isTrusted: true }, (answer) => {
      value = answer;
    });
    return value;
  }

  #newBrowser(): Browser {
    return new Browser({
      fetch: (request) => {
        this.#pending = request;
      },
      stopFetch: () => {
        this.#pending = undefined;
      },
      startTimer: () => {},
      stopTimer: () => 0,
      notify: (text) => this.told.push(text),
      show: () => {},
      hide: () => {},
      exit: () => this.agent.exit(),
      changed: () => {},
      now: () => 0,
      contextReinitialised: () => this.agent.contextReinitialised(),
      taskFailed: () => {
        this.#hasFailed = true;
      },
    });
  }

  #wtaBrowser(): WtaBrowser {
    return {
      current: () => {
        const current = this.agent.context && this.browser.current;
        return current && { card: current.card, template: current.deck.template };
      },
      isBusy: () => this.#pending !== undefined,
      open: (url, referrer) => {
        this.browser.open(url, referrer.kind === 'user' ? undefined : { url: referrer.url });
        this.#go();
      },
      perform: (onevent) => {
        this.browser.perform(onevent);
        this.#go();
      },
      setParameters: (parameters) => this.browser.setParameters(parameters),
      clear: () => {
        this.#pending = undefined;
        this.browser.clear();
      },
    };
  }

  #go(): void {
    if (this.#pending !== undefined && !this.isSlow) this.answer();
    else this.#entered();
  }

  #arrive({ url }: PageRequest): void {
    if (url.startsWith('wtai:')) {
      this.browser.unitArrived();
      this.agent.wtai.callUri(url, { url: base, isTrusted: true }, ({ variable, value }) => {
        if (variable !== undefined) this.browser.setVariable(variable, value);
        this.browser.scriptEnded(base);
        this.agent.settled();
      });
      return;
    }
    const stored = this.agent.stored(url);
    if (stored === undefined) this.requests.push(url.slice(base.length));
    const source = stored ? new TextDecoder().decode(stored.body) : this.#pages[url.slice(base.length)];
    const { document } = parseWml(`<wta-wml>${source ?? ''}</wta-wml>`);
    // Decks make the way that they make on the air: encoded, and decoded again.
    const root = source === undefined || document === undefined ? undefined : decodeWml(encodeWml(document));
    const deck = root && deckFrom(url, root);
    if (deck === undefined) {
      this.browser.failed('not found');
      this.agent.failed();
      return;
    }
    this.browser.deckArrived(deck);
    this.#entered();
  }

  #entered(): void {
    const hasFailed = this.#hasFailed;
    this.#hasFailed = false;
    if (hasFailed) this.agent.failed();
    else this.agent.settled();
  }
}
