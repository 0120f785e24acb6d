import assert from 'node:assert/strict';
import { linkProfiles } from '../../../src/bearer/index.js';
import { encodeUtf8 } from '../../../src/wap/octets.js';
import { sessions } from '../../../src/wap/stack.js';
import type { SessionIndication, SessionRequest } from '../../../src/wap/wsp/primitives.js';
import { world } from '../../support/world.js';

/** Answers everything at once, as the smallest server would. */
function serverUser(indication: SessionIndication, request: (answer: SessionRequest) => void): void {
  const { session } = indication;
  if (indication.type === 'S-Connect.ind') request({ type: 'S-Connect.res', session });
  if (indication.type === 'S-Resume.ind') request({ type: 'S-Resume.res', session });
  if (indication.type !== 'S-MethodInvoke.ind') return;
  const { serverTransactionId } = indication;
  request({ type: 'S-MethodInvoke.res', session, serverTransactionId });
  request({
    type: 'S-MethodResult.req',
    session,
    serverTransactionId,
    status: 200,
    responseHeaders: [{ name: 'Content-Type', value: 'text/plain' }],
    responseBody: encodeUtf8(
      `${indication.method} ${indication.requestUri} ${indication.requestBody.length}`,
    ),
  });
}

describe('Sessions over transactions and datagrams (WAP-230 §7.1, WAP-224)', () => {
  function earth(seed: number, profile = linkProfiles.ideal) {
    const all = world(seed, profile);
    const make = (label: string) => (local: Parameters<Parameters<typeof all.end>[1]>[0]) =>
      sessions({
        local,
        transaction: { random: all.random(`${label} wtp`) },
        session: { random: all.random(`${label} wsp`) },
      });
    const server = all.end<SessionRequest, SessionIndication>('10.0.0.1:9201', make('server'), serverUser);
    const results: string[] = [];
    const client = all.end<SessionRequest, SessionIndication>(
      '10.0.0.2:49200',
      make('client'),
      (told, request) => {
        if (told.type === 'S-MethodAbort.ind') results.push(`${told.transactionId} ${told.reason}`);
        if (told.type !== 'S-MethodResult.ind') return;
        const { session, clientTransactionId } = told;
        results.push(`${clientTransactionId} ${new TextDecoder().decode(told.responseBody)}`);
        request({ type: 'S-MethodResult.res', session, clientTransactionId });
      },
    );
    return { all, server, client, results, peers: { local: client.local, remote: server.local } };
  }

  it('[WSP-CO-C-001] [WSP-CO-S-001] connect, two methods, suspend, resume, a push, disconnect', () => {
    const { all, client, server, results, peers } = earth(1);
    client.request({
      type: 'S-Connect.req',
      session: 'C1',
      peers,
      requestedCapabilities: { methodMor: 2, protocolOptions: ['Push', 'Session Resume'] },
    });
    all.settle(600_000);
    client.request({
      type: 'S-MethodInvoke.req',
      session: 'C1',
      clientTransactionId: 1,
      method: 'GET',
      requestUri: '/a',
    });
    client.request({
      type: 'S-MethodInvoke.req',
      session: 'C1',
      clientTransactionId: 2,
      method: 'POST',
      requestUri: '/b',
      requestBody: encodeUtf8('xyz'),
    });
    all.settle(600_000);
    assert.deepEqual(results, ['1 GET /a 0', '2 POST /b 3']);
    client.request({ type: 'S-Suspend.req', session: 'C1' });
    all.settle(600_000);
    client.request({ type: 'S-Resume.req', session: 'C1', peers });
    all.settle(600_000);
    server.request({ type: 'S-Push.req', session: 'S1', pushBody: encodeUtf8('p') });
    all.settle(600_000);
    client.request({ type: 'S-Disconnect.req', session: 'C1', reasonCode: 200 });
    all.settle(600_000);
    assert.deepEqual(
      client.indications.map(({ type }) => type).filter((type) => !type.startsWith('S-Method')),
      ['S-Connect.cnf', 'S-Suspend.ind', 'S-Resume.cnf', 'S-Push.ind', 'S-Disconnect.ind'],
    );
    assert.deepEqual(
      server.indications.map(({ type }) => type).filter((type) => !type.startsWith('S-Method')),
      ['S-Connect.ind', 'S-Suspend.ind', 'S-Resume.ind', 'S-Disconnect.ind'],
    );
    assert.equal(server.driver.timers() + client.driver.timers(), 0);
  });
});
