/** tshark reads the short messages in a capture that `wapstack gateway --pcap` writes. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { openSmpp, realScheduler } from '../../src/bearer/index.js';
import { runGateway } from '../../src/cli/gateway.js';
import { startPhone } from '../../src/terminal/phone.js';
import { seededRandom } from '../../src/wap/random.js';
import { startOrigin } from '../gateway/origin.js';
import { temporaryFolder } from '../support/folder.js';
import { describeWithPeers } from '../support/peers.js';
import { run } from './programs.js';

const host = '127.0.0.1';
const port = 25_653;
const gatewayNumber = '+33600000001';
const msisdn = '+33600000002';

describeWithPeers('tshark on the short messages of wapstack gateway', ['tshark'], ({ tshark }) => {
  const inFolder = temporaryFolder();

  it('the binding and a request are in the capture, and nothing is malformed', async () => {
    const config = inFolder('gateway.json');
    const pcap = inFolder('gateway.pcapng');
    const smsc = {
      host,
      port,
      systemId: 'gateway',
      address: gatewayNumber,
      serve: true,
      carriage: 'submit_sm',
    };
    const store = inFolder('messages.sqlite');
    writeFileSync(config, JSON.stringify({ smsc: { ...smsc, store }, push: { port: 0 } }));
    const silent = { out: () => undefined, say: () => undefined, octets: () => undefined };
    const origin = await startOrigin();
    const running = await runGateway({ config, portBase: '0', pcap }, silent);
    try {
      const bearer = await openSmpp({
        host,
        port,
        systemId: msisdn.slice(1),
        password: '',
        address: msisdn,
      });
      await new Promise<void>((resolve, reject) => {
        startPhone({
          sms: { bearer, gateway: gatewayNumber },
          msisdn,
          scheduler: realScheduler,
          random: seededRandom(1),
          watch: ({ type }) => {
            if (type === 'answer') resolve();
            if (type === 'failed') reject(new Error(type));
          },
        }).then((phone) => {
          phone.terminal.open(`${origin.url}/deck.wml`);
          closing = () => phone.close();
        }, reject);
      });
    } finally {
      await closing();
      await running.close();
      await origin.close();
    }
    const read = async (...args: string[]) => {
      const smpp = ['-d', `tcp.port==${port},smpp`, '-o', 'gsm_sms_ud.port_number_udh_means_wsp:TRUE'];
      const { code, output } = await run(tshark, ['-r', pcap, ...smpp, ...args], inFolder(), 60_000);
      assert.equal(code, 0, output);
      return output.split('\n').filter((line) => line !== '' && !line.startsWith('Running as user'));
    };
    assert.deepEqual(await read('-Y', '_ws.malformed || _ws.expert.severity == "Error"'), []);
    const commands = (await read('-Y', 'smpp', '-T', 'fields', '-e', 'smpp.command_id'))
      .flatMap((line) => line.split(','))
      .map(Number);
    for (const id of [0x9, 0x80000009, 0x4, 0x80000004])
      assert.ok(commands.includes(id), `0x${id.toString(16)}`);
    assert.match(
      (await read('-V')).join('\n'),
      /Method: Get \(0x40\), URI: http:\/\/127\.0\.0\.1:\d+\/deck\.wml/,
    );
  });

  let closing: () => Promise<void> = () => Promise.resolve();
});
