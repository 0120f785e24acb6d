/**
 * The WTA user agent: contexts, events, sessions (WAP-266-WTA §5, §6, §9). It is apart from the WAE user agent, and has a
 * WML browser of its own, which it is given: it opens services there, and is told when the browser has come to rest.
 */
import { errorText } from '../wap/errors.js';
import { isElement, type WmlElement } from '../wap/wml/index.js';
import { type Channel, channelMediaTypes, decodeChannelContent } from './channel.js';
import { type EventHandling, processEvent } from './event-process.js';
import { isWtaEventId, type WtaEvent } from './events.js';
import type { Indicators } from './indicators.js';
import { type Device, type WtaContext, Wtai } from './lib/index.js';
import type { Permissions } from './permissions.js';
import type { ChannelOrigin, Repository, Resource, StoredChannel } from './repository.js';
import { isWtaSession, type SessionFacts, type WtaPorts } from './session.js';
import type { Telephone } from './telephone.js';

/** Who leads to a service: what wml:access of its deck is compared with (§9.5). */
export type Referrer =
  | { readonly kind: 'user' }
  /** `url` is missing where the channel has none: then a deck with access control may not be entered. */
  | { readonly kind: 'channel'; readonly url: string | undefined };

/** What the user agent needs of its browser. */
export interface WtaBrowser {
  /** The card that is shown, and its deck's template. */
  current(): { readonly card: WmlElement; readonly template: WmlElement | undefined } | undefined;
  /** Whether it loads, enters a card, or runs a script: §9.4. `settled` is to be called when that ends. */
  isBusy(): boolean;
  /** A new context that begins with this URL. */
  open(url: string, referrer: Referrer): void;
  /** The task in this onevent element, as if its event had happened on the card. */
  perform(onevent: WmlElement): void;
  /** $0, $1, …: they are set from here only (§9.3), and kept where newcontext takes variables away (§6.2.2). */
  setParameters(parameters: readonly string[]): void;
  /** No card, no variables, no history; what goes on there is stopped. */
  clear(): void;
}

/** What the user agent needs of the handset. */
export interface WtaHost {
  readonly browser: WtaBrowser;
  readonly telephone: Telephone;
  readonly indicators: Indicators;
  readonly permissions: Permissions;
  readonly repository: Repository;
  isTrusted(gateway: string): boolean;
  /** The ports of WTA sessions: those that are registered, or the same moved away. */
  readonly ports: WtaPorts;
  /** The device's own function for an event that no service takes: it rings, it shows a text. */
  defaultMmi(event: WtaEvent): void;
  /** An error in the content: the user is to take note of it. */
  contentError(text: string): void;
  /** Something was discarded, and why: for a log. */
  discarded(what: string): void;
}

/** Events that wait for a stable state. More mean that the service never comes to rest: its context is terminated. */
export const EVENTS_WAITING_MAX = 64;

interface Context extends WtaContext {
  parameters: readonly string[];
}

/** Content as it came. */
export interface Received {
  readonly url: string | undefined;
  /** Without parameters. */
  readonly contentType: string;
  readonly charset?: string;
  readonly body: Uint8Array;
  /** When it is stale. */
  readonly expires?: number;
}

export class WtaUserAgent {
  readonly wtai: Wtai;
  readonly #host: WtaHost;
  #context: Context | undefined;
  #nextContext = 1;
  readonly #events: WtaEvent[] = [];
  /** A task that an event started is under way. */
  #invoking = false;
  #draining = false;

  constructor(host: WtaHost) {
    this.#host = host;
    const self = this;
    const device: Device = {
      telephone: host.telephone,
      indicators: host.indicators,
      get context() {
        return self.#context;
      },
    };
    this.wtai = new Wtai(device, host.permissions);
  }

  /** The current context; `undefined` where there is none. */
  get context():
    | { readonly id: number; readonly isProtected: boolean; readonly parameters: readonly string[] }
    | undefined {
    return this.#context;
  }

  /** §9.4. */
  get isStable(): boolean {
    return !this.#draining && !this.#invoking && !this.#host.browser.isBusy();
  }

  /** The telephone tells of an event: it is handled when the user agent is stable, after those before it (§9.6). */
  event(event: WtaEvent): void {
    this.#events.push(event);
    if (this.#events.length > EVENTS_WAITING_MAX) {
      this.#terminate();
      this.#invoking = false;
    }
    this.#drain();
  }

  /** The browser has come to rest: what it did for an event has succeeded. */
  settled(): void {
    this.#invoking = false;
    this.#drain();
  }

  /** What the browser did came to nothing: no answer, no deck, no access. An event's task takes its context with it. */
  failed(): void {
    if (this.#invoking) this.#terminate();
    this.settled();
  }

  /**
   * §6.2.1: an error in the content. No context is left, so that nothing but a global binding takes an event before the
   * user goes on; the others are the device's.
   */
  contentError(text: string): void {
    this.#terminate();
    this.#invoking = false;
    this.#host.contentError(text);
    this.#drain();
  }

  /** A card with newcontext was entered: §6.2.2. */
  contextReinitialised(): void {
    const old = this.#context;
    if (old === undefined) return;
    this.#leave(old);
    this.#create();
    this.#setParameters(old.parameters);
  }

  /** The user left the service: its context ends. */
  exit(): void {
    this.#terminate();
    this.#invoking = false;
    this.#drain();
  }

  /** The user, or a service indication that the user took, asks for a URL. */
  open(url: string): void {
    this.#start(url, { kind: 'user' });
  }

  /** The user chose a channel from the menu; `false` where it is not there for that. */
  openChannel(channelid: string): boolean {
    const stored = this.#host.repository.channel(channelid);
    const url = stored && firstUrl(stored.channel);
    if (!stored?.channel.useraccessible || url === undefined) return false;
    this.#start(url, { kind: 'channel', url: stored.url });
    return true;
  }

  /** §8.5: what is in the repository does not come from the network. */
  stored(url: string): Resource | undefined {
    return this.#host.repository.resource(url);
  }

  /** Whether what comes over a session is for this user agent; what is not is discarded (§5.2). */
  admits(session: SessionFacts, what: string): boolean {
    if (isWtaSession(session, (gateway) => this.#host.isTrusted(gateway), this.#host.ports)) return true;
    this.#host.discarded(what);
    return false;
  }

  /**
   * Content that was pushed, or that answers a request.
   * @returns whether it was a channel, which is now being installed; else it is the browser's affair
   */
  receive(content: Received, session: SessionFacts): 'discarded' | 'channel' | 'content' {
    if (!this.admits(session, content.url ?? content.contentType)) return 'discarded';
    const mediaType = content.contentType.toLowerCase();
    if (mediaType !== channelMediaTypes.text && mediaType !== channelMediaTypes.binary) return 'content';
    let channel: Channel;
    try {
      channel = decodeChannelContent(mediaType, content.body, content.charset);
    } catch (error) {
      this.contentError(`The channel is wrong: ${errorText(error)}`);
      return 'channel';
    }
    const origin: ChannelOrigin = {
      url: content.url,
      ...(content.expires !== undefined && { expires: content.expires }),
    };
    this.#host.repository.install(channel, origin);
    return 'channel';
  }

  #start(url: string, referrer: Referrer): void {
    this.#terminate();
    this.#create();
    this.#host.browser.open(url, referrer);
    this.#drain();
  }

  /** One event at a time, and none while something is under way. */
  #drain(): void {
    while (this.isStable) {
      const event = this.#events.shift();
      if (event === undefined) return;
      this.#draining = true;
      try {
        this.#handle(event);
      } finally {
        this.#draining = false;
      }
    }
  }

  #handle(event: WtaEvent): void {
    const { browser } = this.#host;
    // Set before: a browser that has all it needs comes to rest, or fails, before it returns.
    this.#invoking = true;
    const handled = processEvent(event, this.#handling());
    if (handled === 'protected' || handled === 'unbound') {
      this.#invoking = false;
      this.#host.defaultMmi(event);
    } else if (!browser.isBusy()) this.#invoking = false;
  }

  #handling(): EventHandling<WmlElement, StoredChannel> {
    const { browser, repository } = this.#host;
    return {
      hasContext: () => this.#context !== undefined,
      localBinding: (eventid) => this.#localBinding(eventid),
      isProtected: () => this.#context?.isProtected === true,
      globalBinding: (eventid) => repository.boundTo(eventid),
      setParameters: (parameters) => this.#setParameters(parameters),
      terminateContext: () => this.#terminate(),
      createContext: () => this.#create(),
      invokeLocal: (onevent) => browser.perform(onevent),
      invokeGlobal: ({ channel, url }) => {
        const first = firstUrl(channel);
        if (first === undefined) this.failed();
        else browser.open(first, { kind: 'channel', url });
      },
    };
  }

  /** §9.2: a card's binding shadows its template's. */
  #localBinding(eventid: string): WmlElement | undefined {
    const current = this.#host.browser.current();
    return current && (oneventIn(current.card, eventid) ?? oneventIn(current.template, eventid));
  }

  #create(): void {
    this.#context = {
      id: this.#nextContext++,
      isProtected: false,
      parameters: [],
      end: () => this.exit(),
    };
  }

  #setParameters(parameters: readonly string[]): void {
    if (this.#context !== undefined) this.#context.parameters = parameters;
    this.#host.browser.setParameters(parameters);
  }

  #terminate(): void {
    const context = this.#context;
    if (context === undefined) return;
    this.#context = undefined;
    this.#host.browser.setParameters([]);
    this.#host.browser.clear();
    this.#leave(context);
  }

  /** §6.5: its calls end or stay, by their mode; what the user permitted for it is void. */
  #leave({ id }: Context): void {
    this.#host.telephone.contextEnded(id);
    this.#host.permissions.contextEnded(id);
  }
}

/** The onevent element that binds the event, directly within a card or a template. */
function oneventIn(owner: WmlElement | undefined, eventid: string): WmlElement | undefined {
  if (owner === undefined || !isWtaEventId(eventid)) return undefined;
  return owner.children.filter(isElement).find(({ name, attributes }) => {
    const type = attributes.get('type') ?? [];
    return name === 'onevent' && type.length === 1 && type[0] === eventid;
  });
}

/** §8.4.1.5: the first resource is what is invoked. */
function firstUrl({ resources: [first] }: Channel): string | undefined {
  return first && (first.fragment === '' ? first.url : `${first.url}#${first.fragment}`);
}
