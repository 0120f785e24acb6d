/** Resources over short messages: connectionless WSP (WAP-230-WSP §6.4) to a gateway's number, repeated by the user agent as long as it cares. */
import { type Driver, drive, type Scheduler, type SmsPort } from '../bearer/index.js';
import type { Endpoint } from '../wap/address.js';
import { ProtocolError } from '../wap/errors.js';
import type { Management, Observe } from '../wap/layer.js';
import { units } from '../wap/stack.js';
import { type Millis, seconds } from '../wap/time.js';
import { type Header, headerValue, type UnitIndication, type UnitRequest } from '../wap/wsp/index.js';
import type { PageRequest } from './browser/context.js';
import type { Answer, Fetcher } from './fetcher.js';
import { handshakeFailure, type SecuredPort } from './security.js';

/** A request without its result is sent again: the base retry interval of WTP on this bearer (WAP-224 Appendix A). */
export const REPEAT_AFTER: Millis = seconds(60);
const REPEATS = 4;

/** Transaction ids: WAP-230 §8.2.1. */
const TRANSACTION_IDS = 256;

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

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export function smsFetcher(options: SmsFetcherOptions): Fetcher {
  const { port, gateway, scheduler, secured } = options;
  const waiting = new Map<number, Waiting>();
  let next = 0;

  function deliver(indication: UnitIndication): void {
    if (indication.type !== 'S-Unit-MethodResult.ind') return;
    const { transactionId, status, responseHeaders: headers, responseBody: body } = indication;
    const contentType = headerValue(headers, 'Content-Type') ?? '';
    const wtlsClass = secured?.information({ local: port.local, remote: gateway })?.wtlsClass;
    waiting
      .get(transactionId)
      ?.resolve({ status, headers, body, contentType, ...(wtlsClass && { wtlsClass }) });
  }

  /** Without a connection there is no use in waiting. */
  function manage(news: Management): void {
    options.manage?.(news);
    const failure = handshakeFailure(news);
    if (failure !== undefined) for (const { reject } of [...waiting.values()]) reject(failure);
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
    deliver,
    manage,
    ...(options.observe && { observe: options.observe }),
  });

  function freeId(): number {
    do next = (next + 1) % TRANSACTION_IDS;
    while (waiting.has(next));
    return next;
  }

  function invoke({ method, url, headers, body }: PageRequest, transactionId: number): void {
    driver.request({
      type: 'S-Unit-MethodInvoke.req',
      peers: { local: port.local, remote: gateway },
      transactionId,
      method,
      requestUri: url,
      requestHeaders: [...options.headers, ...headers],
      requestBody: body ?? new Uint8Array(0),
    });
  }

  return {
    fetch(request, signal) {
      if (waiting.size >= TRANSACTION_IDS) return Promise.reject(failure('too many requests are under way'));
      const transactionId = freeId();
      return new Promise<Answer>((resolve, reject) => {
        let cancel = () => {};
        const giveUp = () => waiting.get(transactionId)?.reject(failure('given up'));
        const end = () => {
          cancel();
          signal.removeEventListener('abort', giveUp);
          waiting.delete(transactionId);
        };
        waiting.set(transactionId, {
          resolve: (answer) => {
            end();
            resolve(answer);
          },
          reject: (error) => {
            end();
            reject(error);
          },
        });
        signal.addEventListener('abort', giveUp, { once: true });
        const send = (left: number) => {
          invoke(request, transactionId);
          cancel = scheduler.schedule(REPEAT_AFTER, () => {
            if (left > 0) send(left - 1);
            else waiting.get(transactionId)?.reject(failure('no answer came'));
          });
        };
        if (signal.aborted) giveUp();
        else send(REPEATS);
      });
    },
    async close() {
      for (const { reject } of [...waiting.values()]) reject(failure('closed'));
      await driver.close();
    },
  };
}

function failure(rule: string): ProtocolError {
  return new ProtocolError('WSP', 'REQUESTING', rule);
}
