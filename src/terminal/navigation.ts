/**
 * Subordinate pull proxies, which a navigation document leads to: the user agent of WAP-187-TransportE2ESec-20010628-a §9, with the
 * proxy selection of WAP-185-ProvUAB-20010314-a §7.
 */
import { DecodeError } from '../wap/errors.js';
import {
  connectivityMediaTypes,
  decodeNavigation,
  type LogicalProxy,
  type NavigationDocument,
  sameDomain,
  securityMatch,
  selectProxies,
} from '../wap/provisioning/index.js';
import type { Clock, Millis } from '../wap/time.js';
import { wbxmlToXml, xmlText } from '../wap/wbxml/index.js';
import { headerValues } from '../wap/wsp/index.js';
import type { PageRequest } from './browser/context.js';
import type { Answer, Fetcher } from './fetcher.js';
import { charsetOf, mediaType } from './media.js';

/** Subordinate proxies known at a time: §9.3.2 lets one go for another. A shop, a bank and two more. */
export const SUBORDINATE_PROXIES_MAX = 4;

/** Addresses remembered that came from subordinate proxies: a few decks' worth; the oldest is forgotten first. */
export const SECURE_URLS_MAX = 512;

/** The user agent's own answer where it refuses a navigation document: §9.2. */
const FORBIDDEN = 403;

export interface NavigationOptions {
  /** The way over the master pull proxy; answers come with how long they are good. */
  readonly master: Fetcher;
  /** A way to a subordinate proxy, over WTLS, that does not answer where the proxy's certificate names another (§9.4). */
  readonly open: (proxy: LogicalProxy) => Fetcher;
  readonly clock: Clock;
  /** The document at this address must not be used again. */
  readonly forget: (url: string) => void;
  /** Told in words what came of a navigation document (§9.2). */
  readonly tell?: (text: string) => void;
}

/** A proxy of the active configuration context, that was discovered. */
interface Subordinate extends LogicalProxy {
  readonly domain: string;
  readonly fetcher: Fetcher;
  /** Of the navigation document. */
  readonly url: string;
  readonly expires: Millis;
}

/**
 * Sends each request over the proxy that is responsible for it, and adds a proxy where a navigation document says so. An address that
 * came from a subordinate proxy is never sent over another (§9.6).
 */
export function navigatingFetcher(options: NavigationOptions): Fetcher {
  const { master, clock } = options;
  const subordinates = new Map<string, Subordinate>();
  /** Addresses of what came over a subordinate proxy. */
  const pages = new Bounded(SECURE_URLS_MAX);
  /** Addresses that stood in such pages and were followed. */
  const received = new Bounded(SECURE_URLS_MAX);

  function remove(proxy: Subordinate): void {
    if (subordinates.get(key(proxy.domain)) !== proxy) return;
    subordinates.delete(key(proxy.domain));
    options.forget(proxy.url);
    proxy.fetcher.close().catch(() => {});
  }

  function select(url: URL): Subordinate | undefined {
    for (const proxy of subordinates.values()) if (proxy.expires <= clock.now()) remove(proxy);
    return selectProxies([...subordinates.values()], url)[0];
  }

  function add(document: NavigationDocument, url: string, expires: Millis): Subordinate {
    const { proxy, domain } = document;
    const old = subordinates.get(key(domain));
    if (old !== undefined && sameDomain(old.domain, domain)) remove(old);
    for (const oldest of subordinates.values()) {
      if (subordinates.size < SUBORDINATE_PROXIES_MAX) break;
      remove(oldest);
    }
    const subordinate = { ...proxy, domain, url, expires, fetcher: options.open(proxy) };
    subordinates.set(key(domain), subordinate);
    return subordinate;
  }

  async function over(proxy: Subordinate, request: PageRequest, signal: AbortSignal): Promise<Answer> {
    const answer = await proxy.fetcher.fetch(request, signal);
    pages.add(request.url);
    if (closes(answer)) remove(proxy);
    // §9.2: only a master pull proxy may send a navigation document.
    return isNavigation(answer) ? refused(answer, 'it does not come from the master pull proxy') : answer;
  }

  function refused(answer: Answer, why: string): Answer {
    options.tell?.(`navigation document refused: ${why}`);
    return { status: FORBIDDEN, headers: [], contentType: '', body: answer.body.subarray(0, 0) };
  }

  async function navigate(request: PageRequest, answer: Answer, signal: AbortSignal): Promise<Answer> {
    const expires = answer.freshness?.staleFrom ?? clock.now();
    if (expires <= clock.now()) return refused(answer, 'it has expired');
    let document: NavigationDocument;
    try {
      document = navigationOf(answer);
    } catch (error) {
      if (error instanceof DecodeError) return refused(answer, error.rule);
      throw error;
    }
    const proxy = add(document, request.url, expires);
    options.tell?.(`secure proxy: ${proxy.name} for ${proxy.domain || 'all addresses'}`);
    if (proxy.startpage === undefined) return over(proxy, request, signal);
    const url = proxy.startpage;
    return { ...(await over(proxy, { ...request, url }, signal)), url };
  }

  return {
    async fetch(request, signal) {
      const url = new URL(request.url);
      const secure = received.has(request.url) || (request.from !== undefined && pages.has(request.from));
      const proxy = select(url);
      if (secure) {
        if (proxy === undefined || !securityMatch(proxy.domain, url))
          throw new Error(
            `The security information for ${url.host} has expired. Begin again at the service's first page.`,
          );
        received.add(request.url);
      }
      if (proxy !== undefined) return over(proxy, request, signal);
      const answer = await master.fetch(request, signal);
      return isNavigation(answer) ? navigate(request, answer, signal) : answer;
    },
    async close() {
      const open = [...subordinates.values()];
      subordinates.clear();
      await Promise.all([master.close(), ...open.map(({ fetcher }) => fetcher.close())]);
    },
  };
}

function key(domain: string): string {
  return domain.trim().toLowerCase();
}

/** §9.2: the status, too, makes a document one of navigation. */
function isNavigation({ status, contentType }: Answer): boolean {
  const type = mediaType(contentType);
  return status === 300 && (type === connectivityMediaTypes.binary || type === connectivityMediaTypes.text);
}

function navigationOf({ contentType, body }: Answer): NavigationDocument {
  const tokenised = mediaType(contentType) === connectivityMediaTypes.binary;
  return decodeNavigation(tokenised ? wbxmlToXml(body) : xmlText(body, charsetOf(contentType)));
}

/** §9.5. */
function closes({ headers }: Answer): boolean {
  return headerValues(headers, 'X-Wap-Security').some(
    (value) => value.trim().toLowerCase() === 'close-subordinate',
  );
}

/** A set that forgets its oldest member. */
class Bounded {
  readonly #members = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  has(member: string): boolean {
    return this.#members.has(member);
  }

  add(member: string): void {
    this.#members.delete(member);
    this.#members.add(member);
    const [oldest] = this.#members;
    if (this.#members.size > this.#most && oldest !== undefined) this.#members.delete(oldest);
  }
}
