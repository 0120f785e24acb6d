/** The ways of a handset's datagrams: UDP and short messages. Where pushes come in, and where resources come from. */
import { type Bearer, openUdp, type Scheduler, type Sighting, smsNumber, tap } from '../bearer/index.js';
import type { Endpoint } from '../wap/address.js';
import { UsageError } from '../wap/errors.js';
import type { Management, Observe } from '../wap/layer.js';
import { ports } from '../wap/ports.js';
import { connectivityMediaTypes, type LogicalProxy, type PortBinding } from '../wap/provisioning/index.js';
import type { Random } from '../wap/random.js';
import type { StackOptions } from '../wap/stack.js';
import type { Header } from '../wap/wsp/index.js';
import type { WapClientOptions } from './fetch.js';
import type { Fetcher } from './fetcher.js';
import { differenceHeaders, type ProfileReference, profileHeader } from './profile.js';
import { securedPort, type TerminalSecurity } from './security.js';
import { type SessionFetcher, sessionFetcher } from './session-fetcher.js';
import { REPEAT_AFTER, smsFetcher } from './sms.js';
import { smsSession } from './sms-session.js';

/** The way of its datagrams: UDP. */
export interface OnUdp {
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
}

/** The way of its datagrams: short messages. Ports are the registered ones. */
export interface OnSms {
  /** Bound under the phone's number; the phone closes it. */
  readonly bearer: Bearer;
  /** The gateway's number. */
  readonly gateway: string;
}

/** What all ways have in common. */
export interface WayParts {
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** Where its user agent profile is, and what is otherwise (WAP-248). */
  readonly profile?: ProfileReference;
  /** Sees every datagram in both directions. */
  readonly tap?: (sighting: Sighting) => void;
  readonly observe?: Observe;
  readonly manage?: (news: Management) => void;
}

export type OnPush = NonNullable<WapClientOptions['onPush']>;

/** Where pushes come in, where resources come from, and what ends both. */
export interface Ways {
  readonly ear: Bearer;
  /** For pushes over WTLS. */
  readonly secureEar?: Bearer;
  /** Whether that is the gateway. */
  readonly isGateway: (remote: Endpoint) => boolean;
  readonly sms?: NonNullable<StackOptions['sms']>;
  /** Its `open` opens a session for pushes, where a gateway asks for one. */
  readonly fetcher: (onPush: OnPush) => Fetcher & { open(): Promise<unknown> };
  /** Over WTLS; absent where there is no way. */
  readonly secureFetcher?: (security: TerminalSecurity, onPush: OnPush) => Fetcher;
  /** Over WTLS to another gateway, for WTA services; absent where there is no way. */
  readonly services?: (gateway: ServiceGateway, onPush: OnPush) => SessionFetcher;
  /** Over WTLS to a proxy that a navigation document names; absent where there is no way. */
  readonly subordinate?: (proxy: LogicalProxy, security: TerminalSecurity) => Fetcher;
  close(): Promise<void>;
}

/** A gateway that WTA services are taken from, and how it is known. */
export interface ServiceGateway {
  readonly host: string;
  readonly port: number;
  readonly security: TerminalSecurity;
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

/** Said where a navigation document would be followed: WAP-187 §9.1. */
const navigable: Header = { name: 'Accept', value: connectivityMediaTypes.binary };

/** The same of the WTA user agent, and that pushes for it are taken on its session (WAP-235 §6.1.2). */
const services: readonly Header[] = [
  { name: 'Accept-Application', value: 'x-wap-application:wta.ua' },
  { name: 'Accept', value: 'application/x-wap-wta-wmlc' },
  { name: 'Accept', value: 'application/wml+xml' },
  { name: 'Accept', value: 'application/vnd.wap.channelc' },
  ...handset,
];

/** The port of requests over short messages: the first that is nobody's (RFC 6335). */
const REQUEST_PORT = 49_152;

/** The port of its session over short messages, behind those of requests with and without WTLS. */
const SESSION_PORT = REQUEST_PORT + 2;

/** @param secure whether there is WTLS; without it, no port for secure pushes is opened and no navigation document asked for */
export async function udpWays(
  { host, pushPort, securePushPort, gateway }: OnUdp,
  parts: WayParts,
  secure: boolean,
): Promise<Ways> {
  const { tap: watch, scheduler } = parts;
  const tapped = (bearer: Bearer) => (watch === undefined ? bearer : tap(bearer, scheduler, watch));
  const ear = tapped(await openUdp({ host, port: pushPort }));
  const secureEar =
    secure && securePushPort !== undefined
      ? tapped(
          await openUdp({ host, port: securePushPort }).catch(async (error: unknown) => {
            await ear.close();
            throw error;
          }),
        )
      : undefined;
  const common = {
    mode: 'co',
    local: { host },
    random: parts.random,
    scheduler,
    ...(watch && { tap: watch }),
    ...(parts.observe && { observe: parts.observe }),
    ...(parts.manage && { manage: parts.manage }),
  } as const;
  const browser = {
    ...common,
    headers: secure ? [...handset, navigable] : handset,
    ...(parts.profile && { profile: parts.profile }),
  };
  const { securePort } = gateway;
  return {
    ear,
    ...(secureEar && { secureEar }),
    isGateway: ({ address }) => address === gateway.host,
    fetcher: (onPush) =>
      sessionFetcher({ ...browser, gateway: { host: gateway.host, port: gateway.port }, onPush }),
    ...(securePort !== undefined && {
      secureFetcher: (security: TerminalSecurity, onPush: OnPush) =>
        sessionFetcher({ ...browser, gateway: { host: gateway.host, port: securePort }, security, onPush }),
    }),
    services: ({ security, ...to }, onPush) =>
      sessionFetcher({ ...common, headers: services, gateway: to, security, onPush }),
    subordinate: (proxy, security) => {
      const { providerId } = proxy;
      return sessionFetcher({
        ...browser,
        ...secureService(proxy),
        security: {
          ...security,
          ...(providerId !== undefined && { serverNames: () => [providerId] }),
        },
      });
    },
    async close() {
      await ear.close();
      await secureEar?.close();
    },
  };
}

export function smsWays({ bearer, gateway }: OnSms, parts: WayParts): Ways {
  const number = smsNumber(parts.tap === undefined ? bearer : tap(bearer, parts.scheduler, parts.tap), false);
  const ear = number.port(ports.push);
  const port = number.port(REQUEST_PORT);
  const said = parts.profile ? [profileHeader(parts.profile), ...differenceHeaders(parts.profile)] : [];
  const common = {
    headers: [...handset, ...said],
    scheduler: parts.scheduler,
    ...(parts.observe && { observe: parts.observe }),
    ...(parts.manage && { manage: parts.manage }),
  };
  const remote = (service: number): Endpoint => ({ bearer: 'GSM SMS', address: gateway, port: service });
  return {
    ear,
    sms: ear.sms,
    isGateway: ({ address }) => address === gateway,
    fetcher(onPush) {
      const requests = smsFetcher({ ...common, port, gateway: remote(ports.connectionless) });
      const session = smsSession({
        ...common,
        port: number.port(SESSION_PORT),
        gateway: remote(ports.session),
        onPush,
        random: parts.random,
      });
      return {
        fetch: requests.fetch,
        open: session.open,
        async close() {
          await session.close();
          await requests.close();
        },
      };
    },
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

/** Services over WTLS by their names in connectivity documents: WAP-183 §5.6.4. The best comes first. */
const secureServices = [
  { name: 'CO-SEC-WSP', mode: 'co', port: ports.secureSession },
  { name: 'CL-SEC-WSP', mode: 'cl', port: ports.secureConnectionless },
] as const;

/**
 * Where and how a proxy takes requests over WTLS (WAP-187 §9.4); throws `UsageError` where it does not on IP.
 * A port that is not said to be for anything is taken for what a registered one is, and any other for sessions (WAP-183 §5.6.4).
 */
export function secureService({ name, physical }: LogicalProxy): Pick<WapClientOptions, 'gateway' | 'mode'> {
  for (const { address, addressType, ports: bindings } of physical) {
    if (addressType !== 'IPV4' && addressType !== 'IPV6') continue;
    const given = bindings.length > 0 ? bindings : [{ port: ports.secureSession, services: [] }];
    for (const service of secureServices) {
      const found = given.find((binding) => servicesOf(binding).includes(service.name));
      if (found !== undefined) return { gateway: { host: address, port: found.port }, mode: service.mode };
    }
  }
  throw new UsageError(`the proxy ${name} has no secure service on IP`);
}

function servicesOf({ port, services: named }: PortBinding): readonly string[] {
  if (named.length > 0) return named;
  const registered = secureServices.find((service) => service.port === port);
  if (registered !== undefined) return [registered.name];
  return port === ports.connectionless || port === ports.session ? [] : ['CO-SEC-WSP'];
}
