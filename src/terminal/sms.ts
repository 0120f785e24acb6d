/** Resources over short messages: connectionless WSP (WAP-230-WSP §6.4) to a gateway's number, repeated by the user agent as long as it cares. */
import { type Driver, drive, type Scheduler, type SmsPort } from '../bearer/index.js';
import type { Endpoint, Peers } from '../wap/address.js';
import type { Management, Observe } from '../wap/layer.js';
import { units } from '../wap/stack.js';
import { type Millis, seconds } from '../wap/time.js';
import { type Header, headerValue, type UnitIndication, type UnitRequest } from '../wap/wsp/index.js';
import type { Fetcher } from './fetcher.js';
import { handshakeFailure, type SecuredPort } from './security.js';
import { unitRequests } from './unit-requests.js';

/** A request without its result is sent again: the base retry interval of WTP on this bearer (WAP-224 Appendix A). */
export const REPEAT_AFTER: Millis = seconds(60);
const REPEATS = 4;

export interface SmsFetcherOptions {
  readonly port: SmsPort;
  /** The gateway's number, and the port of its connectionless service. */
  readonly gateway: Endpoint;
  /** Part of every request. */
  readonly headers: readonly Header[];
  readonly scheduler: Scheduler;
  /** Over WTLS, to the gateway's port for that. */
  readonly secured?: SecuredPort;
  readonly observe?: Observe;
  readonly manage?: (news: Management) => void;
}

export function smsFetcher(options: SmsFetcherOptions): Fetcher {
  const { port, gateway, scheduler, secured } = options;
  const peers: Peers = { local: port.local, remote: gateway };
  const requests = unitRequests({
    scheduler,
    peers,
    request: (primitive) => driver.request(primitive),
    headers: options.headers,
    timeout: (REPEATS + 1) * REPEAT_AFTER,
    repeats: REPEATS,
    repeatAfter: REPEAT_AFTER,
  });

  /** Without a connection there is no use in waiting. */
  function manage(news: Management): void {
    options.manage?.(news);
    const failure = handshakeFailure(news);
    if (failure !== undefined) requests.rejectAll(failure);
  }

  const driver: Driver<UnitRequest> = drive({
    stack: units({
      local: port.local,
      sms: port.sms,
      ...(secured && { security: secured.layer }),
      ...(options.observe && { observe: options.observe }),
    }),
    bearer: port,
    scheduler,
    deliver: (indication: UnitIndication) => requests.deliver(indication),
    manage,
    ...(options.observe && { observe: options.observe }),
  });

  return {
    async fetch(request, signal) {
      const response = await requests.start(request, signal);
      const contentType = headerValue(response.headers, 'Content-Type') ?? '';
      const wtlsClass = secured?.information(peers)?.wtlsClass;
      return { ...response, contentType, ...(wtlsClass && { wtlsClass }) };
    },
    async close() {
      requests.close();
      await driver.close();
    },
  };
}
