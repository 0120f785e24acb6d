import assert from 'node:assert/strict';
import { realScheduler } from '../../src/bearer/index.js';
import { clientAccounts } from '../../src/gateway/clients.js';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import { fetchWap } from '../../src/terminal/fetch.js';
import { type Phone, startPhone } from '../../src/terminal/phone.js';
import { decodeClientId } from '../../src/wap/client-id/index.js';
import { encodeUtf8, toBase64 } from '../../src/wap/octets.js';
import { seededRandom } from '../../src/wap/random.js';
import { decodeWml, formatWml } from '../../src/wap/wml/index.js';
import { headerValue } from '../../src/wap/wsp/index.js';
import { type Origin, startOrigin } from './origin.js';

const host = '127.0.0.1';
const id = '0042_operator.example';
const basic = (pair: string) => ({
  name: 'Proxy-Authorization',
  value: `Basic ${toBase64(encodeUtf8(pair))}`,
});

describe('Accounts of clients (RFC 2616 §14.34, WAP-196 §6.4)', () => {
  const identify = clientAccounts([
    { id, password: 'secret' },
    { id: '72001:db8::7', password: 'a:b' },
  ]);
  const cases = [
    ['the right pair', basic(`${id}:secret`), id],
    ['colons in both', basic('72001:db8::7:a:b'), '72001:db8::7'],
    ['a wrong password', basic(`${id}:Secret`), undefined],
    ['a password that goes on', basic(`${id}:secret2`), undefined],
    ['somebody else', basic('4336:secret'), undefined],
    ['another scheme', { name: 'Proxy-Authorization', value: 'Digest username="x"' }, undefined],
    ['no base 64', { name: 'Proxy-Authorization', value: 'Basic ***' }, undefined],
    ['the header for origins', { ...basic(`${id}:secret`), name: 'Authorization' }, undefined],
  ] as const;
  for (const [title, header, expected] of cases) {
    it(title, () => assert.equal(identify([header]), expected));
  }
});

describe('A gateway that wants to know its clients', () => {
  let origin: Origin;
  let gateway: Gateway;
  let at: { host: string; port: number };

  before(async () => {
    origin = await startOrigin();
    gateway = await startGateway({ portBase: 0, name: 'gw.example', clients: [{ id, password: 'secret' }] });
    at = { host, port: gateway.ports.session };
  });
  after(async () => {
    await gateway.close();
    await origin.close();
  });

  /** A handset that opens a deck; what is on its screen then. */
  async function show(password: string): Promise<string> {
    let phone: Phone | undefined;
    try {
      const came = new Promise<void>((resolve, reject) => {
        startPhone({
          host,
          pushPort: 0,
          gateway: at,
          scheduler: realScheduler,
          random: seededRandom(1),
          identity: { id: decodeClientId(encodeUtf8(id)), password },
          watch: ({ type }) => {
            if (type === 'answer' || type === 'failed') setImmediate(resolve);
          },
        }).then((started) => {
          phone = started;
          started.terminal.open(`${origin.url}/deck.wml`);
        }, reject);
      });
      await came;
      return phone?.terminal.text() ?? '';
    } finally {
      await phone?.close();
    }
  }

  it('[ClientID-C-001] [ClientID-C-002] [WAESpec-UAC-C-001] [WAESpec-UAC-C-002] [WAESpec-UAC-C-004] the handset says what it can show, and shows its Client ID when it is asked, and nobody behind the gateway learns it', async () => {
    assert.match(await show('secret'), /Hello WAP/);
    const { rawHeaders, headers } = origin.requests.at(-1) ?? {
      rawHeaders: [],
      headers: {} as Record<string, string>,
    };
    assert.match(
      headers.accept ?? '',
      /^application\/vnd\.wap\.wmlc, application\/vnd\.wap\.wmlscriptc, text\/plain/,
    );
    assert.equal(headers['accept-charset'], 'utf-8');
    assert.equal(headers['accept-language'], 'en');
    assert.equal(rawHeaders.join('\n').includes('operator.example'), false);
    assert.equal(/proxy-auth/i.test(rawHeaders.join('\n')), false);
  });

  it('who has a wrong password hears of it, and the origin of nothing', async () => {
    const before = origin.requests.length;
    assert.match(await show('guess'), /407 this\ngateway has to know\nwho you are/);
    assert.equal(origin.requests.length, before);
  });

  it('407 comes with a challenge and a deck, in both modes', async () => {
    const headers = [{ name: 'Accept', value: 'application/vnd.wap.wmlc' }];
    for (const [mode, port] of [
      ['co', gateway.ports.session],
      ['cl', gateway.ports.connectionless],
    ] as const) {
      const answer = await fetchWap({
        gateway: { host, port },
        mode,
        method: 'GET',
        url: `${origin.url}/deck.wml`,
        headers,
      });
      assert.equal(answer.status, 407);
      assert.equal(headerValue(answer.headers, 'Proxy-Authenticate'), 'Basic realm="gw.example"');
      assert.match(formatWml(decodeWml(answer.body)), /Log in needed/);
    }
  });

  it('[HSM-S-006] the cookies of a client that is known outlive its session; nobody else gets them', async () => {
    const get = async (choice: string) => {
      const headers = [basic(`${id}:secret`), { name: 'X-Wap-Proxy-Cookie', value: choice }];
      const url = `${origin.url}/cookie`;
      const { body } = await fetchWap({ gateway: at, mode: 'co', method: 'GET', url, headers });
      return new TextDecoder().decode(body);
    };
    assert.equal(await get('cache'), 'none');
    assert.equal(await get('cache-has-state'), 'id=1');
  });
});
