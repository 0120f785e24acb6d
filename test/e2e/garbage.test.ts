import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { fetchWap } from '../../src/terminal/fetch.js';
import { seededRandom } from '../../src/wap/random.js';
import { hex } from '../support/hex.js';
import { type Running, start } from '../support/wapstack.js';

const PORT_BASE = 23500;

/** Datagrams that mean something, to be spoilt: Connect, Get, Post, a push of an indication, an Ack, concatenated PDUs. */
const meaningful = [
  '0a 0012 12 01 10 02 00 80 80',
  '0a 0013 12 40 0b 68 74 74 70 3a 2f 2f 78 2e 79 2f',
  '0a 8014 12 60 03 05 61 62 63 83 00 61 62 63',
  '07 06 03 ae 81 ea 02 05 6a 00 45 c6 0c 03 61 00 01 03 62 00 01 01',
  '18 0012',
  '00 04 0a 0012 12 03 18 0012',
  '05 40 03 61 62 63 80 94',
].map(hex);

describe('Strangers who send garbage', function () {
  this.timeout(60_000);
  let demo: Running | undefined;

  before(async () => {
    demo = start('demo', '--port-base', String(PORT_BASE));
    await demo.said(/^http:\S+$/m);
  });
  after(async () => {
    const { status, stderr } = (await demo?.stop()) ?? {};
    assert.equal(status, 0, stderr);
  });

  const alive = async (): Promise<void> => {
    for (const mode of ['cl', 'co'] as const) {
      const port = mode === 'cl' ? PORT_BASE : PORT_BASE + 1;
      const url = `http://127.0.0.1:${PORT_BASE + 8}/sign/unknown`;
      const { status } = await fetchWap({ gateway: { host: '127.0.0.1', port }, mode, method: 'GET', url });
      assert.equal(status, 404);
    }
  };

  it('datagrams, random and spoilt, to every port of gateway and phone', async () => {
    const random = seededRandom(20011205);
    const socket = createSocket('udp4');
    const ports = [PORT_BASE, PORT_BASE + 1, PORT_BASE + 4];
    for (let i = 0; i < 3000; i++) {
      const [kind = 0, which = 0, length = 0, at = 0, value = 0] = random.octets(5);
      let octets = random.octets(length % 64);
      if (kind > 64) {
        octets = Uint8Array.from(meaningful[which % meaningful.length] ?? []);
        octets[at % octets.length] = value;
        if (kind > 200) octets = octets.subarray(0, length % octets.length);
      }
      const port = ports[i % ports.length] ?? PORT_BASE;
      await new Promise<void>((resolve, reject) =>
        socket.send(octets, port, '127.0.0.1', (error) => (error === null ? resolve() : reject(error))),
      );
    }
    socket.close();
    await alive();
  });

  it('octets that are no HTTP, to the shop, the push proxy and the console', async () => {
    for (const port of [PORT_BASE + 8, PORT_BASE + 10, PORT_BASE + 80]) {
      for (const text of [
        '\0\0\0',
        'POST /pap HTTP/1.1\r\nContent-Length: 5\r\n\r\n',
        'GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n',
      ]) {
        await new Promise<void>((resolve) => {
          const socket = connect(port, '127.0.0.1', () => socket.end(text));
          socket.on('error', () => resolve());
          socket.on('close', () => resolve());
          socket.resume();
        });
      }
      const response = await fetch(`http://127.0.0.1:${port}/pap`, { method: 'POST', body: '<pap>' });
      assert.ok(response.status >= 200 && response.status < 500, `${port}: ${response.status}`);
    }
    await alive();
  });
});
