/** The push queue for the console's page: looked at directly, and cancelled as an initiator would, over PAP. */
import { randomBytes } from 'node:crypto';
import type { Scheduler } from '../../bearer/index.js';
import type { ConsoleQueue } from '../../console/queue.js';
import type { Gateway } from '../../gateway/gateway.js';
import { httpClient } from '../../gateway/http.js';
import { origins } from '../../gateway/origins.js';
import { papClient } from '../../gateway/ppg/client.js';

/** How long the push proxy may take to answer, in ms. */
const TIMEOUT = 10_000;

/** The queue of a gateway; `undefined` where it has no push proxy. */
export function queueOf({ pushQueue, papUrl }: Gateway, scheduler: Scheduler): ConsoleQueue | undefined {
  if (pushQueue === undefined || papUrl === undefined) return undefined;
  return {
    newest: pushQueue.newest,
    watch: pushQueue.watch,
    async cancel(pushId) {
      const http = httpClient({ origins: origins({}), scheduler, timeout: TIMEOUT, maxBody: 1_000_000 });
      try {
        const random = { octets: (count: number) => randomBytes(count) };
        const client = papClient({ http, url: papUrl, random });
        const answer = await client.ask({ type: 'cancel-message', pushId, addresses: [] });
        if (answer.type !== 'cancel-response') return `${pushId}: the answer is a ${answer.type}`;
        const results = answer.results.map(({ code, desc, addresses }) => {
          const recipients = addresses.length === 1 ? '1 recipient' : `${addresses.length} recipients`;
          return `${code} ${desc ?? ''} for ${recipients}`;
        });
        return `Cancelling ${pushId}: ${results.join(', ')}`;
      } finally {
        http.close();
      }
    },
  };
}
