/**
 * The gateway's secure ports as others see them. Debian's Kannel is built without WTLS (it lists no such library, and has no secure
 * service), so its own sessions are those of the fixtures: test/capture/keylog.test.ts reads them. What judges the wire is tshark.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPcapng } from '../../src/capture/pcapng.js';
import { runDissect } from '../../src/cli/dissect.js';
import { type RunningGateway, runGateway } from '../../src/cli/gateway.js';
import { runGet } from '../../src/cli/get.js';
import type { Output } from '../../src/cli/output.js';
import { startGateway } from '../../src/gateway/gateway.js';
import { openWapClient } from '../../src/terminal/fetch.js';
import { terminalSecurity } from '../../src/terminal/security.js';
import { concat } from '../../src/wap/octets.js';
import { type Origin, startOrigin } from '../gateway/origin.js';
import { describeWithPeers } from '../support/peers.js';
import { certified, rsaAuthority, rsaKey } from '../wap/wtls/parties.js';

/** Remembers what a command prints. */
function recorded() {
  const out: string[] = [];
  const said: string[] = [];
  const output: Output = {
    out: (line) => out.push(line),
    say: (line) => said.push(line),
    octets: () => undefined,
  };
  return { out, said, output };
}

describeWithPeers('WTLS on the ports of a gateway', ['tshark'], ({ tshark }) => {
  let folder: string;
  let origin: Origin;
  let running: RunningGateway;
  const started = recorded();
  const file = (name: string) => join(folder, name);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wapstack-'));
    origin = await startOrigin();
    writeFileSync(file('config.json'), JSON.stringify({ push: { port: 0 } }));
    running = await runGateway(
      {
        config: file('config.json'),
        portBase: '0',
        keys: file('keys'),
        keylog: file('keylog'),
        pcap: file('all.pcapng'),
      },
      started.output,
    );
  });
  after(async () => {
    await running?.close();
    await origin.close();
    rmSync(folder, { recursive: true });
  });

  const get = async (mode: 'cl-secure' | 'co-secure', more: object = {}) => {
    const { secureConnectionless, secureSession } = running.gateway.ports;
    const gateway = `127.0.0.1:${mode === 'cl-secure' ? secureConnectionless : secureSession}`;
    const printed = recorded();
    await runGet(`${origin.url}/deck.wml`, { gateway, mode, json: true, ...more }, printed.output);
    return { document: JSON.parse(printed.out[0] ?? ''), said: printed.said };
  };

  for (const mode of ['cl-secure', 'co-secure'] as const) {
    it(`get --mode ${mode} --ca: the gateway proves itself, and the document says how`, async () => {
      const { document, said } = await get(mode, { ca: file('keys/ca.pem') });
      assert.equal(document.status, 200);
      assert.match(document.text, /Hello <b>WAP<\/b>/);
      assert.deepEqual(document.security, {
        class: 2,
        keyExchange: 'RSA',
        cipher: 'RC5_CBC',
        mac: 'SHA',
        peer: 'WAP gateway; wapstack; ; 127.0.0.1',
      });
      assert.deepEqual(said, []);
    });

    it(`get --mode ${mode} without --ca warns: class 1`, async () => {
      const { document, said } = await get(mode);
      assert.equal(document.status, 200);
      assert.equal(document.security.class, 1);
      assert.match(said.join('\n'), /^warning: without --ca FILE the gateway proves nothing/);
    });
  }

  it('get --trace shows what crosses the borders of WTLS', async () => {
    const { said } = await get('cl-secure', { ca: file('keys/ca.pem'), trace: true });
    assert(said.some((line) => / {2}WSP>WTLS {2}T-DUnitdata\.req {2}/.test(line)));
    assert(said.some((line) => / {2}WTLS>WDP {2}T-DUnitdata\.req {2}/.test(line)));
    assert(said.some((line) => /^WTLS: RSA, RC5_CBC with SHA$/.test(line)));
  });

  it('get --ca of another authority ends with a sentence', async () => {
    const other = recorded();
    const second = await runGateway(
      { config: file('config.json'), portBase: '0', keys: file('other') },
      other.output,
    );
    await second.close();
    assert.match(other.said.join('\n'), /made an authority: .*ca\.pem and .*ca\.key/);
    await assert.rejects(
      get('co-secure', { ca: file('other/ca.pem') }),
      /no secure connection: the other end refuses/,
    );
  });

  it('a second start finds the authority and the certificate of the first', async () => {
    const before = readFileSync(file('keys/gateway.wtls'));
    const again = recorded();
    const second = await runGateway(
      { config: file('config.json'), portBase: '0', keys: file('keys') },
      again.output,
    );
    await second.close();
    assert.doesNotMatch(again.said.join('\n'), /made/);
    assert.deepEqual(readFileSync(file('keys/gateway.wtls')), before);
  });

  const run = (...options: string[]) =>
    execFileSync(tshark, options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

  /** Issuers that are named by the hash of their key: tshark 4.0 does not step over the hash in a certificate. */
  const beyond = 'wtls.handshake.certificate.issuer.type == 254';

  it('a gateway whose issuer has a name in text: tshark finds nothing malformed at all', async () => {
    const parts: Uint8Array[] = [];
    const capture = createPcapng((octets) => parts.push(octets));
    const user = certified(rsaAuthority(), rsaKey('user'), 'Alice; Test; FI');
    const gateway = await startGateway({
      portBase: 0,
      security: {
        identities: [certified(rsaAuthority(), rsaKey('gateway'), 'Gateway; Test; FI; 127.0.0.1')],
        trusted: [rsaAuthority().trust],
        policy: { clientAuthentication: 'requested' },
      },
      tap: ({ at, datagram }) => capture.udp(at, datagram),
    });
    const clock = { now: () => Date.now() };
    const security = terminalSecurity(clock, { trusted: [rsaAuthority().trust], identities: [user] });
    const { secureSession, wtaSecureSession } = gateway.ports;
    for (const port of [secureSession, wtaSecureSession]) {
      const client = await openWapClient({ gateway: { host: '127.0.0.1', port }, mode: 'co', security });
      await client.request({ method: 'GET', url: `${origin.url}/deck.wml` });
      assert.equal(client.security()?.wtlsClass, 3);
      await client.close();
    }
    await gateway.close();
    writeFileSync(file('text.pcapng'), concat(parts));
    const as = [secureSession, wtaSecureSession].flatMap((port) => ['-d', `udp.port==${port},wtls`]);
    const bad = '_ws.malformed || _ws.expert.severity == "Error"';
    assert.equal(run('-r', file('text.pcapng'), ...as, '-Y', bad), '');
    const text = run('-r', file('text.pcapng'), ...as, '-V');
    for (const line of ['Handshake: Certificate Request (13)', 'Handshake: Certificate Verify (15)'])
      assert(text.includes(line), line);
  });

  it('tshark reads all of it as WTLS, with no malformed mark and no error', () => {
    const { secureConnectionless, secureSession } = running.gateway.ports;
    const as = [secureConnectionless, secureSession].flatMap((port) => ['-d', `udp.port==${port},wtls`]);
    const capture = file('all.pcapng');
    const protocols = run('-r', capture, ...as, '-T', 'fields', '-e', 'frame.protocols')
      .trim()
      .split('\n');
    assert(protocols.length > 20);
    for (const protocol of protocols) assert.match(protocol, /wtls/);
    const bad = '(_ws.malformed || _ws.expert.severity == "Error")';
    assert.equal(run('-r', capture, ...as, '-Y', `${bad} && !(${beyond})`), '');
    const text = run('-r', capture, ...as, '-V');
    for (const line of [
      'Handshake: Client Hello (1)',
      'Handshake: Certificate (11)',
      'Key Exchange: RSA (8)',
    ])
      assert(text.includes(line), line);
    assert(!text.includes('deck.wml'), 'the capture has what was sent: cipher text');
  });

  it('dissect with the key log reads what tshark cannot', async () => {
    const { secureSession } = running.gateway.ports;
    const base = secureSession - 3;
    const printed = recorded();
    await runDissect(file('all.pcapng'), { keylog: file('keylog'), portBase: base }, printed.output);
    const lines = printed.out.filter(
      (line) => line.includes(`:${secureSession} `) || line.includes(`:${secureSession}  `),
    );
    assert(
      lines.some((line) => /WTLS application_data \| WTP Invoke .* \| WSP GET http.*deck\.wml/.test(line)),
    );
    const json = recorded();
    await runDissect(
      file('all.pcapng'),
      { keylog: file('keylog'), portBase: base, json: true, filter: 'client_hello' },
      json.output,
    );
    const document = JSON.parse(json.out[0] ?? '');
    assert.equal(document.layers[0].layer, 'WTLS');
    assert.match(document.octets, /^[0-9a-f]+$/);
  });
});
