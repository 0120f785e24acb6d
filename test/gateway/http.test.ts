import assert from 'node:assert/strict';
import type { lookup } from 'node:dns';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { realScheduler } from '../../src/bearer/index.js';
import { type HttpClientOptions, httpClient } from '../../src/gateway/http.js';
import { origins } from '../../src/gateway/origins.js';
import { decodeLatin1, encodeUtf8 } from '../../src/wap/octets.js';

const options: HttpClientOptions = {
  origins: origins({}),
  scheduler: realScheduler,
  timeout: 5000,
  maxBody: 1000,
};

describe('HTTP/1.1 towards the origin (RFC 2616)', () => {
  let server: Server;
  let base: string;
  let respond: (request: IncomingMessage, response: ServerResponse) => void;
  const seen: { raw: string[]; port: number | undefined }[] = [];
  const client = httpClient(options);

  before((done) => {
    server = createServer((request, response) => {
      seen.push({ raw: request.rawHeaders, port: request.socket.remotePort });
      respond(request, response);
    });
    server.listen(0, '127.0.0.1', () => {
      base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // bound to TCP, so the address is an object
      done();
    });
  });

  after((done) => {
    client.close();
    server.close(done);
  });

  it('sends exactly the headers given, in their letters and order, and keeps the connection', async () => {
    respond = (_, response) => response.end('hello');
    const request = {
      method: 'GET',
      url: new URL(`${base}/a?b=c`),
      headers: [
        { name: 'X-Z', value: '1' },
        { name: 'accept', value: 'text/vnd.wap.wml' },
      ],
    };
    const first = await client.fetch(request);
    await client.fetch(request);
    assert.ok('status' in first);
    assert.equal(first.status, 200);
    assert.equal(decodeLatin1(first.body), 'hello');
    const [one, two] = seen.slice(-2);
    assert.deepEqual(one?.raw, [
      'Host',
      new URL(base).host,
      'X-Z',
      '1',
      'accept',
      'text/vnd.wap.wml',
      'Connection',
      'keep-alive',
    ]);
    assert.equal(one?.port, two?.port);
  });

  it('sends a body with its length; headers of the connection do not come back', async () => {
    respond = (request, response) => {
      response.setHeader('Connection', 'X-Hop, keep-alive');
      response.setHeader('X-Hop', '1');
      response.setHeader('X-End', ['2', '3']);
      request.pipe(response);
    };
    const response = await client.fetch({
      method: 'POST',
      url: new URL(base),
      headers: [],
      body: encodeUtf8('a=b'),
    });
    assert.ok('status' in response);
    assert.equal(decodeLatin1(response.body), 'a=b');
    assert.ok(seen.at(-1)?.raw.join('|').includes('Content-Length|3'));
    assert.deepEqual(
      response.headers.filter(({ name }) => name !== 'Date').map(({ name, value }) => `${name}: ${value}`),
      ['X-End: 2', 'X-End: 3'],
    );
  });

  it('a response beyond the limit is cut off', async () => {
    respond = (_, response) => response.end('x'.repeat(1001));
    const outcome = await client.fetch({ method: 'GET', url: new URL(base), headers: [] });
    assert.deepEqual(outcome, {
      failure: 'too big',
      text: `${new URL(base).host} sent more than 1000 octets`,
    });
  });

  it('an origin that says nothing, breaks off, or is not there: each its own failure', async () => {
    const impatient = httpClient({ ...options, timeout: 1 });
    respond = () => undefined;
    const late = await impatient.fetch({ method: 'GET', url: new URL(base), headers: [] });
    assert.ok('failure' in late && late.failure === 'timeout');
    impatient.close();

    respond = (_, response) => {
      response.writeHead(200, { 'Content-Length': '10' });
      response.write('x', () => response.destroy());
    };
    const broken = await client.fetch({ method: 'GET', url: new URL(base), headers: [] });
    assert.ok('failure' in broken && broken.failure === 'unreachable');

    const nobody = await client.fetch({ method: 'GET', url: new URL('http://127.0.0.1:1/'), headers: [] });
    assert.ok('failure' in nobody && nobody.failure === 'unreachable');
  });

  it('a kept connection that the origin closes as it is used again is opened anew, once', async () => {
    const get = { method: 'GET', url: new URL(base), headers: [] };
    respond = (_, response) => response.end('first');
    await client.fetch(get);
    respond = (request, response) => {
      respond = (_, again) => again.end('again');
      request.socket.resetAndDestroy();
      response.destroy();
    };
    const second = await client.fetch(get);
    assert.ok('status' in second);
    assert.equal(decodeLatin1(second.body), 'again');
    const fresh = httpClient(options);
    respond = (request) => request.socket.resetAndDestroy();
    const failed = await fresh.fetch(get);
    assert.ok('failure' in failed && failed.failure === 'unreachable');
    fresh.close();
  });

  it('an abort ends the exchange on the wire too', async () => {
    const abort = new AbortController();
    const closed = new Promise<void>((resolve) => {
      respond = (request) => {
        request.socket.on('close', () => resolve());
        abort.abort();
      };
    });
    const outcome = await client.fetch({ method: 'GET', url: new URL(base), headers: [] }, abort.signal);
    assert.ok('failure' in outcome && outcome.failure === 'aborted');
    await closed;
    const again = await client.fetch({ method: 'GET', url: new URL(base), headers: [] }, abort.signal);
    assert.ok('failure' in again && again.failure === 'aborted');
  });

  it('what the rules deny is not asked, by name or by the address that the name leads to', async () => {
    const before = seen.length;
    const careful = httpClient({ ...options, origins: origins({ deny: ['127.0.0.0/8', '::1'] }) });
    for (const url of [base, base.replace('127.0.0.1', 'localhost')]) {
      const outcome = await careful.fetch({ method: 'GET', url: new URL(url), headers: [] });
      assert.ok('failure' in outcome && outcome.failure === 'denied', url);
    }
    careful.close();
    assert.equal(seen.length, before);
  });

  it('a name that leads elsewhere the next time is looked at again, when it is connected to', async () => {
    const answers = ['127.0.0.1', '127.0.0.2'];
    const asked: string[] = [];
    const find = ((host: string, _: unknown, done: (error: null, addresses: unknown) => void) => {
      asked.push(host);
      done(null, [{ address: answers.shift() ?? '127.0.0.1', family: 4 }]);
    }) as unknown as typeof lookup; // the form of it that is used
    const careful = httpClient({ ...options, lookup: find, origins: origins({ deny: ['127.0.0.2'] }) });
    respond = (_, response) => response.setHeader('Connection', 'close').end('hello');
    const url = new URL(base.replace('127.0.0.1', 'rebinding.example'));
    const get = () => careful.fetch({ method: 'GET', url, headers: [] });
    const [first, second] = [await get(), await get()];
    assert.ok('status' in first && first.status === 200);
    assert.ok('failure' in second && second.failure === 'denied');
    assert.deepEqual(asked, ['rebinding.example', 'rebinding.example']);
    careful.close();
  });

  it('what HTTP cannot carry, and schemes without a gateway', async () => {
    for (const [method, url, name] of [
      ['GE T', base, 'A'],
      ['GET', base, 'A B'],
    ] as const) {
      const outcome = await client.fetch({ method, url: new URL(url), headers: [{ name, value: '1' }] });
      assert.ok('failure' in outcome && outcome.failure === 'malformed');
    }
    const ftp = await client.fetch({ method: 'GET', url: new URL('ftp://a/'), headers: [] });
    assert.ok('failure' in ftp && ftp.failure === 'denied');
  });
});
