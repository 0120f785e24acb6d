/** The gateway with its message centre, and a terminal on short messages, as processes of their own. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig } from '../../src/config.js';
import { type Origin, startOrigin } from '../gateway/origin.js';
import { type Running, start } from '../support/wapstack.js';
import { temporaryFolder } from './programs.js';

const PORT_BASE = 25_500;
const SMSC_PORT = 25_600;
const gatewayNumber = '+33600000001';
const msisdn = '+33612345672';

describe('wapstack gateway and wapstack terminal --bearer sms', () => {
  const folder = temporaryFolder();
  const config = join(folder.path, 'wapstack.json');
  const running: Running[] = [];
  let origin: Origin;

  before(async () => {
    origin = await startOrigin();
    writeFileSync(
      config,
      JSON.stringify({
        gateway: { portBase: PORT_BASE },
        push: { subscribers: { [msisdn]: 'sms:' } },
        smsc: {
          port: SMSC_PORT,
          systemId: 'gateway',
          password: 'secret',
          address: gatewayNumber,
          serve: true,
          terminalPassword: 'sim',
        },
      }),
    );
  });
  after(async () => {
    for (const each of running) await each.stop();
    await origin.close();
    folder.remove();
  });

  const terminal = (...more: string[]) =>
    start(
      'terminal',
      '--bearer',
      'sms',
      '--smsc',
      `127.0.0.1:${SMSC_PORT}`,
      '--gateway',
      gatewayNumber,
      ...more,
    );

  it('a deck and a push come over short messages', async () => {
    const gateway = start('gateway', '--config', config);
    running.push(gateway);
    await gateway.said(/WSP over short messages at \+33600000001, message centre 127\.0\.0\.1:25600/);
    const phone = terminal('--msisdn', msisdn, '--smsc-password', 'sim', `${origin.url}/deck.wml`);
    running.push(phone);
    await phone.said(/Hello[\s\S]*WAP/);
    const push = start(
      'push',
      '--ppg',
      `http://127.0.0.1:${PORT_BASE + 80}/pap`,
      '--to',
      msisdn,
      '--si',
      'Your parcel is here',
      '--href',
      `${origin.url}/deck.wml`,
    );
    assert.equal((await push.ended).status, 0);
    await phone.said(/Your parcel/);
    phone.process.stdin.write('quit\n');
    assert.equal((await phone.ended).status, 0);
  });

  it('the section of the configuration names its mistakes', () => {
    assert.throws(
      () => parseConfig({ smsc: { systemId: 'a name that is too long', address: '33600000001' } }, 'x.json'),
      /smsc\.systemId[\s\S]*smsc\.address/,
    );
    const { smsc } = parseConfig({ smsc: { systemId: 'gateway', address: gatewayNumber } }, 'x.json');
    assert.deepEqual(
      [smsc?.host, smsc?.port, smsc?.carriage, smsc?.serve],
      ['127.0.0.1', 2775, 'data_sm', false],
    );
  });

  it('what is missing or wrong is said in a line', async () => {
    const cases: readonly [args: string[], text: RegExp, status: number][] = [
      [[], /--bearer sms needs --msisdn/, 2],
      [['--msisdn', msisdn, '--gateway', '127.0.0.1'], /--gateway is a number/, 2],
      [['--msisdn', msisdn, '--smsc-password', 'wrong'], /refused: ESME_RINVPASWD/, 1],
      [['--msisdn', msisdn, '--smsc', '127.0.0.1:25699'], /127\.0\.0\.1:25699.*ECONNREFUSED/, 1],
    ];
    for (const [args, text, status] of cases) {
      const ended = await terminal(...args).ended;
      assert.match(ended.stderr, text);
      assert.equal(ended.status, status, ended.stderr);
    }
  });
});
