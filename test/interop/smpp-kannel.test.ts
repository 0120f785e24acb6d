/** Kannel's bearerbox bound to our message centre; its push proxy sends through it to our terminal. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import {
  type MessageCentre,
  type MessageCentreEvent,
  openMessageCentre,
  openSmpp,
  realScheduler,
} from '../../src/bearer/index.js';
import { type Phone, startPhone } from '../../src/terminal/phone.js';
import type { TerminalEvent } from '../../src/terminal/terminal.js';
import { seededRandom } from '../../src/wap/random.js';
import { describeWithPeers } from '../support/peers.js';
import { type Running, run, start, temporaryFolder } from './programs.js';

const kannelNumber = '+33600000009';
const msisdn = '+33612345672';

const configuration = (admin: number, smsbox: number, wapbox: number, ppg: number, smsc: number) => `
group = core
admin-port = ${admin}
admin-interface = "127.0.0.1"
admin-password = bar
smsbox-port = ${smsbox}
smsbox-interface = "127.0.0.1"
wapbox-port = ${wapbox}
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"

group = smsc
smsc = smpp
smsc-id = ours
host = 127.0.0.1
port = ${smsc}
transceiver-mode = true
smsc-username = kannel
smsc-password = secret
system-type = "WAP"
interface-version = 34
address-range = "${kannelNumber.slice(1)}"
enquire-link-interval = 1
throughput = 50

group = wapbox
bearerbox-host = 127.0.0.1
syslog-level = none

group = ppg
ppg-url = /wappush
ppg-port = ${ppg}
concurrent-pushes = 10
trusted-pi = false
users = 16
ppg-allow-ip = "127.0.0.1"
service-name = ppg
default-smsc = ours

group = wap-push-user
wap-push-user = foo
ppg-username = foo
ppg-password = bar
allow-ip = "127.0.0.1"

group = smsbox
bearerbox-host = 127.0.0.1
`;

const pap = (id: string) => `<?xml version="1.0"?>
<!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP 1.0//EN" "http://www.wapforum.org/DTD/pap_1.0.dtd">
<pap><push-message push-id="${id}"><address address-value="WAPPUSH=${msisdn}/TYPE=PLMN@ppg.example.com"></address><quality-of-service delivery-method="unconfirmed" network="GSM" network-required="true" bearer="SMS" bearer-required="true"></quality-of-service></push-message></pap>
`;
const si = (text: string) => `<?xml version="1.0"?>
<!DOCTYPE si PUBLIC "-//WAPFORUM//DTD SI 1.0//EN" "http://www.wapforum.org/DTD/si.dtd">
<si><indication href="http://shop.example/" si-id="1">${text}</indication></si>
`;

describeWithPeers(
  "Kannel's push proxy through our message centre",
  ['bearerbox', 'wapbox', 'test_ppg'],
  ({ bearerbox, wapbox, test_ppg }) => {
    let centre: MessageCentre;
    let phone: Phone;
    let ppg = 0;
    let folder: ReturnType<typeof temporaryFolder>;
    const boxes: Running[] = [];
    const events: TerminalEvent[] = [];
    const passed: MessageCentreEvent[] = [];

    before(async function () {
      this.timeout(60_000);
      folder = temporaryFolder();
      centre = await openMessageCentre({
        host: '127.0.0.1',
        port: 0,
        accounts: [{ systemId: 'kannel', password: 'secret', addresses: [] }],
        observe: (event) => passed.push(event),
      });
      const bearer = await openSmpp({
        host: '127.0.0.1',
        port: centre.local.port,
        systemId: msisdn.slice(1),
        password: '',
        address: msisdn,
      });
      phone = await startPhone({
        sms: { bearer, gateway: kannelNumber },
        msisdn,
        scheduler: realScheduler,
        random: seededRandom(1),
        watch: (event) => events.push(event),
      });
      const [admin = 0, smsbox = 0, wap = 0, push = 0] = await freePorts(4);
      ppg = push;
      writeFileSync(
        join(folder.path, 'kannel.conf'),
        configuration(admin, smsbox, wap, ppg, centre.local.port),
      );
      boxes.unshift(await start(bearerbox, ['-v', '0', 'kannel.conf'], folder.path, /bb_boxc/));
      boxes.unshift(await start(wapbox, ['-v', '0', 'kannel.conf'], folder.path, /Connected to Bearerbox/i));
      while (!centre.numbers().includes(kannelNumber)) await new Promise((resolve) => setImmediate(resolve));
    });
    after(async () => {
      for (const box of boxes) await box.stop();
      await phone?.close();
      await centre?.close();
      folder?.remove();
    });

    async function push(id: string, text: string): Promise<string> {
      writeFileSync(join(folder.path, 'content'), si(text));
      writeFileSync(join(folder.path, 'pap'), pap(id));
      const url = `http://127.0.0.1:${ppg}/wappush?username=foo&password=bar`;
      const { output } = await run(test_ppg, ['-a', 'ua', '-c', 'si', url, 'content', 'pap'], folder.path);
      return output;
    }

    async function arrived(): Promise<string> {
      for (;;) {
        const event = events.shift();
        if (event?.type === 'push') return event.text;
        if (event?.type === 'failed') throw new Error(event.text);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }

    it('binds under its number', () => {
      assert.ok(centre.numbers().includes(kannelNumber));
    });

    it('an SI in one message', async () => {
      assert.match(await push('1@example.com', 'One message'), /1 succeeded, 0 failed/);
      assert.equal(await arrived(), 'One message');
    });

    it('an SI in several messages', async () => {
      const text = 'A long one. '.repeat(25).trim();
      assert.match(await push('2@example.com', text), /1 succeeded, 0 failed/);
      assert.equal(await arrived(), text);
      // The terminal's last response is still on its way.
      while (centre.messages() > 0) await new Promise((resolve) => setImmediate(resolve));
      assert.ok(
        passed.filter((event) => event.type === 'message' && event.state === 'DELIVERED').length >= 4,
      );
    });
  },
);

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) =>
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address ? address.port : 0);
          }),
        ),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
