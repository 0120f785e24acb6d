import assert from 'node:assert/strict';
import { drive, type SmsPort, smsNumber } from '../../src/bearer/index.js';
import type { Endpoint } from '../../src/wap/address.js';
import { type DatagramIndication, type SmsWdp, smsWdp } from '../../src/wap/wdp/index.js';
import { smsWorld } from './smpp-world.js';

const gateway = '+33600000001';
const phone = '+33600000002';

async function ends(carriage: 'data_sm' | 'submit_sm') {
  const world = smsWorld();
  const open = (port: SmsPort) => {
    const indications: DatagramIndication[] = [];
    const news: string[] = [];
    const wdp: SmsWdp = smsWdp({ ...port.sms, local: port.local });
    const driver = drive({
      stack: wdp,
      bearer: port,
      scheduler: world.scheduler,
      deliver: (indication) => indications.push(indication),
      manage: ({ type, text }) => news.push(`${type}: ${text}`),
    });
    const send = (destination: Endpoint, userData: Uint8Array) => {
      driver.request({ type: 'T-DUnitdata.req', source: port.local, destination, userData });
      world.scheduler.advance(0);
    };
    return { indications, news, send, wdp, local: port.local, port };
  };
  const [a, b] = [await world.bind(gateway, { carriage }), await world.bind(phone, { carriage })];
  const [atGateway, atPhone] = [smsNumber(a.bearer, true), smsNumber(b.bearer, false)];
  return {
    world,
    atPhone,
    unit: open(atGateway.port(9200)),
    session: open(atGateway.port(9201)),
    push: open(atPhone.port(2948)),
    browser: open(atPhone.port(49_152)),
  };
}

for (const carriage of ['data_sm', 'submit_sm'] as const) {
  describe(`several stacks at one number, by ${carriage} (WAP-259 §6.3, WAP-202 §5.4.1)`, () => {
    it('each gets what is for its port, and nobody tells of ports that a neighbour serves', async () => {
      const { unit, session, push, browser } = await ends(carriage);
      const long = Uint8Array.from({ length: 300 }, (_, i) => i);
      unit.send(push.local, long);
      session.send(browser.local, Uint8Array.of(1));
      assert.deepEqual(
        push.indications.map((each) => each.type === 'T-DUnitdata.ind' && [each.source, each.userData]),
        [[unit.local, long]],
      );
      assert.deepEqual(
        browser.indications.map((each) => each.type === 'T-DUnitdata.ind' && each.source.port),
        [9201],
      );
      assert.deepEqual([unit.indications, session.indications], [[], []]);
    });

    it('[WDPWCMPAdapt-S-003] [WDPWCMPAdapt-S-004] [WCMP-GEN-C-010] [WCMP-GEN-S-020] a port that nobody serves: the sender is told, once, by WCMP in a short message', async () => {
      const { unit, session, push } = await ends(carriage);
      unit.send({ ...push.local, port: 9 }, Uint8Array.of(1));
      assert.deepEqual(unit.indications, [
        {
          type: 'T-DError.ind',
          source: unit.local,
          destination: { ...push.local, port: 9 },
          error: 'Destination Unreachable: Port unreachable',
        },
      ]);
      assert.deepEqual(session.indications, []);
    });

    it('[WCMP-GEN-S-015] [WCMP-GEN-C-016] an echo is answered once a number', async () => {
      const { world, unit, push } = await ends(carriage);
      for (const effect of unit.wdp.echo(push.local, 7, 1, Uint8Array.of(1, 2))) {
        if ('down' in effect) unit.port.send(effect.down);
      }
      world.scheduler.advance(0);
      assert.deepEqual(unit.news, [`EchoReply: ${phone}: 7 1`]);
    });

    it('a port is taken once, and free when closed', async () => {
      const { atPhone, browser } = await ends(carriage);
      assert.throws(() => atPhone.port(2948), { name: 'UsageError' });
      await browser.port.close();
      assert.equal(atPhone.port(49_152).local.port, 49_152);
    });
  });
}
