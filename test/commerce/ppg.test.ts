import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { virtualScheduler } from '../../src/bearer/index.js';
import { contentConversions } from '../../src/gateway/conversions.js';
import type { Handover } from '../../src/gateway/ppg/delivery.js';
import { papServer } from '../../src/gateway/ppg/http.js';
import { pushProxy } from '../../src/gateway/ppg/push-proxy.js';
import { sqliteStore } from '../../src/gateway/ppg/sqlite-store.js';
import { subscribers } from '../../src/gateway/ppg/subscribers.js';
import { seededRandom } from '../../src/wap/random.js';
import { wbxmlToXml } from '../../src/wap/wbxml/index.js';
import { makeWorld, NOW, prepared } from './world.js';

describe('The shop and our own push proxy', () => {
  let server: Server;
  let url: string;
  let delivered: Promise<Handover>;

  before((done) => {
    const scheduler = virtualScheduler(NOW);
    let deliver: (handover: Handover) => void = () => undefined;
    delivered = new Promise((resolve) => {
      deliver = resolve;
    });
    const proxy = pushProxy({
      store: sqliteStore(':memory:'),
      scheduler,
      conversions: contentConversions(),
      locate: subscribers({ subscribers: { '+33612345672': '127.0.0.1' }, pushPort: 2948 }),
      async deliver(handover) {
        deliver(handover);
        return { state: 'delivered', deliveryMethod: 'unconfirmed' };
      },
      notify: async () => '1000',
      name: 'ppg',
      confirmed: false,
      networks: [],
      bearers: [],
      capabilities: async () => undefined,
      random: seededRandom(1, 'ppg'),
      failed: (error) => assert.fail(String(error)),
    });
    const app = papServer(proxy, { initiators: [{ name: 'shop', password: 'sesame' }], maxBody: 65_536 });
    // What is due in virtual time is done when the submission has been answered.
    const listener = getRequestListener(async (request) => {
      const answer = await app.fetch(request);
      setImmediate(() => scheduler.advance(0));
      return answer;
    });
    server = createServer(listener).listen(0, '127.0.0.1', () => {
      const address = server.address();
      url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/pap`;
      done();
    });
  });
  after((done) => {
    server.close(() => done());
  });

  it('the indication arrives in WBXML, with the address of the deck', async () => {
    const credentials = { user: 'shop', password: 'sesame' };
    const world = await makeWorld({ push: { url, credentials } });
    const { pc, page, transaction } = await prepared(world);
    const held = world.told('held');
    const status = pc.submit(page, `/orders/${transaction}/approve`);
    await held;
    const { endpoint, body } = await delivered;
    assert.deepEqual(endpoint, { bearer: 'Any IPv4', address: '127.0.0.1', port: 2948 });
    const xml = wbxmlToXml(body);
    const token = world.store.requestOf(transaction)?.token ?? '';
    assert.ok(xml.includes(`href="http://shop.test/sign/${token}"`), xml);
    assert.ok(xml.includes(`sign ${transaction}, EUR 89.90`), xml);
    assert.match(xml, /si-expires="2001-11-22T21:05:00Z"/);
    world.pages.close();
    await status;
  });

  it('a shop with a wrong password is refused, and its buyer is told', async () => {
    const world = await makeWorld({ push: { url, credentials: { user: 'shop', password: 'wrong' } } });
    const { pc, page, transaction } = await prepared(world);
    const status = await pc.submit(page, `/orders/${transaction}/approve`);
    assert.match(status.body, /<h1>The phone could not be asked<\/h1>/);
    assert.match(status.body, /HTTP status 401/);
  });
});
