/** Gateways with WTLS for handsets under test, and what waits for their screens. */
import assert from 'node:assert/strict';
import { openUdp, realScheduler } from '../../src/bearer/index.js';
import { createMetrics } from '../../src/gateway/metrics.js';
import type { ProxyRequest } from '../../src/gateway/proxy.js';
import { type GatewaySecurity, type SecureServices, secureServices } from '../../src/gateway/secure.js';
import type { Terminal } from '../../src/terminal/terminal.js';
import { seededRandom } from '../../src/wap/random.js';
import { encodeWml, parseWml } from '../../src/wap/wml/index.js';
import { sessionCache } from '../../src/wap/wtls/index.js';
import { certified, rsaAuthority, rsaKey } from '../wap/wtls/parties.js';

export const host = '127.0.0.1';
const { document } = parseWml('<wml><card id="a" title="Bank"><p>17 euro</p></card></wml>');
assert(document);
const page = encodeWml(document);

/** The secure ports of a gateway on loopback; what is behind them answers every request with the same deck. */
export async function gatewayOf(security: Partial<GatewaySecurity> = {}) {
  const requests: ProxyRequest[] = [];
  const failed = (error: unknown) => {
    throw error;
  };
  const services: SecureServices = secureServices({
    security: {
      identities: [certified(rsaAuthority(), rsaKey('gateway'), `Gateway; Test; FI; ${host}`)],
      ...security,
    },
    cache: sessionCache(realScheduler),
    common: { scheduler: realScheduler, failed },
    random: seededRandom(1, 'gateway'),
    user: {
      async forward(request) {
        requests.push(request);
        return {
          status: 200,
          headers: [{ name: 'Content-Type', value: 'application/vnd.wap.wmlc' }],
          body: page,
        };
      },
      clock: realScheduler,
      limits: { sessions: 10, sessionsOfAddress: 10, requests: 16, requestBody: 10_000 },
      failed,
    },
    session: { requestBody: 10_000 },
    maxDatagram: 10_000,
    metrics: createMetrics(),
  });
  const units = await openUdp({ host, port: 0 });
  const sessions = await openUdp({ host, port: 0 });
  services.open('secureConnectionless', units);
  services.open('secureSession', sessions);
  return { services, requests, port: sessions.local.port, units: units.local };
}

/** Resolves when the handset shows something that `shows` says yes to. */
export function until(terminal: Terminal, shows: (text: string) => boolean): Promise<string> {
  return new Promise((resolve) => {
    const look = () => {
      const text = terminal.text();
      if (!shows(text)) return;
      stop();
      resolve(text);
    };
    const stop = terminal.onChange(look);
    look();
  });
}

/** A UDP port that nobody has just now. */
export async function freePort(): Promise<number> {
  const probe = await openUdp({ host, port: 0 });
  const { port } = probe.local;
  await probe.close();
  return port;
}
