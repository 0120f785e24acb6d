import assert from 'node:assert/strict';
import { type LinkProfile, linkProfiles } from '../../../src/bearer/memory.js';
import { over } from '../../../src/wap/layer.js';
import { concat, encodeUtf8, toHex } from '../../../src/wap/octets.js';
import { randomBelow } from '../../../src/wap/random.js';
import { seconds } from '../../../src/wap/time.js';
import { wdp } from '../../../src/wap/wdp/wdp.js';
import type {
  Handle,
  TransactionClass,
  TransactionIndication,
  TransactionRequest,
  Wtp,
} from '../../../src/wap/wtp/index.js';
import { wtp } from '../../../src/wap/wtp/index.js';
import { type World, world } from '../../support/world.js';

/** 20 % lost, 10 % doubled, some overtaken, 1 % with a bit turned over. */
const bad: LinkProfile = {
  ...linkProfiles.ideal,
  delay: 200,
  jitter: 100,
  loss: 0.2,
  duplication: 0.1,
  reordering: 0.1,
  corruption: 0.01,
};

/** What became of one transaction at its Initiator. */
interface Fate {
  readonly classType: TransactionClass;
  results: number;
  confirmations: number;
  aborts: string[];
}

/** Provider abort codes that a bad link may cause: PROTOERR, INVALIDTID, the refusals of Table 37, NORESPONSE. */
const named = new Set([0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x08]);

function end(
  earth: World,
  address: string,
  user: (indication: TransactionIndication, request: (primitive: TransactionRequest) => void) => void,
) {
  let layer: Wtp | undefined;
  const made = earth.end<TransactionRequest, TransactionIndication>(
    address,
    (local, random) => {
      layer = wtp({ random });
      return over(layer, wdp(local));
    },
    user,
  );
  return { ...made, transactions: () => layer?.transactions() };
}

function run(seed: number, count: number, profile: LinkProfile) {
  const earth = world(seed, profile);
  const random = earth.random('users');
  const delivered = new Map<string, number>();
  const opened = new Set<Handle>();
  const closed = new Map<Handle, number>();
  const fates = new Map<Handle, Fate>();

  const responder = end(earth, '10.0.0.1:9201', (indication, request) => {
    const { handle } = indication;
    if (indication.type === 'TR-Invoke.ind') {
      const text = toHex(indication.userData);
      delivered.set(text, (delivered.get(text) ?? 0) + 1);
      if (indication.classType === 0) return;
      opened.add(handle);
      // Some users take longer than the acknowledgement interval.
      earth.scheduler.schedule(randomBelow(random, 5000), () => {
        if (indication.classType === 1) {
          closed.set(handle, (closed.get(handle) ?? 0) + 1);
          request({ type: 'TR-Invoke.res', handle });
        } else
          request({
            type: 'TR-Result.req',
            handle,
            userData: concat([encodeUtf8('re '), indication.userData]),
          });
      });
    } else if (indication.type === 'TR-Result.cnf' || indication.type === 'TR-Abort.ind') {
      closed.set(handle, (closed.get(handle) ?? 0) + 1);
    }
  });

  const initiator = end(earth, '10.0.0.2:49152', (indication, request) => {
    const fate = fates.get(indication.handle);
    assert.ok(fate, `seed ${seed}: ${indication.type} for ${indication.handle}, which nobody began`);
    if (indication.type === 'TR-Invoke.cnf') fate.confirmations++;
    if (indication.type === 'TR-Abort.ind') {
      fate.aborts.push(`${indication.abortType} ${indication.abortCode}`);
      assert.ok(
        indication.abortType === 'USER' || named.has(indication.abortCode),
        `seed ${seed}: ${fate.aborts.at(-1)}`,
      );
    }
    if (indication.type !== 'TR-Result.ind') return;
    fate.results++;
    request({ type: 'TR-Result.res', handle: indication.handle });
  });

  for (let i = 0; i < count; i++) {
    const handle: Handle = `I${i}`;
    const classType: TransactionClass = randomBelow(random, 3) === 0 ? 1 : 2;
    const ackType = randomBelow(random, 2) === 0;
    earth.scheduler.schedule(50 * i, () => {
      fates.set(handle, { classType, results: 0, confirmations: 0, aborts: [] });
      const peers = { local: initiator.local, remote: responder.local };
      const userData = encodeUtf8(`transaction ${i}`);
      initiator.request({ type: 'TR-Invoke.req', peers, ackType, userData, classType, handle });
    });
  }
  earth.settle(seconds(50 * count + 3600));
  return { earth, fates, delivered, opened, closed, initiator, responder };
}

describe('WTP on a bad link', () => {
  it('[WTP-C-022] [WTP-S-022] 10,000 transactions end once each or with a named abort, and leave nothing behind', () => {
    let total = 0;
    let completed = 0;
    for (const seed of [1, 2, 3, 4]) {
      const { earth, fates, opened, closed, initiator, responder } = run(seed, 2500, bad);
      for (const [handle, { classType, results, confirmations, aborts }] of fates) {
        const what = `seed ${seed}, ${handle}: ${results} results, ${confirmations} confirmations, aborts ${aborts.join()}`;
        total++;
        if (aborts.length === 0) completed++;
        assert.ok(results <= 1 && confirmations <= 1 && aborts.length <= 1, what);
        // An abort may still reach a class 2 Initiator after the result; there is no end after an end of class 1.
        if (classType === 1) assert.equal(confirmations + aborts.length, 1, what);
        else assert.ok(results + aborts.length > 0, what);
      }
      // A user of the Responder that acknowledged class 1 may hear of an abort later, but of no second end.
      for (const handle of opened) {
        const ends = closed.get(handle) ?? 0;
        assert.ok(ends >= 1 && ends <= 2, `seed ${seed}, ${handle}: ${ends} ends`);
      }
      assert.deepEqual([initiator.transactions(), responder.transactions()], [0, 0], `seed ${seed}`);
      assert.equal(initiator.driver.timers() + responder.driver.timers(), 0, `seed ${seed}`);
      assert.equal(earth.scheduler.next(), undefined, `seed ${seed}`);
    }
    assert.equal(total, 10_000);
    assert.ok(completed > 9800, `${completed} were completed`);
  });

  it('without corruption every Invoke that was confirmed was delivered once', () => {
    for (const seed of [5, 6]) {
      const { fates, delivered, initiator } = run(seed, 1000, { ...bad, corruption: 0 });
      for (const [text, count] of delivered)
        assert.equal(count, 1, `seed ${seed}: ${text} was delivered ${count} times`);
      const confirmed = [...fates.values()].filter(({ confirmations }) => confirmations === 1).length;
      assert.ok(delivered.size >= confirmed, `seed ${seed}`);
      assert.equal(initiator.transactions(), 0);
    }
  });

  it('the same seed is the same conversation, octet for octet', () => {
    const transcript = (seed: number) => run(seed, 50, bad).earth.transcript;
    assert.deepEqual(transcript(7), transcript(7));
    assert.notDeepEqual(transcript(7), transcript(8));
  });
});
