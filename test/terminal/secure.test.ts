import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { openUdp, realScheduler } from '../../src/bearer/index.js';
import type { GatewaySecurity } from '../../src/gateway/secure.js';
import { type Phone, type PhoneParts, startPhone } from '../../src/terminal/phone.js';
import type { Terminal } from '../../src/terminal/terminal.js';
import { runTty } from '../../src/terminal/tty.js';
import { type Endpoint, udpEndpoint } from '../../src/wap/address.js';
import { createAuthority } from '../../src/wap/pki/index.js';
import { seededRandom } from '../../src/wap/random.js';
import { type Card, personaliseCard } from '../../src/wap/wim/index.js';
import type { KeyLogEntry } from '../../src/wap/wtls/index.js';
import { certified, rsaAuthority, rsaKey } from '../wap/wtls/parties.js';
import { freePort, gatewayOf, host, until } from './secure-gateway.js';

const pins = { general: '1234', nonRepudiation: '654321', unblock: '12345678' };
async function plainTty(terminal: Terminal): Promise<string> {
  let written = '';
  await runTty({
    terminal,
    input: Readable.from(['quit\n']),
    output: {
      write(text: string) {
        written += text;
      },
    },
  });
  return written;
}

describe('A phone and its secure connections (WAP-236 §7.2.2, WAP-235 §6.2.1)', () => {
  let phone: Phone | undefined;
  let gateway: Awaited<ReturnType<typeof gatewayOf>> | undefined;

  afterEach(async () => {
    await phone?.close();
    await gateway?.services.close();
    phone = undefined;
    gateway = undefined;
  });

  async function start(
    security: Partial<GatewaySecurity>,
    parts: Partial<PhoneParts>,
    securePushPort?: number,
  ): Promise<Terminal> {
    gateway = await gatewayOf(security);
    phone = await startPhone({
      host,
      pushPort: await freePort(),
      ...(securePushPort !== undefined && { securePushPort }),
      gateway: { host, port: 9, securePort: gateway.port },
      scheduler: realScheduler,
      random: seededRandom(1, 'phone'),
      security: { trusted: [rsaAuthority().trust] },
      ...parts,
    });
    return phone.terminal;
  }

  it('[WAESpec-URI-C-003] [WAESpec-URI-C-005] an https address goes over WTLS, and the screen shows it', async () => {
    const terminal = await start({}, {});
    assert.equal(terminal.screen().wtlsClass, undefined);
    terminal.open('https://bank.example/a.wml');
    await until(terminal, (text) => text.includes('17 euro'));
    assert.equal(terminal.screen().wtlsClass, 2);
    assert.match(await plainTty(terminal), /^# \[wtls 2\] Bank\n/);
    assert.deepEqual(
      gateway?.requests.map(({ uri, secure }) => [uri, secure]),
      [['https://bank.example/a.wml', true]],
    );
    terminal.press('end');
    assert.equal(terminal.screen().wtlsClass, undefined, 'the menu came over no connection');
  });

  it('[WAESpec-URI-C-006] a gateway that cannot prove itself: the user hears why, and nothing is asked for', async () => {
    const terminal = await start(
      { identities: [certified(rsaAuthority(), rsaKey('gateway'), 'Gateway; Test; FI; 10.1.2.3')] },
      {},
    );
    terminal.open('https://bank.example/a.wml');
    const text = await until(terminal, (it) => it.includes('certificate'));
    assert.match(text.replace(/\n/g, ' '), /no secure connection: the certificate is not for 127\.0\.0\.1/);
    assert.deepEqual(gateway?.requests, []);
  });

  describe('with a card (WAP-260 §8.2)', () => {
    const random = seededRandom(5);
    const authority = createAuthority({ random, now: Date.now(), subject: 'CN=Root, C=FI' });
    const newCard = () =>
      personaliseCard({ random, now: Date.now(), authority, subject: 'CN=Alice, C=FI', pins, cost: 10 });
    const wanting: Partial<GatewaySecurity> = {
      trustedCertificates: [authority.certificate],
      policy: { clientAuthentication: 'required' },
    };
    const type = (terminal: Terminal, digits: string) => {
      for (const text of digits) terminal.press({ text });
      terminal.press('softLeft');
    };
    const inserted = (card: Card): Partial<PhoneParts> => ({ card: (apdu) => card.transmit(apdu) });

    it('class 3: the card asks for its PIN, makes the secrets and signs; no secret comes out', async () => {
      const { card, authentication } = newCard();
      const known: KeyLogEntry[] = [];
      const commands: string[] = [];
      const terminal = await start(wanting, {
        ...inserted(card),
        security: { trusted: [rsaAuthority().trust], keyLog: (entry) => known.push(entry) },
        apdu: ({ command }) => commands.push(Buffer.from(command.subarray(1, 4)).toString('hex')),
      });
      terminal.open('https://bank.example/a.wml');
      await until(terminal, (text) => text.includes('PIN for a secure'));
      assert.equal(terminal.screen().trusted, true);
      type(terminal, '9999');
      await until(terminal, (text) => text.includes('Wrong PIN.'));
      type(terminal, pins.general);
      await until(terminal, (text) => text.includes('17 euro'));
      assert.equal(terminal.screen().wtlsClass, 3);
      assert.deepEqual(known, []);
      for (const command of ['2a8600', '2a8e80', '2a9e9a']) assert(commands.includes(command), command);
      assert.equal(authentication.publicKey.type, 'rsa');
      // The PIN is not asked for again.
      terminal.open('https://bank.example/b.wml');
      await until(terminal, () => gateway?.requests.length === 2);
    });

    it('without its PIN the connection is one without the card, which this gateway refuses', async () => {
      const terminal = await start(wanting, inserted(newCard().card));
      terminal.open('https://bank.example/a.wml');
      await until(terminal, (text) => text.includes('PIN for a secure'));
      terminal.press('back');
      const text = await until(terminal, (it) => it.includes('refuses'));
      assert.match(text.replace(/\n/g, ' '), /the other end refuses: fatal handshake_failure/);
    });

    it('the authorities on the card are trusted as the phone trusts its own', async () => {
      const { card } = newCard();
      const issuer = {
        trust: {
          name: {
            type: 'x509_name',
            distinguishedName: authority.certificate.subject.octets,
          } as const,
          publicKey: authority.certificate.publicKey,
        },
        privateKey: authority.privateKey,
      };
      const terminal = await start(
        { identities: [certified(issuer, rsaKey('gateway'), `Gateway; Test; FI; ${host}`)] },
        { ...inserted(card), security: {} },
      );
      terminal.open('https://bank.example/a.wml');
      await until(terminal, (text) => text.includes('PIN for a secure'));
      terminal.press('back');
      await until(terminal, (text) => text.includes('17 euro'));
      assert.equal(terminal.screen().wtlsClass, 2);
    });
  });

  describe('pushes to the secure port', () => {
    const push = (to: Endpoint, local: Endpoint) =>
      ({
        type: 'S-Unit-Push.req',
        peers: { local, remote: to },
        pushId: 1,
        pushHeaders: [{ name: 'Content-Type', value: 'text/vnd.wap.si' }],
        pushBody: Buffer.from('<si><indication href="http://a/">Hi there</indication></si>'),
      }) as const;

    it('[OTA-CL-C-003] a HelloRequest of the gateway has the phone make a connection, and the push comes over it', async () => {
      const port = await freePort();
      const came = new Promise<string>((resolve) => {
        void start(
          {},
          {
            watch: (event) => {
              if (event.type === 'push') resolve(event.text);
            },
          },
          port,
        ).then(() => {
          assert(gateway);
          assert(gateway.services.unitPush(push(udpEndpoint(host, port), gateway.units)));
        });
      });
      assert.equal(await came, 'Hi there');
    });

    it('one of somebody else is not heeded', async () => {
      const port = await freePort();
      const news: string[] = [];
      await start({}, { manage: ({ type }) => news.push(type) }, port);
      const other = await openUdp({ host: '127.0.0.2', port: 0 });
      try {
        const heard = new Promise<Uint8Array>((resolve) => {
          other.onDatagram((received) => {
            if (received.type === 'Datagram') resolve(received.octets);
          });
        });
        const send = (octets: number[]) =>
          other.send({
            type: 'Datagram',
            source: other.local,
            destination: udpEndpoint(host, port),
            octets: Uint8Array.from(octets),
          });
        // A handshake record with its sequence number, without length: HelloRequest, 3 octets.
        send([0x43, 0, 0, 0, 0, 0]);
        // Its answer, an alert and no ClientHello: no_connection.
        const octets = await heard;
        assert.equal((octets[0] ?? 0) & 0x0f, 2);
        assert(!news.includes('SEC-Create-Request.ind'));
      } finally {
        await other.close();
      }
    });
  });
});
