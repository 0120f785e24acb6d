/** `wapstack gateway`: the WAP gateway and the push proxy until somebody ends them. */
import { createServer, type Server } from 'node:http';
import { isIP } from 'node:net';
import { Command } from 'commander';
import { pino } from 'pino';
import { type MessageCentre, openMessageCentre, type Sighting, type WatchStream } from '../bearer/index.js';
import { captureTo } from '../capture/file.js';
import type { Pcapng } from '../capture/pcapng.js';
import { type Config, defaultConfig, loadConfig } from '../config.js';
import { type Gateway, type GatewayOptions, startGateway } from '../gateway/gateway.js';
import type { InitiatorAccount } from '../gateway/ppg/http.js';
import type { PapTls } from '../gateway/ppg/ppg.js';
import { openMessageStore } from '../gateway/sms-store.js';
import { udpEndpoint } from '../wap/address.js';
import { UsageError } from '../wap/errors.js';
import { readText } from './files.js';
import { type Output, standardOutput } from './output.js';
import { gatewaySecurity, keyLogTo } from './security.js';
import { untilStopped } from './until-stopped.js';

export interface GatewayCommandOptions {
  readonly config?: string;
  readonly host?: string;
  readonly portBase?: string;
  readonly pcap?: string;
  readonly keylog?: string;
  readonly keys?: string;
  readonly metrics?: string;
}

/** A gateway that runs. */
export interface RunningGateway {
  readonly gateway: Gateway;
  readonly metricsUrl?: string;
  close(): Promise<void>;
}

export const gateway = new Command('gateway')
  .description('run a WAP gateway and push proxy until SIGINT or SIGTERM')
  .option('--config <file>', 'configuration (JSON); flags win over it')
  .option('--host <address>', 'address to listen on')
  .option(
    '--port-base <n>',
    'N connectionless, N+1 connection mode, N+2 and N+3 the same over WTLS; PAP on N+80 unless configured',
  )
  .option('--pcap <file>', 'write every datagram, as pcapng')
  .option('--keylog <file>', 'write the secrets of WTLS connections, for readers of the capture')
  .option('--keys <folder>', "the gateway's key and certificate, made with an authority at first start")
  .option('--metrics <port>', 'serve metrics for Prometheus on this port')
  .action(async (options: GatewayCommandOptions) => {
    const running = await runGateway(options, standardOutput);
    await untilStopped();
    await running.close();
  });

/** Starts what the flags and the configuration ask for, and says where it listens. */
export async function runGateway(options: GatewayCommandOptions, output: Output): Promise<RunningGateway> {
  const config = options.config === undefined ? defaultConfig() : loadConfig(options.config);
  const portBase = integer('--port-base', options.portBase, 0, 65_528) ?? config.gateway.portBase;
  const metricsPort = integer('--metrics', options.metrics, 0, 65_535);
  const capture = options.pcap === undefined ? undefined : captureTo(options.pcap);
  const host = options.host ?? config.gateway.host;
  const security = await gatewaySecurity(
    { ...config.security, ...(options.keys !== undefined && { folder: options.keys }) },
    host,
    options.keylog === undefined ? undefined : keyLogTo(options.keylog),
    output.say,
  );
  const centre = config.smsc?.serve ? await messageCentre(config.smsc) : undefined;
  const started = await startGateway({
    ...gatewayOptions(config),
    ...(config.smsc && { smsc: bindingOf(config.smsc, capture?.pcapng) }),
    host,
    portBase,
    ...(security && { security }),
    log: pino({ level: process.env.LOG_LEVEL ?? 'warn' }, pino.destination(2)),
    ...(capture && { tap: ({ at, datagram }: Sighting) => capture.pcapng.udp(at, datagram) }),
  }).catch(async (error: unknown) => {
    await centre?.close();
    throw error;
  });
  let metrics: Server | undefined;
  if (metricsPort !== undefined) metrics = await serveMetrics(started, started.host, metricsPort);
  const metricsUrl = metrics && urlOf(metrics, started.host, '/metrics');

  output.say(`connectionless WSP on udp://${started.host}:${started.ports.connectionless}`);
  output.say(`connection-mode WSP on udp://${started.host}:${started.ports.session}`);
  if (security !== undefined) {
    const { secureConnectionless, secureSession, wtaSecureConnectionless, wtaSecureSession } = started.ports;
    output.say(`connectionless WSP over WTLS on udp://${started.host}:${secureConnectionless}`);
    output.say(`connection-mode WSP over WTLS on udp://${started.host}:${secureSession}`);
    output.say(`WTA over WTLS on udp://${started.host}:${wtaSecureConnectionless} and :${wtaSecureSession}`);
  }
  if (started.papUrl !== undefined) output.say(`push access protocol on ${started.papUrl}`);
  if (config.smsc) {
    const { address, host, port } = config.smsc;
    output.say(`WSP over short messages at ${address}, message centre ${host}:${port}`);
  }
  if (metricsUrl !== undefined) output.say(`metrics on ${metricsUrl}`);

  return {
    gateway: started,
    ...(metricsUrl !== undefined && { metricsUrl }),
    async close() {
      metrics?.closeAllConnections();
      metrics?.close();
      await started.close();
      await centre?.close();
      capture?.close();
    },
  };
}

/** The message centre of this process: it knows the gateway, and terminals by their numbers. */
async function messageCentre(smsc: NonNullable<Config['smsc']>): Promise<Pick<MessageCentre, 'close'>> {
  const { host, port, systemId, password, address, terminalPassword } = smsc;
  const store = smsc.store === undefined ? undefined : openMessageStore(smsc.store);
  const centre = await openMessageCentre({
    host,
    port,
    accounts: [{ systemId, password, addresses: [address] }],
    ...(terminalPassword !== undefined && { terminalPassword }),
    ...(store && { store }),
  }).catch((error: unknown) => {
    store?.close();
    throw error;
  });
  return {
    async close() {
      await centre.close();
      store?.close();
    },
  };
}

/** The sections of the file as the options of the room. */
function gatewayOptions({ gateway: section, push }: Config): GatewayOptions {
  const { timeout, ca, name, maxResponse, maxDatagram, packet, pictures, cache, origins, clients } = section;
  const { maxAge, ...navigation } = section.navigation;
  const { idle, suspended, ...limits } = section.limits;
  const { keepDays, host, port, defaultAddress, queue, maxBody, initiators, subscribers, tls } = push;
  return {
    name,
    timeout: timeout * 1000,
    maxResponse,
    maxDatagram,
    packet,
    pictures,
    cache,
    origins,
    navigation: { ...navigation, ...(maxAge !== undefined && { maxAge }) },
    limits,
    idleFor: idle * 1000,
    suspendedFor: suspended * 1000,
    ...(clients && { clients }),
    ...(ca !== undefined && { ca: readText(ca) }),
    push: {
      queue,
      maxBody,
      initiators: initiators.map(accountOf),
      subscribers,
      ...(tls && { tls: filesOf(tls) }),
      keep: keepDays * 86_400_000,
      ...(host !== undefined && { host }),
      ...(port !== undefined && { port }),
      ...(defaultAddress !== undefined && { defaultAddress }),
    },
  };
}

function accountOf({
  name,
  password,
  fingerprint,
  subject,
  trusted,
}: Config['push']['initiators'][number]): InitiatorAccount {
  return {
    name,
    trusted,
    ...(password !== undefined && { password }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(subject !== undefined && { subject }),
  };
}

function filesOf({ certificate, key, ca }: NonNullable<Config['push']['tls']>): PapTls {
  return {
    certificate: readText(certificate),
    key: readText(key),
    ...(ca !== undefined && { ca: readText(ca) }),
  };
}

/** @param pcapng where the connection to the centre is written, the short messages in it */
function bindingOf(
  smsc: NonNullable<Config['smsc']>,
  pcapng: Pcapng | undefined,
): NonNullable<GatewayOptions['smsc']> {
  const { host, port, systemId, password, address, carriage, bind } = smsc;
  const binding = { host, port, systemId, password, address, carriage, bind };
  return pcapng === undefined ? binding : { ...binding, watch: smppWatch(pcapng, host, port) };
}

/** Addresses of a capture for a centre that has a name: nobody's (RFC 5737). */
const NAMED = '192.0.2.1';

/** The first of the ports that are nobody's (RFC 6335): which one the machine took is not known. */
const CLIENT_PORT = 49_152;

/** The connection as a flow from its first octet on. A new connection after a broken one goes on in the same flow. */
function smppWatch(pcapng: Pcapng, host: string, port: number): WatchStream {
  const address = isIP(host) === 0 ? NAMED : host;
  const centre = udpEndpoint(address, port);
  let flow: ReturnType<Pcapng['tcp']> | undefined;
  return (direction, octets) => {
    flow ??= pcapng.tcp(Date.now(), udpEndpoint(address, CLIENT_PORT), centre);
    if (direction === 'sent') flow.fromClient(Date.now(), octets);
    else flow.fromServer(Date.now(), octets);
  };
}

function serveMetrics({ metrics }: Gateway, host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const found = request.method === 'GET' && request.url === '/metrics';
    response.writeHead(found ? 200 : 404, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(found ? metrics.text() : 'GET /metrics\n');
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

function urlOf(server: Server, host: string, path: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;
}

function integer(flag: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new UsageError(`${flag} is a number from ${least} to ${most}, not ${text}`);
  return value;
}
