import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { realScheduler } from '../../src/bearer/index.js';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import { type Phone, startPhone } from '../../src/terminal/phone.js';
import { secureService } from '../../src/terminal/ways.js';
import { decodeConnectivity } from '../../src/wap/provisioning/index.js';
import { seededRandom } from '../../src/wap/random.js';
import { bankDocument } from '../support/navigation.js';
import { certified, rsaAuthority, rsaKey } from '../wap/wtls/parties.js';
import { freePort, gatewayOf, host, until } from './secure-gateway.js';

describe('The way to a subordinate pull proxy (WAP-187 §9.4)', () => {
  const closers: (() => unknown)[] = [];
  let requests: IncomingMessage[] = [];

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    requests = [];
  });

  /** A bank whose origin sends terminals to its own proxy, which proves itself as `commonName`. */
  async function bankOf(
    commonName: string,
  ): Promise<{ phone: Phone; url: string; bank: Awaited<ReturnType<typeof gatewayOf>> }> {
    const identities = [certified(rsaAuthority(), rsaKey('gateway'), `Proxy; Bank; FI; ${commonName}`)];
    const bank = await gatewayOf({ identities });
    closers.push(() => bank.services.close());
    const document = bankDocument({ domain: host })
      .replace('value="192.0.2.3"', `value="${host}"`)
      .replace('value="9203"/>', `value="${bank.port}"/><parm name="SERVICE" value="CO-SEC-WSP"/>`);
    const origin: Server = createServer((request, response) => {
      requests.push(request);
      response
        .writeHead(300, { 'Content-Type': 'text/vnd.wap.connectivity-xml', 'Cache-Control': 'max-age=600' })
        .end(document);
    });
    await new Promise<void>((resolve) => origin.listen(0, host, () => resolve()));
    closers.push(() => {
      origin.closeAllConnections();
      return new Promise((resolve) => origin.close(resolve));
    });
    const master: Gateway = await startGateway({ portBase: 0 });
    closers.push(() => master.close());
    const phone = await startPhone({
      host,
      pushPort: await freePort(),
      gateway: { host, port: master.ports.session },
      scheduler: realScheduler,
      random: seededRandom(1, 'phone'),
      security: { trusted: [rsaAuthority().trust] },
    });
    closers.push(() => phone.close());
    const address = origin.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return { phone, url: `http://${host}:${port}/account`, bank };
  }

  it('[E2E-C-004] [E2E-C-011] the phone says that it takes navigation documents, and follows one over WTLS', async () => {
    const { phone, url, bank } = await bankOf('proxy.bank.example');
    phone.terminal.open(url);
    await until(phone.terminal, (text) => text.includes('17 euro'));
    assert.match(requests[0]?.headers.accept ?? '', /application\/vnd\.wap\.connectivity-wbxml/);
    assert.deepEqual(
      bank.requests.map(({ method, uri, secure }) => [method, uri, secure]),
      [['GET', url, true]],
    );
    assert.equal(phone.terminal.screen().wtlsClass, 2);
  });

  it('[E2E-C-012] a proxy whose certificate is not of PROXY-PROVIDER-ID gets no request', async () => {
    const { phone, url, bank } = await bankOf('evil.example');
    phone.terminal.open(url);
    const text = await until(phone.terminal, (it) => it.includes('certificate'));
    assert.match(text.replace(/\s+/g, ' '), /the certificate is not for proxy\.bank\.example/);
    assert.deepEqual(bank.requests, []);
  });
});

describe('Services of a proxy (WAP-183 §5.6.4)', () => {
  const port = (number: number, service = '') =>
    `<characteristic type="PORT"><parm name="PORTNBR" value="${number}"/>${service && `<parm name="SERVICE" value="${service}"/>`}</characteristic>`;
  const proxy = (ports: string) => {
    const [found] = decodeConnectivity(bankDocument().replace(port(9203), ports)).proxies;
    return found ?? assert.fail('no proxy');
  };
  const gateway = (number: number) => ({ host: '192.0.2.3', port: number });

  // biome-ignore format: a line is a row
  const cases: readonly (readonly [string, string, number, 'cl' | 'co'])[] = [
    ['a registered port says what it is for', port(9202), 9202, 'cl'],
    ['sessions before datagrams', port(9202) + port(9203), 9203, 'co'],
    ['a service that is said goes before what is registered', port(9203, 'CL-SEC-WSP'), 9203, 'cl'],
    ['any other port is for sessions', port(12345), 12345, 'co'],
    ['without ports, the registered one', '', 9203, 'co'],
  ];
  for (const [what, ports, number, mode] of cases) {
    it(what, () => assert.deepEqual(secureService(proxy(ports)), { gateway: gateway(number), mode }));
  }

  it('a proxy without WTLS is none for this', () => {
    for (const ports of [port(9200), port(9201), port(1, 'CO-WSP')])
      assert.throws(() => secureService(proxy(ports)), /Bank has no secure service on IP/);
    const [other] = decodeConnectivity(bankDocument().replace('IPV4', 'E164')).proxies;
    assert(other);
    assert.throws(() => secureService(other), /no secure service on IP/);
  });
});
