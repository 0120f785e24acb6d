/** What the PC sees: EP 1 161 055 A2 figure 2, the steps [201] to [205] of the client and [231] to [238] of the server. */
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import { secureHeaders } from 'hono/secure-headers';
import { toBase64 } from '../wap/octets.js';
import type { Random } from '../wap/random.js';
import type { Clock } from '../wap/time.js';
import { type Access, TRY_WINDOW, type Visit } from './access.js';
import { catalogue, findProduct } from './catalogue.js';
import type { Delivery, Order } from './model.js';
import { type Html, notice, type Viewer } from './pages/layout.js';
import { orderPage, ordersPage } from './pages/orders.js';
import { cartPage, cataloguePage, loginPage, orderFormPage, productPage } from './pages/shopping.js';
import { style } from './pages/style.js';
import { linesOf, prepareOrder, putInCart, readDelivery, toQuantity, totalOf } from './purchase.js';
import { onPc } from './sentences.js';
import type { narrator, Signing } from './signing.js';
import type { Store } from './store.js';

/** A form of a page has a dozen short fields; nothing else is ever posted by a PC. */
export const FORM_OCTETS_MAX = 16_384;

export interface PcParts {
  readonly store: Store;
  readonly access: Access;
  readonly signing: Signing;
  readonly clock: Clock;
  readonly random: Random;
  readonly name: string;
  /** Whether PCs reach the shop over TLS only. */
  readonly secureCookies: boolean;
  /** Which other pages may show the shop in a frame, as CSP's frame-ancestors names them. */
  readonly framedBy: readonly string[];
  readonly tell: ReturnType<typeof narrator>;
}

/** What the middleware has found out about a request. */
interface Found {
  Variables: { visit: Visit; userId: string; form: URLSearchParams };
}

const COOKIE = 'wapstack-shop';

/** Where the request came from: node-server passes Node's own request along. */
function addressOf(c: Context): string {
  const env: { incoming?: { socket?: { remoteAddress?: string } } } = c.env ?? {};
  return env.incoming?.socket?.remoteAddress ?? 'unknown';
}

export function pcPages(parts: PcParts): Hono<Found> {
  const { store, access, signing, clock, random, name, tell } = parts;
  const app = new Hono<Found>();

  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: parts.framedBy.length === 0 ? ["'none'"] : [...parts.framedBy],
      },
      xFrameOptions: parts.framedBy.length === 0 ? 'DENY' : false,
      referrerPolicy: 'same-origin',
      strictTransportSecurity: parts.secureCookies,
      crossOriginResourcePolicy: 'same-origin',
    }),
  );

  app.get('/style.css', (c) =>
    c.body(style, 200, { 'Content-Type': 'text/css; charset=utf-8', 'Cache-Control': 'max-age=3600' }),
  );

  function viewer(c: Context<Found>): Viewer {
    const session = c.get('visit')?.session;
    const userId = session?.userId;
    if (session === undefined || userId === undefined)
      return { shop: name, ...(session === undefined ? {} : { session }) };
    const pieces = [...store.cart(userId).values()].reduce((sum, quantity) => sum + quantity, 0);
    return { shop: name, session, userName: store.findUser(userId)?.name ?? userId, pieces };
  }

  function answer(c: Context<Found>, body: Html, status: 200 | 400 | 401 | 403 | 404 | 413 | 429 = 200) {
    c.header('Cache-Control', 'no-store');
    return c.html(body, status);
  }

  function keepCookie(c: Context, visit: Visit): void {
    setCookie(c, COOKIE, visit.id, {
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
      secure: parts.secureCookies,
    });
  }

  function missing(c: Context<Found>) {
    return answer(
      c,
      notice(viewer(c), 'Not found', 'There is nothing at this address.', '/', 'To the shop'),
      404,
    );
  }

  app.use(async (c, next) => {
    const visit = access.visit(getCookie(c, COOKIE));
    if (visit !== undefined) c.set('visit', visit);
    await next();
  });

  const limit = bodyLimit({
    maxSize: FORM_OCTETS_MAX,
    onError: (c) =>
      answer(c, notice({ shop: name }, 'Too much', 'That form is too long.', '/', 'To the shop'), 413),
  });

  /** Every form comes from a page of ours, made for this very session. */
  app.on('POST', '*', limit, async (c, next) => {
    const form = new URLSearchParams(await c.req.text());
    const visit: Visit | undefined = c.get('visit');
    if (visit === undefined || !access.isOwnForm(visit, form.get('formToken') ?? '')) {
      const text = 'The page was open too long, or it was not one of ours. Nothing was done.';
      return answer(c, notice(viewer(c), 'Please try again', text, '/', 'To the shop'), 403);
    }
    c.set('form', form);
    return next();
  });

  app.get('/login', (c) => {
    if (c.get('visit')?.session.userId !== undefined) return c.redirect('/', 303);
    if (c.get('visit') === undefined) {
      const visit = access.open();
      c.set('visit', visit);
      keepCookie(c, visit);
    }
    tell('credentials asked', 'the shop asks who is there');
    return answer(c, loginPage(viewer(c), '', ''));
  });

  app.post('/login', async (c) => {
    const form = c.get('form');
    const userId = (form.get('userId') ?? '').trim().slice(0, 64);
    tell('credentials given', `user ${userId} and a password arrive`, { userId });
    const visit = await access.logIn(c.get('visit'), userId, form.get('password') ?? '', addressOf(c));
    if (visit === 'too many') {
      tell('credentials refused', `too many tries for ${userId}`, { userId });
      const seconds = Math.ceil(TRY_WINDOW / 1000);
      c.header('Retry-After', String(seconds));
      const mistake = `Too many wrong passwords. Please wait ${Math.ceil(seconds / 60)} minutes.`;
      return answer(c, loginPage(viewer(c), userId, mistake), 429);
    }
    if (visit === 'wrong') {
      tell('credentials refused', `wrong password for ${userId}`, { userId });
      return answer(c, loginPage(viewer(c), userId, 'User and password do not fit together.'), 401);
    }
    keepCookie(c, visit);
    tell('authenticated', `${userId} is a legitimate user`, { userId });
    return c.redirect('/', 303);
  });

  app.get('/', (_, next) => {
    tell('access', 'a PC comes to the shop');
    return next();
  });

  app.use(async (c, next) => {
    const userId = c.get('visit')?.session.userId;
    if (userId === undefined) return c.req.method === 'POST' ? missing(c) : c.redirect('/login', 303);
    c.set('userId', userId);
    return next();
  });

  app.post('/logout', (c) => {
    access.end(c.get('visit'));
    return c.redirect('/login', 303);
  });

  app.get('/', (c) => {
    tell('page', 'the catalogue', { userId: c.get('userId') });
    return answer(c, cataloguePage(viewer(c), catalogue));
  });

  app.get('/products/:id', (c) => {
    const product = findProduct(c.req.param('id'));
    if (product === undefined) return missing(c);
    tell('page', product.name, { userId: c.get('userId') });
    return answer(c, productPage(viewer(c), product));
  });

  app.get('/cart', (c) => {
    const lines = linesOf(store, c.get('userId'));
    tell('page', 'the cart', { userId: c.get('userId') });
    return answer(c, cartPage(viewer(c), lines, totalOf(lines)));
  });

  app.post('/cart', (c) => {
    const known = putInCart(store, c.get('userId'), c.get('form').get('productId') ?? '');
    return known ? c.redirect('/cart', 303) : missing(c);
  });

  app.post('/cart/quantities', (c) => {
    for (const productId of store.cart(c.get('userId')).keys()) {
      const quantity = toQuantity(c.get('form').get(productId) ?? '');
      if (quantity !== undefined) store.setQuantity(c.get('userId'), productId, quantity);
    }
    return c.redirect('/cart', 303);
  });

  app.get('/order', (c) => {
    const userId = c.get('userId');
    if (linesOf(store, userId).length === 0) return c.redirect('/cart', 303);
    const [last] = store.ordersOf(userId);
    const blank: Delivery = {
      name: store.findUser(userId)?.name ?? '',
      street: '',
      postcode: '',
      city: '',
      country: 'France',
    };
    tell('form', 'the order form', { userId });
    return answer(c, orderFormPage(viewer(c), last?.delivery ?? blank, {}));
  });

  app.post('/order', (c) => {
    const userId = c.get('userId');
    const lines = linesOf(store, userId);
    if (lines.length === 0) return c.redirect('/cart', 303);
    const { delivery, mistakes } = readDelivery(c.get('form'));
    if (Object.keys(mistakes).length > 0) return answer(c, orderFormPage(viewer(c), delivery, mistakes), 400);
    const transaction = prepareOrder(store, random, { userId, lines, delivery, prepared: clock.now() });
    tell('form filled', `transaction ${transaction} is prepared`, { userId, transaction });
    return c.redirect(`/orders/${transaction}`, 303);
  });

  app.get('/orders', (c) => answer(c, ordersPage(viewer(c), store.ordersOf(c.get('userId')))));

  /** The order of the address, if it is this user's. */
  function ownOrder(c: Context<Found>): Order | undefined {
    const order = store.findOrder(c.req.param('transaction') ?? '');
    return order?.userId === c.get('userId') ? order : undefined;
  }

  function status(c: Context<Found>, transaction: string) {
    const order = store.findOrder(transaction);
    if (order === undefined) return missing(c);
    const request = store.requestOf(transaction);
    return answer(c, orderPage(viewer(c), order, request, store.evidenceOf(transaction)));
  }

  app.get('/orders/:transaction', (c) => {
    const order = ownOrder(c);
    return order === undefined ? missing(c) : status(c, order.transaction);
  });

  /** As `Crypto.signText` returned it: what `wapstack verify` reads. */
  app.get('/orders/:transaction/signed-content/:number', (c) => {
    const order = ownOrder(c);
    const number = toQuantity(c.req.param('number')) ?? 0;
    const evidence = order && store.evidenceOf(order.transaction)[number - 1];
    if (evidence === undefined) return missing(c);
    return c.text(`${toBase64(evidence.signedContent)}\n`, 200, { 'Cache-Control': 'no-store' });
  });

  app.post('/orders/:transaction/approve', async (c) => {
    const order = ownOrder(c);
    if (order === undefined) return missing(c);
    const { transaction } = order;
    await signing.approve(transaction, c.req.raw.signal);
    const { state = 'prepared' } = store.findOrder(transaction) ?? {};
    if (!c.req.raw.signal.aborted) tell('status sent', onPc[state], { transaction });
    return status(c, transaction);
  });

  app.post('/orders/:transaction/cancel', (c) => {
    const order = ownOrder(c);
    if (order === undefined) return missing(c);
    signing.withdraw(order.transaction, 'You cancelled the order.');
    return status(c, order.transaction);
  });

  app.all('*', missing);
  return app;
}
