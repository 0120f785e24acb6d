/**
 * A session with the gateway over short messages, for the pushes that it asks the handset to open one for: WAP-235 §8. Requests stay
 * connectionless there: a session would cost them messages and gain them nothing.
 */
import { type Driver, drive, type Scheduler, type SmsPort } from '../bearer/index.js';
import type { Endpoint } from '../wap/address.js';
import { ProtocolError } from '../wap/errors.js';
import type { Management, Observe } from '../wap/layer.js';
import type { Random } from '../wap/random.js';
import { sessions } from '../wap/stack.js';
import type { Header, SessionHandle, SessionIndication, SessionRequest } from '../wap/wsp/index.js';

export interface SmsSessionOptions {
  readonly port: SmsPort;
  /** The gateway's number, and the port of its session service. */
  readonly gateway: Endpoint;
  /** Said with Connect. */
  readonly headers: readonly Header[];
  readonly onPush: (push: { readonly headers: readonly Header[]; readonly body: Uint8Array }) => void;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly observe?: Observe;
  readonly manage?: (news: Management) => void;
}

/** A session that is opened when somebody asks for one. */
export interface SmsSession {
  /** Resolves when it is open. A gateway that asks again has forgotten it: then it is opened anew. */
  open(): Promise<void>;
  close(): Promise<void>;
}

export function smsSession(options: SmsSessionOptions): SmsSession {
  const { port, gateway, headers, random } = options;
  let opened = 0;
  /** The session that is open, or is being opened. */
  let current: SessionHandle | undefined;
  let opening: { readonly promise: Promise<void>; end(error?: Error): void } | undefined;

  function deliver(indication: SessionIndication): void {
    if (indication.session !== current) return;
    switch (indication.type) {
      case 'S-Connect.cnf':
        opening?.end();
        break;
      case 'S-Push.ind':
        options.onPush({ headers: indication.pushHeaders, body: indication.pushBody });
        break;
      case 'S-ConfirmedPush.ind': {
        const { session, clientPushId, pushHeaders, pushBody } = indication;
        options.onPush({ headers: pushHeaders, body: pushBody });
        driver.request({ type: 'S-ConfirmedPush.res', session, clientPushId });
        break;
      }
      case 'S-Disconnect.ind':
        current = undefined;
        opening?.end(failure(`the session was ended: ${indication.reasonCode}`));
        break;
    }
  }

  const driver: Driver<SessionRequest> = drive({
    stack: sessions({
      local: port.local,
      sms: port.sms,
      session: { random },
      transaction: { random },
      ...(options.observe && { observe: options.observe }),
    }),
    bearer: port,
    scheduler: options.scheduler,
    deliver,
    ...(options.observe && { observe: options.observe }),
    ...(options.manage && { manage: options.manage }),
  });

  function connect(): Promise<void> {
    const session: SessionHandle = `C${++opened}`;
    current = session;
    let end: (error?: Error) => void = () => undefined;
    const promise = new Promise<void>((resolve, reject) => {
      end = (error) => {
        opening = undefined;
        if (error === undefined) resolve();
        else reject(error);
      };
    });
    opening = { promise, end };
    driver.request({
      type: 'S-Connect.req',
      session,
      peers: { local: port.local, remote: gateway },
      clientHeaders: headers,
      requestedCapabilities: { protocolOptions: ['Push', 'Confirmed Push'] },
    });
    return promise;
  }

  function disconnect(): void {
    if (current === undefined) return;
    driver.request({ type: 'S-Disconnect.req', session: current, reasonCode: 200 });
    current = undefined;
  }

  return {
    open() {
      if (opening !== undefined) return opening.promise;
      disconnect();
      return connect();
    },
    async close() {
      opening?.end(failure('the handset is switched off'));
      disconnect();
      await driver.close();
    },
  };
}

function failure(rule: string): ProtocolError {
  return new ProtocolError('WSP', 'CONNECTING', rule);
}
