import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UsageError } from '../../../src/wap/errors.js';
import { encodeUtf8 } from '../../../src/wap/octets.js';
import { seededRandom } from '../../../src/wap/random.js';
import type { Capabilities } from '../../../src/wap/wsp/capabilities.js';
import type { Header } from '../../../src/wap/wsp/header.js';
import { decodeMultipart, encodeMultipart } from '../../../src/wap/wsp/multipart.js';
import { methodTypes } from '../../../src/wap/wsp/numbers.js';
import { decodeWsp } from '../../../src/wap/wsp/pdu.js';
import type { SessionIndication } from '../../../src/wap/wsp/primitives.js';
import { sessionLayer } from '../../../src/wap/wsp/session.js';
import { hex } from '../../support/hex.js';
import {
  clientPeers,
  type Event,
  invokeInd,
  layer,
  otherClientPeers,
  otherServerPeers,
  Pair,
  says,
  serverPeers,
} from './drive.js';

function connected(
  requestedCapabilities: Capabilities = {},
  negotiatedCapabilities: Capabilities = {},
  pair = new Pair(),
): Pair {
  pair.fromClient({ type: 'S-Connect.req', session: 'C1', peers: clientPeers, requestedCapabilities });
  pair.fromServer({ type: 'S-Connect.res', session: 'S1', negotiatedCapabilities });
  pair.clientSaw.splice(0);
  pair.serverSaw.splice(0);
  return pair;
}

/** The server's user answers every method at once, and the client's user takes every result. */
function ask(
  pair: Pair,
  method: string,
  body: Uint8Array | undefined,
  reply: { readonly status: number; readonly headers: readonly Header[]; readonly body: Uint8Array },
): readonly [asked: SessionIndication | undefined, told: SessionIndication | undefined] {
  pair.fromClient({
    type: 'S-MethodInvoke.req',
    session: 'C1',
    clientTransactionId: 4,
    method,
    requestUri: 'http://shop/x?y=1',
    requestHeaders: [{ name: 'Accept', value: 'application/vnd.wap.wmlc' }],
    ...(body ? { requestBody: body } : {}),
  });
  const asked = pair.next('server');
  const id = asked?.type === 'S-MethodInvoke.ind' ? asked.serverTransactionId : 0;
  pair.fromServer({ type: 'S-MethodInvoke.res', session: 'S1', serverTransactionId: id });
  pair.fromServer({
    type: 'S-MethodResult.req',
    session: 'S1',
    serverTransactionId: id,
    status: reply.status,
    responseHeaders: reply.headers,
    responseBody: reply.body,
  });
  assert.equal(pair.next('client')?.type, 'S-MethodInvoke.cnf');
  const told = pair.next('client');
  pair.fromClient({ type: 'S-MethodResult.res', session: 'C1', clientTransactionId: 4 });
  assert.equal(pair.next('server')?.type, 'S-MethodResult.cnf');
  return [asked, told];
}

describe('Methods over a session (WAP-230 §7.1.2.3)', () => {
  const ids: Readonly<Record<string, string>> = {
    GET: '[WSP-CO-C-017] [WSP-CO-C-018] [WSP-CO-S-017] [WSP-CO-S-018]',
    POST: '[WSP-CO-C-020] [WSP-CO-C-021] [WSP-CO-S-020] [WSP-CO-S-021]',
    DELETE: '[WSP-CO-C-023] [WSP-CO-C-024] [WSP-CO-S-023] [WSP-CO-S-024]',
    HEAD: '[WSP-CO-C-025] [WSP-CO-C-026] [WSP-CO-S-025] [WSP-CO-S-026]',
    OPTIONS: '[WSP-CO-C-027] [WSP-CO-C-028] [WSP-CO-S-027] [WSP-CO-S-028]',
    TRACE: '[WSP-CO-C-029] [WSP-CO-C-030] [WSP-CO-S-029] [WSP-CO-S-030]',
    PUT: '[WSP-CO-C-031] [WSP-CO-C-032] [WSP-CO-S-031] [WSP-CO-S-032]',
  };
  for (const [method, type] of Object.entries(methodTypes)) {
    it(`${ids[method]} ${method} and its Reply`, () => {
      const pair = connected();
      const body = type >= 0x60 ? encodeUtf8('a=b') : undefined;
      const headers = [
        { name: 'Content-Type', value: 'application/vnd.wap.wmlc' },
        { name: 'Etag', value: '"1"' },
      ];
      const [asked, told] = ask(pair, method, body, { status: 200, headers, body: hex('0102') });
      assert.deepEqual(asked, {
        type: 'S-MethodInvoke.ind',
        session: 'S1',
        serverTransactionId: 1,
        method,
        requestUri: 'http://shop/x?y=1',
        requestHeaders: [
          ...(body ? [{ name: 'Content-Type', value: 'application/octet-stream' }] : []),
          { name: 'Accept', value: 'application/vnd.wap.wmlc' },
        ],
        requestBody: body ?? hex(''),
        moreData: false,
      });
      assert.deepEqual(told, {
        type: 'S-MethodResult.ind',
        session: 'C1',
        clientTransactionId: 4,
        status: 200,
        responseHeaders: headers,
        responseBody: hex('0102'),
        moreData: false,
      });
      const sent = decodeWsp(
        hex(
          pair.crossed.find((line) => line.includes('TR-Invoke.req') && line.endsWith('I2'))?.split(' ')[4] ??
            '',
        ),
      );
      assert.equal('type' in sent ? sent.type : undefined, type);
    });
  }

  it('[WSP-CO-C-034] [WSP-CO-C-035] [WSP-CO-S-034] [WSP-CO-S-035] multipart bodies go both ways', () => {
    const entries = [{ headers: [{ name: 'Content-Type', value: 'text/plain' }], body: encodeUtf8('hi') }];
    const type = { name: 'Content-Type', value: 'application/vnd.wap.multipart.mixed' };
    const pair = connected();
    const body = encodeMultipart(entries);
    const [asked, told] = ask(pair, 'POST', body, { status: 200, headers: [type], body });
    assert.deepEqual(asked?.type === 'S-MethodInvoke.ind' && decodeMultipart(asked.requestBody), entries);
    assert.deepEqual(told?.type === 'S-MethodResult.ind' && decodeMultipart(told.responseBody), entries);
    assert.deepEqual(told?.type === 'S-MethodResult.ind' && told.responseHeaders[0], type);
  });

  it('[WSP-CO-C-036] [WSP-CO-S-036] a long message goes in parts, with trailers in a Data Fragment', () => {
    const long: Capabilities = {
      protocolOptions: ['Large Data Transfer'],
      serverMessageSize: 0,
      clientMessageSize: 0,
    };
    const pair = connected(long);
    const names = { session: 'C1', clientTransactionId: 1 } as const;
    const server = { session: 'S1', serverTransactionId: 1 } as const;
    const entries = [{ headers: [{ name: 'Content-Type', value: 'text/plain' }], body: encodeUtf8('hello') }];
    const whole = encodeMultipart(entries);
    const contentType = [{ name: 'Content-Type', value: 'application/vnd.wap.multipart.mixed' }];
    pair.fromClient({
      type: 'S-MethodInvoke.req',
      ...names,
      method: 'POST',
      requestUri: '/',
      requestHeaders: contentType,
      requestBody: whole.subarray(0, 3),
      moreData: true,
    });
    pair.fromClient({
      type: 'S-MethodInvokeData.req',
      ...names,
      requestBody: whole.subarray(3, 5),
      moreData: true,
    });
    pair.fromClient({
      type: 'S-MethodInvokeData.req',
      ...names,
      requestBody: whole.subarray(5),
      requestHeaders: [{ name: 'X-T', value: 'u' }],
    });
    const seen = pair.serverSaw.splice(0);
    assert.deepEqual(
      seen.map((each) => [each.type, 'moreData' in each && each.moreData]),
      [
        ['S-MethodInvoke.ind', true],
        ['S-MethodInvokeData.ind', true],
        ['S-MethodInvokeData.ind', false],
      ],
    );
    const parts = seen.flatMap((each) => ('requestBody' in each ? [...each.requestBody] : []));
    assert.deepEqual(decodeMultipart(Uint8Array.from(parts)), entries);
    assert.deepEqual(seen[2]?.type === 'S-MethodInvokeData.ind' && seen[2].requestHeaders, [
      { name: 'X-T', value: 'u' },
    ]);
    pair.fromServer({ type: 'S-MethodInvokeData.res', ...server });
    pair.fromServer({
      type: 'S-MethodResult.req',
      ...server,
      status: 200,
      responseHeaders: contentType,
      responseBody: whole.subarray(0, 4),
      moreData: true,
    });
    pair.fromServer({
      type: 'S-MethodResultData.req',
      ...server,
      responseBody: whole.subarray(4),
      responseHeaders: [{ name: 'X-T', value: 'v' }],
    });
    const told = pair.clientSaw.splice(0).filter(({ type }) => type.endsWith('.ind'));
    const back = told.flatMap((each) => ('responseBody' in each ? [...each.responseBody] : []));
    assert.deepEqual(decodeMultipart(Uint8Array.from(back)), entries);
    pair.fromClient({ type: 'S-MethodResultData.res', ...names });
    assert.equal(pair.serverSaw.at(-1)?.type, 'S-MethodResultData.cnf');
  });

  it('a part of a message without Large Data Transfer ends the method', () => {
    const pair = connected();
    pair.fromClient({
      type: 'S-MethodInvoke.req',
      session: 'C1',
      clientTransactionId: 1,
      method: 'POST',
      requestUri: '/',
      moreData: true,
    });
    assert.deepEqual(pair.clientSaw, [
      { type: 'S-MethodAbort.ind', session: 'C1', transactionId: 1, reason: 'USERREQ' },
    ]);
  });

  it('methods that overlap get their own results (§6.3.3.8, Figure 9)', () => {
    const pair = connected({ methodMor: 3 });
    for (const clientTransactionId of [1, 2, 3])
      pair.fromClient({
        type: 'S-MethodInvoke.req',
        session: 'C1',
        clientTransactionId,
        method: 'GET',
        requestUri: `/${clientTransactionId}`,
      });
    for (const serverTransactionId of [2, 3, 1]) {
      pair.fromServer({ type: 'S-MethodInvoke.res', session: 'S1', serverTransactionId });
      pair.fromServer({
        type: 'S-MethodResult.req',
        session: 'S1',
        serverTransactionId,
        status: 200 + serverTransactionId,
      });
    }
    const told = pair.clientSaw.flatMap((each) =>
      each.type === 'S-MethodResult.ind' ? [[each.clientTransactionId, each.status]] : [],
    );
    assert.deepEqual(told, [
      [2, 202],
      [3, 203],
      [1, 201],
    ]);
  });
});

describe('Session management (WAP-230 §6.3.3.1, §7.1.2.1)', () => {
  it('[WSP-CO-C-001] [WSP-CO-S-001] [WSP-C-001] headers and capabilities reach both users', () => {
    const pair = new Pair(
      layer(),
      layer({ most: { clientSduSize: 2000, protocolOptions: ['Push', 'Session Resume'] } }),
    );
    pair.fromClient({
      type: 'S-Connect.req',
      session: 'C1',
      peers: clientPeers,
      clientHeaders: [{ name: 'User-Agent', value: 'Phone/1' }],
      requestedCapabilities: {
        clientSduSize: 3000,
        protocolOptions: ['Push', 'Confirmed Push', 'Session Resume'],
        methodMor: 4,
        unknown: [{ identifier: 'x-own', parameters: hex('01') }],
      },
    });
    const asked = pair.next('server');
    assert.equal(asked?.type, 'S-Connect.ind');
    if (asked?.type !== 'S-Connect.ind') return;
    assert.deepEqual(asked.peers, serverPeers);
    assert.deepEqual(asked.clientHeaders, [
      { name: 'User-Agent', value: 'Phone/1' },
      { name: 'Encoding-Version', value: '1.4' },
    ]);
    assert.equal(asked.requestedCapabilities.clientSduSize, 2000);
    assert.deepEqual(asked.requestedCapabilities.protocolOptions, ['Push', 'Session Resume']);
    pair.fromServer({
      type: 'S-Connect.res',
      session: 'S1',
      serverHeaders: [{ name: 'Server', value: 'gw' }],
      negotiatedCapabilities: { methodMor: 2 },
    });
    const told = pair.next('client');
    assert.equal(told?.type, 'S-Connect.cnf');
    if (told?.type !== 'S-Connect.cnf') return;
    assert.deepEqual(told.serverHeaders, [
      { name: 'Server', value: 'gw' },
      { name: 'Encoding-Version', value: '1.4' },
    ]);
    assert.equal(told.negotiatedCapabilities.clientSduSize, 2000);
    assert.equal(told.negotiatedCapabilities.methodMor, 2);
    assert.equal(told.negotiatedCapabilities.pushMor, 1);
    assert.deepEqual(told.negotiatedCapabilities.protocolOptions, ['Push', 'Session Resume']);
  });

  it('[WSP-CO-C-013] [WSP-CO-S-013] an extended method that both ends agreed on', () => {
    const extendedMethods = [
      { pduType: 0x50, methodName: 'PING' },
      { pduType: 0x70, methodName: 'REPORT' },
    ];
    const pair = connected({ extendedMethods });
    for (const [method, body] of [['PING'], ['REPORT', encodeUtf8('x')]] as const) {
      const [asked] = ask(pair, method, body, { status: 200, headers: [], body: hex('') });
      assert.equal(asked?.type === 'S-MethodInvoke.ind' && asked.method, method);
    }
    const refused = connected({ extendedMethods }, { extendedMethods: [] });
    assert.throws(
      () => ask(refused, 'PING', undefined, { status: 200, headers: [], body: hex('') }),
      UsageError,
    );
  });

  it('[WSP-CO-C-015] [WSP-CO-S-015] headers of a code page that both ends know go by number, otherwise as text', () => {
    const codePages = { 'x-own': { 'X-Own': 3 } };
    const headerCodePages = [
      { pageCode: 16, pageName: 'x-own' },
      { pageCode: 17, pageName: 'x-other' },
    ];
    const headers = [{ name: 'X-Own', value: 'v' }];
    for (const [known, octets] of [
      [codePages, '108376'],
      [{}, '582d4f776e00' + '7600'],
    ] as const) {
      const pair = connected(
        { headerCodePages },
        {},
        new Pair(layer({ codePages }), layer({ codePages: known })),
      );
      const [, told] = ask(pair, 'GET', undefined, { status: 200, headers, body: hex('') });
      assert.ok(
        pair.crossed.some((line) => line.includes(octets)),
        octets,
      );
      assert.deepEqual(told?.type === 'S-MethodResult.ind' && told.responseHeaders.slice(1), headers);
    }
  });

  it('[WSP-CO-C-016] [WSP-CO-S-016] aliases are told to the other end as they are', () => {
    const pair = new Pair();
    const aliases = [{ bearerType: 0x0b, portNumber: 9201, address: hex('0a000005') }];
    pair.fromClient({
      type: 'S-Connect.req',
      session: 'C1',
      peers: clientPeers,
      requestedCapabilities: { aliases },
    });
    const asked = pair.next('server');
    assert.deepEqual(asked?.type === 'S-Connect.ind' && asked.requestedCapabilities.aliases, aliases);
    const own = [{ address: hex('0a000006') }];
    pair.fromServer({ type: 'S-Connect.res', session: 'S1', negotiatedCapabilities: { aliases: own } });
    const told = pair.next('client');
    assert.deepEqual(told?.type === 'S-Connect.cnf' && told.negotiatedCapabilities.aliases, own);
  });

  it('a redirection names where to go instead', () => {
    const pair = new Pair();
    pair.fromClient({ type: 'S-Connect.req', session: 'C1', peers: clientPeers });
    const redirectAddresses = [{ bearerType: 0, address: hex('0a000009') }, { address: hex('0a00000a') }];
    pair.fromServer({
      type: 'S-Disconnect.req',
      session: 'S1',
      reasonCode: 302,
      redirectSecurity: true,
      redirectAddresses,
    });
    assert.deepEqual(pair.clientSaw, [
      { type: 'S-Disconnect.ind', session: 'C1', reasonCode: 302, redirectSecurity: true, redirectAddresses },
    ]);
  });

  it('a refusal carries its explanation, unless the client could not take it (§6.3.3.2)', () => {
    for (const [size, body] of [
      [10, encodeUtf8('no room at all')],
      [1400, encodeUtf8('no room')],
    ] as const) {
      const pair = new Pair();
      pair.fromClient({
        type: 'S-Connect.req',
        session: 'C1',
        peers: clientPeers,
        requestedCapabilities: { clientSduSize: size },
      });
      pair.fromServer({
        type: 'S-Disconnect.req',
        session: 'S1',
        reasonCode: 503,
        errorHeaders: [{ name: 'Content-Type', value: 'text/plain' }],
        errorBody: body,
      });
      const told = pair.next('client');
      assert.equal(told?.type === 'S-Disconnect.ind' && told.reasonCode, 503);
      assert.deepEqual(told?.type === 'S-Disconnect.ind' && told.errorBody, size === 10 ? hex('') : body);
    }
  });

  it('a second Connect from the same addresses ends the first session when it is accepted (§7.1.5)', () => {
    const server = layer();
    says(server, invokeInd('R1', 2, '01 10 00 00'));
    says(server, { type: 'S-Connect.res', session: 'S1' });
    assert.deepEqual(says(server, invokeInd('R2', 2, '01 10 00 00')), [
      'TR-Invoke.res R2',
      'S-Connect.ind S2',
    ]);
    assert.deepEqual(says(server, { type: 'S-Connect.res', session: 'S2' }).slice(0, 2), [
      'TR-Abort.req e1 R1',
      'S-Disconnect.ind S1 DISCONNECT',
    ]);
    assert.deepEqual(says(server, invokeInd('R3', 2, '40 01 2f')), ['S-MethodInvoke.ind S2 1']);
  });

  it('a client that connects anew ends its own first session', () => {
    const client = layer();
    says(client, { type: 'S-Connect.req', session: 'C1', peers: clientPeers });
    assert.equal(
      says(client, { type: 'S-Connect.req', session: 'C2', peers: clientPeers })[1],
      'S-Disconnect.ind C1 DISCONNECT',
    );
  });

  it('without a session: class 1 and 2 are aborted, class 0 is ignored (§7.1.5)', () => {
    const server = layer();
    assert.deepEqual(says(server, invokeInd('R1', 2, '40 01 2f')), ['TR-Abort.req e1 R1']);
    assert.deepEqual(says(server, invokeInd('R2', 1, '07 01 83')), ['TR-Abort.req e1 R2']);
    assert.deepEqual(says(server, invokeInd('R3', 0, '05 05')), []);
    assert.deepEqual(says(server, invokeInd('R4', 2, 'ff')), ['manage: undecodable', 'TR-Abort.req e0 R4']);
    assert.deepEqual(says(server, invokeInd('R5', 2, '01 10 01 00 00')), [
      'manage: undecodable',
      'TR-Abort.req e0 R5',
    ]);
  });

  it('a PDU that no row handles is aborted with PROTOERR; a result nobody asked for ends the session (§7.1.5)', () => {
    const server = layer();
    says(server, invokeInd('R1', 2, '01 10 00 00'));
    says(server, { type: 'S-Connect.res', session: 'S1' });
    assert.deepEqual(says(server, invokeInd('R2', 2, '04 20 01 83')), ['TR-Abort.req e0 R2']);
    assert.deepEqual(says(server, invokeInd('R3', 2, '40 05 2f')), [
      'manage: undecodable',
      'TR-Abort.req e0 R3',
    ]);
    assert.deepEqual(says(server, { type: 'TR-Result.ind', handle: 'R1', userData: hex('0420') }), [
      'manage: undecodable',
      'TR-Abort.req e0 R1',
      'S-Disconnect.ind S1 PROTOERR',
    ]);
  });

  it('session ids cannot be guessed: 32 random bits, none of them 0, none twice', () => {
    const server = layer({ random: seededRandom(7, 'ids') });
    const ids = new Set<number>();
    for (let i = 1; i <= 200; i++) {
      const peers = { local: serverPeers.local, remote: { ...serverPeers.remote, port: 1024 + i } };
      says(server, { ...invokeInd(`R${i}`, 2, '01 10 00 00'), peers });
      const [line = ''] = says(server, { type: 'S-Connect.res', session: `S${i}` });
      const reply = decodeWsp(hex(line.split(' ')[1] ?? ''));
      ids.add(reply.pdu === 'ConnectReply' ? reply.serverSessionId : 0);
    }
    assert.equal(ids.size, 200);
    assert.ok(!ids.has(0));
    assert.ok(Math.max(...ids) > 2 ** 31 && Math.min(...ids) < 2 ** 28);
  });

  it('beyond the most sessions a Connect is refused with CONGESTION', () => {
    const server = layer({ maxSessions: 1 });
    says(server, invokeInd('R1', 2, '01 10 00 00'));
    const peers = otherServerPeers;
    assert.deepEqual(says(server, { ...invokeInd('R2', 2, '01 10 00 00'), peers }), ['TR-Abort.req e4 R2']);
  });

  it('an idle session is disconnected, and a suspended one is not kept for ever (§7.1.5, §6.3.3.3)', () => {
    const limits = { idleFor: 1000, suspendedFor: 1000 };
    const fresh = () =>
      connected({ protocolOptions: ['Session Resume'] }, {}, new Pair(layer(limits), layer(limits)));
    const pair = fresh();
    for (const [end, name] of [
      [pair.client, 'C1'],
      [pair.server, 'S1'],
    ] as const) {
      assert.deepEqual(says(end, `WSP/${name}`), []);
      assert.deepEqual(says(end, `WSP/${name}`), [`S-Disconnect.ind ${name} DISCONNECT`]);
    }
    const again = fresh();
    again.fromClient({ type: 'S-Suspend.req', session: 'C1' });
    for (const end of [again.client, again.server]) {
      const name = end === again.client ? 'C1' : 'S1';
      assert.deepEqual(says(end, `WSP/${name}`), []);
      assert.deepEqual(says(end, `WSP/${name}`), [`S-Disconnect.ind ${name} DISCONNECT`]);
    }
  });
});

describe('Suspend and Resume (WAP-230 §7.1.2.2)', () => {
  it('[WSP-CO-C-008] [WSP-CO-C-009] [WSP-CO-S-008] [WSP-CO-S-009] a session goes on from another address', () => {
    const pair = connected({ protocolOptions: ['Session Resume'] });
    pair.fromClient({ type: 'S-Suspend.req', session: 'C1' });
    assert.deepEqual(pair.next('client'), { type: 'S-Suspend.ind', session: 'C1', reason: 'USERREQ' });
    assert.deepEqual(pair.next('server'), { type: 'S-Suspend.ind', session: 'S1', reason: 'SUSPEND' });
    pair.fromClient({
      type: 'S-Resume.req',
      session: 'C1',
      peers: otherClientPeers,
      clientHeaders: [{ name: 'X-A', value: 'b' }],
    });
    assert.deepEqual(pair.next('server'), {
      type: 'S-Resume.ind',
      session: 'S1',
      peers: otherServerPeers,
      clientHeaders: [{ name: 'X-A', value: 'b' }],
    });
    pair.fromServer({ type: 'S-Resume.res', session: 'S1', serverHeaders: [{ name: 'X-C', value: 'd' }] });
    assert.deepEqual(pair.next('client'), {
      type: 'S-Resume.cnf',
      session: 'C1',
      serverHeaders: [
        { name: 'Content-Type', value: 'text/plain' },
        { name: 'X-C', value: 'd' },
      ],
    });
    const [asked] = ask(pair, 'GET', undefined, { status: 200, headers: [], body: hex('') });
    assert.equal(asked?.type, 'S-MethodInvoke.ind');
  });

  it('a session that takes over the addresses of another one ends it (§7.1.6.4)', () => {
    const server = layer();
    const options = '01 10 03 00 02 82 20';
    says(server, invokeInd('R1', 2, options));
    says(server, { type: 'S-Connect.res', session: 'S1' });
    says(server, { ...invokeInd('R2', 2, options), peers: otherServerPeers });
    says(server, { type: 'S-Connect.res', session: 'S2' });
    says(server, { ...invokeInd('R3', 2, '09 05 00'), peers: otherServerPeers });
    assert.deepEqual(says(server, { type: 'S-Resume.res', session: 'S1' }), [
      'TR-Abort.req e1 R2',
      'S-Disconnect.ind S2 DISCONNECT',
      'TR-Result.req 04200183 R3',
    ]);
  });
});

describe('Push (WAP-230 §7.1.2.4, §7.1.2.5)', () => {
  const options: Capabilities = {
    protocolOptions: ['Push', 'Confirmed Push', 'Acknowledgement Headers'],
    pushMor: 2,
  };
  const pushHeaders = [
    { name: 'Content-Type', value: 'application/vnd.wap.sic' },
    { name: 'X-Wap-Application-Id', value: 'x-wap-application:wml.ua' },
  ];
  const pushBody = hex('0205');

  it('[WSP-CO-C-010] [WSP-CO-S-010] a Push reaches the user', () => {
    const pair = connected(options);
    pair.fromServer({ type: 'S-Push.req', session: 'S1', pushHeaders, pushBody });
    assert.deepEqual(pair.clientSaw, [{ type: 'S-Push.ind', session: 'C1', pushHeaders, pushBody }]);
  });

  it('[WSP-CO-C-011] [WSP-CO-C-012] [WSP-CO-S-011] [WSP-CO-S-012] a ConfirmedPush is confirmed, with Acknowledgement Headers', () => {
    const pair = connected(options);
    pair.fromServer({ type: 'S-ConfirmedPush.req', session: 'S1', serverPushId: 42, pushHeaders, pushBody });
    assert.deepEqual(pair.next('client'), {
      type: 'S-ConfirmedPush.ind',
      session: 'C1',
      clientPushId: 1,
      pushHeaders,
      pushBody,
    });
    const acknowledgementHeaders = [{ name: 'X-Read', value: 'yes' }];
    pair.fromClient({ type: 'S-ConfirmedPush.res', session: 'C1', clientPushId: 1, acknowledgementHeaders });
    assert.deepEqual(pair.next('server'), {
      type: 'S-ConfirmedPush.cnf',
      session: 'S1',
      serverPushId: 42,
      acknowledgementHeaders,
    });
  });

  it('[WSP-CO-C-038] a refused push tells the reason to the server', () => {
    const pair = connected(options);
    pair.fromServer({ type: 'S-ConfirmedPush.req', session: 'S1', serverPushId: 42, pushHeaders, pushBody });
    pair.fromClient({ type: 'S-PushAbort.req', session: 'C1', pushId: 1, reason: 'USERDCU' });
    assert.deepEqual(pair.next('server'), {
      type: 'S-PushAbort.ind',
      session: 'S1',
      pushId: 42,
      reason: 'USERDCU',
    });
  });
});

describe('Method abort (WAP-230 §6.3.3.10)', () => {
  it('[WSP-CO-C-037] either end aborts, and the other is told PEERREQ', () => {
    for (const from of ['client', 'server'] as const) {
      const pair = connected();
      pair.fromClient({
        type: 'S-MethodInvoke.req',
        session: 'C1',
        clientTransactionId: 9,
        method: 'GET',
        requestUri: '/',
      });
      if (from === 'client') pair.fromClient({ type: 'S-MethodAbort.req', session: 'C1', transactionId: 9 });
      else pair.fromServer({ type: 'S-MethodAbort.req', session: 'S1', transactionId: 1 });
      const reasons = [pair.clientSaw.at(-1), pair.serverSaw.at(-1)].map(
        (each) => each?.type === 'S-MethodAbort.ind' && each.reason,
      );
      assert.deepEqual(reasons, from === 'client' ? ['USERREQ', 'PEERREQ'] : ['PEERREQ', 'USERREQ']);
    }
  });
});

describe('Encoding versions of a session (WAP-230 §8.4.2.70)', () => {
  const headers = [{ name: 'Cache-Control', value: 'no-cache' }];
  for (const [client, server, expected] of [
    ['1.4', '1.4', '04200383c780'],
    ['1.3', '1.4', '04200383bd80'],
    ['1.4', '1.3', '04200383bd80'],
    ['1.2', '1.4', '042003838880'],
  ] as const)
    it(`[WSP-CO-C-039] [WSP-CO-S-037] client ${client}, server ${server}`, () => {
      const pair = connected(
        {},
        {},
        new Pair(layer({ encodingVersion: client }), layer({ encodingVersion: server })),
      );
      ask(pair, 'GET', undefined, { status: 200, headers, body: hex('') });
      assert.ok(
        pair.crossed.some((line) => line.includes(expected)),
        pair.crossed.join('\n'),
      );
    });

  it('[WSP-CO-S-037] a binary encoding that nobody agreed on is answered 400 with the version (§8.4.2.70)', () => {
    const server = layer();
    says(server, invokeInd('R1', 2, '01 10 00 02 c394'));
    says(server, { type: 'S-Connect.res', session: 'S1' });
    for (const headers of ['fb 81', '10 85 6100']) {
      const refused = ['TR-Invoke.res R2', 'TR-Result.req 04400383c394 R2'];
      assert.deepEqual(says(server, invokeInd('R2', 2, `40 01 2f ${headers}`)), refused);
      // The user never hears of it.
      assert.deepEqual(says(server, { type: 'TR-Result.cnf', handle: 'R2' }), []);
    }
  });

  it('a client that names no version gets 1.2', () => {
    const server = layer();
    says(server, invokeInd('R1', 2, '01 10 00 00'));
    const [line = ''] = says(server, { type: 'S-Connect.res', session: 'S1' });
    assert.ok(line.includes('456e636f64696e672d56657273696f6e00312e3200'));
  });
});

describe('Any sequence of events (WAP-230 §7.1)', () => {
  const pdus = [
    '01100000',
    '0110030002 82f8',
    '02050000',
    '0380',
    '04200183',
    '0505',
    '40012f',
    '6001012f8361',
    '06018361',
    '07018361',
    '0805',
    '090500',
    '',
    'ff',
  ];
  const event: fc.Arbitrary<Event | string> = fc.oneof(
    fc.record({
      type: fc.constant('TR-Invoke.ind' as const),
      peers: fc.constantFrom(serverPeers, clientPeers, otherServerPeers),
      ackType: fc.constant(true),
      userData: fc.constantFrom(...pdus).map(hex),
      classType: fc.constantFrom(0, 1, 2),
      handle: fc.constantFrom('R1', 'R2', 'R3'),
      moreData: fc.boolean(),
    }) as fc.Arbitrary<Event>,
    fc.record({
      type: fc.constantFrom('TR-Result.ind', 'TR-ResultData.ind', 'TR-InvokeData.ind'),
      userData: fc.constantFrom(...pdus).map(hex),
      handle: fc.constantFrom('I1', 'I2', 'I3', 'R1'),
      moreData: fc.boolean(),
      frameBoundary: fc.boolean(),
    }) as fc.Arbitrary<Event>,
    fc.record({
      type: fc.constantFrom('TR-Invoke.cnf', 'TR-Result.cnf', 'TR-InvokeData.cnf', 'TR-ResultData.cnf'),
      handle: fc.constantFrom('I1', 'I2', 'R1', 'R2'),
    }) as fc.Arbitrary<Event>,
    fc.record({
      type: fc.constant('TR-Abort.ind' as const),
      abortType: fc.constantFrom('USER', 'PROVIDER'),
      abortCode: fc.constantFrom(0, 8, 0xe0, 0xe1, 0xe2, 0xea),
      handle: fc.constantFrom('I1', 'I2', 'R1', 'R2'),
    }) as fc.Arbitrary<Event>,
    fc.constantFrom<Event>(
      {
        type: 'S-Connect.req',
        session: 'C1',
        peers: clientPeers,
        requestedCapabilities: {
          protocolOptions: ['Push', 'Session Resume', 'Large Data Transfer'],
          methodMor: 2,
        },
      },
      { type: 'S-Connect.res', session: 'S1' },
      { type: 'S-Disconnect.req', session: 'C1', reasonCode: 200 },
      { type: 'S-Disconnect.req', session: 'S1', reasonCode: 503 },
      { type: 'S-Suspend.req', session: 'C1' },
      { type: 'S-Resume.req', session: 'C1', peers: otherClientPeers },
      { type: 'S-Resume.res', session: 'S1' },
      { type: 'S-MethodInvoke.req', session: 'C1', clientTransactionId: 1, method: 'GET', requestUri: '/' },
      { type: 'S-MethodInvoke.res', session: 'S1', serverTransactionId: 1 },
      { type: 'S-MethodInvokeData.res', session: 'S1', serverTransactionId: 1 },
      { type: 'S-MethodResult.req', session: 'S1', serverTransactionId: 1, status: 200, moreData: true },
      { type: 'S-MethodResultData.req', session: 'S1', serverTransactionId: 1, responseBody: hex('61') },
      { type: 'S-MethodResult.res', session: 'C1', clientTransactionId: 1 },
      { type: 'S-MethodAbort.req', session: 'C1', transactionId: 1 },
      { type: 'S-ConfirmedPush.req', session: 'S1', serverPushId: 1 },
      { type: 'S-ConfirmedPush.res', session: 'C1', clientPushId: 1 },
    ),
    fc.constantFrom('WSP/C1', 'WSP/S1', 'WSP/S2'),
  );

  it('throws UsageError only, and says nothing of a session after its S-Disconnect.ind', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 25 }), (events) => {
        const both = layer();
        const over = new Set<string>();
        for (const each of events) {
          let lines: readonly string[] = [];
          try {
            lines = says(both, each);
          } catch (error) {
            assert.ok(error instanceof UsageError, String(error));
          }
          for (const line of lines.filter((text) => text.startsWith('S-'))) {
            const session = /\b[CS]\d+\b/.exec(line)?.[0] ?? '';
            if (typeof each !== 'string' && each.type === 'S-Connect.req') over.delete(each.session);
            assert.ok(!over.has(session), `${line} after the end`);
            if (line.startsWith('S-Disconnect.ind')) over.add(session);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('A layer over transactions of one SDU (WAP-230 §8.3.2.3)', () => {
  it('does not offer Large Data Transfer', () => {
    const client = sessionLayer({ random: seededRandom(1) });
    const effects = client.fromAbove({
      type: 'S-Connect.req',
      session: 'C1',
      peers: clientPeers,
      requestedCapabilities: { protocolOptions: ['Push', 'Large Data Transfer'] },
    });
    const sent = effects.flatMap((effect) =>
      'down' in effect && 'userData' in effect.down ? [decodeWsp(effect.down.userData)] : [],
    );
    assert.deepEqual(sent[0]?.pdu === 'Connect' && sent[0].capabilities, hex('02 82 40'));
  });
});
