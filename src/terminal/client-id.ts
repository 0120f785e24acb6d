/** The handset says who it is, to a gateway that asks: its Client ID is the user name of proxy authentication (WAP-196 §6.4). */
import { type ClientId, encodeClientId } from '../wap/client-id/index.js';
import { concat, encodeUtf8, toBase64 } from '../wap/octets.js';
import { headerValues } from '../wap/wsp/index.js';
import type { Fetcher } from './fetcher.js';

/** What the gateway gets to know; nobody else does. */
export interface ClientIdentity {
  readonly id: ClientId;
  readonly password: string;
}

/** A fetcher that shows the Client ID once the gateway has asked for it (RFC 2617 §2): no other gateway learns it. */
export function identifiedFetcher(fetcher: Fetcher, { id, password }: ClientIdentity): Fetcher {
  const pair = concat([encodeClientId(id), encodeUtf8(`:${password}`)]);
  const shown = { name: 'Proxy-Authorization', value: `Basic ${toBase64(pair)}` };
  let asked = false;
  return {
    async fetch(request, signal) {
      const identified = { ...request, headers: [...request.headers, shown] };
      if (asked) return fetcher.fetch(identified, signal);
      const answer = await fetcher.fetch(request, signal);
      const basic = headerValues(answer.headers, 'Proxy-Authenticate').some((value) =>
        /(?:^|,)\s*basic\b/i.test(value),
      );
      if (answer.status !== 407 || !basic) return answer;
      asked = true;
      return fetcher.fetch(identified, signal);
    },
    close: () => fetcher.close(),
  };
}
