import assert from 'node:assert/strict';
import { realScheduler } from '../../src/bearer/index.js';
import { until } from '../../src/cli/demo/play.js';
import { demoUsers } from '../../src/cli/demo/users.js';
import { startWorld, type World } from '../../src/cli/demo/world.js';
import { openWapClient } from '../../src/terminal/fetch.js';
import { type Phone, startPhone } from '../../src/terminal/phone.js';
import { terminalSecurity } from '../../src/terminal/security.js';
import type { TerminalEvent } from '../../src/terminal/terminal.js';
import { decodeLatin1 } from '../../src/wap/octets.js';
import { createAuthority, textIdentifier } from '../../src/wap/pki/index.js';
import { portsFrom } from '../../src/wap/ports.js';
import { seededRandom } from '../../src/wap/random.js';
import type { Datagram } from '../../src/wap/wdp/primitives.js';

const BASE = 24_600;
const ports = portsFrom(BASE);
const host = '127.0.0.1';
const local = { host };

describe('WTA sessions on the wire (WAP-266-WTA §5.2, §5.5, §6.1)', function () {
  this.timeout(30_000);
  const air: Datagram[] = [];
  const events: TerminalEvent[] = [];
  let world: World;

  before(async () => {
    world = await startWorld({
      user: demoUsers[0],
      portBase: BASE,
      way: 'call',
      air: (_, datagram) => air.push(datagram),
      phone: { watch: (event) => events.push(event) },
    });
  });
  after(() => world.close());

  const service = (path: string): string => `${world.shop.url}/wta/${path}`;

  it('[WTA-SEC-C-009] [WTA-SEC-S-001] [WTA-SS-C-001] [WTA-SM-C-002] [WTA-SEC-S-002] content comes over a WSP session over WTLS class 2, on the port that is only for it', async () => {
    const { terminal } = world.phone;
    terminal.telephony?.open(service('installed'));
    await until(terminal, /Installed/);
    assert.deepEqual(
      events.filter(({ type }) => type === 'session'),
      [{ type: 'session', gateway: host, port: ports.wtaSecureSession, wtlsClass: 2 }],
    );
    assert.equal(world.gateway.ports.wtaSecureSession, BASE + 7);
    assert.equal(world.gateway.sessions(), 1);
    assert.ok(air.length > 0);
    for (const { source, destination, octets } of air) {
      assert.ok([source.port, destination.port].includes(ports.wtaSecureSession));
      assert.doesNotMatch(decodeLatin1(octets), /Installed|wta\/installed/);
    }
  });

  it('[WTA-SEC-C-009] a gateway that does not prove itself to this phone gets nothing', async () => {
    const stranger = createAuthority({ random: seededRandom(1, 'stranger'), now: Date.now() });
    let phone: Phone | undefined;
    const failures: string[] = [];
    try {
      const { exchange } = world;
      assert.ok(exchange);
      phone = await startPhone({
        host,
        pushPort: BASE + 20,
        gateway: { host, port: ports.session },
        telephony: {
          number: '+33600000000',
          exchange,
          ports,
          gateway: { host, port: ports.wtaSecureSession },
          security: terminalSecurity(realScheduler, {
            trusted: [{ name: textIdentifier('Riviera Root'), publicKey: stranger.certificate.publicKey }],
          }),
        },
        scheduler: realScheduler,
        random: seededRandom(2),
        watch: (event) => {
          if (event.type === 'failed') failures.push(event.text);
        },
      });
      phone.terminal.telephony?.open(service('installed'));
      await until(phone.terminal, /Notice/);
      assert.match(failures.join(), /no secure connection/);
    } finally {
      await phone?.close();
    }
  });

  it('[WTA-SEC-S-001] [WTA-SEC-S-002] the gateway takes nobody there without WTLS, and nobody to whom it need not prove itself', async () => {
    const gateway = { host, port: ports.wtaSecureSession };
    await assert.rejects(openWapClient({ gateway, mode: 'co', local, timeout: 300 }));
    const security = terminalSecurity(realScheduler, { keyExchanges: [{ suite: 'RSA_anon' }] });
    await assert.rejects(
      openWapClient({ gateway, mode: 'co', local, security, timeout: 5_000 }),
      /no secure connection/,
    );
  });
});
