/**
 * The handset: one model that the faces draw and press the keys of. Behind its keys are an inbox for push messages, the
 * WML browser, scripts, and the card that signs.
 */
import type { Scheduler } from '../bearer/index.js';
import { errorText } from '../wap/errors.js';
import type { LogicalProxy } from '../wap/provisioning/index.js';
import type { Random } from '../wap/random.js';
import { invalid, type Value } from '../wap/wmlscript/index.js';
import { type Header, headerValues } from '../wap/wsp/index.js';
import type { SessionFacts } from '../wta/index.js';
import { Browser, type ScriptCall } from './browser/browser.js';
import type { PageRequest } from './browser/context.js';
import type { Deck } from './browser/deck.js';
import { cachingFetcher, ResponseCache } from './cache.js';
import type { Dialogues } from './card-security.js';
import { deckOf, plainText } from './content.js';
import { type CookieKeeping, Cookies, cookieFetcher } from './cookies.js';
import { authorizedFetcher, basicRealm, Credentials } from './credentials.js';
import { type Answer, type Fetcher, type Followed, follow, schemeFetcher } from './fetcher.js';
import type { InboxStore } from './inbox.js';
import { mediaType } from './media.js';
import { Messages } from './messages.js';
import { navigatingFetcher } from './navigation.js';
import { type CacheOperation, pulledCacheOperation } from './push.js';
import { type Key, lineText, type Screen, type View } from './screen.js';
import { runScript } from './script.js';
import type { WtlsClass } from './security.js';
import { TimeBase } from './time-base.js';
import { entryView, listView, messageView } from './views.js';
import { Telephony, type TelephonyOptions } from './wta/telephony.js';

/** What happens on the handset, for those who watch: the demonstration, a log, a test. */
export type TerminalEvent =
  | { readonly type: 'push'; readonly contentType: string; readonly octets: number; readonly text: string }
  /** A push proxy asks for sessions: WAP-235 §8. */
  | {
      readonly type: 'session asked for';
      readonly applications: readonly string[];
      readonly ports: readonly (number | undefined)[];
    }
  /** A session for services was opened: WAP-266 §6.1. */
  | {
      readonly type: 'session';
      readonly gateway: string;
      readonly port: number;
      readonly wtlsClass: number | undefined;
    }
  /** The telephone tells of a WTA event. */
  | { readonly type: 'telephone'; readonly event: string; readonly parameters: readonly string[] }
  | { readonly type: 'channel'; readonly octets: number }
  | { readonly type: 'request'; readonly method: string; readonly url: string; readonly octets: number }
  | {
      readonly type: 'answer';
      readonly url: string;
      readonly status: number;
      readonly contentType: string;
      readonly octets: number;
    }
  | { readonly type: 'failed'; readonly text: string }
  | { readonly type: 'script'; readonly url: string; readonly fragment: string; readonly octets: number }
  | { readonly type: 'sign'; readonly text: string }
  /** What came of a navigation document. */
  | { readonly type: 'navigation'; readonly text: string };

/** What Crypto.signText needs besides its arguments: where the request comes from. */
export interface SignRequest {
  readonly args: readonly Value[];
  /** The deck whose script asks. */
  readonly deck: Deck | undefined;
}

/** Puts a dialogue before everything else and calls back with the function's value. */
export type SignText = (
  request: SignRequest,
  screen: { show(view: View): void; hide(view: View): void },
  answer: (value: Value) => void,
) => void;

export interface TerminalOptions {
  readonly fetcher: Fetcher;
  /** For https addresses; without it they are refused (WAP-236 §7.2.2). */
  readonly secureFetcher?: Fetcher;
  /** The way to a subordinate pull proxy that a navigation document names; without it none is taken (WAP-187 §9.1). */
  readonly subordinate?: (proxy: LogicalProxy) => Fetcher;
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** The number that it is reached by, `+33612345672`. */
  readonly msisdn?: string;
  /** Whether the gateway is asked what time it is (WAP-120 §5.2). */
  readonly synchronised?: boolean;
  /** Where its messages survive being switched off. */
  readonly inbox?: InboxStore;
  /** Who keeps cookies before the user chooses. Default: the handset. */
  readonly cookies?: CookieKeeping;
  /** Without a card, signText finds no certificate: `error:noCert` (WAP-161 §5.1.2). */
  readonly signText?: SignText;
  /** Its telephone, with the WTA user agent. Without it, it is a handset that does not make calls. */
  readonly telephony?: TelephonyOptions;
  readonly observe?: (event: TerminalEvent) => void;
}

/** A fetch for the browser. */
interface Fetching {
  readonly controller: AbortController;
  readonly request: PageRequest;
  /** The message whose service is being loaded. */
  readonly message: number | undefined;
}

export class Terminal {
  readonly telephony: Telephony | undefined;
  readonly #options: TerminalOptions;
  readonly #messages: Messages;
  readonly #cache: ResponseCache;
  readonly #time: TimeBase;
  readonly #credentials = new Credentials();
  readonly #cookies: Cookies;
  readonly #fetcher: Fetcher;
  readonly #browser: Browser;
  readonly #idle: View;
  readonly #views: View[] = [];
  /** How each deck came, where it came over WTLS. */
  readonly #classes = new WeakMap<Deck, WtlsClass>();
  readonly #listeners = new Set<() => void>();
  /** Of what is fetched behind the user's back. */
  readonly #background = new AbortController();
  #browsing = false;
  #fetching: Fetching | undefined;
  /** The message that the user has chosen to load, until its fetch begins. */
  #loading: number | undefined;
  /** Ends the script that runs. */
  #stopScript: (() => void) | undefined;
  #running = false;
  #timer: { readonly cancel: () => void; readonly ends: number } | undefined;
  #closed = false;

  constructor(options: TerminalOptions) {
    this.#options = options;
    const { fetcher, secureFetcher, scheduler } = options;
    const time = new TimeBase(scheduler);
    this.#time = time;
    this.#messages = new Messages(
      {
        now: () => this.#now(),
        show: (view) => this.#show(view),
        hide: (view) => this.#hide(view),
        observe: (event) => this.#observe(event),
        telephony: () => this.telephony,
        open: (url, message) => {
          this.#loading = message;
          this.open(url);
        },
        cache: (url) => this.#loadInBackground(url),
        invalidate: (operation) => this.#invalidate(operation),
      },
      options.inbox,
    );
    this.#cache = new ResponseCache(time);
    this.#cookies = new Cookies(time);
    this.#cookies.keeping = options.cookies ?? 'handset';
    const cached = (way: Fetcher, cache: ResponseCache): Fetcher =>
      cachingFetcher(
        authorizedFetcher(cookieFetcher(way, this.#cookies), this.#credentials),
        cache,
        time,
        scheduler,
      );
    const timed = options.synchronised ? time.fetcher(fetcher) : fetcher;
    const master = cached(schemeFetcher(timed, secureFetcher), this.#cache);
    const { subordinate } = options;
    this.#fetcher =
      subordinate === undefined
        ? master
        : navigatingFetcher({
            master,
            // What came over a proxy goes with it.
            open: (proxy) => cached(subordinate(proxy), new ResponseCache(time)),
            clock: scheduler,
            forget: (url) => this.#cache.forget(url),
            tell: (text) => this.#observe({ type: 'navigation', text }),
          });
    this.#browser = new Browser({
      fetch: (request) => this.#fetchPage(request),
      stopFetch: () => this.#stopFetch(),
      startTimer: (after) => this.#startTimer(after),
      stopTimer: () => this.#stopTimer(),
      now: () => this.#now(),
      notify: (text) => this.#notify(text),
      show: (view) => this.#show(view),
      hide: (view) => this.#hide(view),
      exit: () => this.#leaveBrowser(),
      changed: () => this.#changed(),
    });
    this.telephony =
      options.telephony &&
      new Telephony(
        {
          scheduler,
          random: options.random,
          show: (view) => this.#show(view),
          hide: (view) => this.#hide(view),
          enter: (view) => this.#enter(view),
          leave: (view) => this.#hide(view),
          notify: (text) => this.#notify(text),
          changed: () => {
            // The network is heard before there is anything to show.
            if (this.#views.length === 0) return;
            this.#attend();
            this.#changed();
          },
          signText: (request, answer) => this.#signText(request, answer),
          observe: (event) => this.#observe(event),
        },
        options.telephony,
      );
    this.#idle = this.#menu();
    this.#views.unshift(this.#idle);
  }

  /** Calls `listener` whenever the screen may look different. @returns takes the order back */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  screen(): Screen {
    const top = this.#top();
    const messages = this.#messages.unread();
    const deck = top === this.#browser ? this.#browser.current?.deck : undefined;
    const wtlsClass = deck && this.#classes.get(deck);
    return { ...top.screen(), ...(messages > 0 && { messages }), ...(wtlsClass && { wtlsClass }) };
  }

  /** Where the handset itself asks something, about the card for instance. */
  readonly dialogues: Dialogues = {
    show: (view) => this.#show(view),
    hide: (view) => this.#hide(view),
  };

  press(key: Key): void {
    if (this.#closed) return;
    if (key === 'end') this.#end();
    else this.#top().press(key);
    this.#attend();
    this.#changed();
  }

  /** The screen's characters, line by line, as a person would read them out. */
  text(): string {
    const { title, lines, left, right } = this.screen();
    return [title, ...lines.map(lineText), `${left} | ${right}`].join('\n');
  }

  get busy(): boolean {
    return this.#fetching !== undefined || this.#running || this.telephony?.busy === true;
  }

  open(url: string): void {
    this.#enterBrowser();
    this.#browser.open(url);
  }

  /**
   * A push message as the session layer delivers it: WAP-235 §6.2.
   * @param session what is known of the WTA session that it came over; missing for all other ways
   */
  receivePush(headers: readonly Header[], body: Uint8Array, session?: SessionFacts): void {
    this.#messages.receive(headers, body, session);
    this.#attend();
    this.#changed();
  }

  /** Ends the session and everything that waits. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopFetch();
    this.#background.abort();
    this.#stopTimer();
    this.#cache.clear();
    this.#cookies.clear();
    await Promise.all([this.#fetcher.close(), this.telephony?.close()]);
  }

  #menu(): View {
    return listView({
      title: this.#options.msisdn ?? 'wapstack',
      items: [
        { label: 'Messages', act: () => this.#messages.list() },
        { label: 'Go to address', act: () => this.#askAddress() },
        { label: 'Browser', act: () => this.#resumeBrowser() },
        { label: 'Cookies', act: () => this.#chooseCookies() },
        ...(this.telephony?.menu() ?? []),
      ],
      right: ['', () => {}],
    });
  }

  #top(): View {
    return this.#views.at(-1) ?? this.#idle;
  }

  /** The red key of a phone. */
  #end(): void {
    this.#stopScript?.();
    // The card hears that its dialogue is over.
    while (this.#top().screen().trusted) {
      const view = this.#top();
      view.press('back');
      this.#hide(view);
    }
    if (this.#browser.waiting) this.#browser.press('back');
    this.telephony?.end();
    this.#browsing = false;
    this.#stopTimer();
    this.#views.length = 1;
  }

  #askAddress(): void {
    const view = entryView({
      title: 'Go to',
      value: 'http://',
      now: () => this.#now(),
      accept: (url) => {
        this.#hide(view);
        this.open(url);
      },
      cancel: () => this.#hide(view),
    });
    this.#show(view);
  }

  /** The user says who keeps cookies: WAP-223 §10.2. */
  #chooseCookies(): void {
    const choose = (keeping: CookieKeeping) => (): void => {
      this.#cookies.keeping = keeping;
      this.#hide(view);
    };
    const label = (text: string, keeping: CookieKeeping): string =>
      this.#cookies.keeping === keeping ? `* ${text}` : text;
    const view = listView({
      title: 'Cookies',
      items: [
        { label: label('In the handset', 'handset'), act: choose('handset') },
        { label: label('In the gateway', 'gateway'), act: choose('gateway') },
        { label: label('In both', 'both'), act: choose('both') },
        {
          label: 'Delete them here',
          act: () => {
            this.#cookies.clear();
            this.#hide(view);
          },
        },
      ],
      right: ['Back', () => this.#hide(view)],
    });
    this.#show(view);
  }

  #attend(): void {
    if (this.#closed) return;
    const top = this.#top();
    const idle = top === this.#idle;
    const open = idle || top === this.#browser || top === this.telephony?.browser;
    this.#messages.attend({ idle, open, busy: this.busy });
  }

  /** The service is put into the cache, and not executed: WAP-168 §6.1. */
  #loadInBackground(href: string): void {
    if (!URL.canParse(href)) return;
    const url = new URL(href);
    url.hash = '';
    follow(this.#fetcher, { method: 'GET', url: url.href, headers: [] }, this.#background.signal).catch(
      (error: unknown) => this.#observe({ type: 'failed', text: errorText(error) }),
    );
  }

  #invalidate({ operations, base, date, allowed }: CacheOperation): void {
    this.#cache.invalidate(operations, base, date, allowed);
  }

  #enterBrowser(): void {
    this.#browsing = true;
    this.#enter(this.#browser);
  }

  /** A browser lies above the menu, or above the other browser, and below all questions. */
  #enter(view: View): void {
    if (!this.#views.includes(view)) this.#views.splice(this.#views[1] === this.#browser ? 2 : 1, 0, view);
    // What lay above an idle handset is answered by going on.
    this.#changed();
  }

  #resumeBrowser(): void {
    if (this.#browser.current === undefined) this.#askAddress();
    else this.#enterBrowser();
  }

  #leaveBrowser(): void {
    this.#browsing = false;
    this.#hide(this.#browser);
  }

  #fetchPage(request: PageRequest): void {
    this.#stopFetch();
    if (this.telephony !== undefined && /^wtai:/i.test(request.url)) {
      this.#callUri(this.telephony, request.url);
      return;
    }
    const fetching = { controller: new AbortController(), request, message: this.#loading };
    this.#fetching = fetching;
    this.#loading = undefined;
    this.#observe({
      type: 'request',
      method: request.method,
      url: request.url,
      octets: request.body?.length ?? 0,
    });
    const settled = (act: () => void): void => {
      if (this.#fetching !== fetching) return;
      this.#fetching = undefined;
      act();
    };
    follow(this.#fetcher, request, fetching.controller.signal)
      .then(
        (followed) => settled(() => this.#arrived(followed, fetching)),
        (error: unknown) => settled(() => this.#failed(errorText(error))),
      )
      .finally(() => {
        this.#attend();
        this.#changed();
      });
  }

  /** The public functions of the telephone, for every page: WAP-268 §6.3. The card stays. */
  #callUri(telephony: Telephony, uri: string): void {
    const url = this.#browser.current?.deck.url ?? '';
    this.#browser.unitArrived();
    this.#running = true;
    telephony.callUri(uri, { url, isTrusted: false }, ({ variable, value }) => {
      this.#running = false;
      if (this.#browser.current === undefined) return;
      if (variable !== undefined) this.#browser.setVariable(variable, value);
      this.#browser.refresh();
      this.#browser.scriptEnded(url);
    });
  }

  /** What comes of it is nobody's affair any more. */
  #stopFetch(): void {
    const fetching = this.#fetching;
    this.#fetching = undefined;
    fetching?.controller.abort();
  }

  #arrived({ answer, url, fragment }: Followed, { request, message }: Fetching): void {
    const { status, contentType, body, headers } = answer;
    this.#observe({ type: 'answer', url, status, contentType, octets: body.length });
    const realm = status === 401 ? basicRealm(headers) : undefined;
    if (realm !== undefined) {
      this.#login(realm, url, request, () => this.#failed(errorPage(status, deckOrNothing())));
      return;
    }
    try {
      if (status < 200 || status > 299) {
        this.#failed(errorPage(status, deckOrNothing()));
        return;
      }
      if (mediaType(contentType) === 'application/vnd.wap.wmlscriptc') {
        const call = this.#browser.unitArrived(url);
        if (call !== undefined) this.#run(body, call);
        return;
      }
      const operation = pulledCacheOperation(contentType, body, headers, url);
      if (operation !== undefined) {
        this.#invalidate(operation);
        this.#failed('The server has told what is out of date.');
        return;
      }
      const deck = this.#deck(answer, url, request);
      if (deck === undefined) {
        this.#failed(`This handset cannot show ${mediaType(contentType) || 'what came'}.`);
        return;
      }
      if (message !== undefined) this.#messages.loaded(message);
      if (answer.wtlsClass !== undefined) this.#classes.set(deck, answer.wtlsClass);
      this.#browser.deckArrived(deck, fragment);
    } catch (error) {
      this.#failed(errorText(error));
    }

    function deckOrNothing(): Deck | undefined {
      try {
        return deckOf(answer, url);
      } catch {
        return undefined;
      }
    }
  }

  /** WAP-191 §11.3.2: what a deck has as http-equiv counts like headers of its answer, also for the cache. */
  #deck(answer: Answer, url: string, request: PageRequest): Deck | undefined {
    const deck = deckOf(answer, url);
    const news = deck?.httpEquiv.filter(
      ({ name, value }) => !headerValues(answer.headers, name).includes(value),
    );
    if (news === undefined || news.length === 0) return deck;
    const told = { ...answer, headers: [...answer.headers, ...news] };
    return deckOf(this.#cache.keep({ ...request, url }, told, this.#time.now()), url);
  }

  /** Asks for name and password, and fetches again with them: WAP-236 §7.10.1. */
  #login(realm: string, url: string, request: PageRequest, refused: () => void): void {
    this.#credentials.forget(url);
    const ask = (text: string, password: boolean, then: (value: string) => void): void => {
      const cancel = (): void => {
        this.#hide(view);
        refused();
      };
      const view = entryView({
        title: new URL(url).host,
        text,
        password,
        now: () => this.#now(),
        cancel,
        accept: (value) => {
          this.#hide(view);
          then(value);
        },
      });
      this.#show(view);
    };
    ask(`User name for ${realm}:`, false, (name) =>
      ask('Password:', true, (password) => {
        this.#credentials.remember(url, name, password);
        this.#fetchPage(request);
      }),
    );
  }

  #run(octets: Uint8Array, call: ScriptCall): void {
    this.#observe({ type: 'script', url: call.url, fragment: call.fragment, octets: octets.length });
    this.#running = true;
    const stop = runScript(
      {
        browser: this.#browser,
        random: this.#options.random,
        show: (view) => this.#show(view),
        hide: (view) => this.#hide(view),
        notify: (text) => this.#notify(text),
        now: () => this.#now(),
        later: (act) => setImmediate(act),
        load: async (url, accept, signal) => {
          const headers = [{ name: 'Accept', value: accept }];
          const plain = new URL(url);
          plain.hash = '';
          const from = this.#browser.current?.deck.url;
          const request = {
            method: 'GET',
            url: plain.href,
            headers,
            ...(from !== undefined && { from }),
          } as const;
          return (await follow(this.#fetcher, request, signal)).answer;
        },
        signText: (args, answer) => this.#signText({ args, deck: this.#browser.current?.deck }, answer),
        library: (name, args, url, answer) => {
          if (this.telephony === undefined) answer(invalid);
          else this.telephony.call(name, args, { url, isTrusted: false }, answer);
        },
        ended: () => {
          this.#running = false;
          this.#stopScript = undefined;
          this.#attend();
          this.#changed();
        },
      },
      octets,
      call,
    );
    if (this.#running) this.#stopScript = stop;
  }

  #signText(request: SignRequest, answer: (value: Value) => void): void {
    const { signText } = this.#options;
    const [text] = request.args;
    this.#observe({ type: 'sign', text: typeof text === 'string' ? text : '' });
    if (signText === undefined) {
      answer('error:noCert');
      return;
    }
    const screen = { show: (view: View) => this.#show(view), hide: (view: View) => this.#hide(view) };
    try {
      signText(request, screen, answer);
    } catch (error) {
      this.#notify(errorText(error));
      answer(invalid);
    }
  }

  #failed(text: string): void {
    this.#observe({ type: 'failed', text });
    this.#browser.failed(text);
    if (this.#browser.current === undefined && this.#browsing) this.#leaveBrowser();
  }

  #notify(text: string): void {
    const view = messageView({ title: 'Notice', text, left: ['OK', () => this.#hide(view)] });
    this.#show(view);
  }

  #show(view: View): void {
    this.#views.push(view);
    this.#changed();
  }

  #hide(view: View): void {
    const at = this.#views.lastIndexOf(view);
    if (at > 0) this.#views.splice(at, 1);
    this.#changed();
  }

  #startTimer(after: number): void {
    this.#stopTimer();
    const cancel = this.#options.scheduler.schedule(after, () => {
      this.#timer = undefined;
      this.#browser.timerExpired();
      this.#changed();
    });
    this.#timer = { cancel, ends: this.#now() + after };
  }

  #stopTimer(): number {
    const timer = this.#timer;
    this.#timer = undefined;
    timer?.cancel();
    return timer === undefined ? 0 : Math.max(0, timer.ends - this.#now());
  }

  #now(): number {
    return this.#options.scheduler.now();
  }

  #observe(event: TerminalEvent): void {
    this.#options.observe?.(event);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function errorPage(status: number, deck: Deck | undefined): string {
  return `The server answers ${status}. ${plainText(deck)}`.trim();
}
