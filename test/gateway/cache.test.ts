import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cachingClient, type Served } from '../../src/gateway/cache.js';
import { contentConversions } from '../../src/gateway/conversions.js';
import { cookieProxy } from '../../src/gateway/cookies.js';
import type { HttpFailure, HttpRequest, HttpResponse } from '../../src/gateway/http.js';
import { proxy } from '../../src/gateway/proxy.js';
import { udpEndpoint } from '../../src/wap/address.js';
import { decodeUtf8, encodeUtf8 } from '../../src/wap/octets.js';
import { type Header, headerValue } from '../../src/wap/wsp/index.js';

const START = Date.UTC(2001, 0, 2, 3, 4, 5);

const headersOf = (lines: readonly string[]): Header[] =>
  lines.map((line) => {
    const colon = line.indexOf(':');
    return { name: line.slice(0, colon), value: line.slice(colon + 1).trim() };
  });

interface Ask {
  readonly method?: string;
  readonly url?: string;
  readonly client?: string;
}

/** A cache before an origin that answers what `origin` says. */
function world(size = 100_000) {
  const time = { now: START };
  const asked: HttpRequest[] = [];
  const served: Served[] = [];
  const origin: { status: number; lines: string[]; body: string; failure?: HttpFailure } = {
    status: 200,
    lines: [],
    body: 'one',
  };
  const cache = cachingClient({
    clock: { now: () => time.now },
    size,
    served: (how) => served.push(how),
    http: {
      fetch: async (request) => {
        asked.push(request);
        if (origin.failure) return origin.failure;
        return { status: origin.status, headers: headersOf(origin.lines), body: encodeUtf8(origin.body) };
      },
      close: () => undefined,
    },
  });
  async function ask(lines: readonly string[] = [], more: Ask = {}): Promise<HttpResponse> {
    const { method = 'GET', url = 'http://a.example/x', client } = more;
    const outcome = await cache.fetch({
      method,
      url: new URL(url),
      headers: headersOf(lines),
      ...(client !== undefined && { client }),
    });
    assert.ok(!('failure' in outcome));
    return outcome;
  }
  /** The origin's next answers. */
  function answers(body: string, ...lines: string[]): void {
    Object.assign(origin, { status: 200, body, lines });
  }
  const pass = (seconds: number) => {
    time.now += 1000 * seconds;
  };
  return { time, asked, served, origin, cache, ask, answers, pass };
}

const textOf = ({ body }: HttpResponse) => decodeUtf8(body);

describe('The cache of the gateway: freshness (WAP-120 §4.2.2, RFC 2616 §13.2)', () => {
  for (const [what, lines, after, fresh] of [
    ['max-age', ['Cache-Control: max-age=60'], 59, true],
    ['max-age, over', ['Cache-Control: max-age=60'], 60, false],
    ['s-maxage goes before max-age', ['Cache-Control: max-age=60, s-maxage=10'], 20, false],
    ['max-age goes before Expires', ['Cache-Control: max-age=60', 'Expires: 0'], 30, true],
    [
      'Expires counts from Date',
      ['Date: Tue, 02 Jan 2001 03:04:05 GMT', 'Expires: Tue, 02 Jan 2001 03:05:05 GMT'],
      59,
      true,
    ],
    ['Expires that is no date is over', ['Expires: 0', 'ETag: "1"'], 0, false],
    ['Age was used up elsewhere', ['Cache-Control: max-age=60', 'Age: 50'], 10, false],
    [
      'a Date long ago makes it old',
      ['Cache-Control: max-age=60', 'Date: Tue, 02 Jan 2001 03:03:35 GMT'],
      31,
      false,
    ],
    ['nothing is guessed', ['Last-Modified: Mon, 01 Jan 2001 00:00:00 GMT'], 0, false],
    ['no-cache', ['Cache-Control: no-cache, max-age=60', 'ETag: "1"'], 0, false],
    ['Pragma: no-cache', ['Pragma: no-cache', 'Cache-Control: max-age=60', 'ETag: "1"'], 0, false],
  ] as const) {
    it(`[UACache-S-007] ${what}`, async () => {
      const { ask, answers, pass, asked } = world();
      answers('one', ...lines);
      await ask();
      answers('two');
      pass(after);
      assert.equal(textOf(await ask()), fresh ? 'one' : 'two');
      assert.equal(asked.length, fresh ? 1 : 2);
    });
  }

  it('[UACache-S-009] what is stored says how old it is, and has a Date though the origin sent none (§13.2.3, §14.18.1)', async () => {
    const { ask, answers, pass } = world();
    answers('one', 'Cache-Control: max-age=60', 'Age: 3');
    await ask();
    pass(10);
    const { headers } = await ask();
    assert.equal(headerValue(headers, 'Age'), '13');
    assert.equal(headerValue(headers, 'Date'), 'Tue, 02 Jan 2001 03:04:05 GMT');
  });

  it('what the client asks decides, too (§14.9.3)', async () => {
    const { ask, answers, pass, asked } = world();
    answers('one', 'Cache-Control: max-age=60', 'ETag: "1"');
    await ask();
    pass(30);
    await ask(['Cache-Control: max-age=30']);
    assert.equal(asked.length, 1);
    await ask(['Cache-Control: max-age=29']);
    assert.equal(asked.length, 2);
    pass(30);
    await ask(['Cache-Control: min-fresh=31']);
    assert.equal(asked.length, 3);
    await ask(['Cache-Control: no-cache']);
    assert.equal(asked.length, 4);
    assert.equal(headerValue(asked[3]?.headers ?? [], 'If-None-Match'), undefined);
    pass(70);
    const stale = await ask(['Cache-Control: max-stale=10']);
    assert.equal(asked.length, 4);
    assert.equal(headerValue(stale.headers, 'Warning'), '110 wapstack "Response is stale"');
    await ask(['Cache-Control: max-stale=9']);
    assert.equal(asked.length, 5);
    assert.equal((await ask(['Cache-Control: only-if-cached'], { url: 'http://a.example/y' })).status, 504);
  });

  it('must-revalidate is stronger than max-stale (§14.9.4)', async () => {
    const { ask, answers, pass, asked } = world();
    answers('one', 'Cache-Control: max-age=1, must-revalidate', 'ETag: "1"');
    await ask();
    pass(5);
    await ask(['Cache-Control: max-stale']);
    assert.equal(asked.length, 2);
  });
});

describe('The cache of the gateway: validation (RFC 2616 §13.3)', () => {
  it('[UACache-S-009] a stale response is asked about with its validators; 304 makes it fresh', async () => {
    const { ask, answers, pass, asked, origin, served } = world();
    answers('one', 'ETag: "1"', 'Last-Modified: Mon, 01 Jan 2001 00:00:00 GMT', 'X-Old: 1');
    await ask();
    Object.assign(origin, { status: 304, body: '', lines: ['Cache-Control: max-age=60', 'X-New: 1'] });
    const response = await ask();
    assert.equal(textOf(response), 'one');
    assert.equal(response.status, 200);
    assert.deepEqual(asked[1]?.headers, [
      { name: 'If-None-Match', value: '"1"' },
      { name: 'If-Modified-Since', value: 'Mon, 01 Jan 2001 00:00:00 GMT' },
    ]);
    assert.equal(headerValue(response.headers, 'X-New'), '1');
    assert.equal(headerValue(response.headers, 'X-Old'), '1');
    pass(59);
    await ask();
    assert.deepEqual(served, ['miss', 'validated', 'hit']);
  });

  it('a client that has it already gets 304, from the store or after it was asked about', async () => {
    const { ask, answers, origin, asked } = world();
    answers('one', 'ETag: "1"', 'Cache-Control: max-age=60');
    await ask();
    const same = await ask(['If-None-Match: "0", W/"1"']);
    assert.deepEqual([same.status, same.body.length], [304, 0]);
    assert.equal(headerValue(same.headers, 'ETag'), '"1"');
    assert.equal((await ask(['If-None-Match: "2"'])).status, 200);
    assert.equal(asked.length, 1);
    Object.assign(origin, { status: 304, body: '', lines: [] });
    assert.equal((await ask(['If-None-Match: "1"', 'Cache-Control: max-age=0'])).status, 304);
    assert.equal((await ask(['If-None-Match: "2"', 'Cache-Control: max-age=0'])).status, 200);
  });

  it('If-Modified-Since is settled from the store', async () => {
    const { ask, answers } = world();
    answers('one', 'Last-Modified: Mon, 01 Jan 2001 00:00:00 GMT', 'Cache-Control: max-age=60');
    await ask();
    assert.equal((await ask(['If-Modified-Since: Mon, 01 Jan 2001 00:00:00 GMT'])).status, 304);
    assert.equal((await ask(['If-Modified-Since: Sun, 31 Dec 2000 00:00:00 GMT'])).status, 200);
  });

  it('HEAD has the stored headers and no body', async () => {
    const { ask, answers, asked } = world();
    answers('one', 'Cache-Control: max-age=60');
    await ask();
    const { status, body } = await ask([], { method: 'HEAD' });
    assert.deepEqual([status, body.length, asked.length], [200, 0, 1]);
  });
});

describe('The cache of the gateway: who gets what (RFC 2616 §13.4, §13.6, §14.9.1, §15)', () => {
  for (const [what, lines, request] of [
    ['no-store of the origin', ['Cache-Control: no-store, max-age=60'], []],
    ['no-store of the client', ['Cache-Control: max-age=60'], ['Cache-Control: no-store']],
    ['a cookie that is set', ['Cache-Control: max-age=60', 'Set-Cookie: a=b'], []],
    ['credentials', ['Cache-Control: max-age=60'], ['Authorization: Basic eDp5']],
    ['a part', ['Cache-Control: max-age=60'], ['Range: bytes=0-1']],
    ['Vary: *', ['Cache-Control: max-age=60', 'Vary: *'], []],
    ['private, without a session', ['Cache-Control: private, max-age=60'], []],
    ['a cookie that was sent, without a session', ['Cache-Control: max-age=60'], ['Cookie: a=b']],
  ] as const) {
    it(`[UACache-S-011] is not stored: ${what}`, async () => {
      const { ask, answers, asked, cache } = world();
      answers('one', ...lines);
      await ask(request);
      await ask(request);
      assert.equal(asked.length, 2);
      assert.equal(cache.octets(), 0);
    });
  }

  it('[UACache-S-011] what is private is for its session alone, and ends with it', async () => {
    const { ask, answers, asked, cache } = world();
    answers('of one', 'Cache-Control: private, max-age=60');
    await ask([], { client: 's1' });
    answers('of two', 'Cache-Control: private, max-age=60');
    assert.equal(textOf(await ask([], { client: 's2' })), 'of two');
    assert.equal(textOf(await ask([], { client: 's1' })), 'of one');
    assert.equal(asked.length, 2);
    cache.forget('s1');
    cache.forget('s2');
    assert.equal(cache.octets(), 0);
  });

  it('[UACache-S-011] what was answered to a cookie is for its session alone, unless it is public', async () => {
    const { ask, answers, asked } = world();
    answers('of one', 'Cache-Control: max-age=60');
    await ask(['Cookie: id=1'], { client: 's1' });
    answers('of two', 'Cache-Control: public, max-age=60');
    assert.equal(textOf(await ask(['Cookie: id=2'], { client: 's2' })), 'of two');
    assert.equal(textOf(await ask(['Cookie: id=3'], { client: 's3' })), 'of two');
    assert.equal(textOf(await ask([], {})), 'of two');
    assert.equal(textOf(await ask(['Cookie: id=1'], { client: 's1' })), 'of one');
    assert.equal(asked.length, 2);
  });

  it('a page for nobody in particular is not for somebody with a cookie', async () => {
    const { ask, answers, asked } = world();
    answers('log in', 'Cache-Control: max-age=60');
    await ask();
    await ask(['Cookie: id=1'], { client: 's1' });
    assert.equal(asked.length, 2);
  });

  it('Vary, and what origins choose by without saying so, keeps terminals apart (§13.6)', async () => {
    const { ask, answers, asked } = world();
    answers('da', 'Cache-Control: max-age=60', 'Vary: X-Colour');
    await ask(['X-Colour: red', 'User-Agent: a']);
    await ask(['X-Colour: red', 'User-Agent: a']);
    assert.equal(asked.length, 1);
    await ask(['X-Colour: blue', 'User-Agent: a']);
    await ask(['X-Colour: blue', 'User-Agent: b']);
    await ask(['X-Colour: blue', 'User-Agent: b', 'Accept-Language: da']);
    assert.equal(asked.length, 4);
  });

  it('a POST makes what is stored under its URL invalid, and under its Location on the same host (§13.10)', async () => {
    const { ask, answers, asked, origin } = world();
    for (const url of ['http://a.example/x', 'http://a.example/y', 'http://b.example/y']) {
      answers('one', 'Cache-Control: max-age=60');
      await ask([], { url });
    }
    Object.assign(origin, { status: 303, lines: ['Location: /y'], body: '' });
    await ask([], { method: 'POST' });
    answers('two', 'Cache-Control: max-age=60');
    assert.equal(textOf(await ask()), 'two');
    assert.equal(textOf(await ask([], { url: 'http://a.example/y' })), 'two');
    assert.equal(textOf(await ask([], { url: 'http://b.example/y' })), 'one');
    assert.equal(asked.length, 6);
  });

  it('what came over TLS is not stored', async () => {
    const { ask, answers, asked } = world();
    answers('one', 'Cache-Control: max-age=60');
    await ask([], { url: 'https://a.example/' });
    await ask([], { url: 'https://a.example/' });
    assert.equal(asked.length, 2);
  });

  it('an origin that fails is told of, and what is stored stays', async () => {
    const { ask, answers, origin, cache } = world();
    answers('one', 'ETag: "1"');
    await ask();
    origin.failure = { failure: 'timeout', text: 'late' };
    const outcome = await cache.fetch({ method: 'GET', url: new URL('http://a.example/x'), headers: [] });
    assert.ok('failure' in outcome);
    assert.ok(cache.octets() > 0);
  });
});

describe('The cache of the gateway: its size', () => {
  it('what was not used for longest goes first; nothing takes more than an eighth', async () => {
    const { ask, answers, asked, cache } = world(8000);
    answers('x'.repeat(900), 'Cache-Control: max-age=60');
    await ask([], { url: 'http://a.example/big' });
    assert.equal(cache.octets(), 0);
    answers('x', 'Cache-Control: max-age=60');
    const urls = Array.from({ length: 14 }, (_, i) => `http://a.example/${i}`);
    for (const url of urls) {
      await ask([], { url });
      await ask([], { url: urls[0] ?? '' });
      assert.ok(cache.octets() <= 8000);
    }
    asked.length = 0;
    await ask([], { url: urls[0] ?? '' });
    assert.equal(asked.length, 0);
    await ask([], { url: urls[1] ?? '' });
    assert.equal(asked.length, 1);
  });

  it('it never holds more than it may, whatever is asked and answered', async () => {
    const line = fc.constantFrom(
      'Cache-Control: max-age=60',
      'Cache-Control: private, max-age=5',
      'Cache-Control: max-age="', // no number
      'ETag: "1"',
      'Vary: Cookie, X',
      'Age: x',
      'Expires: tomorrow',
      'Date: 1',
    );
    const request = fc.constantFrom(
      'Cookie: a',
      'Cache-Control: max-stale',
      'If-None-Match: "1"',
      'X: 1',
      'Cache-Control: max-age=0',
    );
    const step = fc.record({
      lines: fc.array(line, { maxLength: 4 }),
      request: fc.array(request, { maxLength: 3 }),
      status: fc.constantFrom(200, 304, 404, 301),
      method: fc.constantFrom('GET', 'GET', 'HEAD', 'POST'),
      path: fc.nat(6),
      body: fc.nat(900),
      client: fc.constantFrom('s1', 's2'),
      pass: fc.nat(70),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { ask, origin, cache, pass } = world(5000);
        for (const { lines, request, status, method, path, body, client, pass: seconds } of steps) {
          Object.assign(origin, { status, lines, body: 'x'.repeat(body) });
          const { forms } = await ask(request, { method, client, url: `http://a.example/${path}` });
          forms?.set('k', { contentType: 'a/b', body: new Uint8Array(body) });
          assert.ok(cache.octets() <= 5000 && cache.octets() >= 0);
          pass(seconds);
        }
        cache.forget('s1');
        cache.forget('s2');
      }),
      { numRuns: 100 },
    );
  });
});

describe('Decks from the cache', () => {
  it('are encoded once, as long as the origin says that they are the same', async () => {
    const { cache, answers, origin, asked, time } = world();
    let encoded = 0;
    const all = contentConversions();
    const [first] = all['text/vnd.wap.wml'] ?? [];
    assert.ok(first);
    const counting = {
      ...first,
      convert: (...args: Parameters<typeof first.convert>) => {
        encoded++;
        return first.convert(...args);
      },
    };
    const forward = proxy({
      http: cache,
      conversions: { 'text/vnd.wap.wml': [counting] },
      clock: { now: () => time.now },
      name: 'gw',
      cookies: cookieProxy({ now: () => time.now }),
      resultLength: ({ body }) => body.length,
    });
    const get = async () => {
      const response = await forward(
        {
          method: 'GET',
          uri: 'http://a.example/d.wml',
          headers: headersOf(['Accept: application/vnd.wap.wmlc']),
          body: new Uint8Array(0),
          client: udpEndpoint('192.0.2.7', 49152),
          sessionId: 's1',
        },
        new AbortController().signal,
      );
      assert.equal(headerValue(response?.headers ?? [], 'Content-Type'), 'application/vnd.wap.wmlc');
      return response?.body;
    };
    answers('<wml><card><p>one</p></card></wml>', 'Content-Type: text/vnd.wap.wml', 'ETag: "1"');
    const one = await get();
    Object.assign(origin, { status: 304, body: '', lines: ['Cache-Control: max-age=60'] });
    assert.deepEqual(await get(), one);
    assert.deepEqual(await get(), one);
    assert.deepEqual([encoded, asked.length], [1, 2]);
    time.now += 100_000;
    answers('<wml><card><p>two</p></card></wml>', 'Content-Type: text/vnd.wap.wml', 'ETag: "2"');
    assert.notDeepEqual(await get(), one);
    assert.equal(encoded, 2);
  });
});
