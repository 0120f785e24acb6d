/** The card in a virtual reader, read by other people's software for PKCS#15 cards: pcscd, vpcd and OpenSC. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes, verify, X509Certificate } from 'node:crypto';
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { runBeside } from '../cli/run.js';
import { describeWithPeers } from '../support/peers.js';
import { start as startWapstack, type Running as Wapstack } from '../support/wapstack.js';
import { lock, type Running, start, temporaryFolder } from './programs.js';

const names = ['pcscd', 'vpcd-config', 'opensc-tool', 'pkcs15-tool', 'pkcs15-crypt', 'openssl'] as const;

/** Where pcscd listens: compiled in. */
const SOCKET = '/run/pcscd/pcscd.comm';

const ATR = '3b:87:80:1f:c3:80:31:80:73:90:01:13:1b';

/** Longer than any of these programs needs, on a machine that does other things besides. */
const PATIENCE = 30_000;

/** OpenSC knows cards by their answer to reset. Ours is nobody's, so it has to be told which of its drivers to take: this
 * one sends the plain commands of ISO 7816-4 and -8. */
const openscConfiguration = `app default {
  card_atr ${ATR} { name = "wapstack WIM"; driver = "MaskTech"; }
  framework pkcs15 { use_file_caching = no; }
}
`;

interface Ended {
  readonly failed: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Two ports in a row that are free now: vpcd takes one for each of its two slots. */
async function freePorts(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? Math.min(address.port, 65_000) : 26_100;
}

function somebodyListens(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(SOCKET);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function mayListen(): boolean {
  for (const folder of ['/run/pcscd', '/run']) {
    try {
      accessSync(folder, constants.W_OK);
      return true;
    } catch {
      // not this one
    }
  }
  return false;
}

/** What prevents a pcscd of our own, in words. */
async function hindrance(): Promise<string | undefined> {
  if (await somebodyListens()) return 'another pcscd runs on this machine';
  return mayListen() ? undefined : 'only root may start pcscd';
}

describeWithPeers('The card in a virtual reader: PKCS#15 as OpenSC reads it', names, (paths) => {
  for (const algorithm of ['rsa', 'ecdsa'] as const) {
    describe(`keys: ${algorithm}`, function () {
      this.timeout(120_000);
      const folder = temporaryFolder();
      const file = (name: string) => join(folder.path, name);
      let release: (() => void) | undefined;
      let pcscd: Running | undefined;
      let served: Wapstack | undefined;

      /** Not `spawnSync`: pcscd talks all the time, and stops where nobody reads it. */
      function tool(name: (typeof names)[number], args: readonly string[]): Promise<Ended> {
        const env = { ...process.env, OPENSC_CONF: file('opensc.conf') };
        return new Promise((resolve) => {
          execFile(paths[name], args, { cwd: folder.path, timeout: PATIENCE, env }, (error, stdout, stderr) =>
            resolve({ failed: error !== null, stdout, stderr }),
          );
        });
      }

      /** Runs a tool that has to succeed. */
      async function ask(name: (typeof names)[number], ...args: readonly string[]): Promise<string> {
        const { failed, stdout, stderr } = await tool(name, args);
        assert.ok(!failed, `${name} ${args.join(' ')}\n${stdout}\n${stderr}`);
        return stdout;
      }

      before(async function () {
        release = await lock('pcscd');
        const reason = await hindrance();
        if (reason !== undefined) {
          this.test?.parent?.eachTest((test) => {
            test.title += ` (not run: ${reason})`;
          });
          this.skip();
        }
        const port = await freePorts();
        writeFileSync(file('opensc.conf'), openscConfiguration);
        writeFileSync(
          file('reader.conf'),
          [
            'FRIENDLYNAME "wapstack test"',
            `DEVICENAME /dev/null:${port}`,
            'LIBPATH /usr/lib/pcsc/drivers/serial/libifdvpcd.so',
            `CHANNELID ${port}`,
            '',
          ].join('\n'),
        );
        writeFileSync(file('pin'), '2345\n1234\n87654321\n');
        const made = await runBeside('wim', [
          'create',
          '--out',
          file('card'),
          '--pin-file',
          file('pin'),
          '--algorithm',
          algorithm,
        ]);
        assert.equal(made.status, 0, made.stderr);
        pcscd = await start(
          paths.pcscd,
          ['--foreground', '--debug', '--config', file('reader.conf')],
          folder.path,
          /daemon ready/,
        );
        served = startWapstack('wim', 'serve', file('card'), '--port', String(port), '--trace');
        await served.said(/the card is in the reader/);
        // pcscd looks for cards a few times a second.
        for (let tries = 0; (await tool('opensc-tool', ['--atr'])).failed; tries += 1) {
          assert.ok(tries < 40, `pcscd sees no card\n${pcscd.output().slice(-2000)}`);
        }
      });

      after(async () => {
        const ended = await served?.stop();
        await pcscd?.stop();
        release?.();
        folder.remove();
        if (ended !== undefined) assert.equal(ended.status, 0, ended.stderr);
      });

      const keyHash = async (label: string): Promise<string> =>
        JSON.parse((await runBeside('wim', ['show', file('card'), '--json'])).stdout).keys.find(
          (key: { label: string }) => key.label === label,
        ).keyHash;

      it('is there, with its answer to reset', async () => {
        assert.match(await ask('opensc-tool', '--list-readers'), /^0 +Yes .*wapstack test/m);
        assert.equal((await ask('opensc-tool', '--atr')).trim(), ATR);
      });

      it('is selected by its AID and read with the commands of WAP-260 §11.3, through a real reader', async () => {
        const said = await ask(
          'opensc-tool',
          '--send-apdu',
          '00A404000CA0000000635741502D57494D',
          '--send-apdu',
          '80A40000025031',
          '--send-apdu',
          '80B0000002',
          '--send-apdu',
          '80B2000002',
        );
        assert.deepEqual(
          [...said.matchAll(/SW1=0x(..), SW2=0x(..)/g)].map(([, sw1, sw2]) => `${sw1}${sw2}`),
          ['9000', '9000', '9000', '6D00'],
        );
      });

      it('pkcs15-tool --dump: TokenInfo, keys, PINs, certificates and data objects are all understood', async () => {
        const dump = await ask('pkcs15-tool', '--dump');
        assert.match(dump, /^PKCS#15 Card \[WIM 1\.0 wapstack\]:$/m);
        assert.match(dump, /Manufacturer ID: wapstack/);
        assert.match(dump, /^PIN \[PIN-G/m);
        assert.match(dump, /^PIN \[PIN Signature/m);
        assert.match(
          dump,
          algorithm === 'rsa' ? /^Private RSA Key \[Signature/m : /^Private EC Key \[Signature/m,
        );
        assert.match(dump, /Usage +: \[0x200\], nonRepudiation/);
        assert.match(dump, /sensitive, alwaysSensitive, neverExtract/);
        assert.match(dump, new RegExp(`ID +: ${await keyHash('Signature')}`));
        assert.match(dump, /^X\.509 Certificate \[wapstack root/m);
        assert.match(dump, /applicationOID: +2\.23\.43\.1\.2\.2/);
      });

      // Of keys on curves OpenSC reads the directory only: it knows none of the curves of 2001, and takes no certificate on one.
      if (algorithm === 'rsa') {
        it('verifies a PIN; a wrong one costs a try, which is on the disk before the answer is heard', async () => {
          await ask('pkcs15-tool', '--verify-pin', '--auth-id', '02', '--pin', '1234');
          const wrong = await tool('pkcs15-tool', ['--verify-pin', '--auth-id', '02', '--pin', '9999']);
          assert.ok(wrong.failed);
          const triesLeft = async () =>
            JSON.parse((await runBeside('wim', ['show', file('card'), '--json'])).stdout).pins[0].triesLeft;
          assert.equal(await triesLeft(), 2);
          await ask('pkcs15-tool', '--verify-pin', '--auth-id', '02', '--pin', '1234');
          assert.equal(await triesLeft(), 3);
        });

        it('changes a PIN with the command of WAP-260 §11.3.4.4, and OpenSC verifies the new one', async () => {
          const digits = { '1234': '31323334FFFFFFFF', '24680': '3234363830FFFFFF' } as const;
          const change = async (from: keyof typeof digits, to: keyof typeof digits) => {
            const select = [
              '--send-apdu',
              '00A404000CA000000063504B43532D3135',
              '--send-apdu',
              '80A40000025300',
            ];
            const said = await ask(
              'opensc-tool',
              ...select,
              '--send-apdu',
              `8024000B10${digits[from]}${digits[to]}`,
            );
            assert.match(said, /SW1=0x90, SW2=0x00\)?\s*$/);
          };
          await change('1234', '24680');
          const old = await tool('pkcs15-tool', ['--verify-pin', '--auth-id', '02', '--pin', '1234']);
          assert.ok(old.failed);
          await ask('pkcs15-tool', '--verify-pin', '--auth-id', '02', '--pin', '24680');
          await change('24680', '1234');
        });

        it('the certificate it reads is the one that the card has', async () => {
          const id = await keyHash('Signature');
          assert.match(await ask('pkcs15-tool', '--list-certificates'), new RegExp(`ID +: ${id}`));
          const read = new X509Certificate(await ask('pkcs15-tool', '--read-certificate', id));
          const own = new X509Certificate(
            (await runBeside('wim', ['show', file('card'), '--certificate'])).stdout,
          );
          assert.equal(read.fingerprint256, own.fingerprint256);
          const root = new X509Certificate(readFileSync(file('card.ca.pem')));
          assert.ok(read.verify(root.publicKey));
        });

        it('pkcs15-crypt signs with the non-repudiation key, and the signature is right', async () => {
          const text = randomBytes(64);
          writeFileSync(file('text'), text);
          await ask('openssl', 'dgst', '-sha1', '-binary', '-out', 'digest', 'text');
          const id = await keyHash('Signature');
          const args = [
            '--sign',
            '--sha-1',
            '--pkcs1',
            '--key',
            id,
            '--input',
            'digest',
            '--output',
            'signature',
          ];
          await ask('pkcs15-crypt', ...args, '--pin', '2345');
          const { publicKey } = new X509Certificate(
            (await runBeside('wim', ['show', file('card'), '--certificate'])).stdout,
          );
          assert.ok(verify('sha1', text, publicKey, readFileSync(file('signature'))));
        });

        it('no PIN, no signature', async () => {
          writeFileSync(file('digest'), randomBytes(20));
          const id = await keyHash('Signature');
          const args = ['--sign', '--sha-1', '--pkcs1', '--key', id, '--input', 'digest', '--output', 'none'];
          assert.ok((await tool('pkcs15-crypt', [...args, '--pin', '1111'])).failed);
        });
      }

      if (algorithm === 'rsa')
        it('prints what passed, and no PIN', async () => {
          const { stderr } = served?.output() ?? { stderr: '' };
          assert.match(stderr, /^VERIFY 00 0b Lc=8 channel 0: Normal ending \(9000\)$/m);
          assert.doesNotMatch(stderr, /31323334|1234/);
        });
    });
  }
});
