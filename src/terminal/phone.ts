/** A handset that is switched on: the terminal with its card, its telephone, its ways to gateways, and its ear for pushes. */
import { type Bearer, type Driver, drive } from '../bearer/index.js';
import { errorText } from '../wap/errors.js';
import {
  type ApplicationId,
  applicationIds,
  applicationOf,
  applicationUri,
  decodeSia,
  wmlUserAgent,
} from '../wap/push/index.js';
import { type StackOptions, units } from '../wap/stack.js';
import type { ObserveApdu, Transmit } from '../wap/wim/index.js';
import type { Header, UnitIndication, UnitRequest } from '../wap/wsp/index.js';
import type { SessionFacts } from '../wta/index.js';
import { askForCard, cardAuthorities, securityCard, type UnlockedCard } from './card-security.js';
import { type ClientIdentity, identifiedFetcher } from './client-id.js';
import type { WapClient } from './fetch.js';
import type { Fetcher } from './fetcher.js';
import type { InboxStore } from './inbox.js';
import { securedPort, type TerminalSecurity, terminalSecurity } from './security.js';
import type { BiometricSensor } from './sensor.js';
import { lazyFetcher, type SessionFetcher } from './session-fetcher.js';
import type { SignTextPrompt } from './sign-text.js';
import { signWithCard } from './sign-view.js';
import { Terminal, type TerminalEvent } from './terminal.js';
import {
  type OnSms,
  type OnUdp,
  type ServiceGateway,
  smsWays,
  udpWays,
  type WayParts,
  type Ways,
} from './ways.js';
import { factsOf, type WtaSession } from './wta/session.js';
import type { TelephonyOptions } from './wta/telephony.js';

/** A phone whose datagrams go over UDP. */
export interface PhoneOnUdp extends OnUdp {
  readonly telephony?: PhoneTelephony;
  readonly sms?: never;
}

/** Its telephone line, and the way to WTA services: a gateway that is trusted, over WTLS (WAP-266 §5.5, §6.1.1). */
export interface PhoneTelephony extends Omit<TelephonyOptions, 'session' | 'isTrusted'> {
  readonly gateway: Omit<ServiceGateway, 'security'>;
  readonly security: TerminalSecurity;
}

/** A phone whose datagrams are short messages. */
export interface PhoneOnSms {
  readonly sms: OnSms;
  readonly telephony?: never;
}

export type PhoneOptions = (PhoneOnUdp | PhoneOnSms) & PhoneParts;

export interface PhoneParts extends WayParts {
  readonly msisdn?: string;
  readonly card?: Transmit;
  /** Whom it trusts besides the authorities on its card. Without it, there are no secure connections. */
  readonly security?: SecurityParts;
  /** What it says to a gateway that asks who it is. */
  readonly identity?: ClientIdentity;
  /** A sensor, whose captures may stand in for PINs where the card has somebody enrolled. */
  readonly sensor?: BiometricSensor;
  /** Where its messages survive being switched off. */
  readonly inbox?: InboxStore;
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

/** Switches a handset on; rejects where its push port is not to be had. */
export async function startPhone(options: PhoneOptions): Promise<Phone> {
  const { scheduler, random, card, msisdn, watch } = options;
  const ways =
    options.sms === undefined
      ? await udpWays(options, options, options.security !== undefined)
      : smsWays(options.sms, options);
  const { telephony } = options;
  const fetcher = ways.fetcher(({ headers, body }) => taken(headers, body));
  const wta =
    telephony &&
    ways.services?.({ ...telephony.gateway, security: telephony.security }, ({ headers, body }) =>
      taken(headers, body, session?.facts()),
    );
  const session = wta && wtaSession(wta, watch);

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
    if (wanted(wmlUserAgent) || wanted(applicationIds['x-wap-application:*'])) await fetcher.open();
  }

  const security = options.security && securityOf(options.security, options);
  const identified = (way: Fetcher): Fetcher =>
    options.identity === undefined ? way : identifiedFetcher(way, options.identity);
  const terminal: Terminal = new Terminal({
    fetcher: identified(fetcher),
    ...(security &&
      secureFetchers(
        ways,
        unlockable(security, options, () => terminal),
        taken,
        identified,
      )),
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
    ...(options.inbox && { inbox: options.inbox }),
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
        if (indication.type === 'S-Unit-Push.ind') taken(indication.pushHeaders, indication.pushBody);
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

/** The ways over WTLS, each opened when its first address is asked for. */
function secureFetchers(
  { secureFetcher, subordinate }: Ways,
  security: () => Promise<TerminalSecurity>,
  taken: (headers: readonly Header[], body: Uint8Array) => void,
  identified: (way: Fetcher) => Fetcher,
): Partial<Pick<ConstructorParameters<typeof Terminal>[0], 'secureFetcher' | 'subordinate'>> {
  return {
    ...(secureFetcher && {
      secureFetcher: identified(
        lazyFetcher(async () => secureFetcher(await security(), ({ headers, body }) => taken(headers, body))),
      ),
    }),
    ...(subordinate && {
      subordinate: (proxy) => lazyFetcher(async () => subordinate(proxy, await security())),
    }),
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

/** The first secure connection: the card is asked for its PIN, once, and its user may go on without it. */
function unlockable(
  security: TerminalSecurity,
  { card, apdu }: PhoneParts,
  terminal: () => Terminal,
): () => Promise<TerminalSecurity> {
  const able = card && securityCard(card, apdu);
  if (able === undefined) return async () => security;
  let unlocking: Promise<UnlockedCard | undefined> | undefined;
  return async () => {
    unlocking ??= askForCard(able, terminal().dialogues);
    return { ...security, ...(await unlocking) };
  };
}

/** The WTA session of the telephone: WAP-266 §6.1. */
function wtaSession(session: SessionFetcher, watch: PhoneParts['watch']): WtaSession {
  let client: WapClient | undefined;
  return {
    fetcher: session,
    async open() {
      const open = await session.open();
      const facts = factsOf(open);
      if (open !== client) watch?.({ type: 'session', ...facts });
      client = open;
      return facts;
    },
    facts: () => client && factsOf(client),
  };
}
