import assert from 'node:assert/strict';
import fc from 'fast-check';
import { contentConversions } from '../../src/gateway/conversions.js';
import { cookieProxy } from '../../src/gateway/cookies.js';
import type { HttpClient, HttpFailure, HttpRequest, HttpResponse } from '../../src/gateway/http.js';
import { type ProxyRequest, proxy } from '../../src/gateway/proxy.js';
import { udpEndpoint } from '../../src/wap/address.js';
import { decodeLatin1, encodeUtf8 } from '../../src/wap/octets.js';
import { decodeWml, formatWml } from '../../src/wap/wml/index.js';
import { encodeHeaders, encodeMultipart, type Header } from '../../src/wap/wsp/index.js';

const headers = (...lines: string[]): Header[] =>
  lines.map((line) => {
    const colon = line.indexOf(':');
    return { name: line.slice(0, colon), value: line.slice(colon + 1).trim() };
  });
const lines = (given: readonly Header[]) => given.map(({ name, value }) => `${name}: ${value}`);

const deck = '<wml><card><p>hi</p></card></wml>';
const page: HttpResponse = {
  status: 200,
  headers: headers(
    'Content-Type: text/vnd.wap.wml',
    `Content-Length: ${deck.length}`,
    'Set-Cookie: a=b; path=/',
  ),
  body: encodeUtf8(deck),
};
const get: ProxyRequest = {
  method: 'GET',
  uri: 'http://shop.example/a.wml?b#card2',
  headers: headers('Accept: application/vnd.wap.wmlc', 'User-Agent: phone/1.0', 'Cookie: a=b'),
  body: new Uint8Array(0),
  client: udpEndpoint('192.0.2.7', 49152),
};

/** Asks a gateway before an origin that answers this. */
async function ask(request: ProxyRequest, answer: HttpResponse | HttpFailure) {
  const asked: HttpRequest[] = [];
  const http: HttpClient = {
    fetch(sent) {
      asked.push(sent);
      return Promise.resolve(answer);
    },
    close: () => undefined,
  };
  const forward = proxy({
    http,
    conversions: contentConversions(),
    clock: { now: () => Date.UTC(2001, 0, 2, 3, 4, 5) },
    name: 'gw.example',
    cookies: cookieProxy({ now: () => 0 }),
    resultLength: ({ body }) => 40 + body.length,
  });
  const response = await forward(request, new AbortController().signal);
  return { asked: asked[0], response };
}

describe('Requests of terminals as HTTP (WAP-236 §7)', () => {
  it('[WAESpec-URI-S-002] [WAESpec-UAC-S-004] the URI without its fragment, headers of the terminal, and what the gateway adds', async () => {
    const { asked } = await ask(
      {
        ...get,
        headers: [...get.headers, ...headers('Accept-Language: da, en;q=0.5')],
        sessionId: 's1',
        sduSize: 1400,
        encodingVersion: '1.3',
      },
      page,
    );
    assert.equal(asked?.url.href, 'http://shop.example/a.wml?b');
    assert.equal(asked?.body, undefined);
    assert.deepEqual(lines(asked?.headers ?? []), [
      'Accept: application/vnd.wap.wmlc',
      'User-Agent: phone/1.0',
      'Cookie: a=b',
      'Accept-Language: da, en;q=0.5',
      'Accept: text/vnd.wap.wml',
      'Accept-Charset: utf-8',
      'Via: WSP/1.3 gw.example (wapstack)',
      'X-Wap-Network-Client-Ip: 192.0.2.7',
      'X-Wap-Session-Id: s1',
      'X-Wap-Client-Sdu-Size: 1400',
    ]);
  });

  it('secure WSP is told to the origin as WSPS (§7.2.2)', async () => {
    const { asked } = await ask({ ...get, secure: true }, page);
    assert.ok(lines(asked?.headers ?? []).includes('Via: WSPS/1.2 gw.example (wapstack)'));
  });

  it('[WAESpec-UAC-S-003] what concerns one hop, or would smuggle a header, does not go on', async () => {
    const { asked } = await ask(
      {
        ...get,
        headers: headers(
          'Connection: X-Hop',
          'X-Hop: 1',
          'Encoding-Version: 1.3',
          'Accept-Encoding: deflate',
          'Host: other',
          'Accept-Language: da\r\nX-Evil: 1',
          'Content-Type: a/b',
          'Profile: http://x/p.rdf',
        ),
      },
      page,
    );
    assert.deepEqual(lines(asked?.headers ?? []).slice(0, 3), [
      'Accept-Language: da X-Evil: 1',
      'X-Wap-Profile: "http://x/p.rdf"',
      'Accept: text/vnd.wap.wml, text/vnd.wap.wmlscript, */*',
    ]);
  });

  it('a POST carries its body and its type', async () => {
    const { asked } = await ask(
      { ...get, method: 'POST', headers: headers('Content-Type: text/plain'), body: encodeUtf8('a') },
      page,
    );
    assert.deepEqual(asked?.body, encodeUtf8('a'));
    assert.equal(asked?.headers[0]?.value, 'text/plain');
  });

  it('[WAESpec-MUL-S-001] a form in binary multiparts reaches the origin as multipart/form-data (§6.9.5)', async () => {
    const form = {
      ...get,
      method: 'POST',
      headers: headers('Content-Type: application/vnd.wap.multipart.form-data'),
      body: encodeMultipart([
        {
          headers: headers('Content-Type: text/plain', 'Content-Disposition: form-data; name="a"'),
          body: encodeUtf8('hi'),
        },
      ]),
    };
    const { asked } = await ask(form, page);
    assert.equal(
      asked?.headers.find(({ name }) => name === 'Content-Type')?.value,
      'multipart/form-data; boundary=wapstack-0-boundary',
    );
    assert.match(
      decodeLatin1(asked?.body ?? new Uint8Array()),
      /^--wapstack-0-boundary\r\nContent-Type: text\/plain\r\nContent-Disposition: form-data; name="?a"?\r\n\r\nhi\r\n--wapstack-0-boundary--\r\n$/,
    );
    const { response } = await ask({ ...form, body: new Uint8Array([1, 200]) }, page);
    assert.equal(response?.status, 400);
  });

  it('[WAESpec-MUL-S-001] several files of one field are a multipart/mixed in the form (RFC 1867 §6), each with a boundary of its own', async () => {
    const file = (body: string) => ({ headers: headers('Content-Type: text/plain'), body: encodeUtf8(body) });
    let entity = {
      headers: headers(
        'Content-Type: application/vnd.wap.multipart.mixed',
        'Content-Disposition: form-data; name="f"',
      ),
      body: encodeMultipart([file('one'), file('two')]),
    };
    const form = () => ({
      ...get,
      method: 'POST',
      headers: headers('Content-Type: application/vnd.wap.multipart.form-data'),
      body: encodeMultipart([entity]),
    });
    const { asked } = await ask(form(), page);
    assert.equal(
      decodeLatin1(asked?.body ?? new Uint8Array()).replaceAll('"', ''),
      [
        '--wapstack-1-boundary',
        'Content-Disposition: form-data; name=f',
        'Content-Type: multipart/mixed; boundary=wapstack-0-boundary',
        '',
        '--wapstack-0-boundary',
        'Content-Type: text/plain',
        '',
        'one',
        '--wapstack-0-boundary',
        'Content-Type: text/plain',
        '',
        'two',
        '--wapstack-0-boundary--',
        '',
        '--wapstack-1-boundary--',
        '',
      ].join('\r\n'),
    );
    for (let i = 0; i < 4; i++) {
      const type = headers('Content-Type: application/vnd.wap.multipart.mixed');
      entity = { headers: type, body: encodeMultipart([entity]) };
    }
    assert.equal((await ask(form(), page)).response?.status, 400);
  });

  for (const [uri, status] of [
    ['nonsense', 400],
    ['ftp://a/', 400],
    [`http://a/${'x'.repeat(8200)}`, 400],
  ] as const) {
    it(`${uri.slice(0, 20)} is ${status}, and the origin hears nothing`, async () => {
      const { asked, response } = await ask({ ...get, uri }, page);
      assert.equal(asked, undefined);
      assert.equal(response?.status, status);
    });
  }

  it('[WAESpec-URI-S-001] a URI of 1024 octets is handled (§7.2)', async () => {
    const { response } = await ask({ ...get, uri: `http://shop.example/${'a'.repeat(1024)}` }, page);
    assert.equal(response?.status, 200);
  });

  it('CONNECT and what is no method are 501', async () => {
    for (const method of ['CONNECT', 'GE T']) {
      const { response } = await ask({ ...get, method }, page);
      assert.equal(response?.status, 501);
    }
  });
});

describe('Whatever terminals and origins say', () => {
  it('has a result that WSP can carry', async () => {
    const text = fc.string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)), maxLength: 30 });
    const name = fc.constantFrom(
      'Accept',
      'Accept-Charset',
      'Content-Type',
      'Cache-Control',
      'Location',
      'Set-Cookie',
      'X-Wap-Tod',
      'ETag',
    );
    const some = fc.array(fc.record({ name, value: text }), { maxLength: 4 });
    const body = fc.oneof(text, fc.constantFrom('<wml><card/></wml>', '<wml>', '<si/>')).map(encodeUtf8);
    const type = fc.constantFrom(
      'text/vnd.wap.wml',
      'text/vnd.wap.wmlscript',
      'text/plain; charset=x',
      'image/gif',
    );
    const answer = fc.record({
      status: fc.constantFrom(200, 204, 302, 304, 404, 599),
      headers: fc.tuple(type, some).map(([value, more]) => [{ name: 'Content-Type', value }, ...more]),
      body,
    });
    await fc.assert(
      fc.asyncProperty(text, some, answer, fc.nat(300), async (uri, requested, response, sduSize) => {
        const { response: result } = await ask(
          { ...get, uri: `http://a/${uri}`, headers: requested, sduSize },
          response,
        );
        assert.ok(result !== undefined);
        encodeHeaders(result.headers);
      }),
      { numRuns: 300 },
    );
  });
});

describe('Responses of origins for terminals (WAP-236 §6, WAP-120 §4.2)', () => {
  it('[HSM-S-001] [UACache-S-009] the deck is encoded; cookies and validators pass', async () => {
    const { response } = await ask(get, {
      ...page,
      headers: [...page.headers, ...headers('ETag: "1"', 'Cache-Control: max-age=60', 'Age: 3')],
    });
    assert.equal(response?.status, 200);
    assert.deepEqual(lines(response?.headers ?? []), [
      'Content-Type: application/vnd.wap.wmlc',
      'Set-Cookie: a=b; path=/',
      'ETag: "1"',
      'Cache-Control: max-age=60',
      'Age: 3',
    ]);
    assert.match(formatWml(decodeWml(response?.body ?? new Uint8Array())), /<p>hi<\/p>/);
  });

  it('[UACache-S-007] validators and directives pass both ways: the origin decides what is fresh (WAP-120 §4.2, RFC 2616 §13)', async () => {
    const conditional = headers(
      'If-None-Match: "1"',
      'If-Modified-Since: Tue, 02 Jan 2001 03:04:05 GMT',
      'Cache-Control: max-age=0',
    );
    const { asked, response } = await ask(
      { ...get, headers: conditional },
      {
        status: 304,
        headers: headers('ETag: "1"', 'Expires: Tue, 02 Jan 2001 04:04:05 GMT'),
        body: new Uint8Array(0),
      },
    );
    assert.deepEqual(lines(asked?.headers ?? []).slice(0, 3), lines(conditional));
    assert.deepEqual(lines(response?.headers ?? []), ['ETag: "1"', 'Expires: Tue, 02 Jan 2001 04:04:05 GMT']);
  });

  it('[UACache-S-011] nobody gets what another was answered: every request is asked of the origin (WAP-120 §6)', async () => {
    const cached = { ...page, headers: [...page.headers, ...headers('Cache-Control: public, max-age=3600')] };
    for (const cookie of ['Cookie: id=1', 'Cookie: id=2']) {
      const { asked } = await ask({ ...get, headers: headers(cookie) }, cached);
      assert.equal(lines(asked?.headers ?? [])[0], cookie);
    }
  });

  it('a redirect passes, its Location made absolute', async () => {
    const { response } = await ask(get, {
      status: 302,
      headers: headers('Location: ../b.wml'),
      body: new Uint8Array(0),
    });
    assert.equal(response?.status, 302);
    assert.deepEqual(lines(response?.headers ?? []), ['Location: http://shop.example/b.wml']);
  });

  it('an error whose page the terminal cannot show keeps its status and gets a deck', async () => {
    const { response } = await ask(get, {
      status: 404,
      headers: headers('Content-Type: text/html'),
      body: encodeUtf8('<html>'),
    });
    assert.equal(response?.status, 404);
    assert.match(formatWml(decodeWml(response?.body ?? new Uint8Array())), /404.*shop\.example answered/);
  });

  it('304 and HEAD have no body, and the type that a body would have', async () => {
    const head = await ask({ ...get, method: 'HEAD' }, { ...page, body: new Uint8Array(0) });
    assert.equal(head.response?.body.length, 0);
    assert.equal(head.response?.headers[0]?.value, 'application/vnd.wap.wmlc');
    const notModified = await ask(get, {
      status: 304,
      headers: headers('ETag: "1"'),
      body: new Uint8Array(0),
    });
    assert.deepEqual(notModified.response, {
      status: 304,
      headers: headers('ETag: "1"'),
      body: new Uint8Array(0),
    });
  });

  const failures: readonly [HttpFailure['failure'], number][] = [
    ['denied', 403],
    ['unreachable', 502],
    ['timeout', 504],
    ['too big', 502],
    ['malformed', 502],
  ];
  for (const [failure, status] of failures) {
    it(`no response because ${failure}: ${status} with a deck that says why`, async () => {
      const { response } = await ask(get, { failure, text: 'because <so>' });
      assert.equal(response?.status, status);
      assert.match(formatWml(decodeWml(response?.body ?? new Uint8Array())), /because &lt;so&gt;/);
    });
  }

  it('[WAESpec-URI-S-006] an https origin that cannot be reached securely is 502', async () => {
    const { asked, response } = await ask(
      { ...get, uri: 'https://shop.example/' },
      { failure: 'unreachable', text: 'certificate has expired' },
    );
    assert.equal(asked?.url.protocol, 'https:');
    assert.equal(response?.status, 502);
  });

  it('what the terminal gave up has no response', async () => {
    const { response } = await ask(get, { failure: 'aborted', text: '' });
    assert.equal(response, undefined);
  });

  it('a terminal that shows no decks gets the status alone', async () => {
    const { response } = await ask(
      { ...get, headers: headers('Accept: image/vnd.wap.wbmp') },
      { failure: 'timeout', text: 'late' },
    );
    assert.deepEqual(response, { status: 504, headers: [], body: new Uint8Array(0) });
  });

  it('a result beyond the SDU size of the terminal is 502, and the deck fits (WAP-230 §8.3.2.1)', async () => {
    const big = { ...page, headers: headers('Content-Type: text/plain'), body: new Uint8Array(5000) };
    const { response } = await ask({ ...get, headers: [], sduSize: 400 }, big);
    assert.equal(response?.status, 502);
    assert.ok((response?.body.length ?? 999) + 40 <= 400);
    assert.match(
      formatWml(decodeWml(response?.body ?? new Uint8Array())),
      /5000 octets; the terminal takes 400/,
    );
    const tiny = await ask({ ...get, headers: [], sduSize: 50 }, big);
    assert.deepEqual(tiny.response, { status: 502, headers: [], body: new Uint8Array(0) });
    const unlimited = await ask({ ...get, headers: [], sduSize: 0 }, big);
    assert.equal(unlimited.response?.status, 200);
  });

  it('[UACache-S-010] X-Wap-Tod in the request brings the time of day in the response (WAP-120 §5.1)', async () => {
    const { asked, response } = await ask({ ...get, headers: headers('X-WAP-TOD: ') }, page);
    assert.ok(lines(response?.headers ?? []).includes('X-Wap-Tod: Tue, 02 Jan 2001 03:04:05 GMT'));
    assert.ok(!lines(asked?.headers ?? []).some((line) => /x-wap-tod/i.test(line)));
  });

  it('what is no text passes octet for octet', async () => {
    const image = {
      status: 200,
      headers: headers('Content-Type: image/vnd.wap.wbmp'),
      body: new Uint8Array([0, 0, 1, 1, 128]),
    };
    const { response } = await ask({ ...get, headers: [] }, image);
    assert.equal(decodeLatin1(response?.body ?? new Uint8Array()), '\0\0\x01\x01\x80');
  });
});
