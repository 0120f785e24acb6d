import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Bearer, openUdp, type Sighting } from '../../src/bearer/index.js';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import { fetchWap, openWapClient, type WapClient, type WapMode } from '../../src/terminal/fetch.js';
import { encodeUtf8, toHex } from '../../src/wap/octets.js';
import { decodePap, encodePap, type NewPushSubmission, type PapMessage } from '../../src/wap/push/index.js';
import { decodeWml, formatWml } from '../../src/wap/wml/index.js';
import { headerValue } from '../../src/wap/wsp/index.js';
import { type Origin, startOrigin } from './origin.js';

const headers = [
  { name: 'Accept', value: 'application/vnd.wap.wmlc' },
  { name: 'Accept', value: 'application/vnd.wap.wmlscriptc' },
  { name: 'Accept', value: 'image/vnd.wap.wbmp' },
  { name: 'Accept', value: 'text/plain' },
];

describe('A gateway on loopback', () => {
  let origin: Origin;
  let gateway: Gateway;
  const sightings: Sighting[] = [];

  before(async () => {
    origin = await startOrigin();
    gateway = await startGateway({
      portBase: 0,
      tap: (sighting) => sightings.push(sighting),
      push: { pushPort: 2948, subscribers: {} },
    });
  });

  after(async () => {
    await gateway.close();
    await origin.close();
  });

  for (const mode of ['cl', 'co'] satisfies WapMode[]) {
    describe(mode === 'cl' ? 'connectionless (WAP-230 §6.4)' : 'in connection mode (WAP-230 §6.3)', () => {
      let client: WapClient;

      before(async () => {
        const port = mode === 'cl' ? gateway.ports.connectionless : gateway.ports.session;
        client = await openWapClient({ gateway: { host: '127.0.0.1', port }, mode, headers });
      });
      after(() => client.close());

      const get = (path: string) => client.request({ method: 'GET', url: origin.url + path });

      it('[WAESpec-HTS-S-001] [WAESpec-HTS-S-002] a deck comes as WMLC', async () => {
        const { status, headers: received, body } = await get('/deck.wml');
        assert.equal(status, 200);
        assert.deepEqual(received[0], { name: 'Content-Type', value: 'application/vnd.wap.wmlc' });
        assert.match(formatWml(decodeWml(body)), /Hello <b>WAP<\/b>/);
      });

      it('a script comes as bytecode, an image as it is', async () => {
        const script = await get('/script.wmls');
        assert.equal(script.headers[0]?.value, 'application/vnd.wap.wmlscriptc');
        assert.equal(script.body[0], 0x01);
        const image = await get('/image.wbmp');
        assert.equal(toHex(image.body), '00000801aa');
      });

      it('a POST reaches the origin, and its answer the terminal', async () => {
        const response = await client.request({
          method: 'POST',
          url: `${origin.url}/echo`,
          headers: [{ name: 'Content-Type', value: 'text/plain' }],
          body: encodeUtf8('a=1&b=2'),
        });
        assert.deepEqual(response.body, encodeUtf8('a=1&b=2'));
      });

      it('HEAD has the headers and no body', async () => {
        const response = await client.request({ method: 'HEAD', url: `${origin.url}/big` });
        assert.equal(response.status, 200);
        assert.equal(response.body.length, 0);
      });

      it('redirects, cookies and errors pass', async () => {
        const redirect = await get('/redirect');
        assert.equal(redirect.status, 302);
        assert.equal(headerValue(redirect.headers, 'Location'), `${origin.url}/deck.wml`);
        const cookie = await get('/cookie');
        assert.match(headerValue(cookie.headers, 'Set-Cookie') ?? '', /id=1/);
        const missing = await get('/nothing');
        assert.equal(missing.status, 404);
        assert.match(formatWml(decodeWml(missing.body)), /404/);
        const bad = await get('/bad.wml');
        assert.equal(bad.status, 502);
        assert.match(formatWml(decodeWml(bad.body)), /not well-formed/);
      });

      it('60,000 octets come whole', async () => {
        assert.equal((await get('/big')).body.length, 60_000);
      });

      it('many requests at the same time are each answered', async () => {
        const texts = Array.from({ length: 12 }, (_, i) => `${i}`);
        const answers = await Promise.all(
          texts.map((text) =>
            client.request({
              method: 'POST',
              url: `${origin.url}/echo`,
              headers: [{ name: 'Content-Type', value: 'text/plain' }],
              body: encodeUtf8(text),
            }),
          ),
        );
        assert.deepEqual(
          answers.map(({ body }) => String.fromCharCode(...body)),
          texts,
        );
      });

      it('what the terminal gives up, it is told about', async () => {
        const abort = new AbortController();
        const request = client.request({ method: 'GET', url: `${origin.url}/silence` }, abort.signal);
        abort.abort();
        await assert.rejects(request, /given up/);
      });
    });
  }

  it('an abort in connection mode closes the connection to the origin', async () => {
    const client = await openWapClient({
      gateway: { host: '127.0.0.1', port: gateway.ports.session },
      mode: 'co',
    });
    const abort = new AbortController();
    const seen = origin.requests.length;
    const request = client.request({ method: 'GET', url: `${origin.url}/silence` }, abort.signal);
    while (origin.requests.length === seen) await new Promise((resolve) => setImmediate(resolve));
    const closed = once(origin.requests.at(-1)?.socket ?? process, 'close');
    abort.abort();
    await assert.rejects(request, /given up/);
    await closed;
    await client.close();
  });

  it('one request for itself opens and ends a session', async () => {
    const response = await fetchWap({
      gateway: { host: '127.0.0.1', port: gateway.ports.session },
      mode: 'co',
      method: 'GET',
      url: `${origin.url}/deck.wml`,
      headers,
    });
    assert.equal(response.status, 200);
    while (gateway.sessions() > 1) await new Promise((resolve) => setImmediate(resolve));
  });

  it('a gateway that is not there is an error, not a wait', async () => {
    const unused = await openUdp({ host: '127.0.0.1', port: 0 });
    const { port } = unused.local;
    await unused.close();
    await assert.rejects(
      openWapClient({ gateway: { host: '127.0.0.1', port }, mode: 'co', timeout: 5_000 }),
      /WSP in CONNECTING/,
    );
  });

  it('[OTA-CL-S-001] [PAP-OPS-S-001] [PPG-GEN-S-021] a push submission goes over the air as a WSP Push (WAP-235 §6.2.1)', async () => {
    const terminal = await openUdp({ host: '127.0.0.1', port: 0 });
    const arrived = new Promise<Uint8Array>((resolve) =>
      terminal.onDatagram((received) => received.type === 'Datagram' && resolve(received.octets)),
    );
    const phone = await startGateway({
      portBase: 0,
      push: { subscribers: { '+33612345672': `127.0.0.1:${terminal.local.port}` } },
    });
    const control = encodePap({
      type: 'push-message',
      pushId: '1',
      replaceMethod: 'all',
      progressNotesRequested: false,
      addresses: ['WAPPUSH=+33612345672/TYPE=PLMN@ppg'],
    });
    const body = `--b\r\nContent-Type: application/xml\r\n\r\n${control}\r\n--b\r\nContent-Type: text/vnd.wap.si\r\n\r\n<si><indication href="http://a.com/">hi</indication></si>\r\n--b--`;
    const answer = await fetch(phone.papUrl ?? '', {
      method: 'POST',
      headers: { 'Content-Type': 'multipart/related; boundary=b; type="application/xml"' },
      body,
    });
    assert.equal(answer.status, 202);
    assert.match(await answer.text(), /code="1001"/);
    // Push (06), one octet of headers: Content-Type application/vnd.wap.sic (2e); then the indication.
    assert.match(toHex(await arrived), /^..0601ae03056a0045c60c0361008501036869000101$/);
    await terminal.close();
    await phone.close();
  });

  describe('confirmed push on sessions (WAP-249 §5.1.2.2.5.2, WAP-235 §6.2.2)', () => {
    let terminal: Bearer;
    let phone: Gateway;
    const datagrams: string[] = [];

    before(async () => {
      terminal = await openUdp({ host: '127.0.0.1', port: 0 });
      terminal.onDatagram((received) => {
        if (received.type === 'Datagram') datagrams.push(toHex(received.octets).slice(2));
      });
      phone = await startGateway({
        portBase: 0,
        push: { defaultAddress: `127.0.0.1:${terminal.local.port}` },
      });
    });
    after(async () => {
      await phone.close();
      await terminal.close();
    });

    const until = async (condition: () => boolean | Promise<boolean>) => {
      while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
    };

    async function ask(message: PapMessage | NewPushSubmission, content?: string): Promise<PapMessage> {
      const control = encodePap(message);
      const body =
        content === undefined
          ? control
          : `--b\r\n\r\n${control}\r\n--b\r\nContent-Type: text/plain\r\n\r\n${content}\r\n--b--`;
      const type = content === undefined ? 'application/xml' : 'multipart/related; boundary=b';
      const answer = await fetch(phone.papUrl ?? '', {
        method: 'POST',
        headers: { 'Content-Type': type },
        body,
      });
      return decodePap(await answer.text()).message;
    }

    const submit = (pushId: string) =>
      ask(
        {
          type: 'push-message',
          pushId,
          addresses: ['WAPPUSH=a/TYPE=USER@ppg'],
          qualityOfService: {
            priority: 'medium',
            deliveryMethod: 'confirmed',
            networkRequired: false,
            bearerRequired: false,
          },
        },
        pushId,
      );

    async function stateOf(pushId: string) {
      const answer = await ask({ type: 'statusquery-message', pushId, addresses: [] });
      assert.ok(answer.type === 'statusquery-response');
      return answer.results[0];
    }

    const received: string[] = [];
    const connect = () =>
      openWapClient({
        gateway: { host: '127.0.0.1', port: phone.ports.session },
        mode: 'co',
        onPush: ({ body }) => received.push(String.fromCharCode(...body)),
      });

    it('[OTA-CO-S-001] [OTA-CO-S-002] [OTA-WSP-S-001] [OTA-WSP-S-003] [PPG-CO-S-001] [PAP-SEM-S-006] [PPG-GEN-S-013] goes to the session that there is, and is reported as confirmed', async () => {
      const client = await connect();
      await submit('one');
      await until(async () => (await stateOf('one'))?.messageState === 'delivered');
      assert.deepEqual(received, ['one']);
      assert.equal((await stateOf('one'))?.qualityOfService?.deliveryMethod, 'confirmed');
      assert.deepEqual(datagrams, []);
      await client.close();
      await until(() => phone.sessions() === 0);
    });

    it('[OTA-WSP-S-005] without a session the terminal is asked to open one, and gets the push on it (WAP-235 §8)', async () => {
      await submit('two');
      await until(() => datagrams.length > 0);
      // Push, 3 octets of headers: application/vnd.wap.sia, application 1; then version 1, Accept-Application 2, one address; nothing for other protocols.
      const port = phone.ports.session.toString(16).padStart(4, '0');
      assert.equal(datagrams[0], `0603b4af810102b28208c400${port}7f00000100000000`);
      assert.equal((await stateOf('two'))?.messageState, 'pending');
      const client = await connect();
      await until(async () => (await stateOf('two'))?.messageState === 'delivered');
      assert.deepEqual(received, ['one', 'two']);
      await client.close();
    });
  });

  it('every datagram was shown to the tap, and counted', () => {
    const counted = /wapstack_datagrams_total\{service="session",direction="sent"\} (\d+)/.exec(
      gateway.metrics.text(),
    );
    const sent = sightings.filter(
      ({ direction, datagram }) => direction === 'sent' && datagram.source.port === gateway.ports.session,
    );
    assert.equal(Number(counted?.[1]), sent.length);
    assert.match(
      gateway.metrics.text(),
      /wapstack_datagrams_lost_total\{service="session",direction="sent"\} 0/,
    );
    assert.match(
      gateway.metrics.text(),
      /wapstack_requests_total\{mode="session",method="GET",status="200"\} \d+/,
    );
  });
});
