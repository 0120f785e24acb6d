/**
 * The browser of the WTA user agent, with its ways to content: the repository first (WAP-266-WTA §8.5), else a WTA session (§5.2).
 * The browser for other services knows nothing of it, and it knows nothing of that one.
 */
import { errorText } from '../../wap/errors.js';
import type { Millis } from '../../wap/time.js';
import type { WmlElement } from '../../wap/wml/index.js';
import type { Value } from '../../wap/wmlscript/index.js';
import { type Header, headerValue } from '../../wap/wsp/index.js';
import type { Referrer, WtaBrowser, WtaUserAgent } from '../../wta/index.js';
import { Browser, type ScriptCall } from '../browser/browser.js';
import type { PageRequest } from '../browser/context.js';
import { deckOf } from '../content.js';
import { type Answer, type Fetcher, type Followed, follow } from '../fetcher.js';
import { charsetOf, mediaType } from '../media.js';
import type { Key, Screen, View } from '../screen.js';
import { runScript } from '../script.js';
import type { Screens } from './screens.js';
import type { WtaSession } from './session.js';

export interface WtaPagesOptions {
  readonly screens: Screens;
  readonly session: WtaSession;
  /** Over the session, perhaps with a cache before it. */
  readonly fetcher: Fetcher;
  /** Known when the user agent is made, which needs this browser first. */
  readonly agent: () => WtaUserAgent;
}

export class WtaPages implements WtaBrowser, View {
  readonly #browser: Browser;
  readonly #screens: Screens;
  readonly #session: WtaSession;
  readonly #fetcher: Fetcher;
  readonly #agent: () => WtaUserAgent;
  #fetching: AbortController | undefined;
  #running = false;
  #stopScript: (() => void) | undefined;
  #timer: { readonly cancel: () => void; readonly ends: Millis } | undefined;
  /** Calls into the browser that have not returned. */
  #turns = 0;
  /** Something that it was asked for came to nothing. */
  #hasFailed = false;
  /** What is wrong with the content itself: the context ends with it (§6.2.1). */
  #contentError: string | undefined;
  /** Waits for the deck of the last `open`. */
  #loaded: (() => void) | undefined;

  constructor({ screens, session, fetcher, agent }: WtaPagesOptions) {
    this.#screens = screens;
    this.#session = session;
    this.#fetcher = fetcher;
    this.#agent = agent;
    this.#browser = new Browser({
      fetch: (request) => this.#fetch(request),
      stopFetch: () => this.#stopFetch(),
      startTimer: (after) => this.#startTimer(after),
      stopTimer: () => this.#stopTimer(),
      now: () => screens.scheduler.now(),
      notify: (text) => screens.notify(text),
      show: (view) => screens.show(view),
      hide: (view) => screens.hide(view),
      exit: () => agent().exit(),
      changed: () => screens.changed(),
      contextReinitialised: () => agent().contextReinitialised(),
      taskFailed: () => {
        this.#hasFailed = true;
      },
    });
  }

  current(): { readonly card: WmlElement; readonly template: WmlElement | undefined } | undefined {
    const { current } = this.#browser;
    return current && { card: current.card, template: current.deck.template };
  }

  isBusy(): boolean {
    return this.#turns > 0 || this.#fetching !== undefined || this.#running || this.#browser.waiting;
  }

  open(url: string, referrer: Referrer): void {
    this.#screens.enter(this);
    this.#turn(() => this.#browser.open(url, referrer.kind === 'user' ? undefined : { url: referrer.url }));
  }

  /** The next deck that is shown is told to `loaded`. */
  expect(loaded: () => void): void {
    this.#loaded = loaded;
  }

  perform(onevent: WmlElement): void {
    this.#turn(() => this.#browser.perform(onevent));
  }

  setParameters(parameters: readonly string[]): void {
    this.#browser.setParameters(parameters);
  }

  clear(): void {
    this.#stopScript?.();
    this.#loaded = undefined;
    this.#browser.clear();
    this.#screens.leave(this);
  }

  screen(): Screen {
    return this.#browser.screen();
  }

  /** A key for the browser. What it leads to is one step for the user agent. */
  press(key: Key): void {
    this.#turn(() => this.#browser.press(key));
  }

  close(): void {
    this.#stopScript?.();
    this.#stopFetch();
    this.#stopTimer();
  }

  /** When nothing is under way any more, the user agent may take the next event (§9.4). */
  #turn(act: () => void): void {
    this.#turns++;
    try {
      act();
    } finally {
      this.#turns--;
    }
    if (this.isBusy()) return;
    const [hasFailed, contentError] = [this.#hasFailed, this.#contentError];
    this.#hasFailed = false;
    this.#contentError = undefined;
    if (contentError !== undefined) this.#agent().contentError(contentError);
    else if (hasFailed) this.#agent().failed();
    else this.#agent().settled();
  }

  #fetch(request: PageRequest): void {
    this.#stopFetch();
    if (/^wtai:/i.test(request.url)) {
      this.#callUri(request.url);
      return;
    }
    const fetching = new AbortController();
    this.#fetching = fetching;
    const arrive = (act: () => void): void => {
      if (this.#fetching !== fetching) return;
      this.#fetching = undefined;
      this.#turn(act);
    };
    this.#load(request, fetching.signal).then(
      (followed) => arrive(() => this.#arrived(followed, request)),
      (error: unknown) => arrive(() => this.#failed(errorText(error))),
    );
  }

  /** §8.5, then §5.2: nothing is asked for outside a WTA session, and what came outside one is discarded. */
  async #load(request: PageRequest, signal: AbortSignal): Promise<Followed> {
    const stored = request.method === 'GET' ? this.#agent().stored(request.url) : undefined;
    if (stored !== undefined) {
      const { contentType, body } = stored;
      const answer = { status: 200, contentType, body, headers: [] };
      return { answer, url: request.url, fragment: undefined };
    }
    const { method, url, body } = request;
    this.#screens.observe({ type: 'request', method, url, octets: body?.length ?? 0 });
    if (!this.#agent().admits(await this.#session.open(), url)) throw new Error(NO_SESSION);
    const followed = await follow(this.#fetcher, request, signal);
    // The connection may be another by now.
    if (!this.#agent().admits(await this.#session.open(), followed.url)) throw new Error(NO_SESSION);
    const { status, contentType, body: content } = followed.answer;
    this.#screens.observe({ type: 'answer', url: followed.url, status, contentType, octets: content.length });
    return followed;
  }

  #stopFetch(): void {
    const fetching = this.#fetching;
    this.#fetching = undefined;
    fetching?.abort();
  }

  #arrived({ answer, url, fragment }: Followed, request: PageRequest): void {
    const { status, contentType, body } = answer;
    if (status < 200 || status > 299) {
      this.#failed(`The server answers ${status}.`);
      return;
    }
    const type = mediaType(contentType);
    if (type === 'application/vnd.wap.wmlscriptc') {
      const call = this.#browser.unitArrived(url);
      if (call !== undefined) this.#run(body, call);
      return;
    }
    if (this.#install(answer, url)) {
      // §8.4.3: a channel that answers a request is installed; the card stays.
      this.#browser.unitArrived();
      this.#browser.scriptEnded(url);
      // Without a card there is no service yet.
      if (this.#browser.current === undefined) this.#agent().exit();
      return;
    }
    let deck: ReturnType<typeof deckOf>;
    try {
      deck = deckOf(answer, url, true);
    } catch (error) {
      this.#contentError = errorText(error);
      this.#failed('The service is wrong.');
      return;
    }
    if (deck === undefined) {
      this.#failed(`This handset cannot show ${type || 'what came'} for ${request.url}.`);
      return;
    }
    this.#browser.deckArrived(deck, fragment);
    if (!this.#hasFailed) this.#loaded?.();
    this.#loaded = undefined;
  }

  /** @returns whether it is a channel */
  #install(answer: Answer, url: string): boolean {
    const facts = this.#session.facts();
    if (facts === undefined) return false;
    return this.#agent().receive(received(answer.headers, answer, url), facts) === 'channel';
  }

  #failed(text: string): void {
    this.#screens.observe({ type: 'failed', text });
    if (this.#browser.waiting) this.#browser.failed(text);
  }

  /** WAP-268 §6.3: the card stays, and the result is in a variable. */
  #callUri(uri: string): void {
    const caller = { url: this.#browser.current?.deck.url ?? '', isTrusted: true };
    this.#browser.unitArrived();
    this.#running = true;
    const call = (): void =>
      this.#agent().wtai.callUri(uri, caller, ({ variable, value }) => {
        this.#running = false;
        this.#turn(() => {
          if (this.#browser.current === undefined) return;
          if (variable !== undefined) this.#browser.setVariable(variable, value);
          this.#browser.refresh();
          this.#browser.scriptEnded(caller.url);
        });
      });
    setImmediate(call);
  }

  #run(octets: Uint8Array, call: ScriptCall): void {
    const screens = this.#screens;
    screens.observe({ type: 'script', url: call.url, fragment: call.fragment, octets: octets.length });
    this.#running = true;
    const stop = runScript(
      {
        browser: this.#browser,
        random: screens.random,
        show: (view) => screens.show(view),
        hide: (view) => screens.hide(view),
        notify: (text) => screens.notify(text),
        now: () => screens.scheduler.now(),
        later: (act) => setImmediate(() => this.#turn(act)),
        load: async (url, accept, signal) => {
          const plain = new URL(url);
          plain.hash = '';
          const headers = [{ name: 'Accept', value: accept }];
          return (await this.#load({ method: 'GET', url: plain.href, headers }, signal)).answer;
        },
        signText: (args, answer) =>
          screens.signText({ args, deck: this.#browser.current?.deck }, (value) =>
            this.#turn(() => answer(value)),
          ),
        library: (name, args, caller, answer) => this.#library(name, args, caller, answer),
        ended: () => {
          this.#running = false;
          this.#stopScript = undefined;
          // Whoever ended it, may be in the middle of something; the user agent hears of it when that is over.
          setImmediate(() => this.#turn(() => {}));
        },
      },
      octets,
      call,
    );
    if (this.#running) this.#stopScript = stop;
  }

  /** Later, so that a function that ends the context finds a script that can be stopped. */
  #library(name: string, args: readonly Value[], url: string, answer: (value: Value) => void): void {
    setImmediate(() =>
      this.#agent().wtai.call(name, args, { url, isTrusted: true }, (value) =>
        this.#turn(() => answer(value)),
      ),
    );
  }

  #startTimer(after: Millis): void {
    this.#stopTimer();
    const cancel = this.#screens.scheduler.schedule(after, () => {
      this.#timer = undefined;
      this.#turn(() => this.#browser.timerExpired());
    });
    this.#timer = { cancel, ends: this.#screens.scheduler.now() + after };
  }

  #stopTimer(): Millis {
    const timer = this.#timer;
    this.#timer = undefined;
    timer?.cancel();
    return timer === undefined ? 0 : Math.max(0, timer.ends - this.#screens.scheduler.now());
  }
}

const NO_SESSION = 'There is no secure session with a gateway that is trusted.';

/** Content as the user agent looks at it. */
export function received(
  headers: readonly Header[],
  { contentType, body }: Pick<Answer, 'contentType' | 'body'>,
  url: string | undefined,
) {
  const charset = charsetOf(contentType);
  const expires = Date.parse(headerValue(headers, 'Expires') ?? '');
  return {
    url,
    contentType: mediaType(contentType),
    body,
    ...(charset !== undefined && { charset }),
    ...(!Number.isNaN(expires) && { expires }),
  };
}
