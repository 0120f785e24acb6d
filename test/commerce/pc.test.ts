import assert from 'node:assert/strict';
import { TRIES_A_USER } from '../../src/commerce/access.js';
import { catalogue, francs } from '../../src/commerce/catalogue.js';
import { FORM_OCTETS_MAX } from '../../src/commerce/pc.js';
import { FIELD_MAX, PIECES_MAX } from '../../src/commerce/purchase.js';
import { address, directoryOf, entered, makeWorld, Pc, prepared } from './world.js';

/** No page may have anything but the shop's own markup: no scripts, no styles, one h1, labels for fields. */
function isProper(body: string): void {
  assert.match(body, /^<!DOCTYPE html>\n<html lang="en">/);
  assert.equal(body.match(/<h1>/g)?.length, 1);
  assert.doesNotMatch(body, /<script|<style|\son\w+=|javascript:/i);
  for (const [, id] of body.matchAll(/<(?:input|select) id="(\w+)"/g))
    assert.ok(body.includes(`<label for="${id}">`), id);
  for (const [form] of body.matchAll(/<form .*?<\/form>/gs))
    assert.match(form, /name="formToken" value="[^"]+"/);
}

describe('The PC at the shop: access [201, 202, 231, 232]', () => {
  it('is asked who it is before it sees anything', async () => {
    const world = await makeWorld();
    for (const path of [
      '/',
      '/cart',
      '/order',
      '/orders',
      '/orders/4711-0815',
      '/products/mouse',
      '/nothing',
    ]) {
      const response = await world.pages.app.request(path);
      assert.equal(response.status, 303, path);
      assert.equal(response.headers.get('Location'), '/login', path);
    }
  });

  it('gets a cookie that scripts and other sites cannot use', async () => {
    const world = await makeWorld();
    const response = await world.pages.app.request('/login');
    assert.match(
      response.headers.get('Set-Cookie') ?? '',
      /^wapstack-shop=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const secure = await makeWorld({ secureCookies: true });
    const other = await secure.pages.app.request('/login');
    assert.match(other.headers.get('Set-Cookie') ?? '', /; Secure/);
  });

  it('is let in with the right password, under a new session', async () => {
    const world = await makeWorld();
    const pc = new Pc(world.pages.app);
    const login = await pc.get('/login');
    isProper(login.body);
    const anonymous = pc.cookie;
    const page = await pc.submit(login, '/login', { userId: 'alice', password: 'wonderland' });
    assert.match(page.body, /<h1>Catalogue<\/h1>/);
    assert.match(page.body, /Alice Liddell/);
    assert.notEqual(pc.cookie, anonymous);
    assert.equal(world.store.findSession(anonymous.split('=')[1] ?? '', world.time.now()), undefined);
    assert.equal((await pc.get('/login')).url, '/', 'who is logged in need not log in');
  });

  it('is refused with a wrong password, and told no more than that', async () => {
    const world = await makeWorld();
    const texts = [];
    for (const userId of ['alice', 'nobody']) {
      const page = await new Pc(world.pages.app).logIn(userId, 'wrong');
      assert.equal(page.status, 401);
      texts.push(/role="alert">([^<]*)/.exec(page.body)?.[1]);
    }
    assert.deepEqual(texts, Array(2).fill('User and password do not fit together.'));
  });

  it('has to wait after too many wrong passwords, even with the right one', async () => {
    const world = await makeWorld();
    for (let i = 0; i < TRIES_A_USER; i++) {
      assert.equal((await new Pc(world.pages.app).logIn('alice', `wrong ${i}`)).status, 401);
    }
    const page = await new Pc(world.pages.app).logIn();
    assert.equal(page.status, 429);
    assert.equal(page.headers.get('Retry-After'), '900');
    world.time.advance(900_001);
    assert.match((await new Pc(world.pages.app).logIn()).body, /<h1>Catalogue/);
  });

  it('is forgotten after an hour without a page, or when it logs out', async () => {
    const world = await makeWorld();
    const pc = entered(world);
    world.time.advance(3_599_999);
    assert.match((await pc.get('/')).body, /<h1>Catalogue/);
    world.time.advance(3_599_999);
    const page = await pc.get('/');
    assert.match(page.body, /<h1>Catalogue/, 'the last page prolonged the session');
    assert.match((await pc.submit(page, '/logout')).body, /<h1>Log in/);
    assert.equal((await pc.get('/')).url, '/login');
    const other = entered(world);
    world.time.advance(3_600_000);
    assert.equal((await other.get('/')).url, '/login');
  });

  it('cannot be made to send a form of another site or another session', async () => {
    const world = await makeWorld();
    const pc = entered(world);
    for (const token of ['', 'form-of-bob', '0'.repeat(32)]) {
      const page = await pc.post('/cart', new URLSearchParams({ formToken: token, productId: 'mouse' }));
      assert.equal(page.status, 403);
    }
    assert.equal(world.store.cart('alice').size, 0);
    const stranger = await new Pc(world.pages.app).post('/login', new URLSearchParams({ userId: 'alice' }));
    assert.equal(stranger.status, 403);
  });

  it('gets headers that forbid scripts, frames and guessing', async () => {
    const world = await makeWorld();
    const { headers } = await entered(world).get('/');
    assert.equal(
      headers.get('Content-Security-Policy'),
      "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    assert.equal(headers.get('X-Frame-Options'), 'DENY');
    assert.equal(headers.get('X-Content-Type-Options'), 'nosniff');
    assert.equal(headers.get('Cache-Control'), 'no-store');
  });

  it('may be shown in a frame of the pages that are named', async () => {
    const world = await makeWorld({ framedBy: ['http://127.0.0.1:8000'] });
    const { headers } = await entered(world).get('/');
    assert.match(headers.get('Content-Security-Policy') ?? '', /frame-ancestors http:\/\/127\.0\.0\.1:8000$/);
    assert.equal(headers.get('X-Frame-Options'), null);
  });

  it('cannot send long forms', async () => {
    const world = await makeWorld();
    const body = new URLSearchParams({ formToken: 'x'.repeat(FORM_OCTETS_MAX) });
    assert.equal((await entered(world).post('/cart', body)).status, 413);
  });
});

describe('The PC at the shop: browsing and filling in [203, 204, 233, 234]', () => {
  it('shows the catalogue and each product', async () => {
    const world = await makeWorld();
    const pc = entered(world);
    const page = await pc.get('/');
    isProper(page.body);
    assert.equal(page.body.match(/<li>/g)?.length, catalogue.length);
    const product = await pc.get('/products/mouse');
    isProper(product.body);
    assert.match(product.body, /€ 39\.90 <span class="francs">261\.73 F<\/span>/);
    assert.equal((await pc.get('/products/unknown')).status, 404);
    assert.equal(francs(100), 656);
  });

  it('serves one stylesheet', async () => {
    const world = await makeWorld();
    const response = await world.pages.app.request('/style.css');
    assert.equal(response.headers.get('Content-Type'), 'text/css; charset=utf-8');
  });

  it('keeps a cart', async () => {
    const world = await makeWorld();
    const pc = entered(world);
    assert.match((await pc.get('/cart')).body, /Your cart is empty/);
    assert.equal((await pc.get('/order')).url, '/cart', 'nothing to order yet');
    const product = await pc.get('/products/mouse');
    await pc.submit(product, '/cart');
    const cart = await pc.submit(product, '/cart');
    isProper(cart.body);
    assert.match(cart.body, /Cart \(2\)/);
    assert.match(cart.body, /€ 79\.80/);
    const more = await pc.submit(cart, '/cart/quantities', { mouse: '5', pda: '3' });
    assert.deepEqual([...world.store.cart('alice')], [['mouse', 5]]);
    await pc.submit(more, '/cart/quantities', { mouse: '1000' });
    assert.equal(world.store.cart('alice').get('mouse'), PIECES_MAX);
    await pc.submit(product, '/cart');
    assert.equal(world.store.cart('alice').get('mouse'), PIECES_MAX);
    for (const nonsense of ['', '-1', '1e3', 'x'])
      await pc.submit(more, '/cart/quantities', { mouse: nonsense });
    assert.equal(world.store.cart('alice').get('mouse'), PIECES_MAX);
    assert.match((await pc.submit(more, '/cart/quantities', { mouse: '0' })).body, /Your cart is empty/);
    assert.equal((await pc.submit(product, '/cart', { productId: 'unknown' })).status, 404);
  });

  it('asks again for what is missing or too long in the form, and keeps what was right', async () => {
    const world = await makeWorld();
    const pc = entered(world);
    await pc.submit(await pc.get('/'), '/cart');
    const form = await pc.get('/order');
    isProper(form.body);
    assert.match(form.body, /<option selected>France<\/option>/);
    const fields = { ...address, street: ' \u0007 ', city: 'x'.repeat(FIELD_MAX + 1), country: 'Atlantis' };
    const page = await pc.submit(form, '/order', fields);
    isProper(page.body);
    assert.equal(page.status, 400);
    assert.match(page.body, /aria-describedby="street-mistake"/);
    assert.match(page.body, /Street and number is missing\./);
    assert.match(page.body, /City is longer than 80 characters\./);
    assert.match(page.body, /value="06610"/);
    assert.equal(world.store.ordersOf('alice').length, 0);
  });

  it('remembers the last address', async () => {
    const world = await makeWorld();
    const { pc } = await prepared(world);
    assert.match((await pc.get('/order')).body, /value="1, rue de la Paix"/);
  });

  it('shows the order for review, with the number that the phone will show', async () => {
    const world = await makeWorld();
    const { page, transaction, pc } = await prepared(world);
    isProper(page.body);
    assert.match(transaction, /^\d{4}-\d{4}$/);
    assert.match(page.body, new RegExp(`class="transaction">${transaction}<`));
    const orders = await pc.get('/orders');
    isProper(orders.body);
    assert.match(orders.body, /Ready for your approval/);
    assert.match((await pc.submit(page, `/orders/${transaction}/cancel`)).body, /<h1>Withdrawn<\/h1>/);
    assert.match((await pc.get('/orders')).body, /Withdrawn/);
  });

  it('escapes everything that people write', async () => {
    const world = await makeWorld();
    const evil = `<script>alert("1")</script>'&`;
    world.store.putUser({ userId: 'eve', name: evil, passwordHash: '' });
    const pc = entered(world, 'eve');
    await pc.submit(await pc.get('/'), '/cart');
    const page = await pc.submit(await pc.get('/order'), '/order', { ...address, name: evil, street: evil });
    isProper(page.body);
    assert.ok(page.body.includes('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;'));
    isProper((await pc.get('/order')).body);
    const login = await new Pc(world.pages.app).logIn(evil.slice(0, 60), 'x');
    isProper(login.body);
  });

  it('says so when it makes a mistake itself, and hides what it was', async () => {
    const world = await makeWorld({ directory: directoryOf(async () => undefined) });
    const pc = entered(world);
    await pc.submit(await pc.get('/'), '/cart');
    world.store.close();
    const page = await pc.get('/');
    assert.equal(page.status, 500);
    assert.match(page.body, /The shop made a mistake/);
    assert.doesNotMatch(page.body, /database/i);
    assert.equal(world.errors.length, 1);
  });
});
