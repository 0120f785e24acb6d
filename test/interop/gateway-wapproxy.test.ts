/** Kannel's wapproxy between our terminal and our gateway: it forwards to port 9201 of a host, and reads what passes. */
import assert from 'node:assert/strict';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import { openWapClient } from '../../src/terminal/fetch.js';
import { decodeWml, formatWml } from '../../src/wap/wml/index.js';
import { type Origin, startOrigin } from '../gateway/origin.js';
import { describeWithPeers } from '../support/peers.js';
import { freePorts } from './kannel.js';
import { lock, type Running, start, temporaryFolder } from './programs.js';

/** Not the loopback address that Kannel's gateway takes in other tests. */
const HOST = '127.0.0.2';

describeWithPeers('wapproxy before our gateway', ['wapproxy'], ({ wapproxy }) => {
  let origin: Origin;
  let gateway: Gateway;
  let proxy: Running;
  let port = 0;
  let release: () => void;
  let folder: ReturnType<typeof temporaryFolder>;

  before(async function () {
    this.timeout(150_000);
    release = await lock('wapproxy');
    folder = temporaryFolder();
    origin = await startOrigin();
    gateway = await startGateway({ host: HOST, portBase: 9200 });
    [port = 0] = await freePorts(1);
    const args = ['-v', '0', '-t', '-i', '127.0.0.1', '-p', String(port), HOST];
    proxy = await start(wapproxy, args, folder.path, /udp_sender\) maps/);
  });
  after(async () => {
    await proxy?.stop();
    await gateway?.close();
    await origin?.close();
    folder?.remove();
    release?.();
  });

  it('a session, a deck, and 60,000 octets in segments go through it; it reads every PDU', async () => {
    const client = await openWapClient({ gateway: { host: '127.0.0.1', port }, mode: 'co', timeout: 10_000 });
    const { status, body } = await client.request({ method: 'GET', url: `${origin.url}/deck.wml` });
    assert.equal(status, 200);
    assert.match(formatWml(decodeWml(body)), /Hello <b>WAP<\/b>/);
    const big = await client.request({ method: 'GET', url: `${origin.url}/big` });
    assert.equal(big.body.length, 60_000);
    await client.close();
    assert.match(proxy.output(), new RegExp(`sending datagram <127\\.0\\.0\\.1:\\d+> -> <${HOST}:9201>`));
    const complaints = proxy
      .output()
      .split('\n')
      .filter((line) => / (ERROR|PANIC): /.test(line));
    assert.deepEqual(complaints, []);
  });
});
