/** Resources over sessions with a gateway, that are opened when they are needed. */
import { headerValue } from '../wap/wsp/index.js';
import { openWapClient, type WapClient, type WapClientOptions } from './fetch.js';
import type { Fetcher } from './fetcher.js';
import { differenceHeaders, keepsProfiles, type ProfileReference, profileHeader } from './profile.js';

/** A session that resources come over. */
export interface SessionFetcher extends Fetcher {
  /** Opens it where it is not open. */
  open(): Promise<WapClient>;
}

export interface SessionFetcherOptions extends WapClientOptions {
  readonly profile?: ProfileReference;
}

/** Resources over one session, that is opened when the first is asked for and again when it has ended. */
export function sessionFetcher({ profile, ...options }: SessionFetcherOptions): SessionFetcher {
  const said = profile === undefined ? [] : [profileHeader(profile)];
  const difference = profile === undefined ? [] : differenceHeaders(profile);
  let opening: Promise<WapClient> | undefined;

  function client(): Promise<WapClient> {
    opening ??= openWapClient({
      ...options,
      headers: [...(options.headers ?? []), ...said],
      onDisconnect(reason) {
        const ended = opening;
        opening = undefined;
        ended?.then((old) => old.close()).catch(() => {});
        options.onDisconnect?.(reason);
      },
    }).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  }

  return {
    open: client,
    async fetch({ method, url, headers, body }, signal) {
      const session = await client();
      const more = keepsProfiles(session.serverHeaders) ? difference : [];
      const response = await session.request(
        { method, url, headers: [...headers, ...more], ...(body && { body }) },
        signal,
      );
      const wtlsClass = session.security()?.wtlsClass;
      return {
        ...response,
        contentType: headerValue(response.headers, 'Content-Type') ?? '',
        ...(wtlsClass && { wtlsClass }),
      };
    },
    async close() {
      const open = opening;
      opening = undefined;
      const session = await open?.catch(() => undefined);
      await session?.close();
    },
  };
}

/** A fetcher that is made when it is needed for the first time. */
export function lazyFetcher(make: () => Promise<Fetcher>): Fetcher {
  let making: Promise<Fetcher> | undefined;
  let made: Fetcher | undefined;
  let closed = false;

  async function fetcher(): Promise<Fetcher> {
    try {
      const fresh = await make();
      if (!closed) made = fresh;
      else await fresh.close();
      return fresh;
    } catch (error) {
      making = undefined;
      throw error;
    }
  }

  return {
    async fetch(request, signal) {
      if (closed) throw new Error('the handset is switched off');
      making ??= fetcher();
      return (await making).fetch(request, signal);
    },
    async close() {
      // A question that nobody has answered yet is not waited for.
      closed = true;
      await made?.close();
    },
  };
}
