/** How the handset gets resources: one exchange at a time through a gateway, over whatever session there is. */
import type { Header } from '../wap/wsp/index.js';
import type { PageRequest } from './browser/context.js';
import type { Freshness } from './cache.js';
import type { Content } from './script.js';
import type { WtlsClass } from './security.js';

export interface Answer extends Content {
  readonly headers: readonly Header[];
  /** How long it is good, where somebody has looked. */
  readonly freshness?: Freshness;
  /** Of the WTLS connection that it came over. */
  readonly wtlsClass?: WtlsClass;
  /** Where it stands, where that is not what was asked for. */
  readonly url?: string;
}

export interface Fetcher {
  /** Rejects where no answer came. An aborted signal ends the transaction. */
  fetch(request: PageRequest, signal: AbortSignal): Promise<Answer>;
  /** Ends the session, if one is open. */
  close(): Promise<void>;
}

/** Redirects in a row; one more is a loop (RFC 2616 §10.3 speaks of five). */
const REDIRECTS_MAX = 5;

/** What stands at the end of all redirects. */
export interface Followed {
  readonly answer: Answer;
  /** Where it stands, without fragment. */
  readonly url: string;
  /** The fragment of the last address that had one; `undefined` where no server gave any. */
  readonly fragment: string | undefined;
}

/** Fetches, and goes on to where the servers send the handset. */
export async function follow(fetcher: Fetcher, request: PageRequest, signal: AbortSignal): Promise<Followed> {
  let next = request;
  let fragment: string | undefined;
  for (let i = 0; i <= REDIRECTS_MAX; i++) {
    const answer = await fetcher.fetch(next, signal);
    const location = answer.headers.find((header) => header.name.toLowerCase() === 'location')?.value;
    const redirected = [301, 302, 303, 307].includes(answer.status) && location !== undefined;
    if (!redirected || !URL.canParse(location, next.url))
      return { answer, url: answer.url ?? next.url, fragment };
    const to = new URL(location, next.url);
    if (to.hash !== '') fragment = to.hash.slice(1);
    to.hash = '';
    const url = to.href;
    // As every browser does: only a 307 repeats a POST.
    next =
      answer.status === 307
        ? { ...next, url, from: next.url }
        : { method: 'GET', url, headers: withoutContent(next.headers), from: next.url };
  }
  throw new Error('the server redirects in circles');
}

/**
 * Sends requests the way that their addresses ask for. An https address never goes over a session that is not secure:
 * without a secure one the user hears of it (WAP-236 §7.2.2).
 */
export function schemeFetcher(plain: Fetcher, secure: Fetcher | undefined): Fetcher {
  return {
    async fetch(request, signal) {
      const { protocol } = new URL(request.url);
      if (protocol === 'http:') return plain.fetch(request, signal);
      if (protocol === 'https:' && secure !== undefined) return secure.fetch(request, signal);
      throw new Error(
        protocol === 'https:'
          ? 'There is no secure connection for this address.'
          : `This handset cannot open ${protocol} addresses.`,
      );
    },
    async close() {
      await plain.close();
      await secure?.close();
    },
  };
}

function withoutContent(headers: readonly Header[]): readonly Header[] {
  return headers.filter((header) => !header.name.toLowerCase().startsWith('content-'));
}
