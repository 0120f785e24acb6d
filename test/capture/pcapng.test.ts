import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tapHttpServer } from '../../src/capture/http-tap.js';
import { ipAddress } from '../../src/capture/packets.js';
import { createPcapng } from '../../src/capture/pcapng.js';
import { udpEndpoint } from '../../src/wap/address.js';
import { concat, toHex } from '../../src/wap/octets.js';
import { hex } from '../support/hex.js';
import { describeWithPeers } from '../support/peers.js';

describe('pcapng', () => {
  it('a UDP datagram, octet for octet', () => {
    const parts: Uint8Array[] = [];
    const capture = createPcapng((octets) => parts.push(octets));
    capture.udp(1000, {
      type: 'Datagram',
      source: udpEndpoint('127.0.0.1', 1000),
      destination: udpEndpoint('127.0.0.1', 9200),
      octets: hex('01 40'),
    });
    assert.equal(parts.length, 3);
    assert.equal(
      toHex(parts[2] ?? hex('')),
      toHex(
        hex(`00000006 00000040 00000000 00000000 000f4240 0000001e 0000001e
             4500001e 00000000 4011 7ccd 7f000001 7f000001  03e8 23f0 000a d8bf  0140 0000 00000040`),
      ),
    );
  });

  it('addresses of IPv4, IPv6 and telephones', () => {
    assert.deepEqual(ipAddress('10.1.2.3'), hex('0a010203'));
    assert.deepEqual(ipAddress('::1'), hex('00000000 00000000 00000000 00000001'));
    assert.deepEqual(ipAddress('fe80::1:2'), hex('fe800000 00000000 00000000 00010002'));
    assert.deepEqual(ipAddress('::ffff:127.0.0.1'), hex('00000000 00000000 0000ffff 7f000001'));
    assert.equal(ipAddress('+33612345672')[0], 10);
  });
});

describeWithPeers('pcapng, read by tshark', ['tshark'], ({ tshark }) => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wapstack-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const lines = (octets: Uint8Array, ...args: string[]): string[] => {
    const file = join(folder, 'x.pcapng');
    writeFileSync(file, octets);
    return execFileSync(tshark, ['-n', '-r', file, ...args], { encoding: 'utf8' })
      .trim()
      .split('\n');
  };

  it('datagrams over IPv4 and IPv6 with checksums that hold', () => {
    const parts: Uint8Array[] = [];
    const capture = createPcapng((octets) => parts.push(octets));
    for (const [address, payload] of [
      ['127.0.0.1', '0140'],
      ['::1', '014001'],
    ] as const) {
      const [source, destination] = [udpEndpoint(address, 1000), udpEndpoint(address, 7777)];
      capture.udp(1_006_000_000_123, { type: 'Datagram', source, destination, octets: hex(payload) });
    }
    const fields = [
      '-T',
      'fields',
      '-e',
      'frame.time_epoch',
      '-e',
      'udp.checksum.status',
      '-e',
      'udp.payload',
    ];
    assert.deepEqual(lines(concat(parts), '-o', 'udp.check_checksum:TRUE', ...fields), [
      '1006000000.123000000\t1\t0140',
      '1006000000.123000000\t1\t014001',
    ]);
  });

  it('an HTTP exchange that a server had', async () => {
    const parts: Uint8Array[] = [];
    const capture = createPcapng((octets) => parts.push(octets));
    const server = createServer((_request, response) => response.end('x'.repeat(4000)));
    tapHttpServer(server, capture.tcp, () => 1000);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise((resolve, reject) => {
      get({ port, host: '127.0.0.1', path: '/deck.wml', agent: false }, (response) => {
        response.resume().on('end', resolve);
      }).on('error', reject);
    });
    await new Promise((resolve) => server.close(resolve));
    const fields = ['-T', 'fields', '-e', 'http.request.uri', '-e', 'http.content_length'];
    assert.deepEqual(lines(concat(parts), '-d', `tcp.port==${port},http`, '-Y', 'http', ...fields), [
      '/deck.wml\t',
      '\t4000',
    ]);
    assert.deepEqual(lines(concat(parts), '-Y', '_ws.malformed || tcp.analysis.flags'), ['']);
  });
});
