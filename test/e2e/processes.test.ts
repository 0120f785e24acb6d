import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { Pc, prepareOrder } from '../../src/cli/demo/pc.js';
import { temporaryFolder } from '../support/folder.js';
import { type Running, run, start } from '../support/wapstack.js';

const PORT_BASE = 23300;
const SHOP_PORT = PORT_BASE + 8;
const PIN = '4711';
const user = { id: 'marie', name: 'Marie Laurent', password: 'corniche', msisdn: '+33612345672', pin: PIN };

describe('Gateway, shop and phone as processes of their own', function () {
  this.timeout(60_000);
  const file = temporaryFolder();
  const running: Running[] = [];

  async function done(...args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await run(...args);
    assert.equal(status, 0, `wapstack ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  before(async () => {
    await done('ca', 'create', '--out', file('ca'));
    writeFileSync(file('pin'), `${PIN}\n`);
    await done(
      'wim',
      'create',
      '--out',
      file('card'),
      '--pin-file',
      file('pin'),
      '--ca',
      file('ca'),
      '--subject',
      `CN=${user.name}, C=FR`,
    );
    writeFileSync(file('marie.pem'), await done('wim', 'show', '--certificate', file('card')));
    await done(
      'ca',
      'issue',
      '--ca',
      file('ca'),
      '--profile',
      'server',
      '--subject',
      'CN=Corner Shop, C=FR',
      '--key-out',
      file('shop.key'),
      '--out',
      file('shop.pem'),
    );
    const config = {
      gateway: { portBase: PORT_BASE, origins: { allow: ['127.0.0.1'] } },
      push: { subscribers: { [user.msisdn]: `127.0.0.1:${PORT_BASE + 4}` } },
      shop: {
        port: SHOP_PORT,
        ppg: { url: `http://127.0.0.1:${PORT_BASE + 80}/pap` },
        caFile: 'ca/ca.pem',
        certificateFile: 'shop.pem',
        keyFile: 'shop.key',
        users: [
          {
            userId: user.id,
            name: user.name,
            password: user.password,
            telephone: user.msisdn,
            certificateFile: 'marie.pem',
          },
        ],
      },
    };
    writeFileSync(file('wapstack.json'), JSON.stringify(config));
  });

  after(async () => {
    for (const each of running) await each.stop();
  });

  it('the same story works across them', async () => {
    const gateway = start('gateway', '--config', file('wapstack.json'), '--pcap', file('air.pcapng'));
    const shop = start('shop', '--config', file('wapstack.json'));
    const phone = start(
      'terminal',
      '--wim',
      file('card'),
      '--msisdn',
      user.msisdn,
      '--port-base',
      String(PORT_BASE),
      '--gateway',
      `127.0.0.1:${PORT_BASE + 1}`,
    );
    running.push(gateway, shop, phone);
    await Promise.all([
      gateway.said(/push access protocol on/),
      shop.said(/http:\/\/127\.0\.0\.1:23308/),
      phone.said(/< Select \|/),
    ]);

    const pc = new Pc(`http://127.0.0.1:${SHOP_PORT}`);
    const transaction = await prepareOrder(pc, user);
    const status = pc.submit(`/orders/${transaction}/approve`, {});
    const press = (...keys: readonly string[]): void => {
      for (const key of keys) phone.process.stdin.write(`${key}\n`);
    };
    await phone.said(/# New message\n[\s\S]*< Load \| Later >/);
    press('softLeft');
    await phone.said(/asks\s+you[\s\S]*Options \|/);
    press('softLeft', 'select');
    const [, shown] = await phone.said(/# \[card\] Sign this text\?\n([\s\S]*?)< Sign \| Cancel >/);
    assert.match(shown ?? '', new RegExp(`From: Corner Shop[\\s\\S]*Transaction\\s+${transaction}`));
    press('softLeft');
    await phone.said(/Enter the signature/);
    press(PIN, 'softLeft');
    await phone.said(/\nAccepted\n/);
    await status;
    assert.match(pc.text, /Signed: thank you for your order/);

    press('quit');
    assert.equal((await phone.ended).status, 0);
    assert.equal((await gateway.stop()).status, 0);
    assert.equal((await shop.stop()).status, 0);
    assert.ok(readFileSync(file('air.pcapng')).length > 3000);
  });

  it('the signature that the shop keeps is verified by wapstack verify, from its page', async () => {
    const shop = start('shop', '--config', file('wapstack.json'));
    running.push(shop);
    await shop.said(/http:\/\/127\.0\.0\.1:23308/);
    const pc = new Pc(`http://127.0.0.1:${SHOP_PORT}`);
    await pc.open('/');
    await pc.submit('/login', { userId: user.id, password: user.password });
    const { html } = await pc.open('/orders');
    const transaction = /\/orders\/(\d{4}-\d{4})"/.exec(html)?.[1];
    const { html: signedContent } = await pc.open(`/orders/${transaction}/signed-content/1`);
    writeFileSync(file('signed'), signedContent);
    const verdict = JSON.parse(await done('verify', file('signed'), '--ca', file('ca/ca.pem'), '--json')) as {
      valid: boolean;
      signer: { name: string };
      text: string;
    };
    assert.equal(verdict.valid, true);
    assert.equal(verdict.signer.name, user.name);
    assert.match(verdict.text, new RegExp(`Transaction ${transaction}`));
  });
});
