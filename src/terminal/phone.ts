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
import { errorText } from '../wap/errors.js';
import type { Management, Observe } from '../wap/layer.js';
import { ports } from '../wap/ports.js';
import {
  type ApplicationId,
  applicationIds,
  applicationOf,
  applicationUri,
  decodeSia,
  wmlUserAgent,
} from '../wap/push/index.js';
import type { Random } from '../wap/random.js';
import { type StackOptions, units } from '../wap/stack.js';
import type { ObserveApdu, Transmit } from '../wap/wim/index.js';
import { type Header, headerValue, type UnitIndication, type UnitRequest } from '../wap/wsp/index.js';
import type { SessionFacts } from '../wta/index.js';
import { type ClientIdentity, identifiedFetcher } from './client-id.js';
import { openWapClient, type WapClient, type WapClientOptions } from './fetch.js';
import type { Fetcher } from './fetcher.js';
import { differenceHeaders, keepsProfiles, type ProfileReference, profileHeader } from './profile.js';
import type { TerminalSecurity } from './security.js';
import type { SignTextPrompt } from './sign-text.js';
import { signWithCard } from './sign-view.js';
import { smsFetcher } from './sms.js';
import { Terminal, type TerminalEvent } from './terminal.js';
import { factsOf, type WtaSession } from './wta/session.js';
import type { TelephonyOptions } from './wta/telephony.js';

/** The way of its datagrams: UDP. */
export interface PhoneOnUdp {
  /** Its own address; pushes come to `pushPort` there. */
  readonly host: string;
  readonly pushPort: number;
  readonly gateway: { readonly host: string; readonly port: number };
  readonly telephony?: PhoneTelephony;
  readonly sms?: never;
}

/** Its telephone line, and the way to WTA services: a gateway that is trusted, over WTLS (WAP-266 §5.5, §6.1.1). */
export interface PhoneTelephony extends Omit<TelephonyOptions, 'session' | 'isTrusted'> {
  readonly gateway: { readonly host: string; readonly port: number };
  readonly security: TerminalSecurity;
}

/** The way of its datagrams: short messages. Ports are the registered ones. */
export interface PhoneOnSms {
  readonly sms: {
    /** Bound under the phone's number; the phone closes it. */
    readonly bearer: Bearer;
    /** The gateway's number. */
    readonly gateway: string;
  };
  readonly telephony?: never;
}

export type PhoneOptions = (PhoneOnUdp | PhoneOnSms) & PhoneParts;

export interface PhoneParts {
  readonly msisdn?: string;
  readonly card?: Transmit;
  /** What it says to a gateway that asks who it is. */
  readonly identity?: ClientIdentity;
  /** Where its user agent profile is, and what is otherwise (WAP-248). */
  readonly profile?: ProfileReference;
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

/** The same of the WTA user agent, and that pushes for it are taken on its session (WAP-235 §6.1.2). */
const services: readonly Header[] = [
  { name: 'Accept-Application', value: 'x-wap-application:wta.ua' },
  { name: 'Accept', value: 'application/x-wap-wta-wmlc' },
  { name: 'Accept', value: 'application/vnd.wap.channelc' },
  ...handset,
];

/** Where pushes come in, where resources come from, and what ends both. */
interface Ways {
  readonly ear: Bearer;
  readonly sms?: NonNullable<StackOptions['sms']>;
  readonly fetcher: (onPush: OnPush) => Fetcher & Partial<SessionFetcher>;
  /** WTA sessions, where there is a telephone. */
  readonly services?: (onPush: OnPush) => SessionFetcher;
  close(): Promise<void>;
}

type OnPush = NonNullable<WapClientOptions['onPush']>;

/** The port of requests over short messages: the first that is nobody's (RFC 6335). */
const REQUEST_PORT = 49_152;

async function udpWays({ host, pushPort, gateway, telephony }: PhoneOnUdp, parts: PhoneParts): Promise<Ways> {
  const ear = await openUdp({ host, port: pushPort });
  const common = {
    mode: 'co',
    local: { host },
    random: parts.random,
    scheduler: parts.scheduler,
    ...(parts.tap && { tap: parts.tap }),
    ...(parts.observe && { observe: parts.observe }),
    ...(parts.manage && { manage: parts.manage }),
  } as const;
  const profiled = parts.profile ? { profile: parts.profile } : {};
  return {
    ear: parts.tap === undefined ? ear : tap(ear, parts.scheduler, parts.tap),
    fetcher: (onPush) => sessionFetcher({ ...common, gateway, headers: handset, ...profiled, onPush }),
    ...(telephony && {
      services: (onPush: OnPush) =>
        sessionFetcher({
          ...common,
          gateway: telephony.gateway,
          security: telephony.security,
          headers: services,
          onPush,
        }),
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
        headers: [
          ...handset,
          ...(parts.profile ? [profileHeader(parts.profile), ...differenceHeaders(parts.profile)] : []),
        ],
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
  const fetcher = ways.fetcher(({ headers, body }) => taken(headers, body));
  const wta = ways.services?.(({ headers, body }) => taken(headers, body, session?.facts()));
  const session = wta && wtaSession(wta);
  const { telephony } = options;

  /** WAP-235 §8: a session initiation opens the sessions that it asks for; everything else is for the terminal. */
  function taken(headers: readonly Header[], body: Uint8Array, facts?: SessionFacts): void {
    if (applicationOf({ headers, body }) !== applicationIds['x-wap-application:push.sia']) {
      terminal.receivePush(headers, body, facts);
      return;
    }
    initiate(body).catch((error: unknown) => watch?.({ type: 'failed', text: `push: ${errorText(error)}` }));
  }

  /** Only with the gateways that this phone knows: whoever names another one is not followed. */
  async function initiate(body: Uint8Array): Promise<void> {
    const { applications, contactPoints } = decodeSia(body);
    const wanted = (application: ApplicationId): boolean => applications.some((id) => id === application);
    const named = contactPoints.map(({ portNumber }) => portNumber);
    watch?.({ type: 'session asked for', applications: applications.map(applicationUri), ports: named });
    if (wanted(applicationIds['x-wap-application:wta.ua'])) await session?.open();
    if (wanted(wmlUserAgent) || wanted(applicationIds['x-wap-application:*'])) await fetcher.open?.();
  }

  const terminal: Terminal = new Terminal({
    fetcher: options.identity === undefined ? fetcher : identifiedFetcher(fetcher, options.identity),
    ...(telephony &&
      session && {
        telephony: {
          ...telephony,
          session,
          isTrusted: (gateway: string) => gateway === telephony.gateway.host,
        },
      }),
    synchronised: true,
    scheduler,
    random,
    ...(msisdn !== undefined && { msisdn }),
    ...(watch && { observe: watch }),
    ...(card && {
      signText: signWithCard({
        transmit: card,
        clock: scheduler,
        ...(options.apdu && { observe: options.apdu }),
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
        taken(indication.pushHeaders, indication.pushBody);
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

/** A session that resources come over. */
export interface SessionFetcher extends Fetcher {
  /** Opens it where it is not open. */
  open(): Promise<WapClient>;
}

/** The WTA session of the telephone: WAP-266 §6.1. */
function wtaSession(session: SessionFetcher): WtaSession {
  let client: WapClient | undefined;
  return {
    fetcher: session,
    async open() {
      client = await session.open();
      return factsOf(client);
    },
    facts: () => client && factsOf(client),
  };
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
