/**
 * The gateway's services over short messages, at its own number: connectionless WSP, sessions, and pushes, which the message centre keeps
 * until the terminal is there. WAP-159-WDPWCMPAdapt, WAP-249-PPGService §5.1.2.2.
 */
import {
  type Driver,
  type DriverOptions,
  drive,
  type Scheduler,
  type SmppBearer,
  type SmsNumber,
  type SmsPort,
  type Submission,
  smsNumber,
  type Wishes,
} from '../bearer/index.js';
import type { Endpoint } from '../wap/address.js';
import type { Observe } from '../wap/layer.js';
import { ports } from '../wap/ports.js';
import type { Random } from '../wap/random.js';
import { sessions, units } from '../wap/stack.js';
import type { Millis } from '../wap/time.js';
import { LARGEST_DATAGRAM } from '../wap/wdp/index.js';
import type {
  Header,
  SessionIndication,
  SessionRequest,
  UnitIndication,
  UnitRequest,
} from '../wap/wsp/index.js';
import { type SessionPushes, sessionPushes } from './pushes.js';
import { type SessionUser, sessionUser, type UserOptions, unitUser } from './user.js';

/** What the message centre said to the short messages of one push. */
export type SmsPushEnd =
  /** It keeps them all. */
  | { readonly state: 'accepted' }
  /** Not all of them, now. */
  | { readonly state: 'busy'; readonly error: string }
  | { readonly state: 'refused'; readonly error: string };

export interface SmsServiceOptions
  extends Pick<DriverOptions<UnitRequest, UnitIndication>, 'manage' | 'failed'> {
  /** Bound under the gateway's number; the service closes it. */
  readonly bearer: SmppBearer;
  readonly user: UserOptions;
  /** Further services at the number take their ports. */
  readonly opened?: (number: SmsNumber) => void;
  /** A terminal has opened a session. */
  readonly connected: () => void;
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly observe?: Observe;
}

export interface SmsService
  extends Pick<SessionPushes, 'push' | 'confirmedPush'>,
    Pick<SessionUser, 'pushSession' | 'sessionAt' | 'sessions'> {
  /** Where sessions are taken. */
  readonly local: Endpoint;
  /** Sends a push to a terminal's number. @param validity how long the centre is to keep it */
  unitPush(
    number: string,
    pushId: number,
    pushHeaders: readonly Header[],
    pushBody: Uint8Array,
    validity: Millis | undefined,
  ): Promise<SmsPushEnd>;
  close(): Promise<void>;
}

/** Statuses of the centre that a later attempt may not meet: ESME_RSYSERR, ESME_RMSGQFUL, ESME_RTHROTTLED (SMPP 3.4 §5.1.3). */
const passing: readonly number[] = [0x08, 0x14, 0x58];

export function smsService(options: SmsServiceOptions): SmsService {
  const { bearer, scheduler, random, observe } = options;
  const number = smsNumber(bearer, true);
  const common = {
    scheduler,
    ...(options.manage && { manage: options.manage }),
    ...(options.failed && { failed: options.failed }),
    ...(observe && { observe }),
  };
  const unitPort = pushPort(number, bearer);
  const sessionPort = number.port(ports.session);
  options.opened?.(number);

  const unit = unitUser((primitive) => unitDriver.request(primitive), LARGEST_DATAGRAM, options.user);
  const unitDriver: Driver<UnitRequest> = drive({
    ...common,
    bearer: unitPort,
    stack: units({ local: unitPort.local, sms: unitPort.sms, ...(observe && { observe }) }),
    deliver: (indication) => unit.deliver(indication),
  });

  const pushes = sessionPushes((primitive) => sessionDriver.request(primitive));
  const session = sessionUser((primitive) => sessionDriver.request(primitive), random, {
    ...options.user,
    connected: options.connected,
  });
  const sessionDriver: Driver<SessionRequest> = drive({
    ...common,
    bearer: sessionPort,
    stack: sessions({
      local: sessionPort.local,
      sms: sessionPort.sms,
      session: { random },
      transaction: { random },
      ...(observe && { observe }),
    }),
    deliver(indication: SessionIndication) {
      session.deliver(indication);
      pushes.deliver(indication);
    },
  });

  return {
    local: sessionPort.local,
    push: pushes.push,
    confirmedPush: pushes.confirmedPush,
    pushSession: session.pushSession,
    sessionAt: session.sessionAt,
    sessions: session.sessions,
    async unitPush(address, pushId, pushHeaders, pushBody, validity) {
      // Never from within the driver, which would put the messages off until it is done.
      await Promise.resolve();
      const remote: Endpoint = { bearer: 'GSM SMS', address, port: ports.push };
      const wishes = { storeAndForward: true, ...(validity !== undefined && { validity }) };
      const submissions = unitPort.collected(wishes, () => {
        unitDriver.request({
          type: 'S-Unit-Push.req',
          peers: { local: unitPort.local, remote },
          pushId,
          pushHeaders,
          pushBody,
        });
      });
      return endOf(await Promise.all(submissions));
    },
    async close() {
      unit.close();
      session.close();
      await Promise.all([unitDriver.close(), sessionDriver.close()]);
      await bearer.close();
    },
  };
}

interface PushPort extends SmsPort {
  /** What becomes of the short messages that are sent while `act` runs. */
  collected(wishes: Wishes, act: () => void): readonly Promise<Submission>[];
}

/** The connectionless port, which pushes leave from as well. */
function pushPort(number: SmsNumber, bearer: SmppBearer): PushPort {
  const port = number.port(ports.connectionless);
  let collecting: { readonly wishes: Wishes; readonly submissions: Promise<Submission>[] } | undefined;
  return {
    ...port,
    send(datagram) {
      const current = collecting;
      if (current === undefined) port.send(datagram);
      else
        current.submissions.push(new Promise((resolve) => bearer.submit(datagram, current.wishes, resolve)));
    },
    collected(wishes, act) {
      const submissions: Promise<Submission>[] = [];
      collecting = { wishes, submissions };
      try {
        act();
      } finally {
        collecting = undefined;
      }
      return submissions;
    },
  };
}

/** All segments or none: a terminal has no use for some. A push that is too long for the bearer has no messages at all. */
function endOf(submissions: readonly Submission[]): SmsPushEnd {
  if (submissions.length === 0) return { state: 'refused', error: 'it is too long for short messages' };
  for (const submission of submissions) {
    if (submission.state === 'lost') return { state: 'busy', error: submission.error };
    if (submission.state === 'refused') {
      return { state: passing.includes(submission.status) ? 'busy' : 'refused', error: submission.error };
    }
  }
  return { state: 'accepted' };
}
