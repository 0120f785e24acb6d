/**
 * Everybody in the story, on loopback, with real sockets between them: an authority made for the occasion, the shop, the
 * gateway with its push proxy, and a phone with a card in it. They know of each other only what sockets carry.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realScheduler, type Scheduler } from '../../bearer/index.js';
import { tapHttpServer, type WatchTcp } from '../../capture/http-tap.js';
import {
  type CallOptions,
  callSubmitter,
  type Observe,
  openStore,
  type SeedUser,
  type Shop,
  type Store,
  seedShop,
  startShop,
  storeDirectory,
} from '../../commerce/index.js';
import { type Gateway, startGateway } from '../../gateway/gateway.js';
import { type Phone, type PhoneOptions, startPhone } from '../../terminal/phone.js';
import { terminalSecurity } from '../../terminal/security.js';
import { simulatedSensor } from '../../terminal/sensor.js';
import { generateRsaKey } from '../../wap/crypto.js';
import { UsageError } from '../../wap/errors.js';
import {
  type Authority,
  type Certificate,
  createAuthority,
  encodePublicKeyInfo,
  issueCertificate,
  issueWtlsCertificate,
  textIdentifier,
  validity,
  type WtlsTrust,
} from '../../wap/pki/index.js';
import { portsFrom } from '../../wap/ports.js';
import { type Random, seededRandom } from '../../wap/random.js';
import type { Millis } from '../../wap/time.js';
import type { Datagram } from '../../wap/wdp/primitives.js';
import { newFinger, personaliseCard } from '../../wap/wim/index.js';
import { type Identity, identityOf, type KeyLogEntry } from '../../wap/wtls/index.js';
import { type Exchange, Line } from '../../wta/index.js';
import { systemRandom } from '../system.js';
import { makeTown } from '../town.js';
import { type DemoUser, demoUsers } from './users.js';

export interface WorldOptions {
  readonly user: DemoUser;
  /** N … N+7 for WAP, N+8 the shop, N+80 the push proxy. */
  readonly portBase: number;
  /** Repeats a run: randomness comes from it, and the clock stands still. */
  readonly seed?: number;
  /** How long the phone has to sign. */
  readonly life?: Millis;
  /** Another gateway, in place of ours: where it takes sessions. */
  readonly otherGateway?: { readonly host: string; readonly port: number };
  /**
   * How the request for a signature travels: an indication for the browser, one for the WTA user agent on a secure session, or a call.
   * Default: the browser. The phone has a telephone in the other two.
   */
  readonly way?: 'browser' | 'push' | 'call';
  /** The phone holds somebody else's card. */
  readonly strangersCard?: boolean;
  /** The request is sealed to the card, so that the gateway cannot read it. */
  readonly seal?: boolean;
  /** A finger stands in for the PIN. */
  readonly fingerprint?: boolean;
  /** Which pages may show the shop in a frame. */
  readonly framedBy?: readonly string[];
  /** The secrets of the phone's connections over WTLS. */
  readonly keyLog?: (entry: KeyLogEntry) => void;
  /** Whether the phone has a telephone though the request for a signature comes another way. */
  readonly telephone?: boolean;
  /** Datagrams between phone and gateway. */
  readonly air?: (at: Millis, datagram: Datagram) => void;
  /** Connections to the shop and to the push proxy. */
  readonly toShop?: readonly WatchTcp[];
  readonly toPushProxy?: readonly WatchTcp[];
  readonly story?: Observe;
  readonly phone?: Pick<PhoneOptions, 'watch' | 'prompted' | 'apdu'>;
  /** Hears of what no rule foresaw. */
  readonly failed?: (error: unknown) => void;
}

export interface World {
  readonly user: DemoUser;
  readonly scheduler: Scheduler;
  readonly authority: Certificate;
  readonly store: Store;
  readonly shop: Shop;
  readonly gateway: Gateway;
  readonly phone: Phone;
  /** Its telephone network, where the phone has a telephone. */
  readonly exchange: Exchange | undefined;
  close(): Promise<void>;
}

/** With a seed it is always this moment: the day on which the application was published. */
const SEEDED_NOW: Millis = Date.UTC(2001, 11, 5, 12, 0, 0);

/** A PIN need not be dear to try on a card that is forgotten in a minute. */
const CARD_COST = 10;

const SHOP_OFFSET = 8;
const HOST = '127.0.0.1';

export async function startWorld(options: WorldOptions): Promise<World> {
  const { user, portBase, seed } = options;
  const scheduler: Scheduler =
    seed === undefined ? realScheduler : { now: () => SEEDED_NOW, schedule: realScheduler.schedule };
  const randomFor = (label: string): Random =>
    seed === undefined ? systemRandom : seededRandom(seed, label);
  const now = scheduler.now();

  const authorityRandom = randomFor('authority');
  const authority = createAuthority({
    random: authorityRandom,
    now,
    subject: 'CN=Riviera Root, C=FR',
  });
  const { certificate, privateKey } = serverIdentity(authorityRandom, authority, now);
  const finger = options.fingerprint ? newFinger(randomFor('finger')) : undefined;
  const card = makeCard(randomFor('card'), authority, user, now, finger);
  const inserted = options.strangersCard
    ? makeCard(randomFor('stranger'), authority, user, now, finger)
    : card;

  const folder = mkdtempSync(join(tmpdir(), 'wapstack-demo-'));
  const opened: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const end of opened.splice(0).reverse()) await end();
  };
  try {
    const store = openStore(join(folder, 'shop.sqlite'));
    opened.push(() => store.close());
    const shopRandom = randomFor('shop');
    await seedShop(
      store,
      demoUsers.map((each) => seedUser(each, user, card.signing)),
      shopRandom,
    );

    const { way = 'browser' } = options;
    const town = way === 'browser' && !options.telephone ? undefined : makeTown(scheduler);
    const trust: WtlsTrust = {
      name: textIdentifier('Riviera Root'),
      publicKey: authority.certificate.publicKey,
    };
    const ports = portsFrom(portBase);
    const gateway = await startGateway({
      ...(town && { security: { identities: [gatewayIdentity(randomFor('WTLS'), authority, trust, now)] } }),
      host: HOST,
      portBase,
      random: randomFor('gateway'),
      scheduler,
      origins: { allow: [HOST] },
      push: { queue: join(folder, 'push.sqlite'), defaultAddress: HOST, pushPort: ports.push },
    });
    opened.push(() => gateway.close());
    if (gateway.papServer !== undefined) prepare(gateway.papServer, options.toPushProxy, scheduler, seed);

    const submission = { url: gateway.papUrl ?? '', toServices: way === 'push' };
    const shop = await startShop({
      store,
      directory: storeDirectory(store),
      clock: scheduler,
      random: shopRandom,
      push: town !== undefined && way === 'call' ? callSubmitter(shopLine(town)) : submission,
      ...(town && { callPrefix: SHOP_PREFIX }),
      signer: { privateKey, certificate },
      trusted: [authority.certificate],
      host: HOST,
      port: portBase + SHOP_OFFSET,
      framedBy: options.framedBy ?? [],
      onServer: (server) => prepare(server, options.toShop, scheduler, seed),
      ...(options.life !== undefined && { life: options.life }),
      ...(options.seal && { sealTo: (userId) => (userId === user.id ? card.opener : undefined) }),
      ...(options.story && { observe: options.story }),
      ...(options.failed && { onError: options.failed }),
    });
    opened.push(() => shop.close());

    const { air } = options;
    const phone = await startPhone({
      host: HOST,
      pushPort: ports.push,
      gateway: options.otherGateway ?? { host: HOST, port: ports.session },
      ...(town && {
        telephony: {
          number: user.msisdn,
          exchange: town,
          gateway: { host: HOST, port: ports.wtaSecureSession },
          ports,
          security: terminalSecurity(scheduler, {
            trusted: [trust],
            ...(options.keyLog && { keyLog: options.keyLog }),
          }),
        },
      }),
      msisdn: user.msisdn,
      card: (apdu) => inserted.card.transmit(apdu),
      ...(finger && { sensor: simulatedSensor({ random: randomFor('sensor'), finger }) }),
      scheduler,
      random: randomFor('phone'),
      ...(air && { tap: ({ at, datagram }) => air(at, datagram) }),
      ...options.phone,
    });
    opened.push(() => phone.close());
    return {
      user,
      scheduler,
      authority: authority.certificate,
      store,
      shop,
      gateway,
      phone,
      exchange: town,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The server's own key [236], with a certificate of the authority that the cards trust. Names are short: the deck carries it. */
function serverIdentity(random: Random, authority: Authority, now: Millis) {
  const privateKey = generateRsaKey(random);
  const certificate = issueCertificate(random, authority, {
    profile: 'server',
    subject: 'CN=Wapstack Shop, C=FR',
    publicKey: privateKey.publicKey,
    ...validity(now, 2),
  });
  return { privateKey, certificate };
}

/** What the gateway proves itself with to WTA user agents (WAP-266 §5.5): a WTLS certificate of the authority. */
function gatewayIdentity(random: Random, { privateKey }: Authority, trust: WtlsTrust, now: Millis): Identity {
  const key = generateRsaKey(random);
  const certificate = issueWtlsCertificate(
    { name: trust.name, privateKey },
    {
      subject: textIdentifier(`WAP gateway; wapstack; ; ${HOST}`),
      publicKey: key.publicKey,
      ...validity(now, 2),
    },
  );
  return identityOf(key, [{ format: 'WTLSCert', certificate }], [trust]);
}

/** Numbers of the shop begin like this; the transaction's eight digits follow. */
const SHOP_PREFIX = '+33492';

/** The shop's telephone line. A number is in the network as long as it is dialled from. */
function shopLine(town: Exchange): CallOptions {
  return {
    prefix: SHOP_PREFIX,
    dial(from, to, news) {
      const hangUp = new Line(town, from).dial(to, (each) => {
        news(each);
        if (each !== 'ringing' && each !== 'answered') town.unsubscribe(from);
      });
      return hangUp;
    },
  };
}

function makeCard(random: Random, authority: Authority, user: DemoUser, now: Millis, finger?: Uint8Array) {
  const pins = { general: user.pin, nonRepudiation: user.pin, unblock: '00000000' };
  const subject = `CN=${user.name}, C=FR`;
  const made = personaliseCard({
    random,
    now,
    authority,
    subject,
    pins,
    cost: CARD_COST,
    ...(finger && { enrolment: { template: finger } }),
  });
  const { publicKey } = made.authentication;
  if (publicKey.type !== 'rsa') throw new UsageError('a request can be sealed to RSA keys only');
  return { ...made, opener: publicKey };
}

/** The one who plays has a card; the others are known, but nothing reaches them. */
function seedUser(user: DemoUser, player: DemoUser, certificate: Certificate): SeedUser {
  const { id: userId, name, password, msisdn: mobileDeviceId } = user;
  if (user !== player) return { userId, name, password };
  const record = {
    mobileDeviceId,
    publicKey: encodePublicKeyInfo(certificate.publicKey),
    certificate: certificate.octets,
  };
  return { userId, name, password, record };
}

/** Lets others watch a server; in a run with a seed its Date says what the seed's clock says. */
function prepare(
  server: Server,
  watchers: readonly WatchTcp[] | undefined,
  scheduler: Scheduler,
  seed: number | undefined,
): void {
  for (const watch of watchers ?? []) tapHttpServer(server, watch, () => scheduler.now());
  if (seed === undefined) return;
  server.prependListener('request', (_request, response) => {
    response.sendDate = false;
    response.setHeader('Date', new Date(scheduler.now()).toUTCString());
  });
}
