import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type Cookie,
  cookiesFor,
  cookieValue,
  parseSetCookie,
  storeCookie,
} from '../../../src/wap/httpsm/index.js';

const now = Date.UTC(2001, 0, 1);
const from = new URL('http://www.shop.example/acme/login');
const parse = (text: string, url = from) => parseSetCookie(text, url, now);
const one = (text: string, url = from): Cookie => {
  const [cookie] = parse(text, url);
  assert.ok(cookie, text);
  return cookie;
};

describe('Cookies as origins set them (RFC 2109 §4.2, §4.3)', () => {
  it('name, value and attributes, in any letters and with any blanks', () => {
    assert.deepEqual(
      one(
        'Customer = "WILE_E;COYOTE" ; VERSION="1";Path="/acme"; Max-Age=60 ;secure; Domain=.Shop.example; odd',
      ),
      {
        name: 'Customer',
        value: '"WILE_E;COYOTE"',
        version: 1,
        domain: 'shop.example',
        hostOnly: false,
        path: '/acme',
        pathGiven: true,
        secure: true,
        expires: now + 60_000,
      },
    );
  });

  it('defaults: this host, the folder of this address, the end of the session', () => {
    const { domain, hostOnly, path, pathGiven, expires, version } = one('a=1');
    assert.deepEqual(
      { domain, hostOnly, path, pathGiven, expires, version },
      {
        domain: 'www.shop.example',
        hostOnly: true,
        path: '/acme/',
        pathGiven: false,
        expires: undefined,
        version: 0,
      },
    );
  });

  it('several in one header: the comma of a date and one in quotation marks part nothing', () => {
    const each = parse('a="1, b=2"; expires=Mon, 01-Jan-2001 00:00:30 GMT, c=3; path=/');
    assert.deepEqual(
      each.map((cookie) => [cookie?.name, cookie?.value, cookie?.expires, cookie?.path]),
      [
        ['a', '"1, b=2"', now + 30_000, '/acme/'],
        ['c', '3', undefined, '/'],
      ],
    );
  });

  const refused = [
    ['no name', '=1'],
    ['no value', 'a'],
    ['a name that means something to origins', '$Version=1'],
    ['a domain without a dot inside', 'a=1; Domain=example'],
    ['a domain of others', 'a=1; Domain=.other.example'],
    ['a domain that only ends alike', 'a=1; Domain=.hop.example'],
    ['more octets than one may have', `a=${'x'.repeat(4096)}`],
    ['in the newer form, a path elsewhere', 'a=1; Version=1; Path=/other'],
  ] as const;
  for (const [title, text] of refused)
    it(`refused: ${title}`, () => assert.deepEqual(parse(text), [undefined]));

  it('refused in the newer form only: a domain two labels up; an address has no domains', () => {
    const deep = new URL('http://a.b.shop.example/');
    assert.deepEqual(parse('a=1; Version=1; Domain=.shop.example', deep), [undefined]);
    assert.equal(one('a=1; Domain=.shop.example', deep).domain, 'shop.example');
    assert.deepEqual(parse('a=1; Domain=.0.0.1', new URL('http://127.0.0.1/')), [undefined]);
  });

  it('go where they belong, the longer path first; secure ones over https only; none after their time', () => {
    const jar: Cookie[] = [];
    for (const text of [
      'all=1; path=/',
      'deep=2; path=/acme',
      'safe=3; path=/; secure',
      'wide=4; path=/; Domain=.shop.example',
      'short=5; path=/; Max-Age=60',
    ])
      storeCookie(jar, one(text), now, { cookies: 10, ofDomain: 10 });
    const names = (url: string, at = now) => cookiesFor(jar, new URL(url), at).map(({ name }) => name);
    assert.deepEqual(names('http://www.shop.example/acme/x'), ['deep', 'all', 'wide', 'short']);
    assert.deepEqual(names('http://www.shop.example/acme'), ['deep', 'all', 'wide', 'short']);
    assert.deepEqual(names('http://www.shop.example/acmeX', now + 60_000), ['all', 'wide']);
    assert.deepEqual(names('https://www.shop.example/'), ['all', 'safe', 'wide', 'short']);
    assert.deepEqual(names('http://m.shop.example/'), ['wide']);
    assert.deepEqual(names('http://example/'), []);
  });

  it('Cookie says $Version, $Path and $Domain where all came in the newer form (§4.3.4), and is plain otherwise', () => {
    const newer = one('a="1"; Version=1; Path="/acme"');
    const wide = one('b=2; Version="1"; Domain=.shop.example');
    assert.equal(
      cookieValue([newer, wide]),
      '$Version="1"; a="1"; $Path="/acme"; b=2; $Domain=".shop.example"',
    );
    assert.equal(cookieValue([newer, one('c=3')]), 'a="1"; c=3');
  });

  it('the same name, domain and path: the new one; Max-Age 0: none', () => {
    const jar: Cookie[] = [];
    const room = { cookies: 3, ofDomain: 2 };
    const put = (text: string, url = from) => storeCookie(jar, one(text, url), now, room);
    put('a=1; path=/');
    put('a=2; path=/');
    put('a=3; path=/acme');
    assert.deepEqual(
      jar.map(({ value }) => value),
      ['2', '3'],
    );
    put('a=; path=/; Max-Age=0');
    assert.deepEqual(
      jar.map(({ value }) => value),
      ['3'],
    );
  });

  it('room: a domain pushes out its own eldest, all together the eldest', () => {
    const jar: Cookie[] = [];
    const put = (text: string, host: string) =>
      storeCookie(jar, one(text, new URL(`http://${host}/`)), now, { cookies: 3, ofDomain: 2 });
    put('a=1', 'one.example');
    put('b=1', 'two.example');
    put('c=1', 'two.example');
    put('d=1', 'two.example');
    assert.deepEqual(
      jar.map(({ name }) => name),
      ['a', 'c', 'd'],
    );
    put('e=1', 'three.example');
    assert.deepEqual(
      jar.map(({ name }) => name),
      ['c', 'd', 'e'],
    );
  });

  it('any text is cookies or none', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a=1;, "$\\/.dD') }), (text) => {
        for (const cookie of parse(text)) if (cookie !== undefined) cookieValue([cookie]);
      }),
      { numRuns: 500 },
    );
    // No text takes longer than its length allows.
    parse(`${'a="'.repeat(20_000)}`);
    parse(`${';'.repeat(60_000)}${' '.repeat(60_000)}`);
    parse(`a=1;${' '.repeat(2000)}=${' '.repeat(2000)}\nx`);
  });
});
