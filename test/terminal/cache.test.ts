import assert from 'node:assert/strict';
import type { PageRequest } from '../../src/terminal/browser/context.js';
import { CACHE_OCTETS_MAX, cachingFetcher, ResponseCache } from '../../src/terminal/cache.js';
import type { Answer } from '../../src/terminal/fetcher.js';
import { encodeUtf8 } from '../../src/wap/octets.js';

const url = 'http://shop.example/a.wml';
const start = Date.parse('Fri, 01 Mar 2002 12:00:00 GMT');
const signal = new AbortController().signal;

type Headers = Readonly<Record<string, string>>;
const list = (headers: Headers) => Object.entries(headers).map(([name, value]) => ({ name, value }));

function answer(headers: Headers, body = 'body', status = 200): Answer {
  return { status, contentType: 'text/plain', headers: list(headers), body: encodeUtf8(body) };
}

/** A server behind a cache; the answers come in turn, the last one again and again. */
class Bench {
  now = start;
  readonly asked: PageRequest[] = [];
  readonly cache = new ResponseCache({ now: () => this.now });
  readonly #answers: Answer[];
  readonly #fetcher = cachingFetcher(
    {
      fetch: async (request) => {
        this.asked.push(request);
        return (
          (this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0]) ?? assert.fail('no answer')
        );
      },
      close: async () => {},
    },
    this.cache,
    { now: () => this.now },
  );

  constructor(...answers: readonly Answer[]) {
    this.#answers = [...answers];
  }

  async get(headers: Headers = {}, method: 'GET' | 'POST' = 'GET', at = url): Promise<string> {
    const got = await this.#fetcher.fetch({ method, url: at, headers: list(headers) }, signal);
    return `${got.status} ${new TextDecoder().decode(got.body)}`;
  }

  /** How often the server was asked for two GETs, the second one after that time. */
  async twice(after = 0): Promise<number> {
    await this.get();
    this.now += after;
    await this.get();
    return this.asked.length;
  }
}

describe('The cache of the handset (WAP-120 §4.1, RFC 2616 §13)', () => {
  it('[UACache-C-001] what is fresh is not asked for again: max-age, before Expires', async () => {
    assert.equal(await new Bench(answer({ 'Cache-Control': 'max-age=60' })).twice(59_999), 1);
    assert.equal(await new Bench(answer({ 'Cache-Control': 'max-age=60' })).twice(60_000), 2);
    const headers = { 'Cache-Control': 'max-age=0', Expires: 'Fri, 01 Mar 2002 13:00:00 GMT' };
    assert.equal(await new Bench(answer(headers)).twice(), 2);
  });

  it('[UACache-C-001] Expires counts from the Date of the server; a date that is none has passed', async () => {
    const headers = { Date: 'Fri, 01 Mar 2002 12:00:00 GMT', Expires: 'Fri, 01 Mar 2002 12:01:00 GMT' };
    assert.equal(await new Bench(answer(headers)).twice(59_999), 1);
    assert.equal(await new Bench(answer(headers)).twice(60_000), 2);
    assert.equal(await new Bench(answer({ Expires: '0' })).twice(), 2);
  });

  it('[UACache-C-001] the age that an answer has already counts (§13.2.3)', async () => {
    const control = { 'Cache-Control': 'max-age=60' };
    assert.equal(await new Bench(answer({ ...control, Age: '50' })).twice(9_999), 1);
    assert.equal(await new Bench(answer({ ...control, Age: '50' })).twice(10_000), 2);
    assert.equal(
      await new Bench(answer({ ...control, Date: 'Fri, 01 Mar 2002 11:59:10 GMT' })).twice(10_000),
      2,
    );
  });

  it('[UACache-C-001] what does not say how long it is good, no-cache and no-store are asked for each time', async () => {
    for (const headers of [
      {},
      { 'Cache-Control': 'no-cache, max-age=60' },
      { 'Cache-Control': 'no-store, max-age=60' },
      { Vary: '*', 'Cache-Control': 'max-age=60' },
    ]) {
      assert.equal(await new Bench(answer(headers)).twice(), 2, JSON.stringify(headers));
    }
  });

  it('[UACache-C-001] a stale one is asked for with its validators, and a 304 makes it fresh again', async () => {
    const validators = { Etag: '"v1"', 'Last-Modified': 'Thu, 28 Feb 2002 12:00:00 GMT' };
    const bench = new Bench(
      answer({ 'Cache-Control': 'max-age=1', ...validators }),
      answer({ 'Cache-Control': 'max-age=60' }, '', 304),
    );
    assert.equal(await bench.get(), '200 body');
    bench.now += 1000;
    assert.equal(await bench.get(), '200 body');
    assert.deepEqual(bench.asked[1]?.headers, [
      { name: 'If-None-Match', value: '"v1"' },
      { name: 'If-Modified-Since', value: 'Thu, 28 Feb 2002 12:00:00 GMT' },
    ]);
    bench.now += 59_000;
    assert.equal(await bench.get(), '200 body');
    assert.equal(bench.asked.length, 2);
  });

  it('[UACache-C-001] a changed one takes the place of the old one', async () => {
    const bench = new Bench(
      answer({ Etag: '"v1"' }),
      answer({ 'Cache-Control': 'max-age=60', Etag: '"v2"' }, 'new'),
    );
    await bench.get();
    assert.deepEqual([await bench.get(), await bench.get(), bench.asked.length], ['200 new', '200 new', 2]);
  });

  it('[UACache-C-001] a request with no-cache goes to the server, and its answer is kept', async () => {
    const bench = new Bench(
      answer({ 'Cache-Control': 'max-age=60' }, 'a'),
      answer({ 'Cache-Control': 'max-age=60' }, 'b'),
    );
    await bench.get();
    assert.equal(await bench.get({ 'Cache-Control': 'no-cache' }), '200 b');
    assert.equal(await bench.get(), '200 b');
    assert.equal(bench.asked.length, 2);
  });

  it('[UACache-C-001] a POST is never answered from the cache, and what it may have changed is forgotten (§13.10)', async () => {
    const bench = new Bench(answer({ 'Cache-Control': 'max-age=60' }));
    await bench.get();
    await bench.get({}, 'POST');
    await bench.get({}, 'POST');
    await bench.get();
    assert.deepEqual(
      bench.asked.map(({ method }) => method),
      ['GET', 'POST', 'POST', 'GET'],
    );
  });

  it('[UACache-C-001] an answer that varies is for the same request headers only (§13.6)', async () => {
    const bench = new Bench(answer({ 'Cache-Control': 'max-age=60', Vary: 'Accept' }));
    await bench.get({ Accept: 'text/plain' });
    await bench.get({ Accept: 'text/plain' });
    assert.equal(bench.asked.length, 1);
    await bench.get({ Accept: 'text/x-wap' });
    assert.equal(bench.asked.length, 2);
  });

  it('[UACache-C-001] failures are not kept', async () => {
    const bench = new Bench(answer({ 'Cache-Control': 'max-age=60' }, 'x', 500));
    assert.equal(await bench.twice(), 2);
  });

  it('[UACache-C-006] what a reader does to an answer does not reach the cache', async () => {
    const octets = encodeUtf8('body');
    const cache = new ResponseCache({ now: () => start });
    const request = { method: 'GET', url, headers: [] } as const;
    cache.keep(request, { ...answer({ 'Cache-Control': 'max-age=60' }), body: octets }, start);
    octets.fill(0);
    cache.find(request)?.answer.body.fill(0);
    assert.deepEqual(cache.find(request)?.answer.body, encodeUtf8('body'));
    cache.clear();
    assert.equal(cache.find(request), undefined);
  });

  it('holds no more than its limit; what was not used for longest goes first', async () => {
    const half = 'x'.repeat(CACHE_OCTETS_MAX / 2 - 100);
    const bench = new Bench(answer({ 'Cache-Control': 'max-age=60' }, half));
    for (const at of ['1', '2', '1', '3']) await bench.get({}, 'GET', `${url}?${at}`);
    assert.equal(bench.asked.length, 3);
    await bench.get({}, 'GET', `${url}?1`);
    assert.equal(bench.asked.length, 3);
    await bench.get({}, 'GET', `${url}?2`);
    assert.equal(bench.asked.length, 4);
    await new Bench(answer({ 'Cache-Control': 'max-age=60' }, 'x'.repeat(CACHE_OCTETS_MAX))).get();
  });
});

describe('Cache Operations (WAP-175 §6)', () => {
  const all = [
    'http://a.example/abc/ef',
    'http://a.example/abc/ef/gh?x=1',
    'http://a.example/abc/efz/mn',
    'http://a.example/',
    'http://b.example/abc/ef',
  ];

  function left(
    type: 'invalidate-object' | 'invalidate-service',
    uri: string,
    {
      base,
      date,
      allowed = () => true,
    }: { base?: string; date?: number; allowed?: (uri: string) => boolean } = {},
  ): string[] {
    const cache = new ResponseCache({ now: () => start });
    const kept = answer({ 'Cache-Control': 'max-age=60', Date: 'Fri, 01 Mar 2002 12:00:00 GMT' });
    for (const at of all) cache.keep({ method: 'GET', url: at, headers: [] }, kept, start);
    const gone = cache.invalidate([{ type, uri }], base, date, allowed);
    const found = all.filter((at) => cache.find({ method: 'GET', url: at, headers: [] }) !== undefined);
    assert.equal(found.length, all.length - gone);
    return found;
  }

  it('[CO-SEM-C-001] [CO-SEM-C-003] an object goes by the equivalence of URIs', () => {
    assert.deepEqual(left('invalidate-object', 'HTTP://A.example:80/%61bc/ef'), all.slice(1));
    assert.deepEqual(left('invalidate-object', 'http://a.example'), [...all.slice(0, 3), ...all.slice(4)]);
    assert.deepEqual(left('invalidate-object', 'http://a.example/ABC/ef'), all);
  });

  it('[CO-SEM-C-002] [CO-SEM-C-004] a service goes by whole segments of the path, its query does not count', () => {
    assert.deepEqual(left('invalidate-service', 'http://a.example/abc/ef?y=2'), all.slice(2));
    assert.deepEqual(left('invalidate-service', 'http://a.example/'), all.slice(4));
    assert.deepEqual(left('invalidate-service', 'https://a.example/'), all);
  });

  it('[CO-SEM-C-005] a relative URI needs a base', () => {
    assert.deepEqual(left('invalidate-object', 'ef', { base: 'http://a.example/abc/x' }), all.slice(1));
    assert.deepEqual(left('invalidate-object', 'ef'), all);
  });

  it('a delayed operation leaves newer objects alone (§6.1)', () => {
    assert.deepEqual(left('invalidate-service', 'http://a.example/', { date: start - 1000 }), all);
    assert.deepEqual(left('invalidate-service', 'http://a.example/', { date: start }), all.slice(4));
  });

  it('[CO-SEC-C-001] only what the sender has a say about goes (§7)', () => {
    const allowed = (uri: string): boolean => uri.startsWith('http://b.example/');
    assert.deepEqual(left('invalidate-service', 'http://a.example/', { allowed }), all);
    assert.deepEqual(left('invalidate-service', 'http://b.example/', { allowed }), all.slice(0, 4));
  });
});
