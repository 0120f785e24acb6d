/** Over short messages: a terminal, the message centre, the gateway and its push proxy, on TCP; and tshark on what they say. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Driver,
  drive,
  type MessageCentre,
  openMessageCentre,
  openSmpp,
  realScheduler,
  type SmppOptions,
  smsNumber,
} from '../../src/bearer/index.js';
import { createPcapng } from '../../src/capture/pcapng.js';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import { type Phone, startPhone } from '../../src/terminal/phone.js';
import type { TerminalEvent } from '../../src/terminal/terminal.js';
import { udpEndpoint } from '../../src/wap/address.js';
import { concat, toHex } from '../../src/wap/octets.js';
import { encodePap } from '../../src/wap/push/index.js';
import { seededRandom } from '../../src/wap/random.js';
import { sessions, units } from '../../src/wap/stack.js';
import type {
  SessionIndication,
  SessionRequest,
  UnitIndication,
  UnitRequest,
} from '../../src/wap/wsp/index.js';
import { type Origin, startOrigin } from '../gateway/origin.js';
import { hex } from '../support/hex.js';
import { describeWithPeers } from '../support/peers.js';
import { run, temporaryFolder } from './programs.js';

const gatewayNumber = '+33600000001';
const msisdn = '+33612345672';
const SIA = '01 02 b282 0a c6 03 23f1 33060000 00f1 00 00 00 00';

interface World {
  readonly centre: MessageCentre;
  readonly gateway: Gateway;
  readonly origin: Origin;
  readonly open: { close(): Promise<void> }[];
}

async function startWorld(
  carriage: SmppOptions['carriage'],
  capture?: (octets: Uint8Array) => void,
): Promise<World> {
  const open: World['open'] = [];
  const pcap = capture && createPcapng(capture);
  const server = udpEndpoint('127.0.0.1', 2775);
  const centre = await openMessageCentre({
    host: '127.0.0.1',
    port: 0,
    accounts: [{ systemId: 'gateway', password: 'secret', addresses: [gatewayNumber] }],
    ...(pcap && {
      watch: (client) => {
        const flow = pcap.tcp(Date.now(), client, server);
        return (direction, octets) =>
          direction === 'sent' ? flow.fromServer(Date.now(), octets) : flow.fromClient(Date.now(), octets);
      },
    }),
  });
  open.push(centre);
  const origin = await startOrigin();
  open.push(origin);
  const gateway = await startGateway({
    portBase: 0,
    push: { subscribers: { [msisdn]: 'sms:', marie: `sms:${msisdn}` } },
    smsc: {
      host: '127.0.0.1',
      port: centre.local.port,
      systemId: 'gateway',
      password: 'secret',
      address: gatewayNumber,
      ...(carriage && { carriage }),
    },
  });
  open.push(gateway);
  return { centre, gateway, origin, open };
}

async function closeWorld({ open }: World): Promise<void> {
  for (const each of open.splice(0).reverse()) await each.close();
}

/** A handset at the message centre, and what happens on it. */
async function switchOn({
  centre,
  open,
}: World): Promise<{ phone: Phone; next(type: string): Promise<TerminalEvent> }> {
  const events: TerminalEvent[] = [];
  let look = () => {};
  const bearer = await openSmpp({
    host: '127.0.0.1',
    port: centre.local.port,
    systemId: msisdn.slice(1),
    password: '',
    address: msisdn,
  });
  const phone = await startPhone({
    sms: { bearer, gateway: gatewayNumber },
    msisdn,
    scheduler: realScheduler,
    random: seededRandom(1),
    watch: (event) => {
      events.push(event);
      look();
    },
  });
  open.push(phone);
  return {
    phone,
    next: (type) =>
      new Promise((resolve) => {
        look = () => {
          const at = events.findIndex((event) => event.type === type);
          const [event] = at < 0 ? [] : events.splice(at, 1);
          if (event) resolve(event);
        };
        look();
      }),
  };
}

async function submit({ gateway }: World, pushId: string, address: string, quality = {}): Promise<string> {
  const control = encodePap({
    type: 'push-message',
    pushId,
    replaceMethod: 'all',
    progressNotesRequested: false,
    addresses: [address],
    ...quality,
  });
  // Longer than one short message.
  const text = `Order ${pushId}. ${'Please sign it with your card. '.repeat(6)}`;
  const content = `<si><indication href="http://shop.example/" si-id="${pushId}">${text}</indication></si>`;
  const answer = await fetch(gateway.papUrl ?? '', {
    method: 'POST',
    headers: { 'Content-Type': 'multipart/related; boundary=b' },
    body: `--b\r\n\r\n${control}\r\n--b\r\nContent-Type: text/vnd.wap.si\r\n\r\n${content}\r\n--b--`,
  });
  return answer.text();
}

for (const carriage of ['data_sm', 'submit_sm'] as const) {
  describe(`WAP over short messages, by ${carriage} (WAP-259 §6.3, WAP-159)`, () => {
    let world: World;
    before(async () => {
      world = await startWorld(carriage);
    });
    after(() => closeWorld(world));

    it('[WDP-GSM-C-001] [WDP-GSM-S-001] a deck comes to a terminal, connectionless, in several messages', async () => {
      const { phone, next } = await switchOn(world);
      phone.terminal.open(`${world.origin.url}/deck.wml`);
      const answer = await next('answer');
      assert.ok(answer.type === 'answer');
      assert.deepEqual([answer.status, answer.contentType], [200, 'application/vnd.wap.wmlc']);
      while (!phone.terminal.text().includes('Hello')) await new Promise((resolve) => setImmediate(resolve));
      assert.match(phone.terminal.text(), /Shop\n[\s\S]*Hello WAP/);
      await phone.close();
    });

    it('a push comes to a subscriber without an address on IP, whether the phone is on or not', async () => {
      const off = await submit(world, `off-${carriage}`, 'WAPPUSH=marie/TYPE=USER@ppg');
      assert.match(off, /code="1001"/);
      while (world.centre.messages() === 0) await new Promise((resolve) => setImmediate(resolve));
      const { phone, next } = await switchOn(world);
      const first = await next('push');
      assert.ok(first.type === 'push');
      assert.match(first.text, new RegExp(`^Order off-${carriage}\\. Please`));
      await submit(world, `on-${carriage}`, `WAPPUSH=${msisdn}/TYPE=PLMN@ppg`);
      const second = await next('push');
      assert.match(second.type === 'push' ? second.text : '', new RegExp(`^Order on-${carriage}\\.`));
      // The last response of the phone is still on its way.
      while (world.centre.messages() > 0) await new Promise((resolve) => setImmediate(resolve));
      await phone.close();
    });

    it('[OTA-WSP-C-005] [OTA-WSP-C-001] the handset opens the session that it is asked for, and confirms the push on it', async () => {
      const { phone, next } = await switchOn(world);
      const quality = {
        qualityOfService: {
          priority: 'medium',
          deliveryMethod: 'confirmed',
          bearerRequired: false,
          networkRequired: false,
        },
      };
      const pushId = `handset-${carriage}`;
      const to = `WAPPUSH=${msisdn}/TYPE=PLMN@ppg`;
      assert.match(await submit(world, pushId, to, quality), /code="1001"/);
      const asked = await next('session asked for');
      assert.ok(asked.type === 'session asked for');
      assert.deepEqual([asked.applications, asked.ports], [['x-wap-application:wml.ua'], [9201]]);
      const came = await next('push');
      assert.match(came.type === 'push' ? came.text : '', new RegExp(`^Order ${pushId}\\.`));
      let status = '';
      while (!status.includes('message-state="delivered"')) {
        const answer = await fetch(world.gateway.papUrl ?? '', {
          method: 'POST',
          headers: { 'Content-Type': 'application/xml' },
          body: encodePap({ type: 'statusquery-message', pushId, addresses: [] }),
        });
        status = await answer.text();
      }
      assert.match(status, /delivery-method="confirmed"/);
      await phone.close();
    });

    it('[OTA-WSP-S-005] a confirmed push asks for a session over short messages, and goes on it', async () => {
      const bearer = await openSmpp({
        host: '127.0.0.1',
        port: world.centre.local.port,
        systemId: msisdn.slice(1),
        password: '',
        address: msisdn,
      });
      world.open.push(bearer);
      const number = smsNumber(bearer, false);
      const ear = number.port(2948);
      const asked = new Promise<UnitIndication>((resolve) => {
        const listening = drive<UnitRequest, UnitIndication>({
          stack: units({ local: ear.local, sms: ear.sms }),
          bearer: ear,
          scheduler: realScheduler,
          deliver: resolve,
        });
        world.open.push(listening);
      });
      const port = number.port(49_152);
      const confirmed = new Promise<Uint8Array>((resolve) => {
        const session: Driver<SessionRequest> = drive<SessionRequest, SessionIndication>({
          stack: sessions({
            local: port.local,
            sms: port.sms,
            session: { random: seededRandom(2) },
            transaction: { random: seededRandom(3) },
          }),
          bearer: port,
          scheduler: realScheduler,
          deliver(indication) {
            if (indication.type !== 'S-ConfirmedPush.ind') return;
            const { clientPushId, pushBody } = indication;
            session.request({ type: 'S-ConfirmedPush.res', session: 'C1', clientPushId });
            resolve(pushBody);
          },
        });
        world.open.push(session);
        void asked.then(() =>
          session.request({
            type: 'S-Connect.req',
            session: 'C1',
            peers: { local: port.local, remote: { ...port.local, address: gatewayNumber, port: 9201 } },
            clientHeaders: [],
            requestedCapabilities: { protocolOptions: ['Push', 'Confirmed Push'] },
          }),
        );
      });
      const quality = {
        qualityOfService: {
          priority: 'medium',
          deliveryMethod: 'confirmed',
          bearerRequired: false,
          networkRequired: false,
        },
      };
      const to = `WAPPUSH=${msisdn}/TYPE=PLMN@ppg`;
      assert.match(await submit(world, `confirmed-${carriage}`, to, quality), /code="1001"/);
      const sia = await asked;
      assert.ok(sia.type === 'S-Unit-Push.ind');
      // Version 1, one application (wml.ua, 2); bearer 3 (GSM SMS) with port 9201 (23f1) and the number in semi-octets.
      assert.deepEqual(sia.pushBody, hex(SIA));
      assert.equal(toHex(await confirmed).slice(0, 4), '0305');
      await bearer.close();
    });

    it('what is required of a bearer may be SMS', async () => {
      const quality = (bearer: string) => ({
        qualityOfService: {
          priority: 'medium',
          deliveryMethod: 'notspecified',
          bearer,
          bearerRequired: true,
          networkRequired: false,
        },
      });
      const to = `WAPPUSH=${msisdn}/TYPE=PLMN@ppg`;
      assert.match(await submit(world, `sms-${carriage}`, to, quality('SMS')), /code="1001"/);
      assert.match(await submit(world, `ussd-${carriage}`, to, quality('USSD')), /code="3010"/);
    });
  });
}

describeWithPeers('tshark on SMPP with WAP in it', ['tshark'], ({ tshark }) => {
  const folder = temporaryFolder();
  after(() => folder.remove());

  for (const carriage of ['data_sm', 'submit_sm'] as const) {
    describe(carriage, () => {
      let read: (...args: string[]) => Promise<readonly string[]>;

      before(async () => {
        const octets: Uint8Array[] = [];
        const world = await startWorld(carriage, (part) => octets.push(part));
        const { phone, next } = await switchOn(world);
        await submit(world, 'seen', `WAPPUSH=${msisdn}/TYPE=PLMN@ppg`);
        await next('push');
        phone.terminal.open(`${world.origin.url}/deck.wml`);
        await next('answer');
        await closeWorld(world);
        writeFileSync(join(folder.path, 'smpp.pcapng'), concat(octets));
        read = async (...args) => {
          const decodeAs = ['-d', 'tcp.port==2775,smpp', '-o', 'gsm_sms_ud.port_number_udh_means_wsp:TRUE'];
          const { code, output } = await run(
            tshark,
            ['-r', 'smpp.pcapng', ...decodeAs, ...args],
            folder.path,
            60_000,
          );
          assert.equal(code, 0, output);
          return output
            .split('\n')
            .filter((line) => line !== '' && !line.startsWith('Running as user'))
            .map((line) => line.trim());
        };
      });

      it('nothing is malformed, and no note is an error', async () => {
        assert.deepEqual(await read('-Y', '_ws.malformed || _ws.expert.severity == "Error"'), []);
      });

      it('it reads the session from bind to unbind', async () => {
        const commands = await read('-Y', 'smpp', '-T', 'fields', '-e', 'smpp.command_id');
        const all = new Set(commands.flatMap((line) => line.split(',')).map(Number));
        const sent = carriage === 'data_sm' ? 0x103 : 0x4;
        for (const id of [0x9, 0x80000009, 0x5, 0x80000005, 0x6, 0x80000006, sent, sent + 0x80000000]) {
          if (carriage === 'data_sm' && (id === 0x5 || id === 0x80000005)) continue;
          assert.ok(
            all.has(id),
            `command 0x${id.toString(16)} in ${[...all].map((each) => each.toString(16))}`,
          );
        }
      });

      if (carriage === 'submit_sm') {
        it('[WDP-GSM-S-003] it reads the ports, puts the segments together, and finds the indication', async () => {
          const text = (await read('-V')).join('\n');
          assert.match(text, /Application port addressing scheme, 16 bit address/);
          assert.match(text, /\[2 Short Message fragments \(236 bytes\)/);
          assert.match(text, /Method: Push \(0x06\), Content-Type: application\/vnd\.wap\.sic/);
          assert.match(text, /<indication/);
          assert.match(text, /Method: Get \(0x40\), URI: http:\/\/127\.0\.0\.1:\d+\/deck\.wml/);
          assert.match(text, /Method: Reply \(0x04\), Status: 200 OK/);
        });
      }
    });
  }
});
