/** How the handset gets resources: one exchange at a time through a gateway, over whatever session there is. */
import type { Header } from '../wap/wsp/index.js';
import type { PageRequest } from './browser/context.js';
import type { Content } from './script.js';

export interface Answer extends Content {
  readonly headers: readonly Header[];
}

export interface Fetcher {
  /** Rejects where no answer came. An aborted signal ends the transaction. */
  fetch(request: PageRequest, signal: AbortSignal): Promise<Answer>;
  /** Ends the session, if one is open. */
  close(): Promise<void>;
}

/** Redirects in a row; one more is a loop (RFC 2616 §10.3 speaks of five). */
const REDIRECTS_MAX = 5;

/** The answer at the end of all redirects, and the URL that it stands at. */
export async function follow(
  fetcher: Fetcher,
  request: PageRequest,
  signal: AbortSignal,
): Promise<{ readonly answer: Answer; readonly url: string }> {
  let next = request;
  for (let i = 0; i <= REDIRECTS_MAX; i++) {
    const answer = await fetcher.fetch(next, signal);
    const location = answer.headers.find((header) => header.name.toLowerCase() === 'location')?.value;
    const redirected = [301, 302, 303, 307].includes(answer.status) && location !== undefined;
    if (!redirected || !URL.canParse(location, next.url)) return { answer, url: next.url };
    const url = new URL(location, next.url).href;
    // As every browser does: only a 307 repeats a POST.
    next =
      answer.status === 307
        ? { ...next, url }
        : { method: 'GET', url, headers: withoutContent(next.headers) };
  }
  throw new Error('the server redirects in circles');
}

function withoutContent(headers: readonly Header[]): readonly Header[] {
  return headers.filter((header) => !header.name.toLowerCase().startsWith('content-'));
}
