import assert from 'node:assert/strict';
import {
  type Bearer,
  type LinkProfile,
  linkProfiles,
  type Sighting,
  simulatedLink,
  virtualScheduler,
} from '../../src/bearer/index.js';
import { conversations, keyLogLine, readKeyLog } from '../../src/capture/index.js';
import { type Gateway, type GatewayOptions, startGateway } from '../../src/gateway/gateway.js';
import { createMetrics } from '../../src/gateway/metrics.js';
import { type GatewaySecurity, secureServices } from '../../src/gateway/secure.js';
import { openWapClient, type WapClientOptions, type WapMode } from '../../src/terminal/fetch.js';
import { type TerminalSecurity, terminalSecurity } from '../../src/terminal/security.js';
import { udpEndpoint } from '../../src/wap/address.js';
import { ProtocolError } from '../../src/wap/errors.js';
import type { Management } from '../../src/wap/layer.js';
import { decodeUtf8, encodeUtf8 } from '../../src/wap/octets.js';
import { portsFrom, ports as registered } from '../../src/wap/ports.js';
import { seededRandom } from '../../src/wap/random.js';
import { type KeyLogEntry, sessionCache, type WtlsClientOptions } from '../../src/wap/wtls/index.js';
import { authority, certified, rsaAuthority, rsaKey } from '../wap/wtls/parties.js';
import { type Origin, startOrigin } from './origin.js';

const host = '127.0.0.1';
const clock = { now: () => Date.now() };
const headers = [{ name: 'Accept', value: 'text/plain, application/vnd.wap.wmlc' }];

const server = (name = host, more = {}) =>
  certified(rsaAuthority(), rsaKey('gateway'), `Gateway; Test; FI; ${name}`, more);

/** A terminal that trusts the gateway's authority. */
const trusting = (more: Partial<WtlsClientOptions> = {}): TerminalSecurity =>
  terminalSecurity(clock, { trusted: [rsaAuthority().trust], ...more });

describe('A gateway on its secure ports (WAP-259 Appendix B, WAP-261)', () => {
  let origin: Origin;
  const opened: Gateway[] = [];

  before(async () => {
    origin = await startOrigin();
  });
  afterEach(async () => {
    for (const gateway of opened.splice(0)) await gateway.close();
  });
  after(() => origin.close());

  async function gatewayWith(
    security: Partial<GatewaySecurity> = {},
    more: GatewayOptions = {},
  ): Promise<Gateway> {
    const gateway = await startGateway({
      portBase: 0,
      ...more,
      security: { identities: [server()], ...security },
    });
    opened.push(gateway);
    return gateway;
  }

  function clientOf(
    gateway: Gateway,
    mode: WapMode,
    security: TerminalSecurity,
    more: Partial<WapClientOptions> = {},
  ) {
    const { secureConnectionless, secureSession } = gateway.ports;
    const port = mode === 'cl' ? secureConnectionless : secureSession;
    return openWapClient({ gateway: { host, port }, mode, headers, security, ...more });
  }

  const count = (gateway: Gateway, labels: string): number =>
    Number(
      gateway.metrics
        .text()
        .match(new RegExp(`wapstack_wtls_handshakes_total\\{${labels}[^}]*\\} (\\d+)`))?.[1] ?? 0,
    );

  for (const mode of ['cl', 'co'] satisfies WapMode[]) {
    const port = mode === 'cl' ? 'N+2, 9202' : 'N+3, 9203';

    it(`${port}: a deck over WTLS class 2, and the origin hears of WSPS [WAESpec-URI-S-005]`, async () => {
      const gateway = await gatewayWith();
      const client = await clientOf(gateway, mode, trusting());
      const { status, body } = await client.request({ method: 'GET', url: `${origin.url}/deck.wml` });
      assert.equal(status, 200);
      assert.equal(body[0], 1);
      assert.match(origin.requests.at(-1)?.headers.via ?? '', /^WSPS\/1\.\d wapstack/);
      const security = client.security();
      assert.equal(security?.wtlsClass, 2);
      assert.equal(security?.keyExchange, 'RSA');
      assert.deepEqual(security?.peerKey, rsaKey('gateway').publicKey);
      await client.close();
    });

    it(`${port}: the second connection resumes the session of the first`, async () => {
      const gateway = await gatewayWith();
      const security = trusting();
      for (let i = 0; i < 3; i++) {
        const client = await clientOf(gateway, mode, security);
        const { status } = await client.request({ method: 'GET', url: `${origin.url}/deck.wml` });
        assert.equal(status, 200);
        assert.equal(client.security()?.wtlsClass, 2);
        await client.close();
      }
      assert.deepEqual([count(gateway, 'result="full"'), count(gateway, 'result="resumed"')], [1, 2]);
    });

    it(`${port}: an anonymous client gets class 1, where the policy lets it`, async () => {
      const gateway = await gatewayWith();
      const client = await clientOf(gateway, mode, terminalSecurity(clock));
      const { body } = await client.request({
        method: 'POST',
        url: `${origin.url}/echo`,
        body: encodeUtf8('a=1'),
        headers: [{ name: 'Content-Type', value: 'text/plain' }],
      });
      assert.equal(decodeUtf8(body), 'a=1');
      assert.equal(client.security()?.wtlsClass, 1);
      await client.close();
    });
  }

  it('60,000 octets come whole, in segments under WTLS', async () => {
    const gateway = await gatewayWith();
    const client = await clientOf(gateway, 'co', trusting());
    const { body } = await client.request({ method: 'GET', url: `${origin.url}/big` });
    assert.equal(body.length, 60_000);
    await client.close();
  });

  it('one cache for all ports: a session of 9203 goes on at 9202 and at the ports of WTA', async () => {
    const gateway = await gatewayWith();
    const security = trusting();
    const { secureSession, secureConnectionless, wtaSecureSession, wtaSecureConnectionless } = gateway.ports;
    const ways = [
      ['co', secureSession],
      ['cl', secureConnectionless],
      ['co', wtaSecureSession],
      ['cl', wtaSecureConnectionless],
    ] as const;
    for (const [mode, port] of ways) {
      const client = await clientOf(gateway, mode, security, { gateway: { host, port } });
      await client.request({ method: 'GET', url: `${origin.url}/deck.wml` });
      await client.close();
    }
    assert.deepEqual([count(gateway, 'result="full"'), count(gateway, 'result="resumed"')], [1, 3]);
  });

  it('[WTA-SEC-C-002] the ports of WTA have no anonymous connections, nor sessions that began so elsewhere', async () => {
    const gateway = await gatewayWith();
    const security = terminalSecurity(clock);
    const first = await clientOf(gateway, 'co', security);
    assert.equal(first.security()?.wtlsClass, 1);
    await first.close();
    const { wtaSecureSession } = gateway.ports;
    await assert.rejects(
      clientOf(gateway, 'co', security, { gateway: { host, port: wtaSecureSession } }),
      (error) =>
        error instanceof ProtocolError && /no secure connection.*handshake_failure/.test(error.message),
    );
  });

  describe('what a terminal does not accept is said in a sentence, and nothing is sent', () => {
    const cases: readonly [string, () => Partial<GatewaySecurity>, () => TerminalSecurity, RegExp][] = [
      [
        'an authority that nobody trusts',
        () => ({}),
        () => terminalSecurity(clock, { trusted: [authority('RSA root', rsaKey('another root')).trust] }),
        /the other end refuses|no secure connection: .*(trusted|signature)/,
      ],
      [
        'another name',
        () => ({ identities: [server('10.9.8.7')] }),
        trusting,
        /no secure connection: the certificate is not for 127\.0\.0\.1/,
      ],
      [
        'a certificate that is out of date',
        () => ({ identities: [server(host, { notAfter: Date.UTC(2001, 1, 1) })] }),
        trusting,
        /no secure connection: the certificate of .* is not valid now/,
      ],
    ];
    for (const [what, security, terminal, says] of cases) {
      for (const mode of ['cl', 'co'] satisfies WapMode[]) {
        it(`${what} (${mode})`, async () => {
          const gateway = await gatewayWith(security());
          const seen = origin.requests.length;
          const attempt = async () => {
            const client = await clientOf(gateway, mode, terminal());
            try {
              return await client.request({ method: 'GET', url: `${origin.url}/deck.wml` });
            } finally {
              await client.close();
            }
          };
          await assert.rejects(
            attempt(),
            (error) => error instanceof ProtocolError && says.test(error.message),
          );
          assert.equal(origin.requests.length, seen);
        });
      }
    }
  });

  describe('the policy', () => {
    const user = () => certified(rsaAuthority(), rsaKey('user'), 'Alice; Test; FI');

    it('required: who has a certificate gets class 3, who has none is refused', async () => {
      const gateway = await gatewayWith({
        trusted: [rsaAuthority().trust],
        policy: { clientAuthentication: 'required' },
      });
      const client = await clientOf(gateway, 'co', trusting({ identities: [user()] }));
      assert.equal(client.security()?.wtlsClass, 3);
      await client.close();
      await assert.rejects(
        clientOf(gateway, 'co', trusting()),
        /the other end refuses: fatal handshake_failure/,
      );
      assert.equal(count(gateway, 'result="refused",alert="handshake_failure"'), 1);
    });

    it('requested: who has none gets class 2', async () => {
      const gateway = await gatewayWith({
        trusted: [rsaAuthority().trust],
        policy: { clientAuthentication: 'requested' },
      });
      const security = trusting({ identities: [user()] });
      const with3 = await clientOf(gateway, 'co', security);
      assert.equal(with3.security()?.wtlsClass, 3);
      await with3.close();
      const resumed = await clientOf(gateway, 'co', security);
      assert.equal(resumed.security()?.wtlsClass, 3, 'also in a session that goes on');
      await resumed.close();
      const with2 = await clientOf(gateway, 'co', trusting());
      assert.equal(with2.security()?.wtlsClass, 2);
      await with2.close();
    });

    it('ciphers that are too weak are refused with insufficient_security, and counted', async () => {
      const gateway = await gatewayWith({ policy: { leastCipherBits: 128 } });
      await assert.rejects(
        clientOf(gateway, 'co', trusting({ cipherSuites: [['DES_CBC', 'SHA']] })),
        /the other end refuses: fatal insufficient_security/,
      );
      assert.equal(count(gateway, 'result="refused",alert="insufficient_security"'), 1);
    });

    it('without certificates there are no ports for WTA', async () => {
      const gateway = await startGateway({ portBase: 0, security: { identities: [] } });
      opened.push(gateway);
      const asked = portsFrom(0);
      assert.equal(gateway.ports.wtaSecureSession, asked.wtaSecureSession);
      assert.notEqual(gateway.ports.secureSession, asked.secureSession);
    });
  });

  describe('a hello request on a live gateway (§10.5.1.1)', () => {
    it('the terminal makes a new handshake, and the session above goes on', async () => {
      const gateway = await gatewayWith();
      const news: Management[] = [];
      let local = 0;
      const client = await clientOf(gateway, 'co', trusting(), {
        manage: (each) => news.push(each),
        tap: ({ direction, datagram }) => {
          if (direction === 'sent') local = datagram.source.port;
        },
      });
      const commits = () => news.filter(({ type }) => type.startsWith('SEC-Commit')).length;
      assert.equal(commits(), 1);
      const peers = {
        local: udpEndpoint(host, gateway.ports.secureSession),
        remote: udpEndpoint(host, local),
      };
      gateway.renew(peers);
      // What is asked for comes over the old connection or the new one.
      for (let i = 0; i < 20 && count(gateway, 'result="resumed"') === 0; i++) {
        const { status } = await client.request({ method: 'GET', url: `${origin.url}/deck.wml` });
        assert.equal(status, 200);
      }
      assert.equal(count(gateway, 'result="resumed"'), 1);
      assert.equal(commits(), 2);
      const { status } = await client.request({ method: 'GET', url: `${origin.url}/deck.wml` });
      assert.equal(status, 200);
      await client.close();
    });
  });

  it('its key log opens what was captured', async () => {
    const sightings: Sighting[] = [];
    const lines: string[] = [];
    const gateway = await gatewayWith(
      { keyLog: (entry: KeyLogEntry) => lines.push(keyLogLine(entry)) },
      { tap: (sighting) => sightings.push(sighting) },
    );
    const security = trusting();
    for (const mode of ['cl', 'co'] satisfies WapMode[]) {
      const client = await clientOf(gateway, mode, security);
      await client.request({ method: 'GET', url: `${origin.url}/deck.wml` });
      await client.close();
    }
    assert.equal(lines.length, 2);
    const said = (log: string) => {
      const reader = conversations(readKeyLog(log), gateway.ports);
      return sightings.map(({ datagram }) => {
        const read = reader.read(datagram);
        assert.equal(read?.malformed, undefined);
        return read?.layers.map(({ summary }) => summary).join(' | ') ?? '';
      });
    };
    const open = said(lines.join('\n')).join('\n');
    assert.match(open, /^client_hello\nserver_hello \+ certificate \+ server_hello_done\n/);
    assert.equal(
      open.match(/application_data \| .*(?:GET|Get) http:\/\/127\.0\.0\.1.*deck\.wml/g)?.length,
      2,
    );
    assert.equal(open.match(/Reply 200.* \| application\/vnd\.wap\.wmlc/g)?.length, 2);
    assert.doesNotMatch(open, /ciphered/);
    const closed = said('').join('\n');
    assert.doesNotMatch(closed, /Reply|deck\.wml/);
    assert.match(closed, /application_data \(ciphered\)/);
  });
});

describe('Secure services on a bad link', () => {
  /** A gateway and terminals on a simulated link, one clock, one seed. */
  function links(seed: number, profile: LinkProfile, security: Partial<GatewaySecurity> = {}) {
    const scheduler = virtualScheduler();
    const random = seededRandom(seed);
    const link = simulatedLink({ scheduler, random: seededRandom(seed, 'link'), profile });
    const metrics = createMetrics();
    const services = secureServices({
      security: { identities: [server('10.0.0.1')], ...security },
      cache: sessionCache(scheduler),
      common: {
        scheduler,
        failed: (error) => {
          throw error;
        },
      },
      random,
      user: {
        forward: async ({ uri, secure }) => ({
          status: 200,
          headers: [{ name: 'Content-Type', value: 'text/plain' }],
          body: encodeUtf8(`${secure} ${uri}`),
        }),
        clock: scheduler,
        limits: { sessions: 100, sessionsOfAddress: 100, requests: 16, requestBody: 10_000 },
        failed: (error) => {
          throw error;
        },
      },
      session: { requestBody: 10_000 },
      maxDatagram: 10_000,
      metrics,
    });
    const attach = (port: number): Bearer => link.attach(udpEndpoint('10.0.0.1', port));
    services.open('secureConnectionless', attach(registered.secureConnectionless));
    services.open('secureSession', attach(registered.secureSession));
    let next = 2;
    return {
      scheduler,
      metrics,
      services,
      counts: link.counts,
      open: (mode: WapMode, more: Partial<WapClientOptions> = {}) =>
        openWapClient({
          gateway: { host: '10.0.0.1' },
          mode,
          security: terminalSecurity(scheduler, { trusted: [rsaAuthority().trust] }),
          scheduler,
          timeout: 1_000_000,
          random: seededRandom(seed, `terminal ${next}`),
          open: async () => link.attach(udpEndpoint(`10.0.0.${next++}`, 49_152)),
          ...more,
        }),
      /** Time goes on until the promise has come to its end. */
      async until<T>(promise: Promise<T>): Promise<T> {
        let done = false;
        const end = () => {
          done = true;
        };
        promise.then(end, end);
        for (let i = 0; i < 100_000 && !done; i++) {
          scheduler.advance(100);
          await new Promise((resolve) => setImmediate(resolve));
        }
        assert(done, 'it does not end');
        return promise;
      },
    };
  }

  const bad = { ...linkProfiles.gprs, loss: 0.15, duplication: 0.1, reordering: 0.15 };

  for (let seed = 1; seed <= 8; seed++) {
    it(`datagrams are lost, doubled and overtaken: seed ${seed}`, async () => {
      const earth = links(seed, bad);
      for (const mode of ['co', 'cl'] satisfies WapMode[]) {
        const client = await earth.until(earth.open(mode));
        for (let i = 0; i < 8; i++) {
          const url = `https://a.example/${mode}/${i}`;
          const { status, body } = await earth.until(client.request({ method: 'GET', url }));
          assert.equal(status, 200);
          assert.equal(decodeUtf8(body), `true ${url}`);
        }
        assert.equal(client.security()?.wtlsClass, 2);
        await client.close();
      }
      assert(earth.counts.lost > 0 && earth.counts.reordered > 0);
    });
  }

  it('keys that are older than the gateway wants are renewed while a session goes on', async () => {
    const earth = links(1, linkProfiles.gprs, { renewAfter: 60_000 });
    const client = await earth.until(earth.open('co'));
    for (let i = 0; i < 6; i++) {
      earth.scheduler.advance(30_000);
      const url = `https://a.example/${i}`;
      const { body } = await earth.until(client.request({ method: 'GET', url }));
      assert.equal(decodeUtf8(body), `true ${url}`);
    }
    earth.scheduler.advance(10_000);
    const renewed = /result="resumed"[^}]*\} (\d+)/.exec(earth.metrics.text())?.[1];
    assert(Number(renewed) >= 2, earth.metrics.text());
    await client.close();
  });

  it('a gateway that is not there: the terminal gives up after its retransmissions', async () => {
    const earth = links(1, { ...linkProfiles.gprs, loss: 1 });
    const attempt = earth
      .open('cl', { timeout: 10_000_000 })
      .then((client) => client.request({ method: 'GET', url: 'https://a.example/' }));
    await assert.rejects(earth.until(attempt), /no secure connection: the server does not answer/);
  });
});
