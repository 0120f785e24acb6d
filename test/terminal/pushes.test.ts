import assert from 'node:assert/strict';
import { openUdp, realScheduler, type Sighting } from '../../src/bearer/index.js';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import { type Phone, startPhone } from '../../src/terminal/phone.js';
import type { TerminalEvent } from '../../src/terminal/terminal.js';
import { decodePap, encodePap, type NewPushSubmission } from '../../src/wap/push/index.js';
import { seededRandom } from '../../src/wap/random.js';

const host = '127.0.0.1';
const address = 'WAPPUSH=a/TYPE=USER@ppg';

describe('A handset before our push proxy (WAP-235 §6.2.2, §8)', () => {
  let gateway: Gateway;
  let phone: Phone;
  let pushPort: number;
  const events: TerminalEvent[] = [];
  const sightings: Sighting[] = [];

  before(async () => {
    const probe = await openUdp({ host, port: 0 });
    pushPort = probe.local.port ?? 0;
    await probe.close();
    gateway = await startGateway({
      portBase: 0,
      push: { defaultAddress: host, pushPort },
      tap: (sighting) => sightings.push(sighting),
    });
    phone = await startPhone({
      host,
      pushPort,
      gateway: { host, port: gateway.ports.session },
      scheduler: realScheduler,
      random: seededRandom(1),
      watch: (event) => events.push(event),
    });
  });
  after(async () => {
    await phone.close();
    await gateway.close();
  });

  async function ask(message: NewPushSubmission | Parameters<typeof encodePap>[0], content?: string) {
    const xml = encodePap(message);
    const [type, body] =
      content === undefined
        ? ['application/xml', xml]
        : [
            'multipart/related; boundary=b',
            `--b\r\n\r\n${xml}\r\n--b\r\nContent-Type: text/vnd.wap.si\r\n\r\n<si><indication>${content}</indication></si>\r\n--b--`,
          ];
    const answer = await fetch(gateway.papUrl ?? '', {
      method: 'POST',
      headers: { 'Content-Type': type },
      body,
    });
    return decodePap(await answer.text()).message;
  }

  /** Submits, and waits for the outcome. @returns how it was delivered, and the ports that the gateway has sent to meanwhile */
  async function delivered(text: string, deliveryMethod: 'confirmed' | 'unconfirmed') {
    const before = sightings.length;
    const quality = { priority: 'medium', networkRequired: false, bearerRequired: false } as const;
    const qualityOfService = { ...quality, deliveryMethod };
    await ask({ type: 'push-message', pushId: text, addresses: [address], qualityOfService }, text);
    for (;;) {
      const answer = await ask({ type: 'statusquery-message', pushId: text, addresses: [] });
      const result = answer.type === 'statusquery-response' ? answer.results[0] : undefined;
      const shown = events.some((event) => event.type === 'push' && event.text === text);
      if (result?.messageState === 'delivered' && shown)
        return {
          method: result.qualityOfService?.deliveryMethod,
          toPushPort: sightings
            .slice(before)
            .some(
              ({ direction, datagram }) => direction === 'sent' && datagram.destination.port === pushPort,
            ),
        };
      assert.ok(result?.messageState === 'delivered' || result?.messageState === 'pending');
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  it('without a session an unconfirmed push is a datagram to the push port', async () => {
    assert.deepEqual(await delivered('one', 'unconfirmed'), { method: 'unconfirmed', toPushPort: true });
    assert.equal(gateway.sessions(), 0);
  });

  it('[OTA-CO-C-001] [OTA-CO-C-002] [OTA-WSP-C-001] [OTA-WSP-C-003] [OTA-WSP-C-005] a confirmed push has it open a session, and is confirmed there', async () => {
    assert.deepEqual(await delivered('two', 'confirmed'), { method: 'confirmed', toPushPort: true });
    const asked = events.find((event) => event.type === 'session asked for');
    assert.deepEqual(asked, {
      type: 'session asked for',
      applications: ['x-wap-application:wml.ua'],
      ports: [gateway.ports.session],
    });
    assert.equal(gateway.sessions(), 1);
  });

  it('[OTA-WSP-S-002] [OTA-WSP-C-002] on the session that there is, unconfirmed pushes go as well', async () => {
    assert.deepEqual(await delivered('three', 'unconfirmed'), { method: 'unconfirmed', toPushPort: false });
    assert.deepEqual(await delivered('four', 'confirmed'), { method: 'confirmed', toPushPort: false });
    assert.equal(gateway.sessions(), 1);
  });

  it('[PAP-OPS-S-005] what its session says of it is told to who asks', async () => {
    const answer = await fetch(gateway.papUrl ?? '', {
      method: 'POST',
      headers: { 'Content-Type': 'application/xml' },
      body: encodePap({ type: 'ccq-message', address }),
    });
    const text = await answer.text();
    assert.match(text, /ccq-response code="1000"/);
    assert.match(text, /<prf:CcppAccept><rdf:Bag><rdf:li>application\/vnd\.wap\.wmlc<\/rdf:li>/);
  });
});
