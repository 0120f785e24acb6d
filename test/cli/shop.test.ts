import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readShopConfig, startConfiguredShop } from '../../src/cli/shop.js';
import { openStore } from '../../src/commerce/index.js';
import { encodePrivateKeyInfo, encodePublicKeyInfo, pem } from '../../src/wap/pki/index.js';
import { alice, authority, server } from '../commerce/world.js';

const command = new URL('../../src/cli/shop.js', import.meta.url);

const minimal = {
  ppg: { url: 'http://127.0.0.1:1/pap', toServices: false },
  caFile: 'ca.pem',
  certificateFile: 'shop.pem',
  keyFile: 'shop.key',
};

describe('wapstack shop', () => {
  let folder: string;
  let file: string;

  function configure(shop: object): string {
    writeFileSync(file, JSON.stringify({ gateway: {}, shop }));
    return file;
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wapstack-shop-'));
    file = join(folder, 'wapstack.json');
    const ca = pem('CERTIFICATE', authority.certificate.octets);
    writeFileSync(join(folder, 'ca.pem'), `an authority\n${ca}\n${ca}`);
    writeFileSync(join(folder, 'shop.pem'), pem('CERTIFICATE', server.certificate.octets));
    writeFileSync(join(folder, 'shop.key'), pem('PRIVATE KEY', encodePrivateKeyInfo(server.privateKey)));
    writeFileSync(join(folder, 'alice.pem'), pem('CERTIFICATE', alice.certificate.octets));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('fills in what the configuration leaves out', () => {
    assert.deepEqual(readShopConfig(configure(minimal)), {
      ...minimal,
      name: 'Wapstack Shop',
      host: '127.0.0.1',
      port: 8080,
      database: 'shop.sqlite',
      directory: { kind: 'sqlite' },
      signatureLife: 300,
      seal: false,
      secureCookies: false,
      framedBy: [],
      users: [],
    });
  });

  it('names what is wrong with the configuration', () => {
    const wrong: [shop: object, said: RegExp][] = [
      [{ ...minimal, prot: 1 }, /Unrecognized key: "prot"/],
      [{ ...minimal, port: 65_536 }, /→ at shop\.port/],
      [{ ...minimal, ppg: {} }, /→ at shop\.ppg\.url/],
      [{ ...minimal, directory: { kind: 'ldap', url: 'ldap://x' } }, /→ at shop\.directory\.baseDn/],
      [{}, /→ at shop\.caFile/],
    ];
    for (const [shop, said] of wrong)
      assert.throws(
        () => readShopConfig(configure(shop)),
        (error) => error instanceof Error && error.name === 'UsageError' && said.test(error.message),
      );
    writeFileSync(file, '{');
    assert.throws(() => readShopConfig(file), { name: 'UsageError', message: /is no JSON/ });
    writeFileSync(file, '{}');
    assert.throws(() => readShopConfig(file), { name: 'UsageError', message: /has no section "shop"/ });
  });

  it('writes the users of the configuration into the database, with the keys of their certificates', async () => {
    const person = { userId: 'alice', name: 'Alice', password: 'wonderland' };
    const users = [
      { ...person, telephone: '+33612345672', certificateFile: 'alice.pem' },
      { ...person, userId: 'bob' },
    ];
    const config = readShopConfig(configure({ ...minimal, port: 0, users }));
    const shop = await startConfiguredShop(config, folder, () => undefined);
    await shop.close();
    const store = openStore(join(folder, 'shop.sqlite'));
    assert.deepEqual(store.findRecord('alice'), {
      userId: 'alice',
      mobileDeviceId: '+33612345672',
      publicKey: encodePublicKeyInfo(alice.privateKey.publicKey),
      certificate: alice.certificate.octets.slice(),
    });
    assert.equal(store.findRecord('bob'), undefined);
    assert.equal(store.findUser('bob')?.name, 'Alice');
    store.close();
  });

  it('does not start with files or numbers that are none', async () => {
    const user = {
      userId: 'a',
      name: 'A',
      password: 'x',
      telephone: '0612345672',
      certificateFile: 'alice.pem',
    };
    const wrong: [shop: object, said: RegExp][] = [
      [{ ...minimal, caFile: 'shop.key' }, /has no CERTIFICATE/],
      [{ ...minimal, keyFile: 'shop.pem' }, /has no PRIVATE KEY/],
      [{ ...minimal, certificateFile: 'missing.pem' }, /cannot read .*missing\.pem: no such file/],
      [
        { ...minimal, users: [{ ...user, certificateFile: undefined }] },
        /a needs both telephone and certificateFile/,
      ],
      [{ ...minimal, users: [user] }, /0612345672 of a is no telephone number/],
    ];
    for (const [shop, said] of wrong) {
      const config = readShopConfig(configure({ ...shop, port: 0 }));
      await assert.rejects(
        startConfiguredShop(config, folder, () => undefined),
        said,
      );
    }
  });

  /** The command in a process of its own, and what it says on standard error up to its address. */
  async function run(
    ...args: string[]
  ): Promise<{ child: ChildProcess; url: string; ended: Promise<number | null> }> {
    const program = `import { shop } from ${JSON.stringify(command.href)}; await shop.parseAsync(process.argv.slice(1), { from: 'user' });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, '--', ...args], {
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve) => {
      child.on('exit', resolve);
    });
    let said = '';
    const url = await new Promise<string>((resolve, reject) => {
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const found = /shop at (\S+)\n/.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      });
      child.on('exit', () => reject(new Error(said)));
    });
    return { child, url, ended };
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`runs until ${signal}, at the port of the command line`, async () => {
      const { child, url, ended } = await run('--config', configure({ ...minimal, port: 1 }), '--port', '0');
      const page = await fetch(`${url}/login`, { headers: { Connection: 'close' } });
      assert.match(await page.text(), /<h1>Log in<\/h1>/);
      child.kill(signal);
      assert.equal(await ended, 0);
    });
  }
});
