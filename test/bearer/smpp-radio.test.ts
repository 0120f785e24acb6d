/** WAP over short messages from end to end on a simulated radio link: WAP-259-WDP §6.3, WAP-230-WSP §6.4. */
import assert from 'node:assert/strict';
import {
  type Driver,
  drive,
  type LinkProfile,
  linkProfiles,
  simulatedLink,
  smsNumber,
  virtualScheduler,
} from '../../src/bearer/index.js';
import { smsFetcher } from '../../src/terminal/sms.js';
import type { Endpoint } from '../../src/wap/address.js';
import { seededRandom } from '../../src/wap/random.js';
import { units } from '../../src/wap/stack.js';
import { NO_PORT } from '../../src/wap/wdp/index.js';
import type { UnitIndication, UnitRequest } from '../../src/wap/wsp/index.js';

const gateway: Endpoint = { bearer: 'GSM SMS', address: '+33600000001', port: 9200 };
const phone: Endpoint = { bearer: 'GSM SMS', address: '+33600000002', port: 49_152 };
const url = `http://shop.example/${'a'.repeat(150)}`;
const deck = Uint8Array.from({ length: 400 }, (_, i) => i);

/** One GET of a terminal: two messages there, four back. */
async function get(seed: number, profile: LinkProfile) {
  const scheduler = virtualScheduler();
  const link = simulatedLink({ scheduler, random: seededRandom(seed, 'link'), profile });
  const failed = (error: unknown) => {
    throw error;
  };
  const asked: string[] = [];
  const served = smsNumber(link.attach({ ...gateway, port: NO_PORT }), true).port(gateway.port);
  const server: Driver<UnitRequest> = drive<UnitRequest, UnitIndication>({
    stack: units({ local: served.local, sms: served.sms }),
    bearer: served,
    scheduler,
    failed,
    deliver(indication) {
      if (indication.type !== 'S-Unit-MethodInvoke.ind') return;
      const { peers, transactionId, encodingVersion, requestUri } = indication;
      asked.push(requestUri);
      server.request({
        type: 'S-Unit-MethodResult.req',
        peers,
        transactionId,
        encodingVersion,
        status: 200,
        responseHeaders: [{ name: 'Content-Type', value: 'application/vnd.wap.wmlc' }],
        responseBody: deck,
      });
    },
  });
  const news: string[] = [];
  const fetcher = smsFetcher({
    port: smsNumber(link.attach({ ...phone, port: NO_PORT }), false).port(phone.port),
    gateway,
    headers: [],
    scheduler,
    manage: ({ type }) => news.push(type),
  });
  const outcome = fetcher
    .fetch({ method: 'GET', url, headers: [] }, new AbortController().signal)
    .then(({ status, body }) => ({ status, body }))
    .catch((error: unknown) => (error instanceof Error ? error.message : ''));
  scheduler.settle(3_600_000);
  return {
    outcome: await outcome,
    asked,
    news,
    counts: link.counts,
    timers: server.timers(),
    time: scheduler.now(),
  };
}

describe('a connectionless GET over short messages on the radio (WAP-259 §6.3)', () => {
  it('[WDP-GSM-C-004] [WDP-GSM-S-003] on a link that loses nothing: two messages there, four back', async () => {
    const { outcome, asked, counts } = await get(1, linkProfiles.sms);
    assert.deepEqual(outcome, { status: 200, body: deck });
    assert.deepEqual(asked, [url]);
    assert.equal(counts.sent, 6);
  });

  it('[WDP-GSM-C-010] [WDP-GSM-S-011] segments in any order, and twice, are put together once', async () => {
    const profile = { ...linkProfiles.sms, reordering: 0.5, duplication: 0.5 };
    let reordered = 0;
    for (let seed = 1; seed <= 50; seed++) {
      const { outcome, asked, counts } = await get(seed, profile);
      assert.deepEqual(outcome, { status: 200, body: deck }, `seed ${seed}`);
      assert.ok(
        asked.every((each) => each === url),
        `seed ${seed}`,
      );
      reordered += counts.reordered;
    }
    assert.ok(reordered > 100);
  });

  it('with loss and reordering each request ends once, nearly always well, and leaves nothing behind', async () => {
    const profile = { ...linkProfiles.sms, loss: 0.1, reordering: 0.1, duplication: 0.05, corruption: 0.01 };
    let lost = 0;
    let failures = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const { outcome, counts, timers } = await get(seed, profile);
      lost += counts.lost;
      if (typeof outcome === 'string') {
        assert.match(outcome, /no answer came/, `seed ${seed}`);
        failures++;
      } else assert.equal(outcome.body.length, deck.length, `seed ${seed}`);
      assert.equal(timers, 0, `seed ${seed}`);
    }
    assert.ok(lost > 50);
    assert.ok(failures <= 5, `${failures} of 100 failed`);
  });

  it('a gateway that is not there: the terminal gives up', async () => {
    const { outcome, asked } = await get(1, { ...linkProfiles.sms, loss: 1 });
    assert.match(String(outcome), /no answer came/);
    assert.deepEqual(asked, []);
  });
});
