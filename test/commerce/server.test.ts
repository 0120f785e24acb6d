import assert from 'node:assert/strict';
import { type ClientRequest, request, type Server } from 'node:http';
import {
  openStore,
  type ShopOptions,
  type Step,
  startShop,
  storeDirectory,
} from '../../src/commerce/index.js';
import { encodePublicKeyInfo } from '../../src/wap/pki/index.js';
import { seededRandom } from '../../src/wap/random.js';
import { alice, authority, server as signer } from './world.js';

/** A shop on a real port, with Alice logged in and an order prepared. */
async function start(options: Partial<ShopOptions> = {}) {
  const store = openStore(':memory:');
  const listeners = new Map<Step, () => void>();
  const told = (step: Step) => new Promise<void>((resolve) => listeners.set(step, resolve));
  const now = Date.now();
  store.putUser({ userId: 'alice', name: 'Alice', passwordHash: '' });
  store.putRecord({
    userId: 'alice',
    mobileDeviceId: '+33612345672',
    publicKey: encodePublicKeyInfo(alice.privateKey.publicKey),
  });
  store.putSession('session', { userId: 'alice', formToken: 'form', expires: now + 60_000 }, now);
  const lines = [{ productId: 'mouse', name: 'Mouse', shortName: 'Mouse', price: 3990, quantity: 1 }];
  const delivery = { name: 'A', street: 'S', postcode: 'P', city: 'C', country: 'France' };
  store.addOrder({ transaction: '4711-0815', userId: 'alice', lines, total: 3990, delivery, prepared: now });
  const hrefs: string[] = [];
  const shop = await startShop({
    store,
    directory: storeDirectory(store),
    clock: { now: () => Date.now() },
    random: seededRandom(1),
    push: async ({ href }) => {
      hrefs.push(href);
      return { octets: 1 };
    },
    signer,
    trusted: [authority.certificate],
    observe: ({ step }) => listeners.get(step)?.(),
    ...options,
  });
  return { shop, store, told, hrefs };
}

function approve(url: string): { outgoing: ClientRequest; answer: Promise<string> } {
  const outgoing = request(`${url}/orders/4711-0815/approve`, {
    method: 'POST',
    agent: false,
    headers: { Cookie: 'wapstack-shop=session', 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  const answer = new Promise<string>((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      let body = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (part) => {
        body += part;
      });
      incoming.on('end', () => resolve(body));
    });
  });
  outgoing.end('formToken=form');
  return { outgoing, answer };
}

describe('The shop on a port', () => {
  it('listens where it says, and tells phones to come there', async () => {
    let attached: Server | undefined;
    const { shop, store, told, hrefs } = await start({
      onServer: (server) => {
        attached = server;
      },
    });
    assert.match(shop.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(attached?.listening, true);
    const held = told('held');
    const { answer } = approve(shop.url);
    await held;
    assert.ok(hrefs[0]?.startsWith(`${shop.url}/sign/`));
    const deck = await fetch(hrefs[0] ?? '', { headers: { Connection: 'close' } });
    assert.equal(deck.headers.get('Content-Type'), 'text/vnd.wap.wml; charset=utf-8');
    assert.match(await deck.text(), /asks you to sign/);
    const refused = await fetch(hrefs[0] ?? '', {
      method: 'POST',
      body: new URLSearchParams({ refusal: 'declined' }),
    });
    assert.match(await refused.text(), /Declined/);
    assert.match(await answer, /Declined on the phone/);
    await shop.close();
    await assert.rejects(fetch(shop.url));
    store.close();
  });

  it('notices that the PC has gone', async () => {
    const { shop, store, told } = await start();
    const [held, ended] = [told('held'), told('ended')];
    const { outgoing, answer } = approve(shop.url);
    answer.catch(() => undefined);
    await held;
    outgoing.destroy();
    await ended;
    assert.match(store.findOrder('4711-0815')?.reason ?? '', /The PC broke off/);
    await shop.close();
    store.close();
  });

  it('answers those who wait before it closes', async () => {
    const { shop, store, told } = await start({ publicUrl: 'http://shop.test/' });
    const held = told('held');
    const { answer } = approve(shop.url);
    await held;
    await shop.close();
    assert.match(await answer, /The shop was closed/);
    store.close();
  });

  it('says where it cannot listen', async () => {
    const { shop, store } = await start();
    await assert.rejects(start({ port: Number(new URL(shop.url).port) }), /EADDRINUSE/);
    await assert.rejects(start({ publicUrl: 'nowhere' }), { name: 'UsageError' });
    await shop.close();
    store.close();
  });
});
