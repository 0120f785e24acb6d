import assert from 'node:assert/strict';
import { cookieProxy } from '../../src/gateway/cookies.js';
import type { PageRequest } from '../../src/terminal/browser/context.js';
import { headerValue } from '../../src/wap/wsp/index.js';
import { card, deck, Handset, type Page, type Resource } from './handset.js';

const url = 'http://shop.example/a/index.wml';
const page = (headers: Record<string, string> = {}): Page => deck(card('a', '<p>a</p>'), headers);
const fresh = { 'Cache-Control': 'no-store' };

/** Answers with these headers, one set after the other, and then with none. */
function setting(...values: readonly string[]): Resource {
  const left = [...values];
  return () => {
    const value = left.shift();
    return page({ ...fresh, ...(value !== undefined && { 'Set-Cookie': value }) });
  };
}

const cookieOf = (request: PageRequest | undefined) => headerValue(request?.headers ?? [], 'Cookie');

describe('Cookies on the handset (WAP-223_101 §10.1, RFC 2109)', () => {
  it('[HSM-C-001] sends back what an origin has set, there and nowhere else, until it is switched off', async () => {
    const other = 'http://other.example/';
    const handset = new Handset({ [url]: setting('id=7; path=/a'), [other]: page(fresh) });
    await handset.open(url);
    await handset.open(url);
    await handset.open(other);
    assert.deepEqual(handset.requests.map(cookieOf), [undefined, 'id=7', undefined]);
  });

  it('[HSM-C-001] forgets after Max-Age, and at once with 0', async () => {
    const handset = new Handset({ [url]: setting('a=1; Max-Age=60', 'b=2', 'b=2; Max-Age=0') });
    await handset.open(url);
    await handset.open(url);
    await handset.pass(60_000);
    await handset.open(url);
    await handset.open(url);
    assert.deepEqual(handset.requests.map(cookieOf), [undefined, 'a=1', 'b=2', undefined]);
  });

  it('[HSM-C-001] on the way through a redirect, each address gets its own', async () => {
    const to = 'http://other.example/b.wml';
    const handset = new Handset({
      [url]: { status: 302, headers: { Location: to, 'Set-Cookie': 'a=1', ...fresh }, body: '' },
      [to]: setting('b=2'),
    });
    await handset.open(url);
    await handset.open(url);
    assert.deepEqual(handset.requests.map(cookieOf), [undefined, undefined, 'a=1', 'b=2']);
  });

  it('[HSM-C-001] a secure cookie goes over a secure session only', async () => {
    const handset = new Handset({ [url]: setting('safe=1; secure; path=/') });
    await handset.open(url);
    await handset.open(url);
    assert.deepEqual(handset.requests.map(cookieOf), [undefined, undefined]);
  });

  it('[HSM-C-002] [HSM-C-003] keeps four cookies of 125 octets, and many more', async () => {
    const values = Array.from(
      { length: 12 },
      (_, i) => `n${i}=${'v'.repeat(125)}; path=/; expires=Sat, 01-Jan-2028 00:00:00 GMT`,
    );
    const handset = new Handset({ [url]: setting(...values) });
    for (let i = 0; i <= values.length; i++) await handset.open(url);
    const sent = cookieOf(handset.requests.at(-1))?.split('; ') ?? [];
    assert.deepEqual(sent.slice(0, 4), [
      `n0=${'v'.repeat(125)}`,
      `n1=${'v'.repeat(125)}`,
      `n2=${'v'.repeat(125)}`,
      `n3=${'v'.repeat(125)}`,
    ]);
    assert.equal(sent.length, 12);
  });

  it('what the cache has sets nothing again', async () => {
    const kept = page({ 'Set-Cookie': 'a=1; Max-Age=60', 'Cache-Control': 'max-age=600' });
    const handset = new Handset({ [url]: kept, 'http://shop.example/a/b.wml': page(fresh) });
    await handset.open(url);
    await handset.pass(60_000);
    await handset.open(url);
    await handset.open('http://shop.example/a/b.wml');
    assert.deepEqual(handset.requests.map(cookieOf), [undefined, undefined]);
  });

  it('the user deletes them', async () => {
    const handset = new Handset({ [url]: setting('a=1') });
    await handset.open(url);
    await handset.press('end', { text: '4' }, { text: '4' });
    await handset.open(url);
    assert.deepEqual(handset.requests.map(cookieOf), [undefined, undefined]);
  });
});

/** A gateway's cookie proxy between handset and origin. */
function proxied(origin: (sent: string | undefined) => readonly string[]): {
  readonly resource: Resource;
  readonly seen: (string | undefined)[];
} {
  const proxy = cookieProxy({ now: () => 0 });
  const seen: (string | undefined)[] = [];
  return {
    seen,
    resource(request) {
      const exchange = proxy.exchange('session', new URL(request.url), request.headers);
      const sent = headerValue(exchange.headers, 'Cookie');
      seen.push(sent);
      const given = origin(sent).map((value) => ({ name: 'Set-Cookie', value }));
      const headers = exchange.respond(given);
      return page({ ...fresh, ...Object.fromEntries(headers.map(({ name, value }) => [name, value])) });
    },
  };
}

const choiceOf = (request: PageRequest) => headerValue(request.headers, 'X-Wap-Proxy-Cookie');

describe('The cookie proxy as the handset uses it (WAP-223_101 §10.2)', () => {
  it('[HSM-C-004] [HSM-C-005] the user leaves cookies to the gateway: cache, then cache-has-state', async () => {
    const { resource, seen } = proxied((sent) => (sent === undefined ? ['a=1; path=/'] : []));
    const handset = new Handset({ [url]: resource });
    await handset.press({ text: '4' }, { text: '2' });
    for (let i = 0; i < 3; i++) await handset.open(url);
    assert.deepEqual(seen, [undefined, 'a=1', 'a=1']);
    assert.deepEqual(handset.requests.map(cookieOf), [undefined, undefined, undefined]);
    assert.deepEqual(handset.requests.map(choiceOf), ['cache', 'cache-has-state', 'cache-has-state']);
  });

  it('[HSM-C-004] [HSM-C-005] or to both: those that last stay here, the others there', async () => {
    let first = true;
    const { resource, seen } = proxied(() => {
      const given = first ? ['there=1'] : ['here=2; Max-Age=600'];
      first = false;
      return given;
    });
    const handset = new Handset({ [url]: resource }, { cookies: 'both' });
    for (let i = 0; i < 3; i++) await handset.open(url);
    assert.deepEqual(handset.requests.map(cookieOf), [undefined, undefined, 'here=2']);
    assert.deepEqual(seen, [undefined, 'there=1', 'here=2; there=1']);
    assert.deepEqual(handset.requests.map(choiceOf), ['session', 'session-has-state', 'session-has-state']);
  });

  it('[HSM-C-004] a cookie that the proxy leaves alone is kept on the handset all the same', async () => {
    const handset = new Handset({ [url]: setting('a=1') }, { cookies: 'gateway' });
    await handset.open(url);
    await handset.open(url);
    assert.deepEqual(handset.requests.map(cookieOf), [undefined, 'a=1']);
  });

  it('[HSM-C-004] the choice is on the screen, with a mark at what holds', async () => {
    const handset = new Handset();
    await handset.press({ text: '4' });
    assert.deepEqual(handset.lines(), ['* In the handset', 'In the gateway', 'In both', 'Delete them here']);
    await handset.press({ text: '3' }, { text: '4' });
    assert.deepEqual(handset.lines(), ['In the handset', 'In the gateway', '* In both', 'Delete them here']);
    await handset.press('softRight');
    assert.equal(handset.title(), 'wapstack');
  });
});
