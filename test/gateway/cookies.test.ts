import assert from 'node:assert/strict';
import { cookieProxy } from '../../src/gateway/cookies.js';
import type { Header } from '../../src/wap/wsp/index.js';

const headers = (...lines: string[]): Header[] =>
  lines.map((line) => {
    const colon = line.indexOf(':');
    return { name: line.slice(0, colon), value: line.slice(colon + 1).trim() };
  });
const lines = (given: readonly Header[]) => given.map(({ name, value }) => `${name}: ${value}`);

function world() {
  let now = Date.UTC(2001, 0, 1);
  const jar = cookieProxy({ now: () => now });
  /** One exchange: the request's headers as the origin gets them, the response's as the terminal gets them. */
  const go = (
    client: string | undefined,
    request: string[],
    response: string[] = [],
    url = 'http://shop.example/a/b',
  ) => {
    const { headers: sent, respond } = jar.exchange(client, new URL(url), headers(...request));
    return { sent: lines(sent), got: lines(respond(headers(...response))) };
  };
  return { jar, go, pass: (by: number) => (now += by) };
}

describe('The cookie proxy (WAP-223_101 §9)', () => {
  it('[HSM-S-001] who asks for nothing, or for none, gets everything passed through (§9.1)', () => {
    const { go } = world();
    for (const request of [['Cookie: a=1'], ['Cookie: a=1', 'X-Wap-Proxy-Cookie: none']]) {
      assert.deepEqual(go('c', request, ['Set-Cookie: b=2']), { sent: request, got: ['Set-Cookie: b=2'] });
    }
  });

  it('[HSM-S-002] [HSM-S-003] [HSM-S-004] with cache it keeps cookies and sends them where they belong', () => {
    const { go } = world();
    assert.deepEqual(
      go('c', ['X-Wap-Proxy-Cookie: cache'], ['Set-Cookie: a=1; path=/a', 'Set-Cookie: b=2', 'Age: 1']),
      {
        sent: [],
        got: ['Age: 1', 'X-Wap-Proxy-Set-Cookie: state'],
      },
    );
    const has = ['X-Wap-Proxy-Cookie: cache-has-state'];
    assert.deepEqual(go('c', has), { sent: ['Cookie: b=2; a=1'], got: ['X-Wap-Proxy-Set-Cookie: state'] });
    assert.deepEqual(go('c', has, [], 'http://shop.example/ab').sent, []);
    assert.deepEqual(go('c', has, [], 'http://other.example/a/b').sent, []);
    assert.deepEqual(go('c', has, [], 'http://www.shop.example/a/b').sent, []);
  });

  it('a cookie of the terminal itself wins over one of the same name', () => {
    const { go } = world();
    go('c', ['X-Wap-Proxy-Cookie: cache'], ['Set-Cookie: a=1', 'Set-Cookie: b=2']);
    const { sent } = go('c', ['Cookie: a=9', 'X-Wap-Proxy-Cookie: cache-has-state']);
    assert.deepEqual(sent, ['Cookie: a=9; b=2']);
  });

  it('[HSM-S-004] cache without state forgets what belonged to the last session of the user agent', () => {
    const { go } = world();
    go('c', ['X-Wap-Proxy-Cookie: cache'], ['Set-Cookie: a=1', 'Set-Cookie: b=2; Max-Age=60']);
    assert.deepEqual(go('c', ['X-Wap-Proxy-Cookie: cache']).sent, ['Cookie: b=2']);
  });

  it('[HSM-S-004] session keeps what has no Max-Age and passes the rest', () => {
    const { go } = world();
    const { got } = go(
      'c',
      ['X-Wap-Proxy-Cookie: session'],
      ['Set-Cookie: a=1', 'Set-Cookie: b=2; Max-Age=60'],
    );
    assert.deepEqual(got, ['Set-Cookie: b=2; Max-Age=60', 'X-Wap-Proxy-Set-Cookie: state']);
    assert.deepEqual(go('c', ['X-Wap-Proxy-Cookie: session-has-state']).sent, ['Cookie: a=1']);
  });

  it('[HSM-S-004] delete sends and takes nothing, and deletes nothing', () => {
    const { go } = world();
    go('c', ['X-Wap-Proxy-Cookie: cache'], ['Set-Cookie: a=1']);
    assert.deepEqual(go('c', ['X-Wap-Proxy-Cookie: delete'], ['Set-Cookie: b=2', 'Age: 1']), {
      sent: [],
      got: ['Age: 1'],
    });
    assert.deepEqual(go('c', ['X-Wap-Proxy-Cookie: cache-has-state']).sent, ['Cookie: a=1']);
  });

  it('[HSM-S-004] a terminal that speaks of state which is not there is told: error', () => {
    const { go } = world();
    assert.deepEqual(go('c', ['X-Wap-Proxy-Cookie: cache-has-state']).got, ['X-Wap-Proxy-Set-Cookie: error']);
  });

  it('[HSM-S-005] a secure cookie is never kept', () => {
    const { go } = world();
    assert.deepEqual(go('c', ['X-Wap-Proxy-Cookie: cache'], ['Set-Cookie: a=1; secure']).got, [
      'Set-Cookie: a=1; secure',
    ]);
  });

  it('[HSM-S-006] nobody sees the cookies of another, and the anonymous have none', () => {
    const { go, jar } = world();
    go('c', ['X-Wap-Proxy-Cookie: cache'], ['Set-Cookie: a=1']);
    assert.deepEqual(go('d', ['X-Wap-Proxy-Cookie: cache-has-state']).sent, []);
    const anonymous = go(undefined, ['X-Wap-Proxy-Cookie: cache'], ['Set-Cookie: a=1']);
    assert.deepEqual(anonymous, { sent: ['X-Wap-Proxy-Cookie: cache'], got: ['Set-Cookie: a=1'] });
    jar.forget('c');
    assert.deepEqual(go('c', ['X-Wap-Proxy-Cookie: cache-has-state']).sent, []);
  });

  it('lifetimes, replacement, discarding; domains of others are refused (RFC 2109 §4)', () => {
    const { go, pass } = world();
    const has = ['X-Wap-Proxy-Cookie: cache-has-state'];
    go(
      'c',
      ['X-Wap-Proxy-Cookie: cache'],
      [
        'Set-Cookie: a=1; Max-Age=60',
        'Set-Cookie: a=2; Max-Age=60',
        'Set-Cookie: n=1; expires=Mon, 01-Jan-2001 00:00:30 GMT',
        'Set-Cookie: d=1; Domain=.example',
        'Set-Cookie: e=1; Domain=.other.example',
      ],
    );
    assert.deepEqual(go('c', has).sent, ['Cookie: a=2; n=1']);
    pass(31_000);
    assert.deepEqual(go('c', has, ['Set-Cookie: a=; Max-Age=0']).sent, ['Cookie: a=2']);
    assert.deepEqual(go('c', has).sent, []);
    go('c', has, ['Set-Cookie: w=1; Domain=shop.example'], 'http://www.shop.example/');
    assert.deepEqual(go('c', has, [], 'http://shop.example/').sent, ['Cookie: w=1']);
  });
});
