/**
 * The telephone in the handset with all that belongs to it: its line in a network, the WTA user agent with its own browser and
 * repository, the user's permissions, and what the device does by itself where no service does.
 */
import { errorText } from '../../wap/errors.js';
import type { Value } from '../../wap/wmlscript/index.js';
import { type Header, headerValue } from '../../wap/wsp/index.js';
import {
  type AskPermission,
  type Blanket,
  type Caller,
  type Exchange,
  Indicators,
  memoryStore,
  Permissions,
  type PermissionType,
  PhoneBook,
  type PhoneBookEntry,
  phoneBookLimits,
  Repository,
  type RepositoryAnswer,
  type RepositoryRequest,
  type RepositoryStore,
  type SessionFacts,
  Telephone,
  type UriResult,
  type WtaPorts,
  WtaUserAgent,
} from '../../wta/index.js';
import { cachingFetcher, ResponseCache } from '../cache.js';
import { deckOf, plainText } from '../content.js';
import { type Fetcher, follow } from '../fetcher.js';
import { Loadings } from '../loadings.js';
import { mediaType } from '../media.js';
import type { Push } from '../push.js';
import type { View } from '../screen.js';
import { type ListItem, listView } from '../views.js';
import { Mmi } from './mmi.js';
import { received, WtaPages } from './pages.js';
import type { Screens } from './screens.js';
import type { WtaSession } from './session.js';

/** What keeps the telephone's data while the handset is switched off. */
export interface TelephonyStore extends RepositoryStore {
  blankets(): readonly Blanket[];
  keepBlankets(blankets: readonly Blanket[]): void;
  phoneBook(): readonly PhoneBookEntry[];
  keepPhoneBook(entries: readonly PhoneBookEntry[]): void;
}

export interface TelephonyOptions {
  /** Its own number in the network. */
  readonly number: string;
  readonly exchange: Pick<Exchange, 'subscribe'>;
  readonly session: WtaSession;
  /** The gateways whose WTA content is executed (WAP-266 §5.5), by their address. */
  readonly isTrusted: (gateway: string) => boolean;
  /** The ports of WTA sessions: those that are registered, or the same moved away. */
  readonly ports: WtaPorts;
  /** Without one, all is forgotten with the process. */
  readonly store?: TelephonyStore;
  /** What a service was allowed when it was provided with the handset. */
  readonly blankets?: readonly Blanket[];
}

export class Telephony {
  readonly telephone: Telephone;
  readonly agent: WtaUserAgent;
  readonly repository: Repository;
  readonly permissions: Permissions;
  readonly #screens: Screens;
  readonly #options: TelephonyOptions;
  readonly #pages: WtaPages;
  readonly #mmi: Mmi;
  readonly #fetcher: Fetcher;
  readonly #cache: ResponseCache;
  readonly #loadings = new Loadings();
  readonly #closed = new AbortController();

  constructor(screens: Screens, options: TelephonyOptions) {
    this.#screens = screens;
    this.#options = options;
    const { scheduler } = screens;
    const { store, session } = options;
    this.#cache = new ResponseCache(scheduler);
    this.#fetcher = cachingFetcher(session.fetcher, this.#cache, scheduler);
    const phoneBook: PhoneBook = new PhoneBook(phoneBookLimits, store?.phoneBook() ?? [], () =>
      store?.keepPhoneBook(phoneBook.entries()),
    );
    this.telephone = new Telephone(
      {
        transmit: (request) => subscription.transmit(request),
        event: (event) => {
          screens.observe({ type: 'telephone', event: event.id, parameters: event.parameters });
          this.agent.event(event);
        },
        changed: () => {
          this.#mmi.sync();
          screens.changed();
        },
      },
      { clock: scheduler, phoneBook },
    );
    this.permissions = new Permissions(
      (request, answer) => this.#askPermission(request, answer),
      [...(store?.blankets() ?? []), ...(options.blankets ?? [])],
      (blankets) => store?.keepBlankets(blankets),
    );
    this.repository = new Repository(
      {
        fetch: (request, answer) => this.#fetch(request, answer),
        show: (url, answer) => this.#showAnswer(url, answer),
        notify: (text) => screens.notify(text),
        removed: (urls) => {
          for (const url of urls) this.permissions.executableRemoved(url);
        },
      },
      { store: store ?? memoryStore(), clock: scheduler },
    );
    this.#pages = new WtaPages({ screens, session, fetcher: this.#fetcher, agent: () => this.agent });
    this.#mmi = new Mmi({
      telephone: this.telephone,
      screens,
      isServing: () => this.agent.context !== undefined,
    });
    this.agent = new WtaUserAgent({
      browser: this.#pages,
      telephone: this.telephone,
      indicators: new Indicators(() => screens.changed()),
      permissions: this.permissions,
      repository: this.repository,
      isTrusted: options.isTrusted,
      ports: options.ports,
      defaultMmi: (event) => this.#mmi.event(event),
      contentError: (text) => screens.notify(`The service is wrong: ${text}`),
      discarded: (what) => screens.observe({ type: 'failed', text: `discarded: ${what}` }),
    });
    const indications: Parameters<Parameters<Exchange['subscribe']>[1]>[0][] = [];
    let hear = (indication: (typeof indications)[number]): void => {
      indications.push(indication);
    };
    // The network tells where the telephone is before it has said how to answer.
    const subscription = options.exchange.subscribe(options.number, (indication) => hear(indication));
    hear = (indication) => this.telephone.indication(indication);
    for (const indication of indications) hear(indication);
  }

  /** Whether a service is at work. */
  get busy(): boolean {
    return this.#pages.isBusy();
  }

  /** The browser of the WTA user agent: apart from that of other services. */
  get browser(): View {
    return this.#pages;
  }

  /** A service indication that the user has taken, or the user, asks for a service. @param loaded told when its deck is there */
  open(url: string, loaded: () => void = () => {}): void {
    this.agent.open(url);
    this.#pages.expect(loaded);
  }

  /** What came for the WTA user agent. @returns what the user is to hear of; `undefined` where nothing */
  receivePush(
    headers: readonly Header[],
    body: Uint8Array,
    session: SessionFacts | undefined,
    decode: () => Push,
  ): Push | undefined {
    const contentType = headerValue(headers, 'Content-Type') ?? '';
    const url = headerValue(headers, 'Content-Location') ?? headerValue(headers, 'X-Wap-Content-URI');
    // A datagram that was pushed to a port of its own came over no session.
    const facts: SessionFacts = session ?? { gateway: '', port: 0, wtlsClass: undefined };
    const kind = this.agent.receive(received(headers, { contentType, body }, url), facts);
    if (kind === 'channel') this.#screens.observe({ type: 'channel', octets: body.length });
    if (kind !== 'content') return undefined;
    const push = decode();
    if (push.type === 'loading') {
      this.#loadings.receive(push.sl);
      return undefined;
    }
    return push;
  }

  /** The next service that is to be loaded without asking, where that may be now. */
  attend(allowed: Parameters<Loadings['take']>[0]): void {
    const sl =
      this.agent.isStable && this.agent.context === undefined ? this.#loadings.take(allowed) : undefined;
    if (sl !== undefined && sl.action !== 'cache') this.open(sl.href);
  }

  /** wtai: from the browser of other services, which may call the public library only: WAP-268 §8. */
  callUri(uri: string, caller: Caller, answer: (result: UriResult) => void): void {
    this.agent.wtai.callUri(uri, caller, answer);
  }

  /** The same from their scripts. */
  call(name: string, args: readonly Value[], caller: Caller, answer: (value: Value) => void): void {
    this.agent.wtai.call(name, args, caller, answer);
  }

  /** The red key: calls end, and with none of them the service. */
  end(): void {
    if (!this.#mmi.hangUp()) this.agent.exit();
  }

  menu(): readonly ListItem[] {
    return [...this.#mmi.menu(), { label: 'Services', act: () => this.#openServices() }];
  }

  async close(): Promise<void> {
    this.#closed.abort();
    this.#pages.close();
    this.#cache.clear();
    await this.#fetcher.close();
  }

  /** Over a WTA session and no other way: §5.2. */
  #fetch(
    { url, ifNoneMatch, ifModifiedSince }: RepositoryRequest,
    answer: (answer: RepositoryAnswer | undefined) => void,
  ): void {
    const headers: Header[] = [
      ...(ifNoneMatch === undefined ? [] : [{ name: 'If-None-Match', value: ifNoneMatch }]),
      ...(ifModifiedSince === undefined
        ? []
        : [{ name: 'If-Modified-Since', value: new Date(ifModifiedSince * 1000).toUTCString() }]),
    ];
    const load = async (): Promise<RepositoryAnswer | undefined> => {
      const { session } = this.#options;
      if (!this.agent.admits(await session.open(), url)) return undefined;
      const request = { method: 'GET', url, headers } as const;
      const { answer: got } = await follow(session.fetcher, request, this.#closed.signal);
      const facts = session.facts();
      return facts !== undefined && this.agent.admits(facts, url) ? repositoryAnswer(got) : undefined;
    };
    load().then(answer, (error: unknown) => {
      this.#screens.observe({ type: 'failed', text: errorText(error) });
      answer(undefined);
    });
  }

  /** What a server says when it hears that its channel is there, or is not. */
  #showAnswer(url: string, { contentType, body, status }: RepositoryAnswer): void {
    try {
      const text = plainText(deckOf({ status, contentType, body, headers: [] }, url, true));
      if (text !== '') this.#screens.notify(text);
    } catch (error) {
      this.#screens.observe({ type: 'failed', text: errorText(error) });
    }
  }

  /** §5.3: the user sees who calls what, and gives what the function allows to be given. */
  #askPermission(...[{ executable, name, types, shown }, answer]: Parameters<AskPermission>): void {
    const give = (given: PermissionType | 'REFUSED') => (): void => {
      this.#screens.hide(view);
      answer(given);
    };
    const from = URL.canParse(executable) ? new URL(executable).host : executable;
    const what = [from, sentences[name] ?? `calls ${name}`, ...shown].join(' ').trim();
    const view = listView({
      title: 'Permission',
      items: types.map((type, i) => ({
        label: labels[type],
        ...(i === 0 && { heading: `${what}?` }),
        act: give(type),
      })),
      right: ['Refuse', give('REFUSED')],
      trusted: true,
    });
    this.#screens.show(view);
  }

  #openServices(): void {
    const close = (act: () => void) => (): void => {
      this.#screens.hide(view);
      act();
    };
    const view = listView({
      title: 'Services',
      empty: 'No services',
      items: [
        ...this.repository.userAccessible().map(({ channel }) => ({
          label: channel.title,
          act: close(() => this.agent.openChannel(channel.channelid)),
        })),
        ...this.permissions.blankets().map((blanket, i) => ({
          label: `${blanket.name} ${blanket.executable}`,
          ...(i === 0 && { heading: 'Take back:' }),
          act: close(() => this.permissions.revoke(blanket)),
        })),
      ],
      right: ['Back', close(() => {})],
    });
    this.#screens.show(view);
  }
}

const labels: Readonly<Record<PermissionType, string>> = {
  BLANKET: 'Always',
  CONTEXT: 'In this service',
  SINGLE: 'Once',
};

/** What the functions that any page may call do, in words. */
const sentences: Readonly<Record<string, string>> = {
  'WTAPublic.makeCall': 'wants to call',
  'WTAPublic.sendDTMF': 'wants to send tones',
  'WTAPublic.addPBEntry': 'wants to write into the phonebook',
};

function repositoryAnswer({
  status,
  contentType,
  body,
  headers,
}: {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly headers: readonly Header[];
}): RepositoryAnswer {
  const etag = headerValue(headers, 'ETag');
  const lastmod = Date.parse(headerValue(headers, 'Last-Modified') ?? '');
  return {
    status,
    contentType: mediaType(contentType),
    body,
    ...(etag !== undefined && { etag }),
    ...(!Number.isNaN(lastmod) && { lastmod: Math.floor(lastmod / 1000) }),
  };
}
