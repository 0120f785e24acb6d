/** The push proxy gateway with its sockets: PAP over HTTP on one side, WSP in both modes on the other. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { getRequestListener } from '@hono/node-server';
import { DecodeError, errorText, UsageError } from '../../wap/errors.js';
import { encodeUtf8 } from '../../wap/octets.js';
import { decodePap, decodePapEntities } from '../../wap/push/index.js';
import type { Random } from '../../wap/random.js';
import type { Millis } from '../../wap/time.js';
import { headerValue } from '../../wap/wsp/index.js';
import { decodeText } from '../charset.js';
import { contentConversions } from '../conversions.js';
import type { HttpClient, HttpResponse } from '../http.js';
import type { Metrics } from '../metrics.js';
import { terminalCapabilities } from './capabilities.js';
import { type InitiatorAccount, papServer } from './http.js';
import { openStore, type QueuePlace } from './open-store.js';
import { type OtaOptions, overTheAir } from './ota.js';
import { pushProxy } from './push-proxy.js';
import { type QueueView, viewed } from './queue-view.js';
import { type Subscribers, smsBearers, subscribers } from './subscribers.js';

/** Certificates and key in PEM. */
export interface PapTls {
  readonly certificate: string;
  readonly key: string;
  /** Authorities whose certificates of initiators are believed. */
  readonly ca?: string;
}

export interface PushGatewayOptions extends OtaOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** File of the queue, `:memory:`, or a database. */
  readonly queue: QueuePlace;
  /** PAP over TLS. */
  readonly tls?: PapTls;
  /** How long finished messages are kept. */
  readonly keep: Millis;
  readonly maxBody: number;
  readonly initiators: readonly InitiatorAccount[];
  readonly subscribers: Subscribers;
  readonly defaultAddress?: string;
  /** Push port of terminals that give none. */
  readonly pushPort: number;
  readonly name: string;
  /** For boundaries. */
  readonly random: Random;
  /** For result notifications. */
  readonly http: HttpClient;
  readonly metrics: Metrics;
  readonly failed: (error: unknown) => void;
}

export interface PushGateway {
  readonly url: string;
  /** A terminal has opened a session: what waited for one may go. */
  connected(): void;
  readonly server: Server;
  /** For the console. */
  readonly queue: QueueView;
  close(): Promise<void>;
}

/** How often finished messages are looked through. */
const PURGE_INTERVAL: Millis = 3_600_000;

/** Networks and bearers that an IP network can stand for (WAP-259 Appendix C), and those of a message centre. */
const networks = ['Any', 'GSM', 'IP'] as const;
const bearers = ['Any', 'IP', 'IPv4', 'IPv6', 'CSD', 'GPRS', 'Packet Data'] as const;

export async function startPushGateway(options: PushGatewayOptions): Promise<PushGateway> {
  const { store, view } = viewed(await openStore(options.queue), options.scheduler, options.failed);
  const { sms } = options;
  const proxy = pushProxy({
    ...options,
    store,
    locate: subscribers(options),
    conversions: contentConversions(),
    capabilities: terminalCapabilities({
      session: ({ bearer, address }) => (bearer === 'GSM SMS' ? sms : options.sessions)?.sessionAt(address),
      http: options.http,
      clock: options.scheduler,
    }),
    deliver: overTheAir(options),
    notify: (url, xml) => notify(options.http, url, xml),
    confirmed: true,
    networks,
    bearers: sms === undefined ? bearers : [...bearers, ...smsBearers],
  });
  let server: Server;
  try {
    const listener = getRequestListener(papServer(proxy, options).fetch, { overrideGlobalObjects: false });
    server = serverFor(options.tls, listener);
    await listen(server, options.port, options.host);
  } catch (error) {
    await store.close();
    throw error;
  }
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  options.metrics.watch('wapstack_push_recipients', () =>
    Object.entries(view.counts()).map(([state, value]) => ({ labels: { state }, value })),
  );
  let cancelPurge: (() => void) | undefined;
  const purge = () => {
    store.purge(options.scheduler.now() - options.keep).catch(options.failed);
    cancelPurge = options.scheduler.schedule(PURGE_INTERVAL, purge);
  };
  purge();
  proxy.wake();
  const scheme = options.tls === undefined ? 'http' : 'https';

  return {
    url: `${scheme}://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}/pap`,
    server,
    queue: view,
    connected() {
      store
        .hurry(options.scheduler.now())
        .then(() => proxy.wake())
        .catch(options.failed);
    },
    async close() {
      cancelPurge?.();
      await proxy.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      view.close();
      await store.close();
    },
  };
}

/** Clients may show a certificate; whether it is anybody's is decided at the message, so that a password does as well. */
function serverFor(tls: PapTls | undefined, listener: RequestListener): Server {
  if (tls === undefined) return createServer(listener);
  const { certificate: cert, key, ca } = tls;
  const wishes = { cert, key, ...(ca !== undefined && { ca }), requestCert: true, rejectUnauthorized: false };
  try {
    return createSecureServer(wishes, listener);
  } catch (error) {
    throw new UsageError(`certificate and key of the push proxy: ${errorText(error)}`, { cause: error });
  }
}

/** WAP-247 §13: a POST; the PAP status of the answer. An initiator that answers with a bare 2xx has heard as well. */
async function notify(http: HttpClient, url: string, xml: string): Promise<string | undefined> {
  if (!URL.canParse(url)) return '2000';
  const answer = await http.fetch({
    method: 'POST',
    url: new URL(url),
    headers: [{ name: 'Content-Type', value: 'application/xml' }],
    body: encodeUtf8(xml),
  });
  if ('failure' in answer || answer.status < 200 || answer.status > 299) return undefined;
  return answeredCode(answer) ?? '1000';
}

function answeredCode({ headers, body }: HttpResponse): string | undefined {
  try {
    const { control } = decodePapEntities(headerValue(headers, 'Content-Type') ?? '', body, 'answer');
    const text = decodeText(control.body, undefined)?.text;
    const message = text === undefined ? undefined : decodePap(text).message;
    const answered =
      message?.type === 'resultnotification-response' || message?.type === 'badmessage-response';
    return answered ? message.code : undefined;
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
