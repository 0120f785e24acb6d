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
import type { Endpoint } from '../wap/address.js';
import { UsageError } from '../wap/errors.js';
import type { Management, Observe } from '../wap/layer.js';
import { ports } from '../wap/ports.js';
import type { Random } from '../wap/random.js';
import { type StackOptions, units } from '../wap/stack.js';
import type { ObserveApdu, Transmit } from '../wap/wim/index.js';
import { type Header, headerValue, type UnitIndication, type UnitRequest } from '../wap/wsp/index.js';
import { askForCard, cardAuthorities, securityCard } from './card-security.js';
import { type ClientIdentity, identifiedFetcher } from './client-id.js';
import { openWapClient, type WapClient, type WapClientOptions } from './fetch.js';
import type { Fetcher } from './fetcher.js';
import { followingInitiations } from './initiation.js';
import { securedPort, type TerminalSecurity, terminalSecurity } from './security.js';
import type { SignTextPrompt } from './sign-text.js';
import { signWithCard } from './sign-view.js';
import { REPEAT_AFTER, smsFetcher } from './sms.js';
import { Terminal, type TerminalEvent } from './terminal.js';
import { wtaSession } from './wta/session.js';
import type { TelephonyOptions } from './wta/telephony.js';

/** The way of its datagrams: UDP. */
export interface PhoneOnUdp {
  /** Its own address; pushes come to `pushPort` there. */
  readonly host: string;
  readonly pushPort: number;
  readonly gateway: {
    readonly host: string;
    readonly port: number;
    /** Where it takes sessions over WTLS. */
    readonly securePort?: number;
  };
  /** Pushes over WTLS come here (WAP-235 §6.2.1); only the gateway may ask for a connection. */
  readonly securePushPort?: number;
  readonly telephony?: PhoneTelephony;
  readonly sms?: never;
}

/** Its telephone line, and the way to WTA services: a gateway that is trusted, over WTLS (WAP-266 §5.5, §6.1.1). */
export interface PhoneTelephony extends Omit<TelephonyOptions, 'session' | 'isTrusted'> {
  readonly gateway: { readonly host: string; readonly port: number };
  /** Whose certificates make a gateway a trusted one. */
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
  /** Whom it trusts besides the authorities on its card. Without it, there are no secure connections. */
  readonly security?: SecurityParts;
  /** What it says to a gateway that asks who it is. */
  readonly identity?: ClientIdentity;
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

/** What WTLS is told; the phone adds its clock, its randomness and its card. */
export type SecurityParts = NonNullable<Parameters<typeof terminalSecurity>[1]>;

export interface Phone {
  readonly terminal: Terminal;
  /** For further sessions of the same terminal, as the WTA user agent has: the card proves nobody there. */
  readonly security?: TerminalSecurity;
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

/** The same of the WTA user agent, and that pushes for it are taken on its session (WAP-235 §6.1.4.1). */
const services: readonly Header[] = [
  { name: 'Accept-Application', value: 'x-wap-application:wta.ua' },
  { name: 'Accept', value: 'application/x-wap-wta-wmlc' },
  { name: 'Accept', value: 'application/vnd.wap.channelc' },
  ...handset,
];

/** Where pushes come in, where resources come from, and what ends both. */
interface Ways {
  readonly ear: Bearer;
  /** For pushes over WTLS. */
  readonly secureEar?: Bearer;
  /** Whether that is the gateway. */
  readonly isGateway: (remote: Endpoint) => boolean;
  /** Over WTLS; absent where there is no way. */
  readonly secureFetcher?: (
    security: TerminalSecurity,
    onPush: NonNullable<WapClientOptions['onPush']>,
  ) => Fetcher;
  readonly sms?: NonNullable<StackOptions['sms']>;
  readonly fetcher: (onPush: NonNullable<WapClientOptions['onPush']>) => Fetcher & Partial<SessionFetcher>;
  /** WTA sessions, where there is a telephone. */
  readonly services?: (onPush: NonNullable<WapClientOptions['onPush']>) => SessionFetcher;
  close(): Promise<void>;
}

/** The port of requests over short messages: the first that is nobody's (RFC 6335). */
const REQUEST_PORT = 49_152;

async function udpWays(
  { host, pushPort, securePushPort, gateway, telephony }: PhoneOnUdp,
  parts: PhoneParts,
): Promise<Ways> {
  const { tap: watch, scheduler } = parts;
  const tapped = (bearer: Bearer) => (watch === undefined ? bearer : tap(bearer, scheduler, watch));
  const ear = tapped(await openUdp({ host, port: pushPort }));
  const isSecure = parts.security !== undefined && securePushPort !== undefined;
  const secureEar = isSecure
    ? tapped(
        await openUdp({ host, port: securePushPort }).catch(async (error: unknown) => {
          await ear.close();
          throw error;
        }),
      )
    : undefined;
  const common: Omit<WapClientOptions, 'gateway' | 'onPush'> = {
    mode: 'co',
    local: { host },
    headers: handset,
    random: parts.random,
    scheduler,
    ...(watch && { tap: watch }),
    ...(parts.observe && { observe: parts.observe }),
    ...(parts.manage && { manage: parts.manage }),
  };
  const { securePort } = gateway;
  return {
    ear,
    ...(secureEar && { secureEar }),
    isGateway: ({ address }) => address === gateway.host,
    fetcher: (onPush) =>
      sessionFetcher({ ...common, gateway: { host: gateway.host, port: gateway.port }, onPush }),
    ...(securePort !== undefined && {
      secureFetcher: (security, onPush) =>
        sessionFetcher({ ...common, gateway: { host: gateway.host, port: securePort }, security, onPush }),
    }),
    ...(telephony && {
      services: (onPush) =>
        sessionFetcher({
          ...common,
          gateway: telephony.gateway,
          security: telephony.security,
          headers: services,
          onPush,
        }),
    }),
    async close() {
      await ear.close();
      await secureEar?.close();
    },
  };
}

function smsWays({ sms: { bearer, gateway } }: PhoneOnSms, parts: PhoneParts): Ways {
  const number = smsNumber(parts.tap === undefined ? bearer : tap(bearer, parts.scheduler, parts.tap), false);
  const ear = number.port(ports.push);
  const port = number.port(REQUEST_PORT);
  const common = {
    headers: handset,
    scheduler: parts.scheduler,
    ...(parts.observe && { observe: parts.observe }),
    ...(parts.manage && { manage: parts.manage }),
  };
  const remote = (service: number): Endpoint => ({ bearer: 'GSM SMS', address: gateway, port: service });
  return {
    ear,
    sms: ear.sms,
    isGateway: ({ address }) => address === gateway,
    fetcher: () => smsFetcher({ ...common, port, gateway: remote(ports.connectionless) }),
    secureFetcher: (security) =>
      smsFetcher({
        ...common,
        port: number.port(REQUEST_PORT + 1),
        gateway: remote(ports.secureConnectionless),
        secured: securedPort(
          { retransmissionInterval: REPEAT_AFTER, ...security },
          parts.scheduler,
          parts.random,
        ),
      }),
    close: () => bearer.close(),
  };
}

/** Switches a handset on; rejects where its push port is not to be had. */
export async function startPhone(options: PhoneOptions): Promise<Phone> {
  const { scheduler, random, card, msisdn, watch } = options;
  const ways = options.sms === undefined ? await udpWays(options, options) : smsWays(options, options);
  const security = options.security && securityOf(options.security, options);
  const receive: NonNullable<WapClientOptions['onPush']> = ({ headers, body }) => taken(headers, body);
  const browsing = ways.fetcher(receive);
  const servicing = ways.services?.(({ headers, body }) => taken(headers, body, session?.facts()));
  const session = servicing && wtaSession(servicing, watch);
  const taken = followingInitiations({
    receive: (headers, body, facts) => terminal.receivePush(headers, body, facts),
    openBrowser: browsing.open,
    openServices: session?.open,
    watch,
  });
  const { telephony } = options;
  const secureFetcher = security && lazyFetcher(() => openSecure(security, options, terminal, ways, receive));
  const identified = (fetcher: Fetcher): Fetcher =>
    options.identity === undefined ? fetcher : identifiedFetcher(fetcher, options.identity);
  const terminal: Terminal = new Terminal({
    fetcher: identified(browsing),
    ...(telephony &&
      session && {
        telephony: {
          ...telephony,
          session,
          isTrusted: (gateway: string) => gateway === telephony.gateway.host,
        },
      }),
    ...(secureFetcher && ways.secureFetcher && { secureFetcher: identified(secureFetcher) }),
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
  const listen = (bearer: Bearer, layers: Pick<StackOptions, 'sms' | 'security'>): Driver<UnitRequest> =>
    drive({
      stack: units({
        local: bearer.local,
        ...layers,
        ...(options.observe && { observe: options.observe }),
      }),
      bearer,
      scheduler,
      deliver(indication: UnitIndication) {
        if (indication.type === 'S-Unit-Push.ind') {
          taken(indication.pushHeaders, indication.pushBody);
        }
      },
      ...(options.observe && { observe: options.observe }),
      ...(options.manage && { manage: options.manage }),
    });
  const driver = listen(ways.ear, { ...(ways.sms && { sms: ways.sms }) });
  const secureDriver =
    ways.secureEar &&
    security &&
    listen(ways.secureEar, {
      security: securedPort({ isProvisioned: ways.isGateway, ...security }, scheduler, random).layer,
    });
  return {
    terminal,
    ...(security && { security }),
    async close() {
      await terminal.close();
      await driver.close();
      await secureDriver?.close();
      await ways.close();
    },
  };
}

/** The authorities on the card count as those that the phone was given. */
function securityOf(parts: SecurityParts, { card, apdu, scheduler }: PhoneParts): TerminalSecurity {
  const onCard = card === undefined ? [] : cardAuthorities(card, apdu);
  return terminalSecurity(scheduler, {
    ...parts,
    trustedCertificates: [...(parts.trustedCertificates ?? []), ...onCard],
  });
}

/** The first https address: the card is asked for its PIN, once, and its user may go on without it. */
async function openSecure(
  security: TerminalSecurity,
  { card, apdu }: PhoneParts,
  terminal: Terminal,
  { secureFetcher }: Ways,
  onPush: NonNullable<WapClientOptions['onPush']>,
): Promise<Fetcher> {
  if (secureFetcher === undefined) throw new UsageError('there is no way to a secure port');
  const able = card && securityCard(card, apdu);
  const unlocked = able && (await askForCard(able, terminal.dialogues));
  return secureFetcher({ ...security, ...unlocked }, onPush);
}

/** A fetcher that is made when it is needed for the first time. */
function lazyFetcher(make: () => Promise<Fetcher>): Fetcher {
  let made: Promise<Fetcher> | undefined;
  return {
    async fetch(request, signal) {
      made ??= make().catch((error: unknown) => {
        made = undefined;
        throw error;
      });
      return (await made).fetch(request, signal);
    },
    async close() {
      // A question that nobody has answered yet is not waited for.
      const fetcher = await Promise.race([made?.catch(() => undefined), undefined]);
      await fetcher?.close();
    },
  };
}

/** A session that resources come over. */
export interface SessionFetcher extends Fetcher {
  /** Opens it where it is not open. */
  open(): Promise<WapClient>;
}

/** Resources over one session, that is opened when the first is asked for and again when it has ended. */
export function sessionFetcher(options: WapClientOptions): SessionFetcher {
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
    open: client,
    async fetch({ method, url, headers, body }, signal) {
      const session = await client();
      const response = await session.request({ method, url, headers, ...(body && { body }) }, signal);
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
