/** HTTP basic authentication: WAP-236 §7.10.1, RFC 2617 §2. */
import { type Header, headerValues } from '../wap/wsp/index.js';
import type { Fetcher } from './fetcher.js';

/** The realm that a 401 asks a name and a password for; `undefined` where it asks in another way. */
export function basicRealm(headers: readonly Header[]): string | undefined {
  for (const challenge of headerValues(headers, 'WWW-Authenticate')) {
    const realm = /^\s*basic\s+(?:.*?[\s,])?realm\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/i.exec(challenge);
    if (realm !== null) return (realm[1] ?? realm[2] ?? '').replace(/\\(.)/g, '$1');
  }
  return undefined;
}

/** Names and passwords that the user has given, as long as the handset is on. */
export class Credentials {
  /** By origin and folder: §2 sends them along to all that lies as deep or deeper. */
  readonly #spaces = new Map<string, string>();

  remember(url: string, name: string, password: string): void {
    this.#spaces.set(folder(url), Buffer.from(`${name}:${password}`, 'utf8').toString('base64'));
  }

  forget(url: string): void {
    this.#spaces.delete(folder(url));
  }

  headers(url: string): readonly Header[] {
    for (const [space, cookie] of this.#spaces) {
      if (url.startsWith(space)) return [{ name: 'Authorization', value: `Basic ${cookie}` }];
    }
    return [];
  }
}

/** A fetcher that shows what the user has given. */
export function authorizedFetcher(fetcher: Fetcher, credentials: Credentials): Fetcher {
  return {
    fetch: (request, signal) =>
      fetcher.fetch(
        { ...request, headers: [...request.headers, ...credentials.headers(request.url)] },
        signal,
      ),
    close: () => fetcher.close(),
  };
}

function folder(url: string): string {
  return new URL('.', url).href;
}
