/** curl as a client of PAP: passwords, certificates made by openssl, queries and cancellations. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bearer, openUdp } from '../../src/bearer/index.js';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import { toHex } from '../../src/wap/octets.js';
import { describeWithPeers } from '../support/peers.js';
import { run, temporaryFolder } from './programs.js';

const doctype =
  '<?xml version="1.0"?><!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP 2.0//EN" "http://www.wapforum.org/DTD/pap_2.0.dtd">';
const address = '<address address-value="WAPPUSH=127.0.0.1/TYPE=IPv4@ppg.example.com"/>';
const later = 'deliver-after-timestamp="2099-01-01T00:00:00Z"';

describeWithPeers('curl before our push proxy', ['curl', 'openssl'], ({ curl, openssl }) => {
  let folder: ReturnType<typeof temporaryFolder>;
  let terminal: Bearer;
  let plain: Gateway;
  let secure: Gateway;
  const arrived: string[] = [];

  async function ssl(...args: string[]): Promise<string> {
    const { code, output } = await run(openssl, args, folder.path);
    assert.equal(code, 0, output);
    return output;
  }

  /** A certificate, by an authority where one is named. */
  async function certificate(name: string, subject: string, issuer?: string): Promise<void> {
    const by = issuer === undefined ? [] : ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`];
    const own = ['-subj', subject, '-addext', 'subjectAltName=IP:127.0.0.1'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`];
    await ssl('req', '-x509', ...key, '-out', `${name}.pem`, '-days', '2', ...own, ...by);
  }

  before(async function () {
    this.timeout(60_000);
    folder = temporaryFolder();
    terminal = await openUdp({ host: '127.0.0.1', port: 0 });
    terminal.onDatagram((received) => {
      if (received.type === 'Datagram') arrived.push(toHex(received.octets));
    });
    const subscribers = { '127.0.0.1': `127.0.0.1:${terminal.local.port}` };
    const account = { name: 'shop', password: 'secret', trusted: true };
    plain = await startGateway({ portBase: 0, push: { subscribers, initiators: [account] } });
    await certificate('server', '/CN=ppg');
    await certificate('authority', '/CN=authority');
    await certificate('shop', '/O=Example/CN=shop', 'authority');
    await certificate('known', '/CN=whatever');
    await certificate('forged', '/O=Example/CN=shop');
    const fingerprint = await ssl('x509', '-in', 'known.pem', '-noout', '-fingerprint', '-sha256');
    const read = (name: string) => readFileSync(join(folder.path, name), 'utf8');
    secure = await startGateway({
      portBase: 0,
      push: {
        subscribers,
        tls: { certificate: read('server.pem'), key: read('server.key'), ca: read('authority.pem') },
        initiators: [
          { name: 'shop', subject: 'O=Example,CN=shop', trusted: true },
          { name: 'known', fingerprint: /=([0-9A-F:]+)/.exec(fingerprint)?.[1] ?? '' },
        ],
      },
    });
  });
  after(async () => {
    await plain.close();
    await secure.close();
    await terminal.close();
    folder.remove();
  });

  /** Posts a document, with content where there is some; the HTTP status and the body. */
  async function post(gateway: Gateway, pap: string, content?: string, ...args: string[]): Promise<string> {
    writeFileSync(join(folder.path, 'pap.xml'), `${doctype}<pap>${pap}</pap>`);
    if (content !== undefined) writeFileSync(join(folder.path, 'content'), content);
    // curl writes multipart/form-data of its own accord; its parts are the same.
    const body =
      content === undefined
        ? ['--data-binary', '@pap.xml', '-H', 'Content-Type: application/xml']
        : ['-F', 'pap=@pap.xml;type=application/xml', '-F', 'content=@content;type=text/vnd.wap.si'].concat([
            '-H',
            'Content-Type: multipart/related',
          ]);
    const { output } = await run(
      curl,
      ['-sS', '-w', ' %{http_code}', ...body, ...args, gateway.papUrl ?? ''],
      folder.path,
    );
    return output;
  }

  const push = (id: string, more = '') => `<push-message push-id="${id}" ${more}>${address}</push-message>`;
  const si = '<si><indication href="http://a.com/" si-id="1">hi</indication></si>';
  const shop = ['-u', 'shop:secret'];
  const certified = (name: string) => [
    '--cacert',
    'server.pem',
    '--cert',
    `${name}.pem`,
    '--key',
    `${name}.key`,
  ];

  it('[PAP-OPS-S-001] a push is accepted and arrives; its status is asked for; the push-id is used up', async () => {
    assert.match(await post(plain, push('1'), si, ...shop), /response-result code="1001".* 202$/s);
    while (arrived.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.match(arrived.shift() ?? '', /03056a0045c60c036100851103310001036869000101$/);
    const status = await post(plain, '<statusquery-message push-id="1"/>', undefined, ...shop);
    assert.match(
      status,
      /statusquery-result event-time="[\dTZ:-]+" message-state="delivered" code="1000".* 202$/,
    );
    assert.match(await post(plain, push('1'), si, ...shop), /code="2007"/);
  });

  it('[PAP-OPS-S-003] one that is still to be delivered is cancelled', async () => {
    assert.match(await post(plain, push('2', later), si, ...shop), /code="1001"/);
    const cancelled = await post(plain, '<cancel-message push-id="2"/>', undefined, ...shop);
    assert.match(cancelled, /<cancel-result code="1000" desc="OK"><address address-value="WAPPUSH=127/);
    const status = await post(plain, '<statusquery-message push-id="2"/>', undefined, ...shop);
    assert.match(status, /message-state="cancelled" code="1000"/);
  });

  it('[PAP-OPS-S-005] capabilities that nobody knows are not available', async () => {
    assert.match(
      await post(plain, `<ccq-message>${address}</ccq-message>`, undefined, ...shop),
      /code="3008"/,
    );
  });

  it('without the password nobody is let in', async () => {
    assert.match(await post(plain, push('3'), si, '-u', 'shop:wrong'), /401$/);
    assert.match(await post(plain, push('3'), si), /401$/);
  });

  it('[OTA-WSP-S-007] a certificate of the trusted authority names its initiator, whom the terminal is told to trust', async () => {
    assert.match(await post(secure, push('4'), si, ...certified('shop')), /code="1001".* 202$/s);
    while (arrived.length === 0) await new Promise((resolve) => setImmediate(resolve));
    // Push-Flag (0x34): trusted.
    assert.match(arrived.shift() ?? '', /b482.*03056a00/);
  });

  it('a certificate is known by its fingerprint, whoever issued it; its initiator may ask about its own messages only', async () => {
    const mine = await post(secure, push('5', later), si, ...certified('known'));
    assert.match(mine, /code="1001"/);
    const query = '<statusquery-message push-id="4"/>';
    assert.match(await post(secure, query, undefined, ...certified('known')), /code="2001"/);
    assert.match(await post(secure, query, undefined, ...certified('shop')), /code="1000"/);
  });

  it('a certificate with the right subject from nobody, or none, is not let in', async () => {
    assert.match(await post(secure, push('6'), si, ...certified('forged')), /403$/);
    assert.match(await post(secure, push('6'), si, '--cacert', 'server.pem'), /403$/);
  });
});
