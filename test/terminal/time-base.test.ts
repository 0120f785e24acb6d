import assert from 'node:assert/strict';
import { type Gateway, startGateway } from '../../src/gateway/gateway.js';
import { fetchWap } from '../../src/terminal/fetch.js';
import { headerValue, headerValues } from '../../src/wap/wsp/index.js';
import { type Origin, startOrigin } from '../gateway/origin.js';
import { card, deck, Handset, start } from './handset.js';

const url = 'http://shop.example/a.wml';
const page = (headers: Record<string, string>) => deck(card('a', '<p>a</p>'), headers);
const date = (time: number) => new Date(time).toUTCString();

describe('The time base of the handset (WAP-120 §5.2)', () => {
  /** A gateway that is an hour ahead of the handset; its answers are good for ten minutes. */
  const ahead = 3_600_000;
  const expiring = (handset: () => Handset) => () => {
    const now = handset().now + ahead;
    return page({ 'X-Wap-Tod': date(now), Date: date(now), Expires: date(now + 600_000) });
  };
  const world = (synchronised: boolean): Handset => {
    const handset: Handset = new Handset({ [url]: expiring(() => handset) }, { synchronised });
    return handset;
  };
  const asked = ({ requests }: Handset) =>
    requests.map(({ headers }) => headerValues(headers, 'X-Wap-Tod').length);

  it('[UACache-C-005] freshness is reckoned in the time of the gateway, which is asked for once', async () => {
    const handset = world(true);
    await handset.open(url);
    await handset.pass(590_000);
    await handset.open(url);
    assert.deepEqual(asked(handset), [1], 'still good');
    await handset.pass(20_000);
    await handset.open(url);
    assert.deepEqual(asked(handset), [1, 0], 'no longer good');
  });

  it('[UACache-C-005] an answer whose age says otherwise is not taken for new', async () => {
    const stale = page({
      'X-Wap-Tod': date(start + ahead),
      Date: date(start + ahead - 700_000),
      'Cache-Control': 'max-age=600',
    });
    const stamped = new Handset({ [url]: stale }, { synchronised: true });
    await stamped.open(url);
    await stamped.open(url);
    assert.equal(stamped.requests.length, 2, 'made 700 seconds ago, by the clock of the gateway');
    const alone = new Handset({ [url]: stale });
    await alone.open(url);
    await alone.open(url);
    assert.equal(alone.requests.length, 1, 'made in the future, by a clock that nobody has set');
  });

  it('[UACache-C-005] half of the round trip is added', async () => {
    const made = start + ahead;
    const handset: Handset = new Handset(
      {
        [url]: async () => {
          handset.now += 40_000;
          return page({
            'X-Wap-Tod': date(made + 20_000),
            Date: date(made - 585_000),
            'Cache-Control': 'max-age=625',
          });
        },
      },
      { synchronised: true },
    );
    // Now it is made + 40,000 there. The answer is 625 s old: good until now, not longer. A second more, and it would not be asked for again.
    await handset.open(url);
    await handset.open(url);
    assert.equal(handset.requests.length, 2);
  });

  it('a day later it asks again; a gateway that says nothing is not asked all the time', async () => {
    const handset = new Handset({ [url]: page({ 'Cache-Control': 'no-store' }) }, { synchronised: true });
    await handset.open(url);
    await handset.open(url);
    await handset.pass(86_400_000);
    await handset.open(url);
    assert.deepEqual(asked(handset), [1, 0, 1]);
  });
});

describe('The time of the gateway (WAP-120 §5.1)', () => {
  let origin: Origin;
  let gateway: Gateway;
  before(async () => {
    origin = await startOrigin();
    gateway = await startGateway({ portBase: 0 });
  });
  after(async () => {
    await gateway.close();
    await origin.close();
  });

  it('[UACache-S-010] [UACache-C-005] comes in the answer, in both modes', async () => {
    for (const [mode, port] of [
      ['co', gateway.ports.session],
      ['cl', gateway.ports.connectionless],
    ] as const) {
      const { headers } = await fetchWap({
        gateway: { host: '127.0.0.1', port },
        mode,
        method: 'GET',
        url: `${origin.url}/image.wbmp`,
        headers: [{ name: 'X-Wap-Tod', value: '' }],
      });
      const told = Date.parse(headerValue(headers, 'X-Wap-Tod') ?? '');
      assert.ok(Math.abs(told - Date.now()) < 60_000, `${told}`);
    }
  });
});
