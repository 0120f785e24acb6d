import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { type Scenario, scenarios } from '../../src/cli/demo/play.js';
import { temporaryFolder } from '../support/folder.js';
import { describeWithPeers } from '../support/peers.js';
import { type Ended, run, start } from '../support/wapstack.js';

/** What `wapstack demo --headless --json` prints, as far as the tests look at it. */
interface Document {
  readonly ending: string;
  readonly verified: boolean;
  readonly text: string;
  readonly signedContent: string;
  readonly authority: string;
  readonly checks: readonly { readonly name: string; readonly ok: boolean }[];
  readonly steps: readonly { readonly signs: readonly number[]; readonly text: string }[];
  readonly screens: { readonly pc: string; readonly phone: string };
}

const PORT_BASE = '23200';

function headless(...args: readonly string[]): Promise<Ended> {
  return run('demo', '--headless', '--json', '--port-base', PORT_BASE, ...args);
}

function documentIn({ stdout }: Ended): Document {
  return JSON.parse(stdout) as Document;
}

describe('The story of EP 1 161 055 A2, over real sockets', function () {
  this.timeout(60_000);
  const file = temporaryFolder();
  let purchase: Document;

  it('a purchase prepared on the PC and signed on the phone is verified by the server itself', async () => {
    const ended = await headless('--scenario', 'purchase', '--pcap', file('purchase.pcapng'));
    assert.equal(ended.status, 0, ended.stderr);
    purchase = documentIn(ended);
    assert.equal(purchase.verified, true);
    assert.deepEqual(
      purchase.checks.map(({ name, ok }) => [name, ok]),
      [
        'structure',
        'attributes',
        'content',
        'text',
        'signer',
        'key',
        'signature',
        'time',
        'chain',
        'transaction',
        'nonce',
        'life',
        'used once',
      ].map((name) => [name, true]),
    );
    assert.match(purchase.screens.phone, /\nAccepted\n/);
    assert.match(purchase.screens.pc, /Signed: thank you for your order/);
    // Every reference sign of the method: figure 2.
    const signs = new Set(purchase.steps.flatMap((step) => step.signs));
    for (const sign of [
      201, 202, 203, 204, 205, 211, 212, 213, 214, 215, 221, 222, 223, 231, 232, 233, 234, 235, 236, 237, 238,
      300,
    ]) {
      assert.ok(signs.has(sign), `step [${sign}] was taken`);
    }
  });

  // biome-ignore format: a line is an ending
  const endings: readonly [Scenario, number, pc: RegExp, phone: RegExp][] = [
    ['decline', 1, /Declined on the phone/,            /\nDeclined\n/],
    ['block',   1, /The card did not sign/,            /\nCard blocked\n/],
    ['timeout', 1, /The phone did not answer in time/, /\nExpired\n/],
    ['abort',   1, /^$/,                               /\nWithdrawn\n/],
    ['forge',   1, /The signature was refused/,        /\nWrong signature\n/],
    ['replay',  0, /Signed content arrived again after the order had ended, 1 time/, /\nAlready used\n/],
  ];
  for (const [scenario, status, pc, phone] of endings) {
    it(`${scenario}: ${scenarios[scenario].text}, and both screens say so`, async () => {
      const ended = await headless('--scenario', scenario);
      assert.equal(ended.status, status, ended.stderr);
      const { ending, screens, verified } = documentIn(ended);
      assert.equal(ending, scenarios[scenario].ending);
      assert.equal(verified, status === 0);
      assert.match(screens.pc, pc);
      assert.match(screens.phone, phone);
    });
  }

  for (const scenario of ['push', 'call'] as const) {
    it(`${scenario}: ${scenarios[scenario].text}, and the same signature is verified`, async () => {
      const ended = await headless('--scenario', scenario, '--pcap', file(`${scenario}.pcapng`));
      assert.equal(ended.status, 0, ended.stderr);
      const { verified, checks, screens, steps } = documentIn(ended);
      assert.equal(verified, true);
      assert.deepEqual(
        checks.map(({ name, ok }) => [name, ok]),
        purchase.checks.map(({ name }) => [name, true]),
      );
      assert.match(screens.phone, /\nAccepted\n/);
      const told = steps.map(({ text }) => text).join('\n');
      assert.match(told, /asks for a session for x-wap-application:wta\.ua/);
      assert.match(told, /a session with 127\.0\.0\.1:23207 over WTLS, class 2/);
      assert.equal(/the phone is called from \+33492\d{8}/.test(told), scenario === 'call');
      assert.equal(/the phone shows “/.test(told), scenario === 'push');
    });
  }

  it('another user has another phone and card', async () => {
    const ended = await headless('--user', 'user0003');
    assert.equal(ended.status, 0, ended.stderr);
    assert.match(ended.stderr, /\+33614289024/);
  });

  it('wrong usage is said in one line, with exit status 2', async () => {
    for (const args of [
      ['--scenario', 'x'],
      ['--user', 'nobody'],
      ['--seed', 'x'],
      ['--port-base', '0'],
    ]) {
      const { status, stderr } = await headless(...args);
      assert.equal(status, 2, stderr);
      assert.match(stderr, /^error: option/);
    }
    assert.equal((await run('demo', '--json')).status, 2);
  });

  it('a port that is taken is said so, with exit status 1', async () => {
    const first = start('demo', '--port-base', PORT_BASE);
    await first.said(/^http:\S+$/m);
    const { status, stderr } = await headless();
    assert.equal(status, 1);
    assert.match(stderr, /wapstack: .*EADDRINUSE.*232\d\d/);
    assert.equal((await first.stop()).status, 0);
  });

  describeWithPeers('judged by tshark', ['tshark'], ({ tshark }) => {
    // The ports are moved, so tshark has to be told what they carry.
    const base = Number(PORT_BASE);
    const decode = [
      ['udp', base + 1, 'wtp'] as const,
      ['udp', base, 'wsp'] as const,
      ['udp', base + 4, 'wsp'] as const,
      ['udp', base + 7, 'wtls'] as const,
      ['tcp', base + 8, 'http'] as const,
      ['tcp', base + 80, 'http'] as const,
    ].flatMap(([layer, port, protocol]) => ['-d', `${layer}.port==${port},${protocol}`]);
    const decoded = (filter: string, capture = 'purchase.pcapng'): string[] =>
      execFileSync(tshark, ['-n', ...decode, '-r', file(capture), '-Y', filter], {
        encoding: 'utf8',
        stdio: 'pipe',
      })
        .split('\n')
        .filter((line) => line !== '');

    it('the capture has every hop, and nothing in it is malformed', () => {
      assert.deepEqual(decoded('_ws.malformed || _ws.expert.severity == error'), []);
      const count = (filter: string): number => decoded(filter).length;
      assert.equal(count('wsp.pdu_type == 0x06'), 1, 'a push');
      assert.equal(count('wsp.pdu_type == 0x01'), 1, 'Connect');
      assert.equal(count('wsp.pdu_type == 0x02'), 1, 'ConnectReply');
      assert.equal(count('wsp.pdu_type == 0x40'), 2, 'Get: the deck and the script');
      assert.equal(count('wsp.pdu_type == 0x60'), 1, 'Post: the signature');
      assert.equal(count('wsp.pdu_type == 0x04'), 3, 'Replies');
      assert.equal(count('wsp.pdu_type == 0x05'), 1, 'Disconnect');
      assert.equal(count('wbxml'), 3, 'the indication, the deck, the answer');
      assert.equal(count('http.request.uri == "/pap"'), 1, 'the submission');
      assert.equal(count('http.request.uri contains "/sign/" && http.request.method == "POST"'), 1);
    });
  });

  describeWithPeers('the other ways of the request, judged by tshark', ['tshark'], ({ tshark }) => {
    const base = Number(PORT_BASE);
    const decode = [`udp.port==${base + 4},wsp`, `udp.port==${base + 7},wtls`, `tcp.port==${base + 80},http`];
    const decoded = (capture: string, ...args: string[]): string[] =>
      execFileSync(tshark, ['-n', ...decode.flatMap((rule) => ['-d', rule]), '-r', file(capture), ...args], {
        encoding: 'utf8',
        stdio: 'pipe',
      })
        .split('\n')
        .filter((line) => line !== '');

    for (const capture of ['push.pcapng', 'call.pcapng']) {
      it(`${capture}: a session initiation and WTLS on the port of WTA sessions, and nothing else on the air`, () => {
        assert.deepEqual(decoded(capture, '-Y', '_ws.malformed || _ws.expert.severity == error'), []);
        const [initiation = '', ...others] = decoded(capture, '-Y', 'wsp', '-V')
          .join('\n')
          .split('Session Initiation Request');
        assert.match(initiation, /x-wap-application:push\.sia/);
        assert.equal(others.length, 1);
        assert.match(
          others.join(''),
          /Accept-Application: x-wap-application:wta\.ua[\s\S]*IPv4 Address: 127\.0\.0\.1/,
        );
        const ports = decoded(capture, '-Y', `udp && !wsp && !(udp.port == ${base + 7})`);
        assert.deepEqual(ports, []);
        assert.match(decoded(capture, '-Y', 'wtls', '-V').join('\n'), /Handshake: Certificate \(11\)/);
      });
    }
  });

  describeWithPeers('judged by OpenSSL', ['openssl'], ({ openssl }) => {
    it('the same signature rebuilt as PKCS#7 is accepted, and another text is not', async () => {
      writeFileSync(file('signed'), purchase.signedContent);
      writeFileSync(file('ca.pem'), purchase.authority);
      writeFileSync(file('text'), purchase.text);
      const ended = await run(
        'verify',
        file('signed'),
        '--ca',
        file('ca.pem'),
        '--content',
        file('text'),
        '--pkcs7',
        file('p7'),
      );
      assert.equal(ended.status, 0, ended.stderr);
      const cms = (content: string): string =>
        execFileSync(
          openssl,
          [
            'cms',
            '-verify',
            '-inform',
            'DER',
            '-binary',
            '-in',
            file('p7'),
            '-content',
            content,
            '-CAfile',
            file('ca.pem'),
            '-out',
            file('out'),
          ],
          { encoding: 'utf8', stdio: 'pipe' },
        );
      cms(file('text'));
      assert.equal(readFileSync(file('out'), 'utf8'), purchase.text);
      writeFileSync(file('other'), purchase.text.replace('EUR', 'FRF'));
      assert.throws(() => cms(file('other')), /digest|content verify/i);
    });
  });
});

describe('A run with a seed', function () {
  this.timeout(60_000);
  const file = temporaryFolder();

  it('the same seed puts the same octets on the wire; another one does not', async () => {
    const payloads: string[] = [];
    for (const [name, seed] of [
      ['a', '7'],
      ['b', '7'],
      ['c', '8'],
    ] as const) {
      const ended = await headless('--seed', seed, '--pcap', file(name));
      assert.equal(ended.status, 0, ended.stderr);
      payloads.push(wirePayloads(readFileSync(file(name))));
    }
    assert.ok((payloads[0]?.length ?? 0) > 10_000);
    assert.equal(payloads[0], payloads[1]);
    assert.notEqual(payloads[0], payloads[2]);
  });
});

/** What a capture carries, packet by packet, without headers: ports and sequence numbers are the machine's. */
function wirePayloads(capture: Buffer): string {
  const lines: string[] = [];
  for (let at = 0; at < capture.length; at += capture.readUInt32BE(at + 4)) {
    if (capture.readUInt32BE(at) !== 6) continue;
    const packet = capture.subarray(at + 28, at + 28 + capture.readUInt32BE(at + 20));
    const udp = packet.readUInt8(9) === 17;
    const payload = packet.subarray(20 + (udp ? 8 : 20));
    if (payload.length > 0) lines.push(payload.toString('hex'));
  }
  return lines.join('\n');
}
