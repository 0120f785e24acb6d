/** Kannel's push initiator, test_ppg, before our push proxy. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bearer, openUdp } from '../../src/bearer/index.js';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import { toHex } from '../../src/wap/octets.js';
import { describeWithPeers } from '../support/peers.js';
import { run, temporaryFolder } from './programs.js';

const pap = `<?xml version="1.0"?>
<!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP 1.0//EN" "http://www.wapforum.org/DTD/pap_1.0.dtd">
<pap><push-message push-id="ID"><address address-value="WAPPUSH=+358408676001/TYPE=PLMN@ppg.example.com"></address><quality-of-service delivery-method="unconfirmed"></quality-of-service></push-message></pap>
`;
const si = `<?xml version="1.0"?>
<!DOCTYPE si PUBLIC "-//WAPFORUM//DTD SI 1.0//EN" "http://www.wapforum.org/DTD/si.dtd">
<si><indication href="http://a.com/" si-id="1">hi</indication></si>
`;
const sl = `<?xml version="1.0"?>
<!DOCTYPE sl PUBLIC "-//WAPFORUM//DTD SL 1.0//EN" "http://www.wapforum.org/DTD/sl.dtd">
<sl href="http://a.com/"/>
`;

describeWithPeers('test_ppg before our push proxy', ['test_ppg'], ({ test_ppg }) => {
  let terminal: Bearer;
  let gateway: Gateway;
  let folder: ReturnType<typeof temporaryFolder>;
  const arrived: string[] = [];
  let count = 0;

  before(async () => {
    folder = temporaryFolder();
    terminal = await openUdp({ host: '127.0.0.1', port: 0 });
    terminal.onDatagram((received) => {
      if (received.type === 'Datagram') arrived.push(toHex(received.octets));
    });
    gateway = await startGateway({
      portBase: 0,
      push: { subscribers: {}, defaultAddress: `127.0.0.1:${terminal.local.port}` },
    });
  });
  after(async () => {
    await gateway.close();
    await terminal.close();
    folder.remove();
  });

  async function push(qualifier: string, content: string, ...args: string[]): Promise<string> {
    writeFileSync(join(folder.path, 'content'), content);
    writeFileSync(join(folder.path, 'pap'), pap.replace('ID', `${++count}@example.com`));
    const { output } = await run(
      test_ppg,
      [...args, '-c', qualifier, gateway.papUrl ?? '', 'content', 'pap'],
      folder.path,
    );
    return output;
  }

  /** The next push at the terminal, without its transaction id. */
  async function next(): Promise<string> {
    while (arrived.length === 0) await new Promise((resolve) => setImmediate(resolve));
    return (arrived.shift() ?? '').slice(2);
  }

  it('[SI-PPG-S-001] [SI-PPG-S-003] an SI is accepted and arrives in binary form', async () => {
    const output = await push('si', si);
    assert.match(output, /1001/);
    assert.match(output, /1 succeeded, 0 failed/);
    // The application http://www.wiral.com:wml.ua, which test_ppg names, is not registered: it goes over the air as text.
    assert.equal(
      await next(),
      '061eaeaf687474703a2f2f7777772e776972616c2e636f6d3a776d6c2e756100' +
        '03056a0045c60c036100851103310001036869000101',
    );
  });

  it('[SL-PPG-S-001] [SL-PPG-S-002] [SL-PPG-S-003] an SL is accepted and arrives in binary form', async () => {
    assert.match(await push('sl', sl), /1 succeeded, 0 failed/);
    assert.match(await next(), /^06[0-9a-f]{2}b0.*03066a0085090361008501$/);
  });

  it('[PPG-GEN-S-006] an application arrives as its number', async () => {
    assert.match(await push('si', si, '-a', 'mms', '-n'), /1 succeeded, 0 failed/);
    assert.match(await next(), /^0603aeaf84/);
  });

  it('an SI that is not well-formed is refused', async () => {
    assert.match(await push('si', '<si>'), /3006/);
  });
});
