/** The gateway before an https origin whose certificate openssl made. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { startGateway } from '../../src/gateway/gateway.js';
import { openWapClient } from '../../src/terminal/fetch.js';
import { decodeWml, formatWml } from '../../src/wap/wml/index.js';
import { describeWithPeers } from '../support/peers.js';
import { run, temporaryFolder } from './programs.js';

describeWithPeers('https origins (WAP-236 §7.2.2)', ['openssl'], ({ openssl }) => {
  let folder: ReturnType<typeof temporaryFolder>;
  let origin: Server;
  let port: number;
  let certificate: string;

  before(async () => {
    folder = temporaryFolder();
    const { code, output } = await run(
      openssl,
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        'key.pem',
        '-out',
        'cert.pem',
        '-days',
        '2',
      ].concat(['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']),
      folder.path,
    );
    assert.equal(code, 0, output);
    certificate = readFileSync(join(folder.path, 'cert.pem'), 'utf8');
    origin = createServer(
      { key: readFileSync(join(folder.path, 'key.pem')), cert: certificate },
      (_, response) => {
        response.setHeader('Content-Type', 'text/vnd.wap.wml');
        response.end('<wml><card><p>secret</p></card></wml>');
      },
    );
    await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', () => resolve()));
    const address = origin.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  after(() => {
    origin.closeAllConnections();
    origin.close();
    folder.remove();
  });

  async function get(ca: { ca?: string }) {
    const gateway = await startGateway({ portBase: 0, ...ca });
    const client = await openWapClient({
      gateway: { host: '127.0.0.1', port: gateway.ports.session },
      mode: 'co',
    });
    const response = await client.request({ method: 'GET', url: `https://127.0.0.1:${port}/` });
    await client.close();
    await gateway.close();
    return { status: response.status, deck: formatWml(decodeWml(response.body)) };
  }

  it('[WAESpec-URI-S-003] an origin whose authority is trusted is fetched from over TLS', async () => {
    const { status, deck } = await get({ ca: certificate });
    assert.equal(status, 200);
    assert.match(deck, /secret/);
  });

  it('[WAESpec-URI-S-006] one whose authority is not is 502, and the deck says why', async () => {
    const { status, deck } = await get({});
    assert.equal(status, 502);
    assert.match(deck, /certificate/);
  });
});
