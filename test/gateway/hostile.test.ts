/** Origins that do not play by the rules: whatever they do, the terminal gets one clear answer, and the gateway goes on. */
import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import { openWapClient, type WapClient } from '../../src/terminal/fetch.js';
import { concat, decodeLatin1, encodeUtf8 } from '../../src/wap/octets.js';
import { decodeWml, formatWml } from '../../src/wap/wml/index.js';
import { headerValue } from '../../src/wap/wsp/index.js';

const deck = '<wml><card><p>hi</p></card></wml>';
const wml = 'Content-Type: text/vnd.wap.wml';

/** A response as it stands on the wire. */
function http(status: string, headers: readonly string[], body: string | Uint8Array = ''): Uint8Array {
  const octets = typeof body === 'string' ? encodeUtf8(body) : body;
  return concat([encodeUtf8([`HTTP/1.1 ${status}`, ...headers, '', ''].join('\r\n')), octets]);
}

const ok = (headers: readonly string[], body: string | Uint8Array, length = body.length) =>
  http('200 OK', [...headers, `Content-Length: ${length}`], body);

/** PNG of that many pixels, with nothing in it. */
function png(width: number, height: number): Uint8Array {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 8);
  const octets = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];
  return Uint8Array.from([...octets, ...new Uint8Array(header.buffer), 0, 0, 0, 0]);
}

type Script = (socket: Socket) => void;
const says =
  (octets: string | Uint8Array): Script =>
  (socket) =>
    socket.end(octets);

/** Goes on for as long as somebody listens. */
const forever =
  (start: string, more: () => string): Script =>
  (socket) => {
    socket.write(start);
    const timer = setInterval(() => socket.write(more()), 1);
    socket.on('close', () => clearInterval(timer));
  };

interface Case {
  readonly title: string;
  readonly script: Script;
  readonly status: number;
  /** In the deck, or in the text, that comes. */
  readonly shows?: RegExp;
}

// biome-ignore format: a line is a case
const cases: readonly Case[] = [
  { title: 'closes at once', script: (socket) => socket.end(), status: 502, shows: /broke off/ },
  { title: 'resets the connection', script: (socket) => socket.resetAndDestroy(), status: 502, shows: /ECONNRESET/ },
  { title: 'says nothing', script: () => undefined, status: 504, shows: /did not answer within/ },
  { title: 'says something drop by drop', script: forever('HTTP/1.1 200 OK\r\nX: ', () => 'x'), status: 504, shows: /did not answer within/ },
  { title: 'speaks another language', script: says('220 mail.example ESMTP\r\n'), status: 502, shows: /does not speak HTTP/ },
  { title: 'speaks HTTP/0.9', script: says(deck), status: 502, shows: /does not speak HTTP/ },
  { title: 'says zeros', script: says(new Uint8Array(1000)), status: 502, shows: /does not speak HTTP/ },
  { title: 'breaks off in its headers', script: says('HTTP/1.1 200 OK\r\nContent-Ty'), status: 502, shows: /broke off/ },
  { title: 'breaks off in a chunk', script: says(http('200 OK', [wml, 'Transfer-Encoding: chunked'], '20\r\n<wml>')), status: 502, shows: /broke off|aborted/ },
  { title: 'counts chunks wrongly', script: says(http('200 OK', [wml, 'Transfer-Encoding: chunked'], 'zz\r\n<wml>')), status: 502, shows: /does not speak HTTP/ },
  { title: 'says a length and sends less', script: says(ok([wml], deck, 100)), status: 502, shows: /broke off|aborted/ },
  { title: 'says a length and sends more', script: says(ok([wml, 'Connection: close'], `${deck}<!-- and more -->`, deck.length)), status: 502, shows: /does not speak HTTP/ },
  { title: 'says two lengths', script: says(http('200 OK', [wml, 'Content-Length: 5', 'Content-Length: 33'], deck)), status: 502, shows: /does not speak HTTP/ },
  { title: 'says a length and chunks', script: says(http('200 OK', [wml, 'Content-Length: 33', 'Transfer-Encoding: chunked'], `21\r\n${deck}\r\n0\r\n\r\n`)), status: 502, shows: /does not speak HTTP/ },
  { title: 'says a negative length', script: says(http('200 OK', [wml, 'Content-Length: -1'], deck)), status: 502, shows: /does not speak HTTP/ },
  { title: 'has headers without end', script: forever('HTTP/1.1 200 OK\r\n', () => `X-${'x'.repeat(4096)}: y\r\n`), status: 502, shows: /does not speak HTTP/ },
  { title: 'has a body without end', script: forever('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n', () => 'x'.repeat(65_536)), status: 502, shows: /sent more than 300000 octets/ },
  { title: 'breaks a header over lines, as nobody may any more', script: says(ok([wml, 'X-A: b\r\n c'], deck)), status: 502, shows: /does not speak HTTP/ },
  { title: 'says that it goes on, and goes on', script: says(concat([encodeUtf8('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n'), ok([wml], deck)])), status: 200, shows: /hi/ },
  { title: 'switches protocols', script: says(http('101 Switching Protocols', ['Upgrade: x', 'Connection: Upgrade'])), status: 502, shows: /another protocol/ },
  { title: 'has no content, and a body', script: says(http('204 No Content', [wml, `Content-Length: ${deck.length}`], deck)), status: 502, shows: /does not speak HTTP/ },
  { title: 'has no content, and a length', script: says(http('204 No Content', [wml, 'Content-Length: 33'])), status: 204 },
  { title: 'has a status that WSP has no number for', script: says(http('999 Whatever', [wml, `Content-Length: ${deck.length}`], deck)), status: 500, shows: /hi/ },
  { title: 'has a status of two digits', script: says(http('20 OK', [wml], deck)), status: 502 },
  { title: 'has an error with a deck of its own', script: says(http('404 Not Found', [wml, `Content-Length: ${deck.length}`], deck)), status: 404, shows: /hi/ },
  { title: 'has an error with a page for desks', script: says(http('500 Oops', ['Content-Type: text/html', 'Content-Length: 6'], '<html>')), status: 500, shows: /answered with an error/ },
  { title: 'has a deck in a character set of nobody', script: says(ok([`${wml}; charset=x-klingon`], deck)), status: 502, shows: /x-klingon/ },
  { title: 'has a deck that is no UTF-8 although it says so', script: says(ok([`${wml}; charset=utf-8`], Uint8Array.from([...encodeUtf8('<wml><card><p>'), 0xe9, ...encodeUtf8('</p></card></wml>')]))), status: 502, shows: /utf-8/i },
  { title: 'has a deck in ISO-8859-1 without saying so', script: says(ok([wml], Uint8Array.from([...encodeUtf8('<wml><card><p>'), 0xe9, ...encodeUtf8('</p></card></wml>')]))), status: 200, shows: /é/ },
  { title: 'has no type', script: says(ok([], deck)), status: 200 },
  { title: 'has a type that is none', script: says(ok(['Content-Type: ;;;=/'], deck)), status: 406 },
  { title: 'has an empty type', script: says(ok(['Content-Type:'], deck)), status: 406 },
  { title: 'has a deck that is not well-formed', script: says(ok([wml], '<wml><card>')), status: 502, shows: /line 1/ },
  { title: 'has a deck of entities that grow', script: says(ok([wml], `<!DOCTYPE wml [<!ENTITY a "${'x'.repeat(50)}"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><wml><card><p>&c;</p></card></wml>`)), status: 502 },
  { title: 'has a deck with an entity from a file', script: says(ok([wml], '<!DOCTYPE wml [<!ENTITY a SYSTEM "file:///etc/passwd">]><wml><card><p>&a;</p></card></wml>')), status: 502 },
  { title: 'has a deck nested without end', script: says(ok([wml], `<wml><card><p>${'<b>'.repeat(10_000)}`)), status: 502 },
  { title: 'has a script that is none', script: says(ok(['Content-Type: text/vnd.wap.wmlscript'], 'extern function (')), status: 502, shows: /line 1|1:/ },
  { title: 'has a script nested without end', script: says(ok(['Content-Type: text/vnd.wap.wmlscript'], `extern function f() { return ${'('.repeat(50_000)}1; }`)), status: 502 },
  { title: 'has a picture of more pixels than there is memory', script: says(ok(['Content-Type: image/png'], png(65_535, 65_535))), status: 502, shows: /pixels/ },
  { title: 'has a picture that is none', script: says(ok(['Content-Type: image/gif'], 'GIF89a')), status: 502 },
  { title: 'has a multipart that is none', script: says(ok(['Content-Type: multipart/mixed; boundary=b'], '--c\r\n\r\n')), status: 502 },
  { title: 'packs a deck unasked', script: says(ok([wml, 'Content-Encoding: gzip'], gzipSync(deck))), status: 200, shows: /hi/ },
  { title: 'packs a deck in the other ways', script: says(ok([wml, 'Content-Encoding: deflate, br'], brotliCompressSync(deflateSync(deck)))), status: 200, shows: /hi/ },
  { title: 'packs a deck and leaves the header out', script: says(ok([wml, 'Content-Encoding: deflate'], deflateRawSync(deck))), status: 200, shows: /hi/ },
  { title: 'says that it packs, and does not', script: says(ok([wml, 'Content-Encoding: gzip'], deck)), status: 502, shows: /it is no gzip/ },
  { title: 'packs in a way of its own', script: says(ok([wml, 'Content-Encoding: x-own'], deck)), status: 502, shows: /packed with x-own/ },
  { title: 'packs a bomb', script: says(ok([wml, 'Content-Encoding: gzip'], gzipSync(new Uint8Array(50_000_000)))), status: 502, shows: /unpacks to more than/ },
  { title: 'packs again and again', script: says(ok([wml, 'Content-Encoding: gzip, gzip, gzip'], 'x')), status: 502, shows: /packed 3 times/ },
  { title: 'redirects to nowhere', script: says(http('302 Found', ['Location: http://[', 'Content-Length: 0'])), status: 302 },
  { title: 'sets cookies of octets', script: says(ok([wml, 'Set-Cookie: \xff\xfe=\xfd; ='], deck)), status: 200, shows: /hi/ },
  { title: 'has headers that WSP reads otherwise', script: says(ok([wml, 'Date: never', 'Age: old', 'Expires: 0', 'Last-Modified: \xff', 'Vary: ', 'X-Wap-Tod: now'], deck)), status: 200, shows: /hi/ },
];

describe('Origins that are broken or hostile', () => {
  let server: Server;
  let gateway: Gateway;
  let clients: readonly WapClient[];
  let base: string;

  before(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (request) => {
        const index = Number(/^\S+ \/(\d+)/.exec(decodeLatin1(request))?.[1]);
        cases[index]?.script(socket);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const address = server.address();
    base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    gateway = await startGateway({ portBase: 0, timeout: 400, maxResponse: 300_000 });
    const headers = [
      { name: 'Accept', value: 'application/vnd.wap.wmlc' },
      { name: 'Accept', value: 'application/vnd.wap.wmlscriptc' },
      { name: 'Accept', value: 'application/vnd.wap.multipart.mixed' },
      { name: 'Accept', value: 'image/vnd.wap.wbmp' },
    ];
    const { session, connectionless } = gateway.ports;
    const open = (mode: 'co' | 'cl', port: number) =>
      openWapClient({ gateway: { host: '127.0.0.1', port }, mode, headers });
    clients = [await open('co', session), await open('cl', connectionless)];
  });

  after(async () => {
    for (const client of clients) await client.close();
    await gateway.close();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  cases.forEach(({ title, status, shows }, index) => {
    it(`one that ${title}: ${status}`, async () => {
      for (const client of clients) {
        const answer = await client.request({ method: 'GET', url: `${base}/${index}` });
        const type = headerValue(answer.headers, 'Content-Type');
        const text =
          answer.body.length > 0 && type === 'application/vnd.wap.wmlc'
            ? formatWml(decodeWml(answer.body))
            : '';
        assert.equal(answer.status, status, text);
        if (shows !== undefined) assert.match(text, shows);
      }
    });
  });

  it('one that is not there: 502', async () => {
    for (const client of clients) {
      const { status, body } = await client.request({ method: 'GET', url: 'http://127.0.0.1:1/' });
      assert.equal(status, 502);
      assert.match(formatWml(decodeWml(body)), /ECONNREFUSED/);
    }
  });

  it('and after all of it the gateway serves as before', async () => {
    const fine = cases.findIndex(({ title }) => title.startsWith('has an error with a deck'));
    for (const client of clients) {
      const { body } = await client.request({ method: 'GET', url: `${base}/${fine}` });
      assert.match(formatWml(decodeWml(body)), /hi/);
    }
  });
});
