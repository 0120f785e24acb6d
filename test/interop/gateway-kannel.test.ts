/** Kannel's gateway, bearerbox and wapbox, before our terminal. Its UDP ports are the registered ones and cannot be chosen. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openWapClient, type WapClient, type WapMode } from '../../src/terminal/fetch.js';
import { encodeUtf8, toHex } from '../../src/wap/octets.js';
import { decodeWml, formatWml } from '../../src/wap/wml/index.js';
import { headerValue } from '../../src/wap/wsp/index.js';
import { type Origin, startOrigin } from '../gateway/origin.js';
import { describeWithPeers } from '../support/peers.js';
import { freePorts, kannelConfiguration } from './kannel.js';
import { lock, type Running, start, temporaryFolder } from './programs.js';

describeWithPeers('our terminal through Kannel', ['bearerbox', 'wapbox'], ({ bearerbox, wapbox }) => {
  let origin: Origin;
  let release: () => void;
  const boxes: Running[] = [];
  let folder: ReturnType<typeof temporaryFolder>;

  before(async function () {
    this.timeout(180_000);
    release = await lock('kannel');
    folder = temporaryFolder();
    origin = await startOrigin();
    writeFileSync(join(folder.path, 'kannel.conf'), kannelConfiguration(await freePorts(2)));
    boxes.push(
      await start(bearerbox, ['-v', '0', 'kannel.conf'], folder.path, /Started thread \d+ \(gw\/bb_boxc/),
    );
    boxes.unshift(await start(wapbox, ['-v', '0', 'kannel.conf'], folder.path, /Connected to Bearerbox/i));
  });
  after(async () => {
    for (const box of boxes) await box.stop();
    await origin?.close();
    folder?.remove();
    release?.();
  });

  for (const mode of ['cl', 'co'] satisfies WapMode[]) {
    describe(mode === 'cl' ? 'connectionless' : 'in connection mode', () => {
      let client: WapClient;
      let largest = 0;
      before(async () => {
        client = await openWapClient({
          gateway: { host: '127.0.0.1' },
          mode,
          headers: [
            { name: 'Accept', value: 'application/vnd.wap.wmlc' },
            { name: 'Accept', value: 'application/vnd.wap.wmlscriptc' },
            { name: 'Accept', value: '*/*' },
            { name: 'Accept-Charset', value: 'utf-8' },
          ],
          timeout: 15_000,
          tap: ({ datagram }) => {
            largest = Math.max(largest, datagram.octets.length);
          },
        });
      });
      after(() => client?.close());

      const get = (path: string) => client.request({ method: 'GET', url: origin.url + path });

      it('a deck', async () => {
        const { status, headers, body } = await get('/deck.wml');
        assert.equal(status, 200);
        assert.equal(headers[0]?.value.split(';')[0], 'application/vnd.wap.wmlc');
        assert.match(formatWml(decodeWml(body), '1.1'), /Hello\s*<b>WAP<\/b>/);
      });

      it('a script, an image', async () => {
        const script = await get('/script.wmls');
        assert.equal(script.headers[0]?.value.split(';')[0], 'application/vnd.wap.wmlscriptc');
        assert.equal(toHex((await get('/image.wbmp')).body), '00000801aa');
      });

      it('a POST', async () => {
        const response = await client.request({
          method: 'POST',
          url: `${origin.url}/echo`,
          headers: [{ name: 'Content-Type', value: 'text/plain' }],
          body: encodeUtf8('a=1&b=2'),
        });
        assert.deepEqual(response.body, encodeUtf8('a=1&b=2'));
      });

      it('a redirect, a cookie, a 404', async () => {
        const redirect = await get('/redirect');
        assert.equal(redirect.status, 302);
        assert.match(headerValue(redirect.headers, 'Location') ?? '', /\/deck\.wml$/);
        const cookie = await get('/cookie');
        assert.equal(String.fromCharCode(...cookie.body), 'none');
        // Kannel keeps the cookies of a session itself, and drops those of single datagrams.
        if (mode === 'co') assert.match(String.fromCharCode(...(await get('/cookie')).body), /^id=1/);
        assert.equal((await get('/nothing')).status, 404);
      });

      it('60,000 octets', async () => {
        const { status, body } = await get('/big');
        assert.equal(status, 200);
        assert.equal(body.length, 60_000);
        // Kannel segments what its terminal puts together, in packets of 1,400 octets.
        if (mode === 'co') assert.ok(largest <= 1500, `${largest} octets in one datagram`);
      });

      it('5,000 octets posted', async () => {
        const body = new Uint8Array(5000).fill(0x61);
        const headers = [{ name: 'Content-Type', value: 'text/plain' }];
        const response = await client.request({ method: 'POST', url: `${origin.url}/echo`, headers, body });
        assert.deepEqual(response.body, body);
      });
    });
  }
});
