/** The deck that asks for a signature, as the shop serves it: the same through Kannel's gateway and through ours. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { signDeck, signScript } from '../../src/commerce/templates.js';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import { openWapClient } from '../../src/terminal/fetch.js';
import { decodeWml, parseWml, type WmlElement } from '../../src/wap/wml/index.js';
import { decodeUnit, loadUnit } from '../../src/wap/wmlscript/index.js';
import { describeWithPeers } from '../support/peers.js';
import { freePorts, kannelConfiguration } from './kannel.js';
import { lock, type Running, run, start, temporaryFolder } from './programs.js';

const TOKEN = 'mM3zrk4JkYnUZ0b8';
const deck = signDeck({
  countersignature: 'MIIB$$x',
  shop: 'Zoë & Søn',
  token: TOKEN,
  transaction: '2001-000017',
  about: 'Total EUR',
  what: '1,249.50',
});
const script = signScript({ text: 'Pay EUR 1,249.50 to "Zoë & Søn"?', options: '5' });

/** What the shop sends with both (src/commerce/phone.ts). */
async function startShop(): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const isScript = request.url?.endsWith('.wmls') === true;
    response.setHeader('Cache-Control', 'no-cache, must-revalidate');
    response.setHeader('Content-Type', `text/vnd.wap.wml${isScript ? 'script' : ''}; charset=utf-8`);
    response.end(isScript ? script : deck);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { server, url: `http://127.0.0.1:${port}/s/${TOKEN}` };
}

/** A deck without what encoders may choose: positions, and blanks that nobody sees (WAP-191 §11.1). */
function plain({ name, attributes, children }: WmlElement): unknown {
  const kept = children
    .map((child) => ('name' in child ? plain(child) : written(child)))
    .filter((child) => child !== '');
  const entries = [...attributes].map(([attribute, value]) => [attribute, written(value)]);
  return { name, attributes: Object.fromEntries(entries), children: kept };
}

function written(text: readonly unknown[]): string {
  const parts = text.map((part) => (typeof part === 'string' ? part : JSON.stringify(part)));
  return parts.join('').replace(/\s+/g, ' ').trim();
}

const tree = (octets: Uint8Array) => plain(decodeWml(octets));

function source(): unknown {
  const { document } = parseWml(deck);
  assert.ok(document);
  return plain(document);
}

describeWithPeers(
  'The signing deck',
  ['bearerbox', 'wapbox', 'fakewap'],
  ({ bearerbox, wapbox, fakewap }) => {
    let shop: { server: Server; url: string };
    let gateway: Gateway;
    let release: () => void;
    let folder: ReturnType<typeof temporaryFolder>;
    const boxes: Running[] = [];

    before(async function () {
      this.timeout(180_000);
      release = await lock('kannel');
      folder = temporaryFolder();
      shop = await startShop();
      gateway = await startGateway({ portBase: 0 });
      writeFileSync(join(folder.path, 'kannel.conf'), kannelConfiguration(await freePorts(2)));
      boxes.push(
        await start(bearerbox, ['-v', '0', 'kannel.conf'], folder.path, /Started thread \d+ \(gw\/bb_boxc/),
      );
      boxes.unshift(await start(wapbox, ['-v', '0', 'kannel.conf'], folder.path, /Connected to Bearerbox/i));
    });
    after(async () => {
      for (const box of boxes) await box.stop();
      await gateway?.close();
      shop?.server.closeAllConnections();
      shop?.server.close();
      folder?.remove();
      release?.();
    });

    async function fetch(port: number, url: string) {
      const client = await openWapClient({
        gateway: { host: '127.0.0.1', port },
        mode: 'co',
        headers: [
          { name: 'Accept', value: 'application/vnd.wap.wmlc' },
          { name: 'Accept', value: 'application/vnd.wap.wmlscriptc' },
          { name: 'Accept-Charset', value: 'utf-8' },
        ],
        timeout: 15_000,
      });
      const response = await client.request({ method: 'GET', url });
      await client.close();
      assert.equal(response.status, 200);
      return response.body;
    }

    it('decodes to the same deck through either gateway, which is the one that the shop wrote', async () => {
      const through = {
        kannel: await fetch(9201, shop.url),
        ours: await fetch(gateway.ports.session, shop.url),
      };
      assert.deepEqual(tree(through.ours), tree(through.kannel));
      assert.deepEqual(tree(through.ours), source());
      assert.ok(through.ours.length <= 1400);
    });

    it('its script is sound, and has the same functions, through either', async () => {
      const url = `${shop.url}/sign.wmls`;
      const functions = (octets: Uint8Array) => {
        assert.ok(!('fatal' in loadUnit(octets)));
        return decodeUnit(octets).functionNames;
      };
      const ours = functions(await fetch(gateway.ports.session, url));
      assert.deepEqual(ours, functions(await fetch(9201, url)));
      assert.ok(ours.length > 0);
    });

    it('fakewap gets it through ours, and its octets are that deck', async () => {
      const args = ['-g', '127.0.0.1', '-p', String(gateway.ports.session), '-m', '1', '-i', '0'];
      const { code, output } = await run(fakewap, [...args, '-w', 'sign.wmlc', shop.url], folder.path);
      assert.equal(code, 0, output);
      const octets = new Uint8Array(readFileSync(join(folder.path, 'sign.wmlc')));
      assert.deepEqual(tree(octets), source());
    });
  },
);
