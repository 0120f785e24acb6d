/**
 * The handset: one model that the faces draw and press the keys of. Behind its keys are an inbox for push messages, the
 * WML browser, scripts, and the card that signs.
 */
import type { Scheduler } from '../bearer/index.js';
import { errorText } from '../wap/errors.js';
import { decodeSi, decodeSl, type ServiceIndication } from '../wap/push/index.js';
import type { Random } from '../wap/random.js';
import { wbxmlToXml } from '../wap/wbxml/index.js';
import { decodeWml, parseWml, type WmlElement } from '../wap/wml/index.js';
import { invalid, type Value } from '../wap/wmlscript/index.js';
import { type Header, headerValue } from '../wap/wsp/index.js';
import { Browser, type ScriptCall } from './browser/browser.js';
import type { PageRequest } from './browser/context.js';
import { type Deck, deckFrom } from './browser/deck.js';
import { type Answer, type Fetcher, follow } from './fetcher.js';
import { Inbox, type Message } from './inbox.js';
import { charsetOf, decodeText, mediaType } from './media.js';
import { type Key, lineText, type Screen, type View } from './screen.js';
import { runScript } from './script.js';
import { entryView, listView, messageView } from './views.js';

/** What happens on the handset, for those who watch: the demonstration, a log, a test. */
export type TerminalEvent =
  | { readonly type: 'push'; readonly contentType: string; readonly octets: number; readonly text: string }
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
  | { readonly type: 'sign'; readonly text: string };

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
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** The number that it is reached by, `+33612345672`. */
  readonly msisdn?: string;
  /** Without a card, signText finds no certificate: `error:noCert` (WAP-161 §5.1.2). */
  readonly signText?: SignText;
  readonly observe?: (event: TerminalEvent) => void;
}

export class Terminal {
  readonly #options: TerminalOptions;
  readonly #inbox = new Inbox();
  readonly #browser: Browser;
  readonly #views: View[] = [];
  readonly #listeners = new Set<() => void>();
  #browsing = false;
  #fetching: AbortController | undefined;
  #running = false;
  #timer: { readonly cancel: () => void; readonly ends: number } | undefined;
  #closed = false;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#browser = new Browser({
      fetch: (request) => this.#fetchPage(request),
      stopFetch: () => this.#fetching?.abort(),
      startTimer: (after) => this.#startTimer(after),
      stopTimer: () => this.#stopTimer(),
      notify: (text) => this.#notify(text),
      show: (view) => this.#show(view),
      hide: (view) => this.#hide(view),
      exit: () => this.#leaveBrowser(),
      changed: () => this.#changed(),
    });
    this.#views.push(this.#idle());
  }

  /** Calls `listener` whenever the screen may look different. @returns takes the order back */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  screen(): Screen {
    return (this.#views.at(-1) ?? this.#browser).screen();
  }

  press(key: Key): void {
    if (this.#closed) return;
    this.#views.at(-1)?.press(key);
    this.#changed();
  }

  /** The screen's characters, line by line, as a person would read them out. */
  text(): string {
    const { title, lines, left, right } = this.screen();
    return [title, ...lines.map(lineText), `${left} | ${right}`].join('\n');
  }

  get busy(): boolean {
    return this.#fetching !== undefined || this.#running;
  }

  open(url: string): void {
    this.#enterBrowser();
    this.#browser.open(url);
  }

  /** A push message as the session layer delivers it: WAP-235 §6.2. */
  receivePush(headers: readonly Header[], body: Uint8Array): void {
    const contentType = headerValue(headers, 'Content-Type') ?? '';
    try {
      const type = mediaType(contentType);
      const text = type.endsWith('c')
        ? wbxmlToXml(body)
        : decodeText(body, charsetOf(contentType) ?? 'utf-8');
      if (type === 'application/vnd.wap.sic' || type === 'text/vnd.wap.si') {
        const si = decodeSi(text);
        this.#observe({ type: 'push', contentType, octets: body.length, text: si.text });
        this.#receiveIndication(si);
      } else if (type === 'application/vnd.wap.slc' || type === 'text/vnd.wap.sl') {
        const sl = decodeSl(text);
        this.#observe({ type: 'push', contentType, octets: body.length, text: sl.href });
        if (sl.action !== 'cache') this.open(sl.href);
      } else throw new Error(`${contentType} is no message for a handset`);
    } catch (error) {
      this.#observe({ type: 'failed', text: `push: ${errorText(error)}` });
    }
  }

  /** Ends the session and everything that waits. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#fetching?.abort();
    this.#stopTimer();
    await this.#options.fetcher.close();
  }

  #idle(): View {
    const menu = listView({
      title: this.#options.msisdn ?? 'wapstack',
      items: [
        { label: 'Messages', act: () => this.#openInbox() },
        { label: 'Go to address', act: () => this.#askAddress() },
        { label: 'Browser', act: () => this.#resumeBrowser() },
      ],
      right: ['', () => {}],
    });
    return menu;
  }

  #askAddress(): void {
    const view = entryView({
      title: 'Go to',
      value: 'http://',
      accept: (url) => {
        this.#hide(view);
        this.open(url);
      },
      cancel: () => this.#hide(view),
    });
    this.#show(view);
  }

  #openInbox(): void {
    const view = listView({
      title: 'Messages',
      empty: 'No messages',
      items: this.#inbox.messages(this.#now()).map((message) => ({
        label: message.si.text,
        act: () => {
          this.#hide(view);
          this.#read(message);
        },
      })),
      right: ['Back', () => this.#hide(view)],
    });
    this.#show(view);
  }

  #receiveIndication(si: ServiceIndication): void {
    const reception = this.#inbox.receive(si, this.#now());
    if ('dropped' in reception) {
      this.#observe({ type: 'failed', text: `push: ${reception.dropped}` });
      return;
    }
    if (reception.present !== 'quietly') this.#read(reception.kept);
    this.#changed();
  }

  /** Shows an indication; with an address behind it, it can be loaded (WAP-167 §6.3). */
  #read({ id, si }: Message): void {
    const { href } = si;
    const later = (): void => this.#hide(view);
    const load = (): void => {
      this.#hide(view);
      this.#inbox.remove(id);
      if (href !== undefined) this.open(href);
    };
    const view = messageView({
      title: 'New message',
      text: si.text,
      ...(href !== undefined && { left: ['Load', load] }),
      right: ['Later', later],
    });
    this.#show(view);
  }

  #enterBrowser(): void {
    this.#browsing = true;
    if (!this.#views.includes(this.#browser)) this.#views.splice(1, 0, this.#browser);
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
    this.#fetching?.abort();
    const controller = new AbortController();
    this.#fetching = controller;
    this.#observe({
      type: 'request',
      method: request.method,
      url: request.url,
      octets: request.body?.length ?? 0,
    });
    follow(this.#options.fetcher, request, controller.signal)
      .then(
        ({ answer, url }) => {
          if (this.#fetching !== controller) return;
          this.#fetching = undefined;
          this.#arrived(answer, url);
        },
        (error: unknown) => {
          if (this.#fetching !== controller) return;
          this.#fetching = undefined;
          this.#failed(errorText(error));
        },
      )
      .finally(() => this.#changed());
  }

  #arrived(answer: Answer, url: string): void {
    const { status, contentType, body } = answer;
    this.#observe({ type: 'answer', url, status, contentType, octets: body.length });
    try {
      if (status < 200 || status > 299) {
        this.#failed(`The server answers ${status}. ${plainText(deckOf(answer, url))}`.trim());
        return;
      }
      if (mediaType(contentType) === 'application/vnd.wap.wmlscriptc') {
        const call = this.#browser.unitArrived();
        if (call !== undefined) this.#run(body, call);
        return;
      }
      const deck = deckOf(answer, url);
      if (deck === undefined)
        this.#failed(`This handset cannot show ${mediaType(contentType) || 'what came'}.`);
      else this.#browser.deckArrived(deck);
    } catch (error) {
      this.#failed(errorText(error));
    }
  }

  #run(octets: Uint8Array, call: ScriptCall): void {
    this.#observe({ type: 'script', url: call.url, fragment: call.fragment, octets: octets.length });
    this.#running = true;
    runScript(
      {
        browser: this.#browser,
        random: this.#options.random,
        show: (view) => this.#show(view),
        hide: (view) => this.#hide(view),
        notify: (text) => this.#notify(text),
        load: async (url, accept) => {
          const request = { method: 'GET', url, headers: [{ name: 'Accept', value: accept }] } as const;
          return (await follow(this.#options.fetcher, request, new AbortController().signal)).answer;
        },
        signText: (args, answer) => this.#signText(args, answer),
        ended: () => {
          this.#running = false;
          this.#changed();
        },
      },
      octets,
      call,
    );
  }

  #signText(args: readonly Value[], answer: (value: Value) => void): void {
    const { signText } = this.#options;
    this.#observe({ type: 'sign', text: typeof args[0] === 'string' ? args[0] : '' });
    if (signText === undefined) {
      answer('error:noCert');
      return;
    }
    const screen = { show: (view: View) => this.#show(view), hide: (view: View) => this.#hide(view) };
    try {
      signText({ args, deck: this.#browser.current?.deck }, screen, answer);
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

/** The deck in an answer, in binary or in source; `undefined` where it holds none. */
function deckOf({ contentType, body }: Answer, url: string): Deck | undefined {
  switch (mediaType(contentType)) {
    case 'application/vnd.wap.wmlc':
      return deckFrom(url, decodeWml(body));
    case 'text/vnd.wap.wml': {
      const { document, findings } = parseWml(decodeText(body, charsetOf(contentType) ?? 'utf-8'));
      const error = findings.find(({ severity }) => severity === 'error');
      if (error !== undefined) throw new Error(`The deck is wrong in line ${error.line}: ${error.message}`);
      return document && deckFrom(url, document);
    }
    case 'text/plain':
      return deckFrom(url, plainDeck(decodeText(body, charsetOf(contentType) ?? 'us-ascii')));
  }
  return undefined;
}

/** Plain text as a deck of one card. */
function plainDeck(text: string): WmlElement {
  const none = new Map<string, never>();
  const pre: WmlElement = { name: 'pre', attributes: none, children: [[text]] };
  const card: WmlElement = { name: 'card', attributes: none, children: [pre] };
  return { name: 'wml', attributes: none, children: [card] };
}

/** The words of a deck's first card, for a notice. */
function plainText(deck: Deck | undefined): string {
  const words = (element: WmlElement): string =>
    element.children
      .map((child) =>
        'children' in child ? words(child) : child.filter((part) => typeof part === 'string').join(''),
      )
      .join(' ');
  return deck === undefined ? '' : words(deck.cards[0]).replace(/\s+/g, ' ').trim();
}
