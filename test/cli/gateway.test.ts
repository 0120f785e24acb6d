import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningGateway, runGateway } from '../../src/cli/gateway.js';
import { runGet } from '../../src/cli/get.js';
import type { Output } from '../../src/cli/output.js';
import { runPush } from '../../src/cli/push.js';
import { defaultConfig, loadConfig, parseConfig } from '../../src/config.js';
import { ProtocolError, UsageError } from '../../src/wap/errors.js';
import { fromBase64 } from '../../src/wap/octets.js';
import { decodeWml, formatWml } from '../../src/wap/wml/index.js';
import { type Origin, startOrigin } from '../gateway/origin.js';

/** Remembers what a command prints. */
function recorded() {
  const out: string[] = [];
  const said: string[] = [];
  const octets: Uint8Array[] = [];
  const output: Output = {
    out: (line) => out.push(line),
    say: (line) => said.push(line),
    octets: (part) => octets.push(part),
  };
  return { out, said, octets, output };
}

describe('The configuration file', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'wapstack-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('without a word everything is at its default', () => {
    const { gateway, push } = defaultConfig();
    assert.deepEqual([gateway.host, gateway.portBase, gateway.timeout], ['127.0.0.1', 9200, 30]);
    assert.deepEqual([push.port, push.queue, push.initiators], [undefined, ':memory:', []]);
  });

  it('every mistake is named, with its place', () => {
    const path = join(folder, 'wrong.json');
    writeFileSync(
      path,
      JSON.stringify({
        gateway: { portBase: 'x', limits: { session: 1 } },
        push: { port: 70000, initiators: [{ name: 'a' }] },
        terminals: {},
      }),
    );
    assert.throws(
      () => loadConfig(path),
      (error) =>
        error instanceof UsageError &&
        [
          /wrong\.json is no configuration/,
          /gateway\.portBase/,
          /"session"/,
          /push\.port/,
          /push\.initiators\[0\]\.password/,
          /"terminals"/,
        ].every((part) => part.test(error.message)),
    );
  });

  it('the push queue in a database, and initiators with certificates', () => {
    const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');
    const tls = { certificate: 'c.pem', key: 'k.pem', ca: 'ca.pem' };
    const initiators = [
      { name: 'a', fingerprint },
      { name: 'b', subject: 'CN=b' },
    ];
    const queue = { postgres: 'postgres://me@db.example/queue' };
    const { push } = parseConfig({ push: { queue, tls, initiators } }, 'test');
    assert.deepEqual([push.queue, push.tls], [queue, tls]);
    assert.equal(push.initiators[0]?.fingerprint, fingerprint);
    for (const [wrong, place] of [
      [{ queue: { postgres: 'http://db/' } }, /push\.queue/],
      [{ queue: { mysql: 'x' } }, /push\.queue/],
      [{ initiators: [{ name: 'a', fingerprint: 'AB' }] }, /push\.initiators\[0\]\.fingerprint/],
      [{ tls: { certificate: 'c.pem' } }, /push\.tls\.key/],
    ] as const)
      assert.throws(() => parseConfig({ push: wrong }, 'test'), place);
  });

  it('what security insists on has to be possible, and every fault is named', () => {
    const faults = [
      [{ leastClass: 4 }, /security\.leastClass/],
      [{ keyExchanges: ['RSA', 'Kyber'] }, /security\.keyExchanges\[1\]/],
      [{ cipherSuites: [['DES_CBC', 'XOR']] }, /security\.cipherSuites\[0\]\[1\]/],
      [{ clientCertificate: 'require' }, /whose client certificates\?/],
      [{ leastClass: 3 }, /security\.clientAuthorities/],
      [{ leastClass: 2, keyExchanges: ['RSA_anon'] }, /all of them are anonymous, and leastClass is 2/],
      [{ cipherSuites: [['DES_CBC', 'SHA']], leastCipherBits: 128 }, /fewer than leastCipherBits, 128/],
      [{ certificates: [{ key: 'a' }] }, /security\.certificates\[0\]\.certificate/],
      [{ limit: 1 }, /"limit"/],
    ] as const;
    for (const [section, says] of faults) {
      assert.throws(
        () => parseConfig({ security: section }, 'test'),
        (error) => error instanceof UsageError && says.test(error.message),
        JSON.stringify(section),
      );
    }
    const { security } = parseConfig({ security: { folder: 'keys', leastClass: 3 } }, 'test');
    assert.deepEqual(
      [security.enabled, security.leastCipherBits, security.limits.handshakes],
      [true, 56, 1024],
    );
  });

  it('a file that is not there, or no JSON, is an error of usage', () => {
    assert.throws(() => loadConfig(join(folder, 'none.json')), UsageError);
    const path = join(folder, 'half.json');
    writeFileSync(path, '{');
    assert.throws(() => loadConfig(path), /is no JSON/);
  });

  it('what is given is taken', () => {
    const config = parseConfig({ push: { subscribers: { '+336': '127.0.0.1:4' } } }, 'test');
    assert.deepEqual(config.push.subscribers, { '+336': '127.0.0.1:4' });
  });
});

describe('wapstack gateway, get and push', () => {
  let folder: string;
  let origin: Origin;
  let running: RunningGateway;
  const started = recorded();

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wapstack-'));
    origin = await startOrigin();
    const config = join(folder, 'config.json');
    writeFileSync(config, JSON.stringify({ push: { port: 0, subscribers: { '+336': '127.0.0.1:1' } } }));
    running = await runGateway(
      { config, portBase: '0', metrics: '0', pcap: join(folder, 'all.pcapng'), keylog: join(folder, 'keys') },
      started.output,
    );
  });
  after(async () => {
    await running.close();
    await origin.close();
    rmSync(folder, { recursive: true });
  });

  const at = (mode: 'cl' | 'co') =>
    `127.0.0.1:${mode === 'cl' ? running.gateway.ports.connectionless : running.gateway.ports.session}`;

  it('the gateway says where each service listens', () => {
    assert.match(started.said.join('\n'), /connectionless WSP on udp:\/\/127\.0\.0\.1:\d+/);
    assert.match(started.said.join('\n'), /connection-mode WSP on udp:\/\/127\.0\.0\.1:\d+/);
    assert.match(started.said.join('\n'), /push access protocol on http:\/\/127\.0\.0\.1:\d+\/pap/);
    assert.match(started.said.join('\n'), /metrics on http:\/\/127\.0\.0\.1:\d+\/metrics/);
    assert.deepEqual(started.out, []);
  });

  for (const mode of ['cl', 'co'] as const) {
    it(`get --mode ${mode} prints a deck as WML, --raw as it came, --json with everything`, async () => {
      const url = `${origin.url}/deck.wml`;
      const text = recorded();
      await runGet(
        url,
        { gateway: at(mode).replace('127.0.0.1', 'localhost'), mode, text: true },
        text.output,
      );
      assert.match(text.out.join('\n'), /<card id="a" title="Shop"><p>Hello <b>WAP<\/b><\/p><\/card>/);
      const raw = recorded();
      await runGet(url.replace('http:', 'wap:'), { gateway: at(mode), mode, raw: true }, raw.output);
      assert.match(formatWml(decodeWml(raw.octets[0] ?? new Uint8Array())), /Shop/);
      const json = recorded();
      await runGet(url, { gateway: at(mode), mode, json: true }, json.output);
      const document = JSON.parse(json.out[0] ?? '');
      assert.equal(document.status, 200);
      assert.equal(document.contentType, 'application/vnd.wap.wmlc');
      assert.equal(document.headers['content-type'], 'application/vnd.wap.wmlc');
      assert.equal(fromBase64(document.body)?.length, document.length);
      assert.match(document.text, /Hello/);
    });
  }

  it('get lists a script, prints an image raw, posts a file, and tells of errors', async () => {
    const script = recorded();
    await runGet(`${origin.url}/script.wmls`, { gateway: at('co'), mode: 'co' }, script.output);
    assert.match(script.out.join('\n'), /buy/);
    const image = recorded();
    await runGet(`${origin.url}/image.wbmp`, { gateway: at('co'), mode: 'co' }, image.output);
    assert.equal(image.octets[0]?.length, 5);
    await assert.rejects(
      runGet(`${origin.url}/image.wbmp`, { gateway: at('co'), mode: 'co', text: true }, image.output),
      /image\/vnd\.wap\.wbmp has no text form/,
    );
    const form = join(folder, 'form');
    writeFileSync(form, 'a=1');
    const posted = recorded();
    await runGet(
      `${origin.url}/echo`,
      { gateway: at('cl'), mode: 'cl', post: form, header: ['Content-Type: text/plain'] },
      posted.output,
    );
    assert.deepEqual(posted.out, ['a=1']);
    const missing = recorded();
    await runGet(`${origin.url}/nothing`, { gateway: at('co'), mode: 'co' }, missing.output);
    assert.deepEqual(missing.said, ['status 404']);
  });

  it('get --trace shows what passes between the layers', async () => {
    const { said, output } = recorded();
    await runGet(`${origin.url}/deck.wml`, { gateway: at('co'), mode: 'co', trace: true }, output);
    const lines = said.map((line) => line.split('  ').slice(1, 3).join('  '));
    for (const line of [
      'user>WSP  S-Connect.req',
      'WSP>WTP  TR-Invoke.req',
      'WTP>WDP  T-DUnitdata.req',
      'WSP>user  S-MethodResult.ind',
    ]) {
      assert.ok(lines.includes(line), line);
    }
    const words = said.map((line) => line.replace(/^\d+\.\d{3} {2}\S+>\S+ {2}\S+ ? ?/, ''));
    assert.deepEqual(
      words.filter((line) => !/^(?:[A-Za-z]+=\S+(?: |$))*$/.test(line)),
      [],
    );
    const port = running.gateway.ports.session;
    assert.ok(
      said.some((line) =>
        new RegExp(`user>WSP {2}S-Connect\\.req {2}session=C1 peer=127\\.0\\.0\\.1:${port} `).test(line),
      ),
    );
    assert.ok(said.some((line) => / {2}WSP>WTP {2}TR-Invoke\.req {2}.*len=\d+ class=2 /.test(line)));
    assert.ok(said.some((line) => /S-MethodResult\.ind {2}.*status=200 .*responseBody=\d+/.test(line)));
  });

  for (const options of [
    { gateway: '127.0.0.1', mode: 'co-tls' },
    { gateway: '127.0.0.1', mode: 'co-secure', cert: 'a.pem' },
    { gateway: '127.0.0.1', mode: 'co-secure', cert: 'a.pem', key: 'a.key' },
    { gateway: '127.0.0.1:99999', mode: 'co' },
    { gateway: '127.0.0.1', mode: 'co', raw: true, json: true },
    { gateway: '127.0.0.1', mode: 'co', header: ['nonsense'] },
  ]) {
    it(`get refuses ${JSON.stringify(options)}`, async () => {
      await assert.rejects(runGet('http://a/', options, recorded().output), UsageError);
    });
  }

  it('push prints status and push-id; what is refused is an error', async () => {
    const accepted = recorded();
    const ppg = running.gateway.papUrl ?? '';
    await runPush({ ppg, to: ['+336'], si: 'hi', href: 'http://a/' }, accepted.output);
    assert.match(accepted.out[0] ?? '', /^1001 Accepted for Processing, push-id \S+@wapstack$/);
    const json = recorded();
    await runPush({ ppg, to: ['127.0.0.1'], sl: 'http://a/', json: true }, json.output);
    assert.equal(JSON.parse(json.out[0] ?? '').result.code, '1001');
    await assert.rejects(
      runPush({ ppg, to: ['+1'], si: 'hi' }, recorded().output),
      (error) => error instanceof ProtocolError && /refused with 2002 not served here/.test(error.message),
    );
    const confirmed = recorded();
    await runPush({ ppg, to: ['+336'], si: 'hi', confirmed: true }, confirmed.output);
    assert.match(confirmed.out[0] ?? '', /^1001 /);
  });

  for (const options of [
    { ppg: 'nonsense', to: ['+336'], si: 'hi' },
    { ppg: 'http://127.0.0.1:1/', to: ['+336'] },
    { ppg: 'http://127.0.0.1:1/', to: ['+336'], si: 'hi', sl: 'http://a/' },
    { ppg: 'http://127.0.0.1:1/', to: ['nobody'], si: 'hi' },
    { ppg: 'http://127.0.0.1:1/', to: ['+336'], body: '-' },
    { ppg: 'http://127.0.0.1:1/', to: ['+336'], si: 'hi', appId: 'a b' },
  ]) {
    it(`push refuses ${JSON.stringify(options)}`, async () => {
      await assert.rejects(runPush(options, recorded().output), UsageError);
    });
  }

  it('metrics are served, datagrams captured, and the key log announced', async () => {
    // The queue is counted a moment after it has changed.
    let text = '';
    while (!/wapstack_push_recipients\{state="delivered"\} 2/.test(text))
      text = await (await fetch(running.metricsUrl ?? '')).text();
    assert.match(text, /wapstack_requests_total\{mode="session",method="GET",status="200"\} \d+/);
    assert.match(text, /wapstack_push_recipients\{state="pending"\} 1/);
    const capture = readFileSync(join(folder, 'all.pcapng'));
    assert.equal(capture.subarray(0, 4).toString('hex'), '0a0d0d0a');
    assert.ok(capture.length > 2000);
    assert.equal(readFileSync(join(folder, 'keys')).length, 0);
  });

  it('wrong numbers are errors of usage', async () => {
    for (const options of [{ portBase: 'x' }, { portBase: '70000' }, { metrics: '-1' }]) {
      await assert.rejects(runGateway(options, recorded().output), UsageError);
    }
  });
});
