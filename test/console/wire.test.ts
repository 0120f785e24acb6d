import assert from 'node:assert/strict';
import { liveKeyLog } from '../../src/capture/keylog.js';
import { Live, type LiveMessage } from '../../src/console/live.js';
import { watchAir, watchHttp } from '../../src/console/wire.js';
import { udpEndpoint } from '../../src/wap/address.js';
import { encodeUtf8 } from '../../src/wap/octets.js';
import { ports } from '../../src/wap/ports.js';
import type { KeyLogEntry } from '../../src/wap/wtls/index.js';
import { hex } from '../support/hex.js';
import { bank, pair, rsaAuthority } from '../wap/wtls/parties.js';

const client = udpEndpoint('127.0.0.1', 40000);

function bench() {
  const live = new Live();
  const wire = { live, ports, start: 1000 };
  const last = (): LiveMessage => live.messages.at(-1) ?? assert.fail('no message');
  return { live, wire, last };
}

describe('The wire as the console shows it', () => {
  it('a datagram has its way, its layers and its octets', () => {
    const { wire, last } = bench();
    const air = watchAir(wire);
    const gateway = udpEndpoint('127.0.0.1', ports.session);
    air(1500, { type: 'Datagram', source: client, destination: gateway, octets: hex('18 1234') });
    const { at, kind, from, to, summary, octets, malformed, detail } = last();
    assert.deepEqual([at, kind, from, to, octets, malformed], [500, 'air', 'phone', 'gateway', 3, false]);
    assert.match(summary, /Ack TID 4660/);
    assert.match(detail, /UDP 127\.0\.0\.1:40000 → 127\.0\.0\.1:9201, 3 octets/);
    assert.match(detail, /octets\n181234/);
    air(1600, { type: 'Datagram', source: gateway, destination: client, octets: hex('18 1234') });
    assert.deepEqual([last().from, last().to], ['gateway', 'phone']);
  });

  it('what goes over WTLS is read as soon as the key log knows its secret', () => {
    const { wire, live } = bench();
    const keyLog = liveKeyLog();
    const entries: KeyLogEntry[] = [];
    const air = watchAir({ ...wire, ports: { ...ports, secureSession: 9203 }, keyLog });
    const it = pair({
      client: { trusted: [rsaAuthority().trust], keyLog: (entry) => entries.push(entry) },
      server: { identities: [bank()] },
    });
    const read = () =>
      live.messages.filter(({ summary }) => summary === 'application_data | Ack TID 4660').length;
    // A WTP Ack goes up; the reader hears of the secret after all of the handshake.
    for (const known of [0, 1]) {
      it.send(hex('18 1234'));
      it.run();
      for (const line of it.space.transcript.splice(0)) {
        const [, from = '', , to = '', octets = ''] = line.split(' ');
        const end = (text: string) => udpEndpoint('127.0.0.1', Number(text.split('|')[1]));
        air(1500, { type: 'Datagram', source: end(from), destination: end(to), octets: hex(octets) });
      }
      assert.equal(read(), known);
      for (const entry of entries.splice(0)) keyLog.add(entry);
    }
    const [hello] = live.messages;
    assert.deepEqual([hello?.from, hello?.to, hello?.summary], ['phone', 'gateway', 'client_hello']);
  });

  it('a malformed one is shown as such', () => {
    const { wire, last } = bench();
    const destination = udpEndpoint('127.0.0.1', ports.connectionless);
    for (const octets of ['', '01', '0140ff', 'ff']) {
      watchAir(wire)(1500, { type: 'Datagram', source: client, destination, octets: hex(octets) });
      assert.equal(last().malformed, true, octets);
      assert.match(last().detail, /malformed: /);
    }
  });

  it('an HTTP message is shown when it is whole: by its length, its last chunk, or without a body', () => {
    const { wire, live, last } = bench();
    const flow = watchHttp(wire, 'shop', (path) => (path.startsWith('/sign') ? 'gateway' : 'PC'))(
      1000,
      client,
      client,
    );
    const say = (way: 'fromClient' | 'fromServer', text: string): number => {
      flow[way](1500, encodeUtf8(text));
      return live.messages.length;
    };
    assert.equal(say('fromClient', 'POST /sign/1 HTTP/1.1\r\nContent-Le'), 0);
    assert.equal(say('fromClient', 'ngth: 3\r\nContent-Type: text/plain\r\n\r\na'), 0);
    assert.equal(say('fromClient', 'bc'), 1);
    const { from, to, summary, detail, octets } = last();
    assert.deepEqual([from, to, summary, octets], ['gateway', 'shop', 'POST /sign/1 HTTP/1.1', 73]);
    assert.match(detail, /Content-Length: 3[\s\S]*\n\nabc$/);
    assert.equal(say('fromServer', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'), 1);
    assert.equal(say('fromServer', '0\r\n\r\n'), 2);
    assert.deepEqual([last().from, last().to], ['shop', 'gateway']);
    assert.equal(say('fromClient', 'GET / HTTP/1.1\r\n\r\n'), 3);
    assert.equal(last().from, 'PC');
  });

  it('an answer that is held comes when it comes, one cut short at the end; nothing is no message', () => {
    const { wire, live, last } = bench();
    const flow = watchHttp(wire, 'push proxy', () => 'shop')(1000, client, client);
    flow.fromServer(2000, encodeUtf8('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal'));
    flow.fromServer(2000, new Uint8Array(0));
    assert.equal(live.messages.length, 0);
    flow.close(3000);
    assert.deepEqual([live.messages.length, last().at], [1, 2000]);
    flow.fromServer(3000, new Uint8Array(0));
    flow.close(3000);
    assert.equal(live.messages.length, 1);
  });
});
