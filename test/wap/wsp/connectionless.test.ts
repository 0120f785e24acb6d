import assert from 'node:assert/strict';
import fc from 'fast-check';
import { udpEndpoint } from '../../../src/wap/address.js';
import { UsageError } from '../../../src/wap/errors.js';
import { encodeUtf8, toHex } from '../../../src/wap/octets.js';
import { connectionlessLayer } from '../../../src/wap/wsp/connectionless.js';
import { decodeMultipart, encodeMultipart } from '../../../src/wap/wsp/multipart.js';
import { methodTypes } from '../../../src/wap/wsp/numbers.js';
import type { EncodingVersion, UnitIndication, UnitRequest } from '../../../src/wap/wsp/primitives.js';
import { connectionless } from '../../../src/wap/wsp/tables.js';
import { hex } from '../../support/hex.js';

const client = udpEndpoint('10.0.0.2', 49200);
const server = udpEndpoint('10.0.0.1', 9200);
const atClient = { local: client, remote: server };
const atServer = { local: server, remote: client };
const fired = new Set<readonly unknown[]>();
const layer = connectionlessLayer({ observe: (_, row) => fired.add(row) });

function sent(request: UnitRequest): string {
  const [effect] = layer.fromAbove(request);
  assert.ok(effect && 'down' in effect);
  assert.deepEqual(
    [effect.down.source, effect.down.destination],
    [request.peers.local, request.peers.remote],
  );
  return toHex(effect.down.userData);
}

/** What arrives at `to`: an indication, or the octets of an answer that the layer gives itself. */
function arrived(octets: string, to: 'client' | 'server'): UnitIndication | string {
  const { local, remote } = to === 'client' ? atClient : atServer;
  const [effect] = layer.fromBelow({
    type: 'T-DUnitdata.ind',
    source: remote,
    destination: local,
    userData: hex(octets),
  });
  if (effect && 'up' in effect) return effect.up;
  if (effect && 'down' in effect) return toHex(effect.down.userData);
  return effect && 'manage' in effect ? effect.manage.type : 'nothing';
}

const VERSION_14 = '456e636f64696e672d56657273696f6e00312e3400';

describe('Connectionless WSP (WAP-230 §7.2)', () => {
  const ids: Readonly<Record<string, string>> = {
    GET: '[WSP-CL-C-001] [WSP-CL-C-004] [WSP-CL-C-005] [WSP-CL-S-001] [WSP-CL-S-004] [WSP-CL-S-005]',
    POST: '[WSP-CL-C-006] [WSP-CL-C-007] [WSP-CL-S-006] [WSP-CL-S-007]',
    DELETE: '[WSP-CL-C-008] [WSP-CL-C-009] [WSP-CL-S-008] [WSP-CL-S-009]',
    HEAD: '[WSP-CL-C-010] [WSP-CL-C-011] [WSP-CL-S-010] [WSP-CL-S-011]',
    OPTIONS: '[WSP-CL-C-012] [WSP-CL-C-013] [WSP-CL-S-012] [WSP-CL-S-013]',
    TRACE: '[WSP-CL-C-014] [WSP-CL-C-015] [WSP-CL-S-014] [WSP-CL-S-015]',
    PUT: '[WSP-CL-C-016] [WSP-CL-C-017] [WSP-CL-S-016] [WSP-CL-S-017]',
  };
  for (const [method, type] of Object.entries(methodTypes)) {
    it(`${ids[method]} ${method} and its Reply`, () => {
      const withBody = type >= 0x60;
      const octets = sent({
        type: 'S-Unit-MethodInvoke.req',
        peers: atClient,
        transactionId: 0xfe,
        method,
        requestUri: '/x',
        requestHeaders: [{ name: 'Accept', value: 'application/vnd.wap.wmlc' }],
        ...(withBody ? { requestBody: encodeUtf8('a') } : {}),
      });
      const expected = withBody
        ? `fe${type.toString(16)}02302f78${toHex(encodeUtf8('application/octet-stream'))}008094${VERSION_14}61`
        : `fe${type.toString(16)}022f788094${VERSION_14}`;
      assert.equal(octets, expected);
      assert.deepEqual(arrived(octets, 'server'), {
        type: 'S-Unit-MethodInvoke.ind',
        peers: atServer,
        transactionId: 0xfe,
        method,
        requestUri: '/x',
        requestHeaders: [
          ...(withBody ? [{ name: 'Content-Type', value: 'application/octet-stream' }] : []),
          { name: 'Accept', value: 'application/vnd.wap.wmlc' },
          { name: 'Encoding-Version', value: '1.4' },
        ],
        requestBody: withBody ? encodeUtf8('a') : hex(''),
        encodingVersion: '1.4',
      });
      const reply = sent({
        type: 'S-Unit-MethodResult.req',
        peers: atServer,
        transactionId: 0xfe,
        status: 200,
        responseHeaders: [{ name: 'Content-Type', value: 'application/vnd.wap.wmlc' }],
        responseBody: hex('0102'),
        encodingVersion: '1.4',
      });
      assert.equal(reply, 'fe042003' + '94c394' + '0102');
      assert.deepEqual(arrived(reply, 'client'), {
        type: 'S-Unit-MethodResult.ind',
        peers: atClient,
        transactionId: 0xfe,
        status: 200,
        responseHeaders: [
          { name: 'Content-Type', value: 'application/vnd.wap.wmlc' },
          { name: 'Encoding-Version', value: '1.4' },
        ],
        responseBody: hex('0102'),
        encodingVersion: '1.4',
      });
    });
  }

  it('[WSP-CL-C-002] [WSP-CL-S-002] a Push', () => {
    const pushHeaders = [
      { name: 'Content-Type', value: 'application/vnd.wap.sic' },
      { name: 'X-Wap-Application-Id', value: 'x-wap-application:wml.ua' },
      { name: 'Push-Flag', value: '1' },
    ];
    const octets = sent({
      type: 'S-Unit-Push.req',
      peers: atServer,
      pushId: 3,
      pushHeaders,
      pushBody: hex('0205'),
    });
    assert.equal(octets, '0306' + '05' + 'ae' + 'af82' + 'b481' + '0205');
    assert.deepEqual(arrived(octets, 'client'), {
      type: 'S-Unit-Push.ind',
      peers: atClient,
      pushId: 3,
      pushHeaders,
      pushBody: hex('0205'),
    });
  });

  it('[WSP-CL-C-018] [WSP-CL-C-019] [WSP-CL-S-018] [WSP-CL-S-019] multipart bodies go both ways', () => {
    const entries = [{ headers: [{ name: 'Content-Type', value: 'text/plain' }], body: encodeUtf8('hi') }];
    const body = encodeMultipart(entries);
    const headers = [{ name: 'Content-Type', value: 'application/vnd.wap.multipart.mixed' }];
    const asked = arrived(
      sent({
        type: 'S-Unit-MethodInvoke.req',
        peers: atClient,
        transactionId: 1,
        method: 'POST',
        requestUri: '/',
        requestHeaders: headers,
        requestBody: body,
      }),
      'server',
    );
    assert.ok(typeof asked !== 'string' && asked.type === 'S-Unit-MethodInvoke.ind');
    assert.deepEqual(decodeMultipart(asked.requestBody), entries);
    assert.deepEqual(asked.requestHeaders[0], headers[0]);
    const told = arrived(
      sent({
        type: 'S-Unit-MethodResult.req',
        peers: atServer,
        transactionId: 1,
        status: 200,
        responseHeaders: headers,
        responseBody: body,
      }),
      'client',
    );
    assert.ok(typeof told !== 'string' && told.type === 'S-Unit-MethodResult.ind');
    assert.deepEqual(decodeMultipart(told.responseBody), entries);
    assert.deepEqual(told.responseHeaders[0], headers[0]);
  });

  const replies: readonly (readonly [EncodingVersion | undefined, string])[] = [
    [undefined, '8880' + '456e636f64696e672d56657273696f6e00312e3200'],
    ['1.2', '8880' + '456e636f64696e672d56657273696f6e00312e3200'],
    ['1.3', 'bd80' + 'c393'],
    ['1.4', 'c780' + 'c394'],
    ['1.6', 'c780' + 'c394'],
  ];
  for (const [version, headers] of replies)
    it(`[WSP-CL-C-020] [WSP-CL-S-020] the reply to a client of version ${version ?? 'unknown'} (§8.4.2.70)`, () => {
      const octets = sent({
        type: 'S-Unit-MethodResult.req',
        peers: atServer,
        transactionId: 1,
        status: 404,
        responseHeaders: [{ name: 'Cache-Control', value: 'no-cache' }],
        ...(version ? { encodingVersion: version } : {}),
      });
      const length = (1 + headers.length / 2).toString(16).padStart(2, '0');
      assert.equal(octets, `0104 44 ${length} 83 ${headers}`.replaceAll(' ', ''));
    });

  it('[WSP-CL-S-020] a binary encoding that nobody agreed on is answered 400 with the version', () => {
    assert.equal(arrived('0740012f fb81 c393', 'server'), '070440' + '03' + '83c393');
    assert.equal(
      arrived('0740012f 10856100', 'server'),
      '07044016' + '83' + '456e636f64696e672d56657273696f6e00312e3200',
    );
  });

  it('a method without an assignment is answered 501', () => {
    assert.equal(
      arrived('0750012f', 'server'),
      '07046116' + '83' + '456e636f64696e672d56657273696f6e00312e3200',
    );
  });

  it('what is no PDU, or none of this mode, is dropped', () => {
    for (const octets of ['', '07', '0700', '0740ff', '0740012f80', '0701100000', '070505'])
      assert.ok(['undecodable', 'ignored'].includes(String(arrived(octets, 'server'))), octets);
    assert.deepEqual(
      layer.fromBelow({ type: 'T-DError.ind', source: client, destination: server, error: 'x' }),
      [],
    );
    assert.deepEqual(layer.expired('WSP/x'), []);
  });

  it('a transaction id over 255, a body for GET and an unknown method are the caller’s mistakes', () => {
    const request = {
      type: 'S-Unit-MethodInvoke.req',
      peers: atClient,
      transactionId: 1,
      method: 'GET',
      requestUri: '/',
    } as const;
    for (const change of [{ transactionId: 256 }, { requestBody: hex('01') }, { method: 'BREW' }])
      assert.throws(() => layer.fromAbove({ ...request, ...change }), UsageError);
  });

  it('any octets are indicated, answered or dropped, and never thrown at the bearer', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 30 }),
        fc.constantFrom(0x04, 0x06, 0x40, 0x60),
        (octets, type) => {
          arrived(toHex(Uint8Array.of(1, type, ...octets)), 'server');
          arrived(toHex(octets), 'client');
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('no row of the table is dead', () => {
    assert.deepEqual(
      connectionless.NULL.filter((row) => !fired.has(row)),
      [],
    );
  });
});
