import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPcapng } from '../../src/capture/pcapng.js';
import { udpEndpoint } from '../../src/wap/address.js';
import { DecodeError } from '../../src/wap/errors.js';
import { concat, encodeUtf8, Reader, toHex } from '../../src/wap/octets.js';
import { encodeHeaders } from '../../src/wap/wsp/headers.js';
import {
  connectionlessLayer,
  decodeHeaders,
  decodeUnit,
  dissectUnit,
  dissectWsp,
  type Header,
  type UnitRequest,
} from '../../src/wap/wsp/index.js';
import { encodeMessageHeaders } from '../../src/wap/wsp/messages.js';
import { encodeMultipart } from '../../src/wap/wsp/multipart.js';
import { encodeWsp, type WspPdu } from '../../src/wap/wsp/pdu.js';
import { encodeWtp } from '../../src/wap/wtp/index.js';
import { describeWithFixtures } from '../support/fixtures.js';
import { hex } from '../support/hex.js';
import { describeWithPeers } from '../support/peers.js';

const phone = udpEndpoint('10.0.0.2', 49152);
const gateway = { session: udpEndpoint('10.0.0.1', 9201), unit: udpEndpoint('10.0.0.1', 9200) };

/** One header of every kind; a peer of version 1.4 gets each by number. */
const headers: readonly Header[] = [
  ['Accept', 'application/vnd.wap.wmlc'],
  ['Accept', 'text/html; q=0.5; level=1'],
  ['Accept-Charset', 'utf-8, big5; q=0.8'],
  ['Accept-Encoding', 'gzip'],
  ['Accept-Language', 'en; q=0.7, sv'],
  ['Accept-Ranges', 'bytes'],
  ['Age', '3600'],
  ['Authorization', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=='],
  ['Cache-Control', 'max-age=86400, no-cache, private="Set-Cookie"'],
  ['Connection', 'close'],
  ['Content-Encoding', 'gzip'],
  ['Content-Language', 'pl'],
  ['Content-Length', '1400'],
  ['Content-Location', 'http://shop/'],
  ['Content-MD5', 'Q2hlY2sgSW50ZWdyaXR5IQ=='],
  ['Date', 'Thu, 23 Apr 1998 13:41:37 GMT'],
  ['Etag', '"e1"'],
  ['Expires', '0'],
  ['If-Modified-Since', 'Thu, 23 Apr 1998 13:41:37 GMT'],
  ['Location', 'http://shop/a'],
  ['Last-Modified', 'Thu, 23 Apr 1998 13:41:37 GMT'],
  ['Max-Forwards', '10'],
  ['Pragma', 'no-cache'],
  ['Proxy-Authenticate', 'Basic realm="r"'],
  ['Proxy-Authorization', 'Basic dTpw'],
  ['Public', 'OPTIONS'],
  ['Range', 'bytes=0-499'],
  ['Retry-After', '120'],
  ['Server', 'wapstack'],
  ['Transfer-Encoding', 'chunked'],
  ['User-Agent', 'Phone/1.0'],
  ['Vary', 'Accept-Language'],
  ['Via', '1.1 gw'],
  ['Warning', '110 - "Response is stale"'],
  ['WWW-Authenticate', 'Basic realm="r"'],
  ['Content-Disposition', 'attachment; filename=a.txt'],
  ['X-Wap-Application-Id', 'x-wap-application:wml.ua'],
  ['X-Wap-Content-URI', 'http://c'],
  ['X-Wap-Initiator-URI', 'http://i'],
  ['Accept-Application', '*'],
  ['Bearer-Indication', '10'],
  ['Push-Flag', '1'],
  ['Profile', 'http://p'],
  ['TE', 'trailers'],
  ['X-Wap-Tod', 'Thu, 23 Apr 1998 13:41:37 GMT'],
  ['Content-ID', '<a@b>'],
  ['Encoding-Version', '1.4'],
  ['X-Own', 'text'],
].map(([name = '', value = '']) => ({ name, value }));

const context = { encodingVersion: '1.4' } as const;
const wml = [{ name: 'Content-Type', value: 'application/vnd.wap.wmlc; charset=utf-8' }];
const entries = [
  { headers: [{ name: 'Content-Type', value: 'text/plain' }], body: encodeUtf8('hi') },
  { headers: [{ name: 'Content-Type', value: 'image/vnd.wap.wbmp' }], body: hex('00000101 80') },
];
const mixed = [{ name: 'Content-Type', value: 'application/vnd.wap.multipart.mixed' }];
const deck = hex('03046a00 7fe7 5503 6100 01 60 01 01');

function withMessage(list: readonly Header[], body: Uint8Array) {
  return { headers: encodeMessageHeaders({ headers: list, body }, context), data: body };
}

/** PDUs of the connection mode, and what tshark's Info column must say. */
const pdus: readonly (readonly [WspPdu, string])[] = [
  [
    {
      pdu: 'Connect',
      version: 0x10,
      capabilities: hex('03808a78 0282f8 028304 028402'),
      headers: encodeHeaders(headers),
    },
    'Connect',
  ],
  [
    {
      pdu: 'ConnectReply',
      serverSessionId: 0x87a5,
      capabilities: hex('03808a78 028240'),
      headers: hex('c394'),
    },
    'ConnectReply',
  ],
  [
    {
      pdu: 'Redirect',
      permanent: true,
      reuseSecuritySession: false,
      redirectAddresses: hex('84 00 0a000001'),
    },
    'Redirect',
  ],
  [{ pdu: 'Disconnect', serverSessionId: 0x87a5 }, 'Disconnect'],
  [
    { pdu: 'Get', type: 0x40, uri: encodeUtf8('http://shop/'), headers: encodeHeaders(headers, context) },
    'Get',
  ],
  [{ pdu: 'Get', type: 0x42, uri: encodeUtf8('/'), headers: hex('') }, 'Head'],
  [
    { pdu: 'Post', type: 0x60, uri: encodeUtf8('/'), ...withMessage(mixed, encodeMultipart(entries)) },
    'Post',
  ],
  [{ pdu: 'Reply', status: 0x20, ...withMessage([...wml, ...headers], deck) }, 'Reply'],
  [{ pdu: 'Push', ...withMessage([{ name: 'Content-Type', value: 'text/plain' }], encodeUtf8('p')) }, 'Push'],
  [
    {
      pdu: 'ConfirmedPush',
      ...withMessage([{ name: 'Content-Type', value: 'text/plain' }], encodeUtf8('p')),
    },
    'ConfirmedPush',
  ],
  [{ pdu: 'Suspend', sessionId: 0x87a5 }, 'Suspend'],
  [{ pdu: 'Resume', sessionId: 0x87a5, capabilities: hex(''), headers: hex('') }, 'Resume'],
];

describeWithPeers('WSP as tshark reads it', ['tshark'], ({ tshark }) => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wapstack-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function read(
    name: string,
    port: 'session' | 'unit',
    datagrams: readonly Uint8Array[],
    ...flags: string[]
  ): string {
    const parts: Uint8Array[] = [];
    const capture = createPcapng((part) => parts.push(part));
    for (const [i, octets] of datagrams.entries())
      capture.udp(1000 + i, { type: 'Datagram', source: phone, destination: gateway[port], octets });
    const file = join(folder, name);
    writeFileSync(file, concat(parts));
    return execFileSync(tshark, ['-r', file, ...flags], { encoding: 'utf8' });
  }

  /** WTP around it, as every connection-mode PDU travels. */
  function invoked(pdu: WspPdu, tid: number): Uint8Array {
    const flags = { gtr: true, ttr: true, rid: false, version: 0, tidNew: false, up: true, tcl: 2 } as const;
    return encodeWtp([{ pdu: 'Invoke', ...flags, tid, tpis: [], userData: encodeWsp(pdu) }]);
  }

  it('every PDU of the connection mode by its name, none malformed', () => {
    const lines = read(
      'session.pcapng',
      'session',
      pdus.map(([pdu], i) => invoked(pdu, i)),
      '-T',
      'fields',
      '-e',
      '_ws.col.Info',
    )
      .trimEnd()
      .split('\n');
    assert.equal(lines.length, pdus.length);
    for (const [i, [, says]] of pdus.entries()) assert.ok(lines[i]?.includes(says), `${says}: ${lines[i]}`);
    assert.ok(!lines.some((line) => /malformed/i.test(line)), lines.join('\n'));
  });

  it('no error-level expert note in either mode', () => {
    const units = pdus
      .filter(([pdu]) => ['Get', 'Post', 'Reply', 'Push'].includes(pdu.pdu))
      .map(([pdu], i) => concat([Uint8Array.of(i), encodeWsp(pdu)]));
    for (const notes of [
      read(
        'notes.pcapng',
        'session',
        pdus.map(([pdu], i) => invoked(pdu, i)),
        '-q',
        '-z',
        'expert,error',
      ),
      read('units.pcapng', 'unit', units, '-q', '-z', 'expert,error'),
    ])
      assert.doesNotMatch(notes, /Errors/, notes);
  });

  it('the values of headers are read as they were meant', () => {
    const get = encodeWsp({
      pdu: 'Get',
      type: 0x40,
      uri: encodeUtf8('/'),
      headers: encodeHeaders(headers, context),
    });
    const text = read('headers.pcapng', 'unit', [concat([Uint8Array.of(1), get])], '-O', 'wsp');
    for (const expected of [
      'Accept: application/vnd.wap.wmlc',
      'Accept-Language: English (en); q=0.70',
      'Accept-Language: Swedish (sv)',
      'Accept-Ranges: bytes',
      'Age: 3600 seconds',
      'Cache-Control: no-cache',
      'Content-Length: 1400',
      'Date: Apr 23, 1998 13:41:37 UTC',
      'Encoding-Version: 1.4',
      'ETag: "e1"',
      'Max-Forwards: 10',
      'Server: wapstack',
      'Transfer-Encoding: chunked',
      'User-Agent: Phone/1.0',
      'Warning: 110 Response is stale',
      'Content-Id: "<a@b>"',
      'X-Own: text',
    ])
      assert.ok(text.includes(expected), `${expected}\n${text}`);
  });

  it('requests and pushes of the connectionless layer', () => {
    const layer = connectionlessLayer();
    const requests: readonly UnitRequest[] = [
      {
        type: 'S-Unit-MethodInvoke.req',
        peers: { local: phone, remote: gateway.unit },
        transactionId: 7,
        method: 'GET',
        requestUri: 'http://shop/',
        requestHeaders: headers,
      },
      {
        type: 'S-Unit-MethodResult.req',
        peers: { local: phone, remote: gateway.unit },
        transactionId: 7,
        status: 200,
        responseHeaders: [...wml, ...headers],
        responseBody: deck,
        encodingVersion: '1.4',
      },
      {
        type: 'S-Unit-Push.req',
        peers: { local: phone, remote: gateway.unit },
        pushId: 8,
        pushHeaders: [{ name: 'Content-Type', value: 'text/plain' }],
        pushBody: encodeUtf8('p'),
      },
    ];
    const datagrams = requests.flatMap((request) =>
      layer.fromAbove(request).flatMap((effect) => ('down' in effect ? [effect.down.userData] : [])),
    );
    const lines = read('layer.pcapng', 'unit', datagrams, '-T', 'fields', '-e', '_ws.col.Info')
      .trimEnd()
      .split('\n');
    assert.equal(lines.length, 3);
    for (const [i, says] of ['Get', 'Reply', 'Push'].entries())
      assert.ok(lines[i]?.includes(says) && !/malformed/i.test(lines[i] ?? ''), lines[i]);
  });
});

describeWithFixtures('WSP as Kannel sends it', 'pcap', (folder) => {
  interface Dialogue {
    readonly gateway_port?: number;
    readonly dialogue?: readonly { readonly dir: string; readonly udp_payload_hex: string }[];
  }

  /** The user data of a WTP Invoke or Result that is one whole message. */
  function userData(octets: Uint8Array): Uint8Array | undefined {
    const [first = 0, , , fourth = 0] = octets;
    const type = (first >> 3) & 0x0f;
    const whole = (first & 0x06) === 0x06 || (first & 0x02) === 0x02;
    if (!whole || first >= 0x80) return undefined;
    if (type === 1) return (fourth & 0x03) === 3 ? undefined : octets.subarray(4);
    return type === 2 ? octets.subarray(3) : undefined;
  }

  let replies = 0;
  for (const file of readdirSync(folder).filter(
    (name) => name.startsWith('kannel-') && name.endsWith('.json'),
  )) {
    const { dialogue = [], gateway_port: port } = JSON.parse(
      readFileSync(join(folder, file), 'utf8'),
    ) as Dialogue;
    it(file, () => {
      for (const { dir, udp_payload_hex: digits } of dialogue) {
        const octets = hex(digits);
        const wsp = port === 9200 ? octets : userData(octets);
        if (wsp === undefined || wsp.length === 0) continue;
        try {
          const { pdu } = port === 9200 ? dissectUnit(wsp) : dissectWsp(wsp);
          if (pdu.pdu === 'Reply') replies++;
          const undecoded = JSON.stringify(
            pdu.pdu === 'Reply' ? decodeHeaders(new Reader(pdu.headers.subarray(1), 'WSP')) : [],
          );
          assert.doesNotMatch(undecoded, /octets:/);
        } catch (error) {
          // The client of these recordings breaks rules on purpose; the gateway does not.
          assert.ok(
            error instanceof DecodeError && dir === 'client->gateway',
            `${dir} ${toHex(wsp)}: ${error}`,
          );
        }
      }
    });
  }

  it('there were replies among them', () => assert.ok(replies > 10, String(replies)));

  it('a connectionless reply with its binary Encoding-Version', () => {
    const { content } = decodeUnit(hex('29 04 20 05 94 8d80 c393'));
    assert.deepEqual(
      content.pdu === 'Reply' && decodeHeaders(new Reader(content.headers.subarray(1), 'WSP')),
      [
        { name: 'Content-Length', value: '0' },
        { name: 'Encoding-Version', value: '1.3' },
      ],
    );
  });
});
