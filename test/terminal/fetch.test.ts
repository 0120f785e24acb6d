import assert from 'node:assert/strict';
import { type Driver, drive, type LinkProfile, linkProfiles, simulatedLink } from '../../src/bearer/index.js';
import { virtualScheduler } from '../../src/bearer/scheduler.js';
import { gatewaySessions } from '../../src/gateway/sessions.js';
import { sessionUser } from '../../src/gateway/user.js';
import { openWapClient, type WapClientOptions, type WapResponse } from '../../src/terminal/fetch.js';
import { udpEndpoint } from '../../src/wap/address.js';
import { ProtocolError } from '../../src/wap/errors.js';
import { seededRandom } from '../../src/wap/random.js';
import { sessions, units } from '../../src/wap/stack.js';
import type {
  SessionIndication,
  SessionRequest,
  UnitIndication,
  UnitRequest,
} from '../../src/wap/wsp/index.js';

const BODY = Uint8Array.from({ length: 60_000 }, (_, i) => (i * 31) & 0xff);

/** A gateway at 10.0.0.1, whose origin answers 60,000 octets to all, and a link of that quality. */
function world(seed: number, profile: Partial<LinkProfile>) {
  const scheduler = virtualScheduler();
  const largest = { datagram: 0 };
  const link = simulatedLink({
    scheduler,
    random: seededRandom(seed, 'link'),
    profile: { ...linkProfiles.ideal, ...profile },
  });
  const random = seededRandom(seed, 'gateway');
  const clients: string[] = [];
  const user = sessionUser((primitive) => gateway.request(primitive), random, {
    forward: async ({ client }) => {
      clients.push(client.address);
      return { status: 200, headers: [{ name: 'Content-Type', value: 'image/gif' }], body: BODY };
    },
    clock: scheduler,
    limits: { sessions: 10, sessionsOfAddress: 10, requests: 4, requestBody: 100 },
    failed: (error) => {
      throw error;
    },
  });
  const local = udpEndpoint('10.0.0.1', 9201);
  const gateway: Driver<SessionRequest> = drive<SessionRequest, SessionIndication>({
    stack: gatewaySessions({ local, random, requestBody: 100, idleFor: 3_600_000, suspendedFor: 86_400_000 }),
    bearer: link.attach(local),
    scheduler,
    deliver: (indication) => user.deliver(indication),
  });
  const options: WapClientOptions = {
    gateway: { host: '10.0.0.1' },
    mode: 'co',
    local: { host: '10.0.0.2', port: 49_152 },
    scheduler,
    timeout: 3_600_000,
    random: seededRandom(seed, 'terminal'),
    open: async ({ host, port }) => link.attach(udpEndpoint(host, port)),
    tap: ({ datagram }) => {
      largest.datagram = Math.max(largest.datagram, datagram.octets.length);
    },
  };
  /** Moves the time on until that is settled. */
  async function settled<T>(promise: Promise<T>): Promise<T> {
    let done = false;
    promise.then(
      () => {
        done = true;
      },
      () => {
        done = true;
      },
    );
    for (let i = 0; !done; i++) {
      // Promises of the gateway's user go first.
      await new Promise((resolve) => setImmediate(resolve));
      if (!done) scheduler.step();
      assert.ok(i < 100_000, 'nothing ends it');
    }
    return promise;
  }
  return { scheduler, link, gateway, user, options, settled, largest, clients };
}

describe('A terminal and a gateway on a radio link (WAP-224 §7.14, §7.15)', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    it(`[WAESpec-HTS-C-001] [WAESpec-HTS-C-002] 60,000 octets come whole in datagrams of 1,500 at most, though one of ten is lost; seed ${seed}`, async () => {
      const { options, settled, largest, gateway } = world(seed, {
        delay: 200,
        jitter: 100,
        loss: 0.1,
        duplication: 0.05,
        reordering: 0.05,
      });
      const client = await settled(openWapClient(options));
      const { body } = await settled(client.request({ method: 'GET', url: 'http://a/' }));
      assert.deepEqual(body, BODY);
      assert.ok(largest.datagram <= 1500, `${largest.datagram} octets in one datagram`);
      await settled(client.close());
      assert.ok(gateway.timers() < 20);
    });
  }
});

describe('Suspend, resume, redirect (WAP-230 §6.3.3.2, §6.3.3.3)', () => {
  it('a session rests, and goes on from another address', async () => {
    const { options, settled, user, clients } = world(1, { delay: 100 });
    const client = await settled(openWapClient(options));
    await settled(client.request({ method: 'GET', url: 'http://a/' }));
    client.session?.suspend();
    assert.equal(client.session?.suspended, true);
    await settled(client.session?.resume('10.0.0.3') ?? Promise.reject());
    assert.equal(client.session?.suspended, false);
    await settled(client.request({ method: 'GET', url: 'http://a/' }));
    assert.deepEqual(clients, ['10.0.0.2', '10.0.0.3']);
    assert.equal(user.sessions(), 1);
    await settled(client.close());
  });

  it('a request while it rests resumes it', async () => {
    const { options, settled } = world(2, { delay: 100 });
    const client = await settled(openWapClient(options));
    client.session?.suspend();
    const [one, two] = await settled(
      Promise.all([
        client.request({ method: 'GET', url: 'http://a/' }),
        client.request({ method: 'GET', url: 'http://b/' }),
      ]),
    );
    assert.deepEqual([one.status, two.status], [200, 200]);
    await settled(client.close());
  });

  it('what is under way when it is suspended ends', async () => {
    const { options, settled } = world(3, { delay: 100 });
    const client = await settled(openWapClient(options));
    const request = client.request({ method: 'GET', url: 'http://a/' });
    client.session?.suspend();
    await assert.rejects(settled(request), ProtocolError);
    await settled(client.close());
  });

  it('the gateway ends a session that is idle or rests for too long', async () => {
    const { options, settled, user, scheduler } = world(4, { delay: 100 });
    const client = await settled(openWapClient(options));
    scheduler.advance(2 * 3_600_000 + 1000);
    assert.equal(user.sessions(), 0);
    await settled(client.close());
    const other = await settled(openWapClient(options));
    other.session?.suspend();
    scheduler.advance(3 * 3_600_000);
    assert.equal(user.sessions(), 1);
    scheduler.advance(2 * 86_400_000 + 1000);
    assert.equal(user.sessions(), 0);
    await assert.rejects(settled(other.session?.resume() ?? Promise.resolve()), ProtocolError);
    await settled(other.close());
  });

  it('a gateway that redirects is left for the other; circles end', async () => {
    const { options, settled, link, scheduler } = world(5, { delay: 100 });
    for (const [host, to] of [
      ['10.0.0.8', [10, 0, 0, 1]],
      ['10.0.0.9', [10, 0, 0, 9]],
    ] as const) {
      const local = udpEndpoint(host, 9201);
      const random = seededRandom(5, host);
      const driver: Driver<SessionRequest> = drive<SessionRequest, SessionIndication>({
        stack: sessions({ local, session: { random }, transaction: { random } }),
        bearer: link.attach(local),
        scheduler,
        deliver: (indication) => {
          if (indication.type !== 'S-Connect.ind') return;
          driver.request({
            type: 'S-Disconnect.req',
            session: indication.session,
            reasonCode: 301,
            redirectAddresses: [{ address: Uint8Array.from(to) }],
          });
        },
      });
    }
    const moves: unknown[] = [];
    const client = await settled(
      openWapClient({
        ...options,
        gateway: { host: '10.0.0.8' },
        onRedirect: ({ address, port }, permanent) => moves.push([address, port, permanent]),
      }),
    );
    assert.deepEqual(moves, [['10.0.0.1', 9201, true]]);
    assert.equal(client.gateway.address, '10.0.0.1');
    assert.equal((await settled(client.request({ method: 'GET', url: 'http://a/' }))).status, 200);
    await settled(client.close());
    const circle = openWapClient({ ...options, gateway: { host: '10.0.0.9' } });
    await assert.rejects(settled(circle), /redirect in circles/);
  });
});

describe('Connectionless requests (WAP-230 §6.4.1)', () => {
  it('are repeated until the answer comes, and not after it: nothing is due any more', async () => {
    const scheduler = virtualScheduler();
    const link = simulatedLink({
      scheduler,
      random: seededRandom(6, 'link'),
      profile: { ...linkProfiles.ideal, delay: 100 },
    });
    let asked = 0;
    const local = udpEndpoint('10.0.0.1', 9200);
    const gateway: Driver<UnitRequest> = drive<UnitRequest, UnitIndication>({
      stack: units({ local }),
      bearer: link.attach(local),
      scheduler,
      deliver: (indication) => {
        // The first one is as good as lost.
        if (indication.type !== 'S-Unit-MethodInvoke.ind' || ++asked === 1) return;
        const { peers, transactionId } = indication;
        gateway.request({
          type: 'S-Unit-MethodResult.req',
          peers,
          transactionId,
          status: 200,
          responseHeaders: [],
          responseBody: Uint8Array.of(1, 2, 3),
        });
      },
    });
    const client = await openWapClient({
      gateway: { host: '10.0.0.1' },
      mode: 'cl',
      local: { host: '10.0.0.2', port: 49_152 },
      scheduler,
      open: async ({ host, port }) => link.attach(udpEndpoint(host, port)),
    });
    let response: WapResponse | undefined;
    client.request({ method: 'GET', url: 'http://a/' }).then((it) => {
      response = it;
    });
    while (response === undefined && scheduler.step()) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([response?.status, response?.body], [200, Uint8Array.of(1, 2, 3)]);
    assert.equal(asked, 2);
    assert.equal(scheduler.next(), undefined);
    await client.close();
  });
});
