/** The handset's messages: pushes as they come in, the list, and what is shown of them when (WAP-167 §6, WAP-168 §6.1, WAP-235 §6.2). */
import { errorText } from '../wap/errors.js';
import { applicationIds, applicationOf, type ServiceLoading } from '../wap/push/index.js';
import type { Millis } from '../wap/time.js';
import type { Header } from '../wap/wsp/index.js';
import type { SessionFacts } from '../wta/index.js';
import { Inbox, type InboxStore, type Message } from './inbox.js';
import { Loadings } from './loadings.js';
import { type CacheOperation, decodePush } from './push.js';
import type { View } from './screen.js';
import type { TerminalEvent } from './terminal.js';
import { listView, messageView } from './views.js';
import type { Telephony } from './wta/telephony.js';

/** What messages ask of the handset. */
export interface MessagesHost {
  now(): Millis;
  show(view: View): void;
  hide(view: View): void;
  observe(event: TerminalEvent): void;
  /** Where pushes for the WTA user agent go; absent where there is none. */
  telephony(): Telephony | undefined;
  /** The service behind a message, in the browser. @param message whose service it is; `loaded` tells when it is there */
  open(url: string, message?: number): void;
  /** Into the cache, and no further. */
  cache(url: string): void;
  invalidate(operation: CacheOperation): void;
}

/** What the user is doing. */
export interface Situation {
  /** The menu is before them, and nothing else. */
  readonly idle: boolean;
  /** The menu or a page is before them, no question. */
  readonly open: boolean;
  /** A page or a script is under way. */
  readonly busy: boolean;
}

export class Messages {
  readonly #host: MessagesHost;
  readonly #inbox: Inbox;
  readonly #loadings = new Loadings();

  /** @param store without it, messages go with the handset's power */
  constructor(host: MessagesHost, store?: InboxStore) {
    this.#host = host;
    this.#inbox = new Inbox(store);
  }

  /** How many the user has not seen. */
  unread(): number {
    return this.#inbox.unread(this.#host.now());
  }

  /**
   * A push message as the session layer delivers it: WAP-235 §6.2.
   * @param session what is known of the WTA session that it came over; missing for all other ways
   */
  receive(headers: readonly Header[], body: Uint8Array, session?: SessionFacts): void {
    const host = this.#host;
    const contentType = headers.find(({ name }) => name.toLowerCase() === 'content-type')?.value ?? '';
    const told = (text: string): void =>
      host.observe({ type: 'push', contentType, octets: body.length, text });
    try {
      const isForServices = applicationOf({ headers, body }) === applicationIds['x-wap-application:wta.ua'];
      const push = isForServices
        ? this.#receiveForServices(headers, body, session)
        : decodePush(headers, body);
      switch (push?.type) {
        case undefined:
          break;
        case 'indication': {
          told(push.si.text);
          const reception = this.#inbox.receive(push.si, host.now(), isForServices);
          if ('dropped' in reception) host.observe({ type: 'failed', text: `push: ${reception.dropped}` });
          break;
        }
        case 'loading':
          told(push.sl.href);
          this.#loadings.receive(push.sl);
          break;
        case 'cache operation':
          told(push.operations.map(({ uri }) => uri).join(' '));
          host.invalidate(push);
      }
    } catch (error) {
      host.observe({ type: 'failed', text: `push: ${errorText(error)}` });
    }
  }

  /** WAP-266 §5.2: what addresses the WTA user agent and did not come over a WTA session is discarded. */
  #receiveForServices(headers: readonly Header[], body: Uint8Array, session: SessionFacts | undefined) {
    const telephony = this.#host.telephony();
    if (telephony === undefined) throw new Error('it is for an application that this handset does not have');
    return telephony.receivePush(headers, body, session, () =>
      decodePush(headers, body, [applicationIds['x-wap-application:wta.ua']]),
    );
  }

  /** Shows them all. */
  list(): void {
    const host = this.#host;
    const view = listView({
      title: 'Messages',
      empty: 'No messages',
      items: this.#inbox.messages(host.now()).map((message) => ({
        label: message.si.text,
        act: () => {
          host.hide(view);
          this.#read(message);
        },
      })),
      right: ['Back', () => host.hide(view)],
    });
    host.show(view);
  }

  /**
   * What waits for the user is shown when it does not get between them and what they do (WAP-167 §6.3, WAP-168 §6.1):
   * never over a question, least of all one of the card. What is urgent does not wait for a page that is under way.
   */
  attend({ idle, open, busy }: Situation): void {
    const host = this.#host;
    const calm = open && !busy;
    const waiting = this.#inbox.waiting(host.now());
    if (waiting !== undefined && (waiting.urgency === 'signal-high' ? open : calm)) {
      this.#read(waiting.message);
      return;
    }
    const may = (action: ServiceLoading['action']): boolean =>
      action === 'execute-high' ? open : action === 'execute-low' ? idle && calm : !busy;
    host.telephony()?.attend(may);
    const sl = this.#loadings.take(may);
    if (sl === undefined) return;
    if (sl.action === 'cache') host.cache(sl.href);
    else host.open(sl.href);
  }

  /** WAP-167 §6.4: what is loaded needs no second look; what failed or was stopped stays. */
  loaded(message: number): void {
    this.#inbox.remove(message);
  }

  /** Shows an indication; with an address behind it, it can be loaded, or kept for later (WAP-167 §6.3). */
  #read({ id, si, forServices }: Message): void {
    const host = this.#host;
    this.#inbox.presented(id);
    const { href } = si;
    const load = (): void => {
      host.hide(view);
      if (href === undefined) return;
      if (forServices) host.telephony()?.open(href, () => remove());
      else host.open(href, id);
    };
    const remove = (): void => {
      this.#inbox.remove(id);
      host.hide(view);
    };
    const view = messageView({
      title: 'New message',
      text: si.text,
      left: href === undefined ? ['Delete', remove] : ['Load', load],
      right: ['Later', () => host.hide(view)],
    });
    host.show(view);
  }
}
