import assert from 'node:assert/strict';
import { linkProfiles } from '../../src/bearer/memory.js';
import { type Endpoint, udpEndpoint } from '../../src/wap/address.js';
import type { Crossing } from '../../src/wap/layer.js';
import { ports, portsFrom } from '../../src/wap/ports.js';
import { type Random, seededRandom } from '../../src/wap/random.js';
import { longSessions, type SecurityLayer, sessions, transactions, units } from '../../src/wap/stack.js';
import type {
  SessionIndication,
  SessionRequest,
  UnitIndication,
  UnitRequest,
} from '../../src/wap/wsp/primitives.js';
import type { TransactionIndication, TransactionRequest } from '../../src/wap/wtp/index.js';
import { hex } from '../support/hex.js';
import { print, world } from '../support/world.js';

const random = seededRandom(1);
const remote = udpEndpoint('10.0.0.2', 49152);

/** Turns every octet over, and marks that it was there. */
const turning: SecurityLayer = {
  name: 'WTLS',
  fromAbove: (request) => [{ down: { ...request, userData: request.userData.map((octet) => 0xff - octet) } }],
  fromBelow: (indication) => [
    {
      up:
        indication.type === 'T-DError.ind'
          ? indication
          : { ...indication, userData: indication.userData.map((octet) => 0xff - octet) },
    },
  ],
  expired: () => [],
};

describe('Stacks (WAP-259 Appendix B)', () => {
  it('every crossing between two layers is observed once, in order', () => {
    const seen: string[] = [];
    const observe = ({ from, to, primitive }: Crossing) => seen.push(`${from}>${to} ${primitive.type}`);
    const local = udpEndpoint('10.0.0.1', 9201);
    const stack = sessions({
      local,
      security: turning,
      observe,
      transaction: { random, firstTid: 1 },
      session: { random },
    });
    stack.fromAbove({
      type: 'S-Connect.req',
      session: 'C1',
      peers: { local, remote },
    });
    assert.deepEqual(seen, ['WSP>WTP TR-Invoke.req', 'WTP>WTLS T-DUnitdata.req', 'WTLS>WDP T-DUnitdata.req']);
  });

  it('a layer in the place of WTLS sees every datagram', () => {
    const local = udpEndpoint('10.0.0.1', 9203);
    const stack = transactions({ local, security: turning, random, firstTid: 1 });
    const effects = stack.fromAbove({
      type: 'TR-Invoke.req',
      peers: { local, remote },
      ackType: false,
      userData: hex('40'),
      classType: 0,
      handle: 'I1',
    });
    assert.deepEqual(effects, [
      { down: { type: 'Datagram', source: local, destination: remote, octets: hex('f1 fffe ff bf') } },
    ]);
  });

  it('[WDP-RP-S-003] [WDP-RP-S-004] 9200 connectionless and 9201 session: a request and its answer through all layers', () => {
    const earth = world(1);
    const server = earth.end<UnitRequest, UnitIndication>(`10.0.0.1:${ports.connectionless}`, (local) =>
      units({ local }),
    );
    const client = earth.end<UnitRequest, UnitIndication>('10.0.0.2:5000', (local) => units({ local }));
    client.request({
      type: 'S-Unit-MethodInvoke.req',
      peers: { local: client.local, remote: server.local },
      transactionId: 1,
      method: 'GET',
      requestUri: '/',
    });
    earth.settle();
    assert.deepEqual(server.indications.map(print).length, 1);
    assert.match(earth.transcript[0] ?? '', /10.0.0.2\|5000 > 10.0.0.1\|9200 0140012f/);

    const gateway = earth.end<SessionRequest, SessionIndication>(`10.0.0.1:${ports.session}`, (local, each) =>
      sessions({ local, transaction: { random: each }, session: { random: each } }),
    );
    const phone = earth.end<SessionRequest, SessionIndication>('10.0.0.2:5001', (local, each) =>
      sessions({ local, transaction: { random: each }, session: { random: each } }),
    );
    phone.request({
      type: 'S-Connect.req',
      session: 'C1',
      peers: { local: phone.local, remote: gateway.local },
    });
    earth.scheduler.advance(100);
    assert.deepEqual(
      gateway.indications.map(({ type }) => type),
      ['S-Connect.ind'],
    );
  });

  const radio = [
    ['[WDP-CT-C-004] [WDP-CT-S-004] [WDP-GSM-C-008] [WDP-GSM-S-008]', 'GSM CSD IPv4', 'csd9600', [140, 1340]],
    ['[WDP-GSM-C-007] [WDP-GSM-S-007]', 'GSM GPRS IPv4', 'gprs', [205, 905]],
  ] as const;
  for (const [items, bearer, profile, [least, most]] of radio) {
    it(`${items} a transaction over ${bearer} at the rate of ${profile}`, () => {
      const earth = world(1, { ...linkProfiles[profile], loss: 0 });
      const end = (address: string, port: number) =>
        earth.endAt<TransactionRequest, TransactionIndication>({ bearer, address, port }, (local, each) =>
          transactions({ local, random: each }),
        );
      const server = end('10.0.0.1', 9201);
      const client = end('10.0.0.2', 49152);
      client.request({
        type: 'TR-Invoke.req',
        peers: { local: client.local, remote: server.local },
        ackType: false,
        userData: new Uint8Array(1000),
        classType: 1,
        handle: 'I1',
      });
      earth.scheduler.advance(least);
      assert.equal(server.indications.length, 0);
      earth.scheduler.advance(most - least);
      assert.deepEqual(
        client.indications.map(({ type }) => type),
        ['TR-Invoke.cnf'],
      );
    });
  }

  it('Large Data Transfer: a session on messages of several parts, over a bad link', () => {
    const segmentation = { packet: 400, group: 2000, numGroups: 3 };
    const protocolOptions = ['Large Data Transfer'] as const;
    for (let seed = 1; seed <= 3; seed++) {
      const earth = world(seed, {
        ...linkProfiles.csd9600,
        rate: 1e6,
        loss: 0.1,
        duplication: 0.1,
        reordering: 0.1,
      });
      const stack = (local: Endpoint, each: Random) =>
        longSessions({ local, session: { random: each }, transaction: { random: each, segmentation } });
      const page = (n: number) => new Uint8Array(3000).fill(n);
      const server = earth.end<SessionRequest, SessionIndication>(
        '10.0.0.1:9201',
        stack,
        (indication, request) => {
          if (indication.type === 'S-Connect.ind')
            request({ type: 'S-Connect.res', session: indication.session });
          if (indication.type !== 'S-MethodInvoke.ind') return;
          const { session, serverTransactionId } = indication;
          request({ type: 'S-MethodInvoke.res', session, serverTransactionId });
          const result = { session, serverTransactionId, status: 200, responseBody: page(0), moreData: true };
          request({ type: 'S-MethodResult.req', ...result });
          for (const n of [1, 2, 3]) {
            const further = { session, serverTransactionId, responseBody: page(n), moreData: n < 3 };
            request({ type: 'S-MethodResultData.req', ...further });
          }
        },
      );
      const pages: number[][] = [];
      const client = earth.end<SessionRequest, SessionIndication>(
        '10.0.0.2:5000',
        stack,
        (indication, request) => {
          if (indication.type === 'S-Connect.cnf') {
            const { session } = indication;
            request({
              type: 'S-MethodInvoke.req',
              session,
              clientTransactionId: 1,
              method: 'GET',
              requestUri: '/',
            });
          }
          if (indication.type !== 'S-MethodResult.ind' && indication.type !== 'S-MethodResultData.ind')
            return;
          const { session, clientTransactionId, responseBody, moreData } = indication;
          pages.push([responseBody.length, responseBody[0] ?? -1]);
          const type =
            indication.type === 'S-MethodResult.ind' ? 'S-MethodResult.res' : 'S-MethodResultData.res';
          if (!moreData) request({ type, session, clientTransactionId });
        },
      );
      client.request({
        type: 'S-Connect.req',
        session: 'C1',
        peers: { local: client.local, remote: server.local },
        requestedCapabilities: { protocolOptions, clientSduSize: 5000, clientMessageSize: 0 },
      });
      earth.scheduler.advance(60_000);
      assert.deepEqual(
        pages,
        [0, 1, 2, 3].map((n) => [3000, n]),
        `seed ${seed}`,
      );
    }
  });

  it('ports from another base keep their order', () => {
    assert.deepEqual(portsFrom(9200), ports);
    assert.deepEqual(portsFrom(20_000), {
      connectionless: 20_000,
      session: 20_001,
      secureConnectionless: 20_002,
      secureSession: 20_003,
      push: 20_004,
      pushSecure: 20_005,
      wtaSecureConnectionless: 20_006,
      wtaSecureSession: 20_007,
    });
  });
});
