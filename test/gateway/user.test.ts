import assert from 'node:assert/strict';
import type { Abandonment } from '../../src/gateway/abandonment.js';
import type { ProxyRequest, ProxyResponse } from '../../src/gateway/proxy.js';
import { sessionUser, type UserOptions, unitUser } from '../../src/gateway/user.js';
import { type Peers, udpEndpoint } from '../../src/wap/address.js';
import { encodeUtf8 } from '../../src/wap/octets.js';
import { seededRandom } from '../../src/wap/random.js';
import type { EitherSessionRequest, ServerSessionRequest, UnitRequest } from '../../src/wap/wsp/index.js';

const peers: Peers = { local: udpEndpoint('192.0.2.1', 9201), remote: udpEndpoint('192.0.2.7', 50000) };
const ok: ProxyResponse = {
  status: 200,
  headers: [{ name: 'Content-Type', value: 'a/b' }],
  body: encodeUtf8('x'),
};
const none = new Uint8Array(0);

/** What the proxy is asked, each answered when the test says so. */
function world() {
  const asked: { request: ProxyRequest; signal: Abandonment; answer: (response?: ProxyResponse) => void }[] =
    [];
  const failures: unknown[] = [];
  const time = { now: 0 };
  const options: UserOptions = {
    forward: (request, signal) =>
      new Promise((resolve) => {
        asked.push({ request, signal, answer: resolve });
      }),
    clock: { now: () => time.now },
    limits: { sessions: 3, sessionsOfAddress: 2, requests: 2, requestBody: 10 },
    failed: (error) => failures.push(error),
  };
  return { asked, failures, options, time };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('The gateway as a user of sessions (WAP-230 §6.3)', () => {
  function session() {
    const { asked, options } = world();
    const requests: (ServerSessionRequest | EitherSessionRequest)[] = [];
    const user = sessionUser((primitive) => requests.push(primitive), seededRandom(1), options);
    const connect = (handle: `S${string}`, from: Peers = peers) =>
      user.deliver({
        type: 'S-Connect.ind',
        session: handle,
        peers: from,
        clientHeaders: [
          { name: 'Accept', value: 'image/vnd.wap.wbmp' },
          { name: 'Accept', value: 'text/vnd.wap.wml' },
          { name: 'Accept-Language', value: 'dk' },
          { name: 'Accept-Charset', value: 'iso-8859-1' },
        ],
        requestedCapabilities: { clientSduSize: 3000, protocolOptions: ['Push'] },
      });
    const invoke = (
      id: number,
      more: { headers?: { name: string; value: string }[]; moreData?: boolean; body?: Uint8Array } = {},
    ) =>
      user.deliver({
        type: 'S-MethodInvoke.ind',
        session: 'S1',
        serverTransactionId: id,
        method: 'GET',
        requestUri: 'http://a/',
        requestHeaders: more.headers ?? [],
        requestBody: more.body ?? none,
        moreData: more.moreData ?? false,
      });
    return { asked, requests, user, connect, invoke };
  }

  it('a session is accepted, a method acknowledged, forwarded and answered', async () => {
    const { asked, requests, user, connect, invoke } = session();
    connect('S1');
    invoke(7);
    assert.equal(asked[0]?.request.sduSize, 3000);
    assert.match(asked[0]?.request.sessionId ?? '', /^[0-9a-f]{16}$/);
    asked[0]?.answer(ok);
    await settled();
    assert.deepEqual(requests, [
      { type: 'S-Connect.res', session: 'S1' },
      { type: 'S-MethodInvoke.res', session: 'S1', serverTransactionId: 7 },
      {
        type: 'S-MethodResult.req',
        session: 'S1',
        serverTransactionId: 7,
        status: 200,
        responseHeaders: [{ name: 'Content-Type', value: 'a/b' }],
        responseBody: encodeUtf8('x'),
      },
    ]);
    assert.equal(user.sessions(), 1);
  });

  it('[WAESpec-HTS-S-004] headers of the session count for each method; one of the same name replaces all of them (WAP-236 §7.1.4)', () => {
    const { asked, connect, invoke } = session();
    connect('S1');
    invoke(1, { headers: [{ name: 'accept', value: 'text/vnd.wap.wml' }] });
    // Example 3 of §7.1.4.
    assert.deepEqual(asked[0]?.request.headers, [
      { name: 'Accept-Language', value: 'dk' },
      { name: 'Accept-Charset', value: 'iso-8859-1' },
      { name: 'accept', value: 'text/vnd.wap.wml' },
    ]);
  });

  it('[WAESpec-HTS-S-005] headers of Resume update those of the session, and the address follows', () => {
    const { asked, requests, user, connect, invoke } = session();
    connect('S1');
    const elsewhere = { ...peers, remote: udpEndpoint('192.0.2.8', 50001) };
    user.deliver({
      type: 'S-Resume.ind',
      session: 'S1',
      peers: elsewhere,
      clientHeaders: [{ name: 'Accept-Language', value: 'en' }],
    });
    invoke(1);
    assert.deepEqual(requests[1], { type: 'S-Resume.res', session: 'S1' });
    assert.deepEqual(asked[0]?.request.headers.at(-1), { name: 'Accept-Language', value: 'en' });
    assert.equal(asked[0]?.request.client.address, '192.0.2.8');
    assert.equal(user.pushSession('192.0.2.8', 2, 'Push'), 'S1');
    assert.equal(user.pushSession('192.0.2.7', 2, 'Push'), undefined);
    assert.equal(user.pushSession('192.0.2.8', 2, 'Confirmed Push'), undefined);
    assert.equal(user.pushSession('192.0.2.8', 3, 'Push'), undefined);
  });

  it('a profile that Connect or Resume brings is kept, and the terminal is told so (WAP-248 §6.1.2)', () => {
    const { asked, requests, user, invoke } = session();
    const profile = (uri: string) => [{ name: 'Profile', value: uri }];
    user.deliver({
      type: 'S-Connect.ind',
      session: 'S1',
      peers,
      clientHeaders: profile('http://x/'),
      requestedCapabilities: {},
    });
    const serverHeaders = [{ name: 'Profile-Warning', value: '100' }];
    assert.deepEqual(requests, [{ type: 'S-Connect.res', session: 'S1', serverHeaders }]);
    user.deliver({ type: 'S-Resume.ind', session: 'S1', peers, clientHeaders: profile('http://y/') });
    assert.deepEqual(requests[1], { type: 'S-Resume.res', session: 'S1', serverHeaders });
    invoke(1);
    assert.deepEqual(asked[0]?.request.headers, profile('http://y/'));
  });

  it('[WAG-UA-P-S-002] [WAG-UA-P-S-003] profiles of a request replace those of the session; what remains comes after (WAP-248 §9.2.3.2)', () => {
    const { asked, user, invoke } = session();
    const clientHeaders = [
      { name: 'Profile', value: 'URIx' },
      { name: 'Profile', value: 'URIy' },
    ];
    user.deliver({ type: 'S-Connect.ind', session: 'S1', peers, clientHeaders, requestedCapabilities: {} });
    const diff = { name: 'Profile-Diff', value: 'octets:010504bb' };
    // Examples 1 and 2.
    invoke(1, { headers: [diff] });
    assert.deepEqual(asked[0]?.request.headers, [...clientHeaders, diff]);
    invoke(2, { headers: [{ name: 'Profile', value: 'URIz' }, diff] });
    assert.deepEqual(asked[1]?.request.headers, [{ name: 'Profile', value: 'URIz' }, diff]);
  });

  it('an aborted method gives its request up, and no result is sent', async () => {
    const { asked, requests, user, connect, invoke } = session();
    connect('S1');
    invoke(1);
    user.deliver({ type: 'S-MethodAbort.ind', session: 'S1', transactionId: 1, reason: 'USERREQ' });
    assert.equal(asked[0]?.signal.aborted, true);
    asked[0]?.answer(ok);
    await settled();
    assert.ok(!requests.some(({ type }) => type === 'S-MethodResult.req'));
  });

  it('the end of a session gives all its requests up', () => {
    const { asked, user, connect, invoke } = session();
    connect('S1');
    invoke(1);
    invoke(2);
    user.deliver({ type: 'S-Disconnect.ind', session: 'S1', reasonCode: 'USERREQ' });
    assert.deepEqual(
      asked.map(({ signal }) => signal.aborted),
      [true, true],
    );
    assert.equal(user.sessions(), 0);
  });

  it('a request in parts is forwarded when it is whole, and refused when it grows too long', async () => {
    const { asked, requests, user, connect, invoke } = session();
    connect('S1');
    const part = (id: number, text: string, moreData: boolean) =>
      user.deliver({
        type: 'S-MethodInvokeData.ind',
        session: 'S1',
        serverTransactionId: id,
        requestBody: encodeUtf8(text),
        moreData,
      });
    invoke(1, { body: encodeUtf8('abc'), moreData: true });
    part(1, 'def', true);
    assert.equal(asked.length, 0);
    part(1, 'g', false);
    assert.deepEqual(asked[0]?.request.body, encodeUtf8('abcdefg'));
    invoke(2, { body: encodeUtf8('0123456789a'), moreData: true });
    await settled();
    const last = requests.at(-1);
    assert.ok(last?.type === 'S-MethodResult.req' && last.status === 413);
    assert.equal(asked.length, 1);
  });

  it('more sessions, of one address or of all, than the limit: 503', () => {
    const { requests, user, connect } = session();
    const elsewhere = (host: string) => ({ ...peers, remote: udpEndpoint(host, 50000) });
    connect('S1');
    connect('S2');
    connect('S3');
    assert.deepEqual(requests.at(-1), { type: 'S-Disconnect.req', session: 'S3', reasonCode: 503 });
    connect('S4', elsewhere('192.0.2.8'));
    assert.deepEqual(requests.at(-1), { type: 'S-Connect.res', session: 'S4' });
    connect('S5', elsewhere('192.0.2.9'));
    assert.deepEqual(requests.at(-1), { type: 'S-Disconnect.req', session: 'S5', reasonCode: 503 });
    assert.equal(user.sessions(), 3);
    // One that ended, or that goes on from another address, makes room.
    user.deliver({ type: 'S-Disconnect.ind', session: 'S1', reasonCode: 'USERREQ' });
    connect('S6');
    assert.deepEqual(requests.at(-1), { type: 'S-Connect.res', session: 'S6' });
    user.deliver({ type: 'S-Disconnect.ind', session: 'S4', reasonCode: 'USERREQ' });
    user.deliver({
      type: 'S-Resume.ind',
      session: 'S6',
      peers: elsewhere('192.0.2.8'),
      clientHeaders: [],
    });
    connect('S7');
    assert.deepEqual(requests.at(-1), { type: 'S-Connect.res', session: 'S7' });
  });

  it('more requests of one session than the limit: 503', () => {
    const { asked, requests, user, connect, invoke } = session();
    connect('S1');
    invoke(1);
    invoke(2);
    invoke(3);
    const refused = requests.at(-1);
    assert.ok(refused?.type === 'S-MethodResult.req' && refused.status === 503);
    assert.equal(asked.length, 2);
    user.deliver({
      type: 'S-MethodResult.cnf',
      session: 'S1',
      serverTransactionId: 1,
      acknowledgementHeaders: [],
    });
    invoke(4);
    assert.equal(asked.length, 3);
  });

  it('a bug while forwarding aborts the method and is reported', async () => {
    const requests: (ServerSessionRequest | EitherSessionRequest)[] = [];
    const { options, failures } = world();
    const bug = new Error('bug');
    const user = sessionUser((primitive) => requests.push(primitive), seededRandom(1), {
      ...options,
      forward: () => Promise.reject(bug),
    });
    user.deliver({
      type: 'S-Connect.ind',
      session: 'S1',
      peers,
      clientHeaders: [],
      requestedCapabilities: {},
    });
    user.deliver({
      type: 'S-MethodInvoke.ind',
      session: 'S1',
      serverTransactionId: 1,
      method: 'GET',
      requestUri: 'http://a/',
      requestHeaders: [],
      requestBody: none,
      moreData: false,
    });
    await settled();
    assert.deepEqual(failures, [bug]);
    assert.deepEqual(requests.at(-1), { type: 'S-MethodAbort.req', session: 'S1', transactionId: 1 });
  });
});

describe('The gateway as a user of the connectionless service (WAP-230 §6.4)', () => {
  function unit() {
    const { asked, options, time } = world();
    const requests: UnitRequest[] = [];
    const user = unitUser((primitive) => requests.push(primitive), 1000, options);
    const invoke = (transactionId: number, method = 'GET', requestBody: Uint8Array = none) =>
      user.deliver({
        type: 'S-Unit-MethodInvoke.ind',
        peers,
        transactionId,
        method,
        requestUri: 'http://a/',
        requestHeaders: [],
        requestBody,
        encodingVersion: '1.3',
      });
    return { asked, requests, user, invoke, time };
  }

  it('a request is answered with its transaction id and encoding version', async () => {
    const { asked, requests, invoke } = unit();
    invoke(9);
    assert.equal(asked[0]?.request.sduSize, 1000);
    asked[0]?.answer(ok);
    await settled();
    assert.deepEqual(requests, [
      {
        type: 'S-Unit-MethodResult.req',
        peers,
        transactionId: 9,
        encodingVersion: '1.3',
        status: 200,
        responseHeaders: ok.headers,
        responseBody: ok.body,
      },
    ]);
  });

  it('a repeated datagram asks nothing new while the first is under way', async () => {
    const { asked, invoke } = unit();
    invoke(1);
    invoke(1);
    assert.equal(asked.length, 1);
    asked[0]?.answer(ok);
    await settled();
    invoke(1);
    assert.equal(asked.length, 2);
  });

  it('a POST that comes again after its result got lost is answered, not made again', async () => {
    const { asked, requests, invoke, time } = unit();
    invoke(1, 'POST', encodeUtf8('buy'));
    asked[0]?.answer(ok);
    await settled();
    invoke(1, 'POST', encodeUtf8('buy'));
    assert.equal(asked.length, 1);
    assert.deepEqual(requests[1], requests[0]);
    invoke(1, 'POST', encodeUtf8('another'));
    assert.equal(asked.length, 2);
    asked[1]?.answer(ok);
    await settled();
    time.now = 30_000;
    invoke(1, 'POST', encodeUtf8('another'));
    assert.equal(asked.length, 3);
  });

  it('more requests than the limit: 503; closing gives up the rest', async () => {
    const { asked, requests, user, invoke } = unit();
    for (const id of [1, 2, 3]) invoke(id);
    const refused = requests.at(-1);
    assert.ok(refused?.type === 'S-Unit-MethodResult.req' && refused.status === 503);
    user.close();
    assert.ok(asked.every(({ signal }) => signal.aborted));
  });
});
