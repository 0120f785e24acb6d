import assert from 'node:assert/strict';
import type { Bearer } from '../../src/bearer/bearer.js';
import { openUdp } from '../../src/bearer/udp.js';
import { udpEndpoint } from '../../src/wap/address.js';
import type { FromBearer } from '../../src/wap/wdp/primitives.js';

/** The next thing that a bearer hands up. */
function next(bearer: Bearer): Promise<FromBearer> {
  return new Promise((resolve) => {
    bearer.onDatagram(resolve);
  });
}

describe('UDP bearer (WAP-259 §6.2)', () => {
  const open: Bearer[] = [];
  const udp = async (...options: Parameters<typeof openUdp>) => {
    const bearer = await openUdp(...options);
    open.push(bearer);
    return bearer;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((bearer) => bearer.close()));
  });

  const families = [
    ['127.0.0.1', '[WDP-NA-C-000] [WDP-NA-S-000] [WDP-NA-C-003] [WDP-NA-S-003]'],
    ['::1', '[WDP-NA-C-004] [WDP-NA-S-004]'],
  ] as const;
  for (const [host, items] of families) {
    it(`${items} datagrams of 0 to 60,000 octets between two sockets on ${host}`, async function () {
      const a = await udp({ host, port: 0 }).catch(() => undefined);
      if (a === undefined) return this.skip();
      const b = await udp({ host, port: 0 });
      assert.notEqual(a.local.port, 0);
      for (const length of [0, 1, 1500, 60_000]) {
        const octets = new Uint8Array(length).fill(0x61);
        const arriving = next(b);
        a.send({ type: 'Datagram', source: a.local, destination: b.local, octets });
        assert.deepEqual(await arriving, { type: 'Datagram', source: a.local, destination: b.local, octets });
      }
    });
  }

  it('a datagram longer than UDP carries comes back', async () => {
    const a = await udp({ host: '127.0.0.1', port: 0 });
    const coming = next(a);
    const destination = udpEndpoint('127.0.0.1', 9);
    a.send({ type: 'Datagram', source: a.local, destination, octets: new Uint8Array(70_000) });
    const { type, destination: back } = await coming;
    assert.deepEqual([type, back], ['Undelivered', destination]);
  });

  it('[WCMP-C-001] [WCMP-S-001] [WCMP-SP-C-001] [WCMP-SP-S-001] [WCMP-NE-C-001] [WCMP-NE-S-001] where nobody listens, a socket with one peer hears of it (ICMP port unreachable)', async () => {
    const gone = await udp({ host: '127.0.0.1', port: 0 });
    const peer = gone.local;
    await gone.close();
    const a = await udp({ host: '127.0.0.1', port: 0, peer });
    const coming = next(a);
    a.send({ type: 'Datagram', source: a.local, destination: peer, octets: new Uint8Array(1) });
    const { type, destination } = await coming;
    assert.deepEqual([type, destination], ['Undelivered', peer]);
  });

  it('what comes faster than it is taken is counted as lost (Linux)', async function () {
    const a = await udp({ host: '127.0.0.1', port: 0 });
    const b = await udp({ host: '127.0.0.1', port: 0 });
    if (b.losses?.().received === undefined) return this.skip();
    const octets = new Uint8Array(60_000);
    // Nobody reads in between: the buffer holds some megabytes at most.
    for (let i = 0; i < 300; i++) a.send({ type: 'Datagram', source: a.local, destination: b.local, octets });
    await next(b);
    const { received = 0, sent } = b.losses();
    assert.ok(received > 0);
    assert.equal(sent, 0);
    assert.equal(a.losses?.().received, 0);
  });

  it('a socket with one peer sends to no other', async () => {
    const b = await udp({ host: '127.0.0.1', port: 0 });
    const a = await udp({ host: '127.0.0.1', port: 0, peer: b.local });
    const coming = next(a);
    const other = udpEndpoint('127.0.0.1', 9);
    a.send({ type: 'Datagram', source: a.local, destination: other, octets: new Uint8Array(1) });
    assert.equal((await coming).type, 'Undelivered');
  });

  it('a port that is taken is refused; closing twice is no error', async () => {
    const a = await udp({ host: '127.0.0.1', port: 0 });
    await assert.rejects(openUdp({ host: '127.0.0.1', port: a.local.port }), { code: 'EADDRINUSE' });
    await a.close();
    await a.close();
    a.send({ type: 'Datagram', source: a.local, destination: a.local, octets: new Uint8Array(1) });
  });
});
