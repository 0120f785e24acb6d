/** tshark reads what passes between our terminal and our gateway. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bearer, openUdp } from '../../src/bearer/index.js';
import { createPcapng } from '../../src/capture/pcapng.js';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import { openWapClient } from '../../src/terminal/fetch.js';
import { concat, encodeUtf8 } from '../../src/wap/octets.js';
import { encodePap } from '../../src/wap/push/index.js';
import { type Origin, startOrigin } from '../gateway/origin.js';
import { describeWithPeers } from '../support/peers.js';
import { run, temporaryFolder } from './programs.js';

// The older public identifier: tshark takes the number of CHANNEL 1.2 (WAP-192 §7.2) for that of another document type.
const channel =
  '<!DOCTYPE channel PUBLIC "-//WAPFORUM//DTD CHANNEL 1.1//EN" "http://www.wapforum.org/DTD/channel11.dtd">' +
  '<channel maxspace="1024" base="http://a.com/"><title>Sign</title><resource href="s.wml"/></channel>';

const ordinary = { priority: 'medium', bearerRequired: false, networkRequired: false } as const;

describeWithPeers('tshark on captures of the gateway', ['tshark'], ({ tshark }) => {
  let origin: Origin;
  let gateway: Gateway;
  let terminal: Bearer;
  let folder: ReturnType<typeof temporaryFolder>;
  const capture: Uint8Array[] = [];

  before(async () => {
    folder = temporaryFolder();
    origin = await startOrigin();
    terminal = await openUdp({ host: '127.0.0.1', port: 0 });
    const pcap = createPcapng((octets) => capture.push(octets));
    gateway = await startGateway({
      portBase: 0,
      tap: ({ at, datagram }) => pcap.udp(at, datagram),
      push: { subscribers: {}, defaultAddress: `127.0.0.1:${terminal.local.port}` },
    });
    for (const mode of ['cl', 'co'] as const) {
      const port = mode === 'cl' ? gateway.ports.connectionless : gateway.ports.session;
      const client = await openWapClient({
        gateway: { host: '127.0.0.1', port },
        mode,
        headers: [
          {
            name: 'Accept',
            value: 'application/vnd.wap.wmlc, application/vnd.wap.wmlscriptc, text/plain;q=0.5',
          },
          { name: 'User-Agent', value: 'wapstack' },
        ],
      });
      for (const path of ['/deck.wml', '/script.wmls', '/redirect', '/cookie', '/nothing', '/big'])
        await client.request({ method: 'GET', url: origin.url + path });
      const headers = [{ name: 'Content-Type', value: 'text/plain' }];
      await client.request({ method: 'POST', url: `${origin.url}/echo`, headers, body: encodeUtf8('a=1') });
      await client.close();
    }
    for (const [pushId, type, content, deliveryMethod] of [
      [
        '1',
        'text/vnd.wap.si',
        '<si><indication href="http://a.com/" created="2001-02-03T04:05:06Z">hi</indication></si>',
      ],
      ['2', 'text/vnd.wap.sl', '<sl href="http://a.com/"/>'],
      ['3', 'text/vnd.wap.co', '<co><invalidate-service uri="http://a.com/"/></co>'],
      ['4', 'text/vnd.wap.channel', channel],
      // Nobody has a session: what goes out is a request for one.
      ['5', 'text/vnd.wap.sl', '<sl href="http://a.com/"/>', 'confirmed'],
    ] as const) {
      const arrived = new Promise((resolve) => terminal.onDatagram(resolve));
      const control = encodePap({
        type: 'push-message',
        pushId,
        replaceMethod: 'all',
        progressNotesRequested: false,
        addresses: ['WAPPUSH=a/TYPE=USER@ppg'],
        ...(deliveryMethod && { qualityOfService: { ...ordinary, deliveryMethod } }),
      });
      await fetch(gateway.papUrl ?? '', {
        method: 'POST',
        headers: { 'Content-Type': 'multipart/related; boundary=b' },
        body: `--b\r\n\r\n${control}\r\n--b\r\nContent-Type: ${type}\r\nX-Wap-Application-Id: x-wap-application:mms.ua\r\n\r\n${content}\r\n--b--`,
      });
      await arrived;
    }
    await gateway.close();
    writeFileSync(join(folder.path, 'gateway.pcapng'), concat(capture));
  });
  after(async () => {
    await terminal.close();
    await origin.close();
    folder.remove();
  });

  const read = async (...args: string[]) => {
    const { connectionless, session } = gateway.ports;
    const decodeAs = [
      `udp.port==${connectionless},wsp`,
      `udp.port==${session},wtp`,
      `udp.port==${terminal.local.port},wsp`,
      // It names no media type of channels, though it knows their elements.
      'media_type==application/vnd.wap.channelc,wbxml',
    ].flatMap((rule) => ['-d', rule]);
    const { code, output } = await run(
      tshark,
      ['-r', 'gateway.pcapng', ...decodeAs, ...args],
      folder.path,
      60_000,
    );
    assert.equal(code, 0, output);
    return output
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('Running as user'))
      .map((line) => line.trim());
  };

  it('no datagram is malformed, and no note is an error', async () => {
    assert.deepEqual(await read('-Y', '_ws.malformed || _ws.expert.severity == "Error"'), []);
  });

  it('it sees the methods, replies and pushes that were there', async () => {
    const types = await read('-Y', 'wsp', '-T', 'fields', '-e', 'wsp.pdu_type');
    const count = (type: string) => types.filter((each) => Number(each) === Number(type)).length;
    assert.equal(count('0x40'), 12);
    assert.equal(count('0x60'), 2);
    assert.equal(count('0x04'), 14);
    assert.equal(count('0x06'), 5);
    assert.equal(count('0x01'), 1);
    assert.equal(count('0x05'), 1);
  });

  it('[CO-PPG-S-002] [CO-PPG-S-003] it reads the indications, loads, cache operations, channels and session initiations of the pushes', async () => {
    const text = (await read('-Y', 'wsp.pdu_type == 6', '-V')).join('\n');
    assert.match(text, /application\/vnd\.wap\.sic/);
    assert.match(text, /application\/vnd\.wap\.slc/);
    assert.match(text, /application\/vnd\.wap\.coc/);
    assert.match(text, /<indication/);
    assert.match(text, /invalidate-service/);
    assert.match(text, /X-Wap-Application-Id: x-wap-application:mms\.ua/);
    assert.match(text, /Known Tag 0x05 +\(AC\) \| +<channel/);
    assert.match(text, /<resource/);
    assert.match(text, /'s\.wml'/);
    assert.match(text, /Session Initiation Request\nVersion: 1\n/);
    assert.match(text, /Accept-Application: x-wap-application:mms\.ua/);
  });
});
