/** A handset that is switched on: the terminal with its card, its way to a gateway, and its ear for pushes. */
import {
  type Bearer,
  type Driver,
  drive,
  openUdp,
  type Scheduler,
  type Sighting,
  smsNumber,
  tap,
} from '../bearer/index.js';
import type { Management, Observe } from '../wap/layer.js';
import { ports } from '../wap/ports.js';
import type { Random } from '../wap/random.js';
import { type StackOptions, units } from '../wap/stack.js';
import type { ObserveApdu, Transmit } from '../wap/wim/index.js';
import { type Header, headerValue, type UnitIndication, type UnitRequest } from '../wap/wsp/index.js';
import { openWapClient, type WapClient, type WapClientOptions } from './fetch.js';
import type { Fetcher } from './fetcher.js';
import type { BiometricSensor } from './sensor.js';
import type { SignTextPrompt } from './sign-text.js';
import { signWithCard } from './sign-view.js';
import { smsFetcher } from './sms.js';
import { Terminal, type TerminalEvent } from './terminal.js';

/** The way of its datagrams: UDP. */
export interface PhoneOnUdp {
  /** Its own address; pushes come to `pushPort` there. */
  readonly host: string;
  readonly pushPort: number;
  readonly gateway: { readonly host: string; readonly port: number };
  readonly sms?: never;
}

/** The way of its datagrams: short messages. Ports are the registered ones. */
export interface PhoneOnSms {
  readonly sms: {
    /** Bound under the phone's number; the phone closes it. */
    readonly bearer: Bearer;
    /** The gateway's number. */
    readonly gateway: string;
  };
}

export type PhoneOptions = (PhoneOnUdp | PhoneOnSms) & PhoneParts;

export interface PhoneParts {
  readonly msisdn?: string;
  readonly card?: Transmit;
  /** A sensor, whose captures may stand in for PINs where the card has somebody enrolled. */
  readonly sensor?: BiometricSensor;
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** Sees every datagram in both directions. */
  readonly tap?: (sighting: Sighting) => void;
  readonly observe?: Observe;
  readonly manage?: (news: Management) => void;
  readonly watch?: (event: TerminalEvent) => void;
  readonly prompted?: (prompt: SignTextPrompt) => void;
  readonly apdu?: ObserveApdu;
}

export interface Phone {
  readonly terminal: Terminal;
  close(): Promise<void>;
}

/** Static headers of the session: what this handset can show, said once with Connect (WAP-236 §7.5.1). */
const handset: readonly Header[] = [
  { name: 'Accept', value: 'application/vnd.wap.wmlc' },
  { name: 'Accept', value: 'application/vnd.wap.wmlscriptc' },
  { name: 'Accept', value: 'text/plain' },
  { name: 'Accept-Charset', value: 'utf-8' },
  { name: 'Accept-Language', value: 'en' },
  { name: 'User-Agent', value: 'wapstack/0.1' },
];

/** Where pushes come in, where resources come from, and what ends both. */
interface Ways {
  readonly ear: Bearer;
  readonly sms?: NonNullable<StackOptions['sms']>;
  readonly fetcher: (onPush: NonNullable<WapClientOptions['onPush']>) => Fetcher;
  close(): Promise<void>;
}

/** The port of requests over short messages: the first that is nobody's (RFC 6335). */
const REQUEST_PORT = 49_152;

async function udpWays({ host, pushPort, gateway }: PhoneOnUdp, parts: PhoneParts): Promise<Ways> {
  const ear = await openUdp({ host, port: pushPort });
  return {
    ear: parts.tap === undefined ? ear : tap(ear, parts.scheduler, parts.tap),
    fetcher: (onPush) =>
      sessionFetcher({
        gateway,
        mode: 'co',
        local: { host },
        headers: handset,
        random: parts.random,
        scheduler: parts.scheduler,
        ...(parts.tap && { tap: parts.tap }),
        ...(parts.observe && { observe: parts.observe }),
        ...(parts.manage && { manage: parts.manage }),
        onPush,
      }),
    close: () => ear.close(),
  };
}

function smsWays({ sms: { bearer, gateway } }: PhoneOnSms, parts: PhoneParts): Ways {
  const number = smsNumber(parts.tap === undefined ? bearer : tap(bearer, parts.scheduler, parts.tap), false);
  const ear = number.port(ports.push);
  const port = number.port(REQUEST_PORT);
  return {
    ear,
    sms: ear.sms,
    fetcher: () =>
      smsFetcher({
        port,
        gateway: { bearer: 'GSM SMS', address: gateway, port: ports.connectionless },
        headers: handset,
        scheduler: parts.scheduler,
        ...(parts.observe && { observe: parts.observe }),
        ...(parts.manage && { manage: parts.manage }),
      }),
    close: () => bearer.close(),
  };
}

/** Switches a handset on; rejects where its push port is not to be had. */
export async function startPhone(options: PhoneOptions): Promise<Phone> {
  const { scheduler, random, card, msisdn, watch } = options;
  const ways = options.sms === undefined ? await udpWays(options, options) : smsWays(options, options);
  const terminal = new Terminal({
    fetcher: ways.fetcher((push) => terminal.receivePush(push.headers, push.body)),
    scheduler,
    random,
    ...(msisdn !== undefined && { msisdn }),
    ...(watch && { observe: watch }),
    ...(card && {
      signText: signWithCard({
        transmit: card,
        clock: scheduler,
        ...(options.apdu && { observe: options.apdu }),
        ...(options.sensor && { sensor: options.sensor }),
        ...(options.prompted && { prompted: options.prompted }),
      }),
    }),
  });
  const driver: Driver<UnitRequest> = drive({
    stack: units({
      local: ways.ear.local,
      ...(ways.sms && { sms: ways.sms }),
      ...(options.observe && { observe: options.observe }),
    }),
    bearer: ways.ear,
    scheduler,
    deliver(indication: UnitIndication) {
      if (indication.type === 'S-Unit-Push.ind') {
        terminal.receivePush(indication.pushHeaders, indication.pushBody);
      }
    },
    ...(options.observe && { observe: options.observe }),
    ...(options.manage && { manage: options.manage }),
  });
  return {
    terminal,
    async close() {
      await terminal.close();
      await driver.close();
      await ways.close();
    },
  };
}

/** Resources over one session, that is opened when the first is asked for and again when it has ended. */
export function sessionFetcher(options: WapClientOptions): Fetcher {
  let opening: Promise<WapClient> | undefined;

  function client(): Promise<WapClient> {
    opening ??= openWapClient({
      ...options,
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
    async fetch({ method, url, headers, body }, signal) {
      const session = await client();
      const response = await session.request({ method, url, headers, ...(body && { body }) }, signal);
      return { ...response, contentType: headerValue(response.headers, 'Content-Type') ?? '' };
    },
    async close() {
      const open = opening;
      opening = undefined;
      const session = await open?.catch(() => undefined);
      await session?.close();
    },
  };
}
