/** Requests of the connectionless service. It repeats nothing by itself; the user agent does, as long as it cares (WAP-230-WSP §6.4.1). */
import type { Scheduler } from '../bearer/index.js';
import type { Peers } from '../wap/address.js';
import type { Millis } from '../wap/time.js';
import type { EncodingVersion, Header, UnitIndication, UnitRequest } from '../wap/wsp/index.js';
import { Exchanges } from './exchanges.js';
import type { WapRequest, WapResponse } from './fetch.js';

export interface UnitRequestsOptions {
  readonly scheduler: Scheduler;
  readonly peers: Peers;
  /** Hands a primitive to the session layer. */
  readonly request: (primitive: UnitRequest) => void;
  /** Part of every request. */
  readonly headers: readonly Header[];
  /** Without an answer for so long, a request is given up. */
  readonly timeout: Millis;
  readonly repeats: number;
  readonly repeatAfter: Millis;
}

export interface UnitRequests {
  /** Rejects with `ProtocolError` where no answer came, also when the signal aborts. */
  start(request: WapRequest, signal?: AbortSignal): Promise<WapResponse>;
  /** Takes what the session layer delivers. */
  deliver(indication: UnitIndication): void;
  /** Ends what is under way, and what waits. */
  rejectAll(error: Error): void;
  close(): void;
}

/** Transaction ids (WAP-230 §8.2.1); with half of them under way, none comes again before its late answer has. */
const TRANSACTION_IDS = 256;
const UNDER_WAY = TRANSACTION_IDS / 2;

const NO_BODY = new Uint8Array(0);

export function unitRequests(options: UnitRequestsOptions): UnitRequests {
  const { scheduler, peers, repeats, repeatAfter } = options;
  const exchanges = new Exchanges(scheduler, options.timeout, TRANSACTION_IDS, UNDER_WAY);
  /** What the gateway speaks, once it has said something. */
  let encodingVersion: EncodingVersion | undefined;

  return {
    start: ({ method, url, headers = [], body = NO_BODY }, signal) =>
      exchanges.start(signal, (transactionId) => {
        let cancel = () => {};
        const send = (left: number) => {
          options.request({
            type: 'S-Unit-MethodInvoke.req',
            peers,
            transactionId,
            method,
            requestUri: url,
            requestHeaders: [...options.headers, ...headers],
            requestBody: body,
            ...(encodingVersion !== undefined && { encodingVersion }),
          });
          if (left > 0) cancel = scheduler.schedule(repeatAfter, () => send(left - 1));
        };
        send(repeats);
        // An order to repeat that outlived its request would hold the process, and repeat under an id that is another's by then.
        return { over: () => cancel() };
      }),
    deliver(indication) {
      if (indication.type !== 'S-Unit-MethodResult.ind') return;
      const { transactionId, status, responseHeaders, responseBody } = indication;
      encodingVersion = indication.encodingVersion;
      exchanges.answer(transactionId, { status, headers: responseHeaders, body: responseBody }, false);
    },
    rejectAll: (error) => exchanges.rejectAll(error),
    close: () => exchanges.failAll('closed'),
  };
}
